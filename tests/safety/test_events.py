"""The adverse event record: what is odd about it, where it stands in time, the worse of two judgements."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.safety.emergence import Emergence, EventContext, Period, compute_emergence
from trialwright.safety.event_checks import check_adverse_event, check_event_change
from trialwright.safety.events import (
    AdverseEvent,
    Assessment,
    Causality,
    Criterion,
    Expectedness,
    GradeChange,
    InfusionRelation,
    LinkedValue,
    Outcome,
    compute_causality,
    is_related,
    merge_events,
)
from trialwright.vocabulary.findings import Severity
from trialwright.vocabulary.partial_dates import PartialDate


def day(text: str) -> PartialDate:
    return PartialDate.parse(text)


CONTEXT = EventContext(
    consent=date(2020, 2, 10),
    first_treatment=date(2020, 2, 12),
    last_treatment=date(2020, 2, 18),
    infusions=3,
    products=("MSC",),
    as_of=date(2020, 3, 1),
)
# Table 2 of Meng et al. 2020 (Signal Transduct Target Ther 5:172) as records: T1, T4 and T6.
FLUSHING = AdverseEvent(
    "1",
    "facial flushing",
    term="Flushing",
    code="10016825",
    version="4.03",
    onset=day("2020-02-12"),
    end=day("2020-02-13"),
    ongoing=False,
    grades=(GradeChange(1),),
    serious=False,
    assessments=(Assessment("MSC", Causality.PROBABLE, Causality.POSSIBLE),),
    outcome=Outcome.RECOVERED,
    infusion=InfusionRelation(1, 240),
)
FEVER = replace(
    FLUSHING,
    id="2",
    verbatim="fever",
    term="Fever",
    code="10016558",
    infusion=InfusionRelation(3, 120),
    onset=day("2020-02-18"),
    end=day("2020-02-18"),
)
HYPOXIA = replace(
    FLUSHING,
    id="3",
    verbatim="severe hypoxaemia",
    term="Hypoxia",
    code="10021143",
    grades=(GradeChange(3),),
    serious=True,
    criteria=frozenset({Criterion.LIFE_THREATENING}),
    assessments=(Assessment("MSC", Causality.NOT_RELATED, Causality.NOT_RELATED),),
)


def codes(event: AdverseEvent, *others: AdverseEvent, context: EventContext = CONTEXT) -> set[str]:
    return {finding.code for finding in check_adverse_event(event, others, context)}


def test_published_events_are_in_order():
    for event in (FLUSHING, FEVER, HYPOXIA):
        assert codes(event, FLUSHING, FEVER, HYPOXIA) == set()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"term": ""}, "ae-not-coded"),
        ({"version": "3.0"}, "ae-version"),
        ({"term": "Flushed"}, "ae-unknown-term"),
        ({"code": "10016558"}, "ae-code"),
        ({"grades": (GradeChange(5),)}, "ae-grade-not-in-term"),
        ({"grades": ()}, "ae-no-grade"),
        ({"grades": (GradeChange(0),)}, "ae-grade-range"),
        ({"grades": (GradeChange(1), GradeChange(2))}, "ae-grade-undated"),
        ({"grades": (GradeChange(1, day("2020-02-13")), GradeChange(2, day("2020-02-12")))}, "ae-grade-order"),
        ({"linked": (LinkedValue("D3.vital_signs.temperature", 39.2, "Cel", 2),)}, "ae-below-proposed"),
        ({"onset": None}, "ae-no-onset"),
        ({"end": day("2020-02-11")}, "ae-end-before-onset"),
        ({"end": day("2020-01")}, "ae-end-before-onset"),
        ({"ongoing": True}, "ae-ended-and-ongoing"),
        ({"end": None}, "ae-recovered-without-end"),
        ({"end": day("2020-03-02")}, "ae-in-future"),
        ({"serious": None}, "ae-seriousness-open"),
        ({"serious": True}, "ae-serious-without-criterion"),
        ({"criteria": frozenset({Criterion.DISABILITY})}, "ae-criterion-not-serious"),
        ({"assessments": ()}, "ae-causality-open"),
        ({"assessments": (Assessment("MSC", None, Causality.POSSIBLE),)}, "ae-causality-open"),
        ({"serious": True, "criteria": frozenset({Criterion.HOSPITALISATION})}, "ae-expectedness-open"),
        ({"infusion": InfusionRelation(4)}, "ae-infusion"),
        ({"onset": day("2020-02-09")}, "ae-before-consent"),
        ({"onset": day("2020-02")}, "ae-emergence-open"),
    ],
)
def test_each_check_fires_and_only_warns(change, code):
    event = replace(FLUSHING, **change)
    found = check_adverse_event(event, (), CONTEXT)
    assert code in {finding.code for finding in found}
    assert code not in codes(FLUSHING)
    assert all(finding.severity is not Severity.ERROR and finding.message for finding in found)
    assert all(finding.place.path.startswith("adverse_event[1].") for finding in found)


def test_other_specify_needs_words():
    other = replace(FLUSHING, term="Vascular disorders - Other, specify", code="10047065", verbatim=" ")
    assert "ae-other-specify" in codes(other)
    assert "ae-other-specify" not in codes(replace(other, verbatim="livedo"))


def test_last_resort_terms():
    found = codes(replace(FLUSHING, term="Death NOS", code="10011914", grades=(GradeChange(5),)))
    assert "ae-last-resort" in found


@pytest.mark.parametrize("fatal", [{"grades": (GradeChange(5),)}, {"outcome": Outcome.FATAL}])
def test_fatal_event_without_a_death_form(fatal):
    """A fatal event needs the death form, the criterion and, where the term has one, grade 5."""
    event = replace(HYPOXIA, **fatal)
    assert {"ae-fatal-without-death", "ae-fatal-not-serious"} <= codes(event)
    dead = replace(CONTEXT, death=day("2020-02-14"))
    complete = replace(
        event,
        criteria=frozenset({Criterion.DEATH}),
        grades=(GradeChange(5),),
        outcome=Outcome.FATAL,
        end=day("2020-02-14"),
    )
    assert codes(complete, context=dead) == set()
    assert "ae-fatal-grade" in codes(replace(complete, grades=(GradeChange(4),)), context=dead)
    # Flushing has no grade 5: its highest grade is kept.
    flushing = replace(complete, term="Flushing", code="10016825", grades=(GradeChange(3),))
    assert "ae-fatal-grade" not in codes(flushing, context=dead)
    assert "ae-fatal-outcome" in codes(replace(complete, outcome=Outcome.RECOVERED), context=dead)


def test_after_death():
    dead = replace(CONTEXT, death=day("2020-02-13"))
    assert "ae-after-death" not in codes(FLUSHING, context=dead)
    assert "ae-after-death" in codes(replace(FLUSHING, end=day("2020-02-14")), context=dead)
    assert "ae-after-death" not in codes(FLUSHING, context=replace(CONTEXT, death=day("2020-02")))
    assert "ae-ongoing-after-death" in codes(replace(FLUSHING, end=None, ongoing=True), context=dead)
    at_death = replace(FLUSHING, end=None, ongoing=True, outcome=Outcome.NOT_RECOVERED)
    assert "ae-ongoing-after-death" not in codes(at_death, context=dead), "it was ongoing when the participant died"


def test_overlap_of_the_same_term():
    again = replace(FLUSHING, id="9", onset=day("2020-02-13"), end=day("2020-02-20"))
    assert "ae-overlap" in codes(FLUSHING, again) and "ae-overlap" in codes(again, FLUSHING)
    assert "ae-overlap" not in codes(FLUSHING, replace(again, term="Fever"))
    assert codes(FLUSHING, replace(again, onset=day("2020-02-14"))) == set()
    assert "ae-may-overlap" in codes(FLUSHING, replace(again, onset=day("2020-02")))
    assert codes(FLUSHING, FLUSHING) == set()
    going_on = replace(FLUSHING, id="8", onset=day("2020-02-11"), end=None, ongoing=True, outcome=None)
    assert "ae-overlap" in codes(FLUSHING, going_on)
    other = replace(FLUSHING, term="Vascular disorders - Other, specify", code="10047065", verbatim="livedo")
    assert codes(other, replace(other, id="7", verbatim="pallor")) == set()
    assert "ae-overlap" in codes(other, replace(other, id="7", verbatim="Livedo "))


def test_merging_keeps_the_worse_and_the_longer():
    again = replace(
        FLUSHING,
        id="9",
        onset=day("2020-02-13"),
        end=day("2020-02-20"),
        grades=(GradeChange(2),),
        criteria=frozenset({Criterion.HOSPITALISATION}),
        assessments=(Assessment("MSC", Causality.UNLIKELY, Causality.DEFINITE), Assessment("infusion", procedure=True)),
    )
    merged = merge_events(FLUSHING, [again])
    assert (merged.id, str(merged.onset), str(merged.end)) == ("1", "2020-02-12", "2020-02-20")
    assert merged.grades == (GradeChange(1, day("2020-02-12")), GradeChange(2, day("2020-02-13")))
    assert merged.serious and merged.criteria == {Criterion.HOSPITALISATION}
    judged = {one.product: one for one in merged.assessments}
    assert judged["MSC"] == Assessment("MSC", Causality.PROBABLE, Causality.DEFINITE)
    assert set(judged) == {"MSC", "infusion"}
    assert merge_events(FLUSHING, [replace(again, end=None, ongoing=True)]).end is None
    assert not [f for f in check_adverse_event(merged, [], CONTEXT) if f.code.startswith("ae-grade")]


def test_grade_up_needs_a_new_row():
    raised = replace(FLUSHING, grades=(GradeChange(2),))
    assert [finding.code for finding in check_event_change(FLUSHING, raised)] == ["ae-grade-overwritten"]
    assert [f.code for f in check_event_change(FLUSHING, replace(FLUSHING, grades=()))] == ["ae-grade-overwritten"]
    grown = replace(FLUSHING, grades=(*FLUSHING.grades, GradeChange(2, day("2020-02-13"))))
    assert check_event_change(FLUSHING, grown) == []
    assert (grown.grade, grown.worst_grade) == (2, 2)


def test_severity_is_not_seriousness():
    assert "ae-grade-4-not-serious" in codes(
        replace(HYPOXIA, grades=(GradeChange(4),), serious=False, criteria=frozenset())
    )
    assert not FLUSHING.is_serious and replace(FLUSHING, serious=None, criteria=HYPOXIA.criteria).is_serious


@pytest.mark.parametrize(
    ("onset", "period", "certain"),
    [
        ("2020-02-09", Period.HISTORY, True),
        ("2020-02-10", Period.BEFORE_TREATMENT, True),
        ("2020-02-11", Period.BEFORE_TREATMENT, True),
        ("2020-02-12", Period.EMERGENT, True),
        ("2020-03-19", Period.EMERGENT, True),
        ("2020-03-20", Period.AFTER_WINDOW, True),
        ("2020-01", Period.HISTORY, True),
        ("2020-02", Period.EMERGENT, False),
        ("2020-03", Period.EMERGENT, False),
        ("2020", Period.EMERGENT, False),
        ("2019", Period.HISTORY, True),
    ],
)
def test_period_of_an_onset(onset, period, certain):
    context = replace(CONTEXT, emergent_days=30)
    event = replace(FLUSHING, onset=day(onset), end=None)
    assert compute_emergence(event, context) == Emergence(period, certain)


def test_what_ended_before_treatment_cannot_be_emergent():
    event = replace(FLUSHING, onset=day("2020-02"), end=day("2020-02-11"))
    assert compute_emergence(event, CONTEXT) == Emergence(Period.BEFORE_TREATMENT, certain=False)
    assert compute_emergence(replace(FLUSHING, onset=None, end=None), CONTEXT) == Emergence(Period.EMERGENT, False)


def test_worsening_after_treatment_is_emergent():
    """Grade 1 from before the infusion that rises to grade 3 after it is treatment-emergent; a fall is not."""
    worse = replace(
        FLUSHING, onset=day("2020-02-10"), end=None, grades=(GradeChange(1), GradeChange(3, day("2020-02-14")))
    )
    assert compute_emergence(worse, CONTEXT) == Emergence(Period.EMERGENT)
    better = replace(worse, grades=(GradeChange(3), GradeChange(1, day("2020-02-14"))))
    assert compute_emergence(better, CONTEXT) == Emergence(Period.BEFORE_TREATMENT)
    history = replace(worse, onset=day("2019"), baseline_grade=1, grades=(GradeChange(2, day("2020-02-13")),))
    assert compute_emergence(history, CONTEXT).is_emergent
    assert not compute_emergence(replace(history, baseline_grade=2), CONTEXT).is_emergent


def test_without_treatment_nothing_is_emergent():
    context = replace(CONTEXT, first_treatment=None, last_treatment=None)
    assert compute_emergence(FLUSHING, context) == Emergence(Period.BEFORE_TREATMENT)


def test_the_worse_of_investigator_and_sponsor():
    assert compute_causality(FLUSHING) is Causality.PROBABLE
    sponsor_worse = replace(FLUSHING, assessments=(Assessment("MSC", Causality.NOT_RELATED, Causality.DEFINITE),))
    assert compute_causality(sponsor_worse) is Causality.DEFINITE and is_related(sponsor_worse)
    assert is_related(HYPOXIA) is False
    assert is_related(replace(FLUSHING, assessments=())) is None
    assert is_related(replace(FLUSHING, assessments=(Assessment("MSC", Causality.UNLIKELY),))) is False
    assert is_related(FLUSHING, Causality.DEFINITE) is False
    assert is_related(FLUSHING, product="infusion") is None


def test_expectedness_of_a_related_serious_event():
    serious = replace(HYPOXIA, assessments=(Assessment("MSC", Causality.POSSIBLE),))
    assert "ae-expectedness-open" in codes(serious)
    assert "ae-expectedness-open" not in codes(replace(serious, expectedness=Expectedness.UNEXPECTED))


days = st.integers(0, 60).map(lambda n: date(2020, 1, 20) + timedelta(days=n))


@given(days, st.none() | days, st.sampled_from(["day", "month", "year"]))
def test_a_partial_date_never_hides_an_emergent_event(onset, end, precision):
    """If an event is emergent by its full date, it is emergent by any blurred version of that date."""
    blurred = PartialDate(
        onset.year, *{"day": (onset.month, onset.day), "month": (onset.month,), "year": ()}[precision]
    )
    last = PartialDate(end.year, end.month, end.day) if end and end >= onset else None
    full = replace(FLUSHING, onset=PartialDate(onset.year, onset.month, onset.day), end=last)
    if compute_emergence(full, CONTEXT).is_emergent:
        assert compute_emergence(replace(full, onset=blurred), CONTEXT).is_emergent
    assert compute_emergence(full, CONTEXT).certain
