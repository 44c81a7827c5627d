"""All rules of the registry in one table, V01 to V144."""

from trialwright.registry.rule import Rule
from trialwright.registry.rules import (
    arms,
    clocks,
    description,
    design,
    eligibility,
    identification,
    locations,
    outcomes,
    results_admin,
    results_baseline,
    results_events,
    results_flow,
    results_outcomes,
    sponsor,
    status,
)

RULES: tuple[Rule, ...] = (
    *identification.RULES,
    *status.RULES,
    *sponsor.RULES,
    *description.RULES,
    *design.RULES,
    *arms.RULES,
    *outcomes.RULES,
    *eligibility.RULES,
    *locations.RULES,
    *results_flow.RULES,
    *results_baseline.RULES,
    *results_outcomes.RULES,
    *results_events.RULES,
    *results_admin.RULES,
    *clocks.RULES,
)
