"""From the statistics of one thing to one printed cell: mean with SD, count with percentage, estimate with interval."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from trialwright.report.display import Cell
from trialwright.report.numerals import (
    NOT_ESTIMATED,
    choose_decimals,
    count_decimals,
    render_count,
    render_interval,
    render_percent,
    render_probability,
    render_value,
)
from trialwright.report.rows import Bunch
from trialwright.report.view import COUNTS, View
from trialwright.results import ResultRow

_SHARES = ("proportion.", "risk_difference.", "kaplan_meier.", "aalen_johansen.", "beta_posterior.")
_SIZED = {
    "median_time",
    "mean",
    "geometric_mean",
    "median",
    "q1",
    "q3",
    "min",
    "max",
    "estimate",
    "ci_low",
    "ci_high",
    "se",
    "value",
    "at_least",
    "at_most",
}


_OBSERVED = ("min", "max")
_LOCATED = ("mean", "sd", "median", "q1", "q3", "geometric_mean")


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
    observed: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def digits(self, row: ResultRow) -> int:
        """How many decimals a value has in this table."""
        if row.method.startswith("standardised_difference."):
            return 2
        if is_share(row):
            return 1
        key = (row.parameter, row.unit)
        found = self.decimals.get(key, 2)
        if row.statistic in _OBSERVED:
            return min(found, self.observed.get(key, found))
        return min(found, self.observed[key] + 1) if row.statistic in _LOCATED and key in self.observed else found

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
        if statistic in (*COUNTS, "competing", "censored", "person_days", "at_risk", "readings"):
            return render_count(row.value)
        if statistic == "percent":
            return render_percent(row.value)
        return self.value(row)

    def count(self, bunch: Bunch, of: bool = False) -> str:
        """``3 (30.0 %)``; with ``of`` ``3/10 (30.0 %)`` where the denominator is a row too."""
        text = render_count(bunch.value("count"))
        if of and "n" in bunch.rows:
            text = f"{text}/{render_count(bunch.value('n'))}"
        percent = self.percent(bunch)
        return f"{text} ({percent})" if percent else text

    def percent(self, bunch: Bunch) -> str:
        """The percentage of a count, from its row; empty where there is none."""
        row = bunch.rows.get("percent")
        return "" if row is None or row.value is None else render_percent(row.value)

    def estimate(self, bunch: Bunch) -> str:
        """The estimate; nothing where it is the percentage that stands beside its count already."""
        row = bunch.rows["estimate"]
        return "" if is_share(row) and "percent" in bunch.rows else self.value(row)

    def interval(self, bunch: Bunch) -> str:
        """The two limits of the interval."""
        low, high = (self.value(bunch.rows.get(one)) for one in ("ci_low", "ci_high"))
        return render_interval(low, high, self.view.say("interval.to"))

    def widths(self, bunch: Bunch) -> str:
        """``12.3 / 7.8``: how wide the interval would be with 20 and with 50 participants an arm."""
        return " / ".join(self.value(bunch.rows.get(f"width_{size}")) for size in (20, 50))

    def degrees(self, bunch: Bunch) -> str:
        """``16.6``, or ``6, 14.2`` of an F test."""
        values = [row.value for row in bunch.pick("df", "df2") if row.value is not None]
        return ", ".join(render_count(value) for value in values) or NOT_ESTIMATED

    def pair(self, bunch: Bunch, first: str, second: str) -> str:
        """``12.3 (4.5)``."""
        one, other = (self.value(bunch.rows.get(name)) for name in (first, second))
        return one if one == other == NOT_ESTIMATED else f"{one} ({other})"

    def geometric(self, bunch: Bunch) -> str:
        """``12.3 (45)``: the geometric mean and the coefficient of variation in whole percent."""
        middle, spread = self.value(bunch.rows.get("geometric_mean")), bunch.value("cv")
        return f"{middle} ({render_value(spread, 0)})" if "cv" in bunch.rows else middle

    def median(self, bunch: Bunch) -> str:
        """``12.3 (10.1, 14.9)``."""
        middle, low, high = (self.value(bunch.rows.get(one)) for one in ("median", "q1", "q3"))
        return f"{middle} ({low}, {high})" if "q1" in bunch.rows and middle != NOT_ESTIMATED else middle

    def range(self, bunch: Bunch) -> str:
        """``8.0, 31.4``."""
        texts = [self.value(bunch.rows.get(one)) for one in ("min", "max")]
        return ", ".join(texts) if set(texts) != {NOT_ESTIMATED} else NOT_ESTIMATED


def compute_writer(view: View, rows: Iterable[ResultRow]) -> Writer:
    """The writer for a table of these rows, with decimals chosen for each parameter and unit.

    Smallest and largest are values that somebody had: they are printed with the decimals with which they were measured,
    means and quantiles with at most one more.
    """
    values: dict[tuple[str, str], list[float | None]] = {}
    observed: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.statistic in _SIZED and not is_share(row):
            key = (row.parameter, row.unit)
            values.setdefault(key, []).append(row.value)
            if row.statistic in _OBSERVED and row.value is not None:
                observed[key] = max(observed.get(key, 0), count_decimals(row.value))
    return Writer(view, {key: choose_decimals(found) for key, found in values.items()}, observed)


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


COUNT = Recipe("head.count", ("count",), ("count", "percent"), lambda writer, bunch: writer.count(bunch))
COUNT_OF = Recipe(
    "head.count_of", ("count",), ("count", "percent", "n"), lambda writer, bunch: writer.count(bunch, of=True)
)
EVENTS = Recipe("statistic.events", ("events",), ("events",), lambda writer, bunch: writer.one(bunch, "events"))
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
ESTIMATE = Recipe("head.estimate", ("estimate",), ("estimate",), lambda writer, bunch: writer.estimate(bunch))
INTERVAL = Recipe(
    "head.interval", ("ci_low", "ci_high"), ("ci_low", "ci_high"), lambda writer, bunch: writer.interval(bunch)
)
WIDTHS = Recipe(
    "head.widths", ("width_20", "width_50"), ("width_20", "width_50"), lambda writer, bunch: writer.widths(bunch)
)
DEGREES = Recipe("head.df", ("df",), ("df", "df2"), lambda writer, bunch: writer.degrees(bunch))
P_VALUE = Recipe("head.p", ("p",), ("p",), lambda writer, bunch: writer.one(bunch, "p"))

DESCRIPTIVE = (N, MEAN, MEDIAN, RANGE)


def choose_recipes(bunches: Iterable[Bunch]) -> tuple[Recipe, ...]:
    """The columns that these bunches need, in reading order; a statistic that no recipe knows gets its own.

    A test's statistic is not printed beside its p-value; it is among the results.
    """
    met = list(bunches)
    counted = [bunch for bunch in met if "count" in bunch.rows]
    head = (COUNT_OF if any("n" in bunch.rows for bunch in counted) else COUNT,) if counted else ()
    plain = (N,) if any("n" in bunch.rows and "count" not in bunch.rows for bunch in met) else ()
    bare = all(
        is_share(bunch.rows["estimate"]) and "percent" in bunch.rows for bunch in met if "estimate" in bunch.rows
    )
    body = (
        *head,
        *plain,
        MEAN,
        GEOMETRIC,
        MEDIAN,
        RANGE,
        *(() if bare else (ESTIMATE,)),
        INTERVAL,
        DEGREES,
        P_VALUE,
        WIDTHS,
    )
    chosen = [one for one in body if any(one.fits(bunch) for bunch in met)]
    used = {statistic for one in chosen for statistic in one.uses} | ({"estimate"} if bare else set())
    used |= {"p_agreeing", *({"se"} if INTERVAL in chosen else ()), *({"statistic"} if P_VALUE in chosen else ())}
    rest = dict.fromkeys(statistic for bunch in met for statistic in bunch.rows if statistic not in used)
    return (*chosen, *(_recipe_of(statistic) for statistic in rest))


def _recipe_of(statistic: str) -> Recipe:
    return Recipe(
        f"statistic.{statistic}", (statistic,), (statistic,), lambda writer, bunch: writer.one(bunch, statistic)
    )
