"""How fast public records are read and checked, beside json and pydantic alone; memory over a large download.

    python -m benchmarks.registry                      # rates, and a download of 10,000 records
    python -m benchmarks.registry --records 100000     # the same with a portfolio of 100,000 records

The records are public ones where they lie beside the repository (../shared/data/ctgov/v2), else the made ones of the
tests; one in seven has results, as in the registry. All sides run in one process, turn by turn, and
are timed by the processor's clock, so that a busy machine does not favour one. Memory is measured in
a process of its own for each side.
"""

import argparse
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import cycle, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.registry.good import OBSERVATIONAL, OPEN_TRIAL, TRIAL

from trialwright.cli.registry import load_records
from trialwright.cli.registry_audit import run_audit
from trialwright.record import Record, read_record
from trialwright.record.model import Record as Model
from trialwright.registry import check_record

SHARED = Path(__file__).parents[2] / "shared/data/ctgov/v2"
ON = date(2026, 11, 22)
BAR_RATE = 500
ROUNDS, BLOCK = 12, 70
RESULTS_SHARE = 7


def load_sources() -> list[bytes]:
    """Texts of records in the order of use: one in seven with results."""
    if SHARED.is_dir():
        texts = [path.read_bytes() for path in sorted(SHARED.glob("*.json"))]
    else:
        texts = [json.dumps(shape).encode() for shape in (TRIAL, OPEN_TRIAL, OBSERVATIONAL)]
    with_results = cycle([text for text in texts if b'"resultsSection"' in text])
    without = cycle([text for text in texts if b'"resultsSection"' not in text])
    return [
        next(with_results) if number % RESULTS_SHARE == 0 else next(without) for number in range(RESULTS_SHARE * 15)
    ]


def read_bare(text: bytes) -> object:
    """json and pydantic alone, with the same model."""
    return Model.model_validate(json.loads(text))


def read_ours(text: bytes) -> object:
    """Format found, read, notes kept."""
    return read_record(text, "bench")


def read_and_check(text: bytes) -> object:
    """Read and held against all rules."""
    record = read_record(text, "bench")
    assert isinstance(record, Record)
    return check_record(record, ON)


SIDES: dict[str, Callable[[bytes], object]] = {
    "json + pydantic alone": read_bare,
    "read": read_ours,
    "read + check": read_and_check,
}


def compare_rates(texts: list[bytes]) -> dict[str, float]:
    """Records a second of processor time of each side, the median over rounds in turn."""
    rates: dict[str, list[float]] = {name: [] for name in SIDES}
    for number in range(ROUNDS):
        block = list(islice(cycle(texts), number * 7, number * 7 + BLOCK))
        for name, side in SIDES.items():
            begin = time.process_time()
            for text in block:
                side(text)
            rates[name].append(BLOCK / (time.process_time() - begin))
    return {name: statistics.median(found) for name, found in rates.items()}


def write_download(path: Path, texts: list[bytes], records: int) -> None:
    """A search download of so many studies, each with a number of its own."""
    with path.open("wb") as file:
        file.write(b'{"studies": [')
        for number, text in enumerate(islice(cycle(texts), records)):
            head, _, tail = text.partition(b'"nctId"')
            _, _, rest = tail.partition(b'"NCT')
            file.write(b",\n" if number else b"")
            file.write(head + b'"nctId": "NCT%08d' % number + rest[8:])
        file.write(b"]}")


def stream_and_check(path: str) -> int:
    """Read and check the download study by study."""
    found = 0
    for record in load_records(Path(path)):
        assert isinstance(record, Record)
        check_record(record, ON)
        found += 1
    return found


def load_bare(path: str) -> int:
    """json.load of the whole download, then pydantic for each study."""
    with Path(path).open("rb") as file:
        studies: list[Any] = json.load(file)["studies"]
    return sum(isinstance(Model.model_validate(study), Model) for study in studies)


def audit_all(path: str) -> int:
    """The portfolio on all cores."""
    frame, _ = run_audit([Path(path)], ON, multiprocessing.cpu_count())
    return frame.height


def _measure(work: Callable[[str], int], path: str, answers: "multiprocessing.Queue[tuple[int, float, float]]") -> None:
    begin = time.perf_counter()
    found = work(path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answers.put((found, time.perf_counter() - begin, peak))


def measure_apart(work: Callable[[str], int], path: Path) -> tuple[int, float, float]:
    """Records, seconds and peak memory (MiB) of work in a fresh process."""
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[tuple[int, float, float]] = context.Queue()
    process = context.Process(target=_measure, args=(work, str(path), answers))
    process.start()
    answer = answers.get()
    process.join()
    return answer


def _lines(records: int) -> Iterator[bool]:
    texts = load_sources()
    size = statistics.mean(len(text) for text in texts)
    print(f"records of {size / 1024:.0f} KiB on average, one in {RESULTS_SHARE} with results")
    rates = compare_rates(texts)
    for name, rate in rates.items():
        print(f"  {name:24} {rate:8.0f} records/s   {rate / rates['json + pydantic alone']:.2f} of the bare side")
    met = rates["read + check"] >= BAR_RATE
    print(f"  bar: {BAR_RATE} records/s read and checked on one core: {'met' if met else 'MISSED'}")
    yield met
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "download.json"
        write_download(path, texts, records)
        print(f"a download of {records:,} records, {path.stat().st_size / 2**20:.0f} MiB")
        for name, work in (
            ("read + check, streamed", stream_and_check),
            ("json.load + pydantic", load_bare),
            ("audit, all cores", audit_all),
        ):
            found, seconds, peak = measure_apart(work, path)
            print(f"  {name:24} {found / seconds:8.0f} records/s   {seconds:7.1f} s   peak {peak:7.0f} MiB")
            yield found == records


def main() -> int:
    """0 where the bar is met."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=10_000, help="size of the download")
    return 0 if all(list(_lines(parser.parse_args().records))) else 1


if __name__ == "__main__":
    raise SystemExit(main())
