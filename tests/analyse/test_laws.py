"""What every bundle obeys: same data, same rows; the arms' names only turn signs; every missing number says why."""

import random
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analyse.rows import STUDY, analyse, analyse_snapshot, complete, make_trial, study_with_everything
from tests.snapshot.build import Ledger
from tests.studies import ROOT, load_definition
from trialwright.definition.compile import compile_study
from trialwright.definition.compiled import Definition
from trialwright.definition.load import read_files
from trialwright.ledger import entries as e
from trialwright.results import Bundle
from trialwright.simulate.memory import walk_in_memory
from trialwright.snapshot import compute_row, compute_snapshot_of_rows


def lively(ledger: Ledger, participant: str, arm: str, number: int, lost: int = 99) -> None:
    """A participant with a bit of everything, different for each; nothing is known after the day ``lost``."""
    rng = random.Random(f"{arm} {number}")
    ledger.lesion(participant, "BASELINE", -1, round(rng.uniform(10, 50), 1), round(rng.uniform(10, 50), 1))
    ledger.pcr(participant, "BASELINE", -1, "POSITIVE")
    dies = number == 4 and arm == "CONTROL"
    for visit, day in (("BASELINE", -1), ("D3", 3), ("D7", 7), ("D28", 28)):
        if not (dies and day > 7) and day <= lost and rng.random() > 0.1:
            ledger.alt(participant, visit, day, round(rng.lognormvariate(3.5, 0.4), 1))
            ledger.lesion(participant, visit, day, round(rng.uniform(5, 50), 1))
            if day > 0:
                ledger.pcr(participant, visit, day, rng.choice(("POSITIVE", "NEGATIVE", "INDETERMINATE")))
                ledger.pcr(participant, visit, day + 1, rng.choice(("POSITIVE", "NEGATIVE")), repeat=2)
    for day in range(8 if dies else min(lost, 28) + 1):
        ledger.log(participant, day, rng.choice((36.5, 36.9, 38.0)))
    for repeat in range(1, rng.randint(0, 3) + 1):
        ledger.event(
            participant,
            repeat,
            rng.randint(-1, 20),
            grade=str(rng.randint(1, 4)),
            causality=rng.choice(("POSSIBLE", "UNLIKELY")),
        )
    if dies:
        ledger.add(participant, e.Died("2020-02-12"))
    elif lost < 99:
        ledger.add(participant, e.Left("LOST_TO_FOLLOW_UP", f"2020-02-{4 + lost:02d}", "moved"))
    else:
        complete(ledger, participant)


@cache
def rehearse(seed: int) -> Bundle:
    """The study NCT04252118 rehearsed in memory and analysed."""
    return rehearse_study(load_definition(), seed)


def rehearse_study(definition: Definition, seed: int) -> Bundle:
    """A study rehearsed in memory and analysed."""
    ledger, _ = walk_in_memory(definition, seed)
    return analyse_snapshot(definition, compute_snapshot_of_rows(definition, map(compute_row, ledger.entries)))


@pytest.mark.req("A12")
def test_the_same_ledger_gives_the_same_rows():
    one, other = analyse(make_trial(6, lively)), analyse(make_trial(6, lively))
    assert one.rows == other.rows
    assert all(frame.equals(other.listings[name]) for name, frame in one.listings.items())


def test_the_order_of_participants_in_the_ledger_does_not_matter():
    ledger, turned = make_trial(6, lively), Ledger()
    people = sorted({one.participant for one in ledger.entries if one.participant}, reverse=True)
    for participant in people:
        for one in ledger.entries:
            if one.participant == participant:
                turned.add(participant, one.entry)
    moments = {one.participant: one.at for one in ledger.entries if isinstance(one.entry, e.Allocated)}
    turned.entries = [
        replace(one, at=moments[one.participant]) if one.participant in moments else one for one in turned.entries
    ]
    assert analyse(turned).rows == analyse(ledger).rows


@pytest.mark.parametrize("statistic", ["estimate", "p"])
def test_swapping_the_arms_of_the_contrast_turns_signs_and_inverts_ratios_and_keeps_p(statistic):
    files = read_files(STUDY)
    swapped = compile_study(
        {**files, "analysis.yaml": files["analysis.yaml"].replace("[CELLS, CONTROL]", "[CONTROL, CELLS]")}
    ).definition
    assert swapped is not None
    ledger = make_trial(6, lively)
    one, other = analyse(ledger), analyse(ledger, swapped)
    key = ("analysis", "parameter", "visit", "category", "method", "statistic")
    mirrored = {tuple(getattr(row, name) for name in key): row for row in other.rows if " - " in row.group}
    checked = 0
    for row in one.rows:
        if " - " not in row.group or row.statistic != statistic:
            continue
        turned = mirrored[tuple(getattr(row, name) for name in key)]
        if row.value is None or (statistic == "estimate" and "categorical" in row.method):
            assert (row.value is None) == (turned.value is None)
        elif statistic == "p":
            assert turned.value == pytest.approx(row.value, abs=1e-7)
        else:
            assert turned.value == pytest.approx(
                1 / row.value if row.unit == "ratio" else -row.value, rel=1e-6, abs=1e-9
            )
        checked += 1
    assert checked >= 10


def check_rows(bundle: Bundle) -> None:
    """What is true of every row of every bundle."""
    keys: set[tuple[object, ...]] = set()
    for row in bundle.rows:
        assert row.value is not None or row.warnings, f"no value and no reason: {row}"
        assert row.value is None or row.value == row.value, f"NaN: {row}"
        assert row.subjects == tuple(sorted(set(row.subjects))), f"participants twice or out of order: {row}"
        assert row.n_used >= 0 and row.n_missing >= 0, f"negative numbers: {row}"
        if row.statistic == "count":
            assert row.value == len(row.subjects), f"the count is not that of the participants behind it: {row}"
        if row.statistic == "percent" and row.value is not None:
            assert 0 <= row.value <= 100
            assert row.value == pytest.approx(100 * len(row.subjects) / row.n_used)
        key = (row.analysis, row.table, row.parameter, row.visit, row.group, row.category, row.method, row.statistic)
        assert key not in keys, f"two rows of one thing: {key}"
        keys.add(key)
    low = {replace(row, statistic="", value=None): row.value for row in bundle.rows if row.statistic == "ci_low"}
    for row in bundle.rows:
        other = low.get(replace(row, statistic="", value=None))
        if row.statistic == "ci_high" and other is not None and row.value is not None:
            assert other <= row.value


def test_every_row_of_a_lively_trial_is_sound():
    check_rows(analyse(make_trial(6, lively)))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2), st.integers(0, 3), st.booleans())
def test_tiny_trials_give_reasons_in_place_of_numbers(treated, controls, values):
    """Nobody, one, or two in an arm: every analysis of the plan still answers."""
    ledger = Ledger()
    for arm, size in (("CELLS", treated), ("CONTROL", controls)):
        for number in range(size):
            ledger.enrol(f"BJ-{arm[:2]}{number}", arm)
            if values:
                lively(ledger, f"BJ-{arm[:2]}{number}", arm, number)
    bundle = analyse(ledger)
    check_rows(bundle)


def test_a_study_of_one_arm_is_described_and_not_compared():
    files = read_files(STUDY)
    study = files["study.yaml"].replace(
        "  - {id: CONTROL, title: Control, type: NO_INTERVENTION, planned: 3, interventions: []}\n", ""
    )
    study = study.replace("planned_enrolment: 6", "planned_enrolment: 3")
    plan = files["analysis.yaml"].replace("contrast: [CELLS, CONTROL]\n", "")
    compilation = compile_study({**files, "study.yaml": study, "analysis.yaml": plan})
    assert compilation.definition is not None, [str(one) for one in compilation.errors]
    bundle = analyse(make_trial(3, lively, arms=("CELLS",)), compilation.definition)
    check_rows(bundle)
    assert not [row for row in bundle.rows if " - " in row.group]
    assert {one.id for one in compilation.definition.plan.analyses} <= {row.analysis for row in bundle.rows}


def test_of_three_arms_two_are_compared_and_all_described():
    files = read_files(STUDY)
    third = "  - {id: OTHER, title: Other, type: OTHER, planned: 3, interventions: []}\ninterventions:"
    study = files["study.yaml"].replace("\ninterventions:", f"\n{third}", 1)
    study = study.replace("planned_enrolment: 6", "planned_enrolment: 9")
    compilation = compile_study({**files, "study.yaml": study})
    assert compilation.definition is not None, [str(one) for one in compilation.errors]
    bundle = analyse(make_trial(4, lively, arms=("CELLS", "CONTROL", "OTHER")), compilation.definition)
    check_rows(bundle)
    assert {row.group for row in bundle.rows if row.analysis == "P1_MAIN"} == {
        "CELLS",
        "CONTROL",
        "OTHER",
        "CELLS - CONTROL",
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_the_rehearsed_study_answers_every_analysis_of_its_plan(seed):
    bundle = rehearse(seed)
    check_rows(bundle)
    plan = load_definition().plan
    # Where nobody is missing there is nothing to shift, which is an answer too.
    nobody = "nobody alive with a baseline value is missing here: there is nothing to shift"
    answered = {row.analysis for row in bundle.rows if row.value is not None or nobody in row.warnings}
    assert {one.id for one in plan.analyses} <= answered
    assert {one.table for one in plan.analyses} <= {row.table for row in bundle.rows}
    assert set(bundle.listings) == {f"16.2.{number}" for number in range(1, 9)} | {"16.2.6.1"}


def vanishing(ledger: Ledger, participant: str, arm: str, number: int) -> None:
    """As ``lively``, but every other one is lost in the first fortnight."""
    lively(ledger, participant, arm, number, lost=number + 4 if number % 2 else 99)


@pytest.mark.parametrize("tell", [lively, vanishing])
def test_what_lies_between_two_incidences_is_the_difference_of_those_printed(tell):
    """Also where people were lost before the day; where an arm has no value there is no difference."""
    bundle = analyse(make_trial(7, tell), study_with_everything())
    shown = {
        (row.analysis, row.parameter, row.visit, row.group): row.value
        for row in bundle.rows
        if row.statistic == "estimate" and not row.category and row.method.startswith("aalen_johansen.")
    }
    methods = set()
    for row in bundle.rows:
        key = row.analysis, row.parameter, row.visit
        if row.statistic == "estimate" and row.group == "CELLS - CONTROL" and (*key, "CELLS") in shown and row.visit:
            one, other = shown[*key, "CELLS"], shown[*key, "CONTROL"]
            wanted = None if one is None or other is None else pytest.approx(one - other, abs=1e-9)
            assert row.value == wanted, row
            methods.add(row.method)
    assert ("aalen_johansen.compare" in methods) == (tell is vanishing), methods


def test_one_interval_of_shares_has_one_width_wherever_it_stands():
    """None of seven in both arms: as counts, as a curve, and between the arms."""
    bundle = analyse(
        make_trial(7, lambda ledger, participant, *_: complete(ledger, participant)), study_with_everything()
    )
    rows = [row for row in bundle.rows if row.statistic in ("ci_low", "ci_high", "width_20") and row.value is not None]
    intervals: dict[tuple[str, ...], dict[str, float]] = {}
    for row in rows:
        key = row.analysis, row.parameter, row.visit, row.group, row.category, row.method
        intervals.setdefault(key, {})[row.statistic] = row.value
    widths: dict[tuple[bool, float, float], set[float]] = {}
    for key, one in intervals.items():
        kind = next((name for name in ("clopper_pearson", "miettinen_nurminen") if name in key[-1]), "")
        if kind and "width_20" in one:
            widths.setdefault((kind, round(one["ci_low"], 9), round(one["ci_high"], 9)), set()).add(
                round(one["width_20"], 9)
            )
    assert len(widths) >= 2 and all(len(found) == 1 for found in widths.values()), widths


def test_sets_hold_each_other_and_everybody_in_the_flow_is_somewhere():
    bundle = rehearse(1)
    sizes = {
        (row.parameter, row.group): row.value
        for row in bundle.rows
        if row.table == "14.1.2" and row.statistic == "count" and not row.category
    }
    for arm in load_definition().arms:
        assert sizes["PP", arm] <= sizes["FAS", arm] <= sizes["ENROLLED", arm]
    flow = {(row.parameter, row.group): row.value for row in bundle.rows if row.table == "14.1.1" and not row.category}
    for arm in load_definition().arms:
        assert flow["ALLOCATED", arm] == flow["DISCONTINUED", arm] + flow["COMPLETED", arm] + flow.get(
            ("ONGOING", arm), 0
        )


def test_the_second_study_is_analysed_as_it_is():
    """Another study, randomised and masked, of other forms and outcomes: nothing is hard-wired."""
    definition = load_definition(ROOT / "studies" / "nct03694327").scale(40)
    bundle = rehearse_study(definition, 3)
    check_rows(bundle)
    answered = {row.analysis for row in bundle.rows if row.value is not None}
    assert {one.id for one in definition.plan.analyses} <= answered
    main = {row.method for row in bundle.rows if row.analysis == "P1_MAIN" and row.group in definition.arms}
    assert main == {"proportion.estimate_wilson"}, "the plan names Wilson's interval"


def test_a_method_that_a_recipe_does_not_have_is_said():
    files = read_files(STUDY)
    plan = files["analysis.yaml"].replace("methods: [mmrm.fit]", "methods: [mmrm.fit, gray.compare]")
    definition = compile_study({**files, "analysis.yaml": plan}).definition
    assert definition is not None
    rows = [row for row in analyse(make_trial(3, lively), definition).rows if row.analysis == "S2_MMRM"]
    missing = [row for row in rows if row.method == "gray.compare"]
    assert [(row.value, row.warnings) for row in missing] == [(None, ("the recipe MMRM has no such method",))]


@pytest.mark.parametrize("size", [0, 1, 2, 6])
def test_every_method_of_every_recipe_gives_sound_rows(size):
    definition = study_with_everything()
    bundle = analyse(make_trial(size, lively), definition)
    check_rows(bundle)
    assert not [row for row in bundle.rows if "no such method" in " ".join(row.warnings)]


def test_every_method_of_every_recipe_knows_which_arm_is_which():
    ledger = make_trial(6, lively)
    one, other = analyse(ledger, study_with_everything()), analyse(ledger, study_with_everything("[CONTROL, CELLS]"))
    key = ("analysis", "parameter", "visit", "category", "method", "statistic")
    mirrored = {tuple(getattr(row, name) for name in key): row for row in other.rows if " - " in row.group}
    methods = set()
    for row in one.rows:
        if " - " not in row.group or row.statistic != "estimate" or "categorical" in row.method:
            continue
        turned = mirrored[tuple(getattr(row, name) for name in key)]
        if row.method.startswith(("multiple_imputation", "tipping_point")):
            continue
        if row.value is None or turned.value is None:
            known = (
                "conditional",
                "hodges",
                "poisson",
                "cox",
                "fine",
                "win",
                "censored",
                "e_value",
                "proportional",
                "overlap",
            )
            assert row.method.startswith(known), row
            continue
        if row.method.startswith("e_value"):
            assert turned.value == pytest.approx(row.value, rel=1e-5), row
            continue
        expected = 1 / row.value if row.unit == "ratio" and row.value else -row.value
        if row.unit != "ratio" or row.value:
            assert turned.value == pytest.approx(expected, rel=1e-5, abs=1e-8), row
        methods.add(row.method.split(":")[0])
    assert {"cox.fit", "fine_gray.fit", "rmst.compare", "win_odds.estimate", "poisson_rate.estimate_ratio"} <= methods
