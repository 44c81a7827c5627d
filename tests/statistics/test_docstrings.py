"""The docstring of a public method says what comes in, what comes back, what is refused and where it is from."""

import importlib
import inspect
import re

import pytest

from tests.statistics.references import list_methods

SECTION = re.compile(r"^(Parameters|Returns|Raises|Notes|References|Examples)\n-+\n", re.MULTILINE)
# What a caller hands in that is no array of participants: its shape goes without saying.
PLAIN = frozenset({"estimates", "errors", "p_values", "families", "fractions", "tables", "shifts", "digits"})


def read(name: str) -> tuple[object, dict[str, str]]:
    """The function, and its docstring by section; "" is what stands before the first."""
    file, function = name.split(".")
    found = getattr(importlib.import_module(f"trialwright.statistics.{file}"), function)
    parts = SECTION.split(inspect.getdoc(found) or "")
    return found, {"": parts[0]} | dict(zip(parts[1::2], parts[2::2], strict=True))


def list_parameters(section: str) -> dict[str, str]:
    """Each named parameter with the line and text that belong to it."""
    entries = re.findall(r"^(\w[\w, ]*?)(?: : (.*))?\n((?:    .*\n?|\n)+)", section + "\n", re.MULTILINE)
    return {name: f"{kind} {text}" for names, kind, text in entries for name in names.split(", ")}


@pytest.mark.parametrize("name", list_methods())
def test_every_parameter_is_explained_and_arrays_have_a_shape(name):
    function, sections = read(name)
    explained = list_parameters(sections.get("Parameters", ""))
    wanted = inspect.signature(function).parameters
    assert set(wanted) <= set(explained), set(wanted) - set(explained)
    assert set(explained) <= set(wanted), "explains what the function does not take"
    for one, parameter in wanted.items():
        if "ArrayLike" in str(parameter.annotation) or "FloatArray" in str(parameter.annotation):
            assert "shape" in explained[one], f"{one} has no shape"


@pytest.mark.parametrize("name", list_methods())
def test_what_comes_back_has_its_type_and_its_unit(name):
    function, sections = read(name)
    back = sections.get("Returns", "")
    annotation = inspect.signature(function).return_annotation
    named = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    if named in ("Estimate", "Comparison", "Curve"):
        assert back.startswith(named), f"says {back.splitlines()[:1]}, gives {named}"
    assert re.search(r"^    \S", back, re.MULTILINE), "no word about what the answer is"


@pytest.mark.parametrize("name", list_methods())
def test_what_is_refused_is_said(name):
    """Errors under Raises; what gives no number in words under Returns, or the words that nothing is refused."""
    function, sections = read(name)
    source = inspect.getsource(function)
    words = (sections.get("Raises", "") + sections.get("Returns", "") + sections[""]).lower()
    assert re.search(r"none|refus|valueerror|empty|when ", words), "nothing is said of what cannot be computed"
    if "check_level(" in source or "raise ValueError" in source:
        assert "ValueError" in sections.get("Raises", ""), "raises ValueError and does not say so"


@pytest.mark.parametrize("name", list_methods())
def test_the_source_is_named_with_its_year_and_its_place(name):
    """Author, year, and journal with volume and page, or section or chapter of a book; or that the rule is our own."""
    _, sections = read(name)
    source = " ".join(sections.get("References", "").split())
    place = re.search(r"[12]\d{3}.*(\b[\w.]+:\d+|chapter|section|paper|Biometrika|Greenwood)", source)
    assert place or "No published source" in source, source


@pytest.mark.parametrize("name", list_methods())
def test_every_method_shows_an_example(name):
    """The examples are run with the doctests."""
    _, sections = read(name)
    assert ">>> " in sections.get("Examples", ""), "no example"
