"""Deadlines by hand from 42 CFR 11, ICMJE, WHO and the EU regulation, as tabulated in the table of obligations."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.registry.good import OPEN_TRIAL, TRIAL, Shape, both, changed, drop, make, put
from trialwright.record import Record, read_record
from trialwright.registry.calendar import render_calendar
from trialwright.registry.case import Background, Case, Change
from trialwright.registry.obligations import Obligation, State, decide_obligations, load_duties
from trialwright.registry.regimes import Bind, decide_regime, list_regimes
from trialwright.registry.unknown import add_months, compute_unknown_day

P = "protocolSection"


def decide(shape: Shape, on: date, background: Background | None = None) -> dict[str, Obligation]:
    case = Case(make(shape), on, background or Background())
    return {one.duty.id: one for one in decide_obligations(case)}


def test_every_duty_names_a_regime_that_can_be_judged_and_its_source() -> None:
    duties = load_duties()
    assert {duty.regime for duty in duties} == set(list_regimes())
    assert all(duty.source and duty.checked_against for duty in duties)
    assert len({duty.id for duty in duties}) == len(duties)


def test_why_42_cfr_11_does_not_oblige_the_study(page: Record) -> None:
    verdict = decide_regime("US", Case(page, date(2026, 11, 22)))
    assert verdict.bind is Bind.VOLUNTARY
    assert verdict.reasons == (
        "the phase is PHASE1",
        "the record says that neither an FDA-regulated drug nor device is studied",
        "the locations are in China",
    )


def test_the_clock_of_the_study(page: Record) -> None:
    found = {one.duty.id: one for one in decide_obligations(Case(page, date(2026, 11, 22)))}
    # Verified in April 2020, so due again within 12 months and Unknown after 24.
    assert (found["CTGOV.verify"].due, found["CTGOV.verify"].state) == (date(2021, 4, 30), State.OVERDUE)
    assert (found["CTGOV.unknown"].due, found["CTGOV.unknown"].state) == (date(2022, 4, 30), State.OVERDUE)
    # Primary completion December 2020: its last day and 12 months.
    assert found["US.results"].due == date(2021, 12, 31)
    assert found["US.results"].verdict.bind is Bind.VOLUNTARY
    # The page tells the day of posting only, which is after the start.
    assert found["ICMJE.register"].state is State.CANNOT_TELL


def test_an_applicable_trial_that_reported_late(shared: Path) -> None:
    record = read_record((shared / "v2/NCT03694327.json").read_bytes(), "x")
    assert isinstance(record, Record)
    found = {one.duty.id: one for one in decide_obligations(Case(record, date(2025, 5, 7)))}
    results = found["US.results"]
    assert results.verdict.bind is Bind.APPLIES
    assert (results.due, results.state) == (date(2020, 3, 14), State.MET_LATE)
    assert found["US.register"].state is State.MET


def test_a_missing_field_leaves_the_verdict_open_and_is_named() -> None:
    shape = changed(TRIAL, both(drop(f"{P}.oversightModule.isFdaRegulatedDrug")))
    verdict = decide_regime("US", Case(make(shape), date(2022, 6, 1)))
    assert verdict.bind is Bind.CANNOT_TELL
    assert verdict.missing == (f"{P}.oversightModule.isFdaRegulatedDrug",)


def test_one_false_condition_settles_it_even_when_another_is_untold() -> None:
    shape = changed(
        TRIAL, both(drop(f"{P}.oversightModule.isFdaRegulatedDrug"), put(f"{P}.designModule.phases", ["PHASE1"]))
    )
    assert decide_regime("US", Case(make(shape), date(2022, 6, 1))).bind is Bind.VOLUNTARY


def test_thirty_days_from_a_change() -> None:
    change = Change("overallStatus", date(2022, 4, 10))
    found = decide(OPEN_TRIAL, date(2022, 5, 1), Background(changes=(change,)))
    assert (found["US.status"].due, found["US.status"].state) == (date(2022, 5, 10), State.DUE)
    late = decide(OPEN_TRIAL, date(2022, 5, 11), Background(changes=(change,)))
    assert late["US.status"].state is State.OVERDUE
    updated = changed(OPEN_TRIAL, put(f"{P}.statusModule.lastUpdateSubmitDate", "2022-04-12"))
    assert decide(updated, date(2022, 5, 11), Background(changes=(change,)))["US.status"].state is State.MET
    # The record was updated, and yet it does not tell this change.
    left_out = Background(changes=(Change("overallStatus", date(2022, 4, 10), untold=True),))
    assert decide(updated, date(2022, 5, 11), left_out)["US.status"].state is State.OVERDUE


def test_registration_on_the_day_of_the_start_is_in_time_and_a_day_later_is_not() -> None:
    same = changed(TRIAL, put(f"{P}.statusModule.studyFirstSubmitDate", "2019-02-01"))
    assert decide(same, date(2022, 6, 1))["ICMJE.register"].state is State.MET
    after = changed(TRIAL, put(f"{P}.statusModule.studyFirstSubmitDate", "2019-02-02"))
    assert decide(after, date(2022, 6, 1))["ICMJE.register"].state is State.MET_LATE
    assert decide(after, date(2022, 6, 1))["US.register"].state is State.MET


def test_children_halve_the_time_in_europe() -> None:
    adults = decide(OPEN_TRIAL, date(2022, 6, 1))
    assert adults["EU_CTR.summary"].due == date(2025, 6, 30)
    children = decide(changed(OPEN_TRIAL, put(f"{P}.eligibilityModule.maximumAge", "17 Years")), date(2022, 6, 1))
    assert children["EU_CTR.paediatric"].due == date(2024, 12, 31)
    assert "EU_CTR.summary" not in children


def test_a_withdrawn_study_owes_no_results() -> None:
    shape = changed(
        OPEN_TRIAL,
        both(put(f"{P}.statusModule.overallStatus", "WITHDRAWN"), put(f"{P}.designModule.enrollmentInfo.count", 0)),
    )
    assert "US.results" not in decide(shape, date(2025, 6, 1))


@pytest.mark.parametrize(
    ("verified", "completion", "day"),
    [
        ("2020-04", "2021-12", date(2022, 4, 30)),
        ("2020-04", "2023-01-15", date(2023, 1, 15)),
        ("2020-02", "2020-12", date(2022, 2, 28)),
    ],
)
def test_unknown_is_the_later_of_two_days(verified: str, completion: str, day: date) -> None:
    shape = changed(
        OPEN_TRIAL,
        both(
            put(f"{P}.statusModule.statusVerifiedDate", verified),
            put(f"{P}.statusModule.completionDateStruct.date", completion),
        ),
    )
    assert compute_unknown_day(Case(make(shape), date(2022, 6, 1))) == day


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_adding_months_keeps_order_and_lands_in_the_right_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later <= add_months(day, months + 1)


def test_the_calendar_file(page: Record) -> None:
    on = date(2020, 5, 1)
    text = render_calendar(page, decide_obligations(Case(page, on)), datetime(2020, 5, 1, 12, 0, 0, tzinfo=UTC))
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert all(len(line.encode()) <= 75 for line in lines)
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") >= 5
    assert "DTSTART;VALUE=DATE:20220430" in lines
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:NCT04252118: verify the record before it turns Unknown" in unfolded
    # Commas and semicolons are escaped (RFC 5545 3.3.11).
    assert "study completion 2021-12" in unfolded
    assert "verified 2020-04\\, study" in unfolded
    uids = [line for line in unfolded.split("\r\n") if line.startswith("UID:")]
    assert len(set(uids)) == len(uids)


def test_no_deadline_is_shown_that_nobody_read_in_a_source() -> None:
    assert {duty.checked_against for duty in load_duties()} == {"primary text", "guidance"}


@pytest.mark.parametrize(("country", "bind"), [("Puerto Rico", Bind.APPLIES), ("China", Bind.VOLUNTARY)])
def test_a_territory_of_the_united_states_ties_a_trial_to_them(country: str, bind: Bind) -> None:
    """42 CFR 11.22(b): a facility "in the United States or a U.S. territory", NLM's checklist, question 4a."""
    ties = {f"{P}.oversightModule.isFdaRegulatedDrug": True, f"{P}.oversightModule.isUsExport": False}
    shape = changed(OPEN_TRIAL, both(*(put(path, value) for path, value in ties.items())))
    for place in shape["protocolSection"]["contactsLocationsModule"]["locations"]:
        place["country"] = country
    assert decide_regime("US", Case(make(shape), date(2022, 6, 1))).bind is bind
