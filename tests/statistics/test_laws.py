"""Laws that every method obeys: row order never matters, swapping the arms flips the sign and nothing else, and the
p-value and the interval of one method agree about no effect. (Mirrored tables and shifted values: the methods' own files.)
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.statistics import (
    ancova,
    barnard,
    boschloo,
    conditional_odds_ratio,
    cox,
    fine_gray,
    fisher,
    gray,
    hodges_lehmann,
    log_rank,
    mmrm_visits,
    overlap_weights,
    poisson_rate,
    proportional_odds,
    risk_difference,
    rmst,
    spread,
    standardised_difference,
    van_elteren,
    wilcoxon,
    win_odds,
)
from trialwright.statistics.outcomes import Comparison, Estimate


@dataclass(frozen=True)
class Trial:
    """A small trial: one row a participant, and counts of events."""

    y: np.ndarray
    arm: np.ndarray
    time: np.ndarray
    event: np.ndarray
    x: np.ndarray
    stratum: np.ndarray
    wide: np.ndarray

    def take(self, rows: np.ndarray) -> "Trial":
        return Trial(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def swap(self) -> "Trial":
        return Trial(self.y, 1 - self.arm, self.time, self.event, self.x, self.stratum, self.wide)

    def samples(self) -> tuple[np.ndarray, np.ndarray]:
        return self.y[self.arm == 1], self.y[self.arm == 0]

    def counts(self) -> tuple[int, int, int, int]:
        one, other = (self.event[self.arm == side] == 1 for side in (1, 0))
        return int(one.sum()), one.size, int(other.sum()), other.size


def draw(seed: int, n: int = 20) -> Trial:
    rng = np.random.default_rng(seed)
    arm = np.repeat([1, 0], n // 2)
    own = rng.normal(size=n)
    wide = own[:, None] + rng.normal(size=(n, 3)) + 0.5 * arm[:, None]
    wide[rng.random(wide.shape) < 0.08] = np.nan
    return Trial(
        np.round(own + 0.6 * arm, 1), arm, np.ceil(rng.exponential(10, n)), rng.integers(0, 3, n), rng.normal(size=n),
        rng.integers(0, 2, n), wide,
    )  # fmt: skip


def estimate_visits(trial: Trial) -> Estimate:
    n, visits = trial.wide.shape
    rows = mmrm_visits.Rows(
        trial.wide.ravel(), np.repeat(trial.arm, visits), np.repeat(np.arange(n), visits), np.tile(np.arange(visits), n)
    )
    return mmrm_visits.estimate_visits(rows).differences[-1]


def compare_means(trial: Trial) -> Estimate:
    one, other = (
        rmst.estimate(trial.time[trial.arm == side], trial.event[trial.arm == side] > 0, 10.0) for side in (1, 0)
    )
    return rmst.compare(one, other)


# Each with what swapping does to the estimate: minus, one over, or nothing to say (tests).
DIFFERENCES: dict[str, Callable[[Trial], Estimate]] = {
    "ancova.estimate": lambda t: ancova.estimate(t.y, t.arm, t.x),
    "ancova.estimate robust": lambda t: ancova.estimate(t.y, t.arm, t.x, robust=True),
    "hodges_lehmann.estimate_shift": lambda t: hodges_lehmann.estimate_shift(*t.samples()),
    "mmrm_visits.estimate_visits": estimate_visits,
    "overlap_weights.estimate": lambda t: overlap_weights.estimate(t.y, t.arm, t.x).difference,
    "risk_difference.estimate_exact": lambda t: risk_difference.estimate_exact(*t.counts()),
    "risk_difference.estimate_mee": lambda t: risk_difference.estimate_mee(*t.counts()),
    "risk_difference.estimate_miettinen_nurminen": lambda t: risk_difference.estimate_miettinen_nurminen(*t.counts()),
    "risk_difference.estimate_newcombe": lambda t: risk_difference.estimate_newcombe(*t.counts()),
    "rmst.compare": compare_means,
    "standardised_difference.estimate": lambda t: standardised_difference.estimate(*t.samples()),
    "cox.fit (logarithm)": lambda t: take_log(cox.fit(t.time, t.event == 1, t.arm).estimate(0)),
    "fine_gray.fit (logarithm)": lambda t: take_log(fine_gray.fit(t.time, t.event, t.arm).estimate(0)),
    "conditional_odds_ratio (logarithm)": lambda t: take_log(conditional_odds_ratio.estimate_exact(*t.counts())),
    "poisson_rate.estimate_ratio (logarithm)": lambda t: take_log(poisson_rate.estimate_ratio(*t.counts())),
    "proportional_odds.fit (logarithm)": lambda t: take_log(proportional_odds.fit(np.rint(t.y), t.arm).estimate(0)),
    "win_odds.estimate (logarithm)": lambda t: take_log(win_odds.estimate(*t.samples())),
}
TESTS: dict[str, Callable[[Trial], Comparison]] = {
    "barnard.compare": lambda t: barnard.compare(*t.counts()),
    "boschloo.compare": lambda t: boschloo.compare(*t.counts()),
    "fisher.compare_mid_p": lambda t: fisher.compare_mid_p(*t.counts()),
    "fisher.compare_two_sided": lambda t: fisher.compare_two_sided(*t.counts()),
    "gray.compare": lambda t: gray.compare(t.time, t.event, t.arm),
    "log_rank.compare": lambda t: log_rank.compare(t.time, t.event == 1, t.arm),
    "log_rank.compare stratified": lambda t: log_rank.compare(t.time, t.event == 1, t.arm, t.stratum),
    "log_rank.compare_exact": lambda t: log_rank.compare_exact(t.time, t.event == 1, t.arm),
    "spread.compare_brown_forsythe": lambda t: spread.compare_brown_forsythe(*t.samples()),
    "van_elteren.compare": lambda t: van_elteren.compare(t.y, t.arm, t.stratum),
    "van_elteren.compare_exact": lambda t: van_elteren.compare_exact(t.y, t.arm, t.stratum),
    "wilcoxon.compare_exact": lambda t: wilcoxon.compare_exact(*t.samples()),
}
# Newcombe's interval belongs to no test; the exact odds ratio's doubles the tails and has its p so too.
AGREEING = [name for name in DIFFERENCES if name not in ("risk_difference.estimate_newcombe",)]


def take_log(ratio: Estimate) -> Estimate:
    values = [
        None if one is None else -math.inf if one == 0 else math.log(one)
        for one in (ratio.estimate, ratio.ci_low, ratio.ci_high)
    ]
    return Estimate(*values, ratio.p, ratio.n, ratio.method, ratio.warnings)


def list_numbers(answer: Estimate | Comparison) -> list[float]:
    parts = [answer.estimate, answer.ci_low, answer.ci_high] if isinstance(answer, Estimate) else []
    return [math.nan if one is None else one for one in (*parts, answer.p)]


@pytest.mark.parametrize("name", [*DIFFERENCES, *TESTS])
@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32))
def test_the_order_of_rows_never_matters(name, seed):
    method, trial = {**DIFFERENCES, **TESTS}[name], draw(seed)
    turned = trial.take(np.random.default_rng(seed + 1).permutation(20))
    assert list_numbers(method(turned)) == pytest.approx(list_numbers(method(trial)), rel=1e-4, abs=1e-6, nan_ok=True)


@pytest.mark.parametrize("name", DIFFERENCES)
@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32))
def test_swapping_the_arms_flips_the_sign_and_nothing_else(name, seed):
    trial = draw(seed)
    value, low, high, p = list_numbers(DIFFERENCES[name](trial))
    found = list_numbers(DIFFERENCES[name](trial.swap()))
    if not (name.endswith("(logarithm)") and not all(map(math.isfinite, (value, low, high)))):
        assert found == pytest.approx([-value, -high, -low, p], rel=1e-4, abs=1e-6, nan_ok=True)


@pytest.mark.parametrize("name", TESTS)
@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32))
def test_swapping_the_arms_changes_no_p_value(name, seed):
    trial = draw(seed)
    assert list_numbers(TESTS[name](trial.swap())) == pytest.approx(list_numbers(TESTS[name](trial)), nan_ok=True)


@pytest.mark.parametrize("name", AGREEING)
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32))
def test_p_and_interval_agree_about_no_effect(name, seed):
    answer = DIFFERENCES[name](draw(seed))
    if answer.p is None or abs(answer.p - 0.05) < 1e-6:
        return
    low = -math.inf if answer.ci_low is None else answer.ci_low
    high = math.inf if answer.ci_high is None else answer.ci_high
    # At p <= 5 % no effect is not inside; a limit may touch it.
    assert (answer.p <= 0.05) == (not low < -1e-9 < 1e-9 < high) or min(abs(low), abs(high)) < 1e-9
