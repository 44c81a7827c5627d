"""A running study against its public record: each untrue field, since when, and by when it is due.

The entries are written by hand for NCT04252118 (20 subjects, last primary assessment and end of follow-up on day 180),
so that every day below can be counted on a calendar.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from trialwright.definition.compile import compile_study
from trialwright.definition.compiled import Definition
from trialwright.definition.load import read_files
from trialwright.ledger import entries as e
from trialwright.ledger.subject import Stamped
from trialwright.record import Record, build_record, render_shape
from trialwright.record.reading import Reading
from trialwright.registry.drift import Drift, compare_drift
from trialwright.registry.facts import compute_facts

STUDY = Path(__file__).parents[2] / "studies/nct04252118"
FIRST = date(2020, 2, 1)


@pytest.fixture(scope="module")
def definition() -> Definition:
    compiled = compile_study(read_files(STUDY)).definition
    assert compiled is not None
    return compiled


def stamp(entry: Any, day: date, participant: str = "") -> Stamped:
    at = f"{day}T08:00:00.000000Z"
    return Stamped(1, 1, participant, at, "actor", "INVESTIGATOR", "BJ302", "1.0", entry)


def live(subjects: int, *, end: bool = True) -> Iterator[Stamped]:
    """Site opened on 20 January; one subject a day from 1 February; each is done 180 days after day 0."""
    yield stamp(e.SiteActivated("BJ302", "1.0", {}, ("1",)), date(2020, 1, 20))
    for number in range(subjects):
        code, day = f"S{number:02d}", FIRST + timedelta(days=number)
        consent = e.ConsentGiven(f"{day}T07:00", "1", "ZH", "nurse", "Y")
        yield stamp(consent, day, code)
        yield stamp(e.Enrolled(1, 2), day, code)
        arm = "MSC" if number % 2 else "CONTROL"
        yield stamp(e.Allocated(arm, "INVESTIGATOR_ASSIGNED"), day, code)
        if arm == "MSC":
            yield stamp(e.DoseGiven("MSC", "D0", 1, f"{day}T10:00", "3.0e7", "cells"), day, code)
        if end:
            done = day + timedelta(days=180)
            yield stamp(e.Completed(str(done)), done, code)


def find(definition: Definition, public: Record, entries: Iterator[Stamped], on: date) -> dict[str, Drift]:
    facts = compute_facts(definition, entries, on)
    return {one.path.removeprefix("protocolSection."): one for one in compare_drift(definition, facts, public)}


def with_status(record: Record, **changes: Any) -> Record:
    """The record with other status fields."""
    shape = render_shape(record)
    shape["protocolSection"]["statusModule"] |= changes
    made = build_record(shape, Reading("page_text"))
    assert isinstance(made, Record)
    return made


def test_while_it_recruits(definition: Definition, page: Record) -> None:
    facts = compute_facts(definition, live(5), date(2020, 2, 10))
    assert (facts.status, facts.status_since) == ("RECRUITING", date(2020, 1, 20))
    assert (facts.start, facts.enrolled, facts.planned) == (FIRST, 5, 20)
    assert facts.primary_completion is not None
    assert (facts.primary_completion.day, facts.primary_completion.reached) == (date(2020, 8, 3), False)
    found = find(definition, page, live(5), date(2020, 2, 10))
    # The record says 27 January; the first subject consented on 1 February. Its status Unknown is not true.
    assert set(found) == {"statusModule.overallStatus", "statusModule.startDateStruct"}
    start = found["statusModule.startDateStruct"]
    assert (start.public, start.truth) == ("2020-01-27 ACTUAL", "2020-02-01 ACTUAL")
    assert (start.since, start.due) == (date(2020, 2, 1), date(2020, 3, 2))


def test_when_the_last_place_is_taken(definition: Definition, page: Record) -> None:
    found = find(definition, page, live(20), date(2020, 3, 1))
    status = found["statusModule.overallStatus"]
    # The twentieth subject is enrolled on 20 February; 30 days later is 21 March (2020 is a leap year).
    assert (status.truth, status.since, status.due) == (
        "ACTIVE_NOT_RECRUITING",
        date(2020, 2, 20),
        date(2020, 3, 21),
    )
    assert found["contactsLocationsModule.locations.0.status"].truth == "ACTIVE_NOT_RECRUITING"
    # The plan of 20 is still what the record may tell.
    assert "designModule.enrollmentInfo" not in found


def test_when_it_is_over(definition: Definition, page: Record) -> None:
    found = find(definition, page, live(20), date(2020, 9, 1))
    last = date(2020, 2, 20) + timedelta(days=180)
    assert last == date(2020, 8, 18)
    assert (found["statusModule.overallStatus"].truth, found["statusModule.overallStatus"].since) == ("COMPLETED", last)
    assert found["statusModule.primaryCompletionDateStruct"].truth == "2020-08-18 ACTUAL"
    assert found["statusModule.completionDateStruct"].truth == "2020-08-18 ACTUAL"
    assert found["designModule.enrollmentInfo"].truth == "20 ACTUAL"
    assert "contactsLocationsModule.locations.0.status" not in found


def test_a_record_that_tells_the_truth_has_no_drift(definition: Definition, page: Record) -> None:
    true = with_status(
        page, overallStatus="RECRUITING", lastKnownStatus="", startDateStruct={"date": "2020-02-01", "type": "ACTUAL"}
    )
    assert find(definition, true, live(5), date(2020, 2, 10)) == {}
    early = with_status(
        page, overallStatus="NOT_YET_RECRUITING", startDateStruct={"date": "2020-02-10", "type": "ESTIMATED"}
    )
    assert find(definition, early, iter(()), date(2020, 1, 10)) == {}


def test_an_estimate_that_passed_is_untrue_from_the_next_day(definition: Definition, page: Record) -> None:
    found = find(definition, page, live(5, end=False), date(2021, 1, 15))
    late = found["statusModule.primaryCompletionDateStruct"]
    # Estimated for December 2020.
    assert (late.since, late.due) == (date(2021, 1, 1), date(2021, 1, 31))
    assert late.truth == "not reached, 2020-08-03 at the earliest"


def test_suspension_withdrawal_and_termination(definition: Definition, page: Record) -> None:
    suspended = [*live(5), stamp(e.SiteSuspended("BJ302", "stock"), date(2020, 2, 8))]
    assert compute_facts(definition, suspended, date(2020, 2, 9)).status == "SUSPENDED"
    closed = stamp(e.SiteClosed("BJ302", "end"), date(2020, 2, 8))
    assert compute_facts(definition, [*live(5), closed], date(2020, 2, 9)).status == "TERMINATED"
    assert compute_facts(definition, [*live(0), closed], date(2020, 2, 9)).status == "WITHDRAWN"
    assert compute_facts(definition, suspended, date(2020, 2, 7)).status == "RECRUITING"


def test_a_death_ends_the_measuring_of_one_subject(definition: Definition) -> None:
    entries = [*live(1, end=False), stamp(e.Died("2020-02-11"), date(2020, 2, 11), "S00")]
    facts = compute_facts(definition, entries, date(2020, 3, 1))
    assert facts.primary_completion is not None
    assert facts.primary_completion.day == date(2020, 2, 11)


def test_outcomes_and_criteria_that_the_study_does_not_share(definition: Definition, page: Record) -> None:
    shape = render_shape(page)
    protocol = shape["protocolSection"]
    outcomes = protocol["outcomesModule"]["unlabelledOutcomes"]
    del outcomes[4]
    outcomes[0]["timeFrame"] = "Day 28"
    criteria = protocol["eligibilityModule"]["eligibilityCriteria"]
    protocol["eligibilityModule"]["eligibilityCriteria"] = criteria.replace("-70 years old", "-75 years old")
    other = build_record(shape, Reading("page_text"))
    assert isinstance(other, Record)
    names = {
        one.name for one in compare_drift(definition, compute_facts(definition, live(5), date(2020, 2, 10)), other)
    }
    assert names == {
        "overall status",
        "start date",
        "secondary outcome",
        "time frame of 'Size of lesion area by chest radiograph or CT'",
        "criterion I1",
    }
