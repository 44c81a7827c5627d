"""Which number of which method comes from outside the project: read from the ``reference`` marks of this folder's tests.

``python -m tests.statistics.references`` prints the inventory, ``--write`` writes it into the documentation.
"""

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trialwright import statistics

FOLDER = Path(__file__).parent
PAGE = FOLDER.parents[1] / "docs" / "explanation" / "statistics" / "references.md"

# Functions that are parts of the methods, called by other files of the room and by nobody outside.
PARTS = frozenset({
    "aalen_johansen.compute_incidence", "firth_logistic.compute_leverages", "fisher.compute_fisher_p",
    "fisher.compute_hypergeometric", "fisher.compute_log_hypergeometric",
    "gray.compute_score", "hodges_lehmann.compute_differences",
    "hodges_lehmann.compute_normal_depth", "hodges_lehmann.select_differences", "kaplan_meier.compute_limits",
    "log_rank.compute_score", "log_rank.compute_scores", "mantel_haenszel.check_tables", "proportion.check_counts",
    "proportion.compute_wilson", "risk_difference.compute_exact_p", "risk_difference.search_exact",
    "rmst.compute_lost", "turnbull.find_candidates",
    "wilcoxon.compute_doubled_midranks", "wilcoxon.compute_exact_p", "win_odds.compute_placements",
})  # fmt: skip


@dataclass(frozen=True)
class Reference:
    """One mark: the methods it names, the source it names, and the test that carries it."""

    methods: tuple[str, ...]
    source: str
    test: str
    text: str


def list_methods() -> list[str]:
    """Every public function of the room's public modules, by ``<file>.<function>``."""
    modules = {
        name: importlib.import_module(f"trialwright.statistics.{name}") for name in statistics.__all__ if name.islower()
    }
    return sorted(
        f"{name}.{word}"
        for name, module in modules.items()
        for word, thing in vars(module).items()
        if inspect.isfunction(thing) and thing.__module__ == module.__name__ and not word.startswith("_")
        and f"{name}.{word}" not in PARTS
    )  # fmt: skip


def list_references() -> list[Reference]:
    """Every ``reference`` mark of the tests beside this file."""
    return [one for path in sorted(FOLDER.glob("test_*.py")) for one in read_marks(path)]


def read_marks(path: Path) -> Iterator[Reference]:
    """The marks of one file. What a mark says is a literal, so nothing has to be run to read it."""
    text = path.read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.reference":
                methods = tuple(ast.literal_eval(one) for one in mark.args)
                source = {one.arg: ast.literal_eval(one.value) for one in mark.keywords}["source"]
                yield Reference(methods, source, f"{path.name}::{node.name}", text)


def render() -> str:
    """The inventory as a page of the documentation."""
    found = list_references()
    lines = [
        "# Where the numbers were checked",
        "",
        "Every method has at least one number from outside the project: R, a published table, or a full enumeration.",
        "This page is written from the marks of the tests (`python -m tests.statistics.references --write`); a test keeps",
        "it true. The R scripts and what they printed are in `tests/reference/statistics`; no test needs R.",
        "",
        "| method | source |",
        "|---|---|",
    ]  # fmt: skip
    for method in list_methods():
        sources = dict.fromkeys(one.source for one in found if method in one.methods)
        lines.append(f"| `{method}` | {'<br>'.join(sources)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(render(), encoding="utf-8")
    else:
        print(render())
