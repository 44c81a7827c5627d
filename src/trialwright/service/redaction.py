"""Redactions as one act of one person, with what has to be cleared beside the ledger: drafts, and the log on disk."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections

from trialwright.access.policy import Actor
from trialwright.capture.redact import Redact, list_redactable
from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.entries import compute_entry
from trialwright.ledger.entries_exports import DataExported
from trialwright.ledger.envelope import STUDY_CHAIN, Envelope
from trialwright.service.perform import Receipt, Trial
from trialwright.service.together import Stopped, perform_all
from trialwright.store.drafts import delete_drafts_holding
from trialwright.store.read import read_chain, read_entries, read_entry
from trialwright.store.traces import empty_log
from trialwright.vocabulary.findings import Refusal

_TELLING = 4
_LONG = 8
"""A text of so many characters is no code: wherever it stands, it is the same thing that was typed."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was done: the receipts, the texts that went, how many drafts went with them, whether the disk is clean too."""

    receipts: tuple[Receipt, ...]
    texts: frozenset[str]
    drafts: int
    is_disk_clean: bool


@dataclass(frozen=True, slots=True)
class Twin:
    """Another entry in which one of the same texts stands, and where in it."""

    envelope: Envelope
    paths: tuple[str, ...]


def redact(trial: Trial, commands: Sequence[Redact], actor: Actor) -> Cleared | Refusal:
    """Take the texts out of all entries, or of none where one redaction is refused."""
    connection = connections[trial.ledger.alias]
    texts = frozenset(text for one in commands for text in _find_texts(trial, one))
    done = perform_all(trial, commands, actor)
    if isinstance(done, Stopped):
        return done.refusal
    going = frozenset(text for text in (*texts, *(word for one in commands for word in one.words)) if is_telling(text))
    return Cleared(done, texts, delete_drafts_holding(connection, going), empty_log(connection))


def is_telling(text: str) -> bool:
    """Whether a text is long enough to be looked for elsewhere: a code or a grade stands in everything."""
    return len(text.strip()) >= _TELLING


def _find_texts(trial: Trial, command: Redact) -> list[str]:
    found = read_entry(connections[trial.ledger.alias], command.position)
    texts = list_redactable(found, {}) if found else {}
    return [texts[path] for path in command.paths if path in texts]


def find_twins(trial: Trial, envelope: Envelope, texts: dict[str, str]) -> list[Twin]:
    """The other entries of the same participant, and of the study, that hold one of the texts; two statements.

    A short text is the same only at the same place of another entry: a code or a grade stands in many.
    """
    connection, found = connections[trial.ledger.alias], []
    chains = [read_chain(connection, code) for code in dict.fromkeys((envelope.participant, STUDY_CHAIN))]
    for other in (one for chain in chains for one in chain if one.position != envelope.position):
        held = list_redactable(other, {})
        same_act = other.act == envelope.act
        paths = tuple(
            path
            for path, text in held.items()
            if (same_act and texts.get(path) == text) or any(_overlap(text, one) for one in texts.values())
        )
        if paths:
            found.append(Twin(other, paths))
    return found


def _overlap(one: str, other: str) -> bool:
    """Whether two long texts are the same, or one stands in the other: the machine quotes what people type."""
    return min(len(one), len(other)) >= _LONG and (one in other or other in one)


def find_files(trial: Trial, position: int) -> list[tuple[Envelope, DataExported]]:
    """The files given out after an entry was written, the latest first: each may hold what stood there."""
    entries = read_entries(connections[trial.ledger.alias], position, acts=frozenset({DataExported.act}))
    found = [(one, compute_entry(one.act, parse_canonical(one.payload))) for one in entries if one.payload]
    return [(one, entry) for one, entry in reversed(found) if isinstance(entry, DataExported)]
