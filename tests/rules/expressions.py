"""Well-typed rules, each written twice: as a rule, and as PostgreSQL would be told by hand what is meant.

The second text is an oracle that shares nothing with the compiler: it uses PostgreSQL's own dates, its own precedence
and its own parser. It writes out only what the subset defines beyond SQL: numbers are double precision, and a quotient
by 0 is NULL. Both texts have parentheses only where PostgreSQL's table of precedence asks for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import count

from hypothesis import strategies as st

from trialwright.rules.types import Column, RuleType, Scope

NUMBER, CODE, DATE, BOOLEAN = RuleType.NUMBER, RuleType.CODE, RuleType.DATE, RuleType.BOOLEAN
CODELIST = frozenset({"Y", "N", "it's", "阳性", ""})
NAMES = {NUMBER: ("n.a", "n.b", "n.c"), CODE: ("c.a", "c.b"), DATE: ("d.a", "d.b"), BOOLEAN: ("f.a", "f.b")}
COLUMNS = {
    name: Column(name, kind, CODELIST if kind is CODE else None) for kind, names in NAMES.items() for name in names
}
SCOPE = Scope(COLUMNS)
DAYS = (date(1, 1, 1), date(1950, 1, 27), date(1970, 1, 1), date(2020, 2, 29), date(9999, 12, 31))
_NUMBERS = ("0", "1", "2", "7", "0.1", "37.5", "1e3", "3.0e7", "0.000001", "999999999999999", "12345.6789")


@dataclass(frozen=True)
class Text:
    """A rule and its oracle, and how tightly both hold together (from 1, OR, to 8, an atom)."""

    rule: str
    oracle: str
    bind: int = 8

    def inside(self, least: int) -> "Text":
        """Itself, in parentheses where it holds together less than ``least``."""
        return self if self.bind >= least else Text(f"({self.rule})", f"({self.oracle})")


@dataclass(frozen=True)
class Form:
    """One construct: the type it gives, the types it takes, how it is written, how tightly its operands must hold."""

    kind: RuleType
    takes: tuple[RuleType, ...]
    rule: str
    oracle: str = ""
    bind: int = 8
    least: tuple[int, ...] = ()

    def build(self, parts: tuple[Text, ...]) -> Text:
        """The construct with its operands."""
        inner = [part.inside(least) for part, least in zip(parts, self.least or (1,) * len(parts), strict=True)]
        rule = self.rule.format(*(part.rule for part in inner))
        return Text(rule, (self.oracle or self.rule).format(*(part.oracle for part in inner)), self.bind)


def _common(kind: RuleType) -> list[Form]:
    return [
        Form(kind, (kind, kind), "COALESCE({}, {})"),
        Form(kind, (kind, kind, kind), "COALESCE({}, {}, {})"),
        Form(kind, (BOOLEAN, kind, kind), "CASE WHEN {} THEN {} ELSE {} END"),
        Form(kind, (BOOLEAN, kind, BOOLEAN, kind), "CASE WHEN {} THEN {} WHEN {} THEN {} END"),
        Form(kind, (BOOLEAN, kind), "CASE WHEN {} THEN NULL ELSE {} END"),
        Form(kind, (DATE, DATE, kind, kind), "CASE {} WHEN {} THEN {} ELSE {} END"),
        Form(kind, (NUMBER, NUMBER, kind), "CASE {} WHEN {} THEN {} END"),
    ]


def _predicates(kind: RuleType, values: str, meant: str = "") -> list[Form]:
    signs = ["=", "<>"] + (["<", "<=", ">", ">="] if kind in (NUMBER, DATE) else [])
    forms = [Form(BOOLEAN, (kind, kind), f"{{}} {sign} {{}}", bind=4, least=(5, 5)) for sign in signs]
    forms += [Form(BOOLEAN, (kind,), f"{{}} IS {null}", bind=4, least=(5,)) for null in ("NULL", "NOT NULL")]
    for word in ("", "NOT ") if values else ():
        forms.append(Form(BOOLEAN, (kind,), f"{{}} {word}IN ({values})", f"{{}} {word}IN ({meant or values})", 4, (5,)))
    for word in ("", "NOT ") if kind in (NUMBER, DATE) else ():
        forms.append(Form(BOOLEAN, (kind,) * 3, f"{{}} {word}BETWEEN {{}} AND {{}}", bind=4, least=(5, 5, 5)))
    return forms


FORMS = (
    *(form for kind in RuleType for form in _common(kind)),
    Form(NUMBER, (NUMBER, NUMBER), "{} + {}", bind=5, least=(5, 6)),
    Form(NUMBER, (NUMBER, NUMBER), "{} - {}", bind=5, least=(5, 6)),
    Form(NUMBER, (NUMBER, NUMBER), "{} * {}", bind=6, least=(6, 7)),
    Form(NUMBER, (NUMBER, NUMBER), "{} / {}", "{} / NULLIF({}, 0)", 6, (6, 7)),
    Form(NUMBER, (NUMBER,), "- {}", bind=7, least=(8,)),
    Form(NUMBER, (NUMBER,), "ABS({})"),
    Form(NUMBER, (DATE, DATE), "({} - {})", "CAST({} - {} AS double precision)", least=(5, 6)),
    Form(BOOLEAN, (BOOLEAN, BOOLEAN), "{} AND {}", bind=2, least=(2, 2)),
    Form(BOOLEAN, (BOOLEAN, BOOLEAN, BOOLEAN), "{} AND {} AND {}", bind=2, least=(2, 3, 3)),
    Form(BOOLEAN, (BOOLEAN, BOOLEAN), "{} OR {}", bind=1, least=(1, 1)),
    Form(BOOLEAN, (BOOLEAN, BOOLEAN, BOOLEAN), "{} OR {} OR {}", bind=1, least=(1, 2, 2)),
    Form(BOOLEAN, (BOOLEAN,), "NOT {}", bind=3, least=(3,)),
    *_predicates(NUMBER, "0.1, -7, 37.5", "0.1::float8, -7::float8, 37.5::float8"),
    *_predicates(CODE, "'it''s', '阳性'"),
    *_predicates(DATE, "DATE '1950-01-27', DATE '2020-02-29'"),
    *_predicates(BOOLEAN, ""),
)


def _literals(kind: RuleType) -> list[Text]:
    if kind is NUMBER:
        positive = [Text(number, f"CAST({number} AS double precision)") for number in _NUMBERS]
        return positive + [Text(f"-{text.rule}", f"(-{text.oracle})", 7) for text in positive]
    if kind is CODE:
        quoted = ["'" + code.replace("'", "''") + "'" for code in sorted(CODELIST)]
        return [Text(code, f"CAST({code} AS text)") for code in quoted]
    if kind is DATE:
        return [Text(f"DATE '{day}'", f"DATE '{day}'") for day in DAYS]
    return [Text(word, word) for word in ("TRUE", "FALSE")]


def _columns(kind: RuleType) -> list[Text]:
    return [Text(name, f'"{name}"') for name in NAMES[kind]]


@cache
def expressions(kind: RuleType, depth: int = 3) -> st.SearchStrategy[Text]:
    """Rules of one type; constructs are nested ``depth`` deep, less where a branch ends early."""
    leaf = st.one_of(st.sampled_from(_columns(kind)), st.sampled_from(_columns(kind) + _literals(kind)))
    if depth == 0:
        return leaf
    forms = st.sampled_from([form for form in FORMS if form.kind is kind])
    nested = forms.flatmap(
        lambda form: st.tuples(*(expressions(taken, depth - 1) for taken in form.takes)).map(form.build)
    )
    return nested if depth > 1 else st.one_of(leaf, nested)


def pairs() -> Iterator[Text]:
    """Each construct inside each construct that takes its type, in each place; names take turns in the other places."""
    turn = count()

    def leaf(kind: RuleType) -> Text:
        columns = _columns(kind)
        return columns[next(turn) % len(columns)]

    for outer in FORMS:
        for place, taken in enumerate(outer.takes):
            for inner in FORMS:
                if inner.kind is taken:
                    parts = [leaf(kind) for kind in outer.takes]
                    parts[place] = inner.build(tuple(leaf(kind) for kind in inner.takes))
                    yield outer.build(tuple(parts))
