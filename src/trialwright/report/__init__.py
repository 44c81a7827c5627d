"""The report: one self-contained HTML file, a PDF, tables as RTF, results as JSON (ARS): result rows as tables, figures and text.

What comes in: a ``Definition`` and a ``Bundle`` (rows, listings, series), both finished. What goes out: text or bytes,
the same for the same input. What never happens here: computing a statistic, reading a clock, asking the network.
Sections build a ``Document`` of small frozen parts (``display.py``); renderers turn it into HTML, PDF or RTF.
To add a table, give its rows a number under 14.x and its title to ``phrases_names.py``; to add a kind of figure, copy
``steps.py``; to add a section, copy ``safety.py`` and name it in ``document.py``.
"""

from trialwright.report.render import render_pdf, render_report, render_results_ars, render_tables_rtf

__all__ = ["render_pdf", "render_report", "render_results_ars", "render_tables_rtf"]
