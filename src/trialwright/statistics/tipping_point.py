"""Tipping points: how bad the missing values of one arm must be before the conclusion changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trialwright.statistics.outcomes import Estimate


@dataclass(frozen=True, slots=True)
class TippingPoint:
    """The analyses along the shifts, and the first shift at which the interval holds the null value.

    ``shift`` is None when the conclusion holds at every shift, or never held; ``warnings`` says which.
    """

    shifts: tuple[float, ...]
    results: tuple[Estimate, ...]
    shift: float | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingOutcomes:
    """Events, participants with a known outcome, and participants without one, of one arm."""

    events: int
    known: int
    missing: int


@dataclass(frozen=True, slots=True)
class BinaryCases:
    """Analyses of every way in which the missing outcomes can have fallen.

    ``table[i][j]`` has i events among the missing of arm 1 and j among those of arm 0.
    """

    table: tuple[tuple[Estimate, ...], ...]
    best_for_arm1: Estimate
    worst_for_arm1: Estimate


def find_shift(analyse: Callable[[float], Estimate], shifts: Sequence[float], null: float = 0.0) -> TippingPoint:
    """The first of ``shifts`` at which the result of ``analyse`` no longer excludes ``null``.

    Parameters
    ----------
    analyse : callable
        Takes a shift that is added to the imputed values of the treated arm and gives the estimate.
    shifts : sequence of float
        From none to the worst that is thinkable.
    null : float
        Value that the interval must hold.

    Returns
    -------
    TippingPoint
        Every analysis, and the shift; None with a warning where it never tips or was never significant.

    References
    ----------
    Equations (1) and (2) of tipping_point.md.
    Ratitch, O'Kelly & Tosiello 2013, Pharmaceutical Statistics 12:337.

    Examples
    --------
    >>> def analyse(shift: float) -> Estimate:
    ...     return Estimate(1.0 - shift, 0.4 - shift, 1.6 - shift, None, 20, "a.b")
    >>> find_shift(analyse, [0.0, 0.25, 0.5]).shift
    0.5
    """
    results = tuple(analyse(shift) for shift in shifts)
    excluded = [_excludes(result, null) for result in results]
    if not results or not excluded[0]:
        why = "no shifts were given" if not results else "the interval holds the null value before any shift"
        return TippingPoint(tuple(shifts), results, None, (why,))
    if all(excluded):
        return TippingPoint(tuple(shifts), results, None, ("the conclusion holds at every shift",))
    return TippingPoint(tuple(shifts), results, float(shifts[excluded.index(False)]))


def tabulate_binary(
    analyse: Callable[[int, int, int, int], Estimate], arm1: MissingOutcomes, arm0: MissingOutcomes
) -> BinaryCases:
    """The analysis of each completed table; ``analyse`` takes (events1, n1, events0, n0).

    "Best for arm 1" has no event among its missing outcomes and an event for every missing one of arm 0.

    Parameters
    ----------
    analyse : callable
        Takes (events1, n1, events0, n0) and gives the estimate.
    arm1, arm0 : MissingOutcomes
        What is known of each arm.

    Returns
    -------
    BinaryCases
        The analysis of every completed table.

    Raises
    ------
    ValueError
        When a number is negative, or there are more events than participants.

    References
    ----------
    Equation (3) of tipping_point.md.
    Hollis 2002, Statistics in Medicine 21:3823.

    Examples
    --------
    >>> def analyse(x1: int, n1: int, x0: int, n0: int) -> Estimate:
    ...     return Estimate(x1 / n1 - x0 / n0, None, None, None, n1 + n0, "a.b")
    >>> cases = tabulate_binary(analyse, MissingOutcomes(1, 8, 2), MissingOutcomes(3, 9, 1))
    >>> round(cases.best_for_arm1.estimate, 3), round(cases.worst_for_arm1.estimate, 3)
    (-0.3, 0.0)
    """
    if any(not 0 <= arm.events <= arm.known or arm.missing < 0 for arm in (arm1, arm0)):
        raise ValueError("a number is negative, or there are more events than participants")
    n1, n0 = arm1.known + arm1.missing, arm0.known + arm0.missing
    table = tuple(
        tuple(analyse(arm1.events + i, n1, arm0.events + j, n0) for j in range(arm0.missing + 1))
        for i in range(arm1.missing + 1)
    )
    return BinaryCases(table, table[0][-1], table[-1][0])


def _excludes(result: Estimate, null: float) -> bool:
    low = result.ci_low is not None and result.ci_low > null
    return low or (result.ci_high is not None and result.ci_high < null)
