"""WHO's trial registration data set (TRDS 1.3.1): the 24 items of a record."""

from dataclasses import dataclass

from trialwright.record.model import Record
from trialwright.record.protocol import Contact, Outcome
from trialwright.registry.case import NOTHING_ELSE, Background

# ClinicalTrials.gov has no public field for these.
NOT_HELD = frozenset({4, 21})


@dataclass(frozen=True, slots=True)
class WhoItem:
    """One item of the data set; an empty text says that the record does not give it."""

    number: int
    name: str
    text: str


def list_who_items(record: Record, background: Background = NOTHING_ELSE) -> tuple[WhoItem, ...]:
    """The 24 items in their order.

    Items 4 (funding) and 21 (ethics review) have no public field; 4 is told by sponsor and collaborators, 21 by the
    background where it is known.
    """
    protocol = record.protocol
    names, status, design = protocol.identification, protocol.status, protocol.design
    sponsors = [one.name for one in protocol.sponsor.collaborators]
    contacts = [_contact(one) for one in protocol.contacts.central_contacts]
    officials = [f"{one.name}, {one.affiliation}".strip(", ") for one in protocol.contacts.overall_officials]
    countries = dict.fromkeys(place.country for place in protocol.contacts.locations if place.country)
    registered = status.study_first_submit_date or status.study_first_post.date
    texts = (
        f"ClinicalTrials.gov {names.nct_id}" if names.nct_id else "",
        registered,
        "; ".join(one.id for one in (names.org_study_id_info, *names.secondary_id_infos) if one.id),
        "; ".join([protocol.sponsor.lead_sponsor.name, *sponsors]) if sponsors else protocol.sponsor.lead_sponsor.name,
        protocol.sponsor.lead_sponsor.name,
        "; ".join(sponsors),
        "; ".join(contacts),
        "; ".join(officials) or "; ".join(contacts),
        names.brief_title,
        names.official_title,
        "; ".join(countries),
        "; ".join(protocol.conditions.conditions),
        "; ".join(f"{one.type}: {one.name} {one.description}".strip() for one in protocol.arms.interventions),
        _eligibility(record),
        _design(record),
        f"{status.start.date} {status.start.type}".strip(),
        "" if design.enrollment_info.count is None else f"{design.enrollment_info.count} {design.enrollment_info.type}",
        _recruitment(status.overall_status),
        _outcomes((*protocol.outcomes.primary_outcomes, *protocol.outcomes.unlabelled_outcomes)),
        _outcomes(protocol.outcomes.secondary_outcomes),
        background.ethics_status,
        f"{status.completion.date} {status.completion.type}".strip(),
        _results(record),
        protocol.ipd.ipd_sharing,
    )
    return tuple(
        WhoItem(number, name, text.strip()) for number, (name, text) in enumerate(zip(_NAMES, texts, strict=True), 1)
    )


_NAMES = (
    "Primary registry and trial identifying number",
    "Date of registration",
    "Secondary identifying numbers",
    "Sources of monetary or material support",
    "Primary sponsor",
    "Secondary sponsors",
    "Contact for public queries",
    "Contact for scientific queries",
    "Public title",
    "Scientific title",
    "Countries of recruitment",
    "Health conditions or problems studied",
    "Interventions",
    "Key inclusion and exclusion criteria",
    "Study type",
    "Date of first enrolment",
    "Sample size",
    "Recruitment status",
    "Primary outcomes",
    "Key secondary outcomes",
    "Ethics review",
    "Completion date",
    "Summary results",
    "IPD sharing statement",
)


def _contact(contact: Contact) -> str:
    return ", ".join(part for part in (contact.name, contact.phone, contact.email) if part)


def _eligibility(record: Record) -> str:
    eligibility = record.protocol.eligibility
    facts = (
        ("minimum age", eligibility.minimum_age),
        ("maximum age", eligibility.maximum_age),
        ("sex", eligibility.sex),
    )
    told = "; ".join(f"{name}: {text}" for name, text in facts if text)
    return f"{eligibility.eligibility_criteria}\n{told}".strip()


def _design(record: Record) -> str:
    design = record.protocol.design
    info = design.design_info
    parts = (
        design.study_type,
        info.allocation,
        info.intervention_model or info.observational_model,
        info.masking_info.masking,
        info.primary_purpose or info.time_perspective,
        " / ".join(design.phases),
    )
    return "; ".join(part for part in parts if part)


def _recruitment(status: str) -> str:
    """The registry's statuses in WHO's fewer words."""
    if not status:
        return ""
    if status == "RECRUITING":
        return "Recruiting"
    return "Authorised" if status == "NOT_YET_RECRUITING" else "Not recruiting"


def _outcomes(outcomes: tuple[Outcome, ...]) -> str:
    """Name, method and time point of each."""
    return "\n".join(" | ".join((one.measure, one.description or "-", one.time_frame or "-")) for one in outcomes)


def _results(record: Record) -> str:
    status = record.protocol.status
    if record.results is not None:
        return f"posted {status.results_first_post.date or status.results_first_submit_date}".strip()
    return "none" if record.has_results is False else ""


def compute_completeness(record: Record) -> float:
    """The share of the items that a ClinicalTrials.gov record can hold and this one does, from 0 to 1."""
    items = [item for item in list_who_items(record) if item.number not in NOT_HELD and not _optional(item, record)]
    return sum(bool(item.text) for item in items) / len(items)


def _optional(item: WhoItem, record: Record) -> bool:
    """Items that a sound record may lack: other sponsors, numbers and outcomes; contacts once it is closed."""
    closed = record.protocol.status.overall_status not in ("RECRUITING", "NOT_YET_RECRUITING")
    return item.number in (3, 6, 20) or (closed and item.number in (7, 8))
