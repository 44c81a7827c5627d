"""Laws of every method that compares two arms: row order never matters, swapping the arms flips the sign and nothing
else, and the p-value and the interval of one method agree about no effect. ``test_law_table.py`` has the other laws, and
holds that no method is left out of a law that fits it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwright.statistics import (
    aalen_johansen,
    ancova,
    barnard,
    beta_posterior,
    boschloo,
    censored_regression,
    conditional_odds_ratio,
    cox,
    fine_gray,
    firth_logistic,
    fisher,
    gray,
    hodges_lehmann,
    log_rank,
    mantel_haenszel,
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
from trialwright.statistics import stratified_risk_difference as stratified
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

    def strata(self) -> list[tuple[int, int, int, int]]:
        return [self.take(self.stratum == code).counts() for code in (0, 1)]


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


def estimate_visits(trial: Trial, level: float = 0.95) -> Estimate:
    n, visits = trial.wide.shape
    rows = mmrm_visits.Rows(
        trial.wide.ravel(), np.repeat(trial.arm, visits), np.repeat(np.arange(n), visits), np.tile(np.arange(visits), n)
    )
    return mmrm_visits.estimate_visits(rows, level=level).differences[-1]


def compare_means(trial: Trial, level: float = 0.95) -> Estimate:
    one, other = (
        rmst.estimate(trial.time[trial.arm == side], trial.event[trial.arm == side] > 0, 10.0, level) for side in (1, 0)
    )
    return rmst.compare(one, other)


def compare_incidences(trial: Trial, level: float = 0.95) -> Estimate:
    one, other = (
        aalen_johansen.estimate(trial.time[trial.arm == side], trial.event[trial.arm == side], 1, level).at(8.0)
        for side in (1, 0)
    )
    return aalen_johansen.compare(one, other)


def fit_tobit(trial: Trial) -> censored_regression.CensoredFit:
    """Values below -0.5 are known to be below it only."""
    return censored_regression.fit(
        np.where(trial.y < -0.5, -np.inf, trial.y), np.maximum(trial.y, -0.5), np.column_stack([trial.arm, trial.x])
    )


def of_counts(method: Callable[..., Estimate]) -> Callable[..., Estimate]:
    return lambda t, level=0.95: method(*t.counts(), level=level)


def of_strata(method: Callable[..., Estimate]) -> Callable[..., Estimate]:
    return lambda t, level=0.95: method(t.strata(), level=level)


def of_values(method: Callable[..., Estimate]) -> Callable[..., Estimate]:
    return lambda t, level=0.95: method(*t.samples(), level=level)


def in_logarithms(method: Callable[..., Estimate]) -> Callable[..., Estimate]:
    return lambda t, level=0.95: take_log(method(t, level))


# A trial and a level give an estimate; what is said to be in logarithms is a ratio.
LOG = " (logarithm)"
DIFFERENCES: dict[str, Callable[..., Estimate]] = {
    "aalen_johansen.compare": compare_incidences,
    "ancova.estimate": lambda t, level=0.95: ancova.estimate(t.y, t.arm, t.x, level),
    "ancova.estimate robust": lambda t, level=0.95: ancova.estimate(t.y, t.arm, t.x, level, robust=True),
    "ancova.estimate_means": lambda t, level=0.95: ancova.estimate_means(t.y, t.arm, t.x, level).difference,
    "beta_posterior.estimate_difference": of_counts(beta_posterior.estimate_difference),
    "censored_regression.fit": lambda t, level=0.95: fit_tobit(t).estimate(0, level),
    "hodges_lehmann.estimate_shift": of_values(hodges_lehmann.estimate_shift),
    "mmrm_visits.estimate_visits": estimate_visits,
    "overlap_weights.estimate": lambda t, level=0.95: overlap_weights.estimate(t.y, t.arm, t.x, level).difference,
    "risk_difference.estimate_exact": of_counts(risk_difference.estimate_exact),
    "risk_difference.estimate_mee": of_counts(risk_difference.estimate_mee),
    "risk_difference.estimate_miettinen_nurminen": of_counts(risk_difference.estimate_miettinen_nurminen),
    "risk_difference.estimate_newcombe": of_counts(risk_difference.estimate_newcombe),
    "rmst.compare": compare_means,
    "standardised_difference.estimate": of_values(standardised_difference.estimate),
    "standardised_difference.estimate_binary": of_counts(standardised_difference.estimate_binary),
    "stratified_risk_difference.estimate_miettinen_nurminen": of_strata(stratified.estimate_miettinen_nurminen),
    "stratified_risk_difference.estimate_newcombe": of_strata(stratified.estimate_newcombe),
    "stratified_risk_difference.estimate_sato": of_strata(stratified.estimate_sato),
    "win_odds.estimate_all": lambda t, level=0.95: win_odds.estimate_all(*t.samples(), level).net_benefit,
    f"conditional_odds_ratio.estimate_exact{LOG}": in_logarithms(of_counts(conditional_odds_ratio.estimate_exact)),
    f"cox.fit{LOG}": in_logarithms(lambda t, level: cox.fit(t.time, t.event == 1, t.arm).estimate(0, level)),
    f"fine_gray.fit{LOG}": in_logarithms(lambda t, level: fine_gray.fit(t.time, t.event, t.arm).estimate(0, level)),
    f"firth_logistic.fit{LOG}": in_logarithms(
        lambda t, level: firth_logistic.fit(t.event == 1, t.arm).estimate(0, level)
    ),
    f"mantel_haenszel.estimate_odds_ratio{LOG}": in_logarithms(of_strata(mantel_haenszel.estimate_odds_ratio)),
    f"poisson_rate.estimate_ratio{LOG}": in_logarithms(of_counts(poisson_rate.estimate_ratio)),
    f"proportional_odds.fit{LOG}": in_logarithms(
        lambda t, level: proportional_odds.fit(np.rint(t.y), t.arm).estimate(0, level)
    ),
    f"win_odds.estimate{LOG}": in_logarithms(of_values(win_odds.estimate)),
}
TESTS: dict[str, Callable[[Trial], Comparison]] = {
    "barnard.compare": lambda t: barnard.compare(*t.counts()),
    "boschloo.compare": lambda t: boschloo.compare(*t.counts()),
    "fisher.compare_mid_p": lambda t: fisher.compare_mid_p(*t.counts()),
    "fisher.compare_two_sided": lambda t: fisher.compare_two_sided(*t.counts()),
    "gray.compare": lambda t: gray.compare(t.time, t.event, t.arm),
    "gray.compare_exact": lambda t: gray.compare_exact(t.time, t.event, t.arm),
    "log_rank.compare": lambda t: log_rank.compare(t.time, t.event == 1, t.arm),
    "log_rank.compare stratified": lambda t: log_rank.compare(t.time, t.event == 1, t.arm, t.stratum),
    "log_rank.compare_exact": lambda t: log_rank.compare_exact(t.time, t.event == 1, t.arm),
    "log_rank.compare_exact stratified": lambda t: log_rank.compare_exact(t.time, t.event == 1, t.arm, t.stratum),
    "mantel_haenszel.compare": lambda t: mantel_haenszel.compare(t.strata()),
    "mantel_haenszel.compare_exact": lambda t: mantel_haenszel.compare_exact(t.strata()),
    "spread.compare_brown_forsythe": lambda t: spread.compare_brown_forsythe(*t.samples()),
    "van_elteren.compare": lambda t: van_elteren.compare(t.y, t.arm, t.stratum),
    "van_elteren.compare_exact": lambda t: van_elteren.compare_exact(t.y, t.arm, t.stratum),
    "wilcoxon.compare_exact": lambda t: wilcoxon.compare_exact(*t.samples()),
}
# These have no p-value: Newcombe's intervals belong to no test, a posterior to none.
WITHOUT_P = frozenset({
    "aalen_johansen.compare",
    "risk_difference.estimate_newcombe", "stratified_risk_difference.estimate_newcombe", "standardised_difference.estimate",
    "standardised_difference.estimate_binary", "beta_posterior.estimate_difference",
})  # fmt: skip
AGREEING = [name for name in DIFFERENCES if name not in WITHOUT_P]


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
    if not (name.endswith(LOG) and not all(map(math.isfinite, (value, low, high)))):
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
    assert answer.p is not None or answer.warnings
    if answer.p is None or abs(answer.p - 0.05) < 1e-6:
        return
    low = -math.inf if answer.ci_low is None else answer.ci_low
    high = math.inf if answer.ci_high is None else answer.ci_high
    # At p <= 5 % no effect is not inside; a limit may touch it.
    assert (answer.p <= 0.05) == (not low < -1e-9 < 1e-9 < high) or min(abs(low), abs(high)) < 1e-9


@pytest.mark.parametrize("name", sorted(WITHOUT_P))
def test_what_has_no_p_value_has_none(name):
    assert DIFFERENCES[name](draw(1)).p is None
