"""Two moments are compared to the minute, in every engine alike; where a time is not known, by the day."""

import itertools
from datetime import UTC, datetime, timedelta

import polars as pl
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.postgres import temporary_database
from tests.rules.scope import rule_of
from trialwright.rules.evaluate import RuleSet
from trialwright.rules.frame import evaluate_frame
from trialwright.rules.select import render_select
from trialwright.rules.types import Column, RuleType, Scope
from trialwright.rules.values import EPOCH

MOMENTS = {name: Column(f"f.{name}", RuleType.DATE, clock=f"f.{name}.clock") for name in ("a", "b", "c")}
CLOCKS = {column.clock: Column(column.clock, RuleType.NUMBER) for column in MOMENTS.values()}
SCOPE = Scope({**MOMENTS, **CLOCKS, "on": Column("f.on", RuleType.DATE)})
TEXTS = ("a < b", "a <= b", "a > b", "a >= b", "a = b", "a <> b", "a BETWEEN b AND c", "NOT a < b", "a < b OR b < c")
MEANINGS = {
    "a < b": lambda a, b, c: a < b, "a <= b": lambda a, b, c: a <= b, "a > b": lambda a, b, c: a > b,
    "a >= b": lambda a, b, c: a >= b, "a = b": lambda a, b, c: a == b, "a <> b": lambda a, b, c: a != b,
    "a BETWEEN b AND c": lambda a, b, c: b <= a <= c, "NOT a < b": lambda a, b, c: not a < b,
    "a < b OR b < c": lambda a, b, c: a < b or b < c,
}  # fmt: skip
RULES = {text: rule_of(text, SCOPE) for text in TEXTS}
moment = st.integers(-3000, 3000).map(
    lambda minutes: datetime(2020, 1, 27, 12, tzinfo=UTC) + timedelta(minutes=minutes)
)


def read(moments: dict[str, datetime], with_clock: bool = True) -> dict[str, float | int | None]:
    values: dict[str, float | int | None] = {}
    for name, at in moments.items():
        values[f"f.{name}"] = (at.date() - EPOCH).days
        values[f"f.{name}.clock"] = float(60 * at.hour + at.minute) if with_clock else None
    return values


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(moment, moment, moment), min_size=1, max_size=30))
def test_engines_agree_with_the_calendar_to_the_minute(triples):
    rows = [read(dict(zip("abc", triple, strict=True))) for triple in triples]
    wanted = [tuple(MEANINGS[text](*triple) for text in TEXTS) for triple in triples]
    rules = RuleSet(list(RULES.values()))
    assert [rules.evaluate(row) for row in rows] == wanted
    assert evaluate_frame(pl.DataFrame(rows), RULES).rows() == wanted


def test_postgresql_agrees_too(postgres_server):
    start = datetime(2020, 1, 27, 23, 50, tzinfo=UTC)
    kinds = {column.name: "integer" for column in MOMENTS.values()} | dict.fromkeys(CLOCKS, "double precision")
    source = "(SELECT " + ", ".join(f'%s::{kind} AS "{name}"' for name, kind in kinds.items()) + ") AS participants"
    query = render_select(list(RULES.values()), source).encode()
    with temporary_database(postgres_server) as url, psycopg.connect(url, autocommit=True) as connection:
        for gaps in itertools.product((0, 9, 10, 1440), repeat=3):
            moments = {name: start + timedelta(minutes=gap) for name, gap in zip("abc", gaps, strict=True)}
            values = read(moments)
            found = connection.execute(query, [values[name] for name in kinds]).fetchone()
            assert list(found) == [MEANINGS[text](*moments.values()) for text in TEXTS]


def test_without_a_time_the_days_are_compared_and_without_a_day_nothing_is_known():
    early, late = datetime(2020, 1, 27, 9, tzinfo=UTC), datetime(2020, 1, 27, 17, tzinfo=UTC)
    rule = RuleSet([RULES["a < b"], RULES["a = b"]])
    assert rule.evaluate(read({"a": early, "b": late}, with_clock=False)) == (False, True)
    assert rule.evaluate(read({"a": early, "b": late})) == (True, False)
    assert rule.evaluate(read({"a": early})) == (None, None)


@pytest.mark.parametrize("text", ["a < on", "on <= a", "a = DATE '2020-01-27'", "a - b > 3"])
def test_a_moment_beside_a_date_is_its_day(text):
    assert not [name for name in rule_of(text, SCOPE).names if name.endswith(".clock")]
