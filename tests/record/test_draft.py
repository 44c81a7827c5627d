"""The draft study of a record: complete where the record speaks, open where it is silent."""

import json
from pathlib import Path

from click.testing import CliRunner
from ruamel.yaml import YAML

from tests.record.conftest import PAGE
from trialwright.cli.new import new
from trialwright.definition.load import load_parts, read_files
from trialwright.record import Record, compute_sentence_hash, read_record, render_shape
from trialwright.record.draft import draft_study
from trialwright.record.draft_yaml import render_draft_yaml


def test_the_draft_of_the_page(page: Record) -> None:
    draft = draft_study(page)
    study = draft.study
    assert [(arm["title"], arm["planned"], arm["day0"]) for arm in study["arms"]] == [
        ("MSCs Treatment Group", 10, "FIRST_DOSE"),
        ("Conventional Control Group", 10, "ALLOCATION"),
    ]
    (msc,) = study["interventions"]
    assert msc["dose"] == {
        "amount": 3.0e7,
        "unit": "cells",
        "record": "3.0*10E7",
        "route": "INTRAVENOUS",
        "assumed": ["dose_mscs"],
    }
    assert msc["at"] == ["D0", "D3", "D6"]
    assert [one["day"] for one in study["encounters"]] == [0, 0, 3, 6, 10, 14, 21, 28, 90, 180]
    assert len(study["endpoints"]) == 9
    assert {one["level"] for one in study["endpoints"]} == {"undecided"}
    assert study["endpoints"][4]["at"] == ["D28"]
    assert [one["id"] for one in study["eligibility"]] == ["I1", "I2", "I3", "E1", "E2", "E3", "E4", "E5"]
    assert draft.hashes["E4"] == compute_sentence_hash(study["eligibility"][6]["text"])
    assert study["safety"]["ctcae"] == "4.03"
    assert study["study"]["follow_up_days"] == 180
    assert study["sites"][0]["country"] == "CHN"


def test_what_a_person_must_still_decide(page: Record) -> None:
    decisions = {decision.id: decision for decision in draft_study(page).decisions}
    dose = decisions["dose-mscs"]
    assert dose.kind == "DOSE"
    assert "3E+7 or 3E+8" in dose.question
    # The description names the dose a second time; both passages are shown.
    assert "3.0*10E7 MSCs intravenously" in dose.record_says
    assert "one round (3 times) of 3.0*10E7 cells" in dose.record_says
    assert decisions["sites"].kind == "SITE"
    assert "multi-center" in decisions["sites"].record_says
    assert {"levels", "day-0", "arm-sizes", "windows", "allocation-method", "ae-window", "spacing-mscs"} <= set(
        decisions
    )
    assert all(decision.question.endswith(("?", ".")) for decision in decisions.values())


def test_every_record_gives_a_draft(shared: Path) -> None:
    for file in [*shared.glob("v2/*.json"), *shared.glob("nct04252118/*ictrp*")]:
        record = read_record(file.read_bytes(), file.name)
        assert isinstance(record, Record)
        draft = draft_study(record)
        assert len(draft.study["endpoints"]) == len(record.protocol.outcomes.leveled)
        assert len(draft.study["arms"]) == len(record.protocol.arms.arm_groups)
        assert len(draft.study["eligibility"]) == len(draft.criteria.criteria)
        assert draft.decisions
        loaded = YAML(typ="safe", pure=True).load(render_draft_yaml(draft))
        assert loaded == draft.study


def test_ictrp_names_two_primary_outcomes(shared: Path) -> None:
    record = read_record((shared / "nct04252118/NCT04252118_ictrp_2020-07-07.json").read_bytes(), "x")
    assert isinstance(record, Record)
    assert [one["level"] for one in draft_study(record).study["endpoints"]] == ["primary", "primary"]


def test_the_command_writes_three_files(tmp_path: Path, page: Record) -> None:
    folder = tmp_path / "study"
    result = CliRunner().invoke(new, [str(PAGE), str(folder), "--json"])
    assert result.exit_code == 0
    summary = json.loads(result.output)
    assert (summary["arms"], summary["outcomes"], summary["time_points"]) == (2, 9, 9)
    assert summary["criteria"] == {"inclusion": 3, "exclusion": 5, "undecided": 0}
    assert summary["doses"][0]["at"] == ["D0", "D3", "D6"]
    assert sorted(path.name for path in folder.iterdir()) == ["decisions.md", "registry.json", "study.yaml"]
    again = read_record((folder / "registry.json").read_bytes(), "registry.json")
    assert isinstance(again, Record)
    assert render_shape(again) == render_shape(page)
    assert CliRunner().invoke(new, [str(PAGE), str(folder)]).exit_code == 2
    assert CliRunner().invoke(new, [str(PAGE), str(folder), "--force"]).exit_code == 0


def test_the_command_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"protocolSection": {"statusModule": {"overallStatus": 1}}}')
    result = CliRunner().invoke(new, [str(broken), str(tmp_path / "study")])
    assert result.exit_code == 1
    assert "protocolSection.statusModule.overallStatus" in result.output
    assert not (tmp_path / "study").exists()


def test_the_draft_asks_the_compiler_for_nothing_but_decisions(tmp_path: Path, shared: Path) -> None:
    """The draft has the shape of a study: what its check still misses is what only a person can say."""
    sources = [PAGE, *sorted(shared.glob("v2/*.json"))]
    for number, source in enumerate(sources):
        folder = tmp_path / str(number)
        assert CliRunner().invoke(new, [str(source), str(folder)]).exit_code == 0
        _, findings = load_parts(read_files(folder))
        missing = {(finding.code, finding.message.partition(":")[0].split(" ")[0]) for finding in findings}
        allowed = {
            ("no-file", "the"),  # analysis.yaml
            ("unknown-word", "level"),  # the level of an outcome that the page does not tell
            ("structure", "endpoint"),  # what measures an endpoint
            ("structure", "at"),  # an outcome without a day
        }
        record = read_record(source.read_bytes(), source.name)
        assert isinstance(record, Record)
        if record.protocol.design.study_type == "OBSERVATIONAL":
            unknown = ("allocation", "model", "masking", "purpose", "type")
            allowed |= {("structure", "arms"), *(("missing-field", name) for name in unknown)}
        if record.protocol.status.overall_status == "WITHDRAWN":
            allowed |= {("structure", "arms"), ("missing-field", "planned"), ("missing-field", "planned_enrolment")}
        assert missing <= allowed, [str(one) for one in findings]
