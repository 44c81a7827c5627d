"""Methods for two arms' times to an event by their id: tests, and estimates of what lies between the arms."""

from collections.abc import Callable

import numpy as np

from trialwright.analyse.survival import Times
from trialwright.statistics import censored_regression, cox, fine_gray, gray, hodges_lehmann, log_rank, rmst
from trialwright.statistics.arrays import FloatArray
from trialwright.statistics.outcomes import Comparison, Estimate, exponentiate
from trialwright.vocabulary.methods import Method

Test = Callable[[Times, Times, float], Comparison]
Between = Callable[[Times, Times, float, float], Estimate]
Within = Callable[[Times, float, float], Estimate]


def join_arms(one: Times, other: Times) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Days, codes and arm (1 for the first) of both arms."""
    arm = np.concatenate((np.ones(one.days.size), np.zeros(other.days.size)))
    return np.concatenate((one.days, other.days)), np.concatenate((one.codes, other.codes)), arm


def is_event(codes: FloatArray) -> FloatArray:
    """1 for the event itself, 0 for censored and for a competing death."""
    return np.asarray(codes == 1, dtype=np.float64)


def _compare_competing(test: Callable[..., Comparison]) -> Test:
    """A test that knows of competing events."""

    def compare(one: Times, other: Times, horizon: float) -> Comparison:
        del horizon
        return test(*join_arms(one, other))

    return compare


def _compare_held(test: Callable[..., Comparison]) -> Test:
    """A test in which a competing death is held at the horizon: that participant never has the event."""

    def compare(one: Times, other: Times, horizon: float) -> Comparison:
        days, codes, arm = join_arms(one, other)
        return test(np.where(codes == 2, horizon, days), is_event(codes), arm)

    return compare


def _estimate_durations(one: Times, other: Times, horizon: float, level: float) -> Estimate:
    return hodges_lehmann.estimate_shift(hold_never(one, horizon), hold_never(other, horizon), level)


def _estimate_cox(one: Times, other: Times, horizon: float, level: float) -> Estimate:
    """The cause-specific hazard ratio: a competing death is censored."""
    del horizon
    days, codes, arm = join_arms(one, other)
    return cox.fit(days, is_event(codes), arm).estimate(0, level)


def _estimate_fine_gray(one: Times, other: Times, horizon: float, level: float) -> Estimate:
    del horizon
    days, codes, arm = join_arms(one, other)
    return fine_gray.fit(days, codes, arm).estimate(0, level)


def _estimate_weibull(one: Times, other: Times, horizon: float, level: float) -> Estimate:
    """The ratio of times of a Weibull model for (last time without, first time with the event]; never is after the
    horizon."""
    low, high = (
        np.concatenate(parts) for parts in zip(*(bound_times(times, horizon) for times in (one, other)), strict=True)
    )
    treated = np.concatenate((np.ones(one.days.size), np.zeros(other.days.size)))
    fitted = censored_regression.fit(low, high, treated, "weibull")
    return exponentiate(fitted.estimate(0, level))


def _estimate_free(times: Times, horizon: float, level: float) -> Estimate:
    return rmst.estimate(times.days, (times.codes > 0).astype(np.float64), horizon, level)


def _estimate_lost(times: Times, horizon: float, level: float) -> Estimate:
    return rmst.estimate_lost(times.days, times.codes, horizon, 1, level)


def hold_never(times: Times, horizon: float) -> FloatArray:
    """Durations: infinite for a death and for whoever reached the horizon without the event; missing for the lost."""
    never = (times.codes == 2) | ((times.codes == 0) & (times.days >= horizon))
    return np.where(never, np.inf, np.where(times.codes == 1, times.days, np.nan))


def bound_times(times: Times, horizon: float) -> tuple[FloatArray, FloatArray]:
    """Each participant's time between two days: of an event since it was last not there, of all others from the last
    day on; a competing death never has the event, which is then after the horizon."""
    happened = times.codes == 1
    low = np.where(happened, times.lows, np.where(times.codes == 2, horizon, times.days))
    return low, np.where(happened, times.days, np.inf)


TESTS: dict[Method, Test] = {
    Method.GRAY: _compare_competing(gray.compare),
    Method.GRAY_EXACT: _compare_competing(gray.compare_exact),
    Method.LOG_RANK: _compare_held(log_rank.compare),
    Method.LOG_RANK_EXACT: _compare_held(log_rank.compare_exact),
}
WITHIN: dict[Method, Within] = {Method.RMST: _estimate_free, Method.RMST_LOST: _estimate_lost}
"""Restricted means up to the horizon: days free of any event, and days after the event (lost or won)."""
BETWEEN: dict[Method, tuple[Between, str]] = {
    Method.HODGES_LEHMANN: (_estimate_durations, "days"),
    Method.COX: (_estimate_cox, "ratio"),
    Method.FINE_GRAY: (_estimate_fine_gray, "ratio"),
    Method.CENSORED_REGRESSION: (_estimate_weibull, "ratio"),
    Method.RMST: (lambda one, other, at, level: _compare_means(Method.RMST, one, other, at, level), "days"),
    Method.RMST_LOST: (lambda one, other, at, level: _compare_means(Method.RMST_LOST, one, other, at, level), "days"),
}
"""What lies between the arms, with its unit."""


def _compare_means(method: Method, one: Times, other: Times, horizon: float, level: float) -> Estimate:
    return rmst.compare(*(WITHIN[method](times, horizon, level) for times in (one, other)))
