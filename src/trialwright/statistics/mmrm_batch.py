"""The usual MMRM of very many simulated trials: unstructured covariance, Kenward-Roger-Linear, compiled.

The same model and the same numbers as ``mmrm_visits.estimate_visits`` with an unstructured matrix, for trials that share
arms and visits. Expectation-maximisation steps lead near the maximum, Newton steps with the observed information finish.
Compiled at the first call; not imported by the room itself. A trial whose fit fails is marked: the ladder of
``mmrm_visits`` can take it.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from trialwright.statistics.arrays import BoolArray, FloatArray, IntArray

_NEAR, _ROUNDS, _NEWTONS, _ATTEMPTS, _LIMIT = 1e-3, 60, 8, 5, 600


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
    """
    trials, n, visits = values.shape
    arm = np.asarray(treated, dtype=np.int64)
    if arm.shape != (n,) or (covariate is not None and covariate.shape != (trials, n)):
        raise ValueError("values are (trials, n, visits), treated is (n,), the covariate (trials, n)")
    extra = np.zeros((trials, n)) if covariate is None else np.asarray(covariate, dtype=np.float64)
    shape = (trials, visits)
    difference, se, df = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    converged = np.zeros(trials, dtype=np.bool_)
    data = np.ascontiguousarray(values, dtype=np.float64)
    extra = np.ascontiguousarray(extra)
    for trial in range(trials):
        answers = difference[trial], se[trial], df[trial]
        converged[trial] = _fit_one(data[trial], arm, extra[trial], covariate is not None, *answers)
    for part in (difference, se, df):
        part[~converged] = np.nan
    return Batch(difference, se, df, converged)


@njit(cache=True, nogil=True, error_model="numpy")
def _invert(matrix: FloatArray, keep: BoolArray, out: FloatArray) -> bool:
    """The inverse of the rows and columns in ``keep`` by Cholesky, zero elsewhere; False if not positive definite."""
    size = matrix.shape[0]
    index = np.empty(size, dtype=np.int64)
    m = 0
    for i in range(size):
        if keep[i]:
            index[m] = i
            m += 1
    root = np.zeros((m, m))
    for i in range(m):
        for j in range(i + 1):
            total = matrix[index[i], index[j]]
            for k in range(j):
                total -= root[i, k] * root[j, k]
            if i == j:
                if total <= 1e-12 * matrix[index[i], index[i]]:
                    return False
                root[i, i] = np.sqrt(total)
            else:
                root[i, j] = total / root[j, j]
    # The inverse of the root, then its square.
    for i in range(m):
        root[i, i] = 1.0 / root[i, i]
        for j in range(i):
            total = 0.0
            for k in range(j, i):
                total -= root[i, k] * root[k, j]
            root[i, j] = total * root[i, i]
    out[:, :] = 0.0
    for i in range(m):
        for j in range(i + 1):
            total = 0.0
            for k in range(i, m):
                total += root[k, i] * root[k, j]
            out[index[i], index[j]] = total
            out[index[j], index[i]] = total
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _evaluate(
    y: FloatArray, seen: BoolArray, like: IntArray, arm: IntArray, extra: FloatArray, p: int, sigma: FloatArray,
    w: FloatArray, phi: FloatArray, beta: FloatArray, wr: FloatArray, q: FloatArray, slope: FloatArray,
) -> bool:  # fmt: skip
    """Inverses, coefficients, weighted residuals, weighted designs, and the slope of -2 log L in sigma."""
    n, visits = y.shape
    information, right = np.zeros((p, p)), np.zeros(p)
    for i in range(n):
        if like[i] < i:
            w[i] = w[like[i]]
        elif not _invert(sigma, seen[i], w[i]):
            return False
        base = arm[i] * visits
        for a in range(visits):
            if not seen[i, a]:
                continue
            row, dot = 0.0, 0.0
            for b in range(visits):
                value = w[i, a, b]
                if value != 0.0:
                    information[base + a, base + b] += value
                    row += value
                    dot += value * y[i, b]
            right[base + a] += dot
            if p > 2 * visits:
                information[base + a, p - 1] += extra[i] * row
                information[p - 1, base + a] += extra[i] * row
                information[p - 1, p - 1] += extra[i] * extra[i] * row
                right[p - 1] += extra[i] * dot
    if not _invert(information, np.ones(p, dtype=np.bool_), phi):
        return False
    for s in range(p):
        beta[s] = 0.0
        for t in range(p):
            beta[s] += phi[s, t] * right[t]
    slope[:, :] = 0.0
    middle, half, residual = np.zeros((visits, visits)), np.zeros((visits, visits)), np.zeros(visits)
    for i in range(n):
        base = arm[i] * visits
        for a in range(visits):
            wr[i, a], residual[a] = 0.0, 0.0
            for s in range(p):
                q[i, a, s] = 0.0
            if seen[i, a]:
                residual[a] = y[i, a] - beta[base + a]
                if p > 2 * visits:
                    residual[a] -= extra[i] * beta[p - 1]
        for a in range(visits):
            if not seen[i, a]:
                continue
            row = 0.0
            for b in range(visits):
                value = w[i, a, b]
                wr[i, a] += value * residual[b]
                q[i, a, base + b] = value
                row += value
            if p > 2 * visits:
                q[i, a, p - 1] = extra[i] * row
        # X Phi X' of this participant, then W (.) W.
        for a in range(visits):
            for b in range(visits):
                value = phi[base + a, base + b]
                if p > 2 * visits:
                    value += (
                        extra[i] * (phi[base + a, p - 1] + phi[p - 1, base + b]) + extra[i] ** 2 * phi[p - 1, p - 1]
                    )
                middle[a, b] = value if seen[i, a] and seen[i, b] else 0.0
        for a in range(visits):
            for b in range(visits):
                total = 0.0
                for c in range(visits):
                    total += w[i, a, c] * middle[c, b]
                half[a, b] = total
        for a in range(visits):
            for b in range(visits):
                total = wr[i, a] * wr[i, b]
                for c in range(visits):
                    total += half[a, c] * w[i, c, b]
                slope[a, b] += w[i, a, b] - total
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _inform(
    w: FloatArray, wr: FloatArray, q: FloatArray, phi: FloatArray, arm: IntArray, pairs: IntArray, slopes: FloatArray
) -> FloatArray:
    """Observed information of the elements of sigma; fills the derivatives of X'V^-1 X into ``slopes``."""
    visits, p = q.shape[1], q.shape[2]
    k, width = pairs.shape[0], visits + p - 2 * visits
    tensor = np.zeros((visits * visits, visits * visits))
    ends = np.zeros((k, p))
    slopes[:] = 0.0
    columns = np.empty(width, dtype=np.int64)
    for group in range(2):
        # A design row is its own arm's columns and the covariate: the rest of q is zero.
        members = np.flatnonzero(arm == group)
        size = members.size
        if size == 0:
            continue
        for s in range(width):
            columns[s] = group * visits + s if s < visits else p - 1
        rows, weighted = np.empty((size, visits * width)), np.empty((size, visits))
        inner, pulls, matrices = (
            np.empty((width, width)),
            np.empty((size, visits * visits)),
            np.empty((size, visits**2)),
        )
        for s in range(width):
            for t in range(width):
                inner[s, t] = phi[columns[s], columns[t]]
        for j in range(size):
            i = members[j]
            for a in range(visits):
                weighted[j, a] = wr[i, a]
                for s in range(width):
                    rows[j, a * width + s] = q[i, a, columns[s]]
                for b in range(visits):
                    matrices[j, a * visits + b] = w[i, a, b]
        half = np.dot(rows.reshape(size * visits, width), inner).reshape(size, visits * width)
        for j in range(size):
            for a in range(visits):
                for d in range(visits):
                    value = weighted[j, a] * weighted[j, d] - matrices[j, a * visits + d] / 2
                    for t in range(width):
                        value += half[j, a * width + t] * rows[j, d * width + t]
                    pulls[j, a * visits + d] = value
        # tensor[(b, c), (a, d)] adds w[b, c] times the pull of a and d over the participants.
        turned_rows = rows.T.copy()
        tensor += np.dot(matrices.T.copy(), pulls)
        squares, drawn = np.dot(turned_rows, rows), np.dot(turned_rows, weighted)
        for one in range(k):
            a, b = pairs[one, 0], pairs[one, 1]
            share = 0.5 if a == b else 1.0
            for s in range(width):
                ends[one, columns[s]] += share * (drawn[a * width + s, b] + drawn[b * width + s, a])
                for t in range(width):
                    both = squares[a * width + s, b * width + t] + squares[b * width + s, a * width + t]
                    slopes[one, columns[s], columns[t]] -= share * both
    spanned = np.dot(ends, phi)
    # The trace of phi S_k phi S_l is the product of S_k phi, read along rows, with S_l phi, read along columns.
    across = np.dot(slopes.reshape(k * p, p), phi).reshape(k, p * p)
    turned = np.empty((p * p, k))
    for one in range(k):
        for s in range(p):
            for t in range(p):
                turned[s * p + t, one] = across[one, t * p + s]
    traces, crossed = np.dot(across, turned), np.dot(ends, spanned.T.copy())
    result = np.zeros((k, k))
    for one in range(k):
        a, b = pairs[one, 0], pairs[one, 1]
        for two in range(one + 1):
            c, d = pairs[two, 0], pairs[two, 1]
            total = _pick(tensor, visits, a, b, c, d) + _pick(tensor, visits, c, d, a, b)
            total /= (4.0 if a == b else 2.0) * (2.0 if c == d else 1.0)
            total -= crossed[one, two] + 0.5 * traces[one, two]
            result[one, two] = total
            result[two, one] = total
    return result


@njit(cache=True, nogil=True, error_model="numpy")
def _pick(tensor: FloatArray, visits: int, a: int, b: int, c: int, d: int) -> float:
    """The tensor at (a, b, c, d), both pairs turned both ways: the inner two are w's, the outer two the pull's."""
    total = tensor[b * visits + c, a * visits + d] + tensor[b * visits + d, a * visits + c]
    return float(total + tensor[a * visits + c, b * visits + d] + tensor[a * visits + d, b * visits + c])


@njit(cache=True, nogil=True, error_model="numpy")
def _find_start(y: FloatArray, seen: BoolArray, arm: IntArray) -> FloatArray:
    """Pairwise moments around the arms' means, drawn towards the diagonal."""
    n, visits = y.shape
    centred = np.zeros((n, visits))
    for a in range(visits):
        for group in range(2):
            total, count = 0.0, 0
            for i in range(n):
                if seen[i, a] and arm[i] == group:
                    total += y[i, a]
                    count += 1
            for i in range(n):
                if seen[i, a] and arm[i] == group:
                    centred[i, a] = y[i, a] - total / count
    sigma = np.zeros((visits, visits))
    for a in range(visits):
        for b in range(visits):
            total, count = 0.0, 0
            for i in range(n):
                if seen[i, a] and seen[i, b]:
                    total += centred[i, a] * centred[i, b]
                    count += 1
            sigma[a, b] = total / max(count, 1) * (1.0 if a == b else 0.7)
    return sigma


@njit(cache=True, nogil=True, error_model="numpy")
def _fit_one(
    y: FloatArray, arm: IntArray, extra: FloatArray, has_extra: bool,
    difference: FloatArray, se: FloatArray, df: FloatArray,
) -> bool:  # fmt: skip
    n, visits = y.shape
    p = 2 * visits + (1 if has_extra else 0)
    k = visits * (visits + 1) // 2
    seen = ~np.isnan(y)
    centre, members = 0.0, 0
    for i in range(n):
        if seen[i].any():
            centre += extra[i]
            members += 1
    # Fewer residuals than visits leave no positive definite matrix: the likelihood has no maximum.
    if members < max(3, visits + 2):
        return False
    like = np.arange(n)
    for i in range(n):
        for j in range(i - 1, -1, -1):
            if (seen[i] == seen[j]).all():
                like[i] = j
    extra = extra - centre / members
    pairs = np.zeros((k, 2), dtype=np.int64)
    index = 0
    for a in range(visits):
        for b in range(a + 1):
            pairs[index, 0], pairs[index, 1] = a, b
            index += 1
    sigma = _find_start(y, seen, arm)
    w, q = np.zeros((n, visits, visits)), np.zeros((n, visits, p))
    phi, beta, wr, slope = np.zeros((p, p)), np.zeros(p), np.zeros((n, visits)), np.zeros((visits, visits))
    slopes, spread, move = np.zeros((k, p, p)), np.zeros((k, k)), np.zeros((visits, visits))
    kept, before = sigma.copy(), sigma.copy()
    newton, started, near, step, slow, quick, attempts = False, False, _NEAR, 1.0, 0, 0, 0
    # One loop with one place of evaluation: compilers copy what is called, and that costs seconds.
    for _ in range(_LIMIT):
        fine = _evaluate(y, seen, like, arm, extra, p, sigma, w, phi, beta, wr, q, slope)
        back = False
        if not fine:
            if newton:
                step /= 2
                back = step < 1e-3
                if not back:
                    sigma = before - step * move
                    continue
            elif started:
                return False
            else:
                started = True
                for a in range(visits):
                    for b in range(visits):
                        if a != b:
                            sigma[a, b] = 0.0
                continue
        started = True
        if not back and not newton:
            slow += 1
            change = sigma @ slope @ sigma
            largest = 0.0
            for a in range(visits):
                largest = max(largest, abs(change[a, a]) / (members * sigma[a, a]))
            if largest >= near and slow < _ROUNDS:
                for a in range(visits):
                    for b in range(visits):
                        before[a, b] = sigma[a, b] - (change[a, b] + change[b, a]) / (2 * members)
                sigma = before.copy()
                continue
            newton, quick, kept = True, 0, sigma.copy()
        if not back:
            quick += 1
            gain = _find_move(w, wr, q, phi, slope, arm, pairs, slopes, spread, move)
            if 0.0 <= gain < 1e-11:
                return _conclude(w, q, phi, beta, pairs, slopes, spread, difference, se, df)
            back = gain < 0.0 or quick > _NEWTONS
            if not back:
                before, step = sigma.copy(), 1.0
                sigma = before - move
        if back:
            # Not near enough for Newton: more of the slow steps.
            attempts += 1
            if attempts >= _ATTEMPTS:
                return False
            newton, sigma, near, slow = False, kept.copy(), near / 10, 0
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def _find_move(
    w: FloatArray, wr: FloatArray, q: FloatArray, phi: FloatArray, slope: FloatArray, arm: IntArray,
    pairs: IntArray, slopes: FloatArray, spread: FloatArray, move: FloatArray,
) -> float:  # fmt: skip
    """The Newton step and its expected gain; -1 where the information is not positive definite."""
    k = pairs.shape[0]
    information = _inform(w, wr, q, phi, arm, pairs, slopes)
    scale, gradient = np.zeros(k), np.zeros(k)
    for one in range(k):
        if information[one, one] <= 0.0:
            return -1.0
        scale[one] = np.sqrt(information[one, one])
        a, b = pairs[one, 0], pairs[one, 1]
        gradient[one] = slope[a, b] * (1.0 if a == b else 2.0)
    for one in range(k):
        for two in range(k):
            information[one, two] /= scale[one] * scale[two]
    if not _invert(information, np.ones(k, dtype=np.bool_), spread):
        return -1.0
    gain = 0.0
    for one in range(k):
        total = 0.0
        for two in range(k):
            spread[one, two] /= scale[one] * scale[two]
            total += spread[one, two] * gradient[two]
        a, b = pairs[one, 0], pairs[one, 1]
        move[a, b] = total / 2
        move[b, a] = total / 2
        gain += gradient[one] * total / 4
    return gain


@njit(cache=True, nogil=True, error_model="numpy")
def _conclude(
    w: FloatArray, q: FloatArray, phi: FloatArray, beta: FloatArray, pairs: IntArray, slopes: FloatArray,
    spread: FloatArray, difference: FloatArray, se: FloatArray, df: FloatArray,
) -> bool:  # fmt: skip
    """Differences with Kenward and Roger's standard errors and df."""
    n, visits, p = q.shape
    k = pairs.shape[0]
    omega = np.zeros((visits, visits, visits, visits))
    for one in range(k):
        a, b = pairs[one, 0], pairs[one, 1]
        for two in range(k):
            c, d = pairs[two, 0], pairs[two, 1]
            value = spread[one, two] * (0.5 if a == b else 1.0) * (0.5 if c == d else 1.0)
            omega[a, b, c, d] += value
            omega[b, a, c, d] += value
            omega[a, b, d, c] += value
            omega[b, a, d, c] += value
    inner = np.zeros((n, visits, visits))
    for i in range(n):
        for a in range(visits):
            for d in range(visits):
                total = 0.0
                for b in range(visits):
                    for c in range(visits):
                        total += omega[a, b, c, d] * w[i, b, c]
                inner[i, a, d] = total
    z, turned = np.zeros(visits), np.zeros(p)
    for visit in range(visits):
        for s in range(p):
            turned[s] = phi[s, visits + visit] - phi[s, visit]
        variance = turned[visits + visit] - turned[visit]
        ends = np.zeros((k, p))
        gradient, spanned = np.zeros(k), np.zeros((k, p))
        for one in range(k):
            for s in range(p):
                for t in range(p):
                    ends[one, s] += slopes[one, s, t] * turned[t]
                gradient[one] += ends[one, s] * turned[s]
            for s in range(p):
                for t in range(p):
                    spanned[one, s] += phi[s, t] * ends[one, t]
        correction, bottom = 0.0, 0.0
        for i in range(n):
            for a in range(visits):
                z[a] = 0.0
                for s in range(p):
                    z[a] += q[i, a, s] * turned[s]
            for a in range(visits):
                for b in range(visits):
                    correction += z[a] * inner[i, a, b] * z[b]
        for one in range(k):
            for two in range(k):
                total = 0.0
                for s in range(p):
                    total += ends[one, s] * spanned[two, s]
                correction -= spread[one, two] * total
                bottom += gradient[one] * spread[one, two] * gradient[two]
        adjusted = variance + 2 * correction
        if adjusted <= 0 or bottom <= 0:
            return False
        difference[visit] = beta[visits + visit] - beta[visit]
        se[visit] = np.sqrt(adjusted)
        df[visit] = 2 * variance**2 / bottom
    return True
