"""Terms that are true, false or unknown: AND OR NOT, comparisons, BETWEEN, IN, IS NULL."""

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from trialwright.rules.leaves import quote
from trialwright.rules.term import Bind, Condition, Join, Junction, Leaf, Term
from trialwright.rules.types import RuleType
from trialwright.rules.walk import Walk, names_of, render_list, spine, wrap

_MINUTES = "CAST(1440 AS DOUBLE PRECISION)"
"""Of a day."""
_ORDERED = {RuleType.NUMBER, RuleType.DATE}
_LISTED = {RuleType.NUMBER, RuleType.DATE, RuleType.CODE}
_LOOSE = (exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In, exp.Is)
_SIGNS: dict[type[exp.Expression], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}


def junction_term(walk: Walk, node: exp.Expression) -> Term | None:
    """The term of a chain of ANDs or of ORs."""
    join = Join.AND if isinstance(node, exp.And) else Join.OR
    first, chain = spine(node, (type(node),))
    terms, is_whole = walk.terms([first, *(link.expression for link in chain)])
    if not walk.demand(terms, {RuleType.BOOLEAN}, join.value) or not is_whole:
        return None
    bind = Bind[join.value]
    parts = [wrap(term, bind) for term in terms]
    sql, text = (f" {join.value} ".join(part[side] for part in parts) for side in (0, 1))
    return Term(RuleType.BOOLEAN, sql, text, bind, names_of(terms), condition=Junction(join, _conditions(terms)))


def not_term(walk: Walk, node: exp.Expression) -> Term | None:
    """The term of NOT; sqlglot before version 30 writes IS NOT NULL so, too."""
    if isinstance(node.this, exp.Is) and not node.this.args.get("negate"):
        return is_term(walk, node.this, negate=True)
    term = walk.term(node.this)
    if term is None or not walk.demand([term], {RuleType.BOOLEAN}, "NOT"):
        return None
    sql, text = wrap(term, Bind.ATOM)
    condition = Junction(Join.NOT, _conditions([term]))
    return Term(RuleType.BOOLEAN, f"NOT {sql}", f"NOT {text}", Bind.NOT, term.names, condition=condition)


def comparison_term(walk: Walk, node: exp.Expression) -> Term | None:
    """The term of = and <> on equal types, of < <= > >= on numbers and dates (two moments: to the minute)."""
    sign = _SIGNS[type(node)]
    terms, is_whole = _operands(walk, [node.this, node.expression], sign)
    is_sound = walk.demand_alike(terms, sign) and (sign in ("=", "<>") or walk.demand(terms, _ORDERED, sign))
    if not is_whole or not is_sound or not walk.demand_codes(terms[0], terms[1]):
        return None
    plain = _predicate("{} " + sign + " {}", terms)
    return _to_the_minute(plain, [(terms[0], sign, terms[1])])


def between_term(walk: Walk, node: exp.Expression) -> Term | None:
    """The term of BETWEEN on numbers and dates; both ends belong to it."""
    terms, is_whole = _operands(walk, [node.this, node.args["low"], node.args["high"]], "BETWEEN")
    is_sound = walk.demand_alike(terms, "BETWEEN") and walk.demand(terms, _ORDERED, "BETWEEN")
    if not is_whole or not is_sound:
        return None
    value, low, high = terms
    return _to_the_minute(_predicate("{} BETWEEN {} AND {}", terms), [(value, ">=", low), (value, "<=", high)])


def in_term(walk: Walk, node: exp.Expression) -> Term | None:
    """The term of IN with written values, none of them NULL."""
    if not node.expressions:
        walk.report("syntax", "IN needs at least one value", "write for example IN ('A', 'B')")
    terms, is_whole = _operands(walk, [node.this, *node.expressions], "IN")
    computed = [term for term in terms[1:] if not term.is_literal] if is_whole else []
    for term in computed:
        walk.report("not-allowed", f"{term.text} is not a value; IN takes written values only", "use = and OR")
    is_sound = walk.demand_alike(terms, "IN") and walk.demand(terms, _LISTED, "IN")
    is_sound = is_sound and is_whole and walk.demand_codes(terms[0], *terms[1:])
    if not is_whole or not is_sound or computed or not node.expressions:
        return None
    return _predicate("{} IN (" + render_list("{}" for _ in terms[1:]) + ")", terms)


def is_term(walk: Walk, node: exp.Expression, negate: bool = False) -> Term | None:
    """The term of IS NULL and IS NOT NULL, which are never unknown."""
    words = "IS NOT NULL" if negate or node.args.get("negate") else "IS NULL"
    is_null = isinstance(node.expression, exp.Null)
    if not is_null:
        walk.report("not-allowed", "IS goes with NULL and NOT NULL only", "write the condition itself")
    terms, is_whole = _operands(walk, [node.this], words)
    return _predicate("{} " + words, terms, Bind.ATOM) if is_whole and is_null else None


def _operands(walk: Walk, nodes: Sequence[exp.Expression], role: str) -> tuple[list[Term], bool]:
    """The terms of a predicate's operands and whether all are sound; findings for NULLs and missing parentheses.

    PostgreSQL forbids a = b = c; where it knows a precedence (a = b IN (c)), a reader may not.
    """
    sound = []
    for node in nodes:
        if isinstance(node, _LOOSE):
            walk.report("syntax", f"an operand of {role} needs parentheses", "write for example (a = b) = c")
        elif isinstance(node, exp.Null):
            walk.report("null-comparison", f"{role} NULL is never true", "write IS NULL or IS NOT NULL")
        else:
            sound.append(node)
    terms, is_whole = walk.terms(sound)
    return terms, is_whole and len(sound) == len(nodes)


def _predicate(template: str, terms: list[Term], least: Bind = Bind.SUM) -> Term:
    """A BOOLEAN term that is one condition of its own, written by filling its operands into a template."""
    names = names_of(terms)
    parts = [wrap(term, least) for term in terms]
    sql, text = (template.format(*(part[side] for part in parts)) for side in (0, 1))
    return Term(RuleType.BOOLEAN, sql, text, Bind.PREDICATE, names, condition=Leaf(text, sql, names))


def _to_the_minute(plain: Term, parts: Sequence[tuple[Term, str, Term]]) -> Term:
    """The predicate by minutes where every operand is a moment; where a minute is not known the days are compared."""
    terms = [term for left, _, right in parts for term in (left, right)]
    if not all(term.clock for term in terms):
        return plain
    minutes = {term.sql: f"(CAST({term.sql} AS DOUBLE PRECISION) * {_MINUTES} + {quote(term.clock)})" for term in terms}
    unknown = " OR ".join(f"{quote(clock)} IS NULL" for clock in dict.fromkeys(term.clock for term in terms))
    exact = " AND ".join(f"{minutes[left.sql]} {sign} {minutes[right.sql]}" for left, sign, right in parts)
    sql = f"CASE WHEN {unknown} THEN {plain.sql} ELSE {exact} END"
    names = tuple(dict.fromkeys((*plain.names, *(term.clock for term in terms))))
    return replace(plain, sql=f"({sql})", names=names, condition=Leaf(plain.text, f"({sql})", names))


def _conditions(terms: list[Term]) -> tuple[Condition, ...]:
    return tuple(term.condition for term in terms if term.condition is not None)
