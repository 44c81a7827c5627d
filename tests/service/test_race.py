"""Two processes want the last place in an arm, a hundred times: one gets it, the other is told why not."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.capture.trial import InMemory
from tests.postgres import temporary_database
from tests.service.programs import context, make_trial, race_for_places
from trialwright.capture.open_ledger import OpenLedger
from trialwright.service.perform import begin_ledger
from trialwright.simulate.memory import Written
from trialwright.simulate.steps import Result, Step
from trialwright.store import configure
from trialwright.store.verify import verify_ledger
from trialwright.vocabulary.findings import Refusal

ROUNDS = 100


def prepare_last_place(url: str) -> tuple[str, str]:
    """Two enrolled participants in a ledger where one place is left in the arm MSC."""
    configure(url)
    trial = make_trial()

    def perform(step: Step) -> Result:
        done = (
            begin_ledger(trial, step.command, step.actor)
            if isinstance(step.command, OpenLedger)
            else trial.perform(step.command, step.actor)
        )
        return done if isinstance(done, Refusal) else Written(done.participant, ())

    ward = InMemory(perform=perform)
    for _ in range(9):
        ward.allocated("MSC")
    pair = ward.enrolled(), ward.enrolled()
    connection.close()
    return pair


@contextmanager
def copies(url: str, folder: Path, server: str | None) -> Iterator[Iterator[str]]:
    """Copies of the prepared database, one for each round."""

    def list_sqlite() -> Iterator[str]:
        source = url.removeprefix("sqlite:///")
        for number in range(ROUNDS):
            shutil.copyfile(source, folder / f"{number}.sqlite3")
            yield f"sqlite:///{folder / f'{number}.sqlite3'}"

    def list_postgresql() -> Iterator[str]:
        assert server is not None
        name = url.split("?")[0].rsplit("/", 1)[1]
        for _ in range(ROUNDS):
            with temporary_database(server, name) as copy:
                yield copy

    with nullcontext(list_sqlite() if server is None else list_postgresql()) as found:
        yield found


@pytest.mark.slow
def test_one_of_two_gets_the_last_place(
    database: BaseDatabaseWrapper, fresh_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    pair = prepare_last_place(fresh_url)
    server = None if fresh_url.startswith("sqlite") else request.getfixturevalue("postgres_server")
    started = context()
    line = started.Barrier(2)
    racers = []
    for code in pair:
        (urls, tell), (answers, answer) = started.Pipe(duplex=False), started.Pipe(duplex=False)
        process = started.Process(target=race_for_places, args=(code, line, urls, answer))
        process.start()
        racers.append((process, tell, answers))
    wins = dict.fromkeys(pair, 0)
    with copies(fresh_url, tmp_path, server) as rounds:
        for number, url in enumerate(rounds):
            for _, tell, _ in racers:
                tell.send(url)
            results = dict(zip(pair, [answers.recv() for _, _, answers in racers], strict=True))
            assert sorted(results.values()) == ["arm-full", "won"], results
            wins[next(code for code, result in results.items() if result == "won")] += 1
            if number % 20 == 0 and server is None:
                configure(url)
                assert verify_ledger(database, processes=1).holds
                connection.close()
    for process, tell, _ in racers:
        tell.send("")
        process.join()
    assert sum(wins.values()) == ROUNDS
