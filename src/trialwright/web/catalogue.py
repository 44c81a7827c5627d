"""Every text of the interface, in every language: the ``TEXTS`` of all folders in one mapping.

A text is a key with its English and its Chinese side by side, so none can be forgotten:
``"home.title": ("My work today", "今日工作")``. Places for values are written ``{name}``; ``[visit|visits]`` is one
word for a ``count`` of 1 and the other for the rest.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from trialwright.web.folders import FOLDERS
from trialwright.web.guards import LANGUAGES
from trialwright.web.texts import TEXTS

_PLURAL = re.compile(r"\[([^][|]*)\|([^][|]*)\]")

Texts = Mapping[str, tuple[str, str]]


@cache
def load_texts() -> Texts:
    """All texts; ValueError where two folders use one key."""
    merged: dict[str, tuple[str, str]] = dict(TEXTS)
    for folder in FOLDERS:
        own: Texts = import_module(f"trialwright.web.{folder}.texts").TEXTS
        doubled = sorted(merged.keys() & own.keys())
        if doubled:
            raise ValueError(f"{folder} uses the keys of another folder: {', '.join(doubled)}")
        merged |= own
    return MappingProxyType(merged)


def render_text(key: str, language: str, **values: object) -> str:
    """The text of a key in a language, with its values put in; KeyError for a key that no folder has."""
    text = load_texts()[key][LANGUAGES.index(language)]
    if "[" in text:
        index = 1 if str(values.get("count")) == "1" else 2
        text = _PLURAL.sub(lambda found: found[index], text)
    return text.format(**values) if values else text
