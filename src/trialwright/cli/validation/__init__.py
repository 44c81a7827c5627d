"""Validation evidence: what the command ``trialwright validate`` puts together, and how it is printed.

What comes in: the requirements shipped here, the results of a test run (JUnit XML), the package's own files, and a
study's evidence. What goes out: a ``ValidationReport`` as JSON and as one HTML file. What never happens here: running
tests, judging a study (``simulate.cases`` does). To add a requirement, add it to ``requirements.yaml`` and mark a test.
"""
