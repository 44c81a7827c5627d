"""V75–V81: eligibility."""

import re
from collections.abc import Iterator

from trialwright.record.sentences import Kind, split_criteria
from trialwright.record.words import compute_age_years, read_ages
from trialwright.registry.case import ELIGIBILITY, Case
from trialwright.registry.rule import Level, Rule, Trouble
from trialwright.registry.rules.identification import check_length

# Both headings in their usual place; other texts are split to look closer.
_HEADED = re.compile(r"^\W*(?:key )?inclusion criteria:.*^\W*(?:key )?exclusion criteria:", re.I | re.M | re.S)
_AGE = re.compile(r"\d+ (?:Year|Month|Week|Day|Hour|Minute)s?|N/A")
_AT_LEAST = re.compile(
    r"(?:\bage[ds]?\b[^.;\n]{0,30}?(?:≥|\\?>=|at least|from|over|older than|above)?\s*(\d{1,3})(?:\s*(?:years?|yrs?))?"
    r"(?:\s*\(including\))?\s*(?:to|-|–|and)\s*(\d{1,3})\s*(?:years?|yrs?))",
    re.IGNORECASE,
)


def _check_text(case: Case) -> Iterator[Trouble]:
    text, path = case.protocol.eligibility.eligibility_criteria, f"{ELIGIBILITY}.eligibilityCriteria"
    if not text.strip():
        yield Trouble(path, "there are no eligibility criteria", "1 to 20,000 characters", missing=True)
    yield from check_length(path, text, 20_000, "eligibility text")


def _check_headers(case: Case) -> Iterator[Trouble]:
    text = case.protocol.eligibility.eligibility_criteria
    if not text.strip() or _HEADED.search(text):
        return
    kinds = {heading.kind for heading in split_criteria(text).headings}
    for kind in (Kind.INCLUSION, Kind.EXCLUSION):
        if kind not in kinds:
            wrong = f"the text has no heading for {kind.value} criteria"
            yield Trouble(f"{ELIGIBILITY}.eligibilityCriteria", wrong, f"{kind.value.title()} Criteria:")


def _check_sex(case: Case) -> Iterator[Trouble]:
    eligibility = case.protocol.eligibility
    if not eligibility.sex:
        yield Trouble(
            f"{ELIGIBILITY}.sex", "which sexes may take part is not said", "ALL, FEMALE or MALE", missing=True
        )
    elif eligibility.sex not in ("ALL", "FEMALE", "MALE"):
        yield Trouble(f"{ELIGIBILITY}.sex", f"{eligibility.sex!r} is not on the list", "ALL, FEMALE or MALE")
    if eligibility.gender_based and not eligibility.gender_description:
        wrong = "eligibility rests on gender and the description is missing"
        level = None if case.is_new else Level.WARNING
        yield Trouble(f"{ELIGIBILITY}.genderDescription", wrong, "how gender decides", True, level)


def _check_ages(case: Case) -> Iterator[Trouble]:
    eligibility = case.protocol.eligibility
    for key, text in (("minimumAge", eligibility.minimum_age), ("maximumAge", eligibility.maximum_age)):
        if text and not _AGE.fullmatch(text):
            yield Trouble(f"{ELIGIBILITY}.{key}", f"{text!r} is no age", "such as 18 Years, or N/A")
    low, high = compute_age_years(eligibility.minimum_age), compute_age_years(eligibility.maximum_age)
    if low is not None and high is not None and low > high:
        wrong = f"the minimum age {eligibility.minimum_age} is above the maximum {eligibility.maximum_age}"
        yield Trouble(f"{ELIGIBILITY}.minimumAge", wrong, "minimum ≤ maximum")


def _check_age_groups(case: Case) -> Iterator[Trouble]:
    eligibility = case.protocol.eligibility
    if not eligibility.std_ages:
        return
    expected = read_ages(eligibility.minimum_age, eligibility.maximum_age)
    if list(eligibility.std_ages) != expected:
        wrong = f"the age groups are {', '.join(eligibility.std_ages)}"
        yield Trouble(f"{ELIGIBILITY}.stdAges", wrong, ", ".join(expected))


def _check_ages_in_text(case: Case) -> Iterator[Trouble]:
    """A range "aged 18 to 70 years" among the inclusion criteria agrees with the age fields."""
    eligibility = case.protocol.eligibility
    included = re.split(r"exclusion", eligibility.eligibility_criteria, maxsplit=1, flags=re.IGNORECASE)[0]
    found = _AT_LEAST.search(included)
    if not found:
        return
    for key, field, told in (
        ("minimumAge", eligibility.minimum_age, found.group(1)),
        ("maximumAge", eligibility.maximum_age, found.group(2)),
    ):
        years = compute_age_years(field)
        if field.endswith(("Year", "Years")) and years is not None and years != int(told):
            wrong = f"the criteria say {found.group().strip()!r} and the field says {field}"
            yield Trouble(f"{ELIGIBILITY}.{key}", wrong, "the same age in both")


def _check_healthy(case: Case) -> Iterator[Trouble]:
    if case.protocol.eligibility.healthy_volunteers is None:
        level = None if case.is_interventional and case.is_new else Level.WARNING
        wrong = "whether healthy volunteers may take part is not answered"
        yield Trouble(f"{ELIGIBILITY}.healthyVolunteers", wrong, "yes or no", True, level)


RULES = (
    Rule("V75", Level.ERROR, "criteria of at most 20,000 characters", _check_text),
    Rule("V76", Level.WARNING, "headings for inclusion and exclusion", _check_headers),
    Rule("V77", Level.ERROR, "sex is said, and gender described", _check_sex),
    Rule("V78", Level.ERROR, "ages with a unit, minimum ≤ maximum", _check_ages),
    Rule("V79", Level.ERROR, "age groups follow from the ages", _check_age_groups),
    Rule("V80", Level.WARNING, "ages in the text agree with the fields", _check_ages_in_text),
    Rule("V81", Level.ERROR, "healthy volunteers are answered", _check_healthy),
)
