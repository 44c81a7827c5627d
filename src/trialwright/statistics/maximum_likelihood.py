"""Maximum likelihood for a few smooth parameters: BFGS with an analytic gradient, Newton steps to finish.

The covariance is the inverse of the observed information, by central differences of the gradient.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import linalg, optimize

from trialwright.statistics.arrays import FloatArray

# Takes parameters; gives minus the log-likelihood and its gradient.
Objective = Callable[[FloatArray], tuple[float, FloatArray]]
_STEP, _FAR = 1e-5, 30.0


@dataclass(frozen=True, slots=True)
class Maximum:
    """Parameters of greatest likelihood, their covariance and the log-likelihood."""

    parameters: FloatArray
    covariance: FloatArray
    value: float


def find_maximum(objective: Objective, start: FloatArray) -> Maximum | str:
    """The maximum, or why there is none. Parameters are of the order of 1: scale the data first."""
    with np.errstate(all="ignore"):
        result = optimize.minimize(objective, start, jac=True, method="BFGS", options={"gtol": 1e-8, "maxiter": 500})
        at = np.asarray(result.x, dtype=np.float64)
        for _ in range(4):
            information = differentiate(objective, at)
            if not np.isfinite(information).all() or np.abs(at).max() > _FAR:
                return "a parameter is infinite: the data separate the arms or do not vary"
            if linalg.eigvalsh(information)[0] <= 1e-8 * max(1.0, float(np.abs(np.diag(information)).max())):
                return "the likelihood is flat: too little information"
            slope = objective(at)[1]
            move = np.linalg.solve(information, slope)
            at = at - move
            if float(slope @ move) < 1e-14:
                break
        else:
            return "did not converge"
        value = objective(at)[0]
    covariance = np.linalg.inv(differentiate(objective, at))
    return Maximum(at, np.asarray((covariance + covariance.T) / 2), -float(value))


def differentiate(objective: Objective, at: FloatArray) -> FloatArray:
    """The second derivatives, by central differences of the gradient."""
    rows = []
    for index in range(at.size):
        move = np.zeros(at.size)
        move[index] = _STEP
        rows.append((objective(at + move)[1] - objective(at - move)[1]) / (2 * _STEP))
    matrix = np.array(rows)
    return np.asarray((matrix + matrix.T) / 2)
