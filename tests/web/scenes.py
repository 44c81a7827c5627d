"""Every page as somebody meets it: the table of access with its example parts, and states that the table has not.

What has to look right and be usable for everybody is looked for here: a new URL comes in by itself with its row in
``access_table.py``; a state worth looking at (a form being filled in, a refusal) is a line in ``STATES``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from playwright.sync_api import BrowserContext

from tests.web.access_table import ACCESS, Row
from tests.web.busy import BUSY
from tests.web.trials import OWN
from trialwright.vocabulary.codelists import Role

_PREFERRED = (
    Role.INVESTIGATOR, Role.NURSE, Role.DATA_MANAGER, Role.MONITOR, Role.ADMINISTRATOR, Role.PHARMACIST, Role.SPONSOR,
    Role.READER_1,
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """One page before one person. ``role`` is None for somebody who has not signed in."""

    name: str
    address: str
    role: Role | None


def list_scenes(every_role: bool = False, is_busy: bool = False) -> list[Scene]:
    """Every page that answers with a page: before its main role, or before each; the home page before each always.

    ``is_busy``: after ``write_busy_day``, so with the pages of that day.
    """
    found = []
    for name, row in ACCESS.items():
        if row.answer != 200:
            continue
        address = reverse(name, kwargs=row.parts(OWN))
        found += [Scene(name, address, role) for role in _choose_roles(name, row, every_role)]
    states = {**STATES, **BUSY} if is_busy else STATES
    found += [Scene(name, find(), role) for name, (role, find) in states.items()]
    return found


def is_page(context: BrowserContext, address: str) -> bool:
    """Whether an address answers with a page for people: not with a file, nor with a piece of a page."""
    answer = context.request.get(address)
    return is_page_text(answer.headers.get("content-type", ""), answer.text())


def is_page_text(kind: str, text: str) -> bool:
    """The same of an answer in hand."""
    return kind.startswith("text/html") and "<!doctype html>" in text[:200]


def _choose_roles(name: str, row: Row, every_role: bool) -> list[Role | None]:
    if row.is_open and not row.roles:
        return [None]
    roles = [role for role in Role if role in row.roles]
    if every_role or name == "home":
        return list(roles)
    return [next((role for role in _PREFERRED if role in row.roles), roles[0])]


def _allocated(arm: str = "MSC") -> str:
    from trialwright.store.models import Participant

    people = Participant.objects.filter(site=OWN, status="ALLOCATED", arm=arm).order_by("-code")
    return str(people.values_list("code", flat=True)[0])


def _form(encounter: str, form: str, repeat: int = 1, **query: object) -> str:
    from trialwright.web.forms.places import find_address

    return find_address(_allocated(), encounter, form, repeat, **query)


def _case() -> str:
    from trialwright.web.reading.cases import load_cases

    return reverse("read_case", kwargs={"case": load_cases([OWN])[0].code})


STATES: Mapping[str, tuple[Role, Callable[[], str]]] = {
    "form_new": (Role.NURSE, lambda: _form("UNSCHEDULED_1", "vital_signs")),
    "form_correct": (Role.NURSE, lambda: _form("SCREENING", "demographics", edit=1)),
    "form_event": (Role.INVESTIGATOR, lambda: _form("-", "adverse_event", 0)),
    "form_dose": (Role.NURSE, lambda: _form("D6", "infusion")),
    "form_laboratory": (Role.NURSE, lambda: _form("UNSCHEDULED_1", "haematology")),
    "participant_treated": (Role.NURSE, lambda: reverse("participant", kwargs={"code": _allocated()})),
    "participants_for_oversight": (Role.DATA_MANAGER, lambda: reverse("participants")),
    "read_case": (Role.READER_1, _case),
    "not_found": (Role.NURSE, lambda: "/nowhere"),
}

__all__ = ["STATES", "Scene", "is_page", "is_page_text", "list_scenes"]
