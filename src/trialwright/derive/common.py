"""What every derivation needs: items by their place in SDTM, forms as wide frames, days and dates as CDISC writes
them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.definition.forms import Item, ItemType, Sdtm
from trialwright.snapshot.frames import Snapshot

ADJUDICATOR = "ADJUDICATOR"
READER = "reader"
UNSCHEDULED_VISIT = 900


@dataclass(frozen=True, slots=True)
class Place:
    """An item, the form it stands on, and where it goes in SDTM."""

    form: str
    item: Item
    sdtm: Sdtm


def list_places(definition: Definition, domain: str) -> list[Place]:
    """The items that go to a domain or to its SUPP--, in the order of the forms."""
    return [
        Place(form, item, item.sdtm)
        for form, one in definition.forms.items()
        for item in one.form.items
        if item.sdtm and item.sdtm.domain in (domain, f"SUPP{domain}")
    ]


def find_variable(definition: Definition, domain: str, variable: str) -> Place | None:
    """The first item that goes to this variable and is no test's attribute."""
    found = (one for one in list_places(definition, domain) if one.sdtm.variable == variable and not one.sdtm.testcd)
    return next(found, None)


def select_item(snapshot: Snapshot, form: str, item: str) -> pl.DataFrame:
    """The values of one item, with text names."""
    return snapshot.values.filter((pl.col("form") == form) & (pl.col("item") == item)).with_columns(
        pl.col("participant", "encounter", "form", "item").cast(pl.String)
    )


def split_forms(snapshot: Snapshot) -> dict[str, Snapshot]:
    """The snapshot with the values of one form alone, by form: who asks for many items looks through few rows each time."""
    parts = snapshot.values.partition_by("form", as_dict=True)
    return {str(form): replace(snapshot, values=values) for (form,), values in parts.items()}


def spread_form(
    definition: Definition, snapshot: Snapshot, form: str, items: Sequence[str], *, raw: bool
) -> pl.DataFrame:
    """One row a form that stands, with a column for each item, in order of participant and time.

    ``raw`` gives the texts as they were entered; otherwise numbers, codes (null where they mean unknown) and days, as
    rules read them.
    """
    wide = snapshot.forms.filter(pl.col("form") == form).drop("form", "revision")
    cells = snapshot.values.filter((pl.col("form") == form) & pl.col("item").is_in(list(items)))
    for name in items:
        column = "text" if raw else _COLUMNS[definition.forms[form].items[name].type]
        value = pl.col(column).cast(pl.Date) if column == "moment" else pl.col(column)
        mine = cells.filter(pl.col("item") == name).select("position", value.alias(name))
        wide = wide.join(mine, on="position", how="left", maintain_order="left")
    return wide.sort("participant", "occasion", "repeat", "position", nulls_last=True)


_COLUMNS = {
    ItemType.NUMBER: "number",
    ItemType.CODE: "code",
    ItemType.DATE: "moment",
    ItemType.DATETIME: "moment",
    ItemType.TEXT: "text",
}


def compute_unique_id(definition: Definition, code: str = "participant") -> pl.Expr:
    """USUBJID from the participant's code."""
    return pl.concat_str(pl.lit(f"{definition.id}-"), pl.col(code).cast(pl.String)).alias("USUBJID")


def compute_sdtm_day(day: pl.Expr) -> pl.Expr:
    """Days after day 0 as SDTM counts them: day 0 is 1 and there is no 0 (SDTMIG 3.4, section 4.4.4)."""
    return pl.when(day >= 0).then(day + 1).otherwise(day).cast(pl.Int32)


def compute_day_of(text: str, start: str) -> pl.Expr:
    """The SDTM study day of a column of ISO texts; null where the day is not known."""
    date = pl.col(text).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    return compute_sdtm_day((date - pl.col(start)).dt.total_days())


def render_moment(column: str, has_time: pl.Expr | None = None) -> pl.Expr:
    """A moment as ISO 8601, with minutes where the time is known."""
    full = pl.col(column).dt.strftime("%Y-%m-%dT%H:%M")
    if has_time is None:
        return full
    return pl.when(has_time).then(full).otherwise(pl.col(column).dt.strftime("%Y-%m-%d"))


def read_day(column: str, *, latest: bool) -> pl.Expr:
    """The first or the last day that a perhaps partial date can be."""
    text = pl.col(column)
    length = text.str.len_chars()
    month = pl.concat_str(text, pl.lit("-01")).str.to_date("%Y-%m-%d", strict=False)
    year = pl.concat_str(text, pl.lit("-12-01" if latest else "-01-01")).str.to_date("%Y-%m-%d", strict=False)
    if latest:
        month, year = month.dt.month_end(), year.dt.month_end()
    whole = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    return pl.when(length == 7).then(month).when(length == 4).then(year).otherwise(whole)


def build_visits(definition: Definition) -> pl.DataFrame:
    """The planned visits: encounter, VISITNUM, VISIT, VISITDY, EPOCH."""
    rows = [
        (one.id, float(number), one.title, one.day + 1 if one.day >= 0 else one.day, one.epoch.value)
        for number, one in enumerate(definition.encounters.values(), 1)
    ]
    schema = {
        "encounter": pl.String,
        "VISITNUM": pl.Float64,
        "VISIT": pl.String,
        "VISITDY": pl.Int32,
        "EPOCH": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def add_sequence(frame: pl.DataFrame, domain: str) -> pl.DataFrame:
    """The frame with --SEQ: 1, 2, 3 … within the participant, in the frame's order."""
    return frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("USUBJID").alias(f"{domain}SEQ"))


def arrange(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """The frame with ``columns`` first, then whatever else it has."""
    first = list(columns)
    return frame.select(*first, *(name for name in frame.columns if name not in first))


def list_forms(definition: Definition, domain: str) -> Iterator[str]:
    """The forms whose domain this is."""
    return (name for name, one in definition.forms.items() if one.form.domain == domain)
