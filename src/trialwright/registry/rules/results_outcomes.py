"""V110–V122: results of outcomes and their statistical analyses."""

import re
from collections.abc import Iterator

from trialwright.record.results_section import MeasureClass, OutcomeAnalysis, OutcomeMeasure
from trialwright.registry.case import MEASURES, Case
from trialwright.registry.rule import Level, Rule, Trouble
from trialwright.registry.rules.numbers import list_measurements, read_count, read_denoms, read_number
from trialwright.registry.rules.results_baseline import check_limits

_TYPES = {"primary": "PRIMARY", "secondary": "SECONDARY"}
_CONTINUOUS = frozenset(
    {"MEAN", "MEDIAN", "LEAST_SQUARES_MEAN", "GEOMETRIC_MEAN", "GEOMETRIC_LEAST_SQUARES_MEAN", "LOG_MEAN"}
)
_COUNTS = frozenset({"COUNT_OF_PARTICIPANTS", "COUNT_OF_UNITS"})
_P_VALUE = re.compile(r"\s*(?:[<>]=?|≤|≥|=)?\s*(?:0?\.\d+|0|1(?:\.0+)?)\s*")


def _measures(case: Case) -> tuple[tuple[str, OutcomeMeasure], ...]:
    if case.record.results is None:
        return ()
    measures = case.record.results.outcomes.outcome_measures
    return tuple((f"{MEASURES}.{number}", measure) for number, measure in enumerate(measures))


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _check_registered(case: Case) -> Iterator[Trouble]:
    if case.record.results is None:
        return
    reported = [(measure.type, _plain(measure.title)) for _, measure in _measures(case)]
    for path, level, outcome in case.outcomes():
        if level not in _TYPES:
            continue
        key = (_TYPES[level], _plain(outcome.measure))
        if key in reported:
            reported.remove(key)
        else:
            wrong = f"the {level} outcome {outcome.measure[:60]!r} is registered and not reported under this title"
            yield Trouble(path, wrong, "a result with the registered title and type")
    for kind, title in reported:
        if kind in _TYPES.values():
            wrong = f"{title[:60]!r} is reported as {kind} and not registered as such"
            yield Trouble(MEASURES, wrong, "the registered title, or POST_HOC")


def _check_posted(case: Case) -> Iterator[Trouble]:
    for path, measure in _measures(case):
        if measure.reporting_status != "POSTED":
            continue
        for key, value in (("groups", measure.groups), ("denoms", measure.denoms), ("classes", measure.classes)):
            empty = any(number == 0 for number in read_denoms(measure.denoms).values())
            if not value and not (key == "classes" and empty):
                yield Trouble(
                    f"{path}.{key}",
                    f"{measure.title[:60]!r} is posted without {key}",
                    f"its {key}",
                    level=Level.WARNING,
                )


def _check_time_frame(case: Case) -> Iterator[Trouble]:
    for path, measure in _measures(case):
        if not measure.time_frame.strip():
            yield Trouble(f"{path}.timeFrame", f"{measure.title[:60]!r} has no time frame", "the registered one")


def _check_nobody(case: Case) -> Iterator[Trouble]:
    for path, measure in _measures(case):
        counts = read_denoms(measure.denoms)
        if counts and not any(counts.values()) and not measure.population_description:
            wrong = f"nobody was analysed for {measure.title[:60]!r}"
            yield Trouble(f"{path}.populationDescription", wrong, "why nobody was analysed")


def _class_denoms(measure: OutcomeMeasure, block: MeasureClass) -> dict[str, int]:
    units = measure.denom_units_selected or (
        measure.type_units_analyzed if measure.param_type == "COUNT_OF_UNITS" else ""
    )
    return read_denoms(block.denoms, units) or read_denoms(measure.denoms, units)


def _check_counts(case: Case) -> Iterator[Trouble]:
    for path, measure in _measures(case):
        if measure.param_type not in _COUNTS:
            continue
        for at, block in enumerate(measure.classes):
            denoms = _class_denoms(measure, block)
            sums: dict[str, int] = {}
            for category in block.categories:
                for one in category.measurements:
                    sums[one.group_id] = sums.get(one.group_id, 0) + (read_count(one.value) or 0)
            for group, added in sums.items():
                if group in denoms and added > denoms[group]:
                    wrong = f"{measure.title[:60]!r}, {group}: {added} are counted among {denoms[group]} analysed"
                    yield Trouble(f"{path}.classes.{at}", wrong, f"at most {denoms[group]}")


def _check_values(case: Case) -> Iterator[Trouble]:
    for path, measure in _measures(case):
        for below, one in list_measurements(measure.classes):
            if one.value.strip().upper() == "NA":
                if not one.comment:
                    yield Trouble(
                        f"{path}.{below}", f"{measure.title[:60]!r}: NA is not explained", "a comment that says why"
                    )
            elif one.value and read_number(one.value) is None:
                yield Trouble(f"{path}.{below}.value", f"{one.value!r} is no number", "a number, or NA with a comment")
            yield from check_limits(f"{path}.{below}", measure.title[:60], one)
            yield from _check_share(f"{path}.{below}", measure, one.value)


def _check_share(path: str, measure: OutcomeMeasure, value: str) -> Iterator[Trouble]:
    number = read_number(value)
    unit = measure.unit_of_measure.lower()
    share = measure.param_type == "NUMBER" and unit.startswith(("percent", "%")) and "change" not in unit
    if share and number is not None and not 0 <= number <= 100:
        yield Trouble(path, f"{measure.title[:60]!r}: {value} % of participants", "0 to 100")


def _check_dispersion(case: Case) -> Iterator[Trouble]:
    for path, measure in _measures(case):
        has = measure.dispersion_type and measure.dispersion_type.upper() != "NA"
        if measure.reporting_status == "POSTED" and measure.param_type in _CONTINUOUS and not has:
            wrong = f"{measure.title[:60]!r}: a {measure.param_type.lower()} has no dispersion"
            yield Trouble(f"{path}.dispersionType", wrong, "such as Standard Deviation")


def _check_unit_of_title(case: Case) -> Iterator[Trouble]:
    for path, measure in _measures(case):
        title, unit = measure.title.lower(), measure.unit_of_measure.lower()
        if not unit:
            continue
        counts = title.startswith("number of participants") and not re.search(
            r"participant|subject|patient|event", unit
        )
        shares = title.startswith("percentage of participants") and not re.search(
            r"percent|%|proportion|participant", unit
        )
        if counts or shares:
            wrong = f"{measure.title[:60]!r} is given in {measure.unit_of_measure!r}"
            yield Trouble(f"{path}.unitOfMeasure", wrong, "participants" if counts else "percentage of participants")


def _analyses(case: Case) -> Iterator[tuple[str, OutcomeMeasure, OutcomeAnalysis]]:
    for path, measure in _measures(case):
        for number, analysis in enumerate(measure.analyses):
            yield f"{path}.analyses.{number}", measure, analysis


def _check_analysis_groups(case: Case) -> Iterator[Trouble]:
    for path, measure, analysis in _analyses(case):
        ids = {group.id for group in measure.groups}
        for group in analysis.group_ids:
            if group not in ids:
                yield Trouble(f"{path}.groupIds", f"{group!r} is no group of this outcome", ", ".join(sorted(ids)))


def _check_p_value(case: Case) -> Iterator[Trouble]:
    for path, _, analysis in _analyses(case):
        if analysis.p_value and not _P_VALUE.fullmatch(analysis.p_value):
            yield Trouble(f"{path}.pValue", f"{analysis.p_value!r} is no p-value", "such as 0.034 or <0.001")
        if analysis.p_value and not analysis.statistical_method:
            yield Trouble(f"{path}.statisticalMethod", "a p-value is given and no method", "the method")


def _check_interval(case: Case) -> Iterator[Trouble]:
    for path, _, analysis in _analyses(case):
        low, high = read_number(analysis.ci_lower_limit), read_number(analysis.ci_upper_limit)
        if analysis.ci_pct_value and analysis.ci_num_sides == "TWO_SIDED":
            for key, limit, comment in (
                ("ciLowerLimit", low, analysis.ci_lower_limit_comment),
                ("ciUpperLimit", high, analysis.ci_upper_limit_comment),
            ):
                if limit is None and not comment:
                    yield Trouble(
                        f"{path}.{key}", "a two-sided interval has no limit here", "the limit, or why there is none"
                    )
        value = read_number(analysis.param_value)
        if low is not None and high is not None and low > high:
            yield Trouble(path, f"the interval runs from {low} to {high}", "lower ≤ upper")
        elif value is not None and ((low is not None and value < low) or (high is not None and value > high)):
            wrong = (
                f"the estimate {value} lies outside its interval {analysis.ci_lower_limit} to {analysis.ci_upper_limit}"
            )
            yield Trouble(path, wrong, "lower ≤ estimate ≤ upper")


def _check_margin(case: Case) -> Iterator[Trouble]:
    for path, _, analysis in _analyses(case):
        if analysis.non_inferiority_type in ("NON_INFERIORITY", "EQUIVALENCE") and not analysis.non_inferiority_comment:
            wrong = f"a test of {analysis.non_inferiority_type.lower()} does not say its margin"
            yield Trouble(f"{path}.nonInferiorityComment", wrong, "the margin and where it comes from")


def _check_not_more_than_started(case: Case) -> Iterator[Trouble]:
    """No outcome is analysed in more participants than ever started; groups are matched by title."""
    if case.record.results is None or not case.record.results.participant_flow.periods:
        return
    flow = case.record.results.participant_flow
    started = {
        one.group_id: read_count(one.num_subjects) or 0
        for milestone in flow.periods[0].milestones
        if milestone.type == "STARTED"
        for one in milestone.achievements
    }
    by_title = {_plain(group.title): started.get(group.id, 0) for group in flow.groups}
    everybody = sum(started.values())
    for path, measure in _measures(case):
        counts = read_denoms([denom for denom in measure.denoms if denom.units.lower() == "participants"])
        for group in measure.groups:
            most = by_title.get(_plain(group.title), everybody)
            if everybody and counts.get(group.id, 0) > most:
                wrong = f"{measure.title[:60]!r}, {group.title!r}: {counts[group.id]} analysed of {most} who started"
                yield Trouble(f"{path}.denoms", wrong, f"at most {most}")


RULES = (
    Rule("V110", Level.ERROR, "every registered primary and secondary outcome, same title and type", _check_registered),
    Rule("V111", Level.ERROR, "a posted outcome has groups, denominators and rows", _check_posted),
    Rule("V112", Level.ERROR, "a time frame", _check_time_frame),
    Rule("V113", Level.ERROR, "nobody analysed, so the reason is said", _check_nobody),
    Rule("V114", Level.ERROR, "not more counted than analysed", _check_counts),
    Rule("V115", Level.ERROR, "numbers, or NA with a comment", _check_values),
    Rule("V116", Level.ERROR, "a mean has a dispersion", _check_dispersion),
    Rule("V117", Level.WARNING, "the unit fits the title", _check_unit_of_title),
    Rule("V118", Level.ERROR, "analyses compare groups of their outcome", _check_analysis_groups),
    Rule("V119", Level.ERROR, "a p-value between 0 and 1, with its method", _check_p_value),
    Rule("V120", Level.ERROR, "lower ≤ estimate ≤ upper", _check_interval),
    Rule("V121", Level.ERROR, "a non-inferiority test says its margin", _check_margin),
    Rule("V122", Level.WARNING, "not more analysed than started", _check_not_more_than_started),
)
