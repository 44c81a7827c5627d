"""V01–V07: numbers and titles."""

import re
from collections.abc import Iterator

from trialwright.registry.case import IDENTIFICATION, Case
from trialwright.registry.rule import Level, Rule, Trouble

_NCT = re.compile(r"NCT\d{8}")
_NEEDS_DOMAIN = frozenset({"REGISTRY", "OTHER_GRANT", "OTHER"})


def check_length(path: str, text: str, most: int, what: str) -> Iterator[Trouble]:
    """Trouble where a text is longer than the registry's limit (definitions of data elements, section 1.4)."""
    if len(text) > most:
        yield Trouble(path, f"the {what} has {len(text)} characters", f"at most {most}")


def _check_number(case: Case) -> Iterator[Trouble]:
    number = case.protocol.identification.nct_id
    if not _NCT.fullmatch(number):
        yield Trouble(f"{IDENTIFICATION}.nctId", f"{number!r} is no NCT number", "NCT and eight digits", not number)


def _check_brief_title(case: Case) -> Iterator[Trouble]:
    title, path = case.protocol.identification.brief_title, f"{IDENTIFICATION}.briefTitle"
    if not title.strip():
        yield Trouble(path, "there is no brief title", "1 to 300 characters", missing=True)
    yield from check_length(path, title, 300, "brief title")


def _check_official_title(case: Case) -> Iterator[Trouble]:
    title, path = case.protocol.identification.official_title, f"{IDENTIFICATION}.officialTitle"
    if not title.strip() and case.is_new:
        wrong = "there is no official title, and the study started on or after 2017-01-18"
        yield Trouble(path, wrong, "the title of the protocol", missing=True)
    yield from check_length(path, title, 600, "official title")


def _check_acronym(case: Case) -> Iterator[Trouble]:
    yield from check_length(f"{IDENTIFICATION}.acronym", case.protocol.identification.acronym, 14, "acronym")


def _check_org_id(case: Case) -> Iterator[Trouble]:
    own, path = case.protocol.identification.org_study_id_info.id, f"{IDENTIFICATION}.orgStudyIdInfo.id"
    if not own.strip():
        yield Trouble(path, "the organisation's own id is missing", "the protocol's number", missing=True)
    yield from check_length(path, own, 30, "organisation's id")
    if own and own in case.background.sibling_ids:
        yield Trouble(path, f"{own!r} is the id of another study of this organisation", "an id of its own")


def _check_secondary_ids(case: Case) -> Iterator[Trouble]:
    for number, other in enumerate(case.protocol.identification.secondary_id_infos):
        path = f"{IDENTIFICATION}.secondaryIdInfos.{number}"
        yield from check_length(f"{path}.id", other.id, 30, "secondary id")
        yield from check_length(f"{path}.domain", other.domain, 119, "domain of a secondary id")
        if other.type in _NEEDS_DOMAIN and not other.domain:
            wrong = f"a secondary id of type {other.type} has no domain"
            yield Trouble(f"{path}.domain", wrong, "name of the registry or funder", missing=True)


def _check_title_words(case: Case) -> Iterator[Trouble]:
    names, path = case.protocol.identification, f"{IDENTIFICATION}.briefTitle"
    title = names.brief_title.strip()
    if title and (title == names.acronym or (title.isupper() and len(title) > 3)):
        yield Trouble(path, "the brief title is an acronym or all in capitals", "a title in plain words")
    conditions = " ".join(case.protocol.conditions.conditions).upper()
    if re.search(r"COVID|SARS-COV-2|2019-NCOV", conditions) and "COVID" not in title.upper():
        yield Trouble(path, "the study is about COVID-19 and its brief title does not say so", "name COVID-19 in it")


RULES = (
    Rule("V01", Level.ERROR, "the registry's number is NCT and eight digits", _check_number),
    Rule("V02", Level.ERROR, "a brief title of at most 300 characters", _check_brief_title),
    Rule("V03", Level.ERROR, "an official title of at most 600 characters", _check_official_title),
    Rule("V04", Level.ERROR, "an acronym of at most 14 characters", _check_acronym),
    Rule("V05", Level.ERROR, "the organisation's own id, at most 30 characters, used once", _check_org_id),
    Rule("V06", Level.ERROR, "secondary ids of at most 30 characters, with type and domain", _check_secondary_ids),
    Rule("V07", Level.WARNING, "a brief title in plain words", _check_title_words),
)
