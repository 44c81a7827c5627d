"""What a virtual site is given before it opens: lots of the product on the shelf, and a laboratory with its ranges."""

from collections.abc import Iterator
from datetime import date, timedelta

from trialwright.access.policy import Actor
from trialwright.capture.laboratory import RangeLine, RegisterLaboratory
from trialwright.capture.product import LotStatus, Move, MoveStock, RegisterLot, SetLotStatus
from trialwright.definition.compiled import Definition
from trialwright.definition.forms import ItemType

_CERTIFICATE = {"donor": "virtual", "passage": "5", "cells_per_container": "as planned", "viability_percent": "92"}
_TESTS = dict.fromkeys(("sterility", "mycoplasma", "endotoxin", "identity", "viability"), "PASSED")
_SPARE, _SECOND = 10, 4
RECALLED = "LOT-RECALLED"
"""A lot that nobody may prepare."""


def name_lot(encounter: str) -> str:
    """The lot from which the doses of an encounter are taken."""
    return f"LOT-{encounter}"


def name_second_lot(intervention: str) -> str:
    """The lot that is recalled in the middle of the rehearsal, after a dose of it was given."""
    return f"LOT-{intervention}-B"


def _list_released(definition: Definition) -> Iterator[tuple[str, str, int]]:
    """Each lot that is released, its intervention, and how many containers of it a site is given."""
    planned = definition.study.study.planned_enrolment + _SPARE
    for intervention in definition.interventions.values():
        if intervention.dose:
            yield from ((name_lot(encounter), intervention.id, planned) for encounter in intervention.at)
            yield name_second_lot(intervention.id), intervention.id, _SECOND


def list_lots(definition: Definition, sponsor: Actor, day: date) -> Iterator[tuple[object, Actor]]:
    """The registration and release of a lot for every planned dose and of a second one, and of one that is recalled."""
    expires = (day + timedelta(days=3650)).isoformat()
    for lot, product, count in _list_released(definition):
        yield RegisterLot(lot, product, count * len(definition.sites), expires, _CERTIFICATE), sponsor
        yield SetLotStatus(lot, LotStatus.RELEASED, "all tests passed", _TESTS), sponsor
    for intervention in definition.interventions.values():
        if not intervention.dose:
            continue
        yield RegisterLot(f"{RECALLED}-{intervention.id}", intervention.id, 1, expires, _CERTIFICATE), sponsor
        yield (
            SetLotStatus(f"{RECALLED}-{intervention.id}", LotStatus.RECALLED, "a sister lot was contaminated"),
            sponsor,
        )


def list_deliveries(definition: Definition, site: str, pharmacist: Actor) -> Iterator[tuple[object, Actor]]:
    """What a site receives of each released lot, with the retention sample, and the bags that cannot be used."""
    aside = ((Move.RETAIN, "retention sample"), (Move.DESTROY, "damaged on the way"), (Move.RETURN, "one too many"),
             (Move.LOSE, "virtual loss in the store room"))  # fmt: skip
    details = {"storage": "virtual tank", "temperature": "-150"}
    for lot, _, count in _list_released(definition):
        yield MoveStock(lot, site, Move.RECEIVE, count, details=details), pharmacist
        for move, reason in aside if count > _SECOND else ():
            yield MoveStock(lot, site, move, 1, reason), pharmacist


def list_laboratories(definition: Definition, site: str, day: str, who: Actor) -> Iterator[tuple[object, Actor]]:
    """A laboratory whose ranges are the usual values of the study's laboratory items; none where it has no such item."""
    lines = []
    for compiled in definition.forms.values():
        for item in compiled.form.items:
            if item.type is not ItemType.NUMBER or not item.soft or item.sdtm is None or item.sdtm.domain != "LB":
                continue
            low, high = ("" if limit is None else f"{limit:g}" for limit in item.soft)
            lines.append(RangeLine(f"{compiled.form.id}.{item.id}", low, high, item.unit))
    if lines:
        yield RegisterLaboratory(site, "virtual laboratory", day, tuple(lines)), who
