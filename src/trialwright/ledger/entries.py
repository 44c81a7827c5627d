"""The entries of the ledger: one frozen class per kind of act, holding texts as they were entered.

To add an act: a class here or in the file of its kind (``entries_review``, ``entries_safety``, ``entries_product``), a
branch in its fold, a file in the capture room, a row in ``access/policy.py`` and a line in ``capture/acts.py``.
Values are texts, never floats: what was typed is what is kept.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from types import MappingProxyType
from typing import Any, ClassVar

from trialwright.ledger.entries_exports import DataExported
from trialwright.ledger.entries_oversight import OversightEntry
from trialwright.ledger.entries_product import ProductEntry
from trialwright.ledger.entries_redaction import Redaction, RedactionAsked, RedactionSettled
from trialwright.ledger.entries_results import ResultsQcSigned
from trialwright.ledger.entries_review import ReleaseEntry, ReviewEntry
from trialwright.ledger.entries_safety import SafetyEntry, StudySafetyEntry
from trialwright.ledger.laboratory import LaboratoryRegistered

Texts = Mapping[str, str]
_NONE: Texts = MappingProxyType({})
PAPER = "PAPER"
"""The source of data that were written on paper first and entered later."""


@dataclass(frozen=True, slots=True)
class LedgerOpened:
    """The first entry: what the ledger is for, and under which definition it starts."""

    act: ClassVar[str] = "ledger_opened"
    purpose: str
    version: str
    digest: str
    title: str


@dataclass(frozen=True, slots=True)
class AssumptionSigned:
    """The principal investigator took responsibility for one assumption, citing the approved protocol."""

    act: ClassVar[str] = "assumption_signed"
    assumption: str
    statement: str
    citation: str
    meaning: str


@dataclass(frozen=True, slots=True)
class DutyDelegated:
    """A person may do something at a site from one day to another (``end`` empty: until ended)."""

    act: ClassVar[str] = "duty_delegated"
    person: str
    duty: str
    site: str
    start: str
    end: str = ""


@dataclass(frozen=True, slots=True)
class TrainingRecorded:
    """A person was trained, with the evidence for it."""

    act: ClassVar[str] = "training_recorded"
    person: str
    topic: str
    completed: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class SiteActivated:
    """A site opened: its approvals, and the definition version that was released there.

    ``details`` holds ethics_body, ethics_number, ethics_date, ethics_expires, protocol_version, contract_date,
    laboratory and product_ready; ``consent_versions`` are the consent forms approved there.
    """

    act: ClassVar[str] = "site_activated"
    site: str
    version: str
    details: Texts
    consent_versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteSuspended:
    """A site may not screen, consent or allocate until it is activated again."""

    act: ClassVar[str] = "site_suspended"
    site: str
    reason: str


@dataclass(frozen=True, slots=True)
class SiteClosed:
    """A site is closed for good to new participants."""

    act: ClassVar[str] = "site_closed"
    site: str
    reason: str


@dataclass(frozen=True, slots=True)
class AllocationListSealed:
    """A concealed allocation list was made; its commitment binds it without telling it."""

    act: ClassVar[str] = "allocation_list_sealed"
    commitment: str
    length: int


@dataclass(frozen=True, slots=True)
class NumberGiven:
    """A participant code was given out at a site (in the study's own chain, so no code is given twice)."""

    act: ClassVar[str] = "number_given"
    participant: str
    site: str


@dataclass(frozen=True, slots=True)
class SlotTaken:
    """A place in an arm was taken (in the study's own chain, so the last place is taken once).

    ``slot`` is the position in the concealed list of the stratum, or 0 where there is none.
    """

    act: ClassVar[str] = "slot_taken"
    participant: str
    site: str
    arm: str
    stratum: str = ""
    slot: int = 0
    factors: Texts = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class AccountCreated:
    """A person was given an account; ``person`` is the actor of everything that they do, and is never given again."""

    act: ClassVar[str] = "account_created"
    person: str
    name: str
    role: str
    workplace: str = ""


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """An account as it is from now on (``active`` Y or N), and why; ``what`` tells of a new password or an unlocking."""

    act: ClassVar[str] = "account_changed"
    person: str
    role: str
    workplace: str
    active: str
    reason: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person signed in, by ``how``: PASSWORD or PASSWORD_AND_CODE."""

    act: ClassVar[str] = "signed_in"
    person: str
    how: str


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """Somebody failed to sign in as ``person`` (empty where nobody has the name that was typed)."""

    act: ClassVar[str] = "sign_in_failed"
    person: str
    why: str


@dataclass(frozen=True, slots=True)
class Screened:
    """The verdict on every criterion, the values it was reached with, and the answers to judgements.

    Pseudonymous only: no identifiable data are kept before consent.
    """

    act: ClassVar[str] = "screened"
    site: str
    verdicts: Texts
    values: Texts
    judgements: Texts
    explanations: Texts = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """Consent: form version, language, time, who explained, copy given, witness, optional samples."""

    act: ClassVar[str] = "consent_given"
    given_at: str
    form_version: str
    language: str
    explained_by: str
    copy_given: str
    witness: str = ""
    optional_samples: str = ""
    signed_by: str = "PARTICIPANT"


@dataclass(frozen=True, slots=True)
class ConsentRefused:
    """A person said no; nothing but the reason, where given, is kept."""

    act: ClassVar[str] = "consent_refused"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The delegated physician signed that the person is eligible; the positions bind what was signed."""

    act: ClassVar[str] = "enrolled"
    screening: int
    consent: int
    authenticated_at: str = ""


@dataclass(frozen=True, slots=True)
class Allocated:
    """The participant came to an arm, with the written rationale where the investigator assigned it."""

    act: ClassVar[str] = "allocated"
    arm: str
    method: str
    rationale: str = ""
    stratum: str = ""
    slot: int = 0


@dataclass(frozen=True, slots=True)
class VisitScheduled:
    """An appointment: the day on which a planned encounter is to happen."""

    act: ClassVar[str] = "visit_scheduled"
    encounter: str
    on: str


@dataclass(frozen=True, slots=True)
class FormRecorded:
    """One revision of one form: all its values, and why it differs from the revision before.

    ``missing`` maps items without a value to why; ``confirmed`` maps items with an impossible-looking value to the
    reason why it stands; ``fired`` names the edit checks that are true of this revision (each is an open automatic query);
    ``replaces`` is the position of the revision before, 0 for the first. ``source`` says where the data come from, and
    ``observed_at`` (site's time) when they were written down there, where that was before they were entered.
    """

    act: ClassVar[str] = "form_recorded"
    form: str
    encounter: str
    repeat: int
    revision: int
    values: Texts
    missing: Texts = field(default_factory=lambda: _NONE)
    reason: str = ""
    confirmed: Texts = field(default_factory=lambda: _NONE)
    fired: tuple[str, ...] = ()
    source: str = ""
    replaces: int = 0
    observed_at: str = ""


@dataclass(frozen=True, slots=True)
class DosePrepared:
    """A dose was made ready for one participant and one planned time; ``checked_by``: the second person who checked
    participant, lot and amount."""

    act: ClassVar[str] = "dose_prepared"
    intervention: str
    encounter: str
    lot: str
    amount: str
    unit: str
    checked_by: str = ""


@dataclass(frozen=True, slots=True)
class DoseGiven:
    """A dose was given, as it happened. ``number`` counts the participant's doses of the intervention from 1.

    ``encounter`` is empty where the dose belongs to no planned time.
    """

    act: ClassVar[str] = "dose_given"
    intervention: str
    encounter: str
    number: int
    started_at: str
    amount: str
    unit: str
    lot: str = ""


@dataclass(frozen=True, slots=True)
class DoseMissed:
    """A planned dose was not given, and why."""

    act: ClassVar[str] = "dose_missed"
    intervention: str
    encounter: str
    reason: str


@dataclass(frozen=True, slots=True)
class AdverseEventReported:
    """A row of the adverse event form was opened; ``aware_at`` is when the site knew. The values are in the form."""

    act: ClassVar[str] = "adverse_event_reported"
    repeat: int
    aware_at: str
    serious: bool


@dataclass(frozen=True, slots=True)
class DeviationNoted:
    """Something departed from the protocol. ``found_by`` is MACHINE or a person's id."""

    act: ClassVar[str] = "deviation_noted"
    code: str
    text: str
    encounter: str = ""
    form: str = ""
    found_by: str = "MACHINE"


@dataclass(frozen=True, slots=True)
class Left:
    """A participant left, in one of the kinds of leaving; the milder kinds let vital status be asked."""

    act: ClassVar[str] = "left"
    kind: str
    on: str
    reason: str
    data_fate: str = "KEEP"
    samples_fate: str = "KEEP"


@dataclass(frozen=True, slots=True)
class Died:
    """A participant died (``on`` may be partial)."""

    act: ClassVar[str] = "died"
    on: str
    cause: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Completed:
    """A participant reached the end of follow-up."""

    act: ClassVar[str] = "completed"
    on: str


Entry = (
    LedgerOpened | AssumptionSigned | DutyDelegated | TrainingRecorded | SiteActivated | SiteSuspended | SiteClosed
    | AllocationListSealed | NumberGiven | SlotTaken | AccountCreated | AccountChanged | SignedIn | SignInFailed
    | Screened | ConsentGiven | ConsentRefused | Enrolled | Allocated
    | VisitScheduled | FormRecorded | DosePrepared | DoseGiven | DoseMissed | AdverseEventReported | DeviationNoted
    | Left | Died | Completed | Redaction | RedactionAsked | RedactionSettled | ReviewEntry | ReleaseEntry | ProductEntry
    | SafetyEntry | StudySafetyEntry | OversightEntry | LaboratoryRegistered | ResultsQcSigned
    | DataExported
)  # fmt: skip

KINDS: Mapping[str, type[Entry]] = MappingProxyType({kind.act: kind for kind in Entry.__args__})
_OMIT = object()


def _defaults(kind: type[Entry]) -> tuple[tuple[str, object], ...]:
    """Each field with the value that the payload leaves out; fields without a default are always written."""
    return tuple(
        (one.name, one.default if one.default is not MISSING else {} if one.default_factory is not MISSING else _OMIT)
        for one in fields(kind)
    )


_FIELDS = {act: _defaults(kind) for act, kind in KINDS.items()}


def compute_payload(entry: Entry) -> dict[str, Any]:
    """The payload of an entry: its fields as plain texts, numbers, lists and mappings; defaults are left out."""
    payload: dict[str, Any] = {}
    for name, default in _FIELDS[entry.act]:
        value = getattr(entry, name)
        if value != default:
            payload[name] = (
                value if isinstance(value, (str, int)) else list(value) if isinstance(value, tuple) else dict(value)
            )
    return payload


def compute_entry(act: str, payload: Mapping[str, Any]) -> Entry:
    """The entry of a payload; KeyError for an act, TypeError for a field that this version does not know."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in payload.items()
    }
    return KINDS[act](**values)
