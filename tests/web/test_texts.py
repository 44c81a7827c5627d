"""Every text of the interface is there in both languages, every text that a page asks for exists, none is left over."""

import re
from pathlib import Path
from string import Formatter

from trialwright.access.policy import PERMISSIONS
from trialwright.capture.product import LotStatus
from trialwright.vocabulary.codelists import Duty, Role
from trialwright.web.catalogue import load_texts, render_text
from trialwright.web.folders import FOLDERS
from trialwright.web.pages import PAGES

_SOURCES = (".html", ".py")
WEB = Path(__file__).parent.parent.parent / "src" / "trialwright" / "web"
_BY_CODE = (
    "forms.standing.",
    "role.",
    "status.",
    "purpose.",
    "language.",
    "act.",
    "duty.",
    "state.",
    "deviation.",
    "kind.",
    "code.",
    "forms.standing.",
    "button.",
    "draft.",
)
"""Prefixes of texts that are chosen by a code at run time (``{% word %}``)."""


def read_sources() -> str:
    folders = [WEB / "templates", *(WEB / name for name in FOLDERS)]
    files = [*WEB.glob("*.py"), *(path for folder in folders for path in folder.rglob("*") if path.suffix in _SOURCES)]
    return "\n".join(path.read_text(encoding="utf-8") for path in files if path.name != "texts.py")


def test_every_text_is_there_in_both_languages() -> None:
    for key, (english, chinese) in load_texts().items():
        assert english.strip() and chinese.strip(), key
        names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (english, chinese)]
        assert names[0] == names[1], f"{key}: the places for values differ"


def test_every_text_that_is_asked_for_exists_and_none_is_left_over() -> None:
    texts, source = load_texts(), read_sources()
    asked = set(re.findall(r"{%\s*t\s+[\"']([^\"']+)[\"']", source))
    assert asked - texts.keys() == set()
    quoted = set(re.findall(r"[\"']([a-z0-9_]+(?:\.[A-Za-z0-9_]+)*)[\"']", source))
    unused = {key for key in texts if key not in quoted and not key.startswith(_BY_CODE)}
    assert unused == set()


def test_every_draft_of_a_page_has_its_name() -> None:
    named = {key.removeprefix("draft.") for key in load_texts() if key.startswith("draft.")}
    assert named == set(re.findall(r"{% draft \"([a-z_]+)\"", read_sources()))


def test_roles_and_menus_have_words() -> None:
    for role in Role:
        assert render_text(f"role.{role}", "zh")
    for page in PAGES:
        assert not page.menu or render_text(page.menu, "en")


def test_chinese_pages_are_in_chinese() -> None:
    """Only a text that is nothing but values may be without a Chinese character, and the name of English."""
    for key, (_, chinese) in load_texts().items():
        words = re.sub(r"{[^}]*}|[A-Z]{2,}", "", chinese)
        assert (
            not re.search(r"[A-Za-z]{2,}", words) or re.search(r"[\u4e00-\u9fff]", chinese) or key == "language.en"
        ), key


def test_acts_duties_and_deviations_have_words() -> None:
    for act in PERMISSIONS:
        assert render_text(f"act.{act}", "zh")
    for duty in Duty:
        assert render_text(f"duty.{duty}", "zh")
    capture = "\n".join(path.read_text(encoding="utf-8") for path in (WEB.parent / "capture").glob("*.py"))
    for code in re.findall(r"(?:DeviationNoted|\b_?note)\(\s*\"([A-Z_]+)\"", capture):
        assert render_text(f"deviation.{code}", "zh")
    for status in set(LotStatus) - {LotStatus.RELEASED}:
        assert render_text(f"deviation.{status}_LOT", "zh")
