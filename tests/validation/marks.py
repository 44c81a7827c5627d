"""Which tests carry which requirement ids, read from the code; ``--write`` brings the requirements up to date."""

import ast
import sys
from pathlib import Path

from tests.studies import ROOT
from trialwright.cli.validation.requirements import AREAS, Requirement, load_requirements

REQUIREMENTS = ROOT / "src/trialwright/cli/validation/requirements.yaml"


def find_marks() -> dict[str, set[str]]:
    """The tests (``path::function``) of each requirement id."""
    marks: dict[str, set[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        whole = {name for node in tree.body for name in _read_module_mark(node)}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                ids = whole | {name for one in node.decorator_list for name in _read_mark(one)}
                for name in ids:
                    marks.setdefault(name, set()).add(f"{path.relative_to(ROOT).as_posix()}::{node.name}")
    return marks


def _read_module_mark(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Assign) and any(
        isinstance(one, ast.Name) and one.id == "pytestmark" for one in node.targets
    ):
        parts = node.value.elts if isinstance(node.value, (ast.List, ast.Tuple)) else [node.value]
        return [name for part in parts for name in _read_mark(part)]
    return []


def _read_mark(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.req":
        return [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return []


def write_tests(path: Path = REQUIREMENTS) -> None:
    """Put the marked tests into the list of requirements; nothing else of the file is changed."""
    marks, lines, current = find_marks(), [], ""
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        is_end = line.startswith("- id:") or not line.strip() or line.startswith("#")
        if is_end and (tests := sorted(marks.get(current, ()))):
            lines += ["  tests:", *(f"  - {test}" for test in tests)]
        current = line.removeprefix("- id:").strip() if line.startswith("- id:") else "" if is_end else current
        if not line.startswith(("  tests:", "  - ")):
            lines.append(line)
    path.write_text("\n".join(lines).rstrip("\n") + "\n", encoding="utf-8")


def render_page() -> str:
    """``docs/requirements.md``: every statement, whether it holds, where it is implemented, which tests prove it."""
    lines = [
        "# What regulators expect of the system, and where it stands",
        "",
        "Made from `requirements.yaml` by `python -m tests.validation.marks --write`; a test fails when this page is old, a",
        "file is not there, or a test that is named does not exist or no longer carries the statement's mark.",
    ]
    for area, name in AREAS.items():
        lines += ["", f"## {name}", "", "| | statement | holds | where | proven by |", "|---|---|---|---|---|"]
        lines += [_render_row(one) for one in load_requirements() if one.id.startswith(area)]
    return "\n".join(lines) + "\n"


def _render_row(one: Requirement) -> str:
    lacks = f"{one.status.value}: {one.lacks} Until then: {one.until}" if one.lacks else one.status.value
    where = "<br>".join(f"`{path}`" for path in one.where)
    tests: dict[str, list[str]] = {}
    for test in one.tests:
        path, _, name = test.partition("::")
        tests.setdefault(path, []).append(name.removeprefix("test_").replace("_", " "))
    proof = "<br>".join(f"`{path}`: {'; '.join(names)}" for path, names in tests.items())
    return f"| {one.id} | {one.statement} *({one.source})* | {lacks} | {where} | {proof} |"


PAGE = ROOT / "docs/requirements.md"

if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        raise SystemExit("python -m tests.validation.marks --write")
    write_tests()
    PAGE.write_text(render_page(), encoding="utf-8")
