"""Units as people print them: definitions write ``uL`` and ``10^9/L`` so that everybody can type them."""

import re

_MICRO = re.compile(r"(?<![A-Za-z])u(?=(?:L|mol|g|m|kat)\b)")
_POWER = re.compile(r"10\^(-?\d+)")
_DEGREES = re.compile(r"(?<=\d )C\b|(?<=\()C(?=\))")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def render_units(text: str) -> str:
    """The text with µ, powers of ten and degrees as they are printed.

    >>> render_units("CD4+ T cells (1/uL)"), render_units("10^9/L"), render_units("37.3 C or more")
    ('CD4+ T cells (1/µL)', '10⁹/L', '37.3 °C or more')
    """
    text = _POWER.sub(lambda match: "10" + match[1].translate(_SUPERSCRIPTS), _MICRO.sub("µ", text))
    return _DEGREES.sub("°C", text)


def render_unit(unit: str) -> str:
    """A unit alone.

    >>> render_unit("C"), render_unit("umol/L")
    ('°C', 'µmol/L')
    """
    return "°C" if unit == "C" else render_units(unit)
