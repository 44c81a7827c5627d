"""EX: one row a dose that was given (SDTMIG 3.4, section 6.1.3)."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.common import (
    add_sequence,
    arrange,
    build_visits,
    compute_sdtm_day,
    compute_unique_id,
    render_moment,
    spread_form,
)
from trialwright.snapshot.frames import Snapshot

_COLUMNS = (
    "STUDYID", "DOMAIN", "USUBJID", "SUBJID", "EXSEQ", "EXTRT", "EXDOSE", "EXDOSU", "EXROUTE", "EXLOT", "VISITNUM",
    "VISIT", "VISITDY", "EPOCH", "EXSTDTC", "EXENDTC", "EXSTDY",
)  # fmt: skip


def derive_ex(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row a dose, in order of time; EXENDTC comes from the dosing form of the same visit, where it has one."""
    known = definition.interventions
    names = {name: one.name for name, one in known.items()}
    routes = {name: one.dose.route for name, one in known.items() if one.dose}
    found = (
        snapshot.doses.join(
            _find_ends(definition, snapshot), on=["participant", "intervention", "encounter"], how="left"
        )
        .join(build_visits(definition), on="encounter", how="left")
        .sort("participant", "started_at", "intervention", "number", nulls_last=True)
        .with_columns(
            pl.lit(definition.id).alias("STUDYID"),
            pl.lit("EX").alias("DOMAIN"),
            compute_unique_id(definition),
            pl.col("intervention")
            .replace_strict(names, default=pl.col("intervention"), return_dtype=pl.String)
            .alias("EXTRT"),
            pl.col("intervention").replace_strict(routes, default=None, return_dtype=pl.String).alias("EXROUTE"),
            render_moment("started_at").alias("EXSTDTC"),
            compute_sdtm_day(pl.col("study_day")).alias("EXSTDY"),
        )
        .rename({"participant": "SUBJID", "amount": "EXDOSE", "unit": "EXDOSU", "lot": "EXLOT"})
    )
    return arrange(add_sequence(found, "EX"), (*_COLUMNS, "intervention", "encounter")).drop(
        "study_day", "started_at", "number"
    )


def _find_ends(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    schema = {"participant": pl.String, "intervention": pl.String, "encounter": pl.String, "EXENDTC": pl.String}
    frames = [pl.DataFrame(schema=schema)]
    for name, one in definition.interventions.items():
        form = definition.forms.get(one.form)
        ends = [item.id for item in form.form.items if item.sdtm and item.sdtm.variable == "EXENDTC"] if form else []
        if ends:
            wide = spread_form(definition, snapshot, one.form, ends[:1], raw=True).filter(pl.col(ends[0]).is_not_null())
            last = wide.unique(["participant", "encounter"], keep="last", maintain_order=True)
            frames.append(
                last.select(
                    "participant", pl.lit(name).alias("intervention"), "encounter", pl.col(ends[0]).alias("EXENDTC")
                )
            )
    return pl.concat(frames)
