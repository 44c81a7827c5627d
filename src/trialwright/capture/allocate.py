"""Allocate: assigned by the investigator under caps, from a concealed list, or by minimisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialwright.capture.lists import choose_minimising, compute_stratum, list_factors
from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, check_site, refuse
from trialwright.definition.design import AllocationMethod
from trialwright.ledger.entries import Allocated, SlotTaken
from trialwright.ledger.subject import SubjectState
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class Allocate:
    """Bring an enrolled participant to an arm. ``arm`` and ``rationale`` only where the investigator assigns."""

    participant: str
    arm: str = ""
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Chance:
    """What allocation needs from outside: the concealed lists by stratum, and one draw from [0, 1)."""

    lists: Mapping[str, Sequence[str]]
    draw: float


def decide_allocate(moment: Moment, state: SubjectState, command: Allocate, chance: Chance) -> Decision:
    """The allocation and the place it takes, or every reason against it.

    The place is taken in the study's own chain, under its lock: of two people who want the last one, one gets it.
    """
    reasons = check_open(moment) + check_actor(moment, "allocate", state.site) + check_site(moment, state.site)
    if not state.enrolled_at:
        reasons.append(Reason("not-enrolled", f"{command.participant} is not enrolled"))
    if state.arm is not None:
        reasons.append(Reason("already-allocated", f"{command.participant} is in arm {state.arm}"))
    if state.died or state.left:
        reasons.append(Reason("has-left", f"{command.participant} has left"))
    reasons += _check_command(moment, command)
    if (refused := refuse("allocate", reasons)) is not None:
        return refused
    taken, more = _choose(moment, state, command, chance)
    if taken is None:
        return refuse("allocate", more) or ()
    method = moment.definition.study.allocation.method.value
    allocated = Allocated(taken.arm, method, command.rationale, taken.stratum, taken.slot)
    return Planned(state.participant, allocated), Planned("", taken)


def _check_command(moment: Moment, command: Allocate) -> list[Reason]:
    allocation = moment.definition.study.allocation
    if allocation.method is not AllocationMethod.INVESTIGATOR_ASSIGNED:
        return [Reason("not-yours-to-choose", "the arm comes from the list, not from a person")] if command.arm else []
    reasons = []
    if command.arm not in moment.definition.arms:
        reasons.append(Reason("unknown-arm", f"the study has no arm {command.arm or '(none named)'}"))
    if allocation.rationale == "required" and not command.rationale.strip():
        reasons.append(Reason("no-rationale", "the reason for this arm must be written down first"))
    return reasons


def _choose(
    moment: Moment, state: SubjectState, command: Allocate, chance: Chance
) -> tuple[SlotTaken | None, list[Reason]]:
    definition, study = moment.definition, moment.study
    allocation = definition.study.allocation
    factors = list_factors(allocation, state)
    stratum, slot, arm = "", 0, command.arm
    match allocation.method:
        case AllocationMethod.INVESTIGATOR_ASSIGNED:
            pass
        case AllocationMethod.SINGLE_ARM:
            arm = next(iter(definition.arms))
        case AllocationMethod.MINIMISATION:
            arm = choose_minimising(definition, study.taken, factors, chance.draw)
        case AllocationMethod.PERMUTED_BLOCK | AllocationMethod.STRATIFIED_BLOCK:
            if not study.commitment:
                return None, [Reason("no-list", "no allocation list has been sealed")]
            stratum = compute_stratum(factors)
            used = study.stratum_slots.get(stratum, 0)
            arms = chance.lists.get(stratum, ())
            if used >= len(arms):
                return None, [Reason("list-used-up", f"the allocation list of stratum {stratum or '(all)'} is used up")]
            slot, arm = used + 1, arms[used]
    if allocation.capped and (full := _check_cap(moment, arm)):
        return None, full
    return SlotTaken(state.participant, state.site, arm, stratum, slot, factors), []


def _check_cap(moment: Moment, arm: str) -> list[Reason]:
    """A person who assigns is held by the cap of the arm; a list or minimisation by the cap of the study, for by chance
    one arm may be ahead of the other until the end."""
    definition, places = moment.definition, moment.study.places
    if definition.study.allocation.method is AllocationMethod.INVESTIGATOR_ASSIGNED:
        planned, taken = definition.arms[arm].planned, places.get(arm, 0)
        text = f"arm {arm} has no place left: {taken} of {planned} are taken"
        return [Reason("arm-full", text)] if taken >= planned else []
    planned, taken = definition.study.study.planned_enrolment, sum(places.values())
    return [Reason("study-full", f"no place is left: {taken} of {planned} are taken")] if taken >= planned else []
