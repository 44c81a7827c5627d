"""The words that stand in the holes of sentences: ids of the study and codes of the interface, in a language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trialwright.definition.compiled import Definition
from trialwright.web.catalogue import load_texts
from trialwright.web.guards import LANGUAGES

LANGUAGE = "zh"
_TEXTS = ("role.", "act.", "duty.", "status.", "kind.", "code.", "state.", "deviation.")
_PLACES = ("encounters", "arms", "interventions", "quality")
_KINDS: Mapping[str, tuple[str, ...]] = {
    "role": ("role.",),
    "allowed": ("role.",),
    "act": ("act.",),
    "duty": ("duty.",),
    "kind": ("kind.situation.", "kind.assumption."),
    "move": ("kind.move.",),
    "test": ("kind.test.",),
    "tests": ("kind.result.",),
    "regime": ("kind.registry_regime.",),
    "period": ("kind.period.",),
    "named": ("kind.criterion.",),
}
"""Where the words of some holes are looked for first."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of the words: by kind of hole, and all together; the first meaning of a word counts."""

    by_kind: Mapping[str, Mapping[str, str]]
    known: Mapping[str, str]
    items: Mapping[tuple[str, str], str]

    def find_kind(self, hole: str, text: str, form: str = "") -> str:
        """The word for what stands in a hole of this kind, or for an item of the form; '' where there is none."""
        return self.items.get((form, text), "") or self.by_kind.get(hole.rstrip("_0123456789"), {}).get(text, "")


def collect_words(definition: Definition, language: str = LANGUAGE) -> Words:
    """The words of a study and of the interface."""
    texts = {key: pair[LANGUAGES.index(language)] for key, pair in load_texts().items()}
    by_kind = {
        hole: {
            word: text
            for prefix in prefixes
            for key, text in texts.items()
            if key.startswith(prefix)
            for word in _spell(key.removeprefix(prefix))
        }
        for hole, prefixes in _KINDS.items()
    }
    items = dict(_list_items(definition, language))
    known: dict[str, str] = {}
    fields = (pair for (form, item), text in items.items() for pair in ((item, text), (f"{form}.{item}", text)))
    for word, text in (*_list_study(definition, language), *fields):
        known.setdefault(word, text)
    for prefix in _TEXTS:
        for key, text in texts.items():
            if key.startswith(prefix):
                for word in _spell(key.rsplit(".", 1)[-1]):
                    if len(word) > 1:  # Y and N are too short to be a word of a sentence
                        known.setdefault(word, text)
    return Words(by_kind, known, items)


def _spell(code: str) -> tuple[str, ...]:
    """A code as sentences write it: as it is, and in small letters with spaces."""
    return code, code.lower(), code.lower().replace("_", " ")


def _list_study(definition: Definition, language: str) -> Iterator[tuple[str, str]]:
    """Every text of the study by its English, and its parts by their ids as well."""
    for key in definition.labels:
        place, _, rest = key.partition(".")
        english, told = definition.label(key), definition.label(key, language)
        if place in _PLACES:
            yield rest, told
        elif place == "forms" and rest.endswith(".title"):
            yield rest.removesuffix(".title"), told
        yield english, told


def _list_items(definition: Definition, language: str) -> Iterator[tuple[tuple[str, str], str]]:
    for key in definition.labels:
        parts = key.split(".")
        if parts[0] == "forms" and len(parts) == 4 and parts[2] == "items":
            yield (parts[1], parts[3]), definition.label(key, language)
