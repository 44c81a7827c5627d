"""The section on the conduct of safety: what the dry run did for safety is there, and is shown."""

from dataclasses import replace
from datetime import datetime
from functools import cache

import pytest
from polars.testing import assert_frame_equal

from tests.report.test_rehearsal import rehearse
from trialwright.ledger.envelope import Envelope
from trialwright.report import conduct, render_report
from trialwright.report.conduct import render_conduct
from trialwright.report.display import Listing, Section, Table
from trialwright.report.view import fold_view
from trialwright.safety.board import BoardReport, DecisionLine
from trialwright.safety.board_report import Cut, compute_board_report
from trialwright.safety.measured import build_measured
from trialwright.safety.subject_values import build_measured_of
from trialwright.simulate.memory import MemoryLedger, walk_in_memory
from trialwright.snapshot import compute_row, fold_parts, list_begun, take_apart

STUDY = "nct04252118"


@cache
def remember(study: str) -> tuple[MemoryLedger, Cut]:
    """A dry run in memory, and the data cut at its end."""
    ledger, _ = walk_in_memory(rehearse(study)[0], 1)
    return ledger, Cut(datetime.fromisoformat(ledger.ledger.at), ledger.ledger.position, "VIRTUAL")


@cache
def walk(study: str) -> tuple[tuple[Envelope, ...], BoardReport]:
    """The entries of a dry run in memory, and what the safety board is shown at its end."""
    definition, (ledger, cut) = rehearse(study)[0], remember(study)
    return tuple(ledger.entries), compute_board_report(definition, ledger.study, ledger.subjects.values(), cut)


def show(study: str, made: BoardReport, language: str = "en", participants: bool = True) -> Section:
    """The section of a report."""
    section = render_conduct(fold_view(*rehearse(study), language, participants, made))
    assert section is not None
    return section


def find(section: Section, title: str) -> Table | Listing:
    """The table or listing with a title."""
    return next(one for one in section.blocks if isinstance(one, Table | Listing) and one.title == title)


def read(section: Section) -> str:
    """Every text of the tables and listings."""
    tables = [one for one in section.blocks if isinstance(one, Table)]
    listings = [one for one in section.blocks if isinstance(one, Listing)]
    cells = [cell.text for table in tables for line in table.lines for cell in line.cells]
    return "\n".join([*cells, *(text for one in listings for line in one.lines for text in line)])


def test_the_report_s_one_fold_of_the_ledger_says_what_the_participants_whole_states_say() -> None:
    """Forms as columns, only adverse events in the states: the board is shown the same, value by value."""
    definition, (ledger, cut) = rehearse(STUDY)[0], remember(STUDY)
    folded = fold_parts([take_apart(map(compute_row, ledger.entries))])
    measured = build_measured(definition, list_begun(folded.forms), folded.values)
    order = ("participant", "at", "path")
    whole = build_measured_of(definition, ledger.subjects.values())
    assert_frame_equal(measured.sort(order), whole.sort(order))
    assert measured.height > 1000
    made = compute_board_report(definition, ledger.study, folded.states.values(), cut, measured=measured)
    assert made == walk(STUDY)[1]
    short = replace(cut, position=1)
    unread = compute_board_report(definition, ledger.study, folded.states.values(), short, measured=measured.clear())
    assert dict(unread.work)["proposals.waiting"] == 0


def test_the_dry_run_does_what_safety_requires_and_the_report_shows_it():
    """Reports sent, proposals judged, a medication error, containers lost, returned and destroyed."""
    entries, made = walk(STUDY)
    acts = [one.act for one in entries]
    assert {"report_sent", "event_judged", "situation_reported", "lot_registered"} <= set(acts)
    work = {line.stub: line.cells[0].text for line in find(show(STUDY, made), "Reports and proposals").lines}
    assert int(work["Reports sent"]) == acts.count("report_sent") > 0
    assert int(work["Proposals judged"]) > 0
    situations = find(show(STUDY, made), "Pregnancies, overdoses, medication errors")
    assert isinstance(situations, Listing)
    assert len(situations.lines) == acts.count("situation_reported") > 0
    product = find(show(STUDY, made), "Account of every lot, in containers")
    assert isinstance(product, Listing)
    assert len(product.lines) == acts.count("lot_registered")
    assert {"Lost", "Returned", "Destroyed", "Given", "Thawed"} - set(product.heads) <= {"Thawed"}
    assert all(line[-1] == "yes" for line in product.lines)


def test_every_exercise_of_the_dry_run_is_in_the_section():
    """The flag with the board's decision, the dose held back, the wrong dose, the recall, what became of events."""
    entries, made = walk(STUDY)
    section = show(STUDY, made)

    def lines(title: str) -> tuple[tuple[str, ...], ...]:
        found = find(section, title)
        assert isinstance(found, Listing)
        return found.lines

    ((flag, raised, decided, by, decision, _),) = lines("Decisions of the board")
    assert (
        ", event " in flag and ":" not in flag and decision == "continue" and by == "safety-board" and raised < decided
    )
    faults = {line[2]: line for line in lines("Doses that were not as planned, or not given")}
    assert "Recalled lot" in faults and "held" not in faults["Recalled lot"][3]
    assert "Temperature of 39 C or more" in " ".join(
        line[3] for line in lines("Doses that were not as planned, or not given")
    )
    recalled = {line[0]: line for line in lines("Lots that were recalled")}
    assert len(recalled["LOT-MSC-B"][1].split(", ")) == 2, "the dose before the recall, and the one after it"
    situations = lines("Pregnancies, overdoses, medication errors")
    assert {line[1] for line in situations} >= {"partner's pregnancy", "overdose", "medication error"}
    assert "follow-up: the child is born" in {line[4] for line in situations}
    work = {line.stub: int(line.cells[0].text) for line in find(section, "Reports and proposals").lines}
    for stub in ("confirmed as an event", "not clinically significant", "there before consent",
                 "Events that became serious after they were first told", "Events that turned out not to be serious",
                 "Rows merged into another row of the same event", "Mergings that were undone"):  # fmt: skip
        assert work[stub] > 0, stub
    assert work["Mergings that were undone"] == [one.act for one in entries].count("events_separated")
    assert work["of them late"] == 0


def test_a_flag_stands_with_the_board_s_decision_and_its_reason():
    _, made = walk(STUDY)
    assert made.rule is not None
    flagged = replace(
        made,
        rule=replace(made.rule, flags=(("2 of 4 toxic", "STOP"),), stopped=True),
        decisions=(
            DecisionLine("boundary:2", "2020-02-01 09:00 UTC", "2020-02-02 09:00 UTC", "b", "STOP", "too many"),
        ),
    )
    flags = find(show(STUDY, flagged), "Flags and decisions")
    assert isinstance(flags, Listing)
    assert flags.lines == (("2 of 4 toxic", "stop"),)
    assert "too many" in read(show(STUDY, flagged))


def test_of_many_participants_the_first_lines_are_listed_and_the_others_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, made = walk(STUDY)
    many = replace(made, faults=made.faults[:1] * 300)
    monkeypatch.setattr(conduct, "MOST_DOSSIERS", 5)
    faults = find(show(STUDY, many), "Doses that were not as planned, or not given")
    assert isinstance(faults, Listing)
    assert (len(faults.lines), faults.dropped) == (200, 100)


def test_without_participants_nobody_is_named():
    _, made = walk(STUDY)
    who = made.situations[0].participant
    pending = replace(made, rule=replace(made.rule, pending=(who,)) if made.rule else None)
    assert who in read(show(STUDY, pending))
    shown = repr(show(STUDY, pending, participants=False))
    assert who not in shown
    assert "medication error" in shown


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_section_is_in_the_html_and_only_with_the_board_s_report(language: str):
    definition, bundle = rehearse(STUDY)
    _, made = walk(STUDY)
    assert 'id="conduct"' in render_report(definition, bundle, language=language, conduct=made)
    assert 'id="conduct"' not in render_report(definition, bundle, language=language)


def test_a_study_without_a_product_and_a_rule_has_no_empty_tables():
    section = show("nct03694327", walk("nct03694327")[1])
    assert find(section, "Reports and proposals")
    assert not [one for one in section.blocks if isinstance(one, Listing) and "lot" in one.title]
