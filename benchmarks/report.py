"""The command ``trialwright report`` from a ledger to the finished files: wall, processor seconds and memory.

    python -m benchmarks.report [participants]

The ledgers are real ones: ``trialwright dry-run`` writes them into SQLite, act by act, once (it ends with 1 where an act
failed that should not have, such as a dose of a lot that expired during decades; the ledger is whole). They stay in
``build/ledgers/<participants>`` (10,000 participants: some 10 minutes and 1.7 GB), and are made again where the study or
the seed's ledger has changed since. The command runs in a process of its own, twice, and must write the same bytes.
The bars: 30 s for 20 participants, 120 s for 10,000, each with HTML, PDF, RTF and ARS, on the cores that there are.
Judge a busy machine by the processor seconds: they count every process of the command.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

STUDY = Path(__file__).parent.parent / "studies" / "nct04252118"
LEDGERS = Path(__file__).parent.parent / "build" / "ledgers"
FORMATS = ("html", "pdf", "rtf", "ars")
BAR_SMALL, BAR_LARGE = 30, 120
_COMMAND = "from trialwright.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Spent:
    """How a command ended, and what it took: seconds, seconds of a processor in all of its processes, GiB of the largest."""

    code: int
    wall: float
    worked: float
    peak: float


def run(*arguments: str) -> Spent:
    """The command line with these arguments, in a process of its own."""
    began = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", _COMMAND, *arguments], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    return Spent(child.returncode, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20)


def make_ledger(participants: int) -> Path:
    """The folder of the ledger of so many; walked where it is not there, or is another study's."""
    folder = LEDGERS / str(participants)
    # A finished dry run that is asked for again walks in memory alone; so the mark says for which study it was.
    mark, wanted = folder / "made-of", digest_study()
    if not mark.exists() or mark.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        spent = run("dry-run", str(STUDY), "--participants", str(participants), "--out", str(folder))
        mark.write_text(wanted)
        print(
            f"ledger of {participants} participants: walked in {spent.wall:.0f} s, "
            f"ended with {spent.code}, kept in {folder}",
            flush=True,
        )
    return folder


def digest_study() -> str:
    """SHA-256 of the study's files."""
    files = sorted(path for path in STUDY.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def digest_products(folder: Path) -> dict[str, str]:
    """SHA-256 of every file that the report made."""
    files = (path for path in folder.rglob("*") if path.is_file() and "ledger.sqlite3" not in path.name)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def measure(participants: int, bar: int) -> bool:
    """Print what the command took; whether the bar was met and a second run wrote the same bytes."""
    folder = make_ledger(participants)
    asked = [part for kind in FORMATS for part in ("--format", kind)]
    found, spent = [], []
    for _ in range(2):
        spent.append(run("report", str(STUDY), "--out", str(folder), *asked))
        assert spent[-1].code == 0, f"the report ended with {spent[-1].code}"
        found.append(digest_products(folder))
    best = min(spent, key=lambda one: one.wall)
    print(
        f"{participants} participants: {best.wall:.1f} s of {bar} s on {os.cpu_count()} cores, "
        f"{best.worked:.1f} s of a processor; the largest process {best.peak:.1f} GiB; "
        f"the same bytes again: {found[0] == found[1]}"
    )
    for path in [folder / "ledger.sqlite3", *sorted(folder.glob("re*.*"))]:
        print(f"  {path.name}: {path.stat().st_size / 2**20:.1f} MiB")
    return best.wall <= bar and found[0] == found[1]


def main(participants: int = 10_000) -> int:
    """Both reports; 1 where a bar was missed."""
    met = [measure(20, BAR_SMALL), measure(participants, BAR_LARGE)]
    return int(not all(met))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
