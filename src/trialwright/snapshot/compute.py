"""The two ways to a snapshot: from entries, and from rows of the ledger with the payload's text."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.entries import Entry, FormRecorded, LedgerOpened, Redaction, Screened, compute_entry
from trialwright.ledger.envelope import Envelope
from trialwright.ledger.subject import Stamped, SubjectState, fold_subject
from trialwright.snapshot import acts
from trialwright.snapshot.frames import Meta, Snapshot
from trialwright.snapshot.gather import FormGatherer
from trialwright.snapshot.values import build_values, drop_merged, withhold


class LedgerRow(NamedTuple):
    """What the snapshot needs of one row of the ledger; ``payload`` is canonical JSON, '' once redacted."""

    position: int
    participant: str
    seq: int
    act: str
    at: str
    site: str
    version: str
    payload: str


def compute_row(one: Envelope) -> LedgerRow:
    """What the snapshot needs of an entry as it stands in the ledger."""
    return LedgerRow(one.position, one.participant, one.seq, one.act, one.at, one.site, one.version, one.payload)


class _Folded(NamedTuple):
    """What the entries add up to, before the frames are built."""

    states: dict[str, SubjectState]
    screened: dict[str, str]
    forms: FormGatherer
    opened: LedgerOpened | None
    position: int
    at: str


_Item = tuple[LedgerRow, Entry | Mapping[str, Any] | None]


def compute_snapshot(definition: Definition, entries: Iterable[Stamped], upto: int | None = None) -> Snapshot:
    """The snapshot of entries that come in order of position.

    Parameters
    ----------
    definition : Definition
        Says which item is of which type, and which codes mean unknown.
    entries : iterable of Stamped
        The participants' entries and the study's own, from the first on.
    upto : int, optional
        The last position to use; all when not given.

    Raises
    ------
    ValueError
        When positions do not ascend, or an act is unknown.
    """
    return _build(definition, _fold(_open_stamped(entries), upto))


def compute_snapshot_of_rows(definition: Definition, rows: Iterable[LedgerRow], upto: int | None = None) -> Snapshot:
    """The same snapshot from rows of the ledger; a form's payload is not made into an entry, which saves most time.

    A redacted form stands with what its redaction carried forward: its place (``form``, ``encounter``, ``repeat``,
    ``revision``) and its other values.
    """
    return _build(definition, _fold(_open_rows(rows), upto))


def _open_stamped(entries: Iterable[Stamped]) -> Iterator[_Item]:
    for one in entries:
        row = LedgerRow(one.position, one.participant, one.seq, one.entry.act, one.at, one.site, one.version, "")
        yield row, one.entry


def _open_rows(rows: Iterable[LedgerRow]) -> Iterator[_Item]:
    for row in rows:
        if not row.payload:
            yield row, None
            continue
        payload = parse_canonical(row.payload)
        yield row, payload if row.act == FormRecorded.act else compute_entry(row.act, payload)


def _fold(items: Iterable[_Item], upto: int | None) -> _Folded:
    states: dict[str, SubjectState] = {}
    screened: dict[str, str] = {}
    blanked: dict[int, LedgerRow] = {}
    forms = FormGatherer()
    opened: LedgerOpened | None = None
    position, at = 0, ""
    for row, entry in items:
        if row.position <= position:
            raise ValueError(f"position {row.position} comes after {position}: entries must come in order")
        if upto is not None and row.position > upto:
            break
        position, at = row.position, row.at
        if entry is None:
            blanked[row.position] = row
        elif isinstance(entry, Redaction):
            _carry(entry, forms, blanked, states)
        elif not row.participant:
            opened = entry if isinstance(entry, LedgerOpened) else opened
        elif isinstance(entry, FormRecorded):
            forms.add(
                row.position,
                row.participant,
                entry.form,
                entry.encounter,
                entry.repeat,
                entry.revision,
                entry.values,
                entry.missing,
            )
        elif isinstance(entry, Mapping):
            forms.add_payload(row.position, row.participant, entry)
        else:
            _fold_one(states, row, entry)
            if isinstance(entry, Screened):
                screened[row.participant] = row.at
        if row.participant and row.participant not in states:
            states[row.participant] = SubjectState(row.participant, site=row.site)
    return _Folded(states, screened, forms, opened, position, at)


def _fold_one(states: dict[str, SubjectState], row: LedgerRow, entry: Entry) -> None:
    state = states.get(row.participant) or SubjectState(row.participant)
    stamped = Stamped(row.position, row.seq, row.participant, row.at, "", "", row.site, row.version, entry)
    states[row.participant] = fold_subject(state, stamped)


def _carry(
    entry: Redaction, forms: FormGatherer, blanked: dict[int, LedgerRow], states: dict[str, SubjectState]
) -> None:
    """Put what a redaction carried forward in the place of the entry that it blanked.

    A blanked form whose redaction does not say which form it was cannot be placed: it is left out.
    """
    row = blanked.pop(entry.position, None)
    if forms.has(entry.position):
        forms.replace(entry.position, entry.carried)
    elif row is not None and row.act == FormRecorded.act and "form" in entry.carried:
        forms.add_payload(row.position, row.participant, entry.carried)
    elif row is not None and row.act != FormRecorded.act and row.participant and entry.carried:
        _fold_one(states, row, compute_entry(row.act, entry.carried))


def _build(definition: Definition, folded: _Folded) -> Snapshot:
    states = [folded.states[name] for name in sorted(folded.states)]
    subjects = acts.build_subjects(definition, states, folded.screened)
    day0 = dict(subjects.select("participant", "day0").iter_rows())
    withheld = tuple(subjects.filter(pl.col("data_fate") == "KEEP_NO_FURTHER_USE")["participant"])
    values, forms = withhold(definition, *build_values(definition, folded.forms, subjects), withheld)
    merged = [(one.participant, repeat) for one in states for repeat in one.safety.merged]
    values, forms = drop_merged(values, forms, merged)
    opened = folded.opened
    return Snapshot(
        meta=Meta(
            definition.id,
            definition.version,
            definition.digest,
            opened.purpose if opened else "",
            folded.position,
            folded.at,
            withheld,
        ),
        subjects=subjects,
        values=values,
        forms=forms,
        doses=acts.build_doses(definition, states, day0),
        missed=acts.build_missed(states),
        events=acts.build_events(states),
        deviations=acts.build_deviations(states),
        verdicts=acts.build_verdicts(states),
        leavings=acts.build_leavings(states),
    )
