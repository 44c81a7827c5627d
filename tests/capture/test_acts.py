"""The acts of a trial: intentions in the wrong order are refused with the reason, facts are recorded and flagged."""

from datetime import timedelta

import pytest

from tests.capture.trial import BEGIN, InMemory, codes
from trialwright.access.policy import Actor
from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.capture.allocate import Allocate
from trialwright.capture.consent import RefuseConsent
from trialwright.capture.dose import GiveDose, MissDose, PrepareDose
from trialwright.capture.enrol import Enrol
from trialwright.capture.leave import Complete, Die, Leave
from trialwright.capture.open_ledger import OpenLedger, SignAssumption, Signature
from trialwright.capture.record_form import RecordForm
from trialwright.capture.redact import Redact
from trialwright.capture.schedule import FindMissedVisits, ScheduleVisit, list_visits
from trialwright.capture.screen import Screen
from trialwright.capture.sites import ActivateSite, CloseSite, SuspendSite
from trialwright.ledger.entries import FormRecorded, LedgerOpened, NumberGiven, Screened
from trialwright.simulate.screening import make_ineligible, make_unknown
from trialwright.simulate.staff import SPONSOR
from trialwright.vocabulary.codelists import LeavingKind, Purpose, Role

DATA_MANAGER = Actor("dm", Role.DATA_MANAGER)


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


# --- opening ------------------------------------------------------------------------------------------------------


def sign_all(trial: InMemory) -> tuple[Signature, ...]:
    needed = [one.id for one in trial.definition.study.assumptions if one.needs_signature]
    return tuple(Signature(name, "pi", "protocol 1.0, section 5") for name in needed)


@pytest.mark.req("V5")
def test_production_refuses_to_open_while_one_signature_is_missing() -> None:
    trial = InMemory(opened=False)
    signatures = sign_all(trial)
    assert trial.refused(OpenLedger(Purpose.PRODUCTION), SPONSOR) == {"unsigned"}
    for index in range(len(signatures)):
        without = signatures[:index] + signatures[index + 1 :]
        assert trial.refused(OpenLedger(Purpose.PRODUCTION, without), SPONSOR) == {"unsigned"}
    entries = trial.must(OpenLedger(Purpose.PRODUCTION, signatures), SPONSOR)
    assert isinstance(entries[0], LedgerOpened)
    assert entries[0].purpose == "PRODUCTION"


def test_signature_needs_a_citation_of_the_protocol() -> None:
    trial = InMemory(opened=False)
    signatures = (Signature("dose_reading", "pi", " "),)
    assert trial.refused(OpenLedger(Purpose.VIRTUAL, signatures), SPONSOR) == {"no-citation"}


def test_purpose_is_for_ever(trial: InMemory) -> None:
    assert trial.refused(OpenLedger(Purpose.TRAINING), SPONSOR) == {"already-open"}


@pytest.mark.req("S2")
def test_nobody_signs_for_another(trial: InMemory) -> None:
    assert trial.refused(SignAssumption(Signature("dose_reading", "somebody else", "section 5"))) == {"signer"}


@pytest.mark.req("V5", "C5")
def test_a_site_opens_by_an_act() -> None:
    trial = InMemory(opened=False)
    trial.must(OpenLedger(Purpose.VIRTUAL), SPONSOR)
    assert "site-not-active" in trial.refused(trial.answers().compute_command(trial.site), Role.COORDINATOR)
    found = trial.refused(ActivateSite(trial.site, {}, ()), SPONSOR)
    assert found == {"no-approval", "no-delegation"}


@pytest.mark.req("C5")
def test_suspended_and_closed_sites_begin_nothing(trial: InMemory) -> None:
    code = trial.consented()
    trial.must(SuspendSite(trial.site, "audit"), SPONSOR)
    assert "site-not-active" in trial.refused(Enrol(code))
    trial.must(CloseSite(trial.site, "sponsor's decision"), SPONSOR)
    assert "site-not-active" in trial.refused(trial.answers().compute_command(trial.site), Role.COORDINATOR)


@pytest.mark.req("C1")
def test_people_act_by_role_and_delegation(trial: InMemory) -> None:
    code = trial.consented()
    assert "role" in trial.refused(Enrol(code), Role.NURSE)
    assert trial.refused(Enrol(code), Actor("new-doctor", Role.INVESTIGATOR, trial.site)) == {"delegation", "training"}
    assert "site" in trial.refused(Enrol(code), Actor("x", Role.INVESTIGATOR, "OTHER"))


# --- screening, consent, enrolment ------------------------------------------------------------------------------------


def test_screening_gives_codes_and_keeps_no_identity(trial: InMemory) -> None:
    entries = trial.must(trial.answers().compute_command(trial.site), Role.COORDINATOR)
    number, screened = entries
    assert isinstance(number, NumberGiven) and isinstance(screened, Screened)
    assert number.participant == f"{trial.site}-001"
    assert not any("birth_date" in name for name in screened.values)
    assert trial.screened() == f"{trial.site}-002"


@pytest.mark.req("C5")
def test_unknown_never_enrols(trial: InMemory) -> None:
    for seed in range(8):
        found = make_unknown(trial.definition, trial.answers(), trial.person.rng)
        assert found is not None, seed
        answers, criterion = found
        code = trial.screened(answers)
        assert trial.state(code).screening.verdicts[criterion] == "UNKNOWN"  # type: ignore[union-attr]
        trial.must(trial.consent(code))
        assert trial.refused(Enrol(code)) == {"unknown-criterion"}


@pytest.mark.req("C5")
def test_no_waiver_for_the_ineligible(trial: InMemory) -> None:
    for _ in range(8):
        found = make_ineligible(trial.definition, trial.answers(), trial.person.rng)
        assert found is not None
        code = trial.screened(found[0])
        trial.must(trial.consent(code))
        assert "not-eligible" in trial.refused(Enrol(code))


@pytest.mark.parametrize(("age", "verdict"), [("17", "NOT_MET"), ("18", "MET"), ("70", "MET"), ("71", "NOT_MET")])
def test_age_limits_are_inclusive(trial: InMemory, age: str, verdict: str) -> None:
    answers = trial.answers()
    answers.values["age_years"] = age
    code = trial.screened(answers)
    assert trial.state(code).screening.verdicts["I1"] == verdict  # type: ignore[union-attr]


def test_contraception_is_no_question_to_a_man(trial: InMemory) -> None:
    answers = trial.answers()
    names = next(one.rule.names for one in trial.definition.criteria if one.criterion.id == "E1" and one.rule)
    for name in names:
        answers.values.pop(name, None)
    answers.values["demographics.sex"] = "M"
    verdicts = trial.state(trial.screened(answers)).screening.verdicts  # type: ignore[union-attr]
    assert verdicts["E1"] == "NOT_MET"


def test_unreadable_answers_are_all_named(trial: InMemory) -> None:
    command = Screen(trial.site, {"age_years": "9" * 19, "nothing.here": "1"}, {"E9": "Y", "E4": "perhaps"})
    result = trial.do(command, Role.COORDINATOR)
    assert [reason.code for reason in result.reasons] == ["unreadable", "unreadable", "unknown-criterion", "unreadable"]  # type: ignore[union-attr]


@pytest.mark.req("C5")
def test_enrolment_needs_consent(trial: InMemory) -> None:
    assert trial.refused(Enrol(trial.screened())) == {"no-consent"}


@pytest.mark.req("V5")
def test_consent_on_an_unapproved_form_is_recorded_and_does_not_count(trial: InMemory) -> None:
    code = trial.screened()
    assert codes(trial.must(trial.consent(code, form_version="0.9"))) == {"INVALID_CONSENT"}
    assert trial.refused(Enrol(code)) == {"consent-version"}
    trial.must(trial.consent(code))
    trial.must(Enrol(code))


def test_consent_is_not_given_in_the_future(trial: InMemory) -> None:
    later = f"{trial.now + timedelta(days=1):%Y-%m-%dT%H:%M}"
    assert trial.refused(trial.consent(trial.screened(), given_at=later)) == {"in-future"}


def test_refusal_of_consent_keeps_only_the_reason(trial: InMemory) -> None:
    code = trial.screened()
    trial.must(RefuseConsent(code, "no time"), Role.NURSE)
    assert trial.state(code).status == "REFUSED"


# --- allocation ------------------------------------------------------------------------------------------------------


@pytest.mark.req("A8", "C5")
def test_allocation_needs_enrolment_rationale_and_place(trial: InMemory) -> None:
    code = trial.consented()
    assert "not-enrolled" in trial.refused(Allocate(code, "MSC", "because"))
    trial.must(Enrol(code))
    assert trial.refused(Allocate(code, "MSC")) == {"no-rationale"}
    assert trial.refused(Allocate(code, "MSX", "because")) == {"unknown-arm"}
    trial.must(Allocate(code, "MSC", "because"))
    assert trial.refused(Allocate(code, "MSC", "because")) == {"already-allocated"}


def test_no_arm_beyond_its_cap(trial: InMemory) -> None:
    for _ in range(10):
        trial.allocated("MSC")
    code = trial.enrolled()
    assert trial.refused(Allocate(code, "MSC", "one more")) == {"arm-full"}
    trial.must(Allocate(code, "CONTROL", "the other arm has places"))


# --- forms -----------------------------------------------------------------------------------------------------------


@pytest.mark.req("C5")
def test_no_form_before_consent(trial: InMemory) -> None:
    code = trial.screened()
    command = RecordForm(code, "vital_signs", "SCREENING", trial.fill("vital_signs"))
    assert trial.refused(command, Role.NURSE) == {"no-consent"}


@pytest.mark.req("A2", "A3")
def test_a_change_needs_its_reason_and_no_change_is_no_entry(trial: InMemory) -> None:
    code = trial.consented()
    values = trial.fill("vital_signs")
    trial.must(RecordForm(code, "vital_signs", "SCREENING", values), Role.NURSE)
    again = RecordForm(code, "vital_signs", "SCREENING", values, based_on=1)
    assert trial.must(again, Role.NURSE) == ()
    other = (
        {**values, "temperature": "36.9"} if values.get("temperature") != "36.9" else {**values, "temperature": "36.8"}
    )
    assert trial.refused(RecordForm(code, "vital_signs", "SCREENING", other, based_on=1), Role.NURSE) == {"no-reason"}
    (entry,) = trial.must(RecordForm(code, "vital_signs", "SCREENING", other, reason="misread", based_on=1), Role.NURSE)
    assert isinstance(entry, FormRecorded)
    assert (entry.revision, entry.reason) == (2, "misread")
    assert entry.replaces == trial.ledger.entries[-2].position


def test_two_people_on_one_form_lose_nothing(trial: InMemory) -> None:
    code = trial.consented()
    values = trial.fill("vital_signs")
    trial.must(RecordForm(code, "vital_signs", "SCREENING", values), Role.NURSE)
    changed = RecordForm(code, "vital_signs", "SCREENING", trial.fill("vital_signs", temperature="38.8"))
    assert "changed-meanwhile" in trial.refused(changed, Role.COORDINATOR)


def test_impossible_value_is_saved_only_when_confirmed(trial: InMemory) -> None:
    code = trial.consented()
    values = trial.fill("vital_signs", temperature="45.5")
    command = RecordForm(code, "vital_signs", "SCREENING", values)
    assert trial.refused(command, Role.NURSE) == {"impossible"}
    confirmed = RecordForm(code, "vital_signs", "SCREENING", values, confirmed={"temperature": "read twice"})
    (entry, *_) = trial.must(confirmed, Role.NURSE)
    assert isinstance(entry, FormRecorded) and "hard:temperature" in entry.fired


def test_every_unreadable_value_is_named_at_once(trial: InMemory) -> None:
    code = trial.consented()
    values = {**trial.fill("vital_signs"), "temperature": "warm", "nonsense": "1"}
    result = trial.do(RecordForm(code, "vital_signs", "SCREENING", values), Role.NURSE)
    text = str(result)
    assert "temperature" in text and "nonsense" in text


@pytest.mark.parametrize("text", ["NaN", "inf", "1e400", "1,5", " 37", "٣٧"])
def test_numbers_that_are_none(trial: InMemory, text: str) -> None:
    code = trial.consented()
    values = {**trial.fill("vital_signs"), "temperature": text}
    assert trial.refused(RecordForm(code, "vital_signs", "SCREENING", values), Role.NURSE) == {"unreadable"}


def test_visit_out_of_its_window_is_a_deviation(trial: InMemory) -> None:
    code = trial.allocated("CONTROL")
    trial.now += timedelta(days=8)
    entries = trial.must(RecordForm(code, "vital_signs", "D6", trial.fill("vital_signs")), Role.NURSE)
    assert codes(entries) == {"VISIT_OUT_OF_WINDOW"}


def test_procedure_before_consent_is_recorded_and_flagged(trial: InMemory) -> None:
    code = trial.consented()
    occasion = trial.definition.forms["symptoms"].form.occasion
    assert occasion is not None
    early = f"{trial.now - timedelta(days=2):%Y-%m-%dT%H:%M}"
    entries = trial.must(
        RecordForm(code, "symptoms", "BASELINE", trial.fill("symptoms", onset_date="2020-01-20", **{occasion: early})),
        Role.NURSE,
    )
    assert "PROCEDURE_BEFORE_CONSENT" in codes(entries)


def test_missed_visits_are_found_once(trial: InMemory) -> None:
    code = trial.allocated("CONTROL")
    trial.now += timedelta(days=5)
    found = trial.must(FindMissedVisits(code), DATA_MANAGER)
    assert codes(found) == {"MISSED_VISIT"}
    assert trial.must(FindMissedVisits(code), DATA_MANAGER) == ()


def test_appointments_stay_inside_the_window(trial: InMemory) -> None:
    code = trial.allocated("CONTROL")
    visit = next(one for one in list_visits(trial.definition, trial.state(code)) if one.encounter == "D14")
    assert trial.refused(ScheduleVisit(code, "D14", "2020-12-01"), Role.NURSE) == {"out-of-window"}
    trial.must(ScheduleVisit(code, "D14", visit.day.isoformat()), Role.NURSE)


def test_controls_count_from_allocation_treated_from_their_first_dose(trial: InMemory) -> None:
    control, treated = trial.allocated("CONTROL"), trial.allocated("MSC")
    trial.now += timedelta(days=1)
    trial.must(give(trial, treated, "D0"), Role.NURSE)
    days = {code: list_visits(trial.definition, trial.state(code))[-1].day for code in (control, treated)}
    assert (days[treated] - days[control]).days == 1


# --- doses -----------------------------------------------------------------------------------------------------------


def give(trial: InMemory, code: str, encounter: str, **changes: str) -> GiveDose:
    stop = trial.now + timedelta(minutes=40)
    fixed = {
        "started_at": f"{trial.now:%Y-%m-%dT%H:%M}",
        "stopped_at": f"{stop:%Y-%m-%dT%H:%M}",
        "planned_amount": "30000000",
        "actual_amount": "30000000",
        "lot": "L1",
    }
    return GiveDose(code, "MSC", encounter, trial.fill("infusion", **{**fixed, **changes}))


def prepare(code: str, encounter: str = "D0", amount: str = "30000000") -> PrepareDose:
    return PrepareDose(code, "MSC", encounter, "L1", amount)


@pytest.mark.req("C5")
def test_no_preparation_before_allocation(trial: InMemory) -> None:
    assert "not-allocated" in trial.refused(prepare(trial.enrolled()), Role.PHARMACIST)


def test_preparing_wrong_is_refused(trial: InMemory) -> None:
    control, treated = trial.allocated("CONTROL"), trial.allocated("MSC")
    assert trial.refused(prepare(control), Role.PHARMACIST) == {"other-arm"}
    assert trial.refused(prepare(treated, amount="300000000"), Role.PHARMACIST) == {"wrong-amount"}
    assert trial.refused(prepare(treated, "D10"), Role.PHARMACIST) == {"not-planned"}
    trial.must(prepare(treated), Role.PHARMACIST)


def test_a_right_dose_has_no_deviation(trial: InMemory) -> None:
    code = trial.allocated("MSC")
    trial.must(prepare(code), Role.PHARMACIST)
    assert codes(trial.must(give(trial, code, "D0"), Role.NURSE)) == set()


def test_what_was_given_is_recorded_whatever_is_wrong_with_it(trial: InMemory) -> None:
    control = trial.allocated("CONTROL")
    found = codes(trial.must(give(trial, control, "D0", actual_amount="300000000"), Role.NURSE))
    assert {"DOSE_IN_OTHER_ARM", "DOSE_NOT_PREPARED", "WRONG_DOSE"} <= found
    assert len(trial.state(control).doses) == 1


@pytest.mark.req("C5")
def test_dose_before_consent_is_recorded(trial: InMemory) -> None:
    code = trial.screened()
    found = codes(trial.must(give(trial, code, "D0"), Role.NURSE))
    assert {"DOSE_BEFORE_CONSENT", "DOSE_BEFORE_ALLOCATION"} <= found


def test_doses_too_close_and_too_late(trial: InMemory) -> None:
    code = trial.allocated("MSC")
    trial.must(prepare(code), Role.PHARMACIST)
    trial.must(give(trial, code, "D0"), Role.NURSE)
    assert "too-soon" in trial.refused(prepare(code, "D3"), Role.PHARMACIST)
    assert {"DOSE_TOO_SOON", "DOSE_OUT_OF_WINDOW"} <= codes(trial.must(give(trial, code, "D3"), Role.NURSE))
    trial.now += timedelta(days=12)
    assert "DOSE_OUT_OF_WINDOW" in codes(trial.must(give(trial, code, "D6"), Role.NURSE))


def test_missed_dose_needs_its_reason(trial: InMemory) -> None:
    code = trial.allocated("MSC")
    assert trial.refused(MissDose(code, "MSC", "D3", " "), Role.NURSE) == {"no-reason"}
    assert codes(trial.must(MissDose(code, "MSC", "D3", "fever"), Role.NURSE)) == {"MISSED_DOSE"}


# --- events and the ways out -----------------------------------------------------------------------------------------


def event(trial: InMemory, **changes: str) -> dict[str, str]:
    return trial.fill(
        "adverse_event", **{"onset_date": f"{trial.now:%Y-%m-%d}", "serious": "Y", "grade": "3", **changes}
    )


def test_no_check_delays_a_serious_event(trial: InMemory) -> None:
    """Odd dates, missing answers, withdrawn consent: it is saved."""
    code = trial.consented()
    trial.must(Leave(code, LeavingKind.WITHDRAW_CONSENT, f"{trial.now:%Y-%m-%d}", "does not want"), Role.NURSE)
    values = event(trial, onset_date="2020-02-03", end_date="2020-02-01")
    for item in ("verbatim", "outcome", "action"):
        values.pop(item, None)
    entries = trial.must(ReportAdverseEvent(code, values, f"{trial.now:%Y-%m-%dT%H:%M}"), Role.NURSE)
    recorded = next(one for one in entries if isinstance(one, FormRecorded))
    assert recorded.fired
    assert "DATA_AFTER_WITHDRAWAL" in codes(entries)


def test_fatal_event_before_the_death_form(trial: InMemory) -> None:
    code = trial.allocated("CONTROL")
    trial.must(ReportAdverseEvent(code, event(trial, grade="5"), f"{trial.now:%Y-%m-%dT%H:%M}"))
    assert trial.state(code).status == "ALLOCATED"
    trial.must(Die(code, f"{trial.now:%Y-%m}", "respiratory failure"))
    assert trial.state(code).status == "DIED"


def test_withdrawn_consent_ends_collection(trial: InMemory) -> None:
    code = trial.allocated("CONTROL")
    trial.must(Leave(code, LeavingKind.WITHDRAW_CONSENT, f"{trial.now:%Y-%m-%d}", ""), Role.NURSE)
    command = RecordForm(code, "vital_signs", "BASELINE", trial.fill("vital_signs"))
    assert trial.refused(command, Role.NURSE) == {"consent-withdrawn"}


def test_death_can_be_recorded_after_the_milder_ways_out(trial: InMemory) -> None:
    code = trial.allocated("MSC")
    trial.must(Leave(code, LeavingKind.STOP_TREATMENT, f"{trial.now:%Y-%m-%d}", "asked"), Role.NURSE)
    trial.must(Leave(code, LeavingKind.STOP_VISITS, f"{trial.now:%Y-%m-%d}", "asked"), Role.NURSE)
    assert "has-left" in trial.refused(prepare(code), Role.PHARMACIST)
    trial.must(Die(code, f"{trial.now:%Y-%m-%d}", "unknown", "telephone"))
    assert trial.state(code).status == "DIED"


def test_completion_only_at_the_end(trial: InMemory) -> None:
    code = trial.allocated("CONTROL")
    assert trial.refused(Complete(code, f"{trial.now:%Y-%m-%d}")) == {"too-early"}
    assert trial.refused(Die(code, "2031-01-01")) == {"in-future"}


@pytest.mark.req("A6")
def test_redaction_carries_the_other_items_forward(trial: InMemory) -> None:
    code = trial.consented()
    values = trial.fill("vital_signs")
    trial.must(RecordForm(code, "vital_signs", "SCREENING", values), Role.NURSE)
    position = trial.ledger.entries[-1].position
    path = ("values.temperature",)
    assert trial.refused(Redact(code, position, path, " ", trial.now), DATA_MANAGER) == {"no-reason"}
    trial.must(Redact(code, position, path, "a name was typed", trial.now), DATA_MANAGER)
    kept = trial.state(code).forms["SCREENING", "vital_signs", 1].recorded.values
    assert kept == {name: text for name, text in values.items() if name != "temperature"}


def test_time_of_the_test_trial_is_the_sites() -> None:
    assert BEGIN.utcoffset() == timedelta(hours=8)


@pytest.mark.req("A6")
def test_an_earlier_revision_can_be_redacted_and_the_later_stands(trial: InMemory) -> None:
    code = trial.consented()
    values = trial.fill("vital_signs", temperature="36.9")
    trial.must(RecordForm(code, "vital_signs", "SCREENING", values), Role.NURSE)
    first = trial.ledger.entries[-1].position
    later = {**values, "temperature": "36.8"}
    trial.must(RecordForm(code, "vital_signs", "SCREENING", later, reason="misread", based_on=1), Role.NURSE)
    trial.must(Redact(code, first, ("values.temperature",), "a name stood in it", trial.now), DATA_MANAGER)
    assert trial.state(code).forms["SCREENING", "vital_signs", 1].recorded.values == later
