"""Evidence for the rules of forms: edit checks, limits, questions asked only when, requests for a second sample.

Every case is confirmed by ``capture.values.read_form`` on a whole form, the function that saves real ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from trialwright.capture.values import FormReading, is_outside, read_form
from trialwright.definition.compiled import CompiledForm, Definition
from trialwright.definition.forms import CheckLevel, Item, ItemType
from trialwright.rules.compile import Rule
from trialwright.rules.values import Value
from trialwright.simulate.cases.choices import TODAY, Choice, compute_step
from trialwright.simulate.cases.evidence import (
    Case,
    Evidence,
    EvidenceKind,
    check_parts,
    compute_parts,
    make_finding,
    show,
)
from trialwright.simulate.cases.search import Found, Search, make_rng
from trialwright.simulate.cases.space import Assignment, list_guards, make_space
from trialwright.simulate.values import Occasion, Person, ValueMaker
from trialwright.vocabulary.findings import Finding, Severity
from trialwright.vocabulary.numbers import render_number

_OCCASION = Occasion(datetime.combine(TODAY, time(8)), 0.0)


@dataclass(frozen=True, slots=True)
class Bench:
    """The study under test, and who fills in the rest of its forms."""

    definition: Definition
    maker: ValueMaker

    def fill(self, form: str, assignment: Assignment) -> tuple[dict[str, str], dict[str, str]]:
        """A whole form with the answers of the assignment; required items without an answer say why."""
        compiled = self.definition.forms[form]
        given = {name.partition(".")[2]: one.text for name, one in assignment.items() if name.startswith(f"{form}.")}
        person = Person(make_rng(form))
        values, missing = self.maker.fill(form, person, _OCCASION, given)
        values.update({name: text for name, text in given.items() if text})
        for name, text in given.items():
            if not text and compiled.items[name].required:
                missing[name] = "NOT_DONE: generated case"
        return values, {name: why for name, why in missing.items() if name not in values}

    def read(self, form: str, assignment: Assignment) -> FormReading:
        """What capture makes of a whole form with the answers of the assignment."""
        values, missing = self.fill(form, assignment)
        extra: dict[str, Value] = {name: one.value for name, one in assignment.items() if "." not in name}
        return read_form(self.definition.forms[form], values, missing, extra)


def compute_form_evidence(bench: Bench, form: str) -> Iterator[Evidence]:
    """The evidence for everything on one form that can speak."""
    compiled = bench.definition.forms[form]
    rules = compiled.rules.rules if compiled.rules else ()
    for check, rule in zip(compiled.form.checks, rules, strict=False):
        level = f"{check.level.value}: {check.message}"
        yield _compute_check(bench, compiled, rule, check.id, check.level, level)
    for name in compiled.conditional:
        yield compute_question_evidence(bench, compiled, name)
    for item in compiled.form.items:
        if item.type is ItemType.NUMBER:
            yield from _compute_limits(bench, compiled, item)
    if form in bench.definition.confirmations:
        yield _compute_second_sample(bench, form)


def _compute_check(
    bench: Bench, compiled: CompiledForm, rule: Rule, check: str, level: CheckLevel, says: str
) -> Evidence:
    form = compiled.form.id
    path = f"forms.{form}.checks.{check}"
    search, found, findings = _search(bench.definition, rule, path)
    for pair in search.find_pairs(found):
        fired, silent = bench.read(form, pair.true), bench.read(form, pair.false)
        if fired.unreadable or silent.unreadable or check not in fired.fired or check in silent.fired:
            continue
        stopped = "; not saved until confirmed" if level is CheckLevel.HARD else ""
        parts = compute_parts(search, found)
        return Evidence(
            EvidenceKind.CHECK, path, rule.text, says, show(pair.true, f"{check} fires{stopped}"),
            show(pair.false, f"{check} is silent"), None, parts, (*findings, *check_parts(path, parts)),
        )  # fmt: skip
    return _make_failure(EvidenceKind.CHECK, path, rule, says, found, findings)


def compute_question_evidence(bench: Bench, compiled: CompiledForm, item: str) -> Evidence:
    """The case in which a conditional question is asked, and the nearest in which it is not."""
    form = compiled.form.id
    name = f"{form}.{item}"
    path = f"forms.{form}.items.{item}.when"
    rule = list_guards(compiled)[name].rule
    search, found, findings = _search(bench.definition, rule, path)
    answer = _make_answer(compiled, compiled.items[item])
    for pair in search.find_pairs(found):
        asked = bench.read(form, {**pair.true, name: answer})
        hidden = bench.read(form, {**pair.false, name: answer})
        if f"hidden:{item}" in hidden.fired and not asked.unreadable and f"hidden:{item}" not in asked.fired:
            parts = compute_parts(search, found)
            return Evidence(
                EvidenceKind.QUESTION, path, rule.text, compiled.items[item].label,
                show(pair.true, "the question is asked"),
                show(pair.false, "the question is not asked; an answer is flagged"), None, parts,
                (*findings, *check_parts(path, parts)),
            )  # fmt: skip
    return _make_failure(EvidenceKind.QUESTION, path, rule, compiled.items[item].label, found, findings)


def _compute_second_sample(bench: Bench, form: str) -> Evidence:
    """The case in which one more sample is asked for, and the nearest in which none is."""
    rule = bench.definition.confirmations[form]
    path = f"activities.{form}.confirm_when"
    search, found, findings = _search(bench.definition, rule, path)
    for pair in search.find_pairs(found):
        needs = [bench.maker.needs_confirmation(form, bench.fill(form, one)[0]) for one in (pair.true, pair.false)]
        if needs == [True, False]:
            return Evidence(
                EvidenceKind.SECOND_SAMPLE, path, rule.text, "a second sample is due",
                show(pair.true, "due"), show(pair.false, "not due"), findings=tuple(findings),
            )  # fmt: skip
    return _make_failure(EvidenceKind.SECOND_SAMPLE, path, rule, "a second sample is due", found, findings)


def _search(definition: Definition, rule: Rule, path: str) -> tuple[Search, Found, list[Finding]]:
    """Search among what a careful person would enter; where that is not enough, among everything that can be typed."""
    search = Search(rule, make_space(definition, rule.names, [rule.text]))
    found = search.run()
    if found.by_truth[True] and found.by_truth[False]:
        return search, found, []
    wider = Search(rule, make_space(definition, rule.names, [rule.text], beyond=True))
    seen = wider.run()
    if seen.by_truth[True] and seen.by_truth[False]:
        text = "true" if not found.by_truth[True] else "false"
        message = f"the rule is {text} only of a number outside the hard limits, which somebody must have confirmed"
        return (
            wider,
            seen,
            [make_finding("impossible-only", message, path, "widen the limits or the rule", Severity.WARNING)],
        )
    seen = wider.run(asked_only=False)
    if seen.by_truth[True] and seen.by_truth[False]:
        text = "true" if not found.by_truth[True] else "false"
        message = f"the rule is {text} only of an answer to a question that is not asked then"
        return (
            wider,
            seen,
            [
                make_finding(
                    "unasked-only", message, path, "ask the question there, or change the rule", Severity.WARNING
                )
            ],
        )
    return search, found, []


def _make_failure(
    kind: EvidenceKind, path: str, rule: Rule, says: str, found: Found, findings: list[Finding]
) -> Evidence:
    """The evidence of a rule for which a case is lacking, with the finding that says which."""
    true, false = found.by_truth[True], found.by_truth[False]
    if not true:
        trouble = make_finding(
            "never-true", f"no answers were found with which “{rule.text}” is true", path, "correct the rule"
        )
    elif not false:
        trouble = make_finding(
            "always-true", f"no answers were found with which “{rule.text}” is false", path, "correct the rule"
        )
    else:
        trouble = make_finding("not-confirmed", f"capture does not do what “{rule.text}” says", path, "report a defect")
    return Evidence(
        kind, path, rule.text, says, show(true[0], "true") if true else None,
        show(false[0], "false") if false else None, findings=(*findings, trouble),
    )  # fmt: skip


def _make_answer(compiled: CompiledForm, item: Item) -> Choice:
    """Some answer to a question, for asking whether it is flagged."""
    match item.type:
        case ItemType.CODE:
            return Choice(next(iter(compiled.codes[item.id])), None)
        case ItemType.NUMBER:
            low, high = item.hard or (None, None)
            return Choice(
                render_number(low if low is not None else high if high is not None else 1.0, item.decimals), None
            )
        case ItemType.DATE:
            return Choice(TODAY.isoformat(), None)
        case ItemType.DATETIME:
            return Choice(f"{TODAY.isoformat()}T08:00", None)
        case ItemType.TEXT:
            return Choice("a text", None)


def _compute_limits(bench: Bench, compiled: CompiledForm, item: Item) -> Iterator[Evidence]:
    context = _find_context(bench, compiled, item)
    for kind, limits in (("hard", item.hard), ("soft", item.soft)):
        for side, limit in zip(("lowest", "highest"), limits or (None, None), strict=True):
            if limit is not None and not (kind == "soft" and item.hard and limit in item.hard):
                yield _compute_limit(bench, compiled, item, (kind, side, limit), context)


def _find_context(bench: Bench, compiled: CompiledForm, item: Item) -> Assignment:
    """Answers with which the question is asked; none are needed for one that is asked always."""
    name = f"{compiled.form.id}.{item.id}"
    guard = list_guards(compiled).get(name)
    if guard is None:
        return {}
    found = Search(guard.rule, make_space(bench.definition, guard.rule.names, [guard.rule.text])).run()
    return next(iter(found.by_truth[True]), {})


def _compute_limit(
    bench: Bench, compiled: CompiledForm, item: Item, limit: tuple[str, str, float], context: Assignment
) -> Evidence:
    """The value at a limit, which is silent, beside the value one step outside, which is not."""
    kind, side, bound = limit
    name, code = f"{compiled.form.id}.{item.id}", f"{kind}:{item.id}"
    path = f"forms.{compiled.form.id}.items.{item.id}.{kind}"
    outside = bound + (compute_step(item) if side == "highest" else -compute_step(item))
    says = f"{'impossible' if kind == 'hard' else 'unusual'}: {side} is {bound:g} {item.unit}".strip()
    rule = f"{item.id} {'>' if side == 'highest' else '<'} {bound:g}"
    if kind == "soft" and is_outside(outside, item.hard):
        text = f"the soft limit {bound:g} lies outside the hard limits and can never speak"
        return Evidence(
            EvidenceKind.LIMIT,
            path,
            rule,
            says,
            None,
            None,
            findings=(make_finding("never-true", text, path, "move the limit"),),
        )
    cases: list[Case | None] = []
    for value, expected in ((outside, True), (bound, False)):
        text = render_number(value, item.decimals)
        reading = bench.read(compiled.form.id, {**context, name: Choice(text, None)})
        right = not reading.unreadable and (code in reading.fired) is expected
        cases.append(Case({name: text}, f"{code} {'fires' if expected else 'is silent'}") if right else None)
    lacking = "" if None not in cases else f"the limit {bound:g} of {item.id} does not hold in capture"
    findings = (make_finding("not-confirmed", lacking, path, "report a defect"),) if lacking else ()
    return Evidence(EvidenceKind.LIMIT, path, rule, says, cases[0], cases[1], findings=findings)
