"""The stopping rule at work: what an act changes in the count, the flags that it raises, the safety board's decision.

Every act that concerns a treated participant's safety writes the participant's count into the study's chain, beside its
own entries. So the study's state alone says whether a dose may be prepared, and no participant has to be looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.ledger.entries_safety import BoardDecided, SafetyFlagRaised
from trialwright.ledger.envelope import render_at
from trialwright.ledger.subject import Stamped, SubjectState, fold_subject
from trialwright.safety import stopping as rule
from trialwright.safety.study_stopping import compute_count, compute_ledger_stopping
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class DecideFlag:
    """The board's decision on a flag, with its reason; ``flag`` is empty for a stop on the board's own account."""

    flag: str
    decision: rule.Decision
    reason: str


def plan_count(moment: Moment, state: SubjectState, planned: Sequence[Planned]) -> list[Planned]:
    """The participant's new count and the flags that it raises, after entries that are about to be written; nothing
    where the count stays as it was."""
    if moment.definition.study.safety.stopping is None:
        return []
    after = state
    for one in planned:
        if one.participant == state.participant:
            after = fold_subject(after, _stamp(moment, after, one))
    count = compute_count(moment.definition, after)
    if count is None or count == moment.study.safety.counted.get(state.participant):
        return []
    safety = replace(moment.study.safety, counted={**moment.study.safety.counted, state.participant: count})
    if not any(one.toxic or one.holds for one in safety.counted.values()):
        return [Planned("", count)]
    standing = compute_ledger_stopping(moment.definition, replace(moment.study, safety=safety), moment.now)
    assert standing is not None
    fresh = [flag for flag in standing.flags if flag.key not in safety.flags]
    return [Planned("", count), *(Planned("", SafetyFlagRaised(flag.key, flag.text)) for flag in fresh)]


def _stamp(moment: Moment, state: SubjectState, planned: Planned) -> Stamped:
    actor = moment.actor
    return Stamped(
        0, state.seq + 1, state.participant, render_at(moment.now), actor.person, actor.role.value, state.site,
        moment.definition.version, planned.entry,
    )  # fmt: skip


def decide_flag(moment: Moment, command: DecideFlag) -> Decision:
    """The decision as an entry of the study's chain, or why not: no such flag, decided before, no reason."""
    reasons = check_open(moment) + check_actor(moment, "decide_flag", "")
    safety = moment.study.safety
    if command.flag and command.flag not in safety.flags:
        reasons.append(Reason("unknown-flag", f"no flag {command.flag} was raised"))
    if not command.flag and command.decision is not rule.Decision.STOP:
        reasons.append(Reason("unknown-flag", "to go on, name the flag that is decided on"))
    if any(one.flag == command.flag and one.decision == command.decision.value for one in safety.decisions):
        reasons.append(Reason("already-decided", "the board has decided so already"))
    if not command.reason.strip():
        reasons.append(Reason("no-reason", "a decision needs its reason"))
    entry = BoardDecided(command.flag, command.decision.value, command.reason)
    return refuse("decide_flag", reasons) or (Planned("", entry),)
