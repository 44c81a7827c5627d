"""Records made for the tests that break no rule at all, and a way to change one place of them."""

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from trialwright.record import Record, build_record
from trialwright.record.reading import Reading

Shape = dict[str, Any]
ON = date(2022, 6, 1)


def make(shape: Shape) -> Record:
    """The typed record of a shape."""
    record = build_record(shape, Reading(format="api_v2", name="test.json"))
    assert isinstance(record, Record), [str(one) for one in record]
    return record


def changed(shape: Shape, change: Callable[[Shape], object]) -> Shape:
    """A copy of a shape after a change in place."""
    new = copy.deepcopy(shape)
    change(new)
    return new


def put(path: str, value: Any) -> Callable[[Shape], object]:
    """A change that sets the value at a path; numbers are places in lists."""

    def change(shape: Shape) -> None:
        *way, last = (int(step) if step.lstrip("-").isdecimal() else step for step in path.split("."))
        spot: Any = shape
        for step in way:
            spot = spot[step] if isinstance(spot, list) else spot.setdefault(step, {})
        spot[last] = value

    return change


def drop(path: str) -> Callable[[Shape], object]:
    """A change that removes what is at a path."""

    def change(shape: Shape) -> None:
        *way, last = (int(step) if step.lstrip("-").isdecimal() else step for step in path.split("."))
        spot: Any = shape
        for step in way:
            spot = spot[step]
        del spot[last]

    return change


def both(*changes: Callable[[Shape], object]) -> Callable[[Shape], object]:
    """Several changes, one after the other."""

    def change(shape: Shape) -> None:
        for one in changes:
            one(shape)

    return change


# A completed randomised trial with results; 40 + 40 participants.
TRIAL: Shape = json.loads((Path(__file__).parent / "trial.json").read_text(encoding="utf-8"))


def _open_trial(shape: Shape) -> None:
    """Make the completed trial one that recruits and has no results."""
    del shape["resultsSection"], shape["documentSection"]
    shape["hasResults"] = False
    protocol = shape["protocolSection"]
    protocol["statusModule"] = {
        "statusVerifiedDate": "2022-03",
        "overallStatus": "RECRUITING",
        "startDateStruct": {"date": "2022-02-01", "type": "ACTUAL"},
        "primaryCompletionDateStruct": {"date": "2023-12", "type": "ESTIMATED"},
        "completionDateStruct": {"date": "2024-06", "type": "ESTIMATED"},
        "studyFirstSubmitDate": "2022-01-10",
        "lastUpdateSubmitDate": "2022-03-20",
    }
    protocol["designModule"]["enrollmentInfo"] = {"count": 80, "type": "ESTIMATED"}
    contacts = protocol["contactsLocationsModule"]
    contacts["centralContacts"] = [{"name": "Ann Other", "email": "ann@example.org"}]
    for place in contacts["locations"]:
        place["status"] = "RECRUITING"


OPEN_TRIAL = changed(TRIAL, _open_trial)


def _observe(shape: Shape) -> None:
    """Make the open trial an observational study."""
    protocol = shape["protocolSection"]
    protocol["designModule"] = {
        "studyType": "OBSERVATIONAL",
        "patientRegistry": True,
        "targetDuration": "5 Years",
        "designInfo": {"observationalModel": "COHORT", "timePerspective": "PROSPECTIVE"},
        "enrollmentInfo": {"count": 80, "type": "ESTIMATED"},
    }
    protocol["armsInterventionsModule"] = {"armGroups": [{"label": "Cohort of adults"}]}
    protocol["eligibilityModule"] |= {"studyPopulation": "Adults", "samplingMethod": "PROBABILITY_SAMPLE"}


OBSERVATIONAL = changed(OPEN_TRIAL, _observe)
