"""The result row: one statistic of one analysis."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One computed number and everything that is needed to find, print, question and rebuild it.

    Parameters
    ----------
    analysis : str
        Id of the analysis in the study's plan, such as ``P1.main``.
    outcome : str
        Endpoint id such as ``P1``; empty for participant flow, demographics, exposure.
    table : str
        ICH E3 number of the display it belongs to, such as ``14.2.1.1``.
    analysis_set : str
        FAS, SAF, PP, ENROLLED, SCREENED …
    parameter : str
        What was measured (PARAMCD) or counted.
    visit : str
        Encounter id, or empty.
    group : str
        Arm id, ``A - B`` for a contrast, ``TOTAL``, or empty.
    category : str
        Level, term, grade or reason within the parameter; empty for a single number.
    statistic : str
        ``n``, ``mean``, ``sd``, ``median``, ``estimate``, ``ci_low``, ``ci_high``, ``p`` …
    value : float or None
        At full precision; None says that it could not be estimated and ``warnings`` says why.
    method : str
        Id in ``vocabulary.methods``; empty for plain counts.
    unit : str
        Unit of ``value``.
    n_used, n_missing : int
        Participants used, and those of the set without a usable value.
    subjects : tuple of str
        The participants behind the number.
    warnings : tuple of str
        Ties, zero cells, fallback covariance, why nothing could be estimated.
    """

    analysis: str
    outcome: str
    table: str
    analysis_set: str
    parameter: str
    statistic: str
    value: float | None
    visit: str = ""
    group: str = ""
    category: str = ""
    method: str = ""
    unit: str = ""
    n_used: int = 0
    n_missing: int = 0
    subjects: tuple[str, ...] = field(default=(), repr=False)
    warnings: tuple[str, ...] = ()
