"""Names of statistical methods. A result row quotes one; ``trialwright.statistics`` has a function for each."""

from enum import StrEnum


class Method(StrEnum):
    """A method by its id; the value names ``<file>.<function>`` of the statistics room."""

    CLOPPER_PEARSON = "proportion.estimate_clopper_pearson"
    RISK_DIFFERENCE_EXACT = "risk_difference.estimate_exact"
    RISK_DIFFERENCE_MN = "risk_difference.estimate_miettinen_nurminen"
    FISHER_MID_P = "fisher.compare_mid_p"
    WILCOXON_EXACT = "wilcoxon.compare_exact"
    HODGES_LEHMANN = "hodges_lehmann.estimate_shift"
    KAPLAN_MEIER = "kaplan_meier.estimate"
    AALEN_JOHANSEN = "aalen_johansen.estimate"
    GRAY = "gray.compare"
    LOG_RANK_EXACT = "log_rank.compare_exact"
    MMRM = "mmrm.fit"
    ANCOVA = "ancova.estimate"
    POISSON_EXACT = "poisson_rate.estimate_exact"
    STANDARDISED_DIFFERENCE = "standardised_difference.estimate"
    QUANTILE_TYPE_2 = "summary.compute_quantile"
