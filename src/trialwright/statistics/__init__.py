"""Statistical methods on arrays: exact and honest for small trials, one idea per file, a library of its own.

>>> from trialwright import statistics
>>> shift = statistics.hodges_lehmann.estimate_shift([3.1, 4.0, 5.2, 6.3], [1.0, 2.2, 2.9, 3.5])
>>> round(shift.estimate, 2), round(shift.p, 3)
(2.2, 0.057)
>>> round(statistics.proportion.estimate_clopper_pearson(0, 10).ci_high, 3)
0.308

Which function answers which question
-------------------------------------
One group
    a number for every participant -> ``summary.describe``, ``summary.estimate_mean``, ``summary.estimate_geometric_mean``
    a share (x of n) -> ``proportion.estimate_clopper_pearson`` (never too narrow), ``estimate_wilson``, ``estimate_mid_p``,
    ``estimate_jeffreys``; as a probability statement ``beta_posterior.estimate_rate``, ``compute_exceedance``
    events in time at risk -> ``poisson_rate.estimate_exact``
    a course of values -> ``area_under_curve.compute_trapezoid``
    two readers of the same things -> ``agreement.estimate_intraclass``, ``agreement.estimate_limits``
Two groups, a continuous or ordered outcome
    small groups -> ``hodges_lehmann.estimate_shift`` (with exact interval), ``wilcoxon.compare_exact``
    ordered categories -> ``win_odds.estimate``, ``proportional_odds.fit``
    strata -> ``van_elteren.compare_exact``
    a baseline value -> ``ancova.estimate``
    several visits -> ``mmrm_visits.estimate_visits``; any design ``mmrm.fit``
    values below a limit of quantification -> ``censored_regression.fit``
    is the spread the same? -> ``spread.compare_brown_forsythe``
Two groups, yes or no
    a difference of shares -> ``risk_difference.estimate_exact`` (small), ``estimate_miettinen_nurminen``,
    ``estimate_newcombe``, ``estimate_mee``; as a probability statement ``beta_posterior.estimate_difference``
    a test -> ``boschloo.compare``, ``barnard.compare``, ``fisher.compare_two_sided``, ``fisher.compare_mid_p``
    an odds ratio -> ``conditional_odds_ratio.estimate_exact``; with covariates ``firth_logistic.fit``
    strata -> ``stratified_risk_difference``, ``mantel_haenszel``
    a ratio of rates -> ``poisson_rate.estimate_ratio``
Time to an event
    one kind of event -> ``kaplan_meier.estimate``, ``kaplan_meier.estimate_quantile``, ``rmst.estimate``
    two groups -> ``log_rank.compare_exact`` (small), ``log_rank.compare``, ``cox.fit``, ``rmst.compare``
    events that compete -> ``aalen_johansen.estimate``, ``aalen_johansen.compare``, ``gray.compare_exact`` (small),
    ``gray.compare``, ``fine_gray.fit``, ``rmst.estimate_lost``
    known only to lie between two visits -> ``turnbull.estimate``; a time ratio ``censored_regression.fit``
Groups that chance did not form
    how far apart are they? -> ``standardised_difference``
    a weighted comparison -> ``overlap_weights.estimate``
    how strong must a hidden cause be? -> ``e_value``
Doubts about an answer
    missing values -> ``multiple_imputation``, ``tipping_point``
    several hypotheses -> ``multiplicity.adjust_holm``, ``adjust_gatekeeping``, ``adjust_fixed_sequence``
    how wide would it be with more participants? -> ``interval_width``
    were digits made up? -> ``terminal_digits.compare_uniform``
Before the trial
    sizes and power -> ``sample_size``; looks at the data -> ``group_sequential``; stopping for harm -> ``stopping``

What comes in and goes out
--------------------------
What comes in: numpy arrays and plain numbers; NaN (and None) means missing, is left out and counted. What goes out: the
frozen shapes of ``outcomes`` (``Estimate``, ``Comparison``, ``Curve``) or a fit that gives them, each with the method's name.
A number that cannot be computed is ``None``, never NaN, and ``warnings`` says why. Only a wrong call (columns of different
length, an unknown option) raises ValueError.

"Equations (1) to (3) of cox.md" in a docstring means those of the page ``docs/explanation/statistics/cox.md``, where each
names its source; ``references.md`` beside it names the numbers against which every function is tested.

What never happens here: studies, frames, files, plots, clocks; randomness comes in as a numpy ``Generator``.
To add a method, copy ``poisson_rate.py`` (an estimate) or ``wilcoxon.py`` (a test), and name it in
``trialwright.vocabulary.methods`` when a result row will quote it.
"""

from trialwright.statistics import (
    aalen_johansen,
    agreement,
    ancova,
    area_under_curve,
    barnard,
    beta_posterior,
    boschloo,
    censored_regression,
    conditional_odds_ratio,
    cox,
    e_value,
    fine_gray,
    firth_logistic,
    fisher,
    gray,
    group_sequential,
    hodges_lehmann,
    interval_width,
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
    proportional_odds,
    risk_difference,
    rmst,
    sample_size,
    spread,
    standardised_difference,
    stopping,
    stratified_risk_difference,
    summary,
    terminal_digits,
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
    "agreement",
    "ancova",
    "area_under_curve",
    "barnard",
    "beta_posterior",
    "boschloo",
    "censored_regression",
    "conditional_odds_ratio",
    "cox",
    "e_value",
    "fine_gray",
    "firth_logistic",
    "fisher",
    "gray",
    "group_sequential",
    "hodges_lehmann",
    "interval_width",
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
    "proportional_odds",
    "risk_difference",
    "rmst",
    "sample_size",
    "spread",
    "standardised_difference",
    "stopping",
    "stratified_risk_difference",
    "summary",
    "terminal_digits",
    "tipping_point",
    "turnbull",
    "van_elteren",
    "wilcoxon",
    "win_odds",
]
