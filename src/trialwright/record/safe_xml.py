"""XML parsed without doors to the outside: no entities, no document type, no network, bounded depth."""

import re

from lxml import etree

from trialwright.record.build import report_trouble
from trialwright.vocabulary.findings import Finding

_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def read_xml(data: bytes, name: str) -> "etree._Element | list[Finding]":
    """The root element, or findings with the line where the text is broken.

    A document type is refused before parsing, for entities (bombs, external files) can only be declared there; no
    registry export has one. UTF-16 is refused too: it would hide a document type from the search.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data:
        return [report_trouble(name, "xml-encoding", "the XML is not UTF-8", remedy="save the file as UTF-8")]
    if re.search(rb"encoding=[\"'](?!utf-?8|us-ascii|iso-8859-1|windows-1252)", data[:200], re.IGNORECASE):
        return [report_trouble(name, "xml-encoding", "the XML is not UTF-8", remedy="save the file as UTF-8")]
    if _DOCTYPE.search(data):
        message = "the XML declares a document type or entities, which can hide bombs and other files"
        return [report_trouble(name, "xml-entities", message, remedy="remove the DOCTYPE and its entities")]
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as trouble:
        line = trouble.position[0] if trouble.position else 0
        return [report_trouble(name, "xml-syntax", str(trouble.msg), f"line {line}")]
    except ValueError as trouble:
        return [report_trouble(name, "xml-syntax", str(trouble))]


def text_of(element: "etree._Element | None", path: str = "") -> str:
    """The trimmed text at ``path`` below an element; empty where there is none."""
    if element is None:
        return ""
    found = element.find(path) if path else element
    return "" if found is None or found.text is None else found.text.strip()


def texts_of(element: "etree._Element", path: str) -> list[str]:
    """The trimmed texts of every element at ``path``, without empty ones."""
    return [text for one in element.findall(path) if (text := text_of(one))]
