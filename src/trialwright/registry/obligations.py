"""What is due for a record, by when, under which rule set, and whether it was done."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from trialwright.record.words import compute_age_years
from trialwright.registry.case import OPEN, Case, read_partial
from trialwright.registry.regimes import REGIME_NAMES, Bind, Verdict, decide_regime
from trialwright.registry.tables import load_rows
from trialwright.registry.unknown import add_months, compute_unknown_day


class State(StrEnum):
    """Where a duty stands."""

    OVERDUE = "overdue"
    DUE = "due"
    MET = "met"
    MET_LATE = "met late"
    WAITING = "waiting"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Duty:
    """A row of the table of obligations."""

    id: str
    regime: str
    duty: str
    trigger: str
    element: str
    length: int
    unit: str
    done: str
    source: str
    checked_on: date
    checked_against: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """A duty of one record.

    Parameters
    ----------
    duty : Duty
        The row it comes from.
    verdict : Verdict
        Whether its rule set binds this study, and why.
    due : date or None
        The last day; None when what starts the clock is not known.
    state : State
        OVERDUE, DUE, MET, MET_LATE, WAITING for its trigger, or CANNOT_TELL.
    because : str
        What started the clock, or what is missing.
    """

    duty: Duty
    verdict: Verdict
    due: date | None
    state: State
    because: str

    def days_left(self, on: date) -> int | None:
        """Days from ``on`` to the last day; negative when it has passed."""
        return None if self.due is None else (self.due - on).days


@cache
def load_duties() -> tuple[Duty, ...]:
    """All rows of the table of obligations."""
    return tuple(
        Duty(
            id=row["id"],
            regime=row["regime"],
            duty=row["duty"],
            trigger=row["trigger"],
            element=row["element"],
            length=int(row["length"]),
            unit=row["unit"],
            done=row["done"],
            source=row["source"],
            checked_on=date.fromisoformat(row["checked_on"]),
            checked_against=row["checked_against"],
        )
        for row in load_rows("obligations")
    )


def find_length(duty: str) -> int:
    """How long a duty gives, in its unit; StopIteration for an id that is not in the table."""
    return next(one.length for one in load_duties() if one.id == duty)


def decide_obligations(case: Case) -> list[Obligation]:
    """Every duty of a record on the case's day, the most urgent first.

    Duties whose trigger has not happened and cannot be foreseen (a change that nobody reported) are left out.
    """
    verdicts = {regime: decide_regime(regime, case) for regime in REGIME_NAMES}
    found = [one for duty in load_duties() for one in _decide(case, duty, verdicts)]
    order = {State.OVERDUE: 0, State.DUE: 1, State.CANNOT_TELL: 2, State.WAITING: 3, State.MET_LATE: 4, State.MET: 5}
    binds = {Bind.APPLIES: 0, Bind.CANNOT_TELL: 1, Bind.VOLUNTARY: 2}
    return sorted(found, key=lambda one: (binds[one.verdict.bind], order[one.state], one.due or date.max, one.duty.id))


def find_next(obligations: Iterable[Obligation]) -> Obligation | None:
    """What must be done next: the first that is overdue or due, those of rule sets that bind before the others.

    ``obligations`` in the order of ``decide_obligations``.
    """
    return next((one for one in obligations if one.state in (State.OVERDUE, State.DUE)), None)


def _decide(case: Case, duty: Duty, verdicts: Mapping[str, Verdict]) -> Iterator[Obligation]:
    if duty.element == "paediatric" and not _is_paediatric(case):
        return
    if duty.id == "EU_CTR.summary" and _is_paediatric(case):
        return
    for began, because in _list_triggers(case, duty):
        verdict = verdicts[duty.regime]
        if began is None:
            yield Obligation(duty, verdict, None, State.CANNOT_TELL, because)
            continue
        due = add_months(began, duty.length) if duty.unit == "mo" else began + timedelta(days=duty.length)
        state, more = _decide_state(case, duty, due, began)
        yield Obligation(duty, verdict, due, state, f"{because}{more}")


def _is_paediatric(case: Case) -> bool:
    most = compute_age_years(case.protocol.eligibility.maximum_age)
    return most is not None and most < 18


def _list_triggers(case: Case, duty: Duty) -> list[tuple[date | None, str]]:
    """Each day that starts the clock of a duty, with the reason; a None day says what is missing."""
    if duty.trigger == "CHANGE":
        return _list_changes(case, duty)
    if duty.trigger == "COMMENTS":
        known = case.background
        if known.comments_on is None or known.comments_kind != duty.element:
            return []
        return [(known.comments_on, f"comments came on {known.comments_on}")]
    if duty.trigger == "UNKNOWN":
        day = compute_unknown_day(case)
        return [(day, f"verified {case.verified}, study completion {case.completion}")] if day else []
    return _list_dates(case, duty)


def _list_dates(case: Case, duty: Duty) -> list[tuple[date | None, str]]:
    status = case.protocol.status
    dates = {
        "START": (case.start, status.start.type, "start"),
        "VERIFIED": (case.verified, "ACTUAL", "last verification"),
        "PRIMARY_COMPLETION": (case.primary_completion, status.primary_completion.type, "primary completion"),
        "COMPLETION": (case.completion, status.completion.type, "study completion"),
    }
    read, kind, name = dates[duty.trigger]
    if case.status == "WITHDRAWN" and duty.trigger != "START":
        return []
    last = status.last_known_status if case.status == "UNKNOWN" else case.status
    if duty.id == "CTGOV.verify" and last not in OPEN:
        return []
    if read is None:
        return [(None, f"the record gives no date of {name}")]
    shown = "estimated " if kind == "ESTIMATED" else ""
    return [(read.latest, f"{shown}{name} {read}")]


def _list_changes(case: Case, duty: Duty) -> list[tuple[date | None, str]]:
    """Changes that are known, and estimates of an open record that have passed: something changed or moved."""
    known = [
        (change.on, f"it changed on {change.on}")
        for change in case.background.changes
        if change.element == duty.element
    ]
    last = case.protocol.status.last_known_status if case.status == "UNKNOWN" else case.status
    for key, name, told, read in case.main_dates():
        if not known and key == duty.element and told.type == "ESTIMATED" and read is not None and last in OPEN:
            known.append((read.latest, f"estimated {name} {read}"))
    return list(known)


def _decide_state(case: Case, duty: Duty, due: date, began: date) -> tuple[State, str]:
    """Whether a duty was done in time; a day that is over without it being done is overdue."""
    if duty.done == "VERIFIED":
        over = duty.trigger == "VERIFIED" and case.record.results is not None and case.status not in OPEN
        return (State.MET, "; results are final") if over else _open_state(case, due)
    if duty.done == "UPDATED":
        if began > case.on:
            return State.WAITING, ""
        updated = read_partial(case.protocol.status.last_update_submit_date) or read_partial(
            case.protocol.status.last_update_post.date
        )
        mine = [one for one in case.background.changes if one.on == began and one.element == duty.element]
        done = bool(mine) and all(one.is_told(updated) for one in mine)
        return (State.MET, "") if done else _open_state(case, due)
    did, what = _find_done(case, duty, due)
    if did is not None:
        return (State.MET, f"; {what} {did}") if did <= due else (State.MET_LATE, f"; {what} {did}")
    if what:
        return State.CANNOT_TELL, f"; {what}"
    return _open_state(case, due)


def _open_state(case: Case, due: date) -> tuple[State, str]:
    return (State.OVERDUE if due < case.on else State.DUE), ""


def _find_done(case: Case, duty: Duty, due: date) -> tuple[date | None, str]:
    """The day on which a duty was done, or (None, why it cannot be told), or (None, "") when it was not done."""
    status = case.protocol.status
    if duty.done == "REGISTERED":
        submitted = read_partial(status.study_first_submit_date)
        if submitted is not None:
            return submitted.earliest, "registered"
        posted = read_partial(status.study_first_post.date)
        if posted is not None and posted.latest <= due:
            return posted.latest, "posted"
        if posted is not None:
            return None, f"first posted {posted}; the day of registration is not told"
        return None, "the day of registration is not told"
    if duty.done in ("RESULTS", "DOCUMENTS"):
        submitted = read_partial(status.results_first_submit_date)
        if submitted is not None and (
            duty.done == "RESULTS" or case.record.document_section.large_documents.large_docs
        ):
            return submitted.earliest, "submitted"
        if case.record.results is not None and duty.done == "RESULTS":
            return None, "results are there; the day of submission is not told"
        return None, ""
    papers = [one for one in case.protocol.references.references if one.type == "RESULT"]
    return None, "a result reference is listed without its date" if papers else ""
