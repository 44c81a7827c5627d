"""The Newton step of one simulated trial's covariance matrix, with the observed information. Compiled.

Derivatives are kept multiplied by K, and with the element of sigma as their last axis, where loops are fast.
"""

import numpy as np
from numba import njit

from trialwright.statistics.mmrm_batch_algebra import FAST, invert
from trialwright.statistics.mmrm_batch_room import Room
from trialwright.statistics.mmrm_batch_sums import Sums


@njit(nogil=True, error_model="numpy", fastmath=FAST)
def find_move(sums: Sums, trial: int, room: Room) -> float:
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
    if not invert(information, everything, room.tensor, room.spread):
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


@njit(nogil=True, error_model="numpy", fastmath=FAST)
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


@njit(nogil=True, error_model="numpy", fastmath=FAST)
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


@njit(nogil=True, error_model="numpy", fastmath=FAST)
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
