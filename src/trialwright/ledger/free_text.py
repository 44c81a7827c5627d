"""Which parts of each kind of entry a person typed freely, so that a name may stand there; and an entry without them.

A text is named by its path: ``text``, or ``values.remark`` for one of a mapping. Facts that folds, checks and clocks
live by (codes, positions, days, lots, people) are not here: a name has no way into them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

FREE_TEXT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ledger_opened": (),
        "assumption_signed": ("citation",),
        "duty_delegated": (),
        "training_recorded": ("evidence",),
        "site_activated": (),
        "site_suspended": ("reason",),
        "site_closed": ("reason",),
        "allocation_list_sealed": (),
        "number_given": (),
        "slot_taken": (),
        "account_created": (),
        "account_changed": ("reason",),
        "signed_in": (),
        "sign_in_failed": (),
        "screened": ("values", "explanations"),
        "consent_given": ("witness", "optional_samples"),
        "consent_refused": ("reason",),
        "enrolled": (),
        "allocated": ("rationale",),
        "visit_scheduled": (),
        "form_recorded": ("values", "reason", "confirmed"),
        "dose_prepared": ("checked_by",),
        "dose_given": (),
        "dose_missed": ("reason",),
        "adverse_event_reported": (),
        "deviation_noted": ("text",),
        "left": ("reason",),
        "died": ("cause", "source"),
        "completed": (),
        "redaction": ("justification",),
        "redaction_asked": (),
        "redaction_settled": ("reason",),
        "query_raised": ("text",),
        "query_answered": ("text",),
        "query_closed": ("reason",),
        "query_reopened": ("text",),
        "source_verified": (),
        "verification_planned": (),
        "signed": (),
        "lock_changed": ("reason",),
        "site_lock_changed": ("reason",),
        "participant_held": (),
        "code_broken": ("reason",),
        "plan_signed": (),
        "unsealing_signed": (),
        "event_judged": ("reference", "comment"),
        "report_sent": ("recipient", "how", "reference"),
        "proposal_reviewed": ("reason",),
        "situation_reported": ("text", "details"),
        "situation_amended": ("text", "details", "reason"),
        "events_merged": ("reason",),
        "events_separated": ("reason",),
        "safety_counted": (),
        "safety_flag_raised": ("text",),
        "board_decided": ("reason",),
        "notice_acknowledged": ("comment",),
        "lot_registered": ("details",),
        "lot_status_changed": ("reason", "tests"),
        "stock_moved": ("reason", "details"),
        "laboratory_registered": (),
        "monitoring_planned": ("rationale",),
        "monitoring_reported": ("findings", "people"),
        "monitoring_signed": (),
        "action_opened": ("text", "owner"),
        "action_changed": ("text",),
        "deviation_assessed": ("cause", "corrective", "preventive", "owner"),
        "breach_assessed": ("text", "action"),
        "enquiry_logged": ("question", "answer"),
        "results_qc_signed": ("decisions",),
        "data_exported": ("filter",),
    }
)
"""The fields of each act that hold free text; every act has a line, and a test names every other field as a fact."""
_READ_AS_VALUES = frozenset({"values", "details", "tests"})
"""Mappings whose values are read again as numbers and days: what goes leaves nothing, no sentence stands in its place."""


def list_free_texts(act: str, payload: Mapping[str, Any]) -> dict[str, str]:
    """The free texts of an entry by path, those that are not empty.

    >>> list_free_texts("query_closed", {"query": "Q1", "reason": "seen"})
    {'reason': 'seen'}
    """
    found: dict[str, str] = {}
    for name in FREE_TEXT[act]:
        value = payload.get(name, "")
        if isinstance(value, Mapping):
            found |= {f"{name}.{key}": text for key, text in value.items() if text}
        elif value:
            found[name] = value
    return found


def compute_carried(payload: Mapping[str, Any], removed: Mapping[str, str]) -> dict[str, Any]:
    """The payload without the texts at some paths; ``removed`` maps each path to the sentence that stands there now.

    >>> compute_carried({"query": "Q1", "text": "Mr Li?"}, {"text": "redacted"})
    {'query': 'Q1', 'text': 'redacted'}
    """
    carried = {name: dict(value) if isinstance(value, Mapping) else value for name, value in payload.items()}
    for path, sentence in removed.items():
        name, _, key = path.partition(".")
        if name not in carried or (key and key not in carried[name]):
            continue
        if not key:
            carried[name] = sentence
        elif name in _READ_AS_VALUES:
            del carried[name][key]
        else:
            carried[name][key] = sentence
    return carried
