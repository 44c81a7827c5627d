"""Short ids from titles."""

import re

_SMALL = {"GROUP", "ARM", "TREATMENT", "THE", "OF", "AND", "WITH", "PLUS", "A", "AN", "IN", "FOR", "COHORT"}
_LONGEST = 24


def make_ids(titles: list[str]) -> list[str]:
    """One id for each title: capitals, digits and underscores, from its telling words; doubles get a number.

    >>> make_ids(["MSCs Treatment Group", "Conventional Control Group", "Cohort 1", "Cohort 2", "治疗组"])
    ['MSCS', 'CONVENTIONAL_CONTROL', 'COHORT_1', 'COHORT_2', 'X5']
    """
    ids: list[str] = []
    for number, title in enumerate(titles, start=1):
        words = re.findall(r"[A-Z0-9]+", title.upper())
        telling = [word for word in words if word not in _SMALL]
        if not telling or telling[0][0].isdigit():
            telling = words
        name = ""
        for word in telling:
            if name and len(name) + len(word) + 1 > _LONGEST:
                break
            name = f"{name}_{word}".lstrip("_")[:_LONGEST]
        if not name or not name[0].isalpha():
            name = f"X{number}" if not name else f"X_{name}"[:_LONGEST]
        ids.append(name if name not in ids else f"{name[: _LONGEST - 3]}_{number}")
    return ids
