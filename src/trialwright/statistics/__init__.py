"""Statistical methods on arrays, one idea per file, usable as a library of its own.

What comes in: numpy arrays and plain numbers. What goes out: the frozen shapes of ``outcomes`` (an estimate, a test, a
curve), each with the method's name and, where a number could not be computed, ``None`` and a sentence that says why.
What never happens here: studies, frames, files, plots, clocks; randomness comes in as a numpy ``Generator``.
To add a method, copy ``poisson_rate.py`` (an estimate) or ``wilcoxon.py`` (a test), and name it in
``trialwright.vocabulary.methods`` when a result row will quote it.

>>> from trialwright import statistics
>>> round(statistics.proportion.estimate_clopper_pearson(0, 10).ci_high, 3)
0.308
"""

from trialwright.statistics import (
    aalen_johansen,
    ancova,
    barnard,
    beta_posterior,
    boschloo,
    conditional_odds_ratio,
    cox,
    e_value,
    fine_gray,
    firth_logistic,
    fisher,
    gray,
    group_sequential,
    hodges_lehmann,
    kaplan_meier,
    log_rank,
    mantel_haenszel,
    mmrm,
    mmrm_visits,
    multiple_imputation,
    multiplicity,
    overlap_weights,
    poisson_rate,
    proportion,
    risk_difference,
    rmst,
    sample_size,
    standardised_difference,
    stopping,
    stratified_risk_difference,
    summary,
    tipping_point,
    turnbull,
    van_elteren,
    wilcoxon,
    win_odds,
)
from trialwright.statistics.outcomes import Comparison, Curve, Estimate

__all__ = [
    "Comparison",
    "Curve",
    "Estimate",
    "aalen_johansen",
    "ancova",
    "barnard",
    "beta_posterior",
    "boschloo",
    "conditional_odds_ratio",
    "cox",
    "e_value",
    "fine_gray",
    "firth_logistic",
    "fisher",
    "gray",
    "group_sequential",
    "hodges_lehmann",
    "kaplan_meier",
    "log_rank",
    "mantel_haenszel",
    "mmrm",
    "mmrm_visits",
    "multiple_imputation",
    "multiplicity",
    "overlap_weights",
    "poisson_rate",
    "proportion",
    "risk_difference",
    "rmst",
    "sample_size",
    "standardised_difference",
    "stopping",
    "stratified_risk_difference",
    "summary",
    "tipping_point",
    "turnbull",
    "van_elteren",
    "wilcoxon",
    "win_odds",
]
