"""How units are written for people; the study's own word where there is no other."""

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


def render_unit(unit: str, language: str) -> str:
    """A unit in the person's language.

    >>> render_unit("C", "en"), render_unit("beats/min", "zh"), render_unit("g/L", "zh")
    ('°C', '次/分', 'g/L')
    """
    english, chinese = _UNITS.get(unit, (unit, unit))
    return chinese if language == "zh" else english
