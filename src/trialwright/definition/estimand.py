"""Estimands as data: five attributes, and for each intercurrent event a strategy with one mechanical meaning.

ICH E9(R1), sections A.3.2 and A.3.3. ``MEANINGS`` is the whole list of what a strategy can do to a kind of analysis;
what is not in it cannot be computed, and the compiler says so.
"""

from collections.abc import Mapping
from enum import StrEnum

from trialwright.definition.base import Part


class EventKind(StrEnum):
    """Which records tell of an intercurrent event, and on which day it happened.

    DEATH: the day of death. RESCUE: the first concomitant treatment marked as rescue. DOSE_MISSED: the planned day of
    the first dose that was not given. CROSSOVER: the first dose of a treatment that the participant's arm has not.
    OTHER: nothing in the records, so that the only strategy is to use the data whatever happened.
    """

    DEATH = "DEATH"
    RESCUE = "RESCUE"
    DOSE_MISSED = "DOSE_MISSED"
    CROSSOVER = "CROSSOVER"
    OTHER = "OTHER"


class Strategy(StrEnum):
    """The strategies of ICH E9(R1); COMPETING is the composite of a time to an event that can then never come."""

    TREATMENT_POLICY = "TREATMENT_POLICY"
    COMPOSITE = "COMPOSITE"
    WHILE_ALIVE = "WHILE_ALIVE"
    COMPETING = "COMPETING"
    HYPOTHETICAL = "HYPOTHETICAL"
    PRINCIPAL_STRATUM = "PRINCIPAL_STRATUM"


class Family(StrEnum):
    """What an analysis works on: ranks of a value at a visit, a model of values, a share, a time, counted events."""

    RANK = "RANK"
    MODEL = "MODEL"
    SHARE = "SHARE"
    TIME = "TIME"
    EVENTS = "EVENTS"


MEANINGS: Mapping[Family, frozenset[Strategy]] = {
    Family.RANK: frozenset(
        (Strategy.TREATMENT_POLICY, Strategy.COMPOSITE, Strategy.WHILE_ALIVE, Strategy.HYPOTHETICAL)
    ),
    Family.MODEL: frozenset((Strategy.TREATMENT_POLICY, Strategy.WHILE_ALIVE, Strategy.HYPOTHETICAL)),
    Family.SHARE: frozenset((Strategy.TREATMENT_POLICY, Strategy.COMPOSITE, Strategy.HYPOTHETICAL)),
    Family.TIME: frozenset((Strategy.TREATMENT_POLICY, Strategy.COMPOSITE, Strategy.COMPETING, Strategy.HYPOTHETICAL)),
    Family.EVENTS: frozenset((Strategy.TREATMENT_POLICY, Strategy.WHILE_ALIVE)),
}
"""The strategies that mean something for each family.

TREATMENT_POLICY uses every value. COMPOSITE makes the event the worst outcome: the worst rank, a failure, a time to
something good that never ends, a time to something bad that ends there. WHILE_ALIVE uses what was measured until the
event. HYPOTHETICAL takes what came after it as missing (a time is censored there). COMPETING is the competing event of
a cumulative incidence.
"""


class IntercurrentEvent(Part):
    """An event after day 0 that changes what an outcome means, which records tell of it, and the strategy for it."""

    event: str
    kind: EventKind = EventKind.OTHER
    strategy: Strategy


class Estimand(Part):
    """The five attributes. Treatment and population are those of the plan's contrast and of the analysis's set unless
    they are said in words."""

    variable: str
    summary: str
    treatment: str = ""
    population: str = ""
    intercurrent: tuple[IntercurrentEvent, ...] = ()
