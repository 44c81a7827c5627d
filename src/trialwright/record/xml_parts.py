"""Arms, outcomes, eligibility and links, which the legacy public XML and PRS XML write alike but for their tags."""

from dataclasses import dataclass

from lxml import etree

from trialwright.record.build import Shape, prune
from trialwright.record.safe_xml import text_of, texts_of
from trialwright.record.words import read_ages, read_code, read_yes_no

Element = etree._Element
# PRS XML names two types of the pick list more fully than API v2.
_TYPES = {"BIOLOGICAL_VACCINE": "BIOLOGICAL", "PROCEDURE_SURGERY": "PROCEDURE"}


@dataclass(frozen=True, slots=True)
class Tags:
    """Where a format keeps what the formats name differently; paths below the element of an arm, and so on."""

    arm_type: str
    arm_text: str
    intervention_text: str
    other_name: str
    measure: str
    outcome_text: str
    time_frame: str


PUBLIC_TAGS = Tags("arm_group_type", "description", "description", "other_name", "measure", "description", "time_frame")
PRS_TAGS = Tags(
    "arm_type", "arm_group_description/textblock", "intervention_description/textblock", "intervention_other_name",
    "outcome_measure", "outcome_description/textblock", "outcome_time_frame",
)  # fmt: skip


def read_type(text: str) -> str:
    """The code of a type of intervention, or of an id."""
    code = read_code(text)
    return _TYPES.get(code, code)


def read_arms(root: Element, tags: Tags) -> Shape:
    """Arms and interventions with the links between them; the links are told on the side of the interventions."""
    interventions = [_read_intervention(one, tags) for one in root.findall("intervention")]
    named: dict[str, list[str]] = {}
    for one in interventions:
        shown = f"{one.get('type', '').replace('_', ' ').title()}: {one.get('name', '')}"
        for label in one.get("armGroupLabels", []):
            named.setdefault(label, []).append(shown)
    groups = [
        prune(
            {
                "label": text_of(arm, "arm_group_label"),
                "type": read_code(text_of(arm, tags.arm_type)),
                "description": _plain(arm, tags.arm_text),
                "interventionNames": named.get(text_of(arm, "arm_group_label"), []),
            }
        )
        for arm in root.findall("arm_group")
    ]
    return prune({"armGroups": groups, "interventions": interventions})


def _read_intervention(one: Element, tags: Tags) -> Shape:
    return prune(
        {
            "type": read_type(text_of(one, "intervention_type")),
            "name": text_of(one, "intervention_name"),
            "description": _plain(one, tags.intervention_text),
            "armGroupLabels": texts_of(one, "arm_group_label"),
            "otherNames": texts_of(one, tags.other_name),
        }
    )


def read_outcomes(root: Element, tags: Tags) -> Shape:
    """Primary, secondary and other outcomes."""
    keys = {"measure": tags.measure, "description": tags.outcome_text, "timeFrame": tags.time_frame}
    return prune(
        {
            f"{level}Outcomes": [
                prune({key: _plain(one, path) for key, path in keys.items()})
                for one in root.findall(f"{level}_outcome")
            ]
            for level in ("primary", "secondary", "other")
        }
    )


def read_eligibility(root: Element, criteria: str, population: str) -> Shape:
    """Ages, sex and the rest of eligibility; the two long texts come in as the format's own reader gives them."""
    found = root.find("eligibility")
    low, high = (text_of(found, f"{end}_age") for end in ("minimum", "maximum"))
    facts = {
        "eligibilityCriteria": criteria,
        "sex": read_code(text_of(found, "gender"), "sex"),
        "genderDescription": text_of(found, "gender_description") or _plain(found, "gender_description/textblock"),
        "minimumAge": "" if low == "N/A" else low,
        "maximumAge": "" if high == "N/A" else high,
        "stdAges": read_ages(low, high) if low or high else [],
        "studyPopulation": population,
        "samplingMethod": read_code(text_of(found, "sampling_method")),
    }
    flags = {
        "healthyVolunteers": read_yes_no(text_of(found, "healthy_volunteers")),
        "genderBased": read_yes_no(text_of(found, "gender_based")),
    }
    return prune(facts | flags)


def read_links(root: Element) -> list[Shape]:
    """Links to pages about the study."""
    return [prune({"label": text_of(one, "description"), "url": text_of(one, "url")}) for one in root.findall("link")]


def _plain(one: Element | None, path: str) -> str:
    return text_of(one, path).replace("\r", "")
