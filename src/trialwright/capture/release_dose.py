"""Release a dose: containers of a lot leave the store for one participant and one planned time, before they are thawed.

What speaks against the dose is asked here already, so that no living cells are thawed in vain; preparing asks again.
"""

from dataclasses import dataclass

from trialwright.capture.dose import check_due, find_dosed
from trialwright.capture.dose_safety import check_holds, check_sentinel
from trialwright.capture.moment import Decision, Moment, check_actor, check_open, check_site, refuse
from trialwright.capture.product import Move, check_lot, plan_dose_move
from trialwright.ledger.subject import SubjectState
from trialwright.safety.study_stopping import check_preparation
from trialwright.vocabulary.findings import Reason


@dataclass(frozen=True, slots=True)
class ReleaseDose:
    """So many containers of a lot belong to the dose of a participant at a planned time from now on."""

    participant: str
    intervention: str
    encounter: str
    lot: str
    containers: int = 1


def decide_release_dose(moment: Moment, state: SubjectState, command: ReleaseDose) -> Decision:
    """The release as a move of the stock, or every reason against it: the lot, the arm, a hold, a flag, a release before."""
    reasons = check_open(moment) + check_actor(moment, "release_dose", state.site) + check_site(moment, state.site)
    intervention, unknown = find_dosed(moment.definition, command.intervention, command.encounter)
    dose = (state.participant, command.encounter)
    if intervention is None:
        return refuse("release_dose", [*reasons, *unknown]) or ()
    reasons += unknown + check_due(moment, state, intervention, command.encounter)
    reasons += check_holds(moment.definition, state, intervention) + check_sentinel(moment, state, moment.now)
    reasons += check_preparation(moment.study)
    lots = moment.study.product.lots
    held = [name for name, lot in lots.items() if lot.held.get(dose)]
    if held:
        reasons.append(Reason("already-released", f"lot {held[0]} is released for this dose: take it back first"))
    if command.containers < 1:
        reasons.append(Reason("no-containers", "a dose has at least one container"))
    if command.lot not in lots:
        reasons.append(Reason("unknown-lot", f"no lot {command.lot or '(no name)'} is registered"))
    else:
        reasons += check_lot(moment, Move.RESERVE, state.site, command.lot, dose, command.containers)
    if (refused := refuse("release_dose", reasons)) is not None:
        return refused
    return tuple(plan_dose_move(moment, Move.RESERVE, state.site, command.lot, dose, command.containers))
