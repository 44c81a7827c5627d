"""From the text of a rule to a Rule, or to all of its findings in one go."""

import re
from dataclasses import dataclass

from sqlglot import Token, exp
from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import ParseError

from trialwright.rules.check import HANDLERS
from trialwright.rules.term import Condition, Term
from trialwright.rules.types import Column, RuleType, Scope
from trialwright.rules.walk import Walk
from trialwright.rules.wall import find_foreign, find_length, find_nesting, release_names, split_tokens
from trialwright.vocabulary.findings import Finding, Place

CODES = {
    "syntax": "the text is no SQL expression",
    "too-deep": "it is longer or more nested than a rule may be",
    "not-allowed": "it uses SQL that rules do not have",
    "unknown-item": "it names what is not in scope",
    "ambiguous-name": "it names what differs from another name in case only",
    "bad-name": "the canonical name cannot be an identifier in every engine",
    "bad-value": "a number, code or date is malformed or out of range",
    "unknown-code": "it compares a code with one that it can never be",
    "null-comparison": "it compares with NULL, which is never true",
    "wrong-type": "types do not go together, or the whole rule is not of the type expected",
    "out-of-range": "its numbers could leave the range in which all engines agree",
}
"""The codes of this room's findings and what each means."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that is well typed and has one meaning in SQLite, DuckDB and PostgreSQL.

    Parameters
    ----------
    text : str
        The rule as written.
    type : RuleType
        The type of its value.
    sql : str
        The canonical SQL expression, the same for all engines. Columns are quoted identifiers; numbers are DOUBLE
        PRECISION, dates whole day numbers (days since 1970-01-01), codes texts, truth values BOOLEAN (in SQLite
        0 and 1).
    columns : tuple of Column
        What it reads, each once, in the order of the text.
    codes : frozenset of str, optional
        The codes that a CODE rule can have; None where that is open.
    condition : Leaf or Junction, optional
        The conditions of a BOOLEAN rule, for ``explain``.
    """

    text: str
    type: RuleType
    sql: str
    columns: tuple[Column, ...]
    codes: frozenset[str] | None = None
    condition: Condition | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical names of the columns that it reads."""
        return tuple(column.name for column in self.columns)


def compile_rule(
    text: str, scope: Scope, *, expect: RuleType | None = None, place: Place | None = None
) -> Rule | list[Finding]:
    """The rule that ``text`` writes, or every finding about it (never an empty list).

    Parameters
    ----------
    text : str
        A SQL scalar expression in the subset that this room's documentation lists.
    scope : Scope
        The names it may use.
    expect : RuleType, optional
        The type that the whole must have, such as BOOLEAN for a criterion; any where it is None.
    place : Place, optional
        Where the text stands; each finding repeats it.

    Returns
    -------
    Rule or list of Finding

    Examples
    --------
    >>> age = Column("demographics.age_years", RuleType.NUMBER)
    >>> scope = Scope({"age_years": age})
    >>> rule = compile_rule("age_years BETWEEN 18 AND 70", scope)
    >>> rule.type.value, rule.names
    ('BOOLEAN', ('demographics.age_years',))
    >>> [str(finding) for finding in compile_rule("age_year > 18", scope, place=Place("study.yaml", 12))]
    ['study.yaml:12: error [unknown-item] age_year is not an item → did you mean age_years?']
    """
    walk = Walk(scope, place or Place(), HANDLERS)
    tokens = _split(walk, text)
    tree = _parse(walk, text, tokens) if tokens else None
    term = walk.term(tree) if tree is not None else None
    if not any(finding.code == "not-allowed" for finding in walk.findings):
        for what, remedy in find_foreign(tokens):
            walk.report("not-allowed", f"{what} is not allowed in a rule", remedy)
    if term is not None and expect is not None:
        walk.demand([term], {expect}, "this rule")
    if term is None or walk.findings:
        return walk.findings
    return _rule(text, term, scope)


def _rule(text: str, term: Term, scope: Scope) -> Rule:
    columns = {column.name: column for column in scope.columns.values()}
    return Rule(text, term.type, term.sql, tuple(columns[name] for name in term.names), term.codes, term.condition)


def _split(walk: Walk, text: str) -> list[Token]:
    """The tokens of a text that is fit to be parsed; a finding and none where it is not."""
    limit = find_length(text)
    if limit:
        walk.report("too-deep", limit, "write it in parts, as derived items")
        return []
    tokens = split_tokens(text)
    if isinstance(tokens, str):
        walk.report("syntax", tokens)
        return []
    limit = find_nesting(tokens)
    if limit:
        walk.report("too-deep", limit, "write it in parts, as derived items")
        return []
    if not tokens:
        walk.report("syntax", "the rule is empty")
    return tokens


def _parse(walk: Walk, text: str, tokens: list[Token]) -> exp.Expression | None:
    """The tree of a text; a finding and None where there is none."""
    bare = frozenset(name for name in walk.scope.columns if "." not in name)
    try:
        trees = Postgres().parser().parse_into(exp.Condition, release_names(tokens, bare), text)
    except ParseError as trouble:
        walk.report("syntax", _describe(trouble))
        return None
    except RecursionError:  # the limits of the wall leave room, but how much of the stack is left is the caller's
        walk.report("too-deep", "the rule is nested too deeply", "write it in parts, as derived items")
        return None
    if len(trees) != 1 or not isinstance(trees[0], exp.Expression):
        walk.report("syntax", "a rule is one expression", "write one rule for each")
        return None
    return trees[0]


def _describe(trouble: ParseError) -> str:
    """What sqlglot found, without its classes, colours and file positions."""
    first = trouble.errors[0] if trouble.errors else {}
    near = re.sub(r"\s+", " ", str(first.get("highlight") or "")).strip()
    what = "something is missing" if "Required" in str(first.get("description")) else "this is not a SQL expression"
    return f"{what} near {near!r}" if near else what
