"""The compiled methods for many simulated trials give the numbers of the scalar methods, trial by trial."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.statistics import (
    aalen_johansen,
    aalen_johansen_batch,
    counts_batch,
    fisher,
    gray,
    gray_batch,
    hodges_lehmann,
    hodges_lehmann_batch,
    proportion,
    risk_difference,
    risk_difference_batch,
)

# Grids of values, so that ties, missing values and worst ranks are frequent.
VALUES = st.sampled_from([math.nan, math.inf, math.inf, -math.inf, 0.0, 0.1, 0.2, 0.3, 1.0, 1.5, 2.25, 3.0, -1.0, -2.5])
TIMES = st.sampled_from([math.nan, 0.0, 1.0, 1.0, 2.0, 3.0, 4.0, 5.5, 7.0])


def check_shift(first: np.ndarray, second: np.ndarray, level: float = 0.95) -> None:
    found = hodges_lehmann_batch.estimate_shifts(first[None, :], second[None, :], level)
    told = hodges_lehmann.estimate_shift(first, second, level)
    numbers = [float(part[0]) for part in (found.estimate, found.ci_low, found.ci_high, found.p)]
    expected = list(counts_batch.flatten(told))
    # The scalar answer calls every infinite limit no limit, also one that is infinite on the other side.
    for at in (1, 2):
        numbers[at] = expected[at] if np.isinf(expected[at]) and np.isinf(numbers[at]) else numbers[at]
    assert numbers == pytest.approx(expected, rel=1e-9, nan_ok=True)


@settings(max_examples=200)
@given(st.lists(VALUES, max_size=9), st.lists(VALUES, max_size=9))
def test_shift_with_ties_equals_the_scalar_method(first, second):
    check_shift(np.array(first, dtype=float), np.array(second, dtype=float))


@settings(max_examples=40)
@given(st.integers(1, 10), st.integers(1, 10), st.integers(0, 2**32), st.booleans(), st.sampled_from([0.8, 0.95, 0.99]))
def test_shift_at_ten_an_arm_equals_the_scalar_method(n1, n0, seed, is_rounded, level):
    rng = np.random.default_rng(seed)
    first, second = rng.normal(0.5, 1, n1), rng.normal(size=n0)
    if is_rounded:
        first, second = np.round(first, 1), np.round(second, 1)
    check_shift(np.where(rng.random(n1) < 0.1, np.inf, first), np.where(rng.random(n0) < 0.1, np.inf, second), level)


def test_shift_of_large_trials_goes_through_the_scalar_method():
    rng = np.random.default_rng(1)
    check_shift(rng.normal(size=25), rng.normal(size=30))


@settings(max_examples=200)
@given(st.lists(st.tuples(TIMES, st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=20))
def test_gray_equals_the_scalar_method(rows):
    time, event, arm = (np.array(part) for part in zip(*rows, strict=True))
    found = gray_batch.compute_p(time[None, :].astype(float), event[None, :], arm)[0]
    told = gray.compare(time, event, arm).p
    assert found == pytest.approx(math.nan if told is None else told, rel=1e-8, nan_ok=True)


@settings(max_examples=150)
@given(st.lists(st.tuples(TIMES, st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=13))
def test_exact_gray_equals_the_scalar_method(rows):
    time, event, arm = (np.array(part) for part in zip(*rows, strict=True))
    found = gray_batch.compute_exact_p(time[None, :].astype(float), event[None, :], arm)[0]
    told = gray.compare_exact(time, event, arm).p
    assert found == pytest.approx(math.nan if told is None else told, rel=1e-12, nan_ok=True)


def test_exact_gray_of_more_participants_is_drawn_by_the_callers_generator():
    rng = np.random.default_rng(6)
    time = np.where(rng.random((20, 30)) < 0.1, np.nan, np.minimum(np.ceil(rng.exponential(14, (20, 30))), 28))
    event, arm = np.where(time < 28, rng.integers(0, 3, time.shape), 0), np.repeat([1, 0], 15)
    found = [gray_batch.compute_exact_p(time, event, arm, np.random.default_rng(1)) for _ in range(2)]
    assert (found[0] == found[1]).all()
    told = np.array([gray.compare_exact(time[row], event[row], arm).p for row in range(20)])
    assert np.abs(found[0] - told).max() < 4 * 0.5 / math.sqrt(gray_batch.RELABELLINGS)
    with pytest.raises(ValueError, match="generator"):
        gray_batch.compute_exact_p(time, event, arm)


def test_gray_of_a_realistic_trial_equals_the_scalar_method():
    rng = np.random.default_rng(3)
    time = np.minimum(np.ceil(rng.exponential(14, (50, 20))), 28)
    event, arm = np.where(time < 28, rng.integers(0, 3, time.shape), 0), np.repeat([1, 0], 10)
    found = gray_batch.compute_p(time, event, arm)
    for row in range(50):
        assert found[row] == pytest.approx(gray.compare(time[row], event[row], arm).p, rel=1e-9)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=6))
def test_look_up_of_tables_equals_the_scalar_methods(pairs):
    tables = np.array([(x1, 10, x0, 10) for x1, x0 in pairs])
    for method in risk_difference.estimate_miettinen_nurminen, fisher.compare_mid_p:
        found = counts_batch.compute_answers(method, tables)
        for row, counts in enumerate(tables.tolist()):
            numbers = [float(part[row]) for part in (found.estimate, found.ci_low, found.ci_high, found.p)]
            assert numbers == pytest.approx(counts_batch.flatten(method(*counts)), nan_ok=True)
    shares = counts_batch.compute_answers(proportion.estimate_clopper_pearson, tables[:, :2])
    assert shares.estimate.tolist() == (tables[:, 0] / 10).tolist()


@pytest.mark.parametrize(
    "counts",
    [(0, 10, 0, 10), (0, 10, 5, 10), (1, 9, 4, 9), (10, 10, 3, 10), (6, 7, 2, 10), (1, 1, 0, 2), (7, 20, 2, 20)],
)
def test_compiled_exact_risk_difference_equals_the_scalar_method(counts):
    found = risk_difference_batch.estimate_exact(*counts)
    told = risk_difference.estimate_exact(*counts)
    assert (found.ci_low, found.ci_high, found.p) == pytest.approx((told.ci_low, told.ci_high, told.p), abs=1e-10)
    assert (found.estimate, found.n, found.method) == (told.estimate, told.n, told.method)
    for difference in (-0.3, 0.0, 0.45):
        exact = risk_difference.compute_exact_p(*counts, difference)
        assert risk_difference_batch.compute_p(*counts, difference) == pytest.approx(exact, abs=1e-12)


def test_an_empty_arm_is_not_a_number_and_not_a_crash():
    nothing = np.full((1, 3), np.nan)
    assert np.isnan(hodges_lehmann_batch.estimate_shifts(nothing, nothing).p).all()
    assert np.isnan(gray_batch.compute_p(nothing, np.zeros((1, 3), dtype=int), [1, 0, 0])).all()
    assert np.isnan(counts_batch.compute_answers(fisher.compare_mid_p, np.array([[0, 0, 0, 0]])).p).all()
    assert counts_batch.compute_answers(fisher.compare_mid_p, np.zeros((0, 4), dtype=int)).p.size == 0
    with pytest.raises(ValueError, match="trials"):
        hodges_lehmann_batch.estimate_shifts(np.zeros((1, 2)), np.zeros((2, 2)))
    with pytest.raises(ValueError, match="treated"):
        gray_batch.compute_p(np.zeros((1, 2)), np.zeros((1, 2), dtype=int), [1])


@settings(max_examples=200)
@given(
    st.lists(st.tuples(TIMES, st.integers(0, 2)), min_size=1, max_size=12), st.sampled_from([0.5, 2.0, 3.0, 6.0, 9.0])
)
def test_incidence_at_a_time_equals_the_scalar_method(rows, at):
    time, event = (np.array(part) for part in zip(*rows, strict=True))
    found = [float(one[0, 1]) for one in aalen_johansen_batch.estimate_at(time[None, :], event[None, :], [1.0, at])]
    curve, last = aalen_johansen.estimate(time, event), np.nanmax([*time, -1.0])
    settled = not (event[time == last] == 0).any()
    told = curve.at(min(at, curve.last) if settled and curve.n else at)
    expected = [math.nan if one is None else one for one in (told.estimate, told.ci_low, told.ci_high)]
    assert found == pytest.approx(expected, abs=1e-12, nan_ok=True)
