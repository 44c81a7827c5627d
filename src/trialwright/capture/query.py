"""Queries: raised by a person or opened by an edit check, answered by the site, closed, asked again.

An automatic query is no entry of its own: it is open while its check fires in the latest revision of the form, and
settled by a correction or by somebody who closes it because the value stands.
"""

from dataclasses import dataclass

from trialwright.capture.list_queries import find_query
from trialwright.capture.lock import check_locked
from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.ledger.entries_review import QueryAnswered, QueryClosed, QueryRaised, QueryReopened
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class RaiseQuery:
    """Ask about an item of a recorded form, or about the whole form where ``item`` is empty."""

    participant: str
    form: str
    encounter: str
    text: str
    item: str = ""
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class AnswerQuery:
    """Answer a query by its name; of an automatic one the name is ``compute_automatic_name``'s."""

    participant: str
    query: str
    text: str


@dataclass(frozen=True, slots=True)
class CloseQuery:
    """Settle a query; of an automatic one the reason says why the value stands."""

    participant: str
    query: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReopenQuery:
    """Ask a closed query again."""

    participant: str
    query: str
    text: str


def decide_raise_query(moment: Moment, state: SubjectState, command: RaiseQuery) -> Decision:
    """The query as an entry, or why it cannot be raised: nothing recorded there, no such item, no question, locked."""
    reasons = check_open(moment) + check_actor(moment, "raise_query", state.site)
    key = (command.encounter, command.form, command.repeat)
    recorded = state.forms.get(key)
    if recorded is None:
        reasons.append(Reason("not-recorded", f"{command.form} is not on record there"))
    elif command.item and command.item not in moment.definition.forms[command.form].items:
        reasons.append(Reason("unknown-item", f"{command.form} has no item {command.item}"))
    reasons += _check_text(command.text, "say what is asked") + check_locked(moment, state, key, frozen=False)
    number = 1 + sum(1 for one in state.review.threads.values() if not one.check)
    raised = QueryRaised(f"Q{number}", command.form, command.encounter, command.repeat, command.item, command.text)
    return refuse("raise_query", reasons) or (Planned(state.participant, raised),)


def decide_answer_query(moment: Moment, state: SubjectState, command: AnswerQuery) -> Decision:
    """The answer as an entry, or why it cannot be given."""
    reasons = check_open(moment) + check_actor(moment, "answer_query", state.site)
    reasons += _check_status(moment, state, command.query, closed=False) + _check_text(command.text, "give an answer")
    entry = QueryAnswered(command.query, command.text)
    return refuse("answer_query", reasons) or (Planned(state.participant, entry),)


def decide_close_query(moment: Moment, state: SubjectState, command: CloseQuery) -> Decision:
    """The closing as an entry, or why not: nobody settles their own answer, and a reason is always needed."""
    reasons = check_open(moment) + check_actor(moment, "close_query", state.site)
    reasons += _check_status(moment, state, command.query, closed=False)
    reasons += _check_text(command.reason, "say why the query is settled")
    entry = QueryClosed(command.query, command.reason)
    return refuse("close_query", reasons) or (Planned(state.participant, entry),)


def decide_reopen_query(moment: Moment, state: SubjectState, command: ReopenQuery) -> Decision:
    """The reopening as an entry, or why not."""
    reasons = check_open(moment) + check_actor(moment, "reopen_query", state.site)
    reasons += _check_status(moment, state, command.query, closed=True)
    reasons += _check_text(command.text, "say what is still asked")
    entry = QueryReopened(command.query, command.text)
    return refuse("reopen_query", reasons) or (Planned(state.participant, entry),)


def _check_text(text: str, what: str) -> list[Reason]:
    return [] if text.strip() else [Reason("no-text", what)]


def _check_status(moment: Moment, state: SubjectState, name: str, *, closed: bool) -> list[Reason]:
    query = find_query(moment.definition, state, name)
    if query is None:
        return [Reason("unknown-query", f"{state.participant} has no query {name}")]
    if query.is_open == closed:
        code = "query-open" if query.is_open else "query-closed"
        return [Reason(code, f"query {name} is {query.thread.status.lower()}")]
    return []
