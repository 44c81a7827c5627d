"""Grading by CTCAE, the adverse event record, reporting clocks, stopping rules, CIOMS I and E2B(R3).

What comes in: numbers, adverse event records and their context, each as a frozen value; a participant's state of the
ledger with the definition (``subject_events``, ``subject_values``, ``study_stopping``); ``now`` as an argument.
What goes out: proposed grades or the reason why there is none, proposals that wait for a judgement, findings, clocks
with their due times, stopping boundaries with exact operating characteristics, the content of a CIOMS I form,
E2B(R3) XML as bytes.
What never happens here: a grade is set (it is proposed), saving is barred (a finding warns), a clock is read, a file
is opened (but for the room's own tables, shipped inside the package in ``tables/``), a message is sent.
To add a grading criterion, add a row to ``tables/grading_criteria.csv``; to add a reporting clock, add a row to
``tables/reporting_regimes.csv``; to add a check of the event record, copy a function of ``event_checks.py``.
"""
