"""One checked part of a rule: its type, its canonical SQL, and what is known about its values."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from trialwright.rules.types import RuleType


class Bind(IntEnum):
    """How tightly a part holds together, loosest first, in PostgreSQL's order."""

    OR = 1
    AND = 2
    NOT = 3
    PREDICATE = 4
    SUM = 5
    PRODUCT = 6
    SIGN = 7
    ATOM = 8


@dataclass(frozen=True, slots=True)
class Size:
    """Bounds on a NUMBER, as powers of two: at most 2**high in magnitude, and a multiple of 2**step.

    The bounds follow each operation through a rule (interval arithmetic on exponents; a product or quotient is
    rounded to 53 bits). Where they stay within a double's range, no engine can meet an overflow or an underflow, which
    PostgreSQL refuses, SQLite turns into infinity or NULL, and DuckDB into infinity.
    """

    high: int
    step: int

    @property
    def is_safe(self) -> bool:
        """Whether a double holds every such number, with room to spare (a double reaches from 2**-1022 to 2**1024)."""
        return self.high <= 1000 and self.step >= -1000

    def widest(self, other: "Size") -> "Size":
        """Bounds that hold for both."""
        return Size(max(self.high, other.high), min(self.step, other.step))

    def plus(self, other: "Size") -> "Size":
        """Bounds of a sum or difference: rounding keeps a multiple of the finer step."""
        return Size(max(self.high, other.high) + 1, min(self.step, other.step))

    def times(self, other: "Size") -> "Size":
        """Bounds of a product: the smallest one but 0 is a product of steps, rounded to 53 bits."""
        return Size(self.high + other.high, self.step + other.step - 53)

    def over(self, other: "Size") -> "Size":
        """Bounds of a quotient; its divisor is never 0."""
        return Size(self.high - other.step, self.step - other.high - 53)


COLUMN_SIZE = Size(50, -103)
"""From 1e-15 (> 2**-50, so a multiple of 2**-103) to 1e15 (< 2**50)."""
DAYS_SIZE = Size(23, 0)
"""A difference of dates: fewer than 2**22 days lie between the years 1 and 9999."""


class Join(StrEnum):
    """What joins conditions."""

    AND = "AND"
    OR = "OR"
    NOT = "NOT"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A condition without AND, OR and NOT: as a person reads it, as an engine reads it, and the names it reads."""

    text: str
    sql: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Junction:
    """Conditions joined by AND or OR, or one condition under NOT."""

    join: Join
    parts: tuple["Condition", ...]


Condition = Leaf | Junction


@dataclass(frozen=True, slots=True)
class Term:
    """One checked part of a rule.

    Parameters
    ----------
    type : RuleType
        What kind of value it has.
    sql : str
        Its canonical SQL.
    text : str
        Its text for people, in the names that the rule uses.
    bind : Bind
        How tightly both hold together.
    names : tuple of str
        The canonical names it reads, each once, in order.
    codes : frozenset of str, optional
        The codes it can have; None where open or not a CODE.
    size : Size, optional
        Bounds of a NUMBER.
    condition : Leaf or Junction, optional
        The conditions of a BOOLEAN.
    clock : str
        Of a moment, the name of the column with its minute of the day.
    """

    type: RuleType
    sql: str
    text: str
    bind: Bind = Bind.ATOM
    names: tuple[str, ...] = ()
    codes: frozenset[str] | None = None
    size: Size | None = None
    condition: Condition | None = None
    clock: str = ""
    is_literal: bool = False
