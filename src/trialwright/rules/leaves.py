"""The smallest parts of a rule: numbers, codes, dates, truth values and names, as terms or in words why not."""

import math
from decimal import Decimal

from trialwright.rules.term import COLUMN_SIZE, Bind, Leaf, Size, Term
from trialwright.rules.types import Column, RuleType
from trialwright.rules.values import LARGEST, SMALLEST, parse_date, to_day
from trialwright.vocabulary.numbers import parse_number

MAX_DIGITS = 15
MAX_DECIMALS = 18
MAX_IDENTIFIER = 63
"""PostgreSQL cuts longer identifiers silently (NAMEDATALEN), so that two could become one."""


def number_term(text: str, negative: bool = False) -> Term:
    """The term of a number; ValueError with the reason where it is none or cannot be the same in every engine.

    A whole number is cast, a decimal is the quotient of two whole numbers: both are exact in every engine, whereas
    SQLite promises only 15 digits when it reads ``37.3`` itself.

    >>> number_term("37.50").sql
    '(CAST(375 AS DOUBLE PRECISION) / CAST(10 AS DOUBLE PRECISION))'
    """
    written = parse_number(text)
    number = written.normalize()  # which rounds to 28 digits
    if number and not Decimal(repr(SMALLEST)) <= number <= Decimal(repr(LARGEST)):
        raise ValueError(f"{text} is out of range; numbers are 0 or from {SMALLEST} to {LARGEST}")
    decimals = max(0, -_exponent(number))
    if number != written or len(number.as_tuple().digits) > MAX_DIGITS or decimals > MAX_DECIMALS:
        raise ValueError(f"{text} has more digits than a number holds ({MAX_DIGITS})")
    sign = "-" if negative else ""
    sql = f"CAST({sign}{int(number.scaleb(decimals))} AS DOUBLE PRECISION)"
    if decimals:
        sql = f"({sql} / CAST({10**decimals} AS DOUBLE PRECISION))"
    bind = Bind.SIGN if negative else Bind.ATOM
    return Term(RuleType.NUMBER, sql, sign + text, bind, size=_size(float(number)), is_literal=True)


def code_term(text: str) -> Term:
    """The term of a code; ValueError with the reason where it holds a character that no code has."""
    if not text.isprintable():
        raise ValueError(f"{text!r} holds a control character")
    quoted = "'" + text.replace("'", "''") + "'"
    return Term(RuleType.CODE, quoted, quoted, codes=frozenset({text}), is_literal=True)


def date_term(text: str) -> Term:
    """The term of a date, a day number in SQL; ValueError with the reason where the calendar has no such day.

    >>> date_term("2020-01-27").sql
    '18288'
    """
    return Term(RuleType.DATE, str(to_day(parse_date(text))), f"DATE '{text}'", is_literal=True)


def boolean_term(value: bool) -> Term:
    """The term of TRUE or FALSE."""
    word = "TRUE" if value else "FALSE"
    return Term(RuleType.BOOLEAN, word, word, condition=Leaf(word, word, ()), is_literal=True)


def column_term(column: Column, written: str) -> Term:
    """The term of a column; ValueError with the reason where an engine could not name it."""
    if not column.name.isprintable() or not 0 < len(column.name.encode()) <= MAX_IDENTIFIER:
        raise ValueError(f"the name {column.name} is longer than {MAX_IDENTIFIER} bytes or is not printable")
    sql = quote(column.name)
    names = (column.name,)
    size = COLUMN_SIZE if column.type is RuleType.NUMBER else None
    condition = Leaf(written, sql, names) if column.type is RuleType.BOOLEAN else None
    return Term(
        column.type, sql, written, names=names, codes=column.codes, size=size, condition=condition, clock=column.clock
    )


def quote(name: str) -> str:
    """A name as a quoted identifier.

    >>> quote("vital_signs.temperature")
    '"vital_signs.temperature"'
    """
    return '"' + name.replace('"', '""') + '"'


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{number} is not a number")
    return exponent


def _size(number: float) -> Size:
    _, high = math.frexp(number)
    return Size(max(high, 0), 0 if number.is_integer() else high - 53)
