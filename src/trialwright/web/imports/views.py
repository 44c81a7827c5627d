"""Upload a file, say what its columns are, look at every problem, take it in as a whole."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from trialwright.definition.compiled import CompiledForm
from trialwright.definition.forms import ItemType
from trialwright.ledger.entries import DeviationNoted, FormRecorded
from trialwright.service.perform import compute_stamped
from trialwright.service.reading_many import load_subjects
from trialwright.service.together import Stopped, perform_all
from trialwright.store.read import read_entries
from trialwright.web import trial
from trialwright.web.catalogue import render_text
from trialwright.web.forms.places import find_address
from trialwright.web.forms.posted import clean
from trialwright.web.imports.mapping import check_columns, guess_columns, list_targets
from trialwright.web.imports.models import Mapping, Upload
from trialwright.web.imports.rows import Frame, Reading, list_codes, read_rows
from trialwright.web.imports.table import MOST_BYTES, MOST_ROWS, Problem, Table, decode, read_table

_MOST_ENTRIES = 3000
"""A file writes no more than this."""
_NUMBERS = 4
"""A form with so many numbers can come from a laboratory."""


def list_import_forms() -> dict[str, CompiledForm]:
    """The forms that files can fill: planned at visits, with numbers enough, and no dose."""
    definition = trial.get_definition()
    planned = {one.form for one in definition.study.activities if isinstance(one.at, tuple)}
    return {
        name: one
        for name, one in definition.forms.items()
        if name in planned and not one.form.blinded and definition.find_dosing(name) is None
        and sum(item.type is ItemType.NUMBER for item in one.form.items) >= _NUMBERS
    }  # fmt: skip


def new_import(request: HttpRequest) -> HttpResponse:
    """Choose laboratory, form and file; files of one's own that wait stand below."""
    actor = trial.get_actor(request)
    problems: list[Problem] = []
    if request.method == "POST":
        made = _receive(request, problems)
        if made is not None:
            return redirect("import", number=made.pk)
    context = {
        "problems": problems, "posted": request.POST, "forms": list_import_forms(), "most": MOST_BYTES // 2**20,
        "rows": MOST_ROWS,
        "laboratories": sorted(set(Mapping.objects.filter(site=actor.site).values_list("laboratory", flat=True))),
        "written": list_written(request),
        "waiting": Upload.objects.filter(person=actor.person).defer("text").order_by("-created_at")[:20],
    }  # fmt: skip
    return render(request, "imports/new.html", context, status=422 if problems else 200)


def _receive(request: HttpRequest, problems: list[Problem]) -> Upload | None:
    """Keep the file that was sent for the next page; None where it is none, with the reason."""
    actor, language = trial.get_actor(request), str(getattr(request, "language", "en"))
    laboratory = clean(request.POST.get("laboratory", "")).strip()[:80]
    form, sent = request.POST.get("form", ""), request.FILES.get("file")
    if not laboratory or form not in list_import_forms() or not isinstance(sent, UploadedFile):
        problems.append(Problem(0, "", render_text("imports.incomplete", language)))
        return None
    content = sent.read(MOST_BYTES + 1)
    text = decode(content) if len(content) <= MOST_BYTES else None
    if text is None:
        problems.append(
            Problem(0, "", render_text("imports.no_csv", language), render_text("imports.csv_right", language))
        )
        return None
    name = clean(sent.name or "")[-120:]
    return Upload.objects.create(
        person=actor.person, site=actor.site, laboratory=laboratory, form=form, name=name,
        digest=hashlib.sha256(content).hexdigest(), text=text, created_at=trial.read_clock(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Looked:
    """A file as it stands: its table or its problems, its columns, its rows."""

    upload: Upload
    table: Table | None
    columns: dict[str, str]
    reading: Reading

    @property
    def can_save(self) -> bool:
        """Whether it can be taken in."""
        return not self.reading.problems and any(one.command for one in self.reading.rows)


def one_import(request: HttpRequest, number: int) -> HttpResponse:
    """A file with its columns and problems; POST maps the columns, takes the file in, or throws it away."""
    upload = Upload.objects.filter(pk=number, person=trial.get_actor(request).person).first()
    if upload is None or upload.form not in list_import_forms():
        raise Http404
    match request.POST.get("step") if request.method == "POST" else "look":
        case "look":
            return show(request, look(request, upload))
        case "map":
            _remember(request, upload)
            return redirect("import", number=upload.pk)
        case "discard":
            upload.delete()
            return redirect("imports")
        case "save":
            return save(request, look(request, upload))
        case _:
            raise Http404


def look(request: HttpRequest, upload: Upload) -> Looked:
    """Read the file as it is now against the ledger as it is now; decides every row and writes nothing."""
    compiled = list_import_forms()[upload.form]
    table = read_table(upload.text)
    if not isinstance(table, Table):
        return Looked(upload, None, {}, Reading((), table))
    known = Mapping.objects.filter(site=upload.site, laboratory=upload.laboratory, form=upload.form).first()
    columns = guess_columns(trial.get_definition(), compiled, table.header, known.columns if known else {})
    problems = tuple(check_columns(compiled, columns))
    sight = trial.get_sight(request)
    states = {
        code: state
        for code, state in load_subjects(trial.get_running().trial, list_codes(table, columns)).items()
        if sight.covers(state.site)
    }
    source = f"{upload.laboratory}: {upload.name} (SHA-256 {upload.digest[:12]})"
    reading = read_rows(
        table, Frame(trial.compute_moment(request), compiled, states, columns, source, upload.laboratory)
    )
    return Looked(upload, table, columns, Reading(reading.rows, problems + reading.problems))


def show(request: HttpRequest, looked: Looked, extra: tuple[Problem, ...] = (), status: int = 200) -> HttpResponse:
    """The page of a file."""
    compiled = list_import_forms()[looked.upload.form]
    sample = looked.table.rows[0][1] if looked.table else ()
    context: dict[str, Any] = {
        "looked": looked, "upload": looked.upload, "problems": extra + looked.reading.problems,
        "ready": sum(one.command is not None for one in looked.reading.rows),
        "known": sum(one.is_known for one in looked.reading.rows), "count": len(looked.reading.rows),
        "columns": [
            {"name": name, "target": looked.columns[name], "sample": sample[index] if index < len(sample) else ""}
            for index, name in enumerate(looked.table.header)
        ] if looked.table else [],
        "targets": list_targets(compiled), "form": compiled.form,
    }  # fmt: skip
    return render(request, "imports/import.html", context, status=status)


def _remember(request: HttpRequest, upload: Upload) -> None:
    """Keep what the columns are, for this file and the next ones of the laboratory."""
    table = read_table(upload.text)
    if not isinstance(table, Table):
        return
    targets = {*list_targets(list_import_forms()[upload.form]), ""}
    chosen = {name: request.POST.get(f"column.{index}", "") for index, name in enumerate(table.header)}
    Mapping.objects.update_or_create(
        site=upload.site, laboratory=upload.laboratory, form=upload.form,
        defaults={
            "columns": {name: target for name, target in chosen.items() if target in targets},
            "person": upload.person, "updated_at": trial.read_clock(),
        },
    )  # fmt: skip


def save(request: HttpRequest, looked: Looked) -> HttpResponse:
    """Take the file in: every row or none."""
    rows = [one for one in looked.reading.rows if one.command is not None]
    if not looked.can_save:
        return show(request, looked, status=422)
    result = perform_all(trial.get_running().trial, [one.command for one in rows], trial.get_actor(request))
    if isinstance(result, Stopped):
        trouble = tuple(Problem(rows[result.index].line, "", one.text) for one in result.refusal.reasons)
        return show(request, looked, trouble, 422)
    looked.upload.delete()
    messages.success(request, render_text("imports.done", str(getattr(request, "language", "en")), count=len(rows)))
    positions = [entry.position for receipt in result for entry in receipt.entries]
    return redirect(f"{reverse('imports')}?first={min(positions)}&last={max(positions)}")


def list_written(request: HttpRequest) -> list[dict[str, Any]]:
    """What the file that this person has just taken in has written, from the positions in the address."""
    first, last = (request.GET.get(name, "") for name in ("first", "last"))
    if not (first.isdecimal() and last.isdecimal() and len(first) < 13 and len(last) < 13 and int(first) > 0):
        return []
    rows: list[dict[str, Any]] = []
    person = trial.get_actor(request).person
    for envelope in read_entries(connection, int(first) - 1, min(int(last), int(first) + _MOST_ENTRIES)):
        if envelope.actor != person or not envelope.payload:
            continue
        entry = compute_stamped(envelope).entry
        if isinstance(entry, FormRecorded):
            address = find_address(envelope.participant, entry.encounter, entry.form, entry.repeat)
            rows.append({"envelope": envelope, "entry": entry, "address": address, "deviations": 0})
        elif isinstance(entry, DeviationNoted) and rows and rows[-1]["envelope"].participant == envelope.participant:
            rows[-1]["deviations"] += 1
    return rows
