"""Every query of a participant as somebody reads it: those that checks opened, and those that people raised.

Checks are the edit checks of a form, those of the adverse event record (``safety/event_queries.py``), and whether a form
that is on record applies to the participant at all (``applies.py``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from trialwright.capture.applies import CHECK, find_contrary, find_words
from trialwright.definition.compiled import Definition
from trialwright.ledger.review import Key, Thread, compute_automatic_name, find_thread
from trialwright.ledger.subject import SubjectState
from trialwright.safety.event_queries import list_event_queries
from trialwright.safety.subject_events import FORM


@dataclass(frozen=True, slots=True)
class Query:
    """A query as somebody reads it: what is asked, about what, where it stands, and the thread."""

    text: str
    thread: Thread

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.thread.status != "CLOSED"


def list_queries(definition: Definition, state: SubjectState) -> tuple[Query, ...]:
    """Every query of a participant, settled ones included: those of checks by form, then those of people by number."""
    automatic = {one.thread.query: one for one in _list_firing(definition, state)}
    others = []
    for name, thread in state.review.threads.items():
        if thread.check and name not in automatic:
            others.append(Query(_find_message(definition, thread.key, thread.check), replace(thread, status="CLOSED")))
        elif not thread.check:
            others.append(Query(thread.messages[0].text, thread))
    return (*automatic.values(), *others)


def _list_firing(definition: Definition, state: SubjectState) -> Iterator[Query]:
    for key, version in state.forms.items():
        if key[1] == FORM and key[2] in state.safety.merged:
            continue
        for check in version.recorded.fired:
            thread = find_thread(state.review, compute_automatic_name(check, key))
            assert thread is not None
            item = thread.item or _find_item(definition, key, check)
            yield Query(_find_message(definition, key, check), replace(thread, item=item))
    for one in list_event_queries(definition, state):
        thread = find_thread(state.review, compute_automatic_name(one.check, ("", FORM, one.repeat)))
        assert thread is not None
        yield Query(one.message, replace(thread, item=one.item))
    for key in find_contrary(definition, state):
        thread = find_thread(state.review, compute_automatic_name(CHECK, key))
        assert thread is not None
        form, words = key[1], find_words(definition, key[1])
        yield Query(f"{form} is on record and does not apply: it is for {words}", thread)


def _find_item(definition: Definition, key: Key, check: str) -> str:
    compiled = definition.forms.get(key[1])
    return next((one.item or "" for one in compiled.form.checks if one.id == check), "") if compiled else ""


def _find_message(definition: Definition, key: Key, check: str) -> str:
    kind, _, item = check.partition(":")
    told = {
        "soft": f"{item} is outside what is usual",
        "hard": f"{item} is outside what is possible",
        "required": f"{item} is missing",
        "hidden": f"{item} has a value and should not be asked",
    }
    if item and kind in told:
        return told[kind]
    compiled = definition.forms.get(key[1])
    return next((one.message for one in compiled.form.checks if one.id == check), check) if compiled else check


def find_query(definition: Definition, state: SubjectState, name: str) -> Query | None:
    """The query of a name; None where there is none."""
    return next((one for one in list_queries(definition, state) if one.thread.query == name), None)
