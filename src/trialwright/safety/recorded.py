"""From the entries about safety to this room's values: reports, reviews, and what was known of an event when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from trialwright.definition.compiled import Definition
from trialwright.ledger.entries_safety import SituationAmended, SituationReported
from trialwright.ledger.safety_facts import Judged
from trialwright.ledger.subject import SubjectState
from trialwright.safety.clocks import Awareness, CaseHistory, Report
from trialwright.safety.events import AdverseEvent, is_related
from trialwright.safety.proposals import Review, Verdict
from trialwright.safety.regimes import Party
from trialwright.safety.subject_events import compute_event_as_of, compute_moment
from trialwright.vocabulary.numbers import parse_number
from trialwright.vocabulary.partial_dates import PartialDate


def list_reports(state: SubjectState, event: int, situation: int = 0) -> tuple[Report, ...]:
    """The reports about an event (or one merged into it), or (``event`` 0) a situation, in the order of their entries."""
    return tuple(
        Report(one.rule, datetime.fromisoformat(one.sent_at))
        for one in state.safety.reports
        if (state.safety.find_kept(one.event), one.situation) == (event, situation)
    )


def list_reviews(state: SubjectState) -> tuple[Review, ...]:
    """The judgements of proposals, for ``compute_subject_proposals``."""
    return tuple(
        Review(
            path=one.entry.path,
            value=float(parse_number(one.entry.value)),
            term=one.entry.term,
            verdict=Verdict(one.entry.verdict),
            by=one.by,
            reason=one.entry.reason,
            event=str(one.entry.event) if one.entry.event else "",
        )
        for one in state.safety.reviews
    )


def compute_case_history(definition: Definition, state: SubjectState, event: int) -> CaseHistory:
    """What site and sponsor knew of an event and what was reported, for ``compute_clocks``; empty for an unknown event.

    Every revision of the form is a row of the site's knowledge. What made the event serious was known at the time of
    awareness that the form gives, which a later revision may correct; everything else when it was saved. Site and
    sponsor share the record: the sponsor knew when the site saved it as serious, or when the sponsor says so. Without a
    dose there is no suspect product, and no clock of a suspected reaction starts unless somebody judged it related.
    """
    revisions = state.safety.revisions.get(event, ())
    judged = state.safety.judged.get(event, ())
    if not revisions or event in state.safety.merged:
        return CaseHistory((), list_reports(state, event))
    known = _list_at_site(definition, state, event)
    moments = sorted({one.at for one in revisions} | {one.at for one in judged})
    told = [_know_at_sponsor(definition, state, event, at) for at in moments]
    exempt = _is_exempt(definition, known[-1].event)
    return CaseHistory((*known, *_begin(told, judged)), list_reports(state, event), exempt)


def _list_at_site(definition: Definition, state: SubjectState, event: int) -> list[Awareness]:
    """A row a revision; of each stretch of being serious the last word on when the site became aware counts."""
    revisions = state.safety.revisions[event]
    rows = [(one, compute_event_as_of(definition, state, event, one.position, ())) for one in revisions]
    known: list[Awareness] = []
    for serious, stretch in groupby(rows, key=lambda row: row[1].is_serious):
        mine = list(stretch)
        said = [compute_moment(definition, state, one.values.get("aware_at", "")) for one, _ in mine if serious]
        reported = state.events.get(event)
        if serious and not known and reported is not None:
            said.insert(0, compute_moment(definition, state, reported.aware_at))
        aware = next((at for at in reversed(said) if at is not None), None)
        for place, (one, found) in enumerate(mine):
            saved = datetime.fromisoformat(one.at).astimezone(UTC)
            known.append(Awareness(min(aware, saved) if aware and place == 0 else saved, Party.SITE, found))
    return known


def _know_at_sponsor(definition: Definition, state: SubjectState, event: int, at: str) -> Awareness:
    revisions = [one for one in state.safety.revisions[event] if one.at <= at]
    judged = tuple(one for one in state.safety.judged.get(event, ()) if one.at <= at)
    position = revisions[-1].position if revisions else state.safety.revisions[event][0].position
    found = compute_event_as_of(definition, state, event, position, judged)
    exposed = bool(state.doses) or is_related(found) is True
    minimum = exposed and bool(found.verbatim.strip() or found.term)
    return Awareness(datetime.fromisoformat(at).astimezone(UTC), Party.SPONSOR, found, minimum)


def _begin(told: Sequence[Awareness], judged: Sequence[Judged]) -> list[Awareness]:
    """The sponsor's rows, the first serious one at the time of awareness that the latest judgement gives."""
    said = next((one.entry.aware_at for one in reversed(judged) if one.entry.aware_at), "")
    first = next((place for place, one in enumerate(told) if one.event.is_serious), None)
    if not said or first is None:
        return list(told)
    at = datetime.fromisoformat(said).astimezone(UTC)
    moved = replace(told[first], at=at)
    before = [one for one in told[:first] if one.at < at]
    return [*before, moved, *(replace(one, at=max(one.at, at)) for one in told[first + 1 :])]


def _is_exempt(definition: Definition, event: AdverseEvent) -> bool:
    """Whether the protocol exempts this death, which is an endpoint: never one that may be related."""
    exempt = definition.study.safety.endpoint_deaths == "EXEMPT"
    return exempt and event.is_fatal and is_related(event) is False


def compute_situation_history(definition: Definition, state: SubjectState, number: int) -> CaseHistory:
    """What the site knew of a reportable situation and what was reported, for ``compute_clocks``.

    The first word counts from the time of awareness, by the latest correction of it; an amendment from when it was saved.
    """
    now = state.safety.situations[number - 1]
    zone = ZoneInfo(definition.sites[state.site].time_zone)
    aware = datetime.fromisoformat(now.aware_at).replace(tzinfo=zone)
    known = [Awareness(aware, Party.SITE, compute_situation(state.safety.told[number][0].entry))]
    for one in state.safety.told[number][1:]:
        at = datetime.fromisoformat(one.at).astimezone(UTC)
        known.append(Awareness(max(at, aware), Party.SITE, compute_situation(one.entry)))
    return CaseHistory(tuple(known), list_reports(state, 0, number))


def compute_situations(state: SubjectState) -> tuple[AdverseEvent, ...]:
    """The reportable situations as events of special interest, which start clocks of their own."""
    return tuple(map(compute_situation, state.safety.situations))


def compute_situation(told: SituationReported | SituationAmended) -> AdverseEvent:
    """A situation as it was told, as an event of special interest; its details belong to the words."""
    words = "; ".join([told.text, *(f"{name}: {text}" for name, text in told.details.items())])
    return AdverseEvent(f"S{told.number}", words, onset=PartialDate.parse(told.on), special_interest=told.kind)
