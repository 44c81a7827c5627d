"""What the rows of models say of themselves: which estimate, on which scale, without whom, and what was moved."""

import math

import numpy as np
import pytest

from tests.analyse.rows import STUDY, analyse, complete, make_trial, pick, study_with_everything
from tests.snapshot.build import Ledger
from trialwright.definition.compile import compile_study
from trialwright.definition.compiled import Definition
from trialwright.definition.load import read_files
from trialwright.ledger import entries as e
from trialwright.statistics import e_value, overlap_weights

BOTH = "CELLS - CONTROL"
LESION = {"parameter": "LESION", "visit": "D28", "group": BOTH}


def plan(methods: str, extra: str = "") -> Definition:
    """The small study with one analysis of the lesion, X."""
    files = read_files(STUDY)
    line = (
        f"  - {{id: X, endpoint: P1, recipe: CHANGE, role: sensitivity, analysis_set: FAS, parameters: [LESION], at: [D28],"
        f" methods: [{methods}],{extra} table: 14.2.1.9}}\n"
    )
    found = compile_study({**files, "analysis.yaml": files["analysis.yaml"].rstrip("\n") + "\n" + line})
    assert found.definition is not None, [str(one) for one in found.errors]
    return found.definition


def tell_lesions(effect: float, absent: tuple[tuple[str, int], ...], died: tuple[tuple[str, int], ...] = ()):
    """Lesions that grow by about ``effect`` under cells; nobody of ``absent`` has a value at day 28."""

    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        ledger.lesion(participant, "BASELINE", -1, 40.0 + 3 * ((number * 5) % 7))
        if (arm, number) in died:
            ledger.add(participant, e.Died("2020-02-20"))
            return
        if (arm, number) not in absent:
            change = -10.0 + (effect if arm == "CELLS" else 0.0) + 0.7 * ((number * 3) % 5)
            ledger.lesion(participant, "D28", 28, 40.0 + 3 * ((number * 5) % 7) + change)
        complete(ledger, participant)

    return tell


TIPPING = "tipping_point.find_shift"


@pytest.mark.parametrize(("effect", "way", "sign"), [(-8.0, "upwards", 1), (8.0, "downwards", -1)])
def test_imputed_values_are_moved_until_the_difference_is_gone_whichever_way_it_points(effect, way, sign):
    """With half of the treated arm missing there is a shift; fewer lesions are better, so a fall is a benefit."""
    absent = tuple(("CELLS", number) for number in range(4))
    bundle = analyse(make_trial(9, tell_lesions(effect, absent)), plan(TIPPING))
    before = pick(bundle, "X", "estimate", **LESION, category="IMPUTED")
    assert before.value == pytest.approx(effect, abs=1.5)
    row = pick(bundle, "X", "estimate", **LESION, category="TIPPING_POINT")
    assert row.value is not None and math.copysign(1, row.value) == sign
    assert f"imputed values of CELLS that are shifted {way}: 4" in row.warnings
    assert any("analysis of covariance" in text and "adjusted for baseline" in text for text in row.warnings)


def test_where_only_controls_are_missing_nothing_is_moved_and_no_conclusion_is_said_to_hold():
    bundle = analyse(make_trial(9, tell_lesions(-8.0, (("CONTROL", 3),))), plan(TIPPING))
    assert pick(bundle, "X", "estimate", **LESION, category="IMPUTED").value is not None
    row = pick(bundle, "X", "estimate", **LESION, category="TIPPING_POINT")
    assert row.value is None
    assert "nobody is missing in the arm that is shifted: nothing to move" in row.warnings
    assert "the conclusion holds at every shift" not in row.warnings


def test_models_say_how_many_dead_they_leave_out():
    died = (("CONTROL", 0), ("CELLS", 2))
    methods = f"overlap_weights.estimate, e_value.compute_risk_ratio, {TIPPING}"
    definition = plan(methods, " covariates: [demographics.sex],")
    bundle = analyse(make_trial(9, tell_lesions(-4.0, (("CELLS", 5),), died)), definition)
    rows = [row for row in bundle.rows if row.analysis == "X" and row.group == BOTH]
    assert {row.category for row in rows} == {"", "E_VALUE", "IMPUTED", "TIPPING_POINT"}
    assert all("died before the visit, not in the model: 2" in row.warnings for row in rows)


def test_the_e_value_is_that_of_the_weighted_difference_beside_it():
    """The weighted difference and its standard error over the root of the arms' mean variance, as R's EValue does of a
    regression's coefficient (``evalues.OLS(est, se, sd)``)."""
    definition = plan("overlap_weights.estimate, e_value.compute_risk_ratio", " covariates: [demographics.sex],")
    ledger = make_trial(9, tell_lesions(-2.0, ()))
    bundle = analyse(ledger, definition)
    base = [40.0 + 3 * ((number * 5) % 7) for number in range(9)] * 2
    change = [-10.0 + 0.7 * ((number * 3) % 5) - 2.0 * (place == 0) for place in (0, 1) for number in range(9)]
    sex = [float(number % 2 == 0) for number in range(9)] * 2
    treated = np.repeat([1.0, 0.0], 9)
    found = overlap_weights.estimate(change, treated, np.column_stack((base, sex))).difference
    spread = np.sqrt((np.var(change[:9], ddof=1) + np.var(change[9:], ddof=1)) / 2)
    wanted = e_value.compute_standardised(found.estimate / spread, found.se / spread)
    where = {**LESION, "category": "E_VALUE", "method": "e_value.compute_standardised"}
    assert pick(bundle, "X", "estimate", **where).value == pytest.approx(wanted.estimate, rel=1e-9)
    assert pick(bundle, "X", "limit", **where).value == pytest.approx(wanted.limit, rel=1e-9)
    assert "of the weighted difference, in standard deviations" in pick(bundle, "X", "estimate", **where).warnings


def test_without_adjustment_beside_it_the_e_value_says_so():
    bundle = analyse(make_trial(9, tell_lesions(-2.0, ())), plan("e_value.compute_risk_ratio"))
    row = pick(bundle, "X", "estimate", **LESION, category="E_VALUE")
    assert "of the unadjusted difference, in standard deviations" in row.warnings


def test_logarithms_of_values_plus_an_offset_are_said_to_be():
    bundle = analyse(make_trial(9, tell_lesions(-2.0, ())), plan("ancova.estimate", " log_offset: 1,"))
    row = pick(bundle, "X", "estimate", **LESION)
    assert row.unit == "ratio" and "logarithms of values plus 1" in row.warnings


def test_rows_name_the_function_that_ran():
    bundle = analyse(make_trial(6, tell_lesions(-2.0, (), (("CONTROL", 0),))), study_with_everything())
    methods = {row.analysis: row.method for row in bundle.rows if row.category == "E_VALUE"}
    assert methods["P1_MAIN"] == "e_value.compute_standardised"
    assert methods["S1_MAIN"] == "e_value.compute_odds_ratio"
    assert set(methods.values()) == {
        "e_value.compute_standardised", "e_value.compute_odds_ratio", "e_value.compute_hazard_ratio"
    }  # fmt: skip


def tell_course(day: str):
    """One control dies on ``day``."""

    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        for visit, at in (("BASELINE", -1), ("D3", 3), ("D7", 7), ("D28", 28)):
            if not (arm == "CONTROL" and number == 0 and at > 7):
                ledger.alt(participant, visit, at, 20.0 + number + ((number * max(at, 0)) % 5))
        if arm == "CONTROL" and number == 0:
            ledger.add(participant, e.Died(day))
        else:
            complete(ledger, participant)

    return tell


@pytest.mark.parametrize(("day", "said"), [("2020-02-20", True), ("2020-05-20", False)])
def test_only_deaths_by_the_last_visit_of_the_model_count(day, said):
    """The model ends at day 28; day 0 is in the first days of February 2020."""
    bundle = analyse(make_trial(8, tell_course(day)))
    row = pick(bundle, "S2_MMRM", "estimate", parameter="ALT", visit="D28", group=BOTH)
    assert any(text.startswith("deaths in these arms: 1") for text in row.warnings) is said


def test_below_one_degree_of_freedom_there_is_no_interval_but_a_reason():
    """Three an arm who leave at random: of the later visits the variance is hardly known."""
    rng = np.random.default_rng(5)

    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        ledger.alt(participant, "BASELINE", -1, round(20 + rng.uniform(0, 10), 1))
        for visit, day in (("D3", 3), ("D7", 7), ("D28", 28))[: int(rng.integers(1, 4))]:
            ledger.alt(participant, visit, day, round(20 + rng.uniform(0, 10), 1))

    bundle = analyse(make_trial(3, tell))
    for visit, is_bounded in (("D3", True), ("D28", False)):
        where = {"parameter": "ALT", "visit": visit, "group": BOTH}
        low, high = (pick(bundle, "S2_MMRM", name, **where) for name in ("ci_low", "ci_high"))
        assert (low.value is not None, high.value is not None) == (is_bounded, is_bounded)
        assert ("less than one degree of freedom: no interval" in low.warnings) is not is_bounded
        assert pick(bundle, "S2_MMRM", "estimate", **where).value is not None


def test_several_images_of_one_participant_are_said_to_be_taken_as_independent():
    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        for visit, day in (("BASELINE", -1), ("D28", 28)):
            ledger.lesion(participant, visit, day, 30.0 + number, 31.0 + (number + day) % 3)

    files = read_files(STUDY)
    line = (
        "  - {id: R, endpoint: P1, recipe: READERS, role: supporting, analysis_set: FAS, parameters: [LESION],"
        " methods: [agreement.estimate_intraclass], table: 14.2.1.9}\n"
    )
    study = compile_study({**files, "analysis.yaml": files["analysis.yaml"].rstrip("\n") + "\n" + line}).definition
    rows = [row for row in analyse(make_trial(4, tell), study).rows if row.analysis == "R"]
    methods = {row.statistic: row.method for row in rows if row.category == "READER_DIFFERENCE"}
    assert methods["at_least"] == methods["at_most"] == "agreement.estimate_limits"
    said = "16 images of 8 participants are taken as independent: the intervals are too narrow"
    assert rows and all(said in row.warnings for row in rows)


def test_who_is_positive_again_after_lasting_clearance_is_counted_by_visit_and_arm():
    """Three an arm clear on day 7; of the treated one is positive again on day 27: none by day 7, one of three by 28."""

    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        ledger.pcr(participant, "BASELINE", -1, "POSITIVE")
        if number < 3:
            ledger.pcr(participant, "D7", 7, "NEGATIVE")
            ledger.pcr(participant, "D7", 8, "NEGATIVE", repeat=2)
        if number == 0 or number == 3:
            ledger.pcr(participant, "D28", 27, "POSITIVE" if arm == "CELLS" else "NEGATIVE")

    files = read_files(STUDY)
    line = (
        "  - {id: U, endpoint: S3, recipe: DESCRIBE, role: descriptive, analysis_set: FAS, parameters: [TTNEG],"
        " at: [D7, D28], table: 14.2.4.1}\n"
    )
    study = compile_study({**files, "analysis.yaml": files["analysis.yaml"].rstrip("\n") + "\n" + line}).definition
    bundle = analyse(make_trial(4, tell), study)
    for arm, visit, again in (("CELLS", "D7", 0), ("CELLS", "D28", 1), ("CONTROL", "D28", 0)):
        row = pick(bundle, "U", "count", parameter="TTNEG", visit=visit, group=arm, category="UNDONE")
        assert (row.value, row.n_used, row.n_missing) == (again, 3, 1)
        assert row.subjects == (("BJ-000",) if again else ())
