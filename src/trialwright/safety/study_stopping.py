"""The study's stopping rule over the participants of the ledger: stated in the definition, evaluated here."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from trialwright.definition.compiled import Definition
from trialwright.ledger.subject import SubjectState
from trialwright.safety.events import Causality
from trialwright.safety.stopping import BoardDecision, RuleKind, StoppingPlan, StoppingState, compute_stopping_state
from trialwright.safety.subject_events import compute_treated


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
        infusion_hours=rule.evaluation_hours,
        evaluation_hours=rule.evaluation_hours,
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
