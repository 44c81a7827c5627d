"""Lots of the product: registered, released or recalled, received, thawed, returned, destroyed.

A container leaves the store for one participant's dose (``release_dose``): from then on it is thawed and prepared for
that dose alone, or taken back. A move that has no stock behind it is refused: containers cannot come from nowhere. A
dose that was given without stock behind it is still a fact; ``find_lot_faults`` says what is wrong with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.ledger import product as p
from trialwright.ledger.entries_product import LotRegistered, LotStatusChanged, StockMoved
from trialwright.vocabulary.findings import Reason

_NEEDED = ("donor", "passage", "cells_per_container", "viability_percent")
_TESTS = ("sterility", "mycoplasma", "endotoxin", "identity", "viability")
"""What a certificate of release must answer (pharmacopoeial tests of a cell product)."""


class LotStatus(StrEnum):
    """Whether a lot may be given: only RELEASED may."""

    QUARANTINED = "QUARANTINED"
    RELEASED = "RELEASED"
    RECALLED = "RECALLED"
    REJECTED = "REJECTED"


class Move(StrEnum):
    """What happens to containers. RESERVE, PREPARE and USE are written by the acts of dosing."""

    RECEIVE = "RECEIVE"
    RESERVE = "RESERVE"
    TAKE_BACK = "TAKE_BACK"
    THAW = "THAW"
    PREPARE = "PREPARE"
    USE = "USE"
    RETURN = "RETURN"
    DESTROY = "DESTROY"
    LOSE = "LOSE"
    RETAIN = "RETAIN"


_WAYS: Mapping[Move, tuple[tuple[str, ...], str]] = MappingProxyType(
    {
        Move.RECEIVE: ((p.MAKER,), p.STORE),
        Move.RESERVE: ((p.STORE,), p.RESERVED),
        Move.TAKE_BACK: ((p.RESERVED,), p.STORE),
        Move.THAW: ((p.RESERVED,), p.THAWED),
        Move.PREPARE: ((p.THAWED, p.RESERVED), p.PREPARED),
        Move.USE: ((p.PREPARED, p.THAWED, p.RESERVED, p.STORE), p.USED),
        Move.RETURN: ((p.STORE,), p.RETURNED),
        Move.DESTROY: ((p.PREPARED, p.THAWED, p.RESERVED, p.STORE), p.DESTROYED),
        Move.LOSE: ((p.STORE, p.THAWED, p.RESERVED, p.PREPARED), p.LOST),
        Move.RETAIN: ((p.STORE, p.THAWED, p.RESERVED, p.PREPARED), p.RETAINED),
    }
)
"""From where (the first place that has enough) to where."""


@dataclass(frozen=True, slots=True)
class RegisterLot:
    """A lot that was made: how many containers, last day of use, and what the certificate says."""

    lot: str
    intervention: str
    containers: int
    expires: str
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SetLotStatus:
    """Release a lot with its tests, or quarantine, recall, reject it, with the reason."""

    lot: str
    status: LotStatus
    reason: str
    tests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MoveStock:
    """Containers of a lot are received at a site, thawed, returned, destroyed, lost, or kept as retention samples.

    ``details`` is what was measured: storage place, temperature, times of thawing, viability. ``place`` names the place
    that they leave; empty: the first that has enough. ``participant`` and ``encounter`` name the dose for which they
    were released, and only theirs are taken then.
    """

    lot: str
    site: str
    move: Move
    containers: int
    reason: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    participant: str = ""
    encounter: str = ""


def decide_register_lot(moment: Moment, command: RegisterLot) -> Decision:
    """The lot as an entry, or what its registration lacks."""
    reasons = check_open(moment) + check_actor(moment, "register_lot", "")
    if not command.lot.strip() or command.lot in moment.study.product.lots:
        reasons.append(Reason("bad-lot", f"lot {command.lot or '(no name)'} cannot be registered (again)"))
    intervention = moment.definition.interventions.get(command.intervention)
    if intervention is None or intervention.dose is None:
        reasons.append(Reason("unknown-intervention", f"{command.intervention} is not an intervention that is dosed"))
    if command.containers < 1:
        reasons.append(Reason("no-containers", "a lot has at least one container"))
    try:
        date.fromisoformat(command.expires)
    except ValueError:
        reasons.append(Reason("bad-date", f"{command.expires!r} is not a date; write 2020-01-27"))
    reasons += [Reason("incomplete", f"{name} is missing") for name in _NEEDED if not command.details.get(name, "")]
    entry = LotRegistered(command.lot, command.intervention, command.containers, command.expires, dict(command.details))
    return refuse("register_lot", reasons) or (Planned("", entry),)


def decide_set_lot_status(moment: Moment, command: SetLotStatus) -> Decision:
    """The status as an entry, or why not: no such lot, no reason, or a release without all its tests."""
    reasons = check_open(moment) + check_actor(moment, "set_lot_status", "") + _check_lot(moment, command.lot)
    if not command.reason.strip():
        reasons.append(Reason("no-reason", "a reason is needed"))
    if command.status is LotStatus.RELEASED:
        reasons += [
            Reason("not-passed", f"the test of {test} is {command.tests.get(test) or 'missing'}")
            for test in _TESTS
            if command.tests.get(test) != "PASSED"
        ]
    entry = LotStatusChanged(command.lot, command.status.value, command.reason, dict(command.tests))
    return refuse("set_lot_status", reasons) or (Planned("", entry),)


def decide_move_stock(moment: Moment, command: MoveStock) -> Decision:
    """The move as an entry, or why not: nothing is there to be moved, or no reason for what does not come back."""
    reasons = check_open(moment) + check_actor(moment, "move_stock", command.site) + _check_lot(moment, command.lot)
    if command.site not in moment.definition.sites:
        reasons.append(Reason("unknown-site", f"the study has no site {command.site}"))
    if command.move in (Move.RESERVE, Move.PREPARE, Move.USE):
        reasons.append(Reason("by-dosing", "stock is released, prepared and used by the acts of dosing"))
    needs_reason = _WAYS[command.move][1] in p.ENDS or command.move is Move.TAKE_BACK
    if needs_reason and not command.reason.strip():
        reasons.append(Reason("no-reason", "say why"))
    if not reasons:
        lot = moment.study.product.lots[command.lot]
        if command.move is Move.THAW:
            day = moment.compute_day(command.site)
            reasons += [Reason("lot", f"lot {command.lot}: {_say(fault)}") for fault in lot.find_faults(day)]
        if command.containers < 1 or _find_source_of(lot, command) is None:
            reasons.append(Reason("no-stock", _tell_lack(command)))
    if (refused := refuse("move_stock", reasons)) is not None:
        return refused
    source = _find_source_of(moment.study.product.lots[command.lot], command)
    assert source is not None
    moved = StockMoved(
        command.lot, command.move.value, source, _WAYS[command.move][1], command.containers, command.site,
        command.participant, command.encounter, command.reason, dict(command.details),
    )  # fmt: skip
    return (Planned("", moved),)


def _check_lot(moment: Moment, lot: str) -> list[Reason]:
    return [] if lot in moment.study.product.lots else [Reason("unknown-lot", f"no lot {lot} is registered")]


def _tell_lack(command: MoveStock) -> str:
    containers, move, participant, encounter = (
        command.containers, _say(command.move), command.participant, command.encounter
    )  # fmt: skip
    if participant:
        return f"of the dose of {participant} at {encounter} there are not {containers} containers to {move}"
    return f"there are not {containers} containers to {move}"


def _say(fault: str) -> str:
    return fault.lower().replace("_", " ")


def _find_source_of(lot: p.LotState, command: MoveStock) -> str | None:
    """The place that a move takes from: the one that it names, where that can be left so and has enough.

    What was released for a dose is taken only where the move names that dose.
    """
    dose, wanted = (command.participant, command.encounter), command.containers
    for place in _WAYS[command.move][0]:
        if command.place not in ("", place) or (place in p.OWNED and lot.held.get(dose, 0) < wanted):
            continue
        if lot.count(place, "" if place == p.MAKER else command.site) >= wanted:
            return place
    return None


def find_source(lot: p.LotState, move: Move, site: str, containers: int) -> str | None:
    """The place from which containers can be taken; None where no place has enough."""
    sources = _WAYS[move][0]
    return next((one for one in sources if lot.count(one, "" if one == p.MAKER else site) >= containers), None)


def check_lot(moment: Moment, move: Move, site: str, name: str, dose: p.Dose, containers: int) -> list[Reason]:
    """Why a dose must not be released (RESERVE) or prepared from a lot; nothing where the study registers no lots."""
    lots = moment.study.product.lots
    if not lots:
        return []
    lot = lots.get(name)
    if lot is None:
        return [Reason("unknown-lot", f"no lot {name} is registered")]
    reasons = [Reason("lot", f"lot {name}: {_say(fault)}") for fault in lot.find_faults(moment.compute_day(site))]
    if move is Move.PREPARE and reasons:
        return reasons
    if move is Move.PREPARE and lot.held.get(dose, 0) < containers:
        participant, encounter = dose
        told = f"{containers} containers of lot {name} were not released for {participant} at {encounter}: release them first"
        reasons.append(Reason("not-released", told))
    elif find_source(lot, move, site, containers) is None:
        reasons.append(Reason("no-stock", f"site {site} has no {containers} containers of lot {name}"))
    return reasons


def plan_dose_move(moment: Moment, move: Move, site: str, name: str, dose: p.Dose, containers: int) -> list[Planned]:
    """The move of the stock behind a dose (``dose``: participant and encounter); nothing for a lot that is not known.

    Where no stock is on record the move is of 0 containers: a recall must find whoever was given something of the lot.
    """
    lot = moment.study.product.lots.get(name)
    if lot is None:
        return []
    source = find_source(lot, move, site, containers)
    count = containers if source else 0
    return [Planned("", StockMoved(name, move.value, source or p.STORE, _WAYS[move][1], count, site, *dose))]


def find_lot_faults(moment: Moment, site: str, name: str, on: date, containers: int) -> list[tuple[str, str]]:
    """What was wrong with the lot of a dose that was given, as codes and texts of deviations."""
    lots = moment.study.product.lots
    if not lots:
        return []
    lot = lots.get(name)
    if lot is None:
        return [("UNKNOWN_LOT", f"lot {name or '(not named)'} is not registered")]
    found = [(fault, f"lot {name} was given: {_say(fault)}") for fault in lot.find_faults(on)]
    if find_source(lot, Move.USE, site, containers) is None:
        found.append(("NO_STOCK", f"site {site} had no container of lot {name} on record"))
    return found
