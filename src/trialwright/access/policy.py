"""The matrix of role × act × duty. The roles are who somebody is; the duties are what the delegation log hands out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from trialwright.ledger.study import StudyState
from trialwright.vocabulary.codelists import READERS, Duty, Role
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in a role, at one site, or at none (the sponsor's people)."""

    person: str
    role: Role
    site: str = ""


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may do an act: in which roles, and with which delegated duty (None: the role is enough)."""

    roles: frozenset[Role]
    duty: Duty | None = None


_DOCTORS = frozenset({Role.INVESTIGATOR, Role.SUB_INVESTIGATOR})
_WARD = _DOCTORS | {Role.COORDINATOR, Role.NURSE}
_SPONSOR = frozenset({Role.SPONSOR})
_EVERYBODY = frozenset(Role) - {Role.SYSTEM}
_REVIEWERS = frozenset({Role.DATA_MANAGER, Role.MONITOR})
_LEAD = frozenset({Role.INVESTIGATOR, Role.SPONSOR})

PERMISSIONS: Mapping[str, Permission] = MappingProxyType(
    {
        "open_ledger": Permission(_SPONSOR),
        "sign_assumption": Permission(frozenset({Role.INVESTIGATOR})),
        "delegate": Permission(_LEAD),
        "train": Permission(_LEAD | {Role.DATA_MANAGER}),
        "activate_site": Permission(_SPONSOR),
        "suspend_site": Permission(_SPONSOR),
        "close_site": Permission(_SPONSOR),
        "seal_list": Permission(frozenset({Role.INDEPENDENT_STATISTICIAN})),
        "screen": Permission(_WARD, Duty.ENTER_DATA),
        "consent": Permission(_WARD, Duty.OBTAIN_CONSENT),
        "refuse_consent": Permission(_WARD),
        "enrol": Permission(_DOCTORS, Duty.JUDGE_ELIGIBILITY),
        "allocate": Permission(_DOCTORS, Duty.ALLOCATE),
        "schedule_visit": Permission(_WARD, Duty.ENTER_DATA),
        "record_form": Permission(_WARD | READERS | {Role.PHARMACIST}, Duty.ENTER_DATA),
        "release_dose": Permission(frozenset({Role.PHARMACIST}) | _DOCTORS, Duty.HANDLE_PRODUCT),
        "prepare_dose": Permission(frozenset({Role.PHARMACIST}) | _DOCTORS, Duty.HANDLE_PRODUCT),
        "give_dose": Permission(_WARD, Duty.GIVE_PRODUCT),
        "miss_dose": Permission(_WARD),
        "report_adverse_event": Permission(_WARD),
        "note_deviation": Permission(_WARD | {Role.DATA_MANAGER, Role.MONITOR}),
        "find_missed_visits": Permission(_WARD | {Role.DATA_MANAGER, Role.MONITOR, Role.SYSTEM}),
        "leave": Permission(_WARD),
        "die": Permission(_WARD),
        "complete": Permission(_DOCTORS),
        "create_account": Permission(frozenset({Role.ADMINISTRATOR, Role.SYSTEM})),
        "change_account": Permission(frozenset({Role.ADMINISTRATOR})),
        "sign_in": Permission(_EVERYBODY),
        "fail_sign_in": Permission(frozenset({Role.SYSTEM})),
        "raise_query": Permission(_REVIEWERS),
        "answer_query": Permission(_WARD | READERS | {Role.PHARMACIST}, Duty.ENTER_DATA),
        "close_query": Permission(_REVIEWERS),
        "reopen_query": Permission(_REVIEWERS),
        "verify_source": Permission(frozenset({Role.MONITOR})),
        "plan_verification": Permission(_SPONSOR | {Role.DATA_MANAGER}),
        "sign": Permission(_DOCTORS, Duty.SIGN),
        "set_lock": Permission(frozenset({Role.DATA_MANAGER})),
        "set_site_lock": Permission(frozenset({Role.DATA_MANAGER})),
        "sign_plan": Permission(frozenset({Role.STATISTICIAN, Role.INVESTIGATOR, Role.SPONSOR})),
        "sign_unsealing": Permission(_LEAD),
        "sign_results_qc": Permission(_LEAD | {Role.STATISTICIAN}),
        "break_code": Permission(frozenset({Role.INVESTIGATOR})),
        "register_lot": Permission(_SPONSOR | {Role.PHARMACIST}),
        "set_lot_status": Permission(_SPONSOR | {Role.PHARMACIST}),
        "move_stock": Permission(frozenset({Role.PHARMACIST}), Duty.HANDLE_PRODUCT),
        "judge_event": Permission(_SPONSOR | {Role.MEDICAL_MONITOR}),
        "record_report": Permission(_SPONSOR | _DOCTORS | {Role.MEDICAL_MONITOR}),
        "review_proposal": Permission(_DOCTORS, Duty.ASSESS_SAFETY),
        "merge_events": Permission(_DOCTORS, Duty.ASSESS_SAFETY),
        "separate_events": Permission(_DOCTORS, Duty.ASSESS_SAFETY),
        "report_situation": Permission(_WARD | {Role.PHARMACIST}),
        "amend_situation": Permission(_WARD | {Role.PHARMACIST}),
        "decide_flag": Permission(frozenset({Role.SAFETY_BOARD})),
        "acknowledge_notice": Permission(_EVERYBODY - {Role.INSPECTOR}),
        "register_laboratory": Permission(_LEAD | {Role.DATA_MANAGER, Role.COORDINATOR}),
        "plan_monitoring": Permission(_SPONSOR | _REVIEWERS),
        "report_monitoring": Permission(frozenset({Role.MONITOR})),
        "sign_monitoring": Permission(_SPONSOR | {Role.MONITOR}),
        "open_action": Permission(_SPONSOR | _REVIEWERS),
        "finish_action": Permission(_SPONSOR | _REVIEWERS | _WARD | {Role.PHARMACIST}),
        "close_action": Permission(_SPONSOR | _REVIEWERS),
        "assess_deviation": Permission(_SPONSOR | _REVIEWERS | {Role.MEDICAL_MONITOR, Role.INVESTIGATOR}),
        "assess_breach": Permission(_SPONSOR | _REVIEWERS),
        "log_enquiry": Permission(_SPONSOR | _WARD | {Role.DATA_MANAGER}),
        "note_export": Permission(_EVERYBODY - READERS - {Role.ADMINISTRATOR, Role.ETHICS_BOARD}),
        "redact": Permission(frozenset({Role.DATA_MANAGER})),
        "ask_redaction": Permission(_EVERYBODY - {Role.INSPECTOR, Role.ETHICS_BOARD}),
        "decline_redaction": Permission(frozenset({Role.DATA_MANAGER})),
    }
)

FACTS = frozenset(
    {
        "give_dose",
        "miss_dose",
        "report_adverse_event",
        "die",
        "leave",
        "record_report",
        "report_situation",
        "amend_situation",
    }
)
"""Acts that record what has happened: a missing duty is then a deviation, never a refusal (principles, 1)."""


def check_access(act: str, actor: Actor, study: StudyState, site: str, on: date) -> tuple[Reason, ...]:
    """Every reason why ``actor`` may not do ``act`` at ``site`` on a day; empty when it is allowed.

    Parameters
    ----------
    act : str
        A key of ``PERMISSIONS``; KeyError for any other.
    site : str
        The site of the participant or of the act; empty for acts of the whole study.
    """
    permission = PERMISSIONS[act]
    reasons = []
    if actor.role not in permission.roles:
        allowed = ", ".join(sorted(role.value for role in permission.roles))
        reasons.append(Reason("role", f"{actor.role.value} may not {act.replace('_', ' ')}; it is for {allowed}"))
    if site and actor.site and actor.site != site:
        reasons.append(Reason("site", f"{actor.person} works at site {actor.site}, not at site {site}"))
    if permission.duty is not None and act not in FACTS:
        reasons += check_duty(permission.duty, actor.person, study, site, on)
    return tuple(reasons)


def check_duty(duty: Duty, person: str, study: StudyState, site: str, on: date) -> tuple[Reason, ...]:
    """Why ``person`` has not this duty at ``site`` on a day: no delegation, or no training."""
    reasons = []
    if not study.has_duty(person, duty, site, on):
        reasons.append(
            Reason("delegation", f"the delegation log of site {site} does not give {person} {duty.value} on {on}")
        )
    if not study.trained.get(person):
        reasons.append(Reason("training", f"no training of {person} is on record"))
    return tuple(reasons)
