"""``trialwright registry diff STUDY RECORD``: what the public record of a running study tells wrongly."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from rich.console import Console
from rich.table import Table

from trialwright.cli.output import make_console, print_json, require_study
from trialwright.cli.report import match_ledger
from trialwright.cli.workspace import connect
from trialwright.record import Record
from trialwright.registry.drift import Drift, compare_drift
from trialwright.registry.facts import FACT_ACTS, Facts, compute_facts
from trialwright.service.perform import compute_stamped
from trialwright.store.read import read_entries


def print_drift(study: Path, public: Record, out: Path, on: date, *, as_json: bool) -> bool:
    """Print what the record tells wrongly on a day, and say whether there is anything."""
    connect(out)
    definition = match_ledger(require_study(study))
    entries = (compute_stamped(one) for one in read_entries(connection, acts=FACT_ACTS) if one.payload)
    facts = compute_facts(definition, entries, on)
    found = compare_drift(definition, facts, public)
    if as_json:
        print_json({"on": on.isoformat(), "status": facts.status, "drift": [_as_plain(one) for one in found]})
    else:
        _print(make_console(), public, facts, found)
    return bool(found)


def _as_plain(one: Drift) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in asdict(one).items()}


def _print(console: Console, public: Record, facts: Facts, found: list[Drift]) -> None:
    table = Table(title=f"{public.nct_id} on {facts.on}: the record and the truth", title_justify="left")
    for column in ("field", "the record says", "the truth is", "untrue since", "due"):
        table.add_column(column)
    for one in found:
        late = one.due is not None and one.due < facts.on
        due = "" if one.due is None else f"[red]{one.due}, overdue" if late else str(one.due)
        table.add_row(one.name, one.public, one.truth, str(one.since or ""), due)
    console.print(table if found else f"{public.nct_id}: the record tells the truth on {facts.on}")
