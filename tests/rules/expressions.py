"""Random well-typed rules, each written twice: as a rule, and as PostgreSQL would be told by hand what is meant.

The second text is an oracle that shares nothing with the compiler: it uses PostgreSQL's own dates, its own precedence
and its own parser. It writes out only what the subset defines beyond SQL: numbers are double precision, and a quotient
by 0 is NULL.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from hypothesis import strategies as st

from trialwright.rules.types import Column, RuleType, Scope

NUMBERS, CODES = ("n.a", "n.b", "n.c"), ("c.a", "c.b")
DATES, FLAGS = ("d.a", "d.b"), ("f.a", "f.b")
CODELIST = frozenset({"Y", "N", "it's", "阳性", ""})
KINDS = {RuleType.NUMBER: NUMBERS, RuleType.CODE: CODES, RuleType.DATE: DATES, RuleType.BOOLEAN: FLAGS}
COLUMNS = {
    name: Column(name, kind, CODELIST if kind is RuleType.CODE else None)
    for kind, names in KINDS.items()
    for name in names
}
SCOPE = Scope(COLUMNS)

LITERALS = ("0", "1", "2", "7", "0.1", "37.5", "1e3", "3.0e7", "0.000001", "999999999999999", "12345.6789")
DAYS = (date(1, 1, 1), date(1950, 1, 27), date(1970, 1, 1), date(2020, 2, 29), date(9999, 12, 31))


@dataclass(frozen=True)
class Text:
    """A rule and its oracle, and how tightly both hold together (1 OR … 8 an atom)."""

    rule: str
    oracle: str
    bind: int = 8

    def inside(self, least: int) -> "Text":
        """Itself, in parentheses where it holds together less than ``least``."""
        return self if self.bind >= least else Text(f"({self.rule})", f"({self.oracle})")


def _join(template: str, parts: list[Text], bind: int = 8) -> Text:
    return Text(
        template.format(*(part.rule for part in parts)), template.format(*(part.oracle for part in parts)), bind
    )


def _quote(code: str) -> str:
    return "'" + code.replace("'", "''") + "'"


def _column(name: str) -> Text:
    return Text(name, f'"{name}"')


def _literal(kind: RuleType) -> st.SearchStrategy[Text]:
    if kind is RuleType.NUMBER:
        positive = st.sampled_from(LITERALS).map(lambda n: Text(n, f"CAST({n} AS double precision)"))
        return positive | positive.map(lambda t: Text(f"-{t.rule}", f"(-{t.oracle})", 7))
    if kind is RuleType.CODE:
        return st.sampled_from(sorted(CODELIST)).map(lambda code: Text(_quote(code), f"CAST({_quote(code)} AS text)"))
    if kind is RuleType.DATE:
        return st.sampled_from(DAYS).map(lambda day: Text(f"DATE '{day}'", f"DATE '{day}'"))
    return st.sampled_from(("TRUE", "FALSE")).map(lambda word: Text(word, word))


@cache
def expressions(kind: RuleType, depth: int = 4) -> st.SearchStrategy[Text]:
    """Rules of one type, nested up to ``depth``."""
    leaf = st.sampled_from(KINDS[kind]).map(_column)
    if depth == 0:
        return st.one_of(leaf, leaf, _literal(kind))
    own = {RuleType.NUMBER: _numbers, RuleType.BOOLEAN: _conditions}.get(kind, lambda _: [])(depth)
    leaves = [leaf, _literal(kind)] if depth < 3 or not own else []  # deep enough that precedence matters
    return st.one_of(*leaves, _choices(kind, depth).map(lambda text: text), *own)  # map: choices have one share of all


def _choices(kind: RuleType, depth: int) -> st.SearchStrategy[Text]:
    """COALESCE and CASE, with conditions that are simple."""
    below = expressions(kind, depth - 1)
    condition = expressions(RuleType.BOOLEAN, min(1, depth - 1))
    two = st.tuples(condition, below)
    return st.one_of(
        st.lists(below, min_size=2, max_size=3).map(
            lambda parts: _join("COALESCE(" + ", ".join(["{}"] * len(parts)) + ")", parts)
        ),
        st.tuples(two, two).map(lambda p: _join("CASE WHEN {} THEN {} WHEN {} THEN {} END", [*p[0], *p[1]])),
        st.tuples(condition, below, below).map(lambda p: _join("CASE WHEN {} THEN {} ELSE {} END", list(p))),
        two.map(lambda p: _join("CASE WHEN {} THEN NULL ELSE {} END", list(p))),
        st.tuples(expressions(RuleType.CODE, 0), _literal(RuleType.CODE), below, below).map(
            lambda p: _join("CASE {} WHEN {} THEN {} ELSE {} END", list(p))
        ),
    )


def _numbers(depth: int) -> list[st.SearchStrategy[Text]]:
    below, days = expressions(RuleType.NUMBER, depth - 1), expressions(RuleType.DATE, depth - 1)
    pair = st.tuples(below, below)
    return [
        pair.map(lambda p: _join("{} + {}", [p[0].inside(5), p[1].inside(6)], 5)),
        pair.map(lambda p: _join("{} - {}", [p[0].inside(5), p[1].inside(6)], 5)),
        pair.map(lambda p: _join("{} * {}", [p[0].inside(6), p[1].inside(7)], 6)),
        pair.map(lambda p: _quotient(p[0].inside(6), p[1].inside(7))),
        below.map(lambda t: _join("- {}", [t.inside(8)], 7)),
        below.map(lambda t: _join("ABS({})", [t])),
        st.tuples(days, days).map(lambda p: _difference(p[0].inside(5), p[1].inside(6))),
    ]


def _quotient(left: Text, right: Text) -> Text:
    return Text(f"{left.rule} / {right.rule}", f"{left.oracle} / NULLIF({right.oracle}, 0)", 6)


def _difference(left: Text, right: Text) -> Text:
    return Text(f"({left.rule} - {right.rule})", f"CAST({left.oracle} - {right.oracle} AS double precision)")


def _conditions(depth: int) -> list[st.SearchStrategy[Text]]:
    below = expressions(RuleType.BOOLEAN, depth - 1)
    kinds = [expressions(kind, depth - 1) for kind in RuleType]
    ordered = [expressions(kind, depth - 1) for kind in (RuleType.NUMBER, RuleType.DATE)]
    several = st.lists(below, min_size=2, max_size=4)
    return [
        several.map(lambda parts: _join(" AND ".join(["{}"] * len(parts)), [part.inside(3) for part in parts], 2)),
        several.map(lambda parts: _join(" OR ".join(["{}"] * len(parts)), [part.inside(2) for part in parts], 1)),
        below.map(lambda t: _join("NOT {}", [t.inside(3)], 3)),
        *(_comparisons(kind, "=", "<>") for kind in kinds),
        *(_comparisons(kind, "<", "<=", ">", ">=") for kind in ordered),
        *(
            st.tuples(kind, kind, kind, st.sampled_from(("", "NOT "))).map(
                lambda p: _join("{} " + p[3] + "BETWEEN {} AND {}", [part.inside(5) for part in p[:3]], 4)
            )
            for kind in ordered
        ),
        *(_memberships(kind, depth) for kind in (RuleType.NUMBER, RuleType.CODE, RuleType.DATE)),
        *(
            st.tuples(kind, st.sampled_from(("NULL", "NOT NULL"))).map(
                lambda p: _join("{} IS " + p[1], [p[0].inside(5)], 4)
            )
            for kind in kinds
        ),
    ]


def _comparisons(kind: st.SearchStrategy[Text], *signs: str) -> st.SearchStrategy[Text]:
    return st.tuples(kind, st.sampled_from(signs), kind).map(
        lambda p: _join("{} " + p[1] + " {}", [p[0].inside(5), p[2].inside(5)], 4)
    )


def _memberships(kind: RuleType, depth: int) -> st.SearchStrategy[Text]:
    values = st.lists(_literal(kind), min_size=1, max_size=4)
    return st.tuples(expressions(kind, depth - 1), st.sampled_from(("", "NOT ")), values).map(
        lambda p: _join("{} " + p[1] + "IN (" + ", ".join(["{}"] * len(p[2])) + ")", [p[0].inside(5), *p[2]], 4)
    )
