"""The text of a classic ClinicalTrials.gov study page → record.

The page is read as blocks: labelled rows (``Masking: | None (Open Label) |``), the arms table, the list of outcomes,
the criteria and the facilities. Where the text does not say what something is (which outcomes are primary, which
paragraph is the summary, who the sponsor is) the record says so in ``reading.notes`` and does not choose.
Lines that find no field are kept in ``reading.unread``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from trialwright.record import page_blocks as blocks
from trialwright.record.build import Shape, build_record, prune
from trialwright.record.model import Record
from trialwright.record.reading import Reading
from trialwright.record.words import read_ages, read_code, read_count, read_date, read_masking, read_phases, read_yes_no
from trialwright.vocabulary.findings import Finding, Place, Severity

_NCT = re.compile(r"\bNCT\d{8}\b")
_AGES = re.compile(r"(?P<low>\d+ \w+?|N/A)\s+(?:to\s+(?P<high>\d+ \w+)|and (?P<older>older)|(?P<younger>and younger))")


@dataclass(slots=True)
class _Notes:
    """Collects what was taken to mean something that the page does not say outright."""

    name: str
    notes: list[Finding] = field(default_factory=list)

    def add(self, code: str, path: str, message: str) -> None:
        self.notes.append(Finding(code, message, Place(file=self.name, path=path), Severity.NOTE))


def is_page_text(text: str) -> bool:
    """Whether this looks like the text of a study page."""
    return "ClinicalTrials.gov Identifier:" in text and _NCT.search(text) is not None


def read_page_text(text: str, name: str) -> Iterator[Record | list[Finding]]:
    """The one study of a page text.

    Parameters
    ----------
    text : str
        The page as text, tables with ``|`` between cells.
    name : str
        Name of the file, for findings.
    """
    page = blocks.split_page(text)
    notes = _Notes(name)
    shape = {
        "identificationModule": _identification(page),
        "statusModule": _status(page),
        "sponsorCollaboratorsModule": _sponsor(page, notes),
        "oversightModule": _oversight(page),
        "descriptionModule": _description(page, notes),
        "conditionsModule": {"conditions": page.conditions},
        "designModule": _design(page),
        "armsInterventionsModule": _arms(page, notes),
        "outcomesModule": _outcomes(page, notes),
        "eligibilityModule": _eligibility(page),
        "contactsLocationsModule": _contacts(page),
        "ipdSharingStatementModule": prune({"ipdSharing": read_code(page.row("Plan to Share IPD"))}),
    }
    reading = Reading("page_text", name, tuple(notes.notes), tuple(page.unread))
    sections = {"protocolSection": {key: value for key, value in shape.items() if value}}
    yield build_record({**sections, "hasResults": "No Results Posted" not in text}, reading)


def _identification(page: blocks.Page) -> Shape:
    number = _NCT.search(page.row("ClinicalTrials.gov Identifier"))
    others = page.row("Other Study ID Numbers").split("\n")
    return prune(
        {
            "nctId": number.group() if number else "",
            "orgStudyIdInfo": prune({"id": others[0].strip()}),
            "secondaryIdInfos": [{"id": other.strip()} for other in others[1:] if other.strip()],
            "briefTitle": page.title,
            "officialTitle": page.row("Official Title"),
        }
    )


def _dated(page: blocks.Page, label: str) -> Shape:
    """A date row; its label begins with Actual, Estimated or neither."""
    for kind in ("Actual", "Estimated", "Anticipated", ""):
        value = page.row(f"{kind} {label}".strip())
        if value:
            return prune({"date": read_date(value) or value, "type": read_code(kind, "date_type")})
    return {}


def _status(page: blocks.Page) -> Shape:
    status = read_code(page.row("Recruitment Status"), "status")
    posted = {"studyFirstPostDateStruct": "First Posted", "lastUpdatePostDateStruct": "Last Update Posted"}
    shape = {
        "statusVerifiedDate": read_date(page.row("Last Verified")) or "",
        "overallStatus": status,
        "lastKnownStatus": read_code(page.row("Recruitment status was"), "status"),
        "whyStopped": page.row("Why Study Stopped"),
        "startDateStruct": _dated(page, "Study Start Date"),
        "primaryCompletionDateStruct": _dated(page, "Primary Completion Date"),
        "completionDateStruct": _dated(page, "Study Completion Date"),
    }
    for key, label in posted.items():
        shape[key] = prune({"date": read_date(page.row(label).removesuffix("Key Record Dates")) or ""})
    return prune(shape)


def _sponsor(page: blocks.Page, notes: _Notes) -> Shape:
    """Name, title and affiliation of the responsible party, told apart by the line that says who verified."""
    party = page.row("Responsible Party")
    verified = re.search(r"\bby (.+?)\.?$", page.row("Verified"))
    shape: Shape = {}
    sponsor = page.row("Sponsor") or party
    if verified and ", " in verified.group(1):
        person, _, affiliation = verified.group(1).partition(", ")
        if party.startswith(person + ", ") and party.endswith(", " + affiliation):
            title = party[len(person) + 2 : -len(affiliation) - 2]
            names = {"investigatorFullName": person, "investigatorTitle": title}
            shape["responsibleParty"] = {**names, "investigatorAffiliation": affiliation}
            path = "sponsorCollaboratorsModule"
            notes.add(
                "responsible-party-type",
                f"{path}.responsibleParty.type",
                "the page does not say whether the responsible party is principal investigator or sponsor-investigator",
            )
            if not page.row("Sponsor"):
                sponsor = affiliation
                notes.add(
                    "lead-sponsor",
                    f"{path}.leadSponsor",
                    f"the page names no sponsor; {affiliation!r}, where the responsible party works, is taken for it",
                )
    shape["leadSponsor"] = prune({"name": sponsor})
    return prune(shape)


def _oversight(page: blocks.Page) -> Shape:
    return prune(
        {
            "isFdaRegulatedDrug": read_yes_no(page.row("Studies a U.S. FDA-regulated Drug Product")),
            "isFdaRegulatedDevice": read_yes_no(page.row("Studies a U.S. FDA-regulated Device Product")),
        }
    )


def _description(page: blocks.Page, notes: _Notes) -> Shape:
    if page.loose_text:
        notes.add(
            "unlabelled-description",
            "descriptionModule",
            "the page does not say which text is the brief summary and which the detailed description",
        )
    return prune(
        {
            "briefSummary": page.row("Brief Summary"),
            "detailedDescription": page.row("Detailed Description"),
            "unlabelledDescription": "\n\n".join(page.loose_text),
        }
    )


def _design(page: blocks.Page) -> Shape:
    level, roles = read_masking(page.row("Masking"))
    enrolled = {kind: page.row(f"{kind} Enrollment".strip()) for kind in ("Actual", "Estimated", "")}
    enrollment: Shape = {}
    for kind, text in enrolled.items():
        count = read_count(text.partition(" ")[0])
        if count is not None and not enrollment:
            enrollment = prune({"type": read_code(kind)}) | {"count": count}
    info = {
        "allocation": read_code(page.row("Allocation"), "allocation"),
        "interventionModel": read_code(page.row("Intervention Model"), "model"),
        "observationalModel": read_code(page.row("Observational Model"), "observational_model"),
        "timePerspective": read_code(page.row("Time Perspective")),
        "primaryPurpose": read_code(page.row("Primary Purpose"), "purpose"),
        "maskingInfo": prune({"masking": level, "whoMasked": roles}),
    }
    return prune(
        {
            "studyType": read_code(page.row("Study Type"), "study_type"),
            "phases": read_phases(page.phase),
            "designInfo": prune(info),
            "enrollmentInfo": enrollment,
        }
    )


def _arms(page: blocks.Page, notes: _Notes) -> Shape:
    arms: list[Shape] = []
    interventions: dict[str, Shape] = {}
    for cell in page.arm_cells:
        if cell.is_arm:
            arms.append(prune({"label": cell.title, "type": cell.type, "description": cell.text}))
            continue
        name = f"{cell.shown_type}: {cell.title}"
        known = interventions.setdefault(name, {"type": cell.type, "name": cell.title, "armGroupLabels": []})
        if cell.text:
            known["description"] = cell.text
        if arms:
            known["armGroupLabels"].append(arms[-1]["label"])
            arms[-1].setdefault("interventionNames", []).append(name)
    for shown in page.interventions:
        if shown not in interventions:
            kind, _, title = shown.partition(": ")
            interventions[shown] = {"type": read_code(kind), "name": title}
            notes.add(
                "intervention-without-arm",
                f"armsInterventionsModule.interventions.{len(interventions) - 1}",
                f"no arm of the page names the intervention {shown!r}",
            )
    return prune({"armGroups": arms, "interventions": list(interventions.values())})


def _outcomes(page: blocks.Page, notes: _Notes) -> Shape:
    keys = {"primary": "primaryOutcomes", "secondary": "secondaryOutcomes", "other": "otherOutcomes"}
    shape: dict[str, list[Shape]] = {}
    for outcome in page.outcomes:
        facts = {"measure": outcome.measure, "description": outcome.text, "timeFrame": outcome.time_frame}
        shape.setdefault(keys.get(outcome.level, "unlabelledOutcomes"), []).append(prune(facts))
    if "unlabelledOutcomes" in shape:
        notes.add(
            "unlabelled-outcomes",
            "outcomesModule",
            f"the page does not say which of its {len(shape['unlabelledOutcomes'])} outcomes are primary",
        )
    return dict(shape)


def _eligibility(page: blocks.Page) -> Shape:
    shape: Shape = {
        "eligibilityCriteria": page.criteria,
        "sex": read_code(page.row("Sexes Eligible for Study"), "sex"),
    }
    ages = _AGES.match(page.row("Ages Eligible for Study"))
    if ages:
        low, high = ("", ages["low"]) if ages["younger"] else (ages["low"], ages["high"] or "")
        shape |= {"minimumAge": low, "maximumAge": high, "stdAges": read_ages(low, high)}
    return prune(shape) | prune({"healthyVolunteers": read_yes_no(page.row("Accepts Healthy Volunteers"))})


def _contacts(page: blocks.Page) -> Shape:
    locations = [
        prune(
            {
                "facility": place.facility,
                "status": read_code(place.status, "status"),
                "city": place.city,
                "state": place.state,
                "zip": place.zip,
                "country": place.country,
                "contacts": [{**contact, "role": "CONTACT"} for contact in place.contacts],
            }
        )
        for place in page.locations
    ]
    central = [{**contact, "role": "CONTACT"} for contact in page.contacts]
    return prune({"centralContacts": central, "locations": locations})
