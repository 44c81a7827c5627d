"""DM: one row a participant, those who failed screening too (SDTMIG 3.4, section 5.2)."""

from datetime import date

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.common import arrange, compute_unique_id, find_variable, render_moment, select_item
from trialwright.snapshot.frames import Snapshot
from trialwright.vocabulary.partial_dates import PartialDate, compute_age

_COLUMNS = (
    "STUDYID", "DOMAIN", "USUBJID", "SUBJID", "RFSTDTC", "RFENDTC", "RFXSTDTC", "RFXENDTC", "RFICDTC", "RFPENDTC",
    "DTHDTC", "DTHFL", "SITEID", "AGE", "AGETXT", "AGEU", "SEX", "RACE", "ETHNIC", "ARMCD", "ARM", "ACTARMCD",
    "ACTARM", "ARMNRS", "COUNTRY",
)  # fmt: skip


def derive_dm(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row a participant.

    RFSTDTC is day 0 (both arms have one), RFENDTC the last day in the study: death, leaving, completion, or else the
    last record. AGE is in completed years at consent; a birth date that leaves two ages open gives AGETXT and no AGE.
    ACTARM is the arm whose dosed interventions were given (see ``derive_actual_arm``).
    """
    frame = snapshot.subjects.join(
        derive_actual_arm(definition, snapshot), on="participant", how="left", maintain_order="left"
    )
    for name in ("SEX", "RACE", "ETHNIC", "BRTHDTC"):
        frame = frame.join(_collect(definition, snapshot, name), on="participant", how="left", maintain_order="left")
    frame = frame.join(_find_last_records(snapshot), on="participant", how="left", maintain_order="left")
    ages = [_describe_age(born, consent) for born, consent in frame.select("BRTHDTC", "consent_at").iter_rows()]
    titles = {name: arm.title for name, arm in definition.arms.items()}
    end = pl.coalesce("death_latest", "completed_on", "left_on", "last_record")
    frame = frame.with_columns(
        pl.lit(definition.id).alias("STUDYID"),
        pl.lit("DM").alias("DOMAIN"),
        compute_unique_id(definition),
        pl.col("day0").dt.strftime("%Y-%m-%d").alias("RFSTDTC"),
        pl.when(pl.col("day0").is_not_null()).then(end.dt.strftime("%Y-%m-%d")).alias("RFENDTC"),
        render_moment("first_dose_at").alias("RFXSTDTC"),
        render_moment("last_dose_at").alias("RFXENDTC"),
        render_moment("consent_at").alias("RFICDTC"),
        end.dt.strftime("%Y-%m-%d").alias("RFPENDTC"),
        pl.col("death").alias("DTHDTC"),
        pl.when(pl.col("death").is_not_null()).then(pl.lit("Y")).alias("DTHFL"),
        pl.Series("AGE", [age for age, _ in ages], dtype=pl.Int32),
        pl.Series("AGETXT", [text for _, text in ages], dtype=pl.String),
        pl.lit("YEARS").alias("AGEU"),
        pl.col("arm").alias("ARMCD"),
        pl.col("arm").replace_strict(titles, default=None, return_dtype=pl.String).alias("ARM"),
        pl.col("ACTARMCD").replace_strict(titles, default=None, return_dtype=pl.String).alias("ACTARM"),
        _explain_no_arm().alias("ARMNRS"),
        pl.col("site")
        .replace_strict({n: s.country for n, s in definition.sites.items()}, default=None, return_dtype=pl.String)
        .alias("COUNTRY"),
    )
    return arrange(frame.rename({"participant": "SUBJID", "site": "SITEID"}), _COLUMNS).select(_COLUMNS)


def derive_actual_arm(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row a participant with the arm that was really followed (ACTARMCD).

    Somebody who received doses of interventions followed the arm that has exactly those; where none has, the allocated
    arm if it has one of them. Somebody without a dose followed the allocated arm if that arm has no doses, and none
    otherwise.
    """
    dosed = {
        name: {one for one in arm.interventions if definition.interventions[one].dose}
        for name, arm in definition.arms.items()
    }
    given: dict[str, set[str]] = {}
    for participant, intervention in snapshot.doses.select("participant", "intervention").iter_rows():
        given.setdefault(participant, set()).add(intervention)
    rows = []
    for participant, arm in snapshot.subjects.select("participant", "arm").iter_rows():
        taken = given.get(participant, set())
        same = [name for name, planned in dosed.items() if planned == taken]
        if arm is None:
            actual = None
        elif arm in same:
            actual = arm
        elif taken and same:
            actual = same[0]
        else:
            actual = arm if taken & dosed.get(arm, set()) else None
        rows.append((participant, actual))
    return pl.DataFrame(rows, schema={"participant": pl.String, "ACTARMCD": pl.String}, orient="row")


def _collect(definition: Definition, snapshot: Snapshot, variable: str) -> pl.DataFrame:
    place = find_variable(definition, "DM", variable)
    if place is None:
        return pl.DataFrame(schema={"participant": pl.String, variable: pl.String})
    values = select_item(snapshot, place.form, place.item.id).sort("position")
    return values.unique("participant", keep="last", maintain_order=True).select(
        "participant", pl.col("text").alias(variable)
    )


def _find_last_records(snapshot: Snapshot) -> pl.DataFrame:
    return snapshot.forms.group_by("participant").agg(pl.col("occasion").max().cast(pl.Date).alias("last_record"))


def _describe_age(born: str | None, consent: object) -> tuple[int | None, str | None]:
    if born is None or not isinstance(consent, date):
        return None, None
    least, greatest = compute_age(PartialDate.parse(born), date(consent.year, consent.month, consent.day))
    return (least, None) if least == greatest else (None, f"{least}-{greatest}")


def _explain_no_arm() -> pl.Expr:
    return (
        pl.when(pl.col("arm").is_null() & pl.col("enrolled_on").is_null())
        .then(pl.lit("SCREEN FAILURE"))
        .when(pl.col("arm").is_null())
        .then(pl.lit("NOT ASSIGNED"))
        .when(pl.col("ACTARMCD").is_null())
        .then(pl.lit("ASSIGNED, NOT TREATED"))
    )
