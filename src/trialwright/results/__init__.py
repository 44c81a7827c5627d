"""Results as rows: one computed number, one row; every table, figure and registry field is a view of these rows.

What comes in: nothing; this room only says what a result is. What goes out: ``ResultRow`` and the ``Bundle`` of a study.
What never happens here: computing. The shape follows CDISC's Analysis Results Standard (analysis, analysis set, group,
operation, result) in one flat row.
"""

from trialwright.results.bundle import Bundle, Header
from trialwright.results.row import ResultRow

__all__ = ["Bundle", "Header", "ResultRow"]
