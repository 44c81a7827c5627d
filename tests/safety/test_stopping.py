"""Stopping for toxicity: exact boundaries and characteristics, holds, windows, spacing, the board's decisions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.safety.events import (
    AdverseEvent,
    Assessment,
    Causality,
    Criterion,
    GradeChange,
    InfusionRelation,
    Outcome,
)
from trialwright.safety.stopping import (
    BoardDecision,
    Decision,
    RuleKind,
    StoppingPlan,
    Treated,
    check_infusion,
    compute_boundary,
    compute_plan_characteristics,
    compute_stopping_state,
    is_hold,
    is_toxicity,
)
from trialwright.statistics.stopping import (
    compute_bayes_boundary,
    compute_exceedance,
    compute_operating_characteristics,
    compute_pocock_boundary,
)

POCOCK = StoppingPlan(RuleKind.POCOCK, participants=10, rate=0.2)
BAYES = StoppingPlan(RuleKind.BAYES, participants=10, rate=0.3)
NOW = datetime(2020, 3, 20, 12, tzinfo=UTC)


def test_pocock_boundary_of_ten():
    """Ivanova, Qaqish & Schell 2005, K = 10, 20 %, 5 %: stop at 3 of 3–4, 4 of 5–6, 5 of 7–9, 6 of 10."""
    boundary = compute_boundary(POCOCK).tolist()
    assert boundary == [2, 3, 3, 3, 4, 4, 5, 5, 5, 6]
    assert boundary[0] > 1 and boundary[1] > 2, "one of one and two of two do not stop"


def test_bayes_boundary_of_ten():
    """P(rate > 0.30) > 0.90 under Beta(0.6, 1.4): stop at 2/2, 3/3–4, 4/5–7, 5/8–9, 6/10."""
    assert compute_boundary(BAYES).tolist() == [2, 2, 3, 3, 4, 4, 4, 5, 5, 6]
    assert [round(compute_exceedance(x, 10, 0.3), 4) for x in (0, 1, 3)] == [0.0065, 0.0633, 0.4661]


def test_the_two_rules_disagree_at_2_of_2_and_4_of_7():
    pocock, bayes = compute_boundary(POCOCK), compute_boundary(BAYES)
    assert [k + 1 for k in range(10) if pocock[k] != bayes[k]] == [2, 7]


def test_operating_characteristics_are_exact():
    """Stops with probability 0.042 at 20 %, 0.15 at 30 %, 0.33 at 40 %, 0.56 at 50 %."""
    found = compute_plan_characteristics(POCOCK, [0.2, 0.3, 0.4, 0.5])
    assert found.stop.round(3).tolist() == [0.042, 0.148, 0.332, 0.561]
    # By hand: 3 of 3 is 0.2³; 3 of 4 with the fourth a toxicity after 2 of 3 is 3 × 0.2² × 0.8 × 0.2.
    assert found.stop_at[0, :4] == pytest.approx([0, 0, 0.2**3, 3 * 0.2**2 * 0.8 * 0.2], abs=1e-15)
    assert np.all(found.toxicities == pytest.approx(found.participants * found.rates))


@pytest.mark.parametrize("plan", [POCOCK, BAYES])
def test_characteristics_agree_with_simulation(plan):
    rng = np.random.default_rng(20200212)
    boundary = compute_boundary(plan)
    rates = np.array([0.1, 0.2, 0.3, 0.5])
    exact = compute_plan_characteristics(plan, rates)
    for row, rate in enumerate(rates):
        counts = (rng.random((40_000, 10)) < rate).cumsum(axis=1)
        crossed = counts >= boundary
        stopped = crossed.any(axis=1)
        treated = np.where(stopped, crossed.argmax(axis=1) + 1, 10)
        se = np.sqrt(exact.stop[row] * (1 - exact.stop[row]) / 40_000)
        assert stopped.mean() == pytest.approx(exact.stop[row], abs=5 * se + 1e-9)
        assert treated.mean() == pytest.approx(exact.participants[row], abs=5 * treated.std() / 200 + 1e-9)


@pytest.mark.parametrize(("n", "rate", "error"), [(10, 0.2, 0.05), (25, 0.33, 0.05), (40, 0.1, 0.1), (1, 0.2, 0.05)])
def test_pocock_spends_no_more_than_its_error_and_the_next_level_would(n, rate, error):
    boundary = compute_pocock_boundary(n, rate, error)
    assert compute_operating_characteristics(boundary, rate).stop[0] <= error
    assert np.all(np.diff(boundary) >= 0)
    # The greatest pointwise level of the boundary; any boundary with a greater one spends too much.
    tails = {(k, x): sum_tail(k, x, rate) for k in range(1, n + 1) for x in range(1, k + 1)}
    used = max((p for (k, x), p in tails.items() if x >= boundary[k - 1]), default=0.0)
    greater = min((p for p in tails.values() if p > used + 1e-12 and p <= 1), default=None)
    if greater is not None:
        looser = [
            min((x for x in range(1, k + 1) if tails[k, x] <= greater + 1e-12), default=k + 1) for k in range(1, n + 1)
        ]
        assert compute_operating_characteristics(looser, rate).stop[0] > error


def sum_tail(k: int, x: int, rate: float) -> float:
    from math import comb

    return sum(comb(k, i) * rate**i * (1 - rate) ** (k - i) for i in range(x, k + 1))


@given(st.integers(1, 20), st.floats(0.05, 0.6), st.floats(0.5, 0.99))
def test_bayes_boundary_is_where_the_posterior_crosses(n, rate, certainty):
    boundary = compute_bayes_boundary(n, rate, certainty)
    for k in range(1, n + 1):
        stops = [x for x in range(k + 1) if compute_exceedance(x, k, rate) > certainty]
        assert stops == list(range(boundary[k - 1], k + 1))


def test_nonsense_is_an_error():
    for call in (
        lambda: compute_pocock_boundary(0, 0.2),
        lambda: compute_pocock_boundary(10, 1.0),
        lambda: compute_bayes_boundary(10, 0.3, 1.0),
        lambda: compute_exceedance(3, 2, 0.3),
        lambda: compute_exceedance(1, 2, 0.3, (0.0, 1.0)),
    ):
        with pytest.raises(ValueError, match=r"\d"):
            call()


SEVERE = AdverseEvent(
    "1", "hypoxaemia", grades=(GradeChange(3),), serious=False, assessments=(Assessment("MSC", Causality.POSSIBLE),)
)
UNRELATED = replace(SEVERE, assessments=(Assessment("MSC", Causality.NOT_RELATED, Causality.UNLIKELY),))


def test_what_counts_as_toxicity():
    assert is_toxicity(SEVERE, POCOCK)
    assert not is_toxicity(replace(SEVERE, grades=(GradeChange(2),)), POCOCK)
    assert not is_toxicity(UNRELATED, POCOCK)
    assert is_toxicity(replace(SEVERE, assessments=()), POCOCK), "what nobody has judged counts"
    sponsor = replace(SEVERE, assessments=(Assessment("MSC", Causality.NOT_RELATED, Causality.POSSIBLE),))
    assert is_toxicity(sponsor, POCOCK), "the worse of the two judgements counts"
    assert is_toxicity(replace(SEVERE, grades=(GradeChange(3), GradeChange(1))), POCOCK), "the worst grade counts"
    soon = replace(UNRELATED, serious=True, infusion=InfusionRelation(1, 24 * 60))
    assert is_toxicity(soon, POCOCK), "a serious event within 24 hours of an infusion counts whatever its cause"
    assert not is_toxicity(replace(soon, infusion=InfusionRelation(1, 24 * 60 + 1)), POCOCK)
    assert is_toxicity(replace(soon, infusion=InfusionRelation(1)), POCOCK)
    assert not is_toxicity(replace(soon, infusion=None), POCOCK)


@pytest.mark.parametrize(
    "grave",
    [
        {"criteria": frozenset({Criterion.LIFE_THREATENING})},
        {"criteria": frozenset({Criterion.DEATH})},
        {"outcome": Outcome.FATAL},
        {"grades": (GradeChange(5),)},
    ],
)
def test_one_related_death_holds_at_once(grave):
    event = replace(SEVERE, **grave)
    assert is_hold(event, POCOCK) and not is_hold(replace(UNRELATED, **grave), POCOCK)
    state = compute_stopping_state(POCOCK, [person(1, event)], NOW)
    assert [flag.key for flag in state.open_flags] == ["hold:P1:1"]
    assert [reason.code for reason in check_infusion(state, NOW, False)] == ["stopping-flag"]


def person(number: int, *events: AdverseEvent, hours_ago: float = 500.0) -> Treated:
    return Treated(f"P{number}", (NOW - timedelta(hours=hours_ago),), events)


def test_third_toxicity_of_four_raises_the_flag_and_the_board_lifts_it():
    four = [person(1, SEVERE), person(2, SEVERE), person(3), person(4)]
    quiet = compute_stopping_state(POCOCK, four, NOW)
    assert (quiet.toxic, quiet.evaluated, quiet.stop_at, quiet.flags) == (2, 4, 3, ())
    assert check_infusion(quiet, NOW, True) == []
    four[2] = person(3, SEVERE)
    flagged = compute_stopping_state(POCOCK, four, NOW)
    assert [flag.key for flag in flagged.open_flags] == ["boundary:3"]
    assert flagged.open_flags[0].events == (("P1", "1"), ("P2", "1"), ("P3", "1"))
    assert "3 of 4" in check_infusion(flagged, NOW, False)[0].text
    lifted = compute_stopping_state(POCOCK, four, NOW, [BoardDecision("boundary:3", Decision.CONTINUE)])
    assert check_infusion(lifted, NOW, False) == [] and lifted.flags == flagged.flags
    again = compute_stopping_state(
        POCOCK, [*four, person(5, SEVERE)], NOW, [BoardDecision("boundary:3", Decision.CONTINUE)]
    )
    assert [flag.key for flag in again.open_flags] == ["boundary:4"]
    stopped = compute_stopping_state(POCOCK, four, NOW, [BoardDecision("boundary:3", Decision.STOP)])
    assert [reason.code for reason in check_infusion(stopped, NOW, False)] == ["stopped"]


def test_bayesian_rule_stops_at_two_of_two():
    two = [person(1, SEVERE), person(2, SEVERE)]
    assert compute_stopping_state(POCOCK, two, NOW).flags == ()
    state = compute_stopping_state(BAYES, two, NOW)
    assert [flag.key for flag in state.flags] == ["boundary:2"]
    assert state.exceedance == pytest.approx(0.9, abs=0.05) and state.exceedance > 0.9


def test_participants_in_their_window_are_not_evaluable_yet():
    """A toxicity counts at once; without one a participant counts when the window after the latest infusion is over."""
    state = compute_stopping_state(POCOCK, [person(1, hours_ago=23.9), person(2, hours_ago=24), person(3)], NOW)
    assert (state.treated, state.evaluated, state.pending) == (3, 2, ("P1",))
    again = Treated("P4", (NOW - timedelta(hours=300), NOW - timedelta(hours=1)))
    assert compute_stopping_state(POCOCK, [again], NOW).pending == ("P4",)
    toxic = compute_stopping_state(POCOCK, [person(1, SEVERE, hours_ago=1)], NOW)
    assert (toxic.evaluated, toxic.toxic, toxic.pending) == (1, 1, ())


def test_pending_participants_do_not_dilute_the_rule():
    """Three toxicities and five in their window are three of three, not three of eight."""
    treated = [person(n, SEVERE) for n in (1, 2, 3)] + [person(n, hours_ago=2) for n in (4, 5, 6, 7, 8)]
    state = compute_stopping_state(POCOCK, treated, NOW)
    assert (state.evaluated, state.stop_at) == (3, 3) and state.open_flags


def test_sentinels_are_spaced():
    plan = replace(POCOCK, sentinels=2, sentinel_hours=72)
    assert compute_stopping_state(plan, [], NOW).next_start is None
    one = compute_stopping_state(plan, [person(1, hours_ago=71)], NOW)
    assert [reason.code for reason in check_infusion(one, NOW, True)] == ["sentinel"]
    assert check_infusion(one, NOW, False) == [] == check_infusion(one, NOW + timedelta(hours=1), True)
    two = compute_stopping_state(plan, [person(1, hours_ago=200), person(2, hours_ago=10)], NOW)
    assert two.next_start == NOW + timedelta(hours=62)
    three = compute_stopping_state(plan, [person(n, hours_ago=10) for n in (1, 2, 3)], NOW)
    assert three.next_start is None


def test_more_participants_than_planned_use_the_last_limit():
    treated = [person(n, *([SEVERE] if n <= 5 else [])) for n in range(1, 13)]
    state = compute_stopping_state(POCOCK, treated, NOW)
    assert (state.evaluated, state.stop_at, state.flags) == (12, 6, ())


@given(st.lists(st.booleans(), max_size=12), st.integers(0, 11))
def test_one_more_toxicity_never_lowers_a_flag(toxic, place):
    treated = [person(n, *([SEVERE] if bad else [])) for n, bad in enumerate(toxic)]
    before = compute_stopping_state(POCOCK, treated, NOW)
    if place < len(toxic):
        treated[place] = person(place, SEVERE)
        assert len(compute_stopping_state(POCOCK, treated, NOW).flags) >= len(before.flags)
