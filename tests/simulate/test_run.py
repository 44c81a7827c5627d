"""The dry run: the same seed gives the same ledger, every planned error is caught, and every study runs without code."""

from pathlib import Path

import pytest

from tests.studies import ROOT, load_definition
from trialwright.definition.compiled import Definition
from trialwright.simulate.memory import MemoryLedger
from trialwright.simulate.run import RunReport, make_cast, run_cast
from trialwright.simulate.steps import Expectation
from trialwright.vocabulary.findings import Reason, Refusal

STUDIES = sorted(path.parent for path in (ROOT / "studies").glob("*/study.yaml"))


def walk(definition: Definition, seed: int) -> tuple[MemoryLedger, RunReport]:
    cast = make_cast(definition, seed)
    ledger = MemoryLedger(definition, cast.make_salt, cast.lists, cast.make_draw)
    return ledger, run_cast(cast, ledger.perform)


@pytest.mark.req("V2")
@pytest.mark.parametrize("folder", STUDIES, ids=lambda folder: folder.name)
def test_every_study_runs_and_every_planned_error_is_caught(folder: Path) -> None:
    definition = load_definition(folder)
    definition = definition.scale(min(definition.study.study.planned_enrolment, 20))
    ledger, report = walk(definition, 1)
    assert report.missed == []
    assert report.surprises == []
    assert len(report.watched) > 5
    assert sum(ledger.study.places.values()) == definition.study.study.planned_enrolment


def test_same_seed_same_ledger() -> None:
    definition = load_definition().scale(6)
    first, second, other = (walk(definition, seed)[0] for seed in (5, 5, 6))
    assert [one.hash for one in first.entries] == [one.hash for one in second.entries]
    assert first.ledger.seal != other.ledger.seal


def test_times_never_go_back() -> None:
    ledger, _ = walk(load_definition().scale(6), 2)
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
