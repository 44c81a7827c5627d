"""Useless data through ledger, snapshot and datasets: every analysis answers, in words where there is no number."""

from collections.abc import Callable

import pytest

from tests.analyse.rows import analyse, complete, make_trial, study_with_everything
from tests.analyse.test_laws import check_rows
from tests.snapshot.build import Ledger
from trialwright.ledger import entries as e
from trialwright.results import Bundle, ResultRow

Tell = Callable[[Ledger, str, str, int], None]
VISITS = (("BASELINE", -1), ("D3", 3), ("D7", 7), ("D28", 28))


def write(lesion: object, alt: object, pcr: str = "POSITIVE", dies: bool = False, event: bool = False) -> Tell:
    """Everybody has these values at every visit."""

    def tell(ledger: Ledger, participant: str, arm: str, number: int) -> None:
        for visit, day in VISITS:
            ledger.lesion(participant, visit, day, lesion)  # type: ignore[arg-type]
            ledger.alt(participant, visit, day, alt)  # type: ignore[arg-type]
            if pcr:
                ledger.pcr(participant, visit, day, pcr)
                ledger.pcr(participant, visit, day + 1, pcr, repeat=2)
        if event:
            ledger.event(participant, 1, 1, causality="PROBABLE", grade="3")
        if dies:
            ledger.add(participant, e.Died("2020-02-12"))
        else:
            complete(ledger, participant)

    return tell


def say_nothing(ledger: Ledger, participant: str, arm: str, number: int) -> None:
    """The forms are there and no value is."""
    for visit, day in VISITS:
        on = {"reader": "READER_1", "scanned_at": f"2020-02-{3 + max(day, 0):02d}", "quality": "GOOD"}
        ledger.form(participant, "ct_read", visit, on, missing={"lesion_percent": "NOT_DONE"})


def only(arm: str, tell: Tell) -> Tell:
    return lambda ledger, participant, mine, number: tell(ledger, participant, mine, number) if mine == arm else None


USELESS: dict[str, tuple[int, tuple[str, ...], Tell]] = {
    "one arm is empty": (4, ("CELLS",), write(30, 25)),
    "one participant": (1, ("CELLS",), write(30, 25)),
    "all values are equal": (4, ("CELLS", "CONTROL"), write(30, 25)),
    "no events": (4, ("CELLS", "CONTROL"), write(30, 25, "POSITIVE")),
    "all events": (4, ("CELLS", "CONTROL"), write(30, 25, "NEGATIVE", dies=True, event=True)),
    "everything is missing": (4, ("CELLS", "CONTROL"), say_nothing),
    "nothing was recorded": (4, ("CELLS", "CONTROL"), lambda *_: None),
    "values of one arm only": (4, ("CELLS", "CONTROL"), only("CELLS", write(30, 25))),
    "infinite": (4, ("CELLS", "CONTROL"), write("inf", "-Infinity")),
    "beyond every number": (4, ("CELLS", "CONTROL"), write("1e400", "1e308")),
    "not a number": (4, ("CELLS", "CONTROL"), write("NaN", "nan")),
    "text in a number": (4, ("CELLS", "CONTROL"), write("about thirty", "<5")),
}


@pytest.fixture(scope="module")
def bundles() -> dict[str, Bundle]:
    """The study with every method of every recipe, once for each kind of useless data."""
    return {
        name: analyse(make_trial(size, tell, arms), study_with_everything())
        for name, (size, arms, tell) in USELESS.items()
    }


@pytest.mark.parametrize("name", USELESS)
def test_useless_data_give_rows_that_say_why(bundles, name):
    check_rows(bundles[name])
    planned = {one.id for one in study_with_everything().plan.analyses}
    assert planned <= {row.analysis for row in bundles[name].rows}, "an analysis gives no row at all"


def list_comparing(bundle: Bundle, parameter: str) -> list[ResultRow]:
    return [
        row
        for row in bundle.rows
        if row.parameter == parameter and " - " in row.group and row.statistic in ("estimate", "p")
    ]


@pytest.mark.parametrize("name", ["infinite", "beyond every number", "not a number", "text in a number"])
def test_what_is_no_number_is_missing_and_counted(bundles, name):
    """A lesion that cannot be read is not analysed, and the participant counts as without a value."""
    rows = list_comparing(bundles[name], "LESION")
    assert rows and all(row.value is None and row.warnings for row in rows)
    arms = [
        row
        for row in bundles[name].rows
        if row.analysis == "P1_DESCRIBE" and row.statistic == "mean" and row.group == "CELLS"
    ]
    assert arms and all(row.value is None and row.n_missing == 4 for row in arms if row.visit), arms


@pytest.mark.parametrize(
    "name", ["one arm is empty", "everything is missing", "nothing was recorded", "values of one arm only"]
)
def test_two_arms_of_which_one_has_no_values_are_not_compared(bundles, name):
    for row in list_comparing(bundles[name], "LESION"):
        assert row.value is None and row.warnings, row


def test_equal_values_do_not_differ(bundles):
    rows = [row for row in list_comparing(bundles["all values are equal"], "LESION") if row.analysis == "P1_MAIN"]
    shift = [row.value for row in rows if row.method.startswith("hodges_lehmann") and row.statistic == "estimate"]
    tests = [
        row.value for row in rows if row.method.startswith(("hodges_lehmann", "wilcoxon")) and row.statistic == "p"
    ]
    assert shift == [0.0] and tests == [1.0, 1.0]
