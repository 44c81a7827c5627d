"""How units are written for people; the study's own word where there is no other."""

from trialwright.vocabulary.numbers import parse_number

_UNITS = {
    "C": ("°C", "°C"),
    "umol/L": ("µmol/L", "µmol/L"),
    "ug/L": ("µg/L", "µg/L"),
    "1/uL": ("/µL", "/µL"),
    "10^9/L": ("×10⁹/L", "×10⁹/L"),
    "beats/min": ("beats/min", "次/分"),
    "breaths/min": ("breaths/min", "次/分"),
    "cells": ("cells", "个细胞"),
    "days": ("days", "天"),
    "h": ("h", "小时"),
    "min": ("min", "分钟"),
    "s": ("s", "秒"),
}


_LARGE = 100_000


def render_large(text: str) -> str:
    r"""A large number with its digits in threes, so that nobody is wrong by a power of ten; '' for any other text.

    >>> render_large("3.0e7"), render_large("30000000"), render_large("37.2"), render_large("x")
    ('30\u202f000\u202f000', '30\u202f000\u202f000', '', '')
    """
    try:
        number = parse_number(text)
    except ValueError:
        return ""
    if not _LARGE <= abs(number) < 10**18 or number != number.to_integral_value():
        return ""
    return f"{int(number):,}".replace(",", "\u202f")


def render_unit(unit: str, language: str) -> str:
    """A unit in the person's language.

    >>> render_unit("C", "en"), render_unit("beats/min", "zh"), render_unit("g/L", "zh")
    ('°C', '次/分', 'g/L')
    """
    english, chinese = _UNITS.get(unit, (unit, unit))
    return chinese if language == "zh" else english
