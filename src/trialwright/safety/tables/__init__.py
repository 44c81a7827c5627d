"""The room's own tables of facts, shipped as package data, and the one function that reads them.

What comes in: the name of a table. What goes out: its rows as text. Nothing is written, nothing is computed.
To add a table, put a UTF-8 CSV file beside this one, with a header line.
"""

import csv
import io
from importlib.resources import files


def load_rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of the package's table ``name`` (``<name>.csv``), one dictionary a row, every value a stripped text.

    Lines that begin with ``#`` are remarks (sources, dates of checking).
    """
    text = files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    reader = csv.DictReader(io.StringIO("\n".join(lines)), strict=True)
    return tuple({key: value.strip() for key, value in row.items()} for row in reader)
