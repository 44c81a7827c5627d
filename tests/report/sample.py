"""A small computed study for the report's tests: the real definition, twenty made-up participants, plain arithmetic."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from trialwright.definition.compile import compile_study
from trialwright.definition.compiled import Definition
from trialwright.definition.load import read_files
from trialwright.results import Bundle, Header, ResultRow

STUDY = Path(__file__).parents[2] / "studies" / "nct04252118"
ARMS = {"MSC": tuple(f"S01-{i:03d}" for i in range(1, 11)), "CONTROL": tuple(f"S01-{i:03d}" for i in range(11, 21))}
EVERYBODY = ARMS["MSC"] + ARMS["CONTROL"]
DAYS = {"BASELINE": 0, "D3": 3, "D6": 6, "D10": 10, "D14": 14, "D21": 21, "D28": 28, "D90": 90, "D180": 180}
CONTRAST = "MSC - CONTROL"
CENTRES = {
    "LESAREAP": (32, -0.03),
    "CXRAREAP": (38, -0.025),
    "TLYH": (380, 0.012),
    "TLC": (250, 0.011),
    "ALT": (48, -0.01),
    "CRP": (42, -0.05),
    "CK": (120, -0.008),
    "WHOORD": (4.2, -0.03),
}


@cache
def load_definition() -> Definition:
    """The study NCT04252118, compiled."""
    compilation = compile_study(read_files(STUDY))
    assert compilation.definition is not None, [str(one) for one in compilation.errors[:5]]
    return compilation.definition


@cache
def make_profiles() -> dict[str, pl.DataFrame]:
    """Courses by parameter: declining or rising, two values missing, one participant dead from day 21."""
    rng = np.random.default_rng(20200127)
    frames = {}
    for code, (centre, slope) in CENTRES.items():
        rows = []
        for arm, subjects in ARMS.items():
            for subject in subjects:
                start = centre * rng.lognormal(0, 0.3)
                for visit, day in DAYS.items():
                    pull = slope * min(day, 28) * (1.25 if arm == "MSC" else 1.0)
                    value = round(float(start * np.exp(pull + rng.normal(0, 0.12))), 1)
                    gone = (subject == "S01-014" and day >= 21) or (code == "CRP" and subject == "S01-003" and day == 6)
                    if not gone and (day <= 28 or code in ("TLYH", "TLC", "ALT", "CRP", "CK")):
                        rows.append((subject, arm, visit, day, value))
        frames[code] = pl.DataFrame(rows, schema=["participant", "arm", "visit", "day", "value"], orient="row")
    return frames


def make_bundle(purpose: str = "VIRTUAL") -> Bundle:
    """The sample's bundle."""
    definition = load_definition()
    header = Header(
        study=definition.id,
        title=definition.study.study.official_title,
        purpose=purpose,
        version=definition.version,
        digest=definition.digest,
        position=4821,
        seal="9f" * 32,
        data_cut="2020-11-04T09:12:00Z",
        snapshot="ab" * 32,
        versions={"trialwright": "0.1.0", "numpy": "2.4.6", "scipy": "1.17.0", "polars": "2.1.0"},
    )
    rows = (*_flow(), *_baseline(), *_exposure(), *_continuous(definition), *_events(), *_death(), *_safety(), *_mmrm())
    return Bundle(header, rows, _listings(), make_profiles(), _curves(), _timelines())


def _row(table: str, parameter: str, statistic: str, value: float | None, **more: object) -> ResultRow:
    more.setdefault("analysis", table)
    more.setdefault("outcome", "")
    more.setdefault("analysis_set", "ENROLLED")
    subjects = more.get("subjects", ())
    more.setdefault("n_used", len(subjects))  # type: ignore[arg-type]
    return ResultRow(table=table, parameter=parameter, statistic=statistic, value=value, **more)  # type: ignore[arg-type]


def _count(
    table: str, parameter: str, group: str, subjects: Sequence[str], of: int, **more: object
) -> Iterator[ResultRow]:
    common = {"group": group, "subjects": tuple(subjects), "n_used": of, **more}
    yield _row(table, parameter, "count", float(len(subjects)), **common)
    yield _row(table, parameter, "percent", 100 * len(subjects) / of if of else None, **common)


def _flow() -> Iterator[ResultRow]:
    screened = EVERYBODY + tuple(f"S01-{i:03d}" for i in range(21, 27))
    out = screened[20:]
    yield _row("14.1.1", "SCREENED", "count", 26.0, group="TOTAL", subjects=screened)
    yield _row("14.1.1", "NOT_ELIGIBLE", "count", 6.0, group="TOTAL", subjects=out)
    for category, subjects in (("I2", out[:3]), ("E1", out[3:5]), ("E4", out[5:])):
        yield _row(
            "14.1.1", "NOT_ELIGIBLE", "count", float(len(subjects)), group="TOTAL", category=category, subjects=subjects
        )
    yield _row("14.1.1", "ENROLLED", "count", 20.0, group="TOTAL", subjects=EVERYBODY)
    for arm, subjects in ARMS.items():
        left = subjects[3:4] if arm == "CONTROL" else subjects[6:7]
        yield _row("14.1.1", "ALLOCATED", "count", 10.0, group=arm, subjects=subjects)
        if arm == "MSC":
            yield _row("14.1.1", "TREATED", "count", 10.0, group=arm, subjects=subjects)
        yield _row("14.1.1", "DISCONTINUED", "count", 1.0, group=arm, subjects=left)
        reason = "DEATH" if arm == "CONTROL" else "WITHDRAW_CONSENT"
        yield _row("14.1.1", "DISCONTINUED", "count", 1.0, group=arm, subjects=left, category=reason)
        yield _row("14.1.1", "COMPLETED", "count", 9.0, group=arm, subjects=tuple(s for s in subjects if s not in left))
    for name, lost in (("ENROLLED", 0), ("SAF", 0), ("FAS", 1), ("PP", 2)):
        for arm, subjects in (*ARMS.items(), ("TOTAL", EVERYBODY)):
            kept = [one for one in subjects if one not in ("S01-007", "S01-014")[: lost * 2]][: len(subjects)]
            yield from _count("14.1.2", name, arm, kept, len(subjects), analysis_set=name)


def _describe(table: str, parameter: str, values: dict[str, float], **more: object) -> Iterator[ResultRow]:
    data, subjects = np.array(list(values.values())), tuple(values)
    q1, median, q3 = (float(x) for x in np.quantile(data, [0.25, 0.5, 0.75], method="averaged_inverted_cdf"))
    for statistic, value in {
        "n": float(len(data)),
        "mean": float(data.mean()),
        "sd": float(data.std(ddof=1)),
        "median": median,
        "q1": q1,
        "q3": q3,
        "min": float(data.min()),
        "max": float(data.max()),
    }.items():
        yield _row(table, parameter, statistic, value, subjects=subjects, **more)
    if table.startswith(("14.2.6", "14.2.7", "14.2.8", "14.2.9")):
        yield _row(table, parameter, "geometric_mean", float(np.exp(np.log(data).mean())), subjects=subjects, **more)
        yield _row(table, parameter, "cv", 100 * float(np.log(data).std(ddof=1)), subjects=subjects, **more)


def _baseline() -> Iterator[ResultRow]:
    rng = np.random.default_rng(1)
    for parameter, centre, spread, unit in (
        ("age_years", 56, 9, "years"),
        ("vital_signs.weight", 67, 11, "kg"),
        ("vital_signs.spo2", 93, 2, "%"),
    ):
        values = {one: round(float(rng.normal(centre, spread)), 0) for one in EVERYBODY}
        for arm, subjects in (*ARMS.items(), ("TOTAL", EVERYBODY)):
            yield from _describe("14.1.3", parameter, {one: values[one] for one in subjects}, group=arm, unit=unit)
        for statistic, value in (("estimate", 0.31), ("ci_low", -0.57), ("ci_high", 1.19)):
            yield _row(
                "14.1.3",
                parameter,
                statistic,
                value,
                group=CONTRAST,
                method="standardised_difference.estimate",
                subjects=EVERYBODY,
            )
    for parameter, split in (
        ("demographics.sex", {"F": 4, "M": 6}),
        ("symptoms.severity", {"SEVERE": 0, "MODERATE": 10}),
    ):
        for arm, subjects in ARMS.items():
            start = 0
            for category, size in split.items():
                yield from _count("14.1.3", parameter, arm, subjects[start : start + size], 10, category=category)
                start += size
        yield _row(
            "14.1.3",
            parameter,
            "estimate",
            -0.2,
            group=CONTRAST,
            method="standardised_difference.estimate_categorical",
            subjects=EVERYBODY,
        )


def _exposure() -> Iterator[ResultRow]:
    for category, size in (("3", 9), ("2", 1)):
        yield from _count("14.1.6", "INFUSIONS", "MSC", ARMS["MSC"][:size], 10, category=category, analysis_set="SAF")
    for arm, subjects in ARMS.items():
        yield from _describe(
            "14.1.6",
            "FOLLOW_UP",
            {s: 180.0 - 3 * i for i, s in enumerate(subjects)},
            group=arm,
            unit="days",
            analysis_set="SAF",
        )
        yield from _count("14.1.7", "DEVIATION", arm, subjects[:2], 10, category="MINOR")
        yield from _count("14.1.7", "DEVIATION", arm, subjects[:0], 10, category="MAJOR")


def _values(code: str, visit: str, arm: str) -> dict[str, float]:
    frame = make_profiles()[code].filter((pl.col("visit") == visit) & (pl.col("arm") == arm))
    return dict(zip(frame["participant"], frame["value"], strict=True))


def _continuous(definition: Definition) -> Iterator[ResultRow]:
    """What the plan calls descriptive, and a shift with its interval for each change."""
    units = {
        "LESAREAP": "%",
        "CXRAREAP": "%",
        "TLYH": "1/uL",
        "TLC": "1/uL",
        "ALT": "U/L",
        "CRP": "mg/L",
        "CK": "U/L",
        "WHOORD": "",
        "TLYHTLC": "",
    }
    for plan in definition.plan.analyses:
        for code in plan.parameters:
            if plan.recipe == "DESCRIBE" and code in CENTRES:
                for visit in DAYS:
                    for arm in ARMS:
                        if values := _values(code, visit, arm):
                            yield from _describe(
                                plan.table,
                                code,
                                values,
                                analysis=plan.id,
                                outcome=plan.endpoint,
                                visit=visit,
                                group=arm,
                                unit=units[code],
                                analysis_set="FAS",
                                n_missing=10 - len(values),
                            )
            if plan.recipe == "CHANGE":
                for visit in plan.at:
                    common = {
                        "analysis": plan.id,
                        "outcome": plan.endpoint,
                        "visit": visit,
                        "unit": units[code],
                        "analysis_set": plan.analysis_set,
                        "subjects": EVERYBODY,
                        "n_used": 20,
                        "group": CONTRAST,
                    }
                    method = str(plan.methods[0].value)
                    for statistic, value in (
                        ("estimate", -5.25),
                        ("ci_low", -12.4),
                        ("ci_high", 1.15),
                        ("width_20", 9.1),
                        ("width_50", 5.6),
                    ):
                        yield _row(plan.table, code, statistic, value, method=method, **common)
                    if len(plan.methods) > 1:
                        yield _row(
                            plan.table,
                            code,
                            "p",
                            0.105,
                            method=str(plan.methods[1].value),
                            warnings=("ties: 3 groups",),
                            **common,
                        )


def _mmrm() -> Iterator[ResultRow]:
    for outcome, codes in (("S4", ("TLYH", "TLC")), ("S5", ("ALT",)), ("S6", ("CRP",)), ("S7", ("CK",))):
        for code in codes:
            table = f"14.2.{int(outcome[1]) + 2}.2"
            for index, visit in enumerate(("D3", "D6", "D10", "D14", "D21", "D28")):
                common = {
                    "analysis": f"{outcome}_MAIN",
                    "outcome": outcome,
                    "visit": visit,
                    "unit": "ratio",
                    "analysis_set": "FAS",
                    "subjects": EVERYBODY,
                    "method": "mmrm.fit",
                    "n_used": 20,
                }
                for group, centre in (
                    ("MSC", 0.9 - 0.05 * index),
                    ("CONTROL", 0.95 - 0.03 * index),
                    (CONTRAST, 0.97 - 0.03 * index),
                ):
                    for statistic, value in (
                        ("estimate", centre),
                        ("ci_low", centre * 0.78),
                        ("ci_high", centre * 1.3),
                    ):
                        yield _row(table, code, statistic, value, group=group, **common)
                yield _row(table, code, "p", 0.4 / (index + 1) ** 3, group=CONTRAST, **common)


def _events() -> Iterator[ResultRow]:
    for outcome, table, codes, visits in (
        ("S1", "14.2.3.2", ("FEVERDUR", "RESPREC"), ("D14", "D28")),
        ("S2", "14.2.4.2", ("RNANEG",), ("D14", "D28", "D90")),
    ):
        for code in codes:
            for visit in visits:
                common = {
                    "analysis": f"{outcome}_MAIN",
                    "outcome": outcome,
                    "visit": visit,
                    "analysis_set": "FAS",
                    "method": "aalen_johansen.estimate",
                }
                for group, centre in (("MSC", 0.7), ("CONTROL", 0.5), (CONTRAST, 0.2)):
                    subjects = ARMS.get(group, EVERYBODY)
                    for statistic, value in (
                        ("estimate", centre),
                        ("ci_low", centre - 0.3),
                        ("ci_high", centre + 0.25),
                    ):
                        yield _row(table, code, statistic, value, group=group, subjects=subjects, **common)
            gray = {
                "analysis": f"{outcome}_MAIN",
                "outcome": outcome,
                "analysis_set": "FAS",
                "method": "gray.compare",
                "group": CONTRAST,
                "subjects": EVERYBODY,
            }
            yield _row(table, code, "statistic", 1.1945, **gray)
            yield _row(table, code, "p", 0.27442, **gray)


def _death() -> Iterator[ResultRow]:
    common = {"analysis": "S3_MAIN", "outcome": "S3", "visit": "D28", "analysis_set": "FAS"}
    for arm, dead, low, high in (("MSC", (), 0.0, 0.3085), ("CONTROL", ("S01-014",), 0.0025, 0.445)):
        exact = {**common, "group": arm, "method": "proportion.estimate_clopper_pearson", "n_used": 10}
        yield _row("14.2.5.2", "DEATH28", "count", float(len(dead)), subjects=dead, **exact)
        yield _row("14.2.5.2", "DEATH28", "n", 10.0, subjects=ARMS[arm], **exact)
        for statistic, value in (("estimate", len(dead) / 10), ("ci_low", low), ("ci_high", high)):
            yield _row("14.2.5.2", "DEATH28", statistic, value, subjects=dead, **exact)
    exact = {**common, "group": CONTRAST, "method": "risk_difference.estimate_exact", "subjects": EVERYBODY}
    for statistic, value in (("estimate", -0.1), ("ci_low", -0.445), ("ci_high", 0.209)):
        yield _row("14.2.5.2", "DEATH28", statistic, value, warnings=("zero events in MSC",), **exact)
    yield _row("14.2.5.2", "DEATH28", "p", 0.5, **{**exact, "method": "fisher.compare_mid_p"})
    nothing = {
        **common,
        "analysis": "S3_MN",
        "group": CONTRAST,
        "method": "risk_difference.estimate_miettinen_nurminen",
    }
    for statistic in ("estimate", "ci_low", "ci_high"):
        yield _row("14.2.5.4", "DEATH28", statistic, None, warnings=("the control arm is empty",), **nothing)


def _safety() -> Iterator[ResultRow]:
    limits = {
        0: (0.0, 0.3085),
        1: (0.0025, 0.445),
        2: (0.0252, 0.5561),
        3: (0.0667, 0.6525),
        4: (0.1216, 0.7376),
        6: (0.2624, 0.8784),
    }
    exact = {"outcome": "P2", "analysis_set": "SAF", "method": "proportion.estimate_clopper_pearson", "n_used": 10}

    def share(
        table: str, analysis: str, parameter: str, arm: str, size: int, category: str = ""
    ) -> Iterator[ResultRow]:
        common = {**exact, "analysis": analysis, "group": arm, "category": category, "subjects": ARMS[arm][:size]}
        yield _row(table, parameter, "count", float(size), **common)
        yield _row(table, parameter, "percent", 10.0 * size, **common)
        for statistic, value in zip(("estimate", "ci_low", "ci_high"), (size / 10, *limits[size]), strict=True):
            yield _row(table, parameter, statistic, value, **common)

    for parameter, sizes in (
        ("TEAE", (6, 4)),
        ("RELATED", (2, 0)),
        ("SEVERE", (1, 2)),
        ("SERIOUS", (0, 1)),
        ("FATAL", (0, 1)),
    ):
        for arm, size in zip(ARMS, sizes, strict=True):
            yield from share("14.3.1.1", "P2_OVERVIEW", parameter, arm, size)
    for soc, term, sizes in (
        ("General disorders", "Fever", (3, 2)),
        ("General disorders", "Chills", (2, 0)),
        ("Investigations", "Alanine aminotransferase increased", (1, 2)),
        ("Nervous system disorders", "Headache", (2, 1)),
    ):
        for arm, size in zip(ARMS, sizes, strict=True):
            yield from share("14.3.1.2", "P2_TERMS", soc, arm, size, term)
    for grade, sizes in (
        ("GRADE1", (3, 1)),
        ("GRADE2", (2, 1)),
        ("GRADE3", (1, 1)),
        ("GRADE4", (0, 0)),
        ("GRADE5", (0, 1)),
    ):
        for arm, size in zip(ARMS, sizes, strict=True):
            yield from share("14.3.1.3", "P2_GRADES", "WORST_GRADE", arm, size, grade)
    for arm, size in zip(ARMS, (2, 0), strict=True):
        yield from share("14.3.1.4", "P2_MAIN", "RELATED", arm, size)
    mn = {
        "analysis": "P2_MAIN",
        "outcome": "P2",
        "analysis_set": "SAF",
        "method": "risk_difference.estimate_miettinen_nurminen",
    }
    for statistic, value in (("estimate", 0.2), ("ci_low", -0.1), ("ci_high", 0.52)):
        yield _row("14.3.1.4", "RELATED", statistic, value, group=CONTRAST, subjects=EVERYBODY, **mn)


def _curves() -> dict[str, pl.DataFrame]:
    frames = {}
    for code, rate in (("FEVERDUR", 0.09), ("RESPREC", 0.06), ("RNANEG", 0.05), ("RNANEG1", 0.07), ("DEATH28", 0.0)):
        rows = []
        for arm in ARMS:
            if code == "DEATH28":
                rows += [(arm, 0, 1.0, 1.0, 1.0, 10), *([(arm, 19, 0.9, 0.47, 0.99, 10)] if arm == "CONTROL" else [])]
                continue
            for index, day in enumerate((0, 4, 7, 9, 12, 15, 20, 24, 28)):
                share = 1 - np.exp(-rate * day * (1.3 if arm == "MSC" else 1))
                rows.append(
                    (arm, day, share, max(0.0, share - 0.25), min(1.0, share + 0.25) if day else 0.0, 10 - index)
                )
        frames[code] = pl.DataFrame(
            rows, schema=["arm", "day", "estimate", "ci_low", "ci_high", "at_risk"], orient="row", strict=False
        )
    return frames


def _timelines() -> pl.DataFrame:
    rows = []
    for arm, subjects in ARMS.items():
        for index, subject in enumerate(subjects):
            last = 19 if subject == "S01-014" else 40 if subject == "S01-007" else 180
            rows.append((subject, arm, "FOLLOW_UP", 0, last, ""))
            if arm == "MSC":
                rows += [(subject, arm, "DOSE", day, day, "3.0e7 cells") for day in (0, 3, 6)]
            if index % 3 == 0:
                rows.append((subject, arm, "AE", 2 + index, 6 + index, "Fever, grade 2"))
            if index % 4 == 1:
                rows.append((subject, arm, "EVENT", 12 + index, 12 + index, "RNA negative"))
            if subject == "S01-014":
                rows.append((subject, arm, "DEATH", 19, 19, "Death"))
    return pl.DataFrame(rows, schema=["participant", "arm", "kind", "start_day", "end_day", "label"], orient="row")


def _listings() -> dict[str, pl.DataFrame]:
    return {
        "16.2.1": pl.DataFrame(
            {
                "participant": ["S01-007", "S01-014"],
                "arm": ["MSC", "CONTROL"],
                "day": [40, 19],
                "reason": ["withdrew consent", "death"],
            }
        ),
        "16.2.4": pl.DataFrame(
            {"participant": list(EVERYBODY), "sex": ["F", "M"] * 10, "age": [40 + i for i in range(20)]}
        ),
        "16.2.7": pl.DataFrame(
            {
                "participant": ["S01-001", "S01-004"],
                "term": ["Fever", "Chills <b>"],
                "grade": [2, 1],
                "start": ["2020-02-03", None],
            }
        ),
        "16.2.3": pl.DataFrame({"participant": [], "set": []}, schema={"participant": pl.String, "set": pl.String}),
    }
