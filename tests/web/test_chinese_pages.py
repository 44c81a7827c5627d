"""No page leaves English to somebody who reads Chinese, but for what has no Chinese: people's own words, codes, names."""

import json
import re
from collections.abc import Iterator

import lxml.html
import pytest
from django.http import HttpResponse
from django.test import Client

from tests.web.conftest import open_browser
from tests.web.scenes import STATES, is_page_text, list_scenes
from trialwright.store.models import LedgerEntry
from trialwright.vocabulary.codelists import Role
from trialwright.web.pages import PAGES
from trialwright.web.sentences.say import say

_RUN = re.compile(r"[A-Za-z][A-Za-z'’-]*(?:[ ,;:]+[A-Za-z][A-Za-z'’-]*){3,}")
_SILENT = ("script", "style", "code")
_HEARD = ("aria-label", "title", "placeholder", "alt")
_OF_THE_MACHINE = ("deviation_noted", "safety_flag_raised")
"""What these entries say, the machine has said: it is shown in Chinese."""
WORDS = (
    "reason", "step", "what", "text", "act", "name", "person", "lot", "kind", "move", "code", "day", "on", "decision",
    "citation",
)  # fmt: skip
NONSENSE = {**dict.fromkeys(WORDS, "x"), "level": "LOCKED", "password": "x", "containers": "9", "based_on": "7"}
NAMES = ("Fusheng Wang, MD,PhD", "Lei Shi, MD,PhD")
"""Names of people in the public record."""


def list_texts(page: str) -> Iterator[str]:
    """What a person reads or hears of a page, but what says of itself that it is English, and codes."""
    waiting = [lxml.html.document_fromstring(page)]
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str) or element.tag in _SILENT or element.get("lang") == "en":
            continue
        waiting += list(element)
        yield from (str(element.attrib[name]) for name in _HEARD if name in element.attrib)
        yield " ".join(" ".join(filter(None, (element.text, *(one.tail for one in element)))).split())


def find_english(page: str, own_words: str) -> list[str]:
    """Four and more successive words in Latin letters that nobody has typed."""
    return [run for text in list_texts(page) for run in _RUN.findall(text) if run not in own_words]


def read_own_words() -> str:
    """Every text that people and the rehearsal have typed into the trial, one after the other."""
    said = LedgerEntry.objects.exclude(act__in=_OF_THE_MACHINE).values_list("payload", flat=True)
    return "\n".join((*NAMES, *(text for payload in said if payload for text in _list_strings(json.loads(payload)))))


def _list_strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _list_strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _list_strings(one)


def open_chinese(role: Role | None) -> Client:
    if role is not None:
        return open_browser(role, language="zh")
    client = Client(headers={"accept-encoding": "identity"})
    client.cookies["tw_language"] = "zh"
    return client


def look(name: str, answer: HttpResponse, own_words: str) -> list[str]:
    """What is still English of an answer, with where it was found."""
    page = answer.content.decode() if answer.headers.get("content-type", "").startswith("text/html") else ""
    is_marked = not is_page_text("text/html", page) or re.search(r"<html[^>]* lang=\"zh", page)
    found = find_english(page, own_words) if page.strip() else []
    return [f"{name}: {one}" for one in ([] if is_marked else ["lang"]) + found]


def test_no_english_is_left_on_a_chinese_page(running: object) -> None:
    own_words = read_own_words()
    left = [
        one
        for scene in list_scenes()
        for one in look(scene.name, open_chinese(scene.role).get(scene.address), own_words)
    ]
    assert left == []


@pytest.mark.parametrize("posted", [{}, NONSENSE], ids=["nothing", "nonsense"])
def test_no_refusal_is_in_english_on_a_chinese_page(running: object, posted: dict[str, str]) -> None:
    """Every page that takes something, sent with nothing and with nonsense."""
    own_words, posts, left = read_own_words(), {page.name for page in PAGES if page.posts}, list[str]()
    for scene in list_scenes():
        if scene.name in posts or scene.name in STATES:
            answer = open_chinese(scene.role).post(scene.address, posted)
            assert answer.status_code < 500, scene.name
            left += look(scene.name, answer, own_words)
    assert left == []


def test_what_django_says_is_known_in_its_words(running: object) -> None:
    """A new version of Django that words a message otherwise fails here."""
    from django.contrib.auth import password_validation
    from django.core.exceptions import ValidationError

    from trialwright.web.accounts.models import Account
    from trialwright.web.accounts.views import PersonForm

    said = [text for form in (PersonForm({}), PersonForm({"role": "x", "name": "y" * 130, "person": "Ä", "what": "a\0"}))
            for texts in form.errors.values() for text in texts]  # fmt: skip
    for password in ("short", "password123456", "virtual-person"):
        try:
            password_validation.validate_password(password, Account(person="virtual-person", name="x"))
        except ValidationError as error:
            said += error.messages
    assert len(said) >= 7
    assert [one for one in said if not re.search("[\u4e00-\u9fff]", say(one, "zh"))] == []
