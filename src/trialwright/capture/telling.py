"""Which entries tell the arm of a participant, so that they are not for those for whom the study is masked."""

from trialwright.capture.visits import list_telling_forms
from trialwright.definition.compiled import Definition
from trialwright.ledger import entries as e
from trialwright.ledger.envelope import REDACTION

TELLING = frozenset(
    {
        e.Allocated.act, e.SlotTaken.act, e.DosePrepared.act, e.DoseGiven.act, e.DoseMissed.act, "code_broken",
        e.AllocationListSealed.act, "lot_registered", "lot_status_changed", "stock_moved", "safety_counted",
        "safety_flag_raised", "board_decided", "situation_reported", "situation_amended",
    }
)  # fmt: skip
"""Acts that tell an arm."""
TELLING_DEVIATION = (e.DeviationNoted.act, "DOSE")
"""The act that tells an arm where its payload holds this word."""


def list_marks(definition: Definition) -> tuple[str, ...]:
    """Pieces of a payload that tell an arm: a dosing form, a visit that one arm alone has, or a redaction of either."""
    own = [f'"form":"{form}"' for form in sorted(list_telling_forms(definition))]
    own += [f'"encounter":"{one.id}"' for one in definition.encounters.values() if one.only]
    carried = [one.replace('"', '\\"') for one in own]
    return (*own, *carried, *(f'"of":"{act}"' for act in sorted(TELLING)))


def tells_arm(marks: tuple[str, ...], act: str, payload: str) -> bool:
    """Whether an entry tells an arm; ``marks`` are those of ``list_marks``."""
    deviation, word = TELLING_DEVIATION
    of_dose = word in payload and (act == deviation or (act == REDACTION and f'"of":"{deviation}"' in payload))
    return act in TELLING or of_dose or any(mark in payload for mark in marks)
