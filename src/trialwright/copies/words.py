"""The texts of a copy's pages, in English and Chinese."""

WORDS = {
    "title": ("Copy of site {site}", "中心 {site} 的副本"),
    "title_all": ("Copy of the whole study", "整个研究的副本"),
    "what_all": (
        "Everything that the ledger of {study} holds, as of {at}. It was taken by {person}. Purpose of the ledger: {purpose}.",
        "{study} 账本的全部内容，截至 {at}。由 {person} 获取。账本用途：{purpose}。",
    ),
    "what": (
        "Everything that the ledger of {study} holds of site {site}, as of {at}. It was taken by {person} and did not pass "
        "through the sponsor. Purpose of the ledger: {purpose}.",
        "{study} 账本中属于中心 {site} 的全部内容，截至 {at}。由 {person} 直接获取，未经申办方。账本用途：{purpose}。",
    ),
    "proof": (
        "To prove it: python check.py in this folder, with Python alone. The seal below is that of the whole ledger; "
        "trialwright verify --seal says whether the ledger still is the one that had it. Keep a note of it elsewhere.",
        "验证方法：在此文件夹中运行 python check.py，仅需 Python。下方封印属于整个账本；trialwright verify --seal 可判断账本"
        "是否仍与之一致。"
        "请在他处另行记下。",
    ),
    "seal": ("Seal", "封印"),
    "entries": ("Entries", "记录数"),
    "left_out": (
        "{count} entries that tell an arm were left out, because the study is masked for who took the copy; take another "
        "after unmasking.",
        "本研究对获取者设盲，{count} 条会透露组别的记录未列入；揭盲后请另取副本。",
    ),
    "participants": ("Participants", "受试者"),
    "status": ("Status", "状态"),
    "forms": ("Forms as they stand", "现行表单"),
    "trail": ("Every entry", "全部记录"),
    "site_trail": ("Entries of the site that concern no one participant", "不属于单个受试者的中心记录"),
    "revision": ("revision {number}, {actor}, {at}", "第 {number} 版，{actor}，{at}"),
    "redacted": ("redacted", "已屏蔽"),
    "when": ("When (UTC)", "时间（UTC）"),
    "who": ("Who", "操作者"),
    "act": ("What was done", "操作"),
    "content": ("Content", "内容"),
    "back": ("All participants", "全部受试者"),
}


def tell(key: str, language: str, **more: object) -> str:
    """A text in a language."""
    return WORDS[key][language == "zh"].format(**more)
