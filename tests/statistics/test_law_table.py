"""The laws of the methods, and the table that says which law fits which method.

``KINDS`` names every public method once. A law fits kinds; a method of such a kind stands in the law's own list, or in
``EXCUSED`` with the reason. So a new method without its laws fails ``test_no_method_is_left_out_of_a_law``.
"""

import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.statistics.references import list_methods
from tests.statistics.test_laws import AGREEING, DIFFERENCES, LOG, TESTS, WITHOUT_P, Trial, draw, list_numbers
from trialwright.statistics import (
    aalen_johansen,
    agreement,
    barnard,
    beta_posterior,
    boschloo,
    conditional_odds_ratio,
    cox,
    fisher,
    interval_width,
    kaplan_meier,
    log_rank,
    mantel_haenszel,
    mmrm,
    multiple_imputation,
    multiplicity,
    overlap_weights,
    poisson_rate,
    proportion,
    risk_difference,
    rmst,
    standardised_difference,
    summary,
    terminal_digits,
    turnbull,
    van_elteren,
    wilcoxon,
)
from trialwright.statistics import stratified_risk_difference as stratified
from trialwright.statistics.log_rank import Weight
from trialwright.statistics.outcomes import Estimate

SEEDS = st.integers(0, 2**32)

KINDS = {
    # Two arms, an estimate whose sign turns with the arms.
    "difference of values": (
        "ancova.estimate", "ancova.estimate_means", "censored_regression.fit", "hodges_lehmann.estimate_shift",
        "mmrm_visits.estimate_visits", "overlap_weights.estimate",
    ),
    "difference of counts": (
        "beta_posterior.estimate_difference", "risk_difference.estimate_exact", "risk_difference.estimate_mee",
        "risk_difference.estimate_miettinen_nurminen", "risk_difference.estimate_newcombe",
        "standardised_difference.estimate_binary", "stratified_risk_difference.estimate_miettinen_nurminen",
        "stratified_risk_difference.estimate_newcombe", "stratified_risk_difference.estimate_sato",
    ),
    "difference without a unit": ("standardised_difference.estimate", "win_odds.estimate_all", "win_odds.estimate"),
    "ratio of counts": (
        "conditional_odds_ratio.estimate_exact", "mantel_haenszel.estimate_odds_ratio", "poisson_rate.estimate_ratio",
        "firth_logistic.fit",
    ),
    "ratio of ordered values": ("proportional_odds.fit",),
    "ratio of times": ("cox.fit", "fine_gray.fit"),
    "difference of times": ("rmst.compare",),
    "difference of incidences": ("aalen_johansen.compare",),
    # Two arms, a test.
    "test of counts": (
        "barnard.compare", "boschloo.compare", "fisher.compare_mid_p", "fisher.compare_two_sided",
        "mantel_haenszel.compare", "mantel_haenszel.compare_exact",
    ),
    "test of ranks": ("van_elteren.compare", "van_elteren.compare_exact", "wilcoxon.compare_exact"),
    "test of times": ("gray.compare", "gray.compare_exact", "log_rank.compare", "log_rank.compare_exact"),
    "test of values": ("spread.compare_brown_forsythe",),
    # Two arms, no sign.
    "distance": ("standardised_difference.estimate_categorical",),
    "probability": ("beta_posterior.compute_superiority",),
    # One sample.
    "curve": ("aalen_johansen.estimate", "kaplan_meier.estimate", "turnbull.estimate"),
    "time": ("kaplan_meier.estimate_quantile", "rmst.estimate", "rmst.estimate_lost"),
    "level of values": (
        "summary.describe", "summary.compute_quantile", "summary.estimate_mean", "summary.estimate_geometric_mean",
    ),
    "course": ("area_under_curve.compute_trapezoid",),
    "readers": ("agreement.estimate_intraclass", "agreement.estimate_limits"),
    "share": (
        "beta_posterior.compute_exceedance", "beta_posterior.estimate_rate", "poisson_rate.estimate_exact",
        "proportion.estimate_clopper_pearson", "proportion.estimate_jeffreys", "proportion.estimate_mid_p",
        "proportion.estimate_wilson",
    ),
    "digits": ("terminal_digits.compare_uniform",),
    "model": ("mmrm.fit",),
    # Of results, or of a design: their laws are in test_judgement.py, test_design.py and below.
    "of results": (
        "e_value.compute_hazard_ratio", "e_value.compute_odds_ratio", "e_value.compute_risk_ratio",
        "e_value.compute_standardised", "interval_width.compute_width", "interval_width.compute_width_difference",
        "interval_width.compute_width_proportion", "multiple_imputation.draw_values", "multiple_imputation.pool",
        "multiplicity.adjust_fixed_sequence", "multiplicity.adjust_gatekeeping", "multiplicity.adjust_holm",
        "tipping_point.find_shift", "tipping_point.tabulate_binary",
    ),
    "design": (
        "group_sequential.compute_bounds", "group_sequential.compute_drift", "group_sequential.compute_exits",
        "group_sequential.compute_inflation", "group_sequential.compute_spent", "sample_size.compute_events_log_rank",
        "sample_size.compute_power_boschloo", "sample_size.compute_power_fisher", "sample_size.compute_power_log_rank",
        "sample_size.compute_power_means", "sample_size.compute_power_proportions", "sample_size.compute_power_wilcoxon",
        "sample_size.find_size", "stopping.compute_bayes_boundary", "stopping.compute_exceedance",
        "stopping.compute_operating_characteristics", "stopping.compute_pocock_boundary", "stopping.describe_boundary",
    ),
}  # fmt: skip
KIND = {method: kind for kind, methods in KINDS.items() for method in methods}
ESTIMATES = tuple(kind for kind in KINDS if kind.startswith(("difference", "ratio")))
TESTED = tuple(kind for kind in KINDS if kind.startswith("test"))
COMPARISONS = (*ESTIMATES, *TESTED, "distance", "probability")


def to_kaplan_meier(trial: Trial, level: float) -> Estimate:
    return kaplan_meier.estimate(trial.time, trial.event > 0, level).at(8.0)


# One sample: a trial (its arms are not looked at) and a level give an estimate.
SAMPLES: dict[str, Callable[[Trial, float], Estimate]] = {
    "aalen_johansen.estimate": lambda t, level: aalen_johansen.estimate(t.time, t.event, level=level).at(8.0),
    "agreement.estimate_intraclass": lambda t, level: agreement.estimate_intraclass(
        np.column_stack([t.y, t.y + t.x]), level
    ),
    "agreement.estimate_limits": lambda t, level: agreement.estimate_limits(t.y, t.x, level).difference,
    "beta_posterior.estimate_rate": lambda t, level: beta_posterior.estimate_rate(*t.counts()[:2], level=level),
    "kaplan_meier.estimate": to_kaplan_meier,
    "kaplan_meier.estimate_quantile": lambda t, level: kaplan_meier.estimate_quantile(t.time, t.event > 0, 0.5, level),
    "mmrm.fit": lambda t, level: mmrm.fit(
        t.wide.ravel(), np.tile(np.eye(3), (20, 1)), np.repeat(np.arange(20), 3), np.tile(np.arange(3), 20)
    ).estimate([0, 0, 1], level),
    "poisson_rate.estimate_exact": lambda t, level: poisson_rate.estimate_exact(
        t.counts()[0], float(t.time.sum()), level
    ),
    "proportion.estimate_clopper_pearson": lambda t, level: proportion.estimate_clopper_pearson(*t.counts()[:2], level),
    "proportion.estimate_jeffreys": lambda t, level: proportion.estimate_jeffreys(*t.counts()[:2], level),
    "proportion.estimate_mid_p": lambda t, level: proportion.estimate_mid_p(*t.counts()[:2], level),
    "proportion.estimate_wilson": lambda t, level: proportion.estimate_wilson(*t.counts()[:2], level),
    "rmst.estimate": lambda t, level: rmst.estimate(t.time, t.event > 0, 8.0, level),
    "rmst.estimate_lost": lambda t, level: rmst.estimate_lost(t.time, t.event, 8.0, 1, level),
    "summary.estimate_geometric_mean": lambda t, level: summary.estimate_geometric_mean(np.exp(t.y), level),
    "summary.estimate_mean": lambda t, level: summary.estimate_mean(t.y, level),
}
# One sample, answers of other shapes, as lists of numbers.
NUMBERS: dict[str, Callable[[Trial], list[float]]] = {
    "summary.compute_quantile": lambda t: [summary.compute_quantile(t.y, q) for q in (0.1, 0.5, 0.75)],
    "summary.describe": lambda t: [
        getattr(summary.describe(t.y), name) for name in ("mean", "sd", "median", "q1", "max")
    ],
    "terminal_digits.compare_uniform": lambda t: [
        terminal_digits.compare_uniform(list((np.abs(np.tile(t.y, 3)) * 10).astype(int) % 10)).p
    ],
    "turnbull.estimate": lambda t: list(turnbull.estimate(t.time - 1, np.where(t.event > 0, t.time, np.inf)).mass),
}


def strip(names: object) -> set[str]:
    """The methods behind the names of cases."""
    return {name.removesuffix(LOG).split(" ")[0] for name in names}


# --- laws ----------------------------------------------------------------------------------------------------------------

EVERY = DIFFERENCES | SAMPLES


@pytest.mark.parametrize("name", [name for name in [*SAMPLES, *NUMBERS] if KIND[name] != "share"])
@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_the_order_of_rows_never_matters_for_one_sample(name, seed):
    trial = draw(seed)
    turned = trial.take(np.random.default_rng(seed + 1).permutation(20))
    one, other = (
        list_numbers(SAMPLES[name](each, 0.95)) if name in SAMPLES else NUMBERS[name](each) for each in (trial, turned)
    )
    assert other == pytest.approx(one, rel=1e-6, abs=1e-8, nan_ok=True)


@pytest.mark.parametrize("name", EVERY)
@settings(max_examples=5, deadline=None)
@given(SEEDS)
def test_an_interval_holds_its_estimate_and_every_narrower_interval(name, seed):
    trial = draw(seed)
    wide, narrow = (EVERY[name](trial, level) for level in (0.99, 0.8))
    assert wide.estimate == pytest.approx(narrow.estimate, rel=1e-9, nan_ok=True) if wide.estimate is not None else True
    order = [wide.ci_low, narrow.ci_low, narrow.estimate, narrow.ci_high, wide.ci_high]
    known = [one for one in order if one is not None]
    slack = 1e-7 * (1 + max((abs(one) for one in known if math.isfinite(one)), default=0.0))
    assert all(one <= other + slack for one, other in itertools.pairwise(known)), order


MOVES = ("ancova.estimate", "ancova.estimate robust", "ancova.estimate_means", "censored_regression.fit",
         "hodges_lehmann.estimate_shift", "mmrm_visits.estimate_visits", "overlap_weights.estimate")  # fmt: skip


def move(trial: Trial, times: float, both: float, one: float) -> Trial:
    """Every value times a factor and moved by a constant, those of arm 1 by one more."""
    y = times * trial.y + both + one * trial.arm
    wide = times * trial.wide + both + one * trial.arm[:, None]
    return Trial(y, trial.arm, trial.time, trial.event, trial.x, trial.stratum, wide)


@pytest.mark.parametrize("name", [name for name in MOVES if name != "censored_regression.fit"])
@settings(max_examples=6, deadline=None)
@given(SEEDS, st.sampled_from([0.5, 3.0]), st.sampled_from([-7.0, 0.0, 40.0]), st.sampled_from([-2.0, 0.25]))
def test_a_unit_and_a_zero_of_the_scale_do_not_matter_and_a_shift_is_found(name, seed, times, both, one):
    trial = draw(seed)
    first, second = DIFFERENCES[name](trial), DIFFERENCES[name](move(trial, times, both, one))
    for value, moved in zip(list_numbers(first)[:3], list_numbers(second)[:3], strict=True):
        assert moved == pytest.approx(times * value + one, rel=1e-4, abs=1e-5, nan_ok=True)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_a_limit_of_quantification_moves_with_the_scale(seed):
    """The tobit model when values and limit are turned into another unit together."""
    from trialwright.statistics import censored_regression

    trial = draw(seed)
    low, high, x = (
        np.where(trial.y < -0.5, -np.inf, trial.y),
        np.maximum(trial.y, -0.5),
        np.column_stack([trial.arm, trial.x]),
    )
    first = censored_regression.fit(low, high, x).estimate(0)
    second = censored_regression.fit(3 * low + 7, 3 * high + 7, x).estimate(0)
    assert (second.estimate, second.p) == pytest.approx((3 * first.estimate, first.p), rel=1e-4, abs=1e-6)


ORDERED = ("wilcoxon.compare_exact", "van_elteren.compare", "van_elteren.compare_exact", "win_odds.estimate_all",
           f"win_odds.estimate{LOG}")  # fmt: skip


@pytest.mark.parametrize("name", ORDERED)
@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_ranks_know_nothing_of_the_scale(name, seed):
    trial = draw(seed)
    bent = Trial(
        np.exp(trial.y) ** 3, *(getattr(trial, one) for one in ("arm", "time", "event", "x", "stratum", "wide"))
    )
    method = {**DIFFERENCES, **TESTS}[name]
    assert list_numbers(method(bent)) == pytest.approx(list_numbers(method(trial)), rel=1e-9, nan_ok=True)


TIMED = (f"cox.fit{LOG}", f"fine_gray.fit{LOG}", *(name for name in TESTS if name.startswith(("gray", "log_rank"))))


@pytest.mark.parametrize("name", TIMED)
@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_only_the_order_of_times_matters(name, seed):
    trial = draw(seed)
    bent = Trial(trial.y, trial.arm, trial.time**2 + 3, trial.event, trial.x, trial.stratum, trial.wide)
    method = {**DIFFERENCES, **TESTS}[name]
    assert list_numbers(method(bent)) == pytest.approx(list_numbers(method(trial)), rel=1e-7, abs=1e-9, nan_ok=True)


STRETCHED = {
    "rmst.estimate": lambda t, by: rmst.estimate(by * t.time, t.event > 0, by * 8.0),
    "rmst.estimate_lost": lambda t, by: rmst.estimate_lost(by * t.time, t.event, by * 8.0),
    "rmst.compare": lambda t, by: rmst.compare(
        *(rmst.estimate(by * t.time[t.arm == side], t.event[t.arm == side] > 0, by * 8.0) for side in (1, 0))
    ),
    "kaplan_meier.estimate_quantile": lambda t, by: kaplan_meier.estimate_quantile(by * t.time, t.event > 0),
}


@pytest.mark.parametrize("name", STRETCHED)
@settings(max_examples=8, deadline=None)
@given(SEEDS, st.sampled_from([0.25, 7.0]))
def test_a_time_has_the_unit_of_time(name, seed, by):
    first, second = STRETCHED[name](draw(seed), 1.0), STRETCHED[name](draw(seed), by)
    for value, stretched in zip(list_numbers(first)[:3], list_numbers(second)[:3], strict=True):
        assert stretched == pytest.approx(by * value, rel=1e-9, nan_ok=True)


# Counts of two arms give an answer.
COUNTED: dict[str, Callable[..., object]] = {
    "barnard.compare": barnard.compare,
    "boschloo.compare": boschloo.compare,
    "fisher.compare_mid_p": fisher.compare_mid_p,
    "fisher.compare_two_sided": fisher.compare_two_sided,
    "mantel_haenszel.compare": lambda *c: mantel_haenszel.compare([c, (2, 4, 2, 4)]),
    "mantel_haenszel.compare_exact": lambda *c: mantel_haenszel.compare_exact([c, (2, 4, 2, 4)]),
    "beta_posterior.estimate_difference": beta_posterior.estimate_difference,
    "risk_difference.estimate_exact": risk_difference.estimate_exact,
    "risk_difference.estimate_mee": risk_difference.estimate_mee,
    "risk_difference.estimate_miettinen_nurminen": risk_difference.estimate_miettinen_nurminen,
    "risk_difference.estimate_newcombe": risk_difference.estimate_newcombe,
    "standardised_difference.estimate_binary": standardised_difference.estimate_binary,
    "stratified_risk_difference.estimate_miettinen_nurminen": lambda *c: stratified.estimate_miettinen_nurminen([c]),
    "stratified_risk_difference.estimate_newcombe": lambda *c: stratified.estimate_newcombe([c]),
    "stratified_risk_difference.estimate_sato": lambda *c: stratified.estimate_sato([c]),
    "conditional_odds_ratio.estimate_exact": conditional_odds_ratio.estimate_exact,
    "mantel_haenszel.estimate_odds_ratio": lambda *c: mantel_haenszel.estimate_odds_ratio([c]),
}
COUNTS = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


@pytest.mark.parametrize("name", COUNTED)
@settings(max_examples=6, deadline=None)
@given(COUNTS)
def test_mirrored_tables_give_mirrored_answers(name, counts):
    x1, n1, x0, n0 = counts
    mirrored = n1 - x1, n1, n0 - x0, n0
    one = COUNTED[name](*counts)
    other = COUNTED[name](*mirrored)
    assert other.p == (None if one.p is None else pytest.approx(one.p, abs=1e-8))
    if not isinstance(one, Estimate) or one.estimate is None:
        return
    values, turned = (one.estimate, one.ci_low, one.ci_high), (other.estimate, other.ci_high, other.ci_low)
    for value, back in zip(values, turned, strict=True):
        if "odds" not in name:
            assert back == (None if value is None else pytest.approx(-value, abs=2e-6))
        elif value:
            assert back == pytest.approx(1 / value, rel=1e-6)


RISING = [name for name, method in COUNTED.items() if "estimate" in name and "odds" not in name]


@pytest.mark.parametrize("name", RISING)
@settings(max_examples=6, deadline=None)
@given(COUNTS)
def test_one_more_event_never_lowers_the_difference(name, counts):
    x1, n1, x0, n0 = counts
    if x1 == n1 or (name.startswith("standardised") and x0 in (0, n0)):
        return
    one, more = COUNTED[name](*counts), COUNTED[name](x1 + 1, n1, x0, n0)
    if None in (one.estimate, more.estimate):
        return
    assert more.estimate > one.estimate
    # Limits of exact sets, and Sato's Wald limits, may stand still or step back a little; the score and posterior limits rise.
    if name.startswith(("risk_difference.estimate_m", "beta_posterior", "risk_difference.estimate_newcombe")):
        assert more.ci_low >= one.ci_low - 1e-9 and more.ci_high >= one.ci_high - 1e-9


def of_share(method: Callable[..., Estimate]) -> Callable[[int, int], tuple[float, ...]]:
    def call(x: int, n: int) -> tuple[float, ...]:
        answer = method(x, n)
        return answer.estimate, answer.ci_low, answer.ci_high

    return call


SHARES: dict[str, Callable[[int, int], tuple[float, ...]]] = {
    "beta_posterior.compute_exceedance": lambda x, n: (beta_posterior.compute_exceedance(x, n, 0.3),),
    "beta_posterior.estimate_rate": of_share(beta_posterior.estimate_rate),
    "poisson_rate.estimate_exact": of_share(poisson_rate.estimate_exact),
    "proportion.estimate_clopper_pearson": of_share(proportion.estimate_clopper_pearson),
    "proportion.estimate_jeffreys": of_share(proportion.estimate_jeffreys),
    "proportion.estimate_mid_p": of_share(proportion.estimate_mid_p),
    "proportion.estimate_wilson": of_share(proportion.estimate_wilson),
}


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_one_more_event_raises_a_share_and_its_limits(counts):
    x, n = counts
    for name, method in SHARES.items():
        one, more = method(x, n), method(x + 1, n)
        assert all(low <= high for low, high in zip(one, more, strict=True)), name
        assert one[0] < more[0] or one[0] > 1 - 1e-9, name


ONE_STRATUM: dict[str, tuple[Callable[[Trial], object], Callable[[Trial], object]]] = {
    "log_rank.compare": (
        lambda t: log_rank.compare(t.time, t.event == 1, t.arm, np.zeros(20)),
        lambda t: log_rank.compare(t.time, t.event == 1, t.arm),
    ),
    "log_rank.compare_exact": (
        lambda t: log_rank.compare_exact(t.time, t.event == 1, t.arm, np.zeros(20)),
        lambda t: log_rank.compare_exact(t.time, t.event == 1, t.arm),
    ),
    "cox.fit": (
        lambda t: cox.fit(t.time, t.event == 1, t.arm, np.zeros(20)).estimate(0),
        lambda t: cox.fit(t.time, t.event == 1, t.arm).estimate(0),
    ),
    "van_elteren.compare_exact": (
        lambda t: van_elteren.compare_exact(t.y, t.arm, np.zeros(20)),
        lambda t: wilcoxon.compare_exact(*t.samples()),
    ),
    "mantel_haenszel.compare_exact": (
        lambda t: mantel_haenszel.compare_exact([t.counts()]),
        lambda t: fisher.compare_two_sided(*t.counts()),
    ),
    "stratified_risk_difference.estimate_miettinen_nurminen": (
        lambda t: stratified.estimate_miettinen_nurminen([t.counts()]),
        lambda t: risk_difference.estimate_miettinen_nurminen(*t.counts()),
    ),
    "stratified_risk_difference.estimate_newcombe": (
        lambda t: stratified.estimate_newcombe([t.counts()]),
        lambda t: risk_difference.estimate_newcombe(*t.counts()),
    ),
}


@pytest.mark.parametrize("name", ONE_STRATUM)
@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_one_stratum_is_no_stratum(name, seed):
    with_one, without = (method(draw(seed)) for method in ONE_STRATUM[name])
    assert list_numbers(with_one) == pytest.approx(list_numbers(without), rel=1e-8, abs=1e-9, nan_ok=True)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_weights_of_one_are_no_weights(seed):
    trial = draw(seed)
    rows = trial.time, trial.event == 1, trial.arm
    assert log_rank.compare(*rows, weight=Weight(0.0, 0.0, 0.0)) == log_rank.compare(*rows)
    # A covariate that is balanced exactly gives everybody a score of one half: plain means are compared.
    balanced = np.tile([-1.0, 1.0], 10)
    answer = overlap_weights.estimate(trial.y, trial.arm, balanced)
    assert answer.weights == pytest.approx(np.full(20, 0.5), abs=1e-8)
    one, other = trial.samples()
    assert answer.difference.estimate == pytest.approx(one.mean() - other.mean(), abs=1e-8)
    same = multiple_imputation.pool([1.5] * 4, [0.5] * 4)
    assert (same.estimate, same.se) == pytest.approx((1.5, 0.5))


def copy_arms(trial: Trial) -> Trial:
    """Both arms hold the same participants."""
    half = trial.take(np.tile(np.arange(10), 2))
    return Trial(half.y, trial.arm, half.time, half.event, half.x, half.stratum, half.wide)


@pytest.mark.parametrize("name", [*DIFFERENCES, *(name for name in TESTS if name != "fisher.compare_mid_p")])
@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_two_equal_arms_do_not_differ(name, seed):
    trial = copy_arms(draw(seed))
    answer = {**DIFFERENCES, **TESTS}[name](trial)
    if isinstance(answer, Estimate) and answer.estimate is not None:
        assert answer.estimate == pytest.approx(0, abs=1e-5)
        assert (answer.ci_low or 0) <= 1e-7 and (answer.ci_high or 0) >= -1e-7
    if answer.p is not None:
        assert answer.p == pytest.approx(1, abs=2e-3), answer


def test_other_measures_of_no_difference():
    assert standardised_difference.estimate_categorical([3, 4, 5], [6, 8, 10]).estimate == pytest.approx(0)
    assert beta_posterior.compute_superiority(3, 10, 3, 10) == pytest.approx(0.5, abs=1e-9)
    for method in (multiplicity.adjust_holm, multiplicity.adjust_fixed_sequence):
        assert method([0.03]) == (0.03,)
    assert multiplicity.adjust_gatekeeping([[0.03]]) == ((0.03,),)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=3, max_size=4), st.lists(st.integers(0, 9), min_size=3, max_size=4))
def test_a_distance_of_categories_has_no_order_and_no_direction(first, second):
    if len(first) != len(second):
        return
    one = standardised_difference.estimate_categorical(first, second)
    for a, b in ((second, first), (first[::-1], second[::-1])):
        other = standardised_difference.estimate_categorical(a, b)
        assert other.estimate == (None if one.estimate is None else pytest.approx(one.estimate, abs=1e-7))
    both = beta_posterior.compute_superiority(first[0], 9, second[0], 9) + beta_posterior.compute_superiority(
        second[0], 9, first[0], 9
    )
    assert both == pytest.approx(1, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(COUNTS)
def test_more_participants_make_no_interval_wider(counts):
    x1, n1, *_ = counts
    now = risk_difference.estimate_miettinen_nurminen(*counts)
    widths = [interval_width.compute_width(now, 10, then) for then in (10, 20, 50)]
    assert widths == sorted(widths, reverse=True) and widths[0] == pytest.approx(now.ci_high - now.ci_low)
    shares = [interval_width.compute_width_proportion(x1, n1, then) for then in (n1, 4 * n1, 20 * n1)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == pytest.approx(
        np.ptp([getattr(proportion.estimate_clopper_pearson(x1, n1), end) for end in ("ci_low", "ci_high")])
    )


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.sampled_from([0.5, 4.0]), st.sampled_from([-3.0, 10.0]))
def test_levels_follow_the_scale(seed, times, by):
    y = draw(seed).y
    plain, moved = summary.describe(y), summary.describe(times * y + by)
    for name in ("mean", "median", "q1", "q3", "min", "max"):
        assert getattr(moved, name) == pytest.approx(times * getattr(plain, name) + by, abs=1e-9)
    assert moved.sd == pytest.approx(times * plain.sd)
    mean = summary.estimate_mean(times * y + by)
    assert mean.ci_low == pytest.approx(times * summary.estimate_mean(y).ci_low + by, abs=1e-9)
    ratio = summary.estimate_geometric_mean(times * np.exp(y))
    assert ratio.ci_high == pytest.approx(times * summary.estimate_geometric_mean(np.exp(y)).ci_high)
    assert summary.compute_quantile(times * y, 0.4) == pytest.approx(times * summary.compute_quantile(y, 0.4))
    readings = np.column_stack([y, y + draw(seed).x])
    assert agreement.estimate_intraclass(times * readings + by).estimate == pytest.approx(
        agreement.estimate_intraclass(readings).estimate
    )
    limits, scaled = (agreement.estimate_limits(*(one * readings + by).T) for one in (1.0, times))
    assert (scaled.low, scaled.high) == pytest.approx((times * limits.low, times * limits.high))


# --- the table -----------------------------------------------------------------------------------------------------------

# Law: the kinds that it fits, and the methods for which it is tried.
LAWS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "row order": (
        (*ESTIMATES, *TESTED, "curve", "time", "level of values", "readers", "model", "digits"),
        strip([*DIFFERENCES, *TESTS, *SAMPLES, *NUMBERS]),
    ),
    "swapped arms": (COMPARISONS, strip([*DIFFERENCES, *TESTS])
                     | {"standardised_difference.estimate_categorical", "beta_posterior.compute_superiority"}),
    "p and interval": (ESTIMATES, strip(AGREEING)),
    "interval holds estimate and nested levels": (
        (*ESTIMATES, "share", "time", "curve", "readers", "level of values", "model"), strip(EVERY)),
    "scale and shift": (("difference of values", "level of values", "readers", "difference of times", "time"),
                        strip(MOVES) | strip(STRETCHED) | {"summary.describe", "summary.compute_quantile",
                        "summary.estimate_mean", "summary.estimate_geometric_mean", "agreement.estimate_intraclass",
                        "agreement.estimate_limits"}),
    "order of values only": (("test of ranks",), strip(ORDERED)),
    "order of times only": (("test of times", "ratio of times"), strip(TIMED)),
    "mirrored tables": (("difference of counts", "ratio of counts", "test of counts"), strip(COUNTED)),
    "more events": (("difference of counts", "share"), strip(RISING) | set(SHARES)),
    "equal arms": (COMPARISONS, strip([*DIFFERENCES, *TESTS]) - {"fisher.compare_mid_p"}
                   | {"standardised_difference.estimate_categorical", "beta_posterior.compute_superiority"}),
}  # fmt: skip
EXCUSED: dict[str, dict[str, str]] = {
    "p and interval": dict.fromkeys(WITHOUT_P, "it has no p-value"),
    "interval holds estimate and nested levels": {
        "turnbull.estimate": "it has no interval",
        "summary.describe": "it has no interval",
        "summary.compute_quantile": "it has no interval",
        "beta_posterior.compute_exceedance": "it has no interval",
    },
    "mirrored tables": {
        "poisson_rate.estimate_ratio": "a rate has no mirror image: exposure without events is not counted",
        "firth_logistic.fit": "the mirror image turns the sign of every coefficient: its own test holds the cells",
    },
    "equal arms": {
        "fisher.compare_mid_p": "half of the observed table's probability is left out, so its p never reaches 1"
    },
}


def test_every_method_has_a_kind():
    assert sorted(KIND) == list_methods()
    assert sum(map(len, KINDS.values())) == len(KIND), "a method has two kinds"


@pytest.mark.parametrize("law", LAWS)
def test_no_method_is_left_out_of_a_law(law):
    kinds, tried = LAWS[law]
    wanted = {method for kind in kinds for method in KINDS[kind]}
    excused = set(EXCUSED.get(law, {}))
    assert wanted - tried - excused == set(), "no test of this law for these methods"
    assert excused & tried == set(), "excused and tried"
    assert tried | excused <= set(KIND)
