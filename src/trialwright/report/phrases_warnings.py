"""What rows warn of, in English and Chinese: the texts of the statistics and analysis rooms with places for their numbers.

The key is the text as it comes; ``{arm}``, ``{items}`` and ``{text}`` stand for an arm's id, a list of covariates, and
another warning. A text that is not here is printed as it is.
"""

import re
from functools import cache

WARNINGS: dict[str, str] = {
    "no events of this kind": "无此类事件",
    "a value is infinite": "有数值为无穷大",
    "fewer than two rows or readers": "不足两行或两名阅片者",
    "all readings are equal": "所有读数相等",
    "the readers agree exactly": "阅片者完全一致",
    "an arm is empty": "有一组无受试者",
    "{n} missing {what} left out": "缺失值已剔除：{n}",
    "more than {n} participants: asymptotic p-value": "受试者超过 {n} 例：采用渐近 P 值",
    "all participants had the same outcome": "所有受试者结局相同",
    "more than {n} participants: Fisher's p-value, which is never smaller": "受试者超过 {n} 例：采用不会更小的 Fisher P 值",
    "too few participants": "受试者过少",
    "a right end lies before its left end, or a value is infinite": "区间右端早于左端，或数值为无穷大",
    "a time is not positive": "有时间不为正",
    "an event at time 0": "第 0 时刻有事件",
    "a covariate is constant or a combination of the others": "有协变量为常数，或为其他协变量的组合",
    "no value is known from both sides": "没有两侧均已知的数值",
    "the odds ratio is infinite": "比值比为无穷大",
    "no participants": "无受试者",
    "a time is negative": "有时间为负",
    "no events": "无事件",
    "a covariate is constant": "有协变量为常数",
    "there is no finite positive ratio": "没有有限的正比值",
    "the interval has no limit on the side of no effect": "区间在无效应一侧没有界限",
    "there is no finite difference": "没有有限的差值",
    "did not converge": "未收敛",
    "everybody had the event": "所有人均发生事件",
    "the variance of the statistic is zero": "统计量的方差为零",
    "only one group": "只有一组",
    "the shift is infinite": "位移为无穷大",
    "the {name} is not reached": "未达到：{name}",
    "fewer observations than needed for the model": "观测数少于模型所需",
    "the model fits without residual: no variance left": "模型完全拟合，无残差方差",
    "all participants have the same score: no information": "所有受试者得分相同，无信息",
    "no event while more than one group was at risk": "两组均有风险人数期间无事件",
    "the variance of the statistic is singular": "统计量的方差矩阵奇异",
    "{n} stratum has one arm only: left out": "有 {n} 层只含一组，已剔除",
    "{n} strata have one arm only: left out": "有 {n} 层只含一组，已剔除",
    "{n} stratum has one arm only": "有 {n} 层只含一组",
    "{n} strata have one arm only": "有 {n} 层只含一组",
    "all participants of each stratum had the same outcome": "各层内所有受试者结局相同",
    "no discordant pairs in one direction: no finite ratio": "一个方向上没有不一致对，无有限比值",
    "a parameter is infinite: the data separate the arms or do not vary": "有参数为无穷大：数据将两组完全分开，或没有变异",
    "the likelihood is flat: too little information": "似然函数平坦：信息过少",
    "the information of the covariance parameters is not positive definite": "协方差参数的信息矩阵非正定",
    "the adjusted covariance of the coefficients is not positive": "系数的校正协方差不为正",
    "no observations": "无观测值",
    "fewer observations than coefficients": "观测数少于系数个数",
    "a column of the design is a combination of others": "设计矩阵的一列为其他列的组合",
    "the contrast has no variance": "对比没有方差",
    "the contrasts have no degrees of freedom": "对比没有自由度",
    "covariance structure {one} was used instead of {other}": "协方差结构采用 {one}，而非 {other}",
    "contrasts are redundant": "对比有冗余",
    "two visits were never observed together in one participant": "有两次访视从未在同一受试者中同时观测到",
    "only one participant": "只有一名受试者",
    "the covariance matrix is not positive definite": "协方差矩阵非正定",
    "the likelihood rises towards a singular covariance matrix: too few participants for it": (
        "似然函数趋向奇异协方差矩阵：受试者过少"
    ),
    "fewer than two visits": "不足两次访视",
    "visit {visit}: an arm has no values, left out": "访视 {visit}：有一组无数值，已剔除",
    "an analysis of an imputed data set has no estimate": "有一个插补数据集未得到估计",
    "too few complete values for the imputation model": "完整数值过少，无法拟合插补模型",
    "the covariates do not vary among those at risk, or are combinations of each other": (
        "协变量在风险人群中无变异，或互为组合"
    ),
    "a hazard ratio is infinite: all events are on one side": "风险比为无穷大：所有事件均在一侧",
    "the interval has no lower limit": "区间无下限",
    "the interval has no upper limit": "区间无上限",
    "a ratio is too large to write down": "比值过大，无法列出",
    "no value at this time": "此时刻无数值",
    "follow-up ends before this time": "随访在此时刻之前结束",
    "no variation: no interval": "无变异，故无区间",
    "no degrees of freedom are left: no interval": "已无剩余自由度，故无区间",
    "the standard error cannot be computed: no interval": "无法计算标准误，故无区间",
    "propensity: {text}": "倾向评分：{text}",
    "there is no exposure": "没有暴露时间",
    "no events in arm 0: the ratio is infinite": "对照组无事件：比值为无穷大",
    "all participants are in one category": "所有受试者属同一等级",
    "more than {n} participants: Miettinen-Nurminen's interval": "受试者超过 {n} 例：采用 Miettinen-Nurminen 区间",
    "follow-up ends before the horizon": "随访在观察期限之前结束",
    "no events before the horizon": "观察期限之前无事件",
    "no variation": "无变异",
    "an arm has fewer than two values": "有一组不足两个数值",
    "an arm is empty or a count is missing": "有一组无受试者，或计数缺失",
    "the arms share no category": "两组没有共同的等级",
    "no variation within the arms": "组内无变异",
    "all values are equal": "所有数值相等",
    "an infinite value: mean and standard deviation do not exist": "有数值为无穷大：均数与标准差不存在",
    "one value: no interval": "只有一个数值，无区间",
    "all values are equal: no interval": "所有数值相等，无区间",
    "a value is zero or negative": "有数值为零或负",
    "one value: no standard deviation": "只有一个数值，无标准差",
    "a value is not positive and finite: no geometric mean": "有数值非正或非有限，无几何均数",
    "no finite values": "没有有限的数值",
    "no values": "没有数值",
    "the interval holds the null value before any shift": "未作位移时区间已包含无差异值",
    "the conclusion holds at every shift": "在所有位移下结论均成立",
    "the masses have not settled": "概率质量尚未收敛",
    "ties: midranks": "有结值：取平均秩",
    "too many participants: normal": "受试者过多：采用正态近似",
    "more than {n} participants: normal approximation": "受试者超过 {n} 例：采用正态近似",
    "no overlap of the arms or too few participants: no interval": "两组无重叠或受试者过少，无区间",
    "adjusted for {items}": "校正：{items}",
    "died before the visit, not in the model: {n}": "访视前死亡，未纳入模型：{n}",
    "partial birth dates, the middle of the two possible ages taken: {n}": "出生日期不完整，取两个可能年龄的中间值：{n}",
    "the recipe {recipe} has no such method": "分析类型 {recipe} 没有此方法",
    "died before the visit, worst rank: {n}": "访视前死亡，取最差秩：{n}",
    "another intercurrent event before the visit, worst rank: {n}": "访视前发生其他伴发事件，取最差秩：{n}",
    "no direction of benefit: the lower value wins": "未规定有利方向：以较低值为胜",
    "more than {n} participants: Miettinen-Nurminen interval in place of the exact one": (
        "受试者超过 {n} 例：以 Miettinen-Nurminen 区间代替精确区间"
    ),
    "more than {n} participants: Fisher's mid-p in place of {name}": "受试者超过 {n} 例：以 Fisher mid-p 代替 {name}",
    "stratified by {items}": "分层因素：{items}",
    "one stratum": "单层",
    "the curve is 0 or 1 here: exact interval of those whose state is known ({n})": (
        "此处曲线为 0 或 1：采用状态已知者（{n} 例）的精确区间"
    ),
    "the curve is 0 or 1 here: this method has no interval": "此处曲线为 0 或 1：该方法没有区间",
    "deaths in these arms: {n}, and the model takes values after death as missing at random": (
        "两组死亡 {n} 例；模型将死亡后的数值视为随机缺失"
    ),
    "no visit at which both arms have values": "没有两组均有数值的访视",
    "the plan names no contrast: no model of two arms": "计划未指定组间对比，不拟合两组模型",
    "of those with the event by then; who was not examined again counts as not undone": (
        "以此前已发生事件者为分母；未再检查者计为未逆转"
    ),
    "less than one degree of freedom: no interval": "自由度小于一，无区间",
    "logarithms of values plus {offset}": "取数值加 {offset} 后的对数",
    "values below the limit of quantification, half of it used: {n}": "低于定量限而取其一半的数值：{n}",
    "of the unadjusted difference, in standard deviations": "基于未校正差值，以标准差为单位",
    "of the weighted difference, in standard deviations": "基于加权差值，以标准差为单位",
    "of the adjusted difference, in standard deviations": "基于校正差值，以标准差为单位",
    "analysis that is tipped: analysis of covariance of the imputed data, adjusted for baseline": (
        "所检验的分析：插补数据的协方差分析，校正基线值"
    ),
    "nobody is missing in the arm that is shifted: nothing to move": "被位移的组中无人缺失，无可移动的数值",
    "imputed values of {arm} that are shifted upwards: {n}": "{arm} 组向上位移的插补值：{n}",
    "imputed values of {arm} that are shifted downwards: {n}": "{arm} 组向下位移的插补值：{n}",
    "{images} images of {people} participants are taken as independent: the intervals are too narrow": (
        "{people} 名受试者的 {images} 份影像按相互独立处理：区间偏窄"
    ),
    "weighted by a propensity from {items}": "倾向评分加权，评分变量：{items}",
    "the analysis names no covariates to weight by": "该分析未指定用于加权的协变量",
    "the parameter has no limit of quantification on the logarithmic scale": "该参数在对数尺度上没有定量限",
    "below the limit of quantification: {n}": "低于定量限：{n}",
    "imputed: {n}, {draws} draws, seed {seed}": "插补 {n} 例，{draws} 次抽取，种子 {seed}",
    "nobody alive with a baseline value is missing here: there is nothing to shift": (
        "此处没有存活、有基线值而缺失者，无需位移"
    ),
    "from the conditional odds ratio": "由条件比值比换算",
    "images not read by every reader, left out: {n}": "未由全部阅片者阅读的影像，已剔除：{n}",
    "no spread of the differences": "差值没有离散度",
    "no readings by several readers": "没有多人阅片的读数",
    "nobody has a grade both at baseline and after it": "无人在基线与基线后均有分级",
    "nobody in the group": "该组无人",
    "the data set no finite limit here": "数据未给出有限的界限",
    "the time point is after the horizon: value at the horizon": "时间点在观察期限之后：取期限时的数值",
    "fewer than half have had the event": "发生事件者不足半数",
    "an arm has no limits": "有一组没有区间界限",
    "competing deaths held at the horizon: {n}": "竞争性死亡按观察期限计：{n}",
    "no estimate": "无估计值",
    "from the cause-specific hazard ratio": "由原因别风险比换算",
    # what departed from the protocol
    "{visit} was on day {day}, its window is day {first} to {last}": "{visit} 于第 {day} 天进行，窗口为第 {first} 至 {last} 天",
    "{form} was recorded after the data were locked": "{form}：锁库后录入",
    "{form} was done on {on}, before consent on {consent}": "{form}：于 {on} 进行，早于 {consent} 的知情同意",
    "{form} was recorded after consent was withdrawn": "{form}：撤回知情同意后录入",
    "{form} is dated {on}, after today": "{form}：日期 {on} 晚于当日",
    "nothing was recorded at {visit} ({first} to {last})": "{visit} 无任何记录（{first} 至 {last}）",
    "{visit} may be given from {first} to {last}, not on {on}": "{visit} 的给药窗口为 {first} 至 {last}，而非 {on}",
    "no preparation of {item} for {visit} is on record": "{visit}：无 {item} 的配制记录",
    "less than {n} h after the dose at {at}": "距 {at} 的给药不足 {n} 小时",
    "lot {lot} was given, lot {prepared} was prepared": "给予批号 {lot}，而配制的是批号 {prepared}",
    "{item} was not given at {visit}: {text}": "{visit} 未给予 {item}：{text}",
    "lot {lot} was given: {text}": "给予了批号 {lot}：{text}",
    "a grave reaction: no more doses": "严重反应：不再给药",
    "recalled lot": "已召回批号",
    "life-threatening event that may be related ({participant}, event {n})": "可能相关的危及生命事件（{participant}，事件 {n}）",
    "death that may be related ({participant}, event {n})": "可能相关的死亡（{participant}，事件 {n}）",
    "{arm}: {text}": "{arm}：{text}",
}
"""By the text in English: the text in Chinese."""


@cache
def _compile() -> tuple[tuple[re.Pattern[str], str], ...]:
    found = []
    for key in WARNINGS:
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(key))
        found.append((re.compile(pattern), key))
    return tuple(found)


@cache
def find_warning(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The key of a warning with what stands in its places; the text itself and nothing where it is not known."""
    for pattern, key in _compile():
        match = pattern.fullmatch(text)
        if match:
            return key, tuple(match.groupdict().items())
    return text, ()


def translate(key: str, language: str) -> str:
    """The text of a key with its places open."""
    return WARNINGS.get(key, key) if language == "zh" else key


def translate_whole(text: str, language: str) -> str:
    """A text with what stands in its places, the sentences inside it translated too."""
    key, places = find_warning(text)
    words = {name: translate_whole(value, language) if name == "text" else value for name, value in places}
    return translate(key, language).format(**words) if places else translate(key, language)
