"""The safety board's report of a rehearsal: open and closed part, both languages, exact intervals, accounts that balance."""

from dataclasses import replace
from functools import cache

import pytest

from tests.studies import load_definition
from trialwright.definition.simulation import EventBehaviour
from trialwright.report.display import Document, Facts, Figure, Listing, Table
from trialwright.report.safety_board import render_board_document, render_board_pdf
from trialwright.safety.board import BoardReport
from trialwright.safety.board_report import Cut, compute_board_report
from trialwright.simulate.memory import MemoryLedger
from trialwright.simulate.run import make_cast, run_cast

HARM = EventBehaviour(
    term="Hypoxia", verbatim="virtual harm", chance=0.6, arm="MSC", days=(1, 4), grades={"4": 1.0}, related=1.0, serious=1.0
)  # fmt: skip


@cache
def walked() -> tuple[MemoryLedger, BoardReport]:
    definition = load_definition()
    simulation = definition.simulation.model_copy(update={"events": (*definition.simulation.events, HARM)})
    definition = replace(definition, simulation=simulation)
    cast = make_cast(definition, 3)
    ledger = MemoryLedger(definition, cast.make_salt, cast.lists, cast.make_draw)
    run_cast(cast, ledger.perform)
    now = cast.begin.replace(year=cast.begin.year + 1)
    cut = Cut(now, ledger.ledger.position, "VIRTUAL")
    return ledger, compute_board_report(definition, ledger.study, ledger.subjects.values(), cut)


def read_all(document: Document) -> str:
    """Every text of a document."""
    found = [document.running, *(text for pair in document.front for text in pair)]
    for section in document.sections:
        found.append(section.title)
        for block in section.blocks:
            match block:
                case Table():
                    found += [block.title, *(column.head for column in block.columns)]
                    found += [text for line in block.lines for text in (line.stub, *(cell.text for cell in line.cells))]
                case Listing():
                    found += [block.title, *block.heads, *(text for line in block.lines for text in line)]
                case Facts():
                    found += [text for pair in block.pairs for text in pair]
                case Figure():
                    found += [block.title, block.svg]
    return "\n".join(found)


def test_the_open_part_names_no_group_and_no_participant() -> None:
    ledger, report = walked()
    for language in ("en", "zh"):
        told = read_all(render_board_document(report, language, closed=False))
        assert not {"MSC", "CONTROL"} & set(told.splitlines())
        assert not [code for code in ledger.subjects if code in told]
    assert any(code in read_all(render_board_document(report, "en", closed=True)) for code in ledger.subjects)


def test_counts_are_those_of_the_record() -> None:
    ledger, report = walked()
    counted, states = dict(report.open), ledger.subjects.values()
    assert counted["treated"] == 10 and counted["infusions"] == sum(len(one.doses) for one in states)
    assert counted["died"] == sum(one.died is not None for one in states)
    shares = {one.arm: dict(one.shares) for one in report.arms}
    assert shares["MSC"]["any"].of == 10 and shares["MSC"]["serious"].count > 0
    empty = next(share for one in shares.values() for share in one.values() if share.count == 0 and share.of == 10)
    assert (empty.low, round(empty.high, 3)) == (0, 0.308), "0 of 10 leaves 30.8 % possible (Clopper and Pearson 1934)"
    assert len(report.timelines) == 10 and len(report.windows) == 3
    assert all(lot.balanced and sum(count for _, count in lot.places) == lot.made for lot in report.lots)
    assert {line.participant for line in report.serious} <= set(ledger.subjects)


def test_the_rule_is_the_binding_one_with_its_exact_characteristics() -> None:
    """Boundary and probabilities of stopping for 10 patients, 20 %, 5 %: Ivanova, Qaqish, Schell 2005."""
    _, report = walked()
    assert report.rule is not None
    assert report.rule.boundary[2:] == (3, 3, 4, 4, 5, 5, 5, 6)
    stops = {rate: round(stop, 2) for rate, stop, _ in report.rule.characteristics}
    assert (stops[0.2], stops[0.3], stops[0.4], stops[0.5]) == (0.04, 0.15, 0.33, 0.56)
    assert report.rule.toxic > 0 and report.rule.flags and all(decision for _, decision in report.rule.flags)
    assert report.decisions


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_same_cut_gives_the_same_bytes(language: str) -> None:
    _, report = walked()
    moment = make_cast(load_definition(), 3).begin
    pdf = render_board_pdf(report, moment, language=language)
    assert pdf.startswith(b"%PDF-") and pdf == render_board_pdf(report, moment, language=language)
    assert len(render_board_pdf(report, moment, language=language, closed=False)) < len(pdf)
