"""The public record from the inside: what is due for it, where it is untrue, and the signature under its results.

What comes in: the facts of the ledger, the study's public record, a person's answers and decisions. What goes out:
the registry's clock (a card for other pages, a page, a calendar file), the results as they would be published, and
the act ``SignResultsQc``. What never happens here: a rule or a date of the registry (``trialwright.registry`` has
them), a number, anything sent to a registry. To add a column to the clock, copy one in ``clock.html``.
"""
