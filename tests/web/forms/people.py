"""What the tests of the forms share: participants, addresses, what a nurse types."""

from collections.abc import Mapping
from typing import Any

from tests.web.trials import OWN
from trialwright.ledger.subject import SubjectState
from trialwright.store.models import LedgerEntry, Participant
from trialwright.web.forms.places import find_address

VITALS: Mapping[str, str] = {
    "v.measured_at": "2020-03-01", "t.measured_at": "08:30", "v.temperature": "37.2", "v.heart_rate": "80",
    "v.respiratory_rate": "18", "v.systolic": "120", "v.diastolic": "70", "v.spo2": "97", "v.on_air": "Y",
}  # fmt: skip
"""A whole form of vital signs as its fields are typed."""


def find_participant(site: str = OWN, arm: str = "MSC") -> str:
    """The participant who came last to an arm of a site, in the middle of the visits."""
    rows = Participant.objects.filter(site=site, status="ALLOCATED", arm=arm).order_by("-code")
    return str(rows.values_list("code", flat=True)[0])


def vitals_of(code: str, **query: object) -> str:
    """The address of vital signs that nobody has recorded: an unscheduled visit."""
    return find_address(code, "UNSCHEDULED_1", "vital_signs", 1, **query)


def count_entries() -> int:
    """How long the ledger is."""
    return LedgerEntry.objects.count()


def load_state(code: str) -> SubjectState:
    """The participant's state as committed."""
    from trialwright.service import reading
    from trialwright.web.trial import get_running

    return reading.load_subject(get_running().trial, code)


def read_recorded(code: str, form: str = "vital_signs", encounter: str = "UNSCHEDULED_1", repeat: int = 1) -> Any:
    """The form as it is on record."""
    version = load_state(code).find_form(encounter, form, repeat)
    return version.recorded if version else None
