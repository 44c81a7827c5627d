"""How wide an interval would have been with more participants: what a small trial must say beside its estimates."""

from trialwright.analyse.compare import COUNTS
from trialwright.analyse.rows import Basis, Heading, make_row
from trialwright.results import ResultRow
from trialwright.statistics.outcomes import Estimate
from trialwright.vocabulary.methods import Method

SIZES = (20, 50)
"""Participants an arm."""


def is_small(n1: int, n0: int) -> bool:
    """Whether both arms have participants and neither more than the larger size."""
    return 0 < n1 <= SIZES[-1] and 0 < n0 <= SIZES[-1]


def list_count_widths(
    heading: Heading, method: Method, counts: tuple[int, int, int, int], level: float, basis: Basis
) -> list[ResultRow]:
    """``width_20`` and ``width_50``: the method's interval for the same shares (rounded to whole participants)."""
    x1, n1, x0, n0 = counts
    rows: list[ResultRow] = []
    for size in SIZES if is_small(n1, n0) else ():
        answer = COUNTS[method]((round(x1 / n1 * size), size, round(x0 / n0 * size), size), level)
        if isinstance(answer, Estimate) and answer.ci_low is not None and answer.ci_high is not None:
            rows.append(make_row(heading, f"width_{size}", answer.ci_high - answer.ci_low, basis, answer.method))
    return rows


def list_sample_widths(
    heading: Heading, limits: list[ResultRow], sizes: tuple[int, int], basis: Basis
) -> list[ResultRow]:
    """``width_20`` and ``width_50`` from the two limits: a width goes with the root of 1/n1 + 1/n0."""
    found = {row.statistic: row for row in limits if row.statistic in ("ci_low", "ci_high") and row.value is not None}
    if len(found) < 2 or not is_small(*sizes):
        return []
    low, high = found["ci_low"], found["ci_high"]
    width = (high.value or 0.0) - (low.value or 0.0)
    rows = []
    for size in SIZES:
        scaled = width * ((2 / size) / (1 / sizes[0] + 1 / sizes[1])) ** 0.5
        rows.append(make_row(heading, f"width_{size}", scaled, basis, low.method))
    return rows
