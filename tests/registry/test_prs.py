"""The upload file is valid against the registry's two schemas, and what is read back is what was written."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.registry.good import OBSERVATIONAL, OPEN_TRIAL, TRIAL, Shape, both, changed, make, put
from trialwright.record import Record, read_record, render_shape
from trialwright.registry.case import Background
from trialwright.registry.prs_out import render_prs


@pytest.fixture(scope="session")
def schema(shared: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(shared / "prs/ProtocolRecordSchema.xsd")))


def load(path: Path) -> Record:
    record = read_record(path.read_bytes(), path.name)
    assert isinstance(record, Record)
    return record


def again(record: Record) -> Record:
    """The record that is read from the record's own upload file."""
    found = read_record(render_prs(record, "Org").xml, "again.xml")
    assert isinstance(found, Record), [str(one) for one in found]
    return found


def assert_valid(schema: etree.XMLSchema, xml: bytes) -> None:
    schema.validate(etree.fromstring(xml))
    assert [str(error) for error in schema.error_log] == []


def test_every_public_record_makes_a_valid_file(shared: Path, page: Record, schema: etree.XMLSchema) -> None:
    files = [*shared.glob("v2/*.json"), *shared.glob("xml/*.xml"), shared / "prs/1234.xml"]
    assert len(files) == 11
    for record in [*map(load, files), page]:
        assert_valid(schema, render_prs(record, "Org").xml)
        assert_valid(schema, render_prs(record, "Org", partial=True).xml)


@pytest.mark.parametrize("shape", [TRIAL, OPEN_TRIAL, OBSERVATIONAL], ids=["completed", "open", "observational"])
def test_made_records_are_valid_too(shape: Shape, schema: etree.XMLSchema) -> None:
    known = Background(ethics_status="APPROVED", is_ind=True, ind_center="CBER", ind_number="12345")
    assert_valid(schema, render_prs(make(shape), "Org", known).xml)


def test_results_of_real_records_survive_the_round_trip(shared: Path) -> None:
    """Identity of the whole results section: three API v2 records and one legacy record."""
    compared = 0
    for file in [*sorted(shared.glob("v2/*.json")), shared / "xml/NCT01642004.xml"]:
        record = load(file)
        if record.results is not None:
            assert render_shape(again(record))["resultsSection"] == render_shape(record)["resultsSection"]
            compared += 1
    assert compared == 4


# What the registry itself gives: a submission does not carry it.
GIVEN = {
    "statusModule": {
        "lastKnownStatus", "expandedAccessInfo", "studyFirstSubmitDate", "studyFirstSubmitQcDate",
        "studyFirstPostDateStruct", "resultsFirstSubmitDate", "resultsFirstSubmitQcDate", "resultsFirstPostDateStruct",
        "dispFirstSubmitDate", "dispFirstSubmitQcDate", "dispFirstPostDateStruct", "lastUpdateSubmitDate",
        "lastUpdatePostDateStruct",
    },
    "identificationModule": {"nctId", "nctIdAliases", "organization"},
}  # fmt: skip


def _submitted(protocol: Any) -> Any:
    """A protocol section without what the registry gives: numbers, posting dates, classes, map positions, links."""
    plain = {
        module: {key: value for key, value in fields.items() if key not in GIVEN.get(module, set())}
        for module, fields in json.loads(json.dumps(protocol)).items()
    }
    sponsor = plain["sponsorCollaboratorsModule"]
    for one in [sponsor["leadSponsor"], *sponsor.get("collaborators", [])]:
        one.pop("class", None)
    for place in plain.get("contactsLocationsModule", {}).get("locations", []):
        place.pop("geoPoint", None)
    names = plain["identificationModule"]
    for one in [names["orgStudyIdInfo"], *names.get("secondaryIdInfos", [])]:
        one.pop("link", None)
    names["orgStudyIdInfo"].pop("type", None)
    if plain["designModule"]["studyType"] == "OBSERVATIONAL":
        plain["designModule"].pop("bioSpec", None)
    return plain


def test_the_registered_part_survives_but_for_what_the_registry_gives(shared: Path) -> None:
    for file in [*sorted(shared.glob("v2/*.json")), *sorted(shared.glob("xml/*.xml"))]:
        record = load(file)
        before, after = render_shape(record)["protocolSection"], render_shape(again(record))["protocolSection"]
        assert _submitted(after) == _submitted(before), record.nct_id


def test_what_has_no_place_is_told(page: Record) -> None:
    losses = dict(render_prs(page, "Org").losses)
    assert losses["outcomesModule.unlabelledOutcomes"] == "outcomes without a level"
    assert "descriptionModule.unlabelledDescription" in losses
    assert render_prs(make(OPEN_TRIAL), "Org").losses == ()


def test_texts_that_xml_cannot_hold_do_not_break_the_file(schema: etree.XMLSchema) -> None:
    shape = changed(
        TRIAL,
        both(
            put("protocolSection.descriptionModule.briefSummary", "a\u0000b\u000bc ]]> & < é \U0001f600"),
            put("resultsSection.adverseEventsModule.description", "x\u0001"),
        ),
    )
    xml = render_prs(make(shape), "Org").xml
    assert_valid(schema, xml)
    found = read_record(xml, "x")
    assert isinstance(found, Record)
    assert found.protocol.description.brief_summary == "abc ]]> & < é \U0001f600"


def test_the_same_record_gives_the_same_bytes() -> None:
    assert render_prs(make(TRIAL), "Org").xml == render_prs(make(TRIAL), "Org").xml
