"""The grader against every numeric criterion of the published rule tables.

Values are generated at each threshold, just below and just above it, in both unit systems, with every combination of
missing inputs. The expected grade comes from an evaluator of its own, in exact fractions.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import cache

import polars as pl
import pytest

from tests.safety import published_rules as published
from trialwright.safety.criteria import Comparison, load_criteria
from trialwright.safety.grading import grade_values

pytestmark = pytest.mark.skipif(not published.FOLDER.exists(), reason="the published rules are not beside this copy")

LABS = ["lab_criteria_v4.csv", "lab_criteria_v5.csv"]
# Facts beside the number that make the rule tables' worst-case reading true, and those that make it false.
WORST = {"anticoagulated": True, "symptoms": True}
BEST = {"anticoagulated": False, "symptoms": False}


def around(value: Fraction) -> list[Fraction]:
    """A value, and its neighbours at the twelfth significant digit."""
    step = Fraction(1, 10**11) * Fraction(10) ** (len(str(int(abs(value)))) - 1)
    return [value - step, value, value + step]


def contexts(rules: list[str], direction: str) -> list[dict[str, Fraction]]:
    """Ranges beside, inside and outside the fixed limits, and baselines of every kind; each also missing."""
    fixed = sorted(published.thresholds(rules, {})) or [Fraction(40)]
    worst_first = Fraction(fixed[-1] if direction == "L" else fixed[0])
    ranges = []
    for factor in ("1.3", "0.7"):
        limit = round(worst_first * Fraction(factor), 4)
        ranges.append({"LLN": limit, "ULN": 2 * limit} if direction == "L" else {"LLN": limit / 2, "ULN": limit})
    found = []
    for range_ in ranges:
        for kept in ({"LLN", "ULN"}, {"LLN"}, {"ULN"}, set()):
            limits = {name: limit for name, limit in range_.items() if name in kept}
            found.append(limits)
            own = range_["LLN" if direction == "L" else "ULN"]
            found += [limits | {"BASE": own * Fraction(factor)} for factor in ("0.5", "0.9", "1", "1.25", "3.2")]
    return found


def cases(row: dict[str, str], system: str) -> list[dict[str, object]]:
    """All generated values of one criterion in one unit system, each with the expected grade."""
    rules = [row[f"g{level}_{system}"] for level in (1, 2, 3, 4)]
    built = []
    for context in contexts(rules, row["direction"]):
        for threshold in published.thresholds(rules, context) | {Fraction(0), *context.values()}:
            for value in around(threshold):
                known = context | {"V": value}
                built.append(
                    {
                        "term": row["term"],
                        "direction": row["direction"],
                        "unit": row[f"{system}_unit"],
                        "version": row["ctcae_version"],
                        **{name.lower(): float(number) for name, number in context.items()},
                        "value": float(value),
                        "expected": published.grade(rules, row["required"], row["grade0_needs"], known),
                    }
                )
    return built


def frame_of(rows: Sequence[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, infer_schema_length=None).rename({"base": "baseline"}, strict=False)


def test_rounding_of_the_generated_values():
    """The generated neighbours differ from their threshold at 12 digits, so 15 digits tell them apart."""
    below, at, above = around(Fraction("2.1"))
    assert float(f"{float(below):.15g}") < float(at) < float(f"{float(above):.15g}")


@cache
def all_cases(name: str, system: str) -> tuple[dict[str, object], ...]:
    return tuple(case for row in published.read_rules(name) for case in cases(row, system))


@pytest.mark.parametrize("name", LABS)
@pytest.mark.parametrize("system", ["si", "cv"])
def test_laboratory_criteria(name, system):
    rows = published.read_rules(name)
    built = all_cases(name, system)
    assert {case["term"] for case in built} == {row["term"] for row in rows}
    graded = grade_values(frame_of(built).with_columns(**{fact: pl.lit(value) for fact, value in WORST.items()}))
    wrong = graded.filter(pl.col("grade").cast(pl.Int64).ne_missing(pl.col("expected")))
    assert wrong.is_empty(), wrong
    assert graded.filter(pl.col("grade").is_null() == pl.col("reason").is_null()).is_empty()
    seen = {(case["term"], case["expected"]) for case in built}
    for row in rows:
        for level in (1, 2, 3, 4):
            # A threshold equal to that of a worse grade can never be reached; the tables have none.
            assert ((row["term"], level) in seen) == bool(row[f"g{level}_{system}"]), (row["term"], level)
        assert (row["term"], 0) in seen


@pytest.mark.parametrize("name", LABS)
def test_unknown_facts_are_asked_for(name):
    """Where a fact beside the number is unknown, the worst-case reading is ``up_to``, and the question is asked."""
    built = all_cases(name, "si")
    graded = grade_values(frame_of(built))
    worst = pl.max_horizontal(pl.col("grade"), pl.col("up_to")).cast(pl.Int64)
    wrong = graded.filter(worst.ne_missing(pl.col("expected")))
    assert wrong.is_empty(), wrong
    assert graded.filter(pl.col("up_to").is_not_null() & pl.col("ask").is_null()).is_empty()
    assert graded.filter(pl.col("up_to") <= pl.col("grade")).is_empty()
    asked = set(graded.filter(pl.col("up_to").is_not_null())["term"])
    assert asked == {"Hyperuricemia", "Hypokalemia", "INR increased"} | ({"Hyponatremia"} if "v5" in name else set())


@pytest.mark.parametrize("name", LABS)
def test_what_the_notes_say_instead_of_the_worst_case(name):
    """The tables' notes: grade 1 for potassium and urate without symptoms; INR by baseline only on anticoagulation."""
    replaced = {
        "Hypokalemia": ["V<LLN", "", "V<3", "V<2.5"],
        "Hyperuricemia": ["V>ULN", "", "", "V>590" if "v4" in name else ""],
        "INR increased": ["V>ULN", "V>1.5*ULN", "V>2.5*ULN", ""] if "v4" in name else ["V>1.2", "V>1.5", "V>2.5", ""],
        "Hyponatremia": ["V<LLN", "", "V<130", "V<120"] if "v4" in name else ["V<LLN", "V<=129", "V<125", "V<120"],
    }
    rows = [row for row in published.read_rules(name) if row["term"] in replaced]
    for row in rows:
        row.update({f"g{level}_si": rule for level, rule in enumerate(replaced[row["term"]], start=1)})
        if row["term"] == "INR increased":
            row["grade0_needs"] = "ULN" if "v4" in name else ""
    built = [case for row in rows for case in cases(row, "si")]
    graded = grade_values(frame_of(built).with_columns(**{fact: pl.lit(value) for fact, value in BEST.items()}))
    assert graded.filter(pl.col("grade").cast(pl.Int64).ne_missing(pl.col("expected"))).is_empty()
    assert graded["up_to"].null_count() == len(graded)


EXTRA = {"HOURS_ABOVE_40": "hours", "N_ECG": "repeats", "V_8H": "value", "V_24H": "value"}


def vital_cases(row: dict[str, str], version: str) -> list[dict[str, object]]:
    # The tables' weight rules are over a percent change, which is then the value itself.
    rules = [row[f"g{level}"].replace("PCHG", "V") for level in (1, 2, 3, 4)]
    contexts_ = [{"LLN": Fraction(90)}, {"LLN": Fraction(55)}]
    extras = [{"HOURS_ABOVE_40": Fraction(h), "N_ECG": Fraction(n)} for h, n in ((0, 0), (24, 1), (25, 2))]
    built = []
    for context in contexts_:
        for extra in extras:
            for threshold in published.thresholds(rules, context) | {Fraction(0), Fraction(1000)}:
                for value in around(threshold):
                    known = context | extra | {"V": value}
                    names = [name for name in ("V_8H", "V_24H") if any(name in rule for rule in rules)] or [""]
                    for name in names:
                        full = known | ({name: value} if name else {})
                        hours = {"V_8H": 8.0, "V_24H": 24.0}.get(name, float(extra["HOURS_ABOVE_40"]))
                        built.append(
                            {
                                "term": row["term"],
                                "parameter": row["measure"],
                                "direction": row["direction"],
                                "unit": row["ucum_unit"],
                                "version": version,
                                "lln": float(context["LLN"]),
                                "value": float(value),
                                "hours": hours,
                                "repeats": float(extra["N_ECG"]),
                                "expected": expected_vital(rules, full),
                            }
                        )
    return built


def expected_vital(rules: list[str], known: dict[str, Fraction]) -> int:
    return next((level for level in (4, 3, 2, 1) if published.holds(rules[level - 1], known)), 0)


def test_vital_sign_criteria():
    rows = published.read_rules("vital_criteria_v4.csv")
    assert len(rows) == 15
    built = [case for row in rows for case in vital_cases(row, row["ctcae_version"])]
    graded = grade_values(frame_of(built))
    wrong = graded.filter(pl.col("grade").cast(pl.Int64).ne_missing(pl.col("expected")))
    assert wrong.is_empty(), wrong
    reached = set(graded.select("term", "direction", "grade").iter_rows())
    for row in rows:
        assert {(row["term"], row["direction"], n) for n in (1, 2, 3, 4) if row[f"g{n}"]} <= reached


def test_weight_in_kilograms_equals_the_percent_change():
    rows = [row for row in published.read_rules("vital_criteria_v4.csv") if row["term"].startswith("Weight")]
    for row in rows:
        rules = [row[f"g{level}"] for level in (1, 2, 3, 4)]
        for base in (Fraction("61.2"), Fraction(70), Fraction("83.35")):
            values = [v for t in published.thresholds(rules, {"BASE": base}) for v in around(t)]
            graded = grade_values(
                pl.DataFrame({"value": [float(v) for v in values]}).with_columns(
                    term=pl.lit(row["term"]), unit=pl.lit("kg"), baseline=float(base), version=pl.lit("4.03")
                )
            )
            assert graded["grade"].to_list() == [published.grade(rules, "", "", {"V": v, "BASE": base}) for v in values]


# Numbers of our criteria that are not printed: the same count in 10⁹/L for /mm3, g/L for g/dL, µmol/L for mmol/L;
# ionized calcium in mg/dL, which only the rule tables give; weight as a factor; FEV1 "99"; our own bound.
NOT_PRINTED = {
    ("Leukocytosis", "10^9/L"): {100.0},
    ("Lymphocyte count increased", "10^9/L"): {4.0, 20.0},
    ("Hemoglobin increased", "g/L"): {20.0, 40.0},
    ("Hyperuricemia", "umol/L"): {590.0},
    ("Hypercalcemia (Ionized)", "mg/dL"): {6.0, 6.4, 7.2},
    ("Hypocalcemia (Ionized)", "mg/dL"): {4.0, 3.6, 3.2},
    ("Weight loss", "kg"): {0.95},
    ("Weight gain", "kg"): {1.05, 1.1, 1.2},
    ("Forced expiratory volume decreased", "%"): {100.0},
    ("Proteinuria", "g/(24.h)"): {0.15},
}


@pytest.mark.parametrize("version", ["4.03", "5.0"])
def test_every_threshold_stands_in_the_official_text(version):
    """Every number of every criterion, in every unit, is printed in the official text of that grade or the one before.

    This reaches what the rule tables do not: Fahrenheit, counts per microlitre, haemoglobin in mmol/L, vital signs of
    version 5.0.
    """
    texts = {row["meddra_code"]: row for row in published.read_rules(f"ctcae_v{version}.csv")}
    checked = 0
    for criterion in load_criteria():
        if criterion.version != version:
            continue
        row = texts[criterion.code]
        for level, alternatives in enumerate(criterion.grades, start=1):
            printed = numbers(" ".join(row[f"grade{n}"] for n in range(max(1, level - 1), level + 1)))
            wanted = {number for alternative in alternatives for number in thresholds_of(alternative)}
            allowed = printed | NOT_PRINTED.get((criterion.name, criterion.units[0]), set())
            assert wanted <= allowed, (criterion.name, criterion.units, level, wanted - allowed)
            checked += len(wanted)
    assert checked > 200


def numbers(text: str) -> set[float]:
    """The numbers of a text; 10,000 and 10000 are one, as are 0.5 and 0.5 x 10e9; percents also as fractions."""
    found = {float(one.replace(",", "")) for one in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text)}
    return found | {1 - number / 100 for number in found if f"{number:g}%" in text}


def thresholds_of(alternative) -> set[float]:
    comparisons = [one for one in alternative if isinstance(one, Comparison) and one.of == "value"]
    factors = {one.times for one in comparisons if one.limit and one.times != 1.0}
    return factors | {abs(one.plus) for one in comparisons if one.plus}
