"""Barnard's exact unconditional test of two proportions, with the true supremum over the common rate.

Where other software differs: scipy's ``barnard_exact`` may stop at a local maximum, breaks ties of the statistic by
rounding, and takes the columns of its table as the groups: a transposed table gives another p.
"""

from scipy import special

from trialwright.statistics.outcomes import Comparison, refuse_comparison
from trialwright.statistics.proportion import check_counts
from trialwright.statistics.risk_difference import compute_exact_p
from trialwright.statistics.score_2x2 import compute_score_z

LARGEST_EXACT = 1000


def compare(events1: float, n1: float, events0: float, n0: float) -> Comparison:
    """The two-sided p-value; ``statistic`` is the pooled z of p1 - p0.

    Parameters
    ----------
    events1, n1, events0, n0 : int
        Participants with the event and all, arm 1 and arm 0.

    Returns
    -------
    Comparison
        z of p1 - p0 and the exact two-sided p-value (above 1,000 participants the asymptotic one, with a warning). None
        with a warning where a count is missing, infinite, not whole or greater than n, or an arm is empty.

    Notes
    -----
    Tables are ordered by |z| with pooled variance; p is the largest probability, over the common rate, of a table at
    least as extreme (Barnard 1947; Suissa & Shuster 1985).

    References
    ----------
    Equations (1) and (2) of barnard.md.
    Barnard 1947, Biometrika 34:123; Suissa & Shuster 1985, Journal of the Royal Statistical Society A 148:317.

    Examples
    --------
    >>> round(compare(9, 10, 3, 10).p, 5)
    0.00796
    """
    method = "barnard.compare"
    wrong = check_counts((events1, n1), (events0, n0))
    if wrong:
        return refuse_comparison(method, 0, wrong)
    z = float(compute_score_z(events1, n1, events0, n0, 0.0, inflate=False))
    if n1 + n0 > LARGEST_EXACT:
        why = f"more than {LARGEST_EXACT} participants: asymptotic p-value"
        return Comparison(z, 2 * float(special.ndtr(-abs(z))), int(n1 + n0), f"{method}:asymptotic", warnings=(why,))
    p = compute_exact_p(int(events1), int(n1), int(events0), int(n0))
    none = events1 + events0 in (0, n1 + n0)
    return Comparison(z, p, int(n1 + n0), method, warnings=("all participants had the same outcome",) if none else ())
