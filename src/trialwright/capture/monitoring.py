"""Monitoring: the plan of a site by its risk, the report of a visit, the signatures under it (ICH E6(R3) 3.11.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.capture.sign import check_fresh
from trialwright.capture.verify_source import check_share
from trialwright.ledger.entries_oversight import MonitoringPlanned, MonitoringReported, MonitoringSigned
from trialwright.ledger.oversight import Report
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Reason

TOPICS = (
    "consent", "eligibility", "source", "safety", "product", "samples", "facilities", "files", "deviations", "follow_up",
)  # fmt: skip
"""What a report goes through, in order; each may be left empty, all of them may not."""
MEANINGS: Mapping[Role, str] = {
    Role.MONITOR: "I made this visit; this report says what I found.",
    Role.SPONSOR: "I have reviewed this report and what follows from it.",
}
"""What is printed above the signature, by who signs."""


class Risk(StrEnum):
    """How closely a site is looked at."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class VisitKind(StrEnum):
    """The kinds of monitoring visit."""

    INITIATION = "INITIATION"
    ON_SITE = "ON_SITE"
    REMOTE = "REMOTE"
    CLOSE_OUT = "CLOSE_OUT"


@dataclass(frozen=True, slots=True)
class PlanMonitoring:
    """Monitor a site this often and this much, because of its risk."""

    site: str
    risk: Risk
    every_days: int
    share: str
    rationale: str
    always: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportMonitoring:
    """Prepare the report of a visit, or (``report`` named) prepare it anew while nobody has signed it."""

    site: str
    kind: VisitKind
    on: str
    findings: Mapping[str, str] = field(default_factory=dict)
    participants: tuple[str, ...] = ()
    people: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True)
class SignMonitoring:
    """Sign a report as its monitor, or as the sponsor who reviewed it; ``content`` is what the signer saw."""

    report: str
    content: str
    authenticated_at: datetime


def decide_plan_monitoring(moment: Moment, command: PlanMonitoring) -> Decision:
    """The plan of a site as an entry, or why not."""
    reasons = check_open(moment) + check_actor(moment, "plan_monitoring", command.site)
    reasons += check_known_site(moment, command.site) + check_share(moment, command.share, command.always)
    if not 1 <= command.every_days <= 730:
        reasons.append(Reason("unreadable", "a site is visited every 1 to 730 days"))
    if not command.rationale.strip():
        reasons.append(Reason("no-reason", "say what the risk is and why this follows from it"))
    entry = MonitoringPlanned(
        command.site, command.risk.value, command.every_days, command.share, command.rationale, command.always
    )
    return refuse("plan_monitoring", reasons) or (Planned("", entry),)


def check_known_site(moment: Moment, site: str) -> list[Reason]:
    """Why a site cannot be meant."""
    return [] if site in moment.definition.sites else [Reason("unknown-site", f"the study has no site {site}")]


def check_day(text: str, what: str) -> list[Reason]:
    """Why a day cannot be read."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return [Reason("unreadable", f"{what}: write a day as 2020-01-27")]
    return []


def decide_report_monitoring(moment: Moment, command: ReportMonitoring) -> Decision:
    """The report as an entry, or why not: no such site, a day to come, nothing said, signed already."""
    known = moment.study.oversight.reports.get(command.report)
    site = known.reported.site if known else command.site
    reasons = check_open(moment) + check_actor(moment, "report_monitoring", site) + check_known_site(moment, site)
    reasons += check_day(command.on, "day of the visit")
    if command.report and known is None:
        reasons.append(Reason("unknown-report", f"there is no report {command.report}"))
    if known and known.valid:
        reasons.append(Reason("signed", f"{command.report} is signed; what is to be added goes into another report"))
    if known and known.by != moment.actor.person:
        reasons.append(Reason("not-yours", f"{command.report} is prepared by {known.by}"))
    if command.on > moment.compute_day(site).isoformat():
        reasons.append(Reason("in-future", "the visit is still to come"))
    findings = {topic: text for topic, text in command.findings.items() if text.strip()}
    if not findings:
        reasons.append(Reason("no-text", "say what was looked at and found"))
    reasons += [Reason("unknown-topic", f"{one} is no topic of a report") for one in findings if one not in TOPICS]
    entry = MonitoringReported(
        command.report or f"M{len(moment.study.oversight.reports) + 1}", known.reported.revision + 1 if known else 1,
        site, command.kind.value, command.on, findings, command.participants, command.people,
    )  # fmt: skip
    return refuse("report_monitoring", reasons) or (Planned("", entry),)


def decide_sign_monitoring(moment: Moment, command: SignMonitoring) -> Decision:
    """The signature as an entry, or why not: another text than was seen, not the author, signed before, no password."""
    report = moment.study.oversight.reports.get(command.report)
    reasons = check_open(moment) + check_actor(moment, "sign_monitoring", report.reported.site if report else "")
    reasons += check_fresh(moment, command.authenticated_at)
    reasons += _check_report(moment, report, command)
    meaning = MEANINGS.get(moment.actor.role, "")
    entry = MonitoringSigned(command.report, command.content, meaning, command.authenticated_at.isoformat())
    return refuse("sign_monitoring", reasons) or (Planned("", entry),)


def _check_report(moment: Moment, report: Report | None, command: SignMonitoring) -> list[Reason]:
    if report is None:
        return [Reason("unknown-report", f"there is no report {command.report}")]
    reasons = []
    if report.content != command.content:
        reasons.append(Reason("changed-meanwhile", f"{command.report} is another text now: read it first"))
    roles = {one.role for one in report.valid}
    if moment.actor.role.value in roles:
        reasons.append(Reason("already-signed", f"{command.report} is signed as {moment.actor.role.value.lower()}"))
    if moment.actor.role is Role.MONITOR and report.by != moment.actor.person:
        reasons.append(Reason("not-yours", f"{command.report} is signed by who prepared it, {report.by}"))
    if moment.actor.role is Role.SPONSOR and Role.MONITOR.value not in roles:
        reasons.append(Reason("not-signed", "the monitor signs first"))
    return reasons
