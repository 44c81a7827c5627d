"""Figures: well-formed, without ids or styles, and true to what they were given."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.sample import load_definition, make_bundle
from trialwright.report.display import Figure
from trialwright.report.document import render_document
from trialwright.report.intervals import Forest, Whisker, render_forest
from trialwright.report.profiles import Courses, Panel, render_courses
from trialwright.report.steps import Curve, Curves, render_curves
from trialwright.report.svg import Scale, compute_log_ticks, compute_ticks, wrap_text
from trialwright.report.view import fold_view

_SVG = "{http://www.w3.org/2000/svg}"


def _figures() -> list[Figure]:
    document = render_document(fold_view(load_definition(), make_bundle(), "en", True))
    return [block for section in document.sections for block in section.blocks if isinstance(block, Figure)]


def test_the_report_has_its_figures() -> None:
    """Flow, baseline differences, overview, the nine endpoints, adverse events, courses of life."""
    numbers = [figure.number for figure in _figures()]
    assert {"14.1.1.F", "14.1.3.F", "14.2.F", "14.3.1.2.F", "16.2.F"} <= set(numbers)
    assert sum(number.startswith("14.2.") for number in numbers) >= 9
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("figure", _figures(), ids=lambda figure: figure.number)
def test_figures_are_plain_svg(figure: Figure) -> None:
    """A policy of hashes forbids style attributes; ids would collide; text must be text."""
    root = ET.fromstring(figure.svg)
    assert root.tag == f"{_SVG}svg"
    for node in root.iter():
        assert "style" not in node.attrib and "id" not in node.attrib and "class" not in node.attrib
        assert "nan" not in "".join(node.attrib.values()).lower()
    assert figure.description


def test_every_participant_has_a_course_and_a_lane() -> None:
    """The figure of courses names each participant once; so does the figure of lives."""
    figures = {figure.number: figure.svg for figure in _figures()}
    assert figures["14.2.1.F1"].count("<title>S01-") == 20
    assert all(f">S01-{number:03d}<" in figures["16.2.F"] for number in range(1, 21))


def test_a_curve_stays_where_the_last_step_left_it() -> None:
    """The drawn path of a step curve ends at the horizon, at the height of its last step."""
    curve = Curve("A", [(0, 1.0, None, None, 10.0), (7, 0.5, None, None, 10.0)])
    svg = render_curves(Curves([curve], 28, "y", "x", "At risk", "label", (0, 7, 14, 28)))
    path = next(node for node in ET.fromstring(svg).iter(f"{_SVG}path") if node.get("stroke-width") == "2.2")
    points = [tuple(map(float, point.split(","))) for point in path.attrib["d"][1:].split("L")]
    assert points[-1][1] == points[-2][1] == pytest.approx((points[0][1] + 284) / 2, abs=0.5)
    assert points[-1][0] > points[-2][0]


def test_nothing_to_draw_is_drawn_as_nothing() -> None:
    """Empty arms, no events and missing limits are drawn without failing."""
    assert render_curves(Curves([], 28, "y", "x", "At risk", "label")).startswith("<svg")
    empty = Courses([Panel("A", {}, [])], [(0, "BL")], "y", "x", "label")
    assert render_courses(empty).startswith("<svg")
    lone = Whisker("A", None, None, None, "—")
    assert render_forest(Forest([lone], "label")).startswith("<svg")


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_cover_their_range(low: float, width: float) -> None:
    """The first tick is at or below the low end, the last at or above the high end, few in between."""
    ticks = compute_ticks(low, low + width)
    slack = 1e-6 * max(abs(low), width)
    assert ticks[0] <= low + slack and ticks[-1] >= low + width - slack
    assert 2 <= len(ticks) <= 8


@given(st.floats(1e-3, 1e3), st.floats(1, 1e4))
def test_log_ticks_cover_their_range(low: float, ratio: float) -> None:
    """As for linear ticks, on a logarithmic axis."""
    ticks = compute_log_ticks(low, low * ratio)
    assert ticks[0] <= low * 1.0001 and ticks[-1] >= low * ratio * 0.9999


def test_stops_place_visits_at_equal_steps() -> None:
    """Between two stops days are in proportion."""
    scale = Scale(0, 180, 0, 100, stops=((0, 0), (28, 0.5), (180, 1)))
    assert [scale.place(day) for day in (0, 14, 28, 104, 180)] == [0, 25, 50, 75, 100]


def test_wrapping_keeps_every_word() -> None:
    """No text is lost, in either script."""
    english = "Improvement of clinical symptoms including duration of fever"
    assert " ".join(wrap_text(english, 120)) == english
    assert "".join(wrap_text("间充质干细胞治疗组的不良反应", 60)) == "间充质干细胞治疗组的不良反应"
