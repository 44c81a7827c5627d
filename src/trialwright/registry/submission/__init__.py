"""A study's results as its public record wants them: built from result rows, each number with its trace.

What comes in: the definition, the public record, the ledger's facts, the result rows of one snapshot, and a person's
answers (``Material``). What goes out: a ``Submission``: the record with its results section, the trace of every number,
and what the registry's rules say of it; then files for a person to read, decide about and upload by hand.
What never happens here: computing a number, reading a file, asking the clock, sending anything anywhere. A rehearsal
says on its face that it is one. To add a part of the results section, copy ``flow.py``; to add a file that is
written, copy a function of ``files.py``.
"""

from trialwright.registry.submission.answers import NO_ANSWERS, Answers, read_answers, render_answers
from trialwright.registry.submission.build import Material, Submission, build_submission

__all__ = ["NO_ANSWERS", "Answers", "Material", "Submission", "build_submission", "read_answers", "render_answers"]
