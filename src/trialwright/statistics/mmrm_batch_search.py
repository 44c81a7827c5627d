"""The covariance matrix of greatest restricted likelihood of one simulated trial. Compiled.

Expectation-maximisation steps lead near the maximum, Newton steps with the observed information finish.
"""

from numba import njit

from trialwright.statistics.arrays import FloatArray
from trialwright.statistics.mmrm_batch_algebra import go, sandwich
from trialwright.statistics.mmrm_batch_likelihood import evaluate
from trialwright.statistics.mmrm_batch_newton import find_move
from trialwright.statistics.mmrm_batch_room import Room
from trialwright.statistics.mmrm_batch_sums import Sums

_NEAR, _ROUNDS, _NEWTONS, _ATTEMPTS, _LIMIT = 1e-2, 60, 8, 6, 600
# Half of what -2 log L can still fall: sigma is then within 0.00005 of its own standard error.
_GAIN = 1e-9


@njit(nogil=True, error_model="numpy")
def search(sums: Sums, trial: int, has_covariate: bool, room: Room) -> bool:
    """The maximum; the room then holds everything that was evaluated there."""
    visits = room.sigma.shape[0]
    sigma, move, kept, before = room.sigma, room.move, room.kept, room.before
    _start(sums, trial, sigma)
    newton, started, near, step, slow, quick, attempts = False, False, _NEAR, 1.0, 0, 0, 0
    # One loop with one place of evaluation: compilers copy what is called, and that costs seconds.
    for _ in range(_LIMIT):
        fine = evaluate(sums, trial, has_covariate, room)
        back = False
        if not fine:
            if newton:
                step /= 2
                back = step < 1e-3
                if not back:
                    go(sigma, before, move, step)
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
                go(sigma, sigma, move, 1.0)
                continue
            newton, quick = True, 0
            kept[:] = sigma
        if not back:
            quick += 1
            gain = find_move(sums, trial, room)
            if 0.0 <= gain < _GAIN:
                return True
            back = gain < 0.0 or quick > _NEWTONS
            if not back:
                before[:] = sigma
                step = 1.0
                go(sigma, before, move, step)
        if back:
            # Not near enough for Newton: more of the slow steps.
            attempts += 1
            if attempts >= _ATTEMPTS:
                return False
            sigma[:] = kept
            newton, near, slow = False, near / 10, 0
    return False


@njit(nogil=True, error_model="numpy")
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


@njit(nogil=True, error_model="numpy")
def _propose(room: Room, members: int) -> float:
    """The step of expectation-maximisation, sigma slope sigma / members, and its largest relative change.

    Lengthened for the two means that each visit's residuals have lost.
    """
    largest = 0.0
    sandwich(room.sigma, room.slope, room.half, room.move)
    for a in range(room.sigma.shape[0]):
        for b in range(a + 1):
            room.move[a, b] = room.move[b, a] = room.move[a, b] / members
        largest = max(largest, abs(room.move[a, a]) / room.sigma[a, a])
    return largest
