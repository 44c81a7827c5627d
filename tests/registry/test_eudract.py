"""EudraCT's adverse-event file: valid against its schema, every count in its place, what is missing told."""

from pathlib import Path

import pytest
from lxml import etree

from tests.registry.good import TRIAL, both, changed, make, put
from trialwright.record import Record, read_record
from trialwright.registry.eudract import SeriousDetail, render_eudract
from trialwright.registry.tables import load_rows

EVENTS = "resultsSection.adverseEventsModule"


@pytest.fixture(scope="session")
def schema(shared: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(shared / "prs/adverseEvents.xsd")))


def test_there_are_27_organ_systems_with_numbers_of_their_own(shared: Path) -> None:
    rows = load_rows("organ_systems")
    assert len(rows) == 27
    assert len({row["eutct_id"] for row in rows}) == 27
    listed = {
        one.findtext("soc_term"): one.findtext("eutctId") for one in etree.parse(str(shared / "prs/soc.xml")).getroot()
    }
    assert {row["meddra"]: row["eutct_id"] for row in rows} == listed


def test_real_results_make_valid_files(shared: Path, schema: etree.XMLSchema) -> None:
    written = 0
    for file in [*sorted(shared.glob("v2/*.json")), shared / "xml/NCT01642004.xml"]:
        record = read_record(file.read_bytes(), file.name)
        assert isinstance(record, Record)
        if record.results is not None:
            xml = render_eudract(record.results.adverse_events, "18.0").xml
            schema.validate(etree.fromstring(xml))
            assert [str(error) for error in schema.error_log] == []
            written += 1
    assert written == 4


def test_counts_stand_where_they_belong(schema: etree.XMLSchema) -> None:
    record = make(TRIAL)
    assert record.results is not None
    details = {("Pneumonia", group): SeriousDetail(1, 0, 0) for group in ("EG000", "EG001")}
    file = render_eudract(record.results.adverse_events, "27.1", details)
    root = etree.fromstring(file.xml)
    assert schema.validate(root)
    assert root.findtext("nonSeriousEventFrequencyThreshold") == "5"
    group = root.find("reportingGroups/reportingGroup")
    assert group is not None
    assert group.findtext("subjectsAffectedByNonSeriousAdverseEvents") == "5"
    assert group.findtext("subjectsExposed") == "40"
    serious = root.find("seriousAdverseEvents/seriousAdverseEvent")
    assert serious is not None
    assert serious.findtext("organSystem/eutctId") == "100000004862"
    assert serious.findtext("values/value/occurrencesCausallyRelatedToTreatment") == "1"
    assert dict(file.losses) == {
        "deathsResultingFromAdverseEvents": "the record does not tell deaths that adverse events caused"
    }


def test_what_is_too_long_or_missing_is_told(schema: etree.XMLSchema) -> None:
    shape = changed(
        TRIAL,
        both(
            put(f"{EVENTS}.eventGroups.0.title", "x" * 90),
            put(f"{EVENTS}.eventGroups.1.title", "A"),
            put(f"{EVENTS}.description", "y" * 400),
            put(f"{EVENTS}.otherEvents.0.organSystem", "Nowhere"),
        ),
    )
    record = make(shape)
    assert record.results is not None
    file = render_eudract(record.results.adverse_events, "27.1")
    assert schema.validate(etree.fromstring(file.xml))
    losses = dict(file.losses)
    assert losses["eventGroups.EG000.title"] == "cut from 90 to 62 characters"
    assert losses["description"] == "cut from 400 to 350 characters"
    assert "Headache.organSystem" in losses
    assert "seriousEvents" in losses
