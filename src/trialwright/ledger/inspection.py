"""Whether a run of entries is what was written: every hash, link, number and time, entry by entry.

A ledger is inspected in stretches of positions, each on its own (on two cores, two at a time), and the stretches are
then joined: what a stretch cannot know, the links that lead into it from earlier ones, it hands over as its edges.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.chain import ChainHead, LedgerHead, compute_commitment, compute_hash
from trialwright.ledger.envelope import FORMAT, REDACTION, Envelope, parse_at
from trialwright.ledger.seal import ORIGIN, compute_seal

_MOST_FAULTS = 1000
"""A ledger that is wrong from end to end is shown by its first faults; memory is not for the rest."""


class Fault(NamedTuple):
    """What is wrong with one entry, ordered by position; position 0 stands for the ledger as a whole."""

    position: int
    code: str
    message: str


class Opening(NamedTuple):
    """How a participant's chain enters a stretch: the first entry there and what it says of the one before."""

    position: int
    seq: int
    prev: str


@dataclass(slots=True)
class Stretch:
    """What was found in a run of entries, and its edges."""

    entering: str
    """The seal that stands before the first entry."""
    first: int = 0
    last: LedgerHead = field(default_factory=LedgerHead)
    first_at: str = ""
    entries: int = 0
    faults: list[Fault] = field(default_factory=list)
    openings: dict[str, Opening] = field(default_factory=dict)
    heads: dict[str, ChainHead] = field(default_factory=dict)
    blanked: list[tuple[int, str]] = field(default_factory=list)
    """Position and payload of each entry that was redacted."""
    redactions: list[tuple[int, int, str]] = field(default_factory=list)
    """Position of each redaction entry, the position that it names, and the payload that it leaves there."""

    def report(self, position: object, code: str, message: str) -> None:
        """Note a fault; of a ledger that is wrong throughout, the first thousand."""
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(position if isinstance(position, int) else 0, code, message))


def check_stretch(rows: Iterable[Sequence[Any]], study: str, entering: str = ORIGIN) -> Stretch:
    """What is wrong in a run of entries.

    Parameters
    ----------
    rows : iterable of sequences
        The columns of each entry in the order of ``Envelope``, by rising position, as the database gave them. They
        are not trusted: a value of a wrong type is a fault.
    study : str
        The study of the ledger.
    entering : str
        The seal of the entry before the first.
    """
    stretch = Stretch(entering=entering)
    position, seal, at = 0, entering, ""
    for row in rows:
        entry = Envelope._make(row)
        stretch.entries += 1
        try:
            _check_alone(entry, study, stretch)
            _check_link(entry, stretch)
            if position and entry.position != position + 1:
                stretch.report(position + 1, "position-gap", _gap(position, entry.position))
            if entry.at < at:
                stretch.report(
                    entry.position, "time-order", f"its time {entry.at!r} is before {at!r} of the entry before"
                )
            if compute_seal(seal, entry.hash) != entry.seal:
                stretch.report(entry.position, "seal", "its seal does not follow from the seal before it and its hash")
        except (TypeError, ValueError) as trouble:
            stretch.report(entry.position, "malformed", f"a column holds what cannot be read: {trouble}")
            position = entry.position if isinstance(entry.position, int) else position
            continue
        if not stretch.first:
            stretch.first, stretch.first_at = entry.position, entry.at
        position, seal, at = entry.position, entry.seal, entry.at
    stretch.last = LedgerHead(position, seal, at)
    return stretch


def join_stretches(stretches: Iterable[Stretch]) -> Stretch:
    """One stretch from neighbouring ones in order, with the faults that show only at the edges.

    The whole is taken to begin at position 1: links into it and redactions that are missing are faults.
    """
    whole = Stretch(entering=ORIGIN)
    redacted: dict[int, tuple[int, str]] = {}
    for part in stretches:
        if part.entries:
            _join_edge(whole, part)
        for fault in part.faults:
            whole.report(*fault)
        whole.blanked.extend(part.blanked)
        whole.redactions.extend(part.redactions)
        for position, target, carried in part.redactions:
            redacted[target] = position, carried
    for position, payload in whole.blanked:
        by, carried = redacted.get(position, (0, ""))
        if by <= position:
            whole.report(position, "redaction-missing", "it was redacted and no later redaction names it")
        elif payload != carried:
            whole.report(position, "redaction-payload", f"its payload is not the one that redaction {by} left there")
    whole.faults.sort()
    return whole


def check_heads(whole: Stretch, ledger: LedgerHead, chains: Mapping[str, ChainHead]) -> list[Fault]:
    """Where the stored heads differ from the last entries that were inspected."""
    faults = []
    if ledger != whole.last:
        faults.append(
            Fault(
                0 if ledger.position == whole.last.position else min(ledger.position, whole.last.position) + 1,
                "ledger-head",
                f"the head says entry {ledger.position} of {ledger.at!r}, the last entry is "
                f"{whole.last.position} of {whole.last.at!r}, or their seals differ",
            )
        )
    for participant in sorted(chains.keys() | whole.heads.keys()):
        told, found = chains.get(participant, ChainHead()), whole.heads.get(participant, ChainHead())
        if told != found:
            name = f"participant {participant!r}" if participant else "the study's own chain"
            faults.append(
                Fault(
                    0,
                    "chain-head",
                    f"the head of {name} says {told.seq} entries, {found.seq} are there, or their hashes differ",
                )
            )
    return faults


def _check_alone(entry: Envelope, study: str, stretch: Stretch) -> None:
    report: Callable[[object, str, str], None] = stretch.report
    if entry.salt:
        if compute_commitment(entry.salt, entry.payload) != entry.commitment:
            report(entry.position, "payload", "its payload or salt is not the one that was committed to")
    else:
        if not isinstance(entry.payload, str) or not isinstance(entry.salt, str):
            raise TypeError("no text in payload or salt")
        stretch.blanked.append((entry.position, entry.payload))
    if compute_hash(entry) != entry.hash:
        report(entry.position, "hash", "its hash does not match its columns")
    if entry.study != study or entry.format != FORMAT:
        report(entry.position, "foreign", f"it is of study {entry.study!r}, format {entry.format!r}")
    if entry.act == REDACTION and entry.payload:
        _note_redaction(entry, stretch)
    if len(entry.at) != 27:
        parse_at(entry.at)


def _note_redaction(entry: Envelope, stretch: Stretch) -> None:
    said = parse_canonical(entry.payload)
    target, replaced, carried = said.get("position"), said.get("replaces"), said.get("carried", "")
    if isinstance(target, int):
        stretch.redactions.append((entry.position, target, carried if isinstance(carried, str) else ""))
    if isinstance(replaced, int):
        stretch.redactions.append((entry.position, replaced, ""))


def _check_link(entry: Envelope, stretch: Stretch) -> None:
    head = stretch.heads.get(entry.participant)
    if head is None:
        stretch.openings[entry.participant] = Opening(entry.position, entry.seq, entry.prev)
    else:
        _check_follows(entry.position, entry.seq, entry.prev, head, stretch)
    stretch.heads[entry.participant] = ChainHead(entry.seq, entry.hash)


def _check_follows(position: int, seq: int, prev: str, head: ChainHead, stretch: Stretch) -> None:
    if seq != head.seq + 1:
        stretch.report(position, "seq-gap", f"it is entry {seq} of its participant, the one before was {head.seq}")
    if prev != head.hash:
        stretch.report(position, "prev", "it does not follow the previous entry of its participant")


def _join_edge(whole: Stretch, part: Stretch) -> None:
    if part.first and part.first != whole.last.position + 1:
        whole.report(whole.last.position + 1, "position-gap", _gap(whole.last.position, part.first))
    if part.entering != whole.last.seal:
        whole.report(part.first, "seal", "the seal before it is not that of the entry before it")
    if part.first_at < whole.last.at:
        whole.report(part.first, "time-order", f"its time {part.first_at!r} is before the last, {whole.last.at!r}")
    for participant, opening in part.openings.items():
        head = whole.heads.get(participant, ChainHead())
        _check_follows(opening.position, opening.seq, opening.prev, head, whole)
    whole.heads.update(part.heads)
    whole.entries += part.entries
    whole.first = whole.first or part.first
    whole.last = part.last


def _gap(before: int, after: int) -> str:
    if after - before == 2:
        return f"entry {before + 1} is missing"
    return f"entries {before + 1} to {after - 1} are missing"
