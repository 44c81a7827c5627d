"""From the statistics of one thing to one printed cell: mean with SD, count with percentage, estimate with interval."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from trialwright.report.display import Cell
from trialwright.report.numerals import (
    NOT_ESTIMATED,
    choose_decimals,
    render_count,
    render_interval,
    render_percent,
    render_probability,
    render_value,
)
from trialwright.report.rows import Bunch
from trialwright.report.view import COUNTS, View
from trialwright.results import ResultRow

_SHARES = ("proportion.", "risk_difference.", "kaplan_meier.", "aalen_johansen.")
_SIZED = {"mean", "geometric_mean", "median", "q1", "q3", "min", "max", "estimate", "ci_low", "ci_high", "se", "value"}
COUNTED = {*COUNTS, "percent", "proportion", "denominator", "total"}


def is_share(row: ResultRow) -> bool:
    """Whether a value is a fraction of 1 that is printed as a percentage."""
    if row.unit in ("proportion", "fraction"):
        return True
    return row.unit in ("", "1") and row.method.startswith(_SHARES)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes cells for one table: one number of decimals for each parameter and method, the language's words."""

    view: View
    decimals: Mapping[tuple[str, str], int]

    def digits(self, row: ResultRow) -> int:
        """How many decimals a value has in this table."""
        return 1 if is_share(row) else self.decimals.get((row.parameter, row.unit), 2)

    def value(self, row: ResultRow | None) -> str:
        """One value at the table's decimals; fractions as percentages."""
        if row is None or row.value is None:
            return NOT_ESTIMATED
        return render_value(row.value * 100 if is_share(row) else row.value, self.digits(row))

    def one(self, bunch: Bunch, statistic: str) -> str:
        """The text of a single statistic."""
        row = bunch.rows[statistic]
        if statistic in ("p", "p_value") or statistic.startswith("p_"):
            return render_probability(row.value)
        if statistic in COUNTS or statistic in ("n_missing", "missing", "denominator", "total"):
            return render_count(row.value)
        if statistic == "percent":
            return render_percent(row.value)
        return self.value(row)

    def count(self, bunch: Bunch) -> str:
        """``3 (30.0 %)``, or ``3/9 (33.3 %)`` where the denominator is a row too."""
        counted = bunch.first(COUNTS)
        text = render_count(counted.value if counted else None)
        below = bunch.first(("denominator", "total"))
        if below is not None:
            text = f"{text}/{render_count(below.value)}"
        percent = self.percent(bunch)
        return f"{text} ({percent})" if percent else text

    def percent(self, bunch: Bunch) -> str:
        """The percentage of a count, from its row; empty where there is none."""
        row = bunch.first(("percent", "proportion"))
        if row is None:
            estimate = bunch.rows.get("estimate")
            row = estimate if estimate is not None and is_share(estimate) else None
        if row is None or row.value is None:
            return ""
        return render_percent(row.value if row.statistic == "percent" else row.value * 100)

    def interval(self, bunch: Bunch) -> str:
        """The two limits of the interval."""
        low, high = (self.value(bunch.rows.get(one)) for one in ("ci_low", "ci_high"))
        return render_interval(low, high, self.view.say("interval.to"))

    def pair(self, bunch: Bunch, first: str, second: str) -> str:
        """``12.3 (4.5)``."""
        return f"{self.value(bunch.rows.get(first))} ({self.value(bunch.rows.get(second))})"

    def geometric(self, bunch: Bunch) -> str:
        """``12.3 (45)``: the geometric mean and the coefficient of variation in whole percent."""
        middle, spread = self.value(bunch.rows.get("geometric_mean")), bunch.value("cv")
        return f"{middle} ({render_value(spread, 0)})" if "cv" in bunch.rows else middle

    def median(self, bunch: Bunch) -> str:
        """``12.3 (10.1, 14.9)``."""
        middle, low, high = (self.value(bunch.rows.get(one)) for one in ("median", "q1", "q3"))
        return f"{middle} ({low}, {high})" if "q1" in bunch.rows else middle

    def range(self, bunch: Bunch) -> str:
        """``8.0, 31.4``."""
        return ", ".join(self.value(bunch.rows.get(one)) for one in ("min", "max"))


def compute_writer(view: View, rows: Iterable[ResultRow]) -> Writer:
    """The writer for a table of these rows, with decimals chosen for each parameter and unit."""
    values: dict[tuple[str, str], list[float | None]] = {}
    for row in rows:
        if row.statistic in _SIZED and not is_share(row):
            values.setdefault((row.parameter, row.unit), []).append(row.value)
    return Writer(view, {key: choose_decimals(found) for key, found in values.items()})


@dataclass(frozen=True, slots=True)
class Recipe:
    """One column or line of a table: its name in the catalogue, what it needs, what it uses, how it is written."""

    head: str
    needs: tuple[str, ...]
    uses: tuple[str, ...]
    write: Callable[[Writer, Bunch], str]

    def fits(self, bunch: Bunch) -> bool:
        """Whether the bunch has a statistic that this recipe cannot do without."""
        return any(one in bunch.rows for one in self.needs)

    def cell(self, writer: Writer, bunch: Bunch) -> Cell:
        """The cell; empty where the bunch has nothing for it."""
        if not self.fits(bunch):
            return Cell()
        return Cell(self.write(writer, bunch), bunch.pick(*self.uses))


COUNT = Recipe(
    "head.count",
    COUNTS,
    (*COUNTS, "percent", "proportion", "denominator", "total"),
    lambda writer, bunch: writer.count(bunch),
)
N = Recipe("head.n", ("n",), ("n",), lambda writer, bunch: writer.one(bunch, "n"))
MEAN = Recipe("head.mean_sd", ("mean",), ("mean", "sd"), lambda writer, bunch: writer.pair(bunch, "mean", "sd"))
GEOMETRIC = Recipe(
    "head.geometric",
    ("geometric_mean",),
    ("geometric_mean", "cv"),
    lambda writer, bunch: writer.geometric(bunch),
)
MEDIAN = Recipe(
    "head.median_quartiles", ("median",), ("median", "q1", "q3"), lambda writer, bunch: writer.median(bunch)
)
RANGE = Recipe("head.range", ("min", "max"), ("min", "max"), lambda writer, bunch: writer.range(bunch))
ESTIMATE = Recipe(
    "head.estimate", ("estimate",), ("estimate",), lambda writer, bunch: writer.value(bunch.rows["estimate"])
)
INTERVAL = Recipe(
    "head.interval", ("ci_low", "ci_high"), ("ci_low", "ci_high"), lambda writer, bunch: writer.interval(bunch)
)
P_VALUE = Recipe("head.p", ("p",), ("p",), lambda writer, bunch: writer.one(bunch, "p"))

DESCRIPTIVE = (N, MEAN, MEDIAN, RANGE)


def choose_recipes(bunches: Iterable[Bunch]) -> tuple[Recipe, ...]:
    """The columns that these bunches need, in reading order; a statistic that no recipe knows gets a column of its own."""
    met = list(bunches)
    described = any("mean" in bunch.rows or "median" in bunch.rows for bunch in met)
    counts = not described and any(
        {"percent", "proportion", "denominator", "count", "events", "participants"} & set(bunch.rows) for bunch in met
    )
    head = (COUNT,) if counts else (N,)
    chosen = [
        one
        for one in (*head, MEAN, GEOMETRIC, MEDIAN, RANGE, ESTIMATE, INTERVAL, P_VALUE)
        if any(one.fits(bunch) for bunch in met)
    ]
    used = {statistic for one in chosen for statistic in one.uses}
    rest = dict.fromkeys(statistic for bunch in met for statistic in bunch.rows if statistic not in used)
    return (*chosen, *(_recipe_of(statistic) for statistic in rest))


def _recipe_of(statistic: str) -> Recipe:
    return Recipe(
        f"statistic.{statistic}", (statistic,), (statistic,), lambda writer, bunch: writer.one(bunch, statistic)
    )
