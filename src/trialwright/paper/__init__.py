"""Paper: forms to fill in with a pen or as they are on record, the calendar of visits and the appointment card, as PDF.

What comes in: a ``Definition``, the state of a participant (none for blank forms), a moment for the document's date.
What goes out: the bytes of a PDF, the same for the same input, with the version of the definition and a QR code on
every sheet. What never happens here: reading a clock or a database, deciding what may be seen (the caller leaves out
what these eyes may not see). To add a kind of paper, copy ``card.py``: what stands on it as frozen parts, then its
typst source from the pieces of ``pieces.py``; its texts go to ``words.py`` in both languages.
"""

from trialwright.paper.calendar import render_calendar_pdf
from trialwright.paper.card import render_card_pdf
from trialwright.paper.forms import PaperSignature, Signatures, render_forms_pdf
from trialwright.paper.places import Place, list_places

__all__ = [
    "PaperSignature",
    "Place",
    "Signatures",
    "list_places",
    "render_calendar_pdf",
    "render_card_pdf",
    "render_forms_pdf",
]
