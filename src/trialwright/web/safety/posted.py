"""What was typed into the pages of safety, as commands; and the times of a site, as times with their zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest

from trialwright.capture.merge_events import MergeEvents, SeparateEvents
from trialwright.capture.review_proposal import ReviewProposal
from trialwright.capture.situation import AmendSituation, ReportSituation, Situation
from trialwright.capture.situation_details import DETAILS, Detail
from trialwright.capture.sponsors_part import JudgeEvent, RecordReport
from trialwright.capture.stopping import DecideFlag
from trialwright.safety.events import Causality, Expectedness
from trialwright.safety.proposals import Proposal, Verdict
from trialwright.safety.stopping import Decision
from trialwright.vocabulary.findings import Refusal
from trialwright.web import trial
from trialwright.web.forms.posted import clean
from trialwright.web.written import check_pair, read_day, read_pair


def read_text(request: HttpRequest, name: str) -> str:
    """One field of a POST, cleaned."""
    return clean(request.POST.get(name, "")).strip()


def read_moment(request: HttpRequest, site: str, name: str) -> datetime | None:
    """Date and time of day (``name_date``, ``name_time``) by the site's clock, with zone; None where no time is there."""
    known = trial.get_definition().sites.get(site)
    zone = ZoneInfo(known.time_zone) if known else UTC
    try:
        return datetime.fromisoformat(read_pair(request.POST, name)).replace(tzinfo=zone)
    except ValueError:
        return None


def check_times(request: HttpRequest) -> Refusal | None:
    """The refusal of a POST whose times cannot be read: they are not taken for left out."""
    found = (check_pair(request.POST, name, request.POST.get("step", "")[:20]) for name in ("aware", "sent"))
    return next((one for one in found if one), None)


def make_judgement(request: HttpRequest, code: str, site: str, event: int) -> JudgeEvent:
    """The sponsor's part of an event; Http404 for a word that no list has."""
    causality, expected = read_text(request, "causality"), read_text(request, "expectedness")
    if causality not in Causality.__members__ or expected not in ("", *Expectedness.__members__):
        raise Http404
    return JudgeEvent(
        code, event, Causality(causality), Expectedness(expected) if expected else None, read_text(request, "reference"),
        read_moment(request, site, "aware"), read_text(request, "comment"),
    )  # fmt: skip


def make_report(request: HttpRequest, code: str, site: str, event: int, situation: int = 0) -> RecordReport:
    """A report that was sent, about an event or a situation; now where no time was given."""
    at = read_moment(request, site, "sent") or trial.read_clock()
    return RecordReport(
        code, event, read_text(request, "rule"), read_text(request, "recipient"), at, read_text(request, "how"),
        read_text(request, "reference"), situation,
    )  # fmt: skip


def make_merging(request: HttpRequest, code: str, event: int) -> MergeEvents:
    """This event as the same as another one, which is kept; Http404 for what is no number."""
    kept = read_text(request, "kept")
    if not (kept.isdecimal() and len(kept) < 5):
        raise Http404
    return MergeEvents(code, int(kept), event, read_text(request, "reason"))


def make_separation(request: HttpRequest, code: str) -> SeparateEvents:
    """An event that was merged and is one of its own; Http404 for what is no number."""
    separated = read_text(request, "separated")
    if not (separated.isdecimal() and len(separated) < 5):
        raise Http404
    return SeparateEvents(code, int(separated), read_text(request, "reason"))


def make_amendment(request: HttpRequest, code: str, number: int) -> AmendSituation:
    """What is known of a situation now, and why it is amended; Http404 for another kind."""
    now = make_situation(request, code)
    return AmendSituation(
        code, number, now.kind, now.on, now.aware_at, now.text, read_text(request, "why"), now.event, now.details
    )  # fmt: skip


def make_situation(request: HttpRequest, code: str) -> ReportSituation:
    """A pregnancy, overdose or medication error; Http404 for another kind."""
    kind, event = read_text(request, "kind"), read_text(request, "event")
    if kind not in Situation.__members__:
        raise Http404
    return ReportSituation(
        code, Situation(kind), read_day(request.POST, "on"), read_pair(request.POST, "aware"), read_text(request, "text"),
        int(event) if event.isdecimal() and len(event) < 5 else 0,
        {one.id: _read_detail(request, f"{kind}.{one.id}", one) for one in DETAILS[kind]},
    )  # fmt: skip


def _read_detail(request: HttpRequest, name: str, detail: Detail) -> str:
    return read_day(request.POST, name) if detail.is_date else read_text(request, name)


def make_review(request: HttpRequest, code: str, proposal: Proposal, value: str) -> ReviewProposal:
    """The judgement of a proposal that no event comes of; Http404 for another verdict."""
    verdict = read_text(request, "verdict")
    if verdict not in (Verdict.NOT_SIGNIFICANT, Verdict.PRE_EXISTING):
        raise Http404
    graded = proposal.graded
    return ReviewProposal(code, graded.path, value, graded.term, Verdict(verdict), read_text(request, "reason"))


def make_decision(request: HttpRequest) -> DecideFlag:
    """The board's decision; Http404 for another word."""
    decision = read_text(request, "decision")
    if decision not in Decision.__members__:
        raise Http404
    return DecideFlag(read_text(request, "flag"), Decision(decision), read_text(request, "reason"))
