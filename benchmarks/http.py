"""The pages over real HTTP: saves at a nurse's pace and flat out, the matrix of 10,000 participants, a cold first page.

    python -m benchmarks.http                # SQLite, and PostgreSQL where the test wheel brings it
    python -m benchmarks.http --only sqlite --seconds 20

Server (granian, two processes, as ``trialwright serve`` starts it) and load share one machine; the load of others is
printed. A save is a correction, with its reason, of the chemistry form (27 items, 8 rules, limits of each number): sent
as a browser sends it, decided, hashed, sealed, committed durably (SQLite synchronous=FULL, PostgreSQL fsync on), and
answered with the receipt. The 10,000 participants of the matrix are the rows of some dozens of rehearsed ones, written again and
again into the tables that pages read; their entries are not in the ledger, which the matrix does not read.
"""

import argparse
import math
import os
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from django.db import connection

from trialwright.store.connect import configure, migrate
from trialwright.web.config import make_settings

KEY = "a key for measuring only, never to be used by anybody for anything"
configure("sqlite:///:memory:", make_settings(KEY, is_plain=True))  # before what reads the models of Django is imported

from tests.postgres import PostgresMissing, start_postgres  # noqa: E402
from tests.studies import STUDY, load_definition  # noqa: E402
from tests.web.security.serving import Browser, make_cookies, read_fields, start_server  # noqa: E402
from tests.web.trials import UNTIL  # noqa: E402

from trialwright.service.dry_run import walk_until  # noqa: E402
from trialwright.service.project import project  # noqa: E402
from trialwright.store.projections import check_projections  # noqa: E402
from trialwright.store.verify import verify_ledger  # noqa: E402

USERS = 20
REHEARSED = 400
PARTICIPANTS = 10_000
PAUSE = (2.0, 8.0)
"""Seconds between two saves of one person: a nurse who types 27 values is slower."""
BARS = {"paced p95 ms": 50.0, "matrix p95 ms": 200.0, "longest ms": 250.0, "cold kB": 300.0}
RATES = {"sqlite": 150.0, "postgresql": 100.0}


def main() -> int:
    """0 where every bar is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each measurement takes")
    wanted = parser.parse_args()
    met = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        if wanted.only != "postgresql":
            met.append(measure(Path(folder), f"sqlite:///{folder}/ledger.sqlite3", wanted.seconds))
        if wanted.only != "sqlite":
            try:
                met.append(measure(Path(folder), stack.enter_context(start_postgres()), wanted.seconds))
            except PostgresMissing as reason:
                print(f"PostgreSQL: not measured, {reason}")
        connection.close()
    return 0 if all(met) else 1


def measure(out: Path, url: str, seconds: float) -> bool:
    """Build, serve, measure and print; whether the bars are met."""
    configure(url)
    migrate()
    walk_until(load_definition().scale(REHEARSED), 5, UNTIL)
    vendor = connection.vendor
    connection.close()
    with start_server(STUDY, out, "" if vendor == "sqlite" else url) as server:
        configure(url)
        cookies = make_cookies("bj302-nurse")
        forms = _list_forms()
        connection.close()
        print(f"\n{vendor}: server and load on {os.cpu_count()} cores; load of the machine {os.getloadavg()[0]:.1f}")
        nurses = [Nurse(Browser(server.port, cookies), forms[user::USERS]) for user in range(USERS)]
        found = {"cold kB": _weigh_first_page(server.port)}
        _run(nurses, 3.0)  # warm: caches of both processes, prepared statements
        paced = _run(nurses, seconds, pause=True)
        spent = server.read_cpu_seconds()
        flat = _run(nurses, seconds)
        spent = (server.read_cpu_seconds() - spent) / len(flat)
        found |= {"paced p95 ms": _p95(paced), "longest ms": max(flat) * 1e3}
        rate = len(flat) / seconds
        print(f"{USERS} nurses, a save every {PAUSE[0]:.0f} to {PAUSE[1]:.0f} s: {_describe(paced)}")
        print(f"flat out: {rate:.0f} saves/s (bar {RATES[vendor]:.0f}); {_describe(flat)}")
        print(f"the server's processes spent {spent * 1e3:.1f} ms of processor time on a save")
        configure(url)
        report = verify_ledger(connection, processes=1)
        holds = report.holds and not check_projections(connection, project)
        print(f"the ledger {'holds' if holds else 'DOES NOT HOLD'}: {report.entries} entries")
        _multiply()
        cookies = make_cookies("data-manager")
        connection.close()
        found["matrix p95 ms"] = _p95(_look(Browser(server.port, cookies), seconds))
    for name, bar in BARS.items():
        print(f"{name:16}{found[name]:8.1f}  bar {bar:.0f}{'' if found[name] <= bar else '  NOT MET'}")
    return holds and rate >= RATES[vendor] and all(found[name] <= bar for name, bar in BARS.items())


def _describe(times: list[float]) -> str:
    middle = statistics.median(times) * 1e3
    return f"{len(times)} saves, median {middle:.1f} ms, p95 {_p95(times):.1f} ms, longest {max(times) * 1e3:.0f} ms"


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] * 1e3


def _list_forms() -> list[str]:
    """The addresses of chemistry forms on record, a participant's side by side, so that each nurse has her own."""
    from trialwright.store.models import FormState

    rows = FormState.objects.filter(form="chemistry", encounter__in=["BASELINE", "D3"], repeat=1).order_by(
        "participant"
    )
    return [
        f"/participants/{code}/forms/{encounter}/chemistry/1"
        for code, encounter in rows.values_list("participant", "encounter")
    ]


@dataclass
class Nurse:
    """Somebody who corrects one form after the other; ``failed`` are the answers that were no receipt."""

    browser: Browser
    forms: list[str]
    saves: int = 0
    failed: list[tuple[int, str]] = field(default_factory=list)

    def work(self) -> Iterator[float]:
        """The seconds that each save took, as she saw it."""
        filled: dict[str, dict[str, str]] = {}
        for address in cycle(self.forms):
            self.saves += 1
            if address not in filled:
                filled[address] = read_fields(self.browser.get(f"{address}?edit=1")[1])
            if "v.ldh" not in filled[address]:
                continue  # of somebody who took back the consent, or is locked: nothing is corrected there
            said = filled[address]
            said |= {"v.ldh": f"{180 + self.saves % 90}.{self.saves // 90 % 10}", "reason": "read again"}
            began = time.perf_counter()
            status, place = self.browser.post(address, said)
            took = time.perf_counter() - began
            if status != 302 or "receipt=" not in place:
                self.failed.append((status, place))
                del filled[address]
            else:
                said["based_on"] = str(int(said.get("based_on", "1")) + 1)
            yield took


def _run(nurses: list[Nurse], seconds: float, *, pause: bool = False) -> list[float]:
    """Every save of everybody in so many seconds."""
    times: list[float] = []
    end = time.perf_counter() + seconds

    def work(nurse: Nurse, dice: random.Random) -> None:
        if pause:
            time.sleep(dice.uniform(0, PAUSE[0]))
        for took in nurse.work():
            if time.perf_counter() > end:
                return
            times.append(took)
            if pause:
                time.sleep(dice.uniform(*PAUSE))

    _together([lambda nurse=nurse, seed=seed: work(nurse, random.Random(seed)) for seed, nurse in enumerate(nurses)])
    failed = [one for nurse in nurses for one in nurse.failed]
    if failed:
        raise RuntimeError(f"{len(failed)} of {len(times)} saves were not acknowledged: {failed[:3]}")
    return times


def _together(works: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def _weigh_first_page(port: int) -> float:
    """What a browser that was never here before fetches for the sign-in page, in kB, packed as it asks for it."""
    browser = Browser(port, "", packed=True)
    size, page = browser.weigh("/sign-in")
    return (size + sum(browser.weigh(one)[0] for one in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page)))) / 1e3


def _multiply() -> None:
    """Bring the tables that pages read to 10,000 participants."""
    tables = {"participant": "code", **dict.fromkeys(("form_state", "dose_state", "deviation_state"), "participant")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM participant")
        copies = math.ceil(PARTICIPANTS / cursor.fetchone()[0])
        for table, key in tables.items():
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            columns = [one[0] for one in cursor.description]
            marks = ", ".join(f"{key} || %s" if name == key else name for name in columns)
            for copy in range(1, copies):
                cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {marks} FROM {table} "
                               f"WHERE {key} NOT LIKE '%%x%%'", (f"x{copy:03d}",))  # fmt: skip
        cursor.execute("SELECT count(*) FROM participant")
        print(f"{cursor.fetchone()[0]} participants in the matrix")


def _look(browser: Browser, seconds: float) -> list[float]:
    """The seconds of each matrix page: any page of it, and filtered."""
    times, end, dice = [], time.perf_counter() + seconds, random.Random(1)
    while time.perf_counter() < end:
        query = dice.choice(
            [f"page={dice.randrange(1, 200)}", "status=ALLOCATED", "with=queries", "with=deviations", ""]
        )
        began = time.perf_counter()
        status, page = browser.get(f"/participants/?{query}")
        times.append(time.perf_counter() - began)
        assert status == 200 and "<table" in page, status
    return times[2:]


if __name__ == "__main__":
    sys.exit(main())
