"""Small pieces of HL7 version 3 XML: elements, codes, times and identifiers as E2B(R3) wants them.

Source: ICH E2B(R3) implementation guide and its code lists (object identifiers under 2.16.840.1.113883.3.989.2.1).
"""

import re
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from lxml import etree

from trialwright.vocabulary.partial_dates import PartialDate

HL7 = "urn:hl7-org:v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ICH = "2.16.840.1.113883.3.989.2.1"
MEDDRA = "2.16.840.1.113883.6.163"
COUNTRIES = "1.0.3166.1.2.2"
_LIST_VERSIONS = {1: "1.01", 19: "1.1"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def node(
    tag: str, *children: etree._Element | None, text: str | None = None, **attributes: str | None
) -> etree._Element:
    """An element of the HL7 namespace; children and attributes that are None are left out.

    An attribute written ``xsi`` is ``xsi:type``. Characters that XML 1.0 cannot carry are dropped from the text.
    """
    element = etree.Element(f"{{{HL7}}}{tag}", nsmap={None: HL7, "xsi": XSI})
    for name, value in attributes.items():
        if value is not None:
            element.set(f"{{{XSI}}}type" if name == "xsi" else name, _NOT_XML.sub("", value))
    if text is not None:
        element.text = _NOT_XML.sub("", text)
    for child in children:
        if child is not None:
            element.append(child)
    return element


def coded(tag: str, code: str | None, number: int, name: str | None = None, **attributes: str) -> etree._Element:
    """A code of ICH's code list ``number``; None is the null flavour "not known"."""
    known = {"code": code} if code is not None else {"nullFlavor": "UNK"}
    version = _LIST_VERSIONS.get(number, "1.0")
    return node(tag, **attributes, **known, codeSystem=f"{ICH}.1.{number}", codeSystemVersion=version, displayName=name)


def observation(code: str, name: str, value: etree._Element | None, *more: etree._Element | None) -> etree._Element:
    """An observation of code list 19 with its value."""
    return node("observation", coded("code", code, 19, name), value, *more, classCode="OBS", moodCode="EVN")


def pertains(one: etree._Element, kind: str = "PERT") -> etree._Element:
    """An outbound relationship of a kind to an act."""
    return node("outboundRelationship2", one, typeCode=kind)


def yes_or_null(holds: bool | None, null: str = "NI") -> etree._Element:
    """A Boolean value that may only be true, else the null flavour "no information" (E.i.3.2, C.1.9.1)."""
    return node("value", xsi="BL", **({"value": "true"} if holds else {"nullFlavor": null}))


def boolean(holds: bool) -> etree._Element:
    """A Boolean value."""
    return node("value", xsi="BL", value="true" if holds else "false")


def quantity(tag: str, value: float, unit: str, xsi: str | None = None) -> etree._Element:
    """A physical quantity with its UCUM unit, as a plain decimal of at most 15 significant digits."""
    written = f"{Decimal(f'{value:.15g}'):f}"
    return node(tag, xsi=xsi, value=written, unit=unit or "1")


def identifier(number: int, extension: str) -> etree._Element:
    """An identifier under ICH's root ``number`` (…2.1.3.number)."""
    return node("id", root=f"{ICH}.3.{number}", extension=extension)


def stamp(moment: datetime | PartialDate) -> str:
    """A time as HL7 writes it, with the precision that is known and, for a time of day, its zone.

    >>> stamp(PartialDate.parse("2020-02"))
    '202002'
    """
    if isinstance(moment, PartialDate):
        return str(moment).replace("-", "")
    return moment.strftime("%Y%m%d%H%M%S%z")


def internal_id(*parts: str) -> etree._Element:
    """An identifier for references within one message: the same parts give the same one, in the form of a UUID."""
    return node("id", root=reference(*parts))


def reference(*parts: str) -> str:
    """The text of ``internal_id``.

    >>> reference("CN-X-1", "reaction", "1") == reference("CN-X-1", "reaction", "1")
    True
    """
    digest = sha256("\x1f".join(parts).encode()).hexdigest()
    return "-".join((digest[:8], digest[8:12], f"5{digest[13:16]}", f"8{digest[17:20]}", digest[20:32]))
