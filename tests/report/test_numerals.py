"""Numbers on paper: rounding, signs, alignment."""

import re

from hypothesis import given
from hypothesis import strategies as st

from trialwright.report.numerals import (
    FIGURE_SPACE,
    POINT_SPACE,
    align_numerals,
    choose_decimals,
    render_percent,
    render_probability,
    render_value,
)
from trialwright.report.people import render_runs


def test_halves_go_away_from_zero_and_signs_are_true() -> None:
    """ICH tables and SAS print 0.2 for 0.15; binary half-even would print 0.1."""
    assert render_value(0.15, 1) == "0.2"
    assert render_value(-2.5, 0) == "−3"
    assert render_value(-0.04, 1) == "0.0"
    assert render_percent(0.0) == "0.0\u00a0%"


def test_small_p_is_never_zero() -> None:
    """p below a thousandth is printed as such."""
    assert render_probability(0.0) == "<\u200a0.001"
    assert render_probability(0.0005) == "<\u200a0.001"
    assert render_probability(0.0014) == "0.001"
    assert render_probability(None) == "—"


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=8), st.integers(0, 3))
def test_aligned_single_numbers_have_their_point_at_one_place(values: list[float], decimals: int) -> None:
    """After padding every text of a column is as long as every other, and the points are at one place."""
    texts = align_numerals([render_value(value, decimals) for value in values])
    assert len({len(text) for text in texts}) == 1
    assert len({text.index(".") for text in texts if "." in text}) <= 1


@given(st.lists(st.tuples(st.integers(0, 500), st.floats(0, 100)), min_size=1, max_size=8))
def test_alignment_changes_nothing_but_space(pairs: list[tuple[int, float]]) -> None:
    """Taking the padding away gives the text back."""
    texts = [f"{count} ({render_percent(share)})" for count, share in pairs]
    aligned = align_numerals(texts)
    assert [re.sub(f"[{FIGURE_SPACE}{POINT_SPACE}]", "", text) for text in aligned] == texts


def test_decimals_follow_the_size_of_values() -> None:
    """About three digits; whole numbers stay whole."""
    assert choose_decimals([512.3, 480.9]) == 0
    assert choose_decimals([3.0, 12.0]) == 0
    assert choose_decimals([None, 0.83]) == 2
    assert choose_decimals([]) == 1


@given(st.sets(st.integers(0, 60)))
def test_runs_name_exactly_their_places(places: set[int]) -> None:
    """Unpacking the runs gives the places back."""
    unpacked: set[int] = set()
    for run in render_runs(sorted(places)).split(",") if places else []:
        first, _, last = run.partition("-")
        unpacked |= set(range(int(first), int(last or first) + 1))
    assert unpacked == places
