"""The result rows of a study on the table of the builder, found by what they are about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trialwright.definition.compiled import Definition
from trialwright.record.model import Record
from trialwright.registry.submission.answers import Answers
from trialwright.results import Header, ResultRow

TOTAL = "TOTAL"
REHEARSAL = "REHEARSAL: the participants are not real. Never upload this."
REAL = "PRODUCTION"
Shape = dict[str, object]


class Missing(Exception):
    """A number that the results section cannot do without has no row."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The study, its record, its rows by analysis, and the answers of a person."""

    definition: Definition
    record: Record
    header: Header
    rows: dict[str, tuple[ResultRow, ...]]
    answers: Answers

    @property
    def is_rehearsal(self) -> bool:
        """Whether this is not the real trial."""
        return self.header.purpose != REAL

    def select(self, analysis: str, **where: str) -> list[ResultRow]:
        """The rows of an analysis that fit; ``where`` names fields of a row."""
        return [
            row
            for row in self.rows.get(analysis, ())
            if all(getattr(row, name) == wanted for name, wanted in where.items())
        ]

    def find(self, analysis: str, parameter: str, statistic: str, group: str, **where: str) -> ResultRow | None:
        """The one row, of no category unless ``where`` says so; None where there is none."""
        where.setdefault("category", "")
        found = self.select(analysis, parameter=parameter, statistic=statistic, group=group, **where)
        return found[0] if found else None

    def need(self, analysis: str, parameter: str, statistic: str, group: str, **where: str) -> ResultRow:
        """The one row; ``Missing`` where there is none."""
        row = self.find(analysis, parameter, statistic, group, **where)
        if row is None or row.value is None:
            raise Missing(f"no row {analysis} {parameter} {statistic} {group}")
        return row

    def find_set(self, analysis: str) -> str:
        """The analysis set in which an analysis counts; ``Missing`` where it has no rows."""
        if not self.rows.get(analysis):
            raise Missing(f"no rows {analysis}: the plan has no such analysis set")
        return self.rows[analysis][0].analysis_set

    def list_arms(self) -> list[str]:
        """Arm ids in the order of the study."""
        return list(self.definition.arms)

    def list_groups(self, prefix: str, arms: Sequence[str]) -> list[Shape]:
        """Columns of a table: the arms with the titles and descriptions of the record."""
        return [
            {
                "id": name_group(prefix, at),
                "title": self.definition.arms[arm].title,
                "description": self._describe(arm),
            }
            for at, arm in enumerate(arms)
        ]

    def _describe(self, arm: str) -> str:
        title = " ".join(self.definition.arms[arm].title.split())
        registered = {" ".join(one.label.split()): one.description for one in self.record.protocol.arms.arm_groups}
        return registered.get(title) or self.definition.arms[arm].description

    def describe_set(self, name: str) -> str:
        """The words of an analysis set."""
        return next(f"{one.title}: {one.description}" for one in self.definition.plan.sets if one.id == name)


def name_group(prefix: str, at: int) -> str:
    """The id of the n-th column.

    >>> name_group("FG", 1)
    'FG001'
    """
    return f"{prefix}{at:03d}"


def index_rows(rows: Iterable[ResultRow]) -> dict[str, tuple[ResultRow, ...]]:
    """Rows by analysis."""
    found: dict[str, list[ResultRow]] = {}
    for row in rows:
        found.setdefault(row.analysis, []).append(row)
    return {analysis: tuple(some) for analysis, some in found.items()}


def fit(text: str, most: int = 500) -> str:
    """A text no longer than the registry takes."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
