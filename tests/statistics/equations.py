"""The numbered equations of the method pages, and the docstrings that cite them ("Equations (1) to (3) of cox.md")."""

import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.statistics.references import PAGE
from trialwright import statistics

Test = TypeVar("Test", bound=Callable[..., Any])
PAGES = PAGE.parent
ROOM = Path(statistics.__path__[0])
ITEM = re.compile(r"^- \*\*\((\d+)\)\*\* (.*(?:\n(?:  .*))*)", re.MULTILINE)
NUMBERS = r"(\(\d+\)(?:(?:, | and | to )\(\d+\))*)"
CITED = re.compile(rf"[Ee]quations? {NUMBERS} of (\w+)\.md")
LINKED = re.compile(rf"{NUMBERS} of (?:the )?\[[^\]]*\]\((\w+)\.md\)")


@dataclass(frozen=True, order=True)
class Equation:
    """One equation by the name of its page and its number there."""

    page: str
    number: int


def read_equations(page: Path) -> dict[int, str]:
    """The equations of one page: what stands behind each number, on one line."""
    return {int(number): " ".join(text.split()) for number, text in ITEM.findall(page.read_text(encoding="utf-8"))}


def list_equations() -> dict[Equation, str]:
    """Every equation of every page."""
    pages = sorted(PAGES.glob("*.md"))
    return {Equation(page.stem, number): text for page in pages for number, text in read_equations(page).items()}


def find_citations(text: str, pattern: re.Pattern[str] = CITED) -> set[Equation]:
    """What a text cites; "(1) to (3)" stands for all three."""
    found: set[Equation] = set()
    for numbers, page in pattern.findall(" ".join(text.split())):
        last = 0
        for word, digits in re.findall(r"( to )?\((\d+)\)", numbers):
            number = int(digits)
            found |= {Equation(page, one) for one in range(last + 1 if word else number, number + 1)}
            last = number
    return found


def list_docstrings() -> Iterator[tuple[str, str]]:
    """Every public function of the public files, and every public method of their classes, with its docstring."""
    for name in filter(str.islower, statistics.__all__):
        module = importlib.import_module(f"trialwright.statistics.{name}")
        for word, thing in vars(module).items():
            if word.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
                continue
            if inspect.isfunction(thing):
                yield f"{name}.{word}", inspect.getdoc(thing) or ""
            elif inspect.isclass(thing):
                for part, method in vars(thing).items():
                    if inspect.isfunction(method) and not part.startswith("_"):
                        yield f"{name}.{word}.{part}", inspect.getdoc(method) or ""


def evaluates(page: str, *numbers: int) -> Callable[[Test], Test]:
    """Marks a test that computes these equations of a page as they are printed there."""

    def mark(test: Test) -> Test:
        old = getattr(test, "equations", frozenset())
        test.equations = old | {Equation(page, number) for number in numbers}
        return test

    return mark
