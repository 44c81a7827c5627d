"""Programs of their own processes: dry runs that are killed, and investigators who race for the last place."""

import multiprocessing
import secrets
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Barrier

from tests.studies import load_definition
from trialwright.capture.allocate import Allocate
from trialwright.service.dry_run import run_dry
from trialwright.service.perform import Receipt, Trial, open_trial
from trialwright.simulate.staff import find_staff
from trialwright.store import configure
from trialwright.vocabulary.codelists import Role

KILLED = load_definition().scale(30)
"""The study of the dry run that is killed; compiled before the processes are forked."""


def context() -> ForkServerContext:
    """Processes that start in a moment: the server they are forked from has done the imports and no connection."""
    started = multiprocessing.get_context("forkserver")
    started.set_forkserver_preload(["tests.service.programs"])
    return started


def walk_until_killed(url: str, seed: int, acknowledge: Connection) -> None:
    """A dry run that tells every position it has committed."""
    configure(url)
    run_dry(KILLED, seed, acknowledge=acknowledge.send, batch=25)


def make_trial() -> Trial:
    """The trial of the connected database, as a server runs it."""
    return open_trial(load_definition(), lambda: datetime.now(UTC), lambda: secrets.token_hex(16), dict, lambda: 0.5)


def race_for_places(code: str, line: Barrier, urls: Connection, answers: Connection) -> None:
    """For each database told, at the same time as the other process: take the place that is left in the arm MSC."""
    actor = find_staff(code.split("-")[0], Role.INVESTIGATOR)
    while url := urls.recv():
        configure(url)
        trial = make_trial()
        line.wait(60)
        result = trial.perform(Allocate(code, "MSC", "the last place"), actor)
        answers.send("won" if isinstance(result, Receipt) else ",".join(reason.code for reason in result.reasons))
