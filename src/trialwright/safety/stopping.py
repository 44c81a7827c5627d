"""The study's one binding stopping rule, the immediate hold, sentinel spacing and the evaluation window.

What is known of every treated participant goes in; what must happen before the next infusion comes out. A flag blocks
until the safety board's decision on it is given; a new toxicity raises a new flag. What nobody has judged yet counts
as related: a hold that turns out needless costs a day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache

from trialwright.safety.events import AdverseEvent, Causality, is_related
from trialwright.statistics.arrays import IntArray
from trialwright.statistics.stopping import (
    OperatingCharacteristics,
    compute_bayes_boundary,
    compute_exceedance,
    compute_operating_characteristics,
    compute_pocock_boundary,
)
from trialwright.vocabulary.findings import Reason


class RuleKind(StrEnum):
    """The two kinds of rule; a study names one, for they disagree (at 2 of 2 and 4 of 7, for instance)."""

    POCOCK = "POCOCK"
    BAYES = "BAYES"


class Decision(StrEnum):
    """What the safety board decided on a flag."""

    CONTINUE = "CONTINUE"
    STOP = "STOP"


@dataclass(frozen=True, slots=True)
class StoppingPlan:
    """The rule as the study states it.

    Parameters
    ----------
    kind : RuleKind
        Which boundary binds.
    participants : int
        Most participants that will be treated.
    rate : float
        Acceptable rate of toxicity (POCOCK), or the rate not to be exceeded (BAYES).
    error : float
        POCOCK: probability of stopping allowed when ``rate`` is true.
    certainty, prior
        BAYES: posterior probability above which to stop, and the Beta prior.
    grade : int
        A related event of this grade or above is a toxicity.
    infusion_hours : float
        A serious event within so many hours of an infusion is a toxicity whatever its cause.
    evaluation_hours : float
        A participant without toxicity counts as evaluated so many hours after the latest infusion.
    sentinels : int
        How many first participants are treated one by one.
    sentinel_hours : float
        Hours from a sentinel's first infusion to the next participant's.
    related_from : Causality
        From which causality on an event is related.
    """

    kind: RuleKind
    participants: int
    rate: float
    error: float = 0.05
    certainty: float = 0.9
    prior: tuple[float, float] = (0.6, 1.4)
    grade: int = 3
    infusion_hours: float = 24
    evaluation_hours: float = 24
    sentinels: int = 0
    sentinel_hours: float = 0
    related_from: Causality = Causality.POSSIBLE


@dataclass(frozen=True, slots=True)
class Treated:
    """A participant who was given the product: start of each infusion (with zone, oldest first) and all events."""

    id: str
    infusions: tuple[datetime, ...]
    events: tuple[AdverseEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """A treated participant as the rule counts them: first and latest start of an infusion, the events that are
    toxicities, and those that hold all infusions at once, each with its word (fatal, life-threatening)."""

    id: str
    first: datetime
    latest: datetime
    toxic: tuple[str, ...] = ()
    holds: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BoardDecision:
    """The board's decision on one flag, by the flag's key."""

    flag: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that blocks the next infusion until the board decides: its key, what it says, the events behind it."""

    key: str
    text: str
    events: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StoppingState:
    """Where the rule stands.

    Parameters
    ----------
    treated, evaluated, toxic : int
        Participants treated; those with a toxicity or past their window; those with a toxicity.
    pending : tuple of str
        Treated participants not yet evaluable.
    stop_at : int
        Least number of toxicities among the evaluated at which the rule stops (more than ``evaluated``: none does).
    exceedance : float or None
        P(rate > the plan's) under the plan's prior, for the Bayesian rule.
    flags : tuple of Flag
        All flags, decided or not.
    open_flags : tuple of Flag
        Those that the board has not decided on.
    stopped : bool
        Whether the board decided to stop.
    next_start : datetime or None
        Earliest first infusion of the next participant by sentinel spacing, in UTC; None: no bound.
    """

    treated: int
    evaluated: int
    toxic: int
    pending: tuple[str, ...]
    stop_at: int
    exceedance: float | None
    flags: tuple[Flag, ...]
    open_flags: tuple[Flag, ...]
    stopped: bool
    next_start: datetime | None


@cache
def compute_boundary(plan: StoppingPlan) -> IntArray:
    """The plan's boundary, shape (participants,): least toxicities among the first k at which to stop."""
    if plan.kind is RuleKind.POCOCK:
        return compute_pocock_boundary(plan.participants, plan.rate, plan.error)
    return compute_bayes_boundary(plan.participants, plan.rate, plan.certainty, plan.prior)


def compute_plan_characteristics(plan: StoppingPlan, rates: Sequence[float]) -> OperatingCharacteristics:
    """What the plan's rule does at each true rate of toxicity, exactly; to be shown before the first participant."""
    return compute_operating_characteristics(compute_boundary(plan), rates)


def is_toxicity(event: AdverseEvent, plan: StoppingPlan) -> bool:
    """Whether an event counts for the rule: related (or unjudged) of the plan's grade, or serious after an infusion."""
    severe = (event.worst_grade or 0) >= plan.grade or event.is_fatal
    if severe and is_related(event, plan.related_from) is not False:
        return True
    if not event.is_serious or event.infusion is None:
        return False
    return event.infusion.minutes is None or event.infusion.minutes <= 60 * plan.infusion_hours


def is_hold(event: AdverseEvent, plan: StoppingPlan) -> bool:
    """Whether an event holds all infusions at once: fatal or life-threatening, and related or not judged yet."""
    grave = event.is_fatal or event.is_life_threatening
    return grave and is_related(event, plan.related_from) is not False


def compute_stopping_state(
    plan: StoppingPlan, treated: Sequence[Treated], now: datetime, decisions: Sequence[BoardDecision] = ()
) -> StoppingState:
    """Where the rule stands at ``now``.

    Parameters
    ----------
    plan : StoppingPlan
        The rule.
    treated : sequence of Treated
        Every participant of the rule's arm who was given the product at least once.
    now : datetime
        With its zone.
    decisions : sequence of BoardDecision
        What the board has decided so far.
    """
    return compute_state_of_counts(plan, [compute_counted(plan, one) for one in treated], now, decisions)


def compute_counted(plan: StoppingPlan, one: Treated) -> Counted:
    """What of a participant's record the rule counts."""
    starts = [start.astimezone(UTC) for start in one.infusions]
    toxic = tuple(event.id for event in one.events if is_toxicity(event, plan))
    holds = tuple((event.id, _grave(event)) for event in one.events if is_hold(event, plan))
    return Counted(one.id, min(starts), max(starts), toxic, holds)


def compute_state_of_counts(
    plan: StoppingPlan, treated: Sequence[Counted], now: datetime, decisions: Sequence[BoardDecision] = ()
) -> StoppingState:
    """Where the rule stands at ``now``, from what counts of each treated participant."""
    toxic = [one for one in treated if one.toxic]
    begun = now.astimezone(UTC) - timedelta(hours=plan.evaluation_hours)
    pending = tuple(one.id for one in treated if not one.toxic and one.latest > begun)
    evaluated = len(treated) - len(pending)
    boundary = compute_boundary(plan)
    stop_at = int(boundary[min(evaluated, plan.participants) - 1]) if evaluated else 1
    flags = (*_holds(treated), *_crossings(toxic, evaluated, stop_at))
    decided = {one.flag for one in decisions}
    return StoppingState(
        treated=len(treated),
        evaluated=evaluated,
        toxic=len(toxic),
        pending=pending,
        stop_at=stop_at,
        exceedance=_exceedance(plan, len(toxic), evaluated),
        flags=flags,
        open_flags=tuple(flag for flag in flags if flag.key not in decided),
        stopped=any(one.decision is Decision.STOP for one in decisions),
        next_start=_next_start(plan, treated),
    )


def check_infusion(state: StoppingState, at: datetime, new_participant: bool) -> list[Reason]:
    """Why an infusion must not start at ``at``; empty when the safety rules allow it.

    Sentinel spacing binds only the first infusion of a participant; flags and the board's stop bind every infusion.
    """
    reasons = list_blocks([flag.text for flag in state.open_flags], stopped=state.stopped)
    if new_participant and state.next_start is not None and at < state.next_start:
        reasons.append(
            Reason("sentinel", f"the participant before is a sentinel: not before {state.next_start.isoformat()}")
        )
    return reasons


def list_blocks(open_flags: Sequence[str], *, stopped: bool) -> list[Reason]:
    """Why every infusion must wait: the board's stop, and each flag that it has not decided on."""
    waiting = [Reason("stopping-flag", f"{text}: the safety board has not decided yet") for text in open_flags]
    return [Reason("stopped", "the safety board has stopped the infusions"), *waiting] if stopped else waiting


def _holds(treated: Sequence[Counted]) -> list[Flag]:
    return [
        Flag(
            f"hold:{one.id}:{event}", f"{word} event that may be related ({one.id}, event {event})", ((one.id, event),)
        )
        for one in treated
        for event, word in one.holds
    ]


def _grave(event: AdverseEvent) -> str:
    return "fatal" if event.is_fatal else "life-threatening"


def _crossings(toxic: Sequence[Counted], evaluated: int, stop_at: int) -> list[Flag]:
    """The boundary's flag; its key names the toxicities, so that one more raises a new flag."""
    if not toxic or len(toxic) < stop_at:
        return []
    events = tuple((one.id, event) for one in toxic for event in one.toxic)
    text = f"stopping boundary reached: {len(toxic)} of {evaluated} with a toxicity, the rule stops at {stop_at}"
    return [Flag(f"boundary:{len(toxic)}", text, events)]


def _exceedance(plan: StoppingPlan, toxic: int, evaluated: int) -> float | None:
    return compute_exceedance(toxic, evaluated, plan.rate, plan.prior) if plan.kind is RuleKind.BAYES else None


def _next_start(plan: StoppingPlan, treated: Sequence[Counted]) -> datetime | None:
    firsts = sorted(one.first for one in treated) if plan.sentinels else []
    if not firsts or len(firsts) > plan.sentinels:
        return None
    return firsts[-1] + timedelta(hours=plan.sentinel_hours)
