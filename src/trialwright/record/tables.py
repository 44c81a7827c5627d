"""CSV exports of registries: rows keyed by column, read by the readers of single rows."""

import csv
import io
from collections.abc import Iterator

from trialwright.record.build import report_trouble
from trialwright.record.ctgov_csv import is_ctgov_csv_row, read_ctgov_csv_row
from trialwright.record.ictrp import is_ictrp_row, read_ictrp_row
from trialwright.record.model import Record
from trialwright.vocabulary.findings import Finding


def is_table(text: str) -> bool:
    """Whether the first line is the header of an export we know."""
    header = text.lstrip("\ufeff").partition("\n")[0]
    return "," in header and ("TrialID" in header or "NCT Number" in header)


def read_table(text: str, name: str) -> Iterator[Record | list[Finding]]:
    """Each row of a CSV export as a record; a row of another shape gives a finding with its line."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    try:
        for row in reader:
            spot = f"{name}[line {reader.line_num}]"
            cells: dict[str, object] = {str(key): value for key, value in row.items() if key is not None}
            if None in row:
                yield [report_trouble(spot, "table-shape", "the row has more cells than the header")]
            elif is_ictrp_row(cells):
                yield read_ictrp_row(cells, spot)
            elif is_ctgov_csv_row(cells):
                yield read_ctgov_csv_row(cells, spot)
            else:
                yield [report_trouble(spot, "table-shape", "the table lacks columns of a registry export")]
    except csv.Error as trouble:
        yield [report_trouble(f"{name}[line {reader.line_num}]", "table-syntax", str(trouble))]
