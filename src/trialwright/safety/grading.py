"""Grades proposed from numbers: laboratory values, vital signs, weight, ECG intervals.

A number proposes a grade, it never sets one. What the number alone supports is ``grade``; where a fact beside the
number (symptoms, anticoagulation, how long) could raise it, ``up_to`` says how far and ``ask`` what to ask.
Not gradable, with its reason, is never grade 0. Values are graded in the reported unit, for the SI and the
conventional limits of CTCAE are not conversions of one another.
"""

from dataclasses import asdict, dataclass, fields

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trialwright.safety.criteria import FACTS, Criterion, Flag, Reason, Resolution, resolve_criteria
from trialwright.safety.evaluation import REASONS, Bools, Columns, Graded, compute_grades
from trialwright.safety.fifteen_digits import compute_order

KEYS = ("version", "term", "parameter", "direction", "unit")
NUMBERS = ("value", "lln", "uln", "baseline", "baseline_uln", "hours", "repeats")
FLAGS = (*FACTS, "at_baseline")
BASELINE_UNKNOWN = "what was the baseline? it is missing and was read as normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One value with what is needed to grade it. None means not known.

    Parameters
    ----------
    value : float or None
        In ``unit``, as reported.
    unit : str
        The reported unit; empty is right only for ratios (ALT against its own limits, INR, pH).
    term, parameter : str
        A CTCAE term or its code, or what was measured (``ALT``, ``potassium``); one of them is enough.
    direction : str
        ``L``, ``H``, or empty for both.
    version : str
        Version of CTCAE.
    lln, uln : float or None
        The laboratory's own range for this sample, in ``unit``.
    baseline, baseline_uln : float or None
        Baseline value in ``unit`` (0 and below count as missing) and the upper limit of its own range (default:
        ``uln``).
    hours, repeats : float or None
        Hours of collection or above the limit; number of ECGs that show it.
    anticoagulated, symptoms, fasting : bool or None
        Facts on which a grade can depend.
    at_baseline : bool
        Whether this is the baseline value or earlier; it is then graded without comparison with itself.
    """

    value: float | None
    unit: str = ""
    term: str = ""
    parameter: str = ""
    direction: str = ""
    version: str
    lln: float | None = None
    uln: float | None = None
    baseline: float | None = None
    baseline_uln: float | None = None
    hours: float | None = None
    repeats: float | None = None
    anticoagulated: bool | None = None
    symptoms: bool | None = None
    fasting: bool | None = None
    at_baseline: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """What a value proposes: a grade from 0 to 4, or a reason why there is none. Numbers never reach grade 5.

    ``up_to`` is the grade that facts beside the number could make it, None when they could not; ``ask`` says which
    facts. ``grade_low`` and ``grade_high`` are the two directions apart (None: not graded in it).
    """

    grade: int | None
    reason: str | None
    up_to: int | None
    ask: str | None
    graded_direction: str | None
    graded_term: str | None
    code: str | None
    grade_low: int | None
    grade_high: int | None


def grade_value(measurement: Measurement) -> Grade:
    """The grade that one value proposes, or the reason why there is none.

    >>> grade_value(Measurement(value=6.3, unit="xULN", parameter="ALT", uln=1.0, version="4.03")).grade
    3
    >>> grade_value(Measurement(value=79, unit="g/L", term="Anemia", version="4.03")).grade
    3
    >>> grade_value(Measurement(value=101, unit="g/L", term="Anemia", version="4.03")).reason
    'lower limit of normal missing'
    """
    frame = pl.DataFrame([asdict(measurement)], schema=_SCHEMA)
    row = grade_values(frame).row(0, named=True)
    return Grade(**{field.name: row[field.name] for field in fields(Grade)})


_SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(KEYS, pl.String),
    **dict.fromkeys(NUMBERS, pl.Float64),
    **dict.fromkeys(FLAGS, pl.Boolean),
}


def grade_values(frame: pl.DataFrame, version: str = "") -> pl.DataFrame:
    """``frame`` with the grades that its values propose, row by row in the same order.

    Parameters
    ----------
    frame : DataFrame
        Columns as the fields of ``Measurement``: ``value``, ``unit``, ``term`` or ``parameter``, and where there are
        any ``direction``, ``version``, ``lln``, ``uln``, ``baseline`` and the rest. Absent columns count as missing;
        numbers may be texts (what is not a number is missing).
    version : str
        Version of CTCAE for rows without one.

    Returns
    -------
    DataFrame
        With the fields of ``Grade`` as columns: ``grade`` (Int8, null: not gradable), ``reason`` (null: graded),
        ``up_to``, ``ask``, ``graded_direction``, ``graded_term``, ``code``, ``grade_low``, ``grade_high``.
    """
    resolutions, place = _resolve(frame, version)
    columns = _columns(frame)
    criteria = list(dict.fromkeys(c for r in resolutions for c in (r.low, r.high) if c is not None))
    number = {criterion: at for at, criterion in enumerate(criteria)}
    low_of = _lookup([number[r.low] if r.low else -1 for r in resolutions])[place]
    high_of = _lookup([number[r.high] if r.high else -1 for r in resolutions])[place]
    why = _lookup([REASONS.index(r.reason) if r.reason else -1 for r in resolutions])[place].astype(np.int8)
    low = compute_grades(criteria, low_of, columns)
    high = compute_grades(criteria, high_of, columns)
    return frame.with_columns(_combine(criteria, (low_of, high_of), (low, high), why, columns))


def _resolve(frame: pl.DataFrame, version: str) -> tuple[list[Resolution], NDArray[np.int64]]:
    """The resolutions of the distinct questions, and for each row which of them is its own."""
    keys = frame.select(
        (pl.col(name).cast(pl.String).fill_null("") if name in frame.columns else pl.lit("")).alias(name)
        for name in KEYS
    )
    keys = keys.with_columns(
        pl.when(pl.col("version") == "").then(pl.lit(version)).otherwise("version").alias("version")
    )
    if len(keys) != len(frame):  # a frame without any of the key columns
        keys = pl.concat([keys] * len(frame)) if len(frame) else keys.clear()
    distinct = keys.unique(maintain_order=True)
    resolutions = [resolve_criteria(row[0], row[1], row[2], row[3], row[4]) for row in distinct.iter_rows()]
    joined = keys.join(distinct.with_row_index("place"), on=list(KEYS), how="left", maintain_order="left")
    return resolutions, joined["place"].to_numpy().astype(np.int64)


def _lookup(numbers: list[int]) -> NDArray[np.int16]:
    return np.asarray(numbers, dtype=np.int16)


def _columns(frame: pl.DataFrame) -> Columns:
    columns = {name: _numbers(frame, name, pl.Float64) for name in NUMBERS}
    columns |= {name: _numbers(frame, name, pl.Boolean) for name in FLAGS}
    columns["value"] = np.where(np.isfinite(columns["value"]), columns["value"], np.nan)
    baseline = columns["baseline"]
    columns["baseline"] = np.where((baseline > 0) & (columns["at_baseline"] != 1), baseline, np.nan)
    own_limit = np.where(np.isnan(columns["baseline_uln"]), columns["uln"], columns["baseline_uln"])
    columns["high baseline"] = (compute_order(columns["baseline"], own_limit) == 1).astype(float)
    columns["reference"] = np.where(np.isnan(columns["uln"]), np.nan, np.fmax(columns["uln"], columns["baseline"]))
    return columns


def _numbers(frame: pl.DataFrame, name: str, kind: type[pl.DataType]) -> NDArray[np.float64]:
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    column = frame[name]
    if kind is pl.Boolean and column.dtype == pl.String:
        words = column.str.strip_chars().str.to_lowercase()
        column = words.replace_strict(
            ["y", "yes", "true", "1", "n", "no", "false", "0"],
            [True] * 4 + [False] * 4,
            default=None,
            return_dtype=kind,
        )
    elif column.dtype == pl.String:
        column = column.str.strip_chars()
    return column.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy().astype(np.float64)


def _combine(
    criteria: list[Criterion],
    which: tuple[NDArray[np.int16], NDArray[np.int16]],
    parts: tuple[Graded, Graded],
    why: NDArray[np.int8],
    columns: Columns,
) -> list[pl.Series]:
    """The columns of the answer: a grade above 0 in either direction wins; 0 needs every graded direction to be 0."""
    (low_of, high_of), (low, high) = which, parts
    has_low, has_high = low_of >= 0, high_of >= 0
    zero = (has_low | has_high) & (~has_low | (low.grade == 0)) & (~has_high | (high.grade == 0))
    grade = np.maximum(low.grade, high.grade)
    grade[(grade <= 0) & ~zero] = -1
    reason = np.select([grade >= 0, why >= 0, low.reason >= 0], [np.int8(-1), why, low.reason], high.reason)
    possible = np.maximum(low.possible, high.possible)
    up_to = np.where((possible > np.maximum(grade, 0)) & (reason != REASONS.index(Reason.MISSING_VALUE)), possible, -1)
    leads_low = has_low & (~has_high | (low.possible > 0))
    leads_high = has_high & ~leads_low & (~has_low | (high.possible > 0))
    leading = np.where(leads_low, low_of, np.where(leads_high, high_of, np.int16(-1)))
    return [
        _integers("grade", grade),
        _gather("reason", list(REASONS), reason),
        _integers("up_to", up_to.astype(np.int8)),
        _ask(criteria, leading, (grade > 0) | (up_to > 0), _no_baseline(columns)),
        _gather("graded_direction", [criterion.direction for criterion in criteria], leading),
        _gather("graded_term", [criterion.term for criterion in criteria], leading),
        _gather("code", [criterion.code for criterion in criteria], leading),
        _integers("grade_low", low.grade),
        _integers("grade_high", high.grade),
    ]


def _ask(criteria: list[Criterion], leading: NDArray[np.int16], when: Bools, no_baseline: Bools) -> pl.Series:
    texts = [criterion.clinical for criterion in criteria] + [BASELINE_UNKNOWN]
    multiples = _flags([any(Flag("high baseline") in a for g in c.grades for a in g) for c in criteria])
    speaks = _flags([bool(criterion.clinical) for criterion in criteria])
    of_baseline = when & no_baseline & multiples[leading]
    chosen = np.where(of_baseline, np.int16(len(criteria)), np.where(when & speaks[leading], leading, np.int16(-1)))
    return _gather("ask", texts, chosen)


def _no_baseline(columns: Columns) -> Bools:
    missing: Bools = np.isnan(columns["baseline"]) & (columns["at_baseline"] != 1)
    return missing


def _flags(bits: list[bool]) -> Bools:
    """The bits with a False at the end, which is what the index -1 finds."""
    return np.asarray([*bits, False], dtype=np.bool_)


def _integers(name: str, numbers: NDArray[np.int8]) -> pl.Series:
    column = pl.Series(name, numbers)
    return column.set(column < 0, None)


def _gather(name: str, texts: list[str], at: NDArray[np.signedinteger]) -> pl.Series:
    """The texts at these places; null at -1."""
    source = pl.Series(name, [*(str(text) for text in texts), None], dtype=pl.String)
    return source.gather(np.where(at < 0, len(texts), at).astype(np.uint32))
