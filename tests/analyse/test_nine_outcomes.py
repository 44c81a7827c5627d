"""The nine outcomes of NCT04252118 get the analyses that an expert's plan gives them, and nothing takes one away.

Each line is one analysis: its role, recipe and methods, at which days, and what it is adjusted or stratified for. The
plan of the study may hold no others, and its results must have a number for each (``test_laws.py`` holds the latter for
every analysis; here the numbers of the standing displays that belong to an outcome are looked for).
"""

import pytest

from tests.analyse.test_laws import rehearse
from tests.studies import load_definition
from trialwright.definition.estimand import EventKind, Strategy

D28 = ("D28",)
COURSE = ("D3", "D6", "D10", "D14", "D21", "D28")
SEVERITY = "symptoms.severity"
EXACT_SHARE, SCORE = "proportion.estimate_clopper_pearson", "risk_difference.estimate_miettinen_nurminen"
RANKS = ("hodges_lehmann.estimate_shift", "wilcoxon.compare_exact")
CURVES = ("aalen_johansen.estimate", "gray.compare_exact")
E_VALUE = "e_value.compute_risk_ratio"
WEIGHTED = ("overlap_weights.estimate", E_VALUE)
HELD = ("gray.compare", "log_rank.compare_exact", "hodges_lehmann.estimate_shift", "rmst.estimate_lost")
SCALE = ("wilcoxon.compare_exact", "proportional_odds.fit", "win_odds.estimate")


def describe(*parameters: str) -> tuple:
    return ("descriptive", "DESCRIBE", parameters, ("summary.compute_quantile",), (), ())


def list_laboratory(*parameters: str) -> tuple:
    """CD4+ and CD8+, ALT, CRP, CK: a model of the log ratio, exact and adjusted tests at day 28, the area."""
    return (
        describe(*parameters),
        ("main", "MMRM", parameters, ("mmrm.fit",), COURSE, ()),
        ("supporting", "CHANGE", parameters, RANKS, ("D6", "D28") if parameters == ("CRP",) else D28, ()),
        ("supporting", "CHANGE AREA", parameters, RANKS, D28, ()),
        ("sensitivity", "CHANGE", parameters, ("ancova.estimate",), D28, (SEVERITY,)),
        ("sensitivity", "CHANGE", parameters, (*WEIGHTED, "tipping_point.find_shift"), D28, (SEVERITY,)),
    )  # fmt: skip


def list_share(*parameters: str) -> tuple:
    return ("supporting", "PROPORTION THRESHOLD", parameters, (EXACT_SHARE, SCORE), (), ())


SYMPTOMS, DEATH = ("FEVERDUR", "RESPREC"), ("DEATH28",)
OUTCOMES: dict[str, tuple] = {
    # 1 lesion size, CT; radiograph apart, two modalities are never pooled
    "P1": (
        describe("LESAREAP"),
        describe("CXRAREAP"),
        ("main", "CHANGE", ("LESAREAP",), RANKS, D28, ()),
        ("sensitivity", "CHANGE", ("LESAREAP",), RANKS, D28, ()),
        ("supporting", "CHANGE LOG", ("LESAREAP",), ("ancova.estimate",), D28, ("ct_read.lesion_percent", SEVERITY)),
        ("supporting", "MMRM LOG", ("LESAREAP",), ("mmrm.fit",), COURSE, ()),
        ("supporting", "CHANGE", ("LESAREAP",), ("hodges_lehmann.estimate_shift",), COURSE[:-1], ()),
        ("supporting", "READERS", ("LESAREAP",), ("agreement.estimate_intraclass",), (), ()),
        ("sensitivity", "CHANGE", ("LESAREAP",), ("van_elteren.compare_exact",), D28, (SEVERITY,)),
        ("sensitivity", "CHANGE", ("LESAREAP",), WEIGHTED, D28, (SEVERITY,)),
        ("sensitivity", "CHANGE", ("LESAREAP",), ("tipping_point.find_shift",), D28, ()),
    ),
    # 2 side effects
    "P2": (
        ("main", "ADVERSE_EVENTS", (), (EXACT_SHARE, SCORE), (), ()),
        ("descriptive", "ADVERSE_EVENTS", (), (EXACT_SHARE,), (), ()),
        ("supporting", "ADVERSE_EVENTS", (), ("poisson_rate.estimate_exact",), (), ()),
    ),
    # 3 clinical symptoms: time to the end of fever and to respiratory recovery, and the ordinal scale
    "S1": (
        describe("WHOORD"),
        ("main", "TIME_TO_EVENT", SYMPTOMS, CURVES, COURSE, ()),
        ("supporting", "TIME_TO_EVENT", SYMPTOMS, HELD, (), ()),
        ("supporting", "CHANGE VALUE", ("WHOORD",), SCALE, ("D6", "D14", "D28"), ()),
        ("sensitivity", "TIME_TO_EVENT", SYMPTOMS, (E_VALUE,), (), ()),
    ),
    # 4 nucleic acid
    "S2": (
        (*describe("RNANEG", "RNANEG1")[:4], ("D28", "D90", "D180"), ()),  # found again after the event
        ("main", "TIME_TO_EVENT", ("RNANEG",), CURVES, ("D14", "D28", "D90", "D180"), ()),
        ("supporting", "TIME_TO_EVENT", ("RNANEG",), ("gray.compare", "log_rank.compare_exact"), (), ()),
        ("supporting", "TIME_TO_EVENT", ("RNANEG",), ("turnbull.estimate", "censored_regression.fit"), ("D14", "D28"), ()),
        ("supporting", "TIME_TO_EVENT", ("RNANEG",), ("cox.fit", "fine_gray.fit"), (), ()),
        ("sensitivity", "TIME_TO_EVENT", ("RNANEG",), (E_VALUE,), (), ()),
        ("sensitivity", "TIME_TO_EVENT", ("RNANEG1",), CURVES, ("D14", "D28"), ()),
    ),
    # 5 mortality within 28 days
    "S3": (
        ("descriptive", "DESCRIBE", DEATH, (), D28, ()),
        ("main", "PROPORTION", DEATH, (EXACT_SHARE, "risk_difference.estimate_exact", "fisher.compare_mid_p"), D28, ()),
        ("supporting", "TIME_TO_EVENT", DEATH, ("kaplan_meier.estimate", "log_rank.compare_exact"), D28, ()),
        ("supporting", "PROPORTION", DEATH, ("beta_posterior.estimate_difference",), D28, ()),
        ("sensitivity", "PROPORTION", DEATH, (SCORE, E_VALUE), D28, ()),
        ("sensitivity", "PROPORTION", DEATH, ("mantel_haenszel.compare_exact",), D28, (SEVERITY,)),
    ),
    # 6 CD4+ and CD8+ and their ratio; 7 ALT; 8 CRP; 9 CK
    "S4": (*list_laboratory("TLYH", "TLC", "TLYHTLC"), ("supporting", "SHIFT", ("TLYH",), (), (), ())),
    "S5": (*list_laboratory("ALT"), list_share("ALT"), ("supporting", "SHIFT", ("ALT",), (), (), ())),
    "S6": (
        *list_laboratory("CRP"),
        ("sensitivity", "CHANGE", ("CRP",), ("censored_regression.fit",), D28, ()),
        ("supporting", "TIME_TO_EVENT", ("CRPNORM",), CURVES, ("D14", "D28"), ()),
    ),
    "S7": (*list_laboratory("CK"), list_share("CK"), ("supporting", "SHIFT", ("CK",), (), (), ())),
}  # fmt: skip


def list_planned(outcome: str) -> list[tuple]:
    rows = []
    for one in load_definition().plan.analyses:
        if one.endpoint == outcome:
            kind = " AREA" * (one.of == "AREA") + " VALUE" * (one.of == "VALUE") + " LOG" * (one.log_offset is not None)
            recipe = one.recipe.value + kind + " THRESHOLD" * (one.threshold is not None)
            rows.append((one.role, recipe, one.parameters, tuple(map(str, one.methods)), one.at, one.covariates))
    return rows


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_outcome_gets_exactly_the_analyses_of_the_expert(outcome):
    assert sorted(list_planned(outcome)) == sorted(OUTCOMES[outcome])
    assert list(OUTCOMES) == [one.id for one in load_definition().study.endpoints]


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_death_is_handled_as_the_expert_says(outcome):
    """Worst rank for the lesion, a competing event for times, while alive for laboratory values and side effects."""
    plan = load_definition().plan
    main = next(one for one in plan.analyses if one.endpoint == outcome and one.role == "main")
    wanted = {"P1": Strategy.COMPOSITE, "S1": Strategy.COMPETING, "S2": Strategy.COMPETING, "S3": None}
    assert plan.find_strategies(main).get(EventKind.DEATH) == wanted.get(outcome, Strategy.WHILE_ALIVE)
    if outcome != "P2":
        assert plan.find_strategies(main)[EventKind.RESCUE] is Strategy.TREATMENT_POLICY


@pytest.mark.parametrize(
    "method", sorted({m for rows in OUTCOMES.values() for row in rows for m in row[3]} - {"summary.compute_quantile"})
)
def test_each_method_of_an_analysis_has_numbers_of_its_own(method):
    """In the rehearsed study. Death can have none (nobody may have died), so some analysis of the method must."""
    bundle = rehearse(1)
    planned = {one.id for one in load_definition().plan.analyses if method in map(str, one.methods)}
    # A shift that tips need not exist; what is shifted, the imputed difference, must.
    heads = {"tipping_point.find_shift": ("tipping_point", "multiple_imputation")}.get(method, (method.split(".")[0],))
    found = {row.analysis for row in bundle.rows if row.value is not None and row.method.startswith(heads)}
    assert found & planned, f"{method}: no number in {sorted(planned)}"
    answered = {row.analysis for row in bundle.rows if row.method.startswith(heads)}
    assert planned <= answered, f"{method}: no row at all in {sorted(planned - answered)}"


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        ("14.3.1.2", "count"),  # side effects by class and term
        ("14.3.1.3", "count"),  # by worst grade
        ("14.3.1.5", "count"),  # within 2 and 24 hours of an infusion
        ("14.3.4.10", "count"),  # Hy's law
        ("14.1.3", "estimate"),  # standardised differences instead of tests
    ],
)
def test_standing_displays_of_the_outcomes_are_there(table, wanted):
    assert [row for row in rehearse(1).rows if row.table == table and row.statistic == wanted and row.value is not None]


def test_small_print_of_single_outcomes():
    bundle = rehearse(1)
    rates = [
        row
        for row in bundle.rows
        if row.analysis == "P2_RATES" and row.statistic == "estimate" and row.value is not None
    ]
    assert rates and all("100" in row.unit for row in rates), "per 100 patient-days"
    models = [row for row in bundle.rows if row.analysis == "S5_MAIN" and row.statistic == "estimate"]
    assert models and all(any(text.startswith("adjusted for") for text in row.warnings) for row in models), (
        "log baseline"
    )
    assert {row.unit for row in models} == {"ratio"}
    assert not [row for row in bundle.rows if row.analysis == "S5_MAIN" and row.visit in ("D90", "D180")], (
        "described only"
    )
    described = {row.visit for row in bundle.rows if row.analysis == "S5_DESCRIBE"}
    assert {"D90", "D180"} <= described
    assert "undone_on_day" in bundle.listings["16.2.6.1"].columns, "positive again at day 90 or 180"
