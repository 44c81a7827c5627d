"""The generated cases of a study: complete for both studies, and a rule that cannot speak is found."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.studies import ROOT, compile_changed, load_definition
from trialwright.capture.values import read_form
from trialwright.definition.compiled import Definition
from trialwright.definition.forms import ItemType
from trialwright.simulate.cases.choices import find_literals
from trialwright.simulate.cases.criteria import compute_criteria_evidence
from trialwright.simulate.cases.evidence import Evidence, EvidenceKind
from trialwright.simulate.cases.forms import Bench, compute_form_evidence
from trialwright.simulate.cases.study import compute_study_evidence
from trialwright.simulate.values import ValueMaker
from trialwright.vocabulary.findings import Severity

STUDIES = sorted(path.parent for path in (ROOT / "studies").glob("*/study.yaml"))
STUDY = ROOT / "studies/nct04252118"


@cache
def evidence_of(folder: Path = STUDY) -> dict[str, Evidence]:
    every = compute_study_evidence(load_definition(folder))
    found = {f"{one.path} {one.rule}": one for one in every}
    assert len(found) == len(every), "two pieces of evidence are about one rule"
    return found


def changed(name: str, old: str, new: str) -> Definition:
    compilation = compile_changed({name: (old, new)})
    assert compilation.definition is not None, [str(one) for one in compilation.errors]
    return compilation.definition


def find(definition: Definition, path: str) -> Evidence:
    kind, name = path.split(".")[:2]
    bench = Bench(definition, ValueMaker(definition))
    found = compute_form_evidence(bench, name) if kind == "forms" else compute_criteria_evidence(definition)
    return next(one for one in found if one.path == path)


@pytest.mark.req("V2")
@pytest.mark.parametrize("folder", STUDIES, ids=lambda path: path.name)
def test_every_check_and_criterion_has_a_case_for_and_a_case_against(folder: Path) -> None:
    definition = load_definition(folder)
    found = {one.path: one for one in evidence_of(folder).values()}
    checks = {f"forms.{name}.checks.{check.id}" for name, one in definition.forms.items() for check in one.form.checks}
    assert {path for path in found if ".checks." in path} == checks
    assert {path for path in found if path.startswith("eligibility.")} == {
        f"eligibility.{one.criterion.id}" for one in definition.criteria
    }
    trouble = [str(finding) for one in found.values() for finding in one.findings if finding.severity is Severity.ERROR]
    assert trouble == []
    # A criterion that both its codes meet asks only that the answer is known; that is a warning, and told.
    lacking = [one for one in found.values() if not one.is_complete]
    assert all(one.kind is EvidenceKind.CRITERION and one.firing and one.unknown and one.findings for one in lacking)


@pytest.mark.req("V2")
@pytest.mark.parametrize("folder", STUDIES, ids=lambda path: path.name)
def test_every_finite_limit_of_a_number_is_tried_on_both_sides(folder: Path) -> None:
    definition = load_definition(folder)
    wanted: Counter[str] = Counter()
    for name, compiled in definition.forms.items():
        for item in compiled.form.items:
            if item.type is ItemType.NUMBER:
                hard = item.hard or (None, None)
                soft = [one for one in item.soft or () if one is not None and one not in hard]
                wanted[f"forms.{name}.items.{item.id}.hard"] = sum(one is not None for one in hard)
                wanted[f"forms.{name}.items.{item.id}.soft"] = len(soft)
    limits = [one for one in evidence_of(folder).values() if one.kind is EvidenceKind.LIMIT]
    assert Counter(one.path for one in limits) == +wanted
    for one in limits:
        assert one.firing is not None and one.quiet is not None, one.path


@pytest.mark.req("V2")
def test_cases_say_the_truth_when_they_are_entered_again() -> None:
    """Independently of the search: the texts of each case, on an otherwise empty form that lets nothing block."""
    definition = load_definition()
    tried = 0
    for one in evidence_of().values():
        if one.kind is not EvidenceKind.CHECK or {found.code for found in one.findings} & {
            "unasked-only",
            "impossible-only",
        }:
            continue
        _, form, _, check = one.path.split(".")
        compiled = definition.forms[form]
        for case, expected in ((one.firing, True), (one.quiet, False)):
            assert case is not None
            values = {name.partition(".")[2]: text for name, text in case.values.items() if text}
            missing = {item.id: "UNKNOWN" for item in compiled.form.items if item.required and item.id not in values}
            reading = read_form(compiled, values, missing, {})
            assert reading.unreadable == ()
            assert (check in reading.fired) is expected, (one.path, values)
            tried += 1
    assert tried > 150


@pytest.mark.req("V2")
def test_cases_stand_at_the_limit_that_the_rule_names() -> None:
    age = find(load_definition(), "eligibility.I1")
    fever = find(load_definition(), "forms.vital_signs.checks.high_fever")
    assert age.firing and age.quiet and fever.firing and fever.quiet
    assert {age.firing.values["age_years"], age.quiet.values["age_years"]} in ({"70", "71"}, {"17", "18"})
    assert (fever.firing.values["vital_signs.temperature"], fever.quiet.values["vital_signs.temperature"]) == (
        "39.1",
        "39.0",
    )


@pytest.mark.req("V2")
@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("temperature > 39 AND temperature < 38", "never-true"),
        ("temperature > 39 OR temperature <= 39 OR temperature IS NULL", "always-true"),
        ("temperature > 44.5", "impossible-only"),
        ("fio2 > 30 AND on_air = 'Y'", "unasked-only"),
    ],
)
def test_a_check_that_cannot_do_its_work_is_found(rule: str, code: str) -> None:
    definition = changed("library/forms/vital_signs.yaml", "rule: temperature > 39,", f'rule: "{rule}",')
    found = find(definition, "forms.vital_signs.checks.high_fever")
    assert [one.code for one in found.findings] == [code]


@pytest.mark.req("V2")
def test_a_check_that_orders_two_times_sees_the_minutes() -> None:
    """The infusion that ends an hour before it starts, on one day, is found; and has its case for and against."""
    one = find(load_definition(), "forms.infusion.checks.ends_before_start")
    assert not one.findings
    assert one.firing is not None and one.quiet is not None
    compiled = load_definition().forms["infusion"]
    missing = {item.id: "UNKNOWN" for item in compiled.form.items if item.required}
    for stopped, fires in (("09:00", True), ("09:59", True), ("10:00", False), ("10:30", False)):
        values = {"started_at": "2020-02-10T10:00", "stopped_at": f"2020-02-10T{stopped}"}
        absent = {name: why for name, why in missing.items() if name not in values}
        assert ("ends_before_start" in read_form(compiled, values, absent, {}).fired) == fires


@pytest.mark.req("V2")
def test_a_part_that_never_decides_is_found() -> None:
    rule = "temperature > 39 OR temperature > 40"
    definition = changed("library/forms/vital_signs.yaml", "rule: temperature > 39,", f'rule: "{rule}",')
    (finding,) = find(definition, "forms.vital_signs.checks.high_fever").findings
    assert finding.code == "idle-part"
    assert "temperature > 40" in finding.message


@pytest.mark.req("V2")
def test_a_criterion_that_nobody_meets_is_found() -> None:
    definition = changed("study.yaml", "rule: age_years BETWEEN 18 AND 70", "rule: age_years BETWEEN 70 AND 18")
    assert [one.code for one in find(definition, "eligibility.I1").findings] == ["never-true"]


@pytest.mark.req("V2")
def test_every_part_of_a_rule_decides_once_each_way() -> None:
    """Modified condition/decision coverage of the criterion with the most parts: eight co-infections."""
    parts = find(load_definition(), "eligibility.E5").parts
    assert len(parts) == 8
    for part in parts:
        assert part.true is not None and part.false is not None
        assert part.true.values != part.false.values


def test_the_same_study_gives_the_same_cases() -> None:
    definition = load_definition(STUDIES[0])
    assert compute_study_evidence(definition) == tuple(evidence_of(STUDIES[0]).values())


def test_numbers_in_names_and_texts_are_no_literals() -> None:
    literals = find_literals(["cd4_count >= 3.0e7 AND grade IN ('4', '5') AND spo2_air < 90 AND x.il6 > .5"])
    assert literals.numbers == (0.5, 90.0, 3.0e7)
