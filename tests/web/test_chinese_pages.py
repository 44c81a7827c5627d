"""No page leaves English to somebody who reads Chinese, but for what has no Chinese: people's own words, codes, names."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.web.conftest import open_browser
from tests.web.english import find_english, find_raw, read_own_words
from tests.web.scenes import STATES, is_page_text, list_scenes
from trialwright.vocabulary.codelists import Role
from trialwright.web.pages import PAGES
from trialwright.web.sentences.say import say

WORDS = (
    "reason", "step", "what", "text", "act", "name", "person", "lot", "kind", "move", "code", "day", "on", "decision",
    "citation",
)  # fmt: skip
NONSENSE = {**dict.fromkeys(WORDS, "x"), "level": "LOCKED", "password": "x", "containers": "9", "based_on": "7"}


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
    raw = find_raw(page) if page.strip() else []
    return [f"{name}: {one}" for one in ([] if is_marked else ["lang"]) + found + raw]


def test_no_english_is_left_on_a_chinese_page(running: object) -> None:
    own_words = read_own_words()
    left = [
        one
        for scene in list_scenes()
        for one in look(scene.name, open_chinese(scene.role).get(scene.address), own_words)
    ]
    assert left == [], "\n".join(left)


@pytest.mark.parametrize("posted", [{}, NONSENSE], ids=["nothing", "nonsense"])
def test_no_refusal_is_in_english_on_a_chinese_page(running: object, posted: dict[str, str]) -> None:
    """Every page that takes something, sent with nothing and with nonsense."""
    own_words, left = read_own_words(), list[str]()
    posts = {page.name for page in PAGES if page.posts} - {"registry_results"}  # it builds all results for its refusal
    for scene in list_scenes():
        if scene.name in posts or scene.name in STATES:
            answer = open_chinese(scene.role).post(scene.address, posted)
            assert answer.status_code < 500, scene.name
            left += look(scene.name, answer, own_words)
    assert left == [], "\n".join(left)


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
