"""Note that somebody was given a file of data: who read what, when, how many rows, and the hash that proves the copy."""

from dataclasses import dataclass

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, refuse
from trialwright.ledger.entries_exports import DataExported


@dataclass(frozen=True, slots=True)
class NoteExport:
    """The file that is about to be sent: what it is of, its rows (without the header) and its SHA-256."""

    what: str
    rows: int
    digest: str
    filter: str = ""


def decide_note_export(moment: Moment, command: NoteExport) -> Decision:
    """The export as an entry of the study's chain; refused where the role may not have files of data."""
    reasons = check_actor(moment, "note_export", "")
    entry = DataExported(command.what, command.rows, command.digest, command.filter)
    return refuse("note_export", reasons) or (Planned("", entry),)
