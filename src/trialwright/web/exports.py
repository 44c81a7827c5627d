"""Files of data that leave the application: written aside, hashed, noted in the ledger, and only then sent."""

import csv
import hashlib
import io
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import closing

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render

from trialwright.capture.export import NoteExport
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial

_IN_MEMORY = 8 * 2**20
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def make_safe(cell: object) -> object:
    """A cell that no spreadsheet runs: a text that begins like a formula gets an apostrophe (OWASP, CSV injection).

    >>> make_safe("=1+1"), make_safe("plain"), make_safe(7)
    ("'=1+1", 'plain', 7)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_DANGEROUS) else cell


def send_csv(
    request: HttpRequest, what: str, columns: Sequence[str], rows: Iterable[Sequence[object]], selection: str = ""
) -> HttpResponse:
    """The rows as a CSV file of UTF-8 with a mark for spreadsheets; the refusal's page where it may not be noted.

    Parameters
    ----------
    what : str
        What it is of: the word in its name and in the ledger.
    selection : str
        The filter that the rows were chosen by, as it stands in the address.
    """
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (the answer closes it)
    count, digest = 0, hashlib.sha256()

    def put(row: Sequence[object]) -> None:
        with closing(io.StringIO(newline="")) as line:
            csv.writer(line).writerow([make_safe(cell) for cell in row])
            content = line.getvalue().encode()
        digest.update(content)
        file.write(content)

    file.write("\ufeff".encode())
    digest.update("\ufeff".encode())
    put(columns)
    for row in rows:
        put(row)
        count += 1
    noted = trial.perform(request, NoteExport(what, count, digest.hexdigest(), selection))
    if isinstance(noted, Refusal):
        file.close()
        return render(request, "refused.html", {"refusal": noted}, status=403)
    file.seek(0)
    name = f"{what}-{trial.get_definition().id}.csv"
    return FileResponse(file, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")  # type: ignore[return-value]


def send_file(
    request: HttpRequest, what: str, content: bytes, name: str, kind: str, *, is_inline: bool = False
) -> HttpResponse:
    """A file that was made whole, such as a PDF about one event: noted in the ledger, then sent.

    Parameters
    ----------
    what : str
        What it is of: the word in the ledger.
    name : str
        The name of the file, which says about whom it is.
    kind : str
        Its media type.
    is_inline : bool
        Whether the browser shows it at once, as a sheet that is printed.
    """
    noted = trial.perform(request, NoteExport(what, 1, hashlib.sha256(content).hexdigest(), name))
    if isinstance(noted, Refusal):
        return render(request, "refused.html", {"refusal": noted}, status=403)
    return answer_with_file(content, name, kind, is_inline=is_inline)


def answer_with_file(content: bytes, name: str, kind: str, *, is_inline: bool = False) -> HttpResponse:
    """The answer with a file that was noted."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'{"inline" if is_inline else "attachment"}; filename="{name}"'
    answer["Cache-Control"] = "no-store"  # a shared tablet keeps nothing
    return answer
