"""The clinical half of an E2B(R3) message: patient (D), reactions (E.i), tests (F.r), comments (H).

Codes are those of ICH's code lists: 4 record numbers, 8 study types, 11 outcomes, 19 observations, 20 groups,
21 assessors.
"""

from lxml import etree

from trialwright.safety.case import CaseTest, SafetyCase
from trialwright.safety.e2b_drugs import render_causality, render_drugs
from trialwright.safety.events import AdverseEvent, Criterion, Outcome
from trialwright.safety.hl7 import (
    COUNTRIES,
    MEDDRA,
    boolean,
    coded,
    identifier,
    internal_id,
    node,
    observation,
    pertains,
    quantity,
    stamp,
    yes_or_null,
)

CLINICAL_TRIAL = "1"
_SEX = {"M": "1", "F": "2"}
# E.i.3.2: observation code and name of each criterion of seriousness.
_CRITERIA = {
    Criterion.DEATH: ("34", "resultsInDeath"),
    Criterion.LIFE_THREATENING: ("21", "isLifeThreatening"),
    Criterion.HOSPITALISATION: ("33", "requiresInpatientHospitalization"),
    Criterion.DISABILITY: ("35", "resultsInPersistentOrSignificantDisability"),
    Criterion.CONGENITAL_ANOMALY: ("12", "congenitalAnomalyBirthDefect"),
    Criterion.MEDICALLY_IMPORTANT: ("26", "otherMedicallyImportantCondition"),
}
# E.i.7, code list 11.
_OUTCOMES = {
    Outcome.RECOVERED: "1",
    Outcome.RECOVERING: "2",
    Outcome.NOT_RECOVERED: "3",
    Outcome.SEQUELAE: "4",
    Outcome.FATAL: "5",
    Outcome.UNKNOWN: "0",
}


def render_assessment(case: SafetyCase) -> etree._Element:
    """The ``adverseEventAssessment`` of a case."""
    patient = node(
        "primaryRole",
        _person(case),
        _study(case),
        *(_of_subject(one) for one in (*_measures(case), _history(case), *_death(case))),
        *(_of_subject(_reaction(case, event)) for event in case.events),
        _of_subject(_tests(case)) if case.tests else None,
        _of_subject(render_drugs(case)),
        classCode="INVSBJ",
    )
    return node(
        "adverseEventAssessment",
        node("subject1", patient, typeCode="SBJ"),
        *render_causality(case),
        *_comments(case),
        classCode="INVSTG",
        moodCode="EVN",
    )


def _of_subject(one: etree._Element | None) -> etree._Element | None:
    return node("subjectOf2", one, typeCode="SBJ") if one is not None else None


def _person(case: SafetyCase) -> etree._Element:
    """D.1 (masked), D.5, D.9.1 and D.1.1.4: the study's code is the only name."""
    patient = case.patient
    sex = {"code": _SEX[patient.sex]} if patient.sex in _SEX else {"nullFlavor": "UNK"}
    return node(
        "player1",
        node("name", nullFlavor="MSK"),
        node("administrativeGenderCode", **sex, codeSystem="1.0.5218"),
        node("deceasedTime", value=stamp(patient.death)) if patient.death else None,
        node(
            "asIdentifiedEntity",
            identifier(10, patient.code),
            coded("code", "4", 4, "Investigation"),
            classCode="IDENT",
        ),
        classCode="PSN",
        determinerCode="INSTANCE",
    )


def _study(case: SafetyCase) -> etree._Element:
    """C.5: registration, title, number and kind of the study."""
    study = case.study
    registration = node(
        "authorization",
        node(
            "studyRegistration",
            identifier(6, study.registration),
            _country(study.country),
            classCode="ACT",
            moodCode="EVN",
        ),
        typeCode="AUTH",
    )
    one = node(
        "researchStudy",
        identifier(5, study.number),
        coded("code", CLINICAL_TRIAL, 8),
        node("title", text=study.title),
        registration if study.registration else None,
        classCode="CLNTRL",
        moodCode="EVN",
    )
    return node("subjectOf1", one, typeCode="SBJ")


def _country(country: str) -> etree._Element | None:
    if not country:
        return None
    place = node(
        "governingPlace",
        node("code", code=country, codeSystem=COUNTRIES),
        classCode="COUNTRY",
        determinerCode="INSTANCE",
    )
    return node("author", node("territorialAuthority", place, classCode="TERR"), typeCode="AUT")


def _measures(case: SafetyCase) -> list[etree._Element]:
    """D.2.2, D.3 and D.4: age at onset, weight and height."""
    patient = case.patient
    given = (
        ("3", "age", patient.age, "a"),
        ("7", "bodyWeight", patient.weight_kg, "kg"),
        ("17", "height", None if patient.height_cm is None else round(patient.height_cm), "cm"),
    )
    return [observation(code, name, quantity("value", v, unit, "PQ")) for code, name, v, unit in given if v is not None]


def _history(case: SafetyCase) -> etree._Element:
    """D.7.2: history as text; ``NI`` where nothing was said."""
    text = case.patient.history
    value = node("value", xsi="ED", text=text) if text else node("value", xsi="ED", nullFlavor="NI")
    return node(
        "organizer",
        coded("code", "1", 20, "relevantMedicalHistoryAndConcurrentConditions"),
        node("component", observation("18", "historyAndConcurrentConditionText", value), typeCode="COMP"),
        classCode="CATEGORY",
        moodCode="EVN",
    )


def _death(case: SafetyCase) -> list[etree._Element]:
    """D.9.2.r and D.9.3: cause of death as reported, and whether an autopsy was done."""
    fatal = [event for event in case.events if event.is_fatal]
    causes = [observation("32", "reportedCauseOfDeath", _meddra(case, event.code, event.verbatim)) for event in fatal]
    if not fatal and case.patient.death is None:
        return []
    autopsy = case.patient.autopsy
    known = boolean(autopsy) if autopsy is not None else node("value", xsi="BL", nullFlavor="UNK")
    return [*causes, observation("5", "autopsy", known)]


def _meddra(case: SafetyCase, code: str, words: str, language: str | None = None) -> etree._Element:
    original = node("originalText", text=words, language=language)
    return node("value", original, xsi="CE", code=code, codeSystem=MEDDRA, codeSystemVersion=case.meddra_version)


def _reaction(case: SafetyCase, event: AdverseEvent) -> etree._Element:
    """E.i: one reaction."""
    low = node("low", value=stamp(event.onset)) if event.onset else node("low", nullFlavor="ASKU")
    high = node("high", value=stamp(event.end)) if event.end else None
    criteria = (pertains(observation(*_CRITERIA[one], yes_or_null(one in event.criteria))) for one in _CRITERIA)
    outcome = coded("value", _OUTCOMES[event.outcome or Outcome.UNKNOWN], 11, xsi="CE")
    return node(
        "observation",
        internal_id(case.id, "reaction", event.id),
        coded("code", "29", 19, "reaction"),
        node("effectiveTime", low, high, xsi="IVL_TS"),
        _meddra(case, event.code, event.verbatim, case.language),
        _occurred_in(case.reporter.country),
        pertains(
            observation("30", "reactionForTranslation", node("value", xsi="ED", text=event.term or event.verbatim))
        ),
        *criteria,
        pertains(observation("27", "outcome", outcome)),
        classCode="OBS",
        moodCode="EVN",
    )


def _occurred_in(country: str) -> etree._Element:
    place = node(
        "locatedPlace",
        node("code", code=country, codeSystem=COUNTRIES),
        classCode="COUNTRY",
        determinerCode="INSTANCE",
    )
    return node("location", node("locatedEntity", place, classCode="LOCE"), typeCode="LOC")


def _tests(case: SafetyCase) -> etree._Element:
    """F.r: tests and their ranges."""
    return node(
        "organizer",
        coded("code", "3", 20, "testsAndProceduresRelevantToTheInvestigation"),
        *(node("component", _test(test), typeCode="COMP") for test in case.tests),
        classCode="CATEGORY",
        moodCode="EVN",
    )


def _test(test: CaseTest) -> etree._Element:
    number = None
    if test.value is not None:
        number = node("value", quantity("center", test.value, test.unit), xsi="IVL_PQ")
    return node(
        "observation",
        node("code", node("originalText", text=test.name), codeSystem=MEDDRA),
        node("effectiveTime", value=stamp(test.on)) if test.on else node("effectiveTime", nullFlavor="UNK"),
        number,
        node("value", xsi="ED", text=test.text) if test.text and number is None else None,
        *(_limit(limit, test.unit, side) for limit, side in ((test.low, "L"), (test.high, "H")) if limit is not None),
        pertains(observation("10", "comment", node("value", xsi="ED", text=test.text)))
        if test.text and number is not None
        else None,
        classCode="OBS",
        moodCode="EVN",
    )


def _limit(limit: float, unit: str, side: str) -> etree._Element:
    range_ = node(
        "observationRange",
        quantity("value", limit, unit, "PQ"),
        node("interpretationCode", code=side, codeSystem="2.16.840.1.113883.5.83"),
        classCode="OBS",
        moodCode="EVN.CRT",
    )
    return node("referenceRange", range_, typeCode="REFV")


def _comments(case: SafetyCase) -> list[etree._Element]:
    """H.2 and H.4: what the reporter and the sender think."""
    given = (("3", "sourceReporter", case.reporter_comment), ("1", "sender", case.sender_comment))
    return [_comment(code, name, text) for code, name, text in given if text]


def _comment(code: str, name: str, text: str) -> etree._Element:
    author = node("author", node("assignedEntity", coded("code", code, 21, name), classCode="ASSIGNED"), typeCode="AUT")
    one = node(
        "observationEvent",
        coded("code", "10", 19, "comment"),
        node("value", xsi="ED", text=text),
        author,
        classCode="OBS",
        moodCode="EVN",
    )
    return node("component1", one, typeCode="COMP")
