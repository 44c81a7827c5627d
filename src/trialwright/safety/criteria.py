"""The grading criteria as data: conditions of grades 1 to 4 over a value, its limits and a few facts besides.

The table is ``tables/grading_criteria.csv``, in our own notation (its head explains it); this file reads the notation
and finds the criteria that a row of values asks for. Nothing is computed here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from trialwright.safety.tables import load_rows
from trialwright.safety.terms import VERSIONS, compute_version, load_terms

FACTS = ("anticoagulated", "symptoms", "fasting")
_COMPARISON = re.compile(
    r"(?P<of>hours|repeats)?(?P<sign><=|>=|<|>)"
    r"(?:(?P<number>-?\d+(?:\.\d+)?))? ?(?P<limit>LLN|ULN|BASE|REF)?(?:(?P<plus>[+-]\d+(?:\.\d+)?))?"
)


class Reason(StrEnum):
    """Why there is no grade. Not gradable is never grade 0."""

    UNKNOWN_VERSION = "unknown version of CTCAE"
    UNKNOWN_TERM = "unknown term or parameter"
    NO_CRITERION = "no number decides this term in this version and direction"
    AMBIGUOUS = "more than one criterion fits; name the parameter"
    MISSING_UNIT = "unit missing"
    UNKNOWN_UNIT = "no criterion in this unit"
    MISSING_VALUE = "value missing or not a number"
    MISSING_LLN = "lower limit of normal missing"
    MISSING_ULN = "upper limit of normal missing"
    MISSING_BASELINE = "baseline missing"
    MISSING_HOURS = "hours of collection missing or too short"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: ``of`` (value, hours or repeats) with ``times * limit + plus``; ``limit`` empty for a number."""

    of: str
    sign: str
    times: float
    limit: str
    plus: float


@dataclass(frozen=True, slots=True)
class Flag:
    """A condition that is a fact: whether the baseline was normal or high, or one of ``FACTS``."""

    name: str


Condition = Comparison | Flag
Alternative = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """The numeric criterion of one term in one version, direction and unit.

    ``grades[0]`` to ``grades[3]`` are the alternatives of grades 1 to 4; each alternative is a conjunction.
    ``needs`` and ``zero_needs`` are limits that must be there, or comparisons that must hold; an entry of
    ``zero_needs`` may depend on a fact (``BASE if anticoagulated``).
    """

    version: str
    name: str
    term: str
    code: str
    direction: str
    parameters: tuple[str, ...]
    units: tuple[str, ...]
    grades: tuple[tuple[Alternative, ...], ...]
    needs: tuple[str, ...]
    zero_needs: tuple[str, ...]
    clinical: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """The criteria, at most one a direction, by which a value is graded, or the reason why there is none."""

    low: Criterion | None = None
    high: Criterion | None = None
    reason: Reason | None = None


def compute_condition(text: str) -> Condition:
    """The condition that ``text`` writes in the notation of the table; ValueError for anything else.

    >>> compute_condition(">1.5 ULN")
    Comparison(of='value', sign='>', times=1.5, limit='ULN', plus=0.0)
    >>> compute_condition(">REF+20")
    Comparison(of='value', sign='>', times=1.0, limit='REF', plus=20.0)
    >>> compute_condition("<=-5")
    Comparison(of='value', sign='<=', times=0.0, limit='', plus=-5.0)
    """
    if text in FACTS or text in ("normal baseline", "high baseline"):
        return Flag(text)
    match = _COMPARISON.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a condition of a grade")
    number, limit, plus = match["number"], match["limit"] or "", match["plus"]
    of = match["of"] or "value"
    if limit:
        return Comparison(of, match["sign"], float(number or 1), limit, float(plus or 0))
    if number is None or plus is not None:
        raise ValueError(f"{text!r} compares with nothing")
    return Comparison(of, match["sign"], 0.0, "", float(number))


@cache
def load_criteria() -> tuple[Criterion, ...]:
    """All criteria of all versions, in the order of the table."""
    return tuple(_read(version, row) for row in load_rows("grading_criteria") for version in row["versions"].split(";"))


def resolve_criteria(version: str, term: str, parameter: str, direction: str, unit: str) -> Resolution:
    """The criteria for a value, or the reason why there is none.

    Parameters
    ----------
    version : str
        Version of CTCAE; ``4.0`` is read as ``4.03``.
    term : str
        CTCAE term, its code, or a criterion's name such as ``Hypercalcemia (Ionized)``; empty when ``parameter`` is
        given. A parameter's name is understood here too.
    parameter : str
        What was measured (``ALT``, ``potassium``); empty when ``term`` is given.
    direction : str
        ``L`` or ``H``; empty for both directions.
    unit : str
        The reported unit. It is looked up, never converted. Criteria that are ratios take any unit, also none.
    """
    known = compute_version(version)
    if known is None:
        return Resolution(reason=Reason.UNKNOWN_VERSION)
    named = _named(known, term, parameter)
    if isinstance(named, Reason):
        return Resolution(reason=named)
    wanted = _direction(direction)
    facing = tuple(criterion for criterion in named if wanted in ("", criterion.direction))
    if not facing:
        return Resolution(reason=Reason.NO_CRITERION)
    units = _units().get(_fold(unit), frozenset((unit.strip(),)))
    fitting = tuple(c for c in facing if "any" in c.units or units.intersection(c.units))
    if not fitting:
        return Resolution(reason=Reason.UNKNOWN_UNIT if unit.strip() else Reason.MISSING_UNIT)
    low = tuple(criterion for criterion in fitting if criterion.direction == "L")
    high = tuple(criterion for criterion in fitting if criterion.direction == "H")
    if len(low) > 1 or len(high) > 1:
        return Resolution(reason=Reason.AMBIGUOUS)
    return Resolution(low[0] if low else None, high[0] if high else None)


def _named(version: str, term: str, parameter: str) -> tuple[Criterion, ...] | Reason:
    by_term = _find(version, term) if term.strip() else None
    by_parameter = _find(version, parameter) if parameter.strip() else None
    for found in (by_term, by_parameter):
        if isinstance(found, Reason):
            return found
    if isinstance(by_term, tuple) and isinstance(by_parameter, tuple):
        both = _common(by_term, by_parameter, _find_all(version, term))
        return both or Reason.NO_CRITERION
    found = by_term or by_parameter
    return Reason.UNKNOWN_TERM if found is None or isinstance(found, Reason) else found


def _common(
    by_term: tuple[Criterion, ...], by_parameter: tuple[Criterion, ...], of_term: tuple[Criterion, ...]
) -> tuple[Criterion, ...]:
    exact = tuple(criterion for criterion in by_term if criterion in by_parameter)
    return exact or tuple(criterion for criterion in of_term if criterion in by_parameter)


def _find(version: str, name: str) -> tuple[Criterion, ...] | Reason:
    index = _index(version)
    term = load_terms(version).find(name)
    key = _fold(term.term if term else name)
    for kind in ("parameter", "name", "term"):
        if found := index.get((kind, key)):
            return found
    return Reason.NO_CRITERION if term or key in _parameters() else Reason.UNKNOWN_TERM


def _find_all(version: str, name: str) -> tuple[Criterion, ...]:
    """Every criterion of the CTCAE term behind a name, whichever analyte it is read from."""
    found = load_terms(version).find(name.split(" (")[0])
    return _index(version).get(("term", _fold(found.term)), ()) if found else ()


@cache
def _index(version: str) -> Mapping[tuple[str, str], tuple[Criterion, ...]]:
    index: dict[tuple[str, str], list[Criterion]] = {}
    spellings = _parameters()
    for criterion in load_criteria():
        if criterion.version != version:
            continue
        keys = {("name", _fold(criterion.name)), ("term", _fold(criterion.term))}
        keys.update(("parameter", word) for word, parameter in spellings.items() if parameter in criterion.parameters)
        for key in keys:
            index.setdefault(key, []).append(criterion)
    return {key: tuple(found) for key, found in index.items()}


@cache
def _parameters() -> Mapping[str, str]:
    return {
        _fold(word): row["parameter"]
        for row in load_rows("grading_parameters")
        for word in (row["parameter"], *row["spellings"].split("|"))
    }


@cache
def _units() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for row in load_rows("grading_units"):
        for word in (row["unit"], *row["spellings"].split("|")):
            found[_fold(word)] = found.get(_fold(word), frozenset()) | {row["unit"]}
    return found


def _fold(text: str) -> str:
    # The two characters for micro (U+00B5, U+03BC) fold to one by casefold.
    return "".join(text.casefold().replace("\u03bc", "u").split())


def _direction(text: str) -> str:
    word = text.strip().casefold()
    return {"l": "L", "low": "L", "h": "H", "high": "H", "": "", "both": ""}.get(word, "?")


def _read(version: str, row: Mapping[str, str]) -> Criterion:
    term = load_terms(version).find(row["name"].split(" (")[0])
    if term is None or version not in VERSIONS:
        raise ValueError(f"{row['name']!r} is not a term of CTCAE {version}")
    return Criterion(
        version=version,
        name=row["name"],
        term=term.term,
        code=term.code,
        direction=row["direction"],
        parameters=tuple(row["parameters"].split(";")),
        units=tuple(row["units"].split(";")),
        grades=tuple(_alternatives(row[f"g{grade}"]) for grade in (1, 2, 3, 4)),
        needs=_list(row["needs"]),
        zero_needs=_list(row["zero_needs"]),
        clinical=row["clinical"],
    )


def _alternatives(cell: str) -> tuple[Alternative, ...]:
    return (
        tuple(
            tuple(compute_condition(part.strip()) for part in alternative.split("&")) for alternative in cell.split("|")
        )
        if cell
        else ()
    )


def _list(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part)
