"""Times to events as the recipes need them: who is at risk, how long, and how it ended."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from trialwright.analyse.context import Context, Members
from trialwright.statistics.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class Times:
    """The times of one group, in days from day 0, and codes: 0 censored, 1 the event, 2 a competing death. ``lows`` are
    the last days on which the event was looked for and not there (the day of the event where that is not known)."""

    subjects: tuple[str, ...]
    days: FloatArray
    lows: FloatArray
    codes: FloatArray
    n_missing: int


def select_times(context: Context, code: str, members: Members) -> pl.DataFrame:
    """The rows of ADTTE of a parameter in a set, of those at risk, with ``arm``, by SUBJID."""
    found = context.datasets.adam["ADTTE"].filter((pl.col("PARAMCD") == code) & (pl.col("POPFL") == "Y"))
    return found.join(members.frame, on="SUBJID", how="inner").sort("SUBJID")


def take_times(times: pl.DataFrame, members: Members, group: str) -> Times:
    """The times of an arm. ``n_missing`` counts those of the arm who are not at risk, or of whom it is not known."""
    mine = times.filter(pl.col("arm") == group)
    codes = mine["CNSR"].replace_strict({0: 1, 1: 0, 2: 2}, return_dtype=pl.Float64).to_numpy()
    days = mine["DAY0"].to_numpy().astype(np.float64)
    lows = mine.select(pl.coalesce("LOWDAY0", "DAY0"))["LOWDAY0"].to_numpy().astype(np.float64)
    return Times(tuple(mine["SUBJID"]), days, np.minimum(lows, days), codes, len(members.arms[group]) - mine.height)
