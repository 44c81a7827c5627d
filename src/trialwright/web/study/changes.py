"""What an entry of the trail changes: the entry before it about the same thing, so that old stands beside new.

A correction of a form names the revision that it replaces. Of other acts the same thing is known by its fields: to let
one more act show its old values, name it in ``_SAME``.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from trialwright.ledger.entries import FormRecorded
from trialwright.store.models import LedgerEntry

_SAME: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "account_created": ("account", ("person",)),
    "account_changed": ("account", ("person",)),
    "site_activated": ("site", ("site",)),
    "laboratory_registered": ("laboratory", ("site", "laboratory")),
    "consent_given": ("consent", ()),
    "screened": ("screening", ()),
    "visit_scheduled": ("visit", ("encounter",)),
    "lot_registered": ("lot", ("lot",)),
    "lot_status_changed": ("lot", ("lot",)),
    "lock_changed": ("lock", ("form", "encounter", "repeat")),
    "site_lock_changed": ("site_lock", ("site",)),
    "verification_planned": ("verification", ()),
    "event_judged": ("judgement", ("event",)),
    "situation_reported": ("situation", ("number",)),
    "situation_amended": ("situation", ("number",)),
    "monitoring_planned": ("plan", ("site",)),
    "monitoring_reported": ("report", ("report",)),
    "action_opened": ("action", ("action",)),
    "action_changed": ("action", ("action",)),
    "deviation_assessed": ("deviation", ("deviation",)),
    "enquiry_logged": ("enquiry", ("number",)),
}
"""Acts about one kind of thing, and the fields that say which thing of a participant, or of the study, it is."""
_OF_ITSELF = frozenset({"meaning", "authenticated_at", "rationale", "action.text"})
"""What an act says of itself and not of the thing, so that it has no old value."""


def read_before(rows: Iterable[Mapping[str, Any]], visible: QuerySet[LedgerEntry, LedgerEntry]) -> dict[int, str]:
    """The payload that each entry changes, by its position, among the entries that the person may see; two statements."""
    rows = list(rows)
    found = _read_replaced(rows)
    acts = {act for row in rows if row["act"] in _SAME for act in _list_family(row["act"])}
    if not acts:
        return found
    people, last = {row["participant"] for row in rows if row["act"] in _SAME}, max(row["position"] for row in rows)
    earlier = visible.filter(act__in=acts, participant__in=people, position__lte=last).order_by("position")
    wanted, latest = {row["position"] for row in rows}, dict[object, str]()
    for position, act, participant, payload in earlier.values_list("position", "act", "participant", "payload"):
        if not payload:
            continue
        family, names = _SAME[act]
        said = json.loads(payload)
        thing = family, participant, *(str(said.get(name, "")) for name in names)
        if position in wanted and thing in latest:
            found[position] = latest[thing]
        latest[thing] = _merge(family, latest.get(thing, ""), said)
    return found


def _list_family(act: str) -> list[str]:
    return [one for one, (family, _) in _SAME.items() if family == _SAME[act][0]]


def _merge(family: str, before: str, said: Mapping[str, Any]) -> str:
    """How a thing stands after an act: what the act does not say is as it was."""
    told = {name: value for name, value in said.items() if not {name, f"{family}.{name}"} & _OF_ITSELF}
    return json.dumps({**(json.loads(before) if before else {}), **told})


def _read_replaced(rows: list[Mapping[str, Any]]) -> dict[int, str]:
    """The revisions that the corrections among these entries replaced; one statement."""
    forms = [row for row in rows if row["act"] == FormRecorded.act and row["payload"]]
    replaced = {row["position"]: json.loads(row["payload"]).get("replaces", 0) for row in forms}
    if not any(replaced.values()):
        return {}
    found = LedgerEntry.objects.filter(position__in=set(replaced.values()) - {0}).values_list("position", "payload")
    payloads = dict(found)
    return {position: payloads[before] for position, before in replaced.items() if payloads.get(before)}
