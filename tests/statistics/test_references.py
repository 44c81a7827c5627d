"""The inventory: no public method without a number from outside the project, and no mark that says nothing."""

import re

import pytest

from tests.statistics.references import FOLDER, PAGE, PARTS, list_methods, list_references, render

REFERENCES = list_references()
# What a source can be: R and its packages, scipy, an enumeration, or a paper with its year.
KNOWN = re.compile(r"^R (4\.2\.2|package)|^R's |^README of R's|^scipy 1\.17|^enumeration|^[A-Z][\w&., ']+ (19|20)\d\d")


@pytest.mark.parametrize("method", list_methods())
def test_every_method_has_a_number_from_outside(method):
    assert [one for one in REFERENCES if method in one.methods], f"no test is marked as the reference of {method}"


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda one: one.test)
def test_every_mark_names_a_source_and_methods_that_its_file_calls(reference):
    assert KNOWN.match(reference.source), reference.source
    for method in reference.methods:
        assert method in list_methods(), method
        file, function = method.split(".")
        aliased = (
            f"{file.removesuffix('_risk_difference')}.{function}"  # ``import stratified_risk_difference as stratified``
        )
        assert method in reference.text or aliased in reference.text, f"{reference.test} never calls {method}"
        script = re.search(r"(\w+\.R)\b", reference.source)
        assert script is None or (FOLDER.parent / "reference" / "statistics" / script[1]).exists(), script


@pytest.mark.parametrize("method", list_methods())
def test_every_method_stands_on_its_page(method):
    file, function = method.split(".")
    page = PAGE.parent / f"{'mmrm' if file == 'mmrm_visits' else file}.md"
    text = page.read_text(encoding="utf-8")
    assert f"`{function}`" in text or f"`{method}`" in text, f"{page.name} does not name {function}"
    assert re.search(r"\b(1[89]|20)\d\d\b", text), f"{page.name} names no source"
    assert re.search(r"[=Σ∫√Φ∝].*`|^[^|\n]*[=Σ∫].*$", text, re.MULTILINE), f"{page.name} has no formula"
    assert "Where other software differs" in text


def test_parts_are_functions_of_the_room():
    import importlib

    for one in PARTS:
        file, function = one.split(".")
        assert callable(getattr(importlib.import_module(f"trialwright.statistics.{file}"), function))


def test_the_page_is_the_inventory():
    assert PAGE.read_text(encoding="utf-8") == render(), "python -m tests.statistics.references --write"
