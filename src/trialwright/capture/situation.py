"""Report a situation that must be told whether or not harm came of it: pregnancy, overdose, medication error.

What is learnt later (the outcome of a pregnancy, that nobody was harmed after all, another kind) amends the same
situation with a reason; what was told before stays in the ledger, and the reporting clock goes on from the first word.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.capture.situation_details import check_details
from trialwright.capture.values import parse_moment
from trialwright.ledger.entries_safety import SituationAmended, SituationReported
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


@dataclass(frozen=True, slots=True)
class AmendSituation:
    """A reportable situation as it is known now: everything about it, not only what changed, and why it is amended."""

    participant: str
    number: int
    kind: Situation
    on: str
    aware_at: str
    text: str
    reason: str
    event: int = 0
    details: Mapping[str, str] = field(default_factory=dict)


def decide_report_situation(moment: Moment, state: SubjectState, command: ReportSituation) -> Decision:
    """The situation as an entry; only what cannot be read is sent back."""
    reasons = check_open(moment) + check_actor(moment, "report_situation", state.site)
    if not state.seq:
        reasons.append(Reason("unknown-participant", f"there is no participant {command.participant}"))
    details = _clean(command.details)
    number = 1 + len(state.safety.situations)
    entry = SituationReported(
        number, command.kind.value, command.on, command.aware_at, command.text, command.event, details
    )  # fmt: skip
    return refuse("report_situation", [*reasons, *_check_told(command)]) or (Planned(state.participant, entry),)


def decide_amend_situation(moment: Moment, state: SubjectState, command: AmendSituation) -> Decision:
    """The amendment as an entry, or why not: no such situation, no reason, nothing new, or what cannot be read."""
    reasons = check_open(moment) + check_actor(moment, "amend_situation", state.site)
    known = next((one for one in state.safety.situations if one.number == command.number), None)
    if known is None:
        reasons.append(
            Reason("unknown-situation", f"{state.participant or 'nobody'} has no situation {command.number}")
        )
    if not command.reason.strip():
        reasons.append(Reason("no-reason", "say what is new, or what was wrong"))
    entry = SituationAmended(
        command.number, command.kind.value, command.on, command.aware_at, command.text, command.reason.strip(),
        command.event, _clean(command.details),
    )  # fmt: skip
    if known is not None and _say(known) == _say(entry):
        reasons.append(Reason("no-change", "everything is as it was told before"))
    return refuse("amend_situation", [*reasons, *_check_told(command)]) or (Planned(state.participant, entry),)


def _clean(details: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in details.items() if text}


def _say(told: SituationReported | SituationAmended) -> tuple[object, ...]:
    return told.kind, told.on, told.aware_at, told.text, told.event, dict(told.details)


def _check_told(command: ReportSituation | AmendSituation) -> list[Reason]:
    """Why what is told cannot be read."""
    reasons = []
    for name, read, text in (("on", PartialDate.parse, command.on), ("aware_at", parse_moment, command.aware_at)):
        try:
            read(text)
        except ValueError as error:
            reasons.append(Reason("unreadable", f"{name}: {error}"))
    return [*reasons, *check_details(command.kind.value, _clean(command.details))]
