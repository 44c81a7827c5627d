"""V103–V109: baseline characteristics."""

import re
from collections.abc import Iterator

from trialwright.record.results_section import BaselineCharacteristics, BaselineMeasure, Measurement
from trialwright.registry.case import BASELINE, Case
from trialwright.registry.rule import Level, Rule, Trouble
from trialwright.registry.rules.numbers import list_measurements, read_count, read_denoms, read_number

_COUNTS = frozenset({"COUNT_OF_PARTICIPANTS", "COUNT_OF_UNITS"})
_CONTINUOUS = frozenset({"MEAN", "MEDIAN", "LEAST_SQUARES_MEAN", "GEOMETRIC_MEAN", "LOG_MEAN"})
_CENTRES = frozenset({"MEAN"})


def _baseline(case: Case) -> BaselineCharacteristics:
    return case.record.results.baseline if case.record.results else BaselineCharacteristics()


def _check_total(case: Case) -> Iterator[Trouble]:
    baseline = _baseline(case)
    if len(baseline.groups) < 2:
        return
    total = baseline.groups[-1]
    if total.title.strip().lower() != "total":
        yield Trouble(f"{BASELINE}.groups", "the last group is not the total", "a group Total at the end")
        return
    for number, denom in enumerate(baseline.denoms):
        counts = {one.group_id: read_count(one.value) for one in denom.counts}
        yield from _compare_total(f"{BASELINE}.denoms.{number}", denom.units, counts, total.id)
    for at, measure in enumerate(baseline.measures):
        for number, block in enumerate(measure.classes):
            for part, denom in enumerate(block.denoms):
                counts = {one.group_id: read_count(one.value) for one in denom.counts}
                path = f"{BASELINE}.measures.{at}.classes.{number}.denoms.{part}"
                yield from _compare_total(path, denom.units, counts, total.id)
            for row, category in enumerate(block.categories):
                path = f"{BASELINE}.measures.{at}.classes.{number}.categories.{row}"
                if measure.param_type in _COUNTS:
                    cells = {one.group_id: read_count(one.value) for one in category.measurements}
                    yield from _compare_total(path, f"{measure.title} {category.title}".strip(), cells, total.id)
                elif measure.param_type in _CENTRES:
                    yield from _compare_mean(path, measure, category.measurements, total.id)


def _compare_total(path: str, what: str, counts: dict[str, int | None], total: str) -> Iterator[Trouble]:
    parts = [count for group, count in counts.items() if group != total]
    told = counts.get(total)
    if told is None or not parts or any(count is None for count in parts):
        return
    added = sum(count for count in parts if count is not None)
    if told != added:
        yield Trouble(path, f"{what}: the groups add up to {added} and the total is {told}", str(added))


def _compare_mean(path: str, measure: BaselineMeasure, cells: tuple[Measurement, ...], total: str) -> Iterator[Trouble]:
    """The mean of all cannot lie outside the means of the groups (with room for one rounded digit)."""
    values = {one.group_id: read_number(one.value) for one in cells}
    told = values.pop(total, None)
    parts = [value for value in values.values() if value is not None]
    if told is None or len(parts) < 2 or len(parts) < len(values):
        return
    digits = max((len(one.value.partition(".")[2]) for one in cells), default=0)
    room = 10.0**-digits
    if not min(parts) - room <= told <= max(parts) + room:
        wrong = f"{measure.title}: the mean of all is {told} and the groups' means are {min(parts)} to {max(parts)}"
        yield Trouble(path, wrong, "a mean between those of the groups")


def _check_measures(case: Case) -> Iterator[Trouble]:
    measures = _baseline(case).measures
    if case.record.results is None:
        return
    titles = " | ".join(measure.title.lower() for measure in measures)
    for word, pattern in (("age", r"\bage\b"), ("sex", r"\bsex\b|gender")):
        if not re.search(pattern, titles):
            yield Trouble(f"{BASELINE}.measures", f"no baseline measure gives {word}", f"{word} of the participants")
    if not re.search(r"\brace|ethnic", titles) and case.completes_new:
        wrong = "neither race nor ethnicity is given"
        right = "race and ethnicity, or the statement that they were not collected"
        yield Trouble(f"{BASELINE}.measures", wrong, right, level=Level.WARNING)


def _check_analysed(case: Case) -> Iterator[Trouble]:
    baseline, results = _baseline(case), case.record.results
    if results is None or baseline.population_description or not results.participant_flow.periods:
        return
    first = results.participant_flow.periods[0]
    started = sum(
        read_count(one.num_subjects) or 0
        for milestone in first.milestones
        if milestone.type == "STARTED"
        for one in milestone.achievements
    )
    counts = read_denoms(baseline.denoms)
    total = counts.get(baseline.groups[-1].id) if baseline.groups else None
    if total is not None and started and total != started:
        wrong = f"{started} started and the baseline counts {total}"
        yield Trouble(f"{BASELINE}.populationDescription", wrong, "say who is counted")


def _check_dispersion(case: Case) -> Iterator[Trouble]:
    for number, measure in enumerate(_baseline(case).measures):
        path = f"{BASELINE}.measures.{number}.dispersionType"
        has = bool(measure.dispersion_type) and measure.dispersion_type != "NA"
        if measure.param_type in _CONTINUOUS and not has:
            yield Trouble(
                path, f"{measure.title}: a {measure.param_type.lower()} has no dispersion", "such as STANDARD_DEVIATION"
            )
        if measure.param_type in _COUNTS and has:
            yield Trouble(path, f"{measure.title}: a count has the dispersion {measure.dispersion_type}", "none")


def _check_unit(case: Case) -> Iterator[Trouble]:
    for number, measure in enumerate(_baseline(case).measures):
        unit = measure.unit_of_measure.strip()
        if not unit or unit.upper() in ("NA", "N/A") or unit.isdigit():
            level = None if case.completes_new else Level.WARNING
            path = f"{BASELINE}.measures.{number}.unitOfMeasure"
            yield Trouble(path, f"{measure.title}: {unit!r} is no unit", "the unit, such as years", level=level)


def _check_participants(case: Case) -> Iterator[Trouble]:
    for number, measure in enumerate(_baseline(case).measures):
        if measure.param_type == "COUNT_OF_PARTICIPANTS" and measure.unit_of_measure.strip().lower() != "participants":
            wrong = f"{measure.title}: participants are counted in {measure.unit_of_measure!r}"
            yield Trouble(f"{BASELINE}.measures.{number}.unitOfMeasure", wrong, "Participants")
        yield from _check_counts(case, number, measure)


def _check_counts(case: Case, number: int, measure: BaselineMeasure) -> Iterator[Trouble]:
    """A count is a whole number, and the categories of one class do not count more than were analysed."""
    if measure.param_type != "COUNT_OF_PARTICIPANTS":
        return
    whole = read_denoms(_baseline(case).denoms)
    for at, block in enumerate(measure.classes):
        denoms = read_denoms(block.denoms) or read_denoms(measure.denoms) or whole
        sums: dict[str, int] = {}
        for category in block.categories:
            for one in category.measurements:
                count = read_count(one.value)
                if count is None and one.value not in ("", "NA"):
                    path = f"{BASELINE}.measures.{number}.classes.{at}"
                    yield Trouble(
                        path, f"{measure.title}: {one.value!r} is no number of participants", "a whole number"
                    )
                sums[one.group_id] = sums.get(one.group_id, 0) + (count or 0)
        for group, added in sums.items():
            if group in denoms and added > denoms[group]:
                wrong = f"{measure.title}, {group}: {added} are counted among {denoms[group]}"
                yield Trouble(f"{BASELINE}.measures.{number}.classes.{at}", wrong, f"at most {denoms[group]}")


def check_limits(path: str, title: str, one: Measurement) -> Iterator[Trouble]:
    """Trouble where limits are out of order, or a spread is negative."""
    value, low, high = read_number(one.value), read_number(one.lower_limit), read_number(one.upper_limit)
    if low is not None and high is not None and low > high:
        yield Trouble(path, f"{title}: the lower limit {low} is above the upper {high}", "lower ≤ upper")
    elif value is not None and ((low is not None and low > value) or (high is not None and high < value)):
        wrong = f"{title}: {value} lies outside {one.lower_limit or '…'} to {one.upper_limit or '…'}"
        yield Trouble(path, wrong, "lower limit ≤ value ≤ upper limit")
    spread = read_number(one.spread)
    if spread is not None and spread < 0:
        yield Trouble(path, f"{title}: the spread {spread} is negative", "0 or more")


def _check_limits(case: Case) -> Iterator[Trouble]:
    for number, measure in enumerate(_baseline(case).measures):
        for path, one in list_measurements(measure.classes):
            yield from check_limits(f"{BASELINE}.measures.{number}.{path}", measure.title, one)


RULES = (
    Rule("V103", Level.ERROR, "the last group is the total of the others", _check_total),
    Rule("V104", Level.ERROR, "age and sex are given, race and ethnicity too", _check_measures),
    Rule("V105", Level.WARNING, "baseline counts who started, or says why not", _check_analysed),
    Rule("V106", Level.ERROR, "a mean has a dispersion, a count has none", _check_dispersion),
    Rule("V107", Level.ERROR, "a unit of measure", _check_unit),
    Rule(
        "V108", Level.ERROR, "participants are counted in participants, not above those analysed", _check_participants
    ),
    Rule("V109", Level.ERROR, "lower ≤ value ≤ upper, spread not negative", _check_limits),
)
