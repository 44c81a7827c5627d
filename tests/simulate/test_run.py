"""The dry run: the same seed gives the same ledger, every planned error is caught, and every study runs without code."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.studies import ROOT, load_definition
from trialwright.capture.list_queries import list_queries
from trialwright.capture.lock import LockLevel, find_lock
from trialwright.capture.sign import check_signatures
from trialwright.definition.simulation import EventBehaviour
from trialwright.ledger.entries import FormRecorded
from trialwright.ledger.product import trace_lot
from trialwright.safety.clock_overview import compute_clock_overview
from trialwright.safety.recall import compute_recall_of_lot
from trialwright.simulate.exercises import EXERCISES, make_script
from trialwright.simulate.memory import MemoryLedger, walk_in_memory
from trialwright.simulate.steps import Expectation
from trialwright.vocabulary.findings import Reason, Refusal

STUDIES = sorted(path.parent for path in (ROOT / "studies").glob("*/study.yaml"))


@pytest.mark.req("V2")
@pytest.mark.parametrize("folder", STUDIES, ids=lambda folder: folder.name)
def test_every_study_runs_and_every_planned_error_is_caught(folder: Path) -> None:
    definition = load_definition(folder)
    definition = definition.scale(min(definition.study.study.planned_enrolment, 20))
    ledger, report = walk_in_memory(definition, 1)
    assert report.missed == []
    assert report.surprises == []
    assert len(report.watched) > 5
    assert sum(ledger.study.places.values()) == definition.study.study.planned_enrolment


@pytest.mark.req("V2")
def test_the_desks_do_their_work_and_their_errors_are_caught() -> None:
    """Queries, verification, signatures, locks, lots and the sponsor's part: each happens, and each holds at the end."""
    definition = load_definition().scale(40)
    ledger, report = walk_in_memory(definition, 3)
    assert report.is_sound, (report.missed, report.surprises)
    acts = {entry.act for entry in ledger.entries}
    assert acts >= {
        "query_raised", "query_answered", "query_closed", "source_verified", "signed", "lock_changed", "event_judged",
        "report_sent", "notice_acknowledged", "lot_registered", "stock_moved", "safety_counted",
        "laboratory_registered", "verification_planned",
    }  # fmt: skip
    errors = {one.error for one in report.watched}
    assert {"preparation of a recalled lot", "lock over an open query", "a correction after the lock"} <= errors
    for state in ledger.subjects.values():
        assert not [one for one in list_queries(definition, state) if one.is_open]
        if state.arm:
            assert all(check.is_valid for check in check_signatures(state))
            assert find_lock(ledger.study, state)[0] is LockLevel.LOCKED
    assert all(lot.is_balanced for lot in ledger.study.product.lots.values())
    given = {dose.lot for state in ledger.subjects.values() for dose in state.doses}
    assert given == {lot for lot in ledger.study.product.lots if trace_lot(ledger.study.product, lot)}


@pytest.mark.parametrize("seed", [1, 8])
def test_every_exercise_of_safety_is_seen_whatever_the_seed(seed: int) -> None:
    """What a rehearsal must contain is planned: with the study of the project nothing is left out and nothing is missing."""
    ledger, report = walk_in_memory(load_definition(), seed)
    assert report.is_sound, (report.missed, report.surprises)
    assert {one.id for one in report.exercises} == set(EXERCISES)
    for one in report.exercises:
        assert not one.left_out and not one.missing, one
    safety, product = ledger.study.safety, ledger.study.product
    assert (
        {one.flag for one in safety.decisions} == set(safety.flags) >= {"hold:" + key for key in _list_holding(ledger)}
    )
    (raised,), (decided, _) = set(safety.raised.values()), safety.decided[0]
    prepared = [one.at for one in ledger.entries if one.act == "dose_prepared"]
    assert not [at for at in prepared if raised < at < decided], "nothing is prepared while the board has not decided"
    assert any(at > decided for at in prepared), "and then it goes on"
    faults = {one.code for state in ledger.subjects.values() for one in state.deviations}
    assert "RECALLED_LOT" in faults and "DOSE_AGAINST_STOPPING" not in faults, "the ward waits for the board"
    lot = compute_recall_of_lot(product, ledger.subjects.values(), "LOT-MSC-B")
    assert lot.participants == trace_lot(product, "LOT-MSC-B") and len(lot.participants) == 2
    late = [
        one for one in compute_clock_overview(load_definition(), ledger.subjects.values(), _end(ledger)) if one.is_due
    ]
    assert not late, "every clock of the rehearsal is answered"


def _list_holding(ledger: MemoryLedger) -> list[str]:
    counted = ledger.study.safety.counted.values()
    return [f"{one.participant}:{hold.partition(':')[0]}" for one in counted for hold in one.holds]


def _end(ledger: MemoryLedger) -> datetime:
    return datetime.fromisoformat(ledger.ledger.at)


def test_an_exercise_that_a_study_cannot_have_is_left_out_and_says_why() -> None:
    definition = load_definition(ROOT / "studies" / "nct03694327").scale(20)
    _, report = walk_in_memory(definition, 1)
    told = {one.id: one.left_out for one in report.exercises}
    assert told["stopping"] == told["recall"] == "the study gives no product in doses"
    assert told["confirmed"] == "the study has no laboratory value with limits"
    assert not told["upgrade"] and not told["pregnancy"] and not told["medication_error"] and not told["merge_undone"]
    assert not [one for one in report.exercises if one.missing]


def test_an_exercise_of_which_a_mark_is_missing_is_told() -> None:
    script = make_script(load_definition())
    script.waiting.clear()
    script.mark("upgrade", "reported", "S-1")
    told = next(one for one in script.list_exercised() if one.id == "upgrade")
    assert told.participants == ("S-1",) and told.missing == ("upgraded", "judged", "sent", "acknowledged")


def test_who_dies_has_died_of_an_event_and_no_event_is_told_before_it_is_over() -> None:
    """What a physician looks at first: the fatal event, its form and the end of participation agree, and no day is one that
    has not come when it is written down."""
    definition = load_definition().scale(40)
    ledger, _ = walk_in_memory(definition, 3)
    told = [one for one in ledger.entries if one.act == FormRecorded.act]
    for one in told:
        recorded = json.loads(one.payload)
        if recorded["form"] == "adverse_event":
            today = datetime.fromisoformat(one.at).astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()
            assert max(recorded["values"].get(name, "") for name in ("onset_date", "end_date")) <= today
    dead = [state for state in ledger.subjects.values() if state.died]
    assert dead
    for state in ledger.subjects.values():
        events = [version.recorded.values for (_, form, _), version in state.forms.items() if form == "adverse_event"]
        fatal = [event for event in events if event["outcome"] == "FATAL"]
        assert len(fatal) == bool(state.died)
        assert all((event["ongoing"] == "Y") != bool(event.get("end_date")) for event in events)
        if state.died is None:
            continue
        (event,) = fatal
        assert event["grade"] == "5" and event["serious"] == event["ser_death"] == "Y"
        assert event["onset_date"] < event["end_date"] == state.died.on
        assert all(one["onset_date"] <= state.died.on and one.get("end_date", "") <= state.died.on for one in events)
        death = state.forms["", "death", 1].recorded.values
        assert death["death_date"] == state.died.on and death["cause"] == state.died.cause
        end = state.forms["", "disposition", 1].recorded.values
        assert end["status"] == "DEATH" and end["date"] == state.died.on


def test_flags_are_decided_and_preparation_waits_for_it() -> None:
    """A product that harms every second participant: the rule speaks, nothing is prepared, the board decides."""
    definition = load_definition().scale(20)
    harmful = EventBehaviour(
        term="Hypoxia", verbatim="virtual harm", chance=0.9, arm="MSC", days=(1, 4), grades={"4": 1.0}, related=1.0
    )
    simulation = definition.simulation.model_copy(update={"events": (harmful,)})
    ledger, report = walk_in_memory(replace(definition, simulation=simulation), 1)
    assert report.is_sound, (report.missed, report.surprises)
    flags = set(ledger.study.safety.flags)
    assert any(flag.startswith("boundary:") for flag in flags)
    assert flags == {one.flag for one in ledger.study.safety.decisions}
    assert "preparation while a flag stands" in {one.error for one in report.watched}


def test_same_seed_same_ledger() -> None:
    definition = load_definition().scale(6)
    first, second, other = (walk_in_memory(definition, seed)[0] for seed in (5, 5, 6))
    assert [one.hash for one in first.entries] == [one.hash for one in second.entries]
    assert first.ledger.seal != other.ledger.seal


def test_times_never_go_back() -> None:
    ledger, _ = walk_in_memory(load_definition().scale(6), 2)
    times = [one.at for one in ledger.entries]
    assert times == sorted(times)


def test_an_error_that_is_not_caught_is_reported() -> None:
    """The watch itself can fail: a planned error that goes through is seen."""
    expectation = Expectation("enrolment before consent", "refusal", "no-consent")
    assert expectation.is_met(Refusal("enrol", (Reason("no-consent", ""),)))
    assert not expectation.is_met(Refusal("enrol", (Reason("role", ""),)))

    class Through:
        participant = "X"
        written = ()

    assert not expectation.is_met(Through())
    assert not Expectation("late", "deviation", "VISIT_OUT_OF_WINDOW").is_met(Through())
