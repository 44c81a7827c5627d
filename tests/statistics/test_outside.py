"""The methods that have no file of their own for it against numbers from outside: R (``methods.R``), papers, enumeration."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.statistics import (
    agreement,
    area_under_curve,
    barnard,
    beta_posterior,
    boschloo,
    e_value,
    group_sequential,
    interval_width,
    log_rank,
    mmrm_visits,
    multiple_imputation,
    multiplicity,
    overlap_weights,
    proportion,
    risk_difference,
    rmst,
    sample_size,
    spread,
    standardised_difference,
    stopping,
    stratified_risk_difference,
    summary,
    terminal_digits,
    tipping_point,
    van_elteren,
    win_odds,
)
from trialwright.statistics.beta_posterior import Prior
from trialwright.statistics.mmrm import Options
from trialwright.statistics.outcomes import Estimate
from trialwright.statistics.tipping_point import MissingOutcomes

TEN = [3.1, 0.4, 9.2, 5.5, 2.2, 7.0, 1.1, 4.8, 6.3, 8.8]
X = [5.1, 6.2, 4.4, 7.9, 5.5, 6.1, 8.3, 5.0, 6.6, 7.2]
Y = [4.9, 5.2, 3.1, 6.0, 4.4, 5.9, 6.8, 3.7, 5.5, 6.3]


@pytest.mark.reference(
    "proportion.estimate_jeffreys", source="R 4.2.2 qbeta, methods.R; the ends as Brown, Cai & DasGupta 2001"
)
@pytest.mark.reference(
    "beta_posterior.compute_exceedance", "beta_posterior.estimate_rate", source="R 4.2.2 pbeta and qbeta, methods.R"
)
@pytest.mark.reference("stopping.compute_exceedance", source="R 4.2.2 pbeta, methods.R")
@pytest.mark.parametrize(("x", "n"), [(0, 10), (3, 10), (10, 10), (7, 25)])
def test_beta_quantiles_and_tails(r, x, n):
    case = f"beta_{x}_{n}"
    low, high = r(case, "jeffreys_low"), r(case, "jeffreys_high")
    posterior = beta_posterior.estimate_rate(x, n)
    assert (posterior.ci_low, posterior.ci_high) == pytest.approx((low, high), rel=1e-10)
    answer = proportion.estimate_jeffreys(x, n)
    assert (answer.ci_low, answer.ci_high) == pytest.approx((low if x else 0.0, high if x < n else 1.0), rel=1e-10)
    assert beta_posterior.compute_exceedance(x, n, 0.3, Prior(0.6, 1.4)) == pytest.approx(
        r(case, "exceedance"), rel=1e-10
    )
    assert stopping.compute_exceedance(x, n, 0.3) == pytest.approx(r(case, "exceedance"), rel=1e-10)


@pytest.mark.reference(
    "risk_difference.estimate_miettinen_nurminen",
    "risk_difference.estimate_mee",
    source="R 4.2.2 optimize and uniroot on the likelihood itself, methods.R",
)
@pytest.mark.reference(
    "interval_width.compute_width_difference", source="R 4.2.2 optimize and uniroot, methods.R: 10/50 against 20/50"
)
@pytest.mark.parametrize("table", [(1, 10, 4, 10), (9, 10, 3, 10), (7, 20, 2, 25), (10, 50, 20, 50)])
def test_score_intervals_equal_those_of_the_maximised_likelihood(r, table):
    for name, method in (("mn", risk_difference.estimate_miettinen_nurminen), ("mee", risk_difference.estimate_mee)):
        answer, case = method(*table), f"{name}_" + "_".join(map(str, table))
        for statistic, value in zip(
            ("estimate", "low", "high", "p"), (answer.estimate, answer.ci_low, answer.ci_high, answer.p), strict=True
        ):
            assert value == pytest.approx(r(case, statistic), abs=1e-7)
    if table[1] == 50:
        width = interval_width.compute_width_difference(2, 10, 4, 10, 50)
        assert width == pytest.approx(r("mn_10_50_20_50", "high") - r("mn_10_50_20_50", "low"), abs=1e-7)


def _load_strata(data, number):
    d = data("strata_data")
    mine = d["set"] == number
    return [tuple(int(d[name][row]) for name in ("x1", "n1", "x0", "n0")) for row in np.flatnonzero(mine)]


@pytest.mark.reference(
    "stratified_risk_difference.estimate_miettinen_nurminen",
    source="R 4.2.2 optimize and uniroot, methods.R, and R's tern, cmh_mn: -3.4507 to 30.2144 % at 90 %",
)
@pytest.mark.parametrize("number", [1, 2])
def test_stratified_score_interval_equals_r_and_tern(r, data, number):
    answer = stratified_risk_difference.estimate_miettinen_nurminen(_load_strata(data, number), 0.9)
    found = answer.estimate, answer.ci_low, answer.ci_high, answer.p
    assert found == pytest.approx(
        [r(f"strata_mn_{number}", name) for name in ("estimate", "low", "high", "p")], abs=1e-7
    )
    if number == 1:  # tern compares control with treatment
        assert (-answer.ci_high, -answer.ci_low) == pytest.approx((-0.0345069, 0.3021444), abs=2e-6)


@pytest.mark.reference(
    "stratified_risk_difference.estimate_newcombe",
    source="R's tern, prop_diff_strat_nc, said to equal SAS PROC FREQ: 0.25391 (0.03468 to 0.44544)",
)
def test_stratified_newcombe_equals_tern_and_sas(data):
    answer = stratified_risk_difference.estimate_newcombe(_load_strata(data, 2))
    assert (answer.estimate, answer.ci_low, answer.ci_high) == pytest.approx(
        (0.25390590, 0.03467969, 0.44544132), abs=1e-8
    )


@pytest.mark.reference(
    "stratified_risk_difference.estimate_sato",
    source="R 4.2.2 metafor 3.8-1 rma.mh(measure = 'RD'), methods.R, and R's tern, cmh_sato: 0.1080533",
)
@pytest.mark.parametrize("number", [1, 2])
def test_sato_equals_metafor(r, data, number):
    answer = stratified_risk_difference.estimate_sato(_load_strata(data, number))
    assert answer.estimate == pytest.approx(r(f"strata_sato_{number}", "estimate"), rel=1e-12)
    assert answer.se == pytest.approx(r(f"strata_sato_{number}", "se"), rel=1e-12)


@pytest.mark.reference(
    "beta_posterior.estimate_difference",
    "beta_posterior.compute_superiority",
    source="R 4.2.2 integrate and uniroot, methods.R",
)
@pytest.mark.parametrize("table", [(1, 10, 4, 10), (0, 10, 2, 9), (12, 30, 7, 28)])
def test_posterior_of_a_difference_equals_integration(r, table):
    case, answer = "posterior_" + "_".join(map(str, table)), beta_posterior.estimate_difference(*table)
    assert (answer.ci_low, answer.ci_high) == pytest.approx((r(case, "low"), r(case, "high")), abs=1e-8)
    assert beta_posterior.compute_superiority(*table) == pytest.approx(r(case, "superiority"), abs=1e-8)
    assert beta_posterior.compute_superiority(*table, margin=0.1) == pytest.approx(r(case, "superiority_0.1"), abs=1e-8)


@pytest.mark.reference(
    "barnard.compare",
    "boschloo.compare",
    source="R 4.2.2 dbinom and fisher.test: every table at 20,001 common rates, methods.R",
)
@pytest.mark.parametrize("table", [(9, 10, 3, 10), (1, 9, 4, 9), (0, 10, 4, 10), (2, 12, 15, 18)])
def test_unconditional_tests_equal_brute_force(r, table):
    case = "_".join(map(str, table))
    assert barnard.compare(*table).p == pytest.approx(r(f"barnard_{case}", "p"), rel=1e-5)
    assert boschloo.compare(*table).p == pytest.approx(r(f"boschloo_{case}", "p"), rel=1e-5)


@pytest.mark.reference(
    "sample_size.compute_power_boschloo", source="R 4.2.2 fisher.test and dbinom by brute force, methods.R"
)
def test_power_of_boschloo_equals_brute_force(r):
    assert sample_size.compute_power_boschloo(0.2, 0.7, 7, 8) == pytest.approx(r("power_boschloo", "7_8"), rel=1e-10)


@pytest.mark.reference("summary.describe", source="R 4.2.2 mean, sd, median and t.test of logarithms, methods.R")
@pytest.mark.reference("summary.estimate_geometric_mean", source="R 4.2.2 t.test(log(x)), methods.R")
def test_descriptive_numbers_equal_r(r):
    found = summary.describe(TEN)
    for name in ("mean", "sd", "median", "geometric_mean", "geometric_cv"):
        assert getattr(found, name) == pytest.approx(r("describe", name), rel=1e-12)
    mean = summary.estimate_geometric_mean(TEN)
    assert (mean.ci_low, mean.ci_high) == pytest.approx(
        (r("describe", "geometric_low"), r("describe", "geometric_high")), rel=1e-12
    )


@pytest.mark.reference(
    "interval_width.compute_width", source="R 4.2.2 qnorm and sd: width of a mean's interval at 20 and 50, methods.R"
)
def test_widths_of_a_mean_with_more_participants(r):
    reach = 1.959963984540054 * r("describe", "sd") / math.sqrt(10)
    now = Estimate(4.84, 4.84 - reach, 4.84 + reach, None, 10, "a.b")
    for then in (20, 50):
        assert interval_width.compute_width(now, 10, then) == pytest.approx(r("describe", f"width_{then}"), rel=1e-9)


@pytest.mark.reference(
    "standardised_difference.estimate", source="R 4.2.2 psych 2.2.9 cohen.d (arms of one size), methods.R"
)
@pytest.mark.reference(
    "standardised_difference.estimate_categorical",
    source="R 4.2.2 mahalanobis, methods.R; formula of Yang & Dalton 2012",
)
def test_standardised_differences_equal_r(r):
    answer = standardised_difference.estimate(X, Y)
    assert answer.estimate == pytest.approx(r("smd", "cohen"), rel=1e-12)
    assert answer.se == pytest.approx(math.sqrt(0.2 + answer.estimate**2 / 40), rel=1e-12)  # Hedges & Olkin 1985
    found = standardised_difference.estimate_categorical([5, 3, 2], [4, 2, 4]).estimate
    assert found == pytest.approx(r("smd", "categorical"), rel=1e-12)


@pytest.mark.reference(
    "win_odds.estimate",
    "win_odds.estimate_all",
    source="R 4.2.2 ranks after Brunner & Munzel 2000, logit limits after Brunner et al. 2021, methods.R",
)
def test_win_odds_equal_ranks(r):
    wins = win_odds.estimate_all(X, Y)
    assert wins.odds == win_odds.estimate(X, Y)
    found = wins.odds.estimate, wins.odds.ci_low, wins.odds.ci_high, wins.odds.p, wins.odds.df
    assert found == pytest.approx([r("win", name) for name in ("odds", "low", "high", "p", "df")], rel=1e-10)


@pytest.mark.reference(
    "van_elteren.compare",
    "van_elteren.compare_exact",
    source="R 4.2.2 coin 1.4-2 independence_test of ranks / (n + 1) inside blocks, methods.R",
)
def test_van_elteren_equals_coin(r):
    values, arm, block = [*X, *Y], [1] * 10 + [0] * 10, [0, 1] * 10
    answer = van_elteren.compare(values, arm, block)
    assert abs(answer.statistic) == pytest.approx(abs(r("elteren", "z")), rel=1e-10)
    assert answer.p == pytest.approx(r("elteren", "p"), rel=1e-10)
    # A million relabellings: standard error 0.0003.
    assert van_elteren.compare_exact(values, arm, block).p == pytest.approx(r("elteren", "exact"), abs=0.0015)


@pytest.mark.reference(
    "spread.compare_brown_forsythe", source="R 4.2.2 oneway.test of distances from the median, methods.R"
)
@pytest.mark.reference("terminal_digits.compare_uniform", source="R 4.2.2 chisq.test, methods.R")
def test_signals_of_the_conduct_equal_r(r):
    answer = spread.compare_brown_forsythe(np.array(X), np.array(Y))
    assert (answer.statistic, answer.p) == pytest.approx((r("spread", "statistic"), r("spread", "p")), rel=1e-10)
    digits = [digit for digit, count in enumerate([9, 4, 7, 3, 12, 15, 6, 5, 8, 11]) for _ in range(count)]
    answer = terminal_digits.compare_uniform(digits)
    assert (answer.statistic, answer.p) == pytest.approx((r("digits", "statistic"), r("digits", "p")), rel=1e-10)


@pytest.mark.reference(
    "area_under_curve.compute_trapezoid",
    source="R 4.2.2 integrate(approxfun) on the first subject of Theoph, methods.R",
)
def test_area_of_theophylline_equals_r(r):
    times = [0, 0.25, 0.57, 1.12, 2.02, 3.82, 5.1, 7.03, 9.05, 12.12, 24.37]
    values = [0.74, 2.84, 6.57, 10.5, 9.66, 8.58, 8.36, 7.47, 6.89, 5.94, 3.28]
    assert area_under_curve.compute_trapezoid(times, values, 0, 24) == pytest.approx(r("area", "theoph"), rel=1e-10)


@pytest.mark.reference("agreement.estimate_intraclass", source="R 4.2.2 psych 2.2.9 ICC, methods.R")
def test_intraclass_correlation_equals_psych(r):
    answer = agreement.estimate_intraclass(
        [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    )
    found = answer.estimate, answer.p, answer.ci_low, answer.ci_high
    assert found == pytest.approx([r("icc", name) for name in ("ICC", "p", "lower bound", "upper bound")], rel=1e-8)


@pytest.mark.reference(
    "agreement.estimate_limits",
    source="Bland & Altman 1986, Lancet i:307: two peak flow meters, mean -2.1, SD 38.8, limits -79.7 to 75.5",
)
def test_limits_of_agreement_of_the_peak_flow_meters():
    large = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
    mini = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
    # The paper takes two standard deviations, which is the quantile of 95.45 %.
    limits = agreement.estimate_limits(large, mini, 0.9544997361036416)
    assert round(limits.difference.estimate, 1) == -2.1
    assert (limits.low, limits.high) == pytest.approx((-79.7, 75.5), abs=0.1)  # from the rounded SD


@pytest.mark.reference("tipping_point.find_shift", source="R 4.2.2 t.test along the shifts, methods.R")
def test_tipping_point_of_a_t_test_is_where_r_loses_significance(r):
    from trialwright.statistics import ancova

    shifts = [0.25 * step for step in range(9)]
    arm = [1] * 10 + [0] * 10
    found = tipping_point.find_shift(lambda by: ancova.estimate([*(x + 1 - by for x in X), *Y], arm), shifts)
    p = [r("tipping", f"{shift:g}") for shift in shifts]
    assert [one.p for one in found.results] == pytest.approx(p, rel=1e-9)
    assert found.shift == next(shift for shift, one in zip(shifts, p, strict=True) if one > 0.05) == 1.0


@pytest.mark.reference(
    "tipping_point.tabulate_binary", source="R 4.2.2 optimize and uniroot on every completed table, methods.R"
)
def test_every_completed_table_equals_r(r):
    cases = tipping_point.tabulate_binary(
        risk_difference.estimate_miettinen_nurminen, MissingOutcomes(1, 8, 2), MissingOutcomes(3, 9, 1)
    )
    for i, j in itertools.product(range(3), range(2)):
        answer = cases.table[i][j]
        assert (answer.ci_low, answer.ci_high) == pytest.approx(
            (r(f"cases_{i}_{j}", "low"), r(f"cases_{i}_{j}", "high")), abs=1e-7
        )


@pytest.mark.reference("multiplicity.adjust_holm", source="R 4.2.2 p.adjust(method = 'holm'), methods.R")
@pytest.mark.parametrize(
    ("case", "p"), [("holm_1", [0.01, 0.02, 0.03, 0.005]), ("holm_2", [0.04, 0.001, 0.2, 0.013, 0.013])]
)
def test_holm_equals_p_adjust(r, case, p):
    assert multiplicity.adjust_holm(p) == pytest.approx([r(case, str(i + 1)) for i in range(len(p))], rel=1e-12)


@pytest.mark.reference(
    "multiplicity.adjust_gatekeeping",
    "multiplicity.adjust_fixed_sequence",
    source="enumeration of all intersections by the closure principle (Marcus, Peritz & Gabriel 1976)",
)
@given(st.lists(st.lists(st.floats(0, 1), min_size=1, max_size=3), min_size=1, max_size=3))
def test_gatekeeping_is_the_closed_test_of_all_intersections(families):
    """An intersection is tested by Bonferroni in the first family that it reaches into; an adjusted p is the largest."""
    named = [(number, place) for number, family in enumerate(families) for place in range(len(family))]
    wanted = dict.fromkeys(named, 0.0)
    for size in range(1, len(named) + 1):
        for members in itertools.combinations(named, size):
            first = [one for one in members if one[0] == members[0][0]]
            p = min(1.0, len(first) * min(families[number][place] for number, place in first))
            wanted |= {one: max(wanted[one], p) for one in members}
    adjusted = multiplicity.adjust_gatekeeping(families)
    assert [adjusted[number][place] for number, place in named] == pytest.approx([wanted[one] for one in named])
    if all(len(family) == 1 for family in families):
        assert multiplicity.adjust_fixed_sequence([family[0] for family in families]) == tuple(
            one[0] for one in adjusted
        )


@pytest.mark.reference(
    "multiple_imputation.pool", source="R 4.2.2 mice 3.15.0 pool.scalar(rule = 'rubin1987'), methods.R"
)
@pytest.mark.parametrize(("case", "df"), [("pool_21", 20.0), ("pool_Inf", math.inf)])
def test_rubins_rules_equal_mice(r, case, df):
    answer = multiple_imputation.pool([1.2, 1.9, 0.7, 1.5, 1.4], [0.8, 0.7, 0.9, 0.75, 0.8], df)
    found = answer.estimate, answer.se, answer.df
    assert found == pytest.approx([r(case, name) for name in ("estimate", "se", "df")], rel=1e-6)


@pytest.mark.reference(
    "multiple_imputation.draw_values",
    source="R 4.2.2 predict(lm, interval = 'prediction'): the draws' own distribution, methods.R",
)
def test_draws_have_the_quantiles_of_a_prediction(r):
    y = np.array([1.0, 2.2, 2.9, 4.6, 4.8, 6.1, 7.3, 7.7, np.nan, np.nan])
    x = np.array([0, 1, 2, 3, 4, 5, 6, 8, 1.5, 7])
    copies, _ = multiple_imputation.draw_values(y, x, 40_000, np.random.default_rng(12))
    for column, at in ((8, 1.5), (9, 7)):
        for level, tolerance in ((0.5, 0.02), (0.9, 0.05)):
            found = np.quantile(copies[:, column], [0.5 - level / 2, 0.5 + level / 2])
            case = f"predict_{at:g}_{level:g}"
            assert found == pytest.approx([r(case, "low"), r(case, "high")], abs=tolerance)


@pytest.mark.reference(
    "rmst.estimate_lost", source="R 4.2.2 survival, summary(survfit of states, rmean = 28), methods.R"
)
@pytest.mark.reference(
    "rmst.compare", source="R 4.2.2 survival, means and errors of summary(survfit, rmean = 28), methods.R"
)
def test_days_lost_and_their_difference_equal_survival(r, data):
    d = data("survival_data")
    means = []
    for group in (0, 1):
        mine = d["group"] == group
        for cause in (1, 2):
            answer = rmst.estimate_lost(d["time"][mine], d["event"][mine], 28, cause)
            assert answer.estimate == pytest.approx(r(f"lost_{group}_{cause}", "estimate"), rel=1e-10)
        means.append(rmst.estimate(d["time"][mine], d["event"][mine] > 0, 28))
    gap = rmst.compare(means[1], means[0])
    assert (gap.estimate, gap.se, gap.p) == pytest.approx(
        [r("rmst_gap", name) for name in ("estimate", "se", "p")], rel=1e-9
    )


@pytest.mark.reference(
    "mmrm_visits.estimate_visits",
    source="R 4.2.2 nlme::gls with emmeans 1.8.4: means and differences with their errors, methods.R",
)
def test_least_squares_means_equal_emmeans(r, data):
    d = data("mmrm_data")
    rows = mmrm_visits.Rows(d["y"], d["arm"], d["id"], d["visit"], d["base"])
    table = mmrm_visits.estimate_visits(rows, Options(("unstructured",), "satterthwaite"))
    for place in range(4):
        cases = (
            (table.means0, f"lsmean_0_{place + 1}"),
            (table.means1, f"lsmean_1_{place + 1}"),
            (table.differences, f"lsdiff_{place + 1}"),
        )
        for answers, case in cases:
            assert answers[place].estimate == pytest.approx(r(case, "estimate"), abs=1e-4)
            assert answers[place].se == pytest.approx(r(case, "se"), rel=1e-4)


@pytest.mark.reference(
    "overlap_weights.estimate",
    source="R 4.2.2 brglm2 with weighted.mean; glm and numDeriv on the stacked estimating equations, methods.R",
)
def test_overlap_weights_equal_r(r, data):
    d = data("firth_data")
    answer = overlap_weights.estimate(d["y"], d["arm"], np.column_stack([d["age"], d["severe"]]))
    assert (answer.mean1, answer.mean0) == pytest.approx((r("overlap", "mean1"), r("overlap", "mean0")), rel=1e-8)
    # With 2,000 participants Firth's penalty weighs nothing, nor does the factor n / (n - p) of the sandwich.
    d = data("weights_data")
    answer = overlap_weights.estimate(d["y"], d["arm"], np.column_stack([d["x1"], d["x2"]])).difference
    assert answer.estimate == pytest.approx(r("overlap_large", "estimate"), abs=0.03 * answer.se)
    assert answer.se == pytest.approx(r("overlap_large", "se"), rel=2e-3)


@pytest.mark.reference(
    "group_sequential.compute_spent",
    "group_sequential.compute_exits",
    source="R 4.2.2 rpact 3.3.4 alphaSpent and getPowerAndAverageSampleNumber, methods.R",
)
def test_spending_and_exits_equal_rpact(r):
    for name, spending in (("spent_asOF", "obrien-fleming"), ("spent_asP", "pocock")):
        found = group_sequential.compute_spent([0.4, 0.7, 1.0], 0.025, spending)
        assert found == pytest.approx([r(name, str(k)) for k in (1, 2, 3)], abs=2e-8)
    exits = group_sequential.compute_exits(group_sequential.compute_bounds([0.4, 0.7, 1.0]), 3.0)
    assert exits.reject_at == pytest.approx([r("exits", str(k)) for k in (1, 2, 3)], abs=2e-5)
    assert exits.power == pytest.approx(r("exits", "power"), abs=2e-5)


@pytest.mark.reference(
    "sample_size.compute_events_log_rank",
    "sample_size.compute_power_log_rank",
    source="R 4.2.2 rpact 3.3.4 getSampleSizeSurvival and getPowerSurvival (Schoenfeld 1981), methods.R",
)
def test_events_and_power_of_the_log_rank_test_equal_rpact(r):
    assert sample_size.compute_events_log_rank(0.5, 0.8) == math.ceil(r("schoenfeld", "events"))
    assert sample_size.compute_power_log_rank(0.5, 40) == pytest.approx(r("schoenfeld", "power_40"), abs=2e-5)


@pytest.mark.reference(
    "e_value.compute_odds_ratio",
    "e_value.compute_hazard_ratio",
    "e_value.compute_standardised",
    source="R package EValue, evalues.OR and evalues.HR (rare = FALSE), evalues.MD, as printed to 15 digits",
)
def test_e_values_of_other_measures_equal_evalue():
    odds = e_value.compute_odds_ratio(2.5, 1.4, 4.0)
    assert (odds.estimate, odds.limit) == pytest.approx((2.53971129469801, 1.6488166904897), rel=1e-12)
    hazard = e_value.compute_hazard_ratio(1.8, 1.2, 2.6)
    assert (hazard.estimate, hazard.limit) == pytest.approx((2.36714327129528, 1.52553091757873), rel=1e-12)
    mean = e_value.compute_standardised(0.5, 0.2)
    assert (mean.estimate, mean.limit) == pytest.approx((2.52914198186127, 1.44302956344269), rel=1e-12)


@pytest.mark.reference(
    "stopping.compute_operating_characteristics",
    "stopping.compute_pocock_boundary",
    "stopping.compute_bayes_boundary",
    "stopping.describe_boundary",
    source="enumeration of all 1,024 courses of ten participants",
)
def test_stopping_rules_by_all_courses_of_ten():
    courses = np.array(list(itertools.product([0, 1], repeat=10)))
    counts = courses.cumsum(axis=1)

    def stop(boundary, rate):
        chance = rate ** counts[:, -1] * (1 - rate) ** (10 - counts[:, -1])
        return float(chance[(counts >= boundary).any(axis=1)].sum())

    pocock, bayes = stopping.compute_pocock_boundary(10, 0.2), stopping.compute_bayes_boundary(10, 0.3)
    for boundary in (pocock, bayes):
        found = stopping.compute_operating_characteristics(boundary, [0.1, 0.2, 0.3, 0.5])
        assert found.stop == pytest.approx([stop(boundary, rate) for rate in (0.1, 0.2, 0.3, 0.5)], rel=1e-10)
    # No Pocock boundary that stops more often keeps the error: the next pointwise level breaks it.
    tails = {
        k: [sum(math.comb(k, x) * 0.2**x * 0.8 ** (k - x) for x in range(b, k + 1)) for b in range(k + 2)]
        for k in range(1, 11)
    }
    level = max(tails[k][b] for k, b in enumerate(pocock.tolist(), 1))
    above = min(tail for one in tails.values() for tail in one if tail > level + 1e-12)
    looser = np.array([next(b for b, tail in enumerate(tails[k]) if tail <= above + 1e-12) for k in range(1, 11)])
    assert stop(pocock, 0.2) <= 0.05 < stop(looser, 0.2)
    groups = stopping.describe_boundary(bayes)
    assert [(limit, k) for limit, start, end in groups for k in range(start, end + 1)] == [
        (int(limit), k) for k, limit in enumerate(bayes, 1) if limit <= k
    ]


# Klein & Moeschberger 2003, table 1.2: months to infection of 43 surgically and 76 percutaneously placed catheters.
SURGICAL = [1.5, 3.5, 4.5, 4.5, 5.5, 8.5, 8.5, 9.5, 10.5, 11.5, 15.5, 16.5, 18.5, 23.5, 26.5], [
    2.5, 2.5, 3.5, 3.5, 3.5, 4.5, 5.5, 6.5, 6.5, 7.5, 7.5, 7.5, 7.5, 8.5, 9.5, 10.5, 11.5, 12.5, 12.5, 13.5, 14.5,
    14.5, 21.5, 21.5, 22.5, 22.5, 25.5, 27.5,
]  # fmt: skip
PERCUTANEOUS = [0.5] * 6 + [2.5, 2.5, 3.5, 6.5, 15.5], [0.5] * 10 + [1.5] * 4 + [2.5] * 5 + [3.5] * 5 + [4.5] * 3 + [
    5.5, 5.5, 5.5, 5.5, 5.5, 6.5, 7.5, 7.5, 7.5, 8.5, 8.5, 8.5, 9.5, 9.5, 10.5, 10.5, 10.5, 11.5, 11.5, 12.5, 12.5,
    12.5, 12.5, 14.5, 14.5, 16.5, 16.5, 18.5, 19.5, 19.5, 19.5, 20.5, 22.5, 24.5, 25.5, 26.5, 26.5, 28.5,
]  # fmt: skip


@pytest.mark.reference(
    "log_rank.compare",
    source="Klein & Moeschberger 2003, Survival Analysis, table 7.3: catheters, chi-square by weight",
)
@pytest.mark.parametrize(
    ("weight", "published"),
    [
        (log_rank.Weight(), 2.53),
        (log_rank.Weight(power=1), 0.002),
        (log_rank.Weight(power=0.5), 0.40),
        (log_rank.Weight(rho=1), 1.39),
        (log_rank.Weight(gamma=1), 9.67),
        (log_rank.Weight(rho=1, gamma=1), 9.83),
    ],
)
def test_weights_of_the_log_rank_test_equal_the_book(weight, published):
    rows = [
        (t, e, g)
        for g, arm in ((0, SURGICAL), (1, PERCUTANEOUS))
        for e, times in ((1, arm[0]), (0, arm[1]))
        for t in times
    ]
    time, event, group = zip(*rows, strict=True)
    assert len(rows) == 119
    assert log_rank.compare(time, event, group, weight=weight).statistic == pytest.approx(published, abs=0.006)
