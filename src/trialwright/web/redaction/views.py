"""One entry with its texts, to be taken out or to be asked for; and what was asked and done so far."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from trialwright.capture.ask_redaction import AskRedaction, DeclineRedaction, Holds
from trialwright.capture.redact import JUSTIFICATION, Redact, list_redactable
from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.envelope import COLUMNS, REDACTION, Envelope
from trialwright.ledger.redaction import Redacted
from trialwright.service.redaction import Cleared, Twin, find_files, find_twins, is_telling, redact
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.show import get_language
from trialwright.web.imports.models import Upload
from trialwright.web.notices.models import NoticeRow
from trialwright.web.sentences.say import say_field, say_word
from trialwright.web.signatures.proof import prove
from trialwright.web.study.audit import find_entries, is_typed, read_wanted
from trialwright.web.study.wording import describe_entry

MOST = 200
MOST_FILES = 20


def list_all(request: HttpRequest) -> HttpResponse:
    """What is asked for, the oldest first, and what was done, the latest first; a site's people see their site's."""
    found = find_entries(request, read_wanted(request)).filter(act=REDACTION).exclude(payload="")
    done = [
        {"position": one.position, "at": one.at, "actor": one.actor, "site": one.site, "participant": one.participant,
         "said": parse_canonical(one.payload)}
        for one in found.order_by("-position")[:MOST]
    ]  # fmt: skip
    asked = [one for _, one in sorted(trial.load_study(request).asked.items()) if _covers(request, one.entry.site)]
    return render(request, "redaction/redactions.html", {"done": done, "asked": asked, "most": MOST})


def _covers(request: HttpRequest, site: str) -> bool:
    return trial.get_sight(request).covers(site)


def show(request: HttpRequest, position: int) -> HttpResponse:
    """An entry that the actor may see in the audit trail; POST asks, declines or takes out."""
    envelope = _find(request, position)
    if envelope.act == REDACTION and envelope.payload:
        return redirect("redact", position=int(str(parse_canonical(envelope.payload)["position"])))
    refusal = None
    if request.method == "POST":
        done = _act(request, envelope)
        if not isinstance(done, Refusal):
            return done
        refusal = done
    return render(
        request, "redaction/redact.html", _describe(request, envelope, refusal), status=422 if refusal else 200
    )


def _find(request: HttpRequest, position: int) -> Envelope:
    row = find_entries(request, read_wanted(request)).filter(position=position).values_list(*COLUMNS).first()
    if row is None:
        raise Http404
    return Envelope._make(row)


def _describe(request: HttpRequest, envelope: Envelope, refusal: Refusal | None) -> dict[str, Any]:
    language, redacted = get_language(request), _find_redacted(request, envelope)
    texts = list_redactable(envelope, {envelope.position: redacted} if redacted else {})
    may, asked = not trial.check_may(request, "redact"), trial.load_study(request).asked.get(envelope.position)
    rows = [_describe_text(envelope, path, text, language) for path, text in texts.items()]
    chosen = request.POST.getlist("path")
    files = find_files(trial.get_running().trial, envelope.position) if may else []
    return {
        "entry": envelope, "said": describe_entry(envelope.act, envelope.payload, "", envelope.site, language),
        "typed": [one for one in rows if one["is_typed"]], "others": [one for one in rows if not one["is_typed"]],
        "chosen": chosen, "redacted": redacted, "asked": asked, "may": may, "refusal": refusal,
        "gone": [(_label(envelope, path, language), text) for path, text in redacted.entry.removed.items()]
        if redacted else [],
        "may_ask": not trial.check_may(request, "ask_redaction", envelope.site), "holds": list(Holds),
        "twins": [_describe_twin(one, language) for one in _list_twins(envelope, texts)] if may else [],
        "also": request.POST.getlist("also"), "justification": request.POST.get("justification", ""),
        "files": [
            {"entry": one, "kind": _name_file(said.what, language), "filter": said.filter}
            for one, said in files[:MOST_FILES]
        ],
        "more_files": max(0, len(files) - MOST_FILES),
    }  # fmt: skip


def _find_redacted(request: HttpRequest, envelope: Envelope) -> Redacted | None:
    if envelope.participant:
        return trial.load_subject(request, envelope.participant).redacted.get(envelope.position)
    return trial.load_study(request).redacted.get(envelope.position)


def _list_twins(envelope: Envelope, texts: dict[str, str]) -> list[Twin]:
    return find_twins(trial.get_running().trial, envelope, {path: text for path, text in texts.items() if text})


def _describe_text(envelope: Envelope, path: str, text: str, language: str) -> dict[str, Any]:
    name, _, item = path.partition(".")
    typed = True
    if name == "values" and envelope.act == "form_recorded":
        typed = is_typed(trial.get_definition().forms[str(parse_canonical(envelope.payload)["form"])], item)
    return {"path": path, "quoted": text, "label": _label(envelope, path, language), "is_typed": typed}


def _label(envelope: Envelope, path: str, language: str) -> str:
    """What a text is of, in the study's words where it is an item of a form."""
    name, _, key = path.partition(".")
    if path == JUSTIFICATION:
        return render_text("redaction.earlier_reason", language)
    form = str(parse_canonical(envelope.payload).get("form", "")) if envelope.act == "form_recorded" else ""
    told = trial.get_definition().label(f"forms.{form}.items.{key}", language) if form and key else key
    if name == "values":
        return told or key
    return f"{say_field(name, language)}: {told}" if key else say_field(name, language)


def _describe_twin(twin: Twin, language: str) -> dict[str, Any]:
    one = twin.envelope
    paths = ", ".join(_label(one, path, language) for path in twin.paths)
    return {
        "position": one.position,
        "act": one.act,
        "at": one.at,
        "site": one.site,
        "actor": one.actor,
        "paths": paths,
    }


def _name_file(what: str, language: str) -> str:
    told = say_word("what", what, language)
    return told if told != what else what.replace("_", " ").replace("-", " ")


# --- acts -----------------------------------------------------------------------------------------------------------


def _act(request: HttpRequest, envelope: Envelope) -> HttpResponse | Refusal:
    step, language = request.POST.get("step", ""), get_language(request)
    if step == "ask":
        holds = request.POST.get("holds", "")
        if holds not in Holds.__members__:
            raise Http404
        done = trial.perform(request, AskRedaction(envelope.position, Holds(holds)))
        told, back = "redaction.told", reverse("redact", kwargs={"position": envelope.position})
    elif step == "decline":
        reason = request.POST.get("reason", "").strip()[:1000]
        done = trial.perform(request, DeclineRedaction(envelope.position, reason))
        told, back = "redaction.declined", reverse("redactions")
    else:
        return _redact(request, envelope)
    if isinstance(done, Refusal):
        return done
    messages.success(request, render_text(told, language))
    return redirect(back)


def _redact(request: HttpRequest, envelope: Envelope) -> HttpResponse | Refusal:
    may = trial.check_may(request, "redact")
    proved = Refusal("redact", may) if may else prove(request, "redact")
    if isinstance(proved, Refusal):
        return proved
    cleared = redact(trial.get_running().trial, _list_commands(request, envelope, proved), trial.get_actor(request))
    if isinstance(cleared, Refusal):
        return cleared
    _clear_beside(cleared)
    language = get_language(request)
    count = len(cleared.receipts)
    messages.success(request, render_text("redaction.done", language, count=count, drafts=cleared.drafts))
    if not cleared.is_disk_clean:
        messages.warning(request, render_text("redaction.disk", language))
    return redirect("redact", position=envelope.position)


def _list_commands(request: HttpRequest, envelope: Envelope, proved: datetime) -> list[Redact]:
    """The redaction of this entry and of each other one that was chosen with it, in which the same texts stand."""
    posted, texts = request.POST, list_redactable(envelope, {})
    chosen = tuple(dict.fromkeys(posted.getlist("path")))
    reason = posted.get("justification", "").strip()[:1000]
    words = tuple(filter(None, (word.strip() for word in posted.get("words", "")[:1000].split(","))))
    commands = [Redact(envelope.participant, envelope.position, chosen, reason, proved, envelope.site, words)]
    going = {path: texts[path] for path in chosen if path in texts}
    wanted = frozenset(posted.getlist("also"))
    for twin in _list_twins(envelope, going) if wanted else []:
        one = twin.envelope
        if str(one.position) in wanted:
            commands.append(Redact(one.participant, one.position, twin.paths, reason, proved, one.site))
    return commands


def _clear_beside(cleared: Cleared) -> None:
    """Notices and files that wait to be taken in must not keep a text that went."""
    for text in cleared.texts:
        if is_telling(text):
            NoticeRow.objects.filter(text__contains=text).update(text="")
            Upload.objects.filter(text__contains=text).delete()
