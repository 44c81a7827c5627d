"""Events that graded values propose, until somebody judges them."""

from dataclasses import replace

import pytest

from trialwright.safety.events import AdverseEvent, GradeChange
from trialwright.safety.proposals import GradedValue, Review, Verdict, Why, compute_proposals
from trialwright.vocabulary.partial_dates import PartialDate


def day(text: str) -> PartialDate:
    return PartialDate.parse(text)


ALT = "Alanine aminotransferase increased"
SIX_TIMES = GradedValue("D3.chemistry.alt", day("2020-02-15"), 240.0, "U/L", ALT, "10001551", "4.03", 3)
EVENT = AdverseEvent("7", "ALT up", term=ALT, onset=day("2020-02-14"), grades=(GradeChange(3),))


def test_unreviewed_value_stays_due():
    (proposal,) = compute_proposals([SIX_TIMES, replace(SIX_TIMES, path="D6.chemistry.alt", grade=0)])
    assert (proposal.graded, proposal.why, proposal.event) == (SIX_TIMES, Why.NEW, "")
    draft = proposal.draft("1")
    assert (draft.term, draft.grade, draft.onset, draft.linked[0].path) == (
        ALT,
        3,
        day("2020-02-15"),
        "D3.chemistry.alt",
    )
    assert draft.verbatim == "" and draft.serious is None


@pytest.mark.parametrize("verdict", Verdict)
def test_judged_value_is_done_until_it_is_corrected(verdict):
    review = Review(SIX_TIMES.path, 240.0, ALT, verdict, "dr-li", "known hepatitis", "7")
    assert compute_proposals([SIX_TIMES], reviews=[review]) == []
    assert len(compute_proposals([replace(SIX_TIMES, value=420.0)], reviews=[review])) == 1
    assert len(compute_proposals([replace(SIX_TIMES, path="D6.chemistry.alt")], reviews=[review])) == 1
    assert len(compute_proposals([replace(SIX_TIMES, term="Hypokalemia")], reviews=[review])) == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, None),
        ({"grades": (GradeChange(2),)}, (Why.WORSE, "7")),
        ({"grades": ()}, (Why.WORSE, "7")),
        ({"grades": (GradeChange(4), GradeChange(1, day("2020-02-14")))}, (Why.WORSE, "7")),
        ({"grades": (GradeChange(4), GradeChange(1, day("2020-02")))}, None),
        ({"grades": (GradeChange(1), GradeChange(3, day("2020-02-16")))}, (Why.WORSE, "7")),
        ({"end": day("2020-02-14")}, (Why.NEW, "")),
        ({"end": day("2020-02")}, None),
        ({"onset": day("2020-02-16")}, (Why.NEW, "")),
        ({"term": "Fever"}, (Why.NEW, "")),
    ],
)
def test_event_of_the_same_term_covers_the_value_or_is_made_worse(change, expected):
    found = compute_proposals([SIX_TIMES], [replace(EVENT, **change)])
    assert [(one.why, one.event) for one in found] == ([] if expected is None else [expected])


def test_only_what_is_worse_than_baseline_proposes():
    assert compute_proposals([SIX_TIMES], baseline={ALT: 3}) == []
    assert len(compute_proposals([SIX_TIMES], baseline={ALT: 2})) == 1


def test_gravest_first_then_by_day():
    mild = replace(SIX_TIMES, path="a", grade=1, on=day("2020-02-01"))
    later = replace(SIX_TIMES, path="b", on=day("2020-02-20"))
    found = compute_proposals([mild, later, SIX_TIMES])
    assert [one.graded.path for one in found] == [SIX_TIMES.path, "b", "a"]
    drafted = compute_proposals([SIX_TIMES, later], [found[0].draft("1")])
    assert drafted == [], "an event opened from the first value and still going on covers the second"
