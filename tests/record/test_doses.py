"""Doses found in intervention texts of real records; both readings of 3.0*10E7 are given."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.record import Record
from trialwright.record.doses import find_doses
from trialwright.record.routes import find_route


def test_three_infusions_of_the_study(page: Record) -> None:
    (dose,) = find_doses(page.protocol.arms.interventions[0].description)
    assert dose.amount_text == "3.0*10E7"
    assert dose.amounts == (Decimal("3.0E+7"), Decimal("3.0E+8"))
    assert (dose.unit_text, dose.unit) == ("MSCs", "cells")
    assert dose.route is not None
    assert (dose.route.route, dose.route.text) == ("INTRAVENOUS", "intravenously")
    assert dose.days == (0, 3, 6)
    assert dose.times == 3
    assert {(mark.kind, mark.about) for mark in dose.marks} == {
        ("ambiguous", "amount"),
        ("ambiguous", "per"),
        ("assumed", "unit"),
    }


@pytest.mark.parametrize(
    ("text", "amounts", "unit", "ambiguous"),
    [
        ("1x10^6 cells/kg IV", ["1E+6"], "cells/kg", False),
        ("3×10⁷ UC-MSCs", ["3E+7"], "cells", False),
        ("3x107 cells", ["3E+7", "321"], "cells", True),
        ("10E7 cells", ["1E+7", "1E+8"], "cells", True),
        ("1E6 cells/kg", ["1E+6"], "cells/kg", False),
        ("1,000,000 cells", ["1000000"], "cells", False),
        ("5,000 IU SC", ["5000", "5.000"], "IU", True),
        ("10-20 mg/kg", ["10", "20"], "mg/kg", True),
        ("5 μg/disc dose of KTP-001", ["5"], "μg/disc", False),
        ("200mg TID", ["200"], "mg", False),
        ("0.5 mL", ["0.5"], "mL", False),
    ],
)
def test_amounts(text: str, amounts: list[str], unit: str, ambiguous: bool) -> None:
    (dose,) = find_doses(text)
    assert dose.amounts == tuple(Decimal(amount) for amount in amounts)
    assert dose.unit == unit
    assert any(mark.about == "amount" and mark.kind == "ambiguous" for mark in dose.marks) is ambiguous


def test_frequency_duration_and_single_doses() -> None:
    (tablet,) = find_doses("Hydroxychloroquine 200 mg tablet oral, one tablet three times a day for 7 days")
    assert (tablet.frequency, tablet.duration, tablet.times) == ("three times a day", "for 7 days", None)
    assert tablet.days == ()
    (once,) = find_doses("one time 50 μg/disc dose by intradiscal injection")
    assert once.times == 1
    assert once.route is not None
    assert once.route.route == "INTRADISCAL"


def test_several_amounts_in_one_sentence_are_marked() -> None:
    doses = find_doses("Two injections of Dupilumab 300 mg (for a total of 600 mg) as a loading dose on Day 1.")
    assert [dose.amount_text for dose in doses] == ["300", "600"]
    assert all(any(mark.about == "sentence" for mark in dose.marks) for dose in doses)


def test_a_count_that_disagrees_with_the_days_is_marked() -> None:
    (dose,) = find_doses("4 infusions of 1x10^6 cells at Day 0, Day 3, Day 6")
    assert any(mark.about == "times" and mark.kind == "ambiguous" for mark in dose.marks)


def test_texts_without_a_dose() -> None:
    assert find_doses("Undergo CT or PET/CT over 3-5 fractions in 2020") == ()
    assert find_doses("") == ()


@pytest.mark.parametrize(
    ("text", "route"),
    [("i.v. transfusion", "INTRAVENOUS"), ("IV", "INTRAVENOUS"), ("stage IV disease", None), ("by mouth", "ORAL")],
)
def test_routes(text: str, route: str | None) -> None:
    found = find_route(text)
    assert (found.route if found else None) == route


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    for dose in find_doses(text):
        assert text[dose.start : dose.end].strip() == dose.amount_text
        assert dose.amounts
