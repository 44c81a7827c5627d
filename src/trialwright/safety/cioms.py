"""The content of a CIOMS I form (suspect adverse reaction report) from a case; the layout is the report room's.

The boxes and their numbers are those of the form of the Council for International Organizations of Medical Sciences
(CIOMS Working Group I, 1990, with the sixth box 8–12 "other medically important" of later printings).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from trialwright.safety.case import Drug, DrugRole, GivenDose, Person, Qualification, SafetyCase
from trialwright.safety.events import AdverseEvent, Assessment, Causality, Criterion
from trialwright.vocabulary.partial_dates import PartialDate

UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Box:
    """One box of the form: number, title, what is written in it, and its ticks (label, ticked)."""

    number: str
    title: str
    text: str = ""
    ticks: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One of the four parts of the form."""

    title: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class CiomsForm:
    """A filled CIOMS I form: its control number and its four parts in order."""

    number: str
    parts: tuple[Part, ...]

    def box(self, number: str) -> Box:
        """The box with this number; KeyError for another."""
        for part in self.parts:
            for box in part.boxes:
                if box.number == number:
                    return box
        raise KeyError(number)


def render_cioms(case: SafetyCase) -> CiomsForm:
    """The form's content. Nothing is computed and nothing left out: what is not known says so."""
    return CiomsForm(
        case.id,
        (
            Part("I. Reaction information", _reaction(case)),
            Part("II. Suspect drug(s) information", _suspects(case)),
            Part("III. Concomitant drug(s) and history", _others(case)),
            Part("IV. Manufacturer information", _sender(case)),
        ),
    )


def _reaction(case: SafetyCase) -> tuple[Box, ...]:
    patient = case.patient
    onset = case.events[0].onset if case.events else None
    return (
        Box("1", "Patient initials", f"withheld; study code {patient.code}"),
        Box("1a", "Country", case.reporter.country),
        Box("2", "Date of birth", "withheld"),
        Box("2a", "Age", f"{patient.age} years" if patient.age is not None else UNKNOWN),
        Box("3", "Sex", {"M": "male", "F": "female"}.get(patient.sex, UNKNOWN)),
        Box("4-6", "Reaction onset", str(onset) if onset else UNKNOWN),
        Box("7+13", "Describe reaction(s), with relevant tests and laboratory data", _describe(case)),
        Box("8-12", "Check all appropriate to adverse reaction", ticks=_criteria(case.events)),
    )


_CRITERIA = {
    Criterion.DEATH: "patient died",
    Criterion.HOSPITALISATION: "involved or prolonged inpatient hospitalisation",
    Criterion.DISABILITY: "involved persistent or significant disability or incapacity",
    Criterion.LIFE_THREATENING: "life threatening",
    Criterion.CONGENITAL_ANOMALY: "congenital anomaly",
    Criterion.MEDICALLY_IMPORTANT: "other medically important",
}


def _criteria(events: tuple[AdverseEvent, ...]) -> tuple[tuple[str, bool], ...]:
    met = frozenset[Criterion]().union(*(event.criteria for event in events))
    return tuple((label, criterion in met) for criterion, label in _CRITERIA.items())


def _describe(case: SafetyCase) -> str:
    tests = [
        f"{test.name}{f' ({test.on})' if test.on else ''}: {_number(test.value)} {test.unit}".rstrip()
        + (
            f" (normal {_number(test.low)} to {_number(test.high)})"
            if test.low is not None or test.high is not None
            else ""
        )
        + (f" {test.text}" if test.text else "")
        for test in case.tests
    ]
    causality = [line for event in case.events for line in _causality(event)]
    return "\n".join([*(_event(event) for event in case.events), case.narrative, *tests, *causality])


def _event(event: AdverseEvent) -> str:
    grade = f", CTCAE {event.version} grade {event.worst_grade}" if event.worst_grade else ""
    outcome = event.outcome.value.lower() if event.outcome else f"outcome {UNKNOWN}"
    return f"{event.verbatim} ({event.term}{grade}): {event.onset or UNKNOWN} to {event.end or 'ongoing'}, {outcome}."


def _causality(event: AdverseEvent) -> list[str]:
    return [f"Causality of {one.product} for {event.verbatim}: {_judged(one)}." for one in event.assessments]


def _judged(one: Assessment) -> str:
    return f"investigator {_word(one.investigator)}, sponsor {_word(one.sponsor)}"


def _word(causality: Causality | None) -> str:
    return causality.value.lower().replace("_", " ") if causality else "not judged yet"


def _suspects(case: SafetyCase) -> tuple[Box, ...]:
    drugs = [drug for drug in case.drugs if drug.role in (DrugRole.SUSPECT, DrugRole.INTERACTING)]
    return (
        Box("14", "Suspect drug(s), with generic name and batch number", _each(drugs, _name)),
        Box("15", "Daily dose(s)", _each(drugs, lambda drug: _doses(drug, _amount))),
        Box("16", "Route(s) of administration", _each(drugs, lambda drug: _doses(drug, lambda dose: dose.route))),
        Box("17", "Indication(s) for use", _each(drugs, lambda drug: drug.indication)),
        Box("18", "Therapy dates (from/to)", _each(drugs, lambda drug: _doses(drug, _dates))),
        Box("19", "Therapy duration", _each(drugs, _duration)),
        Box("20", "Did reaction abate after stopping drug?", ticks=_answer([drug.abated for drug in drugs])),
        Box("21", "Did reaction reappear after reintroduction?", ticks=_answer([drug.recurred for drug in drugs])),
    )


def _each(drugs: Sequence[Drug], write: Callable[[Drug], str]) -> str:
    """A line a drug, numbered where there are several."""
    lines = [write(drug) or UNKNOWN for drug in drugs]
    return "\n".join(lines if len(lines) < 2 else [f"#{n} {line}" for n, line in enumerate(lines, start=1)])


def _name(drug: Drug) -> str:
    lots = ", ".join(dict.fromkeys(dose.lot for dose in drug.doses if dose.lot))
    substance = f" ({drug.substance})" if drug.substance and drug.substance != drug.name else ""
    return f"{drug.name}{substance}, lot {lots or UNKNOWN}"


def _doses(drug: Drug, write: Callable[[GivenDose], str]) -> str:
    return "; ".join(dict.fromkeys(text for text in map(write, drug.doses) if text))


def _amount(dose: GivenDose) -> str:
    return dose.text or (f"{_number(dose.amount)} {dose.unit}".strip() if dose.amount is not None else "")


def _dates(dose: GivenDose) -> str:
    return f"{_moment(dose.start)} / {_moment(dose.end or dose.start)}"


def _moment(moment: datetime | PartialDate | None) -> str:
    if moment is None:
        return UNKNOWN
    return moment.isoformat(sep=" ", timespec="minutes") if isinstance(moment, datetime) else str(moment)


def _duration(drug: Drug) -> str:
    """Days from the first to the last administration, both counted, where both days are known."""
    days = sorted(day for dose in drug.doses for day in (_day(dose.start), _day(dose.end)) if day is not None)
    if not days or any(_day(dose.start) is None for dose in drug.doses):
        return ""
    length = (days[-1] - days[0]).days + 1
    return (
        f"{length} day{'s' if length > 1 else ''}, {len(drug.doses)} administration{'s' if len(drug.doses) > 1 else ''}"
    )


def _day(moment: datetime | PartialDate | None) -> date | None:
    if isinstance(moment, datetime):
        return moment.date()
    return moment.earliest if moment is not None and moment.is_complete else None


def _answer(answers: Sequence[bool | None]) -> tuple[tuple[str, bool], ...]:
    given = [answer for answer in answers if answer is not None]
    return (("yes", any(given)), ("no", bool(given) and not any(given)), ("NA", not given))


def _others(case: SafetyCase) -> tuple[Box, ...]:
    drugs = [drug for drug in case.drugs if drug.role is DrugRole.CONCOMITANT]
    listed = _each(drugs, lambda drug: f"{drug.name}: {_doses(drug, _dates) or UNKNOWN}") or "none recorded"
    return (
        Box("22", "Concomitant drug(s) and dates of administration", listed),
        Box("23", "Other relevant history", case.patient.history or "none recorded"),
    )


def _sender(case: SafetyCase) -> tuple[Box, ...]:
    return (
        Box("24a", "Name and address of manufacturer", _address(case.sender)),
        Box("24b", "Manufacturer's control number", case.id),
        Box("24c", "Date received by manufacturer", case.most_recent.date().isoformat()),
        Box("24d", "Report source", ticks=_sources(case.reporter.qualification)),
        Box("25", "Date of this report", case.created.date().isoformat()),
        Box("25a", "Report type", ticks=(("initial", case.initial), ("follow-up", not case.initial))),
        Box("26", "Study and reporter", f"{case.study.number} {case.study.registration}\n{_address(case.reporter)}"),
    )


def _sources(qualification: Qualification) -> tuple[tuple[str, bool], ...]:
    lay = qualification in (Qualification.LAWYER, Qualification.CONSUMER)
    return (("study", True), ("literature", False), ("health professional", not lay), ("other", lay))


def _address(person: Person) -> str:
    name = " ".join(part for part in (person.given, person.family) if part)
    parts = (name, person.department, person.organisation, person.street, person.city, person.country)
    return ", ".join(part for part in parts if part)


def _number(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:g}"
