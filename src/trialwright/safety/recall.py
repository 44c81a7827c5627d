"""Recall, both ways: from a lot to everybody who was given something of it, from a participant to every lot.

The doses of the participants' own records say who was given what; the moves of the stock say where the rest is. A dose
of a lot that nobody registered is found too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from trialwright.ledger.entries import DoseGiven
from trialwright.ledger.product import ENDS, LotState, ProductState
from trialwright.ledger.subject import SubjectState


@dataclass(frozen=True, slots=True)
class GivenOfLot:
    """A dose that was given: to whom, where, which one, when (the site's own time), how much, and of which lot."""

    participant: str
    site: str
    status: str
    intervention: str
    encounter: str
    number: int
    started_at: str
    amount: str
    unit: str
    lot: str


@dataclass(frozen=True, slots=True)
class StockOfLot:
    """Containers of a lot at a place of a site (empty: the maker's)."""

    lot: str
    site: str
    place: str
    containers: int


@dataclass(frozen=True, slots=True)
class Recall:
    """What a recall of a lot, or a look at a participant, concerns.

    Parameters
    ----------
    lots : tuple of (str, str)
        Each lot concerned with its status; empty for one that nobody registered.
    given : tuple of GivenOfLot
        The doses, by time.
    waiting : tuple of (str, str, str)
        Participant, encounter and lot of doses that were released or prepared and not given: to be stopped.
    stock : tuple of StockOfLot
        Containers that can still be stopped.
    """

    lots: tuple[tuple[str, str], ...]
    given: tuple[GivenOfLot, ...]
    waiting: tuple[tuple[str, str, str], ...]
    stock: tuple[StockOfLot, ...]

    @property
    def participants(self) -> tuple[str, ...]:
        """Whom it concerns, in the order of their first dose."""
        return tuple(dict.fromkeys(one.participant for one in self.given))


def compute_recall_of_lot(product: ProductState, subjects: Iterable[SubjectState], lot: str) -> Recall:
    """Everybody who was given something of a lot, doses of it that wait, and where the rest of it is."""
    states = list(subjects)
    return _compute(product, states, {lot}, lambda dose, _: dose.lot == lot)


def compute_recall_of_participant(product: ProductState, subjects: Iterable[SubjectState], participant: str) -> Recall:
    """Every lot of which a participant was given something, with the doses, and where the rest of those lots is."""
    states = [one for one in subjects if one.participant == participant]
    lots = {dose.lot for state in states for dose in state.doses if dose.lot}
    lots |= {one.lot for state in states for one in state.prepared.values()}
    lots |= {name for name, lot in product.lots.items() if any(who == participant for who, _ in lot.held)}
    return _compute(product, states, lots, lambda _, state: state.participant == participant)


def _compute(
    product: ProductState, states: list[SubjectState], lots: set[str], chosen: Callable[[DoseGiven, SubjectState], bool]
) -> Recall:
    given = [_describe(state, dose) for state in states for dose in state.doses if chosen(dose, state)]
    released = {
        (participant, encounter, name)
        for name in lots & product.lots.keys()
        for participant, encounter in product.lots[name].held
        if participant in {state.participant for state in states}
    }
    waiting = released | {
        (state.participant, encounter, one.lot)
        for state in states
        for (intervention, encounter), one in state.prepared.items()
        if one.lot in lots and not _is_given(state, intervention, encounter)
    }
    known = {name: product.lots[name] for name in sorted(lots) if name in product.lots}
    return Recall(
        tuple((name, known[name].status if name in known else "") for name in sorted(lots)),
        tuple(sorted(given, key=lambda one: (one.started_at, one.participant))),
        tuple(sorted(waiting)),
        tuple(one for name, lot in known.items() for one in _list_stock(name, lot)),
    )


def _is_given(state: SubjectState, intervention: str, encounter: str) -> bool:
    return any((one.intervention, one.encounter) == (intervention, encounter) for one in state.doses)


def _describe(state: SubjectState, dose: DoseGiven) -> GivenOfLot:
    return GivenOfLot(
        state.participant,
        state.site,
        state.status,
        dose.intervention,
        dose.encounter,
        dose.number,
        dose.started_at,
        dose.amount,
        dose.unit,
        dose.lot,
    )


def _list_stock(name: str, lot: LotState) -> list[StockOfLot]:
    return [
        StockOfLot(name, site, place, count)
        for (site, place), count in sorted(lot.stock.items())
        if count and place not in ENDS
    ]
