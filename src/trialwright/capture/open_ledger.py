"""Open the ledger with its purpose, for ever; for PRODUCTION only with every assumption signed."""

from dataclasses import dataclass

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_principal, refuse
from trialwright.definition.design import Assumption
from trialwright.ledger.entries import AssumptionSigned, LedgerOpened
from trialwright.vocabulary.codelists import Purpose
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class Signature:
    """The signature of the principal investigator under one assumption, citing the approved protocol."""

    assumption: str
    signer: str
    citation: str


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """Open a new ledger. ``signatures`` are written with it; PRODUCTION needs one for every blocking assumption."""

    purpose: Purpose
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class SignAssumption:
    """Sign one assumption in a ledger that is open."""

    signature: Signature


def decide_open_ledger(moment: Moment, command: OpenLedger) -> Decision:
    """The opening entry and the signatures, or why the ledger does not open."""
    definition = moment.definition
    reasons = check_actor(moment, "open_ledger", "")
    if moment.study.opened is not None:
        reasons.append(
            Reason("already-open", f"the ledger was opened for {moment.study.purpose}; a purpose is for ever")
        )
    reasons += [reason for one in command.signatures for reason in _check_signature(moment, one)]
    if command.purpose is Purpose.PRODUCTION:
        signed = {one.assumption for one in command.signatures}
        missing = [one for one in definition.study.assumptions if one.needs_signature and one.id not in signed]
        reasons += [
            Reason("unsigned", f"{one.kind.value} {one.id} is assumed and not signed: {one.assumed}") for one in missing
        ]
    opening = LedgerOpened(command.purpose.value, definition.version, definition.digest, definition.study.study.title)
    signatures = tuple(Planned("", _compute_entry(moment, one)) for one in command.signatures if not reasons)
    return refuse("open_ledger", reasons) or (Planned("", opening), *signatures)


def decide_sign_assumption(moment: Moment, command: SignAssumption) -> Decision:
    """The signature as an entry, or why it cannot be taken."""
    reasons = (
        check_actor(moment, "sign_assumption", "")
        + check_principal(moment)
        + _check_signature(moment, command.signature)
    )
    if moment.actor.person != command.signature.signer:
        reasons.append(Reason("signer", f"{moment.actor.person} cannot sign for {command.signature.signer}"))
    if (refused := refuse("sign_assumption", reasons)) is not None:
        return refused
    return (Planned("", _compute_entry(moment, command.signature)),)


def _find(moment: Moment, name: str) -> Assumption | None:
    return next((one for one in moment.definition.study.assumptions if one.id == name), None)


def _check_signature(moment: Moment, signature: Signature) -> list[Reason]:
    reasons = []
    if _find(moment, signature.assumption) is None:
        reasons.append(Reason("unknown-assumption", f"the study has no assumption {signature.assumption}"))
    if not signature.citation.strip():
        reasons.append(
            Reason(
                "no-citation", f"the signature under {signature.assumption} cites no section of the approved protocol"
            )
        )
    return reasons


def _compute_entry(moment: Moment, signature: Signature) -> AssumptionSigned:
    assumption = _find(moment, signature.assumption)
    assert assumption is not None
    meaning = f"{signature.signer} takes responsibility for this assumption"
    return AssumptionSigned(assumption.id, assumption.assumed, signature.citation, meaning)
