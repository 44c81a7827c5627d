"""Numbers of a results section, which the registry keeps as texts."""

import re
from collections.abc import Iterable
from functools import lru_cache

from trialwright.record.results_section import Denom, MeasureClass, Measurement

_NUMBER = re.compile(r"-?\d{1,15}(?:,\d{3}){0,4}(?:\.\d{0,15})?(?:[eE][+-]?\d{1,2})?")
_COUNT = re.compile(r"\d{1,3}(?:,\d{3}){0,3}|\d{1,12}")


@lru_cache(maxsize=65_536)
def read_number(text: str) -> float | None:
    """The number in a text; None for "NA", an empty text and everything else.

    >>> read_number("1,204.5"), read_number("NA")
    (1204.5, None)
    """
    plain = text.strip()
    return float(plain.replace(",", "")) if _NUMBER.fullmatch(plain) else None


def read_count(text: str) -> int | None:
    """The whole number in a text, or None."""
    plain = text.strip()
    return int(plain.replace(",", "")) if _COUNT.fullmatch(plain) else None


def list_measurements(classes: Iterable[MeasureClass]) -> list[tuple[str, Measurement]]:
    """Every value of a table with its path below the table."""
    return [
        (f"classes.{at}.categories.{row}.measurements.{cell}", measurement)
        for at, block in enumerate(classes)
        for row, category in enumerate(block.categories)
        for cell, measurement in enumerate(category.measurements)
    ]


def read_denoms(denoms: Iterable[Denom], units: str = "") -> dict[str, int]:
    """Analysed counts by group, of the units asked for, else of participants, else of the first units."""
    all_denoms = list(denoms)
    wanted = [denom for denom in all_denoms if denom.units.lower() == (units or "participants").lower()]
    chosen = (wanted or all_denoms)[:1]
    return {
        count.group_id: number
        for denom in chosen
        for count in denom.counts
        if (number := read_count(count.value)) is not None
    }
