"""Freeze, lock and open again: a form, a participant, a site, the whole study (the database lock).

What is frozen or locked takes no correction. Safety facts, doses, deaths and source verification pass: what has happened
can always be recorded (principles of conduct, 1).
"""

from dataclasses import dataclass
from enum import StrEnum

from trialwright.capture.list_queries import list_queries
from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.ledger.entries_review import LockChanged, ParticipantHeld, SiteLockChanged
from trialwright.ledger.review import WHOLE, Key
from trialwright.ledger.study import StudyState
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.findings import Reason


class LockLevel(StrEnum):
    """OPEN takes corrections; FROZEN takes none, and queries go on; LOCKED takes no new query either."""

    OPEN = "OPEN"
    FROZEN = "FROZEN"
    LOCKED = "LOCKED"


@dataclass(frozen=True, slots=True)
class SetLock:
    """Bring a form, or (``form`` empty) a participant, to a level."""

    participant: str
    level: LockLevel
    reason: str
    form: str = ""
    encounter: str = ""
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class SetSiteLock:
    """Bring a site, or (``site`` empty) the whole study, to a level; LOCKED for the study is the database lock."""

    level: LockLevel
    reason: str
    site: str = ""


def find_lock(study: StudyState, state: SubjectState, key: Key = WHOLE) -> tuple[LockLevel, str]:
    """The strictest level that holds for a form (or the whole participant), and what is at that level."""
    where = {
        "the study": study.release.locks.get("", "OPEN"),
        f"site {state.site}": study.release.locks.get(state.site, "OPEN") if state.site else "OPEN",
        state.participant: state.review.locks.get(WHOLE, "OPEN"),
        f"{key[1]} {key[0]}".strip(): state.review.locks.get(key, "OPEN"),
    }
    order = list(LockLevel)
    name = max(where, key=lambda one: order.index(LockLevel(where[one])))
    return LockLevel(where[name]), name


def check_locked(moment: Moment, state: SubjectState, key: Key = WHOLE, *, frozen: bool = True) -> list[Reason]:
    """Why nothing can be changed there; with ``frozen`` False only LOCKED is a reason."""
    if not moment.study.release.locks and not state.review.locks:
        return []  # the usual case, asked at every form
    level, name = find_lock(moment.study, state, key)
    if level is LockLevel.LOCKED or (frozen and level is LockLevel.FROZEN):
        return [Reason("locked", f"{name} is {level.value.lower()}; it must be opened again first, with a reason")]
    return []


def decide_set_lock(moment: Moment, state: SubjectState, command: SetLock) -> Decision:
    """The new level as an entry, or why not: no reason given, nothing there, no change, or queries are still open."""
    reasons = check_open(moment) + check_actor(moment, "set_lock", state.site)
    key = (command.encounter, command.form, command.repeat) if command.form else WHOLE
    if not state.seq or (command.form and key not in state.forms):
        what = command.form or f"participant {command.participant}"
        reasons.append(Reason("not-recorded", f"there is no {what}"))
    if not command.reason.strip():
        reasons.append(Reason("no-reason", "a reason is needed"))
    if state.review.locks.get(key, "OPEN") == command.level.value:
        reasons.append(Reason("no-change", f"it is {command.level.value.lower()} already"))
    if command.level is LockLevel.LOCKED:
        reasons += _check_queries(moment, state, key)
    entry = LockChanged(command.level.value, command.reason, key[1], key[0], key[2])
    told = (Planned("", ParticipantHeld(state.participant, command.level.value)),) if key == WHOLE else ()
    return refuse("set_lock", reasons) or (Planned(state.participant, entry), *told)


def _check_queries(moment: Moment, state: SubjectState, key: Key) -> list[Reason]:
    waiting = [
        one.thread.query
        for one in list_queries(moment.definition, state)
        if one.is_open and key in (WHOLE, one.thread.key)
    ]
    if not waiting:
        return []
    return [Reason("open-queries", f"{len(waiting)} queries are not settled, the first is {waiting[0]}")]


def _check_everybody(study: StudyState) -> list[Reason]:
    """Why the database cannot be locked yet: somebody who was allocated is not locked."""
    open_ = sorted({one.participant for one in study.taken if study.release.held.get(one.participant) != "LOCKED"})
    if not open_:
        return []
    named = ", ".join(open_[:5]) + (" …" if len(open_) > 5 else "")
    return [Reason("not-all-locked", f"{len(open_)} participants are not locked: {named}")]


def decide_set_site_lock(moment: Moment, command: SetSiteLock) -> Decision:
    """The new level of a site or of the study as an entry of the study's chain, or why not."""
    reasons = check_open(moment) + check_actor(moment, "set_site_lock", command.site)
    if command.site and command.site not in moment.definition.sites:
        reasons.append(Reason("unknown-site", f"the study has no site {command.site}"))
    if not command.reason.strip():
        reasons.append(Reason("no-reason", "a reason is needed"))
    if moment.study.release.locks.get(command.site, "OPEN") == command.level.value:
        reasons.append(Reason("no-change", f"it is {command.level.value.lower()} already"))
    if command.level is LockLevel.LOCKED and not command.site:
        reasons += _check_everybody(moment.study)
    entry = SiteLockChanged(command.level.value, command.reason, command.site)
    return refuse("set_site_lock", reasons) or (Planned("", entry),)
