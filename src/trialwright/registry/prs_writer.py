"""Small parts for writing the registry's upload format: elements in order, texts that XML can hold, losses told."""

import re
from dataclasses import dataclass, field

from lxml import etree

PRS = "http://clinicaltrials.gov/prs"
RRS = "http://clinicaltrials.gov/rrs"
# XML 1.0, section 2.2: what a document may not hold.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Losses:
    """What the format has no place for: path and what was lost."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, path: str, what: str) -> None:
        """Note one loss."""
        self.found.append((path, what))


@dataclass(frozen=True, slots=True)
class Tree:
    """An element under construction."""

    element: "etree._Element"

    def child(self, tag: str) -> "Tree":
        """A new child element."""
        return Tree(etree.SubElement(self.element, tag))

    def text(self, tag: str, text: str, *, always: bool = False) -> None:
        """A child with a text; none for an empty text, unless the schema asks for it (``always``)."""
        if text or always:
            etree.SubElement(self.element, tag).text = _FORBIDDEN.sub("", text)

    def block(self, tag: str, text: str) -> None:
        """A child with a ``textblock``; none for an empty text."""
        if text:
            self.child(tag).text("textblock", text)
