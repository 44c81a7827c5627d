"""From captured text to values: exact, or refused with the reason."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.rules.types import RuleType
from trialwright.rules.values import FIRST_DAY, LAST_DAY, from_day, parse_value, to_day


@given(st.dates())
def test_day_numbers_count_days_since_the_epoch(day: date) -> None:
    assert from_day(to_day(day)) == day
    assert FIRST_DAY <= to_day(day) <= LAST_DAY
    assert date(1970, 1, 1) + timedelta(days=to_day(day)) == day


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("37.3", RuleType.NUMBER, 37.3),
        ("-3.0e7", RuleType.NUMBER, -3.0e7),
        ("0", RuleType.NUMBER, 0.0),
        ("1970-01-01", RuleType.DATE, 0),
        ("1969-12-31", RuleType.DATE, -1),
        ("true", RuleType.BOOLEAN, True),
        ("false", RuleType.BOOLEAN, False),
        ("Y", RuleType.CODE, "Y"),
        (None, RuleType.NUMBER, None),
    ],
)
def test_a_text_becomes_its_value(text: str | None, kind: RuleType, value: object) -> None:
    got = parse_value(text, kind)
    assert got == value and type(got) is type(value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("NaN", RuleType.NUMBER),
        ("inf", RuleType.NUMBER),
        ("1e999", RuleType.NUMBER),
        ("1e16", RuleType.NUMBER),
        ("1e-16", RuleType.NUMBER),
        ("<5", RuleType.NUMBER),
        ("", RuleType.NUMBER),
        ("2020-02", RuleType.DATE),
        ("2020-02-30", RuleType.DATE),
        ("20200227", RuleType.DATE),
        ("27.02.2020", RuleType.DATE),
        ("yes", RuleType.BOOLEAN),
        ("1", RuleType.BOOLEAN),
    ],
)
def test_anything_else_is_refused_with_the_reason(text: str, kind: RuleType) -> None:
    with pytest.raises(ValueError, match=r".{10}"):
        parse_value(text, kind)
