"""The sponsor's part of an adverse event: the same record grows, and nothing is entered twice.

Causality for the sponsor is another, independent person's than the investigator's (principles of conduct, 3); neither
judgement overwrites the other.
"""

from dataclasses import dataclass
from datetime import datetime

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.capture.stopping import plan_count
from trialwright.ledger.entries_safety import EventJudged, ReportSent
from trialwright.ledger.subject import SubjectState
from trialwright.safety.events import Causality, Expectedness
from trialwright.safety.regimes import load_regimes
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class JudgeEvent:
    """The sponsor's causality and expectedness of an event; ``reference`` names the safety information in force.

    ``aware_at`` is when the sponsor knew of the event (with zone), None: when the site saved it as serious, for sponsor
    and site share the record.
    """

    participant: str
    event: int
    causality: Causality
    expectedness: Expectedness | None = None
    reference: str = ""
    aware_at: datetime | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class RecordReport:
    """A report that went out under a rule of a regime (``ICH.2``), to whom, when (with zone), and how.

    It is about an event, or (``event`` 0) about a reportable situation.
    """

    participant: str
    event: int
    rule: str
    recipient: str
    sent_at: datetime
    how: str = ""
    reference: str = ""
    situation: int = 0


def decide_judge_event(moment: Moment, state: SubjectState, command: JudgeEvent) -> Decision:
    """The judgement as an entry, with what it changes for the stopping rule; or why not."""
    reasons = check_open(moment) + check_actor(moment, "judge_event", state.site) + _check_event(state, command.event)
    person = moment.actor.person
    if any(one.person == person and one.site == state.site for one in moment.study.duties):
        reasons.append(Reason("not-independent", f"{person} has duties at site {state.site}; another person judges"))
    if command.expectedness is not None and not command.reference.strip():
        reasons.append(Reason("no-reference", "expectedness is judged against reference safety information: name it"))
    if command.event in state.safety.judged and not command.comment.strip():
        reasons.append(Reason("no-reason", "a changed judgement needs its reason"))
    reasons += _check_time(moment, command.aware_at) if command.aware_at else []
    if (refused := refuse("judge_event", reasons)) is not None:
        return refused
    expected = command.expectedness.value if command.expectedness else ""
    aware = command.aware_at.isoformat() if command.aware_at else ""
    entry = EventJudged(command.event, command.causality.value, expected, command.reference, aware, command.comment)
    planned = (Planned(state.participant, entry),)
    return (*planned, *plan_count(moment, state, planned))


def decide_record_report(moment: Moment, state: SubjectState, command: RecordReport) -> Decision:
    """The report as an entry; only what cannot be read is sent back."""
    reasons = check_open(moment) + check_actor(moment, "record_report", state.site)
    if command.event or command.situation not in {one.number for one in state.safety.situations}:
        reasons += _check_event(state, command.event)
    if command.rule not in {rule.id for regime in load_regimes().values() for rule in regime.rules}:
        reasons.append(Reason("unknown-rule", f"no reporting regime has a rule {command.rule}"))
    reasons += _check_time(moment, command.sent_at)
    entry = ReportSent(
        command.event,
        command.rule,
        command.recipient,
        command.sent_at.isoformat(),
        command.how,
        command.reference,
        0 if command.event else command.situation,
    )
    return refuse("record_report", reasons) or (Planned(state.participant, entry),)


def _check_event(state: SubjectState, event: int) -> list[Reason]:
    if event in state.events:
        return []
    return [Reason("unknown-event", f"{state.participant or 'nobody'} has no event {event}")]


def _check_time(moment: Moment, at: datetime) -> list[Reason]:
    if at.tzinfo is None:
        return [Reason("unreadable", f"{at.isoformat()} has no time zone")]
    return [Reason("in-future", f"{at.isoformat()} is in the future")] if at > moment.now else []
