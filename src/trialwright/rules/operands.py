"""Terms of the smallest parts of a rule: literals, names, parentheses and signs."""

from sqlglot import exp

from trialwright.rules import leaves
from trialwright.rules.term import Bind, Term
from trialwright.rules.types import RuleType
from trialwright.rules.walk import Walk, wrap


def literal_term(walk: Walk, node: exp.Expression, negative: bool = False) -> Term | None:
    """The term of a number or a quoted code."""
    try:
        return leaves.code_term(node.name) if node.is_string else leaves.number_term(node.name, negative)
    except ValueError as reason:
        walk.report("bad-value", str(reason))
        return None


def date_term(walk: Walk, node: exp.Expression) -> Term | None:
    """The term of DATE 'YYYY-MM-DD', which sqlglot reads as a cast; no other cast is allowed."""
    if not node.this.is_string or node.args["to"].this is not exp.DataType.Type.DATE:
        walk.report_foreign(node)
        return None
    try:
        return leaves.date_term(node.this.name)
    except ValueError as reason:
        walk.report("bad-value", str(reason))
        return None


def column_term(walk: Walk, node: exp.Expression) -> Term | None:
    """The term of a name, bare or with dots, as far as the scope has it."""
    if not isinstance(node, exp.Column) or isinstance(node.this, exp.Star):
        walk.report_foreign(node.this)
        return None
    written = ".".join(part.name for part in node.parts)
    column = walk.scope.resolve(written)
    if column is None:
        close = walk.scope.suggest(written)
        walk.report("unknown-item", f"{written} is not an item", f"did you mean {close}?" if close else "")
        return None
    twin = walk.scope.twin(column)
    if twin:
        walk.report("ambiguous-name", f"{column.name} and {twin} differ in case only", "rename one of them")
        return None
    try:
        return leaves.column_term(column, written)
    except ValueError as reason:
        walk.report("bad-name", str(reason), "give it a shorter name")
        return None


def boolean_term(_walk: Walk, node: exp.Expression) -> Term | None:
    """The term of TRUE or FALSE."""
    return leaves.boolean_term(bool(node.this))


def paren_term(walk: Walk, node: exp.Expression) -> Term | None:
    """The term inside parentheses; they are written anew where they are needed."""
    return walk.term(node.this)


def negative_term(walk: Walk, node: exp.Expression) -> Term | None:
    """The term of a minus sign; with a number it is one literal."""
    if isinstance(node.this, exp.Literal) and not node.this.is_string:
        return literal_term(walk, node.this, negative=True)
    term = walk.term(node.this)
    if term is None or not walk.demand([term], {RuleType.NUMBER}, "-"):
        return None
    sql, text = wrap(term, Bind.ATOM)
    return Term(RuleType.NUMBER, f"-{sql}", f"-{text}", Bind.SIGN, term.names, size=term.size)
