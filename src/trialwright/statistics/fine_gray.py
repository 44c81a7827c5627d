"""Fine and Gray's model of the subdistribution hazard, with the sandwich standard error.

Where other software differs: several packages print the inverse information as the variance; the weights for censoring
make the terms of the score dependent, and only the sandwich (Fine & Gray 1999, section 3) is right. R's cmprsk has it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from trialwright.statistics.arrays import FloatArray, IntArray, as_columns, check_level, drop_incomplete, has_infinite
from trialwright.statistics.newton import Source, estimate_ratio, find_maximum
from trialwright.statistics.outcomes import Estimate
from trialwright.statistics.subdistribution import compute_risk_set


@dataclass(frozen=True, slots=True)
class FineGrayFit:
    """A fitted model, or the reason why there is none (then ``beta`` is empty).

    ``covariance`` is the sandwich; ``beta`` are log subdistribution hazard ratios.
    """

    beta: FloatArray
    covariance: FloatArray
    n: int
    n_events: int
    method: str
    warnings: tuple[str, ...] = ()

    def estimate(self, column: int, level: float = 0.95) -> Estimate:
        """The subdistribution hazard ratio of one column with Wald's interval; ``se`` is that of its logarithm.

        Equation (4) of fine_gray.md.
        """
        check_level(level)
        return estimate_ratio(self.beta, self.covariance, column, Source(self.n, self.method, self.warnings, level))


@dataclass(frozen=True, slots=True)
class _Data:
    """Sorted follow-up with, for each event time, everybody's weight in the subdistribution risk set."""

    x: FloatArray
    time: FloatArray
    event: IntArray
    times: FloatArray
    counts: FloatArray
    weight: FloatArray


def fit(time: ArrayLike, event: ArrayLike, covariates: ArrayLike, cause: int = 1) -> FineGrayFit:
    """The fitted model for ``cause``.

    Parameters
    ----------
    time, event : array_like, shape (n,)
        Follow-up time; 0 censored, 1, 2, … the event that came first. NaN means missing.
    covariates : array_like, shape (n,) or (n, p)
        Constant over time.
    cause : int
        The event of interest.

    Returns
    -------
    FineGrayFit
        Log subdistribution hazard ratios a unit of each covariate; ``beta`` is empty and ``warnings`` say why without such
        events, with a constant covariate or where a ratio is infinite.

    Raises
    ------
    ValueError
        When columns differ in length.

    Notes
    -----
    Those with a competing event stay at risk with weight G(t-) / G(T-), G the Kaplan-Meier curve of censoring
    (Fine & Gray 1999, JASA 94:496). Breslow's ties, as in cmprsk.

    References
    ----------
    Equations (1) to (6) of fine_gray.md.
    Fine & Gray 1999, JASA 94:496, sections 2 and 3.

    Examples
    --------
    >>> model = fit([2, 3, 3, 5, 6, 8, 9, 12], [1, 2, 0, 1, 1, 0, 2, 0], [0, 1, 0, 1, 0, 1, 0, 1])
    >>> round(model.estimate(0).estimate, 4)
    0.3524
    """
    method = "fine_gray.fit"
    times = np.atleast_1d(np.asarray(time, dtype=np.float64)).ravel()
    block = as_columns(covariates, times.size)
    (t, d, *columns), warnings = drop_incomplete(times, event, *block.T)
    x = np.column_stack(columns)
    wrong = ""
    if t.size == 0 or has_infinite(t, d, x):
        wrong = "no participants" if t.size == 0 else "a value is infinite"
    elif (t < 0).any() or (d < 0).any() or (d != np.rint(d)).any():
        wrong = "a time is negative or an event code is not a whole number from 0"
    elif not (d == cause).any():
        wrong = "no events of this kind"
    elif (x.std(axis=0) == 0).any():
        wrong = "a covariate is constant"
    if wrong:
        return FineGrayFit(np.zeros(0), np.zeros((0, 0)), t.size, 0, method, (*warnings, wrong))
    spread = x.std(axis=0)
    data = _prepare(t, np.where(d == cause, 1, np.where(d > 0, 2, 0)).astype(np.int64), (x - x.mean(axis=0)) / spread)
    found = find_maximum(lambda at: _evaluate(data, at), x.shape[1])
    if isinstance(found, str):
        return FineGrayFit(np.zeros(0), np.zeros((0, 0)), t.size, 0, method, (*warnings, found))
    beta = found.beta
    inverse = np.linalg.inv(found.information)
    residuals = _compute_residuals(data, beta)
    sandwich = inverse @ residuals.T @ residuals @ inverse / np.outer(spread, spread)
    return FineGrayFit(beta / spread, sandwich, t.size, int((d == cause).sum()), method, warnings)


def _prepare(time: FloatArray, event: IntArray, x: FloatArray) -> _Data:
    order = np.argsort(time, kind="stable")
    time, event, x = time[order], event[order], x[order]
    risk = compute_risk_set(time, event)
    return _Data(x, time, event, risk.times, risk.counts, risk.weight)


def _moments(data: _Data, beta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """exp(x beta), and the weighted sums S0, shape (k,), and means S1 / S0, shape (k, p), at each event time."""
    hazard = np.exp(data.x @ beta)
    loaded = data.weight * hazard[:, None]
    s0 = loaded.sum(axis=0)
    return hazard, s0, (loaded.T @ data.x) / s0[:, None]


def _evaluate(data: _Data, beta: FloatArray) -> tuple[float, FloatArray, FloatArray]:
    hazard, s0, means = _moments(data, beta)
    own = data.event == 1
    value = float((data.x[own] @ beta).sum() - data.counts @ np.log(s0))
    gradient = data.x[own].sum(axis=0) - data.counts @ means
    load = (data.weight * hazard[:, None]) @ (data.counts / s0)
    information = (data.x * load[:, None]).T @ data.x - (means * data.counts[:, None]).T @ means
    return value, gradient, information


def _compute_residuals(data: _Data, beta: FloatArray) -> FloatArray:
    """eta + psi of Fine & Gray's section 3: the score's parts, and what estimating G adds to them."""
    hazard, s0, means = _moments(data, beta)
    jumps = data.counts / s0
    place = np.searchsorted(data.times, data.time)
    own = data.event == 1
    eta = np.zeros(data.x.shape)
    eta[own] = data.x[own] - means[place[own]]
    loaded = data.weight * hazard[:, None] * jumps[None, :]
    eta -= data.x * loaded.sum(axis=1)[:, None] - loaded @ means
    return np.asarray(eta + _compute_censoring_part(data, loaded, means))


def _compute_censoring_part(data: _Data, loaded: FloatArray, means: FloatArray) -> FloatArray:
    """psi_i = int q(u) / Y(u) dM_i^c(u), with q the weight that competing events before u carry to times from u on."""
    moments = np.unique(data.time[data.event == 0])
    psi = np.zeros(data.x.shape)
    if moments.size == 0:
        return psi
    risk = np.array([float((data.time >= u).sum()) for u in moments])
    gone = np.array([float(((data.time == u) & (data.event == 0)).sum()) for u in moments])
    q = np.zeros((moments.size, data.x.shape[1]))
    for index, u in enumerate(moments):
        rival = (data.event == 2) & (data.time < u)
        later = data.times >= u
        part = loaded[np.ix_(rival, later)]
        q[index] = part.sum(axis=1) @ data.x[rival] - part.sum(axis=0) @ means[later]
    steps = q / risk[:, None]
    cumulated = np.concatenate((np.zeros((1, q.shape[1])), np.cumsum(steps * (gone / risk)[:, None], axis=0)))
    censored = data.event == 0
    psi[censored] = steps[np.searchsorted(moments, data.time[censored])]
    return np.asarray(psi - cumulated[np.searchsorted(moments, data.time, side="right")])
