"""V137–V144: what is due, and what is late. Every length is a row of the table of obligations."""

from collections.abc import Iterator
from datetime import timedelta

from trialwright.registry.case import CLOSED, STATUS, Case, read_partial
from trialwright.registry.difference import compare_records
from trialwright.registry.obligations import find_length, load_duties
from trialwright.registry.rule import Level, Rule, Trouble
from trialwright.registry.unknown import add_months, compute_unknown_day, may_turn_unknown

DAYS_TO_REGISTER = find_length("US.register")
DAYS_TO_UPDATE = find_length("US.amendment")
DAYS_TO_ANSWER = {duty.element: duty.length for duty in load_duties() if duty.trigger == "COMMENTS"}
ELEMENTS = {duty.element: duty.length for duty in load_duties() if duty.trigger == "CHANGE"}
"""Elements with a timer of their own, 42 CFR 11.64(a)(1)(ii): days to update each."""


def _check_registered(case: Case) -> Iterator[Trouble]:
    submitted = read_partial(case.protocol.status.study_first_submit_date)
    if submitted is None or case.start is None:
        return
    late = (submitted.earliest - case.start.latest).days
    if late > 0:
        more = f" and more than {DAYS_TO_REGISTER} days" if late > DAYS_TO_REGISTER else ""
        wrong = f"registered {late} days after the start{more}"
        yield Trouble(
            f"{STATUS}.studyFirstSubmitDate", wrong, "before the first subject (ICMJE), at most 21 days after"
        )


def _check_results(case: Case) -> Iterator[Trouble]:
    status = case.protocol.status
    if case.primary_completion is None or status.primary_completion.type != "ACTUAL":
        return
    due = add_months(case.primary_completion.latest, 12)
    submitted = read_partial(status.results_first_submit_date)
    if submitted is not None and submitted.earliest > due:
        late = (submitted.earliest - due).days
        wrong = f"results were submitted {late} days after {due}, one year from primary completion"
        yield Trouble(f"{STATUS}.resultsFirstSubmitDate", wrong, f"by {due}")
    elif submitted is None and case.record.results is None and case.on > due and case.status != "WITHDRAWN":
        wrong = f"one year after primary completion ended on {due}, and there are no results"
        yield Trouble("resultsSection", wrong, "results, where a rule or a policy asks for them")


def _updated(case: Case) -> str:
    return case.protocol.status.last_update_submit_date or case.protocol.status.last_update_post.date


def _check_changes(case: Case) -> Iterator[Trouble]:
    """Each change has its own timer; an update of the record after the change stops it, unless it left the change out."""
    updated = read_partial(_updated(case))
    for change in case.background.changes:
        days = ELEMENTS.get(change.element)
        if days is None or change.is_told(updated):
            continue
        due = change.on + timedelta(days=days)
        word = "was due" if due < case.on else "is due"
        wrong = f"{change.element} changed on {change.on}; the update {word} by {due}"
        yield Trouble(f"{STATUS}", wrong, f"update the record by {due}")


def _check_yearly(case: Case) -> Iterator[Trouble]:
    """A closed record too is confirmed once a year until its results are final; open ones are V23."""
    closed = case.status in CLOSED - {"WITHDRAWN"}
    if case.verified is None or not closed or case.record.results is not None:
        return
    due = add_months(case.verified.latest, 12)
    days = (due - case.on).days
    if days < 0:
        wrong = f"the yearly verification was due on {due}, {-days} days ago"
        yield Trouble(f"{STATUS}.statusVerifiedDate", wrong, f"verify the record, {case.on:%Y-%m}")


def _check_comments(case: Case) -> Iterator[Trouble]:
    returned, kind = case.background.comments_on, case.background.comments_kind
    if returned is None or kind not in DAYS_TO_ANSWER:
        return
    updated = read_partial(_updated(case))
    if updated is not None and updated.earliest > returned:
        return
    due = returned + timedelta(days=DAYS_TO_ANSWER[kind])
    word = "was due" if due < case.on else "is due"
    yield Trouble(f"{STATUS}", f"comments on {kind} came on {returned}; the answer {word} by {due}", f"answer by {due}")


def _check_amendment(case: Case) -> Iterator[Trouble]:
    approved = case.background.amendment_approved
    if approved is None:
        return
    updated = read_partial(_updated(case))
    if updated is not None and updated.earliest >= approved:
        return
    due = approved + timedelta(days=DAYS_TO_UPDATE)
    word = "was due" if due < case.on else "is due"
    wrong = f"the ethics board approved an amendment on {approved}; the record {word} by {due}"
    yield Trouble("protocolSection", wrong, f"bring the amendment into the record by {due}")


def _check_unknown_days(case: Case) -> Iterator[Trouble]:
    day = compute_unknown_day(case)
    if day is None or not may_turn_unknown(case.status):
        return
    days = (day - case.on).days
    if days < 0:
        wrong = f"the registry's rule makes this record Unknown since {day:%B %Y}, {-days} days ago"
        yield Trouble(f"{STATUS}.overallStatus", wrong, "verify the record, or give its true completion date")


def _check_changed_since(case: Case) -> Iterator[Trouble]:
    """What changed since the first version and matters to a reader of the results."""
    if not case.background.earlier:
        return
    first = case.background.earlier[0]
    for change in compare_records(first, case.record):
        if change.is_switch:
            yield Trouble(change.path, f"since the first version: {change.words}", "say so in the publication")


RULES = (
    Rule("V137", Level.CLOCK, "registered before the first subject", _check_registered),
    Rule("V138", Level.CLOCK, "results within a year of primary completion", _check_results),
    Rule("V139", Level.CLOCK, "changes within 30 days", _check_changes),
    Rule("V140", Level.CLOCK, "verified within 12 months", _check_yearly),
    Rule("V141", Level.CLOCK, "comments answered within 15 or 25 days", _check_comments),
    Rule("V142", Level.CLOCK, "amendments within 30 days of approval", _check_amendment),
    Rule("V143", Level.CLOCK, "not silent for so long that it counts as Unknown", _check_unknown_days),
    Rule("V144", Level.CLOCK, "no silent change of outcome, size, ages or phase", _check_changed_since),
)
