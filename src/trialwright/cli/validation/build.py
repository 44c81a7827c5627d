"""Which build this is: the version, the hash of the package's files, and the libraries it runs with."""

import hashlib
import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import trialwright

_NAME = "trialwright"


@dataclass(frozen=True, slots=True)
class Build:
    """The identity of a build. ``sha256`` covers every file of the package, by path and content."""

    version: str
    sha256: str
    files: int
    python: str
    system: str
    libraries: tuple[tuple[str, str], ...]


@cache
def read_build() -> Build:
    """The build that is running."""
    root = Path(trialwright.__file__).parent
    digest, files = compute_tree_hash(root)
    system = f"{platform.system()} {platform.machine()}"
    return Build(trialwright.__version__, digest, files, platform.python_version(), system, _read_libraries())


def compute_tree_hash(root: Path) -> tuple[str, int]:
    """SHA-256 over the files below ``root`` and how many they are; compiled files and caches are left out.

    The text that is hashed has one line a file, in the order of the paths: the file's SHA-256, two spaces, its path
    with ``/`` (the form of sha256sum), so that it can be computed again with common tools.
    """
    paths = sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    )
    lines = [f"{hashlib.sha256((root / path).read_bytes()).hexdigest()}  {path}\n" for path in paths]
    return hashlib.sha256("".join(lines).encode()).hexdigest(), len(paths)


def _read_libraries() -> tuple[tuple[str, str], ...]:
    """The versions of what the package needs to run; without its metadata (run from source) none are known."""
    try:
        lines = requires(_NAME) or []
    except PackageNotFoundError:
        return ()
    names = []
    for line in lines:
        if "extra ==" not in line:
            name = line
            for mark in "[<>=!~; ":
                name = name.split(mark)[0]
            names.append(name)
    return tuple((name, version(name)) for name in sorted(names, key=str.lower))
