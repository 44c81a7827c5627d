"""One entry of the ledger as the chain sees it: who did what to whom and when, and a payload that it never opens."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

FORMAT = "1"
STUDY_CHAIN = ""
"""The participant of entries that concern the study and no one person; they form a chain of their own."""
REDACTION = "redaction"
"""The act that takes texts out of an earlier entry. Its payload's integer ``position`` names that entry, its ``carried``
is the payload that stands there from then on ('' or left out: none), and its ``replaces`` names the earlier redaction
of the same entry, which goes blank."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an act decides to write, before it has a place in the ledger.

    Parameters
    ----------
    participant : str
        The participant's code, or ``STUDY_CHAIN``.
    act : str
        The kind of act, such as ``form_recorded``.
    payload : str
        Canonical JSON text (``canonical.render_canonical``).
    actor, role, site, version : str
        Who, in which role, at which site ('' for none), under which version of the study definition.
    """

    participant: str
    act: str
    payload: str
    actor: str
    role: str
    site: str
    version: str


class Envelope(NamedTuple):
    """An entry with its place in the ledger; the order of the fields is the order of the table's columns.

    A tuple and no dataclass because a million of them are read in seconds: rows of the database become envelopes
    without a step between.

    Parameters
    ----------
    position : int
        1, 2, 3 … in the ledger.
    format : str
        The version of this layout and of its hashes.
    study : str
        The study's identifier.
    participant : str
        The participant's code; ``STUDY_CHAIN`` for the study's own entries.
    seq : int
        1, 2, 3 … in the participant's chain.
    act, actor, role, site, version : str
        As in ``Draft``.
    at : str
        The server's time, UTC, as ``render_at`` writes it.
    prev : str
        The hash of the previous entry of the participant's chain; ``seal.ORIGIN`` for the first.
    salt, payload : str
        32 hexadecimal digits and canonical JSON; once the entry is redacted the salt is '' and the payload what the
        redaction carried forward.
    commitment, hash, seal : str
        SHA-256 in hexadecimal, as ``chain`` and ``seal`` define them.
    """

    position: int
    format: str
    study: str
    participant: str
    seq: int
    act: str
    at: str
    actor: str
    role: str
    site: str
    version: str
    prev: str
    salt: str
    payload: str
    commitment: str
    hash: str
    seal: str

    @property
    def is_redacted(self) -> bool:
        """Whether texts of the payload were taken out by a redaction."""
        return not self.salt


COLUMNS = Envelope._fields


def render_at(moment: datetime) -> str:
    """The moment in UTC as ``2020-02-01T08:00:00.000000Z``; as text it sorts as it does in time.

    ValueError for a moment without zone.

    >>> from datetime import timedelta, timezone
    >>> render_at(datetime(2020, 2, 1, 8, tzinfo=timezone(timedelta(hours=8))))
    '2020-02-01T00:00:00.000000Z'
    """
    if moment.utcoffset() is None:
        raise ValueError("a moment of the ledger needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def parse_at(text: str) -> datetime:
    """The moment that ``render_at`` wrote; ValueError for another form.

    >>> parse_at("2020-02-01T00:00:00.000000Z").tzinfo
    datetime.timezone.utc
    """
    if len(text) != 27 or text[-1] != "Z":
        raise ValueError(f"{text!r} is not a time of the ledger")
    return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)
