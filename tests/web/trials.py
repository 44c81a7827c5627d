"""The trial that the pages are tested with: two sites, a dozen participants in the middle of their visits."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from tests.studies import load_definition
from trialwright.definition.compiled import Definition

OWN, OTHER = "BJ302", "WH001"
UNTIL = datetime(2020, 3, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
"""The moment at which the rehearsal stands still: the clock of the tests goes on from it."""


@cache
def two_sites() -> Definition:
    """The study of the project with a second site; its people are left to chance, without the exercises of safety.

    Nobody dies or leaves, so that on the day at which the trial stands still nobody's record is closed: the tests do that.
    """
    definition = load_definition().scale(16)
    errors = definition.simulation.errors.model_copy(update={"withdrawal": 0.0, "lost": 0.0})
    simulation = definition.simulation.model_copy(update={"exercises": False, "death": {}, "errors": errors})
    definition = replace(definition, simulation=simulation)
    site = definition.sites[OWN]
    other = site.model_copy(update={"id": OTHER, "name": "Wuhan Test Hospital", "city": "Wuhan"})
    named = {f"sites.{OTHER}": {"en": other.name, "zh": "武汉试验医院"}}
    labels = MappingProxyType({**definition.labels, **named})
    return replace(definition, sites=MappingProxyType({OWN: site, OTHER: other}), labels=labels)
