"""Which entry of a catalogue a sentence belongs to, and what stands in its holes."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

_HOLE = re.compile(r"{(\w+)}")
_WORD = re.compile(r"[A-Za-z]+")


class Found(NamedTuple):
    """An entry with what stands in its holes; ``weight`` is how many letters of it are fixed."""

    template: str
    other: str
    values: dict[str, str]
    weight: int


@dataclass(frozen=True, slots=True)
class _Entry:
    template: str
    other: str
    pattern: re.Pattern[str]
    words: frozenset[str]
    weight: int
    length: int


class Book:
    """A catalogue made ready for finding: sentences without holes by themselves, the others by a word they all have.

    >>> book = Book({"{who} has left": "{who} 已退出", "{who} has left {site}": "{who} 已离开 {site}"})
    >>> [found.other for found in book.find("P1 has left BJ")]
    ['{who} 已离开 {site}']
    """

    __slots__ = ("_by_word", "_plain")

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._plain = {template: other for template, other in sentences.items() if not _HOLE.search(template)}
        words = {template: find_words(template) for template in sentences if template not in self._plain}
        often = Counter(word for fixed in words.values() for word in fixed)
        self._by_word: dict[str, list[_Entry]] = {}
        for template, fixed in words.items():
            rarest = min(sorted(fixed), key=often.__getitem__, default="")
            self._by_word.setdefault(rarest, []).append(_compile(template, sentences[template], fixed))

    def find(self, text: str) -> Iterator[Found]:
        """Every entry that fits, the one with the most fixed letters first."""
        if (other := self._plain.get(text)) is not None:
            yield Found(text, other, {}, len(text))
        words = {"", *_WORD.findall(text)}
        near = (entry for word in words & self._by_word.keys() for entry in self._by_word[word])
        for entry in sorted((one for one in near if one.words <= words), key=lambda one: (-one.weight, -one.length)):
            if match := entry.pattern.fullmatch(text):
                yield Found(entry.template, entry.other, match.groupdict(), entry.weight)


def find_words(template: str) -> frozenset[str]:
    """The fixed words of a template that touch no hole: every sentence of it has them.

    >>> sorted(find_words("{day}days of {site} are over")), find_words("{a}: {b}")
    (['are', 'of', 'over'], frozenset())
    """
    return frozenset(re.findall(r"(?<![A-Za-z}])[A-Za-z]+(?![A-Za-z{])", _HOLE.sub("{}", template)))


def list_holes(template: str) -> list[str]:
    """The names of its holes, in order."""
    return _HOLE.findall(template)


def _compile(template: str, other: str, words: frozenset[str]) -> _Entry:
    parts = _HOLE.split(template)
    pattern = "".join(f"(?P<{part}>.*?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    fixed = "".join(parts[::2])
    weight = sum(map(str.isalpha, fixed))
    return _Entry(template, other, re.compile(pattern, re.DOTALL), words, weight, len(fixed))
