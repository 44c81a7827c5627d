"""V40–V43: summary, description and conditions."""

import re
from collections.abc import Iterator

from trialwright.registry.case import CONDITIONS, DESCRIPTION, Case
from trialwright.registry.rule import Level, Rule, Trouble
from trialwright.registry.rules.identification import check_length

_FIRST_PERSON = re.compile(r"(?<![\w.])(?:[Ww]e|[Oo]ur|us)(?![\w.]|-)")
_PAYMENT = re.compile(
    r"\b(?:will be paid|receive \$|compensat(?:ed|ion) (?:of|for)|\$\s?\d+|gift cards?|reimburse)", re.I
)
_CONCLUSION = re.compile(
    r"\b(?:(?:this|our|the present) (?:study|trial) (?:showed|demonstrated|found|concludes?)"
    r"|results (?:of this (?:study|trial) )?(?:showed|demonstrated)|we (?:conclude|found))",
    re.IGNORECASE,
)


def _check_summary(case: Case) -> Iterator[Trouble]:
    texts, path = case.protocol.description, f"{DESCRIPTION}.briefSummary"
    if not texts.brief_summary.strip() and not texts.unlabelled_description:
        yield Trouble(path, "there is no brief summary", "1 to 5,000 characters", missing=True)
    yield from check_length(path, texts.brief_summary, 5_000, "brief summary")


def _check_detail(case: Case) -> Iterator[Trouble]:
    texts, path = case.protocol.description, f"{DESCRIPTION}.detailedDescription"
    yield from check_length(path, texts.detailed_description, 32_000, "detailed description")
    if texts.detailed_description and texts.detailed_description.split() == texts.brief_summary.split():
        yield Trouble(
            path, "the detailed description repeats the summary", "more detail, or nothing", level=Level.WARNING
        )


def _check_conditions(case: Case) -> Iterator[Trouble]:
    conditions = case.protocol.conditions
    if not conditions.conditions:
        yield Trouble(f"{CONDITIONS}.conditions", "no condition is named", "at least one", missing=True)
    for key, words in (("conditions", conditions.conditions), ("keywords", conditions.keywords)):
        for number, word in enumerate(words):
            yield from check_length(f"{CONDITIONS}.{key}.{number}", word, 160, key.removesuffix("s"))


def _check_words(case: Case) -> Iterator[Trouble]:
    texts = case.protocol.description
    for key, text in (
        ("briefSummary", texts.brief_summary),
        ("detailedDescription", texts.detailed_description),
        ("unlabelledDescription", texts.unlabelled_description),
    ):
        for pattern, what, right in (
            (_FIRST_PERSON, "speaks in the first person", "the investigators"),
            (_PAYMENT, "speaks of payment", "leave payment to the consent form"),
            (_CONCLUSION, "tells results or conclusions", "results belong into the results section"),
        ):
            found = pattern.search(text)
            if found:
                yield Trouble(f"{DESCRIPTION}.{key}", f"the text {what} ({found.group()!r})", right)


RULES = (
    Rule("V40", Level.ERROR, "a brief summary of at most 5,000 characters", _check_summary),
    Rule("V41", Level.ERROR, "a description of at most 32,000 characters, not a copy", _check_detail),
    Rule("V42", Level.ERROR, "at least one condition, each of at most 160 characters", _check_conditions),
    Rule("V43", Level.WARNING, "no results, payment or first person in the texts", _check_words),
)
