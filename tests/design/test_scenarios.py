"""Scenario files: the shipped ones are right, a wrong one is told every mistake with its line."""

from tests.design.conftest import load_model
from tests.studies import STUDY, load_definition, load_files
from trialwright.definition.load import read_files
from trialwright.design import compile_scenarios

WRONG = """show: {P9: D28, P1: D180}
scenarios:
  - id: ONE
    title: One
    why: because
    effects:
      ct_read.lesion: {MSC: 0.8}
      chemistry.crp: {MSC: -1, PLACEBO: 2}
      demographics.sex: {MSC: 2}
    rates:
      demographics.sex: {MSC: {X: 1}}
      chemistry.alt: {MSC: {Y: 1}}
    related: {MSC: 0.1}
    toxicity: {MSC: 0.3}
  - id: ONE
    title: Again
    why: because
"""


def test_the_studies_ship_scenarios_that_all_can_be_simulated():
    model, file = load_model()
    assert len(file.scenarios) == 10
    assert all(one.why for one in file.scenarios)
    assert {one.endpoint for one in model.asked} == {"P1", "P2", "S1", "S2", "S3", "S4", "S5", "S6", "S7"}
    assert [one.unlike for one in model.asked if one.unlike] == []
    model, file = load_model(True)
    assert {one.endpoint for one in model.asked} == {"P1", "S1", "S2", "O1"}
    assert [one.unlike for one in model.asked if one.unlike] == []


def test_every_mistake_is_told_at_once_with_its_line():
    file, findings = compile_scenarios(load_definition(), WRONG)
    assert file is None
    told = {(one.place.line, one.code) for one in findings}
    assert told == {
        (1, "unknown-endpoint"), (1, "unknown-visit"), (7, "unknown-item"), (8, "kind"), (8, "unknown-arm"), (9, "kind"),
        (11, "unknown-code"), (12, "kind"), (14, "order"), (15, "twice"),
    }  # fmt: skip
    assert all(str(one).startswith("scenarios.yaml:") for one in findings)


def test_structural_mistakes_have_their_line_too():
    text = WRONG.replace("    why: because\n", "    wy: because\n", 1).replace("MSC: 0.3", "MSC: 1.3")
    _, findings = compile_scenarios(load_definition(), text)
    assert {(one.place.line, one.code) for one in findings} >= {(3, "missing-field"), (5, "unknown-field")}
    assert [one.code for one in compile_scenarios(load_definition(), "")[1]] == ["yaml"]
    assert [one.code for one in compile_scenarios(load_definition(), "scenarios: []")[1]] == ["structure"]


def test_scenarios_are_no_part_of_the_definition():
    assert (STUDY / "scenarios.yaml").exists()
    assert "scenarios.yaml" not in read_files(STUDY)
    assert "scenarios.yaml" not in load_files()
