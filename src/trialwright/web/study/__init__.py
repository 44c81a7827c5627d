"""The study: its definition as a protocol prints it, its assumptions, its public record, and its audit trail.

What comes in: the definition and the ledger. What goes out: pages, a CSV file, and the act ``SignAssumption``. What never
happens here: results by arm while they are sealed, a participant on the public record, another site's entries.
"""
