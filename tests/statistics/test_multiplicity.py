"""Adjusted p-values of published examples: by R's p.adjust, SAS's printed table, and the graphical algorithm in R."""

import pytest

from trialwright.statistics import multiplicity

MULTTEST = [
    0.28282, 0.30688, 0.71022, 0.77175, 0.78180, 0.88581, 0.54685, 0.84978, 0.24228, 0.58977, 0.03498, 0.41607,
    0.31631, 0.05254, 0.45061, 0.75758, 0.12496, 0.49485, 0.21572, 0.50505, 0.94372, 0.81260, 0.77596, 0.36889,
]  # fmt: skip
THROMBOLYSIS = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1,
]  # fmt: skip
DIABETES, HELP, VIGNETTE = [0.0111, 0.0065, 0.0293], [0.01, 0.02, 0.04, 0.04, 0.7], [0.0063, 0.02577, 0.01062]
EXAMPLES = {
    "multtest": MULTTEST, "thrombolysis": THROMBOLYSIS, "diabetes": DIABETES, "gmcp_help": HELP,
    "gmcp_vignette": VIGNETTE,
}  # fmt: skip


@pytest.mark.reference(
    "multiplicity.adjust_holm",
    source="R 4.2.2 p.adjust(method = 'holm') of five published examples (named there), multiplicity.R",
)
@pytest.mark.parametrize("name", EXAMPLES)
def test_holm_of_published_examples_is_that_of_r_and_of_the_graph(r, name):
    p = EXAMPLES[name]
    adjusted = multiplicity.adjust_holm(p)
    for case in f"holm_{name}", f"graph_holm_{name}":
        assert adjusted == pytest.approx([r(case, str(i + 1)) for i in range(len(p))], rel=1e-12)


@pytest.mark.reference(
    "multiplicity.adjust_holm",
    source="SAS Institute 2015, SAS/STAT User's Guide, PROC MULTTEST, example of raw p-values, column Stepdown Bonferroni",
)
def test_holm_is_the_table_that_sas_prints():
    adjusted = multiplicity.adjust_holm(MULTTEST)
    assert round(adjusted[10], 4) == 0.8395
    assert all(p == 1 for i, p in enumerate(adjusted) if i != 10)


@pytest.mark.reference(
    "multiplicity.adjust_holm",
    source="R package gMCP, vignette gMCP: at one-sided 0.025 the lower limits of H1 and H3 are 0, that of H2 is below",
)
def test_holm_decides_as_the_vignette():
    assert [p <= 0.025 for p in multiplicity.adjust_holm(VIGNETTE)] == [True, False, True]


@pytest.mark.reference(
    "multiplicity.adjust_gatekeeping",
    source="R 4.2.2, the graphical algorithm of Bretz and others 2009 with a serial graph, multiplicity.R",
)
@pytest.mark.parametrize(
    ("case", "families"),
    [
        ("serial_diabetes_events", [DIABETES, THROMBOLYSIS[:5]]),
        ("serial_two_one", [[0.0061, 0.0233], [0.0098]]),
        ("serial_three", [[0.0004], VIGNETTE, [0.0095, 0.0201]]),
        ("serial_closed", [[0.001, 0.04], [0.0001, 0.0002]]),
    ],
)
def test_gatekeeping_is_that_of_the_graph(r, case, families):
    adjusted = [p for family in multiplicity.adjust_gatekeeping(families) for p in family]
    # The graph gives the next family a billionth while a family is open: the same to eight digits.
    assert adjusted == pytest.approx([r(case, str(i + 1)) for i in range(len(adjusted))], rel=1e-7)


@pytest.mark.reference(
    "multiplicity.adjust_fixed_sequence",
    source="R 4.2.2, the graphical algorithm of Bretz and others 2009 with a chain, multiplicity.R",
)
@pytest.mark.parametrize(("case", "p"), [("diabetes", DIABETES), ("vignette", VIGNETTE)])
def test_fixed_sequence_is_that_of_the_graph(r, case, p):
    wanted = [r(f"graph_sequence_{case}", str(i + 1)) for i in range(3)]
    assert multiplicity.adjust_fixed_sequence(p) == pytest.approx(wanted)
