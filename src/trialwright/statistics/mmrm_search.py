"""Finding the covariance matrix of greatest restricted likelihood.

Scoring steps along the natural parameters from the moments of the least-squares residuals, then Newton steps with the
observed information: a handful of evaluations, and the last ones converge quadratically. Where a step leaves the
positive definite matrices or does not help it is halved; where that fails, BFGS over free parameters takes over.
"""

import numpy as np
from scipy import linalg, optimize

from trialwright.statistics.arrays import FloatArray
from trialwright.statistics.mmrm_covariance import Covariance, is_positive_definite
from trialwright.statistics.mmrm_reml import State, Sums, compute_information, evaluate, project

# Expected gain in log-likelihood that still counts as one, and the largest gradient of -2 log L accepted after BFGS.
_GAIN, _SLOPE = 1e-13, 1e-3
# Smallest eigenvalue of the correlation matrix below which the search has left all sensible matrices.
_SINGULAR = 1e-6
_STEPS = 60


def find_maximum(sums: Sums, covariance: Covariance, beta: FloatArray) -> tuple[FloatArray, State] | str:
    """The covariance matrix with the greatest restricted likelihood and the state there, or why there is none.

    ``beta`` are least-squares coefficients; the residuals' moments make the start.
    """
    moments, together = compute_moments(sums, beta)
    if covariance.structure == "unstructured" and not together:
        return "two visits were never observed together in one participant"
    if sums.n_participants < 2 and sums.visits > 1:
        return "only one participant"
    start = covariance.approach(moments)
    # A hopeless fit overflows on its way; every state is checked, so the warnings say nothing more.
    with np.errstate(all="ignore"):
        found = _step(sums, covariance, start)
        if found is None:
            found = _descend(sums, covariance, np.diag(moments).copy())
    if isinstance(found, str):
        return found
    if found is None:
        return "did not converge"
    if not is_positive_definite(found[0]):
        return "the covariance matrix is not positive definite"
    return found


def compute_moments(sums: Sums, beta: FloatArray) -> tuple[FloatArray, bool]:
    """Mean products of residuals over the participants who have both visits, made positive definite.

    Also whether every pair of visits was observed together.
    """
    contrast = np.append(-beta, 1.0)
    products = project(sums, np.outer(contrast, contrast)).sum(axis=0)
    both = (sums.count[:, None, None] * (sums.seen[:, :, None] & sums.seen[:, None, :])).sum(axis=0)
    lost = sums.columns / sums.n_observations
    moments = products / np.maximum(both, 1.0) / (1 - lost)
    variances = np.maximum(np.diag(moments), 1e-3 * float(np.diag(moments).mean()))
    sd = np.sqrt(variances)
    correlation = np.clip(moments / np.outer(sd, sd), -0.95, 0.95)
    np.fill_diagonal(correlation, 1.0)
    lowest = float(linalg.eigvalsh(correlation)[0])
    if lowest < 0.05:
        # Mixed with the identity until the smallest eigenvalue is 0.05.
        share = (0.05 - lowest) / (1 - lowest)
        correlation = (1 - share) * correlation + share * np.eye(sums.visits)
    return correlation * np.outer(sd, sd), bool((both > 0).all())


def _step(sums: Sums, covariance: Covariance, sigma: FloatArray) -> tuple[FloatArray, State] | str | None:
    """The maximum by scoring and Newton steps; None when they get stuck, words when there is nothing to find."""
    natural = covariance.to_natural(sigma)
    state = evaluate(sums, sigma)
    newton = False
    for _ in range(_STEPS):
        if state is None:
            return None
        first, second = covariance.differentiate(natural)
        gradient = np.tensordot(first, state.slope, axes=2)
        information = compute_information(sums, state, first, second, observed=newton)
        move = _solve(information, gradient)
        if move is None:
            if not newton:
                return None
            newton = False
            continue
        gain = float(gradient @ move) / 2
        if gain < _GAIN and newton:
            return sigma, state
        newton = gain < 0.1
        moved = _shorten(sums, covariance, natural, move, state.deviance + (1e-7 if gain < 1e-6 else 0.0))
        if moved is None:
            return None
        natural, sigma, state = moved
        if _is_singular(sigma):
            return "the likelihood rises towards a singular covariance matrix: too few participants for it"
    return None


def _is_singular(sigma: FloatArray) -> bool:
    """Whether one visit has become a combination of the others."""
    scale = np.sqrt(np.diag(sigma))
    return bool(linalg.eigvalsh(sigma / np.outer(scale, scale))[0] < _SINGULAR)


def _solve(information: FloatArray, gradient: FloatArray) -> FloatArray | None:
    """Half of information^-1 gradient, the step downhill; None where the information is not positive definite."""
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    scaled = information / np.outer(scale, scale)
    if not (np.isfinite(scaled).all() and np.isfinite(gradient / scale).all()):
        return None
    try:
        factor = linalg.cho_factor(scaled)
    except linalg.LinAlgError:
        return None
    return np.asarray(linalg.cho_solve(factor, gradient / scale) / scale / 2)


def _shorten(
    sums: Sums, covariance: Covariance, natural: FloatArray, move: FloatArray, ceiling: float
) -> tuple[FloatArray, FloatArray, State] | None:
    """The first of the full, half, quarter … step that is allowed and does not raise -2 log L above ``ceiling``."""
    for halvings in range(25):
        tried = natural - move / 2**halvings
        with np.errstate(invalid="ignore"):
            sigma = covariance.build_natural(tried)
        if not np.isfinite(sigma).all() or not (np.diag(sigma) > 0).all() or not is_positive_definite(sigma):
            continue
        state = evaluate(sums, sigma)
        if state is not None and state.deviance <= ceiling:
            return tried, sigma, state
    return None


def _descend(sums: Sums, covariance: Covariance, variances: FloatArray) -> tuple[FloatArray, State] | None:
    """The BFGS minimum of -2 log L over free parameters, with the analytic gradient."""

    def objective(free: FloatArray) -> tuple[float, FloatArray]:
        with np.errstate(all="ignore"):
            sigma = covariance.build_free(free)
            state = evaluate(sums, sigma) if np.isfinite(sigma).all() else None
        if state is None:
            return 1e10, np.zeros(free.size)
        return state.deviance, np.tensordot(covariance.differentiate_free(free), state.slope, axes=2)

    size = max(1.0, sums.n_observations / 100)
    goal = {"gtol": 1e-7 * size, "maxiter": 500}
    result = optimize.minimize(  # type: ignore[call-overload]
        objective, covariance.start(variances), jac=True, method="BFGS", options=goal
    )
    sigma = covariance.build_free(result.x)
    state = evaluate(sums, sigma) if np.isfinite(sigma).all() else None
    if state is None or float(np.abs(result.jac).max()) > _SLOPE * size:
        return None
    return np.asarray(sigma), state
