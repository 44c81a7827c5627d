"""The restricted likelihood of one simulated trial at one covariance matrix: coefficients, pulls, slope. Compiled.

The coefficients are the arms' means by visit and one covariate's slope; their covariance Phi is diag(B1, B0, 0) + z z' /
schur with B = K'K the inverse of an arm's information, u = B c for the covariate's cross terms c and z = (-u1, -u0, 1):
nothing larger than visits x visits is inverted.
"""

import numpy as np
from numba import njit

from trialwright.statistics.mmrm_batch_algebra import FAST, invert, sandwich
from trialwright.statistics.mmrm_batch_room import Room
from trialwright.statistics.mmrm_batch_sums import Sums


@njit(nogil=True, error_model="numpy")
def evaluate(sums: Sums, trial: int, has_covariate: bool, room: Room) -> bool:
    """Inverses, coefficients, pulls and the slope of -2 log L at ``room.sigma``; False where it is not allowed."""
    for g in range(sums.groups[trial]):
        if not invert(room.sigma, sums.seen[trial, g], room.half, room.w[g]):
            return False
    if not _solve(sums, trial, has_covariate, room):
        return False
    _pull(sums, trial, room)
    return True


@njit(nogil=True, error_model="numpy", fastmath=FAST)
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
        if not invert(room.half, everything, room.root[side], room.inverse[side]):
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


@njit(nogil=True, error_model="numpy")
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
        sandwich(w, total, room.half, pull)
        for i in range(visits):
            for j in range(visits):
                room.slope[i, j] += weight * w[i, j] - pull[i, j]
                pull[i, j] -= weight * w[i, j] / 2
