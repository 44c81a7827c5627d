"""The emergency code break: the investigator alone, for one participant, with a reason; logged, and others are told."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from trialwright.capture.code_break import BreakCode, find_arm
from trialwright.definition.design import Masking
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.signatures.proof import perform_signed


@sensitive_post_parameters("password")
def break_code(request: HttpRequest, code: str) -> HttpResponse:
    """The page for one participant; POST breaks the code, with the password. Day and night, without anybody's leave."""
    state, refusal = trial.load_subject(request, code), None
    if request.method == "POST":
        refusal = _break(request, code)
        if refusal is None:
            return redirect("code_break", code=code)
    definition, person = trial.get_definition(), trial.get_actor(request).person
    is_masked = definition.study.design.masking is not Masking.NONE
    context = {
        "subject": state, "refusal": refusal, "is_masked": is_masked, "reason": request.POST.get("reason", ""),
        "arm": find_arm(definition, state, person), "reasons": trial.check_may(request, "break_code", state.site),
        "is_broken": person in state.review.codebreakers, "others": state.review.codebreakers,
    }  # fmt: skip
    return render(request, "datamanager/code_break.html", context, status=422 if refusal else 200)


def _break(request: HttpRequest, code: str) -> Refusal | None:
    command = BreakCode(code, request.POST.get("reason", "")[:2000])
    done = perform_signed(request, "break_code", lambda _: command)
    return done if isinstance(done, Refusal) else None
