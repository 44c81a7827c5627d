"""The results as CDISC's Analysis Results Standard has them: every row once, every reference leads somewhere."""

import json
from dataclasses import replace

from tests.report.sample import make_bundle
from tests.studies import load_definition
from trialwright.report import render_report, render_results_ars


def test_every_row_stands_once_and_every_reference_is_known():
    bundle = make_bundle()
    event = json.loads(render_results_ars(load_definition(), bundle))
    results = [one for analysis in event["analyses"] for one in analysis["results"]]
    assert len(results) == len(bundle.rows)
    assert [one["rawValue"] for one in results].count(None) == sum(row.value is None for row in bundle.rows)
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


def test_each_analysis_names_snapshot_definition_and_library():
    event = json.loads(render_results_ars(load_definition(), make_bundle()))
    for one in event["analyses"]:
        provenance = one["x_trialwright"]["provenance"]
        assert provenance["snapshot"] == "ab" * 32
        assert provenance["definition"]["version"] == load_definition().version
        assert provenance["libraries"]["scipy"] == "1.17.0"


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
    reasons = {
        one["reason"]["controlledTerm"] for one in event["analyses"] if one["x_trialwright"]["plan"] == "P1_MAIN"
    }
    assert reasons == {"DATA DRIVEN"}
    page = render_report(definition, late)
    assert "P1_MAIN (post hoc)" in page
    assert "post hoc" not in render_report(
        definition, replace(bundle, header=replace(bundle.header, planned=signed | {"P1_MAIN"}))
    )
