"""Each row of a file as the act that would record it, with everything that is wrong with it and what would be right."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from trialwright.capture.moment import Moment
from trialwright.capture.record_form import RecordForm, decide_record_form
from trialwright.capture.schedule import PlannedVisit, list_visits
from trialwright.capture.values import parse_occasion, read_item
from trialwright.definition.compiled import CompiledForm, Definition
from trialwright.definition.forms import Item, ItemType
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.findings import Refusal
from trialwright.web.forms.checking import render_span
from trialwright.web.imports.mapping import PARTICIPANT, VISIT
from trialwright.web.imports.table import Problem, Table

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]+(\d{1,2}):(\d{2})(?::\d{2})?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the act, unless it stands on record already (``is_known``) or something is wrong with it."""

    line: int
    participant: str
    encounter: str
    command: RecordForm | None
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as it was understood. It can be taken in when ``problems`` is empty."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What all rows of a file are read with."""

    moment: Moment
    compiled: CompiledForm
    states: Mapping[str, SubjectState]
    columns: Mapping[str, str]
    source: str
    laboratory: str = ""

    @property
    def definition(self) -> Definition:
        """The study's definition."""
        return self.moment.definition


def list_codes(table: Table, columns: Mapping[str, str]) -> set[str]:
    """The participants' codes that a file names."""
    at = [index for index, name in enumerate(table.header) if columns.get(name) == PARTICIPANT]
    return {cells[at[0]] for _, cells in table.rows if cells[at[0]]} if at else set()


def read_rows(table: Table, frame: Frame) -> Reading:
    """Every row and every problem, in the order of the lines."""
    rows: list[Row] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for line, cells in table.rows:
        row, found = read_row(line, dict(zip(table.header, cells, strict=True)), frame)
        key = (row.participant, row.encounter)
        if row.participant and row.encounter and key in seen:
            found.append(
                Problem(line, "", f"the same participant and visit as line {seen[key]}", "one row for each visit")
            )
        seen.setdefault(key, line)
        rows.append(row)
        problems += found
    return Reading(tuple(rows), tuple(problems))


def read_row(line: int, cells: Mapping[str, str], frame: Frame) -> tuple[Row, list[Problem]]:
    """One row as an act, and what is wrong with it."""
    by_target = {target: name for name, target in frame.columns.items() if target}
    code = cells.get(by_target.get(PARTICIPANT, ""), "")
    values, problems = read_values(line, cells, frame)
    state = frame.states.get(code)
    if state is None:
        right = "a code of this site" if code else "every row needs the participant's code"
        problems.append(
            Problem(line, by_target.get(PARTICIPANT, ""), f"there is no participant {code or '(empty)'}", right)
        )
        return Row(line, code, "", None), problems
    encounter, trouble = find_visit(line, cells, values, frame, state)
    problems += trouble
    if not encounter or problems:
        return Row(line, code, encounter, None), problems
    return _decide(line, frame, state, encounter, values)


def _decide(
    line: int, frame: Frame, state: SubjectState, encounter: str, values: dict[str, str]
) -> tuple[Row, list[Problem]]:
    form = frame.compiled.form.id
    if "laboratory_name" in frame.compiled.items and "laboratory_name" not in values:
        values["laboratory_name"] = frame.laboratory
    before = state.find_form(encounter, form)
    if before is not None:
        if dict(before.recorded.values) == values:
            return Row(line, state.participant, encounter, None, is_known=True), []
        what = f"{form} at {encounter} is on record (revision {before.recorded.revision}) with other values"
        return Row(line, state.participant, encounter, None), [
            Problem(line, "", what, "correct it on its page, with a reason")
        ]
    command = RecordForm(state.participant, form, encounter, values, source=f"{frame.source}, line {line}")
    decision = decide_record_form(frame.moment, state, command)
    if not isinstance(decision, Refusal):
        return Row(line, state.participant, encounter, command), []
    columns = {target: name for name, target in frame.columns.items()}
    problems = []
    for one in decision.reasons:
        item, known = one.text.split(":")[0].split(" ")[0], one.code in ("impossible", "incomplete", "unreadable")
        problems.append(
            Problem(
                line,
                columns.get(item, item) if known else "",
                one.text,
                _find_right(frame.compiled, item) if known else "",
            )
        )
    return Row(line, state.participant, encounter, None), problems


def _find_right(compiled: CompiledForm, name: str) -> str:
    item = compiled.items.get(name)
    return f"{render_span(item.hard)} {item.unit}".strip() if item is not None and item.hard else ""


def read_values(line: int, cells: Mapping[str, str], frame: Frame) -> tuple[dict[str, str], list[Problem]]:
    """The values of a row by item; every cell that cannot be read is a problem."""
    values: dict[str, str] = {}
    problems = []
    for name, target in frame.columns.items():
        item, text = frame.compiled.items.get(target), cells.get(name, "")
        if item is None or not text:
            continue
        text = normalise(item, frame, text)
        try:
            read_item(item, frame.compiled, text)
            values[target] = text
        except ValueError as error:
            problems.append(Problem(line, name, str(error), explain_right(item, frame)))
    return values, problems


def normalise(item: Item, frame: Frame, text: str) -> str:
    """A cell as the study writes it: dates with hyphens, a code for its label. Anything else is left as it is."""
    if item.type in (ItemType.DATE, ItemType.DATETIME):
        match = _DATE.fullmatch(text)
        if match is None:
            return text
        year, month, day, hour, minute = match.groups()
        on = f"{year}-{int(month):02d}-{int(day):02d}"
        return f"{on}T{int(hour):02d}:{minute}" if item.type is ItemType.DATETIME and hour else on
    if item.type is ItemType.CODE and text not in frame.compiled.codes[item.id]:
        for code in frame.compiled.codes[item.id]:
            labels = (frame.definition.label(f"codelists.{item.codelist}.{code}", one) for one in ("en", "zh"))
            if text.casefold() in {label.casefold() for label in labels}:
                return code
    return text


def explain_right(item: Item, frame: Frame) -> str:
    """What a cell of this item should look like."""
    match item.type:
        case ItemType.NUMBER:
            limits = render_span(item.hard)
            return (
                f"a number with at most {item.decimals} decimals{f', {limits}' if limits else ''} {item.unit}".strip()
            )
        case ItemType.CODE:
            return f"one of {', '.join(frame.compiled.codes[item.id])}"
        case ItemType.DATE:
            return "2020-01-27"
        case ItemType.DATETIME:
            return "2020-01-27 08:30"
        case ItemType.TEXT:
            return "a shorter text"


def find_visit(
    line: int, cells: Mapping[str, str], values: Mapping[str, str], frame: Frame, state: SubjectState
) -> tuple[str, list[Problem]]:
    """The visit that a row names, or the one whose window holds its day."""
    column = next((name for name, target in frame.columns.items() if target == VISIT), "")
    planned = [one for one in list_visits(frame.definition, state) if _asks(frame, state, one)]
    named = cells.get(column, "")
    names = ", ".join(one.encounter for one in planned)
    if named:
        for one in planned:
            labels = {frame.definition.label(f"encounters.{one.encounter}", language) for language in ("en", "zh")}
            if named.casefold() in {one.encounter.casefold(), *(label.casefold() for label in labels)}:
                return one.encounter, []
        return "", [
            Problem(line, column, f"{named} is no visit of {state.participant} with this form", f"one of {names}")
        ]
    on = parse_occasion(values.get(frame.compiled.form.occasion or "", ""))
    if on is None:
        return "", [] if column == "" else [Problem(line, column, "neither visit nor day is given", f"one of {names}")]
    fitting = [one.encounter for one in planned if one.earliest <= on <= one.latest]
    if len(fitting) == 1:
        return fitting[0], []
    return "", [
        Problem(
            line,
            column,
            f"{on} lies in {'no window' if not fitting else 'two windows'} of {state.participant}",
            _tell_windows(planned, on),
        )
    ]


def _asks(frame: Frame, state: SubjectState, visit: PlannedVisit) -> bool:
    activities = frame.definition.list_activities(visit.encounter, state.arm)
    return frame.compiled.form.id in {one.form for one in activities}


def _tell_windows(planned: Sequence[PlannedVisit], on: date) -> str:
    nearest = sorted(planned, key=lambda one: abs((one.day - on).days))[:2]
    return "; ".join(f"{one.encounter}: {one.earliest} to {one.latest}" for one in nearest)
