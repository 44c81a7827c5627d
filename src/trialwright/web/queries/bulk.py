"""The review of many participants at once: what was said, verified, signed and locked, in a handful of statements.

What is said about data stands in entries of the ledger, not in rows of its own. A page about everybody therefore keeps,
in the memory of its process, what it has read of them, and reads on from there; whole states are folded for the few
hundred participants that a page shows.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.http import HttpRequest

from trialwright.capture.visits import list_telling_forms
from trialwright.ledger import entries_review as r
from trialwright.ledger.entries import FormRecorded
from trialwright.ledger.envelope import COLUMNS, REDACTION, Envelope
from trialwright.ledger.review import Key, ReviewState, fold_review
from trialwright.ledger.subject import SubjectState
from trialwright.service.perform import compute_stamped
from trialwright.service.reading_many import load_subjects_at
from trialwright.store.models import LedgerEntry
from trialwright.store.read import read_entries, read_entry
from trialwright.store.rows import StudyRow
from trialwright.web import trial
from trialwright.web.forms.places import tells_arm
from trialwright.web.people import find_heads

_TYPES = (
    r.QueryRaised, r.QueryAnswered, r.QueryClosed, r.QueryReopened, r.SourceVerified, r.Signed, r.LockChanged,
    r.CodeBroken,
)  # fmt: skip
ACTS = frozenset(one.act for one in _TYPES)

MOST_PEOPLE = 300
"""So many participants at most are folded for one page; the page says so when there are more."""


@dataclass(slots=True)
class Index:
    """What was said about everybody's data, without the corrections that followed.

    ``reviews`` maps a participant to their review; ``verified_at`` maps a form to the position of the revision that the
    monitor saw last; ``items`` maps such a position to the items on record there.
    """

    position: int = 0
    seal: str = ""
    reviews: dict[str, ReviewState] = field(default_factory=dict)
    verified_at: dict[tuple[str, Key], int] = field(default_factory=dict)
    items: dict[int, frozenset[str]] = field(default_factory=dict)

    def is_verified(self, code: str, key: Key, position: int) -> bool:
        """Whether the monitor saw this revision of a form, and every item on it was verified then or before.

        Of items that a correction took away and the monitor then left out, only the folded state knows.
        """
        if self.verified_at.get((code, key)) != position or position not in self.items:
            return False
        return self.items[position] <= self.reviews[code].verified.get(key, frozenset())


_CHUNK = 500
_lock = threading.Lock()
_held = [Index()]


def load_index(request: HttpRequest) -> Index:
    """The index as of now, read once a request: one statement where nothing is new, three where something is."""
    if not hasattr(request, "_trialwright_index"):
        request._trialwright_index = _read_index(trial.read_head(request))  # type: ignore[attr-defined]
    index: Index = request._trialwright_index  # type: ignore[attr-defined]
    return index


def _read_index(row: StudyRow | None) -> Index:
    if row is None:
        return Index()
    with _lock:
        held = _held[0]
        if (held.position, held.seal) == (row.position, row.seal):
            return held
        if held.position and not _continues(held, row.position):
            held = Index()
        _held[0] = _advance(held, row.position, row.seal)
        return _held[0]


def _continues(held: Index, position: int) -> bool:
    entry = read_entry(connection, held.position) if held.position <= position else None
    return entry is not None and entry.seal == held.seal


def _advance(held: Index, position: int, seal: str) -> Index:
    newer = list(read_entries(connection, held.position, position, ACTS | {REDACTION}))
    if held.position and any(one.act == REDACTION for one in newer):  # what is held may hold what was taken out
        held, newer = Index(), list(read_entries(connection, 0, position, ACTS))
    index, seen = Index(position, seal, dict(held.reviews), dict(held.verified_at), dict(held.items)), set[int]()
    for envelope in newer:
        if not envelope.payload:
            continue
        one = compute_stamped(envelope)
        if not isinstance(one.entry, _TYPES):
            continue
        code = envelope.participant
        review = index.reviews.get(code, ReviewState())
        index.reviews[code] = fold_review(review, one.entry, one.position, (one.at, one.actor, one.role))
        if isinstance(one.entry, r.SourceVerified):
            key = (one.entry.encounter, one.entry.form, one.entry.repeat)
            index.verified_at[code, key] = one.entry.revision
            seen.add(one.entry.revision)
    index.items |= _read_items(sorted(seen - index.items.keys()))
    return index


def _read_items(positions: list[int]) -> dict[int, frozenset[str]]:
    """The items on record in the entries at some positions; a statement for every few hundred of them."""
    found = {}
    for first in range(0, len(positions), _CHUNK):
        chunk = positions[first : first + _CHUNK]
        for row in LedgerEntry.objects.filter(position__in=chunk).values_list(*COLUMNS):
            envelope = Envelope._make(row)
            entry = compute_stamped(envelope).entry if envelope.payload else None
            if isinstance(entry, FormRecorded):
                found[envelope.position] = frozenset((*entry.values, *entry.missing))
    return found


def load_subjects(request: HttpRequest, codes: Iterable[str]) -> dict[str, SubjectState]:
    """The states of participants whom the actor may see, by code; two statements, whatever their number."""
    return load_subjects_at(trial.get_running().trial, find_heads(request, frozenset(codes)))


def is_visible_form(request: HttpRequest, key: Key) -> bool:
    """Whether a form may be shown to these eyes: not where it would tell the arm to somebody who must not know it."""
    definition = trial.get_definition()
    if key[1] not in definition.forms:
        return False
    return trial.get_sight(request).arms or not (key[1] in list_telling_forms(definition) or tells_arm(key[1], key[0]))
