"""The revisions of one form, read from the ledger, and the history of each value in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.db import connection

from trialwright.ledger.entries import FormRecorded
from trialwright.ledger.entries_redaction import Redaction
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
    gone: Mapping[str, str] = field(default_factory=dict)
    """What stands where the value of an item was taken out: by whom, when and why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of one value: what it was and what it became (texts on record), by whom, when and why."""

    revision: Revision
    old: str
    new: str
    old_missing: str
    new_missing: str
    confirmed: str = ""
    gone: str = ""


def read_revisions(code: str, key: tuple[str, str, int]) -> list[Revision]:
    """Every revision of a form, the first one first; one statement."""
    found, gone = [], dict[int, dict[str, str]]()
    for envelope in read_chain(connection, code):
        if envelope.act not in (FormRecorded.act, Redaction.act) or not envelope.payload:
            continue
        stamped = compute_stamped(envelope)
        entry = stamped.entry
        if isinstance(entry, Redaction):
            gone[entry.position] = {path.removeprefix("values."): text for path, text in entry.removed.items()}
        elif isinstance(entry, FormRecorded) and (entry.encounter, entry.form, entry.repeat) == key:
            found.append(Revision(stamped.position, stamped.at, stamped.actor, stamped.role, entry))
    return [replace(one, gone=gone.get(one.position, {})) for one in found]


def list_steps(revisions: list[Revision], item: str) -> Iterator[Step]:
    """How one value became what it is: a step for each revision that changed it, the newest first."""
    steps, old, old_missing, old_gone = [], "", "", ""
    for one in revisions:
        new, missing, gone = (
            one.recorded.values.get(item, ""),
            one.recorded.missing.get(item, ""),
            one.gone.get(item, ""),
        )
        if (new, missing, gone) != (old, old_missing, old_gone):
            steps.append(Step(one, old, new, old_missing, missing, one.recorded.confirmed.get(item, ""), gone))
        old, old_missing, old_gone = new, missing, gone
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
