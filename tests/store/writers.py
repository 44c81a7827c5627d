"""Programs that write to a ledger from processes of their own, to be killed or to race."""

import itertools
import multiprocessing
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Barrier

from tests.store.samples import draft, sample_ledger
from trialwright.service.ledger import Contended
from trialwright.service.unit import open_unit
from trialwright.store import configure

PARTS = 3
_CODES = [f"T-{number:03d}" for number in range(1, 41)]


def context() -> ForkServerContext:
    """Processes that start in a moment: the server they are forked from has done the imports and no connection."""
    started = multiprocessing.get_context("forkserver")
    started.set_forkserver_preload(["tests.store.writers"])
    return started


def write_for_ever(url: str, acknowledge: Connection) -> None:
    """Units of three entries each, until killed; after each commit its last position and seal are told."""
    configure(url)
    ledger = sample_ledger(lambda: datetime.now(UTC), seed=None)
    for turn in itertools.count():
        with open_unit(ledger) as unit:
            number = unit.study().get("part", 0) // PARTS
            now = unit.now()
            for part in range(PARTS):
                code = _CODES[(number + turn + part) % len(_CODES)]
                payload = {"unit": number, "part": part, "encounter": f"D{part}", "revision": number}
                last = unit.append(draft(code, "part", **payload), now)
            unit.append(draft(code, "form_recorded", encounter="D1", revision=number), now)
            last = unit.entries[-1]
        acknowledge.send((last.position, last.seal))


def race(url: str, name: str, rounds: int, line: Barrier, results: Connection) -> None:
    """In each round, take the one place if it is free; the rounds that were won are told at the end."""
    configure(url)
    ledger = sample_ledger(lambda: datetime.now(UTC), seed=None)
    won, contended = [], 0
    for number in range(rounds):
        line.wait(60)
        while True:
            try:
                code = f"{name}-{number:03d}"
                with open_unit(ledger, code) as unit:
                    unit.subject(code)
                    if f"place_{number}" not in unit.study():
                        unit.append(draft(code, f"place_{number}"))
                        won.append(number)
                break
            except Contended:
                contended += 1
    results.send((won, contended))
