"""Eligibility text cut into criteria and headings; every character that is not white space is in one of them.

A criterion is one bullet, one numbered item or one loose paragraph. It is never cut at a full stop: a sentence pair
such as "… must be ≥ 18. Proof of age is needed" is one criterion to decide. Nested bullets are criteria of their own
that name their parent.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise


class Kind(StrEnum):
    """What a criterion asks. UNDECIDED: the text stands before any heading that says it."""

    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a record.

    Parameters
    ----------
    id : str
        ``I1`` for the first inclusion criterion, ``E1`` for the first exclusion criterion, ``U1`` for an undecided one.
    kind : Kind
        From the heading above it.
    text : str
        Word for word, without its bullet; runs of white space (line wraps) are one space.
    hash : str
        ``compute_sentence_hash(text)``.
    start, end : int
        Its place in the criteria text, bullet included.
    depth : int
        0 for an outer item, 1 for an item inside it …
    parent : str
        Id of the item that contains it, or empty.
    heading : str
        The nearest heading above, word for word.
    bulleted : bool
        False for a loose paragraph, which may be a remark and no criterion.
    """

    id: str
    kind: Kind
    text: str
    hash: str
    start: int
    end: int
    depth: int = 0
    parent: str = ""
    heading: str = ""
    bulleted: bool = True


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that names what follows; ``kind`` is the kind of the criteria below it."""

    text: str
    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SplitCriteria:
    """All of a criteria text: its criteria and its headings, in the order of the text."""

    criteria: tuple[Criterion, ...]
    headings: tuple[Heading, ...]

    def of(self, kind: Kind) -> tuple[Criterion, ...]:
        """The criteria of one kind."""
        return tuple(criterion for criterion in self.criteria if criterion.kind is kind)


@dataclass(frozen=True, slots=True)
class _Item:
    """A bullet or a paragraph before it has a name: its place, the indent of its text, and whether it had a bullet."""

    start: int
    end: int
    indent: int
    bulleted: bool


_BULLET = re.compile(
    r"(?:\\?[*•·●○▪■◦‣✓➢–—]|\\?-(?=\s)|o(?=\s{2,})|\(?\d{1,2}(?:\.\d{1,2})*\\?[.)](?=\s|[A-Z])|\d{1,2}\.\d{1,2}(?=\s)"
    r"|\(?[a-zA-Z]\\?[.)](?=\s)|\(?[ivxIVX]{1,5}\\?[.)](?=\s))\s*"
)
_QUALIFIER = r"(?:[A-Za-z0-9/&()',-]+ ){0,6}?"
_SAYS_INCLUSION = re.compile(
    rf"^{_QUALIFIER}(?:inclusion(?: criteri(?:a|on))?|included if|criteria for inclusion|eligible if)\b", re.IGNORECASE
)
_SAYS_EXCLUSION = re.compile(
    rf"^{_QUALIFIER}(?:exclusion(?: criteri(?:a|on))?|non-?inclusion criteria|excluded if|criteria for exclusion)\b",
    re.IGNORECASE,
)
_SAYS_CRITERIA = re.compile(rf"^{_QUALIFIER}(?:eligibility|selection) criteria\b", re.IGNORECASE)
_INLINE_HEAD = re.compile(
    r"(?:key |main |major |general |principal |subject |patient )*(?:inclusion|exclusion)(?: criteria)?"
    r"(?: \([^)]{1,60}\))?\s*[:\-–]\s*(?=\S)",
    re.IGNORECASE,
)
_LONGEST_HEADING = 120
# Files that wrap their lines do so at about 80 to 100 characters; a shorter or longer line was ended on purpose.
_WRAPPED_AT = (60, 110)


def compute_sentence_hash(text: str) -> str:
    """SHA-256 (hex) of a sentence in NFC with runs of white space as one space: line wraps never change it.

    >>> compute_sentence_hash("Age  18\\nor older") == compute_sentence_hash("Age 18 or older")
    True
    """
    return hashlib.sha256(_plain(unicodedata.normalize("NFC", text)).encode()).hexdigest()


def split_criteria(text: str) -> SplitCriteria:
    """The criteria and headings of an eligibility text.

    Parameters
    ----------
    text : str
        The registry's criteria, with line ends.

    Returns
    -------
    SplitCriteria
        Places are character offsets in ``text``; together they cover every character that is not white space.

    >>> split = split_criteria("Inclusion Criteria:\\n\\n* Adult\\n\\nExclusion Criteria:\\n\\n* Pregnant")
    >>> [(criterion.id, criterion.text) for criterion in split.criteria]
    [('I1', 'Adult'), ('E1', 'Pregnant')]
    """
    kind, heading = Kind.UNDECIDED, ""
    headings: list[Heading] = []
    criteria: list[Criterion] = []
    for item in _split_inline(text, _find_items(text)):
        body = _body(text, item)
        told = _read_heading(body, item.bulleted)
        if told is None:
            criteria.append(_name(text, item, kind, heading, criteria))
            continue
        kind = told if told is not Kind.UNDECIDED else _kind_below(kind, body)
        heading = body
        headings.append(Heading(body, kind, item.start, item.end))
    return SplitCriteria(tuple(_nest(criteria)), tuple(headings))


def _kind_below(kind: Kind, body: str) -> Kind:
    """A subheading keeps the kind above it; a heading over both kinds ("Eligibility Criteria:") resets it."""
    return Kind.UNDECIDED if _SAYS_CRITERIA.match(body) else kind


def _plain(text: str) -> str:
    return " ".join(text.split())


def _body(text: str, item: _Item) -> str:
    """The words of an item without its bullet."""
    raw = text[item.start : item.end]
    bullet = _BULLET.match(raw) if item.bulleted else None
    return _plain(raw[bullet.end() :] if bullet else raw)


def _find_items(text: str) -> list[_Item]:
    """Bullets and paragraphs by their lines: a line joins the item above it unless it begins a new one."""
    items: list[_Item] = []
    blank_above, at = True, 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped:
            start = at + line.index(stripped[0])
            bullet = _BULLET.match(stripped)
            bulleted = bullet is not None
            column = start - at
            item = _Item(start, start + len(stripped), column, bulleted)
            if items and not bulleted and _continues(text, items[-1], stripped, blank_above):
                items[-1] = replace(items[-1], end=item.end)
            else:
                items.append(item)
        blank_above = not stripped
        at += len(line)
    return items


def _continues(text: str, above: _Item, line: str, blank_above: bool) -> bool:
    """Whether a line without a bullet goes on with the item above it."""
    body = _body(text, above)
    if _read_heading(body, above.bulleted) is not None or _read_heading(line, False) is not None:
        return False
    if blank_above:
        return False
    if above.bulleted:
        return True
    last_line = text[above.start : above.end].rsplit("\n", 1)[-1].strip()
    return _WRAPPED_AT[0] <= len(last_line) <= _WRAPPED_AT[1] and last_line[-1] not in ".;:!?"


def _read_heading(body: str, bulleted: bool) -> Kind | None:
    """The kind that a heading announces (UNDECIDED for one that announces none), or None for a criterion."""
    ends_open = body.endswith(":")
    short = len(body) <= _LONGEST_HEADING
    bare = body.rstrip(":. ").lower()
    for pattern, kind in ((_SAYS_EXCLUSION, Kind.EXCLUSION), (_SAYS_INCLUSION, Kind.INCLUSION)):
        match = pattern.match(body)
        if match and short and (ends_open or match.end() >= len(bare) or (body.isupper() and not bulleted)):
            return kind
    if _SAYS_CRITERIA.match(body) and short and (ends_open or bare.endswith("criteria")):
        return Kind.UNDECIDED
    if not bulleted and short and ends_open:
        return Kind.UNDECIDED
    return None


def _split_inline(text: str, items: list[_Item]) -> list[_Item]:
    """Cut "Inclusion Criteria: adults. Exclusion Criteria: pregnancy" into its headings and what follows them."""
    cut: list[_Item] = []
    for item in items:
        raw = text[item.start : item.end]
        spots = [0]
        for match in _INLINE_HEAD.finditer(raw):
            before = raw[: match.start()].rstrip()
            if match.start() == 0 or before.endswith((".", ";", "\n", ":")):
                spots.extend((match.start(), match.end()))
        edges = sorted({*spots, len(raw)})
        for first, last in pairwise(edges):
            piece = raw[first:last]
            if piece.strip():
                lead = len(piece) - len(piece.lstrip())
                end = item.start + first + len(piece.rstrip())
                start = item.start + first + lead
                cut.append(_Item(start, end, item.indent, item.bulleted and first == 0))
    return cut


def _name(text: str, item: _Item, kind: Kind, heading: str, before: list[Criterion]) -> Criterion:
    letter = {Kind.INCLUSION: "I", Kind.EXCLUSION: "E", Kind.UNDECIDED: "U"}[kind]
    number = 1 + sum(criterion.kind is kind for criterion in before)
    body = _body(text, item)
    # A bullet mark without words is kept as it is, so that nothing of the text is lost.
    words = body or _plain(text[item.start : item.end])
    return Criterion(
        id=f"{letter}{number}",
        kind=kind,
        text=words,
        hash=compute_sentence_hash(words),
        start=item.start,
        end=item.end,
        depth=item.indent,
        heading=heading,
        bulleted=item.bulleted,
    )


def _nest(criteria: list[Criterion]) -> list[Criterion]:
    """Turn indents into depths: an item inside a bullet is one that stands deeper, under the same heading."""
    nested: list[Criterion] = []
    stack: list[tuple[int, str]] = []
    previous: Criterion | None = None
    for criterion in criteria:
        if previous is None or (previous.kind, previous.heading) != (criterion.kind, criterion.heading):
            stack = []
        indent = criterion.depth
        while stack and stack[-1][0] >= indent:
            stack.pop()
        parent = stack[-1][1] if stack else ""
        nested.append(replace(criterion, depth=len(stack), parent=parent))
        stack.append((indent, criterion.id))
        previous = criterion
    return nested
