"""Methods by their id: which function answers for two samples, and which for two counts."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from trialwright.analyse.rows import Basis, Heading, list_comparison, list_estimate, make_row
from trialwright.results import ResultRow
from trialwright.statistics import (
    barnard,
    beta_posterior,
    boschloo,
    conditional_odds_ratio,
    fisher,
    hodges_lehmann,
    proportion,
    risk_difference,
    van_elteren,
    wilcoxon,
)
from trialwright.statistics.outcomes import Comparison, Estimate
from trialwright.vocabulary.methods import Method

LARGEST_UNCONDITIONAL = 200
"""Participants in both arms up to which the exact unconditional interval is computed; it tries every table."""

Samples = Callable[[Sequence[float], Sequence[float], float], Estimate | Comparison]
Counts = Callable[[tuple[int, int, int, int], float], Estimate | Comparison]

SAMPLES: dict[Method, Samples] = {
    Method.HODGES_LEHMANN: lambda one, other, level: hodges_lehmann.estimate_shift(one, other, level),
    Method.WILCOXON_EXACT: lambda one, other, level: wilcoxon.compare_exact(one, other),
}
COUNTS: dict[Method, Counts] = {
    Method.RISK_DIFFERENCE_EXACT: lambda counts, level: _estimate_exact(counts, level),
    Method.RISK_DIFFERENCE_MN: lambda counts, level: risk_difference.estimate_miettinen_nurminen(*counts, level=level),
    Method.RISK_DIFFERENCE_MEE: lambda counts, level: risk_difference.estimate_mee(*counts, level=level),
    Method.RISK_DIFFERENCE_NEWCOMBE: lambda counts, level: risk_difference.estimate_newcombe(*counts, level=level),
    Method.FISHER: lambda counts, level: fisher.compare_two_sided(*counts),
    Method.FISHER_MID_P: lambda counts, level: fisher.compare_mid_p(*counts),
    Method.ODDS_RATIO_EXACT: lambda counts, level: conditional_odds_ratio.estimate_exact(*counts, level=level),
    Method.BETA_POSTERIOR_DIFFERENCE: lambda counts, level: beta_posterior.estimate_difference(*counts, level=level),
    Method.BARNARD: lambda counts, level: _compare_small(barnard.compare, Method.BARNARD, counts),
    Method.BOSCHLOO: lambda counts, level: _compare_small(boschloo.compare, Method.BOSCHLOO, counts),
}

DIFFERENCES = frozenset(
    (
        Method.RISK_DIFFERENCE_EXACT,
        Method.RISK_DIFFERENCE_MN,
        Method.RISK_DIFFERENCE_MEE,
        Method.RISK_DIFFERENCE_NEWCOMBE,
    )
)
RATIOS = frozenset((Method.ODDS_RATIO_EXACT,))
STRATIFIED: dict[Method, Callable[..., Comparison]] = {
    Method.VAN_ELTEREN: van_elteren.compare,
    Method.VAN_ELTEREN_EXACT: van_elteren.compare_exact,
}
SHARES: dict[Method, Callable[[int, int, float], Estimate]] = {
    Method.CLOPPER_PEARSON: proportion.estimate_clopper_pearson,
    Method.PROPORTION_MID_P: proportion.estimate_mid_p,
    Method.WILSON: proportion.estimate_wilson,
    Method.JEFFREYS: proportion.estimate_jeffreys,
}


def _estimate_exact(counts: tuple[int, int, int, int], level: float) -> Estimate:
    """The exact interval; above the stated size Miettinen & Nurminen's, with a warning."""
    if counts[1] + counts[3] <= LARGEST_UNCONDITIONAL:
        return risk_difference.estimate_exact(*counts, level=level)
    found = risk_difference.estimate_miettinen_nurminen(*counts, level=level)
    why = f"more than {LARGEST_UNCONDITIONAL} participants: Miettinen-Nurminen interval in place of the exact one"
    return Estimate(
        found.estimate, found.ci_low, found.ci_high, found.p, found.n, found.method, (*found.warnings, why), level=level
    )


def _compare_small(test: Callable[..., Comparison], method: Method, counts: tuple[int, int, int, int]) -> Comparison:
    """An exact unconditional test; above the stated size Fisher's mid-p, with a warning."""
    if counts[1] + counts[3] <= LARGEST_UNCONDITIONAL:
        return test(*counts)
    found = fisher.compare_mid_p(*counts)
    why = f"more than {LARGEST_UNCONDITIONAL} participants: Fisher's mid-p in place of {method.name.lower()}"
    return Comparison(found.statistic, found.p, found.n, found.method, None, None, (*found.warnings, why))


def list_samples(
    heading: Heading,
    methods: Sequence[Method],
    samples: tuple[Sequence[float], Sequence[float]],
    level: float,
    basis: Basis,
) -> list[ResultRow]:
    """The rows of every method for two samples among ``methods``, in their order."""
    rows: list[ResultRow] = []
    for method in methods:
        if method in SAMPLES:
            one, other = (np.asarray(sample, dtype=np.float64) for sample in samples)
            rows += list_answer(heading, SAMPLES[method](one, other, level), basis)  # type: ignore[arg-type]
    return rows


def list_counts(
    heading: Heading, methods: Sequence[Method], counts: tuple[int, int, int, int], level: float, basis: Basis
) -> list[ResultRow]:
    """The rows of every method for two counts (events and n, treated then control) among ``methods``, in order."""
    rows: list[ResultRow] = []
    for method in methods:
        if method in COUNTS:
            here = replace(heading, unit="ratio") if method in RATIOS else heading
            rows += list_answer(here, COUNTS[method](counts, level), basis)
    return rows


def list_answer(heading: Heading, answer: Estimate | Comparison, basis: Basis) -> list[ResultRow]:
    """The rows of an estimate or of a test."""
    if isinstance(answer, Estimate):
        return list_estimate(heading, answer, basis)
    return list_comparison(heading, answer, basis)


def list_share(
    heading: Heading, total: int, level: float, basis: Basis, methods: Sequence[Method] = ()
) -> list[ResultRow]:
    """Count of the basis's participants, percentage of ``total``, and the share with its interval.

    The interval is the first of ``methods`` that is for one share, or else Clopper & Pearson's.
    """
    method = next((one for one in methods if one in SHARES), Method.CLOPPER_PEARSON)
    count = len(basis.subjects)
    answer = SHARES[method](count, total, level)
    percent = 100 * count / total if total else None
    named = (("count", float(count)), ("n", float(total)), ("percent", percent))
    told = basis.warn(*answer.warnings) if answer.estimate is None else basis
    plain = [make_row(heading, name, value, told if value is None else basis, method.value) for name, value in named]
    return plain + list_estimate(heading, answer, basis)
