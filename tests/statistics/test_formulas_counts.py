"""The equations of the pages on counts, computed as they are printed: slow, plain, and equal to the room's answers."""

import itertools
import math

import numpy as np
import pytest
from scipy import integrate, stats

from tests.statistics.equations import evaluates
from trialwright.statistics import (
    barnard,
    beta_posterior,
    boschloo,
    conditional_odds_ratio,
    e_value,
    fisher,
    interval_width,
    mantel_haenszel,
    multiplicity,
    poisson_rate,
    proportion,
    risk_difference,
    sample_size,
    standardised_difference,
    stopping,
    stratified_risk_difference,
    terminal_digits,
)
from trialwright.statistics.outcomes import Estimate

X1, N1, X0, N0 = TABLE = (5, 7, 1, 6)
N = N1 + N0
Z = stats.norm.ppf(0.975)
STRATA = [(3, 8, 1, 7), (5, 9, 4, 11), (0, 4, 2, 5)]
CELLS = list(itertools.product(range(N1 + 1), range(N0 + 1)))


def limits(answer: Estimate) -> tuple[float | None, float | None]:
    return answer.ci_low, answer.ci_high


def choose_fisher(i: int, j: int) -> float:
    m = i + j
    law = {k: math.comb(N1, k) * math.comb(N0, m - k) / math.comb(N, m) for k in range(max(0, m - N0), min(m, N1) + 1)}
    return sum(one for one in law.values() if one <= law[i] * (1 + 1e-7))


@evaluates("fisher", 1, 2, 3)
def test_fisher():
    m = X1 + X0
    law = {k: math.comb(N1, k) * math.comb(N0, m - k) / math.comb(N, m) for k in range(max(0, m - N0), min(m, N1) + 1)}
    equal = [one for one in law.values() if abs(one - law[X1]) <= 1e-7 * one]
    p = sum(one for one in law.values() if one <= law[X1] * (1 + 1e-7))
    assert fisher.compare_two_sided(*TABLE).p == pytest.approx(p)
    assert fisher.compare_mid_p(*TABLE).p == pytest.approx(p - sum(equal) / 2)


def maximise(cells: list[tuple[int, int]]) -> float:
    pi = np.linspace(0, 1, 40_001)
    chance = sum(math.comb(N1, i) * math.comb(N0, j) * pi ** (i + j) * (1 - pi) ** (N - i - j) for i, j in cells)
    return float(np.max(chance))


@evaluates("barnard", 1, 2)
@evaluates("boschloo", 1)
def test_unconditional_tests():
    def z(i: int, j: int) -> float:
        pooled = (i + j) / N
        spread = math.sqrt(pooled * (1 - pooled) * (1 / N1 + 1 / N0))
        return (i / N1 - j / N0) / spread if spread else 0.0

    found = barnard.compare(*TABLE)
    assert found.statistic == pytest.approx(z(X1, X0))
    assert found.p == pytest.approx(maximise([c for c in CELLS if abs(z(*c)) >= abs(z(X1, X0)) - 1e-9]), abs=1e-8)
    fisher_p = choose_fisher(X1, X0)
    wanted = maximise([c for c in CELLS if choose_fisher(*c) <= fisher_p * (1 + 1e-7)])
    assert boschloo.compare(*TABLE).p == pytest.approx(wanted, abs=1e-8)


@evaluates("conditional_odds_ratio", 1, 2, 3, 4)
def test_conditional_odds_ratio():
    m = X1 + X0
    counts = range(max(0, m - N0), min(m, N1) + 1)

    def law(psi: float) -> dict[int, float]:
        raw = {k: math.comb(N1, k) * math.comb(N0, m - k) * psi**k for k in counts}
        return {k: one / sum(raw.values()) for k, one in raw.items()}

    found = conditional_odds_ratio.estimate_exact(*TABLE)
    assert sum(k * one for k, one in law(found.estimate).items()) == pytest.approx(X1)
    assert sum(one for k, one in law(found.ci_low).items() if k >= X1) == pytest.approx(0.025)
    assert sum(one for k, one in law(found.ci_high).items() if k <= X1) == pytest.approx(0.025)
    tails = [sum(one for k, one in law(1).items() if (k - X1) * side >= 0) for side in (1, -1)]
    assert found.p == pytest.approx(min(1, 2 * min(tails)))


@evaluates("proportion", 1, 2, 3, 4)
def test_proportion():
    x, n, share = X1, N1, X1 / N1
    q = np.array([0.025, 0.975])
    assert limits(proportion.estimate_clopper_pearson(x, n)) == pytest.approx(
        (stats.beta.ppf(q[0], x, n - x + 1), stats.beta.ppf(q[1], x + 1, n - x))
    )
    assert limits(proportion.estimate_jeffreys(x, n)) == pytest.approx(tuple(stats.beta.ppf(q, x + 0.5, n - x + 0.5)))
    reach = Z * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    wilson = [(share + Z**2 / (2 * n) + side * reach) / (1 + Z**2 / n) for side in (-1, 1)]
    assert limits(proportion.estimate_wilson(x, n)) == pytest.approx(tuple(wilson))
    low, high = limits(proportion.estimate_mid_p(x, n))
    assert stats.binom.sf(x, n, low) + stats.binom.pmf(x, n, low) / 2 == pytest.approx(0.025)
    assert stats.binom.cdf(x - 1, n, high) + stats.binom.pmf(x, n, high) / 2 == pytest.approx(0.025)


@evaluates("poisson_rate", 1, 2, 3)
def test_rates():
    wanted = (stats.chi2.ppf(0.025, 2 * 4) / (2 * 50), stats.chi2.ppf(0.975, 2 * 4 + 2) / (2 * 50))
    assert limits(poisson_rate.estimate_exact(4, 50)) == pytest.approx(wanted)
    found = poisson_rate.estimate_ratio(4, 50, 9, 40)
    share = np.array(limits(proportion.estimate_clopper_pearson(4, 13)))
    assert found.estimate == pytest.approx((4 / 50) / (9 / 40))
    assert limits(found) == pytest.approx(tuple(share / (1 - share) * 40 / 50))
    law = stats.binom(13, 50 / 90)
    assert found.p == pytest.approx(min(1, 2 * min(law.cdf(4), law.sf(3))))


@evaluates("beta_posterior", 1, 2, 3, 4)
def test_posteriors():
    a, b = 0.6, 1.4
    prior = beta_posterior.Prior(a, b)
    one, other = stats.beta(a + X1, b + N1 - X1), stats.beta(a + X0, b + N0 - X0)
    assert beta_posterior.compute_exceedance(X1, N1, 0.4, prior) == pytest.approx(1 - one.cdf(0.4))
    rate = beta_posterior.estimate_rate(X1, N1, prior)
    assert rate.estimate == pytest.approx((a + X1) / (a + b + N1))
    assert limits(rate) == pytest.approx(tuple(one.ppf([0.025, 0.975])))

    def below(d: float) -> float:
        return float(integrate.quad(lambda y: one.cdf(y + d) * other.pdf(y), 0, 1, limit=200)[0])

    assert beta_posterior.compute_superiority(*TABLE, 0.1, prior) == pytest.approx(1 - below(0.1), abs=1e-7)
    gap = beta_posterior.estimate_difference(*TABLE, prior)
    assert gap.estimate == pytest.approx((a + X1) / (a + b + N1) - (a + X0) / (a + b + N0))
    assert [below(one) for one in limits(gap)] == pytest.approx([0.025, 0.975], abs=1e-7)


def fit_rates(d: float, i: int = X1, j: int = X0) -> tuple[float, float]:
    a2 = ((N1 + 2 * N0) * d - N - i - j) / N
    a1 = ((N0 * d - N - 2 * j) * d + i + j) / N
    roots = np.roots([1, a2, a1, j * d * (1 - d) / N])
    real = roots[np.abs(roots.imag) < 1e-6].real
    inside = [one for one in real if max(0, -d) - 1e-7 <= one <= min(1, 1 - d) + 1e-7]

    def likelihood(p0: float) -> float:
        return float(stats.binom.logpmf(i, N1, min(max(p0 + d, 0), 1)) + stats.binom.logpmf(j, N0, min(max(p0, 0), 1)))

    p0 = max(inside, key=likelihood)
    return p0 + d, p0


def score(d: float, i: int = X1, j: int = X0) -> float:
    p1, p0 = fit_rates(d, i, j)
    gap, spread = i / N1 - j / N0 - d, p1 * (1 - p1) / N1 + p0 * (1 - p0) / N0
    return 0.0 if abs(gap) < 1e-12 else gap / math.sqrt(max(spread, 1e-300))


@evaluates("risk_difference", 1, 2, 3, 4)
def test_risk_difference():
    mee, nurminen = risk_difference.estimate_mee(*TABLE), risk_difference.estimate_miettinen_nurminen(*TABLE)
    shrink = math.sqrt((N - 1) / N)
    assert [score(d) for d in limits(mee)] == pytest.approx([Z, -Z])
    assert [score(d) * shrink for d in limits(nurminen)] == pytest.approx([Z, -Z])
    assert mee.p == pytest.approx(2 * stats.norm.sf(abs(score(0))))
    assert nurminen.p == pytest.approx(2 * stats.norm.sf(abs(score(0) * shrink)))
    (l1, u1), (l0, u0) = (limits(proportion.estimate_wilson(x, n)) for x, n in ((X1, N1), (X0, N0)))
    p1, p0 = X1 / N1, X0 / N0
    wanted = (p1 - p0 - math.hypot(p1 - l1, u0 - p0), p1 - p0 + math.hypot(u1 - p1, p0 - l0))
    assert limits(risk_difference.estimate_newcombe(*TABLE)) == pytest.approx(wanted)


@evaluates("risk_difference", 5, 6)
def test_exact_risk_difference():
    def chance(d: float) -> float:
        extreme = [c for c in CELLS if abs(score(d, *c)) >= abs(score(d)) - 1e-9]
        p0 = np.linspace(max(0, -d), min(1, 1 - d), 2001)
        laws = (stats.binom.pmf(np.arange(n + 1)[:, None], n, p) for n, p in ((N1, np.clip(p0 + d, 0, 1)), (N0, p0)))
        one, other = laws
        return float(max(sum(one[i] * other[j] for i, j in extreme)))

    found = risk_difference.estimate_exact(*TABLE)
    assert found.p == pytest.approx(chance(0), abs=1e-6)
    for limit, out in (found.ci_low, -1e-4), (found.ci_high, 1e-4):
        assert chance(limit + out) <= 0.05 + 1e-6 < chance(limit - out) + 2e-3
        assert chance(limit - out) > 0.05 - 1e-6


@evaluates("mantel_haenszel", 1, 2, 3, 4)
def test_stratified_tables():
    x1, n1, x0, n0 = np.array(STRATA, dtype=float).T
    n, m = n1 + n0, x1 + x0
    gap, variance = (x1 - n1 * m / n).sum(), (n1 * n0 * m * (n - m) / (n**2 * (n - 1))).sum()
    assert mantel_haenszel.compare(STRATA).statistic == pytest.approx(gap**2 / variance)
    corrected = mantel_haenszel.compare(STRATA, correct=True).statistic
    assert corrected == pytest.approx(max(0, abs(gap) - 0.5) ** 2 / variance)
    law = {0: 1.0}
    for a, b, c, d in STRATA:
        part = {k: math.comb(b, k) * math.comb(d, a + c - k) / math.comb(b + d, a + c) for k in range(a + c + 1)}
        law = {s: sum(law[t] * part.get(s - t, 0) for t in law) for s in range(max(law) + a + c + 1)}
    here = law[sum(table[0] for table in STRATA)]
    wanted = sum(one for one in law.values() if one <= here * (1 + 1e-7))
    assert mantel_haenszel.compare_exact(STRATA).p == pytest.approx(wanted)
    r, s, p, q = x1 * (n0 - x0) / n, x0 * (n1 - x1) / n, (x1 + n0 - x0) / n, (x0 + n1 - x1) / n
    se2 = (p * r).sum() / (2 * r.sum() ** 2) + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
    se2 += (q * s).sum() / (2 * s.sum() ** 2)
    ratio = mantel_haenszel.estimate_odds_ratio(STRATA)
    assert (ratio.estimate, ratio.se) == pytest.approx((r.sum() / s.sum(), math.sqrt(se2)))


@evaluates("stratified_risk_difference", 1, 3, 4, 5, 6)
def test_stratified_difference():
    x1, n1, x0, n0 = np.array(STRATA, dtype=float).T
    n = n1 + n0
    w = n1 * n0 / n / (n1 * n0 / n).sum()
    gap = (w * (x1 / n1 - x0 / n0)).sum()
    arms = []
    for x, size in (x1, n1), (x0, n0):
        v = x / size * (1 - x / size) / size
        z = Z * math.sqrt((w**2 * v).sum()) / (w * np.sqrt(v)).sum()
        each = [
            limits(proportion.estimate_wilson(a, b, 1 - 2 * stats.norm.sf(z))) for a, b in zip(x, size, strict=True)
        ]
        arms.append((*(w @ np.array(each)), (w**2 / size).sum()))
    (l1, u1, a1), (l0, u0, a0) = arms
    wanted = (
        gap - Z * math.sqrt(a1 * l1 * (1 - l1) + a0 * u0 * (1 - u0)),
        gap + Z * math.sqrt(a1 * u1 * (1 - u1) + a0 * l0 * (1 - l0)),
    )
    assert limits(stratified_risk_difference.estimate_newcombe(STRATA)) == pytest.approx(wanted)
    p = (n1**2 * x0 - n0**2 * x1 + n1 * n0 * (n0 - n1) / 2) / n**2
    q = (x1 * (n0 - x0) + x0 * (n1 - x1)) / (2 * n)
    sato = stratified_risk_difference.estimate_sato(STRATA)
    assert sato.estimate == pytest.approx(gap)
    assert sato.se**2 == pytest.approx((gap * p.sum() + q.sum()) / (n1 * n0 / n).sum() ** 2)


@evaluates("stratified_risk_difference", 2)
def test_stratified_score():
    """In two strata alike the weights are equal and the statistic is the root of two times that of one."""
    found = stratified_risk_difference.estimate_miettinen_nurminen([TABLE, TABLE])
    shrink = math.sqrt((N - 1) / N)
    assert [score(d) * shrink * math.sqrt(2) for d in limits(found)] == pytest.approx([Z, -Z])
    assert found.p == pytest.approx(2 * stats.norm.sf(abs(score(0) * shrink * math.sqrt(2))))


@evaluates("e_value", 1, 2, 3, 4, 5)
def test_e_values():
    def bound(ratio: float) -> float:
        above = max(ratio, 1 / ratio)
        return above + math.sqrt(above * (above - 1))

    def hazard(value: float) -> float:
        return (1 - 0.5 ** math.sqrt(value)) / (1 - 0.5 ** math.sqrt(1 / value))

    for found, ratio, limit in (
        (e_value.compute_risk_ratio(0.5, 0.3, 0.8), 0.5, 0.8),
        (e_value.compute_odds_ratio(2.2, 1.3, 4.0), math.sqrt(2.2), math.sqrt(1.3)),
        (e_value.compute_hazard_ratio(0.6, 0.4, 0.9), hazard(0.6), hazard(0.9)),
        (e_value.compute_standardised(0.8, 0.2), math.exp(0.91 * 0.8), math.exp(0.91 * 0.8 - 1.78 * 0.2)),
    ):
        assert (found.estimate, found.limit) == pytest.approx((bound(ratio), bound(limit)))
    assert e_value.compute_risk_ratio(1.5, 0.9, 2.5).limit == 1


@evaluates("interval_width", 1, 2, 3, 4)
def test_widths():
    result = Estimate(2.0, 1.0, 4.0, None, 20, "a.b")
    assert interval_width.compute_width(result, 10, 50) == pytest.approx(3 * math.sqrt(10 / 50))
    assert interval_width.compute_width(result, 10, 50, "log") == pytest.approx(4 ** math.sqrt(10 / 50))

    def width(answer: Estimate) -> float:
        low, high = limits(answer)
        return high - low

    k = math.floor(X1 * 20 / N1)
    one, two = (width(proportion.estimate_clopper_pearson(count, 20)) for count in (k, k + 1))
    wanted = one + (two - one) * (X1 * 20 / N1 - k)
    assert interval_width.compute_width_proportion(X1, N1, 20) == pytest.approx(wanted)
    rounded = [math.floor(x * 20 / n + 0.5) for x, n in ((X1, N1), (X0, N0))]
    wanted = width(risk_difference.estimate_miettinen_nurminen(rounded[0], 20, rounded[1], 20))
    assert interval_width.compute_width_difference(*TABLE, 20) == pytest.approx(wanted)


@evaluates("standardised_difference", 1, 2, 3, 4)
def test_standardised_differences():
    a, b = np.array([1.0, 3, 4, 7, 9]), np.array([2.0, 2, 5, 6])
    found = standardised_difference.estimate(a, b)
    d = (a.mean() - b.mean()) / math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    assert (found.estimate, found.se) == pytest.approx((d, math.sqrt(9 / 20 + d**2 / 18)))
    p1, p0 = X1 / N1, X0 / N0
    d = (p1 - p0) / math.sqrt((p1 * (1 - p1) + p0 * (1 - p0)) / 2)
    assert standardised_difference.estimate_binary(*TABLE).estimate == pytest.approx(d)
    shares = [np.array(counts) / sum(counts) for counts in ([4, 3, 5], [2, 6, 1])]
    spread = sum(np.diag(p) - np.outer(p, p) for p in shares)[:-1, :-1] / 2
    t = (shares[0] - shares[1])[:-1]
    found = standardised_difference.estimate_categorical([4, 3, 5], [2, 6, 1])
    assert found.estimate == pytest.approx(math.sqrt(t @ np.linalg.inv(spread) @ t))


@evaluates("terminal_digits", 1)
def test_last_digits():
    digits = [0] * 12 + [5] * 13 + list(range(10)) * 4
    observed = np.bincount(digits, minlength=10)
    wanted = ((observed - len(digits) / 10) ** 2 / (len(digits) / 10)).sum()
    found = terminal_digits.compare_uniform(digits)
    assert (found.statistic, found.p) == pytest.approx((wanted, stats.chi2.sf(wanted, 9)))


@evaluates("stopping", 1, 2, 3, 4, 5)
def test_stopping():
    n, rate = 8, 0.25

    def operate(bounds: list[int], theta: float) -> tuple[float, float]:
        going, stop, treated = {0: 1.0}, 0.0, 0.0
        for k in range(1, n + 1):
            treated += sum(going.values())
            new = {x: going.get(x, 0) * (1 - theta) + going.get(x - 1, 0) * theta for x in range(k + 1)}
            stop += sum(one for x, one in new.items() if x >= bounds[k - 1])
            going = {x: one for x, one in new.items() if x < bounds[k - 1]}
        return stop, treated

    def bound(level: float) -> list[int]:
        tails = [[round(stats.binom.sf(x - 1, k, rate), 14) for x in range(k + 1)] + [0.0] for k in range(1, n + 1)]
        return [next(x for x, tail in enumerate(line) if tail <= level) for line in tails]

    levels = sorted({round(stats.binom.sf(x - 1, k, rate), 14) for k in range(1, n + 1) for x in range(1, k + 1)})
    best = max(level for level in levels if operate(bound(level), rate)[0] <= 0.05)
    found = stopping.compute_pocock_boundary(n, rate)
    assert found.tolist() == bound(best)
    what = stopping.compute_operating_characteristics(found, 0.4)
    stop, treated = operate(bound(best), 0.4)
    assert (what.stop[0], what.participants[0], what.toxicities[0]) == pytest.approx((stop, treated, 0.4 * treated))
    assert stopping.compute_exceedance(2, 6, rate) == pytest.approx(1 - stats.beta.cdf(rate, 0.6 + 2, 1.4 + 4))
    bayes = [
        next((x for x in range(k + 1) if stats.beta.sf(rate, 0.6 + x, 1.4 + k - x) > 0.9), k + 1) for k in range(1, 9)
    ]
    assert stopping.compute_bayes_boundary(n, rate).tolist() == bayes


@evaluates("sample_size", 1, 2, 3, 4, 5, 6, 7)
def test_power():
    shift, bound = 0.9 / (1.2 * math.sqrt(1 / 9 + 1 / 12)), stats.t.ppf(0.975, 19)
    wanted = stats.nct.sf(bound, 19, shift) + stats.nct.cdf(-bound, 19, shift)
    assert sample_size.compute_power_means(0.9, 1.2, 9, 12) == pytest.approx(wanted)
    p1, p0 = 0.8, 0.2

    def add(test: object) -> float:
        rejected = [c for c in CELLS if test(c[0], N1, c[1], N0).p <= 0.05]
        return sum(stats.binom.pmf(i, N1, p1) * stats.binom.pmf(j, N0, p0) for i, j in rejected)

    assert sample_size.compute_power_fisher(p1, p0, N1, N0) == pytest.approx(add(fisher.compare_two_sided))
    assert sample_size.compute_power_boschloo(p1, p0, N1, N0) == pytest.approx(add(boschloo.compare))
    mean = (40 * 0.5 + 60 * 0.3) / 100
    top = 0.2 - Z * math.sqrt(mean * (1 - mean) * (1 / 40 + 1 / 60))
    wanted = stats.norm.cdf(top / math.sqrt(0.25 / 40 + 0.21 / 60))
    assert sample_size.compute_power_proportions(0.5, 0.3, 40, 60) == pytest.approx(wanted)
    wanted = stats.norm.cdf(math.sqrt(12 * 0.4 * 0.6 * 100) * 0.15 - Z)
    assert sample_size.compute_power_wilcoxon(0.65, 40, 60) == pytest.approx(wanted)
    both = Z + stats.norm.ppf(0.9)
    assert sample_size.compute_events_log_rank(0.6, 0.9, ratio=2) == math.ceil(both**2 / (2 / 9 * math.log(0.6) ** 2))
    wanted = stats.norm.cdf(math.sqrt(70 * 2 / 9) * abs(math.log(0.6)) - Z)
    assert sample_size.compute_power_log_rank(0.6, 70, ratio=2) == pytest.approx(wanted)

    def power(n1: int, n0: int) -> float:
        return sample_size.compute_power_means(0.7, 1, n1, n0)

    wanted = next(n for n in range(2, 200) if power(round(1.5 * n), n) >= 0.8)
    assert sample_size.find_size(power, 0.8, ratio=1.5).n0 == wanted


@evaluates("multiplicity", 1, 2, 3, 4)
def test_multiplicity():
    families = [[0.012, 0.03], [0.004, 0.2, 0.03], [0.02]]
    adjusted, gate = [], 0.0
    for family in families:
        ordered = sorted(family)
        holm = [max(min(1, (len(family) - j) * ordered[j]) for j in range(ordered.index(p) + 1)) for p in family]
        assert multiplicity.adjust_holm(family) == pytest.approx(holm)
        adjusted.append([max(gate, one) for one in holm])
        gate = max(adjusted[-1])
    found = multiplicity.adjust_gatekeeping(families)
    assert [list(one) for one in found] == [pytest.approx(one) for one in adjusted]
    every = [(f, i) for f, family in enumerate(families) for i in range(len(family))]

    def intersect(some: tuple[tuple[int, int], ...]) -> float:
        first = [one for one in some if one[0] == min(some)[0]]
        return min(1, len(first) * min(families[f][i] for f, i in first))

    sets = [some for size in range(1, len(every) + 1) for some in itertools.combinations(every, size)]
    for f, i in every:
        assert found[f][i] == pytest.approx(max(intersect(some) for some in sets if (f, i) in some))
    p = [0.01, 0.04, 0.02]
    assert multiplicity.adjust_fixed_sequence(p) == pytest.approx([max(p[: i + 1]) for i in range(3)])
