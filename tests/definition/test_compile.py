"""The study compiler: what it proves of NCT04252118, and that each mistake is named with file and line, all in one run."""

import pytest

from tests.studies import compile_changed, find_line, load_definition, load_files
from trialwright.definition.check_record import list_promises
from trialwright.definition.compile import compile_study
from trialwright.definition.design import BLOCKING
from trialwright.vocabulary.findings import Severity


def test_study_is_covered() -> None:
    compilation = compile_study(load_files())
    assert compilation.errors == ()
    coverage = compilation.coverage
    assert coverage is not None
    assert (coverage.covered, len(coverage.endpoints)) == (9, 9)
    assert (coverage.decided, len(coverage.criteria)) == (8, 8)
    assert all(one.in_record for one in coverage.criteria)
    assert coverage.doses == {"MSC": {"D0": True, "D3": True, "D6": True}}
    assert {"immune cells", "inflammatory factors"} <= set(coverage.evaluations)


@pytest.mark.req("V2")
def test_four_mistakes_in_one_run() -> None:
    """One form taken from one visit, one item misspelt in a rule, two windows made to overlap, one label without Chinese."""
    files = dict(load_files())
    files["study.yaml"] = (
        files["study.yaml"]
        .replace("{form: ct_read, at: [BASELINE, D3,", "{form: ct_read, at: [BASELINE,", 1)
        .replace("age_years BETWEEN", "age_yeers BETWEEN", 1)
        .replace(
            "id: D3, title: Day 3, epoch: TREATMENT, day: 3, window: [-1, 1]",
            "id: D3, title: Day 3, epoch: TREATMENT, day: 3, window: [-1, 2]",
            1,
        )
    )
    files["locale/zh.yaml"] = files["locale/zh.yaml"].replace("  D10:", "  D10x:", 1)
    found = {(one.code, one.place.file, one.place.line) for one in compile_study(files).errors}
    assert ("not-measured", "study.yaml", find_line("study.yaml", "{form: ct_read,")) in found
    assert ("unknown-item", "study.yaml", find_line("study.yaml", "age_years BETWEEN")) in found
    assert ("overlap", "study.yaml", find_line("study.yaml", "id: D6,")) in found
    assert ("no-translation", "study.yaml", find_line("study.yaml", "id: D10,")) in found


def test_finding_says_what_would_be_right() -> None:
    errors = compile_changed({"study.yaml": ("age_years BETWEEN", "age_yeers BETWEEN")}).errors
    assert [one.remedy for one in errors] == ["did you mean age_years?"]


def test_missing_dosing_form() -> None:
    errors = compile_changed(
        {"study.yaml": ("{form: infusion, at: [D0, D3, D6]", "{form: infusion, at: [D0, D6]")}
    ).errors
    assert any(one.code == "no-dosing-form" and "D3" in one.message for one in errors)


def test_sampling_cannot_answer() -> None:
    """Fever for 72 h cannot be seen at visits days apart, nor two negatives 24 h apart without a second sample."""
    daily = compile_changed(
        {
            "study.yaml": (
                "{form: daily_log, at: DAILY, first: BASELINE, last: D28,",
                "{form: daily_log, at: [BASELINE, D3, D6, D10, D14, D21, D28],",
            )
        }
    )
    assert any(one.code == "sampling" and "daily_log" in one.message for one in daily.errors)
    once = compile_changed({"study.yaml": ("    confirm_hours: 24\n    confirm_when: result = 'NEGATIVE'\n", "")})
    assert any(one.code == "sampling" and "rt_pcr" in one.message for one in once.errors)


def test_every_promise_of_the_summary_is_kept() -> None:
    errors = compile_changed({"study.yaml": ("phrase: inflammatory factors", "phrase: clinical symptoms")}).errors
    assert any(one.code == "promise" and "inflammatory factors" in one.message for one in errors)


def test_promises_are_cut_at_commas() -> None:
    text = (
        "The clinical symptoms, side effects, characteristics (immune cells, inflammatory factors, etc.) "
        "will be evaluated during follow up."
    )
    assert list_promises(text) == ["clinical symptoms", "side effects", "immune cells", "inflammatory factors"]


def test_sentence_of_the_record_must_be_verbatim() -> None:
    errors = compile_changed(
        {"study.yaml": ("Patients who are participating in other clinical trials", "Patients in other trials")}
    ).errors
    assert {one.code for one in errors} == {"sentence"}


def test_facts_of_the_record_are_compared() -> None:
    errors = compile_changed({"study.yaml": ("planned_enrolment: 20", "planned_enrolment: 30")}).errors
    assert {"enrolment", "fact"} <= {one.code for one in errors}


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("study.yaml", "masking: NONE", "masking: NOBODY", "unknown-word"),
        ("study.yaml", "follow_up_days: 180", "follow_up_dayz: 180", "unknown-field"),
        ("study.yaml", "follow_up_days: 180", "follow_up_days: long", "structure"),
        ("study.yaml", "planned_enrolment: 20", "planned_enrolment: 20\n  planned_enrolment: 21", "yaml-duplicate"),
        ("analysis.yaml", "analyses:", "analyses: [", "yaml"),
    ],
)
def test_structural_mistakes_have_file_and_line(file: str, old: str, new: str, code: str) -> None:
    errors = compile_changed({file: (old, new)}).errors
    assert any(one.code == code and one.place.file == file and one.place.line > 0 for one in errors)


def test_assumptions_name_their_class() -> None:
    study = load_definition().study
    kinds = {one.kind for one in study.assumptions}
    assert {"DOSE", "DAY_0", "CAP", "PRIMARY_ENDPOINT", "WINDOW", "ENDPOINT_DEFINITION"} <= kinds
    assert all(one.needs_signature == (one.kind in BLOCKING) for one in study.assumptions)
    assert {one.kind for one in study.assumptions if one.needs_signature} <= set(BLOCKING)


def test_registry_text_of_the_dose_is_verbatim() -> None:
    dose = load_definition().interventions["MSC"].dose
    assert dose is not None
    assert (dose.record, dose.amount, dose.unit) == ("3.0*10E7", 3.0e7, "cells")
    assert dose.assumed


def test_nothing_but_errors_stops_a_study() -> None:
    compilation = compile_study(load_files())
    assert all(one.severity is not Severity.ERROR for one in compilation.findings)
    assert compilation.definition is not None


def test_scaled_study_is_another_definition() -> None:
    definition = load_definition()
    scaled = definition.scale(7)
    assert {arm.id: arm.planned for arm in scaled.study.arms} == {"MSC": 4, "CONTROL": 3}
    assert scaled.digest != definition.digest
    assert definition.scale(20) is definition


WHEN = "when: demographics.sex <> 'M', applies_to"


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("demographics.sexx <> 'M'", "unknown-item"),
        ("demographics.sex > 3", "wrong-type"),
        ("demographics.sex = 'X'", "unknown-code"),
        ("demographics.sex = 'M' AND demographics.sex = 'F'", "never-true"),
        ("disease_history.days_ill > 20 AND disease_history.days_ill < 10", "never-true"),
        ("childbearing.lactating = 'Y'", "unknown-item"),
        ("arm = 'MSC'", "unknown-item"),
    ],
)
def test_a_condition_that_cannot_be_is_named_with_its_line(rule: str, code: str) -> None:
    """Unknown names, wrong types, a condition that nobody meets; a form's own item; the arm, which has ``only``."""
    errors = compile_changed({"study.yaml": (WHEN, f"when: {rule}, applies_to")}).errors
    assert (code, find_line("study.yaml", "{form: childbearing,")) in {(one.code, one.place.line) for one in errors}


def test_a_condition_that_everybody_meets_is_a_warning_and_one_without_words_an_error() -> None:
    always = "when: demographics.sex IS NULL OR demographics.sex IS NOT NULL, applies_to"
    found = compile_changed({"study.yaml": (WHEN, always)})
    assert not found.errors and "always-true" in {one.code for one in found.findings}
    (error,) = compile_changed({"study.yaml": (", applies_to: people born female", "")}).errors
    assert "belong together" in error.message
