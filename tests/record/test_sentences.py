"""Criteria are split as a reader would split them, and no character is lost."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.record import Kind, Record, compute_sentence_hash, read_record, split_criteria


def find_lost(text: str) -> str:
    """Characters other than white space that are in no criterion and no heading."""
    split = split_criteria(text)
    covered = {at for part in (*split.criteria, *split.headings) for at in range(part.start, part.end)}
    return "".join(text[at] for at in range(len(text)) if at not in covered and not text[at].isspace())


def test_three_and_five_criteria_of_the_page(page: Record) -> None:
    split = split_criteria(page.protocol.eligibility.eligibility_criteria)
    assert [criterion.id for criterion in split.criteria] == ["I1", "I2", "I3", "E1", "E2", "E3", "E4", "E5"]
    assert split.criteria[0].text == "Male or female, aged at 18 years (including) -70 years old"
    assert split.criteria[1].text.endswith("from any diagnostic sampling source; and")
    assert split.criteria[7].text.startswith("Co-Infection of HIV")
    assert find_lost(page.protocol.eligibility.eligibility_criteria) == ""


def test_no_sentence_of_the_real_records_is_lost(shared: Path) -> None:
    # Counted by eye in the records.
    expected = {
        "NCT00973089": (5, 3),
        "NCT01978912": (4, 6),
        "NCT02210780": (5, 8),
        "NCT03475563": (5, 7),
        "NCT03694327": (11, 2),
        "NCT04574193": (5, 2),
        "NCT05120609": (10, 9),
        "NCT06388018": (34, 10),
    }
    for file in sorted(shared.glob("v2/*.json")):
        record = read_record(file.read_bytes(), file.name)
        assert isinstance(record, Record)
        text = record.protocol.eligibility.eligibility_criteria
        split = split_criteria(text)
        assert find_lost(text) == ""
        assert (len(split.of(Kind.INCLUSION)), len(split.of(Kind.EXCLUSION))) == expected[record.nct_id]
        assert not split.of(Kind.UNDECIDED)


def test_the_same_sentence_has_the_same_hash_in_every_export(shared: Path, page: Record) -> None:
    export = read_record((shared / "nct04252118/NCT04252118_ictrp_2020-07-07.json").read_bytes(), "x")
    assert isinstance(export, Record)
    of_page, of_export = (
        [one.hash for one in split_criteria(record.protocol.eligibility.eligibility_criteria).criteria]
        for record in (page, export)
    )
    assert of_page == of_export
    earlier = read_record((shared / "nct04252118/NCT04252118_ictrp_2020-03-18.xml").read_bytes(), "x")
    assert isinstance(earlier, Record)
    of_earlier = [one.hash for one in split_criteria(earlier.protocol.eligibility.eligibility_criteria).criteria]
    # Only the second criterion was reworded between March and July 2020.
    assert [mine == theirs for mine, theirs in zip(of_page, of_earlier, strict=True)] == [True, False] + [True] * 6


@pytest.mark.parametrize(
    "heads",
    [
        ("Inclusion Criteria:", "Exclusion Criteria:"),
        ("INCLUSION CRITERIA", "EXCLUSION CRITERIA"),
        ("Key Inclusion Criteria:", "Key Exclusion Criteria:"),
        ("Inclusion:", "Exclusion:"),
        ("Main inclusion criteria", "Main exclusion criteria"),
        ("Subject Inclusion Criteria for Part A:", "Subject Exclusion Criteria for Part A:"),
        ("* Inclusion Criteria:", "* Exclusion Criteria:"),
        ("Criteria for Inclusion:", "Criteria for Exclusion:"),
        ("Patients will be included if:", "Patients will be excluded if:"),
        ("1. Inclusion criteria:", "2. Exclusion criteria:"),
    ],
)
def test_headers_of_real_records(heads: tuple[str, str]) -> None:
    text = f"{heads[0]}\n\n* Adults with asthma\n* Able to consent\n\n{heads[1]}\n\n* Pregnant women"
    split = split_criteria(text)
    assert [(one.id, one.text) for one in split.criteria] == [
        ("I1", "Adults with asthma"),
        ("I2", "Able to consent"),
        ("E1", "Pregnant women"),
    ]
    assert find_lost(text) == ""


def test_headings_and_criteria_on_one_line() -> None:
    split = split_criteria("Inclusion Criteria: Adults. Exclusion Criteria: Pregnancy; smoking")
    assert [(one.kind, one.text) for one in split.criteria] == [
        (Kind.INCLUSION, "Adults."),
        (Kind.EXCLUSION, "Pregnancy; smoking"),
    ]


def test_nested_bullets_name_their_parent() -> None:
    split = split_criteria("Inclusion Criteria:\n\n* One of\n\n  * A\n  * B\n\n    * B1\n* C")
    assert [(one.id, one.parent, one.depth) for one in split.criteria] == [
        ("I1", "", 0),
        ("I2", "I1", 1),
        ("I3", "I1", 1),
        ("I4", "I3", 2),
        ("I5", "", 0),
    ]


def test_hard_wrapped_text_of_the_legacy_form() -> None:
    text = "Inclusion Criteria:\n\n  -  Positive test (i.e. not\n     part of it)\n\n  -  Age at least 18"
    assert [one.text for one in split_criteria(text).criteria] == [
        "Positive test (i.e. not part of it)",
        "Age at least 18",
    ]


def test_text_before_any_heading_is_undecided() -> None:
    split = split_criteria("Adults only\n\nExclusion Criteria:\n\n* Asthma")
    assert [(one.id, one.kind) for one in split.criteria] == [("U1", Kind.UNDECIDED), ("E1", Kind.EXCLUSION)]


def test_a_criterion_that_speaks_of_inclusion_is_no_heading() -> None:
    split = split_criteria("Inclusion Criteria:\n\n* Meets the inclusion criteria of the parent study\n* Adult")
    assert len(split.criteria) == 2


def test_hash_ignores_wraps_and_normal_form_only() -> None:
    assert compute_sentence_hash("caf\u00e9\n ok ") == compute_sentence_hash("cafe\u0301 ok")
    assert compute_sentence_hash("Age 18") != compute_sentence_hash("age 18")


_LINE = st.one_of(
    st.sampled_from(
        ["Inclusion Criteria:", "Exclusion Criteria", "", "* ", "1. a", "  - b", "Part A:", "wrapped", "*"]
    ),
    st.text(max_size=30),
)


@given(st.lists(_LINE, max_size=12).map("\n".join))
def test_nothing_is_ever_lost(text: str) -> None:
    assert find_lost(text) == ""
    split = split_criteria(text)
    assert all(criterion.text for criterion in split.criteria)
    ids = [criterion.id for criterion in split.criteria]
    assert len(set(ids)) == len(ids)
