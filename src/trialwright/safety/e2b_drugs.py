"""The products of an E2B(R3) message (G.k): what was given, its part in the case, and causality by two judges.

Codes are those of ICH's code lists: 13 roles, 15 actions, 19 observations, 20 groups, 21 assessors.
"""

from lxml import etree

from trialwright.safety.case import Drug, GivenDose, SafetyCase
from trialwright.safety.events import Action, AdverseEvent, Assessment, Causality
from trialwright.safety.hl7 import MEDDRA, coded, internal_id, node, observation, pertains, quantity, stamp

# G.k.8, code list 15. It has no code for an interruption, which is then said in words (G.k.11).
_ACTIONS = {
    Action.WITHDRAWN: "1",
    Action.REDUCED: "2",
    Action.NOT_CHANGED: "4",
    Action.UNKNOWN: "0",
    Action.NOT_APPLICABLE: "9",
}


def render_drugs(case: SafetyCase) -> etree._Element:
    """G.k: the products, each with its doses."""
    return node(
        "organizer",
        coded("code", "4", 20, "drugInformation"),
        *(node("component", _drug(case, place, drug), typeCode="COMP") for place, drug in enumerate(case.drugs)),
        classCode="CATEGORY",
        moodCode="EVN",
    )


def _drug(case: SafetyCase, place: int, drug: Drug) -> etree._Element:
    return node(
        "substanceAdministration",
        internal_id(case.id, "drug", str(place)),
        _product(drug),
        *_intervals(case, drug),
        *(pertains(_dose(dose), "COMP") for dose in drug.doses),
        *_rechallenge(case, drug),
        _in_words(case, drug),
        _indication(drug),
        _action(case, drug),
        classCode="SBADM",
        moodCode="EVN",
    )


def _judged(case: SafetyCase, drug: Drug) -> list[AdverseEvent]:
    return [event for event in case.events if any(one.product == drug.name for one in event.assessments)]


def _intervals(case: SafetyCase, drug: Drug) -> list[etree._Element]:
    """G.k.9.i.3: minutes from the latest dose to the reaction, and from the first where the latest is the first."""
    found = []
    for event in _judged(case, drug):
        if event.infusion is not None and event.infusion.minutes is not None:
            kinds = ("SAS", "SAE") if event.infusion.number == 1 else ("SAE",)
            found += [_interval(case, event, kind, event.infusion.minutes) for kind in kinds]
    return found


def _interval(case: SafetyCase, event: AdverseEvent, kind: str, minutes: float) -> etree._Element:
    return node(
        "outboundRelationship1", quantity("pauseQuantity", minutes, "min"), _to_reaction(case, event), typeCode=kind
    )


def _to_reaction(case: SafetyCase, event: AdverseEvent) -> etree._Element:
    return node("actReference", internal_id(case.id, "reaction", event.id), classCode="OBS", moodCode="EVN")


def _rechallenge(case: SafetyCase, drug: Drug) -> list[etree._Element]:
    """G.k.9.i.4: whether the reaction came again with the product; not sent where it is not known."""
    if drug.recurred is None:
        return []
    code = "1" if drug.recurred else "2"
    return [
        pertains(
            observation(
                "31",
                "recurranceOfReaction",
                coded("value", code, 16, xsi="CE"),
                node("outboundRelationship1", _to_reaction(case, event), typeCode="REFR"),
            )
        )
        for event in _judged(case, drug)
    ]


def _product(drug: Drug) -> etree._Element:
    substance = node("ingredientSubstance", node("name", text=drug.substance), classCode="MMAT", determinerCode="KIND")
    kind = node(
        "kindOfProduct",
        node("name", text=drug.name),
        node("ingredient", substance, classCode="ACTI") if drug.substance else None,
        classCode="MMAT",
        determinerCode="KIND",
    )
    return node("consumable", node("instanceOfKind", kind, classCode="INST"), typeCode="CSM")


def _dose(dose: GivenDose) -> etree._Element:
    """G.k.4.r: one administration."""
    low = node("low", value=stamp(dose.start)) if dose.start else None
    high = node("high", value=stamp(dose.end)) if dose.end else None
    interval = node("comp", low, high, xsi="IVL_TS", operator="A") if low is not None or high is not None else None
    lot = node(
        "productInstanceInstance", node("lotNumberText", text=dose.lot), classCode="MMAT", determinerCode="INSTANCE"
    )
    return node(
        "substanceAdministration",
        node("text", text=dose.text) if dose.text else None,
        node("effectiveTime", interval, xsi="SXPR_TS") if interval is not None else None,
        node("routeCode", node("originalText", text=dose.route)) if dose.route else None,
        quantity("doseQuantity", dose.amount, dose.unit) if dose.amount is not None else None,
        node("consumable", node("instanceOfKind", lot, classCode="INST"), typeCode="CSM") if dose.lot else None,
        classCode="SBADM",
        moodCode="EVN",
    )


def _indication(drug: Drug) -> etree._Element | None:
    """G.k.7.r: what it was given for, in the reporter's words."""
    if not drug.indication:
        return None
    value = node("value", node("originalText", text=drug.indication), xsi="CE", codeSystem=MEDDRA)
    performer = node(
        "performer",
        node("assignedEntity", coded("code", "3", 21, "sourceReporter"), classCode="ASSIGNED"),
        typeCode="PRF",
    )
    return node("inboundRelationship", observation("19", "indication", value, performer), typeCode="RSON")


def _of_drug(case: SafetyCase, drug: Drug) -> AdverseEvent | None:
    """The gravest event that was judged for a product; its action is the product's."""
    return next(iter(_judged(case, drug)), None)


def _action(case: SafetyCase, drug: Drug) -> etree._Element | None:
    event = _of_drug(case, drug)
    if event is None or event.action not in _ACTIONS:
        return None
    act = node("act", coded("code", _ACTIONS[event.action], 15), classCode="ACT", moodCode="EVN")
    return node("inboundRelationship", act, typeCode="CAUS")


def _in_words(case: SafetyCase, drug: Drug) -> etree._Element | None:
    """G.k.11: an interruption, for which there is no code."""
    event = _of_drug(case, drug)
    if event is None or event.action is not Action.INTERRUPTED:
        return None
    text = node("value", xsi="ST", text="Treatment was interrupted.")
    return pertains(observation("2", "additionalInformation", text), "REFR")


def render_causality(case: SafetyCase) -> list[etree._Element]:
    """The components of the assessment that judge the products: G.k.1 for each, G.k.9.i.2.r by reaction and judge."""
    return [*(_role(case, place, drug) for place, drug in enumerate(case.drugs)), *_relatedness(case)]


def _role(case: SafetyCase, place: int, drug: Drug) -> etree._Element:
    """G.k.1: the part that the product played."""
    one = node(
        "causalityAssessment",
        coded("code", "20", 19, "interventionCharacterization"),
        coded("value", drug.role.value, 13, xsi="CE"),
        _about_drug(case, place),
        classCode="OBS",
        moodCode="EVN",
    )
    return node("component", one, typeCode="COMP")


def _about_drug(case: SafetyCase, place: int) -> etree._Element:
    reference = node("productUseReference", internal_id(case.id, "drug", str(place)), classCode="SBADM", moodCode="EVN")
    return node("subject2", reference, typeCode="SUBJ")


def _relatedness(case: SafetyCase) -> list[etree._Element]:
    """G.k.9.i.2.r: each product by each reaction, as the investigator and as the sponsor judged it."""
    places = {drug.name: place for place, drug in enumerate(case.drugs)}
    return [
        node("component", _judgement(case, event, places[one.product], who, judged), typeCode="COMP")
        for event in case.events
        for one in event.assessments
        if one.product in places
        for who, judged in _judgements(one)
    ]


def _judgements(one: Assessment) -> list[tuple[str, Causality]]:
    both = (("Investigator", one.investigator), ("Sponsor", one.sponsor))
    return [(who, judged) for who, judged in both if judged is not None]


def _judgement(case: SafetyCase, event: AdverseEvent, place: int, who: str, judged: Causality) -> etree._Element:
    effect = node("adverseEffectReference", internal_id(case.id, "reaction", event.id), classCode="OBS", moodCode="EVN")
    author = node("assignedEntity", node("code", node("originalText", text=who)), classCode="ASSIGNED")
    return node(
        "causalityAssessment",
        coded("code", "39", 19, "causality"),
        node("value", xsi="ST", text=judged.value.capitalize().replace("_", " ")),
        node("methodCode", node("originalText", text="WHO-UMC system")),
        node("author", author, typeCode="AUT"),
        node("subject1", effect, typeCode="SUBJ"),
        _about_drug(case, place),
        classCode="OBS",
        moodCode="EVN",
    )
