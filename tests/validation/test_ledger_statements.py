"""Statements about the trail that are proven on the real way in: the service, on both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.capture.trial import InMemory
from tests.service.programs import make_trial
from tests.studies import load_definition
from trialwright.access.policy import Actor
from trialwright.capture.enrol import Enrol
from trialwright.capture.open_ledger import OpenLedger
from trialwright.capture.people import Delegate, Train
from trialwright.capture.record_form import RecordForm
from trialwright.capture.redact import Redact
from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.envelope import Envelope, parse_at
from trialwright.ledger.subject import SubjectState
from trialwright.service.dry_run import run_dry
from trialwright.service.perform import Trial, begin_ledger
from trialwright.service.unit import open_unit
from trialwright.simulate.memory import Written
from trialwright.simulate.staff import find_staff
from trialwright.simulate.steps import Result, Step
from trialwright.store.read import read_chain, read_entries
from trialwright.store.verify import verify_ledger
from trialwright.vocabulary.codelists import Duty, Role
from trialwright.vocabulary.findings import Refusal


class Ward(InMemory):
    """The trial of the tests of the acts, with every act done by the service in a database."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        super().__init__(perform=self._perform)

    def _perform(self, step: Step) -> Result:
        done = (
            begin_ledger(self.trial, step.command, step.actor)
            if isinstance(step.command, OpenLedger)
            else self.trial.perform(step.command, step.actor)
        )
        return done if isinstance(done, Refusal) else Written(done.participant, ())

    def read_state(self, participant: str) -> SubjectState:
        """The state as another process reads it from the ledger."""
        with open_unit(make_trial().ledger) as unit:
            return unit.subject(participant)


@pytest.fixture
def ward(database: BaseDatabaseWrapper) -> Iterator[Ward]:
    yield Ward(make_trial())


def read_forms(database: BaseDatabaseWrapper, code: str) -> list[tuple[Envelope, dict[str, object]]]:
    """The revisions of a participant's forms: what the ledger stamped on each, and what it holds."""
    chain = [one for one in read_chain(database, code) if one.act == "form_recorded"]
    return [(one, parse_canonical(one.payload)) for one in chain]


def save(ward: Ward, code: str, values: dict[str, str], revision: int = 0, reason: str = "") -> None:
    command = RecordForm(code, "vital_signs", "SCREENING", values, based_on=revision, reason=reason)
    ward.must(command, Role.NURSE)


@pytest.mark.req("A1")
def test_an_entry_says_who_in_which_role_when_under_which_version_what_before_and_what_after(
    ward: Ward, database: BaseDatabaseWrapper
) -> None:
    code = ward.consented()
    values = ward.fill("vital_signs", temperature="36.9")
    save(ward, code, values)
    save(ward, code, {**values, "temperature": "38.2"}, 1, "misread")
    (first, before), (second, after) = read_forms(database, code)
    nurse = find_staff(ward.site, Role.NURSE)
    for entry in (first, second):
        assert (entry.actor, entry.role, entry.site) == (nurse.person, "NURSE", ward.site)
        assert entry.version == ward.definition.version
        assert parse_at(entry.at).utcoffset() == timedelta(0)
    assert after["replaces"] == first.position
    assert (before["values"]["temperature"], after["values"]["temperature"]) == ("36.9", "38.2")  # type: ignore[index]
    assert after["reason"] == "misread"


@pytest.mark.req("A3")
def test_from_nothing_to_a_value_and_back_are_entries_and_no_change_is_none(
    ward: Ward, database: BaseDatabaseWrapper
) -> None:
    code = ward.consented()
    without = {name: text for name, text in ward.fill("vital_signs").items() if name != "weight"}
    save(ward, code, without)
    save(ward, code, {**without, "weight": "70.5"}, 1, "weighed later")
    save(ward, code, without, 2, "was another person's")
    save(ward, code, without, 3)
    weights = [payload["values"].get("weight") for _, payload in read_forms(database, code)]  # type: ignore[attr-defined]
    assert weights == [None, "70.5", None]


@pytest.mark.req("A3")
def test_an_empty_text_is_no_answer_and_saving_it_again_is_no_change(ward: Ward, database: BaseDatabaseWrapper) -> None:
    code = ward.consented()
    without = {name: text for name, text in ward.fill("vital_signs").items() if name != "weight"}
    save(ward, code, {**without, "weight": ""})
    save(ward, code, {**without, "weight": ""}, 1)
    save(ward, code, without, 1)
    assert len(read_forms(database, code)) == 1


@pytest.mark.req("A7", "A8")
def test_whatever_writes_leaves_the_same_trail_with_a_name_on_it(database: BaseDatabaseWrapper) -> None:
    run_dry(load_definition().scale(3), 1)
    entries = list(read_entries(database))
    assert all(one.actor and one.role in Role.__members__ and one.version for one in entries)
    decisions = {"site_activated", "duty_delegated", "training_recorded", "enrolled", "allocated", "slot_taken"}
    assert decisions <= {one.act for one in entries}


@pytest.mark.req("A6")
def test_what_a_redaction_leaves_is_what_another_process_reads(ward: Ward, database: BaseDatabaseWrapper) -> None:
    code = ward.consented()
    values = ward.fill("vital_signs")
    save(ward, code, values)
    position = read_forms(database, code)[-1][0].position
    ward.must(
        Redact(code, position, ("values.temperature",), "a name was typed", ward.trial.ledger.clock()),
        Role.DATA_MANAGER,
    )
    assert verify_ledger(database).holds
    kept = ward.read_state(code).forms["SCREENING", "vital_signs", 1].recorded.values
    assert kept == {name: text for name, text in values.items() if name != "temperature"}


@pytest.mark.req("C2")
def test_a_duty_ends_on_its_day_and_what_was_done_keeps_its_name(ward: Ward, database: BaseDatabaseWrapper) -> None:
    code, doctor = ward.consented(), Actor("locum", Role.INVESTIGATOR, ward.site)
    today = ward.trial.ledger.clock()
    ward.must(Train("locum", "protocol", "2020-01-01"))
    ward.must(
        Delegate("locum", Duty.JUDGE_ELIGIBILITY, ward.site, "2020-01-01", f"{today - timedelta(days=2):%Y-%m-%d}")
    )
    assert ward.refused(Enrol(code), doctor) == {"delegation"}
    ward.must(
        Delegate("locum", Duty.JUDGE_ELIGIBILITY, ward.site, "2020-01-01", f"{today + timedelta(days=2):%Y-%m-%d}")
    )
    ward.must(Enrol(code), doctor)
    assert [one.actor for one in read_chain(database, code) if one.act == "enrolled"] == ["locum"]


@pytest.mark.req("C2")
def test_a_later_delegation_ends_an_open_one(ward: Ward, database: BaseDatabaseWrapper) -> None:
    code, doctor = ward.consented(), find_staff(ward.site, Role.INVESTIGATOR)
    yesterday = f"{ward.trial.ledger.clock() - timedelta(days=2):%Y-%m-%d}"
    ward.must(Delegate(doctor.person, Duty.JUDGE_ELIGIBILITY, ward.site, "2020-01-01", yesterday))
    assert ward.refused(Enrol(code)) == {"delegation"}
