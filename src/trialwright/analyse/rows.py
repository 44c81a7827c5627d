"""From counts, summaries, estimates and tests to result rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from trialwright.results import ResultRow
from trialwright.statistics.e_value import EValue
from trialwright.statistics.outcomes import Comparison, Estimate
from trialwright.statistics.summary import Summary, describe
from trialwright.vocabulary.methods import Method

LARGEST = 1e15
"""Beyond this a limit is the overflow of an exponential, not a result."""
SUMMARY = ("n", "mean", "sd", "median", "q1", "q3", "min", "max")


@dataclass(frozen=True, slots=True)
class Heading:
    """What the rows of one thing share; the fields are those of ``ResultRow``."""

    analysis: str
    table: str
    analysis_set: str
    parameter: str
    outcome: str = ""
    visit: str = ""
    group: str = ""
    category: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """The participants behind a number: used, the number of the set without a usable value, and warnings."""

    subjects: tuple[str, ...] = ()
    n_missing: int = 0
    warnings: tuple[str, ...] = ()
    n_used: int | None = None

    def warn(self, *warnings: str) -> "Basis":
        """The basis with further warnings."""
        return replace(self, warnings=tuple(dict.fromkeys((*self.warnings, *warnings))))


def make_row(heading: Heading, statistic: str, value: float | None, basis: Basis, method: str = "") -> ResultRow:
    """One row. A number that is not finite, or so large that nothing was learned, is none, and the row says so."""
    if value is not None and not abs(value) < LARGEST:
        value, basis = None, basis.warn("the data set no finite limit here")
    return ResultRow(
        heading.analysis,
        heading.outcome,
        heading.table,
        heading.analysis_set,
        heading.parameter,
        statistic,
        None if value is None else float(value),
        heading.visit,
        heading.group,
        heading.category,
        method,
        heading.unit,
        len(basis.subjects) if basis.n_used is None else basis.n_used,
        basis.n_missing,
        basis.subjects,
        basis.warnings,
    )


def list_count(heading: Heading, subjects: Sequence[str], total: int, basis: Basis | None = None) -> list[ResultRow]:
    """``count`` and ``percent`` of ``total``; the percentage of nobody is not estimable."""
    found = basis or Basis(tuple(subjects), n_used=total)
    percent = 100 * len(subjects) / total if total else None
    below = found if total else found.warn("nobody in the group")
    return [make_row(heading, "count", len(subjects), found), make_row(heading, "percent", percent, below)]


def list_summary(
    heading: Heading, values: Sequence[float], basis: Basis, *, geometric: bool = False
) -> list[ResultRow]:
    """The usual line of a descriptive table; quantiles of type 2. ``geometric`` adds geometric mean and CV (%)."""
    found = describe(np.asarray(values, dtype=np.float64))
    plainly = [text for text in found.warnings if "geometric" not in text]
    told = basis.warn(*plainly) if found.n else basis.warn("no values")
    plain = basis if found.n else told
    named = [(name, getattr(found, name)) for name in SUMMARY]
    rows = [make_row(heading, name, value, plain if value is not None else told) for name, value in named]
    return rows + (_list_geometric(heading, found, basis.warn(*found.warnings)) if geometric else [])


def _list_geometric(heading: Heading, found: Summary, basis: Basis) -> list[ResultRow]:
    cv = None if found.geometric_cv is None else 100 * found.geometric_cv
    return [make_row(heading, "geometric_mean", found.geometric_mean, basis), make_row(heading, "cv", cv, basis)]


def list_estimate(heading: Heading, estimate: Estimate, basis: Basis, *, with_p: bool = True) -> list[ResultRow]:
    """``estimate``, ``ci_low``, ``ci_high``, and ``se``, ``df`` and ``p`` where the method has them."""
    told = basis.warn(*estimate.warnings)
    named = [("estimate", estimate.estimate), ("ci_low", estimate.ci_low), ("ci_high", estimate.ci_high)]
    if estimate.se is not None:
        named.append(("se", estimate.se))
    if with_p and estimate.p is not None:
        named += [("df", estimate.df)] if estimate.df is not None else []
        named.append(("p", estimate.p))
    return [make_row(heading, name, value, told, estimate.method) for name, value in named]


def list_comparison(heading: Heading, comparison: Comparison, basis: Basis) -> list[ResultRow]:
    """``statistic``, its degrees of freedom where it has any, and ``p``."""
    told = basis.warn(*comparison.warnings)
    named = [("statistic", comparison.statistic), ("df", comparison.df), ("df2", comparison.df2), ("p", comparison.p)]
    return [
        make_row(heading, name, value, told, comparison.method)
        for name, value in named
        if value is not None or name in ("statistic", "p")
    ]


def list_e_value(heading: Heading, found: EValue, basis: Basis, method: Method) -> list[ResultRow]:
    """The E-value of the estimate and of the limit nearest to no effect; ``method`` is what it was made from."""
    told = basis.warn(*found.warnings)
    head = replace(heading, category="E_VALUE", unit="ratio")
    named = (("estimate", found.estimate), ("limit", found.limit))
    return [make_row(head, name, value, told, method.value) for name, value in named]
