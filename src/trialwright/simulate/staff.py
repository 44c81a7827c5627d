"""The people of a virtual trial, and the acts that open it: purpose, delegation, training, sites, allocation list."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from trialwright.access.policy import Actor
from trialwright.capture.open_ledger import OpenLedger
from trialwright.capture.people import Delegate, Train
from trialwright.capture.product import Move, MoveStock
from trialwright.capture.seal_list import SealList
from trialwright.capture.sites import ActivateSite
from trialwright.capture.verify_source import PlanVerification
from trialwright.definition.compiled import Definition
from trialwright.simulate.desk import compute_verification_plan
from trialwright.simulate.steps import Mark, Step
from trialwright.simulate.supplies import list_deliveries, list_laboratories, list_lots
from trialwright.vocabulary.codelists import Duty, Purpose, Role

CONSENT_VERSION = "1.0"
SPONSOR = Actor("sponsor", Role.SPONSOR)
STATISTICIAN = Actor("statistician-independent", Role.INDEPENDENT_STATISTICIAN)
MACHINE = Actor("system", Role.SYSTEM)

_DUTIES: dict[Role, tuple[Duty, ...]] = {
    Role.INVESTIGATOR: tuple(Duty),
    Role.COORDINATOR: (Duty.ENTER_DATA, Duty.OBTAIN_CONSENT),
    Role.NURSE: (Duty.ENTER_DATA, Duty.GIVE_PRODUCT),
    Role.PHARMACIST: (Duty.HANDLE_PRODUCT, Duty.ENTER_DATA),
    Role.READER_1: (Duty.READ_IMAGES, Duty.ENTER_DATA),
    Role.READER_2: (Duty.READ_IMAGES, Duty.ENTER_DATA),
}


def find_staff(site: str, role: Role) -> Actor:
    """The one person of a role at a site."""
    return Actor(f"{site.lower()}-{role.value.lower().replace('_', '-')}", role, site)


def list_opening(
    definition: Definition, begin: datetime, commitment: str, length: int, *, supplied: bool = True
) -> Iterator[Step]:
    """The steps that open a VIRTUAL ledger and every site of the study, one minute apart; with lots of the product and
    laboratories unless ``supplied`` is False."""
    commands: list[tuple[object, Actor]] = [(OpenLedger(Purpose.VIRTUAL), SPONSOR)]
    day = begin.date().isoformat()
    commands += list_lots(definition, SPONSOR, begin.date()) if supplied else ()
    plan = compute_verification_plan(definition)
    commands.append((PlanVerification(plan.share, plan.always), SPONSOR))
    for site in definition.sites:
        for role, duties in _DUTIES.items():
            person = find_staff(site, role)
            commands.append((Train(person.person, "GCP and protocol", day, "virtual certificate"), SPONSOR))
            commands += [(Delegate(person.person, duty, site, day), SPONSOR) for duty in duties]
        if supplied:
            commands += list_laboratories(definition, site, day, find_staff(site, Role.COORDINATOR))
            commands += list_deliveries(definition, site, find_staff(site, Role.PHARMACIST))
        commands.append((ActivateSite(site, _compute_approvals(day), (CONSENT_VERSION,)), SPONSOR))
    if commitment:
        commands.append((SealList(commitment, length), STATISTICIAN))
    for index, (command, actor) in enumerate(commands):
        yield Step(begin + timedelta(minutes=index), command, actor, mark=_find_mark(command))


_MARKED = {Move.LOSE: "lost", Move.RETURN: "returned", Move.DESTROY: "destroyed"}


def _find_mark(command: object) -> Mark | None:
    """What an act of the opening shows of the account of the product."""
    return ("account", _MARKED[command.move]) if isinstance(command, MoveStock) and command.move in _MARKED else None


def _compute_approvals(day: str) -> dict[str, str]:
    return {
        "ethics_body": "virtual ethics committee",
        "ethics_number": "VIRTUAL-1",
        "ethics_date": day,
        "protocol_version": "1.0",
        "contract_date": day,
        "laboratory": "virtual laboratory, reference ranges of the study file",
        "product_ready": "virtual product",
    }
