"""The texts of the paper, English and Chinese side by side."""

TEXTS = {
    "version": ("Definition {version} ({digest})", "方案定义 {version}（{digest}）"),
    "participant": ("Participant", "受试者编号"),
    "site": ("Site", "中心"),
    "visit": ("Visit", "访视"),
    "row": ("Row", "行号"),
    "any_time": ("whenever it happens", "随时记录"),
    "daily": ("every day from {first} to {last}", "每日，自 {first} 至 {last}"),
    "unscheduled": ("Unscheduled visit", "计划外访视"),
    "days": ("day {first} to day {last}", "第 {first} 天至第 {last} 天"),
    "one_day": ("day {first}", "第 {first} 天"),
    "only": ("only in: {arm}", "仅限：{arm}"),
    "optional": ("where it applies", "适用时填写"),
    "blank": ("Blank form", "空白表"),
    "filled": ("As on record", "数据库现有记录"),
    "nothing": ("Nothing is on record yet.", "尚无记录。"),
    "record": (
        "Revision {revision}, recorded {at} by {actor}, entry {position} of the ledger",
        "第 {revision} 版，{actor} 于 {at} 录入，账本第 {position} 条",
    ),
    "source": ("Source: {source}", "来源：{source}"),
    "observed": ("written on paper at {at} (site's time)", "纸质记录时间 {at}（中心当地时间）"),
    "PAPER": ("paper", "纸质表"),
    "reason": ("Reason for the last change: {reason}", "最近一次修改理由：{reason}"),
    "confirmed": ("stands, because: {why}", "确认无误，理由：{why}"),
    "when": ("only if {rule}", "仅当 {rule}"),
    "partial": ("leave out what is not known", "未知部分留空"),
    "year": ("year", "年"),
    "month": ("month", "月"),
    "day": ("day", "日"),
    "hour": ("hour", "时"),
    "minute": ("minute", "分"),
    "none": ("No value", "无值"),
    "legend": (
        "* must be answered. No value: write the number. 1 not done, 2 not known, 3 does not apply, 4 refused. "
        "A wrong entry is struck through once and stays readable; write the right one beside it, with date and initials.",
        "* 为必答项。无值时填写数字：1 未做，2 未知，3 不适用，4 拒绝。填写错误时划一条横线，保持原内容可读，"
        "在旁写上正确内容、日期和签名缩写。",
    ),
    "why": ("Why not done, remarks", "未做原因、备注"),
    "written": ("Written on this paper (site's time)", "填写本表时间（中心当地时间）"),
    "by": ("Name and signature", "姓名及签名"),
    "signed": (
        "Signed electronically by {name} ({person}), {at}: {meaning}",
        "电子签名：{name}（{person}），{at}：{meaning}",
    ),
    "signed_broken": (
        "Was signed electronically by {name} ({person}), {at}: {meaning} Changed since: this signature holds no longer.",
        "曾电子签名：{name}（{person}），{at}：{meaning} 此后数据有修改，该签名已失效。",
    ),
    "checked": ("Reviewed by the investigator (signature, date)", "研究者审核（签名、日期）"),
    "entered": ("Entered into the database (date, by whom)", "录入数据库（日期、录入人）"),
    "page": ("Page {page} of {pages}", "第 {page} 页，共 {pages} 页"),
    "NOT_DONE": ("not done", "未做"),
    "UNKNOWN": ("not known", "未知"),
    "NOT_APPLICABLE": ("does not apply", "不适用"),
    "REFUSED": ("refused", "拒绝"),
    "and": ("and", "且"),
    "or": ("or", "或"),
    "not": ("not", "非"),
    "null": ("is not answered", "未填写"),
    "not_null": ("is answered", "已填写"),
    "calendar": ("Calendar of visits", "访视日历"),
    "calendar_note": (
        "The window is the time in which the visit may take place. Days count from day 0, {day0}.",
        "窗口期为允许进行该访视的时间范围。天数自第 0 天（{day0}）起算。",
    ),
    "calendar_no_day0": (
        "Day 0 has not come yet; the dates are filled in when it has.",
        "尚未到第 0 天，日期届时填写。",
    ),
    "planned": ("Planned", "计划日期"),
    "window": ("Window", "窗口期"),
    "appointment": ("Appointment", "预约"),
    "happens": ("What happens", "内容"),
    "done": ("done", "已完成"),
    "given": ("Dose: {name}", "给药：{name}"),
    "card": ("Appointment card", "预约卡"),
    "card_note": (
        "Please bring this card to every visit and show it to any doctor or hospital that treats you.",
        "每次访视请携带本卡；在其他医院就诊时请向医生出示。",
    ),
    "card_contact": ("Questions, or a day that does not suit you", "咨询或更改日期"),
    "card_unwell": (
        "If you feel unwell or are taken to a hospital, call at once, day or night.",
        "如感觉不适或住院，请立即致电，不分昼夜。",
    ),
    "card_no_contact": ("Ask the study staff to write their telephone number here", "请研究人员在此填写联系电话"),
    "card_between": ("between {first} and {last}", "{first} 至 {last}"),
}
"""Texts by key; places for values are written ``{name}``."""

MISSING = ("NOT_DONE", "UNKNOWN", "NOT_APPLICABLE", "REFUSED")
"""The reasons for having no value, in the order of their numbers on paper."""


def render_word(key: str, language: str, **values: object) -> str:
    """A text in a language with its values put in; KeyError for a key that is not there."""
    text = TEXTS[key][language == "zh"]
    return text.format(**values) if values else text
