"""How fast a form is recorded with its full audit, beside django-simple-history; how fast a long ledger is verified.

    python -m benchmarks.ledger                    # SQLite, and PostgreSQL where the test wheel brings it
    python -m benchmarks.ledger --verify 1000000   # also: build a ledger of so many entries and verify it

Both sides run in one process on one database, turn by turn in small blocks, with durable commits (SQLite
synchronous=FULL, PostgreSQL fsync on). Ours: lock, state of the participant, one form of 20 items as an entry with
hashes and seal, the cached rows. Theirs: a model of 20 columns saved with its history row, in one transaction, with
user and reason. The machine should have nothing else to do: where commits wait for the processor, both sides wait.
"""

import argparse
import itertools
import os
import resource
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from tests.postgres import PostgresMissing, start_postgres

from trialwright.ledger.canonical import render_canonical
from trialwright.ledger.envelope import STUDY_CHAIN, Draft, Envelope
from trialwright.service.ledger import Ledger
from trialwright.service.states import StateCache
from trialwright.service.unit import open_unit
from trialwright.store import configure, migrate
from trialwright.store.read import read_study
from trialwright.store.rows import Change, FormRow, ParticipantChange
from trialwright.store.verify import verify_ledger

ITEMS = [f"item_{number:02d}" for number in range(20)]
PARTICIPANTS = 50
BLOCK = 50
BLOCKS = 40
Act = Callable[[int], None]
APPS = {"INSTALLED_APPS": ["django.contrib.contenttypes", "django.contrib.auth", "simple_history"]}


def main() -> int:
    """0 where every target is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--verify", type=int, default=0, metavar="ENTRIES", help="build and verify a ledger this long")
    wanted = parser.parse_args()
    met = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        met.append(compare(f"sqlite:///{folder}/speed.sqlite3"))
        try:
            met.append(compare(stack.enter_context(start_postgres())))
        except PostgresMissing as reason:
            print(f"PostgreSQL: not measured, {reason}")
        connection.close()
        if wanted.verify:
            met.append(verify(f"sqlite:///{folder}/long.sqlite3", wanted.verify))
    return 0 if all(met) else 1


def compare(url: str) -> bool:
    """Record forms both ways and print both; whether the targets are met (2 times the rate, p95 of at most 10 ms)."""
    configure(url, APPS)
    migrate()
    ours, theirs = _ours(), _theirs()
    times: dict[Act, list[float]] = {ours: [], theirs: []}
    for act in (ours, theirs):
        _run(act, 0, BLOCK)  # warm: caches, prepared statements
    for block in range(1, BLOCKS + 1):
        for act in (ours, theirs):
            times[act] += _run(act, block * BLOCK, BLOCK)
    print(f"\n{connection.vendor}: a form of {len(ITEMS)} items, {BLOCK * BLOCKS} times each, durable")
    print(f"{'':26}{'per second':>11}{'p50 ms':>9}{'p95 ms':>9}{'mean ms':>9}{'statements':>12}")
    for name, act in (("trialwright", ours), ("django-simple-history", theirs)):
        middle, high, mean = _summarise(times[act])
        count = count_statements(lambda act=act: act(BLOCK * (BLOCKS + 1)))
        print(f"{name:26}{1e3 / middle:11.0f}{middle:9.2f}{high:9.2f}{mean:9.2f}{count:12d}")
    # The rate is that of the median act: other work on the machine makes a few acts of either side wait for long.
    (middle, high, mean), (middle_theirs, _, mean_theirs) = _summarise(times[ours]), _summarise(times[theirs])
    ratio = middle_theirs / middle
    print(f"ratio {ratio:.2f} (target 2; of the means {mean_theirs / mean:.2f}), p95 {high:.2f} ms (target 10)")
    report = verify_ledger(connection)
    print(f"the ledger {'holds' if report.holds else 'DOES NOT HOLD'}: {report.entries} entries")
    return ratio >= 2 and high <= 10 and report.holds


def _summarise(times: list[float]) -> tuple[float, float, float]:
    """Median, 95th percentile and mean, in milliseconds."""
    return statistics.median(times) * 1e3, statistics.quantiles(times, n=20)[-1] * 1e3, statistics.fmean(times) * 1e3


def _run(act: Act, start: int, count: int) -> list[float]:
    out = []
    for number in range(start, start + count):
        before = time.perf_counter()
        act(number)
        out.append(time.perf_counter() - before)
    return out


def _values(number: int) -> dict[str, str]:
    return {name: f"{36 + (number * 7 + place) % 40 / 10:.1f}" for place, name in enumerate(ITEMS)}


# --- ours -----------------------------------------------------------------------------------------------------------


def _project(entry: Envelope) -> Iterator[Change]:
    if entry.act == "form_recorded":
        yield ParticipantChange(status="ON_STUDY")
        yield FormRow(entry.participant, f"D{entry.seq}", "vital_signs", 0, 1, entry.position, "SAVED")


def open_ledger() -> Ledger[int, int]:
    """A ledger whose states count entries, so that what is measured is the ledger and not a fold."""
    count = lambda state, entry: state + 1  # noqa: E731
    ledger = Ledger(
        clock=lambda: datetime.now(UTC),
        salts=lambda: secrets.token_hex(16),
        subjects=StateCache(count, lambda code: 0),
        study=StateCache(count, lambda key: 0),
        project=_project,
    )
    if read_study(connection) is None:
        with open_unit(ledger) as unit:
            unit.create("NCT04252118", "VIRTUAL")
            unit.append(Draft(STUDY_CHAIN, "ledger_opened", '{"purpose":"VIRTUAL"}', "ann", "SYSTEM", "", "1.0"))
    return ledger


def _ours() -> Act:
    ledger = open_ledger()

    def record(number: int) -> None:
        code = f"01-{number % PARTICIPANTS:04d}"
        with open_unit(ledger, code) as unit:
            unit.subject(code)
            payload = render_canonical({"form": "vital_signs", "encounter": "D3", "values": _values(number)})
            unit.append(Draft(code, "form_recorded", payload, "ann", "NURSE", "01", "1.0"), unit.now())

    return record


# --- theirs ---------------------------------------------------------------------------------------------------------


def _theirs() -> Act:
    from django.contrib.auth import get_user_model

    vital_signs = _model()
    with connection.schema_editor() as editor:
        editor.create_model(vital_signs)
        editor.create_model(vital_signs.history.model)
    user = get_user_model().objects.create(username="ann")

    def record(number: int) -> None:
        row = vital_signs(subject=f"01-{number % PARTICIPANTS:04d}", visit=f"D{number}", site="01", **_values(number))
        row._history_user = user
        row._change_reason = ""
        with transaction.atomic():
            row.save()

    return record


def _model(made: list[Any] = []) -> Any:  # noqa: B006  (a model can be made once in a process)
    from simple_history.models import HistoricalRecords

    if not made:
        columns = {name: models.CharField(max_length=20) for name in ITEMS}
        meta = type("Meta", (), {"app_label": "store", "unique_together": [("subject", "visit")]})
        keys = {
            "subject": models.CharField(max_length=20),
            "visit": models.CharField(max_length=20),
            "site": models.CharField(max_length=20),
        }
        body = {"__module__": __name__, "Meta": meta, "history": HistoricalRecords(), **keys, **columns}
        made.append(type("VitalSigns", (models.Model,), body))
    return made[0]


# --- counting and verifying -----------------------------------------------------------------------------------------


def count_statements(act: Callable[[], None]) -> int:
    """How many statements reach the database, BEGIN and COMMIT included, as SQLite and libpq themselves report them."""
    raw = connection.connection
    if connection.vendor == "sqlite":
        seen: list[str] = [""]
        raw.set_trace_callback(seen.append)
        act()
        raw.set_trace_callback(None)
        # SQLite tells a statement again after its trigger was asked.
        return sum(text != before for before, text in itertools.pairwise(seen))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace"
        with path.open("w") as stream:
            raw.pgconn.trace(stream.fileno())
            act()
            raw.pgconn.untrace()
        lines = [line.split("\t") for line in path.read_text().splitlines()]
    return sum("F" in line and ("Execute" in line or "Query" in line) for line in lines)


def verify(url: str, entries: int) -> bool:
    """Build a ledger and verify it; whether a million entries take at most ten seconds."""
    configure(url)
    migrate()
    ledger = open_ledger()
    start = time.perf_counter()
    done = 0
    while done < entries:
        with open_unit(ledger) as unit:
            now = unit.now()
            for number in range(done, min(done + 2_000, entries)):
                payload = render_canonical({"form": "vital_signs", "encounter": "D3", "values": _values(number)})
                unit.append(
                    Draft(f"01-{number % 1000:04d}", "form_recorded", payload, "ann", "NURSE", "01", "1.0"), now
                )
        done += 2_000
    print(f"\nbuilt {entries} entries in {time.perf_counter() - start:.1f} s", flush=True)
    connection.close()
    start, busy = time.perf_counter(), _processor_seconds()
    report = verify_ledger(connection)
    seconds, busy = time.perf_counter() - start, _processor_seconds() - busy
    size = Path(connection.settings_dict["NAME"]).stat().st_size / 1e6
    rate = report.entries / seconds
    print(
        f"verified {report.entries} entries ({size:.0f} MB) in {seconds:.1f} s, {rate:,.0f} a second (target 100,000)"
    )
    print(f"it took {busy:.1f} s of processor time over all processes; this machine has {os.cpu_count()} cores")
    return report.holds and rate >= 100_000


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    sys.exit(main())
