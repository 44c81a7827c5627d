"""The catalogue: a file a room, each ``SENTENCES``: the English sentence of the source and its Chinese."""

from collections.abc import Mapping
from types import MappingProxyType

from trialwright.web.sentences.chinese import (
    capture_data,
    capture_oversight,
    capture_people,
    capture_product,
    forms,
    imports,
    record,
    registration,
    results,
    rules,
    safety,
    sources,
    words,
)

FILES = (
    capture_data,
    capture_oversight,
    capture_people,
    capture_product,
    forms,
    imports,
    record,
    registration,
    results,
    rules,
    safety,
    sources,
    words,
)


def load_sentences() -> Mapping[str, str]:
    """All of them; ValueError where two files translate one sentence."""
    merged: dict[str, str] = {}
    for file in FILES:
        if doubled := merged.keys() & file.SENTENCES.keys():
            raise ValueError(f"{file.__name__} has sentences of another file: {sorted(doubled)}")
        merged |= file.SENTENCES
    return MappingProxyType(merged)
