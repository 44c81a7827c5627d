"""Finding result rows: the only way in which the report reaches a number."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from trialwright.results import ResultRow

_AGREEING = "p_agreeing"


@dataclass(frozen=True, slots=True)
class Bunch:
    """The statistics of one thing: rows that differ in nothing but ``statistic``.

    ``analysis``, ``parameter``, ``visit``, ``group``, ``category`` and ``method`` are what they share.
    """

    analysis: str
    parameter: str
    visit: str
    group: str
    category: str
    method: str
    rows: Mapping[str, ResultRow]

    def value(self, statistic: str) -> float | None:
        """The value of a statistic; None where there is no such row or it could not be estimated."""
        row = self.rows.get(statistic)
        return row.value if row is not None else None

    def pick(self, *statistics: str) -> tuple[ResultRow, ...]:
        """The rows of these statistics, as far as they are there."""
        return tuple(self.rows[one] for one in statistics if one in self.rows)

    def first(self, statistics: Iterable[str]) -> ResultRow | None:
        """The row of the first of these statistics that is there."""
        return next((self.rows[one] for one in statistics if one in self.rows), None)

    @property
    def any(self) -> ResultRow:
        """One of the rows, for what all share: unit, set, numbers used."""
        return next(iter(self.rows.values()))

    @property
    def subject(self) -> tuple[str, str, str]:
        """What the bunch is about, whatever the group."""
        return (self.parameter, self.visit, self.category)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Every warning of the rows, each once, in their order."""
        return tuple(dict.fromkeys(warning for row in self.rows.values() for warning in row.warnings))


def fold_bunches(rows: Iterable[ResultRow]) -> tuple[Bunch, ...]:
    """The rows gathered by what they are about, in the order in which each thing is first met."""
    found: dict[tuple[str, str, str, str, str, str], dict[str, ResultRow]] = {}
    for row in rows:
        key = (row.analysis, row.parameter, row.visit, row.group, row.category, row.method)
        found.setdefault(key, {}).setdefault(row.statistic, row)
    return tuple(Bunch(*key, statistics) for key, statistics in found.items())


def merge_bunches(bunches: Iterable[Bunch]) -> tuple[Bunch, ...]:
    """Neighbours about the same thing and group made one where no statistic is lost: an estimate and its test."""
    merged: list[Bunch] = []
    for bunch in bunches:
        last = merged[-1] if merged else None
        same = last is not None and (last.subject, last.group, last.analysis) == (
            bunch.subject,
            bunch.group,
            bunch.analysis,
        )
        if last is not None and same and not set(last.rows) & set(bunch.rows):
            merged[-1] = replace(last, rows={**last.rows, **bunch.rows})
        else:
            merged.append(bunch)
    return tuple(merged)


def merge_agreeing(bunches: Iterable[Bunch]) -> list[Bunch]:
    """Bunches about the same thing made one where they agree in what both say: an estimate and the test it inverts."""
    kept: list[Bunch] = []
    for bunch in merge_bunches(bunches):
        for index, one in enumerate(kept):
            shared = set(one.rows) & set(bunch.rows)
            same = (one.subject, one.group) == (bunch.subject, bunch.group)
            if same and shared == {"p"} and one.value("p") == bunch.value("p") is not None:
                # Under a name that no table prints, the row that agrees stays behind the line, and its method is told.
                kept[index] = replace(one, rows={**one.rows, **bunch.rows, **one.rows, _AGREEING: bunch.rows["p"]})
                break
        else:
            kept.append(bunch)
    return kept


@dataclass(frozen=True, slots=True)
class Index:
    """The rows of a bundle by table."""

    tables: Mapping[str, tuple[ResultRow, ...]]

    def table(self, number: str) -> tuple[ResultRow, ...]:
        """The rows of one table, in their order; empty where there are none."""
        return self.tables.get(number, ())

    def under(self, prefix: str) -> Iterator[tuple[str, tuple[ResultRow, ...]]]:
        """Tables whose number is ``prefix`` or begins with ``prefix.``, in the order of their numbers."""
        for number in sorted(self.tables, key=split_number):
            if number == prefix or number.startswith(f"{prefix}."):
                yield number, self.tables[number]


def fold_index(rows: Iterable[ResultRow]) -> Index:
    """The index of rows by table number."""
    tables: dict[str, list[ResultRow]] = {}
    for row in rows:
        tables.setdefault(row.table, []).append(row)
    return Index({number: tuple(found) for number, found in tables.items()})


def split_number(number: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts table numbers as people count: 14.2.9 before 14.2.10.

    >>> sorted(["14.2.10", "14.2.9", "14.2"], key=split_number)
    ['14.2', '14.2.9', '14.2.10']
    """
    return tuple((int(part), "") if part.isdigit() else (10**6, part) for part in number.split("."))


def shorten_number(number: str) -> str:
    """The number under which an endpoint's table is printed: the analyses of one role share theirs.

    >>> shorten_number("14.2.1.3.2"), shorten_number("14.3.4.10")
    ('14.2.1.3', '14.3.4.10')
    """
    return ".".join(number.split(".")[:4]) if number.startswith("14.2.") else number
