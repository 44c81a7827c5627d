"""What is to be done after a finding: asked for with a day, done and told how, closed by who asked, or open again."""

from dataclasses import dataclass
from enum import StrEnum

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.capture.monitoring import check_day, check_known_site
from trialwright.ledger.entries_oversight import ActionChanged, ActionOpened
from trialwright.vocabulary.findings import Reason


class ActionStatus(StrEnum):
    """Where an action stands."""

    OPEN = "OPEN"
    DONE = "DONE"
    CLOSED = "CLOSED"


_FROM = {ActionStatus.DONE: ("OPEN",), ActionStatus.CLOSED: ("DONE",), ActionStatus.OPEN: ("DONE", "CLOSED")}
"""From where an action can come to a status."""


@dataclass(frozen=True, slots=True)
class OpenAction:
    """Ask for something at a site ('' for the sponsor's own), by a named person or role, until a day."""

    site: str
    text: str
    owner: str
    due: str
    report: str = ""
    participant: str = ""


@dataclass(frozen=True, slots=True)
class ChangeAction:
    """Say that an action is done, close it, or open it again, and how or why."""

    action: str
    status: ActionStatus
    text: str


def decide_open_action(moment: Moment, command: OpenAction) -> Decision:
    """The action as an entry, or why not."""
    reasons = check_open(moment) + check_actor(moment, "open_action", command.site)
    reasons += check_known_site(moment, command.site) if command.site else []
    reasons += check_day(command.due, "until when")
    for name, text in (("what is to be done", command.text), ("by whom", command.owner)):
        if not text.strip():
            reasons.append(Reason("no-text", f"say {name}"))
    if command.report and command.report not in moment.study.oversight.reports:
        reasons.append(Reason("unknown-report", f"there is no report {command.report}"))
    if command.due and command.due < moment.compute_day(command.site).isoformat():
        reasons.append(Reason("past", "the day until which it is to be done is over"))
    number = len(moment.study.oversight.actions) + 1
    entry = ActionOpened(
        f"A{number}", command.site, command.text, command.owner, command.due, command.report, command.participant
    )
    return refuse("open_action", reasons) or (Planned("", entry),)


def decide_change_action(moment: Moment, command: ChangeAction) -> Decision:
    """The change as an entry, or why not. The site says that something is done; who oversees it closes it."""
    action = moment.study.oversight.actions.get(command.action)
    act = "finish_action" if command.status is ActionStatus.DONE else "close_action"
    reasons = check_open(moment) + check_actor(moment, act, action.opened.site if action else "")
    if action is None:
        reasons.append(Reason("unknown-action", f"there is no action {command.action}"))
    elif action.status not in _FROM[command.status]:
        reasons.append(Reason("no-change", f"{command.action} is {action.status.lower()}"))
    if not command.text.strip():
        reasons.append(Reason("no-text", "say how, or why"))
    entry = ActionChanged(command.action, command.status.value, command.text)
    return refuse(act, reasons) or (Planned("", entry),)
