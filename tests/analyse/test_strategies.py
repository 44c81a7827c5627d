"""Each strategy for an intercurrent event does to the data what ICH E9(R1), A.3.2 says it does, and nothing else."""

from datetime import timedelta
from functools import cache

import pytest

from tests.analyse.rows import STUDY, analyse, complete, make_trial, pick
from tests.snapshot.build import DAY0, Ledger
from trialwright.definition.analysis import Recipe
from trialwright.definition.compile import Compilation, compile_study
from trialwright.definition.estimand import MEANINGS, Family, Strategy
from trialwright.definition.load import read_files
from trialwright.ledger import entries as e

BOTH = "CELLS - CONTROL"


@cache
def compile_with(strategy: str, kind: str, analysis: str = "P1_MAIN", extra: str = "") -> Compilation:
    """The small study with an estimand of one event in one of its analyses."""
    estimand = (
        f"estimand: {{variable: v, summary: s, intercurrent: [{{event: x, kind: {kind}, strategy: {strategy}}}]}}"
    )
    lines = []
    for line in read_files(STUDY)["analysis.yaml"].splitlines():
        if f"id: {analysis}," in line:
            line = line.replace(" death: WORST_RANK,", "").replace("table:", f"{estimand}, table:")
        lines.append(line)
    return compile_study({**read_files(STUDY), "analysis.yaml": "\n".join(lines) + extra})


def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
    """Everybody gets better by 10 points, and one of the treated missed the dose of day 3."""
    ledger.lesion(participant, "BASELINE", -1, 40)
    ledger.lesion(participant, "D28", 28, 30 - number)
    if arm == "CELLS":
        given = (0,) if number == 0 else (0, 3)
        for dose, day in enumerate(given, 1):
            at = f"{DAY0 + timedelta(days=day)}T10:00"
            ledger.add(participant, e.DoseGiven("CELLS", f"D{day}", dose, at, "3.0e7", "cells", "L"))
        if number == 0:
            ledger.add(participant, e.DoseMissed("CELLS", "D3", "FEVER"))
    complete(ledger, participant)


@pytest.mark.parametrize(
    ("strategy", "n", "worst"),
    [("TREATMENT_POLICY", 4, False), ("COMPOSITE", 4, True), ("WHILE_ALIVE", 3, False), ("HYPOTHETICAL", 3, False)],
)
def test_a_missed_dose(strategy, n, worst):
    """Used as it is; the worst rank of all; or not used after day 3, so that day 28 is missing."""
    definition = compile_with(strategy, "DOSE_MISSED").definition
    assert definition is not None
    bundle = analyse(make_trial(4, tell), definition)
    row = pick(bundle, "P1_MAIN", "max", parameter="LESION", visit="D28", group="CELLS")
    assert row.n_used == n
    assert (row.value is None) == worst
    assert row.n_missing == 4 - n


def test_death_as_the_worst_rank_comes_from_the_estimand():
    """The same as death: WORST_RANK: the dead control participant is behind everybody else."""

    def die(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        ledger.lesion(participant, "BASELINE", -1, 40)
        if (arm, number) == ("CONTROL", 0):
            ledger.add(participant, e.Died("2020-02-20"))
        else:
            ledger.lesion(participant, "D28", 28, 30 - number)
            complete(ledger, participant)

    for strategy, n in (("COMPOSITE", 3), ("WHILE_ALIVE", 2)):
        definition = compile_with(strategy, "DEATH").definition
        assert definition is not None
        row = pick(
            analyse(make_trial(3, die), definition), "P1_MAIN", "n", parameter="LESION", visit="D28", group="CONTROL"
        )
        assert row.value == n


@pytest.mark.parametrize(
    ("strategy", "kind", "code"),
    [
        ("PRINCIPAL_STRATUM", "DEATH", "strategy"),
        ("COMPETING", "DEATH", "strategy"),
        ("COMPOSITE", "OTHER", "strategy"),
    ],
)
def test_what_cannot_be_computed_is_a_finding(strategy, kind, code):
    errors = compile_with(strategy, kind).errors
    assert [one.code for one in errors] == [code]


def test_every_recipe_has_a_family_and_every_family_a_way_to_use_all_data():
    assert all(Strategy.TREATMENT_POLICY in MEANINGS[family] for family in Family)
    assert {one.recipe for one in compile_with("COMPOSITE", "DEATH").definition.plan.analyses} <= set(Recipe)


def test_adjusted_p_values_stand_beside_the_raw_ones():
    """Two families opened in order: the second is at least the first's, as gatekeeping says."""
    extra = "\nmultiplicity: {families: [[S1_MAIN], [P1_MAIN]]}\n"
    definition = compile_with("COMPOSITE", "DEATH", extra=extra).definition
    assert definition is not None
    bundle = analyse(make_trial(4, tell), definition)
    first = [row for row in bundle.rows if row.analysis == "S1_MAIN" and row.statistic == "p_adjusted"]
    second = [row for row in bundle.rows if row.analysis == "P1_MAIN" and row.statistic == "p_adjusted"]
    assert [row.value for row in first] == [1.0]
    assert second and all(row.value == 1.0 for row in second)
