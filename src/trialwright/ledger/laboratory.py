"""The entry of a laboratory and its reference ranges at a site."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class LaboratoryRegistered:
    """A laboratory of a site with its ranges from ``valid_from`` to ``valid_to`` (empty: until another is registered).

    ``low``, ``high`` and ``unit`` map an item (``chemistry.alt``, or ``chemistry.alt/F`` for women) to the limit as the
    laboratory prints it; an item without a low or a high limit is open on that side.
    """

    act: ClassVar[str] = "laboratory_registered"
    site: str
    laboratory: str
    valid_from: str
    valid_to: str
    low: Mapping[str, str]
    high: Mapping[str, str]
    unit: Mapping[str, str]
