"""The revisions of one form, read from the ledger, and the history of each value in it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from trialwright.ledger.entries import FormRecorded
from trialwright.service.perform import compute_stamped
from trialwright.store.read import read_chain, read_entries

_MOST = 60
"""So many entries at most are looked through for what one act wrote."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One saving of a form: where in the ledger, when, by whom, and what."""

    position: int
    at: str
    actor: str
    role: str
    recorded: FormRecorded


@dataclass(frozen=True, slots=True)
class Step:
    """One change of one value: what it was and what it became (texts on record), by whom, when and why."""

    revision: Revision
    old: str
    new: str
    old_missing: str
    new_missing: str
    confirmed: str = ""


def read_revisions(code: str, key: tuple[str, str, int]) -> list[Revision]:
    """Every revision of a form, the first one first; one statement."""
    found = []
    for envelope in read_chain(connection, code):
        if envelope.act != FormRecorded.act or not envelope.payload:
            continue
        stamped = compute_stamped(envelope)
        entry = stamped.entry
        if isinstance(entry, FormRecorded) and (entry.encounter, entry.form, entry.repeat) == key:
            found.append(Revision(stamped.position, stamped.at, stamped.actor, stamped.role, entry))
    return found


def list_steps(revisions: list[Revision], item: str) -> Iterator[Step]:
    """How one value became what it is: a step for each revision that changed it, the newest first."""
    steps, old, old_missing = [], "", ""
    for one in revisions:
        new, missing = one.recorded.values.get(item, ""), one.recorded.missing.get(item, "")
        if (new, missing) != (old, old_missing):
            steps.append(Step(one, old, new, old_missing, missing, one.recorded.confirmed.get(item, "")))
        old, old_missing = new, missing
    yield from reversed(steps)


def read_act(code: str, first: int) -> list[object]:
    """The stamped entries that one act wrote for a participant, from the position of its first entry; one statement."""
    found: list[object] = []
    at = actor = ""
    for envelope in read_entries(connection, first - 1, first + _MOST):
        at, actor = at or envelope.at, actor or envelope.actor
        if (envelope.at, envelope.actor, envelope.participant) != (at, actor, code) or not envelope.payload:
            if envelope.participant == code:
                break
            continue
        found.append(compute_stamped(envelope))
    return found
