"""How far the study is from opening its results: locks of sites and study, the signed plan, the two signatures."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from trialwright.ledger import entries_review as r
from trialwright.vocabulary.findings import Reason

_EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """What leads to the opening of the results.

    ``locks`` maps a site ('' for the study) to its level, ``held`` a participant that was frozen or locked to theirs.
    ``plans`` are the digests of signed analysis plans, the first is the planned one and later ones are post hoc;
    ``planned`` are the analyses of the first with a digest each. ``unsealed_by`` maps a role to who signed since the
    database lock, under the plan ``unsealed_plan``.
    """

    locks: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    held: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    verification: r.VerificationPlanned | None = None
    plans: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    unsealed_by: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    unsealed_plan: str = ""

    @property
    def is_locked(self) -> bool:
        """Whether the whole database is locked."""
        return self.locks.get("") == "LOCKED"


def fold_release(state: ReleaseState, entry: r.ReleaseEntry, actor: str, role: str) -> ReleaseState:
    """The state after one more entry. Whoever opens the database again undoes both signatures."""
    match entry:
        case r.SiteLockChanged():
            locks = {**state.locks, entry.site: entry.level}
            changed = replace(state, locks=locks)
            return changed if changed.is_locked else replace(changed, unsealed_by=_EMPTY, unsealed_plan="")
        case r.ParticipantHeld():
            return replace(state, held={**state.held, entry.participant: entry.level})
        case r.VerificationPlanned():
            return replace(state, verification=entry)
        case r.PlanSigned():
            return replace(state, plans=(*state.plans, entry.digest), planned=state.planned or entry.analyses)
        case r.UnsealingSigned():
            same = state.unsealed_by if entry.plan == state.unsealed_plan else _EMPTY
            return replace(state, unsealed_by={**same, role: actor}, unsealed_plan=entry.plan)


SIGNERS = (("INVESTIGATOR", "the principal investigator"), ("SPONSOR", "the sponsor"))
"""Whose signatures open the results."""


def list_obstacles_of_release(state: ReleaseState, purpose: str) -> tuple[Reason, ...]:
    """Why results by arm are sealed; empty where they may be shown. In a VIRTUAL ledger nothing is sealed."""
    if purpose == "VIRTUAL":
        return ()
    reasons = []
    if not state.is_locked:
        reasons.append(Reason("not-locked", "the database is not locked"))
    if not state.plans:
        reasons.append(Reason("no-plan", "no analysis plan has been signed"))
    for role, who in SIGNERS:
        if role not in state.unsealed_by:
            reasons.append(Reason("not-signed", f"{who} has not signed the opening of the results"))
    if len(state.unsealed_by) > len(set(state.unsealed_by.values())):
        reasons.append(Reason("same-person", "the two signatures are those of one person"))
    return tuple(reasons)
