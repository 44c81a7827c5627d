"""Codes of datasets that listings print, in English and Chinese: controlled terms of SDTM and codes of the trial's acts.

The key is the code as it stands in the dataset. A code that is not here is printed in small letters.
"""

from trialwright.vocabulary.labels import Label as L

CODES: dict[str, L] = {
    # yes and no
    "code.Y": L("Yes", "是"),
    "code.N": L("No", "否"),
    "code.U": L("Unknown", "未知"),
    # how participation ended (SDTM DSDECOD, DSSCAT)
    "code.COMPLETED": L("Completed", "完成"),
    "code.DISCONTINUED": L("Left early", "提前退出"),
    "code.ONGOING": L("Ongoing", "进行中"),
    "code.DEATH": L("Death", "死亡"),
    "code.WITHDRAWAL BY SUBJECT": L("Withdrew consent", "撤回知情同意"),
    "code.LOST TO FOLLOW-UP": L("Lost to follow-up", "失访"),
    "code.PHYSICIAN DECISION": L("Physician's decision", "医生决定"),
    "code.ADVERSE EVENT": L("Adverse event", "不良事件"),
    "code.SCREEN FAILURE": L("Not eligible", "筛选失败"),
    "code.TREATMENT STOPPED": L("Treatment stopped", "停止治疗"),
    "code.STUDY PARTICIPATION": L("Participation", "参加研究"),
    "code.STUDY TREATMENT": L("Treatment", "研究治疗"),
    # deviations
    "code.DATA_AFTER_LOCK": L("Data after lock", "锁库后录入"),
    "code.DATA_AFTER_WITHDRAWAL": L("Data after withdrawal", "撤回同意后的数据"),
    "code.DATE_IN_FUTURE": L("Date in the future", "日期在未来"),
    "code.DOSE_NOT_PREPARED": L("Dose not prepared", "无配制记录"),
    "code.DOSE_OUT_OF_WINDOW": L("Dose out of window", "给药超窗"),
    "code.DOSE_TOO_SOON": L("Dose too soon", "给药间隔过短"),
    "code.MISSED_DOSE": L("Missed dose", "漏用剂量"),
    "code.RECALLED_LOT": L("Recalled lot", "召回批号"),
    "code.MISSED_VISIT": L("Missed visit", "访视缺失"),
    "code.PROCEDURE_BEFORE_CONSENT": L("Procedure before consent", "同意前操作"),
    "code.VISIT_OUT_OF_WINDOW": L("Visit out of window", "访视超窗"),
    "code.DOSE_AGAINST_HOLD": L("Dose against a hold", "违反暂缓给药"),
    "code.DOSE_AGAINST_STOPPING": L("Dose against the stopping rule", "违反停止规则给药"),
    "code.DOSE_BEFORE_ALLOCATION": L("Dose before allocation", "分配前给药"),
    "code.DOSE_IN_OTHER_ARM": L("Dose in the other arm", "在另一组给药"),
    "code.DOSE_NOT_PLANNED": L("Dose not planned", "计划外给药"),
    "code.DOSE_TOO_SOON_AFTER_SENTINEL": L("Dose too soon after a sentinel", "哨兵受试者后过早给药"),
    "code.NOT_DELEGATED": L("Not delegated", "未获授权"),
    "code.OTHER_LOT": L("Other lot", "批号不符"),
    "code.WRONG_DOSE": L("Wrong dose", "剂量错误"),
    "code.MACHINE": L("The system", "系统"),
    "code.PERSON": L("A person", "人员"),
    # people
    "code.F": L("Female", "女"),
    "code.M": L("Male", "男"),
    # how a time ended
    "code.EVENT": L("Event", "发生事件"),
    "code.END OF THE HORIZON": L("No event by the horizon", "至观察期末未发生"),
    "code.LAST KNOWN STATUS": L("No event when last seen", "末次随访时未发生"),
    # adverse events (SDTM AEACN, AEOUT)
    "code.RELATED": L("Related", "相关"),
    "code.NOT RELATED": L("Not related", "无关"),
    "code.DOSE NOT CHANGED": L("Dose not changed", "剂量未变"),
    "code.DOSE REDUCED": L("Dose reduced", "减量"),
    "code.DRUG INTERRUPTED": L("Interrupted", "暂停"),
    "code.DRUG WITHDRAWN": L("Stopped", "停药"),
    "code.NOT APPLICABLE": L("Not applicable", "不适用"),
    "code.RECOVERED/RESOLVED": L("Recovered", "痊愈"),
    "code.RECOVERING/RESOLVING": L("Recovering", "好转"),
    "code.NOT RECOVERED/NOT RESOLVED": L("Not recovered", "未痊愈"),
    "code.RECOVERED/RESOLVED WITH SEQUELAE": L("Recovered with sequelae", "痊愈伴后遗症"),
    "code.FATAL": L("Fatal", "死亡"),
    "code.UNKNOWN": L("Unknown", "未知"),
    "code.NEGATIVE": L("Negative", "阴性"),
    "code.POSITIVE": L("Positive", "阳性"),
    "code.INDETERMINATE": L("Indeterminate", "不确定"),
    # lines and columns of the listings by visit
    "code.SAMPLED": L("Date", "日期"),
    "code.UNSCHEDULED": L("Other", "计划外"),
    # why somebody is not in a set
    "code.not allocated, or day 0 not reached": L("not allocated, or day 0 not reached", "未分配，或未到第 0 天"),
    "code.no dose of the allocated arm": L("no dose of the allocated arm", "未接受所分配组的任何给药"),
    "code.withdrew and wants no further use; safety is kept": L(
        "withdrew and wants no further use; safety is kept", "已撤回且不愿数据再被使用；保留安全性数据"
    ),
    "code.all values": L("all values", "全部数值"),
}
"""Every code by ``code.`` and the code."""
