"""The visits of many participants, read from the cached rows in a handful of statements, whatever their number."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min

from trialwright.capture.visits import Visit, VisitFacts, list_visit_states
from trialwright.definition.compiled import Definition
from trialwright.store.models import Appointment, DeviationState, DoseState, FormState, Participant

COLUMNS = ("code", "site", "status", "arm", "allocated_at", "ended_on")


@dataclass(frozen=True, slots=True)
class Line:
    """A participant with every visit of the study as it stands today."""

    code: str
    site: str
    status: str
    arm: str
    visits: tuple[Visit, ...]
    deviations: int
    queried: int

    def find(self, encounter: str) -> Visit:
        """The visit at an encounter."""
        return next(one for one in self.visits if one.encounter == encounter)


def read_lines(definition: Definition, rows: Sequence[dict[str, Any]], today: date) -> list[Line]:
    """The lines of participants, given their cached columns (``COLUMNS``); four statements."""
    codes = [row["code"] for row in rows]
    forms = _read_forms(codes)
    doses = dict(DoseState.objects.filter(participant__in=codes).values_list("participant").annotate(Min("started_at")))
    appointments: dict[str, dict[str, str]] = defaultdict(dict)
    for code, encounter, day in Appointment.objects.filter(participant__in=codes).values_list(
        "participant", "encounter", "day"
    ):
        appointments[code][encounter] = day
    noted = dict(
        DeviationState.objects.filter(participant__in=codes).values_list("participant").annotate(Count("position"))
    )
    return [
        _make_line(definition, row, today, forms[row["code"]], doses, appointments[row["code"]], noted) for row in rows
    ]


def list_telling(definition: Definition) -> frozenset[str]:
    """The visits that tell the arm by being planned at all."""
    return frozenset(one.id for one in definition.encounters.values() if one.only)


def read_rows(sites: Iterable[str], **conditions: Any) -> list[dict[str, Any]]:
    """The cached columns of the participants of some sites, by code; one statement."""
    return list(Participant.objects.filter(site__in=sites, **conditions).order_by("code").values(*COLUMNS))


def _read_forms(codes: Sequence[str]) -> dict[str, dict[tuple[str, str], str]]:
    forms: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    rows = FormState.objects.filter(participant__in=codes, repeat=1)
    for code, encounter, form, status in rows.values_list("participant", "encounter", "form", "status"):
        forms[code][encounter, form] = status
    return forms


def _make_line(
    definition: Definition, row: dict[str, Any], today: date, forms: dict[tuple[str, str], str],
    doses: dict[str, str], appointments: dict[str, str], noted: dict[str, int],
) -> Line:  # fmt: skip
    code = row["code"]
    facts = VisitFacts(
        row["site"], row["arm"], row["allocated_at"], doses.get(code, ""), row["ended_on"], forms, appointments
    )
    return Line(
        code=code,
        site=row["site"],
        status=row["status"],
        arm=row["arm"],
        visits=list_visit_states(definition, facts, today),
        deviations=noted.get(code, 0),
        queried=sum(status == "QUERIED" for status in forms.values()),
    )
