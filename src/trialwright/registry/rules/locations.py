"""V82–V93: contacts, locations, sharing of data, references."""

import re
from collections.abc import Iterator

from trialwright.registry.case import CLOSED, CONTACTS, IPD, REFERENCES, Case
from trialwright.registry.rule import Level, Rule, Trouble

_LOCATIONS = f"{CONTACTS}.locations"
_MANY = re.compile(r"multi-?\s?cent(?:er|re)", re.IGNORECASE)


def _check_address(case: Case) -> Iterator[Trouble]:
    for number, place in enumerate(case.protocol.contacts.locations):
        path = f"{_LOCATIONS}.{number}"
        for key, value in (("city", place.city), ("country", place.country)):
            if not value:
                yield Trouble(
                    f"{path}.{key}", f"the location {place.facility!r} has no {key}", f"its {key}", missing=True
                )
        if place.country == "United States" and not place.state:
            wrong = f"the location {place.facility!r} in the United States has no state"
            yield Trouble(f"{path}.state", wrong, "its state", missing=True)


def _has_way(case: Case) -> bool:
    contacts = case.protocol.contacts
    every = [*contacts.central_contacts, *(one for place in contacts.locations for one in place.contacts)]
    return any(contact.phone or contact.email for contact in every)


def _check_recruiting(case: Case) -> Iterator[Trouble]:
    if case.status != "RECRUITING":
        return
    statuses = {place.status for place in case.protocol.contacts.locations}
    if statuses and "RECRUITING" not in statuses:
        wrong = "the study is recruiting and none of its sites is"
        path = f"{_LOCATIONS}.status"
        yield Trouble(path, wrong, "at least one recruiting site", missing=statuses == {""})
    if not _has_way(case):
        wrong = "the study is recruiting and no contact has a phone or e-mail"
        yield Trouble(f"{CONTACTS}.centralContacts", wrong, "somebody to ask", missing=True)


def _check_not_yet(case: Case) -> Iterator[Trouble]:
    if case.status != "NOT_YET_RECRUITING":
        return
    for number, place in enumerate(case.protocol.contacts.locations):
        if place.status == "RECRUITING":
            wrong = f"the study is not yet recruiting and {place.facility!r} is"
            yield Trouble(f"{_LOCATIONS}.{number}.status", wrong, "NOT_YET_RECRUITING, or the study recruits")


def _check_follows_sites(case: Case) -> Iterator[Trouble]:
    recruiting = any(place.status == "RECRUITING" for place in case.protocol.contacts.locations)
    if recruiting and case.status in ("ACTIVE_NOT_RECRUITING", "SUSPENDED", "ENROLLING_BY_INVITATION"):
        wrong = f"a site is recruiting and the study is {case.status}"
        yield Trouble("protocolSection.statusModule.overallStatus", wrong, "RECRUITING, or close the site")


def _check_closed(case: Case) -> Iterator[Trouble]:
    if case.status not in CLOSED:
        return
    for number, place in enumerate(case.protocol.contacts.locations):
        if place.status:
            wrong = f"the study is {case.status} and the site {place.facility!r} is shown as {place.status}"
            yield Trouble(f"{_LOCATIONS}.{number}.status", wrong, "no site status once a study is closed")


def _check_many(case: Case) -> Iterator[Trouble]:
    texts = f"{case.protocol.description.text} {case.protocol.identification.official_title}"
    places = len(case.protocol.contacts.locations)
    found = _MANY.search(texts)
    if found and places == 1:
        wrong = f"the text speaks of a {found.group()!r} trial and one location is listed"
        yield Trouble(_LOCATIONS, wrong, "every site, or another word")


def _check_contact(case: Case) -> Iterator[Trouble]:
    if case.status in ("RECRUITING", "NOT_YET_RECRUITING") and not _has_way(case):
        wrong = f"the study is {case.status} and has neither a central contact nor one at a facility"
        yield Trouble(f"{CONTACTS}.centralContacts", wrong, "a contact with phone or e-mail", missing=True)


def _check_any_location(case: Case) -> Iterator[Trouble]:
    if not case.protocol.contacts.locations and case.status != "WITHDRAWN":
        yield Trouble(_LOCATIONS, "no location is listed", "at least one", missing=True)


def _check_no_sharing(case: Case) -> Iterator[Trouble]:
    plan = case.protocol.ipd
    if plan.ipd_sharing not in ("NO", "UNDECIDED"):
        return
    for key, value in (
        ("timeFrame", plan.time_frame),
        ("accessCriteria", plan.access_criteria),
        ("infoTypes", plan.info_types),
    ):
        if value:
            yield Trouble(f"{IPD}.{key}", f"data will not be shared (yet) and {key} is given", "leave it out")


def _check_sharing(case: Case) -> Iterator[Trouble]:
    plan = case.protocol.ipd
    if plan.ipd_sharing == "YES" and not plan.info_types:
        level = None if case.is_new else Level.WARNING
        wrong = "data will be shared and what else comes with them is not said"
        yield Trouble(f"{IPD}.infoTypes", wrong, "STUDY_PROTOCOL, SAP, ICF, CSR or ANALYTIC_CODE", True, level)


def _check_references(case: Case) -> Iterator[Trouble]:
    number_of_study = case.record.nct_id
    for number, reference in enumerate(case.protocol.references.references):
        path = f"{REFERENCES}.references.{number}"
        if reference.pmid and not reference.pmid.isdecimal():
            yield Trouble(f"{path}.pmid", f"{reference.pmid!r} is no PubMed number", "digits")
        others = set(re.findall(r"NCT\d{8}", reference.citation)) - {number_of_study}
        if reference.type == "RESULT" and others and number_of_study not in reference.citation:
            wrong = f"a result reference names {', '.join(sorted(others))} and not this study"
            yield Trouble(f"{path}.type", wrong, "BACKGROUND", level=Level.WARNING)


def _check_publications(case: Case) -> Iterator[Trouble]:
    listed = {reference.pmid for reference in case.protocol.references.references}
    for paper in case.background.publications:
        if case.record.nct_id in paper.text and paper.pmid not in listed:
            wrong = f"the publication {paper.pmid} cites this study and is not among its references"
            yield Trouble(f"{REFERENCES}.references", wrong, f"add {paper.pmid}")


RULES = (
    Rule("V82", Level.ERROR, "a location has city, country and, in the US, state", _check_address),
    Rule("V83", Level.ERROR, "recruiting, so a site recruits and somebody can be asked", _check_recruiting),
    Rule("V84", Level.ERROR, "not yet recruiting, so no site recruits", _check_not_yet),
    Rule("V85", Level.ERROR, "the overall status follows the sites", _check_follows_sites),
    Rule("V86", Level.WARNING, "closed, so no site status is shown", _check_closed),
    Rule("V87", Level.WARNING, "a multi-centre trial lists its centres", _check_many),
    Rule("V88", Level.ERROR, "open, so there is a contact", _check_contact),
    Rule("V89", Level.WARNING, "at least one location", _check_any_location),
    Rule("V90", Level.ERROR, "no sharing, so no time frame, access or documents", _check_no_sharing),
    Rule("V91", Level.ERROR, "sharing, so the documents are named", _check_sharing),
    Rule("V92", Level.ERROR, "PubMed numbers are digits, result references are of this study", _check_references),
    Rule("V93", Level.CLOCK, "publications that cite the study are referenced", _check_publications),
)
