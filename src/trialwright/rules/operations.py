"""Terms that have a value: arithmetic, ABS, COALESCE, CASE."""

from sqlglot import exp

from trialwright.rules.term import DAYS_SIZE, Bind, Leaf, Size, Term
from trialwright.rules.types import RuleType
from trialwright.rules.walk import Walk, names_of, render_list, spine, wrap

_SUMS = (exp.Add, exp.Sub)
_SIGNS: dict[type[exp.Expression], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}


def arithmetic_term(walk: Walk, node: exp.Expression) -> Term | None:
    """The term of a chain of + and -, or of * and /, from left to right as every engine computes it."""
    is_sum = isinstance(node, _SUMS)
    first, chain = spine(node, _SUMS if is_sum else (exp.Mul, exp.Div))
    term = walk.term(first)
    for link in chain:
        other = walk.term(link.expression)
        term = _step(walk, type(link), term, other)
    return term


def _step(walk: Walk, kind: type[exp.Expression], left: Term | None, right: Term | None) -> Term | None:
    """The term of one step of a chain; None where an operand has a finding."""
    operands = [term for term in (left, right) if term is not None]
    if kind is exp.Sub and left and right and left.type is right.type is RuleType.DATE:
        return _days(left, right)
    if kind is exp.Sub and [term.type for term in operands] == [RuleType.DATE]:
        return None  # the other operand has its finding, and may well have been a date
    remedy = "compare days, for example a - b > 3" if any(o.type is RuleType.DATE for o in operands) else ""
    if not walk.demand(operands, {RuleType.NUMBER}, _SIGNS[kind], remedy):
        return None
    return _arithmetic(_SIGNS[kind], left, right) if left and right else None


def _days(left: Term, right: Term) -> Term:
    """The days from one date to another: whole numbers in SQL, made a DOUBLE like every number."""
    sql, text = f"CAST({left.sql} - {right.sql} AS DOUBLE PRECISION)", f"{left.text} - {right.text}"
    return Term(RuleType.NUMBER, sql, text, Bind.SUM, names_of([left, right]), size=DAYS_SIZE)


def _arithmetic(sign: str, left: Term, right: Term) -> Term | None:
    if left.size is None or right.size is None:
        raise ValueError(f"a number without bounds in {left.text} {sign} {right.text}")
    bind = Bind.SUM if sign in "+-" else Bind.PRODUCT
    (left_sql, left_text), (right_sql, right_text) = wrap(left, bind), wrap(right, Bind(bind + 1))
    divisor = f"NULLIF({right.sql}, 0)" if sign == "/" else right_sql
    size = {"*": Size.times, "/": Size.over}.get(sign, Size.plus)(left.size, right.size)
    sql, text = f"{left_sql} {sign} {divisor}", f"{left_text} {sign} {right_text}"
    return Term(RuleType.NUMBER, sql, text, bind, names_of([left, right]), size=size)


def abs_term(walk: Walk, node: exp.Expression) -> Term | None:
    """The term of ABS."""
    term = walk.term(node.this)
    if term is None or not walk.demand([term], {RuleType.NUMBER}, "ABS"):
        return None
    return Term(RuleType.NUMBER, f"ABS({term.sql})", f"ABS({term.text})", names=term.names, size=term.size)


def coalesce_term(walk: Walk, node: exp.Expression) -> Term | None:
    """The term of COALESCE; SQLite wants two values at least."""
    if not node.expressions:
        walk.report("syntax", "COALESCE needs two values at least")
    terms, is_whole = walk.terms([node.this, *node.expressions])
    if not walk.demand_alike(terms, "COALESCE") or not is_whole or not node.expressions:
        return None
    sql, text = render_list(term.sql for term in terms), render_list(term.text for term in terms)
    return _choice((f"COALESCE({sql})", f"COALESCE({text})"), terms, terms)


def case_term(walk: Walk, node: exp.Expression) -> Term | None:
    """The term of a CASE with or without a subject; its values may be NULL, but not all of them."""
    branches: list[exp.Expression] = node.args["ifs"]
    base, default = node.args.get("this"), node.args.get("default")
    results = [branch.args["true"] for branch in branches] + ([default] if default is not None else [])
    subjects, has_subject = walk.terms([base] if base is not None else [])
    whens, has_whens = walk.terms([branch.this for branch in branches])
    present = [result for result in results if not isinstance(result, exp.Null)]
    values, has_values = walk.terms(present)
    if not present:
        walk.report("wrong-type", "a CASE needs a value that is not NULL")
    holds = _whens_hold(walk, subjects, whens) if has_subject else False
    is_alike = walk.demand_alike(values, "CASE")
    if not (present and has_whens and has_values and holds and is_alike):
        return None
    given = iter(values)
    shown = [("NULL", "NULL") if isinstance(result, exp.Null) else _both(next(given)) for result in results]
    sql, text = (_render_case(side, [*subjects], whens, shown) for side in (0, 1))
    return _choice((sql, text), [*subjects, *whens, *values], values)


def _whens_hold(walk: Walk, subjects: list[Term], whens: list[Term]) -> bool:
    """Whether each WHEN is a condition or, in a CASE with a subject, a value that the subject can have."""
    if not subjects:
        return walk.demand(whens, {RuleType.BOOLEAN}, "WHEN")
    return walk.demand_alike([*subjects, *whens], "CASE") and walk.demand_codes(subjects[0], *whens)


def _render_case(side: int, subjects: list[Term], whens: list[Term], values: list[tuple[str, str]]) -> str:
    """The SQL (side 0) or the text (side 1) of a CASE; a value more than there are WHENs is its ELSE."""
    words = ["CASE", *(_both(subject)[side] for subject in subjects)]
    words += [f"WHEN {_both(when)[side]} THEN {value[side]}" for when, value in zip(whens, values, strict=False)]
    words += [f"ELSE {value[side]}" for value in values[len(whens) :]]
    return " ".join([*words, "END"])


def _choice(written: tuple[str, str], terms: list[Term], values: list[Term]) -> Term:
    """A term with the value of one of ``values``; ``terms`` are all that it reads, ``written`` its SQL and text."""
    (sql, text), names, kind = written, names_of(terms), values[0].type
    lists = [value.codes for value in values if value.codes is not None]
    codes = frozenset[str]().union(*lists) if len(lists) == len(values) else None
    size = values[0].size
    for value in values[1:]:
        size = size.widest(value.size) if size and value.size else None
    condition = Leaf(text, sql, names) if kind is RuleType.BOOLEAN else None
    return Term(kind, sql, text, names=names, codes=codes, size=size, condition=condition)


def _both(term: Term) -> tuple[str, str]:
    return term.sql, term.text
