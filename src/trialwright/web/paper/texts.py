"""The texts of the pages of paper, and of late entry from paper."""

TEXTS = {
    "paper.count": ("{count} [sheet|sheets]", "{count}张表"),
    "menu.paper": ("Paper forms", "纸质表"),
    "paper.tab": ("Paper", "纸质表"),
    "paper.title": ("Paper forms", "纸质表"),
    "paper.help": (
        "Every sheet bears the version of the study's definition and a QR code that says which form of which visit it "
        "is. Keep filled sheets as source; enter them with the time at which they were written.",
        "每页印有方案定义版本和二维码，标明所属表单与访视。填写后的纸质表作为原始资料保存；录入时请注明填写时间。",
    ),
    "paper.whole": ("The whole casebook, blank", "完整空白病例报告表"),
    "paper.visit_blank": ("All forms of the visit", "该访视全部表单"),
    "paper.any_time": ("Whenever it happens", "随时记录"),
    "paper.blank": ("Blank", "空白"),
    "paper.filled": ("As on record", "现有记录"),
    "paper.casebook": ("Whole casebook as on record", "完整病例报告表（现有记录）"),
    "paper.casebook_blank": ("Whole casebook, blank, with the code", "完整空白病例报告表（含编号）"),
    "paper.calendar": ("Calendar of visits", "访视日历"),
    "paper.card": ("Appointment card", "预约卡"),
    "paper.card_help": (
        "For the participant to carry: the visits to come, and whom to call. It bears the code and no name.",
        "供受试者随身携带：后续访视及联系方式。仅印编号，不印姓名。",
    ),
    "paper.revision": ("revision {number}", "第 {number} 版"),
    "paper.late": ("Was it written on paper first?", "是否先写在纸上？"),
    "paper.late_help": (
        "Say when it was written there. That time is kept beside the time of this entry; the sheet stays the source.",
        "请填写纸质记录的时间；该时间与录入时间一并保存，纸质表为原始资料。",
    ),
    "paper.from_paper": ("These data come from paper", "数据来自纸质表"),
    "paper.written_on": ("Written on", "填写日期"),
    "paper.written": ("Written on paper", "纸质记录时间"),
    "paper.written_at": ("written on paper {at}", "纸质记录时间 {at}"),
}
