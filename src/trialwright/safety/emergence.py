"""Where an event stands in time: history, after consent, or treatment-emergent.

Both arms alike: a control's day 0 stands for the first infusion. A condition that was there before consent is
medical history; after consent it is an event; it is treatment-emergent when it began or grew worse on or after the
first infusion (ICH E9, glossary: "treatment emergent"). Where a partial date leaves it open, the event counts, and
the answer says that it is not certain.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from trialwright.safety.events import AdverseEvent, GradeChange
from trialwright.vocabulary.partial_dates import PartialDate


class Period(StrEnum):
    """Where an event stands in time."""

    HISTORY = "HISTORY"
    BEFORE_TREATMENT = "BEFORE_TREATMENT"
    EMERGENT = "EMERGENT"
    AFTER_WINDOW = "AFTER_WINDOW"


@dataclass(frozen=True, slots=True)
class EventContext:
    """What a check needs to know beside the event. None means: has not happened, or is not known.

    Parameters
    ----------
    consent : date or None
        Day of consent.
    first_treatment : date or None
        Day of the first infusion; a control's day 0.
    last_treatment : date or None
        Day of the last infusion so far.
    infusions : int
        How many infusions were given.
    emergent_days : int or None
        Days after the last treatment during which an onset still is treatment-emergent; None: without end.
    death : PartialDate or None
        Day of death; with it the death form exists.
    products : tuple of str
        The products and procedures whose causality the study asks for.
    as_of : date or None
        The day of the check, after which nothing can have happened yet.
    """

    consent: date | None = None
    first_treatment: date | None = None
    last_treatment: date | None = None
    infusions: int = 0
    emergent_days: int | None = None
    death: PartialDate | None = None
    products: tuple[str, ...] = ()
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Emergence:
    """The period of an event; ``certain`` is False where a partial or missing date allows another."""

    period: Period
    certain: bool = True

    @property
    def is_emergent(self) -> bool:
        """The treatment-emergent flag."""
        return self.period is Period.EMERGENT


def compute_emergence(event: AdverseEvent, context: EventContext) -> Emergence:
    """The period of an event by the day of its onset, or of its first worsening if that came later.

    >>> given = EventContext(consent=date(2020, 2, 10), first_treatment=date(2020, 2, 12))
    >>> compute_emergence(AdverseEvent("1", "fever", onset=PartialDate.parse("2020-02")), given)
    Emergence(period=<Period.EMERGENT: 'EMERGENT'>, certain=False)
    """
    starts = [_period(event.onset, context, event.end)]
    starts += [_period(day, context, None) for day in _worsenings(event)]
    emergent = [one for one in starts if one.is_emergent]
    if emergent:
        return Emergence(Period.EMERGENT, any(one.certain for one in emergent))
    return starts[0]


def _worsenings(event: AdverseEvent) -> list[PartialDate]:
    """The days on which the grade rose above every grade before."""
    days = []
    before = event.baseline_grade
    for place, change in enumerate(event.grades):
        if change.since is not None and (place > 0 or before is not None) and _rises(change, before):
            days.append(change.since)
        before = max(before or 0, change.grade)
    return days


def _rises(change: GradeChange, before: int | None) -> bool:
    return before is None or change.grade > before


def _period(onset: PartialDate | None, context: EventContext, end: PartialDate | None) -> Emergence:
    earliest = onset.earliest if onset else date.min
    latest = onset.latest if onset else date.max
    if end is not None:
        latest = max(earliest, min(latest, end.latest))
    first, last = _place(earliest, context), _place(latest, context)
    if first is last:
        return Emergence(first)
    within = list(Period)[list(Period).index(first) : list(Period).index(last) + 1]
    return Emergence(Period.EMERGENT if Period.EMERGENT in within else last, certain=False)


def _place(day: date, context: EventContext) -> Period:
    if context.consent is not None and day < context.consent:
        return Period.HISTORY
    if context.first_treatment is None or day < context.first_treatment:
        return Period.BEFORE_TREATMENT
    last = context.last_treatment or context.first_treatment
    if context.emergent_days is not None and day.toordinal() > last.toordinal() + context.emergent_days:
        return Period.AFTER_WINDOW
    return Period.EMERGENT
