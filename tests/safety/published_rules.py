"""An independent reading of the published rule tables, in exact fractions.

It knows the rule language of those tables (``V>1.5*ULN||V>1.5*BASE``) and nothing of the package.
"""

import csv
import operator
import re
from fractions import Fraction
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "ctcae"
_SIDE = re.compile(r"(?:(?P<times>[\d.]+)\*)?(?P<name>[A-Z]+)(?:\+(?P<plus>[\d.]+))?|(?P<number>-?[\d.]+)")
_PART = re.compile(r"(?P<left>[A-Z_0-9]+?)(?P<sign><=|>=|<|>|=)(?P<right>.+)")

COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq}


def read_rules(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def side(text: str, known: dict[str, Fraction]) -> Fraction | None:
    match = _SIDE.fullmatch(text)
    assert match, text
    if match["number"]:
        return Fraction(match["number"])
    value = known.get(match["name"])
    if value is None:
        return None
    return Fraction(match["times"] or 1) * value + Fraction(match["plus"] or 0)


def holds(rule: str, known: dict[str, Fraction]) -> bool:
    """Whether a rule is true; an alternative whose variable is missing is false."""
    return any(all(part_holds(part, known) for part in one.split("&&")) for one in rule.split("||")) if rule else False


@cache
def split(part: str) -> tuple[str, str, str]:
    match = _PART.fullmatch(part)
    assert match, part
    return match["left"], match["sign"], match["right"]


def part_holds(part: str, known: dict[str, Fraction]) -> bool:
    name, sign, other = split(part)
    left, right = known.get(name), side(other, known)
    return left is not None and right is not None and COMPARE[sign](left, right)


def complete(known: dict[str, Fraction]) -> dict[str, Fraction]:
    """With the variables that follow from the others: PCHG, REF and BASEHIGH (a missing baseline is not high)."""
    full = dict(known)
    base, uln = known.get("BASE"), known.get("ULN")
    if base and "V" in known:
        full["PCHG"] = 100 * (known["V"] - base) / base
    if uln is not None:
        full["REF"] = max(uln, base) if base is not None else uln
    full["BASEHIGH"] = Fraction(int(base is not None and uln is not None and base > uln))
    return full


def grade(rules: list[str], required: str, zero_needs: str, known: dict[str, Fraction]) -> int | None:
    """The grade by four rules (grades 1 to 4), None when not gradable."""
    full = complete(known)
    if any(name not in full for name in required.split(",") if name):
        return None
    for level in (4, 3, 2, 1):
        if holds(rules[level - 1], full):
            return level
    return None if any(name not in full for name in zero_needs.split(",") if name) else 0


def thresholds(rules: list[str], known: dict[str, Fraction]) -> set[Fraction]:
    """Every value at which one of the rules may change its answer."""
    full, found = complete(known), set()
    for part in (part for rule in rules if rule for one in rule.split("||") for part in one.split("&&")):
        name, _, other = split(part)
        right = side(other, full)
        if right is None:
            continue
        if name.startswith("V"):
            found.add(right)
        elif name == "PCHG" and full.get("BASE"):
            found.add(full["BASE"] * (1 + right / 100))
    return found
