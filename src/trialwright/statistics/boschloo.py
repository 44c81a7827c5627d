"""Boschloo's exact unconditional test: Fisher's p-value as the statistic, its distribution without fixed margins.

Never less powerful than Fisher's test. Where other software differs: scipy doubles the smaller one-sided p and may miss
the supremum; here tables are ordered by Fisher's two-sided p (Boschloo 1970), as in R's ``Exact``.
"""

import functools

import numpy as np

from trialwright.statistics.arrays import FloatArray
from trialwright.statistics.fisher import compute_fisher_p
from trialwright.statistics.outcomes import Comparison, refuse_comparison
from trialwright.statistics.proportion import check_counts
from trialwright.statistics.unconditional import compute_supremum

LARGEST_EXACT = 400


def compare(events1: float, n1: float, events0: float, n0: float) -> Comparison:
    """The two-sided p-value; ``statistic`` is Fisher's two-sided p, which is never smaller.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Participants with the event and all, arm 1 and arm 0.

    Returns
    -------
    Comparison
        Fisher's two-sided p and the unconditional p-value (above 400 participants Fisher's, with a warning). None with a
        warning where a count is missing, infinite, not whole or greater than n, or an arm is empty.

    References
    ----------
    Equation (1) of boschloo.md.
    Boschloo 1970, Statistica Neerlandica 24:1.

    Examples
    --------
    >>> round(compare(2, 12, 15, 18).p, 5)
    0.00028
    """
    method = "boschloo.compare"
    wrong = check_counts((events1, n1), (events0, n0))
    if wrong:
        return refuse_comparison(method, 0, wrong)
    x1, m1, x0, m0 = int(events1), int(n1), int(events0), int(n0)
    if m1 + m0 > LARGEST_EXACT:
        bound = compute_fisher_p(x1, m1, x0, m0)
        why = f"more than {LARGEST_EXACT} participants: Fisher's p-value, which is never smaller"
        return Comparison(bound, bound, m1 + m0, f"{method}:fisher", warnings=(why,))
    table = tabulate_fisher_p(m1, m0)
    observed = float(table[x1, x0])
    p = compute_supremum(table <= observed * (1 + 1e-7))[0]
    none = x1 + x0 in (0, m1 + m0)
    return Comparison(observed, p, m1 + m0, method, warnings=("all participants had the same outcome",) if none else ())


@functools.lru_cache(maxsize=16)
def tabulate_fisher_p(n1: int, n0: int) -> FloatArray:
    """Fisher's two-sided p of every table with arms of n1 and n0, shape (n1 + 1, n0 + 1)."""
    table = np.array([[compute_fisher_p(i, n1, j, n0) for j in range(n0 + 1)] for i in range(n1 + 1)])
    table.setflags(write=False)
    return table
