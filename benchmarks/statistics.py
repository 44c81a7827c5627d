"""Speed and honesty of the statistics room, measured in one run beside R where R is installed.

    python -m benchmarks.statistics                  # everything: a few minutes
    python -m benchmarks.statistics speed level      # some parts: speed, mmrm, level

speed   the batched log-rank test against R's survdiff and rpact's simulator, trials a second on one core
mmrm    one fit of 200 x 4 against nlme::gls, one of 1,000 x 10 alone
level   type I error and coverage of each main method in 10,000 simulated trials of 10 + 10, with Monte Carlo error

R packages that are missing are said to be missing; nothing is compared with a number from elsewhere.
"""

import csv
import math
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from trialwright.statistics import (
    ancova,
    fisher,
    gray,
    hodges_lehmann,
    log_rank,
    log_rank_batch,
    mmrm,
    mmrm_batch,
    mmrm_visits,
    poisson_rate,
    proportion,
    risk_difference,
    wilcoxon,
)
from trialwright.statistics.outcomes import Comparison, Estimate

TRIALS = 10_000
SIZES = {10: 1_000_000, 100: 100_000, 250: 40_000}

SURVDIFF = """
suppressMessages(library(survival)); set.seed(1)
for (n in c(10, 100, 250)) {
  trials <- c("10" = 600, "100" = 400, "250" = 300)[[as.character(n)]]
  g <- rep(0:1, each = n)
  s <- system.time(for (i in seq_len(trials)) {
    t <- rexp(2 * n, ifelse(g == 0, 0.1, 0.05)); e <- t <= 28; t <- pmin(t, 28)
    survdiff(Surv(t, e) ~ g)$chisq })[["elapsed"]]
  cat(n, trials / s, "\\n") }
"""
RPACT = """
suppressMessages(library(rpact))
for (n in c(10, 100, 250)) {
  trials <- c("10" = 100000, "100" = 20000, "250" = 10000)[[as.character(n)]]
  d <- getDesignGroupSequential(kMax = 1, alpha = 0.025)
  s <- system.time(getSimulationSurvival(d, lambda1 = 0.05, lambda2 = 0.1, accrualTime = c(0, 1e-3),
    plannedEvents = round(1.4 * n), maxNumberOfSubjects = 2 * n, maxNumberOfIterations = trials, seed = 1))[["elapsed"]]
  cat(n, trials / s, "\\n") }
"""
GLS = """
suppressMessages(library(nlme)); d <- read.csv("{file}"); d$fv <- factor(d$visit)
s <- sapply(1:3, function(i) system.time(gls(y ~ base + fv * arm, d, correlation = corSymm(form = ~ visit | id),
  weights = varIdent(form = ~ 1 | fv), control = glsControl(opt = "nlminb")))[["elapsed"]])
cat(0, min(s), "\\n")
suppressMessages(if (requireNamespace("mmrm", quietly = TRUE)) {{ library(mmrm); d$id <- factor(d$id)
  s <- sapply(1:3, function(i) system.time(mmrm(y ~ base + fv * arm + us(fv | id), d,
    method = "Kenward-Roger", vcov = "Kenward-Roger-Linear"))[["elapsed"]]); cat(1, min(s), "\\n") }})
"""


def main() -> int:
    """0 where every target is met."""
    parts: dict[str, Callable[[], bool]] = {"speed": measure_speed, "mmrm": measure_mmrm, "level": measure_level}
    wanted = sys.argv[1:] or list(parts)
    if not set(wanted) <= set(parts):
        print(__doc__)
        return 2
    met = [parts[name]() for name in wanted]  # a list: the others run even when one misses
    return 0 if all(met) else 1


def measure_speed() -> bool:
    """Simulated and tested trials a second, and the ratios to R."""
    print("\nLog-rank: trials drawn and tested a second, one core")
    log_rank_batch.simulate_z(np.random.default_rng(0), 10, (0.1, 0.1), (10, 10), 28.0)
    ours = {}
    for size, trials in SIZES.items():
        start = time.perf_counter()
        log_rank_batch.simulate_z(np.random.default_rng(1), trials, (0.05, 0.1), (size, size), 28.0)
        ours[size] = trials / (time.perf_counter() - start)
    survdiff, rpact = _run_r(SURVDIFF), _run_r(RPACT)
    met = True
    for size, speed in ours.items():
        words = [f"{size:4d} an arm: {speed:12,.0f}"]
        for name, other, least in (("survdiff", survdiff, 100), ("rpact", rpact, 10 if size == 10 else 0)):
            if size in other:
                ratio = speed / other[size]
                met &= ratio >= least
                words.append(f"{name} {other[size]:10,.0f} (x {ratio:,.0f}{_say(ratio >= least) if least else ''})")
            else:
                words.append(f"{name} not installed")
        print("   ".join(words))
    return met


def measure_mmrm() -> bool:
    """Seconds of an unstructured REML fit with Kenward-Roger-Linear."""
    print("\nMMRM, unstructured, REML, Kenward-Roger-Linear: seconds a fit")
    small, rows = _draw_repeated(200, 4, np.random.default_rng(2))
    best = min(_time(lambda: mmrm.fit(*small)) for _ in range(5))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        with path.open("w", newline="") as lines:
            csv.writer(lines).writerows([["id", "visit", "arm", "base", "y"], *rows])
        other = _run_r(GLS.format(file=path))
    met = best <= 0.070
    print(f" 200 x  4: {best:.4f}   target 0.070{_say(met)}", end="")
    print(f"   nlme::gls {other[0]:.3f} (x {other[0] / best:,.0f})" if 0 in other else "   R is not installed", end="")
    print(f"   mmrm {other[1]:.3f} (x {other[1] / best:,.1f})" if 1 in other else "   R's mmrm is not installed")
    large, _ = _draw_repeated(1000, 10, np.random.default_rng(3))
    seconds = min(_time(lambda: mmrm.fit(*large)) for _ in range(2))
    print(f"1000 x 10: {seconds:.4f}   target 2.1{_say(seconds < 2.1)}")
    values, base, arm = np.random.default_rng(4).normal(size=(2000, 20, 6)), np.zeros((2000, 20)), np.repeat([0, 1], 10)
    values[np.random.default_rng(5).random(values.shape) < 0.1] = np.nan
    base[:] = np.random.default_rng(6).normal(size=(2000, 20))
    mmrm_batch.fit_batch(values[:2], arm, base[:2])
    batched = _time(lambda: mmrm_batch.fit_batch(values, arm, base)) / 2000
    print(f"  20 x  6: {batched:.6f}   in a batch of 2,000 simulated trials")
    return met and seconds < 2.1


def measure_level() -> bool:
    """Share of false rejections under no difference, and share of intervals that hold the truth."""
    print(f"\nLevel and coverage at 10 + 10, {TRIALS:,} trials; Monte Carlo error at 5 %: 0.22 points (1 SE)")
    print("exact methods may reject less than 5 % and cover more than 95 %; approximate ones should be near")
    met = True
    for name, draw, kind in _list_methods():
        rng = np.random.default_rng(20200213)
        start = time.perf_counter()
        trials = TRIALS if kind != "slow" else TRIALS // 5
        rejected, covered, counted, intervals = 0, 0, 0, 0
        for _ in range(trials):
            answer, truth = draw(rng)
            if answer.p is not None:
                counted += 1
                rejected += answer.p <= 0.05
            if isinstance(answer, Estimate):
                intervals += 1
                low, high = answer.ci_low, answer.ci_high
                covered += (low is None or low <= truth + 1e-9) and (high is None or truth - 1e-9 <= high)
        se = math.sqrt(0.05 * 0.95 / trials)
        level = rejected / counted if counted else None
        cover = covered / intervals if intervals else None
        if kind in ("exact", "slow"):
            fine = (level is None or level <= 0.05 + 3 * se) and (cover is None or cover >= 0.95 - 3 * se)
        else:
            fine = level is None or abs(level - 0.05) <= 0.02
        met &= fine
        shown = [f"{100 * value:6.2f} %" if value is not None else "       -" for value in (level, cover)]
        each = (time.perf_counter() - start) / trials * 1e6
        print(f"{name:46s} level {shown[0]}  coverage {shown[1]}  {each:8.0f} us a trial{_say(fine)}")
    return met


def _list_methods() -> list[tuple[str, Callable[[np.random.Generator], tuple[Estimate | Comparison, float]], str]]:
    arm = np.repeat([1, 0], 10)

    def values(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        return rng.normal(size=10), rng.normal(size=10)

    def rounded(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        return np.round(rng.normal(size=10), 1), np.round(rng.normal(size=10), 1)

    def follow(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        time, end = rng.exponential(14, 20), np.minimum(28, rng.uniform(10, 60, 20))
        return np.minimum(np.ceil(time), end), (np.ceil(time) <= end).astype(int) * rng.integers(1, 3, 20), arm

    def covariance(rng: np.random.Generator) -> tuple[Estimate, float]:
        base = rng.normal(size=20)
        return ancova.estimate(0.6 * base + rng.normal(size=20), arm, base), 0.0

    def repeated(rng: np.random.Generator) -> tuple[Estimate, float]:
        root = np.linalg.cholesky(0.7 ** np.abs(np.subtract.outer(np.arange(6), np.arange(6))))
        base = rng.normal(size=20)
        y = (rng.normal(size=(20, 6)) @ root.T + 0.5 * base[:, None]).ravel()
        y[rng.random(120) < 0.1] = np.nan
        rows = mmrm_visits.Rows(
            y, np.repeat(arm, 6), np.repeat(np.arange(20), 6), np.tile(np.arange(6), 20), np.repeat(base, 6)
        )
        return mmrm_visits.estimate_visits(rows).differences[-1], 0.0

    def counts(rng: np.random.Generator, rate: float = 0.3) -> tuple[int, int, int, int]:
        return int(rng.binomial(10, rate)), 10, int(rng.binomial(10, rate)), 10

    def one(rng: np.random.Generator) -> int:
        return int(rng.binomial(10, 0.3))

    return [
        ("wilcoxon.compare_exact", lambda g: (wilcoxon.compare_exact(*values(g)), 0.0), "exact"),
        ("wilcoxon.compare_exact, ties", lambda g: (wilcoxon.compare_exact(*rounded(g)), 0.0), "exact"),
        ("hodges_lehmann.estimate_shift", lambda g: (hodges_lehmann.estimate_shift(*values(g)), 0.0), "exact"),
        ("hodges_lehmann.estimate_shift, ties", lambda g: (hodges_lehmann.estimate_shift(*rounded(g)), 0.0), "slow"),
        ("ancova.estimate", covariance, "near"),
        ("mmrm_visits (20 x 6, 10 % missing), KR-Linear", repeated, "near"),
        (
            "proportion.estimate_clopper_pearson",
            lambda g: (proportion.estimate_clopper_pearson(one(g), 10), 0.3),
            "exact",
        ),
        ("risk_difference.estimate_exact", lambda g: (risk_difference.estimate_exact(*counts(g)), 0.0), "exact"),
        (
            "risk_difference.estimate_miettinen_nurminen",
            lambda g: (risk_difference.estimate_miettinen_nurminen(*counts(g)), 0.0),
            "near",
        ),
        ("fisher.compare_two_sided", lambda g: (fisher.compare_two_sided(*counts(g)), 0.0), "exact"),
        ("fisher.compare_mid_p", lambda g: (fisher.compare_mid_p(*counts(g)), 0.0), "near"),
        ("gray.compare", lambda g: (gray.compare(*follow(g)), 0.0), "near"),
        ("log_rank.compare_exact", lambda g: (_exact_log_rank(*follow(g)), 0.0), "exact"),
        (
            "poisson_rate.estimate_ratio",
            lambda g: (poisson_rate.estimate_ratio(int(g.poisson(8)), 100, int(g.poisson(8)), 100), 1.0),
            "exact",
        ),
    ]


def _exact_log_rank(time: np.ndarray, event: np.ndarray, arm: np.ndarray) -> Comparison:
    return log_rank.compare_exact(time, event > 0, arm)


def _draw_repeated(
    n: int, visits: int, rng: np.random.Generator
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], list[list[float]]]:
    """A trial with 12 % of values missing: arguments of the fit, and rows for R."""
    apart = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    root = np.linalg.cholesky(20 * 0.6**apart + np.diag(np.linspace(2, 30, visits)))
    base, arm = rng.normal(40, 8, n), np.arange(n) % 2
    wide = 10 + 0.5 * base[:, None] + arm[:, None] * np.arange(visits) + rng.normal(size=(n, visits)) @ root.T
    keep = (rng.random((n, visits)) > 0.12).ravel()
    who, when = np.repeat(np.arange(n), visits)[keep], np.tile(np.arange(visits), n)[keep]
    y, x, treated = wide.ravel()[keep], np.repeat(base, visits)[keep], np.repeat(arm, visits)[keep]
    later = (when[:, None] == np.arange(1, visits)).astype(float)
    design = np.column_stack([np.ones(y.size), x, later, treated, later * treated[:, None]])
    rows = [
        [int(a), int(b) + 1, int(c), float(d), float(e)] for a, b, c, d, e in zip(who, when, treated, x, y, strict=True)
    ]
    return (y, design, who, when), rows


def _time(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _run_r(script: str) -> dict[int, float]:
    """What the script printed as ``key value`` lines; empty where R or a package is missing."""
    if shutil.which("Rscript") is None:
        return {}
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=False)
    lines = [line.split() for line in done.stdout.splitlines()]
    return {int(line[0]): float(line[1]) for line in lines if len(line) == 2 and line[0].isdigit()}


def _say(met: bool) -> str:
    return " met" if met else " MISSED"


if __name__ == "__main__":
    sys.exit(main())
