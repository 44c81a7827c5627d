"""AE: one row an adverse event as it was reported (SDTMIG 3.4, section 6.2.1)."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.common import add_sequence, arrange
from trialwright.derive.occurrences import derive_occurrences
from trialwright.safety.terms import load_terms
from trialwright.snapshot.frames import Snapshot

UNCODED = "UNCODED"
_NEEDED = ("AETERM", "AEDECOD", "AESER", "AEREL", "AERELSPN", "AETOXGR", "AEOUT", "AEACN", "AESDTH")
_COLUMNS = (
    "STUDYID", "DOMAIN", "USUBJID", "SUBJID", "AESEQ", "AETERM", "AEDECOD", "AEBODSYS", "AESOC", "AESER", "AEACN",
    "AEREL", "AETOXGR", "AEOUT", "AESTDTC", "AEENDTC", "AESTDY", "AEENDY",
)  # fmt: skip


def derive_ae(definition: Definition, snapshot: Snapshot) -> pl.DataFrame:
    """One row an event, by participant and start.

    AEDECOD is the CTCAE term and AEBODSYS its class in the study's version; a term that CTCAE does not have stays
    visible: AEDECOD repeats what was written and AEBODSYS says UNCODED.
    """
    found = derive_occurrences(definition, snapshot, "AE")
    found = found.with_columns(
        pl.lit(None, dtype=pl.String).alias(name) for name in _NEEDED if name not in found.columns
    )
    table = load_terms(definition.study.safety.ctcae)
    written = pl.coalesce("AEDECOD", "AETERM", pl.lit(UNCODED))
    found = found.with_columns(written.alias("AEDECOD"))
    terms = {text: table.find(text) for text in found["AEDECOD"].unique()}
    classes = {text: term.soc if term else UNCODED for text, term in terms.items()}
    names = {text: term.term if term else text for text, term in terms.items()}
    found = found.with_columns(
        pl.col("AEDECOD").replace_strict(classes, default=UNCODED, return_dtype=pl.String).alias("AEBODSYS"),
        pl.col("AEDECOD").replace_strict(names, default=pl.col("AEDECOD"), return_dtype=pl.String),
    ).with_columns(pl.col("AEBODSYS").alias("AESOC"))
    return arrange(add_sequence(found, "AE"), _COLUMNS)
