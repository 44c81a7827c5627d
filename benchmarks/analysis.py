"""Snapshot, datasets and results of a large study: seconds for each step, and the peak of memory.

    python benchmarks/analysis.py [participants]

The study is the small one of the tests with ledger rows made up in memory: about 500 item values a participant, so
that 10,000 participants have about 5 million. The bar is 60 s and 4 GiB for everything after the rows exist.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.snapshot.build import load_small_study

from trialwright.analyse import compute_bundle
from trialwright.derive import derive_datasets
from trialwright.results import Header
from trialwright.snapshot import LedgerRow, compute_snapshot_hash, compute_snapshot_of_rows

DAY0 = date(2020, 2, 3)
BAR_SECONDS, BAR_GIB = 60, 4
TERMS = (
    "Nausea",
    "Fever",
    "Headache",
    "Chills",
    "Fatigue",
    "Vomiting",
    "Dyspnea",
    "Alanine aminotransferase increased",
)
LABORATORY = (
    "ast",
    "bilirubin",
    "ck",
    "ck_uln",
    "crp",
    "crp_uln",
    "creatinine",
    "urea",
    "albumin",
    "glucose",
    "potassium",
    "sodium",
)


def make_rows(participants: int, seed: int = 1) -> Iterator[LedgerRow]:
    """Ledger rows of a whole study, participant after participant."""
    rng = np.random.default_rng(seed)
    position = 1
    yield LedgerRow(
        1,
        "",
        1,
        "ledger_opened",
        "2020-02-01T00:00:00.000000Z",
        "",
        "1.0",
        _json(purpose="VIRTUAL", version="1.0", digest="d", title="t"),
    )
    for number in range(participants):
        name = f"BJ-{number:05d}"
        for seq, (act, payload) in enumerate(_live(rng, number), 1):
            position += 1
            at = f"2020-02-03T{(position // 3600) % 24:02d}:{(position // 60) % 60:02d}:{position % 60:02d}.000000Z"
            yield LedgerRow(position, name, seq, act, at, "BJ", "1.0", payload)


def _json(**payload: object) -> str:
    return json.dumps(payload, sort_keys=True, separators=(",", ":"))


def _form(form: str, encounter: str, values: dict[str, str], repeat: int = 1) -> tuple[str, str]:
    return "form_recorded", _json(form=form, encounter=encounter, repeat=repeat, revision=1, values=values)


def _live(rng: np.random.Generator, number: int) -> Iterator[tuple[str, str]]:
    """The acts of one participant: about 500 item values over 29 days of log and four visits."""
    treated = number % 2 == 0
    yield "screened", _json(site="BJ", verdicts={"I1": "MET", "E1": "NOT_MET"}, values={}, judgements={})
    yield (
        "consent_given",
        _json(given_at=f"{DAY0}T08:00", form_version="1", language="ZH", explained_by="p", copy_given="Y"),
    )
    yield "enrolled", _json(screening=1, consent=2)
    yield "allocated", _json(arm="CELLS" if treated else "CONTROL", method="INVESTIGATOR_ASSIGNED")
    yield _form(
        "demographics",
        "BASELINE",
        {"collected_on": str(DAY0), "birth_date": f"{1950 + number % 40}-05", "sex": "MF"[number % 2]},
    )
    if treated:
        for dose, (encounter, day) in enumerate((("D0", 0), ("D3", 3)), 1):
            on = DAY0 + timedelta(days=day)
            yield (
                "dose_given",
                _json(
                    intervention="CELLS",
                    encounter=encounter,
                    number=dose,
                    started_at=f"{on}T10:00",
                    amount="3.0e7",
                    unit="cells",
                    lot="L",
                ),
            )
    died = int(rng.integers(3, 60)) if rng.random() < 0.08 else 999
    clears, warm = int(rng.integers(2, 27)), int(rng.integers(1, 20))
    for encounter, day in (("BASELINE", 0), ("D3", 3), ("D7", 7), ("D28", 28)):
        if day < died:
            yield from _visit(rng, encounter, day, clears)
    for day in range(min(29, died)):
        yield _form("daily_log", "", _log(rng, day, warm), day + 1)
    for repeat in range(1, int(rng.poisson(1.5)) + 1):
        yield _form("adverse_event", "", _event(rng), repeat)
    if died < 40:
        yield "died", _json(on=str(DAY0 + timedelta(days=died)))
    else:
        yield "completed", _json(on=str(DAY0 + timedelta(days=28)))


def _visit(rng: np.random.Generator, encounter: str, day: int, clears: int) -> Iterator[tuple[str, str]]:
    on = DAY0 + timedelta(days=day)
    lab = {item: f"{value:.1f}" for item, value in zip(LABORATORY, rng.lognormal(3, 0.4, len(LABORATORY)), strict=True)}
    for repeat in (1, 2, 3):
        yield _form(
            "chemistry",
            encounter,
            {"collected_at": f"{on}T0{6 + repeat}:00", "alt": f"{rng.lognormal(3.4, 0.4):.1f}", "alt_uln": "40", **lab},
            repeat,
        )
    result = "NEGATIVE" if day >= clears else "POSITIVE"
    for repeat in (1, 2):
        when = on + timedelta(days=repeat - 1)
        yield _form(
            "rt_pcr", encounter, {"sampled_at": f"{when}T09:00", "specimen": "SPUTUM", "result": result}, repeat
        )
    if encounter != "D3":
        for repeat, reader in enumerate(("READER_1", "READER_2"), 1):
            size = f"{rng.uniform(5, 60):.1f}"
            values = {
                "reader": reader,
                "scanned_at": str(on - timedelta(days=day == 0)),
                "quality": "GOOD",
                "lesion_percent": size,
            }
            yield _form("ct_read", encounter, values, repeat)


def _log(rng: np.random.Generator, day: int, warm: int) -> dict[str, str]:
    heat = f"{rng.normal(38.2 if day < warm else 36.7, 0.2):.1f}"
    return {
        "date": str(DAY0 + timedelta(days=day)), "temperature_max": heat, "antipyretic": "N", "cough": "1",
        "dyspnoea": "0", "respiratory_rate": str(rng.integers(14, 28)), "spo2_air": str(rng.integers(88, 99)),
        "oxygen_support": "NONE",
    }  # fmt: skip


def _event(rng: np.random.Generator) -> dict[str, str]:
    on = DAY0 + timedelta(days=int(rng.integers(0, 25)))
    term = TERMS[int(rng.integers(0, len(TERMS)))]
    return {
        "verbatim": term.lower(), "term": term, "onset_date": str(on), "end_date": str(on), "ongoing": "N",
        "grade": str(rng.integers(1, 4)), "serious": "N",
        "causality": "POSSIBLE" if rng.random() < 0.3 else "NOT_RELATED", "action": "DOSE NOT CHANGED",
        "outcome": "RECOVERED/RESOLVED",
    }  # fmt: skip


def main(participants: int) -> int:
    """Run the steps, print what each took, and return 1 when a bar was missed."""
    definition = load_small_study()
    rows = list(make_rows(participants))
    base = _memory()
    print(f"{participants} participants, {len(rows)} ledger rows made; {base:.2f} GiB before the first step")
    started = time.perf_counter()
    snapshot = _timed("snapshot", lambda: compute_snapshot_of_rows(definition, rows))
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


def _timed(name: str, step):  # type: ignore[no-untyped-def]
    started = time.perf_counter()
    found = step()
    print(f"  {name}: {time.perf_counter() - started:.1f} s, peak {_memory():.2f} GiB")
    return found


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
