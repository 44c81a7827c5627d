"""The study of this project, compiled once a worker: most tests of the acts need nothing else."""

from functools import cache
from pathlib import Path

from trialwright.definition.compile import Compilation, compile_study
from trialwright.definition.compiled import Definition
from trialwright.definition.load import read_files, read_library

ROOT = Path(__file__).parent.parent
STUDY = ROOT / "studies" / "nct04252118"


@cache
def load_files() -> dict[str, str]:
    """The texts of the study NCT04252118."""
    return read_files(STUDY)


@cache
def load_definition(folder: Path = STUDY) -> Definition:
    """A study of the project, compiled."""
    compilation = compile_study(read_files(folder))
    assert compilation.definition is not None, [str(one) for one in compilation.errors]
    return compilation.definition


def compile_changed(changes: dict[str, tuple[str, str]]) -> Compilation:
    """The study compiled after replacing a text, once, in each of the files named (``library/…`` for the library's)."""
    files, library = dict(load_files()), read_library()
    for name, (old, new) in changes.items():
        texts = library if name.startswith("library/") else files
        assert texts[name].count(old) >= 1, f"{old!r} is not in {name}"
        texts[name] = texts[name].replace(old, new, 1)
    return compile_study(files, library)


def find_line(name: str, text: str) -> int:
    """The number of the first line of a study file that holds ``text``."""
    lines = load_files()[name].splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)
