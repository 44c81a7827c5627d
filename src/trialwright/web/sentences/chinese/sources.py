"""The sources of the clocks' rows (``safety/tables``, ``registry/tables``), where they hold words."""

SENTENCES = {
    "ICMJE Recommendations III.L": "ICMJE 建议 III.L",
    "WHO statement on public disclosure of results 2015": "世卫组织关于公开披露临床试验结果的声明（2015年）",
    "Regulation (EU) 536/2014 Art. 37(4)": "欧盟第 536/2014 号法规第 37 条第 4 款",
    "Regulation (EC) 1901/2006 Art. 41 and 46; EMA: CTIS training module 13":
        "欧共体第 1901/2006 号法规第 41 条和第 46 条；EMA：CTIS 培训模块 13",
    "ClinicalTrials.gov review criteria": "ClinicalTrials.gov 审核标准",
    "ClinicalTrials.gov glossary: Unknown": "ClinicalTrials.gov 术语表：Unknown（状态未知）",
    "ClinicalTrials.gov quality control": "ClinicalTrials.gov 质量控制",
    "ICH E6(R3) Annex 1, 2.7.2(b): immediately; 24 hours is what protocols make of it":
        "ICH E6(R3) 附件1，2.7.2(b)：立即报告；24小时为方案通常规定",
    "China GCP 2020, article 26: immediately and in writing; 24 hours is what protocols make of it":
        "《药物临床试验质量管理规范》（2020年）第二十六条：立即书面报告；24小时为方案通常规定",
    "CDE, standards and procedures for rapid reporting of safety data during clinical trials (2018)":
        "药审中心《药物临床试验期间安全性数据快速报告标准和程序》（2018年）",
    "CDE, standards and procedures for rapid reporting (2018); questions and answers 2.0 of 17 March 2023":
        "药审中心《安全性数据快速报告标准和程序》（2018年）；常见问答2.0版（2023年3月17日）",
    "China GCP 2020, article 48: rapidly; the number is that of the report to the authority":
        "《药物临床试验质量管理规范》（2020年）第四十八条：快速报告；时限同向监管机构的报告",
    "China GCP 2020, article 26: autopsy report and final medical report, when there are any":
        "《药物临床试验质量管理规范》（2020年）第二十六条：尸检报告和最终医学报告（如有）",
    "Measures for stem-cell clinical research of 20 July 2015 (NHFPC and CFDA)":
        "《干细胞临床研究管理办法（试行）》（2015年7月20日，国家卫生计生委、食品药品监管总局）",
    "21 CFR 312.64(b): immediately; 24 hours is what protocols make of it": "21 CFR 312.64(b)：立即报告；24小时为方案通常规定",
    "21 CFR 312.32(c)(1): the full report within 15 days of day 0": "21 CFR 312.32(c)(1)：自第0天起15天内提交完整报告",
    "21 CFR 312.32(c)(1): all participating investigators": "21 CFR 312.32(c)(1)：所有参与研究者",
    "Regulation (EU) 536/2014, article 41(2)": "欧盟第 536/2014 号法规第 41 条第 2 款",
    "Regulation (EU) 536/2014, article 42(2)(a) and (c)": "欧盟第 536/2014 号法规第 42 条第 2 款 (a) 和 (c)",
    "Regulation (EU) 536/2014, article 42(2)(b)": "欧盟第 536/2014 号法规第 42 条第 2 款 (b)",
    "Regulation (EU) 536/2014, annex III": "欧盟第 536/2014 号法规附件 III",
    "the protocol: pregnancy (participant or partner), overdose, medication error, events of special interest":
        "方案：妊娠（受试者或其伴侣）、用药过量、用药错误、特别关注的事件",
    "the protocol: what becomes known later of a situation that was reported, such as the outcome of a pregnancy":
        "方案：已报告的特殊情况之后获知的内容，如妊娠结局",
}  # fmt: skip
