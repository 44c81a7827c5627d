"""The report from a ledger to paper: seconds for each step, of the 20-participant rehearsal and of a large study.

    python -m benchmarks.report [participants] [unique]

The bars: 30 s for a rehearsal of the study with nine outcomes from its ledger to HTML, PDF, RTF and ARS; 120 s for the
HTML and PDF of 10,000 participants (the rows of ``benchmarks.analysis``: ``unique`` walk, the others are copies). A second
rendering must give the same bytes.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.analysis import copy_rows, load_scaled, walk
from trialwright.analyse import compute_bundle
from trialwright.definition.compiled import Definition
from trialwright.derive import derive_datasets
from trialwright.report import render_pdf, render_report, render_results_ars, render_tables_rtf
from trialwright.results import Bundle, Header
from trialwright.snapshot import LedgerRow, compute_snapshot_hash, compute_snapshot_of_rows

BAR_SMALL, BAR_LARGE = 30, 120
RENDERERS: dict[str, Callable[[Definition, Bundle], bytes]] = {
    "html": lambda definition, bundle: render_report(definition, bundle).encode(),
    "pdf": render_pdf,
    "rtf": lambda definition, bundle: render_tables_rtf(definition, bundle).encode(),
    "ars": lambda definition, bundle: render_results_ars(definition, bundle).encode(),
}


def compute(definition: Definition, rows: list[LedgerRow]) -> Bundle:
    """From ledger rows to result rows."""
    snapshot = compute_snapshot_of_rows(definition, rows)
    meta = snapshot.meta
    header = Header(
        definition.id, "", "VIRTUAL", definition.version, definition.digest, meta.position, "0" * 64, meta.data_cut,
        compute_snapshot_hash(snapshot), {},
    )  # fmt: skip
    return compute_bundle(definition, derive_datasets(definition, snapshot), header)


def measure(name: str, definition: Definition, rows: list[LedgerRow], kinds: tuple[str, ...], bar: int) -> bool:
    """Print what each step took; whether the bar was met and a second rendering gave the same bytes."""
    started, worked = time.perf_counter(), time.process_time()
    bundle = compute(definition, rows)
    spent = {"snapshot, datasets, results": time.perf_counter() - started}
    cpu = {"snapshot, datasets, results": time.process_time() - worked}
    sizes, same = {}, True
    with tempfile.TemporaryDirectory() as folder:
        for kind in kinds:
            began, worked = time.perf_counter(), time.process_time()
            found = RENDERERS[kind](definition, bundle)
            spent[kind], cpu[kind] = time.perf_counter() - began, time.process_time() - worked
            sizes[kind] = len(found) / 2**20
            Path(folder, kind).write_bytes(found)
        for kind in kinds:
            same &= Path(folder, kind).read_bytes() == RENDERERS[kind](definition, bundle)
    total = sum(spent.values())
    print(f"{name}: {total:.1f} s of {bar} s, {len(bundle.rows)} result rows; the same bytes again: {same}")
    for step, seconds in spent.items():
        print(
            f"  {step}: {seconds:.1f} s, {cpu[step]:.1f} s of a processor"
            + (f", {sizes[step]:.1f} MiB" if step in sizes else "")
        )
    return total <= bar and same


def main(participants: int = 10_000, unique: int = 200) -> int:
    """Both reports; 1 where a bar was missed."""
    study = load_scaled(20)
    small = measure("20 participants", study, walk(study), tuple(RENDERERS), BAR_SMALL)
    scaled = load_scaled(unique)
    rows = list(copy_rows(walk(scaled), max(1, participants // unique)))
    large = measure(f"{participants} participants", scaled, rows, ("html", "pdf"), BAR_LARGE)
    return int(not (small and large))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
