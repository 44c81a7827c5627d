"""Where the study stands against each quality tolerance limit."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from trialwright.definition.quality import Measure, ToleranceLimit
from trialwright.monitoring.facts import SubjectFacts


class Standing(StrEnum):
    """How a share stands to its limit. ABOVE: more than expected, not yet over the limit."""

    TOO_FEW = "TOO_FEW"
    WITHIN = "WITHIN"
    ABOVE = "ABOVE"
    BREACHED = "BREACHED"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A limit with what was counted: ``count`` of ``total``."""

    limit: ToleranceLimit
    count: int
    total: int

    @property
    def share(self) -> float | None:
        """The share; None of nothing."""
        return self.count / self.total if self.total else None

    @property
    def standing(self) -> Standing:
        """How it stands; nothing is judged below the least number."""
        if self.share is None or self.total < self.limit.least:
            return Standing.TOO_FEW
        if self.share > self.limit.limit:
            return Standing.BREACHED
        return Standing.ABOVE if self.share > self.limit.expected else Standing.WITHIN


def compute_tolerance(limit: ToleranceLimit, subjects: Iterable[SubjectFacts]) -> Tolerance:
    """What a limit counts among participants."""
    counted = [_count(limit, one) for one in subjects]
    return Tolerance(limit, sum(count for count, _ in counted), sum(total for _, total in counted))


def _count(limit: ToleranceLimit, one: SubjectFacts) -> tuple[int, int]:
    """What counts against the limit, and of how many, for one participant."""
    match limit.measure:
        case Measure.MISSED_VISITS:
            return one.visits_missed, one.visits_due
        case Measure.MISSING_FORMS:
            due = [each for each in one.due if _is_meant(limit, *each)]
            return sum(each in one.missing for each in due), len(due)
        case Measure.LATE_ENTRY:
            delays = [
                each.delay
                for each in one.forms
                if each.delay is not None and _is_meant(limit, each.encounter, each.form)
            ]
            return sum(delay > (limit.days or 0) for delay in delays), len(delays)
        case Measure.QUERIED_FORMS:
            forms = [each for each in one.forms if _is_meant(limit, each.encounter, each.form)]
            return sum(each.is_queried for each in forms), len(forms)
        case Measure.DOSES_NOT_GIVEN:
            return one.doses_missed, one.doses_due
        case Measure.LEFT_EARLY:
            return int(one.is_allocated and one.has_left), int(one.is_allocated)
        case Measure.IMPORTANT_DEVIATIONS:
            return int(one.is_allocated and one.has_important), int(one.is_allocated)


def _is_meant(limit: ToleranceLimit, encounter: str, form: str) -> bool:
    return (not limit.forms or form in limit.forms) and (not limit.at or encounter in limit.at)
