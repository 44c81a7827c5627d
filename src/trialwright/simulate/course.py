"""The way of one virtual participant through the study, act by act, with the mishaps that chance gives it."""

import heapq
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from trialwright.access.policy import Actor
from trialwright.capture.allocate import Allocate
from trialwright.capture.applies import find_applying
from trialwright.capture.consent import Consent, RefuseConsent
from trialwright.capture.enrol import Enrol
from trialwright.capture.leave import Complete, Leave
from trialwright.capture.record_form import RecordForm
from trialwright.capture.schedule import FindMissedVisits
from trialwright.capture.screen import AGE
from trialwright.definition.compiled import Definition
from trialwright.definition.design import AllocationMethod, Intervention
from trialwright.definition.schedule import Activity, Encounter, Epoch
from trialwright.definition.simulation import EventBehaviour
from trialwright.ledger.entries import Allocated, FormRecorded
from trialwright.simulate.desk import Desk, clean_up
from trialwright.simulate.dosing import have_dose, make_preparation
from trialwright.simulate.event_reports import Told
from trialwright.simulate.exercise_events import look_at_value, plan_exercises
from trialwright.simulate.exercise_values import Planted
from trialwright.simulate.exercises import Script
from trialwright.simulate.illness import have_event, plan_death, plan_ending
from trialwright.simulate.screening import Answers, make_eligible, make_ineligible, make_unknown
from trialwright.simulate.staff import CONSENT_VERSION, MACHINE, SPONSOR, find_staff
from trialwright.simulate.steps import Expectation, Mark, Result, Step
from trialwright.simulate.typing_mistakes import make_typing_mistake
from trialwright.simulate.values import Occasion, Person, ValueMaker, add_days
from trialwright.vocabulary.codelists import LeavingKind, Role
from trialwright.vocabulary.findings import Refusal

Walk = Generator[Step, Result, None]
_LATER_FORMS = ("adverse_event", "death", "disposition", "protocol_deviation")
_BEFORE = -1e9


@dataclass(slots=True)
class Places:
    """How many places each arm still has, as far as the virtual investigators know. A place is kept before enrolment, so
    nobody is enrolled for whom there is none."""

    left: dict[str, int]

    @property
    def total(self) -> int:
        """How many places are left in all."""
        return sum(self.left.values())

    def keep(self) -> str:
        """Keep a place in the arm that has most of them, the first of equals; empty where there is none."""
        arm = max(self.left, key=lambda name: self.left[name])
        if self.left[arm] <= 0:
            return ""
        self.left[arm] -= 1
        return arm


@dataclass(slots=True)
class Traveller:
    """One virtual participant on the way. ``at`` is the site's own time, without zone.

    ``unfit`` is why an exercise sends this one home: INELIGIBLE or DECLINES. ``planted`` are values that an exercise needs
    on a form. ``stopped`` is why no more doses are given, ``fatal`` the event that this one dies of, ``unwell`` the terms of
    the events of now by their rows. ``stand_in`` makes what the exercises write, so that the ward's own data do not depend
    on them.
    """

    definition: Definition
    maker: ValueMaker
    person: Person
    site: str
    at: datetime
    places: Places
    script: Script
    unfit: str = ""
    code: str = ""
    arm: str = ""
    day0: date | None = None
    gone: bool = False
    agenda: list[tuple[datetime, int, Callable[[], Walk]]] = field(default_factory=list)
    confirm: dict[tuple[str, str], bool] = field(default_factory=dict)
    doses: list[tuple[str, int]] = field(default_factory=list)
    planned: int = 0
    exercises: set[str] = field(default_factory=set)
    planted: Planted = field(default_factory=dict)
    rise: str = ""
    stopped: str = ""
    fatal: Told | None = None
    unwell: dict[int, str] = field(default_factory=dict)
    situations: int = 0
    dosed_at: datetime | None = None
    desk: Desk = field(init=False)
    stand_in: Person = field(init=False)

    def __post_init__(self) -> None:
        mine, other = self.person.rng.spawn(2)
        self.desk, self.stand_in = Desk(mine), Person(other)

    # --- small helpers -------------------------------------------------------------------------------------------

    def chance(self, probability: float) -> bool:
        """Whether something of this probability happens now."""
        return bool(self.person.rng.random() < probability)

    def staff(self, role: Role) -> Actor:
        """The person of a role at this site."""
        return find_staff(self.site, role)

    def now(self) -> datetime:
        """The moment of the next step, with its zone."""
        return (self.at + timedelta(minutes=1)).replace(tzinfo=self.zone)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the site."""
        return ZoneInfo(self.definition.sites[self.site].time_zone)

    def step(
        self,
        command: Any,
        role: Role,
        expect: Expectation | None = None,
        *,
        must: bool = True,
        mark: Mark | None = None,
    ) -> Step:
        """A step now; the time moves on by a minute, so no two acts of a person share one."""
        self.at += timedelta(minutes=1)
        actor = MACHINE if role is Role.SYSTEM else SPONSOR if role is Role.SPONSOR else self.staff(role)
        return Step(self.at.replace(tzinfo=self.zone), command, actor, expect, must, mark)

    def compute_day(self) -> float:
        """Days from day 0 to now; long before, as long as there is none."""
        return (self.at.date() - self.day0).days if self.day0 else _BEFORE

    def plan(self, at: datetime, walk: Callable[[], Walk]) -> None:
        """Put something on the agenda."""
        self.planned += 1
        heapq.heappush(self.agenda, (at, self.planned, walk))

    # --- the way -------------------------------------------------------------------------------------------------

    def walk(self) -> Walk:
        """Every step of this participant, from screening to the end and the work of the desks after it."""
        yield from self._watch(self._walk_the_ward())
        if self.gone:
            self.at += timedelta(days=2)
            yield from self._watch(clean_up(self))

    def _watch(self, walk: Walk) -> Walk:
        """The steps of a walk, while the desks take note of what comes of each."""
        result: Result | None = None
        while True:
            try:
                step = walk.send(result)  # type: ignore[arg-type]  # None begins a generator
            except StopIteration:
                return
            result = yield step
            self.desk.observe(result, step.at, self.site)

    def _walk_the_ward(self) -> Walk:
        admitted = yield from self._be_screened()
        if not admitted:
            return
        allocated = yield from self._be_allocated()
        if not allocated:
            return
        self._plan_follow_up()
        while self.agenda and not self.gone:
            at, _, walk = heapq.heappop(self.agenda)
            self.at = max(self.at, at)
            yield from walk()
        self.script.take_back(self.exercises)

    def _be_screened(self) -> Generator[Step, Result, bool]:
        errors = self.definition.simulation.errors
        occasion = Occasion(self.at, 0.0)
        answers = make_eligible(self.definition, self.maker, self.person, occasion)
        self._fix_birth(int(answers.values[AGE]))
        fails = self.chance(errors.ineligible) or self.unfit == "INELIGIBLE"
        wrong = make_ineligible(self.definition, answers, self.person.rng) if fails else None
        vague = (
            make_unknown(self.definition, answers, self.person.rng)
            if not wrong and self.chance(errors.unknown_criterion)
            else None
        )
        first = wrong or vague
        result = yield self.step((first[0] if first else answers).compute_command(self.site), Role.COORDINATOR)
        assert not isinstance(result, Refusal)
        self.code = result.participant
        if self.unfit == "DECLINES":
            declined = RefuseConsent(
                self.code, "virtual reason: wants no infusion" if self._gives_doses() else "no time"
            )
            yield self.step(declined, Role.COORDINATOR, mark=("screen_failure", "declined"))
            return False
        if self.chance(errors.early_enrolment):
            yield self.step(
                Enrol(self.code), Role.INVESTIGATOR, Expectation("enrolment before consent", "refusal", "no-consent")
            )
        yield from self._consent()
        if first is not None:
            code, error = (
                ("not-eligible", "an ineligible person") if wrong else ("unknown-criterion", "an unknown criterion")
            )
            mark = ("screen_failure", "not eligible") if wrong else None
            expect = Expectation(f"{error} ({first[1]})", "refusal", code)
            yield self.step(Enrol(self.code), Role.INVESTIGATOR, expect, mark=mark)
        if wrong is not None:
            yield from self.record_disposition("SCREEN FAILURE")
            return False
        if vague is not None:
            yield self.step(answers.compute_command(self.site, self.code), Role.COORDINATOR)
        yield from self._record_screening_forms(answers)
        return True

    def _gives_doses(self) -> bool:
        return any(one.dose for one in self.definition.interventions.values())

    def _fix_birth(self, age: int) -> None:
        self.person.age = age
        month = int(self.person.rng.integers(1, 13))
        year = self.at.year - age - (1 if month >= self.at.month else 0)
        self.person.fixed = {"birth_date": f"{year}-{month:02d}"}

    def _consent(self) -> Walk:
        self.at += timedelta(minutes=45)
        explained = self.staff(Role.INVESTIGATOR).person
        given = self.at.strftime("%Y-%m-%dT%H:%M")
        language = self.definition.study.languages[-1].upper()
        yield self.step(Consent(self.code, given, CONSENT_VERSION, language, explained), Role.INVESTIGATOR)

    def _record_screening_forms(self, answers: Answers) -> Walk:
        self.at += timedelta(minutes=20)
        screening = [one for one in self.definition.encounters.values() if one.epoch is Epoch.SCREENING]
        for encounter in screening:
            for activity in self.definition.list_activities(encounter.id, None):
                if activity.only is None and not activity.optional and self._applies(activity, encounter):
                    prefix = activity.form + "."
                    known = {
                        name.removeprefix(prefix): text
                        for name, text in answers.values.items()
                        if name.startswith(prefix)
                    }
                    yield from self.record(activity.form, encounter.id, fixed={**self._retime(activity.form, known)})
        for activity in self.definition.study.activities:
            if activity.at == "ANY" and not activity.optional and activity.form not in _LATER_FORMS:
                yield from self.record(activity.form, "")

    def _retime(self, form: str, known: dict[str, str]) -> dict[str, str]:
        """What was answered at screening, less the dates: those are of the moment."""
        items = self.definition.forms[form].items
        return {name: text for name, text in known.items() if items[name].type.value not in ("date", "datetime")} | (
            {"birth_date": self.person.fixed["birth_date"]} if "birth_date" in items else {}
        )

    def _be_allocated(self) -> Generator[Step, Result, bool]:
        self.at += timedelta(hours=2)
        if self.chance(self.definition.simulation.errors.early_enrolment):
            arm = next(iter(self.definition.arms))
            yield self.step(
                self._allocation(arm),
                Role.INVESTIGATOR,
                Expectation("allocation before enrolment", "refusal", "not-enrolled"),
            )
        kept = self.places.keep()
        if not kept:
            yield from self.record_disposition("STUDY TERMINATED BY SPONSOR")
            return False
        yield self.step(Enrol(self.code), Role.INVESTIGATOR)
        for intervention in self.list_dosed(next(iter(self.definition.arms))):
            if self.chance(self.definition.simulation.errors.early_enrolment):
                dose = make_preparation(self, intervention, intervention.at[0])
                yield self.step(
                    dose, Role.PHARMACIST, Expectation("preparation before allocation", "refusal", "not-allocated")
                )
        result = yield self.step(self._allocation(kept), Role.INVESTIGATOR)
        if isinstance(result, Refusal):
            return False
        self.arm = next(one.arm for one in result.written if isinstance(one, Allocated))
        self.person.arm = self.stand_in.arm = self.arm
        self.day0 = self.at.date()
        return True

    def _is_assigned(self) -> bool:
        return self.definition.study.allocation.method is AllocationMethod.INVESTIGATOR_ASSIGNED

    def _allocation(self, arm: str) -> Allocate:
        if not self._is_assigned():
            return Allocate(self.code)
        return Allocate(self.code, arm, f"virtual rationale: a place and the product are there for {arm}")

    def list_dosed(self, arm: str) -> list[Intervention]:
        """What an arm is given in doses."""
        names = self.definition.arms[arm].interventions
        return [one for one in self.definition.interventions.values() if one.id in names and one.dose]

    # --- the agenda ----------------------------------------------------------------------------------------------

    def at_day(self, day: float, hour: float) -> datetime:
        """An hour of a day counted from day 0, by the site's clock."""
        assert self.day0 is not None
        return add_days(datetime.combine(self.day0, datetime.min.time()), day + hour / 24)

    def _take_exercises(self) -> None:
        """The exercises that this participant is given, with the values that they need on forms."""
        self.exercises = self.script.give_out(self)
        if "hold" in self.exercises:
            self.planted |= self.script.hold
        if "confirmed" in self.exercises and (rise := self.script.rise) is not None:
            self.planted[rise.form, rise.encounter] = rise.values
            self.rise = rise.encounter
        plan_exercises(self)

    def _plan_follow_up(self) -> None:
        if not self._plan_exit():
            self._take_exercises()
        for encounter in self.definition.list_encounters(self.arm):
            if encounter.epoch is not Epoch.SCREENING:
                self._plan_visit(encounter)
        self._plan_logs()
        self._plan_events()

    def _plan_visit(self, encounter: Encounter) -> None:
        errors, rng = self.definition.simulation.errors, self.person.rng
        hour = 9 + 6 * rng.random()
        doses = [one for one in self.list_dosed(self.arm) if encounter.id in one.at]
        if encounter.day == 0:
            first = bool(doses)
            self.plan(self.at + timedelta(minutes=60 if first else 10), lambda: self._visit(encounter, None))
            return
        if self.chance(errors.missed_visit) and not doses and self.rise != encounter.id:
            self.plan(self.at_day(encounter.last_day + 1, 23), lambda: self._miss_visit(encounter))
            return
        late = self.chance(errors.late_visit) or (bool(doses) and self.chance(errors.dose_out_of_window))
        if late:
            day, expect = (
                encounter.last_day + 1,
                Expectation(f"{encounter.id} after its window", "deviation", "VISIT_OUT_OF_WINDOW"),
            )
            self.plan(self.at_day(day, hour), lambda: self._visit(encounter, expect))
            return
        day = int(rng.integers(encounter.first_day, encounter.last_day + 1)) if rng.random() < 0.4 else encounter.day
        self.plan(self.at_day(day, hour), lambda: self._visit(encounter, None))

    def _plan_logs(self) -> None:
        days = {one.id: one.day for one in self.definition.encounters.values()}
        for activity in self.definition.study.activities:
            if activity.at == "DAILY" and activity.only in (None, self.arm):
                for repeat, day in enumerate(range(days[activity.first or ""], days[activity.last or ""] + 1), start=1):
                    self.plan(self.at_day(day, 20 + self.person.rng.random()), self._bind_log(activity, repeat))

    def _bind_log(self, activity: Activity, repeat: int) -> Callable[[], Walk]:
        return lambda: self.record(activity.form, "", repeat=repeat)

    def _plan_events(self) -> None:
        for event in self.definition.simulation.events:
            if event.arm not in (None, self.arm) or not self.chance(event.chance):
                continue
            if event.after_dose_hours is not None:
                continue
            day = self.person.rng.integers(event.days[0], event.days[1] + 1)
            self.plan(self.at_day(float(day), 18 + self.person.rng.random()), self._bind_event(event, None))

    def _bind_event(self, event: EventBehaviour, hours: float | None) -> Callable[[], Walk]:
        return lambda: have_event(self, event, hours)

    def _find_last(self) -> Encounter:
        return max(self.definition.list_encounters(self.arm), key=lambda one: one.day)

    def _plan_exit(self) -> bool:
        """How participation ends; True where it is before its time, so that no exercise is begun in vain."""
        simulation, rng = self.definition.simulation, self.person.rng
        last = self._find_last()
        self.plan(self.at_day(last.last_day + 1, 23.5), self._finish)
        if self.chance(simulation.death.get(self.arm, 0.0)):
            plan_death(self, float(rng.integers(simulation.death_days[0], simulation.death_days[1] + 1)))
            return True
        if self.chance(simulation.errors.withdrawal):
            day = float(rng.integers(2, max(last.day, 3)))
            self.plan(self.at_day(day, 17), lambda: self._leave(LeavingKind.WITHDRAW_CONSENT, "WITHDRAWAL BY SUBJECT"))
            return True
        if self.chance(simulation.errors.lost):
            day = float(rng.integers(min(30, last.day), max(last.day, 31)))
            self.plan(self.at_day(day, 17), lambda: self._leave(LeavingKind.LOST_TO_FOLLOW_UP, "LOST TO FOLLOW-UP"))
            return True
        return False

    # --- what happens --------------------------------------------------------------------------------------------

    def _visit(self, encounter: Encounter, expect: Expectation | None) -> Walk:
        """The forms of a visit; the first dated one must show the expected deviation. Doses come last."""
        activities = self.definition.list_activities(encounter.id, self.arm)
        dosing = {one.form for one in self.list_dosed(self.arm) if encounter.id in one.at}
        if encounter == self._find_last():
            self.plan(self.at.replace(hour=18, minute=0) + timedelta(days=1), self._finish)
        for activity in activities:
            if activity.form in dosing or (activity.optional and not self._is_needed(activity)):
                continue
            if not self._applies(activity, encounter):
                continue
            dated = self.definition.forms[activity.form].form.occasion is not None
            yield from self.record(activity.form, encounter.id, expect=expect if dated else None)
            expect = None if dated else expect
            self._plan_confirmation(activity, encounter)
        for intervention in self.list_dosed(self.arm):
            if encounter.id in intervention.at:
                yield from have_dose(self, intervention, encounter, expect)
        if self.rise == encounter.id and self.script.rise is not None:
            yield from look_at_value(self, self.script.rise.path)

    def _applies(self, activity: Activity, encounter: Encounter) -> bool:
        """Whether the ward asks this participant for a form, by what it has recorded."""
        place = (encounter.id, activity.form)
        return not find_applying(self.definition, self.desk.state).may_wait(place)

    def _is_needed(self, activity: Activity) -> bool:
        return self.person.effect(f"optional.{activity.form}") > 1.0

    def _miss_visit(self, encounter: Encounter) -> Walk:
        expect = Expectation(f"{encounter.id} missed", "deviation", "MISSED_VISIT")
        yield self.step(FindMissedVisits(self.code), Role.SYSTEM, expect)

    def _plan_confirmation(self, activity: Activity, encounter: Encounter) -> None:
        if activity.confirm_hours is None:
            return
        if self.confirm.get((encounter.id, activity.form)):
            later = self.at + timedelta(hours=activity.confirm_hours, minutes=30)
            self.plan(later, lambda: self.record(activity.form, encounter.id, repeat=2))

    def record(
        self,
        form: str,
        encounter: str,
        *,
        repeat: int = 1,
        fixed: dict[str, str] | None = None,
        expect: Expectation | None = None,
    ) -> Walk:
        """One form, or both readings of a blinded one; sometimes with a typing mistake that is corrected later."""
        compiled = self.definition.forms[form]
        readers = (
            [code for code in compiled.codes.get("reader", {}) if code.startswith("READER")]
            if compiled.form.blinded
            else []
        )
        if not readers:
            yield from self._record_once(form, encounter, repeat, fixed or {}, expect)
            return
        for index, reader in enumerate(readers[:2]):
            once = expect if index == 0 else None
            yield from self._record_once(form, encounter, repeat + index, {**(fixed or {}), "reader": reader}, once)

    def _record_once(
        self, form: str, encounter: str, repeat: int, fixed: dict[str, str], expect: Expectation | None
    ) -> Walk:
        occasion = Occasion(self.at, self.compute_day())
        values, missing = self.maker.fill(form, self.person, occasion, fixed)
        if repeat == 1 and (planted := self.planted.get((form, encounter))):
            values |= planted
            missing = {name: why for name, why in missing.items() if name not in planted}
        compiled = self.definition.forms[form]
        role = Role.NURSE if encounter or repeat > 1 else Role.COORDINATOR
        if compiled.form.blinded:
            role = Role.READER_2 if fixed.get("reader") == Role.READER_2 else Role.READER_1
        mistake = None
        if self.chance(self.definition.simulation.errors.typing_mistake):
            mistake = make_typing_mistake(compiled, values, self.person.rng)
        if mistake is not None:
            yield from self._mistype(form, encounter, repeat, (values, missing), mistake, role)
            return
        result = yield self.step(
            RecordForm(self.code, form, encounter, values, repeat, missing), role, expect, must=False
        )
        if isinstance(result, Refusal) and result.has("impossible"):
            confirmed = dict.fromkeys((*values, *(check.id for check in compiled.form.checks)), "measured twice")
            command = RecordForm(self.code, form, encounter, values, repeat, missing, confirmed=confirmed)
            result = yield self.step(command, role)
        self._remember(form, encounter, result)

    def _remember(self, form: str, encounter: str, result: Result) -> None:
        if isinstance(result, Refusal):
            return
        recorded = next((one for one in result.written if isinstance(one, FormRecorded)), None)
        self.confirm[(encounter, form)] = recorded is not None and self.maker.needs_confirmation(form, recorded.values)
        if recorded is not None:
            plan_ending(self, form, recorded.values)

    def _mistype(
        self, form: str, encounter: str, repeat: int, right: tuple[dict[str, str], dict[str, str]],
        mistake: tuple[str, str, str], role: Role,
    ) -> Walk:  # fmt: skip
        values, missing = right
        item, text, code = mistake
        wrong = RecordForm(self.code, form, encounter, {**values, item: text}, repeat, missing)
        by = "refusal" if code in ("impossible", "unreadable") else "query"
        result = yield self.step(wrong, role, Expectation(f"typing mistake in {form}.{item}", by, code))
        if isinstance(result, Refusal):
            confirmed = dict.fromkeys(values, "measured twice")
            result = yield self.step(
                RecordForm(self.code, form, encounter, values, repeat, missing, confirmed=confirmed), role
            )
            self._remember(form, encounter, result)
            return
        unexplained = RecordForm(self.code, form, encounter, values, repeat, missing, based_on=1)
        yield self.step(unexplained, role, Expectation("a change without its reason", "refusal", "no-reason"))
        command = RecordForm(
            self.code,
            form,
            encounter,
            values,
            repeat,
            missing,
            "typing mistake",
            dict.fromkeys(values, "as in the source"),
            based_on=1,
        )
        result = yield self.step(command, role)
        self._remember(form, encounter, result)

    def begin_day0(self, intervention: Intervention) -> None:
        """The first dose makes day 0 where the arm says so: everything that was planned moves with it."""
        starts = self.definition.arms[self.arm].day0 == "FIRST_DOSE" and not self.doses
        if not starts or self.day0 is None or intervention.dose is None:
            return
        later = timedelta(days=(self.at.date() - self.day0).days)
        self.day0 = self.at.date()
        self.agenda = [(at + later, number, walk) for at, number, walk in self.agenda]
        heapq.heapify(self.agenda)

    def plan_reactions(self) -> None:
        """What chance brings in the hours after the latest dose."""
        number = len(self.doses)
        for event in self.definition.simulation.events:
            if event.after_dose_hours is not None and event.arm in (None, self.arm) and self.chance(event.chance):
                hours = event.after_dose_hours * float(self.person.rng.random())
                self.plan(self.at + timedelta(hours=1 + hours), self._bind_event(event, hours + number * 1000))

    def _leave(self, kind: LeavingKind, status: str) -> Walk:
        yield self.step(Leave(self.code, kind, self.at.date().isoformat(), "virtual reason"), Role.INVESTIGATOR)
        if kind is LeavingKind.WITHDRAW_CONSENT:
            form = next(
                one.form
                for one in self.definition.study.activities
                if not self.definition.forms[one.form].form.never_blocks
                and isinstance(one.at, tuple)
                and one.only is None
            )
            encounter = next(
                one.at[0] for one in self.definition.study.activities if one.form == form and isinstance(one.at, tuple)
            )
            values, missing = self.maker.fill(form, self.person, Occasion(self.at, self.compute_day()))
            late = RecordForm(self.code, form, encounter, values, 90, missing)
            yield self.step(
                late, Role.NURSE, Expectation("data after consent was withdrawn", "refusal", "consent-withdrawn")
            )
        yield from self.record_disposition(status)
        self.gone = True

    def record_disposition(self, status: str) -> Walk:
        compiled = self.definition.forms.get("disposition")
        if compiled is None:
            return
        codes = compiled.codes.get("status", {})
        fixed = {"status": status if status in codes else next(iter(codes), ""), "scope": "STUDY PARTICIPATION"}
        known = {
            name: text
            for name, text in fixed.items()
            if name in compiled.items and text in compiled.codes.get(name, {text: 0})
        }
        yield from self.record("disposition", "", fixed=known)

    def _finish(self) -> Walk:
        yield self.step(FindMissedVisits(self.code), Role.SYSTEM)
        yield from self.record_disposition("COMPLETED")
        yield self.step(Complete(self.code, self.at.date().isoformat()), Role.INVESTIGATOR)
        self.gone = True
