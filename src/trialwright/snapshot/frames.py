"""What a snapshot is: its frames, each with its columns and types, and where it was taken."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

SUBJECTS: Schema = {
    "participant": pl.String,
    "site": pl.String,
    "arm": pl.String,
    "status": pl.String,
    "version": pl.String,
    "screened_on": pl.Date,
    "consent_at": pl.Datetime("us"),
    "consent_refused": pl.Boolean,
    "enrolled_on": pl.Date,
    "allocated_on": pl.Date,
    "day0": pl.Date,
    "first_dose_at": pl.Datetime("us"),
    "last_dose_at": pl.Datetime("us"),
    "death": pl.String,
    "death_earliest": pl.Date,
    "death_latest": pl.Date,
    "death_cause": pl.String,
    "left_kind": pl.String,
    "left_on": pl.Date,
    "left_reason": pl.String,
    "treatment_stopped_on": pl.Date,
    "data_fate": pl.String,
    "completed_on": pl.Date,
}
"""One row a participant. Days are the site's own. ``death`` is the text as told (perhaps partial), with the first and
last day that it can be. ``left_kind`` is the gravest kind of leaving the study (stopping treatment and moving to
another site are not). Null: has not
happened."""

VALUES: Schema = {
    "participant": pl.Enum([]),
    "encounter": pl.Enum([]),
    "form": pl.Enum([]),
    "repeat": pl.Int32,
    "item": pl.Enum([]),
    "text": pl.String,
    "number": pl.Float64,
    "code": pl.String,
    "moment": pl.Datetime("us"),
    "missing": pl.String,
    "unknown": pl.Boolean,
    "occasion": pl.Datetime("us"),
    "study_day": pl.Int32,
    "position": pl.Int64,
}
"""One row a value of the latest revision of a form, in order of position and item.

``text`` is what was entered (null where ``missing`` says why there is none). ``number``, ``code`` and ``moment`` are
what rules read: null where the item has another type, where a code means unknown (``unknown`` is then true), and
where a date is partial. ``occasion`` is when the thing happened, by the item that the form names, and ``study_day``
its day from
day 0. The names are of type Enum, so that millions of rows stay small."""

FORMS: Schema = {
    "participant": pl.String,
    "encounter": pl.String,
    "form": pl.String,
    "repeat": pl.Int32,
    "revision": pl.Int32,
    "occasion": pl.Datetime("us"),
    "occasion_has_time": pl.Boolean,
    "study_day": pl.Int32,
    "position": pl.Int64,
}
"""One row a form that stands (its latest revision)."""

DOSES: Schema = {
    "participant": pl.String,
    "intervention": pl.String,
    "encounter": pl.String,
    "number": pl.Int32,
    "started_at": pl.Datetime("us"),
    "amount": pl.Float64,
    "unit": pl.String,
    "lot": pl.String,
    "study_day": pl.Int32,
}
"""One row a dose that was given."""

MISSED: Schema = {"participant": pl.String, "intervention": pl.String, "encounter": pl.String, "reason": pl.String}
"""One row a planned dose that was not given."""

EVENTS: Schema = {"participant": pl.String, "repeat": pl.Int32, "aware_at": pl.String, "serious": pl.Boolean}
"""One row a reported adverse event; its content is in the values of the form."""

DEVIATIONS: Schema = {
    "participant": pl.String,
    "number": pl.Int32,
    "code": pl.String,
    "text": pl.String,
    "encounter": pl.String,
    "form": pl.String,
    "found_by": pl.String,
}
"""One row a departure from the protocol, numbered within the participant."""

VERDICTS: Schema = {"participant": pl.String, "criterion": pl.String, "verdict": pl.String}
"""One row a criterion of the participant's last screening."""

LEAVINGS: Schema = {
    "participant": pl.String,
    "kind": pl.String,
    "on": pl.String,
    "reason": pl.String,
    "data_fate": pl.String,
    "samples_fate": pl.String,
}
"""One row an act of leaving."""


@dataclass(frozen=True, slots=True)
class Meta:
    """Where a snapshot was taken. ``position`` is the last entry in it, ``data_cut`` that entry's time (UTC).

    ``withheld`` are participants whose values are kept in the ledger and not used (they withdrew with that wish).
    """

    study: str
    version: str
    digest: str
    purpose: str
    position: int
    data_cut: str
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A ledger at a position as frames; the module's constants say what is in each column."""

    meta: Meta
    subjects: pl.DataFrame
    values: pl.DataFrame
    forms: pl.DataFrame
    doses: pl.DataFrame
    missed: pl.DataFrame
    events: pl.DataFrame
    deviations: pl.DataFrame
    verdicts: pl.DataFrame
    leavings: pl.DataFrame

    def frames(self) -> dict[str, pl.DataFrame]:
        """The frames by name, in a fixed order."""
        return {name: getattr(self, name) for name in FRAMES}


FRAMES = ("subjects", "values", "forms", "doses", "missed", "events", "deviations", "verdicts", "leavings")
