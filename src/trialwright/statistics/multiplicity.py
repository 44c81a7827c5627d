"""Adjusted p-values that keep the chance of any false claim: Holm, and serial gatekeeping over families."""

from collections.abc import Sequence

# One p-value each hypothesis; None stands for a test that could not be computed and can never be claimed.
PValues = Sequence[float | None]


def adjust_holm(p_values: PValues) -> tuple[float | None, ...]:
    """Holm's step-down adjusted p-values, in the order given (Holm 1979).

    A hypothesis without a p-value counts in the number of hypotheses and stays None.

    Parameters
    ----------
    p_values : sequence of float or None
        One a hypothesis; None for a test that could not be computed.

    Returns
    -------
    tuple of float or None
        Adjusted p-values, in the order given.

    Raises
    ------
    ValueError
        When a number is not a p-value.

    References
    ----------
    Equation (1) of multiplicity.md.
    Holm 1979, Scandinavian Journal of Statistics 6:65.

    Examples
    --------
    >>> [round(p, 4) for p in adjust_holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    _check(p_values)
    count = len(p_values)
    order = sorted((index for index in range(count) if p_values[index] is not None), key=lambda i: p_values[i] or 0.0)
    adjusted: list[float | None] = [None] * count
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (count - rank) * (p_values[index] or 0.0)))
        adjusted[index] = highest
    return tuple(adjusted)


def adjust_gatekeeping(families: Sequence[PValues]) -> tuple[tuple[float | None, ...], ...]:
    """Adjusted p-values of ordered families: a family is opened only when all of the one before were rejected.

    Inside a family Holm's; then each is at least the largest of the family before (serial gatekeeping, Westfall &
    Krishen 2001). A None in a family closes all later ones: they become 1.

    Parameters
    ----------
    families : sequence of sequences of float or None
        P-values of each family, the families in the order in which they are opened.

    Returns
    -------
    tuple of tuples of float or None
        Adjusted p-values, in the order given.

    Raises
    ------
    ValueError
        When a number is not a p-value.

    References
    ----------
    Equations (2) and (4) of multiplicity.md.
    Westfall & Krishen 2001, Journal of Statistical Planning and Inference 99:25; it is the closed test of Marcus, Peritz &
    Gabriel 1976, Biometrika 63:655.

    Examples
    --------
    >>> adjust_gatekeeping([[0.02], [0.001, 0.3]])
    ((0.02,), (0.02, 0.3))
    """
    gate, result = 0.0, []
    for family in families:
        inside = tuple(None if p is None else max(p, gate) for p in adjust_holm(family))
        result.append(inside)
        gate = max([gate, *(1.0 if p is None else p for p in inside)])
    return tuple(result)


def adjust_fixed_sequence(p_values: PValues) -> tuple[float | None, ...]:
    """Adjusted p-values of hypotheses tested in the order given until one is not rejected.

    Parameters
    ----------
    p_values : sequence of float or None
        One a hypothesis, in the order of testing.

    Returns
    -------
    tuple of float or None
        Adjusted p-values; after one that is None all are 1, or None where they have none of their own.

    Raises
    ------
    ValueError
        When a number is not a p-value.

    References
    ----------
    Equation (3) of multiplicity.md.
    Maurer, Hothorn & Lehmacher 1995, Biometrie in der chemisch-pharmazeutischen Industrie 6:3; Westfall &
    Krishen 2001, Journal of Statistical Planning and Inference 99:25, families of one.

    Examples
    --------
    >>> adjust_fixed_sequence([0.01, 0.2, 0.001])
    (0.01, 0.2, 0.2)
    """
    return tuple(family[0] for family in adjust_gatekeeping([[p] for p in p_values]))


def _check(p_values: PValues) -> None:
    for p in p_values:
        if p is not None and not 0 <= p <= 1:
            raise ValueError(f"{p!r} is not a p-value")
