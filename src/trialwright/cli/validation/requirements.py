"""The requirements that are shipped with the package: statements, risk, whether they hold, which tests say so."""

from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources

from trialwright.definition.source import read_yaml

FILE = "requirements.yaml"
AREAS = {"A": "Audit trail", "S": "Signatures", "C": "Access and order", "D": "Data", "V": "Validation"}


class Status(StrEnum):
    """Whether a statement holds: proven by tests, in part, or with work that is still to come."""

    HELD = "held"
    PARTLY = "partly"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One statement. ``tests`` are ``path::function``; ``lacks`` says what is missing, ``until`` how risk is met.

    ``where`` are the files, from the package's folder, in which it is implemented.
    """

    id: str
    statement: str
    source: str
    risk: str
    status: Status
    lacks: str = ""
    until: str = ""
    tests: tuple[str, ...] = field(default=())
    where: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.status is not Status.HELD and not (self.lacks and self.until):
            raise ValueError(
                f"{self.id} is {self.status.value}: it must say what it lacks, and how the risk is met until then"
            )
        if self.status is Status.HELD and (self.lacks or not self.tests):
            raise ValueError(f"{self.id} is held: it must name the tests that prove it, and lack nothing")
        if self.risk not in ("high", "medium", "low"):
            raise ValueError(f"{self.id}: {self.risk!r} is not high, medium or low")

    @property
    def area(self) -> str:
        """The part of the reference that the statement belongs to."""
        return AREAS[self.id[0]]


def load_requirements() -> tuple[Requirement, ...]:
    """Every requirement, in the order of the file; ValueError for one that is not well told."""
    text = (resources.files(__package__) / FILE).read_text(encoding="utf-8")
    source, findings = read_yaml(FILE, text)
    if source is None:
        raise ValueError("; ".join(str(one) for one in findings))
    if not isinstance(source.data, list):
        raise ValueError(f"{FILE} is no list")
    rows = [
        {
            **row,
            "status": Status(row["status"]),
            "tests": tuple(row.get("tests", ())),
            "where": tuple(row.get("where", ())),
        }
        for row in source.data
    ]
    return tuple(Requirement(**row) for row in rows)
