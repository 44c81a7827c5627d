"""The typed registry record, its readers, and what can be found in its texts.

What comes in: the bytes of a file from a registry. What goes out: a frozen ``Record`` in the shape of
ClinicalTrials.gov's API v2, or findings with a path; from a record, its criteria, time points, doses and a draft study.
What never happens here: opening files, the registry's rules (``trialwright.registry``), and guessing silently: what a
source does not say outright is in ``record.reading.notes`` or carries an ``assumed`` or ``ambiguous`` mark.
To add a format, copy ``ctgov_csv.py`` and name it in ``read.py``.
"""

from trialwright.record.build import build_record, render_shape
from trialwright.record.model import Record
from trialwright.record.read import read_record, read_records
from trialwright.record.reading import Reading
from trialwright.record.sentences import Criterion, Heading, Kind, SplitCriteria, compute_sentence_hash, split_criteria

__all__ = [
    "Criterion",
    "Heading",
    "Kind",
    "Reading",
    "Record",
    "SplitCriteria",
    "build_record",
    "compute_sentence_hash",
    "read_record",
    "read_records",
    "render_shape",
    "split_criteria",
]
