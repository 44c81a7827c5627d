"""From a definition and a computed study to the finished report."""

from datetime import datetime

from trialwright.definition.compiled import Definition
from trialwright.report.ars import render_ars
from trialwright.report.document import render_document
from trialwright.report.html import render_html
from trialwright.report.listings import find_arms
from trialwright.report.pdf import render_bytes
from trialwright.report.rtf import render_rtf
from trialwright.report.typst_source import render_typst
from trialwright.report.view import View, fold_view
from trialwright.results import Bundle
from trialwright.safety.board import BoardReport
from trialwright.vocabulary.codelists import Purpose

_WORDS = {
    "table": "table.word",
    "figure": "figure.word",
    "listing": "listing.word",
    "contents": "front.contents",
    "tables": "front.tables",
    "page": "front.page",
    "dropped": "listing.dropped",
    "empty": "listing.empty",
    "dossiers": "section.dossiers",
    "dossiers_lead": "dossiers.lead",
    "hint": "opens.hint",
    "title": "opens.title",
    "count": "opens.count",
    "value": "opens.value",
    "method": "opens.method",
    "close": "opens.close",
    "arm": "opens.arm",
    "participant": "opens.participant",
}


def render_report(
    definition: Definition,
    bundle: Bundle,
    *,
    language: str = "en",
    participants: bool | None = None,
    conduct: BoardReport | None = None,
) -> str:
    """The report as one HTML text, byte for byte the same for the same input.

    Parameters
    ----------
    definition : Definition
        The study; its version should be the one that the bundle was computed with.
    bundle : Bundle
        The computed study.
    language : str
        ``en`` or ``zh``.
    participants : bool, optional
        Whether single participants may be shown: their rows, courses, timelines, and who is behind a number. By default
        only those of a VIRTUAL ledger are, for a report may leave the application.
    conduct : BoardReport, optional
        The safety board's report of the same data cut: shown as the section on the conduct of safety.
    """
    view = _fold_view(definition, bundle, language, participants, conduct)
    document = render_document(view)
    arms = (
        {subject: view.group(arm) if arm else "" for subject, arm in find_arms(view).items()} if document.opens else {}
    )
    return render_html(document, _words(view), arms)


def render_pdf(
    definition: Definition,
    bundle: Bundle,
    *,
    language: str = "en",
    participants: bool | None = None,
    conduct: BoardReport | None = None,
) -> bytes:
    """The report as PDF, dated with the data cut: the same tables, figures and texts as the HTML, on A4.

    Parameters
    ----------
    definition, bundle, language, participants, conduct
        As for ``render_report``.
    """
    view = _fold_view(definition, bundle, language, participants, conduct)
    moment = datetime.fromisoformat(bundle.header.data_cut)
    source, figures = render_typst(render_document(view), _words(view), (moment.year, moment.month, moment.day))
    return render_bytes(source, figures, moment)


def render_tables_rtf(definition: Definition, bundle: Bundle, *, language: str = "en") -> str:
    """Every numbered table as RTF, one a page, for a regulator's word processor; no row of a participant is in it.

    Parameters
    ----------
    definition, bundle, language
        As for ``render_report``.
    """
    view = fold_view(definition, bundle, language, participants=False)
    return render_rtf(render_document(view), _words(view))


def render_results_ars(
    definition: Definition, bundle: Bundle, *, language: str = "en", participants: bool | None = None
) -> str:
    """Every result row in the shape of CDISC's Analysis Results Standard, as JSON.

    Parameters
    ----------
    definition, bundle, language, participants
        As for ``render_report``.
    """
    return render_ars(_fold_view(definition, bundle, language, participants))


def _fold_view(
    definition: Definition,
    bundle: Bundle,
    language: str,
    participants: bool | None,
    conduct: BoardReport | None = None,
) -> View:
    shown = bundle.header.purpose == Purpose.VIRTUAL if participants is None else participants
    return fold_view(definition, bundle, language, shown, conduct)


def _words(view: View) -> dict[str, str]:
    """The words of the renderers; places in braces stay open for them."""
    words = {name: view.raw(key) for name, key in _WORDS.items()}
    return {**words, "language": view.language, "mark": view.raw(f"mark.{view.purpose.value}")}
