"""Several acts of one person as one: all of them or none, in one transaction. For files that are taken in as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trialwright.access.policy import Actor
from trialwright.service.ledger import Contended
from trialwright.service.perform import Receipt, Trial
from trialwright.service.unit import open_unit
from trialwright.vocabulary.findings import Reason, Refusal

_TRIES = 20


@dataclass(frozen=True, slots=True)
class Stopped:
    """Nothing was written: the act with this number (from 0) was refused."""

    index: int
    refusal: Refusal


class _Refused(Exception):
    """Carries the refusal out of the unit, which rolls it back."""

    def __init__(self, stopped: Stopped) -> None:
        super().__init__(str(stopped.refusal))
        self.stopped = stopped


def perform_all(trial: Trial, commands: Sequence[Any], actor: Actor) -> tuple[Receipt, ...] | Stopped:
    """The receipts of all commands, or the one that was refused and nothing written at all.

    Participants are locked in the order of their codes, so two files never wait for each other; the receipts come back
    in the order of the commands.
    """
    order = sorted(range(len(commands)), key=lambda index: (commands[index].participant, index))
    for _ in range(_TRIES):
        try:
            with open_unit(trial.ledger) as unit:
                receipts: dict[int, Receipt] = {}
                for index in order:
                    result = trial.perform_in(unit, commands[index], actor)
                    if isinstance(result, Refusal):
                        raise _Refused(Stopped(index, result))
                    receipts[index] = result
            return tuple(receipts[index] for index in range(len(commands)))
        except _Refused as refused:
            return refused.stopped
        except Contended:
            continue
    return Stopped(0, Refusal("import", (Reason("busy", "the ledger is busy; nothing was written, try again"),)))
