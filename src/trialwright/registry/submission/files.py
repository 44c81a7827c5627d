"""A checked submission as files for a person: record, upload files, page, summaries, traces, quality sheet."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from typing import Any

from trialwright.record.build import render_shape
from trialwright.registry.eudract import EudractFile, render_eudract
from trialwright.registry.prs_out import PrsFile, render_prs
from trialwright.registry.public_page import render_public_page
from trialwright.registry.submission.build import Submission
from trialwright.registry.submission.lay import render_lay_summary
from trialwright.registry.submission.quality import Point, SignOff, list_points, render_quality_sheet
from trialwright.registry.submission.sheet import REHEARSAL
from trialwright.registry.submission.told import Trace
from trialwright.results import ResultRow

_ROW = ("analysis", "parameter", "statistic", "visit", "group", "category", "method", "value", "n_used", "n_missing")


def render_files(
    submission: Submission, organisation: str, dictionary: str, signed: Sequence[SignOff] = ()
) -> dict[str, bytes]:
    """Every file by its name; the same submission gives the same bytes. A rehearsal's names say so.

    Parameters
    ----------
    submission : Submission
        Without errors: whoever calls this has looked.
    organisation : str
        Short name of the registry account.
    dictionary : str
        Version of the dictionary of terms that EudraCT's file names.
    signed : sequence of SignOff, optional
        Signatures from the ledger.
    """
    prs, eudract = _render_uploads(submission, organisation, dictionary)
    points = list_points(submission, (*prs.losses, *eudract.losses))
    files = {
        "record.json": _render_json(render_shape(submission.record)),
        "prs.xml": _mark_xml(prs.xml, submission),
        "eudract.xml": _mark_xml(eudract.xml, submission),
        "page.html": render_page(submission).encode(),
        "summary.en.md": render_lay_summary(submission, "en").encode(),
        "summary.zh.md": render_lay_summary(submission, "zh").encode(),
        "quality.md": render_quality_sheet(submission, points, signed).encode(),
        "quality.json": _render_points(submission, points),
        "trace.json": _render_json(render_traces(submission)),
    }
    prefix = "REHEARSAL." if submission.is_rehearsal else ""
    return {f"{prefix}{name}": data for name, data in files.items()}


def list_all_points(submission: Submission, organisation: str, dictionary: str) -> tuple[Point, ...]:
    """The points that a person decides before signing, with what the upload files cannot hold."""
    prs, eudract = _render_uploads(submission, organisation, dictionary)
    return list_points(submission, (*prs.losses, *eudract.losses))


def _render_uploads(submission: Submission, organisation: str, dictionary: str) -> tuple[PrsFile, EudractFile]:
    results = submission.record.results
    assert results is not None
    return (
        render_prs(submission.record, organisation),
        render_eudract(results.adverse_events, dictionary, submission.details),
    )


def _render_json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _render_points(submission: Submission, points: Sequence[Point]) -> bytes:
    """The points for a machine, with the digest that a signature covers."""
    return _render_json({"digest": submission.digest, "points": [asdict(one) for one in points]})


def _mark_xml(xml: bytes, submission: Submission) -> bytes:
    """The file with a comment at its head where it is of a rehearsal."""
    if not submission.is_rehearsal:
        return xml
    head, _, body = xml.partition(b"?>\n")
    return head + b"?>\n<!-- " + REHEARSAL.encode() + b" -->\n" + body


def render_page(submission: Submission) -> str:
    """The page as the public would see it, with a band where it is of a rehearsal."""
    page = render_public_page(submission.record)
    if not submission.is_rehearsal:
        return page
    style = "background:#b00020;color:#fff;padding:.7rem 1rem;font-weight:700;position:sticky;top:0"
    return page.replace("<main>", f"<main><div style='{style}' role='note'>{escape(REHEARSAL)}</div>", 1)


def render_traces(submission: Submission) -> dict[str, Any]:
    """Path → rows, as a plain object; ``rows`` are numbers into the list of all rows that were used."""
    numbers: dict[ResultRow, int] = {}
    for trace in submission.traces:
        for row in trace.rows:
            numbers.setdefault(row, len(numbers))
    header = submission.material.header
    return {
        "study": header.study,
        "purpose": header.purpose,
        "snapshot": header.snapshot,
        "definition": header.digest,
        "results": submission.digest,
        "rows": [{name: getattr(row, name) for name in _ROW} for row in numbers],
        "traces": [_render_trace(one, numbers) for one in submission.traces],
    }


def _render_trace(trace: Trace, numbers: dict[ResultRow, int]) -> dict[str, Any]:
    return {
        "path": trace.path,
        "value": trace.value,
        "how": trace.how,
        "rows": [numbers[row] for row in trace.rows],
    }
