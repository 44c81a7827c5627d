"""The usual MMRM of very many simulated trials: unstructured covariance, Kenward-Roger-Linear, compiled.

The same model and the same numbers as ``mmrm_visits.estimate_visits`` with an unstructured matrix, for trials that share
arms and visits: equations (1) to (9) and (16) of mmrm.md. Participants who miss the same visits share one inverse, so the
likelihood needs only their sums (``mmrm_batch_sums``). One fit is a search (``mmrm_batch_search``, which calls the likelihood
and the Newton step) and a conclusion (``mmrm_batch_inference``), all in the arrays of one room (``mmrm_batch_room``).

Compiled at the first call; not imported by the room itself. A trial whose fit fails is marked: the ladder of
``mmrm_visits`` can take it.
"""

import hashlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from trialwright.statistics import (
    mmrm_batch_algebra,
    mmrm_batch_inference,
    mmrm_batch_likelihood,
    mmrm_batch_newton,
    mmrm_batch_room,
    mmrm_batch_search,
    mmrm_batch_sums,
)
from trialwright.statistics.arrays import BoolArray, FloatArray
from trialwright.statistics.mmrm_batch_inference import conclude
from trialwright.statistics.mmrm_batch_room import Room, open_room
from trialwright.statistics.mmrm_batch_search import search
from trialwright.statistics.mmrm_batch_sums import Sums, compute_sums

_BLOCK = 250
_COMPILED = (
    mmrm_batch_algebra, mmrm_batch_inference, mmrm_batch_likelihood, mmrm_batch_newton, mmrm_batch_room,
    mmrm_batch_search, mmrm_batch_sums,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """Differences arm 1 - arm 0 of each trial and visit, their standard errors and df, shape (trials, visits).

    NaN where ``converged``, shape (trials,), is False.
    """

    difference: FloatArray
    se: FloatArray
    df: FloatArray
    converged: BoolArray


def fit_batch(values: FloatArray, treated: ArrayLike, covariate: FloatArray | None = None) -> Batch:
    """Fits of all trials.

    Parameters
    ----------
    values : ndarray, shape (trials, n, visits)
        NaN means missing.
    treated : array_like of 0/1, shape (n,)
        The arm, the same in all trials.
    covariate : ndarray, shape (trials, n), optional
        One baseline covariate with one slope for all visits.

    Returns
    -------
    Batch
        Differences in the unit of the values; NaN for a trial whose fit fails.

    Raises
    ------
    ValueError
        When the shapes do not belong together.
    """
    trials, n, visits = values.shape
    arm = np.asarray(treated, dtype=np.int64)
    if arm.shape != (n,) or (covariate is not None and covariate.shape != (trials, n)):
        raise ValueError("values are (trials, n, visits), treated is (n,), the covariate (trials, n)")
    extra = np.zeros((trials, n)) if covariate is None else np.asarray(covariate, dtype=np.float64)
    found = np.full((trials, 3, visits), np.nan)
    converged = np.zeros(trials, dtype=np.bool_)
    room = open_room(n, visits)
    for start in range(0, trials, _BLOCK):
        some = slice(start, start + _BLOCK)
        data = np.ascontiguousarray(values[some], dtype=np.float64)
        sums = compute_sums(data, arm, np.ascontiguousarray(extra[some]))
        _fit_all(sums, covariate is not None, room, found[some], converged[some])
    found[~converged] = np.nan
    return Batch(found[:, 0], found[:, 1], found[:, 2], converged)


def _compile(sources: str) -> Callable[[Sums, bool, Room, FloatArray, BoolArray], None]:
    """The loop over trials.

    Of all that is compiled only this is kept on disk, for a function kept there does not see that one of another file has
    changed. ``sources`` is a digest of those files: as a variable of the closure it is part of what is kept.
    """

    @njit(cache=True, nogil=True, error_model="numpy")
    def fit_all(sums: Sums, has_covariate: bool, room: Room, found: FloatArray, converged: BoolArray) -> None:
        _ = sources
        for trial in range(found.shape[0]):
            # Fewer residuals than visits leave no positive definite matrix: the likelihood has no maximum.
            if sums.members[trial] >= max(3, found.shape[2] + 2) and search(sums, trial, has_covariate, room):
                converged[trial] = conclude(sums, trial, room, found[trial])

    return fit_all


_fit_all = _compile(hashlib.sha256("".join(map(inspect.getsource, _COMPILED)).encode()).hexdigest())
