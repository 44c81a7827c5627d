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
    Method.AALEN_JOHANSEN_DIFFERENCE: L(
        "difference of cumulative incidences, limits squared and added", "累积发生率之差（由各组界限平方相加得区间）"
    ),
    Method.GRAY: L("Gray's test", "Gray 检验"),
    Method.GRAY_EXACT: L("exact permutation version of Gray's test", "Gray 检验的精确置换版本"),
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
    Method.MMRM_VISITS: L("mixed model for repeated measures (REML), by visit", "重复测量混合模型（REML），按访视"),
    Method.BARNARD: L("Barnard's unconditional test", "Barnard 非条件检验"),
    Method.BOSCHLOO: L("Boschloo's unconditional test", "Boschloo 非条件检验"),
    Method.ODDS_RATIO_EXACT: L("conditional odds ratio with exact interval", "条件比值比及精确区间"),
    Method.VAN_ELTEREN: L("van Elteren's test", "van Elteren 检验"),
    Method.VAN_ELTEREN_EXACT: L("exact van Elteren test", "精确 van Elteren 检验"),
    Method.MANTEL_HAENSZEL: L("Mantel-Haenszel test", "Mantel-Haenszel 检验"),
    Method.MANTEL_HAENSZEL_EXACT: L("exact Mantel-Haenszel test", "精确 Mantel-Haenszel 检验"),
    Method.MANTEL_HAENSZEL_ODDS_RATIO: L("Mantel-Haenszel odds ratio", "Mantel-Haenszel 比值比"),
    Method.STRATIFIED_MN: L("stratified risk difference, Miettinen-Nurminen", "分层率差，Miettinen-Nurminen 法"),
    Method.STRATIFIED_NEWCOMBE: L("stratified risk difference, Newcombe", "分层率差，Newcombe 法"),
    Method.STRATIFIED_SATO: L("stratified risk difference, Sato's variance", "分层率差，Sato 方差"),
    Method.COX: L("Cox proportional hazards model", "Cox 比例风险模型"),
    Method.FINE_GRAY: L("Fine-Gray model", "Fine-Gray 模型"),
    Method.RMST: L("restricted mean survival time", "限制平均生存时间"),
    Method.RMST_LOST: L("restricted mean time lost", "限制平均损失时间"),
    Method.RMST_DIFFERENCE: L("difference of restricted mean survival times", "限制平均生存时间之差"),
    Method.TURNBULL: L("Turnbull's estimate for interval-censored times", "区间删失时间的 Turnbull 估计"),
    Method.WIN_ODDS: L("win odds", "胜算比"),
    Method.BETA_POSTERIOR: L("Beta posterior of a rate", "率的 Beta 后验分布"),
    Method.BETA_POSTERIOR_DIFFERENCE: L("Beta posterior of a difference", "率差的 Beta 后验分布"),
    Method.E_VALUE: L("E-value for unmeasured confounding", "未测量混杂的 E 值"),
    Method.E_VALUE_STANDARDISED: L("E-value of a difference in standard deviations", "以标准差为单位的差值的 E 值"),
    Method.E_VALUE_HAZARD: L("E-value of a hazard ratio", "风险比的 E 值"),
    Method.E_VALUE_ODDS: L("E-value of an odds ratio", "比值比的 E 值"),
    Method.FIRTH_LOGISTIC: L("Firth's logistic regression", "Firth 逻辑回归"),
    Method.OVERLAP_WEIGHTS: L("overlap weights", "重叠加权"),
    Method.HOLM: L("Holm's adjustment", "Holm 校正"),
    Method.GATEKEEPING: L("gatekeeping", "守门法"),
    Method.RUBIN: L("multiple imputation, Rubin's rules", "多重插补，Rubin 规则"),
    Method.TIPPING_POINT: L("tipping point", "临界点分析"),
    Method.STOPPING_POCOCK: L("exact stopping boundary, Pocock type", "精确停止界值，Pocock 型"),
    Method.STOPPING_BAYESIAN: L("Bayesian stopping boundary", "贝叶斯停止界值"),
    Method.GROUP_SEQUENTIAL: L("group-sequential bounds", "成组序贯界值"),
    Method.CENSORED_REGRESSION: L("regression for censored values", "删失值回归"),
    Method.PROPORTIONAL_ODDS: L("proportional odds model", "比例优势模型"),
    Method.INTRACLASS: L("intraclass correlation", "组内相关系数"),
    Method.AGREEMENT_LIMITS: L(
        "limits of agreement of two readers (Bland and Altman)", "两名阅片者的一致性界限（Bland-Altman）"
    ),
    Method.QUANTILE_TYPE_2: L("quantiles of type 2", "第 2 型分位数"),
}

_MEANINGS: dict[str, L] = {
    "meaning.TREATMENT_POLICY": L("every value is used, whatever happened", "不论是否发生，所有数值均使用"),
    "meaning.RANK.COMPOSITE": L("takes the worst rank", "取最差秩"),
    "meaning.SHARE.COMPOSITE": L("counts as a failure", "计为失败"),
    "meaning.TIME.COMPOSITE": L("the event can then never come", "此后不可能再发生该终点"),
    "meaning.TIME.COMPETING": L("a competing event of the cumulative incidence", "为累积发生率的竞争事件"),
    "meaning.RANK.WHILE_ALIVE": L("values until the event are used", "使用该事件之前的数值"),
    "meaning.MODEL.WHILE_ALIVE": L("values until the event are used", "使用该事件之前的数值"),
    "meaning.EVENTS.WHILE_ALIVE": L("what happened until the event is counted", "仅计该事件之前发生者"),
    "meaning.RANK.HYPOTHETICAL": L("later values are taken as missing", "其后的数值视为缺失"),
    "meaning.MODEL.HYPOTHETICAL": L(
        "later values are missing at random to the model", "其后的数值在模型中视为随机缺失"
    ),
    "meaning.SHARE.HYPOTHETICAL": L("later values are taken as missing", "其后的数值视为缺失"),
    "meaning.TIME.HYPOTHETICAL": L("the time is censored there", "时间在该处删失"),
}
_DECISIONS: dict[str, L] = {
    "decision.few_values": L(
        "Few participants: exact rank methods need no distribution, and death can take the worst rank.",
        "受试者少：精确秩方法不需分布假设，死亡可取最差秩。",
    ),
    "decision.many_values": L(
        "Enough participants for a mean adjusted for baseline.", "受试者足够，可用校正基线的均值。"
    ),
    "decision.per_protocol": L(
        "The main analysis without those who departed from the protocol in an important way or lack a dose.",
        "剔除有重要方案偏离或未完成全部给药者后的主要分析。",
    ),
    "decision.other_visits": L("The main analysis at the other visits.", "其他访视的主要分析。"),
    "decision.ranks": L("Checks the model without its assumptions.", "不依赖模型假设的核对。"),
    "decision.adjusted": L("Adjusts for the baseline value and named covariates.", "校正基线值与预先指定的协变量。"),
    "decision.course": L("Uses every visit, missing at random.", "利用所有访视，缺失视为随机。"),
    "decision.limit": L(
        "Values below the limit of quantification are an interval, not a number.", "低于定量限的数值为区间而非数字。"
    ),
    "decision.missing": L(
        "How far the missing would have to be worse before the difference goes.", "缺失者须差到何种程度差异才消失。"
    ),
    "decision.confounding": L(
        "Arms were not formed by chance: measured differences are balanced or stratified, unmeasured ones sized.",
        "未随机分组：对已测差异加权或分层，对未测混杂估计其所需强度。",
    ),
    "decision.laboratory_course": L(
        "A laboratory value at three visits or more: the ratio to baseline in a model of the whole course.",
        "三次及以上访视的实验室指标：以全程模型估计与基线之比。",
    ),
    "decision.ordinal": L("An ordered scale: ranks, not means.", "有序等级：用秩而非均值。"),
    "decision.few_shares": L(
        "Few participants: exact interval for each share and for the difference.", "受试者少：各率及率差均用精确区间。"
    ),
    "decision.many_shares": L("Enough participants for score intervals.", "受试者足够，可用得分区间。"),
    "decision.other_interval": L(
        "Shows how much the answer depends on the interval.", "显示结论对区间方法的依赖程度。"
    ),
    "decision.survival": L("Uses the time of each event and of each loss.", "利用每一事件与失访的时间。"),
    "decision.without_ratio": L("Days gained need no constant ratio of hazards.", "所获天数不需风险比恒定。"),
    "decision.competing": L(
        "Death can come first: cumulative incidence in place of one minus survival.",
        "死亡可能先发生：用累积发生率，而非一减生存率。",
    ),
    "decision.few_competing": L(
        "Death can come first: cumulative incidence. So few participants that Gray's asymptotic test rejects too often"
        " (6 to 7 in 100 where nothing differs): all relabellings are counted.",
        "死亡可能先发生：用累积发生率。受试者过少，Gray 渐近检验拒绝过多（无差异时每 100 次有 6 至 7 次），故计数全部重新分组。",
    ),
    "decision.asymptotic": L("The usual test, which holds in large samples only.", "常用检验，仅在大样本时成立。"),
    "decision.held": L(
        "Exact ranks of the durations, a death never reaching the endpoint.", "持续时间的精确秩；死亡者永不达到终点。"
    ),
    "decision.interval_censored": L(
        "The event lies between two visits; its day is not known.", "事件发生于两次访视之间，确切日期未知。"
    ),
    "decision.description": L(
        "Hazard ratios as description; one covariate, the arm.", "风险比仅作描述；唯一协变量为组别。"
    ),
    "decision.other_definition": L("Another definition of the event.", "终点事件的另一种定义。"),
    "decision.harms": L(
        "Harms are counted with an exact upper limit; the other arm is context.", "危害以精确上限计数；另一组仅作参照。"
    ),
    "decision.exposure": L("Counts per time at risk, for follow-up differs.", "因随访时间不同，按暴露时间计。"),
}

METHODS: dict[str, L] = _MEANINGS | _DECISIONS | {f"method.{method.value}": label for method, label in _WORDS.items()}
