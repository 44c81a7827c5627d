"""A CSV file as a table: encoding, delimiter, header and rows, or why it is none."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

MOST_BYTES = 2 * 2**20
MOST_ROWS = 300
MOST_COLUMNS = 200
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong where, and what would be right. ``line`` counts from 1 with the header; 0 for the whole file."""

    line: int
    column: str
    what: str
    right: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The header, and each row with the line it stands on."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def decode(content: bytes) -> str | None:
    """The text of a file in UTF-8 or GB 18030, as hospitals in China export it; None where it is no text."""
    if b"\x00" in content or content[:2] == b"PK":
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_table(text: str) -> Table | tuple[Problem, ...]:
    """The table of a text, or every problem of its shape.

    >>> read_table("a;b\\n1;2\\n").rows
    ((2, ('1', '2')),)
    >>> [problem.line for problem in read_table("a,b\\n1\\n")]
    [2]
    """
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter=delimiter, strict=True)
    lines: list[tuple[int, tuple[str, ...]]] = []
    try:
        before = 0
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append((before + 1, tuple(cell.strip() for cell in cells)))
            before = reader.line_num
            if len(lines) > MOST_ROWS + 1:
                return (Problem(0, "", f"the file has more than {MOST_ROWS} rows", "split it into smaller files"),)
    except csv.Error as error:
        return (
            Problem(reader.line_num, "", f"the quotation marks do not match ({error})", 'write " inside a cell as ""'),
        )
    if len(lines) < 2:
        return (Problem(0, "", "the file has no rows", "a header in the first line, then one row for each visit"),)
    header, rows = lines[0][1], tuple(lines[1:])
    problems = _check_header(header)
    problems += [
        Problem(line, "", f"{len(cells)} cells, the header has {len(header)}", "one cell for each column")
        for line, cells in rows
        if len(cells) != len(header)
    ]
    return tuple(problems) or Table(header, rows)


def _check_header(header: tuple[str, ...]) -> list[Problem]:
    if len(header) > MOST_COLUMNS:
        return [
            Problem(1, "", f"the file has more than {MOST_COLUMNS} columns", "leave out what the study does not ask")
        ]
    doubled = [name for name, count in Counter(header).items() if name and count > 1]
    return [Problem(1, name, "two columns have this name", "give each column a name of its own") for name in doubled]
