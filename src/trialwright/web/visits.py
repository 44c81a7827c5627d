"""The visits of many participants, read from the cached rows in a handful of statements, whatever their number."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Min

from trialwright.capture.applies import compute_applying, find_read, read_texts
from trialwright.capture.schedule import MISSED_DOSE
from trialwright.capture.visits import Visit, VisitFacts, list_telling_forms, list_visit_states
from trialwright.definition.compiled import Definition
from trialwright.store.answers import read_states
from trialwright.store.models import Appointment, DeviationState, DoseState, Participant

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
    forms, answers = _read_forms(definition, codes)
    doses = dict(DoseState.objects.filter(participant__in=codes).values_list("participant").annotate(Min("started_at")))
    appointments: dict[str, dict[str, str]] = defaultdict(dict)
    for code, encounter, day in Appointment.objects.filter(participant__in=codes).values_list(
        "participant", "encounter", "day"
    ):
        appointments[code][encounter] = day
    telling = frozenset() if sees_arm else list_telling_forms(definition)
    noted, not_given = _read_deviations(codes)
    lines = []
    for row in rows:
        code = row["code"]
        facts = VisitFacts(
            row["site"], row["arm"], row["allocated_at"], doses.get(code, ""), row["ended_on"], forms[code],
            appointments[code], frozenset(not_given[code]),
            compute_applying(definition, row["arm"] or None, read_texts(definition, answers[code])),
        )  # fmt: skip
        visits = list_visit_states(definition, facts, today, sees_arm=sees_arm)
        seen = [one for one in noted[code] if sees_arm or not (one[0] in telling or "DOSE" in one[1])]
        arm = row["arm"] if sees_arm else ""
        queried = _count_queried(forms[code], telling)
        lines.append(Line(code, row["site"], row["status"], arm, visits, len(seen), queried))
    return lines


def _count_queried(forms: dict[tuple[str, str], str], telling: frozenset[str]) -> int:
    return sum(status == "QUERIED" for (_, form), status in forms.items() if form not in telling)


def list_telling(definition: Definition) -> frozenset[str]:
    """The visits that tell the arm by being planned at all."""
    return frozenset(one.id for one in definition.encounters.values() if one.only)


def read_rows(sites: Iterable[str], **conditions: Any) -> list[dict[str, Any]]:
    """The cached columns of the participants of some sites, by code; one statement."""
    return list(Participant.objects.filter(site__in=sites, **conditions).order_by("code").values(*COLUMNS))


def _read_forms(
    definition: Definition, codes: Sequence[str]
) -> tuple[dict[str, dict[tuple[str, str], str]], dict[str, dict[str, Mapping[str, str]]]]:
    """By participant: the status of every first form; and the latest record of each form that conditions read.

    The values come from the entries themselves: no second copy of them is kept.
    """
    forms: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    answers: dict[str, dict[str, Mapping[str, str]]] = defaultdict(dict)
    for one in read_states(connection, find_read(definition), codes):
        if one.repeat == 1:
            forms[one.participant][one.encounter, one.form] = one.status
        if one.values is not None:
            answers[one.participant][one.form] = one.values
    return forms, answers


def _read_deviations(
    codes: Sequence[str],
) -> tuple[dict[str, list[tuple[str, str]]], dict[str, list[tuple[str, str]]]]:
    """Form and code of every deviation, and visit and form of every dose not given, by participant."""
    noted: dict[str, list[tuple[str, str]]] = defaultdict(list)
    not_given: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = DeviationState.objects.filter(participant__in=codes)
    for participant, code, encounter, form in rows.values_list("participant", "code", "encounter", "form"):
        noted[participant].append((form, code))
        if code == MISSED_DOSE:
            not_given[participant].append((encounter, form))
    return noted, not_given
