"""From a record to a draft study: plain data in the shape of ``study.yaml``, and what a person must still decide.

The draft never chooses silently. What the record does not say is either absent (the study check then asks for it),
written as ``undecided``, or proposed, marked in ``assumed`` and asked as a decision.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from trialwright.record.countries import read_country
from trialwright.record.decisions import Decision, Decisions
from trialwright.record.draft_dosing import draft_interventions
from trialwright.record.draft_ids import make_ids
from trialwright.record.draft_schedule import draft_encounters, draft_endpoints
from trialwright.record.model import Record
from trialwright.record.protocol import Contact
from trialwright.record.sentences import Kind, SplitCriteria, split_criteria
from trialwright.record.timeframes import find_time_points

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft study.

    Parameters
    ----------
    study : dict
        The content of ``study.yaml``.
    decisions : tuple of Decision
        What a person must still decide.
    criteria : SplitCriteria
        The record's criteria with places and hashes, headings included.
    hashes : dict of str to str
        Hash of the record's sentence by criterion id.
    """

    study: Plain
    decisions: tuple[Decision, ...]
    criteria: SplitCriteria
    hashes: dict[str, str] = field(default_factory=dict)


def draft_study(record: Record) -> Draft:
    """The draft of the study that a record describes, with every open question."""
    open_questions = Decisions()
    _ask_notes(record, open_questions)
    criteria = split_criteria(record.protocol.eligibility.eligibility_criteria)
    arm_ids = make_ids([arm.label for arm in record.protocol.arms.arm_groups])
    interventions = draft_interventions(record, open_questions)
    encounters = draft_encounters(record, interventions, open_questions)
    study: Plain = {
        "study": _study(record, open_questions),
        "record": "registry.json",
        "design": _design(record),
        "arms": _arms(record, arm_ids, interventions, open_questions),
        "interventions": interventions,
        "allocation": _allocation(record, open_questions),
        "sites": _sites(record, open_questions),
        "contacts": [_contact(contact) for contact in record.protocol.contacts.central_contacts],
        "encounters": encounters,
        "activities": _activities(encounters, open_questions),
        "eligibility": _eligibility(criteria, open_questions),
        "endpoints": draft_endpoints(record, encounters, open_questions),
        "safety": _safety(record, open_questions),
    }
    study["assumptions"] = [_assumption(decision) for decision in open_questions.found]
    return Draft(study, tuple(open_questions.found), criteria, {one.id: one.hash for one in criteria.criteria})


_NOTE_QUESTIONS = {
    "responsible-party-type": ("OTHER", "Is the responsible party principal investigator or sponsor-investigator?"),
    "lead-sponsor": ("OTHER", "Who is the lead sponsor?"),
    "unlabelled-description": ("OTHER", "Which text of the description is the brief summary?"),
    "intervention-without-arm": ("OTHER", "Which arms receive this intervention?"),
    "outcome-titles": ("ENDPOINT_DEFINITION", "What are the time frames, and which secondary outcomes are registered?"),
}


def _ask_notes(record: Record, questions: Decisions) -> None:
    """What the reader could not settle; the level of outcomes is asked with the endpoints."""
    for note in record.reading.notes:
        if note.code in _NOTE_QUESTIONS:
            kind, question = _NOTE_QUESTIONS[note.code]
            questions.ask(Decision(note.code, kind, question, f"{note.message} ({note.place.path})"))


def _assumption(decision: Decision) -> Plain:
    return {
        "id": decision.id.replace("-", "_"),
        "kind": decision.kind,
        "record_says": decision.record_says or "The record is silent.",
        "assumed": decision.proposal or "undecided",
        "reason": decision.reason or decision.question,
    }


def _prune(shape: Plain) -> Plain:
    return {key: value for key, value in shape.items() if value not in (None, "", [], {}, ())}


def _study(record: Record, questions: Decisions) -> Plain:
    protocol = record.protocol
    names, status = protocol.identification, protocol.status
    party = protocol.sponsor.responsible_party
    # A study that was withdrawn enrolled nobody; how many were planned, its record no longer says.
    enrolment = protocol.design.enrollment_info.count or None
    days = [day for _, outcome in protocol.outcomes.leveled for day in find_time_points(outcome.time_frame).days]
    if enrolment is None:
        questions.ask(Decision("enrolment", "CAP", "How many subjects are planned?", "The record is silent."))
    if not days:
        silent = "No time frame names a day."
        questions.ask(Decision("follow-up", "SCHEDULE", "How long is a subject followed?", silent))
    return _prune(
        {
            "id": names.nct_id or names.org_study_id_info.id,
            "version": "0.1",
            "title": names.brief_title,
            "official_title": names.official_title or names.brief_title,
            "acronym": names.acronym,
            "other_ids": [one.id for one in (names.org_study_id_info, *names.secondary_id_infos) if one.id],
            "phase": _phase(protocol.design.phases),
            "conditions": list(protocol.conditions.conditions),
            "keywords": list(protocol.conditions.keywords),
            "sponsor": protocol.sponsor.lead_sponsor.name,
            "responsible_party": party.investigator_full_name or party.old_name_title,
            "planned_enrolment": enrolment,
            "start": status.start.date,
            "primary_completion": status.primary_completion.date,
            "completion": status.completion.date,
            "fda_drug": protocol.oversight.is_fda_regulated_drug,
            "fda_device": protocol.oversight.is_fda_regulated_device,
        }
    ) | {"follow_up_days": max(days, default=0), "share_participant_data": protocol.ipd.ipd_sharing == "YES"}


def _phase(phases: tuple[str, ...]) -> str:
    if len(phases) == 2:
        return f"{phases[0]}_{phases[1].removeprefix('PHASE')}"
    return phases[0] if phases else "NA"


def _design(record: Record) -> Plain:
    design = record.protocol.design.design_info
    words = f"{record.protocol.description.text} {record.protocol.identification.official_title}"
    return _prune(
        {
            "allocation": design.allocation,
            "model": design.intervention_model,
            "masking": design.masking_info.masking,
            "who_masked": list(design.masking_info.who_masked),
            "purpose": design.primary_purpose,
        }
    ) | {"multi_centre": bool(re.search(r"multi-?\s?cent(?:er|re)", words, re.IGNORECASE)) or _has_sites(record)}


def _has_sites(record: Record) -> bool:
    return len(record.protocol.contacts.locations) > 1


def _arms(record: Record, ids: list[str], interventions: list[Plain], questions: Decisions) -> list[Plain]:
    """Arms with an equal share of the enrolment, and the day-0 rule, both to be decided."""
    groups = record.protocol.arms.arm_groups
    by_name = {intervention["name"]: intervention["id"] for intervention in interventions}
    total = record.protocol.design.enrollment_info.count or 0
    share = total // len(groups) if groups else 0
    if groups and len(groups) > 1 and share:
        questions.ask(
            Decision(
                "arm-sizes",
                "CAP",
                f"How many of the {total} subjects belong to each arm, and is that a cap?",
                _quote(record.protocol.description.text, r"\b\d+ (?:patients|participants|subjects)\b"),
                f"{share} in each of {len(groups)} arms",
                "The registry has no field for the size of an arm.",
            )
        )
    dosed = {intervention["id"] for intervention in interventions if "dose" in intervention}
    arms = []
    for arm, arm_id in zip(groups, ids, strict=True):
        given = [by_name[name] for full in arm.intervention_names if (name := full.partition(": ")[2]) in by_name]
        day0 = "FIRST_DOSE" if dosed.intersection(given) else "ALLOCATION"
        facts = {
            "id": arm_id,
            "title": arm.label,
            "type": arm.type,
            "planned": share or None,
            "description": arm.description,
        }
        arms.append(
            _prune(facts)
            | {
                "interventions": given,
                "day0": day0,
                "assumed": ["arm_sizes", "day_0"] if share and len(groups) > 1 else ["day_0"],
            }
        )
    if arms:
        questions.ask(
            Decision(
                "day-0",
                "DAY_0",
                "When does the clock of each arm start?",
                "The record counts days and does not say from when.",
                "; ".join(f"{arm.get('title', arm['id'])}: {arm['day0'].lower().replace('_', ' ')}" for arm in arms),
                "Subjects must not be counted as safe before their treatment began.",
            )
        )
    return arms


def _quote(text: str, pattern: str) -> str:
    """The sentences in which the pattern is found, word for word."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z0-9])", text)
    return " ".join(one for one in sentences if re.search(pattern, one, re.IGNORECASE)) or "The record is silent."


def _allocation(record: Record, questions: Decisions) -> Plain:
    """A method that fits the design; which one the study uses, no registry says."""
    allocation = record.protocol.design.design_info.allocation
    arms = len(record.protocol.arms.arm_groups)
    facts: Plain = {"method": "INVESTIGATOR_ASSIGNED", "rationale": "required"}
    if arms < 2:
        return {"method": "SINGLE_ARM"}
    if allocation == "RANDOMIZED":
        facts = {"method": "PERMUTED_BLOCK", "blocks": [2 * arms, 4 * arms]}
    questions.ask(
        Decision(
            "allocation-method",
            "ALLOCATION",
            "Who or what puts a subject into an arm, and how?",
            f"Allocation: {allocation or 'not said'}",
            facts["method"],
            "The registry names the kind of allocation and not its method.",
        )
    )
    return {**facts, "assumed": ["allocation_method"]}


def _sites(record: Record, questions: Decisions) -> list[Plain]:
    sites = []
    for number, location in enumerate(record.protocol.contacts.locations, start=1):
        if not location.facility:
            questions.ask(
                Decision(
                    "site-names",
                    "SITE",
                    "What are the sites that the record does not name?",
                    f"Location {number}: {location.city}, {location.country}",
                    "the city stands for the site",
                )
            )
        facts = {
            "id": f"S{number:02d}",
            "name": location.facility or f"Site in {location.city or location.country}",
            "city": location.city,
            "country": read_country(location.country),
            "country_name": location.country,
            "postal_code": location.zip,
            "status": location.status,
            "contacts": [_contact(contact) for contact in location.contacts],
            "assumed": [] if location.facility else ["site_names"],
        }
        sites.append(_prune(facts))
    says_many = _quote(record.protocol.description.text, r"multi-?\s?cent(?:er|re)")
    if "cent" in says_many and len(sites) < 2:
        questions.ask(
            Decision(
                "sites",
                "SITE",
                "Which sites take part?",
                f"{says_many} The record lists {len(sites)} location(s).",
                "only the listed locations",
                "The text speaks of several centres.",
            )
        )
    return sites


def _contact(contact: Contact) -> Plain:
    name, _, degrees = contact.name.partition(",")
    facts = {"name": name.strip(), "degrees": degrees.strip(), "phone": contact.phone, "email": contact.email}
    return _prune(facts)


def _activities(encounters: list[Plain], questions: Decisions) -> list[Plain]:
    """The forms that every study has; those that measure endpoints are for a person to choose."""
    questions.ask(
        Decision(
            "activities",
            "SCHEDULE",
            "Which form measures which endpoint at which encounter?",
            "The record names outcomes and time points, not forms.",
            "only consent, eligibility, demographics and adverse events are planned",
        )
    )
    first = [encounters[0]["id"]] if encounters else []
    planned = [{"form": form, "at": first, "serves": ["ALL"]} for form in ("eligibility", "demographics")]
    return [*planned, {"form": "adverse_event", "at": "ANY", "serves": ["SAFETY"]}]


def _eligibility(criteria: SplitCriteria, questions: Decisions) -> list[Plain]:
    drafted = []
    for criterion in criteria.criteria:
        question = f"{re.sub(r'[ ;.,]+(and|or)?$', '', criterion.text)}: is this so?"
        facts = {"id": criterion.id, "kind": criterion.kind.value, "text": criterion.text, "judgement": question}
        drafted.append({**facts, "assumed": ["criteria_rules"]})
        if criterion.kind is Kind.UNDECIDED:
            questions.ask(
                Decision(
                    f"criterion-{criterion.id.lower()}",
                    "ELIGIBILITY",
                    "Is this sentence an inclusion criterion, an exclusion criterion or a remark?",
                    criterion.text,
                    reason="It stands under no heading that says it.",
                )
            )
    if drafted:
        questions.ask(
            Decision(
                "criteria-rules",
                "ELIGIBILITY",
                f"How is each of the {len(drafted)} criteria decided: by a rule over items, or by whose judgement?",
                "The record gives sentences.",
                "each is put to a physician as a question",
                "A sentence cannot be computed; a rule must be written or a judgement named.",
            )
        )
    return drafted


def _safety(record: Record, questions: Decisions) -> Plain:
    texts = " ".join(f"{one.measure} {one.description}" for _, one in record.protocol.outcomes.leveled)
    named = re.search(r"CTCAE\W*(?:v|version)?\W*(\d)(?:\.\d+)?", texts, re.IGNORECASE)
    version = "4.03" if named and named.group(1) == "4" else "5.0"
    questions.ask(
        Decision(
            "ctcae",
            "OTHER" if named else "AE_WINDOW",
            "Which version of CTCAE grades adverse events?",
            named.group() if named else "The record is silent.",
            version,
            "4.03 is the published text of version 4" if version == "4.03" else "The newest version.",
        )
    )
    days = [day for _, outcome in record.protocol.outcomes.leveled for day in find_time_points(outcome.time_frame).days]
    questions.ask(
        Decision(
            "ae-window",
            "AE_WINDOW",
            "For how many days after day 0 does an adverse event count as treatment-emergent?",
            "The record is silent.",
            f"{max(days, default=0)} days, the longest time frame",
        )
    )
    return {"ctcae": version, "emergent_days": max(days, default=0), "assumed": ["ctcae", "ae_window"]}
