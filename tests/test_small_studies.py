"""Hardly any data: studies of two to four participants, cut off early, give a report and never a number that is none."""

import math
from pathlib import Path

import pytest

from tests.simulate.test_run import STUDIES
from tests.studies import load_definition
from trialwright.analyse import compute_bundle
from trialwright.derive import derive_datasets
from trialwright.report.render import render_report
from trialwright.results import Header
from trialwright.simulate.memory import walk_in_memory
from trialwright.snapshot import compute_row, compute_snapshot_hash, compute_snapshot_of_rows


@pytest.mark.parametrize("participants", [2, 4])
@pytest.mark.parametrize("folder", STUDIES, ids=lambda folder: folder.name)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_hardly_any_data(folder: Path, participants: int) -> None:
    definition = load_definition(folder).scale(participants)
    ledger, _ = walk_in_memory(definition, participants)
    rows = [compute_row(one) for one in ledger.entries]
    for cut in (1, len(rows) // 6, len(rows) // 3, len(rows) // 2, len(rows)):
        snapshot = compute_snapshot_of_rows(definition, rows[:cut])
        meta = snapshot.meta
        header = Header(
            definition.id, "", meta.purpose, definition.version, definition.digest, meta.position, "0" * 64,
            meta.data_cut, compute_snapshot_hash(snapshot), {},
        )  # fmt: skip
        bundle = compute_bundle(definition, derive_datasets(definition, snapshot), header)
        assert all(row.value is None or math.isfinite(row.value) for row in bundle.rows)
        assert [row for row in bundle.rows if row.value is None and not row.warnings] == []
        for language in ("en", "zh"):
            assert definition.id in render_report(definition, bundle, language=language)
