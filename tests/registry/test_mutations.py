"""One wrong number in a real results section is caught by the right rule.

A number is *bound* when it stands in the section in more than one way, so that the section itself tells that one is
wrong: counts of the flow, baseline counts with their totals and denominators, intervals with their estimates, totals
of adverse events, participants at risk. A mean, a spread, a p-value, a count of events or of deaths stands there once:
no rule of one record can know it (the trace of ``registry results`` is what guards those), and of all numbers together
about six in ten are caught. Each bound number of the three real results sections is mutated as people mistype: a digit
dropped, a digit doubled, another last digit, a nought more.
"""

import copy
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from tests.registry.good import make
from trialwright.registry import Breach, check_record

Way = tuple[str | int, ...]
_CORE = ("STARTED", "COMPLETED", "NOT COMPLETED")


def _flow(results: Any) -> Iterator[tuple[Way, set[str]]]:
    for at, period in enumerate(results["participantFlowModule"]["periods"]):
        base: Way = ("participantFlowModule", "periods", at)
        for row, milestone in enumerate(period["milestones"]):
            if milestone["type"] in _CORE:
                for cell, _ in enumerate(milestone["achievements"]):
                    yield (
                        (*base, "milestones", row, "achievements", cell, "numSubjects"),
                        {"V98", "V99", "V100", "V101"},
                    )
        for row, drop in enumerate(period.get("dropWithdraws", [])):
            for cell, _ in enumerate(drop["reasons"]):
                yield (*base, "dropWithdraws", row, "reasons", cell, "numSubjects"), {"V100"}


def _baseline(results: Any) -> Iterator[tuple[Way, set[str]]]:
    module = results["baselineCharacteristicsModule"]
    for at, denom in enumerate(module["denoms"]):
        for cell, _ in enumerate(denom["counts"]):
            yield ("baselineCharacteristicsModule", "denoms", at, "counts", cell, "value"), {"V103", "V105", "V108"}
    for at, measure in enumerate(module["measures"]):
        if measure["paramType"] != "COUNT_OF_PARTICIPANTS":
            continue
        for number, block in enumerate(measure["classes"]):
            for row, category in enumerate(block["categories"]):
                for cell, _ in enumerate(category["measurements"]):
                    way: Way = ("baselineCharacteristicsModule", "measures", at, "classes", number)
                    yield (*way, "categories", row, "measurements", cell, "value"), {"V103", "V108"}
        for number, denom in enumerate(measure.get("denoms", [])):
            for cell, _ in enumerate(denom["counts"]):
                place: Way = ("baselineCharacteristicsModule", "measures", at, "denoms", number, "counts", cell)
                yield (*place, "value"), {"V103", "V105", "V108"}


def _analyses(results: Any) -> Iterator[tuple[Way, set[str]]]:
    for at, outcome in enumerate(results["outcomeMeasuresModule"]["outcomeMeasures"]):
        for number, analysis in enumerate(outcome.get("analyses", [])):
            for key in ("ciLowerLimit", "ciUpperLimit", "paramValue"):
                if key in analysis:
                    yield ("outcomeMeasuresModule", "outcomeMeasures", at, "analyses", number, key), {"V120"}


def _events(results: Any) -> Iterator[tuple[Way, set[str]]]:
    module = results["adverseEventsModule"]
    for at, _ in enumerate(module["eventGroups"]):
        for kind in ("serious", "other"):
            yield ("adverseEventsModule", "eventGroups", at, f"{kind}NumAffected"), {"V125", "V126"}
            yield ("adverseEventsModule", "eventGroups", at, f"{kind}NumAtRisk"), {"V125"}
    for key in ("seriousEvents", "otherEvents"):
        for at, event in enumerate(module.get(key, [])):
            for cell, _ in enumerate(event["stats"]):
                yield ("adverseEventsModule", key, at, "stats", cell, "numAtRisk"), {"V125", "V127"}


def list_bound(results: Any) -> list[tuple[Way, set[str]]]:
    """Every bound number of a results section with the rules that may catch it."""
    return [*_flow(results), *_baseline(results), *_analyses(results), *_events(results)]


def mistype(value: str | int, rng: np.random.Generator) -> str | int:
    """Another number, as a slip of the hand makes it."""
    text = str(value)
    slips = [
        text[1:] if len(text.strip("-")) > 1 and "." not in text[:2] else f"{text}5",
        f"{text[0]}{text}" if text[0] != "-" else text[1:],
        text.replace(text[-1], str((int(text[-1]) + 4) % 10), 1) if text[-1].isdecimal() else f"{text}7",
        f"{text}0" if "." not in text and text != "0" else f"1{text}" if text[0] != "-" else f"-1{text[1:]}",
    ]
    new = slips[int(rng.integers(len(slips)))]
    try:
        same = float(new) == float(text)
    except ValueError:
        same = True
    return mistype(value, rng) if same else int(new) if isinstance(value, int) else new


def set_at(shape: Any, way: Way, value: Any) -> Any:
    new = copy.deepcopy(shape)
    spot = new["resultsSection"]
    for step in way[:-1]:
        spot = spot[step]
    spot[way[-1]] = value
    return new


def get_at(shape: Any, way: Way) -> Any:
    spot = shape["resultsSection"]
    for step in way:
        spot = spot[step]
    return spot


def test_a_wrong_number_is_caught_by_the_right_rule(shared: Path) -> None:
    rng = np.random.default_rng(11)
    caught, tried, missed = 0, 0, Counter[str]()
    for file in sorted(shared.glob("v2/*.json")):
        shape = json.loads(file.read_bytes())
        if "resultsSection" not in shape:
            continue
        clean: set[Breach] = set(check_record(make(shape), date(2025, 6, 1)))
        for way, rules in list_bound(shape["resultsSection"]):
            mutant = set_at(shape, way, mistype(get_at(shape, way), rng))
            new = {breach.number for breach in set(check_record(make(mutant), date(2025, 6, 1))) - clean}
            tried += 1
            caught += bool(new & rules)
            if not new & rules:
                missed[".".join(str(step) for step in way if isinstance(step, str))] += 1
    print(f"{caught} of {tried} mutations caught ({100 * caught / tried:.1f} %); missed: {dict(missed)}")
    assert tried > 150
    assert caught / tried >= 0.95
