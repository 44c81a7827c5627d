"""Snapshot, datasets and results of a large study: seconds for each step, and the peak of memory.

    python -m benchmarks.analysis [participants] [unique]

The study is NCT04252118 with its whole plan of analysis. ``unique`` virtual participants walk through the acts in
memory; each is then copied, under other codes and with every measurement moved a little, until there are as many as
asked for. The bar is 60 s and 4 GiB for 5 million item values, everything after the rows exist, with the rows in memory
counted. This study asks for 1,400 values of a participant, so 3,600 participants make 5 million.
"""

import re
import resource
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from trialwright.analyse import compute_bundle
from trialwright.definition.compile import compile_study
from trialwright.definition.compiled import Definition
from trialwright.definition.load import read_files
from trialwright.derive import derive_datasets
from trialwright.results import Header
from trialwright.service.folded import collecting_no_cycles
from trialwright.simulate.memory import walk_in_memory
from trialwright.snapshot import LedgerRow, Snapshot, compute_row, compute_snapshot_hash, compute_snapshot_of_rows

STUDY = Path(__file__).parent.parent / "studies" / "nct04252118"
BAR_SECONDS, BAR_GIB = 60, 4
_DECIMAL = re.compile(r'":"(\d+\.\d+)"')
"""A value with a decimal point: a measurement. Codes, dates and whole numbers (scores, counts) stay as they are."""


def load_scaled(participants: int) -> Definition:
    """NCT04252118, planned for so many participants."""
    definition = compile_study(read_files(STUDY)).definition
    assert definition is not None
    return definition.scale(participants)


def walk(definition: Definition, seed: int = 1) -> list[LedgerRow]:
    """The rows of a dry run that was only remembered."""
    return [compute_row(one) for one in walk_in_memory(definition, seed)[0].entries]


def copy_rows(rows: list[LedgerRow], copies: int, seed: int = 1) -> Iterator[LedgerRow]:
    """The rows, and the rows of their participants again and again under other codes, every measurement moved."""
    yield from rows
    rng = np.random.default_rng(seed)
    own = [row for row in rows if row.participant]
    position = rows[-1].position
    for copy in range(1, copies):
        for row in own:
            position += 1
            moved = _DECIMAL.sub(partial(_move, rng), row.payload)
            yield row._replace(position=position, participant=f"{row.participant}-{copy}", payload=moved)


def _move(rng: np.random.Generator, found: re.Match[str]) -> str:
    digits = len(found[1].partition(".")[2])
    return f'":"{float(found[1]) * (1 + 0.02 * rng.random()):.{digits}f}"'


def main(participants: int = 3_600, unique: int = 400) -> int:
    """Run the steps, print what each took, and return 1 when a bar was missed."""
    definition = load_scaled(min(participants, unique))
    walked = walk(definition)
    rows = list(copy_rows(walked, max(1, participants // unique)))
    del walked
    print(f"{participants} allocated participants, {len(rows)} ledger rows made; {_memory():.2f} GiB before")
    started = time.perf_counter()
    snapshot = _timed("snapshot", lambda: _take(definition, rows))
    print(f"  {snapshot.values.height} item values")
    _timed("hash", lambda: compute_snapshot_hash(snapshot))
    datasets = _timed("datasets", lambda: derive_datasets(definition, snapshot))
    header = Header(definition.id, "benchmark", "VIRTUAL", "1.0", definition.digest, len(rows), "", "", "", {})
    bundle = _timed("results", lambda: compute_bundle(definition, datasets, header))
    spent, peak = time.perf_counter() - started, _memory()
    print(
        f"{len(bundle.rows)} result rows; {spent:.1f} s of {BAR_SECONDS} s, "
        f"peak {peak:.2f} GiB of {BAR_GIB} GiB (ledger rows included)"
    )
    return int(spent > BAR_SECONDS or peak > BAR_GIB)


def _take(definition: Definition, rows: list[LedgerRow]) -> Snapshot:
    with collecting_no_cycles():
        return compute_snapshot_of_rows(definition, rows)


def _timed(name: str, step):  # type: ignore[no-untyped-def]
    started = time.perf_counter()
    found = step()
    print(f"  {name}: {time.perf_counter() - started:.1f} s, peak {_memory():.2f} GiB", flush=True)
    return found


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
