"""What is English on a page: the words that a person reads or hears there and that nobody of the trial has typed."""

import json
import re
from collections.abc import Iterator

import lxml.html

from tests.studies import STUDY
from trialwright.safety.terms import load_terms
from trialwright.store.models import LedgerEntry

_RUN = re.compile(r"[A-Za-z][A-Za-z'’-]*(?:[ ,;:]+[A-Za-z][A-Za-z'’-]*){3,}")
_SILENT = ("script", "style", "code", "template")
_HEARD = ("aria-label", "title", "placeholder", "alt")
_OF_THE_MACHINE = ("deviation_noted", "safety_flag_raised")
"""What these entries say, the machine has said: it is shown in Chinese."""
NAMES = ("Fusheng Wang, MD,PhD", "Lei Shi, MD,PhD")
"""Names of people in the public record."""


def list_texts(page: str) -> Iterator[str]:
    """What a person reads or hears of a page, but quotations that say of themselves that they are English, and codes."""
    waiting = [lxml.html.document_fromstring(page)]
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str) or element.tag in _SILENT or _is_quoted(element):
            continue
        waiting += list(element)
        yield from (str(element.attrib[name]) for name in _HEARD if name in element.attrib)
        yield " ".join(" ".join(filter(None, (element.text, *(one.tail for one in element)))).split())


_RAW = re.compile(
    r"(?<![\w./@#-])(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?![\w/(])"
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d|\d\d:\d\d:\d\d\.\d{3,}"
)


def find_raw(page: str, own_words: str = "") -> list[str]:
    """Codes, keys and times as machines write them that a page shows to people, but for what somebody has typed so."""
    main = lxml.html.document_fromstring(page).xpath("//main")
    said = list_texts(lxml.html.tostring(main[0], encoding="unicode")) if main else ()
    return [raw for text in said for raw in _RAW.findall(text) if raw not in own_words]


def _is_quoted(element: lxml.html.HtmlElement) -> bool:
    """Whether a template says that this is English. Where ``{% say %}`` had to say so, the words must be somebody's."""
    return element.get("lang") == "en" and element.tag != "span"


def find_english(page: str, own_words: str) -> list[str]:
    """Four and more successive words in Latin letters that nobody has typed."""
    return [run for text in list_texts(page) for run in _RUN.findall(text) if run not in own_words]


def read_own_words() -> str:
    """Every text that people have typed into the trial, the study's files, and the terms of CTCAE, which have no Chinese."""
    said = LedgerEntry.objects.exclude(act__in=_OF_THE_MACHINE).values_list("payload", flat=True)
    paths = (STUDY / "study.yaml", STUDY / "registry.json", *(STUDY / "record").iterdir())
    terms = [term.term for term in load_terms("4.03").terms]
    typed = [text for payload in said if payload for text in _list_strings(json.loads(payload))]
    return "\n".join((*NAMES, *(path.read_text(encoding="utf-8") for path in paths), *terms, *typed))


def _list_strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _list_strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _list_strings(one)
