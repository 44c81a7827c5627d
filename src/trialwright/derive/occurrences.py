"""The common way from log forms to events and interventions: one row a form row, one column an item's variable."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.common import compute_day_of, compute_unique_id, list_forms, spread_form
from trialwright.snapshot.frames import Snapshot


def derive_occurrences(definition: Definition, snapshot: Snapshot, domain: str) -> pl.DataFrame:
    """One row a row of a log form of the domain, with the texts that were entered, ordered by start.

    Always there are STUDYID, DOMAIN, USUBJID, SUBJID, --STDTC, --ENDTC, --STDY, --ENDY and the ledger position in
    SRCPOS. A participant without rows is absent.
    """
    frames = [_read_form(definition, snapshot, form, domain) for form in list_forms(definition, domain)]
    empty = pl.DataFrame(schema={"participant": pl.String, "repeat": pl.Int32, "position": pl.Int64})
    found = pl.concat([empty, *frames], how="diagonal")
    for name in (f"{domain}STDTC", f"{domain}ENDTC"):
        if name not in found.columns:
            found = found.with_columns(pl.lit(None, dtype=pl.String).alias(name))
    dated = found.join(snapshot.subjects.select("participant", "day0"), on="participant", how="left")
    return (
        dated.with_columns(
            pl.lit(definition.id).alias("STUDYID"),
            pl.lit(domain).alias("DOMAIN"),
            compute_unique_id(definition),
            compute_day_of(f"{domain}STDTC", "day0").alias(f"{domain}STDY"),
            compute_day_of(f"{domain}ENDTC", "day0").alias(f"{domain}ENDY"),
        )
        .rename({"participant": "SUBJID", "position": "SRCPOS"})
        .sort("SUBJID", f"{domain}STDTC", "repeat", "SRCPOS", nulls_last=True)
        .drop("day0")
    )


def _read_form(definition: Definition, snapshot: Snapshot, form: str, domain: str) -> pl.DataFrame:
    names = {
        item.sdtm.variable: item.id
        for item in definition.forms[form].form.items
        if item.sdtm and item.sdtm.variable and item.sdtm.domain in (domain, f"SUPP{domain}") and not item.sdtm.testcd
    }
    wide = spread_form(definition, snapshot, form, list(names.values()), raw=True)
    return wide.select("participant", "repeat", "position", *(pl.col(item).alias(name) for name, item in names.items()))
