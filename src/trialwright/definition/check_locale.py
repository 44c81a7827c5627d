"""Every label in every language of the study: which keys there are, and which have no text."""

from collections.abc import Iterator

from trialwright.definition.load import StudyParts
from trialwright.vocabulary.findings import Finding, Place, Severity
from trialwright.vocabulary.labels import name_id


def list_labels(parts: StudyParts) -> Iterator[tuple[str, str, Place]]:
    """Every label of the study: its key, its English text, and where that is written."""
    study, source = parts.study, parts.sources["study.yaml"]
    yield "study.title", study.study.title, source.place("study", "title")
    yield "study.official_title", study.study.official_title, source.place("study", "official_title")
    for index, arm in enumerate(study.arms):
        yield f"arms.{arm.id}", arm.title, source.place("arms", index, "title")
    for index, intervention in enumerate(study.interventions):
        yield f"interventions.{intervention.id}", intervention.name, source.place("interventions", index, "name")
    for index, site in enumerate(study.sites):
        yield f"sites.{site.id}", site.name, source.place("sites", index, "name")
    for index, encounter in enumerate(study.encounters):
        yield f"encounters.{encounter.id}", encounter.title, source.place("encounters", index, "title")
    for index, activity in enumerate(study.activities):
        if activity.applies_to:
            yield f"applies_to.{activity.form}", activity.applies_to, source.place("activities", index, "applies_to")
    for index, criterion in enumerate(study.eligibility):
        yield f"eligibility.{criterion.id}", criterion.text, source.place("eligibility", index, "text")
        if criterion.judgement:
            yield f"judgements.{criterion.id}", criterion.judgement, source.place("eligibility", index, "judgement")
    for index, endpoint in enumerate(study.endpoints):
        yield f"endpoints.{endpoint.id}", endpoint.title, source.place("endpoints", index, "title")
        for number, parameter in enumerate(endpoint.parameters):
            yield (
                f"parameters.{parameter.code}",
                parameter.label,
                source.place("endpoints", index, "parameters", number, "label"),
            )
    for index, limit in enumerate(study.quality):
        yield f"quality.{limit.id}", limit.title, source.place("quality", index, "title")
    for index, assumption in enumerate(study.assumptions):
        yield f"assumptions.{assumption.id}", assumption.assumed, source.place("assumptions", index, "assumed")
    for index, one in enumerate(parts.plan.sets):
        yield f"sets.{one.id}", one.title, parts.sources["analysis.yaml"].place("sets", index, "title")
        place = parts.sources["analysis.yaml"].place("sets", index, "description")
        yield f"set_descriptions.{one.id}", one.description, place
    yield from _list_plan_labels(parts)
    yield from _list_form_labels(parts)
    yield from _list_code_labels(parts)


def list_asides(parts: StudyParts) -> Iterator[tuple[str, str, Place]]:
    """The longer texts of the record and the author's reasons: shown in Chinese where there is one, in English else."""
    study, source = parts.study, parts.sources["study.yaml"]
    for index, arm in enumerate(study.arms):
        yield f"arm_descriptions.{arm.id}", arm.description, source.place("arms", index, "description")
    for index, intervention in enumerate(study.interventions):
        for number, hold in enumerate(intervention.hold):
            yield f"holds.{intervention.id}.{hold.id}", hold.text, source.place("interventions", index, "hold", number)
    for index, endpoint in enumerate(study.endpoints):
        yield f"time_frames.{endpoint.id}", endpoint.time_frame, source.place("endpoints", index, "time_frame")
        place = source.place("endpoints", index, "description")
        yield f"outcome_descriptions.{endpoint.id}", endpoint.description, place
    for index, assumption in enumerate(study.assumptions):
        yield f"reasons.{assumption.id}", assumption.reason, source.place("assumptions", index, "reason")
        yield f"assumption_titles.{assumption.id}", name_id(assumption.id), source.place("assumptions", index, "id")


def _list_form_labels(parts: StudyParts) -> Iterator[tuple[str, str, Place]]:
    for name, form in parts.forms.items():
        yield f"forms.{name}.title", form.form.title, form.place
        for item in form.form.items:
            yield f"forms.{name}.items.{item.id}", item.label, form.items[item.id]
            if item.help:
                yield f"forms.{name}.help.{item.id}", item.help, form.items[item.id]
        for check in form.form.checks:
            yield f"forms.{name}.checks.{check.id}", check.message, form.checks[check.id]


def _list_code_labels(parts: StudyParts) -> Iterator[tuple[str, str, Place]]:
    used = {item.codelist for form in parts.forms.values() for item in form.form.items if item.codelist}
    for name in sorted(used & set(parts.codelists)):
        codelist, place = parts.codelists[name]
        for code in codelist.codes:
            yield f"codelists.{name}.{code.code}", code.label, place


def _list_plan_labels(parts: StudyParts) -> Iterator[tuple[str, str, Place]]:
    """The words of estimands, and the author's reasons."""
    for index, one in enumerate(parts.plan.analyses):
        place = parts.sources["analysis.yaml"].place("analyses", index)
        if one.because:
            yield f"because.{one.id}", one.because, place
        if one.estimand is not None:
            yield f"estimands.{one.id}.variable", one.estimand.variable, place
            yield f"estimands.{one.id}.summary", one.estimand.summary, place
            for number, event in enumerate(one.estimand.intercurrent, 1):
                yield f"estimands.{one.id}.event_{number}", event.event, place


def find_translation(parts: StudyParts, key: str) -> str:
    """The Chinese text of a label; a form that extends one of the library inherits that form's texts."""
    found = parts.locale.get(key)
    if found is None and key.startswith("forms."):
        _, form, rest = key.split(".", 2)
        source = parts.sources.get(f"forms/{form}.yaml")
        base = source.data.get("extends") if source and isinstance(source.data, dict) else None
        found = parts.locale.get(f"forms.{base}.{rest}") if base else None
    return found[0] if found else ""


def check_locale(parts: StudyParts) -> list[Finding]:
    """A finding for every label without Chinese text, where the study has Chinese, and for every text without label."""
    if "zh" not in parts.study.languages:
        return []
    findings, keys = [], set()
    for key, english, place in list_labels(parts):
        keys.add(key)
        if not find_translation(parts, key).strip():
            text = f"{english!r:.60} has no Chinese"
            findings.append(Finding("no-translation", text, place, remedy=f"add {key} to locale/zh.yaml"))
    keys.update(key for key, _, _ in list_asides(parts))
    for key, (_, place) in parts.locale.items():
        if place.file == "locale/zh.yaml" and key not in keys:
            text = f"{key} is the label of nothing in the study"
            findings.append(Finding("unused", text, place, Severity.WARNING, "drop it, or correct the key"))
    return findings
