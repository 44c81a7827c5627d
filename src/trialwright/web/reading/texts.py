"""The texts of the readings."""

TEXTS = {
    "menu.reading": ("Images to read", "待阅影像"),
    "menu.reading_key": ("Codes of images", "影像编码"),
    "reading.title": ("Images to read", "待阅影像"),
    "reading.help": (
        "Each image stands under a code. Whose it is, when it was taken and which treatment was given is not shown here.",
        "每份影像仅以编码标识，此处不显示受试者、拍摄时间及治疗情况。",
    ),
    "reading.waiting": ("To be read by you", "待您阅读"),
    "reading.third": ("Two readings differ: to be read a third time", "两次阅片不一致：待第三次阅读"),
    "reading.third_help": (
        "You read apart; the two readings are not shown. Yours decides.",
        "请独立阅读，不显示前两次结果；以您的结果为准。",
    ),
    "reading.done": ("Read by you", "您已阅读"),
    "reading.nothing": ("Every image that there is has been read by you.", "现有影像您均已阅读。"),
    "reading.case": ("Case", "编码"),
    "reading.read": ("Read", "阅读"),
    "reading.look": ("Look, correct", "查看、更正"),
    "reading.saved": ("The reading of case {case} is on record.", "编码{case}的阅片结果已记录。"),
    "reading.refused": (
        "Nothing was written. Look at what is marked below; if nothing is marked, somebody else may have read this case "
        "meanwhile, or you have no duty to read today: go back to the list, or ask the coordinator.",
        "未写入任何内容。请检查下方标记的项目；如无标记，可能他人已阅读此例，或您今日无阅片授权：请返回列表或联系协调员。",
    ),
    "reading.reason": ("Why is it changed?", "更改理由"),
    "reading.key_title": ("Codes of images", "影像编码"),
    "reading.key_help": (
        "Take every name, date and number off an image and put its code on it before it goes to the readers. Not for readers.",
        "影像交阅片人前须去除姓名、日期和编号，仅标注编码。本页不对阅片人开放。",
    ),
    "reading.visit": ("Visit", "访视"),
    "reading.taken": ("Taken", "拍摄时间"),
    "reading.form": ("Read on", "阅片表单"),
    "reading.state": ("Readings", "阅片"),
    "reading.differs": ("differ", "不一致"),
    "reading.task": ("[image|images] to be read", "待阅影像"),
    "reading.task_third": ("[reading|readings] to be adjudicated", "待裁定阅片"),
}
