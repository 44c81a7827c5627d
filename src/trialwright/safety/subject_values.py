"""From a participant's state in the ledger to graded values: which laboratory values and vital signs propose events.

An item with a CDISC test code is a value; the items of the same form and test code whose variable ends in ORNRLO or
ORNRHI are its laboratory's own limits. The baseline is the last value before the first dose, or in an arm that counts
from allocation the last one up to that day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from trialwright.definition.compiled import CompiledForm, Definition
from trialwright.definition.forms import Item, ItemType
from trialwright.ledger.subject import FormVersion, SubjectState
from trialwright.safety.criteria import Reason
from trialwright.safety.grading import grade_values
from trialwright.safety.proposals import GradedValue, Proposal, Review, compute_proposals
from trialwright.safety.subject_events import compute_context, compute_subject_events
from trialwright.vocabulary.numbers import find_number
from trialwright.vocabulary.partial_dates import PartialDate

_DOMAINS = ("LB", "VS")
_NO_TERM = (Reason.UNKNOWN_TERM, Reason.NO_CRITERION)


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A value as recorded: its item's label, the day, the unit, its laboratory's own limits."""

    label: str
    on: PartialDate
    unit: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Ungradable:
    """A value that has a criterion and could not be graded, and why."""

    path: str
    on: PartialDate
    reason: str


@dataclass(frozen=True, slots=True)
class SubjectGrades:
    """What a participant's values propose: grades of 1 and more, values not gradable, and the grades at baseline."""

    graded: tuple[GradedValue, ...]
    ungradable: tuple[Ungradable, ...]
    baseline: Mapping[str, int]


def compute_subject_grades(definition: Definition, state: SubjectState) -> SubjectGrades:
    """The grades that a participant's laboratory values and vital signs propose, in the study's version of CTCAE."""
    return compute_all_grades(definition, (state,))[state.participant]


def compute_all_grades(definition: Definition, states: Iterable[SubjectState]) -> dict[str, SubjectGrades]:
    """The same of many participants, by code, graded as one frame: so a list of everybody costs little more than one."""
    rows, found, tests = [], dict[str, _Found](), _list_tests(definition)
    for state in states:
        found[state.participant] = _Found()
        rows += [{**row, "participant": state.participant} for row in _subject_rows(definition, tests, state)]
    if rows:
        frame = pl.DataFrame(rows, infer_schema_length=None).rename({"unit_": "unit"})
        for row in grade_values(frame, version=definition.study.safety.ctcae).iter_rows(named=True):
            found[row["participant"]].add(row, definition.study.safety.ctcae)
    return {code: SubjectGrades(tuple(one.graded), tuple(one.ungradable), one.baseline) for code, one in found.items()}


def _subject_rows(definition: Definition, tests: "_Tests", state: SubjectState) -> list["_Row"]:
    context = compute_context(definition, state)
    rows = sorted(_rows(definition, tests, state), key=lambda row: str(row["at"]))
    return _with_baseline(rows, context.first_treatment, min((dose.started_at for dose in state.doses), default=""))


@dataclass(slots=True)
class _Found:
    graded: list[GradedValue] = field(default_factory=list)
    ungradable: list[Ungradable] = field(default_factory=list)
    baseline: dict[str, int] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any], ctcae: str) -> None:
        if row["grade"] is None and row["reason"] not in _NO_TERM:
            self.ungradable.append(Ungradable(row["path"], PartialDate.parse(row["at"][:10]), row["reason"]))
        elif row["grade"] and row["at_baseline"]:
            self.baseline[row["graded_term"]] = max(row["grade"], self.baseline.get(row["graded_term"], 0))
        elif row["grade"]:
            self.graded.append(_graded(row, ctcae))


def compute_subject_proposals(
    definition: Definition, state: SubjectState, reviews: Iterable[Review] = ()
) -> list[Proposal]:
    """The adverse events that a participant's values propose and that nobody has judged, the gravest first."""
    return propose(definition, state, compute_subject_grades(definition, state), reviews)


def propose(
    definition: Definition, state: SubjectState, found: SubjectGrades, reviews: Iterable[Review] = ()
) -> list[Proposal]:
    """The same from grades that are there already."""
    events, loud = compute_subject_events(definition, state), definition.study.safety.propose_within_range
    graded = [one for one in found.graded if loud or not (one.is_within and (one.up_to or one.grade) == 1)]
    return compute_proposals(graded, events, tuple(reviews), found.baseline)


def find_value_of(definition: Definition, state: SubjectState, path: str) -> FoundValue | None:
    """The laboratory value or vital sign at a place such as ``D3.chemistry.alt``; None where there is none."""
    row = next((one for one in _rows(definition, _list_tests(definition), state) if one["path"] == path), None)
    if row is None:
        return None
    item = path.rpartition(".")[2]
    label = next(
        (one.items[item].label for name, one in definition.forms.items() if f"{name}." in path and item in one.items),
        item,
    )
    return FoundValue(label, PartialDate.parse(row["at"][:10]), row["unit_"], row["lln"], row["uln"])


def _graded(row: Mapping[str, Any], ctcae: str) -> GradedValue:
    return GradedValue(
        path=row["path"],
        on=PartialDate.parse(row["at"][:10]),
        value=row["value"],
        unit=row["unit"],
        term=row["graded_term"],
        code=row["code"],
        version=ctcae,
        grade=row["grade"],
        up_to=row["up_to"],
        is_within=_is_within(row),
    )


def _is_within(row: Mapping[str, Any]) -> bool:
    """Whether the value keeps the laboratory's own limit in the direction that was graded; False where none is known."""
    if row["graded_direction"] == "H":
        return row["uln"] is not None and row["value"] <= row["uln"]
    return row["lln"] is not None and row["value"] >= row["lln"]


_Row = dict[str, Any]
_MINUTES = len("2020-01-27T08:30")


@dataclass(frozen=True, slots=True)
class _Test:
    """An item that is a value with a criterion, and the items of its form that hold its limits ('' for none)."""

    item: str
    code: str
    unit: str
    low: str
    high: str


_Tests = Mapping[str, tuple[_Test, ...]]
"""The tests of each form that has any."""


def _list_tests(definition: Definition) -> _Tests:
    found = {name: tuple(_list_form_tests(compiled)) for name, compiled in definition.forms.items()}
    return {name: tests for name, tests in found.items() if tests}


def _list_form_tests(compiled: CompiledForm) -> Iterator[_Test]:
    for item in compiled.items.values():
        code = item.sdtm.testcd if item.sdtm and item.sdtm.domain in _DOMAINS and not item.sdtm.variable else None
        if code is not None and item.type is ItemType.NUMBER:
            low, high = (_find_limit(compiled, item, ending) for ending in ("ORNRLO", "ORNRHI"))
            yield _Test(item.id, code, item.unit, low, high)


def _find_limit(compiled: CompiledForm, of: Item, ending: str) -> str:
    for item in compiled.items.values():
        if item.sdtm and of.sdtm and item.sdtm.testcd == of.sdtm.testcd and (item.sdtm.variable or "").endswith(ending):
            return item.id
    return ""


def _rows(definition: Definition, tests: _Tests, state: SubjectState) -> Iterator[_Row]:
    for (encounter, form, repeat), version in state.forms.items():
        if form not in tests:
            continue
        compiled = definition.forms[form]
        at = _occasion(compiled, version)
        if at:
            one_of_many = compiled.form.log or not encounter or repeat > 1
            place = ".".join(part for part in (encounter, form, str(repeat) if one_of_many else "") if part)
            yield from _form_rows(tests[form], version.recorded.values, place, at)


def _form_rows(tests: tuple[_Test, ...], values: Mapping[str, str], place: str, at: str) -> Iterator[_Row]:
    fasting = {"Y": True, "N": False}.get(values.get("fasting", ""))
    for test in tests:
        value = find_number(values.get(test.item, ""))
        if value is None or (test.code == "OXYSAT" and values.get("on_air") == "N"):
            continue  # CTCAE's limit of saturation is for room air
        yield {
            "path": f"{place}.{test.item}",
            "at": at,
            "parameter": test.code,
            "value": value,
            "unit_": test.unit,
            "lln": find_number(values.get(test.low, "")),
            "uln": find_number(values.get(test.high, "")),
            "fasting": fasting,
        }


def _occasion(compiled: CompiledForm, version: FormVersion) -> str:
    """The day or time at the site that the form is about; empty when it has none that can be read."""
    text = version.recorded.values.get(compiled.form.occasion or "", "")
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return ""
    return text


def _with_baseline(rows: list[_Row], first_day: date | None, first_dose: str) -> list[_Row]:
    """The rows, each with the last value of its test before treatment; values up to then are baseline themselves.

    ``first_dose`` is the local time of the first dose; empty in an arm that counts from the day of allocation.
    """
    last: dict[str, _Row] = {}
    for row in rows:
        row["at_baseline"] = first_day is None or _is_before(row["at"], first_day.isoformat(), first_dose)
        if row["at_baseline"]:
            last[row["parameter"]] = row
    for row in rows:
        base = last.get(row["parameter"])
        same = base is not None and base["unit_"] == row["unit_"]
        row["baseline"] = base["value"] if base is not None and same else None
        row["baseline_uln"] = base["uln"] if base is not None and same else None
    return rows


def _is_before(at: str, first_day: str, first_dose: str) -> bool:
    """Whether a value belongs to baseline; on the day of the first dose only with a time of day that is not later."""
    if at[:10] != first_day or not first_dose:
        return at[:10] <= first_day
    return len(at) >= _MINUTES and at[:_MINUTES] <= first_dose[:_MINUTES]
