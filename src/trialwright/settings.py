"""The only reader of the environment: what may differ from one installation to the next, as one frozen value."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_DATABASE = "sqlite:///trialwright.sqlite3"
_DICTIONARIES = "dictionaries"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says.

    Parameters
    ----------
    database_url : str
        ``DATABASE_URL``: ``sqlite:///folder/file`` (four slashes for an absolute path) or ``postgresql://…``.
    secret_key : str
        ``TRIALWRIGHT_SECRET_KEY``: signs the sessions of the web application; '' outside it.
    hosts : tuple of str
        ``TRIALWRIGHT_HOSTS``: the names under which the web application is reached, separated by commas.
    processes : int
        ``TRIALWRIGHT_PROCESSES``: how many processes long work may use; 0 means one for each core.
    study : str
        ``TRIALWRIGHT_STUDY``: the folder of the study that the web application serves.
    is_plain : bool
        ``TRIALWRIGHT_PLAIN_HTTP`` is ``1``: the web application is reached without TLS, on this machine only.
    clock_ahead : float
        ``TRIALWRIGHT_CLOCK_AHEAD``: how many seconds the clock of a VIRTUAL ledger goes ahead (negative: behind), so
        that a rehearsal of another year can be gone on with; no other ledger heeds it.
    dictionaries : str
        ``TRIALWRIGHT_DICTIONARIES``: the folder of the dictionaries that were added (``trialwright dictionary add``);
        ``dictionaries`` beside the server when not given.
    mail : str
        ``TRIALWRIGHT_MAIL``: the mail server for notices and who sends them,
        ``smtp://user:password@host:587/?from=trial@hospital.example`` (STARTTLS), ``smtps://`` for TLS from the start,
        ``smtp+plain://`` for neither, on a network of one's own; '' for none.
    address : str
        ``TRIALWRIGHT_ADDRESS``: the address of the web application, for the way to it in a mail.
    backups : str
        ``TRIALWRIGHT_BACKUPS``: the folder in which a timer keeps backups; where it is named, ``/health/ready`` says
        when the latest is more than a day old.
    password_days : int
        ``TRIALWRIGHT_PASSWORD_DAYS``: how old a password may be before it has to be changed at the next sign-in; 0 for
        no limit, as NIST SP 800-63B advises.
    """

    database_url: str = DEFAULT_DATABASE
    secret_key: str = ""
    hosts: tuple[str, ...] = ()
    processes: int = 0
    study: str = ""
    is_plain: bool = False
    clock_ahead: float = 0.0
    dictionaries: str = _DICTIONARIES
    mail: str = ""
    address: str = ""
    backups: str = ""
    password_days: int = 0


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; ValueError where a number is none.

    Parameters
    ----------
    environment : mapping, optional
        Where to read; the process's environment when not given.
    """
    env = os.environ if environment is None else environment
    return Settings(
        database_url=env.get("DATABASE_URL", "") or DEFAULT_DATABASE,
        secret_key=env.get("TRIALWRIGHT_SECRET_KEY", ""),
        hosts=tuple(host.strip() for host in env.get("TRIALWRIGHT_HOSTS", "").split(",") if host.strip()),
        processes=int(env.get("TRIALWRIGHT_PROCESSES", "") or "0"),
        study=env.get("TRIALWRIGHT_STUDY", ""),
        is_plain=env.get("TRIALWRIGHT_PLAIN_HTTP", "") == "1",
        clock_ahead=float(env.get("TRIALWRIGHT_CLOCK_AHEAD", "") or "0"),
        dictionaries=env.get("TRIALWRIGHT_DICTIONARIES", "") or _DICTIONARIES,
        mail=env.get("TRIALWRIGHT_MAIL", ""),
        address=env.get("TRIALWRIGHT_ADDRESS", "").rstrip("/"),
        backups=env.get("TRIALWRIGHT_BACKUPS", ""),
        password_days=int(env.get("TRIALWRIGHT_PASSWORD_DAYS", "") or "0"),
    )
