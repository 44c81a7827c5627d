"""The official wording of CTCAE and its translations, where the installation has them (``trialwright dictionary add``)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from trialwright.safety.terms import load_terms, name_chinese
from trialwright.safety.wording import Wording, parse_wording
from trialwright.settings import load_settings
from trialwright.web.sentences.words import LANGUAGE


def find_wording(version: str) -> Wording | None:
    """The wording of a version; None where nobody has added it."""
    folder = load_settings().dictionaries
    return _load(Path(folder) / f"ctcae-{version}.json") if folder else None


def find_translations(version: str, language: str) -> dict[str, str]:
    """The terms in a language, by code: those that were added, else our own working translation."""
    wording = find_wording(version)
    added = dict(wording.translations.get(language, {})) if wording else {}
    return added or (dict(_translate(version)) if language == LANGUAGE else {})


@cache
def _translate(version: str) -> Mapping[str, str]:
    named = ((one.code, name_chinese(one.term)) for one in load_terms(version).terms)
    return {code: chinese for code, chinese in named if chinese}


@cache
def _load(path: Path) -> Wording | None:
    return parse_wording(path.read_text(encoding="utf-8")) if path.is_file() else None
