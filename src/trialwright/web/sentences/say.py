"""A sentence of the machine in the person's language."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from django.utils.html import format_html, format_html_join

from trialwright.definition.compiled import Definition
from trialwright.web.sentences.chinese import load_sentences
from trialwright.web.sentences.chinese.fields import FIELDS
from trialwright.web.sentences.match import Book, Found
from trialwright.web.sentences.words import LANGUAGE, Words, collect_words
from trialwright.web.trial import get_definition

_DEEPEST = 3
_LONGEST = 600
_MOST_PARTS = 20
_MOST_WORDS = 5
_MOST_KEPT = 8192
_LIGHT = 9
"""An entry with so few fixed letters fits by chance: nothing but codes and known words may stand in its holes."""
_OWN_WORDS = frozenset(
    (
        "reason", "text", "why", "error", "told", "assumed", "term", "shown", "unit", "printed", "signer", "person",
        "version", "version_2", "form_version", "names", "codes", "answer", "title", "sponsor", "wrong", "right",
        "description", "measure", "group", "label", "key", "part", "named", "product", "site", "countries",
    )
)  # fmt: skip
"""Holes in which the words of a person, of the study or of a dictionary stand."""
_PHRASE = re.compile(r"[a-z]{2,}[ ,]+[a-z]{2,}")
_PLAIN_WORD = re.compile(r"(?<![\w.-])[A-Za-z]?[a-z]+(?![\w.-])")
_JOINTS = (("; ", "；"), (", ", "、"), (" and ", "和"))
_SENTENCES = re.compile(r"(?<=[.;?])\s+")
_ENGLISH = re.compile(r"([A-Za-z][\w'’.-]*(?:[ ,;:()/+]+[\w'’.-]+)+)", re.ASCII)
_SMALL = re.compile(r"(?<![\w.-])[a-z'-]{2,}(?![\w-])")
"""A run of words in Latin letters; English where one of them is a word in small letters."""


class Speaker:
    """Who says the sentences of one study in Chinese. What was said once is kept."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._words: Words = collect_words(definition)
        self._english: Words | None = None
        self._book = load_book()
        self.say = lru_cache(_MOST_KEPT)(self._say)
        self._translate = lru_cache(_MOST_KEPT)(self._find)

    def _say(self, text: str) -> str:
        bare = text.strip()
        if " " in bare and (known := self._words.known.get(bare)):
            return known
        each, are_known = self._say_each(bare)
        return (
            (each if are_known else "") or self._translate(bare, 0) or each or self._words.known.get(bare, "") or text
        )

    def say_word(self, kind: str, text: str) -> str:
        """What stands somewhere as a value: a code or an id in its word, a sentence, else as it is."""
        return self._fill(kind, text, "", 0)

    def name_code(self, kind: str, code: str) -> str:
        """A code or an id in English words; as people would spell it where it has none of its own."""
        if self._english is None:
            self._english = collect_words(self.definition, "en")
        return self._english.find_kind(kind, code) or self._english.known.get(code, "") or code.replace("_", " ")

    def _say_each(self, text: str) -> tuple[str, bool]:
        """Several sentences one after the other, and whether all are known; '' where none is, or there is but one."""
        parts = _SENTENCES.split(text)
        if len(parts) < 2:
            return "", False
        said = [self._translate(part.rstrip(".;"), 0) or self._translate(part, 0) for part in parts]
        if not any(said):
            return "", False
        told = "；".join((one or part).rstrip(".;。；") for one, part in zip(said, parts, strict=True))
        return told + ("。" if text.endswith(".") else ""), all(said)

    def _find(self, text: str, depth: int) -> str:
        if depth > _DEEPEST or len(text) > _LONGEST:
            return ""
        for found in chain.from_iterable(map(self._book.find, _vary(text))):
            if (values := self._fill_all(found, depth + 1)) is not None:
                return found.other.format(**values)
        return ""

    def _fill_all(self, found: Found, depth: int) -> dict[str, str] | None:
        """Every hole filled; None as soon as one holds what cannot stand there."""
        form, filled = found.values.get("form", ""), dict[str, str]()
        for hole, value in found.values.items():
            filled[hole] = self._fill(hole, value, form, depth)
            if not _fits(hole, value, filled[hole], found.weight):
                return None
        return filled

    def _fill(self, hole: str, value: str, form: str, depth: int) -> str:
        bare = value.strip()
        if not re.search("[A-Za-z]", bare):
            return value
        plain = bare.strip("'\"")
        return (
            self._words.find_kind(hole, plain, form)
            or self._translate(bare, depth)
            or self._words.known.get(plain, "")
            or self._fill_each(hole, bare, form, depth)
            or self._fill_pair(bare)
            or value
        )

    def _fill_pair(self, text: str) -> str:
        """A form with its visit, as they stand side by side where something of a visit is named."""
        first, _, second = text.partition(" ")
        known = self._words.known
        return f"{known[first]}（{known[second]}）" if first in known and second in known else ""

    def _fill_each(self, hole: str, value: str, form: str, depth: int) -> str:
        if depth > _DEEPEST or value[:1] in "'\"":
            return ""
        for joint, chinese in _JOINTS:
            parts = value.split(joint)
            if 1 < len(parts) <= _MOST_PARTS:
                said = [self._fill(hole, part, form, depth + 1) for part in parts]
                if said != parts:
                    return chinese.join(said)
        return ""


def _vary(text: str) -> Iterator[str]:
    """How a sentence can be spelled: as it is, begun in small letters, or with nothing in its first or last hole."""
    yield text
    if text[:1].isupper():
        yield text[:1].lower() + text[1:]
    if text[:1].islower():
        yield f" {text}"
    yield f"{text} "


def _fits(hole: str, english: str, said: str, weight: int) -> bool:
    """Whether what stands in a hole can stand there: a code, a number, a known word, and a phrase only where a person's
    own words or a text of the study belong. So a sentence that somebody wrote is not taken for one of the machine."""
    if hole.rstrip("_0123456789") in _OWN_WORDS:
        return True
    if said != english:
        return weight > _LIGHT or len(english.split()) <= _MOST_WORDS
    return not (_PHRASE if weight > _LIGHT else _PLAIN_WORD).search(english)


_CODE = re.compile(r"[A-Z][A-Z0-9]*([_ ][A-Z0-9]+)*|[a-z][a-z0-9]*(_[a-z0-9]+)+|[a-z_0-9]+\.[a-z_0-9]+")
"""What is no word of a person's: ON_SITE, vital_signs, vital_signs.temperature."""
_speaker: list[Speaker] = []


@lru_cache(1)
def load_book() -> Book:
    """The catalogue made ready for finding, once a process."""
    return Book(load_sentences())


def get_speaker(definition: Definition) -> Speaker:
    """The speaker of the study that this process serves."""
    if not _speaker or _speaker[0].definition is not definition:
        _speaker[:] = [Speaker(definition)]
    return _speaker[0]


def say(text: str, language: str) -> str:
    """A sentence of the machine in a language; as it is where the catalogue does not know it."""
    return get_speaker(get_definition()).say(text) if text and language == LANGUAGE else text


def say_word(kind: str, text: str, language: str) -> str:
    """A value in a language: the code of a role, the id of a form, a sentence; ``kind`` says what it is a value of."""
    speaker = get_speaker(get_definition())
    if language == LANGUAGE:
        return speaker.say_word(kind, text) if text else text
    return speaker.name_code(kind, text) if _CODE.fullmatch(text) else text


def say_field(name: str, language: str) -> str:
    """The name of what an entry holds, for reading."""
    spaced = name.replace("_", " ")
    return FIELDS.get(spaced, spaced) if language == LANGUAGE else spaced[:1].upper() + spaced[1:]


def render_said(text: str, language: str) -> str:
    """The same for a page: what stays English on a Chinese page is marked as English."""
    said = say(text, language)
    if language != LANGUAGE or not _SMALL.search(said):
        return said
    parts = enumerate(_ENGLISH.split(said))
    return format_html_join(
        "", "{}", ((_mark(part) if at % 2 and _SMALL.search(part) else part,) for at, part in parts)
    )


def _mark(text: str) -> str:
    return format_html('<span lang="en">{}</span>', text)
