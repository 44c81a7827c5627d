"""Every rule V01 to V144 passes on a sound record and fails on one that breaks it, at the right place."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.registry.breaks import BREAKS, Break
from tests.registry.good import OBSERVATIONAL, ON, OPEN_TRIAL, TRIAL, changed, make
from trialwright.record import Record, read_record
from trialwright.registry import RULES, Background, Change, Level, Publication, check_record


def test_the_table_has_every_number_once_and_in_order() -> None:
    assert [rule.number for rule in RULES] == [f"V{number:02d}" for number in range(1, 145)]
    assert set(BREAKS) == {rule.number for rule in RULES}
    assert all(rule.title for rule in RULES)


@pytest.mark.parametrize("shape", [TRIAL, OPEN_TRIAL, OBSERVATIONAL], ids=["completed", "open", "observational"])
def test_sound_records_break_nothing(shape: dict[str, object]) -> None:
    assert check_record(make(shape), ON) == []


@pytest.mark.parametrize(
    ("number", "broken"),
    [(number, broken) for number, breaks in BREAKS.items() for broken in breaks],
    ids=[f"{number}-{at}" for number, breaks in BREAKS.items() for at, _ in enumerate(breaks)],
)
def test_each_rule_is_broken_where_it_should_be(number: str, broken: Break) -> None:
    record = make(changed(broken.start, broken.change))
    found = [breach for breach in check_record(record, ON, broken.background) if breach.number == number]
    assert broken.at in {breach.path for breach in found}
    assert all(breach.wrong for breach in found)


IN_ORDER = Background(
    ethics_status="APPROVED",
    is_ind=True,
    ind_center="CBER",
    ind_number="012345",
    changes=(Change("overallStatus", date(2022, 3, 10)), Change("siteStatus", date(2022, 3, 20))),
    amendment_approved=date(2022, 3, 15),
    comments_on=date(2022, 3, 12),
    comments_kind="registration",
    publications=(Publication("7654321", "About another study, NCT09999999."),),
    sibling_ids=("ANOTHER-1",),
)
"""What a sponsor knows beside the record, each point such that nothing is wrong: updated on 20 March 2022."""


@pytest.mark.parametrize("shape", [TRIAL, OPEN_TRIAL], ids=["completed", "open"])
def test_what_the_sponsor_knows_breaks_nothing_when_it_is_in_order(shape: dict[str, object]) -> None:
    """The rules that need more than the record (V05, V36, V37, V93, V135, V139, V141, V142, V144) pass with it too."""
    record = make(shape)
    assert check_record(record, ON, replace(IN_ORDER, earlier=(record,))) == []


def load(path: Path) -> Record:
    record = read_record(path.read_bytes(), path.name)
    assert isinstance(record, Record)
    return record


def test_real_records_raise_no_error(shared: Path) -> None:
    """Posted records passed the registry's own checks: on the day of their snapshot none has an error."""
    for file in sorted(shared.glob("v2/*.json")):
        record = load(file)
        day = date.fromisoformat(record.derived_section["miscInfoModule"]["versionHolder"])
        errors = [breach for breach in check_record(record, day) if breach.level is Level.ERROR]
        assert errors == [], record.nct_id


def test_short_exports_raise_no_error(shared: Path) -> None:
    for file in sorted(shared.glob("nct04252118/*ictrp*")) + sorted(shared.glob("nct04252118/*csv*")):
        assert [one for one in check_record(load(file), date(2020, 8, 1)) if one.level is Level.ERROR] == []


def test_the_true_defects_of_nct04252118(page: Record) -> None:
    """Read by eye from the page on 22 November 2026; nothing else of it is wrong."""
    found = check_record(page, date(2026, 11, 22))
    status, outcomes = "protocolSection.statusModule", "protocolSection.outcomesModule.unlabelledOutcomes"
    assert [(breach.number, breach.path) for breach in found] == [
        ("V08", f"{status}.overallStatus"),
        ("V14", f"{status}.primaryCompletionDateStruct"),
        ("V14", f"{status}.completionDateStruct"),
        ("V23", f"{status}.statusVerifiedDate"),
        ("V24", f"{status}.overallStatus"),
        ("V63", "protocolSection.armsInterventionsModule.interventions.0.name"),
        ("V70", f"{outcomes}.2.measure"),
        ("V70", f"{outcomes}.5.measure"),
        ("V71", f"{outcomes}.2.measure"),
        ("V72", f"{outcomes}.6.description"),
        ("V72", f"{outcomes}.7.description"),
        ("V72", f"{outcomes}.8.description"),
        ("V87", "protocolSection.contactsLocationsModule.locations"),
    ]
    unknown = next(breach for breach in found if breach.number == "V24")
    # Verified April 2020 and 24 months; the completion date December 2021 had passed before.
    assert "Unknown since April 2022" in unknown.wrong
    assert all(breach.level is not Level.ERROR for breach in found)


def test_before_it_was_unknown_the_record_was_only_late(page: Record) -> None:
    numbers = {breach.number for breach in check_record(page, date(2020, 5, 1))}
    assert "V14" not in numbers
    assert "V23" not in numbers
