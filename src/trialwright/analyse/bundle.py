"""The whole plan carried out: standing displays, then the plan's analyses in its order."""

from collections.abc import Callable, Mapping

from trialwright.analyse.adverse_events import compute_adverse_events
from trialwright.analyse.baseline import compute_baseline
from trialwright.analyse.change import compute_change
from trialwright.analyse.compare import COUNTS, SAMPLES, SHARES, STRATIFIED
from trialwright.analyse.context import Context, build_context
from trialwright.analyse.curves import CURVES
from trialwright.analyse.describe import compute_describe
from trialwright.analyse.deviations import compute_deviations
from trialwright.analyse.exposure import compute_concomitant, compute_exposure, compute_history
from trialwright.analyse.flow import compute_flow, compute_sets
from trialwright.analyse.laboratory import compute_laboratory
from trialwright.analyse.listings import compute_listings
from trialwright.analyse.liver import compute_liver, compute_peaks
from trialwright.analyse.mmrm import compute_mmrm
from trialwright.analyse.models import MODELS
from trialwright.analyse.multiplicity import adjust_rows
from trialwright.analyse.proportion import compute_proportion
from trialwright.analyse.readers import compute_readers
from trialwright.analyse.rows import Basis, make_row
from trialwright.analyse.safety import compute_safety
from trialwright.analyse.series import compute_curves, compute_profiles, compute_timelines
from trialwright.analyse.shift import compute_shift
from trialwright.analyse.survival_methods import BETWEEN, TESTS, WITHIN
from trialwright.analyse.time_to_event import compute_time_to_event
from trialwright.analyse.widths import add_widths
from trialwright.definition.analysis import Analysis, Recipe
from trialwright.definition.compiled import Definition
from trialwright.derive.datasets import Datasets
from trialwright.results import Bundle, Header, ResultRow
from trialwright.vocabulary.methods import Method

RECIPES: Mapping[Recipe, Callable[[Context, Analysis], list[ResultRow]]] = {
    Recipe.DESCRIBE: compute_describe,
    Recipe.CHANGE: compute_change,
    Recipe.PROPORTION: compute_proportion,
    Recipe.TIME_TO_EVENT: compute_time_to_event,
    Recipe.ADVERSE_EVENTS: compute_adverse_events,
    Recipe.MMRM: compute_mmrm,
    Recipe.SHIFT: compute_shift,
    Recipe.READERS: compute_readers,
}
METHODS: Mapping[Recipe, frozenset[Method]] = {
    Recipe.DESCRIBE: frozenset((Method.QUANTILE_TYPE_2, Method.MEAN, Method.GEOMETRIC_MEAN, *SHARES)),
    Recipe.CHANGE: frozenset((*SAMPLES, *STRATIFIED, *MODELS, Method.WIN_ODDS, Method.PROPORTIONAL_ODDS)),
    Recipe.PROPORTION: frozenset(
        (*SHARES, *COUNTS, Method.E_VALUE, Method.OVERLAP_WEIGHTS, Method.MANTEL_HAENSZEL_EXACT)
    ),
    Recipe.TIME_TO_EVENT: frozenset((*CURVES, *WITHIN, *TESTS, *BETWEEN, Method.TURNBULL, Method.E_VALUE)),
    Recipe.ADVERSE_EVENTS: frozenset((*SHARES, *COUNTS, Method.POISSON_EXACT, Method.POISSON_RATIO)),
    Recipe.MMRM: frozenset((Method.MMRM, Method.MMRM_VISITS)),
    Recipe.SHIFT: frozenset(),
    Recipe.READERS: frozenset((Method.INTRACLASS,)),
}
"""The methods that each recipe has."""
STANDING: tuple[Callable[[Context], list[ResultRow]], ...] = (
    compute_flow,
    compute_sets,
    compute_baseline,
    compute_history,
    compute_concomitant,
    compute_exposure,
    compute_deviations,
)


def list_unanswered(context: Context, analysis: Analysis) -> list[ResultRow]:
    """A row without value for each method that the recipe does not have: silence would look like done."""
    basis = Basis(warnings=(f"the recipe {analysis.recipe} has no such method",))
    head = context.head(analysis, "")
    missing = [one for one in analysis.methods if one not in METHODS[analysis.recipe]]
    return [make_row(head, "estimate", None, basis, one.value) for one in missing]


def compute_bundle(definition: Definition, datasets: Datasets, header: Header) -> Bundle:
    """Everything a report needs.

    Parameters
    ----------
    definition : Definition
        The study with its plan.
    datasets : Datasets
        From ``derive_datasets``, of the same definition.
    header : Header
        What every page says; passed on as it is.

    Returns
    -------
    Bundle
        Rows in a fixed order: who the participants are and what happened to them, the plan's analyses as the plan has
        them, the standing safety tables. The same datasets give identical rows.
    """
    context = build_context(definition, datasets)
    rows = [row for compute in STANDING for row in compute(context)]
    for analysis in definition.plan.analyses:
        rows += RECIPES[analysis.recipe](context, analysis) + list_unanswered(context, analysis)
    rows += compute_safety(context) + compute_liver(context) + compute_laboratory(context)
    rows = add_widths(context, adjust_rows(context, rows))
    return Bundle(
        header=header,
        rows=tuple(rows),
        listings=compute_listings(context),
        profiles=compute_profiles(context),
        curves=compute_curves(context),
        timelines=compute_timelines(context),
        peaks=compute_peaks(context),
    )
