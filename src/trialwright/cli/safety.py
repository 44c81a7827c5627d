"""``trialwright safety``: reporting clocks, recall, a case as CIOMS I or E2B(R3), from a ledger."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from django.db import connection
from rich.markup import escape

from trialwright.cli.output import STUDY, fail, make_console, print_findings, print_json, require_study
from trialwright.cli.report import end_of_day, match_ledger
from trialwright.cli.workspace import OUT, connect
from trialwright.definition.compiled import Definition
from trialwright.ledger.study import StudyState
from trialwright.ledger.subject import SubjectState
from trialwright.report.safety_board import render_board_pdf
from trialwright.report.safety_cioms import render_cioms_pdf
from trialwright.safety.board_report import Cut, compute_board_report
from trialwright.safety.case import SafetyCase, check_case
from trialwright.safety.clock_overview import RunningClock, compute_clock_overview
from trialwright.safety.clocks import ClockState
from trialwright.safety.e2b import Transmission, render_e2b
from trialwright.safety.recall import Recall, compute_recall_of_lot, compute_recall_of_participant
from trialwright.safety.subject_case import Reporting, compute_case
from trialwright.service.study_state import read_study_state, read_subject_states
from trialwright.store.read import position_at, read_entry, read_study
from trialwright.vocabulary.codelists import Purpose
from trialwright.vocabulary.findings import Severity

_STYLES = {ClockState.LATE: "bold red", ClockState.RUNNING: "yellow", ClockState.OPEN: "cyan"}
_out = click.option("--out", type=OUT, default=Path("demo"), show_default=True, help="Folder of the ledger.")
_on = click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="As it was known and as it stood at the end of this day (UTC). Else now; in a VIRTUAL ledger its last moment.",
)
_json = click.option("--json", "as_json", is_flag=True, help="Print for a machine.")


@dataclass(frozen=True, slots=True)
class Standing:
    """The ledger at a moment: the definition, the study, the participants by code, and the moment of asking."""

    definition: Definition
    study: StudyState
    subjects: Mapping[str, SubjectState]
    now: datetime
    purpose: str
    position: int


@click.group()
def safety() -> None:
    """Reporting clocks, recall, reports of single cases, the safety board's report."""


def load_standing(study: Path, out: Path, on: datetime | None) -> Standing:
    """The ledger in ``out`` as it was at the end of a day, or is."""
    connect(out)
    definition = match_ledger(require_study(study))
    upto = position_at(connection, end_of_day(on)) if on else None
    head = read_study(connection)
    assert head is not None
    state = read_study_state(connection, upto)
    purpose = state.opened.purpose if state.opened else ""
    position = head.position if upto is None else upto
    return Standing(
        definition, state, read_subject_states(connection, upto), _find_now(on, purpose, position), purpose, position
    )


def _find_now(on: datetime | None, purpose: str, position: int) -> datetime:
    if on is not None:
        return end_of_day(on)
    last = read_entry(connection, position)
    if purpose == Purpose.VIRTUAL and last is not None:
        return datetime.fromisoformat(last.at).astimezone(UTC)
    return datetime.now(UTC)


@safety.command()
@click.argument("study", type=STUDY)
@_out
@_on
@click.option("--all", "everything", is_flag=True, help="Also what was sent, exempt, or is no longer required.")
@_json
def clocks(study: Path, out: Path, on: datetime | None, everything: bool, as_json: bool) -> None:
    """List the reporting clocks: who must tell whom of which event by when. Exit 1 when one is late."""
    standing = load_standing(study, out, on)
    found = compute_clock_overview(standing.definition, standing.subjects.values(), standing.now)
    shown = [one for one in found if everything or one.is_due]
    if as_json:
        print_json({"as_of": standing.now.isoformat(), "clocks": [_plain_clock(one) for one in shown]})
    else:
        _print_clocks(shown, found, standing.now)
    if any(one.clock.state is ClockState.LATE for one in found):
        raise SystemExit(1)


def _plain_clock(one: RunningClock) -> dict[str, Any]:
    clock = one.clock
    return {
        "participant": one.participant, "site": one.site, "event": one.event, "situation": one.situation,
        "label": one.label, "regime": one.regime, "rule": clock.rule, "trigger": clock.trigger.value,
        "reporter": clock.reporter, "recipient": clock.recipient, "day_0": clock.start.isoformat(),
        "due": clock.due.isoformat() if clock.due else None, "state": clock.state.value,
        "sent": clock.sent.isoformat() if clock.sent else None, "provisional": clock.provisional,
        "reason": clock.reason, "source": clock.source, "confirmed": clock.confirmed,
    }  # fmt: skip


def _print_clocks(shown: list[RunningClock], found: tuple[RunningClock, ...], now: datetime) -> None:
    console = make_console()
    for one in shown:
        clock = one.clock
        due = clock.due.strftime("%Y-%m-%d %H:%M") if clock.due else "no number of days"
        unsure = " (provisional: not judged yet)" if clock.provisional else ""
        unsure += "" if clock.confirmed else " (term to be confirmed at set-up)"
        case = f"{one.participant} event {one.event}" if one.event else f"{one.participant} situation {one.situation}"
        text = (
            f"{clock.state.value:<12} {due:<17} {clock.rule:<5} {clock.reporter.lower()} to "
            f"{clock.recipient.lower().replace('_', ' ')}: {case}, {one.label}{unsure}"
        )
        console.print(text, style=_STYLES.get(clock.state), markup=False)
    late = sum(one.clock.state is ClockState.LATE for one in found)
    due_ = sum(one.is_due for one in found)
    console.print(f"{len(found)} clocks at {now:%Y-%m-%d %H:%M} UTC: {due_} to be answered, {late} of them late")


@safety.command()
@click.argument("study", type=STUDY)
@click.argument("name")
@_out
@_on
@_json
def recall(study: Path, name: str, out: Path, on: datetime | None, as_json: bool) -> None:
    """From a lot to every participant, or from a participant to every lot: NAME is either."""
    standing = load_standing(study, out, on)
    product, subjects = standing.study.product, standing.subjects
    if name in subjects:
        found = compute_recall_of_participant(product, subjects.values(), name)
    else:
        found = compute_recall_of_lot(product, subjects.values(), name)
        if name not in product.lots and not found.given:
            fail(f"neither a participant nor a lot: {name}")
    if as_json:
        print_json({**asdict(found), "participants": list(found.participants)})
    else:
        _print_recall(found, by_participant=name in subjects)


def _print_recall(found: Recall, *, by_participant: bool) -> None:
    console = make_console()
    for lot, status in found.lots:
        console.print(f"lot {lot}: {status.lower() or 'not registered'}", markup=False)
    for one in found.given:
        text = f"given   {one.started_at.replace('T', ' ')}  {one.participant}  {one.encounter or '(not planned)'}"
        console.print(f"{text}  infusion {one.number}  {one.amount} {one.unit}  lot {one.lot}", markup=False)
    for participant, encounter, lot in found.waiting:
        console.print(f"waiting {participant} {encounter} lot {lot}: prepared, not given", style="bold red")
    for stock in found.stock:
        where = f"site {stock.site}" if stock.site else "the maker"
        console.print(f"stock   {stock.containers} at {where}, {stock.place.lower()}, lot {stock.lot}", markup=False)
    if not by_participant:
        console.print(
            f"{len(found.participants)} participants: {', '.join(found.participants) or 'nobody'}", markup=False
        )


@safety.command()
@click.argument("study", type=STUDY)
@click.argument("participant")
@click.argument("event", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_out
@_on
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Of the CIOMS form.")
@click.option("--receiver", default="RECEIVER", show_default=True, help="Who receives the E2B message, by its id.")
def case(
    study: Path,
    participant: str,
    event: int,
    file: Path,
    out: Path,
    on: datetime | None,
    language: str,
    receiver: str,
) -> None:
    """Write an event of a participant as CIOMS I (FILE.pdf) or E2B(R3) (FILE.xml). Exit 1 when it cannot be sent so."""
    standing = load_standing(study, out, on)
    state = standing.subjects.get(participant)
    if state is None or event not in state.safety.revisions:
        fail(f"{participant} has no event {event}")
    made = compute_case(standing.definition, state, event, Reporting(standing.now))
    findings = check_case(made)
    print_findings(make_console(), findings)
    file.write_bytes(_render(made, file, standing, (language, receiver)))
    make_console().print(f"{escape(made.id)} is in {escape(str(file))}")
    if any(one.severity is Severity.ERROR for one in findings):
        raise SystemExit(1)


@safety.command()
@click.argument("study", type=STUDY)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_out
@_on
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--open", "open_only", is_flag=True, help="The open part alone: no groups, no participants.")
def board(study: Path, file: Path, out: Path, on: datetime | None, language: str, open_only: bool) -> None:
    """Write the safety board's report of a data cut as PDF to FILE: open and closed part, listing, rule, timelines.

    The closed part shows results by group. It is for the safety board and the independent statistician alone.
    """
    standing = load_standing(study, out, on)
    cut = Cut(standing.now, standing.position, standing.purpose)
    made = compute_board_report(standing.definition, standing.study, standing.subjects.values(), cut)
    file.write_bytes(render_board_pdf(made, standing.now, language=language, closed=not open_only))
    make_console().print(f"The safety board's report at position {standing.position} is in {escape(str(file))}")


def _render(made: SafetyCase, file: Path, standing: Standing, words: tuple[str, str]) -> bytes:
    language, receiver = words
    if file.suffix.lower() == ".xml":
        return render_e2b(
            made, Transmission(f"{made.id}-{standing.position}", made.sender.organisation, receiver, made.created)
        )
    return render_cioms_pdf(made, language=language, band=standing.purpose)
