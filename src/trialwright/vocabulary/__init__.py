"""Words only: labels, partial dates, numbers, codelists, missing values, findings and refusals.

What comes in: texts and numbers. What goes out: small frozen values that every other room may hold.
What never happens here: anything that knows a study, a ledger, a file or a clock.
To add a word, copy ``partial_dates.py`` (a value with behaviour) or a class of ``codelists.py`` (a closed list).
"""
