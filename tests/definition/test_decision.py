"""The decision table chooses by kind, size and allocation; what the author says otherwise is seen."""

from pathlib import Path

import pytest

from tests.studies import load_definition
from trialwright.definition.analysis import Recipe
from trialwright.definition.compile import compile_study
from trialwright.definition.decision import TABLE, judge, list_rows
from trialwright.definition.load import read_files
from trialwright.vocabulary.methods import Method

SMALL = Path(__file__).parents[1] / "snapshot" / "study"
HEAD = SMALL / "analysis.yaml"


def load_plan(analyses: str):
    """The small study with these analyses alone."""
    head = HEAD.read_text(encoding="utf-8").partition("analyses:")[0]
    text = f"{head}analyses: {analyses}\n" if analyses else head
    return compile_study({**read_files(SMALL), "analysis.yaml": text})


def test_a_study_without_analyses_gets_the_tables():
    """The rules of the analysis plan for ten participants an arm: exact ranks for a value, a model for a laboratory
    course, exact shares for death, cumulative incidence where death competes."""
    definition = load_plan("").definition
    assert definition is not None
    mains = {one.endpoint: (one.recipe, one.methods) for one in definition.plan.analyses if one.role == "main"}
    assert mains["P1"] == (Recipe.CHANGE, (Method.HODGES_LEHMANN, Method.WILCOXON_EXACT))
    assert mains["P2"][0] is Recipe.ADVERSE_EVENTS
    assert mains["S1"][1] == (Method.CLOPPER_PEARSON, Method.RISK_DIFFERENCE_EXACT, Method.FISHER_MID_P)
    assert mains["S2"] == (Recipe.MMRM, (Method.MMRM,))
    assert mains["S3"][1] == (Method.AALEN_JOHANSEN, Method.GRAY_EXACT)
    assert {one.endpoint for one in definition.plan.analyses} == {one.id for one in definition.study.endpoints}


def test_an_analysis_without_methods_gets_the_rows_of_its_role():
    line = "{id: A, endpoint: P1, recipe: CHANGE, role: main, analysis_set: FAS, table: 14.2.1.2}"
    definition = load_plan(f"[{line}]").definition
    assert definition is not None
    found = next(one for one in definition.plan.analyses if one.id == "A")
    assert found.methods == (Method.HODGES_LEHMANN, Method.WILCOXON_EXACT)


@pytest.mark.parametrize(("because", "noted"), [("", True), ("because: Patients asked for it.,", False)])
def test_a_departure_without_a_reason_is_noted(because, noted):
    line = (
        f"{{id: A, endpoint: P1, recipe: CHANGE, role: main, analysis_set: FAS, methods: [ancova.estimate], {because}"
        " table: 14.2.1.2}"
    )
    compilation = load_plan(f"[{line}]")
    assert compilation.definition is not None
    assert ("departure" in [one.code for one in compilation.findings]) == noted


def test_many_participants_and_chance_change_the_rows():
    """Exact methods up to twenty an arm; no rows against confounding where chance decides."""
    study = load_definition()
    few = list_rows(study.study, study.plan, TABLE[0].outcome, "main")
    many = list_rows(study.scale(200).study, study.plan, TABLE[0].outcome, "main")
    assert [row.few for row in few + many] == [True, False]
    assert any(
        row.reason == "confounding" for row in list_rows(study.study, study.plan, TABLE[0].outcome, "sensitivity")
    )


def test_the_study_of_the_nine_outcomes_follows_the_table_but_where_it_says_why():
    definition = load_definition()
    forms = {name: one.form for name, one in definition.forms.items()}
    others = [
        one.id
        for one in definition.plan.analyses
        if one.methods and one.role != "descriptive" and one.recipe not in (Recipe.READERS, Recipe.SHIFT)
        and not judge(definition.study, definition.plan, one, forms).follows
    ]  # fmt: skip
    assert others == ["S3_STRATIFIED"]


@pytest.mark.parametrize(
    ("analysis", "reasons"),
    [("P1_MAIN_PP", {"per_protocol"}), ("P1_VISITS", {"other_visits"}), ("S4_EXACT", {"ranks"})],
)
def test_an_analysis_that_does_the_main_one_again_has_that_as_its_reason(analysis, reasons):
    definition = load_definition()
    one = next(one for one in definition.plan.analyses if one.id == analysis)
    choice = judge(definition.study, definition.plan, one, {name: each.form for name, each in definition.forms.items()})
    assert choice.follows and {row.reason for row in choice.rows} == reasons
