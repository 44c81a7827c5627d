"""The ways to a snapshot: from entries, from rows of the ledger with the payload's text, from what they add up to."""

from collections.abc import Iterable

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.ledger.subject import Stamped
from trialwright.snapshot import acts
from trialwright.snapshot.fold import Folded, fold_parts
from trialwright.snapshot.frames import Meta, Snapshot
from trialwright.snapshot.parts import LedgerRow, compute_row_of, take_apart
from trialwright.snapshot.values import build_values, drop_merged, withhold


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
    return compute_snapshot_of_rows(definition, map(compute_row_of, entries), upto)


def compute_snapshot_of_rows(definition: Definition, rows: Iterable[LedgerRow], upto: int | None = None) -> Snapshot:
    """The same snapshot from rows of the ledger; a form's payload is not made into an entry, which saves most time.

    A redacted entry stands in its row with what its redaction carried forward; a blank one says nothing.
    """
    return compute_snapshot_of(definition, fold_parts([take_apart(rows, upto)]))


def compute_snapshot_of(definition: Definition, folded: Folded) -> Snapshot:
    """The snapshot of what the entries add up to."""
    states = [folded.states[name] for name in sorted(folded.states)]
    subjects = acts.build_subjects(definition, states, folded.screened)
    day0 = dict(subjects.select("participant", "day0").iter_rows())
    withheld = tuple(subjects.filter(pl.col("data_fate") == "KEEP_NO_FURTHER_USE")["participant"])
    values, forms = withhold(definition, *build_values(definition, (folded.forms, folded.values), subjects), withheld)
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
