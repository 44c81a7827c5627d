"""Electronic signatures: under a form, a visit, a casebook, the analysis plan, the opening of the results.

A signature says what it means, is bound to the hash of what was signed, and is visibly broken by any later change
(21 CFR 11.50, 11.70). The password is the web's business: the command says when it was last given.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, check_principal, refuse
from trialwright.definition.analysis import list_digests
from trialwright.definition.compiled import Definition
from trialwright.ledger.canonical import render_canonical
from trialwright.ledger.entries_review import PlanSigned, Signed, UnsealingSigned
from trialwright.ledger.review import Key, SignatureHeld
from trialwright.ledger.subject import FormVersion, SubjectState
from trialwright.vocabulary.findings import Reason

FRESH = timedelta(minutes=5)
"""How old the last proof of identity may be."""


class Scope(StrEnum):
    """What a signature covers."""

    FORM = "FORM"
    VISIT = "VISIT"
    CASEBOOK = "CASEBOOK"


MEANINGS: Mapping[Scope, str] = {
    Scope.FORM: "I have reviewed this form; to the best of my knowledge it is complete and correct.",
    Scope.VISIT: "I have reviewed the forms of this visit; to the best of my knowledge they are complete and correct.",
    Scope.CASEBOOK: "I have reviewed all data of this participant; to the best of my knowledge they are complete and "
    "correct.",
}
"""What is printed above the signature, and stored with it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Sign a form (``form``, ``encounter``, ``repeat``), a visit (``encounter``) or the casebook."""

    participant: str
    scope: Scope
    authenticated_at: datetime
    encounter: str = ""
    form: str = ""
    repeat: int = 1


@dataclass(frozen=True, slots=True)
class SignPlan:
    """Sign the analysis plan of the study files; ``digest`` is what the signer saw."""

    digest: str
    authenticated_at: datetime


@dataclass(frozen=True, slots=True)
class SignUnsealing:
    """Sign that results may be shown, as principal investigator or as sponsor."""

    authenticated_at: datetime


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """Whether a signature still holds; else what changed after it, in words."""

    held: SignatureHeld
    changed: tuple[str, ...]

    @property
    def is_valid(self) -> bool:
        """Whether what was signed is what is there."""
        return not self.changed


def decide_sign(moment: Moment, state: SubjectState, command: Sign) -> Decision:
    """The signature as an entry, or why it cannot be taken: no right to sign, no fresh password, nothing to sign."""
    reasons = check_open(moment) + check_actor(moment, "sign", state.site)
    reasons += check_fresh(moment, command.authenticated_at)
    key = (command.encounter, command.form, command.repeat)
    forms = list_signed_forms(state, command.scope, key)
    if not forms:
        reasons.append(Reason("nothing-to-sign", f"{command.participant} has no record in this scope"))
    signed = Signed(
        command.scope.value, MEANINGS[command.scope], compute_content_hash(state.participant, forms),
        command.authenticated_at.isoformat(),
        command.encounter if command.scope is not Scope.CASEBOOK else "",
        command.form if command.scope is Scope.FORM else "",
        command.repeat if command.scope is Scope.FORM else 0,
        {_render_key(one): version.position for one, version in forms.items()},
    )  # fmt: skip
    return refuse("sign", reasons) or (Planned(state.participant, signed),)


def check_fresh(moment: Moment, authenticated_at: datetime) -> list[Reason]:
    """Why a signature cannot be taken now: who signs has not just proved who they are."""
    if authenticated_at.tzinfo is None or not timedelta() <= moment.now - authenticated_at <= FRESH:
        minutes = int(FRESH.total_seconds() // 60)
        return [Reason("not-authenticated", f"a signature needs the password, given at most {minutes} minutes before")]
    return []


def list_signed_forms(state: SubjectState, scope: Scope, key: Key) -> dict[Key, FormVersion]:
    """The latest revisions that a scope covers now, in a fixed order."""

    def covers(one: Key) -> bool:
        return scope is Scope.CASEBOOK or one == key or (scope is Scope.VISIT and one[0] == key[0])

    return {one: state.forms[one] for one in sorted(state.forms) if covers(one)}


def compute_content_hash(participant: str, forms: Mapping[Key, FormVersion]) -> str:
    """SHA-256 of the canonical values of forms, with whose they are: it fits no other record."""
    content = {
        _render_key(key): {"values": dict(one.recorded.values), "missing": dict(one.recorded.missing)}
        for key, one in forms.items()
    }
    text = render_canonical({"participant": participant, "forms": content})
    return hashlib.sha256(text.encode()).hexdigest()


def _render_key(key: Key) -> str:
    return f"{key[1]}|{key[2]}|{key[0]}"


def _tell_change(what: str, *, is_new: bool) -> str:
    return f"{what} was recorded" if is_new else f"{what} was changed"


def check_signature(state: SubjectState, held: SignatureHeld) -> SignatureCheck:
    """Whether a signature still fits what is there, and what changed after it: forms corrected, added or redacted."""
    signed = held.signed
    now = list_signed_forms(state, Scope(signed.scope), (signed.encounter, signed.form, signed.repeat))
    if compute_content_hash(state.participant, now) == signed.content:
        return SignatureCheck(held, ())
    changed = [
        _tell_change(f"{key[1]} {key[0]}".strip(), is_new=_render_key(key) not in signed.forms)
        for key, version in now.items()
        if signed.forms.get(_render_key(key)) != version.position
    ]
    return SignatureCheck(held, tuple(changed) or ("a value was redacted",))


def check_signatures(state: SubjectState) -> tuple[SignatureCheck, ...]:
    """The latest signature under each scope, and whether it holds."""
    latest = {
        (one.signed.scope, one.signed.encounter, one.signed.form, one.signed.repeat): one
        for one in state.review.signatures
    }
    return tuple(check_signature(state, one) for one in latest.values())


def compute_plan_digest(definition: Definition) -> str:
    """SHA-256 of the analysis plan of the study files."""
    return hashlib.sha256(definition.plan.model_dump_json().encode()).hexdigest()


def decide_sign_plan(moment: Moment, command: SignPlan) -> Decision:
    """The signature under the analysis plan, or why not; a plan signed after the results were opened is post hoc."""
    reasons = check_open(moment) + check_actor(moment, "sign_plan", "") + check_fresh(moment, command.authenticated_at)
    if command.digest != compute_plan_digest(moment.definition):
        reasons.append(Reason("other-plan", "this is not the plan of the study files as they are now"))
    if command.digest in moment.study.release.plans[-1:]:
        reasons.append(Reason("already-signed", "this plan has been signed"))
    meaning = "This is the analysis plan; later changes are post hoc."
    return refuse("sign_plan", reasons) or (
        Planned("", PlanSigned(command.digest, meaning, list_digests(moment.definition.plan))),
    )


def decide_sign_unsealing(moment: Moment, command: SignUnsealing) -> Decision:
    """One of the two signatures, or why not: only over a locked database and a signed plan that is still the plan."""
    release = moment.study.release
    reasons = check_open(moment) + check_actor(moment, "sign_unsealing", "") + check_principal(moment)
    reasons += check_fresh(moment, command.authenticated_at)
    if not release.is_locked:
        reasons.append(Reason("not-locked", "the database is not locked"))
    if not release.plans or release.plans[-1] != compute_plan_digest(moment.definition):
        reasons.append(Reason("no-plan", "the analysis plan of the study files has not been signed"))
    if moment.actor.person in release.unsealed_by.values():
        reasons.append(Reason("same-person", "the two signatures are those of two people"))
    meaning = "The database is locked and the plan is signed; the results may be shown."
    return refuse("sign_unsealing", reasons) or (
        Planned("", UnsealingSigned(compute_plan_digest(moment.definition), meaning)),
    )
