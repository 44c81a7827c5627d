"""The list of requirements is complete and true to the code: every mark has a requirement, every test exists."""

import re
from collections.abc import Callable

import pytest

from tests.studies import ROOT
from tests.validation.marks import PAGE, REQUIREMENTS, find_marks, render_page
from trialwright.cli.validation.build import compute_tree_hash, read_build
from trialwright.cli.validation.requirements import AREAS, Requirement, Status, load_requirements

EXPECTED = {
    *(f"A{number}" for number in range(1, 14)),
    *(f"S{number}" for number in range(1, 6)),
    *(f"C{number}" for number in range(1, 7)),
    *(f"D{number}" for number in range(1, 9)),
    *(f"V{number}" for number in range(1, 8)),
}


@pytest.mark.req("V1")
def test_every_statement_is_there_once() -> None:
    ids = [one.id for one in load_requirements()]
    assert len(ids) == len(set(ids))
    assert set(ids) == EXPECTED


@pytest.mark.req("V1")
def test_every_test_that_is_named_exists_and_carries_the_id() -> None:
    """A mark that the list does not name yet is no harm; one of an unknown id, or a name without its test, is."""
    marked = find_marks()
    assert set(marked) <= EXPECTED, f"no such requirement: {sorted(set(marked) - EXPECTED)}"
    gone = {one.id: set(one.tests) - marked.get(one.id, set()) for one in load_requirements()}
    assert not any(gone.values()), f"run: python -m tests.validation.marks --write\n{gone}"


@pytest.mark.req("V1")
def test_every_statement_that_holds_has_a_test_and_every_other_says_what_is_lacking() -> None:
    for one in load_requirements():
        if one.status is Status.HELD:
            assert one.tests, one.id
        else:
            assert one.lacks and one.until, one.id
        assert one.area in AREAS.values()


@pytest.mark.parametrize(
    "change",
    [
        lambda row: {**row, "status": Status.HELD, "tests": ()},
        lambda row: {**row, "status": Status.HELD, "tests": ("t",), "lacks": "much"},
        lambda row: {**row, "status": Status.LATER, "lacks": ""},
        lambda row: {**row, "risk": "some"},
    ],
)
def test_a_requirement_that_is_badly_told_cannot_be_made(
    change: Callable[[dict[str, object]], dict[str, object]],
) -> None:
    row = {
        "id": "A1",
        "statement": "s",
        "source": "x",
        "risk": "high",
        "status": Status.PARTLY,
        "lacks": "l",
        "until": "u",
    }
    Requirement(**row)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="A1"):
        Requirement(**change(row))  # type: ignore[arg-type]


def test_the_list_beside_the_documentation_is_the_one_that_is_shipped() -> None:
    assert (ROOT / "docs/requirements.yaml").read_text(encoding="utf-8") == REQUIREMENTS.read_text(encoding="utf-8")


def test_it_names_work_in_words_and_no_numbers_of_anybodys_list() -> None:
    assert not any(re.search(r"\d", one.lacks) for one in load_requirements())


@pytest.mark.req("V1")
def test_the_build_is_told_to_the_test_results(record_property: Callable[[str, object], None]) -> None:
    """The JUnit file of this run carries the hash, so that a report can say on which build the tests ran."""
    build = read_build()
    assert re.fullmatch(r"[0-9a-f]{64}", build.sha256)
    assert dict(build.libraries)["sqlglot"]
    record_property("build", build.sha256)


@pytest.mark.req("V1")
def test_every_file_is_in_the_hash_of_the_build(tmp_path_factory: pytest.TempPathFactory) -> None:
    def make(files: dict[str, str]) -> str:
        folder = tmp_path_factory.mktemp("tree")
        for name, text in files.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        return compute_tree_hash(folder)[0]

    one = make({"a.py": "1", "b/c.yaml": "2"})
    assert one == make({"b/c.yaml": "2", "a.py": "1", "__pycache__/a.pyc": "x"})
    assert (
        len({one, make({"a.py": "1", "b/c.yaml": "3"}), make({"a.py": "1", "b/d.yaml": "2"}), make({"a.py": "1"})}) == 4
    )


def test_the_page_of_requirements_is_of_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_page(), "python -m tests.validation.marks --write"


def test_where_a_statement_is_implemented_there_is_a_file() -> None:
    package = ROOT / "src/trialwright"
    assert [(one.id, path) for one in load_requirements() for path in one.where if not (package / path).exists()] == []
    assert all(one.where for one in load_requirements() if one.id[0] in "SCD")
