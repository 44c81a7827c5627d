"""What has been said about a participant's data: query threads, verified items, signatures, locks, broken codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from trialwright.ledger import entries_review as r

Key = tuple[str, str, int]
"""Encounter, form, repeat."""
_EMPTY: Mapping[Any, Any] = MappingProxyType({})
_OF_AN_ITEM = ("soft", "hard", "required", "hidden")


@dataclass(frozen=True, slots=True)
class Message:
    """One line of a query's thread. ``kind`` is RAISED, ANSWERED, CORRECTED, CLOSED or REOPENED."""

    kind: str
    at: str
    by: str
    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A query with all that was said: ``status`` is OPEN, ANSWERED or CLOSED; an empty ``item`` means the whole form.

    ``check`` names the edit check that opened it, and is empty where a person asked.
    """

    query: str
    key: Key
    item: str
    check: str = ""
    status: str = "OPEN"
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class SignatureHeld:
    """A signature with what the ledger stamped on it."""

    position: int
    at: str
    by: str
    role: str
    signed: r.Signed


@dataclass(frozen=True, slots=True)
class ReviewState:
    """What has been said about one participant's data.

    ``verified`` maps a form to its verified items, ``fallen`` to those whose verification a change took away;
    ``locks`` maps a form to its level, with ``("", "", 0)`` for the whole participant; ``codebreakers`` know the arm.
    """

    threads: Mapping[str, Thread] = field(default_factory=lambda: _EMPTY)
    verified: Mapping[Key, frozenset[str]] = field(default_factory=lambda: _EMPTY)
    fallen: Mapping[Key, frozenset[str]] = field(default_factory=lambda: _EMPTY)
    signatures: tuple[SignatureHeld, ...] = ()
    locks: Mapping[Key, str] = field(default_factory=lambda: _EMPTY)
    codebreakers: tuple[str, ...] = ()


WHOLE: Key = ("", "", 0)
"""The key of the whole participant among the locks."""


def compute_automatic_name(check: str, key: Key) -> str:
    """The name of the query that an edit check opens on a form.

    >>> compute_automatic_name("soft:pulse", ("D3", "vital_signs", 1))
    'soft:pulse|vital_signs|1|D3'
    """
    encounter, form, repeat = key
    return f"{check}|{form}|{repeat}|{encounter}"


def find_thread(state: ReviewState, query: str) -> Thread | None:
    """The thread of a name; a new one for the name of an automatic query; None for a name that is neither."""
    if query in state.threads or query.count("|") < 3:
        return state.threads.get(query)
    check, form, repeat, encounter = query.split("|", 3)
    kind, _, item = check.partition(":")
    key = (encounter, form, int(repeat) if repeat.isdecimal() else 0)
    return Thread(query, key, item if kind in _OF_AN_ITEM else "", check)


def fold_review(state: ReviewState, entry: r.ReviewEntry, position: int, stamp: tuple[str, str, str]) -> ReviewState:
    """The state after one more entry; ``stamp`` is its time, actor and role."""
    match entry:
        case r.QueryRaised():
            thread = Thread(entry.query, (entry.encounter, entry.form, entry.repeat), entry.item)
            return _say(state, thread, "OPEN", Message("RAISED", *stamp, entry.text))
        case r.QueryAnswered():
            return _say(state, find_thread(state, entry.query), "ANSWERED", Message("ANSWERED", *stamp, entry.text))
        case r.QueryClosed():
            return _say(state, find_thread(state, entry.query), "CLOSED", Message("CLOSED", *stamp, entry.reason))
        case r.QueryReopened():
            return _say(state, find_thread(state, entry.query), "OPEN", Message("REOPENED", *stamp, entry.text))
        case r.SourceVerified():
            key, items = (entry.encounter, entry.form, entry.repeat), frozenset(entry.items)
            verified = {**state.verified, key: state.verified.get(key, frozenset()) | items}
            fallen = {**state.fallen, key: state.fallen.get(key, frozenset()) - items}
            return replace(state, verified=verified, fallen={one: left for one, left in fallen.items() if left})
        case r.Signed():
            return replace(state, signatures=(*state.signatures, SignatureHeld(position, *stamp, entry)))
        case r.LockChanged():
            return replace(state, locks={**state.locks, (entry.encounter, entry.form, entry.repeat): entry.level})
        case r.CodeBroken():
            return replace(state, codebreakers=(*state.codebreakers, stamp[1]))


def _say(state: ReviewState, thread: Thread | None, status: str, message: Message) -> ReviewState:
    if thread is None:
        raise ValueError(f"a query that nobody raised was {message.kind.lower()}")
    said = replace(thread, status=status, messages=(*thread.messages, message))
    return replace(state, threads={**state.threads, thread.query: said})


def drop_verified(state: ReviewState, key: Key, items: frozenset[str]) -> ReviewState:
    """The state without the verification of some items of a form: nothing is there any more to be verified."""
    held = state.verified.get(key, frozenset())
    return replace(state, verified={**state.verified, key: held - items}) if held & items else state


def fold_correction(
    state: ReviewState, key: Key, changed: Mapping[str, tuple[str, str]], reason: str, stamp: tuple[str, str, str]
) -> ReviewState:
    """The state after a form was corrected: verification falls away, and the threads say what changed.

    A person's open query counts as answered by it; an automatic one that was closed is open again while its check
    still fires.

    Parameters
    ----------
    changed : mapping of str to (str, str)
        Items whose value changed: what it was, what it is.
    """
    if not changed:
        return state
    held = state.verified.get(key, frozenset())
    lost = held & changed.keys()
    if lost:
        verified = {**state.verified, key: held - lost}
        state = replace(
            state, verified=verified, fallen={**state.fallen, key: state.fallen.get(key, frozenset()) | lost}
        )
    for thread in state.threads.values():
        if thread.key == key and (not thread.item or thread.item in changed):
            told = {thread.item: changed[thread.item]} if thread.item else changed
            text = "; ".join(f"{name}: {old or '(none)'} → {new or '(none)'}" for name, (old, new) in told.items())
            status = thread.status
            if thread.check:
                status = "OPEN" if status == "CLOSED" else status
            elif status == "OPEN":
                status = "ANSWERED"
            state = _say(state, thread, status, Message("CORRECTED", *stamp, f"{text} ({reason})"))
    return state
