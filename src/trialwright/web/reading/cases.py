"""The images that wait to be read, each under its code, with the readings that there are; three statements."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from trialwright.access.policy import Actor
from trialwright.capture.schedule import find_activity
from trialwright.definition.compiled import CompiledForm, Definition
from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.entries import FormRecorded, compute_entry
from trialwright.store.models import FormState, LedgerEntry, Participant
from trialwright.vocabulary.codelists import Role
from trialwright.web import trial

READER = "reader"
"""The item of a blinded form that says which reader it is."""
TURNS: Mapping[Role, int] = {Role.READER_1: 1, Role.READER_2: 2}
"""Which row of the form is whose; the third is the adjudicator's."""
THIRD = 3
CODES = {1: "READER_1", 2: "READER_2", THIRD: "ADJUDICATOR"}
_LENGTH = 7


@dataclass(frozen=True, slots=True)
class Held:
    """A form on record: by whom, at which revision, with which values."""

    actor: str
    revision: int
    values: Mapping[str, str]
    missing: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """An image to be read. ``code`` is all that a reader sees of it; ``at`` says when it was taken."""

    code: str
    compiled: CompiledForm
    participant: str
    site: str
    encounter: str
    at: str
    readings: Mapping[int, Held]

    @property
    def form(self) -> str:
        """The blinded form on which it is read."""
        return self.compiled.form.id

    @property
    def differs(self) -> bool:
        """Whether the two readings are so far apart that a third is wanted."""
        reading = self.compiled.form.reading
        if reading is None or reading.differ_in is None or reading.by is None or not {1, 2} <= self.readings.keys():
            return False
        first, second = (_read_number(self.readings[turn].values.get(reading.differ_in, "")) for turn in (1, 2))
        return first is not None and second is not None and abs(first - second) >= reading.by

    def find_turn(self, actor: Actor) -> int:
        """Whose reading this person can make now: 1, 2, 3 (as the adjudicator), or 0 for none."""
        own = TURNS.get(actor.role, 0)
        if own and own not in self.readings:
            return own
        waits = self.differs and THIRD not in self.readings
        return THIRD if waits and actor.person not in {self.readings[turn].actor for turn in (1, 2)} else 0

    def find_own(self, actor: Actor) -> int:
        """Which reading on record is this person's; 0 for none."""
        return next((turn for turn, one in self.readings.items() if one.actor == actor.person), 0)


def _read_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def load_cases(sites: Iterable[str]) -> list[Case]:
    """Every image of some sites that a blinded form of the study reads, in the order of their codes."""
    definition = trial.get_definition()
    blinded = {name: one for name, one in definition.forms.items() if one.form.reading}
    sources = {one.form.reading.of for one in blinded.values() if one.form.reading}
    people = dict(Participant.objects.filter(site__in=list(sites)).values_list("code", "site"))
    rows = list(
        FormState.objects.filter(form__in=[*blinded, *sources], participant__in=people).values_list(
            "participant", "encounter", "form", "repeat", "position", "revision"
        )
    )
    entries = _read_entries([row[4] for row in rows])
    held: dict[tuple[str, str, str], dict[int, Held]] = defaultdict(dict)
    for participant, encounter, form, repeat, position, revision in rows:
        if position in entries:
            actor, recorded = entries[position]
            held[participant, encounter, form][repeat] = Held(actor, revision, recorded.values, recorded.missing)
    roots = dict(LedgerEntry.objects.filter(seq=1, participant__in=people).values_list("participant", "hash"))
    found = [
        Case(
            compute_code(roots[participant], encounter, name), compiled, participant, people[participant], encounter,
            images[1].values.get(definition.forms[form].form.occasion or "", ""),
            held.get((participant, encounter, name), {}),
        )
        for (participant, encounter, form), images in held.items()
        for name, compiled in blinded.items()
        if 1 in images and _is_read(definition, compiled, form, encounter, images[1])
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.code)


def _read_entries(positions: list[int]) -> dict[int, tuple[str, FormRecorded]]:
    rows = LedgerEntry.objects.filter(position__in=positions, act=FormRecorded.act).exclude(payload="")
    return {
        position: (actor, cast(FormRecorded, compute_entry(FormRecorded.act, parse_canonical(payload))))
        for position, payload, actor in rows.values_list("position", "payload", "actor")
    }


def _is_read(definition: Definition, compiled: CompiledForm, source: str, encounter: str, image: Held) -> bool:
    reading = compiled.form.reading
    if reading is None or reading.of != source or find_activity(definition, compiled.form.id, encounter) is None:
        return False
    return reading.item is None or image.values.get(reading.item, "") == reading.code


def compute_code(root: str, encounter: str, form: str) -> str:
    """The code of a case, from the hash of the participant's first entry: the same for ever, and telling nothing.

    >>> compute_code("ab" * 32, "D3", "ct_read") == compute_code("ab" * 32, "D6", "ct_read")
    False
    """
    digest = hashlib.sha256(f"reading\0{root}\0{encounter}\0{form}".encode()).digest()
    return base64.b32encode(digest).decode()[:_LENGTH]
