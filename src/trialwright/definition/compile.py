"""The study compiler: texts in; a definition that is proven sound, or every finding with file and line."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from trialwright.definition.check_locale import check_locale, find_translation, list_asides, list_labels
from trialwright.definition.check_plan import check_plan
from trialwright.definition.check_quality import check_quality
from trialwright.definition.check_record import check_record, load_record
from trialwright.definition.check_references import check_references
from trialwright.definition.check_schedule import check_schedule, list_screening
from trialwright.definition.compile_rules import CompiledRules, compile_rules
from trialwright.definition.compiled import CompiledCriterion, CompiledForm, CompiledParameter, Definition
from trialwright.definition.coverage import Coverage, compute_coverage
from trialwright.definition.decision import complete_plan
from trialwright.definition.forms import Form
from trialwright.definition.load import StudyParts, load_parts
from trialwright.record.model import Record
from trialwright.rules.evaluate import RuleSet
from trialwright.vocabulary.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Compilation:
    """What compiling came to. ``definition`` is None as long as there is an error; ``coverage`` as long as the files
    could not even be read."""

    definition: Definition | None
    findings: tuple[Finding, ...]
    coverage: Coverage | None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the study from running."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)


def compile_study(files: Mapping[str, str], library: Mapping[str, str] | None = None) -> Compilation:
    """The study in ``files`` (path inside its folder → text), checked in one run.

    Parameters
    ----------
    files : mapping of str to str
        As ``load.read_files`` gives it.
    library : mapping of str to str, optional
        The shared form library; by default the one that is shipped.
    """
    parts, findings = load_parts(files, library)
    if parts is None:
        return Compilation(None, _sort(findings), None)
    rules = compile_rules(parts)
    record, trouble = load_record(parts)
    findings = [
        *check_references(parts),
        *check_plan(parts),
        *rules.findings,
        *check_schedule(parts, rules.measuring),
        *check_quality(parts),
        *check_locale(parts),
        *trouble,
    ]
    if record is not None:
        findings += check_record(parts, record)
    forms = {name: source.form for name, source in parts.forms.items()}
    parts = replace(parts, plan=complete_plan(parts.study, parts.plan, forms))
    coverage = compute_coverage(parts, rules.measuring, record)
    if any(one.severity is Severity.ERROR for one in findings):
        return Compilation(None, _sort(findings), coverage)
    return Compilation(_build(parts, rules, record), _sort(findings), coverage)


def _sort(findings: list[Finding]) -> tuple[Finding, ...]:
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    return tuple(
        sorted(dict.fromkeys(findings), key=lambda one: (order[one.severity], one.place, one.code, one.message))
    )


def _build(parts: StudyParts, rules: CompiledRules, record: Record | None) -> Definition:
    study = parts.study
    criteria = tuple(CompiledCriterion(one, rules.criteria.get(one.id)) for one in study.eligibility)
    by_rule = [one.rule for one in criteria if one.rule]
    return Definition(
        study=study,
        plan=parts.plan,
        simulation=parts.simulation,
        forms=MappingProxyType({name: _build_form(source.form, parts, rules) for name, source in parts.forms.items()}),
        codelists=MappingProxyType({name: codelist for name, (codelist, _) in parts.codelists.items()}),
        labels=MappingProxyType(
            {
                key: {"en": text, "zh": find_translation(parts, key)}
                for key, text, _ in (*list_labels(parts), *list_asides(parts))
                if text
            }
        ),
        digest=parts.digest,
        arms=MappingProxyType({one.id: one for one in study.arms}),
        encounters=MappingProxyType({one.id: one for one in study.encounters}),
        interventions=MappingProxyType({one.id: one for one in study.interventions}),
        sites=MappingProxyType({one.id: one for one in study.sites}),
        criteria=criteria,
        eligibility=RuleSet(by_rule) if by_rule else None,
        screening_forms=tuple(name for name in list_screening(parts) if name in parts.forms),
        parameters=MappingProxyType(_build_parameters(parts, rules)),
        confirmations=MappingProxyType(rules.confirmations),
        holds=MappingProxyType(rules.holds),
        applying=MappingProxyType(rules.applying),
        conditions=RuleSet(list(rules.applying.values())) if rules.applying else None,
        record=record,
    )


def _build_form(form: Form, parts: StudyParts, rules: CompiledRules) -> CompiledForm:
    ordered = [*rules.checks[form.id], *rules.conditions[form.id].values()]
    codes = {
        item.id: MappingProxyType({code.code: code for code in parts.codelists[item.codelist][0].codes})
        for item in form.items
        if item.codelist
    }
    return CompiledForm(
        form=form,
        items=MappingProxyType({item.id: item for item in form.items}),
        codes=MappingProxyType(codes),
        rules=RuleSet(ordered) if ordered else None,
        conditional=tuple(rules.conditions[form.id]),
    )


def _build_parameters(parts: StudyParts, rules: CompiledRules) -> dict[str, CompiledParameter]:
    return {
        parameter.code: CompiledParameter(
            endpoint=endpoint,
            parameter=parameter,
            form=rules.measuring.get(parameter.code, ""),
            when=rules.events.get(parameter.code),
            population=rules.populations.get(parameter.code),
        )
        for endpoint in parts.study.endpoints
        for parameter in endpoint.parameters
    }
