"""One entry for all formats: bytes in, typed records or findings out."""

from collections.abc import Iterator

from pydantic_core import from_json

from trialwright.record.api_v1 import is_api_v1, read_api_v1
from trialwright.record.api_v2 import is_api_v2, read_api_v2
from trialwright.record.build import report_trouble
from trialwright.record.ctgov_csv import is_ctgov_csv_row, read_ctgov_csv_row
from trialwright.record.ictrp import is_ictrp_row, read_ictrp_row, read_ictrp_xml
from trialwright.record.model import Record
from trialwright.record.page_text import is_page_text, read_page_text
from trialwright.record.prs_xml import PRS_ROOT, read_prs_xml
from trialwright.record.public_xml import read_public_xml
from trialwright.record.safe_xml import read_xml
from trialwright.record.tables import is_table, read_table
from trialwright.vocabulary.findings import Finding

_KNOWN = "API v2 JSON, legacy or PRS XML, a WHO ICTRP export, a classic download, or the text of a study page"


def read_record(data: bytes, name: str) -> Record | list[Finding]:
    """The one record in a file, or findings that say what is wrong and where.

    Parameters
    ----------
    data : bytes
        The file. Its format is found from its content, never from its name.
    name : str
        Name of the file, for findings.

    >>> read_record(b"{", "a.json")[0].code
    'json-syntax'
    """
    found = list(read_records(data, name))
    if len(found) == 1:
        return found[0]
    message = f"the file holds {len(found)} records where one was expected"
    return [report_trouble(name, "record-count", message, remedy="give a file with one record")]


def read_records(data: bytes, name: str) -> Iterator[Record | list[Finding]]:
    """Every record in a file, one after the other; a broken one gives its findings and the next follows."""
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not head:
        yield [report_trouble(name, "record-format", "the file is empty")]
    elif head in (b"{", b"["):
        yield from _read_json(data, name)
    elif head == b"<":
        yield from _read_xml(data, name)
    else:
        yield from _read_text(data, name)


def _read_json(data: bytes, name: str) -> Iterator[Record | list[Finding]]:
    try:
        parsed = from_json(data.removeprefix(b"\xef\xbb\xbf"), allow_inf_nan=False)
    except ValueError as trouble:
        yield [report_trouble(name, "json-syntax", str(trouble))]
        return
    yield from read_parsed(parsed, name)


def read_parsed(parsed: object, name: str) -> Iterator[Record | list[Finding]]:
    """Every record in an already parsed JSON value."""
    rows = parsed if isinstance(parsed, list) else [parsed]
    if is_api_v1(parsed):
        yield from read_api_v1(parsed, name)
    elif is_api_v2(parsed):
        yield from read_api_v2(parsed, name)
    elif rows and all(isinstance(row, dict) and (is_ictrp_row(row) or is_ctgov_csv_row(row)) for row in rows):
        for number, row in enumerate(rows):
            spot = name if len(rows) == 1 else f"{name}[{number}]"
            yield read_ictrp_row(row, spot) if is_ictrp_row(row) else read_ctgov_csv_row(row, spot)
    else:
        yield [report_trouble(name, "record-format", "the JSON is no registry record we know", remedy=f"give {_KNOWN}")]


def _read_xml(data: bytes, name: str) -> Iterator[Record | list[Finding]]:
    root = read_xml(data, name)
    if isinstance(root, list):
        yield root
    elif root.tag in ("Trials_downloaded_from_ICTRP", "Trial"):
        yield from read_ictrp_xml(root, name)
    elif root.tag == PRS_ROOT:
        yield from read_prs_xml(root, name)
    elif root.tag == "clinical_study":
        yield from read_public_xml(root, name)
    else:
        message = f"the XML with root element {root.tag!s} is no registry record we know"
        yield [report_trouble(name, "record-format", message, remedy=f"give {_KNOWN}")]


def _read_text(data: bytes, name: str) -> Iterator[Record | list[Finding]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        yield [report_trouble(name, "record-encoding", f"the text is not UTF-8 at byte {trouble.start}")]
        return
    if is_page_text(text):
        yield from read_page_text(text, name)
    elif is_table(text):
        yield from read_table(text, name)
    else:
        message = "the text is no registry record we know"
        yield [report_trouble(name, "record-format", message, remedy=f"give {_KNOWN}")]
