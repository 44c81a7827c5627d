"""Time zero of each participant: what comes at or before it is baseline."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.snapshot.frames import Snapshot


def derive_zero(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row a participant with day 0: participant, arm, day0, zero.

    ``zero`` is the start of the first dose in an arm that counts from it, and otherwise (and for those never dosed) the
    end of day 0: the allocated are not observed to the minute. A record with a date and no time counts from midnight.
    """
    by_dose = [name for name, arm in definition.arms.items() if arm.day0 == "FIRST_DOSE"]
    end_of_day = pl.col("day0").cast(pl.Datetime("us")) + pl.duration(hours=23, minutes=59)
    return (
        snapshot.subjects.filter(pl.col("day0").is_not_null())
        .with_columns(
            pl.when(pl.col("arm").is_in(by_dose) & pl.col("first_dose_at").is_not_null())
            .then("first_dose_at")
            .otherwise(end_of_day)
            .alias("zero")
        )
        .select("participant", "arm", "day0", "zero")
    )
