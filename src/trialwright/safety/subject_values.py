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
from trialwright.ledger.subject import FormVersion, SubjectState
from trialwright.safety.criteria import Reason
from trialwright.safety.measured import MEASURED, Test, grade_measured, is_one_of_many, list_tests
from trialwright.safety.proposals import GradedValue, Proposal, Review, compute_proposals
from trialwright.safety.subject_events import compute_subject_events
from trialwright.vocabulary.numbers import find_number
from trialwright.vocabulary.partial_dates import PartialDate

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
    known = list(states)
    return read_grades(definition, known, grade_measured(definition, build_measured_of(definition, known), known))


def build_measured_of(definition: Definition, states: Iterable[SubjectState]) -> pl.DataFrame:
    """The values of participants as a frame (``measured.MEASURED``), each participant's forms in their order."""
    tests = list_tests(definition)
    rows = [{**row, "participant": one.participant} for one in states for row in _rows(definition, tests, one)]
    return pl.DataFrame(rows, schema=MEASURED)


def read_grades(
    definition: Definition, states: Iterable[SubjectState], graded: pl.DataFrame
) -> dict[str, SubjectGrades]:
    """The grades of participants, by code, from the frame of ``grade_measured``."""
    found = {state.participant: _Found() for state in states}
    some = (pl.col("grade") > 0) | (
        pl.col("grade").is_null() & ~pl.col("reason").is_in([one.value for one in _NO_TERM])
    )
    for row in graded.filter(some).iter_rows(named=True):
        found[row["participant"]].add(row, definition.study.safety.ctcae)
    return {code: SubjectGrades(tuple(one.graded), tuple(one.ungradable), one.baseline) for code, one in found.items()}


@dataclass(slots=True)
class _Found:
    graded: list[GradedValue] = field(default_factory=list)
    ungradable: list[Ungradable] = field(default_factory=list)
    baseline: dict[str, int] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any], ctcae: str) -> None:
        if row["grade"] is None:
            self.ungradable.append(Ungradable(row["path"], PartialDate.parse(row["at"][:10]), row["reason"]))
        elif row["at_baseline"]:
            self.baseline[row["graded_term"]] = max(row["grade"], self.baseline.get(row["graded_term"], 0))
        else:
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
    row = next((one for one in _rows(definition, list_tests(definition), state) if one["path"] == path), None)
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


def _rows(definition: Definition, tests: Mapping[str, tuple[Test, ...]], state: SubjectState) -> Iterator[_Row]:
    for (encounter, form, repeat), version in state.forms.items():
        if form not in tests:
            continue
        compiled = definition.forms[form]
        at = _occasion(compiled, version)
        if at:
            numbered = str(repeat) if is_one_of_many(compiled, encounter, repeat) else ""
            place = ".".join(part for part in (encounter, form, numbered) if part)
            yield from _form_rows(tests[form], version.recorded.values, place, at)


def _form_rows(tests: tuple[Test, ...], values: Mapping[str, str], place: str, at: str) -> Iterator[_Row]:
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
