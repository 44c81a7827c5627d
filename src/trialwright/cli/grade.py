"""``trialwright grade FILE``: CTCAE grades proposed from a table of laboratory values and vital signs."""

from pathlib import Path

import click
import polars as pl

from trialwright.cli.output import fail
from trialwright.safety.grading import grade_values
from trialwright.safety.terms import VERSIONS

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here (CSV or Parquet), not to the screen."
)
@click.option("--ctcae", type=click.Choice(VERSIONS), help="Version for the rows that have none.")
def grade(file: Path, out: Path | None, ctcae: str | None) -> None:
    """Grade the values in FILE (CSV or Parquet).

    Columns: value, unit, term or parameter; where known also direction (L, H), lln, uln, baseline, version,
    baseline_uln, hours, repeats, anticoagulated, symptoms, fasting, at_baseline. The answer is the same table with the
    grade (0 to 4) or the reason why there is none, the grade that facts beside the number could make it (up_to) and
    what to ask. A grade is a proposal: a person confirms it.
    """
    frame = _read(file)
    present = set(frame.columns)
    if "value" not in present or not present & {"term", "parameter"}:
        fail(f"{file} needs a column value and a column term or parameter; it has {', '.join(frame.columns) or 'none'}")
    graded = grade_values(frame, version=ctcae or "")
    _write(graded, out)
    click.echo(_summary(graded), err=True)


def _read(file: Path) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(file) if file.suffix == ".parquet" else pl.read_csv(file, infer_schema=False)
    except (pl.exceptions.ComputeError, pl.exceptions.NoDataError) as error:
        fail(f"{file} cannot be read as a table: {error}")
    names = {name: name.strip().removeprefix("\ufeff").lower() for name in frame.columns}
    if len(set(names.values())) < len(names):
        fail(f"{file} has two columns of one name")
    return frame.rename(names)


def _write(graded: pl.DataFrame, out: Path | None) -> None:
    if out is None:
        click.echo(graded.write_csv(), nl=False)
    elif out.suffix == ".parquet":
        graded.write_parquet(out)
    else:
        graded.write_csv(out)


def _summary(graded: pl.DataFrame) -> str:
    counts = graded.group_by("grade").len().drop_nulls().sort("grade")
    reasons = graded.group_by("reason").len().drop_nulls().sort("len", "reason", descending=[True, False])
    parts = [f"grade {grade}: {n}" for grade, n in counts.iter_rows()]
    parts += [f"not gradable ({reason}): {n}" for reason, n in reasons.iter_rows()]
    return f"{len(graded)} values. " + "; ".join(parts)
