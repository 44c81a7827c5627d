"""The first wall: which tokens a rule may be made of, before anything is parsed.

The tree alone cannot tell ``DATE '2020-01-27'`` from ``'2020-01-27'::date``, ``<>`` from ``!=``, COALESCE from IFNULL,
nor see a comment. And a parser that calls itself must not be given a text that is nested too deeply.
"""

from collections.abc import Iterator, Sequence

from sqlglot import Token, TokenType
from sqlglot.dialects.postgres import Postgres
from sqlglot.errors import TokenError

MAX_CHARACTERS = 8_000
MAX_TOKENS = 1_000
MAX_NESTING = 16
"""Parentheses, CASEs and prefix operators inside one another. SQLite's parser gives up near 100, sqlglot's near 40."""

FUNCTIONS = frozenset({"ABS", "COALESCE"})
KEYWORDS = frozenset(
    "AND OR NOT IN IS NULL BETWEEN CASE WHEN THEN ELSE END TRUE FALSE".split()  # noqa: SIM905 - reads as a sentence
)
_OPERATORS = frozenset({"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "(", ")", ",", "."})
_QUOTED = {
    TokenType.BYTE_STRING,
    TokenType.BIT_STRING,
    TokenType.HEX_STRING,
    TokenType.HEREDOC_STRING,
    TokenType.NATIONAL_STRING,
    TokenType.RAW_STRING,
    TokenType.UNICODE_STRING,
}
_REMEDIES = {
    "!=": "write <>",
    "==": "write =",
    "::": "items have their type already; write a date as DATE '2020-01-27'",
    "||": "compare codes one by one",
    ";": "a rule is one expression",
    "ISNULL": "write IS NULL",
    "NOTNULL": "write IS NOT NULL",
    "IFNULL": "write COALESCE",
    "NVL": "write COALESCE",
    "DATE": "write a date as DATE '2020-01-27'",
    "CAST": "items have their type already; write a date as DATE '2020-01-27'",
}


def find_length(text: str) -> str:
    """Which limit of length ``text`` breaks, in words; empty where none."""
    if len(text) > MAX_CHARACTERS:
        return f"the rule has {len(text)} characters; the most is {MAX_CHARACTERS}"
    return ""


def split_tokens(text: str) -> list[Token] | str:
    """The tokens of ``text``, or in words why it has none."""
    if "\0" in text:
        return "the rule holds a NUL character"
    try:
        return list(Postgres().tokenize(text))
    except TokenError:
        return "a quotation mark or a comment is not closed"


def find_nesting(tokens: Sequence[Token]) -> str:
    """Which limit of size or nesting the tokens break, in words; empty where none."""
    if len(tokens) > MAX_TOKENS:
        return f"the rule has {len(tokens)} words and signs; the most is {MAX_TOKENS}"
    depth = prefixes = 0
    for token in tokens:
        kind = token.token_type
        prefixes = prefixes + 1 if kind in (TokenType.NOT, TokenType.DASH, TokenType.PLUS) else 0
        if kind in (TokenType.L_PAREN, TokenType.CASE):
            depth += 1
        elif kind in (TokenType.R_PAREN, TokenType.END):
            depth -= 1
        if depth + prefixes > MAX_NESTING:
            return f"the rule is nested more than {MAX_NESTING} deep"
    return ""


def find_foreign(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Each token that has no place in a rule: what it is and, where that can be said, what to write."""
    kinds = [token.token_type for token in tokens]
    for position, token in enumerate(tokens):
        previous = kinds[position - 1] if position else None
        following = kinds[position + 1] if position + 1 < len(kinds) else None
        if token.comments:
            yield "a comment", "put comments beside the rule, not in it"
        if _is_foreign(token, previous, following):
            yield _describe(token), _REMEDIES.get(token.text.upper(), "")
        if token.token_type is TokenType.IS:
            rest = kinds[position + 1 : position + 3]
            if TokenType.NULL not in (rest[1:] if rest[:1] == [TokenType.NOT] else rest[:1]):
                yield "IS without NULL", "write the condition itself"


def _is_foreign(token: Token, previous: TokenType | None, following: TokenType | None) -> bool:
    """Whether a token has no place in a rule between its neighbours."""
    kind, word = token.token_type, token.text.upper()
    is_called = following is TokenType.L_PAREN
    if kind in _QUOTED:
        return True
    if kind is TokenType.IDENTIFIER:
        return is_called
    if kind in (TokenType.STRING, TokenType.NUMBER) or word in _OPERATORS:
        return False
    if not _is_word(token.text):
        return True
    is_dotted = TokenType.DOT in (previous, following)
    return not is_dotted and (word in ("ISNULL", "NOTNULL") or (is_called and word not in FUNCTIONS | KEYWORDS))


def _describe(token: Token) -> str:
    if token.token_type in _QUOTED:
        return "this kind of quotation"
    return f'"{token.text}" as a function' if token.token_type is TokenType.IDENTIFIER else token.text.upper()


def release_names(tokens: Sequence[Token], names: frozenset[str]) -> list[Token]:
    """The tokens, with each word of ``names`` read as a name although SQL knows it otherwise (``date``, ``user``).

    The core keywords of rules, functions before their parenthesis and DATE before its text keep their meaning.
    """
    released = []
    for position, token in enumerate(tokens):
        following = tokens[position + 1].token_type if position + 1 < len(tokens) else None
        keeps = following in (TokenType.L_PAREN, TokenType.STRING) or token.text.upper() in KEYWORDS
        if token.text in names and token.token_type is not TokenType.STRING and not keeps:
            token = Token(TokenType.IDENTIFIER, token.text, token.line, token.col, token.start, token.end)
        released.append(token)
    return released


def _is_word(text: str) -> bool:
    return text.replace("$", "_").isidentifier()
