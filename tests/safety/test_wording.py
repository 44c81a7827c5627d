"""The official wording from NCI's spreadsheet, held against the table of facts."""

import pytest

from tests.safety import published_rules as published
from trialwright.safety.terms import load_terms
from trialwright.safety.wording import (
    compute_translation,
    compute_wording,
    parse_wording,
    render_wording,
)
from trialwright.vocabulary.findings import Severity


def made_up_rows(version: str) -> list[dict[str, str]]:
    """A table with NCI's headings, terms and grades, and words of our own."""
    return [
        {
            "MedDRA Code": term.code,
            "MedDRA SOC": term.soc,
            "CTCAE Term": term.term,
            **{f"Grade {n} ": f"{term.term} at {n}" if n in term.grades else "  -" for n in range(1, 6)},
            "Definition ": f"What {term.term} is.",
            "Navigational Note": "-",
            "CTCAE v4.03 Change": "None",
        }
        for term in load_terms(version).terms
    ]


@pytest.mark.parametrize("version", ["4.03", "5.0"])
def test_complete_table_is_taken_and_its_version_recognised(version):
    wording, findings = compute_wording(made_up_rows(version))
    assert findings == [] and wording.version == version
    assert len(wording.terms) == len(load_terms(version).terms)
    assert wording.text("fever", 3) == "Fever at 3"
    assert wording.text("Flushing", 5) == "" == wording.text("no such term", 1)
    assert wording.terms["10016558"].definition == "What Fever is." and wording.terms["10016558"].note == ""


def test_what_differs_from_the_facts_is_found():
    rows = made_up_rows("5.0")
    missing = rows.pop(3)
    rows[0]["CTCAE Term"] = "Anaemia"
    rows[1]["Grade 1 "] = "-"
    rows[2]["MedDRA SOC"] = "Blood"
    rows.append({**rows[5], "MedDRA Code": "10099999"})
    _, findings = compute_wording(rows)
    assert {one.code for one in findings if one.severity is Severity.ERROR} == {
        "wording-term",
        "wording-unknown",
        "wording-missing",
    }
    assert {one.code for one in findings if one.severity is Severity.WARNING} == {"wording-grades", "wording-class"}
    assert any(missing["CTCAE Term"] in one.message for one in findings)


def test_another_table_is_refused():
    for rows in ([], [{"name": "x", "value": "1"}]):
        wording, findings = compute_wording(rows)
        assert wording is None and findings[0].code == "wording-columns"


def test_wrong_version_is_seen():
    _, findings = compute_wording(made_up_rows("5.0"), "4.03")
    assert {"wording-unknown", "wording-missing"} <= {one.code for one in findings}


def test_round_trip_through_json():
    wording, _ = compute_wording(made_up_rows("4.03"))
    assert parse_wording(render_wording(wording)) == wording
    with pytest.raises(ValueError, match="not a file"):
        parse_wording("[]")


def test_translation_by_code_or_term():
    table = load_terms("4.03")
    rows = [{"code": "10016558", "ZH": "发热"}, {"term": "flushing", "zh": "潮红"}, {"term": "Nausia", "zh": "恶心"}]
    found, findings = compute_translation(rows, "zh", table)
    assert found == {"10016558": "发热", "10016825": "潮红"}
    assert [(one.code, one.place.line) for one in findings] == [("translation-term", 4)]
    assert [term.term for term in table.search("热", found)] == ["Fever"]


@pytest.mark.parametrize("version", ["4.03", "5.0"])
def test_published_table_agrees_with_the_facts(version):
    if not published.FOLDER.exists():
        pytest.skip("the published CTCAE tables are not beside this working copy")
    rows = published.read_rules(f"ctcae_v{version}.csv")
    wording, findings = compute_wording(rows)
    assert findings == [] and wording.version == version
    assert wording.text("Fever", 2).startswith(">39.0 - 40.0 degrees C")
