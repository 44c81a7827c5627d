"""V64–V74: registered outcomes."""

import re
from collections.abc import Iterator

from trialwright.registry.case import OUTCOMES, Case
from trialwright.registry.rule import Level, Rule, Trouble
from trialwright.registry.rules.identification import check_length

_BARE = frozenset({"safety", "tolerability", "feasibility", "efficacy", "satisfaction", "safety and tolerability"})
_SEVERAL = re.compile(r"\b(?:and/or|and|including|as well as)\b|;|, [^,]+, ", re.IGNORECASE)
# Words between which "and" makes one measure: "before and after", "incidence and severity of adverse events".
_ONE_MEASURE = re.compile(
    r"\b(?:before and after|between \w+ and|morbidity and mortality|incidence and severity|number and severity"
    r"|frequency and severity|safety and tolerability|signs and symptoms|head and neck|back and forth)\b",
    re.IGNORECASE,
)
_LEANING = re.compile(
    r"\b(?:improvements?|improved|reduc(?:tion|ed)|decrease[ds]?|increase[ds]?|better|superiority|enhance\w*)\b", re.I
)
_NEUTRAL = re.compile(r"\bchange|≥|\bfold\b|\bproportion|\bpercentage|\bnumber of|\brate of", re.IGNORECASE)
_SCALE = re.compile(r"\b(?:scale|score|questionnaire|inventory|index)\b", re.IGNORECASE)
_RANGE = re.compile(r"\d+\s*(?:-|–|to|through|and)\s*\d+|\bminimum\b|\bmaximum\b|\brange", re.IGNORECASE)
_DIRECTION = re.compile(r"\b(?:higher|lower|greater|worse|better|more severe|indicat)", re.IGNORECASE)
_MEASURED = re.compile(
    r"\b(?:number|percent\w*|proportion|rate|count|score|scale|level|concentration|time|duration|mean|median|volume|"
    r"area|size|ratio|incidence|measured|assessed|using|by means|defined|calculated|units?|mg|ml|mm|cm|days?|weeks?"
    r"|months?|years?|l\b|survival|mortality|death)|%|/|\((?:m|s|g|kg|min|h|mmHg|°C)\)",
    re.IGNORECASE,
)
_BASELINE = re.compile(r"baseline|pre-?(?:dose|treatment|operative|intervention)|day 0|screening|day 1", re.IGNORECASE)


def _check_primary(case: Case) -> Iterator[Trouble]:
    outcomes = case.protocol.outcomes
    there = outcomes.primary_outcomes or outcomes.unlabelled_outcomes
    if not there and case.protocol.design.study_type != "EXPANDED_ACCESS":
        yield Trouble(f"{OUTCOMES}.primaryOutcomes", "no primary outcome is registered", "at least one", missing=True)


def _check_title(case: Case) -> Iterator[Trouble]:
    for path, _, outcome in case.outcomes():
        if not outcome.measure.strip():
            yield Trouble(f"{path}.measure", "an outcome has no title", "1 to 254 characters")
        yield from check_length(f"{path}.measure", outcome.measure, 254, "outcome title")


def _check_time_frame(case: Case) -> Iterator[Trouble]:
    for path, level, outcome in case.outcomes():
        frame = outcome.time_frame.strip()
        weight = None if case.is_new else Level.WARNING
        if not frame and level != "other":
            wrong = f"the outcome {outcome.measure[:60]!r} has no time frame"
            yield Trouble(f"{path}.timeFrame", wrong, "when it is measured", True, weight)
        elif frame.isdigit():
            yield Trouble(
                f"{path}.timeFrame", f"the time frame is the number {frame}", "a number with its unit", level=weight
            )
        yield from check_length(f"{path}.timeFrame", frame, 254, "time frame")


def _check_description_length(case: Case) -> Iterator[Trouble]:
    for path, _, outcome in case.outcomes():
        yield from check_length(f"{path}.description", outcome.description, 999, "outcome description")


def _check_bare_title(case: Case) -> Iterator[Trouble]:
    for path, _, outcome in case.outcomes():
        if outcome.measure.strip(" .").lower() in _BARE:
            wrong = f"{outcome.measure!r} names no measure"
            yield Trouble(f"{path}.measure", wrong, "what is measured, such as the number with an adverse event")


def _check_unique(case: Case) -> Iterator[Trouble]:
    seen: set[tuple[str, str]] = set()
    for path, _, outcome in case.outcomes():
        key = (" ".join(outcome.measure.lower().split()), " ".join(outcome.time_frame.lower().split()))
        if key in seen:
            yield Trouble(f"{path}.measure", f"{outcome.measure[:60]!r} stands twice with the same time frame", "once")
        seen.add(key)


def _check_one_measure(case: Case) -> Iterator[Trouble]:
    for path, _, outcome in case.outcomes():
        found = _SEVERAL.search(_ONE_MEASURE.sub("", outcome.measure))
        if found:
            wrong = f"{outcome.measure[:80]!r} seems to describe more than one measure ({found.group().strip()!r})"
            yield Trouble(f"{path}.measure", wrong, "one measure for each outcome")


def _check_neutral(case: Case) -> Iterator[Trouble]:
    for path, _, outcome in case.outcomes():
        found = _LEANING.search(outcome.measure)
        if found and not _NEUTRAL.search(outcome.measure):
            wrong = f"{outcome.measure[:80]!r} expects a direction ({found.group()!r})"
            yield Trouble(f"{path}.measure", wrong, "neutral words, such as change in")


def _check_description(case: Case) -> Iterator[Trouble]:
    for path, level, outcome in case.outcomes():
        if level == "other":
            continue
        text = f"{outcome.measure} {outcome.description}"
        silent = not outcome.description
        if not _MEASURED.search(text):
            wrong = f"nothing says how {outcome.measure[:60]!r} is measured"
            yield Trouble(f"{path}.description", wrong, "what is measured, with which tool, in which unit", silent)
        elif _SCALE.search(outcome.measure) and not (_RANGE.search(text) and _DIRECTION.search(text)):
            wrong = f"{outcome.measure[:60]!r} is a scale without its ends and direction"
            yield Trouble(f"{path}.description", wrong, "lowest and highest value, and which is better", silent)


def _check_change(case: Case) -> Iterator[Trouble]:
    for path, _, outcome in case.outcomes():
        if re.search(r"\bchanges?\b", outcome.measure, re.IGNORECASE):
            text = f"{outcome.measure} {outcome.time_frame}"
            if not _BASELINE.search(text):
                wrong = f"{outcome.measure[:60]!r} is a change without its baseline"
                yield Trouble(f"{path}.timeFrame", wrong, "baseline and the one time point")


def _check_one_arm(case: Case) -> Iterator[Trouble]:
    """An outcome described for one arm only says so in its title."""
    labels = [arm.label for arm in case.protocol.arms.arm_groups if len(arm.label) > 3]
    if len(labels) < 2:
        return
    for path, _, outcome in case.outcomes():
        only = re.search(r"\b(?:only|solely) (?:in|for) (?:the )?(.{3,60})", outcome.description, re.IGNORECASE)
        named = [label for label in labels if only and label.lower() in only.group(1).lower()]
        if named and named[0].lower() not in outcome.measure.lower():
            wrong = f"{outcome.measure[:60]!r} is measured in {named[0]!r} only, and its title does not say so"
            yield Trouble(f"{path}.measure", wrong, f"name {named[0]!r} in the title")


RULES = (
    Rule("V64", Level.ERROR, "at least one primary outcome", _check_primary),
    Rule("V65", Level.ERROR, "an outcome title of at most 254 characters", _check_title),
    Rule("V66", Level.ERROR, "a time frame of at most 254 characters, not a bare number", _check_time_frame),
    Rule("V67", Level.ERROR, "an outcome description of at most 999 characters", _check_description_length),
    Rule("V68", Level.WARNING, "a title that names a measure", _check_bare_title),
    Rule("V69", Level.WARNING, "each title and time frame once", _check_unique),
    Rule("V70", Level.WARNING, "one measure for each outcome", _check_one_measure),
    Rule("V71", Level.WARNING, "neutral words", _check_neutral),
    Rule("V72", Level.WARNING, "a description of measure, tool and unit", _check_description),
    Rule("V73", Level.WARNING, "a change names its baseline", _check_change),
    Rule("V74", Level.WARNING, "an outcome of one arm says so", _check_one_arm),
)
