"""From a participant's folded state to rows: subjects, doses, missed doses, deviations, verdicts, leavings."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.definition.timing import compute_day0, compute_study_day
from trialwright.ledger.subject import SubjectState
from trialwright.snapshot import frames
from trialwright.vocabulary.codelists import LeavingKind
from trialwright.vocabulary.numbers import parse_number
from trialwright.vocabulary.partial_dates import PartialDate

_GRAVITY = {kind.value: at for at, kind in enumerate(LeavingKind)}
Rows = list[tuple[Any, ...]]


def build_frame(rows: Rows, schema: frames.Schema) -> pl.DataFrame:
    """The frame of rows whose fields come in the schema's order."""
    return pl.DataFrame(rows, schema=dict(schema), orient="row")


def parse_local(text: str, zone: str = "UTC") -> datetime | None:
    """The local moment of a text; midnight for a bare date, None for a partial one or an empty text.

    A moment with an offset is moved to ``zone`` and loses the offset.

    >>> parse_local("2020-01-27T00:30:00Z", "Asia/Shanghai")
    datetime.datetime(2020, 1, 27, 8, 30)
    """
    if len(text) < 10:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is None else moment.astimezone(_zone(zone)).replace(tzinfo=None)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def build_subjects(definition: Definition, states: Iterable[SubjectState], screened: Mapping[str, str]) -> pl.DataFrame:
    """One row a participant; ``screened`` has the ledger's time of the last screening."""
    rows = [_describe(definition, one, screened.get(one.participant, "")) for one in states]
    return build_frame(rows, frames.SUBJECTS)


def _describe(definition: Definition, state: SubjectState, screened_at: str) -> tuple[Any, ...]:
    site = definition.sites.get(state.site)
    zone = site.time_zone if site else "UTC"
    doses = sorted(filter(None, (parse_local(dose.started_at, zone) for dose in state.doses)))
    allocated = _day(state.allocated_at, zone)
    arm = definition.arms.get(state.arm) if state.arm else None
    first = doses[0] if doses else None
    death = PartialDate.parse(state.died.on[:10]) if state.died else None
    gone = max(
        (one for one in state.left if one.kind not in ("STOP_TREATMENT", "SITE_TRANSFER")),
        key=lambda one: _GRAVITY[one.kind],
        default=None,
    )
    stopped = min((one.on for one in state.left if one.kind == "STOP_TREATMENT"), default="")
    fates = {one.data_fate for one in state.left}
    return (
        state.participant,
        state.site,
        state.arm,
        state.status,
        state.version,
        _day(screened_at, zone),
        parse_local(state.consent.given_at, zone) if state.consent else None,
        state.refused,
        _day(state.enrolled_at, zone),
        allocated,
        compute_day0(arm, allocated, first.date() if first else None) if arm else None,
        first,
        doses[-1] if doses else None,
        str(death) if death else None,
        death.earliest if death else None,
        death.latest if death else None,
        (state.died.cause or None) if state.died else None,
        gone.kind if gone else None,
        _day(gone.on, zone) if gone else None,
        gone.reason if gone else None,
        _day(stopped, zone),
        "KEEP_NO_FURTHER_USE" if "KEEP_NO_FURTHER_USE" in fates else "KEEP",
        _day(state.completed.on, zone) if state.completed else None,
    )


def _day(text: str, zone: str) -> date | None:
    moment = parse_local(text, zone) if text else None
    return moment.date() if moment else None


def build_doses(
    definition: Definition, states: Iterable[SubjectState], day0: Mapping[str, date | None]
) -> pl.DataFrame:
    """One row a dose, by participant, intervention and number."""
    rows: Rows = []
    for state in states:
        site = definition.sites.get(state.site)
        start = day0.get(state.participant)
        for dose in sorted(state.doses, key=lambda one: (one.intervention, one.number)):
            at = parse_local(dose.started_at, site.time_zone if site else "UTC")
            day = compute_study_day(at.date(), start) if at and start else None
            amount = float(parse_number(dose.amount)) if dose.amount else None
            rows.append(
                (
                    state.participant,
                    dose.intervention,
                    dose.encounter,
                    dose.number,
                    at,
                    amount,
                    dose.unit,
                    dose.lot,
                    day,
                )
            )
    return build_frame(rows, frames.DOSES)


def build_missed(states: Iterable[SubjectState]) -> pl.DataFrame:
    """One row a planned dose that was not given."""
    rows: Rows = [(one.participant, *key, why) for one in states for key, why in sorted(one.missed.items())]
    return build_frame(rows, frames.MISSED)


def build_events(states: Iterable[SubjectState]) -> pl.DataFrame:
    """One row a reported adverse event; one that was merged into another is not among them."""
    rows: Rows = [
        (one.participant, repeat, event.aware_at, event.serious)
        for one in states
        for repeat, event in sorted(one.events.items())
        if repeat not in one.safety.merged
    ]
    return build_frame(rows, frames.EVENTS)


def build_deviations(states: Iterable[SubjectState]) -> pl.DataFrame:
    """One row a deviation, in the order in which they were noted."""
    rows: Rows = [
        (one.participant, at, dev.code, dev.text, dev.encounter, dev.form, dev.found_by)
        for one in states
        for at, dev in enumerate(one.deviations, 1)
    ]
    return build_frame(rows, frames.DEVIATIONS)


def build_verdicts(states: Iterable[SubjectState]) -> pl.DataFrame:
    """One row a criterion of the last screening."""
    rows: Rows = [
        (one.participant, criterion, verdict)
        for one in states
        if one.screening
        for criterion, verdict in sorted(one.screening.verdicts.items(), key=lambda pair: _criterion_order(pair[0]))
    ]
    return build_frame(rows, frames.VERDICTS)


def _criterion_order(name: str) -> tuple[bool, int, str]:
    digits = name[1:]
    return (not name.startswith("I"), int(digits) if digits.isdigit() else 0, name)


def build_leavings(states: Iterable[SubjectState]) -> pl.DataFrame:
    """One row an act of leaving, in the order in which they were recorded."""
    rows: Rows = [
        (one.participant, left.kind, left.on, left.reason, left.data_fate, left.samples_fate)
        for one in states
        for left in one.left
    ]
    return build_frame(rows, frames.LEAVINGS)
