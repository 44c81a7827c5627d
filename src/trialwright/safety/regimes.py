"""The reporting regimes as data: which law or guideline asks for which report, of whom, to whom and by when.

The rows are in ``tables/reporting_regimes.csv``, each with its source and the day on which it was checked. Which
regimes bind is chosen by the study, never by code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from trialwright.safety.tables import load_rows


class Trigger(StrEnum):
    """What starts a clock."""

    SERIOUS = "SERIOUS"
    DEATH = "DEATH"
    SUSAR_FATAL = "SUSAR_FATAL"
    SUSAR_OTHER = "SUSAR_OTHER"
    COMPLETION = "COMPLETION"
    NEW_INFORMATION = "NEW_INFORMATION"
    SPECIAL_SITUATION = "SPECIAL_SITUATION"


class Party(StrEnum):
    """Whose knowledge starts a clock."""

    SITE = "SITE"
    SPONSOR = "SPONSOR"


@dataclass(frozen=True, slots=True)
class Rule:
    """One clock of a regime.

    Parameters
    ----------
    id : str
        Such as ``ICH.2``.
    trigger : Trigger
        The predicate over the event as it is known.
    after : str
        For COMPLETION: the rule whose report is completed.
    reporter, recipient : str
        Who tells whom.
    start : Party
        Whose knowledge is day 0.
    length : int or None
        In ``unit``; None where the text names no number.
    unit : str
        ``h`` for hours, ``d`` for calendar days.
    exemptable : bool
        Whether the protocol may exempt a death or event that is a study endpoint.
    source, checked_against : str
        The text, and how far it was verified.
    checked_on : date
        When.
    is_confirmed : bool
        Whether the text was read, or what others write of it; else the study confirms the term when it is set up.
    """

    id: str
    trigger: Trigger
    after: str
    reporter: str
    recipient: str
    start: Party
    length: int | None
    unit: str
    exemptable: bool
    source: str
    checked_on: date
    checked_against: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Regime:
    """A law or guideline: its clocks in the order of the table."""

    id: str
    rules: tuple[Rule, ...]

    def rule(self, id_: str) -> Rule:
        """The rule with this id; KeyError for another."""
        for rule in self.rules:
            if rule.id == id_:
                return rule
        raise KeyError(id_)


@cache
def load_regimes() -> Mapping[str, Regime]:
    """All regimes of the package's table, by id.

    >>> list(load_regimes())
    ['ICH', 'CN_GCP_2020', 'CN_STEM_CELL_2015', 'US_IND', 'EU_CTR', 'PROTOCOL']
    """
    rules: dict[str, list[Rule]] = {}
    for row in load_rows("reporting_regimes"):
        rules.setdefault(row["regime"], []).append(_read(row))
    return {id_: Regime(id_, tuple(found)) for id_, found in rules.items()}


def _read(row: Mapping[str, str]) -> Rule:
    return Rule(
        id=row["rule"],
        trigger=Trigger(row["trigger"]),
        after=row["after"],
        reporter=row["reporter"],
        recipient=row["recipient"],
        start=Party(row["start"]),
        length=int(row["length"]) if row["length"] else None,
        unit=row["unit"],
        exemptable=row["exemptable"] == "Y",
        source=row["source"],
        checked_on=date.fromisoformat(row["checked_on"]),
        checked_against=row["checked_against"],
        is_confirmed=row["confirmed"] == "Y",
    )
