"""Ledgers with an outcome that is known, and ways to pick rows out of a bundle."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.snapshot.build import Ledger, load_small_study
from trialwright.analyse import compute_bundle
from trialwright.analyse.bundle import METHODS
from trialwright.definition.analysis import Recipe
from trialwright.definition.compile import compile_study
from trialwright.definition.compiled import Definition
from trialwright.definition.load import read_files
from trialwright.derive import derive_datasets
from trialwright.ledger import entries as e
from trialwright.results import Bundle, Header, ResultRow
from trialwright.snapshot import Snapshot, compute_snapshot

STUDY = Path(__file__).parents[1] / "snapshot" / "study"
ARMS = ("CELLS", "CONTROL")


def analyse(ledger: Ledger, definition: Definition | None = None) -> Bundle:
    """The bundle of a ledger."""
    study = definition or load_small_study()
    return analyse_snapshot(study, compute_snapshot(study, ledger.entries))


def analyse_snapshot(study: Definition, snapshot: Snapshot) -> Bundle:
    meta = snapshot.meta
    header = Header(
        study.id, "a test", meta.purpose, study.version, study.digest, meta.position, "", meta.data_cut, "", {}
    )
    return compute_bundle(study, derive_datasets(study, snapshot), header)


def pick(bundle: Bundle, analysis: str, statistic: str, **where: str) -> ResultRow:
    """The one row that fits; ``where`` gives parameter, visit, group, category, method (by its beginning)."""
    where.setdefault("category", "")
    found = [
        row
        for row in bundle.rows
        if (row.analysis, row.statistic) == (analysis, statistic)
        and all(
            getattr(row, name).startswith(text) if name == "method" else getattr(row, name) == text
            for name, text in where.items()
        )
    ]
    assert len(found) == 1, f"{len(found)} rows of {analysis} {statistic} {where}"
    return found[0]


def make_trial(size: int, tell: Callable[[Ledger, str, str, int], None], arms: tuple[str, ...] = ARMS) -> Ledger:
    """``size`` participants an arm; ``tell(ledger, participant, arm, number)`` says what happens to each (from 0)."""
    ledger = Ledger()
    for place, arm in enumerate(arms):
        for number in range(size):
            participant = f"BJ-{place}{number:02d}"
            ledger.enrol(participant, arm, sex="MF"[number % 2], born=f"{1950 + number}-06-01")
            tell(ledger, participant, arm, number)
    return ledger


def complete(ledger: Ledger, participant: str, on: str = "2020-03-04") -> None:
    """The end of follow-up, on day 30."""
    ledger.add(participant, e.Completed(on))


def plan_everything() -> str:
    """The small study's plan with every method of every recipe named."""
    lines = []
    for line in read_files(STUDY)["analysis.yaml"].splitlines():
        recipe = next((one for one in Recipe if f"recipe: {one.value}," in line), None)
        if recipe and METHODS[recipe]:
            names = ", ".join(sorted(METHODS[recipe]))
            extra = " covariates: [demographics.sex]," if recipe in (Recipe.CHANGE, Recipe.MMRM) else ""
            line = re.sub(r" methods: \[[^]]*\],", "", line).replace("table:", f"methods: [{names}],{extra} table:")
        lines.append(line)
    return "\n".join(lines)


@cache
def study_with_everything(contrast: str = "[CELLS, CONTROL]") -> Definition:
    compilation = compile_study(
        {**read_files(STUDY), "analysis.yaml": plan_everything().replace("[CELLS, CONTROL]", contrast)}
    )
    assert compilation.definition is not None, [str(one) for one in compilation.errors]
    return compilation.definition
