"""What the tests of the desks share: a participant, what is said about their data, what a browser posts."""

from typing import Any

from tests.web.trials import OWN
from trialwright.access.policy import Actor
from trialwright.capture.record_form import RecordForm
from trialwright.ledger.subject import SubjectState
from trialwright.service.perform import Receipt
from trialwright.simulate.staff import find_staff
from trialwright.store.models import LedgerEntry, Participant
from trialwright.vocabulary.codelists import Role

DATA_MANAGER = Actor("data-manager", Role.DATA_MANAGER)
MONITOR = Actor("monitor", Role.MONITOR)
NURSE = find_staff(OWN, Role.NURSE)
INVESTIGATOR = find_staff(OWN, Role.INVESTIGATOR)
PASSWORD = "virtual-people-only"
FORM = {"encounter": "SCREENING", "form": "demographics", "repeat": 1}


def find_code(site: str = OWN) -> str:
    """An allocated participant of a site."""
    return str(
        Participant.objects.filter(site=site, status="ALLOCATED").order_by("code").values_list("code", flat=True)[0]
    )


def load_state(code: str) -> SubjectState:
    """The participant's state as committed."""
    from trialwright.service import reading
    from trialwright.web.trial import get_running

    return reading.load_subject(get_running().trial, code)


def do(actor: Actor, command: Any) -> Receipt:
    """Do an act that must succeed."""
    from trialwright.web.trial import perform_as

    done = perform_as(actor, command)
    assert isinstance(done, Receipt), done
    return done


def correct(code: str, item: str = "sex", form: str = "demographics", encounter: str = "SCREENING") -> None:
    """Correct one value of a form: to nothing, with a reason."""
    version = load_state(code).find_form(encounter, form)
    assert version is not None
    values = {name: value for name, value in version.recorded.values.items() if name != item}
    missing = {**version.recorded.missing, item: "UNKNOWN"}
    command = RecordForm(
        code, form, encounter, values, 1, missing, "transcription error", based_on=version.recorded.revision
    )
    do(NURSE, command)


def count_entries() -> int:
    """How long the ledger is."""
    return LedgerEntry.objects.count()
