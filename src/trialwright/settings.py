"""The only reader of the environment: what may differ from one installation to the next, as one frozen value."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_DATABASE = "sqlite:///trialwright.sqlite3"


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
    """

    database_url: str = DEFAULT_DATABASE
    secret_key: str = ""
    hosts: tuple[str, ...] = ()
    processes: int = 0


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
    )
