"""Entries of cell product accountability, all in the study's own chain: lots, what became of them, where they are.

Stock is counted in containers (bags, vials); the number of cells and their viability are properties of a lot.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LotRegistered:
    """A lot as it was made; it is in quarantine until it is released. ``expires`` is the last day of use.

    ``details`` holds what the certificate says: donor, passage, cells_per_container, viability_percent, made_on.
    """

    act: ClassVar[str] = "lot_registered"
    lot: str
    intervention: str
    containers: int
    expires: str
    details: Mapping[str, str] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class LotStatusChanged:
    """A lot is RELEASED (with its tests), back in QUARANTINED, RECALLED, or REJECTED, and why."""

    act: ClassVar[str] = "lot_status_changed"
    lot: str
    status: str
    reason: str
    tests: Mapping[str, str] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class StockMoved:
    """Containers of a lot went from one place to another (``ledger.product`` names the places).

    ``participant`` and ``encounter`` where a dose was the reason; ``details`` holds what the move measured, such as
    storage place, temperature, times of thawing, viability.
    """

    act: ClassVar[str] = "stock_moved"
    lot: str
    move: str
    source: str
    target: str
    containers: int
    site: str = ""
    participant: str = ""
    encounter: str = ""
    reason: str = ""
    details: Mapping[str, str] = field(default_factory=lambda: _NONE)


ProductEntry = LotRegistered | LotStatusChanged | StockMoved
