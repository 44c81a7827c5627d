"""The study against its registry record: every sentence, outcome, arm and date of the record has its place in the study."""

import re
from collections.abc import Iterator
from itertools import chain

from trialwright.definition.load import StudyParts
from trialwright.record.model import Record
from trialwright.record.read import read_record
from trialwright.record.sentences import Kind, compute_sentence_hash, split_criteria
from trialwright.record.timeframes import Role, Unit, find_time_points
from trialwright.vocabulary.findings import Finding, Place, Severity

_PROMISE = re.compile(r"([^.]*?)\bwill be (?:evaluated|assessed|measured|observed|monitored|compared)\b", re.IGNORECASE)


def load_record(parts: StudyParts) -> tuple[Record | None, list[Finding]]:
    """The record that the study names, or findings; neither where it names none."""
    if not parts.record:
        return None, []
    record = read_record(parts.record, parts.study.record)
    return (record, []) if isinstance(record, Record) else (None, record)


def check_record(parts: StudyParts, record: Record) -> list[Finding]:
    """A finding for every fact of the record that the study lacks or contradicts."""
    checks = (_check_sentences, _check_outcomes, _check_arms, _check_facts, _check_promises)
    return list(chain.from_iterable(check(parts, record) for check in checks))


def _place(parts: StudyParts, *path: str | int) -> Place:
    return parts.sources["study.yaml"].place(*path)


def list_sentences(record: Record) -> dict[str, tuple[str, str]]:
    """The record's eligibility sentences: hash → (kind, text)."""
    split = split_criteria(record.protocol.eligibility.eligibility_criteria)
    return {one.hash: (one.kind.value, one.text) for one in split.criteria}


def _check_sentences(parts: StudyParts, record: Record) -> Iterator[Finding]:
    sentences = list_sentences(record)
    found = {compute_sentence_hash(one.text): (index, one) for index, one in enumerate(parts.study.eligibility)}
    for digest, (kind, text) in sentences.items():
        if digest not in found:
            yield Finding(
                "sentence",
                f"no criterion decides the record's sentence {text!r}",
                _place(parts, "eligibility"),
                remedy="add a criterion with this text, verbatim",
            )
        elif kind != Kind.UNDECIDED and found[digest][1].kind != kind:
            yield Finding(
                "sentence",
                f"the record has this under {kind} criteria",
                _place(parts, "eligibility", found[digest][0], "kind"),
            )
    for digest, (index, criterion) in found.items():
        if digest not in sentences and not criterion.assumed:
            text = f"{criterion.id} is not in the record: {criterion.text!r}"
            yield Finding(
                "sentence",
                text,
                _place(parts, "eligibility", index, "text"),
                remedy="correct it to the record's words, or say assumed:",
            )


def _check_outcomes(parts: StudyParts, record: Record) -> Iterator[Finding]:
    known = {(_squeeze(one.title), _squeeze(one.time_frame)) for one in parts.study.endpoints}
    titles = {_squeeze(one.title): index for index, one in enumerate(parts.study.endpoints)}
    for level, outcome in record.protocol.outcomes.leveled:
        title, frame = _squeeze(outcome.measure), _squeeze(outcome.time_frame)
        if title not in titles:
            yield Finding(
                "outcome",
                f"no endpoint measures the record's outcome {outcome.measure!r}",
                _place(parts, "endpoints"),
                remedy="add an endpoint with this title, verbatim",
            )
        elif (title, frame) not in known:
            yield Finding(
                "outcome",
                f"the record's time frame is {outcome.time_frame!r}",
                _place(parts, "endpoints", titles[title], "time_frame"),
            )
        elif level and level != parts.study.endpoints[titles[title]].level:
            yield Finding(
                "outcome", f"the record calls this outcome {level}", _place(parts, "endpoints", titles[title], "level")
            )
    days = {one.id: one.day for one in parts.study.encounters}
    for index, endpoint in enumerate(parts.study.endpoints):
        planned = {days[name] for name in endpoint.at if name in days}
        for point in find_time_points(endpoint.time_frame).points:
            tolerance = round(0.03 * point.day) if point.unit in (Unit.MONTH, Unit.YEAR) else 0
            if point.role in (Role.ABOUT, Role.EVERY) or any(abs(point.day - day) <= tolerance for day in planned):
                continue
            said = f"the time frame of {endpoint.id} says {point.text!r} (day {point.day})"
            text = f"{said}, and no encounter of at: is on that day"
            yield Finding(
                "time-point",
                text,
                _place(parts, "endpoints", index, "at"),
                remedy=f"add the encounter of day {point.day}",
            )


def _check_arms(parts: StudyParts, record: Record) -> Iterator[Finding]:
    titles = {_squeeze(one.title) for one in parts.study.arms}
    for group in record.protocol.arms.arm_groups:
        if _squeeze(group.label) not in titles:
            yield Finding("arm", f"the study lacks the record's arm {group.label!r}", _place(parts, "arms"))
    names = {_squeeze(one.name) for one in parts.study.interventions}
    for one in record.protocol.arms.interventions:
        if _squeeze(one.name) not in names:
            yield Finding(
                "intervention",
                f"the study lacks the record's intervention {one.name!r}",
                _place(parts, "interventions"),
            )


def _check_facts(parts: StudyParts, record: Record) -> Iterator[Finding]:
    section, study = record.protocol, parts.study.study
    design = section.design
    pairs = (
        ("id", study.id, section.identification.nct_id),
        ("title", study.title, section.identification.brief_title),
        ("official_title", study.official_title, section.identification.official_title),
        ("planned_enrolment", study.planned_enrolment, design.enrollment_info.count),
        ("start", study.start, section.status.start.date),
        ("primary_completion", study.primary_completion, section.status.primary_completion.date),
        ("completion", study.completion, section.status.completion.date),
    )
    for name, ours, theirs in pairs:
        if theirs not in ("", None) and _squeeze(str(ours)) != _squeeze(str(theirs)):
            yield Finding("fact", f"{name} is {ours!r} here and {theirs!r} in the record", _place(parts, "study", name))
    info = design.design_info
    theirs_design = (
        ("allocation", parts.study.design.allocation, info.allocation),
        ("model", parts.study.design.model, info.intervention_model),
        ("masking", parts.study.design.masking.value, info.masking_info.masking),
        ("purpose", parts.study.design.purpose, info.primary_purpose),
    )
    for name, ours, theirs in theirs_design:
        if theirs and ours != theirs:
            yield Finding("fact", f"{name} is {ours} here and {theirs} in the record", _place(parts, "design", name))
    missing = set(section.conditions.conditions) - set(study.conditions)
    if missing:
        yield Finding(
            "fact",
            f"the record's condition {', '.join(sorted(missing))} is missing",
            _place(parts, "study", "conditions"),
            Severity.WARNING,
        )


def _check_promises(parts: StudyParts, record: Record) -> Iterator[Finding]:
    """Every evaluation that the summary promises must have items that keep the promise."""
    described = record.protocol.description
    text = " ".join((described.brief_summary, described.detailed_description, described.unlabelled_description))
    phrases = {_squeeze(one.phrase).casefold(): index for index, one in enumerate(parts.study.evaluations)}
    for promised in list_promises(text):
        if promised.casefold() not in phrases:
            yield Finding(
                "promise",
                f"the record says that {promised!r} will be evaluated, and nothing says by which item",
                _place(parts, "evaluations"),
                remedy=f"add {{phrase: {promised!r}, items: […]}}",
            )
    folded = _squeeze(text).casefold()
    for phrase, index in phrases.items():
        if phrase not in folded:
            yield Finding(
                "promise",
                "this phrase is not in the record's summary",
                _place(parts, "evaluations", index, "phrase"),
                Severity.WARNING,
            )


def list_promises(text: str) -> list[str]:
    """The things that a summary says will be evaluated, cut at commas; what a bracket spells out is not a thing itself.

    >>> list_promises("The pain, sleep (depth, length, etc.) will be evaluated.")
    ['pain', 'depth', 'length']
    """
    found: list[str] = []
    for match in _PROMISE.finditer(text.replace("etc.", "etc")):
        spelled_out = re.sub(r"[^,;()]*\(", ",", match.group(1))
        parts = re.split(r"[,;)]|\band\b", spelled_out)
        cleaned = [re.sub(r"^(?:the|an?)\s+", "", _squeeze(part), flags=re.IGNORECASE) for part in parts]
        found += [part for part in cleaned if part and part.casefold() != "etc"]
    return list(dict.fromkeys(found))


def _squeeze(text: str) -> str:
    return " ".join(text.split())
