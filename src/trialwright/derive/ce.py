"""CE: one row a symptom that was asked for at a visit (SDTMIG 3.4, section 6.2.2)."""

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.derive.common import add_sequence

_COLUMNS = (
    "STUDYID", "DOMAIN", "USUBJID", "SUBJID", "CESEQ", "CETERM", "CEDECOD", "CEPRESP", "CEOCCUR", "CESEV", "CESTAT",
    "CEREASND", "VISITNUM", "VISIT", "VISITDY", "EPOCH", "CEDTC", "CEDY", "SRCPOS",
)  # fmt: skip
_NONE = "0"


def derive_ce(definition: Definition, asked: pl.DataFrame) -> pl.DataFrame:
    """One row a symptom and visit, in the order of ``asked``.

    ``asked`` is what ``derive_findings`` makes of the items of domain CE. An item for CESEV is a grade: 0 means that
    the symptom did not occur, every other grade that it did. CEDECOD is the item's test code.
    """
    graded = [
        item.sdtm.testcd
        for one in definition.forms.values()
        for item in one.form.items
        if item.sdtm and item.sdtm.domain == "CE" and item.sdtm.variable == "CESEV"
    ]
    is_grade = pl.col("CETESTCD").cast(pl.String).is_in([code for code in graded if code])
    answer = pl.col("CEORRES")
    occurred = pl.when(answer == _NONE).then(pl.lit("N")).when(answer.is_not_null()).then(pl.lit("Y"))
    found = asked.drop("CESEQ").with_columns(
        pl.col("CETEST").cast(pl.String).alias("CETERM"),
        pl.col("CETESTCD").cast(pl.String).alias("CEDECOD"),
        pl.lit("Y").alias("CEPRESP"),
        pl.when(is_grade).then(occurred).otherwise(answer).alias("CEOCCUR"),
        pl.when(is_grade).then(answer).alias("CESEV"),
    )
    return add_sequence(found, "CE").select(_COLUMNS)
