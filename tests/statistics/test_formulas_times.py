"""The equations of the pages on times to events, computed as they are printed, and equal to the room's answers."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from tests.statistics import test_formulas_counts, test_formulas_values
from tests.statistics.equations import evaluates, list_equations
from trialwright.statistics import (
    aalen_johansen,
    cox,
    fine_gray,
    gray,
    group_sequential,
    kaplan_meier,
    log_rank,
    rmst,
    turnbull,
)

Z = stats.norm.ppf(0.975)
# Ties between events, between kinds, and with censoring.
TIME = np.array([2.0, 3, 3, 3, 5, 6, 6, 8, 9, 9, 11, 12, 14, 15])
KIND = np.array([1, 1, 1, 2, 0, 1, 2, 1, 0, 1, 2, 1, 0, 0])
ARM = np.array([0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1])
AGE = np.array([4.0, 1, 6, 3, 2, 5, 7, 1, 3, 6, 2, 8, 5, 4])


def at_risk(u, mine=slice(None)):
    return (TIME[mine] >= u).sum()


def count(u, kind, mine=slice(None)):
    return ((TIME[mine] == u) & (KIND[mine] == kind)).sum()


def survive(t, mine=slice(None), kinds=(1, 2)):
    """Kaplan-Meier's curve of these kinds of event."""
    left = 1.0
    for u in np.unique(TIME[mine]):
        if u <= t:
            left *= 1 - sum(count(u, kind, mine) for kind in kinds) / at_risk(u, mine)
    return left


def occur(t, mine=slice(None)):
    """The cumulative incidence of kind 1."""
    times = [u for u in np.unique(TIME) if u <= t and at_risk(u, mine)]
    return sum(survive(u - 1e-9, mine) * count(u, 1, mine) / at_risk(u, mine) for u in times)


@evaluates("aalen_johansen", 1, 2, 3, 4)
def test_incidence():
    t = 12.0
    delta = aalen = 0.0
    for u in np.unique(TIME[(KIND > 0) & (t >= TIME)]):
        n, d1, d2 = at_risk(u), count(u, 1), count(u, 2)
        b = (occur(u) - occur(t)) / survive(u)
        a, before = 1 + b, survive(u - 1e-9) ** 2
        delta += before * (a**2 * d1 * (n - d1) + b**2 * d2 * (n - d2) - 2 * a * b * d1 * d2) / n**3
        g1, g2 = (1 - (d - 1) / (n - 1) if d > 1 else 1.0 for d in (d1, d2))
        aalen += before * (a**2 * d1 * g1 + b**2 * d2 * g2) / n**2
    for variance, wanted in ("delta", delta), ("aalen", aalen):
        found = aalen_johansen.estimate(TIME, KIND, variance=variance).at(t)
        assert (found.estimate, found.se) == pytest.approx((occur(t), math.sqrt(wanted)))
        rest, r = 1 - found.estimate, found.se / (1 - found.estimate)
        assert found.ci_high == pytest.approx(1 - rest ** math.exp(Z * r / abs(math.log(rest))))


@evaluates("aalen_johansen", 5)
def test_difference_of_incidences():
    one, other = (aalen_johansen.estimate(TIME[side == ARM], KIND[side == ARM]).at(9.0) for side in (1, 0))
    gap, found = occur(9.0, ARM == 1) - occur(9.0, ARM == 0), aalen_johansen.compare(one, other)
    low = gap - math.sqrt((one.estimate - one.ci_low) ** 2 + (other.ci_high - other.estimate) ** 2)
    high = gap + math.sqrt((one.ci_high - one.estimate) ** 2 + (other.estimate - other.ci_low) ** 2)
    assert (found.estimate, found.ci_low, found.ci_high) == pytest.approx((gap, low, high))


@evaluates("kaplan_meier", 1, 2, 3, 4, 5, 6, 7)
def test_survival():
    event, t = (KIND > 0).astype(int), 9.0
    s = survive(t)
    steps = [(at_risk(u), count(u, 1) + count(u, 2)) for u in np.unique(TIME) if u <= t]
    r = math.sqrt(sum(d / (n * (n - d)) for n, d in steps))
    sides, turned = np.array([-1, 1]), math.log(s / (1 - s))
    wanted = {
        "log-log": s ** np.exp(-sides * Z * r / abs(math.log(s))),
        "log": s * np.exp(sides * Z * r),
        "plain": s + sides * Z * r * s,
        "logit": 1 / (1 + np.exp(-(turned + sides * Z * r / (1 - s)))),
        "arcsin": np.sin(np.arcsin(math.sqrt(s)) + sides * Z * r / 2 * math.sqrt(s / (1 - s))) ** 2,
    }
    for interval, ends in wanted.items():
        found = kaplan_meier.estimate(TIME, event, interval=interval).at(t)
        assert (found.estimate, found.se) == pytest.approx((s, s * r))
        assert (found.ci_low, found.ci_high) == pytest.approx(tuple(np.clip(ends, 0, 1)))


@evaluates("kaplan_meier", 8, 9)
def test_quantiles():
    event = (KIND > 0).astype(int)
    found, curve = kaplan_meier.estimate_quantile(TIME, event), kaplan_meier.estimate(TIME, event)
    for value, heights in (
        (found.estimate, curve.estimate),
        (found.ci_low, curve.ci_low),
        (found.ci_high, curve.ci_high),
    ):
        below = curve.times[heights <= 0.5]
        assert value == (below.min() if below.size else None)
    assert kaplan_meier.estimate_quantile([1, 2, 3, 4], [1, 1, 1, 1]).estimate == (2 + 3) / 2


@evaluates("log_rank", 1, 2, 3, 4)
def test_log_rank():
    event, strata = (KIND > 0).astype(int), np.arange(14) % 2
    weight = log_rank.Weight(rho=0.5, gamma=1, power=0.5)
    for blocks, codes in (([slice(None)], None), ([strata == 0, strata == 1], strata)):
        score, variance = 0.0, 0.0
        for mine in blocks:
            for u in np.unique(TIME[mine][event[mine] == 1]):
                n, d = at_risk(u, mine), count(u, 1, mine) + count(u, 2, mine)
                n1 = ((TIME[mine] >= u) & (ARM[mine] == 1)).sum()
                d1 = ((TIME[mine] == u) & (event[mine] == 1) & (ARM[mine] == 1)).sum()
                s = survive(u - 1e-9, mine)
                w = s**0.5 * (1 - s) * n**0.5
                score += w * (d1 - d * n1 / n)
                variance += w**2 * d * (n - d) / max(n - 1, 1) * n1 / n * (1 - n1 / n)
        found = log_rank.compare(TIME, event, ARM, codes, weight)
        assert (found.statistic, found.p) == pytest.approx((score**2 / variance, stats.chi2.sf(score**2 / variance, 1)))


def shuffle(scores, chosen):
    sums = np.array([scores[list(some)].sum() for some in itertools.combinations(range(scores.size), chosen.sum())])
    gap = abs(scores[chosen].sum() - sums.mean())
    return np.mean(np.abs(sums - sums.mean()) >= gap - 1e-9)


@evaluates("log_rank", 5, 6)
def test_exact_log_rank():
    event = (KIND > 0).astype(int)
    hazard = [sum((count(u, 1) + count(u, 2)) / at_risk(u) for u in np.unique(TIME) if u <= t) for t in TIME]
    scores = event - np.array(hazard)
    found = log_rank.compare_exact(TIME, event, ARM)
    assert found.statistic == pytest.approx(scores[ARM == 1].sum())
    assert found.p == pytest.approx(shuffle(scores, ARM == 1))


def likelihood(beta, ties, time=TIME, event=KIND > 0):
    x, total = np.column_stack((ARM, AGE))[: time.size], 0.0
    weight = np.exp(x @ beta)
    for u in np.unique(time[event]):
        dead, risk = event & (time == u), time >= u
        total += (x[dead] @ beta).sum()
        for k in range(dead.sum()):
            share = k / dead.sum() if ties == "efron" else 0.0
            total -= math.log(weight[risk].sum() - share * weight[dead].sum())
    return total


@evaluates("cox", 1, 2, 3, 5)
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_cox(ties):
    found = cox.fit(TIME, KIND > 0, np.column_stack((ARM, AGE)), ties=ties)
    beta = found.beta
    assert found.log_likelihood == pytest.approx(likelihood(beta, ties))
    moves = np.vstack((np.eye(2), -np.eye(2))) / 50
    assert all(likelihood(beta + move, ties) < likelihood(beta, ties) for move in moves)
    information = -test_formulas_values.differentiate(lambda at: likelihood(at, ties), beta)
    assert found.covariance == pytest.approx(np.linalg.inv(information), rel=1e-5)
    reach = Z * math.sqrt(found.covariance[0, 0])
    assert found.estimate(0).ci_low == pytest.approx(math.exp(beta[0] - reach))
    test = found.compare()
    assert test.statistic == pytest.approx(2 * (likelihood(beta, ties) - likelihood(np.zeros(2), ties)))
    assert test.p == pytest.approx(stats.chi2.sf(test.statistic, 2))


@evaluates("cox", 4)
def test_robust_errors():
    time, x, event = np.arange(14.0), np.column_stack((ARM, AGE)), KIND > 0
    found = cox.fit(time, event, x)
    weight, r = np.exp(x @ found.beta), np.zeros((14, 2))
    for i in np.flatnonzero(event):
        risk = time >= time[i]
        mean, hazard = weight[risk] @ x[risk] / weight[risk].sum(), 1 / weight[risk].sum()
        r[i] += x[i] - mean
        r[risk] -= weight[risk, None] * (x[risk] - mean) * hazard
    assert found.robust == pytest.approx(found.covariance @ r.T @ r @ found.covariance)


def weigh():
    """Weights in the subdistribution's risk set, shape (participants, times of kind 1)."""
    censoring = [math.prod(1 - count(u, 0) / at_risk(u) for u in np.unique(TIME[KIND == 0]) if u < t) for t in TIME]
    times = np.unique(TIME[KIND == 1])
    before = np.array([censoring[list(TIME).index(t)] for t in times])
    w = (TIME[:, None] >= times).astype(float)
    gone = (KIND == 2)[:, None] & (TIME[:, None] < times)
    return times, np.where(gone, before / np.array(censoring)[:, None], w)


@evaluates("fine_gray", 1, 2, 3, 4, 5, 6)
def test_fine_gray():
    x = np.column_stack((ARM, AGE))
    found = fine_gray.fit(TIME, KIND, x)
    times, w = weigh()
    hazard = np.exp(x @ found.beta)[:, None] * w
    d = np.array([count(t, 1) for t in times])
    s0 = hazard.sum(axis=0)
    mean = hazard.T @ x / s0[:, None]
    own = np.array([x[i] - mean[list(times).index(TIME[i])] if KIND[i] == 1 else [0, 0] for i in range(14)])
    assert own.sum(axis=0) == pytest.approx(np.zeros(2), abs=1e-8)
    load = hazard * d / s0
    eta = own - np.array([sum(load[i, t] * (x[i] - mean[t]) for t in range(times.size)) for i in range(14)])
    information = sum(
        d[t] * (sum(hazard[i, t] * np.outer(x[i] - mean[t], x[i] - mean[t]) for i in range(14)) / s0[t])
        for t in range(times.size)
    )
    psi = np.zeros((14, 2))
    for u in np.unique(TIME[KIND == 0]):
        rivals = [j for j in range(14) if KIND[j] == 2 and TIME[j] < u]
        later = [t for t in range(times.size) if times[t] >= u]
        q = sum((load[j, t] * (x[j] - mean[t]) for j in rivals for t in later), np.zeros(2))
        for i in np.flatnonzero(u <= TIME):
            martingale = ((TIME[i] == u) and (KIND[i] == 0)) - count(u, 0) / at_risk(u)
            psi[i] += q / at_risk(u) * martingale
    inverse = np.linalg.inv(information)
    assert found.covariance == pytest.approx(inverse @ (eta + psi).T @ (eta + psi) @ inverse)


@evaluates("gray", 1, 2, 3, 4, 5)
def test_gray():
    groups = [ARM == 0, ARM == 1]
    times = np.unique(TIME[KIND > 0])
    y, d1, d2 = (np.array([[f(u, mine) for u in times] for mine in groups], dtype=float) for f in (
        at_risk, lambda u, mine: count(u, 1, mine), lambda u, mine: count(u, 2, mine)))  # fmt: skip
    before = np.array([[survive(u - 1e-9, mine) for u in times] for mine in groups])
    after = np.array([[survive(u, mine) for u in times] for mine in groups])
    incidence = np.array([[occur(u - 1e-9, mine) for u in times] for mine in groups])
    h = y / before
    r = h * (1 - incidence)
    score = (d1 - d1.sum(axis=0) * r / r.sum(axis=0)).sum(axis=1)
    rise = d1.sum(axis=0) / h.sum(axis=0)
    f0 = np.cumsum(rise)

    def shrink(d, n):
        return np.where(d > 1, 1 - (d - 1) / np.where(n > 1, n - 1, 1), 1.0)

    v = 0.0
    for group in 0, 1:
        c = h[0] * ((group == 0) - h[group] / h.sum(axis=0))
        parts = c * rise / (1 - f0 + rise)
        e = np.array([parts[t + 1 :].sum() for t in range(times.size)])
        q = (1 - f0) / after[group]
        a, b = c + (1 - q) * e, q * e
        v += (a**2 * shrink(d1.sum(axis=0), h.sum(axis=0) * before[group]) * rise / h[group]).sum()
        v += (b**2 * shrink(d2[group], y[group]) * d2[group] / h[group] ** 2).sum()
    found = gray.compare(TIME, KIND, ARM)
    assert found.statistic == pytest.approx(score[0] ** 2 / v)
    assert found.p == pytest.approx(stats.chi2.sf(score[0] ** 2 / v, 1))


@evaluates("gray", 6, 7)
def test_exact_gray():
    times, w = weigh()
    d = np.array([count(t, 1) for t in times])
    scores = (KIND == 1) - (w * d / w.sum(axis=0)).sum(axis=1)
    found = gray.compare_exact(TIME, KIND, ARM)
    assert found.statistic == pytest.approx(scores[ARM == 1].sum())
    assert found.p == pytest.approx(shuffle(scores, ARM == 1))


@evaluates("rmst", 1, 2, 3, 4, 5)
def test_restricted_means():
    horizon, event = 13.0, (KIND > 0).astype(int)
    edges = np.concatenate(([0.0], np.unique(TIME[horizon > TIME]), [horizon]))

    def integrate(curve, start):
        inside = np.unique(np.concatenate(([start], edges[edges > start])))
        return sum(curve(t) * (u - t) for t, u in itertools.pairwise(inside))

    variance = lost = 0.0
    for u in np.unique(TIME[(KIND > 0) & (horizon >= TIME)]):
        n, d1, d2 = at_risk(u), count(u, 1), count(u, 2)
        variance += integrate(survive, u) ** 2 * (d1 + d2) / (n * (n - d1 - d2))
        b = integrate(lambda t, u=u: occur(u) - occur(t), u) / survive(u)
        a = horizon - u + b
        part = a**2 * d1 * (n - d1) + b**2 * d2 * (n - d2) - 2 * a * b * d1 * d2
        lost += survive(u - 1e-9) ** 2 * part / n**3
    mean = rmst.estimate(TIME, event, horizon)
    assert (mean.estimate, mean.se) == pytest.approx((integrate(survive, 0.0), math.sqrt(variance)))
    time = rmst.estimate_lost(TIME, KIND, horizon)
    assert (time.estimate, time.se) == pytest.approx((integrate(occur, 0.0), math.sqrt(lost)))
    gap = rmst.compare(mean, time)
    assert (gap.estimate, gap.se) == pytest.approx((mean.estimate - time.estimate, math.hypot(mean.se, time.se)))


@evaluates("turnbull", 1, 2, 3, 4, 5)
def test_turnbull():
    left, right = np.array([0.0, 2, 4, 1, 6, 5, 3]), np.array([3.0, 5, 7, 4, np.inf, 8, np.inf])
    found = turnbull.estimate(left, right)
    ends = sorted([(t, 1) for t in left] + [(t, 0) for t in right])
    inner = [(a[0], b[0]) for a, b in itertools.pairwise(ends) if a[1] == 1 and b[1] == 0]
    assert set(zip(found.left, found.right, strict=True)) <= set(inner)
    alpha = np.array([[a >= lo and b <= hi for a, b in inner] for lo, hi in zip(left, right, strict=True)], dtype=float)
    mass = np.zeros(len(inner))
    for a, b, m in zip(found.left, found.right, found.mass, strict=True):
        mass[inner.index((a, b))] = m
    total = (alpha @ mass)[:, None]
    assert mass == pytest.approx((alpha * mass / total).mean(axis=0), abs=1e-7)
    assert ((alpha / total).sum(axis=0) <= 7 * (1 + 1e-6)).all()
    q, p = np.array(inner).T
    for t in 2.5, 4.5, 6.5:
        past = mass[p <= t].sum()
        assert found.survival(t) == pytest.approx((1 - past - mass[(q < t) & (p > t)].sum(), 1 - past))
    place = np.flatnonzero(np.cumsum(mass) >= 0.5 - 1e-12)[0]
    assert found.quantile(0.5) == (q[place], p[place])


@evaluates("group_sequential", 1, 2, 3, 4, 5, 6, 7, 8)
def test_two_looks():
    alpha, t = 0.025, 0.6
    shapes = {
        ("obrien-fleming", 1.0): 2 * stats.norm.sf(stats.norm.isf(alpha / 2) / math.sqrt(t)),
        ("pocock", 1.0): alpha * math.log(1 + (math.e - 1) * t),
        ("hwang-shih-decani", -2.0): alpha * (1 - math.exp(2 * t)) / (1 - math.exp(2)),
        ("power", 1.5): alpha * t**1.5,
    }
    joint = stats.multivariate_normal([0, 0], [[1, math.sqrt(t)], [math.sqrt(t), 1]])
    for (spending, shape), wanted in shapes.items():
        assert group_sequential.compute_spent([t, 1], alpha, spending, shape) == pytest.approx((wanted, alpha))
        design = group_sequential.compute_bounds([t, 1], alpha, spending, shape)
        one, two = design.upper
        assert stats.norm.sf(one) == pytest.approx(wanted)
        assert stats.norm.cdf(one) - joint.cdf([one, two]) == pytest.approx(alpha - wanted, abs=1e-7)
        drift = 2.9
        means = np.array([drift * math.sqrt(t), drift])
        stop = stats.norm.sf(one - means[0])
        power = stop + stats.norm.cdf(one - means[0]) - joint.cdf([one, two] - means)
        exits = group_sequential.compute_exits(design, drift)
        second = power - stop
        assert exits.power == pytest.approx(power, abs=1e-6)
        assert exits.information == pytest.approx(stop * t + second + (1 - power), abs=1e-6)
        found = group_sequential.compute_drift(design, exits.power)
        assert found == pytest.approx(drift)
        fixed = stats.norm.isf(alpha) + stats.norm.ppf(exits.power)
        assert group_sequential.compute_inflation(design, exits.power) == pytest.approx((drift / fixed) ** 2)
    both = group_sequential.compute_bounds([t, 1], 2 * alpha, sides=2)
    assert both.upper[0] == pytest.approx(group_sequential.compute_bounds([t, 1], alpha).upper[0])


def test_every_equation_of_every_page_is_computed_here():
    files = (vars(test_formulas_counts), vars(test_formulas_values), globals())
    done = set().union(*(getattr(one, "equations", set()) for file in files for one in list(file.values())))
    assert done == set(list_equations()), done ^ set(list_equations())
