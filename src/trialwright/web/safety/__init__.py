"""Safety: adverse events with the sponsor's part and their clocks, proposals from values, the stopping rule, the board.

What comes in: participants' states, from which ``safety/`` computes events, proposals and clocks; the acts of
``capture/sponsors_part.py``, ``review_proposal.py``, ``situation.py`` and ``stopping.py``. What goes out: pages, forms
for authorities as PDF and XML, a line listing as CSV. What never happens here: a finding bars an event, a value sets a
grade, an arm is told to those who must not know it. To add a page, copy ``situations.py`` with its template.
"""
