"""Stopping boundaries, group-sequential designs, sample sizes and the batched log-rank test."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trialwright.statistics import fisher as fisher_test
from trialwright.statistics import group_sequential, log_rank, log_rank_batch, sample_size, stopping

LOOKS = {"two": (0.5, 1.0), "three": (0.4, 0.7, 1.0), "five": (0.2, 0.4, 0.6, 0.8, 1.0)}
SPENDING = {"obrien-fleming": 1.0, "pocock": 1.0, "hwang-shih-decani": -2.0, "power": 2.0}


def test_pocock_type_boundary_of_the_published_rule():
    # Acceptable rate 20 %, ten participants, error 5 %.
    boundary = stopping.compute_pocock_boundary(10, 0.2, 0.05)
    assert stopping.describe_boundary(boundary) == ((3, 3, 4), (4, 5, 6), (5, 7, 9), (6, 10, 10))
    found = stopping.compute_operating_characteristics(boundary, [0.2, 0.3, 0.4, 0.5]).stop
    assert found == pytest.approx([0.042, 0.15, 0.33, 0.56], abs=0.005)


def test_bayesian_boundary_of_the_published_rule():
    boundary = stopping.compute_bayes_boundary(10, 0.30, 0.90, (0.6, 1.4))
    assert stopping.describe_boundary(boundary) == ((2, 2, 2), (3, 3, 4), (4, 5, 7), (5, 8, 9), (6, 10, 10))


@settings(max_examples=15)
@given(st.floats(0.05, 0.5), st.floats(0.01, 0.2), st.integers(1, 12))
def test_pocock_keeps_its_error_and_rises(rate, error, planned):
    boundary = stopping.compute_pocock_boundary(planned, rate, error)
    assert stopping.compute_operating_characteristics(boundary, rate).stop[0] <= error
    assert (np.diff(boundary) >= 0).all()


def test_characteristics_equal_simulation():
    boundary = stopping.compute_pocock_boundary(10, 0.2, 0.05)
    exact = stopping.compute_operating_characteristics(boundary, 0.4)
    rng = np.random.default_rng(12)
    events = (rng.random((100_000, 10)) < 0.4).cumsum(axis=1)
    crossed = events >= boundary
    at = np.where(crossed.any(axis=1), crossed.argmax(axis=1), 9)
    assert crossed.any(axis=1).mean() == pytest.approx(exact.stop[0], abs=0.006)
    assert (at + 1).mean() == pytest.approx(exact.participants[0], abs=0.03)
    assert events[np.arange(at.size), at].mean() == pytest.approx(exact.toxicities[0], abs=0.02)


@pytest.mark.reference(
    "group_sequential.compute_bounds",
    "group_sequential.compute_inflation",
    "group_sequential.compute_drift",
    "group_sequential.compute_exits",
    source="R 4.2.2 rpact 3.3.4 getDesignGroupSequential, design.R",
)
@pytest.mark.parametrize("looks", LOOKS)
@pytest.mark.parametrize("spending", SPENDING)
@pytest.mark.parametrize("sides", [1, 2])
def test_bounds_equal_rpact(r, looks, spending, sides):
    fractions = LOOKS[looks]
    design = group_sequential.compute_bounds(fractions, 0.025 * sides, spending, SPENDING[spending], sides)
    case = f"gs_{looks}_{spending}_{sides}"
    for k, z in enumerate(design.upper, start=1):
        assert z == pytest.approx(r(case, f"z{k}"), abs=2e-5)
    assert group_sequential.compute_inflation(design, 0.8) == pytest.approx(r(case, "inflation"), rel=1e-5)
    drift = group_sequential.compute_drift(design, 0.8)
    assert drift**2 == pytest.approx(r(case, "shift"), rel=1e-5)
    exits = group_sequential.compute_exits(design, drift)
    assert exits.information * r(case, "inflation") == pytest.approx(r(case, "averageH1"), rel=1e-4)
    assert exits.power == pytest.approx(0.8)


@settings(max_examples=10)
@given(st.lists(st.floats(0.05, 0.95), min_size=0, max_size=4, unique=True), st.sampled_from([1, 2]))
def test_the_error_is_spent_exactly(inner, sides):
    fractions = sorted(round(t, 3) for t in inner)
    if any(np.diff([0, *fractions, 1]) < 0.02):
        return
    design = group_sequential.compute_bounds([*fractions, 1.0], 0.05, sides=sides)
    exits = group_sequential.compute_exits(design, 0.0)
    assert exits.power == pytest.approx(0.05 / sides, abs=1e-8)
    assert np.cumsum(exits.reject_at) == pytest.approx(design.spent, abs=1e-8)


def test_bounds_refuse_nonsense():
    for fractions in [], [0.5], [0.5, 0.4, 1.0], [0.0, 1.0]:
        with pytest.raises(ValueError, match="ascend"):
            group_sequential.compute_bounds(fractions)
    with pytest.raises(ValueError, match="no such spending"):
        group_sequential.compute_spent([1.0], 0.05, "linear")


@pytest.mark.reference("sample_size.compute_power_means", source="R 4.2.2 power.t.test(strict = TRUE), design.R")
@pytest.mark.parametrize("n", [5, 10, 64])
def test_power_of_the_t_test_equals_r(r, n):
    assert sample_size.compute_power_means(0.7, 1, n, n) == pytest.approx(r("power_t", str(n)), rel=1e-6)


@pytest.mark.reference(
    "sample_size.compute_power_proportions",
    "sample_size.find_size",
    source="R 4.2.2 power.prop.test and power.t.test, design.R",
)
def test_sizes_equal_r(r):
    assert sample_size.compute_power_proportions(0.3, 0.55, 50, 50) == pytest.approx(r("power_prop", "50"), rel=1e-6)
    size = sample_size.find_size(lambda n1, n0: sample_size.compute_power_means(0.5, 1, n1, n0), 0.9)
    assert size.n1 == size.n0 == r("size_t", "n")
    assert size.total == 2 * size.n1 and size.power >= 0.9
    assert sample_size.find_size(lambda n1, n0: 0.1, 0.9) is None


@pytest.mark.reference(
    "sample_size.compute_events_log_rank",
    "sample_size.compute_power_wilcoxon",
    source="Schoenfeld 1981: 66 events for a hazard ratio of 0.5; Noether 1987: 66 participants for P(X1 > X0) = 0.7",
)
def test_published_power_at_ten_per_arm():
    assert round(sample_size.compute_power_fisher(0.1, 0.5, 10, 10), 2) == 0.30
    assert round(sample_size.compute_power_means(1, 1, 10, 10), 2) == 0.56
    # Schoenfeld 1981: HR 0.5, 80 %, two-sided 5 %: 66 events.
    assert sample_size.compute_events_log_rank(0.5, 0.8) == 66
    assert sample_size.compute_power_log_rank(0.5, 66) == pytest.approx(0.8, abs=0.01)
    # Noether 1987: P(X1 > X0) = 0.7 needs about 66 in all for 80 %.
    size = sample_size.find_size(lambda a, b: sample_size.compute_power_wilcoxon(0.7, a, b), 0.8)
    assert size.total == 66


@pytest.mark.reference(
    "sample_size.compute_power_fisher",
    source="enumeration of all tables of 7 and 8 participants with scipy stats.binom",
)
def test_exact_powers_equal_enumeration():
    n1, n0, p1, p0 = 7, 8, 0.2, 0.7
    total = sum(
        stats.binom.pmf(i, n1, p1) * stats.binom.pmf(j, n0, p0)
        for i in range(n1 + 1)
        for j in range(n0 + 1)
        if fisher_test.compare_two_sided(i, n1, j, n0).p <= 0.05
    )
    assert sample_size.compute_power_fisher(p1, p0, n1, n0) == pytest.approx(total)
    assert sample_size.compute_power_boschloo(p1, p0, n1, n0) >= total


def test_batched_log_rank_equals_the_single_one():
    rng = np.random.default_rng(6)
    for n1, n0, ties in (10, 10, False), (6, 9, True), (40, 35, True):
        time = rng.exponential(10, (30, n1 + n0))
        time = np.ceil(time) if ties else time
        event = rng.random(time.shape) < 0.7
        z = log_rank_batch.compute_z(time, event, n1)
        for row in range(30):
            single = log_rank.compare(time[row], event[row], np.arange(n1 + n0) < n1)
            assert z[row] ** 2 == pytest.approx(single.statistic or 0.0, rel=1e-10)
    assert log_rank_batch.compute_z(np.ones((1, 4)), np.zeros((1, 4), dtype=bool), 2).tolist() == [0.0]
    with pytest.raises(ValueError, match="one shape"):
        log_rank_batch.compute_z(np.ones((1, 4)), np.zeros((1, 3), dtype=bool), 2)


def test_simulated_trials_repeat_with_the_seed_and_do_not_depend_on_the_block():
    arguments = 500, (0.1, 0.05), (10, 10), 28.0
    z = log_rank_batch.simulate_z(np.random.default_rng(3), *arguments)
    whole = log_rank_batch.compute_z(*log_rank_batch.draw_exponential(np.random.default_rng(3), *arguments), 10)
    assert (z == whole).all()
    assert z.mean() > 0.5


def test_level_of_the_log_rank_test_in_simulated_trials():
    # 20,000 trials of 100 an arm: 5 % +- 3 standard errors of 0.15 %. (Ten an arm: 6.4 %, hence the exact test.)
    z = log_rank_batch.simulate_z(np.random.default_rng(8), 20_000, (0.08, 0.08), (100, 100), 28.0)
    assert (np.abs(z) > 1.959964).mean() == pytest.approx(0.05, abs=0.005)
