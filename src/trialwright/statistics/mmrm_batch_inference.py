"""Standard errors and degrees of freedom of one simulated trial: Kenward-Roger-Linear, by visit. Compiled."""

import numpy as np
from numba import njit

from trialwright.statistics.arrays import FloatArray
from trialwright.statistics.mmrm_batch_algebra import FAST, sandwich
from trialwright.statistics.mmrm_batch_room import Room
from trialwright.statistics.mmrm_batch_sums import Sums


@njit(nogil=True, error_model="numpy", fastmath=FAST)
def conclude(sums: Sums, trial: int, room: Room, found: FloatArray) -> bool:
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


@njit(nogil=True, error_model="numpy", fastmath=FAST)
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
        sandwich(w, inner, room.half, out)
        xx = sums.xx[trial, g, 0] + sums.xx[trial, g, 1]
        for a in range(visits):
            for c in range(visits):
                corner += xx * out[a, c]
                for side in range(2):
                    curves[side, a, c] += sums.people[trial, g, side] * out[a, c]
                    bows[side, a] += sums.x[trial, g, side] * out[a, c]
    return curves, bows, corner
