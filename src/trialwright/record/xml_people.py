"""Contacts, officials and locations, which the legacy public XML and PRS XML write alike."""

from lxml import etree

from trialwright.record.build import Shape, prune
from trialwright.record.safe_xml import text_of
from trialwright.record.words import read_code

Element = etree._Element


def read_contacts(root: Element) -> Shape:
    """The contacts and locations of a study."""
    central = [_contact(root.find(tag)) for tag in ("overall_contact", "overall_contact_backup")]
    officials = [
        prune({**_role(one), "affiliation": text_of(one, "affiliation")}) for one in root.findall("overall_official")
    ]
    places = [_place(one) for one in root.findall("location")]
    people = [contact for contact in central if contact]
    return prune({"centralContacts": people, "overallOfficials": officials, "locations": places})


def _name(found: Element | None) -> str:
    """The parts of a name as one text, with the degrees after a comma, as API v2 has it."""
    parts = (text_of(found, tag) for tag in ("first_name", "middle_name", "last_name"))
    name = " ".join(part for part in parts if part)
    degrees = text_of(found, "degrees")
    return f"{name}, {degrees}" if name and degrees else name


def _role(one: Element) -> Shape:
    return {"name": _name(one), "role": read_code(text_of(one, "role"))}


def _contact(found: Element | None) -> Shape:
    facts = {"name": _name(found), "phone": text_of(found, "phone"), "phoneExt": text_of(found, "phone_ext")}
    contact = prune({**facts, "email": text_of(found, "email")})
    return {**contact, "role": "CONTACT"} if contact else {}


def _place(one: Element) -> Shape:
    contacts = [_contact(one.find(tag)) for tag in ("contact", "contact_backup")]
    investigators = [_role(who) for who in one.findall("investigator")]
    facts = {
        "facility": text_of(one, "facility/name"),
        "status": read_code(text_of(one, "status"), "status"),
        **{key: text_of(one, f"facility/address/{key}") for key in ("city", "state", "zip", "country")},
        "contacts": [contact for contact in contacts if contact] + investigators,
    }
    return prune(facts)
