"""MMRM against nlme::gls, pbkrtest, the published fit of R's mmrm, exact theory and its own derivatives."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from threadpoolctl import ThreadpoolController

from trialwright.statistics import mmrm, mmrm_batch, mmrm_search, mmrm_visits
from trialwright.statistics.mmrm import Options
from trialwright.statistics.mmrm_covariance import STRUCTURES, Covariance, is_positive_definite
from trialwright.statistics.mmrm_reml import compute_information, compute_sums, evaluate
from trialwright.statistics.outcomes import exponentiate
from trialwright.statistics.threads import use_one_thread

FEV = Path(__file__).parents[3] / "shared" / "data" / "stats-ref" / "fev_data.csv"
UNIT = np.eye(9)


@pytest.fixture(scope="module")
def small(data):
    """The shipped data set: response, design, participant, visit, as in mmrm.R."""
    d = data("mmrm_data")
    keep = ~np.isnan(d["y"])
    y, base, arm, visit, who = (d[name][keep] for name in ("y", "base", "arm", "visit", "id"))
    later = (visit[:, None] == np.array([2, 3, 4])).astype(float)
    return y, np.column_stack([np.ones(y.size), base, later, arm, later * arm[:, None]]), who, visit


@pytest.mark.reference("mmrm.fit", source="R 4.2.2 nlme::gls, mmrm.R")
@pytest.mark.parametrize("structure", STRUCTURES)
def test_every_structure_equals_gls(r, small, structure):
    model = mmrm.fit(*small, Options((structure,), "satterthwaite"))
    case = f"mmrm_{structure}"
    assert model.structure == structure
    assert -model.deviance / 2 == pytest.approx(r(case, "loglik"), abs=1e-7)
    for k in range(9):
        assert model.beta[k] == pytest.approx(r(case, f"beta{k + 1}"), abs=3e-5 * r(case, f"se{k + 1}"))
        assert model.estimate(UNIT[k]).se == pytest.approx(r(case, f"se{k + 1}"), rel=3e-6)


@pytest.mark.reference("mmrm.fit", source="R 4.2.2 lme4 and pbkrtest 0.5.2, mmrm.R")
def test_kenward_roger_equals_pbkrtest_where_a_random_intercept_is_the_same_model(r, small):
    model = mmrm.fit(*small, Options(("cs",), "kenward-roger-linear", observed=False))
    for k in range(9):
        answer = model.estimate(UNIT[k])
        assert answer.se == pytest.approx(r("mmrm_kr_cs", f"se{k + 1}"), rel=1e-6)
        assert answer.df == pytest.approx(r("mmrm_kr_cs", f"df{k + 1}"), rel=1e-6)
    test = model.compare(UNIT[6:])
    assert test.statistic == pytest.approx(r("mmrm_kr_cs", "F"), rel=1e-6)
    assert test.df2 == pytest.approx(r("mmrm_kr_cs", "ddf"), rel=1e-6)
    assert test.p == pytest.approx(r("mmrm_kr_cs", "pF"), rel=1e-6)


def _load_fev():
    if not FEV.exists():
        pytest.skip("the public FEV data set is not beside this repository")
    with FEV.open() as lines:
        rows = [row for row in csv.DictReader(lines) if row["FEV1"] not in ("", "NA")]
    y = np.array([float(row["FEV1"]) for row in rows])
    who, visit = [row["USUBJID"] for row in rows], [row["AVISIT"] for row in rows]
    arm = np.array([row["ARMCD"] == "TRT" for row in rows], dtype=float)
    later = np.array([[at == name for name in ("VIS2", "VIS3", "VIS4")] for at in visit], dtype=float)
    race = np.array([[row["RACE"].startswith("Black"), row["RACE"] == "White"] for row in rows], dtype=float)
    female = np.array([row["SEX"] == "Female" for row in rows], dtype=float)
    return y, np.column_stack([np.ones(y.size), race, female, arm, later, later * arm[:, None]]), who, visit


@pytest.mark.reference("mmrm.fit", source="README of R's mmrm (openpharma 2022): the FEV data, Satterthwaite")
def test_fev_equals_the_published_fit_of_mmrm():
    # README of R's mmrm: FEV1 ~ RACE + SEX + ARMCD * AVISIT + us(AVISIT | USUBJID), Satterthwaite.
    published = [
        (30.77748, 0.88656, 218.80), (1.53050, 0.62448, 168.67), (5.64357, 0.66561, 157.14), (0.32606, 0.53195, 166.13),
        (3.77423, 1.07415, 145.55), (4.83959, 0.80172, 143.88), (10.34211, 0.82269, 155.56),
        (15.05390, 1.31281, 138.47), (-0.04193, 1.12932, 138.56), (-0.69369, 1.18765, 158.17),
        (0.62423, 1.85085, 129.72),
    ]  # fmt: skip
    model = mmrm.fit(*_load_fev(), Options(("unstructured",), "satterthwaite"))
    assert (model.n, model.n_observations) == (197, 537)
    assert model.deviance == pytest.approx(3386.45, abs=0.01)
    for row, (beta, se, df) in zip(np.eye(11), published, strict=True):
        answer = model.estimate(row)
        assert answer.estimate == pytest.approx(beta, abs=3e-4)
        assert answer.se == pytest.approx(se, rel=1e-4)
        assert answer.df == pytest.approx(df, abs=0.02)


def test_expected_information_moves_the_degrees_of_freedom_of_fev():
    model = mmrm.fit(*_load_fev(), Options(("unstructured",), "satterthwaite", observed=False))
    assert model.estimate(np.eye(11)[4]).df == pytest.approx(144.07, abs=0.01)


@pytest.fixture(scope="module")
def complete():
    """Complete data of 2 x 9 participants at 3 visits, where multivariate normal theory is exact."""
    rng = np.random.default_rng(42)
    n, visits = 18, 3
    arm = np.repeat([0.0, 1.0], 9)
    mix = np.array([[3.0, 0.0, 0.0], [2.0, 2.0, 0.0], [1.0, 1.0, 3.0]])
    wide = rng.normal(size=(n, visits)) @ mix.T + arm[:, None] * np.array([1.0, 2.0, 3.0])
    rows = mmrm_visits.Rows(
        wide.ravel(), np.repeat(arm, visits), np.repeat(np.arange(n), visits), np.tile(np.arange(visits), n)
    )
    return wide, arm, mmrm_visits.estimate_visits(rows, Options(("unstructured",)))


@pytest.mark.reference(
    "mmrm_visits.estimate_visits", source="scipy 1.17 stats.ttest_ind on complete data, where theory is exact"
)
def test_complete_data_give_the_t_test_at_each_visit(complete):
    wide, arm, table = complete
    for visit, answer in enumerate(table.differences):
        test = stats.ttest_ind(wide[arm == 1, visit], wide[arm == 0, visit])
        assert answer.df == pytest.approx(16, rel=1e-6)
        assert answer.p == pytest.approx(test.pvalue, rel=1e-6)
        limits = test.confidence_interval()
        assert (answer.ci_low, answer.ci_high) == pytest.approx((limits.low, limits.high))


def test_complete_data_give_hotellings_test_of_all_visits(complete):
    wide, arm, table = complete
    n1 = n0 = 9
    gap = wide[arm == 1].mean(axis=0) - wide[arm == 0].mean(axis=0)
    pooled = (np.cov(wide[arm == 1].T) + np.cov(wide[arm == 0].T)) / 2
    t2 = n1 * n0 / (n1 + n0) * gap @ np.linalg.solve(pooled, gap)
    df2 = n1 + n0 - 2 - 3 + 1
    f = df2 / (3 * 16) * t2
    assert table.any_difference.statistic == pytest.approx(f, rel=1e-6)
    assert table.any_difference.df2 == pytest.approx(df2, rel=1e-6)
    assert table.any_difference.p == pytest.approx(stats.f.sf(f, 3, df2), rel=1e-6)


def test_one_arm_of_pairs_gives_the_paired_t_test():
    # The worked example of Kenward-Roger differences between packages: two visits, complete pairs.
    first, second = np.array([3.1, 4.2, 5.0, 2.2, 6.1]), np.array([4.0, 4.1, 6.3, 3.9, 6.8])
    design = np.tile([[1.0, 0.0], [1.0, 1.0]], (5, 1))
    model = mmrm.fit(np.column_stack((first, second)).ravel(), design, np.repeat(range(5), 2), [0, 1] * 5)
    answer, paired = model.estimate([0, 1]), stats.ttest_rel(second, first)
    assert (answer.df, answer.p) == pytest.approx((4, paired.pvalue), rel=1e-6)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_gradient_and_information_equal_finite_differences(small, structure):
    y, x, who, visit = small
    sums = compute_sums(y / 5, x / x.std(axis=0).clip(1), np.unique(who, return_inverse=True)[1], visit - 1, 4)
    covariance = Covariance(structure, 4)
    rng = np.random.default_rng(1)
    free = covariance.start(np.array([0.8, 1.0, 1.3, 1.1])) + 0.2 * rng.normal(size=covariance.size)
    sigma = covariance.build_free(free)
    natural = covariance.to_natural(sigma)
    assert np.allclose(covariance.build_natural(natural), sigma)
    state = evaluate(sums, sigma)
    first, second = covariance.differentiate(natural)

    def slope(at):
        there = covariance.build_natural(at)
        return np.tensordot(covariance.differentiate(at)[0], evaluate(sums, there).slope, axes=2)

    eye = np.eye(covariance.size) * 1e-5
    deviance = [evaluate(sums, covariance.build_natural(natural + s * e)).deviance for e in eye for s in (1, -1)]
    numeric = np.subtract(deviance[::2], deviance[1::2]) / 2e-5
    assert np.allclose(np.tensordot(first, state.slope, axes=2), numeric, rtol=1e-5, atol=1e-5)
    hessian = np.array([(slope(natural + e) - slope(natural - e)) / 4e-5 for e in eye])
    assert np.allclose(compute_information(sums, state, first, second), hessian, rtol=1e-4, atol=1e-4)
    moved = [evaluate(sums, covariance.build_free(free + s * e)).deviance for e in eye for s in (1, -1)]
    along = np.tensordot(covariance.differentiate_free(free), state.slope, axes=2)
    assert np.allclose(along, np.subtract(moved[::2], moved[1::2]) / 2e-5, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_scoring_and_bfgs_find_the_same_maximum(small, structure):
    y, x, who, visit = small
    scale = np.sqrt((x * x).mean(axis=0))
    sums = compute_sums(y / 5, x / scale, np.unique(who, return_inverse=True)[1], visit - 1, 4)
    beta = np.linalg.lstsq(x / scale, y / 5, rcond=None)[0]
    sigma, state = mmrm_search.find_maximum(sums, Covariance(structure, 4), beta)
    other = mmrm_search._descend(sums, Covariance(structure, 4), np.ones(4))
    assert other is not None
    assert state.deviance == pytest.approx(other[1].deviance, abs=1e-6)
    assert np.allclose(sigma, other[0], atol=1e-3)


@given(st.lists(st.floats(-2, 2), min_size=5, max_size=5), st.sampled_from(STRUCTURES), st.integers(1, 5))
def test_free_parameters_always_give_a_positive_definite_matrix(numbers, structure, visits):
    covariance = Covariance(structure, visits)
    free = np.resize(np.array(numbers), covariance.size)
    assert is_positive_definite(covariance.build_free(free))


def test_unstructured_needs_no_second_derivatives(small):
    linear, full = (mmrm.fit(*small, Options(adjustment=name)) for name in ("kenward-roger-linear", "kenward-roger"))
    assert linear.estimate(UNIT[5]).se == full.estimate(UNIT[5]).se
    linear, full = (mmrm.fit(*small, Options(("ar1_h",), name)) for name in ("kenward-roger-linear", "kenward-roger"))
    assert linear.estimate(UNIT[5]).se != full.estimate(UNIT[5]).se


def test_laws(small):
    y, x, who, visit = small
    one = mmrm.fit(y, x, who, visit)
    order = np.random.default_rng(0).permutation(y.size)
    shuffled = mmrm.fit(y[order], x[order], who[order], visit[order])
    scaled = mmrm.fit(10 * y + 7, x, who, visit)
    flipped = x.copy()
    flipped[:, 5] = 1 - x[:, 5]
    flipped[:, 6:] = x[:, 2:5] * flipped[:, 5:6]
    swapped = mmrm.fit(y, flipped, who, visit)
    for k in (1, 5, 8):
        a, b, c, d = (model.estimate(UNIT[k]) for model in (one, shuffled, scaled, swapped))
        assert (b.estimate, b.se, b.df) == pytest.approx((a.estimate, a.se, a.df), rel=1e-6)
        assert (c.estimate, c.se, c.df) == pytest.approx((10 * a.estimate, 10 * a.se, a.df), rel=1e-6)
        sign = 1 if k == 1 else -1
        assert (d.estimate, d.se, d.df) == pytest.approx((sign * a.estimate, a.se, a.df), rel=1e-5)


def test_visit_table_differs_by_the_contrasts_of_the_model(data, small):
    d = data("mmrm_data")
    table = mmrm_visits.estimate_visits(mmrm_visits.Rows(d["y"], d["arm"], d["id"], d["visit"], d["base"]))
    model = mmrm.fit(*small)
    for k, answer in enumerate(table.differences):
        row = UNIT[5] if k == 0 else UNIT[5] + UNIT[5 + k]
        wanted = model.estimate(row)
        assert (answer.estimate, answer.se, answer.df) == pytest.approx(
            (wanted.estimate, wanted.se, wanted.df), rel=1e-6
        )
        assert answer.estimate == pytest.approx(table.means1[k].estimate - table.means0[k].estimate)
    assert table.interaction.p == pytest.approx(model.compare(UNIT[6:]).p, rel=1e-6)
    assert sum(table.seen1) + sum(table.seen0) == model.n_observations
    split = mmrm_visits.estimate_visits(
        mmrm_visits.Rows(d["y"], d["arm"], d["id"], d["visit"], d["base"]), covariates_by_visit=True
    )
    assert split.fit.beta.size == table.fit.beta.size + 3
    ratio = exponentiate(table.differences[0])
    assert ratio.ci_low == pytest.approx(math.exp(table.differences[0].ci_low))


def test_the_ladder_steps_down_and_says_so():
    # Visits 0 and 2 are never seen in one participant: no unstructured matrix can be estimated.
    rng = np.random.default_rng(4)
    rows = [(i, v, rng.normal() + i % 3) for i in range(16) for v in ((0, 1) if i % 2 else (1, 2))]
    who, visit, y = (np.array(part) for part in zip(*rows, strict=True))
    design = (visit[:, None] == np.arange(3)).astype(float)
    model = mmrm.fit(y, design, who, visit)
    assert model.converged and model.structure in mmrm.LADDER[1:]
    assert model.warnings[0].startswith("unstructured: two visits were never observed together")
    assert "instead of unstructured" in model.warnings[-1]
    refused = mmrm.fit(y, design, who, visit, Options(("unstructured",)))
    assert not refused.converged
    assert refused.estimate([1, 0, 0]).estimate is None
    assert refused.compare(np.eye(3)).p is None


@pytest.mark.parametrize(
    ("y", "visit"),
    [
        ([], []),
        ([1.0], [0]),
        ([math.nan] * 6, [0, 1] * 3),
        ([2.0] * 6, [0, 1] * 3),
        ([1, 2, math.inf, 4, 5, 6], [0, 1] * 3),
        ([1, 2, 3], [0, 1, 2]),
    ],
)
def test_garbage_gives_words(y, visit):
    n = len(y)
    design = np.ones((n, 1))
    who = np.repeat(np.arange(n), 2)[:n] if n != 3 else np.zeros(3)
    model = mmrm.fit(y, design, who, visit)
    assert not model.converged and model.warnings
    assert model.estimate([1.0]).estimate is None
    table = mmrm_visits.estimate_visits(mmrm_visits.Rows(y, np.zeros(n), who, visit))
    assert table.differences == () and table.warnings


def test_two_rows_at_one_visit_are_a_bug():
    with pytest.raises(ValueError, match="two rows at one visit"):
        mmrm.fit([1, 2, 3], np.ones((3, 1)), [0, 0, 1], [0, 0, 0])


def test_one_visit_is_least_squares():
    rng = np.random.default_rng(8)
    x = np.column_stack([np.ones(15), rng.normal(size=15)])
    y = rng.normal(size=15)
    model = mmrm.fit(y, x, np.arange(15), np.zeros(15))
    wanted = stats.linregress(x[:, 1], y)
    answer = model.estimate([0, 1])
    assert (answer.estimate, answer.se, answer.df) == pytest.approx((wanted.slope, wanted.stderr, 13))


@pytest.mark.slow
def test_level_at_ten_and_ten_is_nominal_within_monte_carlo_error():
    # 400 trials under the null: 5 % +- 2.6 standard errors of 1.09 %.
    rng = np.random.default_rng(20200601)
    n, visits, trials = 20, 4, 400
    sigma = 0.6 ** np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    root = np.linalg.cholesky(sigma)
    arm, who, visit = np.repeat([0, 1], 10), np.repeat(np.arange(n), visits), np.tile(np.arange(visits), n)
    hits = 0
    for _ in range(trials):
        y = (rng.normal(size=(n, visits)) @ root.T).ravel()
        y[rng.random(y.size) < 0.1] = np.nan
        table = mmrm_visits.estimate_visits(mmrm_visits.Rows(y, np.repeat(arm, visits), who, visit))
        hits += table.differences[-1].p < 0.05
    assert 0.022 <= hits / trials <= 0.079


@pytest.mark.parametrize("structure", ["ar1_h", "cs_h", "toeplitz_h", "unstructured"])
def test_kenward_roger_equals_the_textbook_formulas_on_full_matrices(small, structure):
    """Kenward & Roger 1997 written out with one matrix for all observations, observed information by differences."""
    y, x, who, visit = small
    model = mmrm.fit(y, x, who, visit, Options((structure,), "kenward-roger"))
    covariance = Covariance(structure, 4)
    natural = covariance.to_natural(model.sigma)
    at = (visit - 1).astype(int)
    same = who[:, None] == who[None, :]

    def build(parameters):
        return np.where(same, covariance.build_natural(parameters)[np.ix_(at, at)], 0.0)

    def deviance(parameters):
        inverse = np.linalg.inv(build(parameters))
        middle = x.T @ inverse @ x
        rest = y - x @ np.linalg.solve(middle, x.T @ inverse @ y)
        return np.linalg.slogdet(build(parameters))[1] + np.linalg.slogdet(middle)[1] + rest @ inverse @ rest

    k = covariance.size
    steps = np.diag(1e-3 * np.maximum(np.abs(natural), 0.05))
    base = deviance(natural)
    up, down = ([deviance(natural + sign * s) for s in steps] for sign in (1, -1))
    hessian, first, second = np.zeros((k, k)), [], {}
    for i in range(k):
        first.append((build(natural + steps[i]) - build(natural - steps[i])) / (2 * steps[i, i]))
        for j in range(i + 1):
            both = [(a * b, natural + a * steps[i] + b * steps[j]) for a in (1, -1) for b in (1, -1)]
            scale = 4 * steps[i, i] * steps[j, j]
            if i == j:
                hessian[i, i] = (up[i] - 2 * base + down[i]) / steps[i, i] ** 2 / 2
                second[i, i] = (build(natural + steps[i]) - 2 * build(natural) + build(natural - steps[i])) / steps[
                    i, i
                ] ** 2
            else:
                hessian[i, j] = hessian[j, i] = sum(sign * deviance(p) for sign, p in both) / scale / 2
                second[i, j] = second[j, i] = sum(sign * build(p) for sign, p in both) / scale
    spread = np.linalg.inv(hessian)
    inverse = np.linalg.inv(build(natural))
    phi = np.linalg.inv(x.T @ inverse @ x)
    slopes = [-x.T @ inverse @ e @ inverse @ x for e in first]
    total = np.zeros_like(phi)
    for i in range(k):
        for j in range(k):
            q = x.T @ inverse @ first[i] @ inverse @ first[j] @ inverse @ x
            r_part = x.T @ inverse @ second[i, j] @ inverse @ x
            total += spread[i, j] * (q - slopes[i] @ phi @ slopes[j] - r_part / 4)
    adjusted = phi + 2 * phi @ total @ phi
    for row in UNIT:
        answer = model.estimate(row)
        gradient = np.array([row @ phi @ slope @ phi @ row for slope in slopes])
        df = 2 * (row @ phi @ row) ** 2 / (gradient @ spread @ gradient)
        assert answer.se == pytest.approx(math.sqrt(row @ adjusted @ row), rel=2e-4)
        assert answer.df == pytest.approx(df, rel=2e-3)


@pytest.mark.slow
@pytest.mark.parametrize("with_covariate", [True, False])
def test_batched_fits_equal_the_single_ones(with_covariate):
    rng = np.random.default_rng(14)
    trials, n, visits = 12, 20, 4
    arm = np.repeat([0, 1], 10)
    root = np.linalg.cholesky(0.7 ** np.abs(np.subtract.outer(np.arange(visits), np.arange(visits))))
    base = rng.normal(size=(trials, n))
    values = rng.normal(size=(trials, n, visits)) @ root.T + 0.5 * base[:, :, None] + arm[:, None] * 0.3
    values[rng.random(values.shape) < 0.12] = np.nan
    batch = mmrm_batch.fit_batch(values, arm, base if with_covariate else None)
    assert batch.converged.sum() >= 10
    who, when = np.repeat(np.arange(n), visits), np.tile(np.arange(visits), n)
    for trial in range(trials):
        rows = mmrm_visits.Rows(
            values[trial].ravel(), np.repeat(arm, visits), who, when,
            np.repeat(base[trial], visits) if with_covariate else None,
        )  # fmt: skip
        table = mmrm_visits.estimate_visits(rows, Options(("unstructured",)))
        assert bool(batch.converged[trial]) == table.fit.converged
        for visit, wanted in enumerate(table.differences if table.fit.converged else ()):
            assert batch.difference[trial, visit] == pytest.approx(wanted.estimate, abs=1e-5 * wanted.se)
            assert batch.se[trial, visit] == pytest.approx(wanted.se, rel=1e-5)
            assert batch.df[trial, visit] == pytest.approx(wanted.df, rel=1e-4)


def test_batch_marks_what_cannot_be_fitted():
    values = np.full((2, 6, 2), np.nan)
    values[1] = 1.0
    batch = mmrm_batch.fit_batch(values, [0, 0, 0, 1, 1, 1])
    assert not batch.converged.any()
    assert np.isnan(batch.difference).all() and np.isnan(batch.df).all()
    with pytest.raises(ValueError, match="treated is"):
        mmrm_batch.fit_batch(values, [0, 1])


def test_a_fit_leaves_the_threads_of_linear_algebra_as_they_were():
    before = [one["num_threads"] for one in ThreadpoolController().info()]
    with use_one_thread():
        with use_one_thread():
            assert {one["num_threads"] for one in ThreadpoolController().info() if one["user_api"] == "blas"} <= {1}
        assert {one["num_threads"] for one in ThreadpoolController().info() if one["user_api"] == "blas"} <= {1}
    assert [one["num_threads"] for one in ThreadpoolController().info()] == before
