"""Canonical JSON: the one text that a payload has, stored and hashed as it is.

Sorted keys, ASCII escapes, NFC, no spaces, no floats and no NUL, so that two machines and two decades write the same
bytes. Numbers of measurements are texts as they were entered; only counts and revisions are JSON integers. The rules
are those of RFC 8785 (JSON Canonicalization Scheme) where both apply, stricter in that floats are refused and every
character beyond ASCII is escaped.
"""

import json
import unicodedata
from typing import TypeAlias

Value: TypeAlias = "str | int | bool | list[Value] | dict[str, Value] | None"


def render_canonical(value: object) -> str:
    """The canonical text of a value made of str, int, bool, None, list, tuple and dict.

    Raises
    ------
    ValueError
        For a float or any other type, a key that is no text, two keys that are one after normalisation, a NUL and a
        half of a surrogate pair.

    Examples
    --------
    >>> render_canonical({"b": "37.20", "a": [1, None, True]})
    '{"a":[1,null,true],"b":"37.20"}'
    """
    return _ENCODER.encode(_normalise(value))


def parse_canonical(text: str) -> dict[str, Value]:
    """The object that a canonical text holds.

    Raises
    ------
    ValueError
        For what is no JSON object, a float or a constant such as NaN.
    """
    value = _DECODER.decode(text)
    if not isinstance(value, dict):
        raise ValueError("a payload is a JSON object")
    return value


def normalise_text(text: str) -> str:
    """``text`` in Unicode's form NFC; ValueError for a NUL or a half of a surrogate pair."""
    if "\0" in text:
        raise ValueError("a text of the ledger cannot hold a NUL")
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as trouble:
        raise ValueError("a text of the ledger cannot hold half of a surrogate pair") from trouble
    return unicodedata.normalize("NFC", text)


def _normalise(value: object) -> object:
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return normalise_text(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, dict):
        return _normalise_object(value)
    if isinstance(value, list | tuple):
        return [_normalise(item) for item in value]
    raise ValueError(f"a payload cannot hold {value!r} of type {type(value).__name__}; write measurements as texts")


def _normalise_object(value: dict[object, object]) -> dict[str, object]:
    out: dict[str, object] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise ValueError(f"the key {key!r} is no text")
        name = normalise_text(key)
        if name in out:
            raise ValueError(f"the key {name!r} is there twice")
        out[name] = _normalise(item)
    return out


def _refuse_number(text: str) -> object:
    raise ValueError(f"a payload cannot hold the number {text}; measurements are texts")


# Built once: json.dumps and json.loads with options build a new encoder or decoder at every call.
_ENCODER = json.JSONEncoder(
    sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False, check_circular=False
)
_DECODER = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number)
