"""One text, three engines, one answer: SQLite, DuckDB and PostgreSQL, on random rules and rows with NULLs.

Every answer is compared exactly, floats to the last bit (but for the sign of 0), with PostgreSQL's answer to an
oracle text that the compiler had no part in (see ``expressions``).
"""

import math
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.postgres import temporary_database
from tests.rules.expressions import CODELIST, COLUMNS, DAYS, SCOPE, Text, expressions, pairs
from trialwright.rules.compile import Rule, compile_rule
from trialwright.rules.evaluate import RuleSet
from trialwright.rules.frame import evaluate_frame
from trialwright.rules.types import RuleType
from trialwright.rules.values import LARGEST, SMALLEST, Value, to_day

ROWS = 60
_POOL: dict[RuleType, list[Value]] = {
    RuleType.NUMBER: [
        0.0, -0.0, 1.0, -1.0, 2.0, 7.0, 0.1, 0.2, 0.3, 37.5, 1 / 3, -12345.6789, 1e6 + 0.1, 1e-6,
        LARGEST, -LARGEST, SMALLEST, -SMALLEST, math.nextafter(LARGEST, 0), math.nextafter(1, 2),
    ],
    RuleType.CODE: sorted(CODELIST),
    RuleType.DATE: [to_day(day) for day in DAYS] + [18288, 18318, -7279, -7280],
    RuleType.BOOLEAN: [True, False],
}  # fmt: skip
_KINDS = [RuleType.NUMBER, RuleType.BOOLEAN] * 2 + [RuleType.DATE, RuleType.CODE]
_SQL_TYPES = {
    RuleType.NUMBER: "double precision",
    RuleType.CODE: "text",
    RuleType.DATE: "integer",
    RuleType.BOOLEAN: "boolean",
}


def _rows() -> list[dict[str, Value]]:
    """Rows with about a sixth of NULLs; the first is all NULL."""
    rng = np.random.default_rng(20200127)
    rows: list[dict[str, Value]] = [{}]
    for _ in range(ROWS - 1):
        row = {name: _POOL[column.type][rng.integers(len(_POOL[column.type]))] for name, column in COLUMNS.items()}
        rows.append({name: value for name, value in row.items() if rng.random() > 0.17})
    return rows


TABLE = _rows()
FRAME = pl.DataFrame(
    {name: pl.Series([row.get(name) for row in TABLE], strict=False) for name in COLUMNS},
).with_columns(pl.col(name).cast(pl.Int32) for name, column in COLUMNS.items() if column.type is RuleType.DATE)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL with the rows in two tables: as rules see them, and with dates as PostgreSQL's own."""

    connection: "psycopg.Connection[tuple[object, ...]]"

    def ask(self, table: str, texts: Sequence[str]) -> list[tuple[object, ...]]:
        """The rows of answers."""
        query = f"SELECT {', '.join(f'({text})' for text in texts)} FROM {table} ORDER BY position"
        return self.connection.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def server(postgres_server: str) -> Iterator[Server]:
    with temporary_database(postgres_server) as url, psycopg.connect(url, autocommit=True) as connection:
        types = {name: _SQL_TYPES[column.type] for name, column in COLUMNS.items()}
        columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
        connection.execute(f"CREATE TABLE canonical (position integer, {columns})".encode())
        holes = ", ".join(["%s"] * (len(COLUMNS) + 1))
        for position, row in enumerate(TABLE):
            values = [position, *(row.get(name) for name in COLUMNS)]
            connection.execute(f"INSERT INTO canonical VALUES ({holes})".encode(), values)
        meant = ", ".join(
            f'DATE \'1970-01-01\' + "{name}" AS "{name}"' if kind == "integer" else f'"{name}"'
            for name, kind in types.items()
        )
        connection.execute(f"CREATE TABLE meant AS SELECT position, {meant} FROM canonical".encode())
        yield Server(connection)


def _compiled(text: Text) -> Rule | None:
    """The rule; None where its numbers could leave a double's range, which is the one finding it may have."""
    rule = compile_rule(text.rule, SCOPE)
    if isinstance(rule, Rule):
        return rule
    assert {finding.code for finding in rule} <= {"out-of-range", "unknown-code", "too-deep"}, (text, rule)
    return None


def _plain(value: object) -> object:
    if isinstance(value, date):
        return to_day(value)
    return value


def check_answers(server: Server, texts: Sequence[Text]) -> int:
    """How many rules were compared, in all engines and all rows."""
    pairs = [(rule, text) for text in texts if (rule := _compiled(text)) is not None]
    if not pairs:
        return 0
    rules = [rule for rule, _ in pairs]
    meant = [tuple(map(_plain, row)) for row in server.ask("meant", [text.oracle for _, text in pairs])]
    postgres = server.ask("canonical", [rule.sql for rule in rules])
    prepared = RuleSet(rules)
    sqlite = [prepared.evaluate(row) for row in TABLE]
    duckdb = [
        tuple(map(_plain, row))
        for row in evaluate_frame(FRAME, dict(zip(map(str, range(len(rules))), rules, strict=True))).rows()
    ]
    for number, (rule, text) in enumerate(pairs):
        for position in range(ROWS):
            answers = [engine[position][number] for engine in (meant, postgres, sqlite, duckdb)]
            same = all(answer == answers[0] and type(answer) is type(answers[0]) for answer in answers)
            assert same, (text.rule, rule.sql, TABLE[position], answers)
    return len(pairs)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(texts=st.lists(st.sampled_from(_KINDS).flatmap(expressions), min_size=1, max_size=8))
def test_engines_agree(server: Server, texts: list[Text]) -> None:
    check_answers(server, texts)


def test_each_construct_inside_each_construct(server: Server) -> None:
    texts = list(pairs())
    compared = sum(check_answers(server, texts[start : start + 50]) for start in range(0, len(texts), 50))
    assert compared == len(texts) > 2_000


def test_three_valued_logic_is_sqls(server: Server) -> None:
    flags = [Text(name, f'"{name}"') for name in ("f.a", "f.b")]
    texts = [
        Text(template.format(a.rule, b.rule), template.format(a.oracle, b.oracle))
        for template in ("{} AND {}", "{} OR {}", "NOT {0} AND {1}", "{} = {}", "{} <> {}", "NOT ({} OR {})")
        for a in flags
        for b in flags
    ]
    seen = {(row.get("f.a"), row.get("f.b")) for row in TABLE}
    assert len(seen) == 9, "the rows hold each pair of true, false and unknown"
    assert check_answers(server, texts) == len(texts)


def test_where_engines_left_alone_disagree_the_subset_does_not(server: Server) -> None:
    texts = [
        Text("7 / 2 * n.a", 'CAST(3.5 AS double precision) * "n.a"'),
        Text("n.a / n.b", '"n.a" / NULLIF("n.b", 0)'),
        Text("n.a / 0", "CAST(NULL AS double precision)"),
        Text("(d.a - d.b) / 2", 'CAST("d.a" - "d.b" AS double precision) / 2'),
        Text("n.a = 0.1 OR n.a IN (0.2, 37.5)", '"n.a" IN (0.1::float8, 0.2::float8, 37.5::float8)'),
        Text("0.1 + 0.2 = n.a", '0.1::float8 + 0.2::float8 = "n.a"'),
        Text("c.a = 'N'", "\"c.a\" = 'N'"),
        Text("n.a NOT IN (1, 2)", '"n.a" <> 1 AND "n.a" <> 2'),
    ]
    assert check_answers(server, texts) == len(texts)


@pytest.mark.parametrize(
    "text",
    [
        "n.a * n.b * n.c * n.a * n.b * n.c",
        "n.a / (n.b / (n.c / n.a))",
        "(n.a - n.b) / (n.b - n.c) / n.c",
        "n.a / n.b / n.c / n.a",
    ],
)
def test_the_largest_products_that_are_allowed_overflow_nowhere(server: Server, text: str) -> None:
    rule = compile_rule(text, SCOPE)
    assert isinstance(rule, Rule)
    assert check_answers(server, [Text(text, rule.sql)]) == 1


def test_what_is_refused_as_out_of_range_would_differ(server: Server) -> None:
    """PostgreSQL refuses an overflow, SQLite answers infinity: so no such rule is compiled."""
    product = " * ".join(['"n.a"'] * 25)
    assert not isinstance(compile_rule(product.replace('"n.a"', "n.a"), SCOPE), Rule)
    with pytest.raises(psycopg.errors.NumericValueOutOfRange):
        server.ask("canonical", [product])
    (answer,) = sqlite3.connect(":memory:").execute(f'SELECT {product} FROM (SELECT ? AS "n.a")', [LARGEST]).fetchone()
    assert answer == math.inf
