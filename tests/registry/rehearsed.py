"""Both studies of the project rehearsed in memory, and what a submission is made of."""

from datetime import date
from functools import cache
from pathlib import Path

from trialwright.analyse import compute_bundle
from trialwright.analyse.registry_counts import compute_registry_counts
from trialwright.definition.compile import compile_study
from trialwright.definition.load import read_files
from trialwright.derive import derive_datasets
from trialwright.registry.facts import compute_facts
from trialwright.registry.submission import NO_ANSWERS, Material, Submission, build_submission
from trialwright.results import Header
from trialwright.service.perform import compute_stamped
from trialwright.simulate.memory import walk_in_memory
from trialwright.snapshot import compute_row
from trialwright.snapshot.compute import compute_snapshot_of_rows

STUDIES = ("nct04252118", "nct03694327")
_FOLDER = Path(__file__).parents[2] / "studies"


@cache
def rehearse(study: str) -> Material:
    """The material of a study's rehearsal."""
    definition = compile_study(read_files(_FOLDER / study)).definition
    assert definition is not None
    assert definition.record is not None
    ledger, _ = walk_in_memory(definition, 1)
    snapshot = compute_snapshot_of_rows(definition, map(compute_row, ledger.entries))
    header = Header(
        definition.id,
        definition.study.study.official_title,
        "VIRTUAL",
        definition.version,
        definition.digest,
        snapshot.meta.position,
        "",
        snapshot.meta.data_cut,
        "0" * 64,
        {},
    )
    datasets = derive_datasets(definition, snapshot)
    computed = compute_bundle(definition, datasets, header).rows
    cut = date.fromisoformat(header.data_cut[:10])
    facts = compute_facts(definition, map(compute_stamped, ledger.entries), cut)
    whole = (*computed, *compute_registry_counts(definition, datasets))
    return Material(definition, definition.record, facts, header, whole, NO_ANSWERS)


def submit(material: Material) -> Submission:
    """The submission; findings would fail."""
    found = build_submission(material)
    assert isinstance(found, Submission), [str(one) for one in found]
    return found


@cache
def submitted(study: str) -> Submission:
    """The submission of a study's rehearsal."""
    return submit(rehearse(study))
