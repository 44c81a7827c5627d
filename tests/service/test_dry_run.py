"""The dry run in a real database: the same ledger as in memory, and nothing lost when it is killed."""

import random
import time

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.service.programs import KILLED, context, walk_until_killed
from tests.studies import load_definition
from trialwright.ledger.seal import Seal
from trialwright.service.dry_run import OtherLedger, run_dry
from trialwright.service.project import project
from trialwright.simulate.memory import walk_in_memory
from trialwright.store.projections import check_projections
from trialwright.store.read import read_entries, read_study
from trialwright.store.verify import verify_ledger


@pytest.mark.req("A12")
def test_a_seed_gives_the_same_ledger_in_memory_and_in_both_databases(database: BaseDatabaseWrapper) -> None:
    definition = load_definition().scale(5)
    memory, _ = walk_in_memory(definition, 3)
    report = run_dry(definition, 3)
    assert report.is_sound
    assert [entry.hash for entry in read_entries(database)] == [entry.hash for entry in memory.entries]
    verified = verify_ledger(database, Seal(memory.ledger.position, memory.ledger.seal))
    assert verified.holds, verified.findings
    assert check_projections(database, project) == []


def test_a_finished_run_is_not_written_twice_and_another_seed_is_refused(database: BaseDatabaseWrapper) -> None:
    definition = load_definition().scale(2)
    run_dry(definition, 1)
    before = read_study(database)
    run_dry(definition, 1)
    assert read_study(database) == before
    with pytest.raises(OtherLedger):
        run_dry(definition, 2)
    assert read_study(database) == before


@pytest.mark.slow
@pytest.mark.req("A4")
def test_killed_at_random_moments_nothing_acknowledged_is_lost_and_the_run_goes_on(
    database: BaseDatabaseWrapper, fresh_url: str
) -> None:
    """``kill -9`` fifty times, of a run that goes on each time behind what the one before has committed."""
    database.close()
    rng = random.Random(11)
    during = set()
    for _ in range(50):
        last = _walk_and_kill(fresh_url, rng)
        study = read_study(database)
        if study is not None:
            assert study.position >= last
            assert verify_ledger(database, processes=1).holds
            during.add(study.position)
        database.close()
    assert len(during) > 10, "the kills came too early or too late to hit a run that was writing"
    report = run_dry(KILLED, 9)
    assert report.is_sound
    memory, _ = walk_in_memory(KILLED, 9)
    final = read_study(database)
    assert final is not None
    assert (final.position, final.seal) == (memory.ledger.position, memory.ledger.seal)
    assert check_projections(database, project) == []


def _walk_and_kill(url: str, rng: random.Random) -> int:
    """The last position that a run acknowledged before it was killed: at any moment after its start, or while it writes."""
    started = context()
    receive, send = started.Pipe(duplex=False)
    process = started.Process(target=walk_until_killed, args=(url, 9, send))
    process.start()
    send.close()
    if rng.random() < 0.8:
        receive.poll(20)
        time.sleep(rng.uniform(0.0, 0.04))  # short: each later run first walks again through all that is committed
    else:
        time.sleep(rng.uniform(0.0, 0.12))
    process.kill()
    process.join()
    last = 0
    try:
        while receive.poll():
            last = max(last, receive.recv())
    except EOFError:
        pass
    return last
