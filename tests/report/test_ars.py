"""The results as CDISC's Analysis Results Standard has them: every row once, every reference leads somewhere."""

import json
from dataclasses import replace

import pytest

from tests.report.ars_model import check_event
from tests.report.sample import make_bundle
from tests.studies import load_definition
from trialwright.report import render_report, render_results_ars


def test_every_row_stands_once_and_every_reference_is_known():
    bundle = make_bundle()
    event = json.loads(render_results_ars(load_definition(), bundle))
    results = [one for analysis in event["analyses"] for one in analysis["results"]]
    assert len(results) == len(bundle.rows)
    assert [one.get("rawValue") for one in results].count(None) == sum(row.value is None for row in bundle.rows)
    operations = {one["id"] for method in event["methods"] for one in method["operations"]}
    assert {one["operationId"] for one in results} <= operations
    groups = {(each["id"], one["id"]) for each in event["analysisGroupings"] for one in each["groups"]}
    assert {(one["groupingId"], one["groupId"]) for result in results for one in result["resultGroups"]} <= groups
    subsets = {one["id"] for one in event["dataSubsets"]}
    assert {one["dataSubsetId"] for one in event["analyses"] if "dataSubsetId" in one} <= subsets
    listed = [
        item["analysisId"]
        for table in event["mainListOfContents"]["contentsList"]["listItems"]
        for item in table["sublist"]["listItems"]
    ]
    assert sorted(listed) == sorted(one["id"] for one in event["analyses"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_event_keeps_to_the_model(language: str):
    """Fields, required ones, types, rules and references of the model 1.0; one key of the whole is our own."""
    event = json.loads(render_results_ars(load_definition(), make_bundle(), language=language))
    own = event.pop("x_trialwright")
    assert check_event(event) == []
    assert {name: len(one["results"]) for name, one in own["analyses"].items()} == {
        one["id"]: len(one["results"]) for one in event["analyses"]
    }


def test_the_check_finds_what_departs_from_the_model():
    """A field too many, one too few, a reference to nothing, an id given twice, a null."""
    event = json.loads(render_results_ars(load_definition(), make_bundle()))
    event["analyses"][0] |= {"note": "", "methodId": "nowhere"}
    del event["methods"][0]["operations"][0]["order"]
    event["analysisSets"].append(event["analysisSets"][0])
    event["analyses"][1]["results"][0]["rawValue"] = None
    found = "; ".join(check_event(event))
    for text in (
        "Analysis has no note",
        "no AnalysisMethod nowhere",
        "order is missing",
        "given twice",
        "rawValue: None",
    ):
        assert text in found
    assert "ReportingEvent has no x_trialwright" in found


def test_each_analysis_names_snapshot_definition_and_library():
    event = json.loads(render_results_ars(load_definition(), make_bundle()))
    for one in event["analyses"]:
        named = {parameter["name"]: parameter["value"] for parameter in one["programmingCode"]["parameters"]}
        assert named["snapshot"] == ["ab" * 32]
        assert named["definition"][0].split()[0] == load_definition().version
        assert named["library scipy"] == ["1.17.0"] and named["method"] == [one["methodId"]]


def test_participants_stay_inside_where_data_are_real():
    bundle = make_bundle("PRODUCTION")
    assert '"participants"' not in render_results_ars(load_definition(), bundle)
    assert '"participants"' in render_results_ars(load_definition(), make_bundle())


def test_the_same_bundle_gives_the_same_text():
    assert render_results_ars(load_definition(), make_bundle()) == render_results_ars(load_definition(), make_bundle())


def test_what_was_not_signed_is_marked_post_hoc():
    """Every analysis but one was signed: it alone is data driven, and the report says so at its tables."""
    bundle, definition = make_bundle(), load_definition()
    signed = frozenset(one.id for one in definition.plan.analyses if one.id != "P1_MAIN")
    late = replace(bundle, header=replace(bundle.header, planned=signed))
    event = json.loads(render_results_ars(definition, late))
    own = event["x_trialwright"]["analyses"]
    reasons = {one["reason"]["controlledTerm"] for one in event["analyses"] if own[one["id"]]["plan"] == "P1_MAIN"}
    assert reasons == {"DATA DRIVEN"}
    page = render_report(definition, late)
    assert "P1_MAIN (post hoc)" in page
    assert "post hoc" not in render_report(
        definition, replace(bundle, header=replace(bundle.header, planned=signed | {"P1_MAIN"}))
    )


def test_a_reason_names_the_plan_only_where_one_was_signed():
    bundle = make_bundle()
    planned = frozenset(one.id for one in load_definition().plan.analyses if one.id != "P1_MAIN")
    for header, wanted, signed in (
        (replace(bundle.header, planned=None), {"SPECIFIED IN PROTOCOL"}, False),
        (replace(bundle.header, planned=planned), {"SPECIFIED IN SAP", "DATA DRIVEN"}, True),
    ):
        event = json.loads(render_results_ars(load_definition(), replace(bundle, header=header)))
        assert {one["reason"]["controlledTerm"] for one in event["analyses"]} == wanted
        assert event["x_trialwright"]["planSigned"] is signed


def test_a_mean_is_a_summary_and_no_count():
    event = json.loads(render_results_ars(load_definition(), make_bundle()))
    methods = {one["id"]: {each["name"] for each in one["operations"]} for one in event["methods"]}
    assert not methods["count"] & {"mean", "sd", "median", "q1", "q3", "min", "max"}
    assert {"mean", "median"} <= methods["summary"]
