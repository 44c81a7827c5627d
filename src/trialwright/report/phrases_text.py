"""Sentences, titles of sections and words of the page, in English and Chinese."""

from trialwright.vocabulary.labels import Label as L

TEXT: dict[str, L] = {
    # the band on every page
    "band.VIRTUAL": L("VIRTUAL PARTICIPANTS – this is a rehearsal, not data", "虚拟受试者——本报告为演练，并非真实数据"),
    "band.TRAINING": L(
        "TRAINING – these entries were made for practice, not data", "培训——以下记录仅供练习，并非真实数据"
    ),
    "band.UAT": L(
        "USER ACCEPTANCE TEST – these entries are test cases, not data",
        "用户验收测试——以下记录为测试用例，并非真实数据",
    ),
    "mark.VIRTUAL": L("VIRTUAL", "虚拟"),
    "mark.TRAINING": L("TRAINING", "培训"),
    "mark.UAT": L("TEST", "测试"),
    "mark.PRODUCTION": L("", ""),
    # front page
    "report.title": L("Clinical study report", "临床研究报告"),
    "report.kind.VIRTUAL": L("Report of a rehearsal", "演练报告"),
    "front.study": L("Study", "研究编号"),
    "front.official": L("Official title", "正式题目"),
    "front.phase": L("Phase and design", "分期与设计"),
    "front.sponsor": L("Sponsor", "申办者"),
    "front.responsible": L("Responsible party", "责任方"),
    "front.purpose": L("Purpose of the ledger", "数据账本用途"),
    "front.cut": L("Data cut", "数据截止"),
    "front.seal": L("Seal of the ledger", "账本封印"),
    "front.seal.value": L("position {position}, {seal}", "位置 {position}，{seal}"),
    "front.snapshot": L("Snapshot", "数据快照"),
    "front.definition": L("Study definition", "研究定义"),
    "front.definition.value": L("version {version}, SHA-256 {digest}", "版本 {version}，SHA-256 {digest}"),
    "front.programs": L("Programs", "程序版本"),
    "front.contents": L("Contents", "目录"),
    "front.tables": L("Tables, figures and listings", "表、图与列表目录"),
    "front.page": L("Page {page} of {pages}", "第 {page} 页，共 {pages} 页"),
    "front.cut_at": L("Data cut {cut}", "数据截止 {cut}"),
    "running": L(
        "{study} · data cut {cut} · definition {version} ({digest}) · seal {position}",
        "{study} · 数据截止 {cut} · 定义 {version}（{digest}）· 封印 {position}",
    ),
    # sections
    "section.synopsis": L("Synopsis", "摘要"),
    "section.assumptions": L("Investigational plan: what was assumed", "研究计划：假设事项"),
    "section.participants": L("Disposition of participants", "受试者分布"),
    "section.baseline": L("Demographic and other baseline characteristics", "人口学与其他基线特征"),
    "section.deviations": L("Protocol deviations", "方案偏离"),
    "section.sets": L("Data sets analysed", "分析数据集"),
    "section.deaths": L(
        "Deaths, other serious adverse events, and other significant adverse events", "死亡、其他严重及其他重要不良事件"
    ),
    "section.laboratory": L("Clinical laboratory evaluation", "临床实验室评价"),
    "section.observations": L(
        "Vital signs, physical findings and other observations related to safety", "生命体征、体格检查及其他安全性观察"
    ),
    "safety.deaths.none": L(
        "No rows of deaths or serious events are in the results.", "结果中没有死亡或严重事件数据。"
    ),
    "safety.observations.none": L(
        "The plan has no table of vital signs; values that were recorded are in listing 16.2.6 and in the datasets.",
        "分析计划未设生命体征汇总表；已记录的数值见列表 16.2.6 与数据集。",
    ),
    "reached.estimate": L("estimate", "估计值"),
    "reached.lower limit": L("lower limit", "区间下限"),
    "reached.upper limit": L("upper limit", "区间上限"),
    "act.refused": L("{act} was refused: {text}", "{act}被拒绝：{text}"),
    "act.release_dose": L("Release of the dose", "剂量放行"),
    "act.prepare_dose": L("Preparation of the dose", "剂量配制"),
    "act.give_dose": L("The dose", "给药"),
    "narratives.title": L("14.3.3  Narratives of deaths and serious adverse events", "14.3.3  死亡与严重不良事件叙述"),
    "narratives.lead": L(
        "Each narrative is put together from the listings 16.2.1, 16.2.4 and 16.2.7; the physician’s own words stand in "
        "quotation marks.",
        "叙述由列表 16.2.1、16.2.4 与 16.2.7 汇成；引号内为医师原文。",
    ),
    "narratives.many": L(
        "{count} participants died or had a serious adverse event: see listings 16.2.1 and 16.2.7.",
        "{count} 例受试者死亡或发生严重不良事件：见列表 16.2.1 与 16.2.7。",
    ),
    "narratives.person": L("Participant: {person}; {arm}.", "受试者：{person}；{arm}。"),
    "narratives.event": L(
        "On day {day} ({start}): {term} (“{verbatim}”), grade {grade}, serious; {related}. Treatment: {action}. "
        "Outcome: {outcome} ({end}).",
        "第 {day} 天（{start}）：{term}（“{verbatim}”），{grade} 级，严重；{related}。"
        "治疗措施：{action}。转归：{outcome}（{end}）。",
    ),
    "narratives.open_event": L(
        "On day {day} ({start}): {term} (“{verbatim}”), grade {grade}, serious; {related}. Treatment: {action}. "
        "Outcome: {outcome}.",
        "第 {day} 天（{start}）：{term}（“{verbatim}”），{grade} 级，严重；{related}。治疗措施：{action}。转归：{outcome}。",
    ),
    "narratives.died": L("Died on day {day} ({date}).", "第 {day} 天（{date}）死亡。"),
    "narratives.no_event": L(
        "No serious adverse event is on record for this participant.", "该受试者没有严重不良事件记录。"
    ),
    "section.exposure": L("Extent of exposure and concomitant treatment", "暴露程度与合并治疗"),
    "section.overview": L("Efficacy results: all endpoints at a glance", "疗效结果：终点总览"),
    "section.safety": L("Adverse events", "不良事件"),
    "section.conduct": L("Other observations: how safety was conducted", "其他观察：安全性工作的执行"),
    "section.timelines": L("By-participant displays", "受试者个体展示"),
    "section.listings": L("Participant data listings", "受试者数据列表"),
    "section.methods": L("Documentation of statistical methods", "统计方法说明"),
    "section.warnings": L("Remarks on the numbers", "数字备注"),
    "section.dossiers": L("Participants behind the numbers", "数字背后的受试者"),
    "level.primary": L("Primary endpoint", "主要终点"),
    "level.secondary": L("Secondary endpoint", "次要终点"),
    "level.other": L("Other endpoint", "其他终点"),
    # synopsis
    "synopsis.design": L("Design", "设计"),
    "synopsis.condition": L("Condition", "适应症"),
    "synopsis.arms": L("Arms", "组别"),
    "synopsis.arm": L("{arm} ({planned} planned)", "{arm}（计划 {planned} 例）"),
    "synopsis.arm.dose": L(
        "{arm} ({planned} planned): {name} {amount} {unit}, {route}, at {visits}",
        "{arm}（计划 {planned} 例）：{name} {amount} {unit}，{route}，{visits}给药",
    ),
    "synopsis.numbers": L("Participants", "受试者"),
    "synopsis.endpoints": L("Key result of each endpoint", "各终点的主要结果"),
    "synopsis.safety": L("Safety", "安全性"),
    "synopsis.reading": L("How to read this", "如何阅读"),
    "synopsis.sites": L("Sites", "研究中心"),
    "synopsis.noncausal": L(
        "Arms were not formed by chance. Differences between them may come from how participants were "
        "assigned; they are "
        "described here with their uncertainty and must not be called effects of the treatment, in any wording.",
        "本研究未随机分组。组间差异可能源于受试者的分配方式；此处仅描述差异及其不确定性，不得以任何措辞称之为"
        "治疗效应。",
    ),
    "synopsis.descriptive": L(
        "The plan confirms no hypothesis. Every p-value is two-sided and descriptive; every interval is at {level} %.",
        "本研究不做确证性检验。所有 P 值均为双侧、描述性；所有区间置信水平为 {level} %。",
    ),
    "synopsis.virtual": L(
        "Every participant in this report is virtual: simulated from the study definition to rehearse the "
        "trial. Nothing here says "
        "anything about a treatment.",
        "本报告中的所有受试者均为根据研究定义模拟的虚拟受试者，仅用于演练。报告内容不说明任何治疗的作用。",
    ),
    "synopsis.multiplicity.on": L(
        "P-values are printed raw and adjusted for the planned families.", "P 值同时列出原始值与按计划族校正值。"
    ),
    "synopsis.multiplicity": L("No adjustment was made for the number of endpoints.", "未对终点数目进行多重性校正。"),
    "result.change": L("{name}: change from baseline", "{name}：较基线的变化"),
    "result.reached": L("{name}: reached by {visit}", "{name}：至{visit}已达到"),
    "result.on": L("{name}, {visit}", "{name}，{visit}"),
    "result.arm": L("{arm} {text}", "{arm} {text}"),
    "result.difference": L("difference {contrast} {text}", "差值 {contrast} {text}"),
    "result.shift": L("Hodges-Lehmann difference {contrast} {text}", "Hodges-Lehmann 差值 {contrast} {text}"),
    "result.shift.note": L(
        "A Hodges-Lehmann difference is the median of the differences between every two participants of unlike arms; it need "
        "not be the difference of the arms’ medians.",
        "Hodges-Lehmann 差值为两组受试者两两差值的中位数，不必等于两组中位数之差。",
    ),
    "result.ratio": L("ratio {contrast} {text}", "比值 {contrast} {text}"),
    "result.interval": L("{value} ({level} % CI {interval})", "{value}（{level} % CI {interval}）"),
    "word.baseline": L("baseline value", "基线值"),
    "word.mean": L("mean", "均值"),
    "word.geometric": L("geometric mean", "几何均数"),
    "word.median": L("median", "中位数"),
    "result.p": L("p\u00a0{p}", "P\u00a0{p}"),
    "result.at": L("at {visit}", "{visit}"),
    "result.none": L("No main result could be estimated.", "未能估计主要结果。"),
    "result.lower": L("Lower is better.", "数值越低越好。"),
    "result.higher": L("Higher is better.", "数值越高越好。"),
    # participants
    "flow.analysed": L("Analysed", "纳入分析"),
    "flow.none": L("No rows of participant flow are in the results.", "结果中没有受试者流程数据。"),
    "flow.description": L(
        "Flow of participants from screening to analysis; table 14.1.1 holds the same numbers.",
        "受试者自筛选至分析的流程；数字与表 14.1.1 相同。",
    ),
    "baseline.smd": L(
        "SMD: standardised mean difference, with its own interval. Baseline values are not tested.",
        "SMD：标准化均数差，附其区间。基线值不做检验。",
    ),
    "baseline.smd.small": L(
        "SMD: standardised mean difference. With {one} + {other} participants its standard error is about {se}, so the "
        "customary limit of 0.1 means nothing here. Baseline values are not tested.",
        "SMD：标准化均数差。{one} + {other} 例时其标准误约为 {se}，惯用的 0.1 界值在此没有意义。基线值不做检验。",
    ),
    "figure.love": L("Standardised mean differences at baseline", "基线标准化均数差"),
    "figure.flow": L("Participant flow", "受试者流程图"),
    "figure.swimmer": L("Course of each participant", "每位受试者的病程"),
    "figure.overview": L("Main result of each endpoint", "各终点的主要结果"),
    "figure.courses": L("{parameter}: course by participant and mean", "{parameter}：个体病程与均值"),
    "figure.means": L("{parameter}: mean by visit", "{parameter}：各访视均值"),
    "figure.adjusted": L("{parameter}: adjusted values by visit", "{parameter}：各访视校正值"),
    "figure.adjusted.note": L(
        "Estimates of the model with their {level} % intervals; right: what lies between the arms, with the line of "
        "no difference.",
        "模型估计值及其 {level} % 区间；右图：组间比较，虚线为无差异。",
    ),
    "figure.curve": L("{parameter}", "{parameter}"),
    "figure.intervals": L("{parameter}: participants with the event", "{parameter}：发生事件的受试者"),
    "figure.aes": L("Adverse events by term: percentages and differences", "各术语不良事件：发生率与率差"),
    "figure.aes.note": L(
        "Each participant counts once for a term; terms in order of the difference. Right: difference in percentage points "
        "with its {level} % Miettinen-Nurminen interval; no test is made of harms.",
        "每例受试者每个术语只计一次，按差值排序。右图：差值（百分点）及其 {level} % Miettinen-Nurminen 区间；对危害不做检验。",
    ),
    "figure.aes.most": L("The {count} most frequent terms.", "仅列最常见的 {count} 个术语。"),
    "figure.more": L("more in {arm}", "{arm} 较多"),
    "axis.points": L("Difference, percentage points", "差值，百分点"),
    "head.points_ci": L("Difference ({level} % CI)", "差值（{level} % CI）"),
    "figure.liver": L("Peak transaminase and peak total bilirubin", "转氨酶峰值与总胆红素峰值"),
    "figure.liver.note": L(
        "The highest value after baseline, each by its own upper limit of normal (ULN); of ALT and AST the greater; the two "
        "peaks need not be of one day. Lines at 3 × ULN and 2 × ULN (FDA, Drug-induced liver injury, 2009). Alkaline "
        "phosphatase is not looked at: a potential case is confirmed or refuted by a person.",
        "取基线后最高值，按各自正常值上限（ULN）的倍数；ALT 与 AST 取较大者；两项峰值不必同日。参考线为 3×ULN 与 "
        "2×ULN（FDA 药物性肝损伤指南，2009）。未考虑碱性磷酸酶：可能病例须由人确认或排除。",
    ),
    "axis.transaminase": L("Peak ALT or AST, × ULN", "ALT 或 AST 峰值，×ULN"),
    "axis.bilirubin": L("Peak total bilirubin, × ULN", "总胆红素峰值，×ULN"),
    "conduct.lead": L(
        "What safety required to be done, and whether it was done: from the ledger at the data cut.",
        "安全性工作应做之事及其完成情况，取自数据截点时的账本。",
    ),
    "safety.liver.none": L(
        "No figure of potential Hy’s law cases: no participant has both a transaminase (ALT or AST) and total bilirubin "
        "after baseline with their upper limits.",
        "无海氏法则图：没有受试者在基线后同时具有转氨酶（ALT 或 AST）与总胆红素及其正常值上限。",
    ),
    "figure.courses.note": L(
        "Thin lines: single participants. Thick line: {centre} of those measured at the visit{spread}. {stops}",
        "细线：单个受试者；粗线：该访视有测量值者的{centre}{spread}。{stops}",
    ),
    "figure.means.note": L(
        "The {centre} of those measured at the visit{spread}. {stops}", "该访视有测量值者的{centre}{spread}。{stops}"
    ),
    "figure.spread.ci": L(" with its {level} % interval", "及其 {level} % 区间"),
    "figure.spread.sd": L(" ± one standard deviation", " ± 一个标准差"),
    "figure.stops": L("Visits stand at equal steps; days are not to scale.", "访视等距排列，天数不按比例。"),
    "figure.curve.note": L(
        "Shaded: pointwise {level} % intervals; where a curve has come to 0 or 100 %, the exact interval.",
        "阴影：逐点 {level} % 区间；曲线达到 0 或 100 % 后为精确区间。",
    ),
    "figure.curve.none": L("{name}: no event in any arm up to day {day}", "{name}：至第 {day} 天各组均无事件"),
    "figure.overview.note": L(
        "Each line has its own scale, fitted to its interval; lines must not be compared with each other by length. "
        "Differences are drawn so that the left is better for {first} wherever the definition says which "
        "direction is better.",
        "每行采用各自的刻度，行间长度不可比较。凡定义规定了有利方向者，左侧表示对{first}更有利。",
    ),
    "figure.better": L("better: {arm}", "有利：{arm}"),
    "figure.at_risk": L("At risk", "风险人数"),
    "axis.day": L("Day", "天"),
    "axis.baseline": L("BL", "基线"),
    "axis.percent": L("Participants, %", "受试者，%"),
    "axis.incidence": L("Cumulative incidence, %", "累积发生率，%"),
    "axis.survival": L("Survival, %", "生存率，%"),
    "axis.smd": L("Standardised mean difference ({contrast})", "标准化均数差（{contrast}）"),
    # endpoints
    "endpoint.title": L("Registered title", "注册题目"),
    "endpoint.frame": L("Time frame", "时间范围"),
    "endpoint.definition": L("Definition", "定义"),
    "endpoint.measures": L("Measured by", "测量指标"),
    "endpoint.primary_at": L("Main time point", "主要时间点"),
    "endpoint.population": L("Participants at risk", "风险人群"),
    "endpoint.estimand": L("Estimand", "估计目标"),
    "estimand.treatment": L("Treatment", "治疗"),
    "estimand.population": L("Population", "人群"),
    "estimand.variable": L("Variable", "变量"),
    "estimand.events": L("Intercurrent events", "伴发事件"),
    "estimand.summary": L("Summary", "汇总指标"),
    "endpoint.none": L("No rows of this endpoint are in the results.", "结果中没有该终点的数据。"),
    "endpoint.assumed": L("Beyond the record: {ids}", "超出注册记录：{ids}"),
    "event.ONCE": L("first record in which {when}", "首次出现 {when} 的记录"),
    "event.CONSECUTIVE": L(
        "first of {count} records in a row in which {when}, at least {hours} h apart",
        "连续 {count} 次记录满足 {when}（间隔至少 {hours} 小时）中的首次",
    ),
    "event.SUSTAINED": L(
        "start of the first stretch of at least {hours} h in which {when}",
        "首个持续至少 {hours} 小时满足 {when} 的时段起点",
    ),
    "event.DEATH": L("death", "死亡"),
    "rule.at": L("{item} ({visit})", "{item}（{visit}）"),
    "rule.AND": L("and", "且"),
    "rule.OR": L("or", "或"),
    "rule.NOT": L("not", "非"),
    "rule.IN": L("one of", "属于"),
    "rule.IS": L("is", "为"),
    "rule.NULL": L("missing", "缺失"),
    "event.horizon": L("{event}, counted to day {day}", "{event}，计至第 {day} 天"),
    "event.competing": L("{event}; death is a competing event", "{event}；死亡为竞争事件"),
    "measure.item": L("{label} ({code})", "{label}（{code}）"),
    # safety
    "safety.none": L("No rows of adverse events are in the results.", "结果中没有不良事件数据。"),
    "safety.graded": L(
        "Adverse events are graded by CTCAE {version}; an event counts as related from {related} on, and as "
        "treatment-emergent until "
        "{days} days after day 0. Zero counts are printed with their interval: none seen is not none possible.",
        "不良事件按 CTCAE {version} 分级；相关性自“{related}”起计为相关；第 0 天后 {days} 天内为治疗期。零例亦"
        "给出区间：未观察到不等于不会发生。",
    ),
    "term.beside": L("{chinese} ({english})", "{chinese}（{english}）"),
    "safety.translated": L(
        "Chinese names of terms and classes are the project’s working translation; what is coded is the English term of CTCAE "
        "in brackets. MedDRA’s official Chinese takes their place where it is at hand.",
        "术语与系统器官分类的中文为本项目的工作译文；编码以括号内 CTCAE 英文术语为准。取得 MedDRA 官方中文版后以其为准。",
    ),
    "safety.stopping": L(
        "Stopping rule ({kind}): grade {grade} or worse in {arm} within {hours} h; acceptable rate {rate} %.",
        "停止规则（{kind}）：{arm}在 {hours} 小时内出现 {grade} 级及以上；可接受发生率 {rate} %。",
    ),
    "safety.elsewhere": L(
        "Table {number}, {title}: see endpoint {endpoint}.", "表 {number} {title}：见终点 {endpoint}。"
    ),
    # listings, dossiers
    "listing.dropped": L(
        "{count} more lines are in the snapshot's datasets and are not printed.", "另有 {count} 行见数据快照，未打印。"
    ),
    "listing.limits": L(
        "H, L: above, below the laboratory's limits for the sample.", "H、L：高于、低于该样本的实验室参考范围。"
    ),
    "listing.beside": L(
        "A value of another day than the visit's usual one names its day in brackets.",
        "采样日与该访视通常日期不同的数值，日期列于方括号内。",
    ),
    "listing.empty": L("No lines.", "无记录。"),
    "listings.withheld": L(
        "Listings of participants are not part of a report that leaves the application.",
        "离开本系统的报告不包含受试者列表。",
    ),
    "dossiers.lead": L(
        "Every number above opens into the participants behind it; here are their lines.",
        "上文每个数字均可展开至其背后的受试者，此处列出其记录。",
    ),
    "dossiers.many": L(
        "Above {limit} participants their lines are not repeated here; see the listings.",
        "受试者超过 {limit} 例，不在此重复列出，请见列表。",
    ),
    # methods
    "methods.lead": L(
        "This section is generated from the study definition and the results. Quantiles are of type 2 (SAS "
        "definition 5); numbers are rounded "
        "half away from zero on their decimal form; intervals are two-sided at {level} %; a percentage has "
        "the number of participants used as "
        "its denominator unless its table says otherwise.",
        "本节由研究定义与结果自动生成。分位数为第 2 型（SAS 定义 5）；数字按十进制形式四舍五入；区间为双侧 "
        "{level} %；除表中另有说明外，百分比以所用受试者数为分母。",
    ),
    "methods.sets": L("Analysis sets", "分析集"),
    "methods.windows": L(
        "Values are assigned to visits by midpoints between planned days, apart from capture windows.",
        "数值按计划日的中点归入访视，与采集时间窗无关。",
    ),
    "methods.plan": L("Planned analyses", "计划分析"),
    "methods.by.note": L(
        "The decision table of the plan chose each method for the reason that is given; where the author chose against it, "
        "the reason says so.",
        "各方法由计划的决策表按所列理由选定；作者另行选择者，理由中注明。",
    ),
    "methods.by.own": L("The author’s choice: {reason}", "计划作者自选：{reason}"),
    "methods.by.offered": L("The decision table has: {methods}.", "决策表为：{methods}。"),
    "methods.by.silent": L("No reason was given.", "未说明理由。"),
    "methods.multiplicity": L(
        "P-values are adjusted in families opened in this order, by Holm's method inside each: {families}.",
        "P 值按下列顺序开启的族校正，族内用 Holm 法：{families}。",
    ),
    "methods.posthoc": L(
        "Post hoc: these analyses are not in the plan that was signed first: {ids}.",
        "事后分析：下列分析不在首次签署的计划中：{ids}。",
    ),
    "methods.unsigned": L(
        "No analysis plan has been signed in this ledger, so that nothing is marked as planned or post hoc.",
        "本账本尚未签署分析计划，故未标注计划内或事后分析。",
    ),
    "posthoc.mark": L(" (post hoc)", "（事后分析）"),
    "note.ratio": L(
        "Estimates of an arm are ratios to baseline; between the arms it is the ratio of these two.",
        "各组估计值为与基线之比；组间为两者之比。",
    ),
    "note.change": L("Values are changes from baseline.", "数值为较基线的变化。"),
    "note.deaths": L(
        "Fatal means an adverse event of grade 5 or with a fatal outcome on record; deaths of any cause: table {number}.",
        "致死指记录为 5 级或结局为死亡的不良事件；任何原因的死亡见表 {number}。",
    ),
    "note.widths": L(
        "Width of the interval at 20 and 50 participants an arm; of a ratio, the upper over the lower limit.",
        "每组 20 与 50 例时的区间宽度；比值则为上限除以下限。",
    ),
    "methods.used": L("Methods used", "所用方法"),
    "methods.versions": L("Programs and libraries", "程序与库"),
    "methods.allocation": L("Allocation", "分配"),
    "methods.contrast": L(
        "Differences and ratios are {first} against {second}.", "差值与比值均为{first}相对于{second}。"
    ),
    "methods.assumed": L(
        "Assumed for the plan beyond the record: {ids}; see section 9.",
        "分析计划中超出注册记录的假设：{ids}（见第 9 节）。",
    ),
    "methods.covariates": L("Covariates: {items}.", "协变量：{items}。"),
    "methods.deaths.LEFT_OUT": L(
        "Who died before the time point has no value and is not in the model.", "时间点前死亡者无数值，不进入模型。"
    ),
    "methods.deaths.WORST_RANK": L("A death before the time point takes the worst rank.", "时间点前死亡者取最差秩。"),
    "methods.deaths.MISSING": L("A value after death is missing.", "死亡后的数值为缺失。"),
    "warnings.none": L("No number carries a remark.", "没有备注。"),
    "warnings.lead": L(
        "What the methods had to say of single numbers, with the tables where they stand.",
        "各方法对个别数字的备注及其所在表。",
    ),
    "assumptions.lead": L(
        "The registry record leaves these points open. Those marked \u201csignature\u201d keep a production "
        "ledger closed until the principal investigator has "
        "signed them.",
        "注册记录未说明以下各点。标注“需签字”者，在主要研究者签字之前，正式账本不得开启。",
    ),
    "assumptions.table": L("Points beyond the registry record", "注册记录之外的各点"),
    "warnings.table": L("Remarks, with the tables that carry them", "备注及其所在表"),
    "assumptions.none": L("Nothing was assumed beyond the record.", "没有超出注册记录的假设。"),
    "assumptions.record": L("The record says", "注册记录"),
    "assumptions.assumed": L("Assumed", "假设"),
    "assumptions.reason": L("Reason", "理由"),
    "assumptions.kind": L("Point", "要点"),
    "assumptions.signature": L("signature", "需签字"),
    "exposure.none": L("No rows of exposure are in the results.", "结果中没有暴露数据。"),
    # drill-down
    "opens.hint": L("Numbers in tables open into the participants behind them.", "点击表中数字可查看其背后的受试者。"),
    "opens.title": L("Participants behind this number", "该数字背后的受试者"),
    "opens.count": L("{count} participants", "{count} 例受试者"),
    "opens.method": L("Method: {method}", "方法：{method}"),
    "opens.origin": L(
        "Snapshot {snapshot} · definition {version} ({digest}) · trialwright {library}",
        "快照 {snapshot} · 定义 {version}（{digest}）· trialwright {library}",
    ),
    "opens.value": L("Value", "数值"),
    "opens.close": L("Close", "关闭"),
    "opens.arm": L("Arm", "组别"),
    "opens.participant": L("Participant", "受试者"),
    "table.word": L("Table {number}", "表 {number}"),
    "figure.word": L("Figure {number}", "图 {number}"),
    "listing.word": L("Listing {number}", "列表 {number}"),
    # the line below a table
    "source.set": L("{title} ({id})", "{title}（{id}）"),
    "source.numbers": L("Participants used {used}, missing {missing}", "使用受试者 {used}，缺失 {missing}"),
    "source.methods": L("Methods: {methods}", "方法：{methods}"),
    "source.cut": L("Data cut {cut}; definition {version} ({digest})", "数据截止 {cut}；定义 {version}（{digest}）"),
    "interval.to": L("to", "至"),
    "group.total": L("Total", "合计"),
    "group.contrast": L("{first} − {second}", "{first} − {second}"),
    "group.ratio": L("{first} / {second}", "{first} / {second}"),
    "list.comma": L(", ", "、"),
    "list.semicolon": L("; ", "；"),
    "sentence.colon": L(": ", "："),
    "sentence.stop": L(". ", "。"),
    "sentence.end": L(".", "。"),
}
