"""Statistical methods in words, by the ids of ``vocabulary.methods``, in English and Chinese."""

from trialwright.vocabulary.labels import Label as L
from trialwright.vocabulary.methods import Method

_WORDS: dict[Method, L] = {
    Method.CLOPPER_PEARSON: L("Clopper-Pearson exact interval", "Clopper-Pearson 精确区间"),
    Method.RISK_DIFFERENCE_EXACT: L("risk difference with exact unconditional interval", "率差及精确非条件区间"),
    Method.RISK_DIFFERENCE_MN: L("risk difference, Miettinen-Nurminen interval", "率差，Miettinen-Nurminen 区间"),
    Method.FISHER_MID_P: L("Fisher's exact test, mid-p", "Fisher 精确检验（mid-p）"),
    Method.WILCOXON_EXACT: L("exact Wilcoxon rank-sum test, ties kept", "精确 Wilcoxon 秩和检验（保留结值）"),
    Method.HODGES_LEHMANN: L("Hodges-Lehmann shift with exact interval", "Hodges-Lehmann 位移估计及精确区间"),
    Method.KAPLAN_MEIER: L("Kaplan-Meier estimate", "Kaplan-Meier 估计"),
    Method.AALEN_JOHANSEN: L("Aalen-Johansen cumulative incidence", "Aalen-Johansen 累积发生率"),
    Method.GRAY: L("Gray's test", "Gray 检验"),
    Method.LOG_RANK_EXACT: L("exact permutation log-rank test", "精确置换 log-rank 检验"),
    Method.MMRM: L("mixed model for repeated measures (REML)", "重复测量混合模型（REML）"),
    Method.ANCOVA: L("analysis of covariance", "协方差分析"),
    Method.POISSON_EXACT: L("Poisson rate with exact interval", "泊松率及精确区间"),
    Method.STANDARDISED_DIFFERENCE: L("standardised mean difference", "标准化均数差"),
    Method.PROPORTION_MID_P: L("mid-p exact interval", "mid-p 精确区间"),
    Method.WILSON: L("Wilson interval", "Wilson 区间"),
    Method.JEFFREYS: L("Jeffreys interval", "Jeffreys 区间"),
    Method.RISK_DIFFERENCE_MEE: L("risk difference, Mee interval", "率差，Mee 区间"),
    Method.RISK_DIFFERENCE_NEWCOMBE: L("risk difference, Newcombe interval", "率差，Newcombe 区间"),
    Method.FISHER: L("Fisher's exact test", "Fisher 精确检验"),
    Method.KAPLAN_MEIER_QUANTILE: L("Kaplan-Meier quantile", "Kaplan-Meier 分位数"),
    Method.LOG_RANK: L("log-rank test", "log-rank 检验"),
    Method.POISSON_RATIO: L("ratio of Poisson rates", "泊松率比"),
    Method.STANDARDISED_DIFFERENCE_BINARY: L("standardised difference of proportions", "比例的标准化差"),
    Method.STANDARDISED_DIFFERENCE_CATEGORICAL: L("standardised difference over levels", "多分类标准化差"),
    Method.MEAN: L("arithmetic mean", "算术均数"),
    Method.GEOMETRIC_MEAN: L("geometric mean", "几何均数"),
    Method.QUANTILE_TYPE_2: L("quantiles of type 2", "第 2 型分位数"),
}

METHODS: dict[str, L] = {f"method.{method.value}": label for method, label in _WORDS.items()}
