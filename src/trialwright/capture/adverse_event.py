"""Report an adverse event. No edit check delays it; what looks wrong is saved and queried."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.capture.record_form import RecordForm, decide_revision
from trialwright.capture.stopping import plan_count
from trialwright.ledger.entries import AdverseEventReported
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.findings import Reason, Refusal

FORM = "adverse_event"


@dataclass(frozen=True, slots=True)
class ReportAdverseEvent:
    """Open a row of the adverse event form. ``aware_at`` is the site's local time of awareness; ``source`` and
    ``observed_at`` are those of ``RecordForm``."""

    participant: str
    values: Mapping[str, str]
    aware_at: str
    missing: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    observed_at: str = ""


def decide_report_adverse_event(moment: Moment, state: SubjectState, command: ReportAdverseEvent) -> Decision:
    """The event as a new row, whatever looks wrong with it. Only a text that no item can hold is sent back."""
    reasons = check_open(moment) + check_actor(moment, "report_adverse_event", state.site)
    if not state.seq:
        reasons.append(Reason("unknown-participant", f"there is no participant {command.participant}"))
    if (refused := refuse("report_adverse_event", reasons)) is not None:
        return refused
    repeat = 1 + max(state.events, default=0)
    form = RecordForm(command.participant, FORM, "", command.values, repeat, command.missing,
                      source=command.source, observed_at=command.observed_at)  # fmt: skip
    decision = decide_revision(moment, state, form, moment.definition.forms[FORM])
    if isinstance(decision, Refusal):
        return Refusal("report_adverse_event", decision.reasons)
    reported = AdverseEventReported(repeat, command.aware_at, command.values.get("serious") == "Y")
    planned = (Planned(state.participant, reported), *decision)
    return (*planned, *plan_count(moment, state, planned))
