"""The visits of many participants, read from the cached rows in a handful of statements, whatever their number."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min

from trialwright.capture.visits import Visit, VisitFacts, list_telling_forms, list_visit_states
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


def read_lines(
    definition: Definition, rows: Sequence[dict[str, Any]], today: date, *, sees_arm: bool = True
) -> list[Line]:
    """The lines of participants, given their cached columns (``COLUMNS``); four statements.

    For those who must not know the arm, without what tells it.
    """
    codes = [row["code"] for row in rows]
    forms = _read_forms(codes)
    doses = dict(DoseState.objects.filter(participant__in=codes).values_list("participant").annotate(Min("started_at")))
    appointments: dict[str, dict[str, str]] = defaultdict(dict)
    for code, encounter, day in Appointment.objects.filter(participant__in=codes).values_list(
        "participant", "encounter", "day"
    ):
        appointments[code][encounter] = day
    telling = frozenset() if sees_arm else list_telling_forms(definition)
    deviations = DeviationState.objects.filter(participant__in=codes).exclude(form__in=telling)
    if not sees_arm:
        deviations = deviations.exclude(code__contains="DOSE")
    noted = dict(deviations.values_list("participant").annotate(Count("position")))
    lines = []
    for row in rows:
        code = row["code"]
        facts = VisitFacts(
            row["site"], row["arm"], row["allocated_at"], doses.get(code, ""), row["ended_on"], forms[code],
            appointments[code],
        )  # fmt: skip
        visits = list_visit_states(definition, facts, today, sees_arm=sees_arm)
        arm = row["arm"] if sees_arm else ""
        lines.append(
            Line(code, row["site"], row["status"], arm, visits, noted.get(code, 0), _count(forms[code], telling))
        )
    return lines


def _count(forms: dict[tuple[str, str], str], telling: frozenset[str]) -> int:
    return sum(status == "QUERIED" for (_, form), status in forms.items() if form not in telling)


def read_rows(sites: Iterable[str], **conditions: Any) -> list[dict[str, Any]]:
    """The cached columns of the participants of some sites, by code; one statement."""
    return list(Participant.objects.filter(site__in=sites, **conditions).order_by("code").values(*COLUMNS))


def _read_forms(codes: Sequence[str]) -> dict[str, dict[tuple[str, str], str]]:
    forms: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    rows = FormState.objects.filter(participant__in=codes, repeat=1)
    for code, encounter, form, status in rows.values_list("participant", "encounter", "form", "status"):
        forms[code][encounter, form] = status
    return forms
