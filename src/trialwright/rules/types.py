"""What a rule may name: columns with their types, in a scope."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class RuleType(StrEnum):
    """The four types of a rule and of its parts.

    A NUMBER is a DOUBLE, a CODE a text out of a codelist, a DATE a day number (days since 1970-01-01), a BOOLEAN true,
    false or unknown. Each can be NULL, which means unknown.
    """

    NUMBER = "NUMBER"
    CODE = "CODE"
    DATE = "DATE"
    BOOLEAN = "BOOLEAN"


@dataclass(frozen=True, slots=True)
class Column:
    """One value that a rule may read.

    Parameters
    ----------
    name : str
        The canonical name, used in the emitted SQL as a quoted identifier, such as ``demographics.sex``.
    type : RuleType
        The type of its values.
    codes : frozenset of str, optional
        The codes that a CODE column can hold; None where the codelist is open, and for the other types.
    clock : str
        Of a DATE that is a moment, the NUMBER column that holds its minute of the day: two such are compared to the
        minute where both are known. Empty for the others.
    """

    name: str
    type: RuleType
    codes: frozenset[str] | None = None
    clock: str = ""

    def __post_init__(self) -> None:
        if self.codes is not None and self.type is not RuleType.CODE:
            raise ValueError(f"{self.name} is a {self.type} and cannot have codes")
        if self.clock and self.type is not RuleType.DATE:
            raise ValueError(f"{self.name} is a {self.type} and has no minute of the day")


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that a rule may use, canonical ones and aliases.

    >>> sex = Column("demographics.sex", RuleType.CODE, frozenset("FM"))
    >>> scope = Scope({"demographics.sex": sex, "sex": sex})
    >>> scope.resolve("sex").name
    'demographics.sex'
    >>> scope.suggest("demografics.sex")
    'demographics.sex'
    """

    columns: Mapping[str, Column]
    _twins: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        first: dict[str, Column] = {}
        twins: dict[str, str] = {}
        for column in self.columns.values():
            other = first.setdefault(column.name.casefold(), column)
            if other.name != column.name:
                twins[column.name], twins[other.name] = other.name, column.name
            elif other != column:
                raise ValueError(f"{column.name} has two meanings in one scope")
        object.__setattr__(self, "_twins", twins)

    def resolve(self, name: str) -> Column | None:
        """The column that ``name``, as written in a rule, stands for; None where there is none."""
        return self.columns.get(name)

    def suggest(self, name: str) -> str:
        """The name most like ``name``; empty where none is like it."""
        return suggest(name, self.columns)

    def twin(self, column: Column) -> str:
        """Another column's name that differs in upper and lower case only; empty where there is none.

        SQLite and DuckDB do not tell such names apart, not even quoted.
        """
        return self._twins.get(column.name, "")


def suggest(word: str, known: Mapping[str, object] | frozenset[str]) -> str:
    """The word of ``known`` that is most like ``word``, whatever its case; empty where none is like it."""
    folded = {each.casefold(): each for each in sorted(known)}
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else ""
