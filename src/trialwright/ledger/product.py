"""Lots and their stock: where each container is, who received from which lot, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from trialwright.ledger.entries_product import LotRegistered, LotStatusChanged, ProductEntry, StockMoved

_EMPTY: Mapping[Any, Any] = MappingProxyType({})
MAKER, STORE, RESERVED, THAWED, PREPARED = "MAKER", "STORE", "RESERVED", "THAWED", "PREPARED"
USED, RETURNED, DESTROYED, LOST, RETAINED = "USED", "RETURNED", "DESTROYED", "LOST", "RETAINED"
ENDS = (USED, RETURNED, DESTROYED, LOST, RETAINED)
"""Places that nothing leaves."""
OWNED = (RESERVED, THAWED)
"""Places where a container belongs to one participant's dose: it was released for it and is not prepared yet."""
Dose = tuple[str, str]
"""A participant and an encounter."""


@dataclass(frozen=True, slots=True)
class LotState:
    """A lot: its registration, its status, and how many containers are at each (site, place); site '' is the maker's.

    ``held`` says how many containers were released for which dose and are not prepared yet.
    """

    registered: LotRegistered
    status: str = "QUARANTINED"
    stock: Mapping[tuple[str, str], int] = field(default_factory=lambda: _EMPTY)
    moves: tuple[StockMoved, ...] = ()
    held: Mapping[Dose, int] = field(default_factory=lambda: _EMPTY)

    def count(self, place: str, site: str) -> int:
        """How many containers are at a place."""
        return self.stock.get((site, place), 0)

    @property
    def is_balanced(self) -> bool:
        """Whether every container that was made is somewhere, and none is there twice."""
        return sum(self.stock.values()) == self.registered.containers and min(self.stock.values()) >= 0

    def find_faults(self, on: date) -> tuple[str, ...]:
        """Why the lot must not be given on a day: EXPIRED_LOT, or its status unless it is released."""
        expired = ("EXPIRED_LOT",) if self.registered.expires < on.isoformat() else ()
        return expired if self.status == "RELEASED" else (*expired, f"{self.status}_LOT")


@dataclass(frozen=True, slots=True)
class ProductState:
    """All lots by name; empty where the study registers none, and then nothing is asked of a lot."""

    lots: Mapping[str, LotState] = field(default_factory=lambda: _EMPTY)


def fold_product(state: ProductState, entry: ProductEntry) -> ProductState:
    """The state after one more entry."""
    match entry:
        case LotRegistered():
            lot = LotState(entry, stock={("", MAKER): entry.containers})
        case LotStatusChanged():
            lot = replace(state.lots[entry.lot], status=entry.status)
        case StockMoved():
            lot = _move(state.lots[entry.lot], entry)
    return replace(state, lots={**state.lots, entry.lot: lot})


def _move(lot: LotState, entry: StockMoved) -> LotState:
    stock = dict(lot.stock)
    for place, change in ((entry.source, -entry.containers), (entry.target, entry.containers)):
        key = ("" if place in (MAKER, RETURNED) else entry.site, place)
        stock[key] = stock.get(key, 0) + change
    return replace(lot, stock=stock, moves=(*lot.moves, entry), held=_hold(lot.held, entry))


def _hold(held: Mapping[Dose, int], entry: StockMoved) -> Mapping[Dose, int]:
    change = entry.containers * ((entry.target in OWNED) - (entry.source in OWNED))
    dose = (entry.participant, entry.encounter)
    if not change or not entry.participant:
        return held
    left = max(0, held.get(dose, 0) + change)
    others = {one: count for one, count in held.items() if one != dose}
    return {**others, dose: left} if left else others


def trace_lot(state: ProductState, lot: str) -> tuple[str, ...]:
    """The participants who were given something of a lot, in the order of their first dose: whom a recall concerns."""
    known = state.lots.get(lot)
    moves = known.moves if known else ()
    return tuple(dict.fromkeys(one.participant for one in moves if one.target == USED and one.participant))


def trace_participant(state: ProductState, participant: str) -> tuple[str, ...]:
    """The lots of which a participant was given something."""
    return tuple(lot for lot in state.lots if participant in trace_lot(state, lot))
