"""From the entries about safety to this room's values: reports, reviews, and what was known of an event when."""

from datetime import datetime
from zoneinfo import ZoneInfo

from trialwright.definition.compiled import Definition
from trialwright.ledger.subject import SubjectState
from trialwright.safety.clocks import Awareness, CaseHistory, Report
from trialwright.safety.events import AdverseEvent
from trialwright.safety.proposals import Review, Verdict
from trialwright.safety.regimes import Party
from trialwright.safety.subject_events import compute_site_awareness, compute_subject_events
from trialwright.vocabulary.numbers import parse_number
from trialwright.vocabulary.partial_dates import PartialDate


def list_reports(state: SubjectState, event: int, situation: int = 0) -> tuple[Report, ...]:
    """The reports about an event, or (``event`` 0) a situation, that were sent, in the order of their entries."""
    return tuple(
        Report(one.rule, datetime.fromisoformat(one.sent_at))
        for one in state.safety.reports
        if (one.event, one.situation) == (event, situation)
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
    """What site and sponsor knew of an event and what was reported, for ``compute_clocks``.

    The site's knowledge is the record as it stands, from its time of awareness; the sponsor's starts with the first
    judgement's. Empty where the event is not serious.
    """
    found = next((one for one in compute_subject_events(definition, state) if one.id == str(event)), None)
    known = []
    if found is not None:
        at_site = compute_site_awareness(definition, state, found)
        judged = state.safety.judged.get(event, ())
        known = [at_site] if at_site else []
        if judged and found.is_serious:
            at = datetime.fromisoformat(judged[0].entry.aware_at or judged[0].at)
            known.append(Awareness(at, Party.SPONSOR, found))
    return CaseHistory(tuple(known), list_reports(state, event))


def compute_situation_history(definition: Definition, state: SubjectState, number: int) -> CaseHistory:
    """What the site knew of a reportable situation and what was reported, for ``compute_clocks``."""
    one = state.safety.situations[number - 1]
    zone = ZoneInfo(definition.sites[state.site].time_zone)
    at = datetime.fromisoformat(one.aware_at).replace(tzinfo=zone)
    known = Awareness(at, Party.SITE, compute_situations(state)[number - 1])
    return CaseHistory((known,), list_reports(state, 0, number))


def compute_situations(state: SubjectState) -> tuple[AdverseEvent, ...]:
    """The reportable situations as events of special interest, which start clocks of their own."""
    return tuple(
        AdverseEvent(f"S{one.number}", one.text, onset=PartialDate.parse(one.on), special_interest=one.kind)
        for one in state.safety.situations
    )
