"""The way of one person into the study: screening, consent, enrolment under signature, allocation, and what it came to."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from trialwright.capture.allocate import Allocate
from trialwright.capture.consent import Consent, RefuseConsent, check_consent
from trialwright.capture.enrol import Enrol
from trialwright.capture.screen import list_obstacles
from trialwright.definition.design import AllocationMethod
from trialwright.ledger.study import StudyState
from trialwright.ledger.subject import SubjectState
from trialwright.service.perform import Receipt
from trialwright.vocabulary.codelists import Duty
from trialwright.vocabulary.findings import Reason, Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.screening.balance import compute_balance, may_show
from trialwright.web.screening.questions import Answers
from trialwright.web.screening.verdicts import judge
from trialwright.web.signatures.held import load_names
from trialwright.web.signatures.proof import perform_signed
from trialwright.web.written import read_local

Done = Receipt | Refusal

_OTHER = "other"


def show(request: HttpRequest, code: str) -> HttpResponse:
    """The four steps of one person; a post does one of them."""
    state = trial.load_subject(request, code)
    refusal = None
    act = _ACTS.get(request.POST.get("what", "")) if request.method == "POST" else None
    if act is not None:
        done = act(request, code)
        if not isinstance(done, Refusal):
            language = request.language  # type: ignore[attr-defined]
            messages.success(request, render_text("way.saved", language))
            return redirect("way_in", code=code)
        refusal = done
    context = {**_describe(request, state), "refusal": refusal, "posted": request.POST}
    return render(request, "screening/way_in.html", context, status=422 if request.method == "POST" else 200)


# --- the acts -------------------------------------------------------------------------------------------------------


def _text(request: HttpRequest, name: str, longest: int = 200) -> str:
    return request.POST.get(name, "").strip()[:longest]


def _consent(request: HttpRequest, code: str) -> Done:
    version = _text(request, "form_version")
    return trial.perform(
        request,
        Consent(
            code, read_local(request.POST, "given_at"), _text(request, "other_version") if version == _OTHER else version,
            _text(request, "language"), _text(request, "explained_by"), _text(request, "copy_given", 5),
            _text(request, "witness"), _text(request, "optional_samples", 5), _text(request, "signed_by", 40),
        ),
    )  # fmt: skip


def _refuse(request: HttpRequest, code: str) -> Done:
    return trial.perform(request, RefuseConsent(code, _text(request, "reason")))


def _enrol(request: HttpRequest, code: str) -> Done:
    return perform_signed(request, "enrol", lambda proved: Enrol(code, proved))


def _allocate(request: HttpRequest, code: str) -> Done:
    return trial.perform(request, Allocate(code, _text(request, "arm", 60), _text(request, "rationale", 2000)))


_ACTS: dict[str, Callable[[HttpRequest, str], Done]] = {
    "consent": _consent,
    "refuse": _refuse,
    "enrol": _enrol,
    "allocate": _allocate,
}


# --- what the page shows --------------------------------------------------------------------------------------------


def _describe(request: HttpRequest, state: SubjectState) -> dict[str, Any]:
    definition, study = trial.get_definition(), trial.load_study(request)
    language, sight = request.language, trial.get_sight(request)  # type: ignore[attr-defined]
    said = state.screening
    answers = Answers(said.values, said.judgements) if said else Answers({}, {})
    shown = may_show(request, state)
    return {
        "subject": state,
        "screening": judge(definition, answers, state.site, language),
        "against": list_obstacles(definition, said.verdicts) if said else [],
        "consent_wrong": _check_consent(request, state),
        "step": _find_step(state),
        "explained_by": _name_person(state.consent.explained_by) if state.consent else "",
        "choices": _list_choices(study, state, language),
        "may": {act: _list_reasons(request, act, state.site) for act in ("screen", "consent", "enrol", "allocate")},
        "is_assigned": definition.study.allocation.method is AllocationMethod.INVESTIGATOR_ASSIGNED,
        "needs_rationale": definition.study.allocation.rationale == "required",
        "arms": list(definition.arms),
        "sees_arm": sight.arms,
        "balance": compute_balance(definition, study, state, language, sight.arms) if shown else None,
        "is_balance_held": bool(state.arm) and not shown,
        "now": trial.read_clock(),
    }


def _name_person(person: str) -> str:
    name = load_names([person]).get(person)
    return f"{name} ({person})" if name else person


def _list_reasons(request: HttpRequest, act: str, site: str) -> tuple[Reason, ...]:
    return trial.check_may(request, act, site)


def _check_consent(request: HttpRequest, state: SubjectState) -> list[Reason]:
    return check_consent(trial.compute_moment(request), state.site, state.consent) if state.consent else []


def _find_step(state: SubjectState) -> int:
    """1 screening, 2 consent, 3 enrolment, 4 allocation, 5 in the study, 0 when it ended before."""
    if state.arm:
        return 5
    if state.refused or state.died or state.left:
        return 0
    if state.enrolled_at:
        return 4
    return 3 if state.consent else 2


def _list_choices(study: StudyState, state: SubjectState, language: str) -> dict[str, list[tuple[str, str]]]:
    """What the fields of the consent offer: approved versions, languages, people with the duty, yes and no."""
    site = study.sites.get(state.site)
    versions = [(one, one) for one in (site.consent_versions if site else ())]
    today = trial.compute_today(state.site)
    people = dict.fromkeys(
        one.person
        for one in study.duties
        if one.site == state.site and study.has_duty(one.person, Duty.OBTAIN_CONSENT, state.site, today)
    )
    return {
        "versions": [*versions, (_OTHER, render_text("way.other_version", language))],
        "languages": _list_codes("language", language),
        "people": [("", "…"), *((one, _name(study, one)) for one in people)],
        "signed_by": _list_codes("who_signed", language),
        "yes_no": [("", "…"), *((one, render_text(f"code.answer.{one}", language)) for one in ("Y", "N"))],
    }


def _name(study: StudyState, person: str) -> str:
    account = study.accounts.get(person)
    return f"{account.name} ({person})" if account else person


def _list_codes(item: str, language: str) -> list[tuple[str, str]]:
    """The codes of an item of the study's consent form; what acts need where the study has none."""
    definition = trial.get_definition()
    form = definition.forms.get("consent")
    if form is None or item not in form.codes:
        return [("PARTICIPANT", render_text("way.participant", language))] if item == "who_signed" else [("zh", "中文")]
    name = form.items[item].codelist
    return [(code, definition.label(f"codelists.{name}.{code}", language)) for code in form.codes[item]]
