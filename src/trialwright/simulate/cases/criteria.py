"""Evidence for eligibility: for each criterion a person who meets it, one who does not, and one of whom it is unknown.

Every case is confirmed by ``read_screening`` and ``compute_verdicts``, the functions that screen real people.
"""

from collections.abc import Iterator

from trialwright.capture.screen import Screen, compute_verdicts, read_screening
from trialwright.definition.compiled import CompiledCriterion, Definition
from trialwright.rules.compile import Rule
from trialwright.simulate.cases.evidence import (
    Case,
    Evidence,
    EvidenceKind,
    check_parts,
    compute_parts,
    make_finding,
    show,
)
from trialwright.simulate.cases.search import Pair, Search, compute_oddness
from trialwright.simulate.cases.space import Assignment, make_space
from trialwright.vocabulary.codelists import Verdict
from trialwright.vocabulary.findings import Finding, Severity


def compute_criteria_evidence(definition: Definition) -> Iterator[Evidence]:
    """The evidence for each criterion, in the order of the study."""
    for one in definition.criteria:
        yield _compute_judged(definition, one) if one.rule is None else _compute_ruled(definition, one, one.rule)


def _compute_judged(definition: Definition, one: CompiledCriterion) -> Evidence:
    criterion = one.criterion
    cases = {}
    for answer, expected in (("Y", Verdict.MET), ("N", Verdict.NOT_MET), ("U", Verdict.UNKNOWN)):
        verdict = compute_verdicts(definition, {}, {criterion.id: answer})[criterion.id]
        if verdict is expected:
            cases[answer] = Case({f"Judgement {criterion.id}": answer}, verdict.value)
    path = f"eligibility.{criterion.id}"
    trouble = (
        ()
        if len(cases) == 3
        else (make_finding("not-confirmed", "an answer is not taken as given", path, "report a defect"),)
    )
    return Evidence(
        EvidenceKind.CRITERION, path, criterion.judgement, criterion.text,
        cases.get("Y"), cases.get("N"), cases.get("U"), findings=trouble,
    )  # fmt: skip


def _compute_ruled(definition: Definition, one: CompiledCriterion, rule: Rule) -> Evidence:
    path = f"eligibility.{one.criterion.id}"
    search = Search(rule, make_space(definition, rule.names, [rule.text]))
    found = search.run()
    true, false, unknown = (found.by_truth[truth] for truth in (True, False, None))
    pair = next(iter(search.find_pairs(found)), None) or Pair(next(iter(true), {}), next(iter(false), {}))
    met = _confirm(definition, one, pair.true, Verdict.MET) if true else None
    not_met = _confirm(definition, one, pair.false, Verdict.NOT_MET) if false else None
    open_case = _confirm(definition, one, min(unknown, key=compute_oddness), Verdict.UNKNOWN) if unknown else None
    parts = compute_parts(search, found)
    findings = _check_found(path, rule, (bool(true), bool(false), bool(unknown)))
    if (true and not met) or (false and not not_met) or (unknown and not open_case):
        findings.append(
            make_finding("not-confirmed", f"screening does not do what “{rule.text}” says", path, "report a defect")
        )
    if met and not_met:
        findings += check_parts(path, parts)
    return Evidence(
        EvidenceKind.CRITERION, path, rule.text, one.criterion.text, met, not_met, open_case, parts, tuple(findings)
    )


def _confirm(definition: Definition, one: CompiledCriterion, assignment: Assignment, expected: Verdict) -> Case | None:
    """The case, where screening comes to the verdict that is expected."""
    command = Screen("", {name: choice.text for name, choice in assignment.items() if choice.text})
    read, unreadable = read_screening(definition, command)
    verdict = compute_verdicts(definition, read, {})[one.criterion.id]
    return show(assignment, verdict.value) if not unreadable and verdict is expected else None


def _check_found(path: str, rule: Rule, found: tuple[bool, bool, bool]) -> list[Finding]:
    """A rule that lacks one truth decides nothing by its value; one that can still be unknown at least asks for it."""
    true, false, unknown = found
    if true and false:
        return []
    what, code = ("true", "never-true") if not true else ("false", "always-true")
    severity = Severity.WARNING if unknown else Severity.ERROR
    text = f"no answers were found with which “{rule.text}” is {what}"
    tail = "; it only asks that the answers are known" if unknown else ""
    return [make_finding(code, text + tail, path, "correct the rule, or sign that this is meant", severity)]
