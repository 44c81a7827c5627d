"""Counting over trials: sums that can be added in any grouping, and the characteristics that are made of them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trialwright.design.model import Model
from trialwright.design.people import list_sizes
from trialwright.design.scenario import Scenario
from trialwright.statistics import stopping
from trialwright.statistics.arrays import FloatArray

Key = tuple[str, str, str, str, str]
"""Analysis, parameter, visit, group (empty for the comparison), methods of interval and test with a bar between."""

_FIELDS = ("trials", "tested", "rejected", "estimated", "total", "square", "bounded", "covered", "limited", "width")


@dataclass(frozen=True, slots=True)
class Truth:
    """The true value of what is estimated (None where nothing is), and whether the arms do not differ at all."""

    value: float | None
    is_null: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What a method said in each trial, shape (trials,): NaN for nothing, infinite for a limit that does not exist."""

    estimate: FloatArray
    ci_low: FloatArray
    ci_high: FloatArray
    p: FloatArray


Sums = FloatArray


def add_up(answer: Answered, truth: Truth, alpha: float) -> Sums:
    """The sums of some trials: counts, and moments of the error of the estimate; shape (10,)."""
    tested = ~np.isnan(answer.p)
    sums = [answer.p.size, tested.sum(), (answer.p[tested] <= alpha).sum()]
    found = np.isfinite(answer.estimate)
    error = answer.estimate[found] - (truth.value or 0.0)
    sums += [found.sum(), error.sum(), (error**2).sum()]
    low, high = answer.ci_low, answer.ci_high
    bounded = ~np.isnan(low) & ~np.isnan(high)
    slack = 1e-9 * max(1.0, abs(truth.value or 0.0))
    value = math.nan if truth.value is None else truth.value
    covered = bounded & (low <= value + slack) & (high >= value - slack)
    limited = bounded & np.isfinite(low) & np.isfinite(high)
    sums += [bounded.sum(), covered.sum(), limited.sum(), (high[limited] - low[limited]).sum()]
    return np.array(sums, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Characteristic:
    """What one analysis does in one scenario.

    ``rejected`` is the share of the trials with a test in which p is at most 1 - confidence: the type I error where
    ``is_null``, else the power. ``coverage`` is the share of intervals that hold ``truth``; ``width`` the mean width of
    those with both limits. ``*_se`` are Monte Carlo standard errors. None: there is no such thing, or no trial had it.
    """

    scenario: str
    endpoint: str
    analysis: str
    parameter: str
    visit: str
    group: str
    interval: str
    test: str
    trials: int
    is_null: bool
    truth: float | None
    rejected: float | None
    rejected_se: float | None
    mean: float | None
    bias: float | None
    bias_se: float | None
    coverage: float | None
    coverage_se: float | None
    width: float | None
    not_tested: int
    not_estimated: int


@dataclass(frozen=True, slots=True)
class Stopping:
    """What the stopping rule does in one scenario: by simulation, with its Monte Carlo error, and exactly."""

    scenario: str
    trials: int
    rate: float
    flagged: float
    flagged_se: float
    treated: float
    treated_se: float | None
    exact_flagged: float
    exact_treated: float


def compute_characteristics(
    model: Model, scenario: Scenario, sums: Mapping[Key, Sums], truths: Mapping[Key, Truth]
) -> tuple[Characteristic, ...]:
    """The characteristics of one scenario, in the order of the plan."""
    endpoints = {one.analysis: one.endpoint for one in model.asked}
    return tuple(_characterise(scenario.id, endpoints[key[0]], key, found, truths[key]) for key, found in sums.items())


def _characterise(scenario: str, endpoint: str, key: Key, sums: Sums, truth: Truth) -> Characteristic:
    analysis, parameter, visit, group, methods = key
    interval, _, test = methods.partition("|")
    one = dict(zip(_FIELDS, sums.tolist(), strict=True))
    trials = int(one["trials"])
    bias, bias_se = _mean(one["estimated"], one["total"], one["square"])
    has_value = bool(interval) and truth.value is not None
    rejected = one["rejected"] / one["tested"] if one["tested"] else None
    coverage = one["covered"] / one["bounded"] if one["bounded"] and has_value else None
    return Characteristic(
        scenario, endpoint, analysis, parameter, visit, group, interval, test, trials, truth.is_null, truth.value,
        rejected, _share_se(rejected, one["tested"]),
        None if bias is None or truth.value is None else truth.value + bias, bias if has_value else None,
        bias_se if has_value else None, coverage, _share_se(coverage, one["bounded"]),
        one["width"] / one["limited"] if one["limited"] else None,
        trials - int(one["tested"]) if test else 0, trials - int(one["estimated"]) if interval else 0,
    )  # fmt: skip


def _share_se(share: float | None, n: float) -> float | None:
    return None if share is None else math.sqrt(share * (1 - share) / n)


def _mean(n: float, total: float, square: float) -> tuple[float | None, float | None]:
    """The mean and its standard error; of one value there is none."""
    if n == 0:
        return None, None
    mean = total / n
    if n < 2:
        return mean, None
    return mean, math.sqrt(max(square / n - mean**2, 0.0) / n)


def compute_stopping(model: Model, scenario: Scenario, counts: Sequence[float]) -> Stopping | None:
    """The stopping rule in one scenario; None where the study has none.

    Parameters
    ----------
    counts : sequence of float
        Trials, flags, the sum of those treated and of its square.
    """
    if model.stopping is None:
        return None
    trials, flags, total, square = counts
    arm = model.contrast[1 - model.stopping.side]
    rate = scenario.toxicity.get(arm, model.toxicity[arm])
    size = list_sizes(model, scenario)[1 - model.stopping.side]
    exact = stopping.compute_operating_characteristics(model.stopping.extend(size), rate)
    share = flags / trials
    mean, mean_se = _mean(trials, total, square)
    return Stopping(
        scenario.id, int(trials), rate, share, math.sqrt(share * (1 - share) / trials), mean or 0.0, mean_se,
        float(exact.stop[0]), float(exact.participants[0]),
    )  # fmt: skip


def merge_sums(parts: Iterable[Mapping[Key, Sums]]) -> dict[Key, Sums]:
    """The sums of several parts, added in their order: the same order gives the same bits."""
    merged: dict[Key, Sums] = {}
    for part in parts:
        for key, sums in part.items():
            merged[key] = merged[key] + sums if key in merged else sums
    return merged
