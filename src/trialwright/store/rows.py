"""The rows of the tables beside the ledger, as tuples in the order of their columns."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from trialwright.ledger.chain import ChainHead, LedgerHead
from trialwright.ledger.envelope import Envelope
from trialwright.ledger.seal import ORIGIN


class StudyRow(NamedTuple):
    """The one row of ``ledger_study``: whose ledger, for what, where it ends, and the head of the study's own chain."""

    study: str
    purpose: str
    position: int = 0
    seal: str = ORIGIN
    at: str = ""
    seq: int = 0
    hash: str = ORIGIN

    @property
    def ledger(self) -> LedgerHead:
        """The end of the ledger."""
        return LedgerHead(self.position, self.seal, self.at)

    @property
    def chain(self) -> ChainHead:
        """The end of the study's own chain."""
        return ChainHead(self.seq, self.hash)


class ParticipantRow(NamedTuple):
    """A row of ``participant``: the head of the chain, then what is cached for lists ('' for not yet).

    ``allocated_at`` is a time of the ledger (UTC); ``ended_on`` the first day after which nothing more is expected.
    """

    code: str
    seq: int = 0
    hash: str = ORIGIN
    position: int = 0
    at: str = ""
    site: str = ""
    status: str = ""
    arm: str = ""
    version: str = ""
    allocated_at: str = ""
    ended_on: str = ""

    @property
    def chain(self) -> ChainHead:
        """The end of the participant's chain."""
        return ChainHead(self.seq, self.hash)


class FormRow(NamedTuple):
    """A row of ``form_state``: which entry holds the form as it stands. The first four columns are its key."""

    participant: str
    encounter: str
    form: str
    repeat: int
    revision: int
    position: int
    status: str


class DoseRow(NamedTuple):
    """A row of ``dose_state``: a dose as it was last recorded. The first three columns are its key."""

    participant: str
    intervention: str
    number: int
    encounter: str
    started_at: str


class DeviationRow(NamedTuple):
    """A row of ``deviation_state``: a deviation and the entry that noted it. The first two columns are its key."""

    participant: str
    position: int
    code: str
    encounter: str
    form: str
    at: str


class AppointmentRow(NamedTuple):
    """A row of ``appointment``: the day on which a visit is to happen. The first two columns are its key."""

    participant: str
    encounter: str
    day: str


@dataclass(frozen=True, slots=True)
class CachedTable:
    """The table of a kind of row, and how many of its first columns are the key."""

    name: str
    key: int


CachedRow: TypeAlias = FormRow | DoseRow | DeviationRow | AppointmentRow

CACHED: Mapping[type[CachedRow], CachedTable] = MappingProxyType(
    {
        FormRow: CachedTable("form_state", 4),
        DoseRow: CachedTable("dose_state", 3),
        DeviationRow: CachedTable("deviation_state", 2),
        AppointmentRow: CachedTable("appointment", 2),
    }
)
"""Every cached table beside ``participant``. To add one: a row above, a line here, a model, a branch in ``project``."""


class CachedKey(NamedTuple):
    """The table of a row and its key there."""

    table: str
    key: tuple[str | int, ...]


def find_key(row: CachedRow) -> CachedKey:
    """Two rows with the same key are one row before and after a change."""
    table = CACHED[type(row)]
    return CachedKey(table.name, row[: table.key])


@dataclass(frozen=True, slots=True)
class ParticipantChange:
    """What an entry changes in the cached columns of its own participant; None leaves a column as it is.

    Of several days in ``ended_on`` the earliest stays.
    """

    site: str | None = None
    status: str | None = None
    arm: str | None = None
    version: str | None = None
    allocated_at: str | None = None
    ended_on: str | None = None


Change: TypeAlias = ParticipantChange | CachedRow
Project: TypeAlias = Callable[[Envelope], Iterable[Change]]
"""From an entry to the cached rows that it changes; the same entry always gives the same rows."""


def project_nothing(entry: Envelope) -> tuple[Change, ...]:  # noqa: ARG001  (one shape for all projections)
    """No change at all: a ledger without cached rows."""
    return ()


def apply_change(row: ParticipantRow, change: ParticipantChange) -> ParticipantRow:
    """The participant's row after a change of its cached columns."""
    return row._replace(
        site=row.site if change.site is None else change.site,
        status=row.status if change.status is None else change.status,
        arm=row.arm if change.arm is None else change.arm,
        version=row.version if change.version is None else change.version,
        allocated_at=row.allocated_at if change.allocated_at is None else change.allocated_at,
        ended_on=row.ended_on
        if change.ended_on is None
        else min(filter(None, (row.ended_on, change.ended_on)), default=""),
    )
