"""Everybody whom the actor may see, as the cached rows tell: read once a request, for all that the home page counts."""

from typing import NamedTuple

from django.http import HttpRequest

from trialwright.store.models import Participant
from trialwright.web import trial


class Person(NamedTuple):
    """A participant's row: where they are, and the head of their chain."""

    code: str
    site: str
    status: str
    at: str
    allocated_at: str
    position: int
    seq: int
    hash: str


def list_people(request: HttpRequest) -> tuple[Person, ...]:
    """Everybody of the sites that the actor may see, by code; one statement a request."""
    if not hasattr(request, "_trialwright_people"):
        rows = Participant.objects.filter(site__in=trial.list_sites(request)).order_by("code")
        request._trialwright_people = tuple(map(Person._make, rows.values_list(*Person._fields)))  # type: ignore[attr-defined]
    people: tuple[Person, ...] = request._trialwright_people  # type: ignore[attr-defined]
    return people


def find_heads(request: HttpRequest, codes: frozenset[str]) -> dict[str, tuple[int, str]]:
    """The heads of some chains, by code; from what was read already, else one statement."""
    if hasattr(request, "_trialwright_people"):
        return {one.code: (one.seq, one.hash) for one in list_people(request) if one.code in codes}
    rows = Participant.objects.filter(code__in=codes, site__in=trial.list_sites(request))
    return {code: (seq, mark) for code, seq, mark in rows.values_list("code", "seq", "hash")}
