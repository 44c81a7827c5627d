"""Source verification: the monitor compares items with the source; a later change takes the verification away.

It is a statement about a revision and changes no value, so it passes frozen and locked data too.
"""

import hashlib
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.ledger.entries_review import SourceVerified, VerificationPlanned
from trialwright.ledger.review import Key
from trialwright.ledger.study import StudyState
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class VerifySource:
    """These items (all where none is named) of the revision that the monitor saw agree with the source."""

    participant: str
    form: str
    encounter: str
    revision: int
    items: tuple[str, ...] = ()
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class PlanVerification:
    """Which forms are to be verified: those of ``always``, and a ``share`` ("0" to "1") of all others."""

    share: str
    always: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """How far a form has been verified: items that are, items that are not, and items that were before a change."""

    verified: frozenset[str]
    unverified: frozenset[str]
    fallen: frozenset[str]

    @property
    def is_complete(self) -> bool:
        """Whether every item is verified."""
        return bool(self.verified) and not self.unverified


def decide_verify_source(moment: Moment, state: SubjectState, command: VerifySource) -> Decision:
    """The verification as an entry, or why not: nothing recorded, another revision, an item that is not there."""
    reasons = check_open(moment) + check_actor(moment, "verify_source", state.site)
    version = state.find_form(command.encounter, command.form, command.repeat)
    if version is None:
        reasons.append(Reason("not-recorded", f"{command.form} is not on record there"))
        return refuse("verify_source", reasons) or ()
    recorded = version.recorded
    if recorded.revision != command.revision:
        text = f"{command.form} is at revision {recorded.revision}, not at {command.revision}: look at it first"
        reasons.append(Reason("changed-meanwhile", text))
    there = (*recorded.values, *recorded.missing)
    for item in command.items:
        if item not in there:
            reasons.append(Reason("unknown-item", f"{command.form} has nothing recorded at {item}"))
    entry = SourceVerified(
        command.form, command.encounter, command.repeat, version.position, tuple(sorted(command.items or there))
    )
    return refuse("verify_source", reasons) or (Planned(state.participant, entry),)


def compute_verification(state: SubjectState, key: Key) -> Verification:
    """How far the form of a key has been verified, as it stands now."""
    version = state.forms.get(key)
    there = frozenset((*version.recorded.values, *version.recorded.missing)) if version else frozenset()
    verified = state.review.verified.get(key, frozenset()) & there
    return Verification(verified, there - verified, state.review.fallen.get(key, frozenset()))


def list_to_verify(plan: VerificationPlanned | None, state: SubjectState) -> tuple[Key, ...]:
    """The forms of a participant that the plan asks for and that are not verified as they stand now."""
    return tuple(
        key
        for key in state.forms
        if is_to_verify(plan, state.participant, key) and not compute_verification(state, key).is_complete
    )


def decide_plan_verification(moment: Moment, command: PlanVerification) -> Decision:
    """The plan as an entry of the study's chain, or why not."""
    reasons = check_open(moment) + check_actor(moment, "plan_verification", "")
    reasons += check_share(moment, command.share, command.always)
    return refuse("plan_verification", reasons) or (Planned("", VerificationPlanned(command.share, command.always)),)


def check_share(moment: Moment, share: str, always: tuple[str, ...]) -> list[Reason]:
    """Why a plan of verification cannot be: a share that is none, a form that the study does not have."""
    wrong = [Reason("unreadable", f"{share!r} is not a share from 0 to 1")] if _read_share(share) is None else []
    unknown = [one for one in always if one not in moment.definition.forms]
    return wrong + [Reason("unknown-form", f"the study has no form {form}") for form in unknown]


def find_verification_plan(study: StudyState, site: str) -> VerificationPlanned | None:
    """What is to be verified at a site: as its own monitoring plan says, else as the study's."""
    own = study.oversight.plans.get(site)
    return VerificationPlanned(own.share, own.always) if own else study.release.verification


def _read_share(text: str) -> Decimal | None:
    try:
        share = Decimal(text)
    except InvalidOperation:
        return None
    return share if 0 <= share <= 1 else None


def is_to_verify(plan: VerificationPlanned | None, participant: str, key: Key) -> bool:
    """Whether a plan asks for the verification of a form; without a plan every form is asked for.

    The sample is drawn by the hash of whose form it is: the same at every look, and known to nobody beforehand but by
    computing it.

    >>> is_to_verify(VerificationPlanned("0", ("consent",)), "S-001", ("SCREENING", "consent", 1))
    True
    >>> is_to_verify(VerificationPlanned("0.05"), "S-001", ("D3", "vital_signs", 1))
    False
    """
    if plan is None or key[1] in plan.always:
        return True
    encounter, form, repeat = key
    drawn = hashlib.sha256(f"{participant}|{form}|{repeat}|{encounter}".encode()).digest()
    return int.from_bytes(drawn[:8], "big") < Decimal(plan.share) * 2**64
