"""Newton-Raphson for a log-likelihood of few coefficients that may run away. Shared by Cox and Fine-Gray."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trialwright.statistics.arrays import FloatArray
from trialwright.statistics.outcomes import Estimate, exponentiate, wald

# Takes coefficients; gives the log-likelihood, its gradient and the information.
Evaluate = Callable[[FloatArray], tuple[float, FloatArray, FloatArray]]

# A coefficient whose information has fallen to this share of that at zero is on its way to infinity.
_ROUNDS, _FLAT = 50, 1e-5


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the likelihood is greatest, and the log-likelihood and score statistic at zero."""

    beta: FloatArray
    value: float
    information: FloatArray
    null_value: float
    score: float


def find_maximum(evaluate: Evaluate, size: int) -> Maximum | str:
    """The maximum from zero by full steps, halved while they do not help; or why there is none."""
    beta = np.zeros(size)
    value, gradient, information = evaluate(beta)
    null_value, flat = value, np.diag(information).copy()
    if np.linalg.matrix_rank(information) < size:
        return "the covariates do not vary among those at risk, or are combinations of each other"
    score = float(gradient @ np.linalg.solve(information, gradient))
    for _ in range(_ROUNDS):
        if (np.diag(information) < _FLAT * flat).any() or np.linalg.matrix_rank(information) < size:
            return "a hazard ratio is infinite: all events are on one side"
        step = np.linalg.solve(information, gradient)
        gain = float(gradient @ step)
        # The sum of thousands of logarithms is rounded: what cannot be told from no change is no step back.
        slack = 1e-10 + 1e-12 * abs(value)
        for halving in range(20):
            tried = beta + step / 2**halving
            # A step too far may overflow; it is then halved.
            with np.errstate(all="ignore"):
                new = evaluate(tried)
            if all(np.isfinite(part).all() for part in new) and new[0] >= value - slack:
                break
        else:
            return "did not converge"
        beta, (value, gradient, information) = tried, new
        if gain < 1e-18 and (np.diag(information) >= _FLAT * flat).all():
            return Maximum(beta, value, information, null_value, score)
    return "did not converge"


@dataclass(frozen=True, slots=True)
class Source:
    """What an estimate of a coefficient says about where it comes from."""

    n: int
    method: str
    warnings: tuple[str, ...]
    level: float


def estimate_ratio(beta: FloatArray, covariance: FloatArray, column: int, source: Source) -> Estimate:
    """exp of one coefficient with Wald's interval; no number where there are no coefficients."""
    if beta.size == 0:
        return Estimate(None, None, None, None, source.n, source.method, source.warnings, level=source.level)
    value, se = float(beta[column]), float(covariance[column, column]) ** 0.5
    return exponentiate(wald(value, se, source.n, source.method, source.warnings, level=source.level))
