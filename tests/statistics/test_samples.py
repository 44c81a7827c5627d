"""Summaries, Wilcoxon, Hodges-Lehmann, standardised differences and ANCOVA against R and enumeration."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.statistics import ancova, hodges_lehmann, permutation, standardised_difference, summary, wilcoxon
from trialwright.statistics.permutation import list_splits
from trialwright.statistics.wilcoxon import compute_doubled_midranks

SETS = {
    "sleep": (
        [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
        [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
    ),
    "ties": ([1, 2, 2, 3, 3, 3, 4, 9], [2, 3, 4, 4, 5, 5, 6, 7, 7, 8]),
    "unequal": ([5, 5, 6], [1, 2, 2, 3, 4, 4, 5, 6, 6]),
    "clean": ([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46], [1.15, 0.88, 0.90, 0.74, 1.21]),
    "clean2": ([2.1, 3.7, 8.4, 1.9, 0.3, 5.2, 7.7, 6.1], [4.4, 2.6, 9.9, 12.1, 5.8, 7.3, 10.2]),
}
TEN = [3.1, 0.4, 9.2, 5.5, 2.2, 7.0, 1.1, 4.8, 6.3, 8.8]
arm = st.lists(st.integers(0, 6), min_size=1, max_size=6)
floats = st.floats(-1e6, 1e6).map(lambda v: round(v, 3))


@pytest.mark.reference("summary.compute_quantile", source="R 4.2.2 quantile(type = 2), exact_kit.R")
@pytest.mark.parametrize("n", [3, 7, 10])
@pytest.mark.parametrize("p", [0, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9, 1])
def test_quantiles_equal_r_type_2(r, n, p):
    assert summary.compute_quantile(TEN[:n], p) == pytest.approx(r(f"quantile_{n}", f"{p:g}"), rel=1e-15)


@given(st.lists(floats, min_size=1, max_size=30), st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.5, 0.7, 0.9, 1.0]))
def test_quantiles_equal_numpys_averaged_inverted_cdf_where_that_does_not_round(values, p):
    if abs(len(values) * p - round(len(values) * p)) > 1e-9 or (len(values) * p).is_integer():
        expected = np.quantile(values, p, method="averaged_inverted_cdf")
        assert summary.compute_quantile(values, p) == pytest.approx(float(expected), rel=1e-12, abs=1e-12)


def test_describe_says_what_is_missing():
    answer = summary.describe([1.0, None, 4.0, math.nan])
    assert (answer.n, answer.n_missing, answer.mean, answer.median, answer.geometric_mean) == (2, 2, 2.5, 2.5, 2.0)
    assert answer.sd == pytest.approx(math.sqrt(4.5))
    assert summary.describe([]).mean is None and summary.describe([]).warnings == ("no values",)
    assert summary.describe([5]).sd is None
    infinite = summary.describe([1, math.inf])
    assert (infinite.mean, infinite.sd, infinite.max, infinite.min) == (None, None, None, 1.0)


@pytest.mark.reference("summary.estimate_mean", source="R 4.2.2 t.test(sleep$extra[sleep$group == 1])")
def test_mean_and_geometric_mean_with_student_limits():
    answer = summary.estimate_mean(SETS["sleep"][0])  # R: t.test(extra[group == 1])
    assert (answer.estimate, answer.ci_low, answer.ci_high) == pytest.approx((0.75, -0.5297804, 2.0297804), abs=1e-7)
    assert answer.p == pytest.approx(0.2175977, abs=1e-7)
    geometric = summary.estimate_geometric_mean(np.exp(SETS["sleep"][0]))
    assert geometric.ci_low == pytest.approx(math.exp(answer.ci_low))
    for garbage in [], [3], [2, 2], [math.nan], [1, math.inf]:
        assert summary.estimate_mean(garbage).ci_low is None and summary.estimate_mean(garbage).warnings
    assert summary.estimate_geometric_mean([0, 1]).warnings


@pytest.mark.reference(
    "wilcoxon.compare_exact", source="R 4.2.2 coin 1.4-2 wilcox_test(distribution = 'exact'), exact_kit.R"
)
@pytest.mark.parametrize("name", SETS)
def test_wilcoxon_equals_coin_exact(r, name):
    assert wilcoxon.compare_exact(*SETS[name]).p == pytest.approx(r(f"wilcoxon_{name}", "p"), rel=1e-12)


@pytest.mark.reference("wilcoxon.compare_exact", source="enumeration of all relabellings")
@given(arm, arm)
def test_wilcoxon_equals_full_enumeration(first, second):
    answer = wilcoxon.compare_exact(first, second)
    ranks = compute_doubled_midranks(np.array(first + second, dtype=float))
    centred = ranks - ranks.mean()
    sums = np.abs(centred[list_splits(ranks.size, len(first))].sum(axis=1))
    assert answer.p == pytest.approx(float((sums >= abs(centred[: len(first)].sum()) - 1e-9).mean()))
    wins = sum((x > y) + 0.5 * (x == y) for x in first for y in second)
    assert answer.statistic == wins


def test_wilcoxon_with_many_participants_agrees_with_itself_across_the_limit():
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=100), rng.normal(-0.3, size=100)
    exact = wilcoxon.compare_exact(x, y)
    approximate = wilcoxon.compare_exact(np.append(x, 0.15), y)
    assert approximate.method.endswith(":normal")
    assert approximate.p == pytest.approx(exact.p, rel=0.05)


@pytest.mark.reference(
    "hodges_lehmann.estimate_shift", source="R 4.2.2 wilcox.test(exact = TRUE, conf.int = TRUE), exact_kit.R"
)
@pytest.mark.parametrize("name", ["clean", "clean2"])
def test_hodges_lehmann_equals_r(r, name):
    answer = hodges_lehmann.estimate_shift(*SETS[name])
    case = f"hl_{name}"
    assert answer.estimate == pytest.approx(r(case, "estimate"))
    assert answer.ci_low == pytest.approx(r(case, "low"))
    assert answer.ci_high == pytest.approx(r(case, "high"))
    assert answer.p == pytest.approx(r(case, "p"))


@given(arm, arm, st.integers(-3, 3))
def test_hodges_lehmann_laws(first, second, constant):
    one = hodges_lehmann.estimate_shift(first, second)
    assert one.estimate == np.median([x - y for x in first for y in second])
    moved = hodges_lehmann.estimate_shift([x + constant for x in first], second)
    swapped = hodges_lehmann.estimate_shift(second[::-1], first[::-1])
    for value, shifted, mirror in (
        (one.estimate, moved.estimate, swapped.estimate),
        (one.ci_low, moved.ci_low, swapped.ci_high),
        (one.ci_high, moved.ci_high, swapped.ci_low),
    ):
        assert (value is None) == (shifted is None) == (mirror is None)
        if value is not None:
            assert shifted == pytest.approx(value + constant)
            assert mirror == pytest.approx(-value)
    assert swapped.p == pytest.approx(one.p)
    if one.p > 0.05:
        assert (one.ci_low is None or one.ci_low <= 0) and (one.ci_high is None or one.ci_high >= 0)


@pytest.mark.reference("hodges_lehmann.estimate_shift", source="enumeration of all shifts, with ties")
@given(arm, arm)
def test_hodges_lehmann_interval_is_the_set_that_the_exact_test_accepts(first, second):
    answer = hodges_lehmann.estimate_shift(first, second)
    points = sorted({x - y for x in first for y in second})
    shifts = [points[0] - 1.0, *points, *[p + 0.5 for p in points]]
    for shift in shifts:
        p = wilcoxon.compare_exact([x - shift for x in first], second).p
        inside = (answer.ci_low is None or answer.ci_low <= shift) and (
            answer.ci_high is None or shift <= answer.ci_high
        )
        if p > 0.05 + 1e-9:
            assert inside


@pytest.mark.parametrize("seed", range(6))
def test_a_search_over_all_shifts_finds_the_same_limits(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, 12, 12).astype(float), rng.integers(2, 15, 13).astype(float)
    looked = hodges_lehmann.estimate_shift(first, second)
    monkeypatch.setattr(hodges_lehmann, "_LOOK", 10_000)
    everywhere = hodges_lehmann.estimate_shift(first, second)
    assert (looked.ci_low, looked.ci_high) == (everywhere.ci_low, everywhere.ci_high)


def test_worst_ranks_may_be_infinite():
    answer = hodges_lehmann.estimate_shift([1, 2, 3, math.inf], [1, 4, 2, math.inf, 2])
    assert answer.estimate is not None and math.isfinite(answer.estimate)
    for value in answer.ci_low, answer.ci_high:
        assert value is None or math.isfinite(value)
    assert any("limit" in warning for warning in answer.warnings)
    assert hodges_lehmann.estimate_shift([math.inf] * 3, [1, 2, 3]).estimate is None


@pytest.mark.parametrize("pair", [([], [1]), ([1], []), ([math.nan], [1, 2]), ([], [])])
def test_an_empty_arm_gives_words(pair):
    assert wilcoxon.compare_exact(*pair).p is None and wilcoxon.compare_exact(*pair).warnings
    answer = hodges_lehmann.estimate_shift(*pair)
    assert (answer.estimate, answer.p) == (None, None) and answer.warnings
    answer = standardised_difference.estimate(*pair)
    assert answer.estimate is None and answer.warnings


def test_equal_values_give_no_difference():
    answer = hodges_lehmann.estimate_shift([2, 2, 2], [2, 2, 2])
    assert (answer.estimate, answer.p) == (0.0, 1.0)
    assert "all values are equal" in answer.warnings
    assert standardised_difference.estimate([2, 2, 2], [2, 2]).estimate == 0


@pytest.mark.reference(
    "standardised_difference.estimate_binary",
    source="Austin 2009, Statistics in Medicine 28:3083: the formula for shares, 30/100 against 20/100",
)
def test_standardised_difference_at_ten_and_ten():
    rng = np.random.default_rng(3)
    answer = standardised_difference.estimate(rng.normal(size=10), rng.normal(size=10))
    assert 0.44 < answer.se < 0.48
    # Austin 2009: p = 0.3 against 0.2 gives 0.1 / sqrt((0.21 + 0.16) / 2).
    binary = standardised_difference.estimate_binary(30, 100, 20, 100)
    assert binary.estimate == pytest.approx(0.1 / math.sqrt(0.185))
    categorical = standardised_difference.estimate_categorical([70, 30], [80, 20])
    assert categorical.estimate == pytest.approx(binary.estimate)
    assert standardised_difference.estimate_categorical([5, 0], [0, 5]).estimate is None
    assert standardised_difference.estimate_binary(5, 5, 0, 5).warnings


def test_categorical_difference_of_three_levels_follows_its_formula():
    # Yang & Dalton 2012: T = (p1 - p0) without the first level, S = mean of the two multinomial covariances.
    p1, p0 = np.array([0.5, 0.3, 0.2]), np.array([0.4, 0.2, 0.4])
    s = (np.diag(p1) - np.outer(p1, p1) + np.diag(p0) - np.outer(p0, p0))[1:, 1:] / 2
    t = (p1 - p0)[1:]
    wanted = math.sqrt(t @ np.linalg.inv(s) @ t)
    assert standardised_difference.estimate_categorical([50, 30, 20], [40, 20, 40]).estimate == pytest.approx(wanted)


@pytest.mark.reference(
    "ancova.estimate", "ancova.estimate_means", source="R 4.2.2 lm, predict and hatvalues, exact_kit.R"
)
def test_ancova_equals_lm(r, data):
    d = data("ancova_data")
    covariates = np.column_stack((d["base"], d["sev"]))
    answer = ancova.estimate_means(d["y"], d["arm"], covariates)
    one = answer.difference
    for name, value in ("estimate", one.estimate), ("low", one.ci_low), ("high", one.ci_high), ("p", one.p):
        assert value == pytest.approx(r("ancova", name), rel=1e-10)
    assert one.se == pytest.approx(r("ancova", "se"), rel=1e-10)
    assert answer.mean0.estimate == pytest.approx(r("ancova", "mean0"), rel=1e-10)
    assert answer.mean1.estimate == pytest.approx(r("ancova", "mean1"), rel=1e-10)
    assert answer.mean1.se == pytest.approx(r("ancova", "mean1_se"), rel=1e-10)
    robust = ancova.estimate(d["y"], d["arm"], covariates, robust=True)
    assert robust.se == pytest.approx(r("ancova", "hc3"), rel=1e-10)


@pytest.mark.parametrize(
    ("y", "arm", "x"),
    [
        ([], [], None),
        ([1, 2], [1, 1], None),
        ([1, 2], [0, 1], None),
        ([1, 2, 3, 4], [0, 1, 0, 1], [5, 5, 5, 5]),
        ([1, math.inf, 3, 4], [0, 1, 0, 1], None),
        ([math.nan] * 4, [0, 1, 0, 1], None),
        ([2, 2, 2, 2], [0, 1, 0, 1], None),
    ],
)
def test_ancova_that_cannot_be_fitted_says_why(y, arm, x):
    answer = ancova.estimate(y, arm, x)
    assert answer.estimate is None and answer.warnings


@given(st.lists(st.tuples(floats, st.integers(0, 1), floats), min_size=6, max_size=20))
def test_ancova_changes_sign_only_when_the_arms_are_swapped(rows):
    y, arm, x = (np.array(part) for part in zip(*rows, strict=True))
    one, two = ancova.estimate(y, arm, x), ancova.estimate(y[::-1], 1 - arm[::-1], x[::-1])
    assert (one.estimate is None) == (two.estimate is None)
    if one.estimate is not None and one.se > 1e-3:
        assert one.estimate == pytest.approx(-two.estimate, rel=1e-5, abs=1e-5 * one.se)
        assert one.p == pytest.approx(two.p, rel=1e-4, abs=1e-6)


def test_counted_sums_are_those_of_all_subsets():
    scores = compute_doubled_midranks(np.array([1, 1, 2, 3, 3, 3, 5, 8, 9], dtype=float))
    for size in (1, 4, 6, 9):
        sums = scores[list_splits(9, size)].sum(axis=1)
        shares = permutation.count_sums(scores, size)
        assert np.allclose(shares, np.bincount(sums, minlength=shares.size) / sums.size)


@given(
    st.lists(st.sampled_from([0.0, 0.1, 0.2, 1.5, -3.0, 7.7, math.inf, -math.inf]), min_size=1, max_size=9),
    st.lists(st.sampled_from([0.0, 0.1, 0.3, 1.4, -2.0, 9.9, math.inf]), min_size=1, max_size=9),
)
def test_selected_differences_are_those_of_the_sorted_list(first, second):
    x, y = np.array(first), np.array(second)
    everything = hodges_lehmann.compute_differences(x, y)
    places = tuple(range(1, everything.size + 1))
    chosen = hodges_lehmann.select_differences(x, y, places)
    assert np.allclose(chosen, everything, rtol=0, atol=1e-12)


def test_many_participants_are_fast_and_near_the_shift():
    rng = np.random.default_rng(77)
    x, y = np.round(rng.normal(0.4, 1, 4000), 2), np.round(rng.normal(size=4000), 2)
    answer = hodges_lehmann.estimate_shift(x, y)
    assert answer.ci_low < 0.4 < answer.ci_high
    assert answer.ci_high - answer.ci_low < 0.1
    assert any("normal approximation" in warning for warning in answer.warnings)
