"""The equations of the pages on values and models, computed as they are printed, and equal to the room's answers."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from tests.statistics.equations import evaluates
from trialwright.statistics import (
    agreement,
    ancova,
    area_under_curve,
    censored_regression,
    firth_logistic,
    hodges_lehmann,
    mmrm,
    mmrm_visits,
    multiple_imputation,
    overlap_weights,
    proportional_odds,
    risk_difference,
    spread,
    standardised_difference,
    summary,
    tipping_point,
    van_elteren,
    wilcoxon,
    win_odds,
)
from trialwright.statistics.outcomes import Estimate
from trialwright.statistics.tipping_point import MissingOutcomes

Z = stats.norm.ppf(0.975)
RNG = np.random.default_rng(7)
A, B = np.array([3.0, 5, 5, 8, 9, 12]), np.array([1.0, 2, 5, 6, 6])
AGE, ARM = RNG.normal(60, 8, 16).round(), np.repeat([1.0, 0.0], 8)
SEVERE = np.array([1.0, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0])
Y = (0.2 * AGE + 2 * ARM + RNG.normal(size=16)).round(2)


def limits(answer: Estimate) -> tuple[float | None, float | None]:
    return answer.ci_low, answer.ci_high


def differentiate(function, at, step=1e-4):
    """Second derivatives of a function of several numbers, by differences."""
    at, size = np.asarray(at, dtype=float), len(at)
    steps, second = np.eye(size) * step, np.zeros((size, size))
    for j, k in itertools.product(range(size), repeat=2):
        parts = [a * b * function(at + a * steps[j] + b * steps[k]) for a in (1, -1) for b in (1, -1)]
        second[j, k] = sum(parts) / (4 * step**2)
    return second


def rank(values):
    return stats.rankdata(values)


@evaluates("wilcoxon", 1, 2, 3)
def test_wilcoxon():
    found, both = wilcoxon.compare_exact(A, B), rank(np.concatenate((A, B)))
    w, n1, n = both[: A.size].sum(), A.size, both.size
    assert found.statistic == pytest.approx(w - n1 * (n1 + 1) / 2)
    sums = np.array([both[list(chosen)].sum() for chosen in itertools.combinations(range(n), n1)])
    assert found.p == pytest.approx(np.mean(np.abs(sums - sums.mean()) >= abs(w - sums.mean()) - 1e-9))
    many, few = np.arange(150.0) // 2, np.arange(20, 120.0) // 3
    both = rank(np.concatenate((many, few)))
    gap = abs(both[:150].sum() - 150 * 251 / 2) - 0.5
    z = gap / math.sqrt(150 * 100 * both.var(ddof=1) / 250)
    assert wilcoxon.compare_exact(many, few).p == pytest.approx(2 * stats.norm.sf(z))


@evaluates("van_elteren", 1, 2, 3)
def test_van_elteren():
    strata = np.array([0, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0])
    values, arm = np.concatenate((A, B)), np.repeat([1, 0], [6, 5])

    def statistic(chosen):
        total = variance = 0.0
        for h in (0, 1):
            mine = strata == h
            ranks, n1, n = rank(values[mine]), chosen[mine].sum(), mine.sum()
            total += (ranks[chosen[mine] == 1].sum() - n1 * (n + 1) / 2) / (n + 1)
            variance += n1 * (n - n1) * ranks.var(ddof=1) / n / (n + 1) ** 2
        return total, variance

    t, variance = statistic(arm)
    assert van_elteren.compare(values, arm, strata).statistic == pytest.approx(t / math.sqrt(variance))
    every = []
    places = [np.flatnonzero(strata == h) for h in (0, 1)]
    for chosen in itertools.product(*(itertools.combinations(p, int(arm[p].sum())) for p in places)):
        labels = np.zeros(11, dtype=int)
        labels[list(chosen[0] + chosen[1])] = 1
        every.append(abs(statistic(labels)[0]) >= abs(t) - 1e-9)
    assert van_elteren.compare_exact(values, arm, strata).p == pytest.approx(np.mean(every))


@evaluates("hodges_lehmann", 1, 2, 3, 4)
def test_hodges_lehmann():
    x, y = A + np.arange(6) / 7, B + np.arange(5) / 9 + 0.01
    gaps = np.sort((x[:, None] - y).ravel())
    sums = [sum(chosen) for chosen in itertools.combinations(range(1, 12), 6)]
    u = np.array(sums) - 21
    c = sum(2 * np.mean(u <= k) <= 0.05 for k in range(31))
    found = hodges_lehmann.estimate_shift(x, y)
    assert (found.estimate, *limits(found)) == pytest.approx((np.median(gaps), gaps[c - 1], gaps[30 - c]))
    tied = hodges_lehmann.estimate_shift(A, B)
    for end, out in (tied.ci_low, -0.5), (tied.ci_high, 0.5):
        assert wilcoxon.compare_exact(A - end, B).p > 0.05 >= wilcoxon.compare_exact(A - end - out, B).p
    many, few = RNG.normal(size=130), RNG.normal(size=80)
    c = math.floor(130 * 80 / 2 - Z * math.sqrt(130 * 80 * 211 / 12)) + 1
    gaps = np.sort((many[:, None] - few).ravel())
    assert limits(hodges_lehmann.estimate_shift(many, few)) == pytest.approx((gaps[c - 1], gaps[130 * 80 - c]))


@evaluates("win_odds", 1, 2, 3, 4, 5, 6)
def test_win_odds():
    found = win_odds.estimate_all(A, B)
    wins = (A[:, None] > B) + (A[:, None] == B) / 2
    w = wins.mean()
    v1, v0 = wins.mean(axis=1).var(ddof=1) / A.size, (1 - wins).mean(axis=0).var(ddof=1) / B.size
    df = (v1 + v0) ** 2 / (v1**2 / (A.size - 1) + v0**2 / (B.size - 1))
    reach = stats.t.ppf(0.975, df) * math.sqrt(v1 + v0) / (w * (1 - w))
    ends = np.log(w / (1 - w)) + np.array([-reach, reach])
    share = 1 / (1 + np.exp(-ends))
    probability = found.probability
    assert (probability.estimate, probability.se, probability.df) == pytest.approx((w, math.sqrt(v1 + v0), df))
    assert limits(probability) == pytest.approx(tuple(share))
    assert (found.odds.estimate, *limits(found.odds)) == pytest.approx((w / (1 - w), *np.exp(ends)))
    assert (found.net_benefit.estimate, *limits(found.net_benefit)) == pytest.approx((2 * w - 1, *(2 * share - 1)))


@evaluates("summary", 1, 2, 3, 4, 5)
def test_summary():
    found = summary.describe(A)
    assert found.sd == pytest.approx(math.sqrt(((A - A.mean()) ** 2).sum() / 5))
    for p in 0.1, 0.25, 0.5, 0.6:
        j, g = divmod(6 * p, 1)
        j = round(j + (g > 1 - 1e-9))
        wanted = (A[j - 1] + A[j]) / 2 if min(g, 1 - g) < 1e-9 else A[j]
        assert summary.compute_quantile(A, p) == pytest.approx(wanted)
    logs = np.log(A)
    assert found.geometric_mean == pytest.approx(math.exp(logs.mean()))
    assert found.geometric_cv == pytest.approx(math.sqrt(math.exp(logs.var(ddof=1)) - 1))
    reach = stats.t.ppf(0.975, 5) * A.std(ddof=1) / math.sqrt(6)
    mean = summary.estimate_mean(A, null=4)
    assert limits(mean) == pytest.approx((A.mean() - reach, A.mean() + reach))
    assert mean.p == pytest.approx(2 * stats.t.sf((A.mean() - 4) / (A.std(ddof=1) / math.sqrt(6)), 5))
    low, high = limits(summary.estimate_mean(logs))
    assert limits(summary.estimate_geometric_mean(A)) == pytest.approx((math.exp(low), math.exp(high)))


@evaluates("spread", 1, 2)
def test_spread():
    far = [np.abs(values - np.median(values)) for values in (A, B)]
    whole = np.concatenate(far).mean()
    top = sum(one.size * (one.mean() - whole) ** 2 for one in far)
    f = top / (sum(((one - one.mean()) ** 2).sum() for one in far) / 9)
    found = spread.compare_brown_forsythe(A, B)
    assert (found.statistic, found.p) == pytest.approx((f, stats.f.sf(f, 1, 9)))


@evaluates("area_under_curve", 1, 2)
def test_area():
    t, y = [0.0, 2, 5, 9], [1.0, 4, 3, 6]
    start, end = 4 + (3 - 4) * (3 - 2) / (5 - 2), 3 + (6 - 3) * (8 - 5) / (9 - 5)
    wanted = (5 - 3) * (start + 3) / 2 + (8 - 5) * (3 + end) / 2
    assert area_under_curve.compute_trapezoid(t, y, 3, 8) == pytest.approx(wanted)


@evaluates("agreement", 1, 2, 3, 4, 5)
def test_agreement():
    table = RNG.normal(size=(6, 1)) * 2 + RNG.normal(size=(6, 3)) + [0, 0.5, 1]
    n, k = table.shape
    rows, columns = table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True)
    msr, msc = k * rows.var(ddof=1), n * columns.var(ddof=1)
    mse = ((table - rows - columns + table.mean()) ** 2).sum() / ((n - 1) * (k - 1))
    icc = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n)
    a, b = k * icc / (n * (1 - icc)), 1 + k * icc * (n - 1) / (n * (1 - icc))
    v = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)))
    upper, lower = stats.f.ppf(0.975, n - 1, v), stats.f.ppf(0.975, v, n - 1)
    m = k * msc + (k * n - k - n) * mse
    found = agreement.estimate_intraclass(table)
    wanted = (n * (msr - upper * mse) / (upper * m + n * msr), n * (lower * msr - mse) / (m + n * lower * msr))
    assert (found.estimate, found.df) == pytest.approx((icc, v))
    assert limits(found) == pytest.approx(wanted)
    assert found.p == pytest.approx(stats.f.sf(msr / mse, n - 1, (n - 1) * (k - 1)))
    gap = table[:, 0] - table[:, 1]
    ends = agreement.estimate_limits(table[:, 0], table[:, 1])
    assert (ends.low, ends.high) == pytest.approx((gap.mean() - Z * gap.std(ddof=1), gap.mean() + Z * gap.std(ddof=1)))


@evaluates("ancova", 1, 2, 3)
def test_ancova():
    x = np.column_stack((np.ones(16), ARM, AGE - AGE.mean()))
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ x.T @ Y
    r = Y - x @ b
    h = np.diag(x @ inverse @ x.T)
    plain, robust = (ancova.estimate_means(Y, ARM, AGE, robust=flag) for flag in (False, True))
    assert (plain.difference.estimate, plain.mean0.estimate, plain.mean1.estimate) == pytest.approx(
        (b[1], b[0], b[0] + b[1])
    )
    assert plain.difference.se == pytest.approx(math.sqrt(r @ r / 13 * inverse[1, 1]))
    wanted = inverse @ x.T @ np.diag(r**2 / (1 - h) ** 2) @ x @ inverse
    assert robust.difference.se == pytest.approx(math.sqrt(wanted[1, 1]))
    assert plain.difference.df == robust.difference.df == 13


@evaluates("firth_logistic", 1, 2, 3)
def test_firth():
    x = np.column_stack((np.ones(16), (AGE - 60) / 10))

    def penalised(beta):
        pi = 1 / (1 + np.exp(-x @ beta))
        information = x.T @ np.diag(pi * (1 - pi)) @ x
        return (SEVERE * np.log(pi) + (1 - SEVERE) * np.log(1 - pi)).sum() + np.log(np.linalg.det(information)) / 2

    found = firth_logistic.fit(SEVERE, x[:, 1])
    assert found.penalised_log_likelihood == pytest.approx(penalised(found.beta))
    assert all(penalised(found.beta + move) < penalised(found.beta) for move in np.vstack((np.eye(2), -np.eye(2))) / 50)
    pi = 1 / (1 + np.exp(-x @ found.beta))
    w = np.diag(pi * (1 - pi))
    information = x.T @ w @ x
    h = np.diag(np.sqrt(w) @ x @ np.linalg.inv(information) @ x.T @ np.sqrt(w))
    assert x.T @ (SEVERE - pi + h * (0.5 - pi)) == pytest.approx(np.zeros(2), abs=1e-7)
    assert found.covariance == pytest.approx(np.linalg.inv(information))
    ratio = found.estimate(0)
    reach = Z * math.sqrt(found.covariance[1, 1])
    assert limits(ratio) == pytest.approx((math.exp(found.beta[1] - reach), math.exp(found.beta[1] + reach)))


@evaluates("overlap_weights", 1, 2, 3, 5, 6, 7)
def test_overlap_weights():
    x = np.column_stack((AGE, SEVERE))
    found = overlap_weights.estimate(Y, ARM, x)
    e = firth_logistic.fit(ARM, x).fitted
    w = np.where(ARM == 1, 1 - e, e)
    one, zero = (np.average(Y[k == ARM], weights=w[k == ARM]) for k in (1, 0))
    assert (found.mean1, found.mean0, found.difference.estimate) == pytest.approx((one, zero, one - zero))
    assert found.effective1 == pytest.approx(w[:8].sum() ** 2 / (w[:8] ** 2).sum())
    gap = np.average(x[:8], axis=0, weights=w[:8]) - np.average(x[8:], axis=0, weights=w[8:])
    counts = SEVERE[:8].sum(), 8, SEVERE[8:].sum(), 8
    before = (standardised_difference.estimate(AGE[:8], AGE[8:]), standardised_difference.estimate_binary(*counts))
    raw = x[:8].mean(axis=0) - x[8:].mean(axis=0)
    assert found.before == pytest.approx([one.estimate for one in before])
    assert found.after == pytest.approx(gap * found.before / raw)
    assert found.difference.df == 16 - 2 - 2


@evaluates("overlap_weights", 4)
def test_influence_on_the_weighted_difference():
    x = np.column_stack((np.ones(16), (AGE - AGE.mean()) / 8, SEVERE))
    model = firth_logistic.fit(ARM, x[:, 1:])
    found = overlap_weights.estimate(Y, ARM, x[:, 1:])

    def parts(beta):
        e = 1 / (1 + np.exp(-x @ beta))
        w = np.where(ARM == 1, 1 - e, e)
        return np.where(ARM == 1, w * (Y - found.mean1), -w * (Y - found.mean0))

    e = model.fitted
    sums = np.where(ARM == 1, (ARM * (1 - e)).sum(), ((1 - ARM) * e).sum())
    steps = np.eye(3) * 1e-6
    a = np.array([((parts(model.beta + s) - parts(model.beta - s)) / sums).sum() / 2e-6 for s in steps])
    information = x.T @ np.diag(e * (1 - e)) @ x
    h = np.diag(x @ np.linalg.inv(information) @ x.T) * e * (1 - e)
    u = x * (ARM - e + h * (0.5 - e))[:, None]
    phi = parts(model.beta) / sums + u @ np.linalg.solve(information, a)
    assert found.difference.se == pytest.approx(math.sqrt((phi**2).sum() * 16 / (16 - 2 - 1)), rel=1e-6)


@evaluates("proportional_odds", 1, 2, 3)
def test_proportional_odds():
    grade = np.array([0, 1, 2, 2, 1, 2, 0, 1, 0, 0, 1, 0, 2, 1, 0, 0])

    def likelihood(at):
        theta = np.concatenate(([-np.inf], at[:2], [np.inf]))
        expit = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
        return np.log(expit(theta[grade + 1] - ARM * at[2]) - expit(theta[grade] - ARM * at[2])).sum()

    found = proportional_odds.fit(grade, ARM)
    at = np.concatenate((found.thresholds, found.beta))
    with np.errstate(over="ignore"):
        assert found.log_likelihood == pytest.approx(likelihood(at))
        assert all(likelihood(at + move) < likelihood(at) for move in np.vstack((np.eye(3), -np.eye(3))) / 50)
        covariance = np.linalg.inv(-differentiate(likelihood, at))
    assert found.covariance[0, 0] == pytest.approx(covariance[2, 2], rel=1e-4)


@evaluates("censored_regression", 1, 2, 3)
@pytest.mark.parametrize("distribution", ["normal", "weibull"])
def test_censored_regression(distribution):
    low, high = np.exp(Y / 10), np.exp(Y / 10)
    low[[2, 9]], high[[4, 5]], low[12], high[12] = low[[2, 9]] * 0.6, np.inf, low[12] * 0.9, high[12] * 1.2
    if distribution == "normal":
        low[2] = -np.inf
    law = stats.norm if distribution == "normal" else stats.gumbel_l
    turn = np.log if distribution == "weibull" else np.asarray
    a, b, x = turn(low), turn(high), np.column_stack((np.ones(16), ARM))

    def likelihood(at):
        za, zb = ((one - x @ at[:2]) / np.exp(at[2]) for one in (a, b))
        measured = low == high
        inside = law.cdf(zb[~measured]) - law.cdf(za[~measured])
        return (law.logpdf(za[measured]) - at[2]).sum() + np.log(inside).sum()

    found = censored_regression.fit(low, high, ARM, distribution)
    at = np.append(found.beta, np.log(found.scale))
    shift = np.log(low[low == high]).sum() if distribution == "weibull" else 0.0
    assert found.log_likelihood == pytest.approx(likelihood(at) - shift)
    assert all(likelihood(at + move) < likelihood(at) for move in np.vstack((np.eye(3), -np.eye(3))) / 50)
    covariance = np.linalg.inv(-differentiate(likelihood, at))
    assert found.covariance == pytest.approx(covariance[:2, :2], rel=1e-3)


@evaluates("multiple_imputation", 1, 2, 3, 4, 5, 6)
def test_multiple_imputation():
    q, u, c = np.array([1.0, 1.4, 0.7, 1.2]), np.array([0.5, 0.6, 0.4, 0.5]), 17
    w, b, m = (u**2).mean(), q.var(ddof=1), 4
    total = w + (1 + 1 / m) * b
    share = (1 + 1 / m) * b / total
    old, seen = (m - 1) / share**2, (c + 1) / (c + 3) * c * (1 - share)
    found = multiple_imputation.pool(q, u, c)
    assert (found.estimate, found.se, found.df) == pytest.approx(
        (q.mean(), math.sqrt(total), old * seen / (old + seen))
    )
    values = Y.copy()
    values[3] = np.nan
    copies, _ = multiple_imputation.draw_values(values, AGE, 6000, np.random.default_rng(1))
    x = np.column_stack((np.ones(16), AGE))
    kept = np.delete(x, 3, axis=0)
    inverse = np.linalg.inv(kept.T @ kept)
    beta = inverse @ kept.T @ np.delete(Y, 3)
    rest = ((np.delete(Y, 3) - kept @ beta) ** 2).sum()
    variance = rest / (13 - 2) * (1 + x[3] @ inverse @ x[3])  # Student's t with 13 degrees of freedom, scaled
    assert copies[:, 3].mean() == pytest.approx(x[3] @ beta, abs=4 * math.sqrt(variance / 6000))
    assert copies[:, 3].var() == pytest.approx(variance, rel=0.1)


@evaluates("tipping_point", 1, 2, 3)
def test_tipping_point():
    imputed = np.arange(16) < 3
    shifts = [0, -1, -2, -3, -4, -6, -8]

    def analyse(shift):
        return ancova.estimate(Y + shift * imputed, ARM, AGE)

    found = tipping_point.find_shift(analyse, shifts)
    held = [s for s in shifts if limits(analyse(s))[0] <= 0 <= limits(analyse(s))[1]]
    assert held and found.shift == held[0]
    one, zero = MissingOutcomes(2, 6, 2), MissingOutcomes(3, 7, 1)
    cases = tipping_point.tabulate_binary(risk_difference.estimate_mee, one, zero)
    for i, j in itertools.product(range(3), range(2)):
        assert cases.table[i][j] == risk_difference.estimate_mee(2 + i, 8, 3 + j, 8)
    assert (cases.best_for_arm1, cases.worst_for_arm1) == (cases.table[0][1], cases.table[2][0])


def draw_repeated():
    """Ten participants at three visits, three values missing; the design is intercept, arm and visits."""
    rng = np.random.default_rng(3)
    who, visit = np.repeat(np.arange(10), 3), np.tile(np.arange(3), 10)
    y = rng.normal(size=10)[who] + rng.normal(size=30) + 0.5 * visit
    y[[4, 17, 29]] = np.nan
    x = np.column_stack((np.ones(30), who % 2, visit == 1, visit == 2)).astype(float)
    return y, x, who, visit


def derive(structure, natural, step=1e-5):
    """The matrix of (2) and its first and second derivatives along the parameters that tables print."""

    def build(at):
        if structure == "unstructured":
            sigma = np.zeros((3, 3))
            sigma[np.tril_indices(3)] = at
            return sigma + np.tril(sigma, -1).T
        sd, lags = np.sqrt(at[:3]), np.abs(np.subtract.outer(np.arange(3), np.arange(3)))
        return np.outer(sd, sd) * at[3] ** lags

    moves = np.eye(len(natural)) * step
    first = np.array([(build(natural + m) - build(natural - m)) / (2 * step) for m in moves])
    second = np.array([
        [sum(a * b * build(natural + a * m + b * o) for a in (1, -1) for b in (1, -1)) / (4 * step**2) for o in moves]
        for m in moves
    ])  # fmt: skip
    return first, second


@evaluates("mmrm", *range(1, 16))
@pytest.mark.parametrize(
    ("structure", "adjustment", "observed"),
    [
        ("unstructured", "kenward-roger-linear", True),
        ("unstructured", "satterthwaite", False),
        ("ar1_h", "kenward-roger", True),
        ("ar1_h", "kenward-roger-linear", False),
    ],
)
def test_mmrm(structure, adjustment, observed):
    y, x, who, visit = draw_repeated()
    found = mmrm.fit(y, x, who, visit, mmrm.Options((structure,), adjustment, observed))
    sigma = found.sigma
    sd = np.sqrt(np.diag(sigma))
    natural = (
        sigma[np.tril_indices(3)] if structure == "unstructured" else np.append(sd**2, sigma[0, 1] / sd[0] / sd[1])
    )
    if structure == "ar1_h":
        assert sigma[0, 2] == pytest.approx(sd[0] * sd[2] * natural[3] ** 2)
    kept = ~np.isnan(y)
    y, x, who, visit = y[kept], x[kept], who[kept], visit[kept]
    same = who[:, None] == who

    def spread_out(matrix):
        return np.where(same, matrix[np.ix_(visit, visit)], 0.0)

    first, second = derive(structure, natural)
    e, ee = np.array([spread_out(one) for one in first]), [[spread_out(one) for one in line] for line in second]
    inverse = np.linalg.inv(spread_out(sigma))
    phi = np.linalg.inv(x.T @ inverse @ x)
    beta = phi @ x.T @ inverse @ y
    r = y - x @ beta
    deviance = np.linalg.slogdet(spread_out(sigma))[1] - np.linalg.slogdet(phi)[1] + r @ inverse @ r
    assert found.deviance == pytest.approx(deviance + (y.size - 4) * math.log(2 * math.pi))
    assert found.beta == pytest.approx(beta)
    slope = inverse - inverse @ (x @ phi @ x.T + np.outer(r, r)) @ inverse
    assert [(slope * one).sum() for one in e] == pytest.approx(np.zeros(len(e)), abs=1e-4)
    size = range(len(e))
    p = inverse - inverse @ x @ phi @ x.T @ inverse
    expected = np.array([[np.trace(p @ e[k] @ p @ e[h]) / 2 for h in size] for k in size])
    seen = np.array([[y @ p @ e[k] @ p @ e[h] @ p @ y + (slope * ee[k][h]).sum() / 2 for h in size] for k in size])
    w = np.linalg.inv(seen - expected if observed else expected)
    pk = [-x.T @ inverse @ one @ inverse @ x for one in e]
    inner = np.zeros((4, 4))
    for k, h in itertools.product(size, size):
        q = x.T @ inverse @ e[k] @ inverse @ e[h] @ inverse @ x
        bend = x.T @ inverse @ ee[k][h] @ inverse @ x / 4 if adjustment == "kenward-roger" else 0.0
        inner += w[k, h] * (q - pk[k] @ phi @ pk[h] - bend)
    adjusted = phi if adjustment == "satterthwaite" else phi + 2 * phi @ inner @ phi

    def count_df(row):
        g = np.array([row @ phi @ one @ phi @ row for one in pk])
        return 2 * (row @ phi @ row) ** 2 / (g @ w @ g)

    one = found.estimate([0, 1, 0, 0])
    row = np.array([0.0, 1, 0, 0])
    se, df = math.sqrt(adjusted[1, 1]), count_df(row)
    assert (one.estimate, one.se, one.df) == pytest.approx((beta[1], se, df), rel=1e-4)
    assert one.ci_high == pytest.approx(beta[1] + stats.t.ppf(0.975, df) * se, rel=1e-4)
    rows = np.eye(4)[2:]
    f = beta[2:] @ np.linalg.inv(adjusted[2:, 2:]) @ beta[2:] / 2
    test = found.compare(rows)
    if adjustment == "satterthwaite":
        vectors = np.linalg.eigh(rows @ phi @ rows.T)[1]
        total = sum(one / (one - 2) for one in (count_df(row) for row in vectors.T @ rows))
        wanted, scale = 2 * total / (total - 2), 1.0
    else:
        theta = rows.T @ np.linalg.inv(rows @ phi @ rows.T) @ rows
        t = [theta @ phi @ one @ phi for one in pk]
        a1 = sum(w[k, h] * np.trace(t[k]) * np.trace(t[h]) for k in size for h in size)
        a2 = sum(w[k, h] * np.trace(t[k] @ t[h]) for k in size for h in size)
        b, g = (a1 + 6 * a2) / 4, (3 * a1 - 6 * a2) / (4 * a2)
        c1, c2, c3 = (top / (6 + 2 * (1 - g)) for top in (g, 2 - g, 4 - g))
        mean = 1 / (1 - a2 / 2)
        variance = (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
        wanted = 4 + 4 / (2 * variance / (2 * mean**2) - 1)
        scale = wanted / (mean * (wanted - 2))
    assert (test.statistic, test.df2) == pytest.approx((scale * f, wanted), rel=1e-4)


@evaluates("mmrm", 16, 17)
def test_means_by_visit():
    y, _, who, visit = draw_repeated()
    base = np.random.default_rng(9).normal(size=10)
    found = mmrm_visits.estimate_visits(mmrm_visits.Rows(y, who % 2, who, visit, base[who]))
    cells = np.column_stack(
        [(who % 2 == arm) & (visit == v) for arm in (0, 1) for v in range(3)] + [base[who] - base.mean()]
    )
    model = mmrm.fit(y, cells.astype(float), who, visit)
    gaps = np.array([np.eye(7)[3 + v] - np.eye(7)[v] for v in range(3)])
    for v in range(3):
        assert found.means1[v].estimate == pytest.approx(model.beta[3 + v])
        assert found.differences[v].estimate == pytest.approx(model.estimate(gaps[v]).estimate)
    assert found.any_difference.statistic == pytest.approx(model.compare(gaps).statistic)
    assert found.interaction.statistic == pytest.approx(model.compare(gaps[1:] - gaps[0]).statistic)
