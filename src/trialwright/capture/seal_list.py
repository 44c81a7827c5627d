"""Seal a concealed allocation list: its commitment goes into the ledger before the first allocation."""

from dataclasses import dataclass

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.ledger.entries import AllocationListSealed
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class SealList:
    """Bind a list by its commitment; the list itself stays apart, where only allocation reads it."""

    commitment: str
    length: int


def decide_seal_list(moment: Moment, command: SealList) -> Decision:
    """The sealing as an entry, or why not: one study has one list, sealed before anybody is allocated."""
    reasons = check_open(moment) + check_actor(moment, "seal_list", "")
    if moment.study.commitment:
        reasons.append(Reason("already-sealed", "an allocation list has been sealed"))
    if moment.study.taken:
        reasons.append(Reason("too-late", "somebody has been allocated already"))
    return refuse("seal_list", reasons) or (Planned("", AllocationListSealed(command.commitment, command.length)),)
