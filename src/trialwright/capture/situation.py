"""Report a situation that must be told whether or not harm came of it: pregnancy, overdose, medication error."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.capture.situation_details import check_details
from trialwright.capture.values import parse_moment
from trialwright.ledger.entries_safety import SituationReported
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.findings import Reason
from trialwright.vocabulary.partial_dates import PartialDate


class Situation(StrEnum):
    """The kinds of reportable situation."""

    PREGNANCY = "PREGNANCY"
    PARTNER_PREGNANCY = "PARTNER_PREGNANCY"
    OVERDOSE = "OVERDOSE"
    MEDICATION_ERROR = "MEDICATION_ERROR"


@dataclass(frozen=True, slots=True)
class ReportSituation:
    """What happened, when (perhaps a partial date), when the site knew (local time), in whose words; the adverse event
    that came of it, where one did (0: none). ``details`` are answers to what ``situation_details.DETAILS`` asks of the kind."""

    participant: str
    kind: Situation
    on: str
    aware_at: str
    text: str
    event: int = 0
    details: Mapping[str, str] = field(default_factory=dict)


def decide_report_situation(moment: Moment, state: SubjectState, command: ReportSituation) -> Decision:
    """The situation as an entry; only what cannot be read is sent back."""
    reasons = check_open(moment) + check_actor(moment, "report_situation", state.site)
    if not state.seq:
        reasons.append(Reason("unknown-participant", f"there is no participant {command.participant}"))
    for name, read, text in (("on", PartialDate.parse, command.on), ("aware_at", parse_moment, command.aware_at)):
        try:
            read(text)
        except ValueError as error:
            reasons.append(Reason("unreadable", f"{name}: {error}"))
    details = {name: text for name, text in command.details.items() if text}
    reasons += check_details(command.kind.value, details)
    number = 1 + len(state.safety.situations)
    entry = SituationReported(
        number, command.kind.value, command.on, command.aware_at, command.text, command.event, details
    )  # fmt: skip
    return refuse("report_situation", reasons) or (Planned(state.participant, entry),)
