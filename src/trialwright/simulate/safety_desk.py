"""Safety work of a virtual trial: the sponsor's part, reports, proposals from values, reportable situations.

The investigator confirms one proposal in six of the gravest, and judges the others not clinically significant.
"""

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING

from trialwright.capture.notice import AcknowledgeNotice
from trialwright.capture.review_proposal import ReviewProposal
from trialwright.capture.situation import ReportSituation, Situation
from trialwright.capture.sponsors_part import JudgeEvent, RecordReport
from trialwright.definition.compiled import Definition
from trialwright.safety.events import Causality, Expectedness
from trialwright.safety.proposals import Proposal, Verdict
from trialwright.safety.regimes import Party, Rule, Trigger, load_regimes
from trialwright.safety.subject_values import compute_subject_proposals
from trialwright.simulate.event_reports import OVER, Told, report_event, revise_event
from trialwright.simulate.steps import Expectation, Mark, Result, Step
from trialwright.vocabulary.codelists import Role

if TYPE_CHECKING:
    from trialwright.simulate.course import Traveller

Walk = Generator[Step, Result, None]
_TRIED, _CONFIRMED, _SITUATION = 0.05, 1 / 6, 0.05
_RELATED = ("POSSIBLE", "PROBABLE", "DEFINITE")
_OF_SPONSOR = frozenset({Trigger.SUSAR_FATAL, Trigger.SUSAR_OTHER, Trigger.COMPLETION, Trigger.NEW_INFORMATION})


def judge_if_serious(one: "Traveller", told: Told) -> Walk:
    """The sponsor's part of an event, where it is serious, and the reports that it starts."""
    if told[1].get("serious") != "Y":
        return
    if one.desk.chance(_TRIED):
        mine = JudgeEvent(one.code, told[0], Causality.UNLIKELY)
        expect = Expectation("the sponsor's judgement by the investigator", "refusal", "not-independent")
        yield one.step(mine, Role.INVESTIGATOR, expect)
    yield from judge_event(one, told[0], told[1])


def judge_event(one: "Traveller", event: int, values: Mapping[str, str], exercise: str = "") -> Walk:
    """The sponsor's part of a serious event, the acknowledgement of its notice, and the reports that it starts."""

    def mark(name: str) -> Mark | None:
        return (exercise, name) if exercise else None

    suspected = values.get("causality") in _RELATED
    causality = Causality.POSSIBLE if suspected else Causality.UNLIKELY
    expected = Expectedness.UNEXPECTED if suspected else Expectedness.EXPECTED
    judgement = JudgeEvent(one.code, event, causality, expected, "brochure 1.0")
    yield one.step(judgement, Role.MEDICAL_MONITOR, mark=mark("judged"))
    notice = AcknowledgeNotice(f"serious:{one.code}:{event}")
    yield one.step(notice, Role.MEDICAL_MONITOR, mark=mark("acknowledged"))
    for rule in list_rules(one.definition, Trigger.SERIOUS):
        yield from send_report(one, event, rule, Role.INVESTIGATOR, mark=mark("sent"))
    if exercise and not list_rules(one.definition, Trigger.SERIOUS):
        one.script.mark(exercise, "sent", one.code)  # no regime asks for one
    if suspected:
        grave = values.get("grade") == "5" or values.get("ser_life_threatening") == "Y"
        for rule in list_rules(one.definition, Trigger.SUSAR_FATAL if grave else Trigger.SUSAR_OTHER):
            yield from send_report(one, event, rule, Role.MEDICAL_MONITOR)


def list_rules(definition: Definition, trigger: Trigger, *, of_site: bool = False) -> list[Rule]:
    """The reports that a trigger asks for, by the regimes of the study; the site's for what the site must tell."""
    party = Party.SPONSOR if trigger in _OF_SPONSOR and not of_site else Party.SITE
    regimes = [load_regimes()[name] for name in definition.study.study.regimes if name in load_regimes()]
    return [rule for one in regimes for rule in one.rules if rule.trigger is trigger and rule.start is party]


def send_report(
    one: "Traveller", event: int, rule: Rule, role: Role, situation: int = 0, mark: Mark | None = None
) -> Walk:
    """A report under a rule, now."""
    now = one.now()
    sent = RecordReport(one.code, event, rule.id, rule.recipient, now, "virtual form", "", situation)
    yield one.step(sent, role, mark=mark)


_JUDGED = {
    "pre_existing": (Verdict.PRE_EXISTING, "virtual judgement: known before consent, no worse"),
    "not_significant": (Verdict.NOT_SIGNIFICANT, "virtual judgement: part of the disease, no symptoms"),
}


def review_proposals(one: "Traveller") -> Walk:
    """Every proposal from values that still waits is judged by the investigator, the gravest perhaps as an event; once in
    the rehearsal as what was there before."""
    proposals = compute_subject_proposals(one.definition, one.desk.state)
    confirm = bool(proposals) and one.desk.chance(_CONFIRMED)
    for place, proposal in enumerate(proposals):
        if place == 0 and confirm and not proposal.event:
            told = yield from confirm_proposal(one, proposal)
            yield from close_when_normal(one, told, proposal.graded.path)
            continue
        before = place == len(proposals) - 1 and one.script.lacks("pre_existing", "judged")
        name = "pre_existing" if before else "not_significant"
        verdict, reason = _JUDGED[name]
        yield one.step(_review(one, proposal, verdict, reason), Role.INVESTIGATOR, mark=(name, "judged"))


def _review(one: "Traveller", proposal: Proposal, verdict: Verdict, reason: str, event: int = 0) -> ReviewProposal:
    graded = proposal.graded
    return ReviewProposal(one.code, graded.path, one.desk.find_text(graded.path), graded.term, verdict, reason, event)


def confirm_proposal(one: "Traveller", proposal: Proposal, mark: Mark | None = None) -> Generator[Step, Result, Told]:
    """An event is opened for a proposal, and the proposal confirmed as it."""
    graded = proposal.graded
    fixed = {
        "verbatim": f"{graded.term}, by the values measured", "term": graded.term, "onset_date": str(graded.on),
        "grade": str(graded.grade), "serious": "N", "causality": "UNLIKELY",
    }  # fmt: skip
    told = yield from report_event(one, one.stand_in, fixed)
    yield one.step(_review(one, proposal, Verdict.CONFIRMED, "", told[0]), Role.INVESTIGATOR, mark=mark)
    return told


def close_when_normal(one: "Traveller", told: Told, path: str) -> Walk:
    """The end of an event that a value proposed: the day of the next sample; without one it stays as it is."""
    day = _find_next_sample(one, path, told[1]["onset_date"])
    if day:
        yield from revise_event(one, told, {"end_date": day, **OVER}, "follow-up: the next sample is better")


def _find_next_sample(one: "Traveller", path: str, after: str) -> str:
    """The day of the first sample after a day in which the item at a place was measured again; empty without one."""
    *place, item = path.split(".")
    form = next(part for part in reversed(place) if not part.isdigit())
    moment = one.definition.forms[form].form.occasion or ""
    days = [
        recorded.values[moment][:10]
        for (_, name, _), recorded in one.desk.forms.items()
        if name == form and moment in recorded.values and item in recorded.values
    ]
    return min((day for day in days if day > after), default="")


def report_situations(one: "Traveller") -> Walk:
    """Now and then a medication error, told to the sponsor by the protocol's own rule."""
    if not one.arm or not one.desk.chance(_SITUATION):
        return
    at = one.at.strftime("%Y-%m-%dT%H:%M")
    told = (
        "virtual error: the wrong label, seen before it was given"
        if one.list_dosed(one.arm)
        else "virtual error: a dose of an everyday medicine was taken twice, no symptoms"
    )
    yield one.step(ReportSituation(one.code, Situation.MEDICATION_ERROR, at[:10], at, told), Role.NURSE)
    one.situations += 1
    for rule in list_rules(one.definition, Trigger.SPECIAL_SITUATION):
        yield from send_report(one, 0, rule, Role.INVESTIGATOR, one.situations)
