"""Forms, visits, queries, verification, signatures and locks: what is said about data."""

SENTENCES = {
    # how values are written
    "{text} is not a number; write for example 37.2 or 3.0e7": "{text} 不是数字；请写成如 37.2 或 3.0e7",
    "{text} is not a date; write 2020, 2020-02 or 2020-02-29": "{text} 不是日期；请写成 2020、2020-02 或 2020-02-29",
    "{text} has no year": "{text} 没有年份",
    "{text} has no time; write 2020-01-27T08:30": "{text} 没有时间；请写成 2020-01-27T08:30",
    "{text} has a time zone; write the site's own time, 2020-01-27T08:30":
        "{text} 带有时区；请填写中心当地时间，如 2020-01-27T08:30",
    "{text} has more than {decimals} decimals": "{text} 的小数超过 {decimals} 位",
    "{text} is not one of {codes}": "{text} 不在以下选项中：{codes}",
    "{text} is not a complete date; write 2020-01-27": "{text} 不是完整日期；请写成 2020-01-27",
    "{text} is not a complete date; write for example 2020-01-27": "{text} 不是完整日期；请写成如 2020-01-27",
    "{text} is not a day of the calendar": "{text} 不是日历上的日期",
    "the text is longer than {longest} characters": "文字超过 {longest} 个字符",
    "{number} is not a number that a rule can use": "{number} 不是规则可用的数字",
    "{number} is out of range; numbers are 0 or from {smallest} to {largest} in magnitude":
        "{number} 超出范围；数字须为 0，或绝对值在 {smallest} 至 {largest} 之间",
    "{form} has no item {name}": "{form}没有项目 {name}",
    "{name} is required: give a value, or say why there is none": "{name}为必填项：请填写数值，或说明缺失原因",
    "{name} has a value and is said to be missing": "{name}已有数值，却标记为缺失",
    "{name}: {why} is not one of {missing}": "{name}：{why} 不在以下选项中：{missing}",
    "{values} {unit} is outside what is possible, {span}": "{values} {unit} 超出可能范围（{span}）",
    "{low} to {high}": "{low} 至 {high}",
    # forms
    "the study has no form {form}": "本研究没有表单 {form}",
    "{form} records a dose: use give_dose, so that the dose counts": "{form}用于记录给药：请按给药登记，以便计入",
    "readers, and nobody else, fill in the blinded forms, and no others": "盲态表单仅由阅片人填写，阅片人也只填写盲态表单",
    "this form is filled in by the readers alone": "本表单仅由阅片人填写",
    "rows are numbered from 1": "行号从 1 开始",
    "the study has no encounter {encounter}": "本研究没有访视 {encounter}",
    "at {encounter}": "在“{encounter}”",
    "outside an encounter": "在访视之外",
    "{form} is not planned {where}; record it at an unscheduled visit": "{form}未计划{where}填写；请记录于计划外访视",
    "{form} is at revision {current} by {by} at {at}, not at {based_on}: look at it first":
        "{form}现为第 {current} 版（{by}，{at}），不是第 {based_on} 版：请先查看",
    "{form} is at revision {current}, not at {based_on}: look at it first":
        "{form}现为第 {current} 版，不是第 {based_on} 版：请先查看",
    "say where it was written down": "请注明记录于何处",
    "say when it was written on paper": "请注明纸质记录的书写时间",
    "written on paper: {error}": "纸质记录时间：{error}",
    "written on paper at {observed_at}, which is after now, {now}": "纸质记录时间 {observed_at} 晚于当前时间 {now}",
    "{form} cannot be recorded before consent": "知情同意前不能记录{form}",
    "consent was withdrawn: nothing more is collected": "已撤回知情同意：不再收集任何数据",
    "{name}: {why}. If it is so, confirm it with a reason": "{name}：{why}。如情况属实，请确认并注明理由",
    "{form} was recorded after the data were locked": "{form}在数据锁定后记录",
    "{form} was done on {occasion}, before consent on {given_at}": "{form}于 {occasion} 完成，早于知情同意日期 {given_at}",
    "{form} was recorded after consent was withdrawn": "{form}在撤回知情同意后记录",
    "{encounter} was on day {day}, its window is day {first_day} to {last_day}":
        "“{encounter}”在第 {day} 天进行，访视窗为第 {first_day} 至 {last_day} 天",
    "{form} is dated {occasion}, after today": "{form}的日期 {occasion} 晚于今天",
    "a redaction needs its justification": "屏蔽数据须说明依据",
    "position {position} is no entry of {whose}": "第 {position} 条不是 {whose} 的记录",
    "entry {position} holds no text that somebody typed": "第 {position} 条记录没有人工填写的文字",
    "entry {position} has no text {path}": "第 {position} 条记录没有文字 {path}",
    "choose at least one text that is to go": "请至少选择一处须屏蔽的文字",
    "the justification repeats “{word}” of what has to go: say it without":
        "依据中重复了须屏蔽的“{word}”：请换一种说法",
    "the entry would still hold “{word}”": "记录中仍会留有“{word}”",
    "redacted by {by} on {day}: {reason}": "{by} 于 {day} 屏蔽：{reason}",
    "the data manager has been told of entry {position}": "第 {position} 条记录已通知数据管理员",
    "nobody has asked for a redaction of entry {position}": "没有人请求屏蔽第 {position} 条记录",
    "say why nothing has to go": "请说明为何无须屏蔽",
    # visits
    "nothing was recorded at {encounter} ({earliest} to {latest})":
        "“{encounter}”（{earliest} 至 {latest}）没有任何记录",
    "{encounter} is not planned for {participant}": "{participant} 没有计划“{encounter}”",
    "{on} is outside the window {earliest} to {latest}": "{on} 不在访视窗 {earliest} 至 {latest} 内",
    "{form} was not recorded at {encounter}": "“{encounter}”未记录{form}",
    "{name} was not given at {encounter}": "“{encounter}”未给予{name}",
    # queries
    "{item} is outside what is usual": "{item}超出通常范围",
    "{item} is outside what is possible": "{item}超出可能范围",
    "{item} is missing": "缺少{item}",
    "{form} is on record and does not apply: it is for {words}": "{form}已记录但不适用：仅适用于{words}",
    "{item} has a value and should not be asked": "{item}已有数值，但此处不应填写",
    "say why the query is settled": "请说明质疑已解决的理由",
    "say what is still asked": "请说明仍需澄清的内容",
    "say what is asked": "请说明质疑内容",
    "give an answer": "请填写答复",
    "{form} is not on record there": "该处没有{form}的记录",
    "{form} has no item {item}": "{form}没有项目 {item}",
    "{participant} has no query {name}": "{participant} 没有质疑 {name}",
    "query {name} is {status}": "质疑 {name} 的状态为{status}",
    # verification
    "{form} is at revision {revision}, not at {revision_2}: look at it first":
        "{form}现为第 {revision} 版，不是第 {revision_2} 版：请先查看",
    "{share} is not a share from 0 to 1": "{share} 不是 0 至 1 之间的比例",
    "{form} has nothing recorded at {item}": "{form}的{item}没有记录",
    # signatures
    "I have reviewed this form; to the best of my knowledge it is complete and correct.":
        "本人已审阅此表单；据本人所知，内容完整、正确。",
    "I have reviewed the forms of this visit; to the best of my knowledge they are complete and correct.":
        "本人已审阅本次访视的表单；据本人所知，内容完整、正确。",
    "I have reviewed all data of this participant; to the best of my knowledge they are complete and correct.":
        "本人已审阅该受试者的全部数据；据本人所知，内容完整、正确。",
    "This is the analysis plan; later changes are post hoc.": "此为统计分析计划；此后的修改均为事后修改。",
    "The database is locked and the plan is signed; the results may be shown.":
        "数据库已锁定，分析计划已签署；可以显示结果。",
    "I have gone through every point of the quality check of these results and decided each.":
        "本人已逐项审阅这些结果的质量检查，并对每一项作出决定。",
    "{participant} has no record in this scope": "{participant} 在此范围内没有记录",
    "a signature needs the password, given at most {minutes} minutes before":
        "签名须输入密码，且密码输入不得早于 {minutes} 分钟前",
    "{what} was recorded": "{what}已新增记录",
    "{what} was changed": "{what}已修改",
    "a value was redacted": "有数据被屏蔽",
    "this is not the plan of the study files as they are now": "这不是当前研究文件中的分析计划",
    "this plan has been signed": "该分析计划已签署",
    "the database is not locked": "数据库尚未锁定",
    "the analysis plan of the study files has not been signed": "研究文件中的分析计划尚未签署",
    "no analysis plan has been signed": "尚未签署分析计划",
    "this is for the principal investigator, at site {lead}": "此项由中心{lead}的主要研究者执行",
    "the two signatures are those of two people": "两个签名须由两人签署",
    "the two signatures are those of one person": "两个签名出自同一人",
    "the principal investigator": "主要研究者",
    "{who} has not signed the opening of the results": "{who}尚未签署结果揭示",
    "no decision yet: {open_points}": "尚未决定：{open_points}",
    "the sheet has no point {unknown}": "检查表没有第 {unknown} 项",
    "the sheet has no points": "检查表没有任何项目",
    "the digest of the {name} is 64 hexadecimal digits": "{name}的摘要应为 64 位十六进制数字",
    "there are no results to sign": "没有可签署的结果",
    # locks
    "the study": "本研究",
    "{count} queries are not settled, the first is {waiting}": "有 {count} 个质疑未解决，第一个为 {waiting}",
    "{count} participants are not locked: {named}": "有 {count} 例受试者尚未锁定：{named}",
    "{name} is {level}; it must be opened again first, with a reason": "{name}的状态为{level}；须先注明理由重新开放",
    "there is no {what}": "没有{what}",
    "participant {participant}": "受试者 {participant}",
    "it is {level} already": "当前状态已是{level}",
    # monitoring and deviations are in capture_oversight.py
}  # fmt: skip
