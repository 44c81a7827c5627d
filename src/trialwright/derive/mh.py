"""MH: one row a condition of the medical history (SDTMIG 3.4, section 6.2.7)."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.common import add_sequence, arrange
from trialwright.derive.occurrences import derive_occurrences
from trialwright.snapshot.frames import Snapshot

_COLUMNS = ("STUDYID", "DOMAIN", "USUBJID", "SUBJID", "MHSEQ", "MHSTDTC", "MHENDTC", "MHSTDY", "MHENDY")


def derive_mh(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row a condition, by participant and start, with the texts that were entered."""
    return arrange(add_sequence(derive_occurrences(definition, snapshot, "MH"), "MH"), _COLUMNS)
