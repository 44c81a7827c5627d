"""Parts of a ledger folded together: the states of its participants, and its forms."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.entries import Entry, FormRecorded, LedgerOpened, Screened, compute_entry
from trialwright.ledger.subject import Stamped, SubjectState, fold_subject
from trialwright.snapshot.gather import FormGatherer
from trialwright.snapshot.parts import LedgerRow, Part


@dataclass(frozen=True, slots=True)
class Folded:
    """What the entries of a ledger add up to.

    Parameters
    ----------
    states : mapping of str to SubjectState
        By participant. Of the forms they hold adverse events alone: the others are in ``forms`` and ``values``.
    screened : mapping of str to str
        The ledger's time of each participant's last screening.
    forms, values : DataFrame
        Every revision of a form, and its values by the number of its ``row``.
    opened : LedgerOpened or None
    position : int
        The last entry, and
    at : str
        its time.
    """

    states: Mapping[str, SubjectState]
    screened: Mapping[str, str]
    forms: pl.DataFrame
    values: pl.DataFrame
    opened: LedgerOpened | None
    position: int
    at: str


def fold_parts(parts: Iterable[Part]) -> Folded:
    """What parts add up to; they come in the order of their positions (ValueError otherwise)."""
    fold, taken = _Fold(), list[Part]()
    position, at = 0, ""
    for part in parts:
        if part.last and part.first <= position:
            raise ValueError(f"position {part.first} comes after {position}: entries must come in order")
        taken.append(part)
        for row in part.rows:
            fold.take(row)
        for participant, site in part.sites.items():
            fold.states.setdefault(participant, SubjectState(participant, site=site))
        position, at = (part.last, part.at) if part.last else (position, at)
    forms, values = _join([*((one.forms, one.values) for one in taken), FormGatherer().finish()])
    return Folded(fold.states, fold.screened, forms, values, fold.opened, position, at)


class _Fold:
    """Rows other than forms, one after the other."""

    def __init__(self) -> None:
        self.states: dict[str, SubjectState] = {}
        self.screened: dict[str, str] = {}
        self.opened: LedgerOpened | None = None

    def take(self, row: LedgerRow) -> None:
        """One row; a blank one says nothing."""
        if not row.payload:
            return
        entry = compute_entry(row.act, parse_canonical(row.payload))
        match entry:
            case FormRecorded():
                self._keep_event(row, entry)
            case LedgerOpened():
                self.opened = entry
            case _ if row.participant:
                self._advance(row, entry)

    def _advance(self, row: LedgerRow, entry: Entry) -> None:
        state = self.states.get(row.participant) or SubjectState(row.participant, site=row.site)
        self.states[row.participant] = fold_subject(state, _stamp(row, entry))
        if isinstance(entry, Screened):
            self.screened[row.participant] = row.at

    def _keep_event(self, row: LedgerRow, entry: Entry) -> None:
        """An adverse event: no act, so where the participant stands does not change."""
        state = self.states.get(row.participant) or SubjectState(row.participant, site=row.site)
        after = fold_subject(state, _stamp(row, entry))
        self.states[row.participant] = replace(state, forms=after.forms, safety=after.safety)


def _stamp(row: LedgerRow, entry: Entry) -> Stamped:
    return Stamped(
        row.position, row.seq, row.participant, row.at, row.actor, row.role, row.site, row.version, entry
    )  # fmt: skip


def _join(gathered: Sequence[tuple[pl.DataFrame, pl.DataFrame]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Forms and values one after the other, the rows numbered through."""
    forms, values, before = [], [], 0
    for some, theirs in gathered:
        forms.append(some.with_columns(pl.col("row") + pl.lit(before, pl.UInt32)))
        values.append(theirs.with_columns(pl.col("row") + pl.lit(before, pl.UInt32)))
        before += some.height
    return pl.concat(forms), pl.concat(values)
