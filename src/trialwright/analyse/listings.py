"""The listings of ICH E3 16.2, as frames to print: one row a fact, participants in order."""

import polars as pl

from trialwright.analyse.context import Context
from trialwright.analyse.listings_across import list_courses, list_laboratory
from trialwright.definition.analysis import SetKind

_ENDED = ("DEATH", "COMPLETED")


def compute_listings(context: Context) -> dict[str, pl.DataFrame]:
    """The listings by number; each begins with the participant."""
    return {
        "16.2.1": _list_left(context),
        "16.2.2": _list_deviations(context),
        "16.2.3": _list_excluded(context),
        "16.2.4": _list_demographics(context),
        "16.2.5": _list_doses(context),
        "16.2.6": list_courses(context),
        "16.2.6.1": _list_times(context),
        "16.2.7": _list_events(context),
        "16.2.8": list_laboratory(context),
    }


def _arms(context: Context) -> pl.DataFrame:
    return context.datasets.adam["ADSL"].select("SUBJID", pl.col("ARMCD").alias("arm"))


def _print(frame: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """The columns of ``names`` that the frame has, under their printed names."""
    return frame.select(pl.col(column).alias(name) for column, name in names.items() if column in frame.columns)


def _with_arm(context: Context, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.join(_arms(context), on="SUBJID", how="left", maintain_order="left")


def _day0(study_day: str) -> pl.Expr:
    """The study's day (day 0 is the first) of a study day of SDTM, which has no day 0."""
    day = pl.col(study_day)
    return (day - (day > 0).cast(pl.Int32)).alias("DAY0")


def _list_left(context: Context) -> pl.DataFrame:
    adsl = context.datasets.adam["ADSL"]
    ds = context.datasets.sdtm["DS"].filter(
        (pl.col("DSCAT") == "DISPOSITION EVENT") & (pl.col("DSDECOD") != "COMPLETED")
    )
    entered = adsl.filter(pl.col("ENRLFL") == "Y").select("SUBJID")
    found = _with_arm(context, ds.join(entered, on="SUBJID", how="semi"))
    names = {
        "SUBJID": "participant",
        "arm": "arm",
        "DSSCAT": "what_ended",
        "DSDECOD": "how",
        "DSTERM": "reason",
        "DSSTDTC": "date",
        "DAY0": "day",
    }
    return _print(found.with_columns(_day0("DSSTDY")), names)


def _list_deviations(context: Context) -> pl.DataFrame:
    names = {
        "SUBJID": "participant", "arm": "arm", "DVDECOD": "code", "DVTERM": "what_happened", "DVIMPORT": "important",
        "DVFOUND": "found_by", "DVSTDTC": "date",
    }  # fmt: skip
    return _print(_with_arm(context, context.datasets.sdtm["DV"]), names)


def _list_excluded(context: Context) -> pl.DataFrame:
    """Each enrolled participant who is not in a set, and why."""
    adsl = context.datasets.adam["ADSL"].filter(pl.col("ENRLFL") == "Y")
    no_day0 = pl.when(pl.col("TRTSDT").is_null()).then(pl.lit("not allocated, or day 0 not reached"))
    why = {
        SetKind.FULL: no_day0.otherwise(pl.lit("")),
        SetKind.SAFETY: no_day0.otherwise(pl.lit("no dose of the allocated arm")),
        SetKind.PER_PROTOCOL: pl.coalesce("PPROTRS", no_day0),
        SetKind.ENROLLED: pl.lit(""),
    }
    parts = []
    for one in context.definition.plan.sets:
        out = adsl.filter(~pl.col("SUBJID").is_in(list(context.sets[one.id].everybody)))
        parts.append(
            out.select(
                pl.col("SUBJID").alias("participant"),
                pl.col("ARMCD").alias("arm"),
                pl.lit(one.id).alias("set"),
                why[one.kind].alias("reason"),
            )
        )
    withheld = adsl.filter(pl.col("NOUSEFL") == "Y")
    why_withheld = pl.lit("withdrew and wants no further use; safety is kept").alias("reason")
    names = (pl.col("SUBJID").alias("participant"), pl.col("ARMCD").alias("arm"), pl.lit("all values").alias("set"))
    parts.append(withheld.select(*names, why_withheld))
    return pl.concat(parts).sort("participant", maintain_order=True)


def _list_demographics(context: Context) -> pl.DataFrame:
    adsl = context.datasets.adam["ADSL"].filter(pl.col("ENRLFL") == "Y")
    names = {
        "SUBJID": "participant", "ARMCD": "arm", "TRT01A": "arm_followed", "SITEID": "site", "AGE": "age",
        "AGETXT": "age_range", "SEX": "sex", "RACE": "race", "RFICDT": "consent", "TRTSDT": "day_0",
        "EOSSTT": "status", "EOSDT": "last_day",
    }  # fmt: skip
    return _print(adsl, names)


def _list_doses(context: Context) -> pl.DataFrame:
    names = {
        "SUBJID": "participant", "arm": "arm", "EXTRT": "treatment", "EXSEQ": "number", "VISIT": "visit",
        "EXDOSE": "amount", "EXDOSU": "unit", "EXLOT": "lot", "EXSTDTC": "start", "EXENDTC": "end",
        "DAY0": "day",
    }  # fmt: skip
    given = _print(_with_arm(context, context.datasets.sdtm["EX"].with_columns(_day0("EXSTDY"))), names)
    missed = _with_arm(context, context.datasets.missed.rename({"participant": "SUBJID"}))
    missed = _print(
        missed,
        {
            "SUBJID": "participant",
            "arm": "arm",
            "intervention": "treatment",
            "encounter": "visit",
            "reason": "not_given_because",
        },
    )
    return pl.concat([given, missed], how="diagonal").sort("participant", maintain_order=True)


def _list_times(context: Context) -> pl.DataFrame:
    """One line a participant and event: the day on which it came, or on which and why the time ended without it; and the
    day on which it was undone (a virus found again after it was gone)."""
    happened = pl.when(pl.col("EVNTDESC") == pl.col("PARAM")).then(pl.lit("EVENT")).otherwise("EVNTDESC")
    times = context.datasets.adam["ADTTE"].with_columns(
        pl.coalesce(happened, "CNSDTDSC").alias("outcome"),
        pl.col("DAY0").cast(pl.Int32),
        pl.col("LOSTDAY0").cast(pl.Int32),
        pl.col("POPFL").fill_null("U"),
    )
    names = {
        "SUBJID": "participant", "TRTP": "arm", "PARAMCD": "parameter", "POPFL": "at_risk", "ADT": "date",
        "DAY0": "day", "outcome": "outcome", "LOSTDAY0": "undone_on_day",
    }  # fmt: skip
    return _print(times, names).sort("participant", maintain_order=True)


def _list_events(context: Context) -> pl.DataFrame:
    names = {
        "SUBJID": "participant", "TRT01A": "arm", "AETERM": "verbatim", "AEDECOD": "term", "AEBODSYS": "class",
        "AESTDTC": "start", "AEENDTC": "end", "DAY0": "day", "ATOXGRN": "grade", "AESER": "serious",
        "AREL": "related", "AEACN": "action", "AEOUT": "outcome", "TRTEMFL": "emergent",
    }  # fmt: skip
    return _print(context.datasets.adam["ADAE"], names)
