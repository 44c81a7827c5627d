"""One line for each record of a portfolio: what is late, what is wrong, what turns Unknown, how complete it is."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from trialwright.record.model import Record
from trialwright.registry.case import Case
from trialwright.registry.check import check_record, compute_counts
from trialwright.registry.obligations import Obligation, State, decide_obligations
from trialwright.registry.regimes import Bind
from trialwright.registry.rule import Level
from trialwright.registry.unknown import compute_unknown_day, may_turn_unknown
from trialwright.registry.who import compute_completeness


@dataclass(frozen=True, slots=True)
class AuditRow:
    """What a research office needs to know of one record on one day.

    Parameters
    ----------
    nct_id, file, title, sponsor, status, study_type : str
        Which record.
    updated, verified, start, primary_completion, completion : str
        Dates as told.
    enrollment : int or None
        Number of subjects.
    has_results : bool
        Whether it has a results section.
    errors, warnings, clocks : int
        Broken rules by level.
    rules : str
        Numbers of the broken rules, each once.
    overdue : int
        Duties that bind and are overdue.
    overdue_duties : str
        Their ids.
    next_due : date or None
        The next day on which something that binds is due.
    next_duty : str
        What it is.
    unknown_on : date or None
        When the record turns or turned Unknown.
    days_to_unknown : int or None
        From the day of the audit; negative when it has passed.
    completeness : float
        Share of WHO's items that it holds.
    primary_key : str
        Fingerprint of primary outcomes; two versions that differ in it switched outcomes.
    """

    nct_id: str
    file: str
    title: str
    sponsor: str
    status: str
    study_type: str
    updated: str
    verified: str
    start: str
    primary_completion: str
    completion: str
    enrollment: int | None
    has_results: bool
    errors: int
    warnings: int
    clocks: int
    rules: str
    overdue: int
    overdue_duties: str
    next_due: date | None
    next_duty: str
    unknown_on: date | None
    days_to_unknown: int | None
    completeness: float
    primary_key: str


def compute_audit_row(record: Record, on: date) -> AuditRow:
    """The line of one record on a day."""
    case = Case(record, on)
    breaches = check_record(record, on)
    counts = compute_counts(breaches)
    binding = [one for one in decide_obligations(case) if one.verdict.bind is Bind.APPLIES]
    overdue = [one for one in binding if one.state is State.OVERDUE]
    upcoming = _find_next(binding)
    day = compute_unknown_day(case)
    silent = day is not None and (may_turn_unknown(case.status) or case.status == "UNKNOWN")
    status = record.protocol.status
    return AuditRow(
        nct_id=record.nct_id or record.protocol.identification.org_study_id_info.id,
        file=record.reading.name,
        title=record.protocol.identification.brief_title,
        sponsor=record.protocol.sponsor.lead_sponsor.name,
        status=status.overall_status,
        study_type=record.protocol.design.study_type,
        updated=status.last_update_submit_date or status.last_update_post.date,
        verified=status.status_verified_date,
        start=status.start.date,
        primary_completion=status.primary_completion.date,
        completion=status.completion.date,
        enrollment=record.protocol.design.enrollment_info.count,
        has_results=record.results is not None,
        errors=counts[Level.ERROR],
        warnings=counts[Level.WARNING],
        clocks=counts[Level.CLOCK],
        rules=" ".join(dict.fromkeys(breach.number for breach in breaches)),
        overdue=len(overdue),
        overdue_duties=" ".join(one.duty.id for one in overdue),
        next_due=upcoming.due if upcoming else None,
        next_duty=upcoming.duty.duty if upcoming else "",
        unknown_on=day if silent else None,
        days_to_unknown=(day - on).days if silent and day is not None else None,
        completeness=round(compute_completeness(record), 3),
        primary_key=compute_primary_key(record),
    )


def _find_next(binding: Iterable[Obligation]) -> Obligation | None:
    due = [one for one in binding if one.state is State.DUE and one.due is not None]
    return min(due, key=lambda one: one.due or date.max, default=None)


def compute_primary_key(record: Record) -> str:
    """A fingerprint of titles and time frames of the primary outcomes; order, case and white space do not count."""
    outcomes = record.protocol.outcomes.primary_outcomes
    parts = sorted("".join(f"{one.measure}|{one.time_frame}".lower().split()) for one in outcomes)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16] if parts else ""
