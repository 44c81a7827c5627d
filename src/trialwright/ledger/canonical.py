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
    _check(value)
    text = _ENCODER.encode(value)
    # Without an escape of that kind everything is ASCII, which is in form NFC, and no NUL: nearly every payload.
    return text if "\\u" not in text else _ENCODER.encode(_normalise(value))


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


def _check(value: object) -> None:
    """ValueError for what is no JSON of ours; texts are not looked into."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise ValueError(f"the key {key!r} is no text")
            if not isinstance(item, str):
                _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    elif value is not None and not isinstance(value, str | int):
        raise ValueError(f"a payload cannot hold {value!r} of type {type(value).__name__}; write measurements as texts")


def _normalise(value: object) -> object:
    if isinstance(value, str):
        return normalise_text(value)
    if isinstance(value, list | tuple):
        return [_normalise(item) for item in value]
    if isinstance(value, dict):
        out = {normalise_text(key): _normalise(item) for key, item in value.items()}
        if len(out) < len(value):
            raise ValueError(f"a key is there twice among {sorted(map(ascii, value))}")
        return out
    return value


def _refuse_number(text: str) -> object:
    raise ValueError(f"a payload cannot hold the number {text}; measurements are texts")


# Built once: json.dumps and json.loads with options build a new encoder or decoder at every call.
_ENCODER = json.JSONEncoder(
    sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False, check_circular=False
)
_DECODER = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number)
