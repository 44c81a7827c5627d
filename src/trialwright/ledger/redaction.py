"""What was taken out of the record and what somebody asks to have taken out, as the entries say."""

from collections.abc import Mapping
from dataclasses import dataclass

from trialwright.ledger.entries_redaction import Redaction, RedactionAsked, RedactionSettled


@dataclass(frozen=True, slots=True)
class Redacted:
    """The redaction of an entry that holds now: where it stands, when and by whom it was done, and what it says."""

    position: int
    at: str
    by: str
    entry: Redaction


@dataclass(frozen=True, slots=True)
class Asked:
    """An open request, with when and by whom it was made."""

    at: str
    by: str
    entry: RedactionAsked


def fold_redaction(
    redacted: Mapping[int, Redacted], entry: Redaction, position: int, stamp: tuple[str, str]
) -> dict[int, Redacted]:
    """The redactions by the position of the entry that each is of; ``stamp`` is time and actor."""
    return {**redacted, entry.position: Redacted(position, *stamp, entry)}


def fold_asked(
    asked: Mapping[int, Asked], entry: RedactionAsked | RedactionSettled, stamp: tuple[str, str]
) -> dict[int, Asked]:
    """The open requests by position."""
    others = {position: one for position, one in asked.items() if position != entry.position}
    return {**others, entry.position: Asked(*stamp, entry)} if isinstance(entry, RedactionAsked) else others
