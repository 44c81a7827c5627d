"""Rows that people may correct without reading code: obligations of registration and reporting."""

import csv
import io
from importlib.resources import files


def load_rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of the package's table ``<name>.csv``; lines that begin with ``#`` are remarks."""
    text = files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(
        {key: value.strip() for key, value in row.items()} for row in csv.DictReader(io.StringIO("\n".join(lines)))
    )
