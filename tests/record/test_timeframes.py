"""Time frames of real records, read by eye; days by arithmetic (week 7, month 30.4375, year 365.25 days)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.record import Record
from trialwright.record.timeframes import Role, Unit, find_time_points


def test_the_nine_time_points_of_the_study(page: Record) -> None:
    frames = [find_time_points(one.time_frame) for one in page.protocol.outcomes.unlabelled_outcomes]
    assert frames[1].days == (0, 3, 6, 10, 14, 21, 28, 90, 180)
    assert [point.unit for point in frames[1].points] == [Unit.BASELINE] + [Unit.DAY] * 8
    assert frames[0].days == (0, 3, 6, 10, 14, 21, 28)
    assert frames[4].days == (28,)
    assert all(not frame.unread for frame in frames)
    assert len({day for frame in frames for day in frame.days}) == 9


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Day 28", (28,)),
        ("28 days", (28,)),
        ("week 12", (84,)),
        ("Day14 and Day 21", (14, 21)),
        ("Days 0, 7 and 14", (0, 7, 14)),
        ("Week 1,2,3,4,5,6,7,8", (7, 14, 21, 28, 35, 42, 49, 56)),
        ("Baseline, 6 weeks and 13 weeks post-dose", (0, 42, 91)),
        ("Baseline, 6 and 24 hours and 1, 2, 4, 6 weeks and 13 weeks post-dose", (0, 1, 7, 14, 28, 42, 91)),
        ("Upon completion of 8-week period", (56,)),
        ("6-8 weeks", (42, 56)),
        ("Day -1", (-1,)),
        ("D28 and W12", (28, 84)),
        ("24 months", (730,)),
        ("1 year", (365,)),
        ("6th month", (182,)),
        ("through study completion, an average of 1 year", ()),
        ("", ()),
    ],
)
def test_days(text: str, days: tuple[int, ...]) -> None:
    assert find_time_points(text).days == days


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("up to 6 months", [Role.UP_TO]),
        ("Day 1 to Day 21", [Role.FROM, Role.TO]),
        ("Baseline to Week 16", [Role.FROM, Role.TO]),
        ("every 3 months up to 2 years", [Role.EVERY, Role.UP_TO]),
        ("an average of 1 year", [Role.ABOUT]),
        ("Day 3", [Role.AT]),
    ],
)
def test_roles(text: str, roles: list[Role]) -> None:
    assert [point.role for point in find_time_points(text).points] == roles


def test_what_is_not_understood_is_kept() -> None:
    assert find_time_points("Half annually for three years").unread == ("Half annually",)
    assert find_time_points("13 weeks post-dose").unread == ("post-dose",)
    assert find_time_points("Cycle 1 Day 1").unread == ("Cycle 1",)


def test_what_is_assumed_is_said() -> None:
    (named,) = find_time_points("Day 3").points
    assert named.assumed == ()
    (length,) = find_time_points("3 months").points
    assert len(length.assumed) == 2
    (doubtful,) = find_time_points("Day-1").points
    assert doubtful.ambiguous


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=8, unique=True))
def test_any_list_of_days_is_read_back(days: list[int]) -> None:
    shown = ", ".join(f"Day {day}" for day in days)
    frame = find_time_points(f"At Baseline, {shown}")
    assert frame.days == tuple(sorted({0, *days}))
    assert frame.unread == ()


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    frame = find_time_points(text)
    assert all(text[point.start : point.end] == point.text for point in frame.points)
    assert all(piece in text for piece in frame.unread)
