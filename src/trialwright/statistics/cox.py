"""Cox's proportional hazards model: Efron's and Breslow's ties, strata, robust standard errors.

Where other software differs: Efron's is R's default, Breslow's SAS's; so every answer names its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from trialwright.statistics.arrays import FloatArray, IntArray, as_columns, check_level, drop_incomplete, has_infinite
from trialwright.statistics.newton import Source, estimate_ratio, find_maximum
from trialwright.statistics.outcomes import Comparison, Estimate

Ties = Literal["efron", "breslow"]


@dataclass(frozen=True, slots=True)
class CoxFit:
    """A fitted model, or the reason why there is none.

    Parameters
    ----------
    beta : ndarray, shape (p,)
        Log hazard ratios; empty when there is no fit.
    covariance, robust : ndarray, shape (p, p)
        Inverse information, and Lin & Wei's sandwich.
    log_likelihood, null_log_likelihood : float
        At ``beta`` and at zero.
    score : float
        The score statistic of beta = 0.
    n, n_events : int
        Participants and events.
    method : str
        ``cox.fit`` with the handling of ties.
    warnings : tuple of str
        Rows left out, or why there is no fit.
    """

    beta: FloatArray
    covariance: FloatArray
    robust: FloatArray
    log_likelihood: float
    null_log_likelihood: float
    score: float
    n: int
    n_events: int
    method: str
    warnings: tuple[str, ...] = ()

    def estimate(self, column: int, level: float = 0.95, robust: bool = False) -> Estimate:
        """The hazard ratio of one column with Wald's interval; ``se`` is that of its logarithm.

        Equations (3) and (4) of cox.md.
        """
        check_level(level)
        method = f"{self.method},robust" if robust and self.beta.size else self.method
        source = Source(self.n, method, self.warnings, level)
        return estimate_ratio(self.beta, self.robust if robust else self.covariance, column, source)

    def compare(self) -> Comparison:
        """The likelihood ratio test that all hazard ratios are 1 (equation (5) of cox.md)."""
        if self.beta.size == 0:
            return Comparison(None, None, self.n, self.method, warnings=self.warnings)
        statistic = 2 * (self.log_likelihood - self.null_log_likelihood)
        p = float(special.chdtrc(self.beta.size, max(statistic, 0.0)))
        return Comparison(statistic, p, self.n, self.method, float(self.beta.size), None, self.warnings)


@dataclass(frozen=True, slots=True)
class _Stratum:
    """One stratum sorted by time: covariates, and for each event time the first row at risk and the rows that fail."""

    x: FloatArray
    event: IntArray
    first: IntArray
    deaths: tuple[IntArray, ...]
    place: IntArray


def fit(
    time: ArrayLike, event: ArrayLike, covariates: ArrayLike, strata: ArrayLike | None = None, ties: Ties = "efron"
) -> CoxFit:
    """The fitted model.

    Parameters
    ----------
    time, event : array_like, shape (n,)
        Follow-up time; 1 event, 0 censored. NaN means missing: the row is left out.
    covariates : array_like, shape (n,) or (n, p)
        One column a covariate; factors as 0/1 columns.
    strata : array_like, shape (n,), optional
        Each stratum has a baseline hazard of its own.
    ties : str
        ``efron`` or ``breslow``.

    Returns
    -------
    CoxFit
        Log hazard ratios a unit of each covariate; ``beta`` is empty and ``warnings`` say why without events, with a
        constant covariate or where a ratio is infinite.

    Raises
    ------
    ValueError
        When columns differ in length.

    Notes
    -----
    Newton-Raphson with step halving (Cox 1972; Efron 1977; Breslow 1974). A coefficient that runs away (all events in
    one group) is reported, not printed. The sandwich is that of Lin & Wei (1989), from Efron's or Breslow's score
    residuals.

    References
    ----------
    Equations (1) to (4) of cox.md.
    Cox 1972, Journal of the Royal Statistical Society B 34:187; Efron 1977, JASA 72:557; Breslow 1974, Biometrics 30:89;
    Lin & Wei 1989, JASA 84:1074.

    Examples
    --------
    >>> model = fit([2, 3, 3, 5, 6, 8, 9, 12], [1, 1, 0, 1, 1, 0, 1, 0], [0, 1, 0, 1, 0, 1, 0, 1])
    >>> round(model.estimate(0).estimate, 4)
    0.5787
    """
    method = f"cox.fit:{ties}"
    times = np.atleast_1d(np.asarray(time, dtype=np.float64)).ravel()
    block = as_columns(covariates, times.size)
    codes = np.zeros(times.size)
    if strata is not None:
        codes = np.unique(np.asarray(strata).ravel(), return_inverse=True)[1].astype(np.float64)
    (t, d, s, *columns), warnings = drop_incomplete(times, event, codes, *block.T)
    x = np.column_stack(columns)
    wrong = _check(t, d, x)
    if wrong:
        return _refuse(method, t.size, (*warnings, wrong))
    spread = x.std(axis=0)
    if (spread == 0).any():
        return _refuse(method, t.size, (*warnings, "a covariate is constant"))
    scaled = (x - x.mean(axis=0)) / spread
    groups = [_sort(t[s == code], d[s == code].astype(np.int64), scaled[s == code]) for code in np.unique(s)]
    found = find_maximum(lambda at: _evaluate(groups, at, ties), x.shape[1])
    if isinstance(found, str):
        return _refuse(method, t.size, (*warnings, found))
    beta, value, start, score = found.beta, found.value, found.null_value, found.score
    inverse = np.linalg.inv(found.information)
    residuals = np.concatenate([_compute_residuals(group, beta, ties) for group in groups])
    sandwich = inverse @ residuals.T @ residuals @ inverse
    outer = np.outer(spread, spread)
    return CoxFit(
        beta / spread, inverse / outer, sandwich / outer, value, start, score, t.size, int(d.sum()), method, warnings
    )


def _check(t: FloatArray, d: FloatArray, x: FloatArray) -> str:
    if t.size == 0:
        return "no participants"
    if has_infinite(t, d, x):
        return "a value is infinite"
    if (t < 0).any():
        return "a time is negative"
    if not np.isin(d, (0.0, 1.0)).all():
        return "an event is neither 0 nor 1"
    return "" if d.any() else "no events"


def _sort(t: FloatArray, d: IntArray, x: FloatArray) -> _Stratum:
    order = np.argsort(t, kind="stable")
    t, d, x = t[order], d[order], x[order]
    times = np.unique(t[d == 1])
    first = np.searchsorted(t, times, side="left")
    deaths = tuple(np.flatnonzero((t == at) & (d == 1)) for at in times)
    return _Stratum(x, d, first.astype(np.int64), deaths, np.searchsorted(times, t, side="right").astype(np.int64))


def _evaluate(groups: Sequence[_Stratum], beta: FloatArray, ties: Ties) -> tuple[float, FloatArray, FloatArray]:
    value, gradient, information = 0.0, np.zeros(beta.size), np.zeros((beta.size, beta.size))
    for group in groups:
        weight = np.exp(group.x @ beta)
        s0 = _cumulate(weight)
        s1 = _cumulate(weight[:, None] * group.x)
        s2 = _cumulate(weight[:, None, None] * group.x[:, :, None] * group.x[:, None, :])
        for at, dead in zip(group.first, group.deaths, strict=True):
            d0, d1 = weight[dead].sum(), weight[dead] @ group.x[dead]
            d2 = (group.x[dead] * weight[dead, None]).T @ group.x[dead]
            value += float((group.x[dead] @ beta).sum())
            gradient += group.x[dead].sum(axis=0)
            for k in range(dead.size):
                share = k / dead.size if ties == "efron" else 0.0
                total = s0[at] - share * d0
                mean = (s1[at] - share * d1) / total
                value -= float(np.log(total))
                gradient -= mean
                information += (s2[at] - share * d2) / total - np.outer(mean, mean)
    return value, gradient, information


def _compute_residuals(group: _Stratum, beta: FloatArray, ties: Ties) -> FloatArray:
    """Score residuals, shape (n, p); they sum to the gradient."""
    weight = np.exp(group.x @ beta)
    s0, s1 = _cumulate(weight), _cumulate(weight[:, None] * group.x)
    hazard, moment = np.zeros(len(group.deaths) + 1), np.zeros((len(group.deaths) + 1, beta.size))
    residuals = np.zeros(group.x.shape)
    for j, (at, dead) in enumerate(zip(group.first, group.deaths, strict=True)):
        d0, d1 = weight[dead].sum(), weight[dead] @ group.x[dead]
        jump, jump_moment = 0.0, np.zeros(beta.size)
        for k in range(dead.size):
            share = k / dead.size if ties == "efron" else 0.0
            total = s0[at] - share * d0
            mean = (s1[at] - share * d1) / total
            jump, jump_moment = jump + 1 / total, jump_moment + mean / total
            residuals[dead] += (group.x[dead] - mean) / dead.size
            # Those who fail at this time leave the risk set by shares: they carry less of the later parts.
            residuals[dead] += share * weight[dead, None] * (group.x[dead] - mean) / total
        hazard[j + 1], moment[j + 1] = hazard[j] + jump, moment[j] + jump_moment
    own = weight[:, None] * (group.x * hazard[group.place][:, None] - moment[group.place])
    return np.asarray(residuals - own)


def _cumulate(values: FloatArray) -> FloatArray:
    """Sums from each row to the last one."""
    return np.asarray(np.cumsum(values[::-1], axis=0)[::-1])


def _refuse(method: str, n: int, why: tuple[str, ...]) -> CoxFit:
    empty = np.zeros(0)
    square = np.zeros((0, 0))
    return CoxFit(empty, square, square, 0.0, 0.0, 0.0, n, 0, method, why)
