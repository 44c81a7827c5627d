"""What every step of the walk over a rule uses: the scope, the findings, the demands on types and codes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from trialwright.rules.term import Bind, Term
from trialwright.rules.types import RuleType, Scope, suggest
from trialwright.rules.wall import MAX_NESTING
from trialwright.vocabulary.findings import Finding, Place

Handlers = Mapping[type[exp.Expression], Callable[["Walk", exp.Expression], Term | None]]
"""Which function checks which kind of node."""

_USUAL = ("this", "expression", "expressions")
_ARGUMENTS: dict[type[exp.Expression], tuple[str, ...]] = {
    exp.Div: ("this", "expression", "typed", "safe"),
    exp.Between: ("this", "low", "high"),
    exp.Is: ("this", "expression", "negate"),
    exp.Case: ("this", "ifs", "default"),
    exp.Literal: ("this", "is_string"),
    exp.Cast: ("this", "to"),
    exp.Column: ("this", "table", "db", "catalog"),
}
_NAMES_OF_NODES = {
    exp.Cast: "a cast", exp.Subquery: "a subquery", exp.Select: "a subquery", exp.Exists: "a subquery",
    exp.Window: "a window", exp.Tuple: "a list", exp.Star: "a star", exp.Interval: "an interval",
    exp.DPipe: "joining texts", exp.Concat: "joining texts", exp.Null: "NULL",
}  # fmt: skip


@dataclass(slots=True)
class Walk:
    """A walk over one rule: the scope it reads, the findings it gathers."""

    scope: Scope
    place: Place
    handlers: Handlers
    findings: list[Finding] = field(default_factory=list)
    depth: int = 0

    def report(self, code: str, message: str, remedy: str = "") -> None:
        """Remember a finding; the same one only once."""
        finding = Finding(code, message, self.place, remedy=remedy)
        if finding not in self.findings:
            self.findings.append(finding)

    def term(self, node: exp.Expression) -> Term | None:
        """The term of a node; None where there is a finding."""
        handler = self.handlers.get(type(node))
        if handler is None or self._find_extra(node):
            self.report_foreign(node)
            return None
        if self.depth > 4 * MAX_NESTING:
            self.report("too-deep", "the rule is nested too deeply", "write it in parts, as derived items")
            return None
        self.depth += 1
        term = handler(self, node)
        self.depth -= 1
        if term is not None and term.size is not None and not term.size.is_safe:
            self.report("out-of-range", f"{term.text} could leave the range of numbers", "multiply or divide less")
            return None
        return term

    def _find_extra(self, node: exp.Expression) -> list[str]:
        """The arguments of a node that rules do not know, such as the SYMMETRIC of a BETWEEN."""
        known = _ARGUMENTS.get(type(node), _USUAL)
        return sorted(name for name, value in node.args.items() if value and name not in known)

    def report_foreign(self, node: exp.Expression) -> None:
        """Report a node that is not allowed, and look for further findings below it."""
        full = " ".join([node.key, *self._find_extra(node)]).upper()
        usual = "an aggregate" if isinstance(node, exp.AggFunc) else full
        what = _NAMES_OF_NODES.get(type(node)) or usual
        self.report("not-allowed", f"{what} is not allowed in a rule")
        if not isinstance(node, (exp.Subquery, exp.Select, exp.Star, exp.Null)):
            for column in node.find_all(exp.Column):
                if column is not node:
                    self.term(column)

    def terms(self, nodes: Sequence[exp.Expression]) -> tuple[list[Term], bool]:
        """The terms of the nodes, without those that have a finding, and whether none had."""
        terms = [term for term in map(self.term, nodes) if term is not None]
        return terms, len(terms) == len(nodes)

    def demand(self, terms: Sequence[Term], kinds: set[RuleType], role: str, remedy: str = "") -> bool:
        """Whether each term has one of the types; a finding for each that has not."""
        strays = [term for term in terms if term.type not in kinds]
        wanted = " or ".join(sorted(kind.value for kind in kinds))
        for term in strays:
            self.report("wrong-type", f"{term.text} is a {term.type.value}; {role} needs a {wanted}", remedy)
        return not strays

    def demand_alike(self, terms: Sequence[Term], role: str) -> bool:
        """Whether all terms have the first one's type; a finding for each that has not."""
        strays = [term for term in terms if term.type is not terms[0].type]
        for term in strays:
            pair = " and ".join(f"{each.text} ({each.type.value})" for each in (terms[0], term))
            self.report("wrong-type", f"{role} does not go with {pair}", _remedy(terms[0], term))
        return not strays

    def demand_codes(self, term: Term, *others: Term) -> bool:
        """Whether ``term`` can equal each of the others; a finding for each with which it has no code in common."""
        strangers = [other for other in others if _are_strangers(term, other)]
        for other in strangers:
            self._report_stranger(*((other, term) if other.is_literal else (term, other)))
        return not strangers

    def _report_stranger(self, literal: Term, column: Term) -> None:
        known = column.codes or frozenset()
        if not literal.is_literal:
            self.report("unknown-code", f"{literal.text} and {column.text} have no code in common")
            return
        (code,) = literal.codes or frozenset()
        close = suggest(code, known)
        message = f"'{code}' is not a code of {column.text} ({', '.join(sorted(known))})"
        self.report("unknown-code", message, f"did you mean '{close}'?" if close else "")


def _are_strangers(term: Term, other: Term) -> bool:
    return term.codes is not None and other.codes is not None and not term.codes & other.codes


def _remedy(first: Term, other: Term) -> str:
    kinds = {first.type, other.type}
    literal = other if other.is_literal else first
    if not literal.is_literal:
        return ""
    if kinds == {RuleType.DATE, RuleType.CODE} and literal.type is RuleType.CODE:
        return f"write DATE {literal.text}"
    if kinds == {RuleType.NUMBER, RuleType.CODE}:
        return f"write '{literal.text}'" if literal.type is RuleType.NUMBER else f"write {literal.text.strip(chr(39))}"
    return ""


def wrap(term: Term, least: Bind) -> tuple[str, str]:
    """The SQL and the text of a term, in parentheses where it holds together less than ``least``."""
    return (term.sql, term.text) if term.bind >= least else (f"({term.sql})", f"({term.text})")


def names_of(terms: Iterable[Term]) -> tuple[str, ...]:
    """The names that the terms read, each once, in order."""
    return tuple(dict.fromkeys(name for term in terms for name in term.names))


def render_list(texts: Iterable[str]) -> str:
    """The texts with commas between them."""
    return ", ".join(texts)


def spine(node: exp.Expression, kinds: tuple[type[exp.Expression], ...]) -> tuple[exp.Expression, list[exp.Expression]]:
    """The first operand of a chain such as a + b - c, and the nodes of the chain, leftmost first."""
    chain = []
    while isinstance(node, kinds):
        chain.append(node)
        node = node.this
    return node, chain[::-1]
