"""The tables of CTCAE terms: complete, as NCI prints them, and found as one types."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from trialwright.safety.terms import VERSIONS, compute_version, load_terms

SHARED = Path(__file__).parents[3] / "shared" / "data" / "ctcae"


@pytest.mark.parametrize(("version", "terms", "grade_5"), [("4.03", 790, 491), ("5.0", 837, 494)])
def test_counts_are_those_of_nci(version, terms, grade_5):
    """NCI's own counts of CTCAE v4.03 (2010-06-14) and v5.0 (2017-11-27): terms, one code each, 26 classes."""
    table = load_terms(version)
    assert len(table.terms) == len({term.code for term in table.terms}) == terms
    assert len(table.classes()) == 26 == sum(term.other_specify for term in table.terms)
    assert sum(5 in term.grades for term in table.terms) == grade_5
    assert all(term.grades == tuple(sorted(set(term.grades))) and term.grades for term in table.terms)
    assert all(len(term.code) == 8 and term.code.startswith("10") for term in table.terms)


def test_grade_counts_of_v4():
    """The number of terms with each grade in v4.03 as counted from NCI's spreadsheet."""
    counts = Counter(grade for term in load_terms("4.03").terms for grade in term.grades)
    assert counts == {1: 605, 2: 701, 3: 724, 4: 528, 5: 491}


@pytest.mark.parametrize("version", VERSIONS)
def test_every_fact_equals_the_published_table(version):
    path = SHARED / f"ctcae_v{version}.csv"
    if not path.exists():
        pytest.skip("the published CTCAE tables are not beside this working copy")
    with path.open(encoding="utf-8", newline="") as source:
        published = list(csv.DictReader(source))
    table = load_terms(version)
    assert [term.term for term in table.terms] == [row["term"] for row in published]
    for row in published:
        found = table.find(row["term"])
        assert found is table.find(row["meddra_code"])
        assert (found.code, found.soc) == (row["meddra_code"], row["soc"])
        assert found.grades == tuple(n for n in range(1, 6) if row[f"grade{n}"].strip())
        assert found.other_specify == row["term"].endswith("Other, specify")


def test_known_terms():
    table = load_terms("4.03")
    assert table.find("  FEVER ").code == "10016558"
    assert table.find("Flushing").soc == "Vascular disorders"
    assert table.grades("Hypothermia") == (2, 3, 4, 5)
    assert table.grades("no such term") == ()
    assert table.find("no such term") is None
    assert next(term.term for term in table.of_class("Social circumstances")) == "Menopause"


def test_search_finds_beginnings_of_words_in_any_order():
    table = load_terms("4.03")
    assert table.search("fever")[0].term == "Fever"
    assert table.search("incr amino alan") == table.search("alanine aminotransferase increased")
    assert table.search("10001551")[0].term == "Alanine aminotransferase increased"
    assert [term.term for term in table.search("hypok")] == ["Hypokalemia"]
    assert table.search("   ") == () == table.search("zzz")
    assert len(table.search("a", limit=7)) == 7


def test_search_puts_last_resorts_last():
    table = load_terms("4.03")
    hits = [term.term for term in table.search("death")]
    assert set(hits) >= {"Death neonatal", "Death NOS", "Sudden death NOS"}
    assert hits.index("Death neonatal") < hits.index("Death NOS")
    cardiac = table.search("cardiac d", limit=5)
    assert cardiac[-1].other_specify


def test_search_in_chinese_where_a_mapping_is_given():
    table = load_terms("4.03")
    chinese = {"Fever": "发热", "10016288": "发热性中性粒细胞减少", "Flushing": "潮红"}
    assert [term.term for term in table.search("发热", chinese)] == ["Fever", "Febrile neutropenia"]
    assert [term.term for term in table.search("中性粒", chinese)] == ["Febrile neutropenia"]
    assert table.search("发热") == ()


def test_versions():
    assert load_terms("4.0") is not None and load_terms("4.0").version == "4.03"
    assert compute_version("CTCAE v4.0") == compute_version("4") == "4.03"
    assert compute_version("v5.0") == compute_version("CTCAE-5") == "5.0"
    assert compute_version("") is None
    with pytest.raises(ValueError, match="no table"):
        load_terms("3.0")
