"""Checks of an adverse event record. They warn and query; they never bar saving or reporting.

To add a check, write a function from (event, others, context) to findings and name it in ``_CHECKS``.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from trialwright.safety.emergence import EventContext, Period, compute_emergence
from trialwright.safety.events import AdverseEvent, Criterion, Outcome, is_related
from trialwright.safety.terms import CtcaeTerm, compute_version, load_terms
from trialwright.vocabulary.findings import Finding, Place, Severity
from trialwright.vocabulary.partial_dates import PartialDate

_LAST_RESORTS = ("Death NOS", "Sudden death NOS")


def check_adverse_event(
    event: AdverseEvent, others: Sequence[AdverseEvent] = (), context: EventContext | None = None
) -> list[Finding]:
    """What is odd about an event: warnings and notes, never an error, for what has happened is always recorded.

    Parameters
    ----------
    event : AdverseEvent
        The event.
    others : sequence of AdverseEvent
        The participant's other events (the event itself may be among them).
    context : EventContext, optional
        Consent, treatment, death and the day of the check; without it the checks that need them stay silent.
    """
    known = context or EventContext()
    rest = tuple(other for other in others if other.id != event.id)
    return [_placed(event, finding) for check in _CHECKS for finding in check(event, rest, known)]


def check_event_change(before: AdverseEvent, after: AdverseEvent) -> list[Finding]:
    """What is odd about a change of an event: a grade overwritten where a new row of the history was due."""
    kept = after.grades[: len(before.grades)]
    overwritten = [(old, new) for old, new in zip(before.grades, kept, strict=False) if old.grade != new.grade]
    if len(after.grades) < len(before.grades):
        message = "a row of the grade history was removed"
    elif overwritten:
        old, new = overwritten[0]
        message = f"grade {old.grade} was overwritten by grade {new.grade}"
    else:
        return []
    return [_placed(after, _warn("ae-grade-overwritten", message, "grades", "add a row with the day of the change"))]


def _check_term(event: AdverseEvent, _: Sequence[AdverseEvent], __: EventContext) -> Iterable[Finding]:
    if not event.term:
        yield _warn("ae-not-coded", "the event has no CTCAE term yet", "term", severity=Severity.NOTE)
    elif compute_version(event.version) is None:
        yield _warn("ae-version", f"unknown version of CTCAE: {event.version!r}", "version", "4.03 or 5.0")
    elif (term := _find(event)) is None:
        yield _warn("ae-unknown-term", f"CTCAE {event.version} has no term {event.term!r}", "term")
    else:
        yield from _check_found_term(event, term)


def _check_found_term(event: AdverseEvent, term: CtcaeTerm) -> Iterable[Finding]:
    if event.code and event.code != term.code:
        yield _warn("ae-code", f"{term.term} has the code {term.code}, not {event.code}", "code")
    if term.other_specify and not event.verbatim.strip():
        yield _warn("ae-other-specify", f"{term.term!r} without the words that specify it", "verbatim")
    if term.term in _LAST_RESORTS:
        yield _warn(
            "ae-last-resort", f"{term.term!r} names no cause", "term", "name the cause of death", severity=Severity.NOTE
        )
    for grade in sorted({change.grade for change in event.grades} - set(term.grades)):
        has = ", ".join(str(one) for one in term.grades)
        yield _warn("ae-grade-not-in-term", f"{term.term} has no grade {grade}", "grades", _other_grade(grade, has))


def _other_grade(grade: int, has: str) -> str:
    if grade == 5:
        return f"keep its highest grade ({has}) and record the death on the death form"
    return f"its grades are {has}"


def _check_grade(event: AdverseEvent, _: Sequence[AdverseEvent], __: EventContext) -> Iterable[Finding]:
    if not event.grades:
        yield _warn("ae-no-grade", "the event has no grade", "grades")
    if any(change.grade not in range(1, 6) for change in event.grades):
        yield _warn("ae-grade-range", "a grade is a number from 1 to 5", "grades")
    for earlier, later in zip(event.grades, event.grades[1:], strict=False):
        if later.since is None:
            yield _warn("ae-grade-undated", f"no day for the change to grade {later.grade}", "grades")
        elif earlier.since is not None and later.since.latest < earlier.since.earliest:
            yield _warn("ae-grade-order", "the changes of grade are not in the order of time", "grades")
    for value in event.linked:
        if value.proposed_grade is not None and value.proposed_grade > (event.worst_grade or 0):
            shown = f"{value.path} = {value.value:g} {value.unit}".strip()
            message = f"{shown} proposes grade {value.proposed_grade}, the event has {event.worst_grade or 'none'}"
            yield _warn("ae-below-proposed", message, "grades", severity=Severity.NOTE)


def _check_dates(event: AdverseEvent, _: Sequence[AdverseEvent], context: EventContext) -> Iterable[Finding]:
    if event.onset is None:
        yield _warn("ae-no-onset", "the event has no day of onset", "onset", "give the year at least")
    if event.onset and event.end and event.end.latest < event.onset.earliest:
        yield _warn("ae-end-before-onset", f"it ended ({event.end}) before it began ({event.onset})", "end")
    if event.end and event.ongoing:
        yield _warn("ae-ended-and-ongoing", "it has a last day and is called ongoing", "ongoing")
    if event.end is None and event.outcome in (Outcome.RECOVERED, Outcome.SEQUELAE):
        yield _warn("ae-recovered-without-end", "it is over and has no last day", "end")
    for name, day in _days(event):
        if context.as_of is not None and day.earliest > context.as_of:
            yield _warn("ae-in-future", f"{day} has not come yet", name)
        if context.death is not None and day.earliest > context.death.latest:
            yield _warn("ae-after-death", f"{day} is after the death ({context.death})", name)
    # What had not recovered when the participant died was ongoing then, and stays so on record.
    if context.death is not None and event.ongoing and event.outcome is not Outcome.NOT_RECOVERED:
        yield _warn("ae-ongoing-after-death", "it is called ongoing after the death", "ongoing")


def _days(event: AdverseEvent) -> list[tuple[str, PartialDate]]:
    days = [("onset", event.onset), ("end", event.end), *(("grades", change.since) for change in event.grades)]
    return [(name, day) for name, day in days if day is not None]


def _check_fatal(event: AdverseEvent, _: Sequence[AdverseEvent], context: EventContext) -> Iterable[Finding]:
    if not event.is_fatal:
        return
    if context.death is None:
        yield _warn("ae-fatal-without-death", "a fatal event without a death form", "grades", "fill in the form")
    if Criterion.DEATH not in event.criteria:
        yield _warn("ae-fatal-not-serious", "a fatal event lacks the criterion death", "criteria")
    if event.outcome not in (None, Outcome.FATAL):
        yield _warn("ae-fatal-outcome", f"a fatal event with the outcome {event.outcome.value}", "outcome")
    term = _find(event)
    if term is not None and 5 in term.grades and event.worst_grade != 5:
        yield _warn("ae-fatal-grade", f"{term.term} has a grade 5; a fatal event needs it", "grades")


def _check_seriousness(event: AdverseEvent, _: Sequence[AdverseEvent], __: EventContext) -> Iterable[Finding]:
    if event.serious is None:
        yield _warn("ae-seriousness-open", "nobody has said whether it is serious", "serious")
    if event.serious and not event.criteria:
        yield _warn("ae-serious-without-criterion", "a serious event without a criterion", "criteria")
    if event.serious is False and event.criteria:
        named = ", ".join(sorted(event.criteria))
        yield _warn("ae-criterion-not-serious", f"called not serious, with {named}", "serious")
    if event.worst_grade == 4 and not event.is_serious:
        message = "grade 4 and not serious: severity is not seriousness, is it so?"
        yield _warn("ae-grade-4-not-serious", message, "serious", severity=Severity.NOTE)


def _check_causality(event: AdverseEvent, _: Sequence[AdverseEvent], context: EventContext) -> Iterable[Finding]:
    judged = {one.product for one in event.assessments if one.investigator is not None}
    for product in context.products:
        if product not in judged:
            yield _warn("ae-causality-open", f"no causality by the investigator for {product}", "assessments")
    if event.is_serious and is_related(event) and event.expectedness is None:
        yield _warn("ae-expectedness-open", "serious, related, and expectedness is open", "expectedness")
    if event.infusion is not None and event.infusion.number > context.infusions:
        message = f"infusion {event.infusion.number} was not given; there were {context.infusions}"
        yield _warn("ae-infusion", message, "infusion")


def _check_period(event: AdverseEvent, _: Sequence[AdverseEvent], context: EventContext) -> Iterable[Finding]:
    if event.onset is None or context.consent is None:
        return
    emergence = compute_emergence(event, context)
    if emergence.period is Period.HISTORY:
        remedy = "record it as medical history; only a worsening after consent is an event"
        yield _warn("ae-before-consent", f"it began ({event.onset}) before consent", "onset", remedy)
    elif not emergence.certain:
        message = f"{event.onset} leaves open whether it is treatment-emergent; it counts as {emergence.period.value}"
        yield _warn("ae-emergence-open", message, "onset", severity=Severity.NOTE)


def _check_overlap(event: AdverseEvent, others: Sequence[AdverseEvent], _: EventContext) -> Iterable[Finding]:
    for other in others:
        if event.onset is None or other.onset is None or not _same(event, other):
            continue
        remedy = "merge the two, or correct the days"
        if _certain_overlap(event, other):
            yield _warn("ae-overlap", f"overlaps with event {other.id} of the same term", "onset", remedy)
        elif _span(event)[0] <= _span(other)[1] and _span(other)[0] <= _span(event)[1]:
            message = f"may overlap with event {other.id} of the same term"
            yield _warn("ae-may-overlap", message, "onset", remedy, severity=Severity.NOTE)


def _same(event: AdverseEvent, other: AdverseEvent) -> bool:
    """The same term; events of an "Other, specify" term are the same only in the same words."""
    if event.term.casefold() != other.term.casefold():
        return False
    term = _find(event)
    specific = bool(event.term) and (term is None or not term.other_specify)
    return specific or event.verbatim.strip().casefold() == other.verbatim.strip().casefold()


def _span(event: AdverseEvent) -> tuple[date, date]:
    start = event.onset.earliest if event.onset else date.min
    return start, event.end.latest if event.end else date.max


def _certain_overlap(event: AdverseEvent, other: AdverseEvent) -> bool:
    def core(one: AdverseEvent) -> tuple[date, date]:
        start = one.onset.latest if one.onset else date.max
        if one.end is not None:
            return start, one.end.earliest
        return start, date.max if one.ongoing else start

    (start, end), (other_start, other_end) = core(event), core(other)
    return start <= end and other_start <= other_end and start <= other_end and other_start <= end


def _find(event: AdverseEvent) -> CtcaeTerm | None:
    version = compute_version(event.version)
    return load_terms(version).find(event.term) if version and event.term else None


def _warn(code: str, message: str, field: str, remedy: str = "", *, severity: Severity = Severity.WARNING) -> Finding:
    return Finding(code, message, Place(path=field), severity, remedy)


def _placed(event: AdverseEvent, finding: Finding) -> Finding:
    return replace(finding, place=Place(path=f"adverse_event[{event.id}].{finding.place.path}"))


_Check = Callable[[AdverseEvent, Sequence[AdverseEvent], EventContext], Iterable[Finding]]
_CHECKS: tuple[_Check, ...] = (
    _check_term,
    _check_grade,
    _check_dates,
    _check_fatal,
    _check_seriousness,
    _check_causality,
    _check_period,
    _check_overlap,
)
