"""The content of a CIOMS I form (suspect adverse reaction report) from a case; the layout is the report room's.

The boxes and their numbers are those of the form of the Council for International Organizations of Medical Sciences
(CIOMS Working Group I, 1990, with the sixth box 8–12 "other medically important" of later printings).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from trialwright.safety.case import CaseTest, Drug, DrugRole, GivenDose, Person, Qualification, SafetyCase
from trialwright.safety.cioms_words import WORDS
from trialwright.safety.cioms_words import say as _say
from trialwright.safety.events import AdverseEvent, Causality, Criterion
from trialwright.vocabulary.partial_dates import PartialDate
from trialwright.vocabulary.units import render_large


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


def render_cioms(case: SafetyCase, language: str = "en") -> CiomsForm:
    """The form's content in ``en`` or ``zh``. Nothing is computed and nothing left out: what is not known says so."""
    say = partial(_say, language)
    return CiomsForm(
        case.id,
        (
            Part(say("part.1"), _reaction(case, say)),
            Part(say("part.2"), _suspects(case, say)),
            Part(say("part.3"), _others(case, say)),
            Part(say("part.4"), _sender(case, say)),
        ),
    )


Say = Callable[..., str]
Ticks = tuple[tuple[str, bool], ...]


def _box(say: Say, number: str, text: str = "", ticks: Ticks = ()) -> Box:
    return Box(number, say(f"box.{number}"), text, ticks)


def _reaction(case: SafetyCase, say: Say) -> tuple[Box, ...]:
    patient = case.patient
    onset = case.events[0].onset if case.events else None
    return (
        _box(say, "1", say("code", code=patient.code)),
        _box(say, "1a", case.reporter.country),
        _box(say, "2", say("withheld")),
        _box(say, "2a", say("years", age=patient.age) if patient.age is not None else say("unknown")),
        _box(say, "3", say(patient.sex if patient.sex in ("M", "F") else "unknown")),
        _box(say, "4-6", str(onset) if onset else say("unknown")),
        _box(say, "7+13", _describe(case, say)),
        _box(say, "8-12", ticks=_criteria(case.events, say)),
    )


_CRITERIA = {
    Criterion.DEATH: "died",
    Criterion.HOSPITALISATION: "hospital",
    Criterion.DISABILITY: "disability",
    Criterion.LIFE_THREATENING: "life",
    Criterion.CONGENITAL_ANOMALY: "congenital",
    Criterion.MEDICALLY_IMPORTANT: "important",
}


def _criteria(events: tuple[AdverseEvent, ...], say: Say) -> Ticks:
    met = frozenset[Criterion]().union(*(event.criteria for event in events))
    return tuple((say(label), criterion in met) for criterion, label in _CRITERIA.items())


def _describe(case: SafetyCase, say: Say) -> str:
    tests = [_test(test, say) for test in case.tests]
    causality = [line for event in case.events for line in _judge(event, case.reference, say)]
    comments = [comment for comment in (case.reporter_comment, case.sender_comment) if comment]
    return "\n".join([*(_event(event, say) for event in case.events), case.narrative, *tests, *causality, *comments])


def _test(test: CaseTest, say: Say) -> str:
    day = f" ({test.on})" if test.on else ""
    known = test.low is not None or test.high is not None
    normal = say("normal", low=_number(test.low, say), high=_number(test.high, say)) if known else ""
    words = f" {test.text}" if test.text else ""
    return f"{test.name}{day}: {_number(test.value, say)} {test.unit}".rstrip() + normal + words


def _event(event: AdverseEvent, say: Say) -> str:
    grade = say("grade", version=event.version, grade=event.worst_grade) if event.worst_grade else ""
    return say(
        "event",
        verbatim=event.verbatim,
        term=event.term,
        grade=grade,
        onset=event.onset or say("unknown"),
        end=event.end or say("ongoing"),
        outcome=say(f"outcome.{event.outcome.value if event.outcome else None}"),
    )


def _judge(event: AdverseEvent, reference: str, say: Say) -> list[str]:
    """When it began after an infusion, what was done, causality by both, expectedness by the sponsor."""
    lines = []
    if event.infusion is not None:
        minutes, number = event.infusion.minutes, event.infusion.number
        known = minutes is not None
        lines.append(
            say("after", hours=f"{(minutes or 0) / 60:.1f}", number=number)
            if known
            else say("after.unknown", number=number)
        )
    if event.action is not None:
        lines.append(say("action", action=say(event.action.value)))
    lines += [say("treated")] if event.treatment else []
    lines += _causality(event, say)
    if event.expectedness is not None:
        by = say("reference", text=reference) if reference else ""
        lines.append(say("expectedness", word=say(event.expectedness.value), reference=by))
    return lines


def _known(word: str, say: Say) -> str:
    """A word in the language of the form, or as it stands where the form has none for it."""
    return say(word) if word in WORDS else word


def _causality(event: AdverseEvent, say: Say) -> list[str]:
    return [
        say(
            "causality",
            product=_known(one.product, say),
            verbatim=event.verbatim,
            investigator=_word(one.investigator, say),
            sponsor=_word(one.sponsor, say),
        )
        for one in event.assessments
    ]


def _word(causality: Causality | None, say: Say) -> str:
    return say(causality.value if causality else "not judged")


def _suspects(case: SafetyCase, say: Say) -> tuple[Box, ...]:
    drugs = [drug for drug in case.drugs if drug.role in (DrugRole.SUSPECT, DrugRole.INTERACTING)]

    def each(write: Callable[[Drug], str]) -> str:
        return _each(drugs, write, say)

    return (
        _box(say, "14", each(lambda drug: _name(drug, say))),
        _box(say, "15", each(lambda drug: _doses(drug, lambda dose: _amount(dose, say)))),
        _box(say, "16", each(lambda drug: _doses(drug, lambda dose: _known(dose.route, say)))),
        _box(say, "17", each(lambda drug: drug.indication)),
        _box(say, "18", each(lambda drug: _doses(drug, lambda dose: _dates(dose, say)))),
        _box(say, "19", each(lambda drug: _duration(drug, say))),
        _box(say, "20", ticks=_answer([drug.abated for drug in drugs], say)),
        _box(say, "21", ticks=_answer([drug.recurred for drug in drugs], say)),
    )


def _each(drugs: Sequence[Drug], write: Callable[[Drug], str], say: Say) -> str:
    """A line a drug, numbered where there are several."""
    lines = [write(drug) or say("unknown") for drug in drugs]
    return "\n".join(lines if len(lines) < 2 else [f"#{n} {line}" for n, line in enumerate(lines, start=1)])


def _name(drug: Drug, say: Say) -> str:
    lots = ", ".join(dict.fromkeys(dose.lot for dose in drug.doses if dose.lot))
    substance = f" ({drug.substance})" if drug.substance and drug.substance != drug.name else ""
    return say("lot", name=f"{drug.name}{substance}", lot=lots or say("unknown"))


def _doses(drug: Drug, write: Callable[[GivenDose], str]) -> str:
    return "; ".join(dict.fromkeys(text for text in map(write, drug.doses) if text))


def _amount(dose: GivenDose, say: Say) -> str:
    amount = "" if dose.amount is None else render_large(repr(dose.amount)) or _number(dose.amount, say)
    if amount and dose.number:
        return say("dose", amount=amount, unit=_known(dose.unit.strip("{}"), say), number=dose.number)
    return dose.text or (f"{amount} {dose.unit}".strip() if amount else "")


def _dates(dose: GivenDose, say: Say) -> str:
    """From when to when; one administration without an end ended on its day, another treatment may go on."""
    once = dose.start if dose.number else None
    end = say("ongoing") if dose.ongoing and dose.end is None else _moment(dose.end or once, say)
    return f"{_moment(dose.start, say)} / {end}"


def _moment(moment: datetime | PartialDate | None, say: Say) -> str:
    if moment is None:
        return say("unknown")
    return moment.isoformat(sep=" ", timespec="minutes") if isinstance(moment, datetime) else str(moment)


def _duration(drug: Drug, say: Say) -> str:
    """Days from the first to the last administration, both counted, where both days are known."""
    days = sorted(day for dose in drug.doses for day in (_day(dose.start), _day(dose.end)) if day is not None)
    if not days or any(_day(dose.start) is None for dose in drug.doses):
        return ""
    length, doses = (days[-1] - days[0]).days + 1, len(drug.doses)
    return say("days", days=length, s="s" if length > 1 else "", doses=doses, t="s" if doses > 1 else "")


def _day(moment: datetime | PartialDate | None) -> date | None:
    if isinstance(moment, datetime):
        return moment.date()
    return moment.earliest if moment is not None and moment.is_complete else None


def _answer(answers: Sequence[bool | None], say: Say) -> Ticks:
    given = [answer for answer in answers if answer is not None]
    return ((say("yes"), any(given)), (say("no"), bool(given) and not any(given)), (say("NA"), not given))


def _others(case: SafetyCase, say: Say) -> tuple[Box, ...]:
    drugs = [drug for drug in case.drugs if drug.role is DrugRole.CONCOMITANT]

    def write(drug: Drug) -> str:
        return f"{drug.name}: {_doses(drug, lambda dose: _dates(dose, say)) or say('unknown')}"

    listed = _each(drugs, write, say) or say("none")
    return (_box(say, "22", listed), _box(say, "23", case.patient.history or say("none")))


def _sender(case: SafetyCase, say: Say) -> tuple[Box, ...]:
    reports = ((say("initial"), case.initial), (say("follow-up"), not case.initial))
    return (
        _box(say, "24a", _address(case.sender)),
        _box(say, "24b", case.id),
        _box(say, "24c", case.most_recent.date().isoformat()),
        _box(say, "24d", ticks=_sources(case.reporter.qualification, say)),
        _box(say, "25", case.created.date().isoformat()),
        _box(say, "25a", ticks=reports),
        _box(say, "26", f"{case.study.number} {case.study.registration}\n{_address(case.reporter)}"),
    )


def _sources(qualification: Qualification, say: Say) -> Ticks:
    lay = qualification in (Qualification.LAWYER, Qualification.CONSUMER)
    return (
        (say("study"), True),
        (say("literature"), False),
        (say("professional"), not lay),
        (say("other"), lay),
    )


def _address(person: Person) -> str:
    name = " ".join(part for part in (person.given, person.family) if part)
    parts = (name, person.department, person.organisation, person.street, person.city, person.country)
    return ", ".join(part for part in parts if part)


def _number(value: float | None, say: Say) -> str:
    return say("unknown") if value is None else f"{value:g}"
