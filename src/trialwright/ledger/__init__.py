"""The ledger: entries, the chain that binds them, and the state that they add up to.

What comes in: entries that ``capture`` decided, and rows that ``store`` read. What goes out: payloads, hashes, states.
What never happens here: a database, a clock, a decision. To add an act, copy a class of ``entries.py`` and give it a
branch in ``subject.py`` (a participant's own chain) or ``study.py`` (the study's chain).
"""
