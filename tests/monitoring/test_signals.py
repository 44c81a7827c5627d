"""Limits and signals: counted right, silent where there are too few, and seen where one site was made odd."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from tests.capture.trial import InMemory
from tests.studies import load_definition
from trialwright.capture.record_form import RecordForm
from trialwright.definition.quality import Measure, ToleranceLimit
from trialwright.monitoring.facts import FormFact, SubjectFacts, compute_facts
from trialwright.monitoring.signals import Kind, Signal, Verdict, list_signals
from trialwright.monitoring.tolerance import Standing, compute_tolerance

EMPTY: Mapping[str, float] = {}
SITES = ("A", "B")


def person(number: int, site: str, **changed: object) -> SubjectFacts:
    """Somebody about whom nothing is odd."""
    rng = np.random.default_rng(number)
    plain = SubjectFacts(
        f"{site}-{number}", site, True, (("D3", "vital_signs"),) * 4, (), 4, 0,
        tuple(FormFact("D3", "vital_signs", 1, False) for _ in range(5)), 3, 0, False, False, 3, 60,
        {"vital_signs.systolic": float(rng.normal(125, 15))},
        {"vital_signs.systolic": tuple(int(one) for one in rng.integers(0, 10, 8))},
    )  # fmt: skip
    return replace(plain, **changed)  # type: ignore[arg-type]


def trial(odd: dict[str, object] | None = None, people: int = 10) -> list[SubjectFacts]:
    """Ten and ten; those of site A with something odd."""
    own = [person(number, "A", **(odd or {})) for number in range(people)]
    return own + [person(100 + number, "B") for number in range(people)]


def find(signals: tuple[Signal, ...], kind: Kind, site: str = "A") -> Signal:
    return next(one for one in signals if (one.kind, one.site) == (kind, site))


def test_nothing_is_seen_where_nothing_is_odd() -> None:
    assert {one.verdict for one in list_signals(trial(), SITES)} == {Verdict.NONE}


ODD: dict[Kind, dict[str, object]] = {
    Kind.MISSED_VISITS: {"visits_missed": 2},
    Kind.LATE_ENTRY: {"forms": tuple(FormFact("D3", "vital_signs", 20, False) for _ in range(5))},
    Kind.QUERIED_FORMS: {"forms": tuple(FormFact("D3", "vital_signs", 1, True) for _ in range(5))},
    Kind.EVENT_RATE: {"events": 0},
    Kind.DIGITS: {"digits": {"vital_signs.systolic": (0, 5, 0, 0, 5, 0, 5, 0)}},
}


@pytest.mark.parametrize("kind", ODD)
def test_a_site_that_is_odd_is_seen(kind: Kind) -> None:
    signals = list_signals(trial(ODD[kind]), SITES)
    assert find(signals, kind).verdict is Verdict.SIGNAL
    assert [one.kind for one in signals if one.verdict is Verdict.SIGNAL] == [kind], "and nothing else"


def test_numbers_that_hardly_vary_are_seen() -> None:
    subjects = [replace(one, numbers={"vital_signs.systolic": 120.0 + index % 3}) if one.site == "A" else one
                for index, one in enumerate(trial(people=20))]  # fmt: skip
    found = find(list_signals(subjects, SITES), Kind.LOW_SPREAD)
    assert found.verdict is Verdict.SIGNAL and found.item == "vital_signs.systolic" and found.value and found.value < 1


def test_one_site_alone_is_compared_with_nobody_and_few_people_with_nothing() -> None:
    alone = list_signals([one for one in trial() if one.site == "A"], ("A",))
    assert {one.verdict for one in alone if one.kind is not Kind.DIGITS} == {Verdict.ALONE}
    few = list_signals(trial(ODD[Kind.MISSED_VISITS], people=2), SITES)
    assert find(few, Kind.MISSED_VISITS).verdict is Verdict.TOO_FEW


@pytest.mark.parametrize(
    ("measure", "odd", "share"),
    [
        (Measure.MISSED_VISITS, {"visits_missed": 1}, 0.125), (Measure.LEFT_EARLY, {"has_left": True}, 0.5),
        (Measure.DOSES_NOT_GIVEN, {"doses_missed": 3}, 0.5), (Measure.IMPORTANT_DEVIATIONS, {"has_important": True}, 0.5),
        (Measure.MISSING_FORMS, {"missing": (("D3", "vital_signs"),)}, 0.5),
    ],
)  # fmt: skip
def test_a_limit_counts_what_it_names(measure: Measure, odd: dict[str, object], share: float) -> None:
    limit = ToleranceLimit(id="x", title="X", measure=measure, expected=0.05, limit=0.1)
    found = compute_tolerance(limit, trial(odd))
    assert found.share == pytest.approx(share) and found.standing is Standing.BREACHED
    assert compute_tolerance(limit, trial()).standing is Standing.WITHIN
    assert compute_tolerance(limit.model_copy(update={"least": 1000}), trial(odd)).standing is Standing.TOO_FEW


def test_a_limit_holds_to_its_forms_and_visits() -> None:
    limit = ToleranceLimit(
        id="x", title="X", measure=Measure.LATE_ENTRY, expected=0.05, limit=0.1, days=7, forms=("chemistry",)
    )
    assert compute_tolerance(limit, trial(ODD[Kind.LATE_ENTRY])).total == 0
    seen = compute_tolerance(limit.model_copy(update={"forms": ("vital_signs",)}), trial(ODD[Kind.LATE_ENTRY]))
    assert (seen.count, seen.total) == (50, 100)


def test_the_facts_of_a_participant_are_those_of_the_record() -> None:
    """Somebody who missed day 3 and whose baseline came three days late."""
    here = InMemory()
    code = here.allocated("CONTROL")
    values = here.fill("vital_signs", systolic="127")
    here.now += timedelta(days=3)
    here.must(RecordForm(code, "vital_signs", "BASELINE", values))
    facts = compute_facts(load_definition(), here.state(code), date(2020, 2, 1), has_important=False)
    assert facts.visits_missed >= 1 and ("D3", "vital_signs") in facts.missing
    late = [one for one in facts.forms if (one.encounter, one.form) == ("BASELINE", "vital_signs")]
    assert (
        late[0].delay == 3
        and facts.numbers["vital_signs.systolic"] == 127
        and 7 in facts.digits["vital_signs.systolic"]
    )
    assert not facts.has_left and facts.doses_due == 0
