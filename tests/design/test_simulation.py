"""Simulated trials: rules, events and analyses are those of the trial itself; scenarios differ by what they say."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.design.conftest import load_model, narrow, pick
from tests.studies import load_definition
from trialwright.analyse import survival
from trialwright.analyse.curves import estimate_curve, read_bounded
from trialwright.definition.endpoints import EventRule
from trialwright.derive.events import _find_start
from trialwright.design import (
    Scenario,
    compute_all_truths,
    compute_chunk,
    compute_stopping,
    compute_truths,
    list_chunks,
    list_truth_pieces,
)
from trialwright.design.answers import Memory, Trials, answer
from trialwright.design.events import find_starts, find_times
from trialwright.design.people import draw_people
from trialwright.design.truth_table import FALSE, TRUE, UNKNOWN, build_tree, evaluate_tree
from trialwright.design.values import Values, open_streams
from trialwright.rules.frame import evaluate_frame
from trialwright.statistics import aalen_johansen, gray, hodges_lehmann, mmrm_visits, proportion, risk_difference
from trialwright.statistics.mmrm import Options
from trialwright.statistics.outcomes import Estimate
from trialwright.vocabulary.methods import Method

NULL = Scenario(id="NULL", title="", why="")
HARM = Scenario(id="HARM", title="", why="", death={"MSC": 0.3, "CONTROL": 0.3}, withdrawal=0.2)


def simulate(scenario: Scenario = HARM, trials: int = 30, seed: int = 5) -> Trials:
    model, _ = load_model()
    streams = open_streams(model, np.random.SeedSequence(seed))
    people = draw_people(model, scenario, streams["people"], trials)
    return Trials(model, Values(model, scenario, people, streams), Memory())


def find_asked(analysis: str, parameter: str = ""):
    model, _ = load_model()
    return next(one for one in model.asked if one.analysis == analysis and parameter in ("", one.parameter))


@pytest.mark.parametrize("code", ["FEVERDUR", "RESPREC"])
def test_rules_over_arrays_say_what_the_rules_room_says(code):
    compiled = load_definition().parameters[code]
    assert compiled.when is not None
    rng, n = np.random.default_rng(2), 400
    columns: dict[str, pl.Series] = {}
    levels: dict[str, list] = {}
    index: dict[str, np.ndarray] = {}
    for column in compiled.when.columns:
        known = sorted(column.codes) if column.codes else [round(20 + 0.1 * k, 1) for k in range(800)]
        levels[column.name] = [*known]
        index[column.name] = rng.integers(-1, len(known), n).astype(np.int32)
        kind = pl.String if column.codes else pl.Float64
        columns[column.name] = pl.Series([None if i < 0 else known[i] for i in index[column.name]], dtype=kind)
    tree = build_tree(compiled.when, lambda column: levels[column.name])
    told = evaluate_frame(pl.DataFrame(columns), {"truth": compiled.when})["truth"].to_list()
    assert evaluate_tree(tree, index.__getitem__).tolist() == [
        UNKNOWN if one is None else TRUE if one else FALSE for one in told
    ]


SAID = {TRUE: True, FALSE: False, UNKNOWN: None}
RULES = {
    "ONCE": EventRule(kind="ONCE", when="x"),
    "CONSECUTIVE": EventRule(kind="CONSECUTIVE", when="x", count=2, apart_hours=24),
    "SUSTAINED": EventRule(kind="SUSTAINED", when="x", hours=72),
}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([TRUE, TRUE, FALSE, UNKNOWN]), st.booleans(), st.integers(6, 40)), max_size=14),
    st.sampled_from(sorted(RULES)),
)
def test_events_are_found_as_the_derivation_finds_them(records, kind):
    rule, day0 = RULES[kind], datetime(2020, 2, 1)  # noqa: DTZ001  (local time, as on a form)
    hours = np.cumsum([gap for _, _, gap in records]).astype(float)
    rows = [
        {"participant": "1", "at": day0 + timedelta(hours=float(hour)), "position": at, "truth": SAID[truth]}
        for at, ((truth, here, _), hour) in enumerate(zip(records, hours, strict=True)) if here
    ]  # fmt: skip
    schema = {"participant": pl.String, "at": pl.Datetime("us"), "position": pl.Int64, "truth": pl.Boolean}
    told = _find_start(pl.DataFrame(rows, schema=schema), rule)["event_at"].to_list()
    truth = np.array([[[one[0] for one in records]]], dtype=np.int8).reshape(1, 1, len(records))
    present = np.array([one[1] for one in records], dtype=bool).reshape(truth.shape)
    numbers = float(rule.count), rule.apart_hours / 24, rule.hours / 24, rule.max_gap_hours / 24
    place = {"ONCE": 0, "CONSECUTIVE": 1, "SUSTAINED": 2}[kind]
    found = float(find_starts(truth, (hours / 24).reshape(truth.shape), present, place, *numbers)[0, 0])
    if told:
        assert found == pytest.approx((told[0] - day0) / timedelta(days=1))
    else:
        assert found == np.inf


def test_the_shift_of_each_trial_is_the_scalar_one():
    trials = simulate()
    asked = find_asked("P1_MAIN")
    ((_, found),) = answer(asked, trials)
    measured = trials.model.measured["LESAREAP"]
    change = trials.change(measured, "D28")
    died = (trials.values.people.death <= 28) & (trials.values.people.death <= trials.values.people.gone)
    change = np.where(died & np.isnan(change), np.inf, change)
    for row in range(30):
        told = hodges_lehmann.estimate_shift(change[row, trials.treated], change[row, ~trials.treated])
        assert found.p[row] == pytest.approx(told.p)
        assert found.ci_low[row] == pytest.approx(-np.inf if told.ci_low is None else told.ci_low)


def test_the_mixed_model_of_each_trial_is_the_scalar_one():
    effect = Scenario(id="E", title="", why="", effects={"chemistry.alt": {"MSC": 0.5}}, withdrawal=0.1)
    trials = simulate(effect, trials=4)
    asked = find_asked("S5_MAIN")
    answers = dict(answer(asked, trials))
    measured, visits = trials.model.measured["ALT"], asked.visits
    base, arm = trials.base(measured), trials.values.people.arm
    for row in range(4):
        y = np.stack([trials.change(measured, visit)[row] for visit in visits], axis=1)
        who, when = np.repeat(np.arange(arm.size), len(visits)), np.tile(np.arange(len(visits)), arm.size)
        rows = mmrm_visits.Rows(y.ravel(), np.repeat(arm, len(visits)), who, when, np.repeat(base[row], len(visits)))
        table = mmrm_visits.estimate_visits(rows, Options(("unstructured",)))
        for (key, found), told in zip(answers.items(), table.differences, strict=True):
            assert key[2] in visits
            numbers = found.estimate[row], found.ci_low[row], found.ci_high[row], found.p[row]
            assert numbers == pytest.approx((told.estimate, told.ci_low, told.ci_high, told.p), rel=1e-3, abs=1e-5)


def test_a_ratio_of_two_items_has_the_effect_of_both():
    model, file = load_model()
    truths = compute_truths(
        narrow(model, "S4_MAIN"), pick(file, "AS_REHEARSED").scenarios[0], np.random.SeedSequence(1), 2000
    )
    told = {key[1]: truth.value for key, truth in truths.items() if key[2] == "D28"}
    assert told == pytest.approx({"TLYH": np.log(1.08), "TLC": np.log(1.05), "TLYHTLC": np.log(1.08 / 1.05)}, abs=1e-3)


def compare_scalar(arms: list[survival.Times], day: float) -> Estimate:
    """What the analysis of a trial takes: two counts while nobody was censored before the day, the curves after."""
    if not any(((one.codes == 0) & (one.days < day)).any() for one in arms):
        counts = [int(part) for one in arms for part in (((one.codes == 1) & (one.days <= day)).sum(), one.days.size)]
        return risk_difference.estimate_miettinen_nurminen(*counts)
    curves = [estimate_curve(one, 0.95, Method.AALEN_JOHANSEN) for one in arms]
    return aalen_johansen.compare(
        *(read_bounded(one, curve, day, 0.95) for one, curve in zip(arms, curves, strict=True))
    )


def test_gray_and_differences_of_each_trial_are_the_scalar_ones():
    trials = simulate()
    asked = find_asked("S1_MAIN", "RESPREC")
    answers = {key[2]: found for key, found in answer(asked, trials)}
    times = find_times(trials.values, trials.model.measured["RESPREC"])
    treated, censored = trials.treated, 0
    for row in range(30):
        assert answers[""].p[row] == pytest.approx(gray.compare_exact(times.days[row], times.codes[row], treated).p)
        arms = []
        for side in (treated & ~np.isnan(times.days[row]), ~treated & ~np.isnan(times.days[row])):
            days, codes = times.days[row][side], times.codes[row][side]
            arms.append(survival.Times(tuple(map(str, range(days.size))), days, days, codes, 0))
        for visit, day in ("D6", 6.0), ("D14", 14.0), ("D28", 28.0):
            told, found = compare_scalar(arms, day), answers[visit]
            censored += told.method == "aalen_johansen.compare"
            wanted = [np.nan if one is None else one for one in (told.estimate, told.ci_low, told.ci_high)]
            assert [found.estimate[row], found.ci_low[row], found.ci_high[row]] == pytest.approx(wanted, nan_ok=True)
    assert 10 < censored < 80, "both ways are gone"


def test_shares_by_arm_are_the_scalar_ones():
    trials = simulate(NULL)
    found = {key[3]: one for key, one in answer(find_asked("P2_MAIN"), trials)}
    people = trials.values.people
    for row in range(30):
        told = proportion.estimate_clopper_pearson(int(people.related[row, trials.treated].sum()), 10)
        assert (found["MSC"].estimate[row], found["MSC"].ci_high[row]) == pytest.approx((told.estimate, told.ci_high))


def test_a_scenario_does_not_depend_on_those_before_it():
    model, file = load_model()
    model = narrow(model, "P1_MAIN", "S3_MAIN", "S5_MAIN", "S6_MAIN")
    scenarios = pick(file, "NO_DIFFERENCE", "LARGE", "FEWER_DEATHS").scenarios
    ((size, seed),) = list_chunks(40, np.random.SeedSequence(4))
    truths = {one.id: compute_truths(model, one, np.random.SeedSequence(5), 500) for one in scenarios}
    together = compute_chunk(model, scenarios, truths, size, seed)
    for one in scenarios:
        alone = compute_chunk(model, [one], truths, size, seed)
        for key, sums in alone.sums[one.id].items():
            assert together.sums[one.id][key] == pytest.approx(sums, rel=1e-5, abs=1e-4), key


def test_without_an_effect_the_arms_are_equal_and_the_truth_is_zero():
    model, file = load_model()
    truths = compute_truths(model, pick(file, "NO_DIFFERENCE").scenarios[0], np.random.SeedSequence(1), 2000)
    for key, truth in truths.items():
        if key[0] != "P2_MAIN" and not key[3]:
            assert truth.is_null and truth.value in (0.0, None), key
    large = compute_truths(model, pick(file, "LARGE").scenarios[0], np.random.SeedSequence(1), 2000)
    of_crp = next(truth for key, truth in large.items() if key[0] == "S6_MAIN" and key[2] == "D10")
    assert not of_crp.is_null
    assert of_crp.value == pytest.approx(np.log(0.4), abs=0.02)
    assert all(truth.value < 0 for key, truth in large.items() if key[0] == "P1_MAIN")


def test_effects_that_cancel_in_a_ratio_are_no_effect():
    """CD4 and CD8 grow by the same factor, so nothing differs in their ratio, but for rounding."""
    model, file = load_model()
    scenario = pick(file, "TWICE_AS_MANY").scenarios[0]
    truths = compute_truths(narrow(model, "S4_MAIN"), scenario, np.random.SeedSequence(1), 2000)
    of_ratio = [truth for key, truth in truths.items() if key[1] == "TLYHTLC"]
    assert of_ratio and all(truth.is_null and truth.value == 0.0 for truth in of_ratio)
    assert not any(truth.is_null for key, truth in truths.items() if key[1] == "TLYH")


def test_arms_drawn_once_give_the_truths_of_arms_drawn_again():
    model, file = load_model()
    model = narrow(model, "P1_MAIN", "P2_MAIN", "S1_MAIN", "S3_MAIN", "S6_MAIN")
    seed = np.random.SeedSequence(3)
    scenarios = pick(file, "NO_DIFFERENCE", "MODEST", "FEWER_DEATHS", "TOXIC_30", "LEAVING", "TWICE_AS_MANY").scenarios
    pieces = list_truth_pieces(model, scenarios)
    assert sorted(one.id for piece in pieces for one in piece) == sorted(one.id for one in scenarios)
    together = {name: found for piece in pieces for name, found in compute_all_truths(model, piece, seed, 300).items()}
    for one in scenarios:
        assert together[one.id] == compute_truths(model, one, seed, 300), one.id
    assert together["MODEST"] == together["TWICE_AS_MANY"] != together["NO_DIFFERENCE"]


def test_the_stopping_rule_stops_as_often_as_enumeration_says():
    model, file = load_model()
    toxic = pick(file, "TOXIC_50").scenarios[0]
    people = draw_people(model, toxic, np.random.default_rng(3), 20_000)
    treated = people.treated.astype(float)
    counts = [20_000, float(people.flagged.sum()), treated.sum(), (treated**2).sum()]
    found = compute_stopping(model, toxic, counts)
    assert found is not None
    assert found.flagged == pytest.approx(found.exact_flagged, abs=4 * found.flagged_se)
    assert found.treated == pytest.approx(found.exact_treated, abs=4 * found.treated_se)
    assert (people.enrolled[:, :10].sum(axis=1) == people.treated).all()
    assert compute_stopping(replace(model, stopping=None), toxic, counts) is None


def test_nobody_has_a_record_after_death_or_leaving():
    trials = simulate()
    people = trials.values.people
    for form in ("ct_read", "daily_log", "rt_pcr"):
        present, days = trials.values.present(form), np.floor(trials.values.occasions(form).days)
        latest = np.where(present, days, -1).max(axis=2)
        assert (latest < people.death).all()
        assert (latest <= people.gone).all()
