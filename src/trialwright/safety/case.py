"""The individual case: serious events of one participant with all that an authority must be told about them.

One record is the source of the CIOMS I form and of the E2B(R3) message, so the two cannot differ. The participant is
named by the study's code only. Business rules are checked here, always; a schema is checked where one is supplied.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trialwright.safety.events import AdverseEvent
from trialwright.vocabulary.findings import Finding, Place, Severity
from trialwright.vocabulary.partial_dates import PartialDate


class DrugRole(StrEnum):
    """Part that a product played (E2B(R3) G.k.1); the values are those of ICH code list 13."""

    SUSPECT = "1"
    CONCOMITANT = "2"
    INTERACTING = "3"
    NOT_ADMINISTERED = "4"


class Qualification(StrEnum):
    """Who reports (E2B(R3) C.2.r.4); ICH code list 6."""

    PHYSICIAN = "1"
    PHARMACIST = "2"
    OTHER_PROFESSIONAL = "3"
    LAWYER = "4"
    CONSUMER = "5"


@dataclass(frozen=True, slots=True)
class Person:
    """A reporter or sender. Empty texts mean: not known. ``country`` is two letters of ISO 3166-1."""

    organisation: str
    country: str
    department: str = ""
    given: str = ""
    family: str = ""
    street: str = ""
    city: str = ""
    telephone: str = ""
    fax: str = ""
    email: str = ""
    qualification: Qualification = Qualification.PHYSICIAN


@dataclass(frozen=True, slots=True)
class StudyIdentity:
    """The study: its number at the sponsor, its title, its registration number and the country of registration."""

    number: str
    title: str
    registration: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class CasePatient:
    """The participant. ``age`` in completed years at onset; ``sex`` ``M``, ``F`` or empty; ``history`` as free text."""

    code: str
    age: int | None = None
    sex: str = ""
    weight_kg: float | None = None
    height_cm: float | None = None
    history: str = ""
    death: PartialDate | None = None
    autopsy: bool | None = None


@dataclass(frozen=True, slots=True)
class GivenDose:
    """One administration: when it began and ended, how much (a UCUM unit), of which lot, how, in words; its number where they
    are counted; whether the treatment goes on."""

    start: datetime | PartialDate | None = None
    end: datetime | PartialDate | None = None
    amount: float | None = None
    unit: str = ""
    lot: str = ""
    route: str = ""
    text: str = ""
    number: int = 0
    ongoing: bool = False


@dataclass(frozen=True, slots=True)
class Drug:
    """A product that was given; ``abated`` after stopping, ``recurred`` after giving it again (None: no answer)."""

    name: str
    role: DrugRole
    substance: str = ""
    doses: tuple[GivenDose, ...] = ()
    indication: str = ""
    abated: bool | None = None
    recurred: bool | None = None


@dataclass(frozen=True, slots=True)
class CaseTest:
    """A laboratory or other test that bears on the case, with its range in the same unit."""

    name: str
    on: PartialDate | None = None
    value: float | None = None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class SafetyCase:
    """One case as it is known now.

    Parameters
    ----------
    id : str
        Sender's and worldwide case number, ``CC-organisation-number``.
    created, first_received, most_recent : datetime
        When the report is made, when the sender first had the four minimum items, when the last information came;
        all with zone.
    study : StudyIdentity
        The study.
    sender, reporter : Person
        Who reports to the authority, and the investigator who told them.
    patient : CasePatient
        The participant.
    events : tuple of AdverseEvent
        The reactions, the gravest first; at least one.
    drugs : tuple of Drug
        Products given; at least one suspect.
    narrative : str
        The course in words.
    meddra_version : str
        Version of MedDRA in which the events' codes are sent.
    tests : tuple of CaseTest
        Relevant tests.
    initial : bool
        Whether this is the first report of the case, else a follow-up.
    expedited : bool or None
        Whether the local criteria for an expedited report are met.
    amendment : str
        Reason of an amendment, or empty.
    reporter_comment, sender_comment : str
        What each of the two thinks of it.
    reference : str
        The safety information against which the sponsor judged expectedness.
    language : str
        ISO 639-2 code of the reporter's words.
    """

    id: str
    created: datetime
    first_received: datetime
    most_recent: datetime
    study: StudyIdentity
    sender: Person
    reporter: Person
    patient: CasePatient
    events: tuple[AdverseEvent, ...]
    drugs: tuple[Drug, ...]
    narrative: str
    meddra_version: str
    tests: tuple[CaseTest, ...] = ()
    initial: bool = True
    expedited: bool | None = None
    amendment: str = ""
    reporter_comment: str = ""
    sender_comment: str = ""
    reference: str = ""
    language: str = "eng"


_CASE_ID = re.compile(r"[A-Z]{2}-[^-\s][^-]*-.+")


def check_case(case: SafetyCase) -> list[Finding]:
    """What keeps a case from being sent (errors) or makes it a poor one (warnings).

    The four minimum items are those of ICH E2A III.A.1: a patient, a reporter, a product and a reaction. Lengths and
    orders are those of the E2B(R3) implementation guide.
    """
    return [
        Finding(code, message, Place(path=path), severity)
        for code, message, path, severity, wrong in (*_minimum(case), *_form(case), *_content(case))
        if wrong
    ]


_Rule = tuple[str, str, str, Severity, bool]
_E, _W = Severity.ERROR, Severity.WARNING


def _minimum(case: SafetyCase) -> list[_Rule]:
    suspects = [drug for drug in case.drugs if drug.role in (DrugRole.SUSPECT, DrugRole.INTERACTING)]
    return [
        (
            "case-no-patient",
            "no identifiable patient: the participant's code is missing",
            "D.1",
            _E,
            not case.patient.code,
        ),
        ("case-no-reporter", "no identifiable reporter", "C.2.r", _E, not case.reporter.organisation),
        ("case-no-product", "no suspect product", "G.k.1", _E, not suspects),
        ("case-no-reaction", "no reaction", "E.i", _E, not case.events),
    ]


def _form(case: SafetyCase) -> list[_Rule]:
    zoned = all(one.tzinfo is not None for one in (case.created, case.first_received, case.most_recent))
    ordered = zoned and case.first_received <= case.most_recent <= case.created
    countries = (case.sender.country, case.reporter.country)
    return [
        ("case-id", f"{case.id!r} is not country-organisation-number", "C.1.1", _E, not _CASE_ID.fullmatch(case.id)),
        ("case-times", "a time of the case has no zone", "C.1", _E, not zoned),
        (
            "case-order",
            "first received, most recent and created are not in that order",
            "C.1",
            _E,
            zoned and not ordered,
        ),
        ("case-country", "a country is not two capital letters", "C.2.r.3", _E, not all(map(_is_country, countries))),
        ("case-narrative", "the narrative is empty", "H.1", _E, not case.narrative.strip()),
        ("case-long", "the narrative has more than 100,000 characters", "H.1", _E, len(case.narrative) > 100_000),
        (
            "case-meddra",
            "the version of MedDRA is missing",
            "E.i.2.1a",
            _E,
            not re.fullmatch(r"\d+\.\d", case.meddra_version),
        ),
    ]


def _content(case: SafetyCase) -> list[_Rule]:
    rules: list[_Rule] = []
    for place, event in enumerate(case.events):
        path = f"E.i[{place + 1}]"
        coded = re.fullmatch(r"\d{8}", event.code) is not None
        rules += [
            ("case-code", f"event {event.id} has no MedDRA code of eight digits", f"{path}.2.1b", _E, not coded),
            (
                "case-words",
                f"event {event.id} lacks the reporter's words",
                f"{path}.1.1a",
                _E,
                not event.verbatim.strip(),
            ),
            ("case-words-long", "more than 250 characters", f"{path}.1.1a", _E, len(event.verbatim) > 250),
            ("case-onset", f"event {event.id} has no onset", f"{path}.4", _W, event.onset is None),
            ("case-outcome", f"event {event.id} has no outcome", f"{path}.7", _W, event.outcome is None),
        ]
    for place, test in enumerate(case.tests):
        empty = test.value is None and not test.text
        rules.append(("case-test", f"test {test.name} has no result", f"F.r[{place + 1}].3", _E, empty))
    rules.append(
        ("case-amendment", "a first report amends nothing", "C.1.11", _E, case.initial and bool(case.amendment))
    )
    serious = any(event.criteria for event in case.events)
    rules.append(("case-not-serious", "no event has a criterion of seriousness", "E.i.3.2", _W, not serious))
    return rules


def _is_country(text: str) -> bool:
    return re.fullmatch(r"[A-Z]{2}", text) is not None
