"""The adverse event record: what happened, how bad, how serious, why, and what became of it.

Severity (the grade) and seriousness (the six criteria of ICH E2A, II.B) are two things. Causality is judged per
product and per procedure, by the investigator and by the sponsor, and neither overwrites the other
(ICH E2A, III.A.1; China GCP 2020): for reporting and for stopping, the worse of the two counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from trialwright.vocabulary.partial_dates import PartialDate


class Criterion(StrEnum):
    """What makes an event serious (ICH E2A, II.B)."""

    DEATH = "DEATH"
    LIFE_THREATENING = "LIFE_THREATENING"
    HOSPITALISATION = "HOSPITALISATION"
    DISABILITY = "DISABILITY"
    CONGENITAL_ANOMALY = "CONGENITAL_ANOMALY"
    MEDICALLY_IMPORTANT = "MEDICALLY_IMPORTANT"


class Causality(StrEnum):
    """How likely the product or procedure caused the event, in the steps of the WHO-UMC system, least first."""

    NOT_RELATED = "NOT_RELATED"
    UNLIKELY = "UNLIKELY"
    POSSIBLE = "POSSIBLE"
    PROBABLE = "PROBABLE"
    DEFINITE = "DEFINITE"

    @property
    def rank(self) -> int:
        """0 for NOT_RELATED to 4 for DEFINITE."""
        return list(Causality).index(self)


class Expectedness(StrEnum):
    """Whether the reference safety information in force lists it (sponsor; ICH E2A, II.C)."""

    EXPECTED = "EXPECTED"
    UNEXPECTED = "UNEXPECTED"


class Outcome(StrEnum):
    """What became of the event (CDISC SDTM, OUT, C66768)."""

    RECOVERED = "RECOVERED/RESOLVED"
    RECOVERING = "RECOVERING/RESOLVING"
    SEQUELAE = "RECOVERED/RESOLVED WITH SEQUELAE"
    NOT_RECOVERED = "NOT RECOVERED/NOT RESOLVED"
    FATAL = "FATAL"
    UNKNOWN = "UNKNOWN"


class Action(StrEnum):
    """What was done with the study treatment (CDISC SDTM, ACN, C66767)."""

    NOT_CHANGED = "DOSE NOT CHANGED"
    REDUCED = "DOSE REDUCED"
    INTERRUPTED = "DRUG INTERRUPTED"
    WITHDRAWN = "DRUG WITHDRAWN"
    NOT_APPLICABLE = "NOT APPLICABLE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class GradeChange:
    """A grade, and the day from which it held (None: from the onset, or not known)."""

    grade: int
    since: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """Causality of one product or procedure, by investigator and by sponsor (None: not judged yet)."""

    product: str
    investigator: Causality | None = None
    sponsor: Causality | None = None
    procedure: bool = False

    @property
    def worse(self) -> Causality | None:
        """The more likely of the two judgements; None when neither has been made."""
        given = [judged for judged in (self.investigator, self.sponsor) if judged is not None]
        return max(given, key=lambda judged: judged.rank) if given else None


@dataclass(frozen=True, slots=True)
class InfusionRelation:
    """After which infusion it began, and how many minutes after its start (None: not known)."""

    number: int
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class LinkedValue:
    """A value that raised the event: its place (``D3.chemistry.alt``), what was reported, the grade it proposes."""

    path: str
    value: float
    unit: str = ""
    proposed_grade: int | None = None


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """One adverse event of one participant, entered once. None means not known or not judged yet.

    Parameters
    ----------
    id : str
        Its name within the participant's record.
    verbatim : str
        The reporter's words.
    term, code, version : str
        CTCAE term, its MedDRA lowest-level code, and the version of CTCAE; empty before coding.
    onset, end : PartialDate or None
        First and last day, as far as known.
    ongoing : bool or None
        Whether it was going on when last asked.
    grades : tuple of GradeChange
        Every change of grade is a row, oldest first.
    baseline_grade : int or None
        The grade that the condition had at consent, when the event is a worsening of it.
    serious : bool or None
        Whether the reporter calls it serious.
    criteria : frozenset of Criterion
        Why it is serious.
    assessments : tuple of Assessment
        Causality per product and procedure.
    expectedness : Expectedness or None
        By the sponsor, against the reference safety information in force.
    action, treatment, outcome
        What was done with the study treatment, what treated the event, what became of it.
    infusion : InfusionRelation or None
        Relation to an infusion.
    linked : tuple of LinkedValue
        The values that raised it.
    special_interest : str
        Class of special interest (infusion reaction, thromboembolism, secondary infection, tumour) or special
        situation (pregnancy, overdose, medication error), or empty.
    """

    id: str
    verbatim: str
    term: str = ""
    code: str = ""
    version: str = ""
    onset: PartialDate | None = None
    end: PartialDate | None = None
    ongoing: bool | None = None
    grades: tuple[GradeChange, ...] = ()
    baseline_grade: int | None = None
    serious: bool | None = None
    criteria: frozenset[Criterion] = frozenset()
    assessments: tuple[Assessment, ...] = ()
    expectedness: Expectedness | None = None
    action: Action | None = None
    treatment: str = ""
    outcome: Outcome | None = None
    infusion: InfusionRelation | None = None
    linked: tuple[LinkedValue, ...] = ()
    special_interest: str = ""

    @property
    def grade(self) -> int | None:
        """The grade now: the last of the history."""
        return self.grades[-1].grade if self.grades else None

    @property
    def worst_grade(self) -> int | None:
        """The highest grade it ever had."""
        return max((change.grade for change in self.grades), default=None)

    @property
    def is_serious(self) -> bool:
        """Whether it is serious by the reporter's word or by any criterion: the safer of the two readings."""
        return bool(self.serious) or bool(self.criteria)

    @property
    def is_fatal(self) -> bool:
        """Whether it ended in death by its grade, its outcome or its seriousness criterion."""
        return self.worst_grade == 5 or self.outcome is Outcome.FATAL or Criterion.DEATH in self.criteria

    @property
    def is_life_threatening(self) -> bool:
        """Whether it was an immediate risk of death; a grade 4 alone does not say so (severity is not seriousness)."""
        return Criterion.LIFE_THREATENING in self.criteria


def compute_causality(event: AdverseEvent, product: str = "") -> Causality | None:
    """The worst causality by anybody, over all products and procedures, or of one; None when nobody has judged.

    >>> one = Assessment("MSC", Causality.NOT_RELATED, Causality.POSSIBLE)
    >>> compute_causality(AdverseEvent("1", "chills", assessments=(one,))).value
    'POSSIBLE'
    """
    judged = [one.worse for one in event.assessments if product in ("", one.product)]
    return max((one for one in judged if one is not None), key=lambda one: one.rank, default=None)


def is_related(event: AdverseEvent, threshold: Causality = Causality.POSSIBLE, product: str = "") -> bool | None:
    """Whether the event counts as related, by the worse judgement; None when nobody has judged yet."""
    causality = compute_causality(event, product)
    return None if causality is None else causality.rank >= threshold.rank


def is_suspected_unexpected(event: AdverseEvent, threshold: Causality = Causality.POSSIBLE) -> bool:
    """Whether it is, as judged, a suspected unexpected serious reaction (ICH E2A, III.A.1)."""
    unexpected = event.expectedness is Expectedness.UNEXPECTED
    return event.is_serious and unexpected and is_related(event, threshold) is True


def merge_events(first: AdverseEvent, others: Iterable[AdverseEvent]) -> AdverseEvent:
    """One event in place of several records of the same one; it keeps the first one's id and words.

    Onset is the earliest, the end the latest (none where one of them goes on), the grade history that of all in the
    order of time, criteria, assessments and linked values those of all. What only the first one says is kept.
    """
    all_ = (first, *others)
    onsets = [one.onset for one in all_ if one.onset is not None]
    ends = [one.end for one in all_ if one.end is not None]
    ongoing = any(one.ongoing for one in all_)
    changes = {change: None for one in all_ for change in _dated(one)}
    judged = {(one.product, one.procedure): one for event in reversed(all_) for one in event.assessments}
    return replace(
        first,
        onset=min(onsets, key=lambda day: day.earliest, default=None),
        end=None if ongoing else max(ends, key=lambda day: day.latest, default=None),
        ongoing=ongoing or first.ongoing,
        grades=tuple(sorted(changes, key=lambda change: change.since.earliest.toordinal() if change.since else 0)),
        serious=True if any(one.is_serious for one in all_) else first.serious,
        criteria=frozenset().union(*(one.criteria for one in all_)),
        assessments=tuple(_worse(all_, one) for one in judged.values()),
        linked=tuple(dict.fromkeys(value for one in all_ for value in one.linked)),
    )


def _dated(event: AdverseEvent) -> tuple[GradeChange, ...]:
    return tuple(GradeChange(change.grade, change.since or event.onset) for change in event.grades)


def _worse(events: Iterable[AdverseEvent], like: Assessment) -> Assessment:
    same = [
        one
        for event in events
        for one in event.assessments
        if (one.product, one.procedure) == (like.product, like.procedure)
    ]
    return replace(
        like,
        investigator=_most([one.investigator for one in same]),
        sponsor=_most([one.sponsor for one in same]),
    )


def _most(judged: Iterable[Causality | None]) -> Causality | None:
    return max((one for one in judged if one is not None), key=lambda one: one.rank, default=None)
