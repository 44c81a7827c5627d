"""The usual MMRM of very many simulated trials: unstructured covariance, Kenward-Roger-Linear, compiled.

The same model and the same numbers as ``mmrm_visits.estimate_visits`` with an unstructured matrix, for trials that share
arms and visits. Participants who miss the same visits share one inverse, so the likelihood needs only their sums
(``mmrm_batch_sums``). The coefficients are the arms' means by visit and one covariate's slope; their covariance Phi is
diag(B1, B0, 0) + z z' / schur with B = K'K the inverse of an arm's information, u = B c for the covariate's cross terms c
and z = (-u1, -u0, 1): nothing larger than visits x visits is inverted but the information of sigma itself. Derivatives
are kept multiplied by K, and with the element of sigma as their last axis, where loops are fast.

Expectation-maximisation steps lead near the maximum, Newton steps with the observed information finish. Compiled at the
first call; not imported by the room itself. All that is compiled here is in this file, because a compiled function that
is kept on disk does not see that another file has changed. A trial whose fit fails is marked: the ladder of
``mmrm_visits`` can take it.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from trialwright.statistics.arrays import BoolArray, FloatArray, IntArray
from trialwright.statistics.mmrm_batch_sums import Sums, compute_sums

_NEAR, _ROUNDS, _NEWTONS, _ATTEMPTS, _LIMIT, _BLOCK = 1e-2, 60, 8, 6, 600, 250
# Half of what -2 log L can still fall: sigma is then within 0.00005 of its own standard error.
_GAIN = 1e-9
# Sums may be taken in any order, which lets the processor do several at once; NaN still counts.
_FAST = {"reassoc", "contract", "nsz"}


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
    found = np.full((trials, 3, visits), np.nan)
    converged = np.zeros(trials, dtype=np.bool_)
    room = _open_room(n, visits)
    for start in range(0, trials, _BLOCK):
        some = slice(start, start + _BLOCK)
        data = np.ascontiguousarray(values[some], dtype=np.float64)
        sums = compute_sums(data, arm, np.ascontiguousarray(extra[some]))
        _fit_all(sums, covariate is not None, room, found[some], converged[some])
    found[~converged] = np.nan
    return Batch(found[:, 0], found[:, 1], found[:, 2], converged)


class Room(NamedTuple):
    """Arrays that are filled again for each fit; k elements of sigma, in the order of ``pairs``.

    Parameters
    ----------
    sigma, slope, move, kept, before, scratch, half : ndarray, shape (visits, visits)
        The covariance, the slope of -2 log L in it, the step proposed, two earlier places, and scratch.
    w, pull : ndarray, shape (patterns, visits, visits)
        Inverses (zero where not seen), and what a pattern pulls at sigma.
    root, inverse : ndarray, shape (2, visits, visits)
        By arm K, lower triangular, and B = K'K.
    u, white, beta : ndarray, shape (2, visits)
        B c, K c, and the means (minus ``centre``).
    scalar : ndarray, shape (2,)
        The slope of the covariate and 1 / schur; both 0 without one.
    pairs, place : ndarray of int, shapes (k, 2) and (visits, visits)
        Row and column of each element, and the element at a row and column.
    share : ndarray, shape (k,)
        1 / 2 on the diagonal, 1 beside it.
    spread, information, tensor : ndarray, shape (k, k)
        Covariance and information of the elements, and scratch.
    arms, cross, corner : ndarray, shapes (2, visits, visits, k), (2, visits, k), (k,)
        Derivatives of X'V^-1 X: by arm K S K', arm and covariate K s, covariate.
    ends, last : ndarray, shapes (2, visits, k), (k,)
        K X'W E W r by arm, and the same of the covariate, with r the residuals.
    features : ndarray, shape (…, k)
        Columns whose products are what the estimated coefficients take from the information.
    """

    sigma: FloatArray
    slope: FloatArray
    move: FloatArray
    kept: FloatArray
    before: FloatArray
    scratch: FloatArray
    half: FloatArray
    w: FloatArray
    pull: FloatArray
    root: FloatArray
    inverse: FloatArray
    u: FloatArray
    white: FloatArray
    beta: FloatArray
    scalar: FloatArray
    pairs: IntArray
    place: IntArray
    share: FloatArray
    spread: FloatArray
    information: FloatArray
    tensor: FloatArray
    arms: FloatArray
    cross: FloatArray
    corner: FloatArray
    ends: FloatArray
    last: FloatArray
    features: FloatArray


def _open_room(n: int, v: int) -> Room:
    pairs = np.array([(a, b) for a in range(v) for b in range(a + 1)], dtype=np.int64).reshape(-1, 2)
    k = len(pairs)
    place = np.zeros((v, v), dtype=np.int64)
    place[pairs[:, 0], pairs[:, 1]] = place[pairs[:, 1], pairs[:, 0]] = np.arange(k)
    shapes: list[tuple[int, ...]] = [(v, v)] * 7 + [(n, v, v)] * 2 + [(2, v, v)] * 2 + [(2, v)] * 3 + [(2,)]
    shapes += [(k, k)] * 3 + [(2, v, v, k), (2, v, k), (k,), (2, v, k), (k,), (2 * k + 4 * v + 2, k)]
    share = np.where(pairs[:, 0] == pairs[:, 1], 0.5, 1.0)
    names: list[str] = [name for name in Room._fields if name not in ("pairs", "place", "share")]
    parts = {name: np.zeros(shape) for name, shape in zip(names, shapes, strict=True)}
    return Room(pairs=pairs, place=place, share=share, **parts)


@njit(cache=True, nogil=True, error_model="numpy")
def _fit_all(sums: Sums, has_covariate: bool, room: Room, found: FloatArray, converged: BoolArray) -> None:
    for trial in range(found.shape[0]):
        # Fewer residuals than visits leave no positive definite matrix: the likelihood has no maximum.
        if sums.members[trial] >= max(3, found.shape[2] + 2) and _search(sums, trial, has_covariate, room):
            converged[trial] = _conclude(sums, trial, room, found[trial])


@njit(cache=True, nogil=True, error_model="numpy")
def _search(sums: Sums, trial: int, has_covariate: bool, room: Room) -> bool:
    """The maximum; the room then holds everything that was evaluated there."""
    visits = room.sigma.shape[0]
    sigma, move, kept, before = room.sigma, room.move, room.kept, room.before
    _start(sums, trial, sigma)
    newton, started, near, step, slow, quick, attempts = False, False, _NEAR, 1.0, 0, 0, 0
    # One loop with one place of evaluation: compilers copy what is called, and that costs seconds.
    for _ in range(_LIMIT):
        fine = _evaluate(sums, trial, has_covariate, room)
        back = False
        if not fine:
            if newton:
                step /= 2
                back = step < 1e-3
                if not back:
                    _go(sigma, before, move, step)
                    continue
            elif started:
                return False
            else:
                started = True
                for a in range(visits):
                    for b in range(visits):
                        sigma[a, b] = sigma[a, b] if a == b else 0.0
                continue
        started = True
        if not back and not newton:
            slow += 1
            if _propose(room, sums.members[trial] - 2) >= near and slow < _ROUNDS:
                _go(sigma, sigma, move, 1.0)
                continue
            newton, quick = True, 0
            kept[:] = sigma
        if not back:
            quick += 1
            gain = _find_move(sums, trial, room)
            if 0.0 <= gain < _GAIN:
                return True
            back = gain < 0.0 or quick > _NEWTONS
            if not back:
                before[:] = sigma
                step = 1.0
                _go(sigma, before, move, step)
        if back:
            # Not near enough for Newton: more of the slow steps.
            attempts += 1
            if attempts >= _ATTEMPTS:
                return False
            sigma[:] = kept
            newton, near, slow = False, near / 10, 0
    return False


@njit(cache=True, nogil=True, error_model="numpy")
def _start(sums: Sums, trial: int, sigma: FloatArray) -> None:
    """Pairwise moments around the arms' means, drawn towards the diagonal."""
    visits = sigma.shape[0]
    for a in range(visits):
        for b in range(a + 1):
            total, count = 0.0, 0.0
            for g in range(sums.groups[trial]):
                if sums.seen[trial, g, a] * sums.seen[trial, g, b] > 0.0:
                    total += sums.yy[trial, g, a, b]
                    count += sums.people[trial, g, 0] + sums.people[trial, g, 1]
            sigma[a, b] = sigma[b, a] = total / max(count - 2.0, 1.0) * (1.0 if a == b else 0.7)


@njit(cache=True, nogil=True, error_model="numpy")
def _go(sigma: FloatArray, origin: FloatArray, move: FloatArray, step: float) -> None:
    for a in range(sigma.shape[0]):
        for b in range(sigma.shape[0]):
            sigma[a, b] = origin[a, b] - step * move[a, b]


@njit(cache=True, nogil=True, error_model="numpy")
def _sandwich(left: FloatArray, middle: FloatArray, half: FloatArray, out: FloatArray) -> None:
    """left middle left of two symmetric matrices; ``half`` is scratch."""
    size = left.shape[0]
    for i in range(size):
        for j in range(size):
            total = 0.0
            for c in range(size):
                total += left[i, c] * middle[j, c]
            half[i, j] = total
    for i in range(size):
        for j in range(i + 1):
            total = 0.0
            for c in range(size):
                total += half[i, c] * left[j, c]
            out[i, j] = out[j, i] = total


@njit(cache=True, nogil=True, error_model="numpy")
def _propose(room: Room, members: int) -> float:
    """The step of expectation-maximisation, sigma slope sigma / members, and its largest relative change.

    Lengthened for the two means that each visit's residuals have lost.
    """
    largest = 0.0
    _sandwich(room.sigma, room.slope, room.half, room.move)
    for a in range(room.sigma.shape[0]):
        for b in range(a + 1):
            room.move[a, b] = room.move[b, a] = room.move[a, b] / members
        largest = max(largest, abs(room.move[a, a]) / room.sigma[a, a])
    return largest


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def _invert(matrix: FloatArray, keep: FloatArray, root: FloatArray, out: FloatArray) -> bool:
    """K lower triangular and K'K, the inverse of the rows and columns in ``keep``; False if not positive definite.

    Zero where not kept. ``root`` is filled up to the diagonal.
    """
    size = matrix.shape[0]
    line = np.empty(size)
    for i in range(size):
        for j in range(size):
            out[i, j] = 0.0
        for j in range(i + 1):
            root[i, j] = 0.0
        if keep[i] == 0.0:
            continue
        for j in range(i + 1):
            if keep[j] == 0.0:
                continue
            total = matrix[i, j]
            for k in range(j):
                total -= root[i, k] * root[j, k]
            if i == j:
                if not total > 1e-12 * matrix[i, i]:
                    return False
                root[i, i] = 1.0 / np.sqrt(total)
            else:
                root[i, j] = total * root[j, j]
    # The diagonal holds its inverse; now the inverse of the rest, row by row.
    for i in range(size):
        for j in range(i):
            line[j] = 0.0
        for k in range(i):
            value = root[i, k]
            for j in range(k + 1):
                line[j] -= value * root[k, j]
        for j in range(i):
            root[i, j] = line[j] * root[i, i]
    for k in range(size):
        for i in range(k + 1):
            value = root[k, i]
            for j in range(i + 1):
                out[i, j] += value * root[k, j]
    for i in range(size):
        for j in range(i):
            out[j, i] = out[i, j]
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _evaluate(sums: Sums, trial: int, has_covariate: bool, room: Room) -> bool:
    """Inverses, coefficients, pulls and the slope of -2 log L at ``room.sigma``; False where it is not allowed."""
    for g in range(sums.groups[trial]):
        if not _invert(room.sigma, sums.seen[trial, g], room.half, room.w[g]):
            return False
    if not _solve(sums, trial, has_covariate, room):
        return False
    _pull(sums, trial, room)
    return True


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def _solve(sums: Sums, trial: int, has_covariate: bool, room: Room) -> bool:
    """The coefficients and the parts of their covariance."""
    visits = room.sigma.shape[0]
    everything = np.ones(visits)
    cross, right = np.zeros((2, visits)), np.zeros((2, visits))
    corner, last = 0.0, 0.0
    for side in range(2):
        room.half[:] = 0.0
        for g in range(sums.groups[trial]):
            count, x, xx = sums.people[trial, g, side], sums.x[trial, g, side], sums.xx[trial, g, side]
            if count == 0.0:
                continue
            for a in range(visits):
                row = 0.0
                for b in range(visits):
                    value = room.w[g, a, b]
                    room.half[a, b] += count * value
                    right[side, a] += value * sums.y[trial, g, side, b]
                    row += value
                cross[side, a] += x * row
                corner += xx * row
                last += row * sums.xy[trial, g, side, a]
        if not _invert(room.half, everything, room.root[side], room.inverse[side]):
            return False
    schur, pulled = corner, last
    for side in range(2):
        for a in range(visits):
            room.u[side, a] = room.white[side, a] = room.beta[side, a] = 0.0
            for b in range(visits):
                room.u[side, a] += room.inverse[side, a, b] * cross[side, b]
                room.beta[side, a] += room.inverse[side, a, b] * right[side, b]
            for b in range(a + 1):
                room.white[side, a] += room.root[side, a, b] * cross[side, b]
            schur -= cross[side, a] * room.u[side, a]
            pulled -= cross[side, a] * room.beta[side, a]
    room.scalar[:] = 0.0
    if has_covariate:
        if not schur > 1e-12 * corner:
            return False
        room.scalar[0], room.scalar[1] = pulled / schur, 1.0 / schur
        for side in range(2):
            for a in range(visits):
                room.beta[side, a] -= room.scalar[0] * room.u[side, a]
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def _pull(sums: Sums, trial: int, room: Room) -> None:
    """By pattern W (R + X Phi X') W - W / 2 with the residuals' products R, and the slope."""
    visits = room.sigma.shape[0]
    b, least = room.scalar[0], room.scalar[1]
    total = room.scratch
    room.slope[:] = 0.0
    for g in range(sums.groups[trial]):
        for i in range(visits):
            for j in range(visits):
                total[i, j] = sums.yy[trial, g, i, j]
        for side in range(2):
            count, x, xx = sums.people[trial, g, side], sums.x[trial, g, side], sums.xx[trial, g, side]
            if count == 0.0:
                continue
            y, xy, beta, u = sums.y[trial, g, side], sums.xy[trial, g, side], room.beta[side], room.u[side]
            for i in range(visits):
                own, other = count * beta[i] + b * x - y[i], b * (x * beta[i] - xy[i]) - least * x * u[i]
                other += (b * b + least) * xx
                lead = count * least * u[i] - least * x
                for j in range(visits):
                    value = own * beta[j] + lead * u[j] + count * room.inverse[side, i, j]
                    total[i, j] += value + other - beta[i] * y[j] - b * xy[j]
        weight = sums.people[trial, g, 0] + sums.people[trial, g, 1]
        w, pull = room.w[g], room.pull[g]
        _sandwich(w, total, room.half, pull)
        for i in range(visits):
            for j in range(visits):
                room.slope[i, j] += weight * w[i, j] - pull[i, j]
                pull[i, j] -= weight * w[i, j] / 2


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def _find_move(sums: Sums, trial: int, room: Room) -> float:
    """The Newton step and its expected gain; -1 where the observed information is not positive definite."""
    k = room.pairs.shape[0]
    _differentiate(sums, trial, room)
    _fill_features(room)
    _inform(sums.groups[trial], room)
    information = room.information
    scale, gradient, everything = np.zeros(k), np.zeros(k), np.ones(k)
    for one in range(k):
        if not information[one, one] > 0.0:
            return -1.0
        scale[one] = 1.0 / np.sqrt(information[one, one])
        gradient[one] = room.slope[room.pairs[one, 0], room.pairs[one, 1]] * 2.0 * room.share[one]
    for one in range(k):
        for two in range(k):
            information[one, two] *= scale[one] * scale[two]
    if not _invert(information, everything, room.tensor, room.spread):
        return -1.0
    gain = 0.0
    for one in range(k):
        total = 0.0
        for two in range(k):
            room.spread[one, two] *= scale[one] * scale[two]
            total += room.spread[one, two] * gradient[two]
        a, b = room.pairs[one, 0], room.pairs[one, 1]
        room.move[a, b] = room.move[b, a] = total / 2
        gain += gradient[one] * total / 4
    return gain


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def _differentiate(sums: Sums, trial: int, room: Room) -> None:
    """The derivative of X'V^-1 X in each element of sigma, -X'W E W X, and X'W E W r."""
    visits, k = room.sigma.shape[0], room.pairs.shape[0]
    b = room.scalar[0]
    room.arms[:] = 0.0
    room.cross[:] = 0.0
    room.ends[:] = 0.0
    room.corner[:] = 0.0
    room.last[:] = 0.0
    first, second, white = np.empty((visits, k)), np.empty((visits, k)), np.empty((visits, visits))
    row, drawn, crossed = np.empty(visits), np.empty(visits), np.empty(visits)
    for g in range(sums.groups[trial]):
        w = room.w[g]
        for a in range(visits):
            row[a] = 0.0
            for c in range(visits):
                row[a] += w[a, c]
        for side in range(2):
            count, x, xx = sums.people[trial, g, side], sums.x[trial, g, side], sums.xx[trial, g, side]
            if count == 0.0:
                continue
            for a in range(visits):
                drawn[a] = crossed[a] = 0.0
                for c in range(visits):
                    beta = room.beta[side, c]
                    drawn[a] += w[a, c] * (sums.y[trial, g, side, c] - count * beta - b * x)
                    crossed[a] += w[a, c] * (sums.xy[trial, g, side, c] - x * beta - b * xx)
            for i in range(visits):
                for c in range(visits):
                    white[i, c] = 0.0
                for a in range(i + 1):
                    value = room.root[side, i, a]
                    for c in range(visits):
                        white[i, c] += value * w[a, c]
            for one in range(k):
                c, d, share = room.pairs[one, 0], room.pairs[one, 1], room.share[one]
                room.corner[one] -= 2 * share * xx * row[c] * row[d]
                room.last[one] += share * (row[c] * crossed[d] + row[d] * crossed[c])
                for i in range(visits):
                    one_way, other_way = white[i, c], share * white[i, d]
                    first[i, one], second[i, one] = one_way, other_way
                    room.cross[side, i, one] -= x * (share * one_way * row[d] + other_way * row[c])
                    room.ends[side, i, one] += share * one_way * drawn[d] + other_way * drawn[c]
            for i in range(visits):
                for j in range(i + 1):
                    for one in range(k):
                        both = first[i, one] * second[j, one] + second[i, one] * first[j, one]
                        room.arms[side, i, j, one] -= count * both
    for side in range(2):
        for i in range(visits):
            for j in range(i):
                room.arms[side, j, i] = room.arms[side, i, j]


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def _fill_features(room: Room) -> None:
    """Columns F with F'F = e Phi e' + tr(Phi S Phi S) / 2, for S the derivatives and e = X'W E W r."""
    visits, k = room.sigma.shape[0], room.pairs.shape[0]
    least = np.sqrt(room.scalar[1])
    features, bent = room.features, np.empty(k)
    size = features.shape[0]
    both, turned = features[size - 2], features[size - 1]
    both[:] = room.corner
    turned[:] = room.last
    at = 0
    for side in range(2):
        for i in range(visits):
            white = room.white[side, i]
            for one in range(k):
                bent[one] = room.cross[side, i, one]
            for j in range(visits):
                value = room.white[side, j]
                for one in range(k):
                    bent[one] -= room.arms[side, i, j, one] * value
            for one in range(k):
                both[one] -= white * (room.cross[side, i, one] + bent[one])
                turned[one] -= white * room.ends[side, i, one]
                features[at, one] = least * bent[one]
                features[at + 1, one] = room.ends[side, i, one]
            at += 2
            # An element beside the diagonal stands for two.
            for j in range(i + 1):
                factor = np.sqrt(0.5) if i == j else 1.0
                for one in range(k):
                    features[at, one] = factor * room.arms[side, i, j, one]
                at += 1
    for one in range(k):
        both[one] *= np.sqrt(0.5) * least * least
        turned[one] *= least


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def _inform(groups: int, room: Room) -> None:
    """The observed information of the elements of sigma."""
    k = room.pairs.shape[0]
    place, pairs, information, tensor = room.place, room.pairs, room.information, room.tensor
    # tensor[bc, ad] adds w[b, c] times the pull at a and d over the patterns.
    tensor[:] = 0.0
    pulls = np.empty(k)
    for g in range(groups):
        for one in range(k):
            pulls[one] = room.pull[g, pairs[one, 0], pairs[one, 1]]
        for one in range(k):
            value = room.w[g, pairs[one, 0], pairs[one, 1]]
            for two in range(k):
                tensor[one, two] += value * pulls[two]
    for one in range(k):
        for two in range(one):
            both = tensor[one, two] + tensor[two, one]
            tensor[one, two] = tensor[two, one] = both
        tensor[one, one] *= 2.0
    information[:] = 0.0
    for f in range(room.features.shape[0]):
        for one in range(k):
            value = room.features[f, one]
            for two in range(one + 1):
                information[one, two] -= value * room.features[f, two]
    for one in range(k):
        a, b = pairs[one, 0], pairs[one, 1]
        for two in range(one + 1):
            c, d = pairs[two, 0], pairs[two, 1]
            total = 2.0 * (tensor[place[b, c], place[a, d]] + tensor[place[b, d], place[a, c]])
            total *= (0.5 * room.share[one]) * room.share[two]
            information[one, two] += total
            information[two, one] = information[one, two]


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def _conclude(sums: Sums, trial: int, room: Room, found: FloatArray) -> bool:
    """Difference, Kenward and Roger's standard error and df of each visit into ``found``, shape (3, visits).

    With t = Phi l for the contrast l: the variance is l't, the correction t'(sum of X'W D W X) t with D the sum over
    pairs of elements of spread times W, less the sum of spread times t'S Phi S t; df = 2 variance^2 / g'(spread) g with
    g = t'S t.
    """
    visits, k = room.sigma.shape[0], room.pairs.shape[0]
    curves, bows, corner = _curve(sums, trial, room)
    # The columns of t, in the coordinates that K gives, and t itself.
    white, turned = np.empty((2, visits)), np.empty((2, visits))
    ends, gradient = np.empty((2 * visits + 1, k)), np.empty(k)
    tip, across, bent = np.empty(k), np.empty(k), np.empty(k)
    least = np.sqrt(room.scalar[1])
    for visit in range(visits):
        last = room.scalar[1] * (room.u[0, visit] - room.u[1, visit])
        correction = last * last * corner
        for side in range(2):
            sign = 2.0 * side - 1.0
            for i in range(visits):
                white[side, i] = -last * room.white[side, i]
                if i >= visit:
                    white[side, i] += sign * room.root[side, i, visit]
                turned[side, i] = sign * room.inverse[side, i, visit] - last * room.u[side, i]
            for i in range(visits):
                value = 2 * last * bows[side, i]
                for j in range(visits):
                    value += curves[side, i, j] * turned[side, j]
                correction += turned[side, i] * value
        for one in range(k):
            tip[one] = room.corner[one] * last
            gradient[one] = across[one] = 0.0
        for side in range(2):
            for i in range(visits):
                value = white[side, i]
                for one in range(k):
                    bent[one] = room.cross[side, i, one] * last
                    tip[one] += room.cross[side, i, one] * value
                for j in range(visits):
                    other = white[side, j]
                    for one in range(k):
                        bent[one] += room.arms[side, i, j, one] * other
                for one in range(k):
                    gradient[one] += bent[one] * value
                    across[one] -= bent[one] * room.white[side, i]
                    ends[side * visits + i, one] = bent[one]
        for one in range(k):
            gradient[one] += tip[one] * last
            ends[2 * visits, one] = least * (across[one] + tip[one])
        bottom = 0.0
        for one in range(k):
            value = 0.0
            for two in range(k):
                value += room.spread[one, two] * gradient[two]
            bottom += value * gradient[one]
        for f in range(2 * visits + 1):
            for one in range(k):
                value = 0.0
                for two in range(k):
                    value += room.spread[one, two] * ends[f, two]
                correction -= value * ends[f, one]
        variance = turned[1, visit] - turned[0, visit]
        adjusted = variance + 2 * correction
        if not (adjusted > 0.0 and bottom > 0.0):
            return False
        centred = room.beta[1, visit] - room.beta[0, visit]
        found[0, visit] = sums.centre[trial, 1, visit] - sums.centre[trial, 0, visit] + centred
        found[1, visit] = np.sqrt(adjusted)
        found[2, visit] = 2 * variance**2 / bottom
    return True


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_FAST)
def _curve(sums: Sums, trial: int, room: Room) -> tuple[FloatArray, FloatArray, float]:
    """Sums of X'W D W X by arm, arm and covariate, covariate."""
    visits, k = room.sigma.shape[0], room.pairs.shape[0]
    curves, bows, corner = np.zeros((2, visits, visits)), np.zeros((2, visits)), 0.0
    turned, weights = room.tensor, np.empty(k)
    # D at (a, d) adds spread[ab, cd] times w[b, c]: the same spread, read across.
    for one in range(k):
        a, d = room.pairs[one, 0], room.pairs[one, 1]
        for two in range(k):
            b, c = room.pairs[two, 0], room.pairs[two, 1]
            both = room.spread[room.place[a, b], room.place[c, d]] + room.spread[room.place[a, c], room.place[b, d]]
            turned[one, two] = room.share[two] * both
    inner, out = room.scratch, room.slope
    for g in range(sums.groups[trial]):
        w = room.w[g]
        for two in range(k):
            weights[two] = w[room.pairs[two, 0], room.pairs[two, 1]]
        for one in range(k):
            total = 0.0
            for two in range(k):
                total += turned[one, two] * weights[two]
            inner[room.pairs[one, 0], room.pairs[one, 1]] = total
            inner[room.pairs[one, 1], room.pairs[one, 0]] = total
        _sandwich(w, inner, room.half, out)
        xx = sums.xx[trial, g, 0] + sums.xx[trial, g, 1]
        for a in range(visits):
            for c in range(visits):
                corner += xx * out[a, c]
                for side in range(2):
                    curves[side, a, c] += sums.people[trial, g, side] * out[a, c]
                    bows[side, a] += sums.x[trial, g, side] * out[a, c]
    return curves, bows, corner
