"""Compile every rule of a study in the scope of the place where it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from trialwright.definition.check_conditions import check_condition
from trialwright.definition.check_schedule import list_screening
from trialwright.definition.endpoints import Endpoint, Parameter
from trialwright.definition.forms import Codelist, Form
from trialwright.definition.load import StudyParts
from trialwright.definition.scope import (
    compute_eligibility_scope,
    compute_form_scope,
    compute_records_scope,
    compute_visit_scope,
)
from trialwright.rules.compile import Rule, compile_rule
from trialwright.rules.types import RuleType, Scope
from trialwright.vocabulary.findings import Finding, Place


@dataclass(slots=True)
class CompiledRules:
    """The rules of a study by where they stand, and the findings about those that did not compile.

    ``checks`` and ``conditions`` are keyed by form (in the order of its checks and conditional items), ``criteria`` by
    criterion, ``events`` and ``populations`` by parameter, ``confirmations`` by form, ``holds`` by intervention and
    criterion, ``applying`` (the ``when`` of activities) by their place in the list. ``measuring`` names the form that a
    parameter reads.
    """

    checks: dict[str, list[Rule]] = field(default_factory=dict)
    conditions: dict[str, dict[str, Rule]] = field(default_factory=dict)
    criteria: dict[str, Rule] = field(default_factory=dict)
    events: dict[str, Rule] = field(default_factory=dict)
    populations: dict[str, Rule] = field(default_factory=dict)
    confirmations: dict[str, Rule] = field(default_factory=dict)
    holds: dict[tuple[str, str], Rule] = field(default_factory=dict)
    applying: dict[int, Rule] = field(default_factory=dict)
    measuring: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def compile(self, text: str, scope: Scope, place: Place) -> Rule | None:
        """The boolean rule that ``text`` writes; None, with its findings kept, where it is not one."""
        rule = compile_rule(text, scope, expect=RuleType.BOOLEAN, place=place)
        if isinstance(rule, Rule):
            return rule
        self.findings += rule
        return None


def compile_rules(parts: StudyParts) -> CompiledRules:
    """Every rule of the study, compiled; findings carry the file and line of the rule."""
    rules = CompiledRules()
    codelists = {name: codelist for name, (codelist, _) in parts.codelists.items()}
    _compile_forms(parts, codelists, rules)
    _compile_eligibility(parts, codelists, rules)
    _compile_endpoints(parts, codelists, rules)
    _compile_holds(parts, codelists, rules)
    _compile_applying(parts, codelists, rules)
    return rules


def _compile_forms(parts: StudyParts, codelists: Mapping[str, Codelist], rules: CompiledRules) -> None:
    arms = [arm.id for arm in parts.study.arms]
    for name, source in parts.forms.items():
        scope = compute_form_scope(source.form, codelists, arms)
        checks = [rules.compile(check.rule, scope, source.checks[check.id]) for check in source.form.checks]
        rules.checks[name] = [rule for rule in checks if rule]
        conditions = {
            item.id: rules.compile(item.when, scope, source.items[item.id]) for item in source.form.items if item.when
        }
        rules.conditions[name] = {item: rule for item, rule in conditions.items() if rule}
    study = parts.sources["study.yaml"]
    for index, activity in enumerate(parts.study.activities):
        if activity.confirm_when and activity.form in parts.forms:
            scope = compute_form_scope(parts.forms[activity.form].form, codelists, arms)
            rule = rules.compile(activity.confirm_when, scope, study.place("activities", index, "confirm_when"))
            if rule:
                rules.confirmations[activity.form] = rule


def _compile_eligibility(parts: StudyParts, codelists: Mapping[str, Codelist], rules: CompiledRules) -> None:
    forms = [parts.forms[name].form for name in list_screening(parts) if name in parts.forms]
    scope = compute_eligibility_scope(forms, codelists)
    for index, criterion in enumerate(parts.study.eligibility):
        if criterion.rule:
            rule = rules.compile(criterion.rule, scope, parts.sources["study.yaml"].place("eligibility", index, "rule"))
            if rule:
                rules.criteria[criterion.id] = rule


def _compile_endpoints(parts: StudyParts, codelists: Mapping[str, Codelist], rules: CompiledRules) -> None:
    records = compute_eligibility_scope([source.form for source in parts.forms.values()], codelists)
    visits = compute_visit_scope(_list_forms(parts), codelists, [arm.id for arm in parts.study.arms])
    for index, endpoint in enumerate(parts.study.endpoints):
        for number, parameter in enumerate(endpoint.parameters):
            place = parts.sources["study.yaml"].place("endpoints", index, "parameters", number)
            _compile_parameter(endpoint, parameter, (records, visits), place, rules)


def _compile_holds(parts: StudyParts, codelists: Mapping[str, Codelist], rules: CompiledRules) -> None:
    records = compute_eligibility_scope([source.form for source in parts.forms.values()], codelists)
    for index, intervention in enumerate(parts.study.interventions):
        for number, one in enumerate(intervention.hold):
            place = parts.sources["study.yaml"].place("interventions", index, "hold", number, "rule")
            rule = rules.compile(one.rule, records, place)
            if rule:
                rules.holds[intervention.id, one.id] = rule


def _compile_applying(parts: StudyParts, codelists: Mapping[str, Codelist], rules: CompiledRules) -> None:
    """The conditions of activities, over the latest record of every other form; never over ages, days or arms."""
    for index, activity in enumerate(parts.study.activities):
        if not activity.when:
            continue
        others = [source.form for name, source in parts.forms.items() if name != activity.form]
        scope = compute_records_scope(others, codelists)
        place = parts.sources["study.yaml"].place("activities", index, "when")
        rule = rules.compile(activity.when, scope, place)
        if rule is None:
            continue
        rules.applying[index] = rule
        rules.findings += check_condition(rule, activity.form, place)


def _list_forms(parts: StudyParts) -> Iterable[tuple[str, list[Form]]]:
    for encounter in parts.study.encounters:
        names = {
            one.form
            for one in parts.study.activities
            if one.form in parts.forms and (not isinstance(one.at, tuple) or encounter.id in one.at)
        }
        yield encounter.id, [parts.forms[name].form for name in sorted(names)]


def _compile_parameter(
    endpoint: Endpoint, parameter: Parameter, scopes: tuple[Scope, Scope], place: Place, rules: CompiledRules
) -> None:
    records, visits = scopes
    if parameter.item is not None:
        rules.measuring[parameter.code] = parameter.item.partition(".")[0]
    if parameter.event is not None and parameter.event.when:
        rule = rules.compile(parameter.event.when, records, place)
        if rule:
            forms = sorted({name.partition(".")[0] for name in rule.names})
            rules.events[parameter.code] = rule
            rules.measuring[parameter.code] = forms[0] if forms else ""
            if len(forms) != 1:
                read = f"the event of {parameter.code} reads {len(forms)} forms ({', '.join(forms)})"
                text = f"{read}; an event is seen in the records of one"
                rules.findings.append(
                    Finding("event-forms", text, place, remedy=f"write {endpoint.id}'s rule over one form")
                )
    if parameter.population:
        rule = rules.compile(parameter.population, visits, place)
        if rule:
            rules.populations[parameter.code] = rule
