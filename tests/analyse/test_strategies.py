"""Each strategy for an intercurrent event does to the data what ICH E9(R1), A.3.2 says it does, and nothing else."""

from datetime import timedelta
from functools import cache, partial

import pytest

from tests.analyse.rows import STUDY, analyse, complete, make_trial, pick
from tests.snapshot.build import DAY0, Ledger
from trialwright.definition.analysis import FAMILIES, Recipe
from trialwright.definition.compile import Compilation, compile_study
from trialwright.definition.compiled import Definition
from trialwright.definition.estimand import MEANINGS, Family, Strategy
from trialwright.definition.load import read_files
from trialwright.ledger import entries as e
from trialwright.results import Bundle

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


def treat(ledger: Ledger, participant: str, arm: str, number: int, late: bool = True) -> None:
    """Everybody clears on day 7 and nobody dies; the first of the treated is rescued on day 5, and the first control
    gets cells then. Values of ALT after that are far off (or, without ``late``, not there)."""
    is_first = number == 0
    ledger.lesion(participant, "BASELINE", -1, 40)
    ledger.lesion(participant, "D28", 28, 30 - number)
    ledger.pcr(participant, "BASELINE", -1, "POSITIVE")
    for repeat, day in enumerate((7, 8), 1):
        ledger.pcr(participant, "D7", day, "NEGATIVE", repeat=repeat)
    fifth = str(DAY0 + timedelta(days=5))
    for visit, day in (("BASELINE", -1), ("D3", 3), ("D7", 7), ("D28", 28)):
        if late or not is_first or day < 5:
            odd = 400 if is_first and arm == "CELLS" and day > 5 else 0
            ledger.alt(
                participant, visit, day, 30 + 3 * number + (number * day) % 5 + odd + 4 * (arm == "CELLS" and day > 0)
            )
    if is_first and arm == "CELLS":
        rescue = {"treatment": "dexamethasone", "treatment_class": "CORTICOSTEROID", "indication": "worse"}
        rescue |= {"start_date": fifth, "ongoing": "Y", "rescue": "Y"}
        ledger.form(participant, "concomitant_treatment", "", rescue)
    elif is_first:
        ledger.add(participant, e.DoseGiven("CELLS", "D3", 1, f"{fifth}T10:00", "3.0e7", "cells", "L"))
    complete(ledger, participant)


@cache
def analyse_with(strategy: str, late: bool = True, size: int = 3) -> Bundle:
    """The trial when every analysis handles rescue and crossover by one strategy, where its family knows that."""
    return analyse(make_trial(size, partial(treat, late=late)), compile_all(strategy))


@cache
def compile_all(strategy: str) -> Definition:
    events = ", ".join(f"{{event: {kind}, kind: {kind}, strategy: {strategy}}}" for kind in ("RESCUE", "CROSSOVER"))
    lines = []
    for line in read_files(STUDY)["analysis.yaml"].splitlines():
        recipe = next((one for one in Recipe if f"recipe: {one.value}," in line), None)
        family = FAMILIES.get(recipe, Family.MODEL) if recipe else None
        if family not in (None, Family.EVENTS) and Strategy(strategy) in MEANINGS[family]:
            line = line.replace(" death: WORST_RANK,", "")
            line = line.replace("table:", f"estimand: {{variable: v, summary: s, intercurrent: [{events}]}}, table:")
        lines.append(line)
    compilation = compile_study({**read_files(STUDY), "analysis.yaml": "\n".join(lines)})
    assert compilation.definition is not None, compilation.errors
    return compilation.definition


@pytest.mark.parametrize(
    ("strategy", "dead", "known"), [("TREATMENT_POLICY", 0, 3), ("COMPOSITE", 1, 3), ("HYPOTHETICAL", 0, 2)]
)
@pytest.mark.parametrize("arm", ["CELLS", "CONTROL"])
def test_a_share_of_a_bad_event(strategy, dead, known, arm):
    """Alive whatever happened; dead or rescued (or crossed over), the composite; or not known after day 5."""
    row = pick(analyse_with(strategy), "S1_MAIN", "count", parameter="DEATH28", visit="D28", group=arm)
    assert (row.value, row.n_used, row.n_missing) == (dead, known, 3 - known)


@pytest.mark.parametrize(
    ("strategy", "ends"),
    [("TREATMENT_POLICY", (3, 0, 0)), ("COMPOSITE", (2, 1, 0)), ("COMPETING", (2, 1, 0)), ("HYPOTHETICAL", (2, 0, 1))],
)
@pytest.mark.parametrize("arm", ["CELLS", "CONTROL"])
def test_a_time_to_a_good_event(strategy, ends, arm):
    """Clears on day 7 all the same; never clears; or is censored on day 5."""
    bundle = analyse_with(strategy)
    names = ("events", "competing", "censored")
    assert tuple(pick(bundle, "S3_MAIN", name, parameter="TTNEG", group=arm).value for name in names) == ends


@pytest.mark.parametrize(("strategy", "alive"), [("TREATMENT_POLICY", 1), ("COMPOSITE", 2 / 3), ("HYPOTHETICAL", 1)])
def test_a_time_to_a_bad_event(strategy, alive):
    """Kaplan-Meier of death: the composite falls to 2/3 on day 5, the others stay at 1."""
    row = pick(analyse_with(strategy), "S1_KM", "estimate", parameter="DEATH28", visit="D28", group="CELLS")
    assert row.value == pytest.approx(alive)


@pytest.mark.parametrize("strategy", ["WHILE_ALIVE", "HYPOTHETICAL"])
def test_a_model_uses_what_was_measured_before(strategy):
    """The same numbers as if the values after day 5 had never been recorded; with treatment policy they count."""
    find = partial(pick, analysis="S2_MMRM", statistic="estimate", parameter="ALT", visit="D7", group=BOTH)
    wanted = find(analyse_with("TREATMENT_POLICY", late=False, size=8)).value
    assert wanted is not None
    assert find(analyse_with(strategy, size=8)).value == pytest.approx(wanted)
    assert find(analyse_with("TREATMENT_POLICY", size=8)).value > 1.2 * wanted


@pytest.mark.parametrize(
    ("strategy", "used", "finite"),
    [("COMPOSITE", 3, False), ("TREATMENT_POLICY", 3, True), ("WHILE_ALIVE", 2, True), ("HYPOTHETICAL", 2, True)],
)
@pytest.mark.parametrize("arm", ["CELLS", "CONTROL"])
def test_a_rank(strategy, used, finite, arm):
    """Who was rescued or got the other arm's treatment: used, behind everybody else, or not used after it."""
    row = pick(analyse_with(strategy), "P1_MAIN", "max", parameter="LESION", visit="D28", group=arm)
    assert (row.n_used, row.value is not None) == (used, finite)


def test_side_effects_while_alive_are_those_until_death_and_nothing_else():
    assert not compile_with("WHILE_ALIVE", "DEATH", "P2_MAIN").errors
    assert [one.code for one in compile_with("WHILE_ALIVE", "RESCUE", "P2_MAIN").errors] == ["strategy"]


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


def tell_differences(ledger: Ledger, participant: str, arm: str, number: int, with_lesion: bool = True) -> None:
    """The treated get better and the controls worse, in lesion and ALT."""
    for visit, day in (("BASELINE", -1), ("D3", 3), ("D7", 7), ("D28", 28)):
        up = 0 if day < 0 else (-8 if arm == "CELLS" else 4)
        if with_lesion:
            ledger.lesion(participant, visit, day, 40 + number + up)
        ledger.alt(participant, visit, day, 40 + 2 * number + up + (number * day) % 3)
    complete(ledger, participant)


def adjust(families: str, with_lesion: bool = True) -> dict[tuple[str, str], float | None]:
    """By analysis and statistic, the value of each row that is adjusted and of its adjustment."""
    definition = compile_with("COMPOSITE", "DEATH", extra=f"\nmultiplicity: {{families: {families}}}\n").definition
    assert definition is not None
    rows = analyse(make_trial(8, partial(tell_differences, with_lesion=with_lesion)), definition).rows
    found: dict[tuple[str, str], float | None] = {}
    for row in [one for one in rows if one.statistic == "p_adjusted"]:
        place = (row.analysis, row.parameter, row.visit, row.group, row.category)
        raw = [one for one in rows if one.statistic == "p"]
        raw = [one for one in raw if (one.analysis, one.parameter, one.visit, one.group, one.category) == place]
        found[row.analysis, "p"], found[row.analysis, "p_adjusted"] = raw[0].value, row.value
    return found


def test_holm_inside_a_family_and_a_gate_between_two():
    """As Holm 1979 and Westfall & Krishen 2001 say it: twice the smaller p, then the larger; and nothing before the
    safety family was rejected."""
    one = adjust("[[P1_MAIN, S2_MMRM]]")
    low, high = sorted(("P1_MAIN", "S2_MMRM"), key=lambda name: one[name, "p"])
    assert 0 < one[low, "p"] < one[high, "p"] < 0.05
    assert one[low, "p_adjusted"] == pytest.approx(2 * one[low, "p"])
    assert one[high, "p_adjusted"] == pytest.approx(max(2 * one[low, "p"], one[high, "p"]))
    gated = adjust("[[S1_MAIN], [P1_MAIN]]")
    assert gated["S1_MAIN", "p"] == gated["P1_MAIN", "p_adjusted"] == 1.0 > gated["P1_MAIN", "p"]


def test_what_could_not_be_tested_keeps_the_gate_closed():
    found = adjust("[[P1_MAIN], [S2_MMRM]]", with_lesion=False)
    assert found["S2_MMRM", "p"] < 0.05 and found["S2_MMRM", "p_adjusted"] == 1.0
    shared = adjust("[[P1_MAIN, S2_MMRM]]", with_lesion=False)
    assert shared["S2_MMRM", "p_adjusted"] == pytest.approx(2 * shared["S2_MMRM", "p"])


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
