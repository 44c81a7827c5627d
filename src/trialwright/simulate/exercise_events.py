"""The stories of the exercises on the ward: events that get worse or better, are told twice, situations, a value that rises."""

from collections.abc import Callable, Generator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from trialwright.capture.leave import Leave
from trialwright.capture.merge_events import MergeEvents, SeparateEvents
from trialwright.capture.situation import AmendSituation, ReportSituation, Situation
from trialwright.safety.regimes import Trigger
from trialwright.safety.subject_values import compute_subject_proposals
from trialwright.simulate.event_reports import OVER, Told, report_event, revise_event, tell_day, tell_time
from trialwright.simulate.safety_desk import close_when_normal, confirm_proposal, judge_event, list_rules, send_report
from trialwright.simulate.steps import Expectation, Mark, Result, Step
from trialwright.vocabulary.codelists import LeavingKind, Role

if TYPE_CHECKING:
    from trialwright.simulate.course import Traveller

Walk = Generator[Step, Result, None]


def plan_exercises(one: "Traveller") -> None:
    """Put the stories of a participant's exercises on the agenda, on days from day 0."""
    stories: Mapping[str, tuple[float, Callable[[Traveller], Walk]]] = {
        "upgrade": (4, become_serious), "downgrade": (6, become_milder), "merge": (5, tell_twice),
        "merge_undone": (8, separate_again), "pregnancy": (5, be_pregnant), "overdose": (9, take_too_much),
        "medication_error": (7, take_by_mistake),
    }  # fmt: skip
    for name in sorted(one.exercises & stories.keys()):
        day, story = stories[name]
        one.plan(one.at_day(day, 15), partial(story, one))


def react_gravely(one: "Traveller", number: int) -> Walk:
    """Two hours after a dose: a life-threatening reaction that may be related, its follow-up, and no more doses."""
    events = {"verbatim": "virtual exercise: anaphylactic shock after the dose", "term": "Anaphylaxis", "grade": "4",
              "serious": "Y", "ser_life_threatening": "Y", "ser_hospitalisation": "Y",
              "aware_at": tell_time(one), "causality": "PROBABLE",
              "infusion_number": str(number), "hours_after_infusion": "2.0", "action": "DRUG WITHDRAWN", "treated": "Y",
              "narrative": "virtual exercise: flush, dyspnoea and blood pressure 70/40 mmHg two hours after the dose; "
              "adrenaline, fluids and oxygen; intensive care."}  # fmt: skip
    flagged = Expectation("a life-threatening event that may be related", "entry", "safety_flag_raised")
    told = yield from report_event(one, one.stand_in, events, ("stopping", "flag"), flagged)
    one.stopped = "a grave reaction: no more doses"
    why = "a life-threatening reaction to the product"
    yield one.step(Leave(one.code, LeavingKind.STOP_TREATMENT, tell_day(one), why), Role.INVESTIGATOR)
    one.at += timedelta(hours=3)
    yield from judge_event(one, told[0], told[1])
    one.at += timedelta(hours=20)
    ended = {"end_date": tell_day(one), **OVER}
    told = yield from revise_event(one, told, ended, "follow-up: recovered without sequelae")
    one.at += timedelta(hours=4)
    for trigger in (Trigger.COMPLETION, Trigger.NEW_INFORMATION):
        for rule in list_rules(one.definition, trigger):
            yield from send_report(one, told[0], rule, Role.MEDICAL_MONITOR)


def become_serious(one: "Traveller") -> Walk:
    """Vomiting that needs the hospital on the next day: the same event grows, and its clock begins with the upgrade."""
    events = {"verbatim": "virtual exercise: vomiting", "term": "Vomiting", "grade": "2", "serious": "N",
              "causality": "UNLIKELY", "treated": "N"}  # fmt: skip
    told = yield from report_event(one, one.stand_in, events, ("upgrade", "reported"))
    one.at += timedelta(hours=21)
    worse = {"grade": "3", "grade_at_onset": "2", "grade_since": tell_day(one), "serious": "Y", "ser_hospitalisation": "Y",
             "aware_at": tell_time(one), "treated": "Y",
             "narrative": "virtual exercise: vomiting for a day, dehydrated; longer stay for fluids by vein."}  # fmt: skip
    told = yield from revise_event(one, told, worse, "it got worse and needs the hospital", ("upgrade", "upgraded"))
    one.at += timedelta(hours=2)
    yield from judge_event(one, told[0], told[1], "upgrade")
    one.at += timedelta(days=3)
    ended = {"end_date": tell_day(one), **OVER}
    yield from revise_event(one, told, ended, "follow-up: recovered")


def become_milder(one: "Traveller") -> Walk:
    """A fainting that was reported as serious and was not: the clock ends because nothing is due any more."""
    events = {"verbatim": "virtual exercise: fainted when standing up", "term": "Syncope", "grade": "3", "serious": "Y",
              "ser_important": "Y", "aware_at": tell_time(one), "causality": "NOT_RELATED",
              "other_cause": "stood up"}  # fmt: skip
    told = yield from report_event(one, one.stand_in, events, ("downgrade", "reported"))
    one.at += timedelta(hours=4)
    milder = {"serious": "N", "ser_important": "N", "aware_at": "", "end_date": tell_day(one), **OVER,
              "narrative": ""}  # fmt: skip
    yield from revise_event(
        one, told, milder, "examined: a short faint, no injury; not serious", ("downgrade", "downgraded")
    )


def _have_ended(one: "Traveller", term: str, words: str) -> Generator[Step, Result, Told]:
    event = {"verbatim": words, "term": term, "grade": "1", "serious": "N", "causality": "UNLIKELY", "treated": "N"}
    over = {"end_date": tell_day(one), **OVER}
    return (yield from report_event(one, one.stand_in, event | over))


def tell_twice(one: "Traveller") -> Walk:
    """A headache that the nurse and the investigator both write down: the second row is merged into the first."""
    kept = yield from _have_ended(one, "Headache", "virtual exercise: headache")
    again = yield from _have_ended(one, "Headache", "virtual exercise: headache, told a second time")
    one.at += timedelta(hours=2)
    merging = MergeEvents(one.code, kept[0], again[0], "the same headache, written down twice")
    yield one.step(merging, Role.INVESTIGATOR, mark=("merge", "merged"))


def separate_again(one: "Traveller") -> Walk:
    """Two back pains that were merged and were two after all."""
    kept = yield from _have_ended(one, "Back pain", "virtual exercise: back pain")
    one.at += timedelta(days=1)
    other = yield from _have_ended(one, "Back pain", "virtual exercise: back pain after lifting a bag")
    merging = MergeEvents(one.code, kept[0], other[0], "taken for one")
    yield one.step(merging, Role.INVESTIGATOR, mark=("merge_undone", "merged"))
    one.at += timedelta(hours=20)
    two = SeparateEvents(one.code, other[0], "the participant remembers two, a day apart")
    yield one.step(two, Role.INVESTIGATOR, mark=("merge_undone", "undone"))


def _tell(
    one: "Traveller", kind: Situation, text: str, details: Mapping[str, str], mark: Mark
) -> Generator[Step, Result, ReportSituation]:
    """A situation as the ward tells it, and the site's report to the sponsor."""
    command = ReportSituation(one.code, kind, tell_day(one), tell_time(one), text, 0, details)
    one.situations += 1
    yield one.step(command, Role.NURSE, mark=mark)
    yield from _send_all(one, Trigger.SPECIAL_SITUATION)
    return command


def _send_all(one: "Traveller", trigger: Trigger) -> Walk:
    number = one.situations
    for rule in list_rules(one.definition, trigger, of_site=True):
        yield from send_report(one, 0, rule, Role.INVESTIGATOR, number)


def _amend(one: "Traveller", told: ReportSituation, details: Mapping[str, str], reason: str, mark: Mark) -> Walk:
    known = AmendSituation(
        told.participant, one.situations, told.kind, told.on, told.aware_at, told.text, reason, told.event,
        {**told.details, **details},
    )  # fmt: skip
    yield one.step(known, Role.NURSE, mark=mark)
    yield from _send_all(one, Trigger.NEW_INFORMATION)


def be_pregnant(one: "Traveller") -> Walk:
    """A partner's pregnancy that becomes known, and at the end of follow-up its outcome."""
    last = max(encounter.first_day for encounter in one.definition.list_encounters(one.arm))
    born = one.at_day(last - 3, 0).date()
    menses = date.fromordinal(born.toordinal() - 275)
    week = (one.at.date() - menses).days // 7
    details = {"partner_agrees": "Y", "last_menses": menses.isoformat(), "pregnancy_test": "ULTRASOUND", "weeks": str(week),
               "due_date": date.fromordinal(menses.toordinal() + 280).isoformat(), "pregnancy_outcome": "PREGNANT"}  # fmt: skip
    text = "virtual exercise: the partner is pregnant"
    told = yield from _tell(one, Situation.PARTNER_PREGNANCY, text, details, ("pregnancy", "told"))
    later = {"pregnancy_outcome": "LIVE_BIRTH", "outcome_on": born.isoformat(), "anomaly": "N",
             "child": "virtual exercise: healthy, 3.3 kg"}  # fmt: skip
    number = one.situations
    one.plan(one.at_day(last - 1, 11), partial(_follow, one, told, later, number))


def _follow(one: "Traveller", told: ReportSituation, later: Mapping[str, str], number: int) -> Walk:
    now, one.situations = one.situations, number
    yield from _amend(one, told, later, "follow-up: the child is born", ("pregnancy", "followed"))
    one.situations = now


def take_too_much(one: "Traveller") -> Walk:
    """An overdose of a medicine of everyday use, with no harm."""
    details = {"product": "paracetamol", "amount_planned": "3 g in a day", "amount_given": "6 g in a day",
               "overdose_cause": "ACCIDENT", "antidote": "none needed", "harm": "N"}  # fmt: skip
    text = "virtual exercise: took twice the daily amount of paracetamol, by accident"
    yield from _tell(one, Situation.OVERDOSE, text, details, ("overdose", "told"))


def take_by_mistake(one: "Traveller", product: str = "", *, wrong_dose: bool = False) -> Walk:
    """A medication error, and its correction; of the study's product where a dose went wrong."""
    medicine = product or "a medicine of everyday use"
    story = {True: "a dose of a recalled lot was given", False: "took two doses of an everyday medicine at once"}[
        wrong_dose
    ]
    details = {"product": medicine, "error": "PRODUCT" if wrong_dose else "AMOUNT", "stage": "GIVING", "reached": "Y"}
    mark = ("medication_error", "told")
    told = yield from _tell(one, Situation.MEDICATION_ERROR, f"virtual exercise: {story}", details, mark)
    one.at += timedelta(hours=26)
    later = {"harm": "N", "prevention": "virtual exercise: the two people read the label aloud"}
    reason = "follow-up: no harm by the next day"
    yield from _amend(one, told, later, reason, ("medication_error", "amended"))


def look_at_value(one: "Traveller", path: str) -> Walk:
    """Three hours after a visit the investigator looks at what the values propose, and confirms the one that was planted."""
    one.at += timedelta(hours=3)
    proposals = compute_subject_proposals(one.definition, one.desk.state)
    for proposal in proposals:
        if proposal.graded.path == path and not proposal.event:
            one.script.mark("confirmed", "proposed", one.code)
            told = yield from confirm_proposal(one, proposal, ("confirmed", "confirmed"))
            one.plan(one.at + timedelta(days=9), partial(close_when_normal, one, told, path))
            return
