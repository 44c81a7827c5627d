"""Numbers of result rows as the registry's texts: enough digits for the size, the same for a whole parameter."""

import math
from collections.abc import Iterable

from trialwright.registry.submission.told import Told
from trialwright.results import ResultRow

_DIGITS = 4
_MOST_DECIMALS = 6
# More than two decimals of a number that is at least 1 tell nothing at the size of a trial.
_DECIMALS_FROM_ONE = 2
_LEAST_P = 0.0001


def choose_decimals(values: Iterable[float | None]) -> int:
    """Decimals that show four digits of the largest of these values, and at most two where that is 1 or more.

    >>> choose_decimals([35.29, 8.2]), choose_decimals([0.042]), choose_decimals([18250.0]), choose_decimals([4.0])
    (2, 5, 0, 2)
    """
    largest = max((abs(one) for one in values if one is not None), default=0.0)
    if not largest:
        return 0
    most = _DECIMALS_FROM_ONE if largest >= 1 else _MOST_DECIMALS
    return min(max(_DIGITS - 1 - math.floor(math.log10(largest)), 0), most)


def render_number(value: float, decimals: int) -> str:
    """The number with so many decimals; zero has no sign.

    >>> render_number(-0.0001, 2), render_number(35.296, 2)
    ('0.00', '35.30')
    """
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if not float(text) else text


def render_p(value: float) -> str:
    """A p-value in four decimals, with a sign where these would say 0 or 1.

    >>> render_p(0.03412), render_p(0.00001), render_p(0.99999), render_p(1.0)
    ('0.0341', '<0.0001', '>0.9999', '1')
    """
    if value < _LEAST_P:
        return f"<{_LEAST_P}"
    if value > 1 - _LEAST_P:
        return "1" if value >= 1 else f">{1 - _LEAST_P}"
    return f"{value:.4f}"


def tell_value(row: ResultRow, decimals: int, scale: float = 1.0) -> Told | None:
    """The row's value, times ``scale``; None where there is none."""
    return None if row.value is None else Told(render_number(row.value * scale, decimals), (row,))


def tell_count(row: ResultRow) -> Told:
    """A count as text."""
    return Told(str(read_count(row)), (row,))


def read_count(row: ResultRow) -> int:
    """The whole number of a count's row."""
    assert row.value is not None
    return round(row.value)


def tell_size(row: ResultRow) -> Told:
    """How many participants the row is of."""
    return Told(str(row.n_used), (row,), "n")
