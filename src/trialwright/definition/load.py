"""From the files of a study folder to typed parts: every structural mistake, with file and line, in one run."""

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from trialwright.definition.base import Part
from trialwright.definition.forms import Codelist, Form
from trialwright.definition.simulation import Simulation
from trialwright.definition.source import Source, read_yaml
from trialwright.definition.study import AnalysisFile, SimulationFile, StudyFile
from trialwright.vocabulary.findings import Finding, Place

P = TypeVar("P", bound=Part)
LIBRARY = "library/"
_SUFFIXES = {".yaml", ".json", ".txt"}
_APART = {"scenarios.yaml"}
"""What is asked before the trial is no part of the definition: to change it makes no other version."""


class _CodelistFile(Part):
    codelists: tuple[Codelist, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class FormSource:
    """A form with where each of its items and checks was written."""

    form: Form
    place: Place
    items: Mapping[str, Place]
    checks: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class StudyParts:
    """Everything that the files of a study hold, structurally valid, not yet checked against each other."""

    study: StudyFile
    plan: AnalysisFile
    simulation: Simulation
    forms: Mapping[str, FormSource]
    codelists: Mapping[str, tuple[Codelist, Place]]
    locale: Mapping[str, tuple[str, Place]]
    sources: Mapping[str, Source]
    record: bytes
    digest: str


def read_files(folder: Path) -> dict[str, str]:
    """The texts of a study folder by their path inside it; the only place of this room that opens the study's files."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file())
    paths = [path for path in paths if path.relative_to(folder).as_posix() not in _APART]
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def read_library() -> dict[str, str]:
    """The texts of the shared form library, by their path with ``library/`` before it."""
    root = resources.files("trialwright.definition") / "library"
    texts = {}
    for folder, prefix in ((root, LIBRARY), (root / "forms", f"{LIBRARY}forms/")):
        for entry in sorted(folder.iterdir(), key=lambda one: one.name):
            if entry.name.endswith(".yaml"):
                texts[prefix + entry.name] = entry.read_text(encoding="utf-8")
    return texts


def load_parts(
    files: Mapping[str, str], library: Mapping[str, str] | None = None
) -> tuple[StudyParts | None, list[Finding]]:
    """The parts of a study from its texts, or every structural finding.

    Parameters
    ----------
    files : mapping of path to text
        The study folder, as ``read_files`` gives it.
    library : mapping of path to text, optional
        The shared form library; by default the one that is shipped.
    """
    library = read_library() if library is None else library
    loader = _Loader({**library, **files})
    parts = loader.load(files)
    return (None if loader.findings else parts), loader.findings


def validate_part(kind: type[P], source: Source, data: object) -> tuple[P | None, list[Finding]]:
    """The part that plain data describe, or every finding about them with file and line."""
    try:
        return kind.model_validate(data), []
    except ValidationError as error:
        return None, [_describe(detail, source) for detail in error.errors(include_url=False)]


class _Loader:
    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.findings: list[Finding] = []
        self.sources: dict[str, Source] = {}

    def load(self, files: Mapping[str, str]) -> StudyParts | None:
        study = self._build(StudyFile, "study.yaml", required=True)
        plan = self._build(AnalysisFile, "analysis.yaml", required=True)
        simulation = self._build(SimulationFile, "simulation.yaml", required=False)
        codelists = self._load_codelists(study)
        wanted = [activity.form for activity in study.activities] if study else []
        forms = self._load_forms(dict.fromkeys(wanted))
        locale = self._load_locale()
        record = self._load_record(study, files)
        if study is None or plan is None or self.findings:
            return None
        return StudyParts(
            study=study,
            plan=plan,
            simulation=simulation or Simulation(),
            forms=MappingProxyType(forms),
            codelists=MappingProxyType(codelists),
            locale=MappingProxyType(locale),
            sources=MappingProxyType(self.sources),
            record=record,
            digest=compute_digest(
                {name: text for name, text in self.texts.items() if name in self.sources or name in files}
            ),
        )

    def _source(self, name: str) -> Source | None:
        if name not in self.sources:
            source, findings = read_yaml(name, self.texts[name])
            self.findings += findings
            if source is None:
                return None
            self.sources[name] = source
        return self.sources[name]

    def _build(self, kind: type[P], name: str, *, required: bool) -> P | None:
        if name not in self.texts:
            if required:
                self.findings.append(Finding("no-file", f"the study has no {name}", Place(name)))
            return None
        source = self._source(name)
        return self._validate(kind, source, source.data) if source else None

    def _validate(self, kind: type[P], source: Source, data: object) -> P | None:
        part, findings = validate_part(kind, source, data)
        self.findings += findings
        return part

    def _load_codelists(self, study: StudyFile | None) -> dict[str, tuple[Codelist, Place]]:
        found: dict[str, tuple[Codelist, Place]] = {}
        name = f"{LIBRARY}codelists.yaml"
        library = self._build(_CodelistFile, name, required=False)
        if library:
            for index, codelist in enumerate(library.codelists):
                found[codelist.id] = codelist, self.sources[name].place("codelists", index)
        for index, codelist in enumerate(study.codelists if study else ()):
            found[codelist.id] = codelist, self.sources["study.yaml"].place("codelists", index)
        return found

    def _load_forms(self, wanted: Iterable[str]) -> dict[str, FormSource]:
        forms = {}
        for form in wanted:
            name = self._find_form(form)
            if name is None:
                continue
            loaded = self._load_form(name)
            if loaded is None:
                continue
            if loaded.form.id != form:
                self.findings.append(
                    Finding(
                        "form-name",
                        f"the form in {name} calls itself {loaded.form.id}",
                        loaded.place,
                        remedy=f"id: {form}",
                    )
                )
            forms[form] = loaded
        return forms

    def _find_form(self, form: str) -> str | None:
        for name in (f"forms/{form}.yaml", f"{LIBRARY}forms/{form}.yaml"):
            if name in self.texts:
                return name
        return None

    def _load_form(self, name: str) -> FormSource | None:
        source = self._source(name)
        if source is None:
            return None
        if not isinstance(source.data, dict):
            self.findings.append(Finding("structure", "a form file is a mapping", source.place()))
            return None
        base = source.data.get("extends")
        if base is None:
            form = self._validate(Form, source, source.data)
            return _place_form(form, source, source.data) if form else None
        return self._extend(source, dict(source.data), str(base))

    def _extend(self, source: Source, data: dict[str, object], base: str) -> FormSource | None:
        parent_name = f"{LIBRARY}forms/{base}.yaml"
        if parent_name not in self.texts:
            self.findings.append(
                Finding("unknown-form", f"the library has no form {base} to extend", source.place("extends"))
            )
            return None
        parent = self._source(parent_name)
        if parent is None or not isinstance(parent.data, dict):
            return None
        omit = data.pop("omit", [])
        data.pop("extends")
        merged, places = _merge_form(parent, source, data, omit if isinstance(omit, list) else [])
        names = {item["id"] for item in parent.data.get("items", [])}
        for index, one in enumerate(omit if isinstance(omit, list) else []):
            if one not in names:
                self.findings.append(
                    Finding("unknown-item", f"{base} has no item {one} to omit", source.place("omit", index))
                )
        try:
            form = Form.model_validate(merged)
        except ValidationError as error:
            self.findings += [_describe(detail, source) for detail in error.errors(include_url=False)]
            return None
        return FormSource(form, source.place(), places[0], places[1])

    def _load_locale(self) -> dict[str, tuple[str, Place]]:
        found: dict[str, tuple[str, Place]] = {}
        for name in (f"{LIBRARY}zh.yaml", "locale/zh.yaml"):
            source = self._source(name) if name in self.texts else None
            for path, value in _flatten(source.data if source else {}):
                assert source is not None
                found[".".join(path)] = str(value or ""), source.place(*path)
        return found

    def _load_record(self, study: StudyFile | None, files: Mapping[str, str]) -> bytes:
        if study is None or not study.record:
            return b""
        if study.record not in files:
            place = self.sources["study.yaml"].place("record")
            self.findings.append(Finding("no-file", f"the record {study.record} is not in the study folder", place))
            return b""
        return files[study.record].encode()


def _place_form(form: Form, source: Source, data: Mapping[str, object]) -> FormSource:
    del data
    items = {item.id: source.place("items", index) for index, item in enumerate(form.items)}
    checks = {check.id: source.place("checks", index) for index, check in enumerate(form.checks)}
    return FormSource(form, source.place(), items, checks)


def _merge_form(
    parent: Source, child: Source, data: dict[str, object], omit: list[object]
) -> tuple[dict[str, object], tuple[dict[str, Place], dict[str, Place]]]:
    """The form that the child describes: the parent's parts, less the omitted, with the child's replaced or appended."""
    merged: dict[str, object] = {**parent.data, **data}  # type: ignore[dict-item]
    places: list[dict[str, Place]] = []
    for key in ("items", "checks"):
        parts: dict[str, tuple[object, Place]] = {}
        for source, mapping in ((parent, parent.data), (child, data)):
            for index, part in enumerate(mapping.get(key, [])):  # type: ignore[attr-defined]
                name = str(part.get("id"))
                if not (source is parent and name in omit):
                    parts[name] = part, source.place(key, index)
        merged[key] = [part for part, _ in parts.values()]
        places.append({name: place for name, (_, place) in parts.items()})
    return merged, (places[0], places[1])


def _flatten(data: object, path: tuple[str, ...] = ()) -> Iterable[tuple[tuple[str, ...], object]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _flatten(value, (*path, str(key)))
    elif path:
        yield path, data


def compute_digest(texts: Mapping[str, str]) -> str:
    """SHA-256 over names and texts, in the order of names: the identity of a definition version."""
    canonical = json.dumps(sorted(texts.items()), ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _field_names(kind: type[Part]) -> set[str]:
    return set(kind.model_fields).union(*(_field_names(one) for one in kind.__subclasses__()))


def _describe(detail: ErrorDetails, source: Source) -> Finding:
    """A pydantic error in the words of somebody who has never seen pydantic."""
    path = tuple(step for step in detail["loc"] if not (isinstance(step, str) and ("[" in step or "function" in step)))
    place = source.place(*path)
    name = str(path[-1]) if path else "the file"
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return Finding("missing-field", f"{name} is missing", place, remedy=f"write {name}: …")
        case "extra_forbidden":
            near = difflib.get_close_matches(name, _field_names(Part), n=1)
            return Finding(
                "unknown-field", f"{name} is not a field here", place, remedy=f"did you mean {near[0]}?" if near else ""
            )
        case "enum" | "literal_error":
            return Finding(
                "unknown-word",
                f"{name}: {detail['input']!r} is not allowed",
                place,
                remedy=f"one of {context.get('expected')}",
            )
        case "string_pattern_mismatch":
            return Finding(
                "bad-name",
                f"{name}: {detail['input']!r} does not have the right form",
                place,
                remedy=f"pattern {context.get('pattern')}",
            )
        case "value_error":
            return Finding("structure", str(context.get("error", detail["msg"])), place)
        case _:
            return Finding("structure", f"{name}: {detail['msg']} (it is {detail['input']!r:.60})", place)
