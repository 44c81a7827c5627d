"""A study's results for its record: no rule broken, valid files, every number equal to its rows, no mistaking a
rehearsal for the real thing."""

import json
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.registry.rehearsed import STUDIES, rehearse, submit, submitted
from trialwright.record import Record, read_record, render_shape
from trialwright.registry import Level, check_record
from trialwright.registry.submission import Answers, Submission, build_submission, read_answers
from trialwright.registry.submission.answers import Agreement, Contact, Document
from trialwright.registry.submission.files import render_files
from trialwright.registry.submission.quality import SignOff, list_points, render_quality_sheet
from trialwright.registry.submission.told import Trace

RRS = "{http://clinicaltrials.gov/rrs}"
both_studies = pytest.mark.parametrize("study", STUDIES)
GIVEN = Answers(
    contact=Contact(title="Head of study", organization="A hospital", email="study@hospital.example"),
    agreement=Agreement(employee=True),
    documents=(Document(date="2020-01-20", filename="Prot_SAP_000.pdf", protocol=True, sap=True),),
)


def write(submission: Submission) -> dict[str, bytes]:
    """The files by name, without the mark of a rehearsal in it."""
    files = render_files(submission, "Org", "CTCAE 5.0")
    return {name.removeprefix("REHEARSAL."): data for name, data in files.items()}


@both_studies
def test_no_rule_of_results_is_broken(study: str) -> None:
    submission = submitted(study)
    assert submission.errors == ()
    found = check_record(submission.record, date.fromisoformat(submission.material.header.data_cut[:10]))
    assert [str(one) for one in found if one.level is Level.ERROR] == []
    assert [one for one in found if int(one.number[1:]) >= 94 and one.level is Level.WARNING] == []


@both_studies
def test_the_files_are_valid_and_say_the_same(study: str, shared: Path) -> None:
    submission = submitted(study)
    files = write(submission)
    protocol, results, events = (
        etree.XMLSchema(etree.parse(str(shared / f"prs/{name}.xsd")))
        for name in ("ProtocolRecordSchema", "RRSUploadSchema", "adverseEvents")
    )
    root = etree.fromstring(files["prs.xml"])
    part = root.find(f".//{RRS}result")
    assert part is not None
    for schema, tree in (
        (protocol, root),
        (results, etree.fromstring(etree.tostring(part))),
        (events, etree.fromstring(files["eudract.xml"])),
    ):
        schema.validate(tree)
        assert [str(one) for one in schema.error_log] == []
    again = read_record(files["prs.xml"], "prs.xml")
    assert isinstance(again, Record)
    assert render_shape(again)["resultsSection"] == render_shape(submission.record)["resultsSection"]
    whole = read_record(files["record.json"], "record.json")
    assert isinstance(whole, Record)
    assert whole.results == submission.record.results


@both_studies
def test_the_same_rows_give_the_same_bytes(study: str) -> None:
    assert write(submitted(study)) == write(submit(rehearse(study)))


def _find(shape: Any, path: str) -> Any:
    for key in path.removeprefix("resultsSection.").split("."):
        shape = shape[int(key) if isinstance(shape, list) else key]
    return shape


def _is_of(trace: Trace) -> bool:
    """Whether the written number is the rows' number, as far as its digits show."""
    values = [row.value for row in trace.rows]
    match trace.how:
        case "n":
            return int(trace.value) == trace.rows[0].n_used if trace.rows else trace.value == "0"
        case "sum":
            return int(trace.value) == sum(value or 0 for value in values)
        case "none of":
            return trace.value == "0"
        case "sentence":
            told = re.findall(r"\d+", str(trace.value))
            return all(str(round(value or 0)) in told for value in values)
    value = values[0]
    assert value is not None
    written = re.fullmatch(r"([<>]?)(-?[\d.]+)", str(trace.value))
    assert written is not None
    sign, number = written.group(1), float(written.group(2))
    if sign:
        return value < number if sign == "<" else value > number
    half = 0.5 * 10.0 ** -len(written.group(2).partition(".")[2]) + 1e-9
    return abs(number - value) <= half or abs(number - 100 * value) <= half


@both_studies
def test_every_number_equals_its_rows(study: str) -> None:
    submission = submitted(study)
    results = render_shape(submission.record)["resultsSection"]
    assert len(submission.traces) > 200
    for trace in submission.traces:
        assert _find(results, trace.path) == trace.value
        assert _is_of(trace), trace


@both_studies
def test_no_number_is_without_a_trace(study: str) -> None:
    """Counts, values, limits and p-values of every table; only NA and the statement of nobody asked have no row."""
    submission = submitted(study)
    traced = {one.path for one in submission.traces}
    numeric = {
        "numSubjects", "value", "spread", "lowerLimit", "upperLimit", "pValue", "paramValue", "ciLowerLimit",
        "ciUpperLimit", "numEvents", "numAffected", "numAtRisk", "deathsNumAffected", "seriousNumAtRisk",
    }  # fmt: skip
    loose = []

    def walk(shape: Any, path: str) -> None:
        if isinstance(shape, dict):
            if shape.get("title") == "Race and Ethnicity Not Collected":
                return
            for key, value in shape.items():
                if key in numeric and value != "NA" and f"{path}.{key}" not in traced:
                    loose.append(f"{path}.{key}")
                walk(value, f"{path}.{key}")
        elif isinstance(shape, list):
            for at, value in enumerate(shape):
                walk(value, f"{path}.{at}")

    walk(render_shape(submission.record)["resultsSection"], "resultsSection")
    assert loose == []


@both_studies
def test_every_registered_outcome_is_there_under_its_title(study: str) -> None:
    submission = submitted(study)
    assert submission.record.results is not None
    reported = submission.record.results.outcomes.outcome_measures
    registered = [one for _, one in submission.material.record.protocol.outcomes.leveled]
    told = [(one.title, one.time_frame) for one in reported if one.type in ("PRIMARY", "SECONDARY")]
    assert told == [(one.measure, one.time_frame) for one in registered]
    assert all(one.reporting_status == "POSTED" for one in reported)


def test_a_long_time_frame_is_one_class_a_day() -> None:
    results = submitted("nct04252118").record.results
    assert results is not None
    by_title = {one.title: one for one in results.outcomes.outcome_measures}
    titles = [one.title.rpartition(": ")[2] for one in by_title["Alanine aminotransferase"].classes]
    days = ["Baseline", "Day 3", "Day 6", "Day 10", "Day 14", "Day 21", "Day 28", "Day 90", "Day 180"]
    assert titles == days
    assert all(len(one.denoms[0].counts) == 2 for one in by_title["Alanine aminotransferase"].classes)
    mortality = by_title["Rate of mortality within 28-days"]
    assert mortality.param_type == "COUNT_OF_PARTICIPANTS"
    assert {one.statistical_method for one in mortality.analyses} == {
        "Exact unconditional interval",
        "Fisher exact, mid-p",
    }


def test_times_to_an_event_have_shares_by_day_and_medians_beside_them() -> None:
    submission = submitted("nct04252118")
    assert submission.record.results is not None
    outcomes = submission.record.results.outcomes.outcome_measures
    cleared = next(one for one in outcomes if one.title == "Time of nucleic acid turning negative")
    assert (cleared.param_type, cleared.unit_of_measure) == ("NUMBER", "percentage of participants")
    medians = [one for one in cleared.analyses if one.param_type == "Median time"]
    rows = [
        row
        for row in submission.material.rows
        if (row.analysis, row.category, row.statistic) == ("S2_MAIN", "MEDIAN", "estimate") and row.value is not None
    ]
    assert rows
    assert [float(one.param_value) for one in medians] == [pytest.approx(row.value, abs=0.01) for row in rows]
    assert all(len(one.group_ids) == 1 for one in medians)


def test_a_study_that_asked_nobody_for_race_says_so() -> None:
    material = rehearse("nct04252118")
    rows = tuple(row for row in material.rows if row.parameter not in ("RACE", "ETHNICITY"))
    submission = submit(replace(material, rows=rows))
    assert submission.record.results is not None
    assert "Race and Ethnicity Not Collected" in [one.title for one in submission.record.results.baseline.measures]
    assert submission.errors == ()


def test_a_lost_reason_is_refused() -> None:
    """One drop-out without a reason: V100, and a caller writes nothing."""
    material = rehearse("nct03694327")
    lost = next(row for row in material.rows if row.parameter == "DISCONTINUED" and row.category)
    submission = submit(replace(material, rows=tuple(row for row in material.rows if row is not lost)))
    assert {one.number for one in submission.errors} == {"V100"}


def test_a_missing_number_is_a_finding() -> None:
    material = rehearse("nct03694327")
    rows = tuple(row for row in material.rows if row.parameter != "COMPLETED")
    found = build_submission(replace(material, rows=rows))
    assert isinstance(found, list)
    assert "COMPLETED" in found[0].message


@both_studies
def test_a_rehearsal_says_so_on_every_face(study: str) -> None:
    files = render_files(submitted(study), "Org", "CTCAE 5.0")
    assert files
    for name, data in files.items():
        assert name.startswith("REHEARSAL.")
        text = data.decode()
        if name.endswith(("quality.json", "trace.json")):
            continue
        assert "REHEARSAL" in text or "演练" in text, name
    assert json.loads(files["REHEARSAL.record.json"])["rehearsal"].startswith("REHEARSAL")
    assert json.loads(files["REHEARSAL.trace.json"])["purpose"] == "VIRTUAL"


def _real(answers: Answers) -> Submission:
    """As if the same rows came from a real trial."""
    material = rehearse("nct03694327")
    return submit(replace(material, header=replace(material.header, purpose="PRODUCTION"), answers=answers))


def test_outside_a_rehearsal_nothing_is_assumed() -> None:
    assert {one.number for one in _real(Answers()).errors} == {"V132", "V133", "V134"}
    answered = _real(GIVEN)
    assert answered.errors == ()
    files = render_files(answered, "Org", "CTCAE 5.0")
    assert set(files) == {
        "record.json", "prs.xml", "eudract.xml", "page.html", "summary.en.md", "summary.zh.md", "quality.md",
        "quality.json", "trace.json",
    }  # fmt: skip
    assert not [name for name, data in files.items() if "REHEARSAL" in data.decode()]


def test_a_training_ledger_is_a_rehearsal_too() -> None:
    material = rehearse("nct03694327")
    trained = submit(replace(material, header=replace(material.header, purpose="TRAINING"), answers=GIVEN))
    assert trained.is_rehearsal


def test_the_record_takes_the_ledgers_dates_and_loses_unknown() -> None:
    submission = submitted("nct04252118")
    status, facts = submission.record.protocol.status, submission.material.facts
    assert (status.overall_status, status.last_known_status) == ("COMPLETED", "")
    assert facts.primary_completion is not None
    assert (status.primary_completion.date, status.primary_completion.type) == (
        facts.primary_completion.day.isoformat(),
        "ACTUAL",
    )
    assert submission.record.protocol.design.enrollment_info.count == facts.enrolled
    assert submission.record.has_results is True


def test_other_events_below_the_threshold_are_listed_only_at_zero() -> None:
    material = rehearse("nct03694327")
    every, common = (
        submit(replace(material, answers=Answers(threshold=threshold))).record.results for threshold in (0, 5)
    )
    assert every is not None
    assert common is not None
    few = {one.term for one in common.adverse_events.other_events}
    assert few < {one.term for one in every.adverse_events.other_events}
    for one in common.adverse_events.other_events:
        assert any(100 * (stat.num_affected or 0) >= 5 * (stat.num_at_risk or 1) for stat in one.stats)


def test_signatures_count_for_the_results_that_were_signed() -> None:
    submission = submitted("nct03694327")
    points = list_points(submission, ())
    assert {"contact", "agreement", "documents", "limitations", "events", "plain-language"} <= {
        one.id for one in points
    }
    mine = SignOff(submission.digest, "dr-li", "INVESTIGATOR", "2026-01-02T00:00:00Z", (("contact", "agreed"),))
    other = replace(mine, digest="f" * 64, person="dr-wu")
    sheet = render_quality_sheet(submission, points, [mine, other])
    assert "dr-li (INVESTIGATOR)" in sheet
    assert "dr-wu" not in sheet
    assert "1 signatures are under other results" in sheet
    assert "Nobody has signed" in render_quality_sheet(submission, points, [other])


def test_the_digest_is_of_the_results_and_not_of_the_ledgers_end() -> None:
    """A signature is an entry: it must not change what it signs."""
    material = rehearse("nct03694327")
    later = replace(material.header, position=material.header.position + 1, seal="x", snapshot="1" * 64)
    assert submit(replace(material, header=later)).digest == submitted("nct03694327").digest
    assert submit(replace(material, answers=GIVEN)).digest != submitted("nct03694327").digest


def test_answers_are_read_with_the_place_of_what_is_wrong() -> None:
    assert read_answers(GIVEN.model_dump_json().encode(), "a.json") == GIVEN
    for text, path in (
        (b'{"threshold": 3}', "threshold"),
        (b'{"contact": {"mail": "x"}}', "contact.mail"),
        (b"{", ""),
        (b"[]", ""),
    ):
        found = read_answers(text, "a.json")
        assert isinstance(found, list)
        assert found[0].place.path == path


def test_the_plain_summary_tells_the_same_numbers() -> None:
    files = write(submitted("nct03694327"))
    results = submitted("nct03694327").record.results
    assert results is not None
    english, chinese = files["summary.en.md"].decode(), files["summary.zh.md"].decode()
    primary = results.outcomes.outcome_measures[0].classes[0]
    for cell, denom in zip(primary.categories[0].measurements, primary.denoms[0].counts, strict=True):
        assert f"{cell.value} of {denom.value}" in english
        assert f"{denom.value} 人中有 {cell.value} 人" in chinese
    assert "abstinence for 30 days" not in chinese
    for first, second in pairwise(re.findall(r"^## .*$", english, re.MULTILINE)):
        assert english.index(first) < english.index(second)
    compared = next(one for one in reversed(results.outcomes.outcome_measures[0].analyses) if one.ci_lower_limit)
    points = f"{100 * float(compared.ci_lower_limit):.0f} percentage points"
    assert points in english
    null_inside = float(compared.ci_lower_limit) <= 0 <= float(compared.ci_upper_limit)
    assert ("cannot tell whether there is one" in english) == null_inside
    assert len(re.findall(r"^## ", english, re.MULTILINE)) == len(re.findall(r"^## ", chinese, re.MULTILINE)) == 7
