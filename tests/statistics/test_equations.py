"""From code to formula to source: docstrings cite numbered equations of the pages, and each equation names its source."""

import re

import pytest

from tests.statistics.equations import (
    LINKED,
    PAGES,
    ROOM,
    Equation,
    find_citations,
    list_docstrings,
    list_equations,
    read_equations,
)

EQUATIONS = list_equations()
DOCSTRINGS = dict(list_docstrings())
# They look at what comes in and compute nothing.
NO_FORMULA = frozenset({"mantel_haenszel.check_tables", "proportion.check_counts"})


@pytest.mark.parametrize("name", sorted(set(DOCSTRINGS) - NO_FORMULA))
def test_every_public_docstring_cites_equations_of_its_own_page(name):
    cited = find_citations(DOCSTRINGS[name])
    page = name.split(".")[0].replace("mmrm_visits", "mmrm")
    assert {one for one in cited if one.page == page}, f"{name} cites no equation of {page}.md"


def test_every_citation_in_the_room_is_an_equation_that_exists():
    cited = {path.name: find_citations(path.read_text(encoding="utf-8")) for path in ROOM.glob("*.py")}
    assert sum(map(len, cited.values())) > 200
    lost = {name: sorted(found - set(EQUATIONS)) for name, found in cited.items() if found - set(EQUATIONS)}
    assert not lost, lost


def test_every_equation_is_cited_by_code():
    cited = {one for path in ROOM.glob("*.py") for one in find_citations(path.read_text(encoding="utf-8"))}
    assert not set(EQUATIONS) - cited


@pytest.mark.parametrize("page", sorted(path.stem for path in PAGES.glob("*.md") if read_equations(path)))
def test_equations_are_numbered_in_order_and_each_has_a_formula_and_a_source(page):
    found = read_equations(PAGES / f"{page}.md")
    assert list(found) == list(range(1, len(found) + 1))
    for number, text in found.items():
        assert re.search(r"`[^`]*[=±≤Φ∫√∈(][^`]*`", text), f"({number}) has no formula"
        assert re.search(r"Source: \S", text), f"({number}) names no source"
    text = (PAGES / f"{page}.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^- \*\*\(", text, re.MULTILINE)) == len(found)
    assert find_citations(text, LINKED) <= set(EQUATIONS), "links an equation of another page that does not exist"


def test_ranges_of_citations_are_read():
    wanted = {Equation("cox", 1), Equation("cox", 3), Equation("cox", 4), Equation("cox", 5)}
    assert find_citations("Equations (1) and (3) to\n    (5) of cox.md; equation (9)") == wanted
    assert find_citations("(1) of [one proportion](proportion.md)", LINKED) == {Equation("proportion", 1)}
