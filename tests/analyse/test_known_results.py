"""Trials whose results are known from elsewhere come out of ledger, snapshot and datasets as they should."""

import numpy as np
import polars as pl
import pytest

from tests.analyse.rows import analyse, complete, make_trial, pick, study_with_everything
from tests.snapshot.build import Ledger
from trialwright.ledger import entries as e
from trialwright.statistics import hodges_lehmann, risk_difference

BOTH = "CELLS - CONTROL"


def deaths_of_control(count: int):
    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        if arm == "CONTROL" and number < count:
            ledger.add(participant, e.Died("2020-02-20"))
        else:
            complete(ledger, participant)

    return tell


def test_no_death_against_five_of_ten():
    """Clopper-Pearson of 0/10 ends at 0.3085 (Beta quantile 1 - 0.025^(1/10)); Fisher mid-p of 0/10 v 5/10 is half of
    0.0325 (R fisher.test), for the table is the most extreme on its side and its mirror image ties with it."""
    bundle = analyse(make_trial(10, deaths_of_control(5)))
    common = {"parameter": "DEATH28", "visit": "D28"}
    assert pick(bundle, "S1_MAIN", "count", group="CONTROL", **common).value == 5
    assert pick(bundle, "S1_MAIN", "ci_high", group="CELLS", **common).value == pytest.approx(1 - 0.025**0.1)
    assert pick(bundle, "S1_MAIN", "estimate", group=BOTH, method="risk_difference", **common).value == pytest.approx(
        -0.5
    )
    assert pick(bundle, "S1_MAIN", "p", group=BOTH, method="fisher", **common).value == pytest.approx(0.0163, abs=5e-5)
    assert pick(bundle, "S1_KM", "estimate", group="CONTROL", **common).value == pytest.approx(0.5)
    assert pick(bundle, "S1_MAIN", "count", group="CONTROL", **common).subjects == tuple(
        f"BJ-1{i:02d}" for i in range(5)
    )


def test_who_is_lost_before_day_28_is_not_counted_as_alive():
    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        if arm == "CONTROL" and number == 0:
            ledger.add(participant, e.Left("LOST_TO_FOLLOW_UP", "2020-02-13", "moved"))
        else:
            complete(ledger, participant)

    bundle = analyse(make_trial(5, tell))
    common = {"parameter": "DEATH28", "visit": "D28", "group": "CONTROL"}
    row = pick(bundle, "S1_MAIN", "estimate", **common)
    assert (row.n_used, row.n_missing, row.value) == (4, 1, 0.0)
    assert pick(bundle, "S1_MAIN", "estimate", **common | {"category": "WORST_CASE"}).value == pytest.approx(0.2)
    assert pick(bundle, "S1_MAIN", "estimate", **common | {"category": "BEST_CASE"}).value == 0.0


CHANGES = {
    "CELLS": [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
    "CONTROL": [1.15, 0.88, 0.90, 0.74, 1.21],
}
"""Hollander & Wolfe 1973, p. 69 (permeability constants): R's wilcox.test gives 0.305 (-0.15, 0.76)."""


def test_the_change_of_hollander_and_wolfe():
    ledger = Ledger()
    for place, (arm, changes) in enumerate(CHANGES.items()):
        for number, change in enumerate(changes):
            participant = f"BJ-{place}{number:02d}"
            ledger.enrol(participant, arm)
            ledger.lesion(participant, "BASELINE", -1, 20.0)
            ledger.lesion(participant, "D28", 28, 20.0 + change)
    bundle = analyse(ledger)
    common = {"parameter": "LESION", "visit": "D28", "group": BOTH, "method": "hodges_lehmann"}
    found = [pick(bundle, "P1_MAIN", name, **common).value for name in ("estimate", "ci_low", "ci_high", "p")]
    assert found == pytest.approx([0.305, -0.15, 0.76, 0.2544], abs=5e-5)


def test_death_before_the_visit_is_the_worst_rank_and_is_said():
    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        ledger.lesion(participant, "BASELINE", -1, 30.0)
        if arm == "CONTROL" and number == 0:
            ledger.add(participant, e.Died("2020-02-20"))
        else:
            ledger.lesion(participant, "D28", 28, 30.0 - number - (arm == "CELLS"))

    bundle = analyse(make_trial(6, tell))
    row = pick(bundle, "P1_MAIN", "estimate", parameter="LESION", visit="D28", group=BOTH, method="hodges_lehmann")
    expected = hodges_lehmann.estimate_shift([-1 - i for i in range(6)], [np.inf, -1, -2, -3, -4, -5])
    assert row.value == expected.estimate
    assert "CONTROL: died before the visit, worst rank: 1" in row.warnings
    assert (row.n_used, row.n_missing) == (12, 0)
    assert pick(bundle, "P1_ANCOVA", "estimate", parameter="LESION", visit="D28", group=BOTH).n_used == 11


def test_the_log_scale_prints_ratios():
    """Everybody's ALT doubles in one arm and stays in the other: the ratio of ratios is 2, whatever the method."""

    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        base = 20.0 + number
        ledger.alt(participant, "BASELINE", -1, base)
        for visit, day in (("D3", 3), ("D7", 7), ("D28", 28)):
            ledger.alt(
                participant,
                visit,
                day,
                round(base * (2 if arm == "CELLS" else 1) * (1 + 0.01 * ((number * day) % 5)), 4),
            )

    bundle = analyse(make_trial(8, tell))
    ratios = {
        group: pick(bundle, "S2_MMRM", "estimate", parameter="ALT", visit="D28", group=group).value
        for group in ("CELLS", "CONTROL", BOTH)
    }
    assert ratios[BOTH] == pytest.approx(2.0, rel=0.03)
    assert ratios["CELLS"] / ratios["CONTROL"] == pytest.approx(ratios[BOTH], rel=1e-9), (
        "the contrast is that of the means"
    )
    assert pick(bundle, "S2_MMRM", "estimate", parameter="ALT", visit="D28", group=BOTH).unit == "ratio"
    assert pick(
        bundle,
        "S2_DESCRIBE",
        "geometric_mean",
        parameter="ALT",
        visit="D28",
        group="CELLS",
        category="RATIO_TO_BASELINE",
    ).value == pytest.approx(2.04, rel=0.02)


def test_a_shift_table_counts_everybody_once():
    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        ledger.alt(participant, "BASELINE", -1, 30)
        ledger.alt(participant, "D3", 3, 130 if number == 0 else 35)
        ledger.alt(participant, "D7", 7, 45 if number == 1 else 35)

    bundle = analyse(make_trial(4, tell))
    cells = {
        row.category: row.value
        for row in bundle.rows
        if row.analysis == "S2_SHIFT" and row.group == "CELLS" and row.statistic == "count" and row.value
    }
    assert cells == {"0 -> 0": 2.0, "0 -> 1": 1.0, "0 -> 2": 1.0}


def test_competing_deaths_never_clear():
    """Of 4 at risk 1 dies on day 5 and 3 clear on day 7: the incidence ends at 3/4, not at 1."""

    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        ledger.pcr(participant, "BASELINE", -1, "POSITIVE")
        if number == 0:
            ledger.add(participant, e.Died("2020-02-08"))
        else:
            ledger.pcr(participant, "D7", 7, "NEGATIVE")
            ledger.pcr(participant, "D7", 8, "NEGATIVE", repeat=2)

    bundle = analyse(make_trial(4, tell))
    common = {"parameter": "TTNEG", "group": "CELLS"}
    assert pick(bundle, "S3_MAIN", "estimate", visit="D28", **common).value == pytest.approx(0.75)
    assert [
        pick(bundle, "S3_MAIN", name, visit="", **common).value for name in ("n", "events", "competing", "censored")
    ] == [4, 3, 1, 0]
    curve = bundle.curves["TTNEG"].filter(bundle.curves["TTNEG"]["arm"] == "CELLS")
    jumps = curve.unique("estimate", keep="first", maintain_order=True)
    assert jumps.select("day", "estimate").rows() == [(0.0, 0.0), (7.0, 0.75)]
    assert curve.filter(pl.col("day") == curve["day"].max())["at_risk"].item() == 0


def test_related_events_and_their_rate():
    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        complete(ledger, participant, "2020-02-12")
        if arm == "CELLS" and number < 2:
            ledger.event(participant, 1, 1, causality="PROBABLE", grade="3", serious="Y")
            ledger.event(participant, 2, 2, causality="POSSIBLE", term="Fever")

    bundle = analyse(make_trial(5, tell))
    common = {"parameter": "RELATED", "group": "CELLS"}
    assert pick(bundle, "P2_MAIN", "count", **common).value == 2
    assert pick(bundle, "P2_MAIN", "person_days", **common).value == 50.0, "ten days each, day 0 included"
    assert pick(bundle, "P2_MAIN", "estimate", method="poisson", **common).value == pytest.approx(8.0), (
        "4 events in 50 days"
    )
    soc = "Gastrointestinal disorders"
    assert pick(bundle, "14.3.1.2", "count", parameter=soc, category="Nausea", group="CELLS").value == 2
    assert pick(bundle, "14.3.1.3", "count", parameter="WORST_GRADE", category="GRADE3", group="CELLS").value == 2
    assert pick(bundle, "14.3.2.2", "count", parameter=soc, category="Nausea", group="CONTROL").value == 0


def test_the_flow_adds_up_and_names_reasons():
    ledger = make_trial(3, deaths_of_control(1))
    ledger.add("BJ-900", e.Screened("BJ", {"I1": "NOT_MET", "E1": "NOT_MET"}, {}, {}))
    ledger.add("BJ-901", e.Screened("BJ", {"I1": "MET", "E1": "NOT_MET"}, {}, {}))
    ledger.add("BJ-901", e.ConsentRefused())
    ledger.enrol("BJ-902", "CELLS", doses=0)
    ledger.add("BJ-902", e.Left("WITHDRAW_CONSENT", "2020-02-05", "wish"))
    bundle = analyse(ledger)

    def count(parameter: str, group: str, category: str = "") -> float | None:
        return pick(bundle, "14.1.1", "count", parameter=parameter, group=group, category=category).value

    assert (count("SCREENED", "TOTAL"), count("NOT_ELIGIBLE", "TOTAL"), count("ENROLLED", "TOTAL")) == (9, 2, 7)
    assert (count("NOT_ELIGIBLE", "TOTAL", "I1"), count("NOT_ELIGIBLE", "TOTAL", "CONSENT_REFUSED")) == (1, 1)
    assert (
        count("ALLOCATED", "CELLS"),
        count("TREATED", "CELLS"),
        count("DISCONTINUED", "CELLS", "WITHDRAW_CONSENT"),
    ) == (4, 3, 1)
    assert (count("DISCONTINUED", "CONTROL", "DEATH"), count("COMPLETED", "CONTROL")) == (1, 2)
    assert pick(bundle, "14.1.2", "count", parameter="SAF", group="CELLS").value == 3
    assert bundle.listings["16.2.3"].filter(bundle.listings["16.2.3"]["participant"] == "BJ-902")["set"].to_list() == [
        "SAF",
        "PP",
    ]


def test_baseline_has_differences_with_their_uncertainty_and_no_tests():
    bundle = analyse(
        make_trial(
            10,
            lambda ledger, participant, arm, number: ledger.alt(
                participant, "BASELINE", -1, 20 + number + 5 * (arm == "CELLS")
            ),
        )
    )
    smd = pick(bundle, "14.1.3", "estimate", parameter="chemistry.alt", group=BOTH)
    assert smd.value == pytest.approx(5 / np.std(np.arange(10.0), ddof=1))
    assert pick(bundle, "14.1.3", "se", parameter="chemistry.alt", group=BOTH).value == pytest.approx(0.5, abs=0.1), (
        "about 0.45 at 10 + 10 for no difference"
    )
    assert pick(bundle, "14.1.3", "percent", parameter="demographics.sex", category="F", group="TOTAL").value == 50
    assert not [row for row in bundle.rows if row.table == "14.1.3" and row.statistic == "p"]


def test_days_won_by_an_event_before_the_horizon():
    """Of 4 at risk 3 clear on day 7 of 28 and one dies on day 5: 3/4 of 21 days are won on the average."""

    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        ledger.pcr(participant, "BASELINE", -1, "POSITIVE")
        if number == 0:
            ledger.add(participant, e.Died("2020-02-08"))
        else:
            ledger.pcr(participant, "D7", 7, "NEGATIVE")
            ledger.pcr(participant, "D7", 8, "NEGATIVE", repeat=2)

    bundle = analyse(make_trial(4, tell), study_with_everything())
    row = pick(bundle, "S3_MAIN", "estimate", parameter="TTNEG", group="CELLS", visit="", method="rmst.estimate_lost")
    assert (row.value, row.unit) == (pytest.approx(15.75), "days")


def test_a_small_trial_says_how_wide_its_interval_would_be_with_more_people():
    """0/10 v 0/10: Miettinen-Nurminen -28.8 to 28.8 %; with 20 and 50 an arm the interval is that of 0/20 and 0/50."""
    bundle = analyse(make_trial(10, lambda ledger, participant, arm, number: complete(ledger, participant)))
    common = {"parameter": "RELATED", "group": BOTH, "method": "risk_difference"}
    limits = [pick(bundle, "P2_MAIN", name, **common).value for name in ("ci_low", "ci_high")]
    assert limits == pytest.approx([-0.288, 0.288], abs=5e-4)
    for size in (20, 50):
        expected = risk_difference.estimate_miettinen_nurminen(0, size, 0, size)
        width = pick(bundle, "P2_MAIN", f"width_{size}", **common).value
        assert width == pytest.approx(expected.ci_high - expected.ci_low)


def test_an_item_with_a_population_is_analysed_in_it_alone():
    """Of five men and five women an arm, only the women count, and nobody else is called missing."""
    from tests.analyse.rows import STUDY
    from trialwright.definition.compile import compile_study
    from trialwright.definition.load import read_files

    files = read_files(STUDY)
    line = next(one for one in files["study.yaml"].splitlines() if "code: LESION," in one)
    ruled = line.replace("code: LESION,", "code: LESION, population: \"BASELINE.demographics.sex = 'F'\",")
    definition = compile_study({**files, "study.yaml": files["study.yaml"].replace(line, ruled)}).definition
    assert definition is not None

    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        ledger.lesion(participant, "BASELINE", -1, 20.0)
        ledger.lesion(participant, "D28", 28, 20.0 + number)
        complete(ledger, participant)

    bundle = analyse(make_trial(10, tell), definition)
    row = pick(bundle, "P1_MAIN", "mean", parameter="LESION", visit="D28", group="CELLS")
    assert (row.n_used, row.n_missing) == (5, 0) and row.value == pytest.approx(np.mean([1, 3, 5, 7, 9]))
