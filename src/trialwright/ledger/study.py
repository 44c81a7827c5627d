"""What the study's own chain adds up to: purpose, signatures, delegation, sites, codes given out, places taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, get_args

from trialwright.ledger import entries as e
from trialwright.ledger.entries_exports import DataExported
from trialwright.ledger.entries_oversight import OversightEntry
from trialwright.ledger.entries_product import ProductEntry
from trialwright.ledger.entries_redaction import Redaction, RedactionAsked, RedactionSettled
from trialwright.ledger.entries_results import ResultsQcSigned
from trialwright.ledger.entries_review import ReleaseEntry
from trialwright.ledger.entries_safety import StudySafetyEntry
from trialwright.ledger.laboratory import LaboratoryRegistered
from trialwright.ledger.oversight import OversightState, fold_oversight
from trialwright.ledger.product import ProductState, fold_product
from trialwright.ledger.redaction import Asked, Redacted, fold_asked, fold_redaction
from trialwright.ledger.release import ReleaseState, fold_release, list_obstacles_of_release
from trialwright.ledger.safety_facts import StudySafety, fold_study_safety
from trialwright.ledger.subject import Stamped
from trialwright.vocabulary.findings import Reason

STUDY_ACTS = frozenset(
    kind.act
    for kind in (
        e.LedgerOpened, e.AssumptionSigned, e.DutyDelegated, e.TrainingRecorded, e.SiteActivated, e.SiteSuspended,
        e.SiteClosed, e.AllocationListSealed, e.NumberGiven, e.SlotTaken, e.AccountCreated, e.AccountChanged,
        LaboratoryRegistered, *get_args(ReleaseEntry), *get_args(ProductEntry), *get_args(StudySafetyEntry),
        *get_args(OversightEntry), Redaction, RedactionAsked, RedactionSettled,
    )
)  # fmt: skip
"""The acts that change the study's state: whoever folds a stored ledger need not read the others."""
_EMPTY: Mapping[Any, Any] = MappingProxyType({})
_SEALED = ReleaseState()
_NO_PRODUCT = ProductState()
_QUIET = StudySafety()
_UNSEEN = OversightState()


@dataclass(frozen=True, slots=True)
class SiteState:
    """A site: ACTIVE, SUSPENDED or CLOSED, with its latest activation."""

    status: str
    activation: e.SiteActivated

    @property
    def consent_versions(self) -> tuple[str, ...]:
        """The consent form versions approved there."""
        return self.activation.consent_versions


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as it stands: the person's name, role and site, and whether it is in use (Y or N)."""

    name: str
    role: str
    workplace: str
    active: str = "Y"


@dataclass(frozen=True, slots=True)
class StudyState:
    """The study at a moment.

    ``signed`` maps an assumption to the statement that was signed; ``places`` counts the places taken by arm;
    ``codes`` counts the participant codes given out by site; ``stratum_slots`` counts list positions used by stratum;
    ``accounts`` maps a person to the account as it stands; ``redacted`` and ``asked`` are keyed by the position of the
    entry of which texts were taken out, or are asked to be.
    """

    seq: int = 0
    opened: e.LedgerOpened | None = None
    signed: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    duties: tuple[e.DutyDelegated, ...] = ()
    trained: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EMPTY)
    sites: Mapping[str, SiteState] = field(default_factory=lambda: _EMPTY)
    commitment: str = ""
    codes: Mapping[str, int] = field(default_factory=lambda: _EMPTY)
    places: Mapping[str, int] = field(default_factory=lambda: _EMPTY)
    stratum_slots: Mapping[str, int] = field(default_factory=lambda: _EMPTY)
    taken: tuple[e.SlotTaken, ...] = ()
    accounts: Mapping[str, AccountState] = field(default_factory=lambda: _EMPTY)
    release: ReleaseState = _SEALED
    product: ProductState = _NO_PRODUCT
    safety: StudySafety = _QUIET
    laboratories: tuple[LaboratoryRegistered, ...] = ()
    oversight: OversightState = _UNSEEN
    redacted: Mapping[int, Redacted] = field(default_factory=lambda: _EMPTY)
    asked: Mapping[int, Asked] = field(default_factory=lambda: _EMPTY)

    @property
    def purpose(self) -> str:
        """The ledger's purpose; empty before it is opened."""
        return self.opened.purpose if self.opened else ""

    def has_duty(self, person: str, duty: str, site: str, on: date) -> bool:
        """Whether the delegation log lets ``person`` do this at ``site`` on a day: the latest delegation that had begun
        by then decides, so a later one ends or renews an earlier one."""
        day = on.isoformat()
        begun = [
            one for one in self.duties if (one.person, one.duty, one.site) == (person, duty, site) and one.start <= day
        ]
        return bool(begun) and (not begun[-1].end or day <= begun[-1].end)


def fold_study(state: StudyState, stamped: Stamped) -> StudyState:
    """The state after one more entry of the study's chain, or a redaction in a participant's, which changes nothing here."""
    if stamped.participant:
        return state
    return replace(state, seq=stamped.seq, **_compute_changes(state, stamped))


def _count(counts: Mapping[str, int], key: str) -> dict[str, int]:
    return {**counts, key: counts.get(key, 0) + 1}


def list_unsealing_obstacles(study: StudyState) -> tuple[Reason, ...]:
    """Why results by arm are sealed (principles of conduct, 6); empty where they may be shown."""
    return list_obstacles_of_release(study.release, study.purpose)


def _compute_changes(state: StudyState, stamped: Stamped) -> dict[str, Any]:
    entry = stamped.entry
    match entry:
        case e.LedgerOpened():
            return {"opened": entry}
        case e.AssumptionSigned():
            return {"signed": {**state.signed, entry.assumption: entry.statement}}
        case e.DutyDelegated():
            earlier = [
                one
                for one in state.duties
                if (one.person, one.duty, one.site, one.start) != (entry.person, entry.duty, entry.site, entry.start)
            ]
            return {"duties": (*earlier, entry)}
        case e.TrainingRecorded():
            return {"trained": {**state.trained, entry.person: (*state.trained.get(entry.person, ()), entry.topic)}}
        case e.SiteActivated():
            return {"sites": {**state.sites, entry.site: SiteState("ACTIVE", entry)}}
        case e.SiteSuspended():
            return {"sites": {**state.sites, entry.site: replace(state.sites[entry.site], status="SUSPENDED")}}
        case e.SiteClosed():
            return {"sites": {**state.sites, entry.site: replace(state.sites[entry.site], status="CLOSED")}}
        case e.AllocationListSealed():
            return {"commitment": entry.commitment}
        case e.NumberGiven():
            return {"codes": _count(state.codes, entry.site)}
        case e.SlotTaken():
            slots = _count(state.stratum_slots, entry.stratum)
            return {"places": _count(state.places, entry.arm), "stratum_slots": slots, "taken": (*state.taken, entry)}
        case e.AccountCreated():
            made = AccountState(entry.name, entry.role, entry.workplace)
            return {"accounts": {**state.accounts, entry.person: made}}
        case e.AccountChanged():
            known = state.accounts[entry.person]
            changed = replace(known, role=entry.role, workplace=entry.workplace, active=entry.active)
            return {"accounts": {**state.accounts, entry.person: changed}}
        case Redaction():
            redacted = fold_redaction(state.redacted, entry, stamped.position, (stamped.at, stamped.actor))
            return {"redacted": redacted}
        case RedactionAsked() | RedactionSettled():
            return {"asked": fold_asked(state.asked, entry, (stamped.at, stamped.actor))}
        case e.SignedIn() | e.SignInFailed() | DataExported() | ResultsQcSigned():
            return {}
        case _ if isinstance(entry, ReleaseEntry):
            return {"release": fold_release(state.release, entry, stamped.actor, stamped.role)}
        case _ if isinstance(entry, ProductEntry):
            return {"product": fold_product(state.product, entry)}
        case LaboratoryRegistered():
            return {"laboratories": (*state.laboratories, entry)}
        case _ if isinstance(entry, OversightEntry):
            stamp = (stamped.at, stamped.actor, stamped.role)
            return {"oversight": fold_oversight(state.oversight, entry, stamp)}
        case _ if isinstance(entry, StudySafetyEntry):
            return {"safety": fold_study_safety(state.safety, entry, stamped.at, stamped.actor)}
        case _:
            raise ValueError(f"{entry.act} is not an entry of the study's chain")
