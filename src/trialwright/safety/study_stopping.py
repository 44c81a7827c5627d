"""The study's stopping rule over the participants of the ledger: stated in the definition, evaluated here."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from trialwright.definition.compiled import Definition
from trialwright.ledger.entries_safety import SafetyCounted
from trialwright.ledger.study import StudyState
from trialwright.ledger.subject import SubjectState
from trialwright.safety.events import Causality
from trialwright.safety.stopping import (
    BoardDecision,
    Counted,
    Decision,
    Flag,
    RuleKind,
    StoppingPlan,
    StoppingState,
    compute_counted,
    compute_state_of_counts,
    compute_stopping_state,
    list_blocks,
)
from trialwright.safety.subject_events import compute_treated
from trialwright.vocabulary.findings import Reason


def compute_plan(definition: Definition) -> StoppingPlan | None:
    """The stopping rule of the definition as a plan; None where the study names none."""
    safety = definition.study.safety
    rule = safety.stopping
    if rule is None:
        return None
    return StoppingPlan(
        kind=RuleKind(rule.kind),
        participants=definition.arms[rule.arm].planned,
        rate=rule.acceptable_rate,
        error=rule.error,
        certainty=rule.certainty,
        prior=rule.prior,
        grade=rule.grade,
        infusion_hours=rule.infusion_hours,
        evaluation_hours=rule.evaluation_hours,
        sentinels=rule.sentinels,
        sentinel_hours=rule.sentinel_hours,
        related_from=Causality(safety.related_from),
    )


def compute_study_stopping(
    definition: Definition, subjects: Iterable[SubjectState], now: datetime, decisions: Sequence[BoardDecision] = ()
) -> StoppingState | None:
    """Where the study's rule stands; None where the study names none.

    Everybody who was given a dose counts, whatever the arm: a control who received the product is at risk too.
    """
    plan = compute_plan(definition)
    if plan is None:
        return None
    treated = [one for one in (compute_treated(definition, state) for state in subjects) if one is not None]
    return compute_stopping_state(plan, treated, now, decisions)


def compute_count(definition: Definition, state: SubjectState) -> SafetyCounted | None:
    """What the rule counts of a participant, as an entry of the study's chain; None before the first dose, or where the
    study names no rule."""
    plan = compute_plan(definition)
    treated = compute_treated(definition, state) if plan else None
    if plan is None or treated is None:
        return None
    one = compute_counted(plan, treated)
    holds = tuple(f"{event}:{word}" for event, word in one.holds)
    return SafetyCounted(one.id, one.first.isoformat(), one.latest.isoformat(), one.toxic, holds)


def compute_ledger_stopping(definition: Definition, study: StudyState, now: datetime) -> StoppingState | None:
    """Where the rule stands by the study's own chain alone; None where the study names none.

    A flag that was raised stays open until the board decides on it, even where more participants have been evaluated
    since and the boundary would not be crossed again.
    """
    plan = compute_plan(definition)
    if plan is None:
        return None
    decisions = [BoardDecision(one.flag, Decision(one.decision)) for one in study.safety.decisions]
    state = compute_state_of_counts(plan, [_read_count(one) for one in study.safety.counted.values()], now, decisions)
    known, decided = {flag.key for flag in state.flags}, {one.flag for one in decisions}
    earlier = tuple(Flag(key, text) for key, text in study.safety.flags.items() if key not in known)
    waiting = tuple(flag for flag in earlier if flag.key not in decided)
    return replace(state, flags=(*earlier, *state.flags), open_flags=(*waiting, *state.open_flags))


def check_preparation(study: StudyState) -> list[Reason]:
    """Why no dose must be prepared now: the board's stop, or a flag that was raised and waits for its decision.

    Nothing is computed: a boundary is crossed by an entry, and that entry raised the flag. As time passes more
    participants are evaluated, and a boundary that was not crossed is not crossed then either.
    """
    decided = {one.flag for one in study.safety.decisions}
    waiting = [text for key, text in study.safety.flags.items() if key not in decided]
    return list_blocks(waiting, stopped=any(one.decision == Decision.STOP for one in study.safety.decisions))


@lru_cache(20_000)
def _read_count(entry: SafetyCounted) -> Counted:
    holds = tuple((event, word) for event, _, word in (one.partition(":") for one in entry.holds))
    first, latest = datetime.fromisoformat(entry.first), datetime.fromisoformat(entry.latest)
    return Counted(entry.participant, first, latest, entry.toxic, holds)
