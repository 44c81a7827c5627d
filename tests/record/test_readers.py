"""Every public record reads; v2 → model → v2 is the identity; broken input gives findings with a path."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.record import Record, read_record, read_records, render_shape


def load(path: Path) -> Record:
    record = read_record(path.read_bytes(), path.name)
    assert isinstance(record, Record), [str(finding) for finding in record]
    return record


def test_v2_is_the_identity(shared: Path) -> None:
    files = sorted(shared.glob("v2/*.json"))
    assert len(files) == 8
    for file in files:
        original = json.loads(file.read_bytes())
        record = load(file)
        assert render_shape(record, derived=True) == original
        original.pop("derivedSection")
        assert render_shape(record) == original
        assert not _unknown(record), "the model knows every field of these records"


def _unknown(part: Any) -> list[str]:
    """Names of the fields of a record that the model does not have."""
    found = list(getattr(part, "model_extra", None) or [])
    for name in type(part).model_fields if hasattr(part, "model_fields_set") else []:
        value = getattr(part, name)
        for one in value if isinstance(value, tuple) else [value]:
            if hasattr(one, "model_fields_set"):
                found += _unknown(one)
    return found


def test_an_unknown_field_is_kept_anywhere() -> None:
    shape = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT00000001", "newField": {"deep": [1, None, "x"]}},
            "newModule": {"a": 1},
            "outcomesModule": {"primaryOutcomes": [{"measure": "m", "colour": "red"}]},
        },
        "newSection": [1.5],
    }
    record = read_record(json.dumps(shape).encode(), "x.json")
    assert isinstance(record, Record)
    assert render_shape(record) == shape


def test_a_search_download_gives_each_study_and_a_broken_one_its_findings() -> None:
    good = {"protocolSection": {"identificationModule": {"nctId": "NCT00000001"}}}
    bad = {"protocolSection": {"identificationModule": {"nctId": 1}, "statusModule": []}}
    found = list(read_records(json.dumps({"studies": [good, bad, good]}).encode(), "page.json"))
    assert [isinstance(one, Record) for one in found] == [True, False, True]
    assert isinstance(found[1], list)
    assert {finding.place.path for finding in found[1]} == {
        "protocolSection.identificationModule.nctId",
        "protocolSection.statusModule",
    }
    assert {finding.place.file for finding in found[1]} == {"page.json[1]"}
    assert isinstance(read_record(json.dumps([good, good]).encode(), "two.json"), list)


@pytest.mark.parametrize(
    "name",
    ["2020-03-18.xml", "2020-04-07.json", "2020-04-15.json", "2020-07-07.json"],
)
def test_ictrp_exports(shared: Path, name: str) -> None:
    record = load(shared / f"nct04252118/NCT04252118_ictrp_{name}")
    protocol = record.protocol
    assert protocol.identification.nct_id == "NCT04252118"
    assert protocol.status.start.date == "2020-01-27"
    assert protocol.status.study_first_submit_date == "2020-01-27"
    assert protocol.design.enrollment_info.count == 20
    assert protocol.design.design_info.intervention_model == "PARALLEL"
    assert {one.measure for one in protocol.outcomes.primary_outcomes} == {
        "Size of lesion area by chest radiograph or CT",
        "Side effects in the MSCs treatment group",
    }
    assert [(one.type, one.name) for one in protocol.arms.interventions] == [("BIOLOGICAL", "MSCs")]
    assert [one.country for one in protocol.contacts.locations] == ["China"]
    assert record.reading.column("Retrospective flag") == "Yes"
    assert protocol.eligibility.eligibility_criteria.startswith("Inclusion Criteria:")
    assert "<br>" not in protocol.eligibility.eligibility_criteria
    assert "_x000D_" not in protocol.eligibility.eligibility_criteria


def test_the_classic_download_row(shared: Path) -> None:
    record = load(shared / "nct04252118/NCT04252118_ctgov_csv_2020-08.json")
    assert len(record.protocol.outcomes.unlabelled_outcomes) == 9
    assert record.protocol.sponsor.lead_sponsor.name == "Beijing 302 Hospital"
    assert len(record.protocol.sponsor.collaborators) == 6
    assert record.protocol.status.primary_completion.date == "2020-12"
    assert record.protocol.eligibility.minimum_age == "18 Years"


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Trials_downloaded_from_ICTRP><Trial><TrialID>&b;</TrialID></Trial></Trials_downloaded_from_ICTRP>"""
OUTSIDE = b"""<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Trial><TrialID>&f;</TrialID></Trial>"""


@pytest.mark.parametrize("data", [BOMB, OUTSIDE])
def test_bombs_and_external_entities_are_refused(data: bytes) -> None:
    found = read_record(data, "bomb.xml")
    assert isinstance(found, list)
    assert found[0].code == "xml-entities"


def test_a_document_type_cannot_hide_in_another_encoding() -> None:
    found = read_record(BOMB.decode().encode("utf-16"), "bomb.xml")
    assert isinstance(found, list)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xef\xbb\xbf",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b"[1]",
        b'{"protocolSection": 3}',
        b'{"studies": {}}',
        b'{"studies": [null]}',
        b'{"TrialID": [], "Public title": {}}',
        b'{"NCT Number": 1, "Study Designs": 2}',
        b"<a>",
        b"<a/>",
        b"<a>&nope;</a>",
        b"\xff\xfe\x00",
        b"hello",
        b"[" * 100_000,
        b'{"protocolSection":' * 5_000,
        b"<Trial>" * 5_000,
        b'{"protocolSection": {"statusModule": {"overallStatus": NaN}}}',
        b'{"protocolSection": {"designModule": {"enrollmentInfo": {"count": "20"}}}}',
    ],
)
def test_broken_files_give_findings(data: bytes) -> None:
    found = list(read_records(data, "broken"))
    for one in found:
        assert isinstance(one, list)
        assert one and all(finding.message and finding.place.file.startswith("broken") for finding in one)
    assert isinstance(read_record(data, "broken"), list)


def mutate(value: Any, rng: np.random.Generator) -> Any:
    """The value with one part, anywhere in it, replaced, removed, doubled or renamed."""
    junk = [None, True, -1, 1.5, "", "x" * 300, [], {}, [None], {"a": {"b": []}}, "\u0000", "2020-13-45", 10**30]
    if isinstance(value, dict) and value and rng.random() < 0.85:
        keys = list(value)
        key = keys[int(rng.integers(len(keys)))]
        act = rng.random()
        if act < 0.1:
            return {name: part for name, part in value.items() if name != key}
        if act < 0.2:
            return {(name if name != key else name.upper()): part for name, part in value.items()}
        return {name: (mutate(part, rng) if name == key else part) for name, part in value.items()}
    if isinstance(value, list) and value and rng.random() < 0.85:
        at = int(rng.integers(len(value)))
        if rng.random() < 0.1:
            return [*value, value[at]]
        return [mutate(part, rng) if number == at else part for number, part in enumerate(value)]
    return junk[int(rng.integers(len(junk)))]


def test_ten_thousand_mutations_never_crash_the_reader(shared: Path) -> None:
    """Each mutation of a real record reads, or gives a finding with a path."""
    small = [json.loads(path.read_bytes()) for path in sorted(shared.glob("v2/*.json")) if path.stat().st_size < 15_000]
    rows = [json.loads(path.read_bytes()) for path in sorted(shared.glob("nct04252118/*ictrp*.json"))]
    rng = np.random.default_rng(20200127)
    broken = 0
    for number in range(10_000):
        source = small[number % len(small)] if number % 5 else rows[number % len(rows)]
        data = json.dumps(mutate(source, rng)).encode()
        for found in read_records(data, "fuzz.json"):
            if isinstance(found, list):
                broken += 1
                assert found and all(finding.message for finding in found)
                assert all(finding.place.path for finding in found if finding.code == "record-shape")
    assert 500 < broken < 9_500


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    for found in read_records(data, "any"):
        assert isinstance(found, Record) or found


@given(st.text(max_size=400))
def test_any_text_in_a_page(text: str) -> None:
    head = "T\nClinicalTrials.gov Identifier: NCT00000001 |\n"
    for found in read_records((head + text).encode("utf-8", "replace"), "any"):
        assert isinstance(found, Record)
