"""The dry run at size: 1,000 virtual participants over all visits, into SQLite with synchronous=FULL.

Beside it, in the same run, the same walk through an in-memory ledger: the difference is the price of the database.
Run: python -m benchmarks.dry_run [participants]
"""

import sys
import tempfile
import time
from pathlib import Path

from django.db import connection

from trialwright.definition.compile import compile_study
from trialwright.definition.load import read_files
from trialwright.ledger.canonical import parse_canonical
from trialwright.service.dry_run import run_dry
from trialwright.simulate.memory import MemoryLedger
from trialwright.simulate.run import make_cast, run_cast
from trialwright.store import configure, migrate
from trialwright.store.read import read_entries

STUDY = Path(__file__).parent.parent / "studies" / "nct04252118"


def main(participants: int = 1000) -> int:
    """Print seconds, acts and values a second; 1 where a planned error was missed or the bar was not met."""
    definition = compile_study(read_files(STUDY)).definition
    assert definition is not None
    definition = definition.scale(participants)
    with tempfile.TemporaryDirectory() as folder:
        configure(f"sqlite:///{folder}/ledger.sqlite3")
        migrate()
        began = time.perf_counter()
        report = run_dry(definition, 1)
        stored = time.perf_counter() - began
        forms = read_entries(connection, acts=frozenset({"form_recorded"}))
        values = sum(len(parse_canonical(one.payload)["values"]) for one in forms)  # type: ignore[arg-type]
        connection.close()
    cast = make_cast(definition, 1)
    began = time.perf_counter()
    run_cast(cast, MemoryLedger(definition, cast.make_salt, cast.lists, cast.make_draw, keep=False).perform)
    memory = time.perf_counter() - began
    print(f"{report.participants} participants ({participants} allocated), {report.acts} acts, {values} item values")
    print(f"in SQLite: {stored:.1f} s, {report.acts / stored:.0f} acts/s, {values / stored:.0f} values/s")
    print(f"in memory: {memory:.1f} s; ratio SQLite / memory {stored / memory:.2f}")
    print(f"{len(report.watched)} planned errors, {len(report.missed)} missed, {len(report.surprises)} surprises")
    print(f"bar: at most 60 s for 1,000 participants: {'met' if stored <= 60 * participants / 1000 else 'NOT MET'}")
    return 0 if report.is_sound and stored <= 60 * participants / 1000 else 1


if __name__ == "__main__":
    raise SystemExit(main(*(int(argument) for argument in sys.argv[1:])))
