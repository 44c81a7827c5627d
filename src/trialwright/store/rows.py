"""The rows of the tables beside the ledger, as tuples in the order of their columns."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
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
    """A row of ``participant``: the head of the chain, then what is cached for lists ('' for not yet)."""

    code: str
    seq: int = 0
    hash: str = ORIGIN
    position: int = 0
    at: str = ""
    site: str = ""
    status: str = ""
    arm: str = ""
    version: str = ""

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


@dataclass(frozen=True, slots=True)
class ParticipantChange:
    """What an entry changes in the cached columns of its own participant; None leaves a column as it is."""

    site: str | None = None
    status: str | None = None
    arm: str | None = None
    version: str | None = None


Change: TypeAlias = ParticipantChange | FormRow
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
    )
