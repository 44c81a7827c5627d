"""CM: one row a treatment beside the study's (SDTMIG 3.4, section 6.1.2)."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.common import add_sequence, arrange
from trialwright.derive.occurrences import derive_occurrences
from trialwright.snapshot.frames import Snapshot

_COLUMNS = ("STUDYID", "DOMAIN", "USUBJID", "SUBJID", "CMSEQ", "CMSTDTC", "CMENDTC", "CMSTDY", "CMENDY")


def derive_cm(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row a treatment, by participant and start, with the texts that were entered."""
    return arrange(add_sequence(derive_occurrences(definition, snapshot, "CM"), "CM"), _COLUMNS)
