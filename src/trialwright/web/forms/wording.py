"""The official wording of CTCAE and its translations, where the installation has them (``trialwright dictionary add``)."""

from functools import cache
from pathlib import Path

from trialwright.safety.wording import Wording, parse_wording
from trialwright.settings import load_settings


def find_wording(version: str) -> Wording | None:
    """The wording of a version; None where nobody has added it."""
    folder = load_settings().dictionaries
    return _load(Path(folder) / f"ctcae-{version}.json") if folder else None


def find_translations(version: str, language: str) -> dict[str, str]:
    """The terms in a language, by code; empty where nobody has added them."""
    wording = find_wording(version)
    return dict(wording.translations.get(language, {})) if wording else {}


@cache
def _load(path: Path) -> Wording | None:
    return parse_wording(path.read_text(encoding="utf-8")) if path.is_file() else None
