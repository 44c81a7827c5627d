"""The canonical text of a payload: one value, one text, and back."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.ledger.canonical import normalise_text, parse_canonical, render_canonical

texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts.map(lambda text: unicodedata.normalize("NFC", text)), inner),
    max_leaves=20,
)
payloads = st.dictionaries(texts.map(lambda text: unicodedata.normalize("NFC", text)), values)


def _normal(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_normal(item) for item in value]
    return {key: _normal(item) for key, item in value.items()} if isinstance(value, dict) else value


@given(payloads)
def test_there_and_back(payload: dict[str, object]) -> None:
    text = render_canonical(payload)
    assert parse_canonical(text) == _normal(payload)
    assert render_canonical(parse_canonical(text)) == text
    assert text.isascii() and "\0" not in text


@given(payloads)
def test_the_order_of_keys_makes_no_difference(payload: dict[str, object]) -> None:
    turned = dict(reversed(payload.items()))
    assert render_canonical(turned) == render_canonical(payload)
    assert json.loads(render_canonical(payload)) == _normal(payload)  # any JSON reader reads it


def test_the_text_of_rfc_8785_where_both_apply() -> None:
    """RFC 8785, section 3.2.2 without its numbers: order and the shortest escapes; ours escapes beyond ASCII too."""
    value = {"string": '€$\u000f\nA\'B"\\\\"/', "literals": [None, True, False]}
    expected = r'{"literals":[null,true,false],"string":"\u20ac$\u000f\nA' + r"'B\"\\\\\"/" + '"}'
    assert render_canonical(value) == expected


def test_a_letter_and_its_parts_are_one() -> None:
    assert render_canonical({"e\u0301": "e\u0301"}) == render_canonical({"é": "é"}) == r'{"\u00e9":"\u00e9"}'


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"a": 37.2}, "37.2"),
        ({"a": float("nan")}, "nan"),
        ({"a": "x\0"}, "NUL"),
        ({"x\0": "a"}, "NUL"),
        ({"a": "\ud800"}, "surrogate"),
        ({1: "a"}, "no text"),
        ({"é": 1, "e\u0301": 2}, "twice"),
        ({"a": {1, 2}}, "set"),
        ({"a": b"x"}, "bytes"),
    ],
)
def test_what_a_payload_cannot_hold_is_refused(value: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        render_canonical(value)


@pytest.mark.parametrize("text", ["[1]", '"a"', '{"a":1.0}', '{"a":NaN}', '{"a":1e3}', "{", ""])
def test_what_is_no_payload_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_canonical(text)


def test_digits_stay_as_they_were_entered() -> None:
    assert parse_canonical(render_canonical({"t": "37.20", "n": "1e400"})) == {"n": "1e400", "t": "37.20"}


def test_numbers_that_only_look_equal_stay_apart() -> None:
    assert render_canonical({"a": True}) != render_canonical({"a": 1})


def test_normal_text_is_left_alone() -> None:
    assert normalise_text("发热") == "发热"
