"""Reporting clocks: 24 hours, 7 and 15 calendar days, zones, leap days, upgrades, downgrades and corrections.

The lengths are those of ICH E2A III.B (7 days, complete within 8 more; 15 days) and of protocols (24 hours).
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.safety.clocks import (
    Awareness,
    CaseHistory,
    Clock,
    ClockSetting,
    ClockState,
    Report,
    compute_clocks,
    compute_due,
)
from trialwright.safety.events import AdverseEvent, Assessment, Causality, Criterion, Expectedness, GradeChange
from trialwright.safety.regimes import Party, Trigger, load_regimes

SHANGHAI = ZoneInfo("Asia/Shanghai")
ICH, CHINA = load_regimes()["ICH"], load_regimes()["CN_GCP_2020"]

PLAIN = AdverseEvent("1", "chest pain", serious=False, assessments=(Assessment("MSC", Causality.POSSIBLE, None),))
SERIOUS = replace(PLAIN, serious=True, criteria=frozenset({Criterion.HOSPITALISATION}))
SUSAR = replace(SERIOUS, expectedness=Expectedness.UNEXPECTED)
FATAL = replace(SUSAR, criteria=frozenset({Criterion.DEATH}), grades=(GradeChange(5),))


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def site(text: str, event: AdverseEvent) -> Awareness:
    return Awareness(at(text), Party.SITE, event)


def sponsor(text: str, event: AdverseEvent, minimum: bool = True) -> Awareness:
    return Awareness(at(text), Party.SPONSOR, event, minimum)


def clocks(*known: Awareness, now: str = "2020-02-20 12:00", sent=(), regime=ICH, **case) -> dict[str, Clock]:
    reports = tuple(Report(rule, at(moment)) for rule, moment in sent)
    setting = ClockSetting(at(now), "Asia/Shanghai")
    return {clock.rule: clock for clock in compute_clocks(CaseHistory(known, reports, **case), regime, setting)}


def test_investigator_tells_the_sponsor_within_24_hours():
    found = clocks(site("2020-02-19 22:30", SERIOUS))
    assert set(found) == {"ICH.1"}
    clock = found["ICH.1"]
    assert (clock.start, clock.due) == (at("2020-02-19 22:30"), at("2020-02-20 22:30"))
    assert (clock.state, clock.reporter, clock.recipient) == (ClockState.RUNNING, "INVESTIGATOR", "SPONSOR")
    late = clocks(site("2020-02-19 22:30", SERIOUS), now="2020-02-20 22:31")["ICH.1"]
    assert late.state is ClockState.LATE
    in_time = clocks(site("2020-02-19 22:30", SERIOUS), sent=[("ICH.1", "2020-02-20 22:30")])["ICH.1"]
    assert (in_time.state, in_time.sent) == (ClockState.SENT, at("2020-02-20 22:30"))
    assert clocks(site("2020-02-19 22:30", SERIOUS), sent=[("ICH.1", "2020-02-20 22:31")])["ICH.1"].state == "SENT_LATE"


def test_nothing_runs_for_an_event_that_is_not_serious():
    assert clocks(site("2020-02-19 10:00", PLAIN), sponsor("2020-02-19 12:00", PLAIN)) == {}


def test_fatal_reaction_seven_days_and_eight_more():
    found = clocks(sponsor("2020-02-19 09:00", FATAL))
    assert {rule: clock.due for rule, clock in found.items()} == {
        "ICH.2": at("2020-02-26 23:59:59"),
        "ICH.3": at("2020-03-05 23:59:59"),
    }


def test_other_reaction_fifteen_days_over_a_leap_day():
    """Day 0 is 19 February 2020: day 15 is 5 March, as 2020 has a 29 February; in 2021 it is 6 March."""
    assert clocks(sponsor("2020-02-19 09:00", SUSAR))["ICH.4"].due == at("2020-03-05 23:59:59")
    assert clocks(sponsor("2021-02-19 09:00", SUSAR))["ICH.4"].due == at("2021-03-06 23:59:59")
    assert compute_due(at("2020-02-22 00:00"), 7, "d", "Asia/Shanghai") == at("2020-02-29 23:59:59")


def test_day_zero_is_the_local_day():
    """23:30 in London on the 19th is already the 20th in Shanghai; the recipient's calendar counts."""
    known = Awareness(at("2020-02-19 23:30", ZoneInfo("Europe/London")), Party.SPONSOR, FATAL)
    assert clocks(known)["ICH.2"].due == at("2020-02-27 23:59:59")
    setting = ClockSetting(at("2020-02-20 12:00"), "Europe/London")
    assert compute_clocks(CaseHistory((known,)), ICH, setting)[0].due.date() == date(2020, 2, 26)


def test_summer_time_changes_neither_hours_nor_days():
    """New York's clocks went forward at 02:00 on 8 March 2020: 24 hours are 24 hours, a day is a calendar day."""
    zone = ZoneInfo("America/New_York")
    start = at("2020-03-07 20:00", zone)
    due = compute_due(start, 24, "h", "America/New_York")
    assert due.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=24) and due.hour == 21
    assert compute_due(start, 7, "d", "America/New_York").isoformat() == "2020-03-14T23:59:59-04:00"


def test_sponsor_clock_waits_for_the_four_minimum_items():
    incomplete = sponsor("2020-02-10 09:00", SUSAR, minimum=False)
    assert clocks(incomplete) == {}
    assert clocks(incomplete, sponsor("2020-02-12 09:00", SUSAR))["ICH.4"].start == at("2020-02-12 09:00")


def test_expected_or_unrelated_events_start_no_sponsor_clock():
    unrelated = replace(SUSAR, assessments=(Assessment("MSC", Causality.UNLIKELY, Causality.NOT_RELATED),))
    for event in (unrelated, replace(SUSAR, expectedness=Expectedness.EXPECTED)):
        assert clocks(sponsor("2020-02-19 09:00", event)) == {}
    disagree = replace(SUSAR, assessments=(Assessment("MSC", Causality.NOT_RELATED, Causality.POSSIBLE),))
    assert "ICH.4" in clocks(sponsor("2020-02-19 09:00", disagree))


def test_what_nobody_has_judged_counts_as_the_worse_and_says_so():
    open_ = replace(SERIOUS, assessments=())
    clock = clocks(sponsor("2020-02-19 09:00", open_))["ICH.4"]
    assert clock.provisional and clock.state is ClockState.RUNNING
    judged = clocks(sponsor("2020-02-19 09:00", open_), sponsor("2020-02-21 09:00", SUSAR))["ICH.4"]
    assert (judged.start, judged.provisional) == (at("2020-02-19 09:00"), False)


def test_upgrade_to_serious_is_a_new_day_zero():
    found = clocks(site("2020-02-10 09:00", PLAIN), site("2020-02-18 09:00", SERIOUS))
    assert found["ICH.1"].start == at("2020-02-18 09:00")


def test_upgrade_to_fatal_starts_the_seven_days_and_leaves_the_fifteen_alone():
    found = clocks(sponsor("2020-02-10 09:00", SUSAR), sponsor("2020-02-18 09:00", FATAL))
    assert found["ICH.4"].due == at("2020-02-25 23:59:59")
    assert found["ICH.2"].due == at("2020-02-25 23:59:59") and found["ICH.2"].start == at("2020-02-18 09:00")
    assert found["ICH.3"].due == at("2020-03-04 23:59:59")


def test_downgrade_before_sending_ends_the_duty_and_after_sending_does_not():
    recovered = replace(SUSAR, serious=False, criteria=frozenset())
    known = (sponsor("2020-02-10 09:00", FATAL), sponsor("2020-02-12 09:00", recovered))
    dropped = clocks(*known)
    assert dropped["ICH.2"].state is ClockState.NOT_REQUIRED and "downgraded" in dropped["ICH.2"].reason
    sent = clocks(*known, sent=[("ICH.2", "2020-02-11 09:00")], now="2020-02-13 09:00")
    assert sent["ICH.2"].state is ClockState.SENT
    assert sent["ICH.3"].state is ClockState.RUNNING


def test_downgrade_from_fatal_leaves_fifteen_days_from_the_first_day_zero():
    found = clocks(sponsor("2020-02-10 09:00", FATAL), sponsor("2020-02-12 09:00", SUSAR))
    assert found["ICH.2"].state is ClockState.NOT_REQUIRED
    assert found["ICH.4"].due == at("2020-02-25 23:59:59")


def test_second_upgrade_is_a_new_day_zero():
    known = (("2020-02-01", SERIOUS), ("2020-02-05", PLAIN), ("2020-02-18", SERIOUS))
    found = clocks(*(site(f"{day} 09:00", event) for day, event in known), sent=[("ICH.1", "2020-02-01 10:00")])
    assert (found["ICH.1"].start, found["ICH.1"].state) == (at("2020-02-18 09:00"), ClockState.LATE)


def test_corrected_awareness_moves_the_clock():
    late = clocks(sponsor("2020-02-19 09:00", FATAL))["ICH.2"]
    corrected = clocks(sponsor("2020-02-17 09:00", FATAL))["ICH.2"]
    assert late.due - corrected.due == timedelta(days=2)


def test_exempt_endpoint_deaths():
    found = clocks(sponsor("2020-02-19 09:00", FATAL), regime=CHINA, exempt=True)
    assert found["CN.2"].state is ClockState.EXEMPT and found["CN.2"].reason
    assert found["CN.6"].state is ClockState.RUNNING


def test_new_information_after_a_report_has_its_own_clock():
    known = (sponsor("2020-02-01 09:00", SUSAR), sponsor("2020-02-10 09:00", replace(SUSAR, treatment="oxygen")))
    sent = [("CN.4", "2020-02-05 09:00")]
    follow_up = clocks(*known, sent=sent, regime=CHINA)["CN.5"]
    assert (follow_up.start, follow_up.due) == (at("2020-02-10 09:00"), at("2020-02-25 23:59:59"))
    assert follow_up.state is ClockState.RUNNING
    done = clocks(*known, sent=[*sent, ("CN.5", "2020-02-12 09:00")], regime=CHINA)["CN.5"]
    assert done.state is ClockState.SENT
    assert "CN.5" not in clocks(*known, regime=CHINA)
    assert "CN.5" not in clocks(known[0], sent=sent, regime=CHINA)


def test_death_asks_for_papers_without_a_number_of_days():
    clock = clocks(site("2020-02-19 09:00", FATAL), regime=CHINA)["CN.8"]
    assert (clock.due, clock.state) == (None, ClockState.OPEN)


def test_special_situations_by_protocol():
    """A pregnancy is told to the sponsor within 24 hours although it is no serious event."""
    pregnancy = replace(PLAIN, special_interest="PREGNANCY", assessments=())
    found = clocks(site("2020-02-19 22:30", pregnancy), regime=load_regimes()["PROTOCOL"])
    assert found["P.1"].due == at("2020-02-20 22:30") and not found["P.1"].provisional
    assert clocks(site("2020-02-19 22:30", SERIOUS), regime=load_regimes()["PROTOCOL"]) == {}


def test_two_regimes_are_two_sets_of_clocks():
    both = [rule for regime in (ICH, CHINA) for rule in clocks(sponsor("2020-02-19 09:00", SUSAR), regime=regime)]
    assert both == ["ICH.4", "CN.4", "CN.7"]


def test_times_need_a_zone():
    naive = Awareness(datetime(2020, 2, 19), Party.SITE, SERIOUS)  # noqa: DTZ001
    with pytest.raises(ValueError, match="no time zone"):
        compute_clocks(CaseHistory((naive,)), ICH, ClockSetting(at("2020-02-20 12:00"), "Asia/Shanghai"))


def test_every_rule_has_its_source_and_the_day_of_checking():
    for regime in load_regimes().values():
        assert len({rule.id for rule in regime.rules}) == len(regime.rules)
        for rule in regime.rules:
            assert rule.source and rule.checked_against and rule.checked_on >= date(2026, 1, 1)
            assert rule.unit in ("h", "d") and (rule.length is None or rule.length > 0)
            if rule.trigger is Trigger.COMPLETION:
                assert regime.rule(rule.after).trigger is Trigger.SUSAR_FATAL
    with pytest.raises(KeyError):
        ICH.rule("ICH.9")


@given(
    st.integers(946684800, 4102444800).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.sampled_from(["Asia/Shanghai", "Europe/London", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"]),
    st.integers(1, 15),
)
def test_a_clock_of_days_lasts_between_n_and_n_plus_one_days(moment, zone, days):
    """But for the hour that summer time takes or gives, and the day that Samoa skipped in 2011."""
    lasting = compute_due(moment, days, "d", zone) - moment
    slack = timedelta(hours=25) if zone == "Pacific/Apia" else timedelta(hours=1)
    assert (
        timedelta(days=days) - slack - timedelta(seconds=1) <= lasting < timedelta(days=days + 1) + timedelta(hours=1)
    )


@given(st.lists(st.sampled_from([PLAIN, SERIOUS, SUSAR, FATAL]), min_size=1, max_size=5))
def test_whatever_is_a_fatal_reaction_now_has_a_running_clock(events):
    known = [sponsor(f"2020-02-{10 + n} 09:00", event) for n, event in enumerate(events)]
    found = clocks(*known, now="2020-02-15 09:00")
    running = {rule for rule, clock in found.items() if clock.state is ClockState.RUNNING}
    assert ("ICH.2" in running) == (events[-1] is FATAL)
    if events[-1] is SUSAR:
        assert "ICH.4" in running


def test_a_term_whose_text_nobody_read_says_that_it_is_to_be_confirmed() -> None:
    told = {rule.id: rule.is_confirmed for regime in load_regimes().values() for rule in regime.rules}
    assert [one for one, is_confirmed in told.items() if not is_confirmed] == ["SC.1", "EU.1", "EU.2", "EU.3", "EU.4"]
    known = (Awareness(datetime(2020, 2, 1, tzinfo=UTC), Party.SITE, AdverseEvent("1", "x", serious=True)),)
    setting = ClockSetting(datetime(2020, 2, 1, tzinfo=UTC), "UTC")
    for regime, confirmed in (("EU_CTR", False), ("CN_GCP_2020", True)):
        clocks = compute_clocks(CaseHistory(known), load_regimes()[regime], setting)
        assert {one.confirmed for one in clocks} == {confirmed}
