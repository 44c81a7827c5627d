"""References: numbers that R (script beside each file) printed with 17 digits, and the data sets they belong to."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("statistics", deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("statistics")

FOLDER = Path(__file__).parents[1] / "reference" / "statistics"


@pytest.fixture(scope="session")
def r() -> Callable[[str, str], float]:
    """The number that R gave for a case and a statistic."""
    table: dict[tuple[str, str], float] = {}
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open() as lines:
            reader = csv.DictReader(lines)
            if reader.fieldnames != ["case", "statistic", "value"]:
                continue
            table |= {(row["case"], row["statistic"]): float(row["value"].replace("NA", "nan")) for row in reader}
    return lambda case, statistic: table[case, statistic]


@pytest.fixture(scope="session")
def data() -> Callable[[str], dict[str, np.ndarray]]:
    """A reference data set by the name of its file, as columns; NA is NaN, words stay words."""

    def load(name: str) -> dict[str, np.ndarray]:
        with (FOLDER / f"{name}.csv").open() as lines:
            rows = list(csv.DictReader(lines))
        return {key: _column([row[key] for row in rows]) for key in rows[0]}

    return load


def _column(words: list[str]) -> np.ndarray:
    try:
        return np.array([float("nan") if word in ("NA", "") else float(word) for word in words])
    except ValueError:
        return np.array(words)
