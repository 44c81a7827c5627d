"""What happens when a writing process is killed at any moment, and when two want the same thing at once."""

import collections
import time
from itertools import pairwise

import numpy as np
import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.store.samples import create, project, sample_ledger
from tests.store.writers import PARTS, context, race, write_for_ever
from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.seal import Seal
from trialwright.store.projections import check_projections
from trialwright.store.read import read_entries
from trialwright.store.verify import verify_ledger

KILLS = 50
ROUNDS = 100


@pytest.mark.slow
@pytest.mark.req("A4")
def test_a_killed_writer_loses_nothing_that_it_acknowledged(database: BaseDatabaseWrapper, fresh_url: str) -> None:
    """Fifty writers in a row on one ledger, each killed with SIGKILL; the next one goes on where the last one fell."""
    create(sample_ledger())
    database.close()
    delays = np.random.default_rng(20200201).uniform(0.0, 0.08, KILLS)
    ends = [_write_until_killed(fresh_url, delay) for delay in delays]
    report = verify_ledger(database)
    assert report.holds, report.findings
    assert check_projections(database, project) == []
    units = collections.Counter(
        parse_canonical(entry.payload)["unit"] for entry in read_entries(database, acts=frozenset({"part"}))
    )
    assert set(units.values()) == {PARTS}, "a unit was written in part"
    assert sorted(units) == list(range(len(units))), "the next writer did not go on where the last one fell"
    acknowledged = [end for end in ends if end is not None]
    assert len(acknowledged) > KILLS // 2
    assert all(before.position < after.position for before, after in pairwise(acknowledged))
    for seal in acknowledged:
        assert verify_seal(database, seal)


def verify_seal(database: BaseDatabaseWrapper, seal: Seal) -> bool:
    """Whether the entry that was acknowledged is there with the seal that was told."""
    found = list(read_entries(database, seal.position - 1, seal.position))
    return len(found) == 1 and found[0].seal == seal.value


def _write_until_killed(url: str, delay: float) -> Seal | None:
    """The last thing that a writer told before it was killed ``delay`` seconds after it had started to work."""
    started = context()
    here, there = started.Pipe(duplex=False)
    writer = started.Process(target=write_for_ever, args=(url, there), daemon=True)
    writer.start()
    there.close()
    assert here.poll(60), "the writer wrote nothing"
    time.sleep(delay)
    writer.kill()
    last = None
    try:
        while True:
            last = here.recv()
    except (EOFError, OSError):
        pass  # the pipe ends where the writer ended, perhaps in the middle of a word
    writer.join()
    here.close()
    return Seal(*last) if last else None


@pytest.mark.slow
def test_two_processes_race_for_the_last_place_and_exactly_one_wins(
    database: BaseDatabaseWrapper, fresh_url: str
) -> None:
    create(sample_ledger())
    database.close()
    started = context()
    line = started.Barrier(2)
    pipes, runners = [], []
    for name in ("A", "B"):
        here, there = started.Pipe(duplex=False)
        runners.append(started.Process(target=race, args=(fresh_url, name, ROUNDS, line, there), daemon=True))
        pipes.append(here)
        runners[-1].start()
    (won_a, _), (won_b, _) = (pipe.recv() for pipe in pipes if pipe.poll(120))
    for runner in runners:
        runner.join()
    assert sorted([*won_a, *won_b]) == list(range(ROUNDS))
    assert verify_ledger(database).entries == ROUNDS + 1
    assert verify_ledger(database).holds
