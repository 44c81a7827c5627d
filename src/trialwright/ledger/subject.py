"""What a participant's entries add up to at a moment: ``fold_subject`` is the only reader of their meaning."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from trialwright.ledger import entries as e
from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.entries_redaction import Redaction
from trialwright.ledger.entries_review import ReviewEntry
from trialwright.ledger.entries_safety import SafetyEntry
from trialwright.ledger.envelope import Envelope
from trialwright.ledger.redaction import Redacted, fold_redaction
from trialwright.ledger.review import ReviewState, drop_verified, fold_correction, fold_review
from trialwright.ledger.safety_facts import EventRevision, SubjectSafety, fold_revision, fold_subject_safety

FormKey = tuple[str, str, int]
_EMPTY: Mapping[Any, Any] = MappingProxyType({})
_EVENT_FORM = "adverse_event"
_UNREVIEWED = ReviewState()
_QUIET = SubjectSafety()


@dataclass(frozen=True, slots=True)
class FormVersion:
    """The latest revision of one form, and where in the ledger it and the ones before it are."""

    position: int
    at: str
    actor: str
    version: str
    recorded: e.FormRecorded
    earlier: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SubjectState:
    """One participant at a moment. Empty texts and None mean: has not happened.

    ``forms`` is keyed by (encounter, form, repeat); ``doses`` by (intervention, encounter, number); ``redacted`` by the
    position of the entry of which texts were taken out.
    """

    participant: str
    seq: int = 0
    last_at: str = ""
    site: str = ""
    version: str = ""
    screening: e.Screened | None = None
    screening_position: int = 0
    consent: e.ConsentGiven | None = None
    consent_position: int = 0
    refused: bool = False
    enrolled_at: str = ""
    arm: str | None = None
    allocated_at: str = ""
    forms: Mapping[FormKey, FormVersion] = field(default_factory=lambda: _EMPTY)
    scheduled: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    prepared: Mapping[tuple[str, str], e.DosePrepared] = field(default_factory=lambda: _EMPTY)
    doses: tuple[e.DoseGiven, ...] = ()
    missed: Mapping[tuple[str, str], str] = field(default_factory=lambda: _EMPTY)
    events: Mapping[int, e.AdverseEventReported] = field(default_factory=lambda: _EMPTY)
    deviations: tuple[e.DeviationNoted, ...] = ()
    left: tuple[e.Left, ...] = ()
    died: e.Died | None = None
    completed: e.Completed | None = None
    review: ReviewState = _UNREVIEWED
    safety: SubjectSafety = _QUIET
    redacted: Mapping[int, Redacted] = field(default_factory=lambda: _EMPTY)

    @property
    def status(self) -> str:
        """The one word for where the participant is now."""
        for word, holds in (
            ("DIED", self.died),
            ("COMPLETED", self.completed),
            ("LEFT", any(one.kind not in ("STOP_TREATMENT", "STOP_VISITS") for one in self.left)),
            ("ALLOCATED", self.arm),
            ("ENROLLED", self.enrolled_at),
            ("REFUSED", self.refused),
            ("CONSENTED", self.consent),
            ("SCREENED", self.screening),
        ):
            if holds:
                return word
        return "NEW"

    def has_left(self, *kinds: str) -> bool:
        """Whether the participant left in one of ``kinds`` (any kind where none is named)."""
        return any(one.kind in kinds or not kinds for one in self.left)

    def find_form(self, encounter: str, form: str, repeat: int = 1) -> FormVersion | None:
        """The latest revision of a form, or None where it has none yet."""
        return self.forms.get((encounter, form, repeat))


@dataclass(frozen=True, slots=True)
class Stamped:
    """An entry with what the ledger stamped on it."""

    position: int
    seq: int
    participant: str
    at: str
    actor: str
    role: str
    site: str
    version: str
    entry: e.Entry


def compute_stamped(envelope: Envelope) -> Stamped:
    """The entry that an envelope carries, with what the ledger stamped on it; of a blank one there is none."""
    entry = e.compute_entry(envelope.act, parse_canonical(envelope.payload))
    return Stamped(
        envelope.position, envelope.seq, envelope.participant, envelope.at, envelope.actor, envelope.role,
        envelope.site, envelope.version, entry,
    )  # fmt: skip


def fold_subject(state: SubjectState, stamped: Stamped) -> SubjectState:
    """The state after one more entry of the participant's chain. Entries of the study's chain do not come here."""
    changes = {"site": state.site or stamped.site, "version": stamped.version, **_compute_changes(state, stamped)}
    return replace(state, seq=stamped.seq, last_at=stamped.at, **changes)


def _compute_changes(state: SubjectState, stamped: Stamped) -> dict[str, Any]:
    entry, position = stamped.entry, stamped.position
    match entry:
        case e.FormRecorded():
            return _record(state, stamped, entry)
        case e.Screened():
            return {"screening": entry, "screening_position": position, "site": entry.site}
        case e.ConsentGiven():
            return {"consent": entry, "consent_position": position, "refused": False}
        case e.ConsentRefused():
            return {"refused": True}
        case e.Enrolled():
            return {"enrolled_at": stamped.at}
        case e.Allocated():
            return {"arm": entry.arm, "allocated_at": stamped.at}
        case e.VisitScheduled():
            return {"scheduled": {**state.scheduled, entry.encounter: entry.on}}
        case e.DosePrepared():
            return {"prepared": {**state.prepared, (entry.intervention, entry.encounter): entry}}
        case e.DoseGiven():
            others = tuple(
                one for one in state.doses if (one.intervention, one.number) != (entry.intervention, entry.number)
            )
            return {"doses": (*others, entry)}
        case e.DoseMissed():
            return {"missed": {**state.missed, (entry.intervention, entry.encounter): entry.reason}}
        case e.AdverseEventReported():
            return {"events": {**state.events, entry.repeat: entry}}
        case e.DeviationNoted():
            return {"deviations": (*state.deviations, entry)}
        case e.Left():
            return {"left": (*state.left, entry)}
        case e.Died():
            return {"died": entry}
        case e.Completed():
            return {"completed": entry}
        case Redaction():
            return _redact(state, entry, stamped)
        case _ if isinstance(entry, ReviewEntry):
            stamp = (stamped.at, stamped.actor, stamped.role)
            return {"review": fold_review(state.review, entry, position, stamp)}
        case _ if isinstance(entry, SafetyEntry):
            return {"safety": fold_subject_safety(state.safety, entry, stamped.at, stamped.actor)}
        case _:
            raise ValueError(f"{entry.act} is not an entry of a participant's chain")


def _record(state: SubjectState, stamped: Stamped, entry: e.FormRecorded) -> dict[str, Any]:
    """The latest revision takes the place of the one before; what was said of changed items is told of it."""
    key = (entry.encounter, entry.form, entry.repeat)
    before = state.forms.get(key)
    earlier = _list_earlier(before)
    version = FormVersion(stamped.position, stamped.at, stamped.actor, stamped.version, entry, earlier)
    changes: dict[str, Any] = {"forms": {**state.forms, key: version}, **_keep_event(state, version)}
    if not entry.replaces or state.review is _UNREVIEWED:
        return changes
    stamp = (stamped.at, stamped.actor, stamped.role)
    if before is not None and before.position == entry.replaces:
        changed = compute_changes(before.recorded, entry)
    else:  # the revision before is blank: nobody can say that an item stayed as it was
        changed = {name: ("(redacted)", text) for name, text in {**entry.missing, **entry.values}.items()}
    return {**changes, "review": fold_correction(state.review, key, changed, entry.reason, stamp)}


def _keep_event(state: SubjectState, version: FormVersion) -> dict[str, Any]:
    """Every revision of an adverse event is kept: a clock starts from what was known when."""
    recorded = version.recorded
    if recorded.form != _EVENT_FORM:
        return {}
    revision = EventRevision(version.position, version.at, recorded.values)
    return {"safety": fold_revision(state.safety, recorded.repeat, revision)}


def compute_changes(before: e.FormRecorded, after: e.FormRecorded) -> dict[str, tuple[str, str]]:
    """The items whose value or reason for having none changed between two revisions: what it was, what it is."""
    old, new = {**before.missing, **before.values}, {**after.missing, **after.values}
    names = [*old, *(name for name in new if name not in old)]
    return {name: (old.get(name, ""), new.get(name, "")) for name in names if old.get(name) != new.get(name)}


def _redact(state: SubjectState, entry: Redaction, stamped: Stamped) -> dict[str, Any]:
    """The entry at that position was folded as it is now, without the texts; what remains is that and why they went.

    Nobody can say any more that an item which went agrees with the source.
    """
    changes: dict[str, Any] = {
        "redacted": fold_redaction(state.redacted, entry, stamped.position, (stamped.at, stamped.actor))
    }
    items = frozenset(path.partition(".")[2] for path in entry.removed if path.startswith("values."))
    key = next((key for key, one in state.forms.items() if entry.position in (one.position, *one.earlier)), None)
    if items and key is not None:
        changes["review"] = drop_verified(state.review, key, items - state.forms[key].recorded.values.keys())
    return changes


def _list_earlier(before: FormVersion | None) -> tuple[int, ...]:
    return (*before.earlier, before.position) if before else ()
