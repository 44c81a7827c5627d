"""The evidence for a whole study, rule by rule."""

from collections.abc import Callable

from trialwright.definition.compiled import Definition
from trialwright.simulate.cases.criteria import compute_criteria_evidence
from trialwright.simulate.cases.evidence import Evidence
from trialwright.simulate.cases.forms import Bench, compute_form_evidence
from trialwright.simulate.values import ValueMaker


def compute_study_evidence(
    definition: Definition, progress: Callable[[int, int], None] = lambda *_: None
) -> tuple[Evidence, ...]:
    """The evidence for every criterion and for every rule and limit of every form; the same study gives the same cases.

    Parameters
    ----------
    progress : callable, optional
        Told after each form how many of the study's forms are done, and of how many.
    """
    found = list(compute_criteria_evidence(definition))
    bench = Bench(definition, ValueMaker(definition))
    for number, form in enumerate(definition.forms, start=1):
        found += compute_form_evidence(bench, form)
        progress(number, len(definition.forms))
    return tuple(found)
