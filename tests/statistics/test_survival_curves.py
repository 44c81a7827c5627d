"""Kaplan-Meier, Aalen-Johansen, Gray and log-rank against R's survival, cmprsk and coin."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.statistics import aalen_johansen, gray, kaplan_meier, log_rank, proportion
from trialwright.statistics.permutation import list_splits
from trialwright.statistics.subdistribution import compute_scores
from trialwright.statistics.survival_data import prepare

TYPES = ("log", "log-log", "plain", "logit", "arcsin")
follow = st.lists(st.tuples(st.integers(1, 9), st.integers(0, 2), st.integers(0, 1)), min_size=4, max_size=16)


@pytest.mark.reference("kaplan_meier.estimate", source="R 4.2.2 survival::survfit, five interval types, exact_kit.R")
@pytest.mark.parametrize("interval", TYPES)
@pytest.mark.parametrize("time", [5, 12, 28])
def test_kaplan_meier_equals_survfit(r, data, interval, time):
    d = data("survival_data")
    point = kaplan_meier.estimate(d["time"], d["event"] > 0, interval=interval).at(time)
    case = f"km_{interval}_{time}"
    assert point.estimate == pytest.approx(r(case, "estimate"), rel=1e-12)
    assert point.ci_low == pytest.approx(r(case, "low"), rel=1e-10)
    assert point.ci_high == pytest.approx(r(case, "high"), rel=1e-10)
    assert point.se == pytest.approx(r(case, "se"), rel=1e-10)


@pytest.mark.reference("kaplan_meier.estimate_quantile", source="R 4.2.2 survival, quantile(survfit), exact_kit.R")
@pytest.mark.parametrize("interval", TYPES)
@pytest.mark.parametrize("probability", [0.25, 0.5])
def test_kaplan_meier_quantiles_equal_survfit(r, data, interval, probability):
    d = data("survival_data")
    answer = kaplan_meier.estimate_quantile(d["time"], d["event"] > 0, probability, interval=interval)
    case = f"kmq_{interval}_{probability:g}"
    assert (answer.estimate, answer.ci_low, answer.ci_high) == (r(case, "estimate"), r(case, "low"), r(case, "high"))


def test_kaplan_meier_median_on_a_flat_part_is_its_middle():
    answer = kaplan_meier.estimate_quantile([1, 2, 3, 4], [1, 1, 1, 1])
    assert answer.estimate == 2.5


def test_kaplan_meier_beyond_follow_up_has_no_value_unless_it_has_reached_zero():
    censored = kaplan_meier.estimate([1, 2, 3], [1, 0, 0])
    assert censored.at(4).estimate is None
    assert "follow-up ends" in censored.at(4).warnings[-1]
    assert kaplan_meier.estimate([1, 2, 3], [1, 1, 1]).at(9).estimate == 0


@pytest.mark.reference(
    "aalen_johansen.estimate", source="R 4.2.2 cmprsk::cuminc and survival::survfit of states, exact_kit.R"
)
@pytest.mark.parametrize("time", [5, 12, 28])
@pytest.mark.parametrize(("variance", "source"), [("aalen", "aj_aalen"), ("delta", "aj_survival")])
def test_aalen_johansen_equals_cmprsk_and_survival(r, data, time, variance, source):
    d = data("survival_data")
    point = aalen_johansen.estimate(d["time"], d["event"], variance=variance).at(time)
    assert point.estimate == pytest.approx(r(f"{source}_{time}", "estimate"), rel=1e-12)
    assert point.se == pytest.approx(r(f"{source}_{time}", "se"), rel=1e-9)


@pytest.mark.reference(
    "aalen_johansen.compare",
    source="R 4.2.2 survival::survfit of states by arm, log-log limits, incidence_difference.R",
)
@pytest.mark.parametrize("time", [5, 12, 28])
def test_difference_of_incidences_equals_r(r, data, time):
    """R gives each arm's incidence, error and log-log limits; the script squares and adds them in one line."""
    d = data("survival_data")
    arms = [d["group"] == side for side in (1, 0)]
    gap = aalen_johansen.compare(*(aalen_johansen.estimate(d["time"][arm], d["event"][arm]).at(time) for arm in arms))
    for name, value in ("estimate", gap.estimate), ("low", gap.ci_low), ("high", gap.ci_high):
        assert value == pytest.approx(r(f"incidence_difference_{time}", name), rel=1e-8), name


@pytest.mark.reference("aalen_johansen.compare", source="Newcombe 1998, table II, method 10: 56/70 against 48/80")
def test_squared_and_added_wilson_limits_are_newcombes():
    answer = aalen_johansen.compare(proportion.estimate_wilson(56, 70), proportion.estimate_wilson(48, 80))
    assert [round(one, 4) for one in (answer.estimate, answer.ci_low, answer.ci_high)] == [0.2, 0.0524, 0.3339]


def test_an_arm_without_a_value_or_without_limits_gives_no_difference():
    lost, flat = aalen_johansen.estimate([1, 2], [0, 0]).at(5), aalen_johansen.estimate([1, 9, 9], [1, 0, 0]).at(5)
    nothing = aalen_johansen.compare(flat, lost)
    assert nothing.estimate is None and "follow-up ends" in nothing.warnings[-1]
    bare = aalen_johansen.compare(flat, replace(flat, ci_low=None))
    assert (bare.estimate, bare.ci_low) == (0.0, None) and bare.warnings[-1] == "an arm has no limits"


@given(follow)
def test_incidences_of_all_causes_and_survival_add_up_to_one(rows):
    time, event, _ = (np.array(part) for part in zip(*rows, strict=True))
    at = float(time.max())
    total = kaplan_meier.estimate(time, event > 0).at(at).estimate
    total += sum(aalen_johansen.estimate(time, event, cause).at(at).estimate for cause in (1, 2))
    assert total == pytest.approx(1)


@given(follow)
def test_without_competing_events_incidence_is_one_minus_kaplan_meier(rows):
    time, event, _ = (np.array(part) for part in zip(*rows, strict=True))
    curve = kaplan_meier.estimate(time, event == 1)
    other = aalen_johansen.estimate(time, event == 1)
    assert np.allclose(curve.estimate, 1 - other.estimate)
    inside = curve.estimate > 0
    assert np.allclose(curve.se[inside], other.se[inside])


@pytest.mark.reference("gray.compare", source="R 4.2.2 cmprsk::cuminc, exact_kit.R")
@pytest.mark.parametrize(("case", "cause", "groups"), [("gray_3", 1, 3), ("gray_3_cause2", 2, 3), ("gray_2", 1, 2)])
def test_gray_equals_cmprsk(r, data, case, cause, groups):
    d = data("survival_data")
    keep = d["group"] < groups
    answer = gray.compare(d["time"][keep], d["event"][keep], d["group"][keep], cause)
    assert answer.statistic == pytest.approx(r(case, "statistic"), rel=1e-8)
    assert answer.p == pytest.approx(r(case, "p"), rel=1e-8)


EXACT = ("censored_10_10", "censored_8_9", "censored_12_10", "whole_10_10")


def pick_exact(data, case):
    rows = data("gray_exact_data")
    mine = rows["case"] == case
    return [rows[name][mine].astype(float) for name in ("time", "event", "group")]


@pytest.mark.reference(
    "gray.compare_exact",
    source="R 4.2.2 coin 1.4-2 independence_test(distribution = 'exact') on the scores of survival::finegray, and"
    " logrank_test, gray_exact.R",
)
@pytest.mark.parametrize("case", EXACT)
def test_exact_gray_equals_coin_on_finegray_scores(r, data, case):
    time, event, group = pick_exact(data, case)
    answer = gray.compare_exact(time, event, group)
    assert answer.p == pytest.approx(r(case, "p"), rel=1e-10)
    if case != "whole_10_10":
        assert answer.statistic == pytest.approx(r(case, "score"), rel=1e-10)
        told = [r(case, f"score_{k}") for k in (1, 2, 3)]
        assert compute_scores(time, event.astype(int))[:3] == pytest.approx(told, rel=1e-10)


@pytest.mark.reference("gray.compare_exact", source="enumeration of all relabellings, each with its log-rank score")
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 2)), min_size=4, max_size=8), st.integers(1, 3))
def test_exact_gray_without_censoring_counts_relabellings_with_the_others_held(rows, size):
    """Competing events stand behind everybody; observed minus expected is counted anew for each relabelling."""
    time, event = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    if not (event == 1).any():
        return
    held = np.where(event == 1, time, 100.0)
    groups = np.array([np.isin(np.arange(time.size), chosen) for chosen in list_splits(time.size, size)])
    scores = [sum_over_times(held, event == 1, group) for group in groups]
    answer = gray.compare_exact(time, event, groups[0].astype(float))
    assert answer.statistic == pytest.approx(scores[0], abs=1e-9)
    assert answer.p == pytest.approx(np.mean(np.abs(scores) >= abs(scores[0]) - 1e-9), abs=1e-12)


def sum_over_times(time, event, group):
    """Observed minus expected events of a group."""
    return sum(
        (event & group & (time == at)).sum() - (event & (time == at)).sum() * (group & (time >= at)).sum() / (time >= at).sum()
        for at in np.unique(time[event])
    )  # fmt: skip


@given(follow)
def test_the_exact_score_is_grays_while_nobody_is_censored_before_the_end(rows):
    """And while each arm has somebody who may still have either event: two participants stay to the end."""
    time, event, group = (np.array(part, dtype=float) for part in zip(*rows, strict=True))
    time, group = np.append(time, [20, 20]), np.append(group, [0, 1])
    event = np.append(np.where(event == 0, 1, event), [0, 0])
    if (event == 1).any():
        score = gray.compute_score(gray._tabulate(prepare(time, event, group), 1))[0]
        assert gray.compare_exact(time, event, group).statistic == pytest.approx(score[1], abs=1e-9)


def test_exact_gray_of_too_many_is_the_asymptotic_one():
    rng = np.random.default_rng(4)
    time, event, group = rng.integers(1, 20, 50), rng.integers(0, 3, 50), np.repeat([0, 1], 25)
    answer = gray.compare_exact(time, event, group)
    assert answer.p == gray.compare(time, event, group).p
    assert answer.method == "gray.compare_exact:asymptotic" and "too many" in answer.warnings[-1]


@pytest.mark.reference("log_rank.compare", source="R 4.2.2 survival::survdiff, also stratified, exact_kit.R")
def test_log_rank_equals_survdiff(r, data):
    d = data("survival_data")
    two = d["group"] < 2
    any_event = (d["event"] > 0).astype(float)
    pair = d["time"][two], any_event[two], d["group"][two]
    assert log_rank.compare(*pair).statistic == pytest.approx(r("logrank_2", "statistic"), rel=1e-10)
    three = log_rank.compare(d["time"], any_event, d["group"])
    assert three.statistic == pytest.approx(r("logrank_3", "statistic"), rel=1e-10)
    stratified = log_rank.compare(d["time"], any_event, d["group"], d["stratum"])
    assert stratified.statistic == pytest.approx(r("logrank_strat", "statistic"), rel=1e-10)


@pytest.mark.reference("log_rank.compare", source="R 4.2.2 survival::survdiff(rho = 1), exact_kit.R")
def test_peto_peto_weight_equals_survdiff_rho_1(r, data):
    d = data("survival_data")
    two = d["group"] < 2
    answer = log_rank.compare(d["time"][two], (d["event"] > 0)[two], d["group"][two], weight=log_rank.Weight(rho=1.0))
    assert answer.statistic == pytest.approx(r("logrank_rho1", "statistic"), rel=1e-10)


@pytest.mark.reference(
    "log_rank.compare_exact", source="R 4.2.2 coin 1.4-2 logrank_test(distribution = 'exact'), exact_kit.R"
)
def test_exact_log_rank_equals_coin(r, data):
    d = data("survival_small")
    answer = log_rank.compare_exact(d["time"], d["event"] > 0, d["group"])
    assert answer.p == pytest.approx(r("logrank_exact_mid", "p"), rel=1e-10)


@pytest.mark.reference("log_rank.compare_exact", source="enumeration of all relabellings")
@given(follow)
def test_exact_log_rank_equals_full_enumeration(rows):
    time, event, group = (np.array(part[:10]) for part in zip(*rows, strict=True))
    time, event, group = time[:10], (event > 0)[:10], group[:10]
    answer = log_rank.compare_exact(time, event, group)
    if np.unique(group).size < 2:
        assert answer.p is None
        return
    scores = log_rank.compute_scores(time.astype(float), event.astype(np.int64))
    sums = scores[list_splits(time.size, int(group.sum()))].sum(axis=1)
    expected = float((np.abs(sums) >= abs(scores[group == 1].sum()) - 1e-9).mean())
    assert answer.p == pytest.approx(expected)


@given(follow)
def test_swapping_the_arms_and_shuffling_the_rows_change_no_p_value(rows):
    time, event, group = (np.array(part) for part in zip(*rows, strict=True))
    order = np.arange(time.size)[::-1]
    for test in (log_rank.compare_exact, log_rank.compare):
        one = test(time, event > 0, group)
        two = test(time[order], (event > 0)[order], 1 - group[order])
        assert (one.p is None) == (two.p is None)
        if one.p is not None:
            assert one.p == pytest.approx(two.p, rel=1e-9, abs=1e-12)
    one, two = gray.compare(time, event, group), gray.compare(time[order], event[order], 1 - group[order])
    assert (one.p is None) == (two.p is None)
    if one.p is not None:
        assert one.p == pytest.approx(two.p, rel=1e-7, abs=1e-10)


def test_garbage_gives_words_not_numbers():
    for time, event in ([], []), ([math.nan], [1]), ([-1, 2], [1, 0]), ([1, 2], [0.5, 1]), ([math.inf], [1]):
        for curve in kaplan_meier.estimate(time, event), aalen_johansen.estimate(time, event):
            assert curve.n == 0 and curve.warnings
            assert curve.at(1).estimate is None
    for group in [0, 0], [0, 1]:
        for test in log_rank.compare, log_rank.compare_exact, gray.compare:
            answer = test([3, 4], [0, 0], group)
            assert answer.warnings
            assert answer.p is None or answer.p == 1


@given(follow)
def test_stratified_exact_log_rank_equals_full_enumeration(rows):
    time, event, group = (np.array(part) for part in zip(*rows, strict=True))
    event = event > 0
    stratum = np.arange(time.size) % 2
    answer = log_rank.compare_exact(time, event, group, stratum)
    if np.unique(group).size < 2:
        assert answer.p is None
        return
    every, seen = np.zeros(1), 0.0
    for code in (0, 1):
        mine = stratum == code
        scores = log_rank.compute_scores(time[mine].astype(float), event[mine].astype(np.int64))
        sums = scores[list_splits(int(mine.sum()), int(group[mine].sum()))].sum(axis=1)
        every = (every[:, None] + (sums - sums.mean())[None, :]).ravel()
        seen += scores[group[mine] == 1].sum() - sums.mean()
    assert answer.p == pytest.approx(float((np.abs(every) >= abs(seen) - 1e-9).mean()))


def test_one_stratum_is_no_stratum_and_large_ones_fall_back():
    rng = np.random.default_rng(4)
    time, group = rng.exponential(5, 20), np.arange(20) % 2
    one, plain = (
        log_rank.compare_exact(time, time < 9, group, np.zeros(20)),
        log_rank.compare_exact(time, time < 9, group),
    )
    assert one.p == pytest.approx(plain.p)
    time, group = rng.exponential(5, 90), np.arange(90) % 2
    answer = log_rank.compare_exact(time, time < 9, group, np.arange(90) % 3 > 0)
    assert answer.method.endswith("stratified:asymptotic")
    assert answer.p == log_rank.compare(time, time < 9, group, np.arange(90) % 3 > 0).p
