"""Remaining places and the balance of baseline factors, as they stood when an allocation was written, never before.

They are held back while somebody at the site has consented and waits: whoever chooses the next arm must not know which
one is behind (principles of conduct, 10).
"""

import json
from collections import Counter
from dataclasses import dataclass

from django.http import HttpRequest

from trialwright.definition.compiled import Definition
from trialwright.definition.design import AllocationMethod
from trialwright.ledger.entries import Screened
from trialwright.ledger.study import StudyState
from trialwright.ledger.subject import SubjectState
from trialwright.store.models import LedgerEntry, Participant
from trialwright.web import trial
from trialwright.web.screening.questions import find_label, render_value
from trialwright.web.screening.verdicts import compute_tone


@dataclass(frozen=True, slots=True)
class ArmPlaces:
    """An arm with its places."""

    arm: str
    taken: int
    planned: int

    @property
    def left(self) -> int:
        """Places that remain."""
        return max(self.planned - self.taken, 0)


@dataclass(frozen=True, slots=True)
class FactorRow:
    """A level of a baseline factor, and how many of each arm have it, in the order of the arms."""

    factor: str
    level: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """Places over all and by arm; by arm only where a person assigns, for else it would foretell the list."""

    taken: int
    planned: int
    places: tuple[ArmPlaces, ...]
    rows: tuple[FactorRow, ...]

    @property
    def left(self) -> int:
        """Places that remain."""
        return max(self.planned - self.taken, 0)


def may_show(request: HttpRequest, state: SubjectState) -> bool:
    """Whether the places and the balance may be shown: after this person's allocation, while nobody waits for theirs."""
    if not state.arm or not trial.get_sight(request).participants:
        return False
    return not _is_somebody_waiting(trial.get_definition(), state.site)


def _is_somebody_waiting(definition: Definition, site: str) -> bool:
    """Whether an arm is to be chosen soon: somebody is enrolled, or has consented and no criterion keeps them out."""
    rows = Participant.objects.filter(site=site, status__in=("CONSENTED", "ENROLLED"), allocated_at="")
    statuses = dict(rows.values_list("code", "status"))
    if "ENROLLED" in statuses.values():
        return True
    verdicts = _read_latest(set(statuses), "verdicts")
    kinds = {one.criterion.id: one.criterion.kind for one in definition.criteria}
    return any(
        all(compute_tone(kind, verdicts.get(code, {}).get(name, "UNKNOWN")) != "bad" for name, kind in kinds.items())
        for code in statuses
    )


def compute_balance(
    definition: Definition, study: StudyState, state: SubjectState, language: str, sees_arms: bool
) -> Balance:
    """Places and balance right after the allocation of this person."""
    codes = [one.participant for one in study.taken]
    upto = codes.index(state.participant) + 1 if state.participant in codes else len(codes)
    arms = {one.participant: one.arm for one in study.taken[:upto]}
    allocation, planned = definition.study.allocation, definition.study.study.planned_enrolment
    if not sees_arms or allocation.method is not AllocationMethod.INVESTIGATOR_ASSIGNED:
        return Balance(len(arms), planned, (), ())
    counts = Counter(arms.values())
    places = tuple(ArmPlaces(arm.id, counts[arm.id], arm.planned) for arm in definition.arms.values())
    return Balance(len(arms), planned, places, tuple(_list_rows(definition, arms, language)))


def _list_rows(definition: Definition, arms: dict[str, str], language: str) -> list[FactorRow]:
    values = _read_latest(set(arms), "values")
    rows = []
    for name in definition.study.allocation.balance:
        levels: dict[str, Counter[str]] = {}
        for code, arm in arms.items():
            levels.setdefault(values.get(code, {}).get(name, ""), Counter())[arm] += 1
        rows += [
            FactorRow(
                find_label(definition, name, language), render_value(definition, name, level, language) or "–",
                tuple(counts[arm] for arm in definition.arms),
            )
            for level, counts in sorted(levels.items())
        ]  # fmt: skip
    return rows


@trial.see_study()
def _read_latest(codes: set[str], part: str) -> dict[str, dict[str, str]]:
    """A part of the latest screening of each; one statement, whatever the number of people."""
    rows = LedgerEntry.objects.filter(act=Screened.act).order_by("position").values_list("participant", "payload")
    return {code: json.loads(payload).get(part, {}) for code, payload in rows if code in codes and payload}
