"""From the ledger's states to the safety board's report: counted once, as treated, treatment-emergent events only."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import polars as pl

from trialwright.definition.compiled import Definition
from trialwright.ledger.entries_safety import SituationAmended, SituationReported
from trialwright.ledger.study import StudyState
from trialwright.ledger.subject import SubjectState
from trialwright.safety import board as b
from trialwright.safety.clock_overview import compute_clock_overview
from trialwright.safety.emergence import EventContext, compute_emergence
from trialwright.safety.events import AdverseEvent, Causality, is_related
from trialwright.safety.measured import grade_measured, keep_worse
from trialwright.safety.proposals import Verdict
from trialwright.safety.recall import compute_recall_of_lot
from trialwright.safety.recorded import list_reviews
from trialwright.safety.stopping import compute_boundary, compute_plan_characteristics
from trialwright.safety.study_stopping import compute_ledger_stopping, compute_plan
from trialwright.safety.subject_events import compute_context, compute_event_as_of, compute_subject_events
from trialwright.safety.subject_values import build_measured_of, propose, read_grades
from trialwright.safety.terms import load_terms
from trialwright.statistics.proportion import estimate_clopper_pearson

_RATES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
_HOURS = (2, 24)


@dataclass(frozen=True, slots=True)
class Cut:
    """The moment of the report: when (with zone), the position of the ledger, its purpose."""

    now: datetime
    position: int
    purpose: str


@dataclass(frozen=True, slots=True)
class _Person:
    state: SubjectState
    arm: str
    context: EventContext
    events: tuple[AdverseEvent, ...]
    related_from: Causality

    def has(self, kind: str) -> bool:
        """Whether the person had an event of a kind."""
        return any(_is(kind, event, self.related_from) for event in self.events)


_TOGETHER = 2_000
"""Participants whose values are graded as one frame."""


def compute_board_report(
    definition: Definition,
    study: StudyState,
    subjects: Iterable[SubjectState],
    cut: Cut,
    *,
    measured: pl.DataFrame | None = None,
) -> b.BoardReport:
    """The report of a data cut. Everybody with day 0 counts; who was given a dose counts where doses are given.

    Parameters
    ----------
    definition, study, cut
        The study, its state in the ledger, and the moment of the report.
    subjects : iterable of SubjectState
        Everybody. Their adverse events must be among their forms; values are needed only without ``measured``.
    measured : DataFrame, optional
        Everybody's laboratory values and vital signs, where a frame of them is there already (``measured.MEASURED``).
    """
    states = sorted(subjects, key=lambda one: one.participant)
    people = [one for one in (_read(definition, state) for state in states) if one is not None]
    clocks = compute_clock_overview(definition, states, cut.now)
    waiting = _count_waiting(
        definition, states, build_measured_of(definition, states) if measured is None else measured
    )
    verdicts = Counter(review.entry.verdict for one in states for review in one.safety.reviews)
    work = [
        ("clocks.due", sum(one.is_due for one in clocks)),
        ("clocks.late", sum(one.clock.state == "LATE" for one in clocks)),
    ]
    work += [("clocks.sent", sum(one.clock.state in ("SENT", "SENT_LATE") for one in clocks))]
    work += [("clocks.sent_late", sum(one.clock.state == "SENT_LATE" for one in clocks))]
    work += [("proposals.waiting", waiting), ("proposals.reviewed", verdicts.total())]
    work += [(f"proposals.{verdict}", verdicts[verdict]) for verdict in Verdict]
    changes = Counter(change for one in states for change in _list_changes(definition, one))
    work += [(f"events.{change}", changes[change]) for change in _CHANGES]
    treated = [one for one in people if one.state.doses]
    return b.BoardReport(
        study=definition.id,
        title=definition.study.study.official_title,
        purpose=cut.purpose,
        version=definition.version,
        position=cut.position,
        as_of=f"{cut.now:%Y-%m-%d %H:%M %Z}",
        ctcae=definition.study.safety.ctcae,
        rule=_compute_rule(definition, study, cut.now),
        open=_count_open(states, people),
        arms=tuple(_compute_arm(arm, [one for one in people if one.arm == arm]) for arm in definition.arms),
        terms=tuple(_list_terms(definition, people)),
        windows=tuple(_list_windows(treated)),
        serious=tuple(_describe(one, event) for one in people for event in _all(definition, one) if event.is_serious),
        timelines=tuple(_draw(one, cut.now) for one in treated),
        lots=tuple(_list_lots(study)),
        work=tuple(work),
        decisions=tuple(_list_decisions(study)),
        situations=tuple(_tell(state, one) for state in states for one in state.safety.situations),
        faults=tuple(
            b.FaultLine(state.participant, one.encounter, one.code, one.text)
            for state in states
            for one in state.deviations
            if any(part in one.code for part in _FAULTS)
        ),
        recalls=tuple(
            _recall(study, states, lot) for lot, held in study.product.lots.items() if held.status == "RECALLED"
        ),
    )


_CHANGES = ("upgraded", "downgraded", "merged", "separated")
_FAULTS = ("DOSE", "LOT", "NO_STOCK")
"""Parts of the codes of deviations about doses."""


def _list_changes(definition: Definition, state: SubjectState) -> Iterator[str]:
    """What became of the participant's events after they were first told."""
    for row, revisions in state.safety.revisions.items():
        told = [compute_event_as_of(definition, state, row, one.position, ()).is_serious for one in revisions]
        yield from ("upgraded" if now else "downgraded" for before, now in pairwise(told) if now != before)
    yield from ("merged" for _ in state.safety.merged)
    yield from ("separated" for _ in state.safety.separated)


def _list_decisions(study: StudyState) -> Iterator[b.DecisionLine]:
    for one, (at, by) in zip(study.safety.decisions, study.safety.decided, strict=True):
        raised = study.safety.raised.get(one.flag, "")
        yield b.DecisionLine(one.flag, _write_moment(raised), _write_moment(at), by, one.decision, one.reason)


def _write_moment(at: str) -> str:
    return f"{at[:16].replace('T', ' ')} UTC" if at else ""


def _tell(state: SubjectState, one: SituationReported) -> b.SituationLine:
    told = [told.entry for told in state.safety.told[one.number]]
    news = next((entry.reason for entry in reversed(told) if isinstance(entry, SituationAmended)), "")
    return b.SituationLine(state.participant, one.kind, one.on, one.text, news)


def _recall(study: StudyState, states: Sequence[SubjectState], lot: str) -> b.RecallLine:
    found = compute_recall_of_lot(study.product, states, lot)
    waiting = tuple(dict.fromkeys(who for who, _, _ in found.waiting))
    return b.RecallLine(lot, found.participants, waiting, sum(one.containers for one in found.stock))


def _count_waiting(definition: Definition, states: Sequence[SubjectState], measured: pl.DataFrame) -> int:
    """How many proposals from values nobody has judged; many participants are graded as one frame."""
    found = 0
    for first in range(0, len(states), _TOGETHER):
        some = states[first : first + _TOGETHER]
        theirs = measured.filter(pl.col("participant").is_in([one.participant for one in some]))
        grades = read_grades(definition, some, keep_worse(grade_measured(definition, theirs, some)))
        found += sum(len(propose(definition, one, grades[one.participant], list_reviews(one))) for one in some)
    return found


def _read(definition: Definition, state: SubjectState) -> _Person | None:
    """A participant as treated; None before day 0."""
    context = compute_context(definition, state)
    if context.first_treatment is None or state.arm is None:
        return None
    events = compute_subject_events(definition, state)
    emergent = tuple(one for one in events if compute_emergence(one, context).is_emergent)
    related = Causality(definition.study.safety.related_from)
    return _Person(state, _find_arm(definition, state), context, emergent, related)


def _find_arm(definition: Definition, state: SubjectState) -> str:
    """The arm as treated: whoever was given a dose belongs to an arm that receives it."""
    given = {one.intervention for one in state.doses}
    assert state.arm is not None
    if given and not given & set(definition.arms[state.arm].interventions):
        return next((name for name, arm in definition.arms.items() if given & set(arm.interventions)), state.arm)
    return state.arm


def _all(definition: Definition, one: _Person) -> tuple[AdverseEvent, ...]:
    return compute_subject_events(definition, one.state)


_KINDS = ("any", "related", "severe", "serious", "serious_related", "fatal")


def _is(kind: str, event: AdverseEvent, related_from: Causality) -> bool:
    related = is_related(event, related_from) is not False
    return {
        "any": True,
        "related": related,
        "severe": (event.worst_grade or 0) >= 3,
        "serious": event.is_serious,
        "serious_related": event.is_serious and related,
        "fatal": event.is_fatal,
    }[kind]


def _share(count: int, of: int) -> b.Share:
    if not of:
        return b.Share(count, of, 0.0, 1.0)
    answer = estimate_clopper_pearson(count, of)
    return b.Share(count, of, answer.ci_low or 0.0, 1.0 if answer.ci_high is None else answer.ci_high)


def _compute_arm(arm: str, people: Sequence[_Person]) -> b.ArmShares:
    shares = [(kind, _share(sum(one.has(kind) for one in people), len(people))) for kind in _KINDS]
    deaths = ("died", _share(sum(one.state.died is not None for one in people), len(people)))
    return b.ArmShares(arm, (*shares, deaths))


def _count_open(states: Sequence[SubjectState], people: Sequence[_Person]) -> tuple[tuple[str, int], ...]:
    events = [event for one in people for event in one.events]
    return (
        ("screened", len(states)),
        ("allocated", sum(one.arm is not None for one in states)),
        ("treated", sum(bool(one.doses) for one in states)),
        ("infusions", sum(len(one.doses) for one in states)),
        ("events", len(events)),
        ("with_event", sum(bool(one.events) for one in people)),
        ("serious_events", sum(event.is_serious for event in events)),
        ("with_serious", sum(one.has("serious") for one in people)),
        ("died", sum(one.died is not None for one in states)),
        ("deviations", sum(len(one.deviations) for one in states)),
    )


def _compute_rule(definition: Definition, study: StudyState, now: datetime) -> b.RuleStanding | None:
    plan, standing = compute_plan(definition), compute_ledger_stopping(definition, study, now)
    if plan is None or standing is None:
        return None
    known = compute_plan_characteristics(plan, _RATES)
    decided = {one.flag: one.decision for one in study.safety.decisions}
    rows = zip(_RATES, known.stop, known.participants, strict=True)
    return b.RuleStanding(
        kind=plan.kind.value,
        boundary=tuple(int(one) for one in compute_boundary(plan)),
        characteristics=tuple((rate, float(stop), float(people)) for rate, stop, people in rows),
        treated=standing.treated,
        evaluated=standing.evaluated,
        toxic=standing.toxic,
        pending=standing.pending,
        stop_at=standing.stop_at,
        exceedance=standing.exceedance,
        flags=tuple((flag.text, decided.get(flag.key, "")) for flag in standing.flags),
        stopped=standing.stopped,
    )


def _list_terms(definition: Definition, people: Sequence[_Person]) -> list[b.TermLine]:
    """Each term with participants by worst grade and arm; the most frequent first."""
    table = load_terms(definition.study.safety.ctcae)
    worst: dict[str, dict[str, dict[str, int]]] = {}
    for one in people:
        for event in one.events:
            of_arm = worst.setdefault(event.term or event.verbatim, {}).setdefault(one.arm, {})
            of_arm[one.state.participant] = max(of_arm.get(one.state.participant, 0), event.worst_grade or 0)
    lines = []
    for term, by_arm in worst.items():
        found = table.find(term)
        counts = tuple((arm, _count_grades(by_arm.get(arm, {}))) for arm in definition.arms)
        lines.append(b.TermLine(found.soc if found else "", found.term if found else term, counts))
    return sorted(lines, key=lambda line: (-sum(dict(counts)[0] for _, counts in line.counts), line.soc, line.term))


def _count_grades(worst: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    grades = sorted(worst.values())
    return ((0, len(grades)), *((grade, grades.count(grade)) for grade in sorted(set(grades)) if grade))


def _list_windows(treated: Sequence[_Person]) -> list[b.WindowLine]:
    """Per infusion: after how many an event began within 2 and 24 hours of the start."""
    most = max((len(one.state.doses) for one in treated), default=0)
    lines = []
    for number in range(1, most + 1):
        given = [one for one in treated if any(dose.number == number for dose in one.state.doses)]
        shares = [_share(sum(_began(one, number, hours) for one in given), len(given)) for hours in _HOURS]
        lines.append(b.WindowLine(number, len(given), *shares))
    return lines


def _began(one: _Person, number: int, hours: float) -> bool:
    after = [event.infusion for event in one.events if event.infusion and event.infusion.number == number]
    return any(relation.minutes is not None and relation.minutes <= 60 * hours for relation in after)


def _describe(one: _Person, event: AdverseEvent) -> b.EventLine:
    relation = ""
    if event.infusion is not None:
        hours = event.infusion.minutes
        relation = f"{event.infusion.number}" + ("" if hours is None else f" + {hours / 60:.1f} h")
    judged = [assessment for assessment in event.assessments if not assessment.procedure]
    investigator = max((one.investigator for one in judged if one.investigator), key=lambda c: c.rank, default=None)
    sponsor = max((one.sponsor for one in judged if one.sponsor), key=lambda c: c.rank, default=None)
    return b.EventLine(
        participant=one.state.participant,
        arm=one.arm,
        event=event.id,
        verbatim=event.verbatim,
        term=event.term,
        grade=event.worst_grade,
        onset=str(event.onset or ""),
        end=str(event.end or ""),
        day=_compute_day(one, str(event.onset or "")),
        last_day=_compute_day(one, str(event.end or "")),
        infusion=relation,
        seriousness=", ".join(sorted(criterion.value for criterion in event.criteria)),
        investigator=investigator.value if investigator else "",
        sponsor=sponsor.value if sponsor else "",
        expectedness=event.expectedness.value if event.expectedness else "",
        outcome=event.outcome.value if event.outcome else "",
    )


def _compute_day(one: _Person, text: str) -> float | None:
    first = one.context.first_treatment
    try:
        return float((datetime.fromisoformat(text[:10]).date() - first).days) if first else None
    except ValueError:
        return None


def _draw(one: _Person, now: datetime) -> b.Timeline:
    infusions = [day for dose in one.state.doses if (day := _compute_day(one, dose.started_at)) is not None]
    ended = [one.state.died.on] if one.state.died else [one.state.completed.on] if one.state.completed else []
    last = next((day for text in ended if (day := _compute_day(one, text)) is not None), None)
    events = tuple(_describe(one, event) for event in one.events)
    seen = _compute_day(one, now.date().isoformat()) or 0.0
    death = _compute_day(one, one.state.died.on) if one.state.died else None
    return b.Timeline(one.state.participant, tuple(sorted(infusions)), events, seen if last is None else last, death)


def _list_lots(study: StudyState) -> list[b.LotLine]:
    lines = []
    for name, lot in study.product.lots.items():
        places: dict[str, int] = {}
        for (_, place), count in lot.stock.items():
            places[place] = places.get(place, 0) + count
        made = lot.registered
        held = tuple((place, count) for place, count in places.items() if count)
        lines.append(b.LotLine(name, lot.status, made.expires, made.containers, held, lot.is_balanced))
    return lines
