"""How fast a table of values is graded by CTCAE, beside the loop over rows that people write.

    python -m benchmarks.safety              # one million values, both ways, a block of rows for the loop
    python -m benchmarks.safety --values N

The loop knows the same criteria, looks each row's criterion up in a dictionary and compares plain floats rounded to 15
digits; both must give the same grades. Target: one million values in at most 2 seconds.
"""

import argparse
import math
import statistics
import time

import numpy as np
import polars as pl

from trialwright.safety.criteria import Alternative, Comparison, Criterion, Flag, resolve_criteria
from trialwright.safety.fifteen_digits import round_to_15
from trialwright.safety.grading import grade_values

LOOP_ROWS = 20_000
PARAMETERS = (
    ("ALT", "U/L", 30.0, 40.0),
    ("bilirubin", "umol/L", 10.0, 17.0),
    ("CK", "U/L", 100.0, 200.0),
    ("creatinine", "umol/L", 70.0, 104.0),
    ("potassium", "mmol/L", 4.3, 5.1),
    ("sodium", "mmol/L", 140.0, 145.0),
    ("haemoglobin", "g/dL", 13.0, 17.0),
    ("platelets", "10^9/L", 200.0, 400.0),
    ("lymphocytes", "10^9/L", 1.5, 3.2),
    ("fibrinogen", "g/L", 3.0, 4.0),
)


def main() -> int:
    """0 where the target is met and both ways agree."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--values", type=int, default=1_000_000)
    count = parser.parse_args().values
    frame = make_values(count)
    grade_values(frame.head(1000))  # warm: tables and lookups
    seconds = statistics.median(_time(lambda: grade_values(frame)) for _ in range(3))
    block = frame.head(LOOP_ROWS)
    looped: list[int | None] = []
    per_row = _time(lambda: looped.extend(grade_by_rows(block))) / len(block)
    same = looped == grade_values(block)["grade"].to_list()
    print(f"vectorised: {count:,} values in {seconds:.2f} s ({count / seconds:,.0f} values/s)")
    print(
        f"row by row: {len(block):,} values, {1 / per_row:,.0f} values/s; {per_row * count / seconds:,.0f} times slower"
    )
    print(f"same grades: {'yes' if same else 'NO'}; target of 2 s for 1,000,000: {seconds * 1e6 / count:.2f} s")
    return 0 if same and seconds * 1e6 / count <= 2 else 1


def make_values(count: int) -> pl.DataFrame:
    """Values of ten parameters in both versions, a tenth of the limits and baselines missing."""
    rng = np.random.default_rng(1)
    which = rng.integers(0, len(PARAMETERS), count)
    middle = np.array([one[2] for one in PARAMETERS])[which]
    high = np.array([one[3] for one in PARAMETERS])[which]
    missing = rng.random((count, 2)) < 0.1
    return pl.DataFrame(
        {
            "parameter": np.array([one[0] for one in PARAMETERS])[which],
            "unit": np.array([one[1] for one in PARAMETERS])[which],
            "direction": np.where(rng.random(count) < 0.5, "L", "H"),
            "version": np.where(rng.random(count) < 0.5, "4.03", "5.0"),
            "value": np.round(middle * rng.lognormal(0, 0.6, count), 2),
            "lln": np.round(middle * 0.75, 2),
            "uln": np.where(missing[:, 0], np.nan, high),
            "baseline": np.where(missing[:, 1], np.nan, np.round(middle * rng.lognormal(0, 0.2, count), 2)),
        }
    )


def grade_by_rows(frame: pl.DataFrame) -> list[int | None]:
    """The grades, one row after the other."""
    found: dict[tuple[str, ...], Criterion | None] = {}
    grades = []
    for row in frame.iter_rows(named=True):
        key = (row["version"], row["parameter"], row["direction"], row["unit"])
        if key not in found:
            resolution = resolve_criteria(key[0], "", key[1], key[2], key[3])
            found[key] = resolution.low or resolution.high
        criterion = found[key]
        grades.append(_grade(criterion, row) if criterion else None)
    return grades


def _grade(criterion: Criterion, row: dict[str, float]) -> int | None:
    known = {
        "value": row["value"],
        "LLN": row["lln"],
        "ULN": row["uln"],
        "BASE": row["baseline"],
        "REF": row["uln"] if math.isnan(row["baseline"]) else max(row["uln"], row["baseline"]),
    }
    if any(math.isnan(known[need]) for need in criterion.needs):
        return None
    for grade in (4, 3, 2, 1):
        if any(_holds(alternative, known) for alternative in criterion.grades[grade - 1]):
            return grade
    return None if any(math.isnan(known[need]) for need in criterion.zero_needs) else 0


def _holds(alternative: Alternative, known: dict[str, float]) -> bool:
    return all(_condition(condition, known) for condition in alternative)


def _condition(condition: Comparison | Flag, known: dict[str, float]) -> bool:
    if isinstance(condition, Flag):
        high = known["BASE"] > known["ULN"]
        return {"high baseline": high, "normal baseline": not high}.get(condition.name, False)
    if condition.of != "value":
        return False
    limit = condition.plus + (condition.times * known[condition.limit] if condition.limit else 0.0)
    value, limit = round_to_15(known["value"]), round_to_15(limit)
    return {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}[condition.sign]


def _time(act) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


if __name__ == "__main__":
    raise SystemExit(main())
