"""What an actor may see: whose site, and whether participants, arms and dates are for their eyes."""

from dataclasses import dataclass

from trialwright.access.policy import Actor
from trialwright.definition.design import Design, Masking
from trialwright.vocabulary.codelists import READERS, Role

_NOT_CLINICAL = frozenset({Role.ADMINISTRATOR, Role.ETHICS_BOARD})
_KEEPERS = frozenset({Role.PHARMACIST, Role.INDEPENDENT_STATISTICIAN, Role.SAFETY_BOARD})
"""Those who know the arm also where the study is masked."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What an actor may see.

    Parameters
    ----------
    site : str
        The only site whose people may be seen; '' for all sites.
    participants : bool
        Whether pages about single participants are for this actor (readers get forms to read, and nothing else).
    arms : bool
        Whether the arm, and whatever tells it (infusions, visits of one arm only), may be shown.
    dates : bool
        Whether the day on which something happened may be shown.
    """

    site: str
    participants: bool
    arms: bool
    dates: bool

    def covers(self, site: str) -> bool:
        """Whether people of ``site`` may be seen."""
        return not self.site or self.site == site


def compute_sight(actor: Actor, design: Design) -> Sight:
    """What the actor may see in a study of this design."""
    reads = actor.role in READERS
    masked = design.masking is not Masking.NONE and actor.role not in _KEEPERS
    hidden = actor.role in _NOT_CLINICAL
    return Sight(
        site=actor.site,
        participants=not (reads or hidden),
        arms=not (reads or masked or hidden),
        dates=not (reads or hidden),
    )
