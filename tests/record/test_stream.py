"""A large download split study by study is the same as the download read at once."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.record import Record, read_record, read_records
from trialwright.record.stream import BrokenStream, split_studies

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(
    st.lists(st.dictionaries(st.text(max_size=6), _JSON, max_size=3), min_size=1, max_size=4),
    st.integers(1, 90),
    st.sampled_from([None, 1]),
    st.booleans(),
)
def test_every_study_comes_out_as_it_went_in(
    protocols: list[dict[str, Any]], size: int, indent: int | None, wrapped: bool
) -> None:
    studies = [{"protocolSection": protocol, "hasResults": False} for protocol in protocols]
    whole: Any = {"studies": studies, "nextPageToken": 'a"}'} if wrapped else studies
    data = json.dumps(whole, indent=indent, ensure_ascii=False).encode()
    assert [json.loads(piece) for piece in split_studies(cut(data, size))] == studies


def test_the_key_inside_a_text_begins_no_study() -> None:
    studies = [{"protocolSection": {"a": '{"protocolSection": {}}'}}, {"protocolSection": {}}]
    pieces = split_studies([json.dumps(studies).encode()])
    assert [json.loads(piece) for piece in pieces] == studies


@pytest.mark.parametrize("data", [b"", b"[]", b'{"studies": []}', b"x" * 10_000])
def test_a_text_without_studies_is_told(data: bytes) -> None:
    with pytest.raises(BrokenStream, match="holds no study"):
        list(split_studies(cut(data, 100)))


def test_a_text_that_ends_early_gives_its_whole_studies_first() -> None:
    data = json.dumps([{"protocolSection": {"a": 1}}, {"protocolSection": {"b": 2}}]).encode()
    pieces = split_studies([data[:-5]])
    assert json.loads(next(pieces)) == {"protocolSection": {"a": 1}}
    with pytest.raises(BrokenStream, match="ends inside"):
        next(pieces)


ICTRP_TABLE = (
    "TrialID,Public title,Target size,Primary outcome,Study design\r\n"
    'NCT00000001,"A ""quoted"" title",20,"One;Two","Allocation: Randomized. Masking: None. "\r\n'
    "NCT00000002,Second,30,,\r\n"
    "NCT00000003,Third,30,,,too,many\r\n"
)


def test_a_csv_export_gives_a_record_for_each_row() -> None:
    found = list(read_records(ICTRP_TABLE.encode(), "export.csv"))
    first, second, third = found
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert first.protocol.identification.brief_title == 'A "quoted" title'
    assert [one.measure for one in first.protocol.outcomes.primary_outcomes] == ["One", "Two"]
    assert first.protocol.design.design_info.allocation == "RANDOMIZED"
    assert isinstance(third, list)
    assert "line 4" in str(third[0].place)
    assert isinstance(read_record(ICTRP_TABLE.encode(), "export.csv"), list)
