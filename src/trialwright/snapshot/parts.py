"""The ledger taken apart, stretch by stretch: forms become columns at once, every other entry stays a row.

Nearly all of a ledger is forms, and a form's payload says by itself what it is. So stretches of the ledger can be taken
apart in any order and in different processes; ``fold.fold_parts`` puts them together in the order of positions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from trialwright.ledger.canonical import parse_canonical, render_canonical
from trialwright.ledger.entries import FormRecorded, LedgerOpened, compute_payload
from trialwright.ledger.envelope import Envelope
from trialwright.ledger.subject import Stamped
from trialwright.snapshot.gather import FormGatherer

EVENT_FORM = "adverse_event"
"""The form whose every revision the participant's state keeps."""


_OF_STUDY = (LedgerOpened.act,)
"""The acts of the study's own chain that say something about data."""


class LedgerRow(NamedTuple):
    """What the snapshot needs of one row of the ledger; ``payload`` is canonical JSON, '' once blank.

    The fields have the names of the ledger's columns.
    """

    position: int
    participant: str
    seq: int
    act: str
    at: str
    site: str
    version: str
    payload: str
    actor: str = ""
    role: str = ""


def compute_row(one: Envelope) -> LedgerRow:
    """What the snapshot needs of an entry as it stands in the ledger."""
    return LedgerRow(
        one.position, one.participant, one.seq, one.act, one.at, one.site, one.version, one.payload, one.actor, one.role
    )


def compute_row_of(one: Stamped) -> LedgerRow:
    """The same of an entry that is in memory."""
    payload = render_canonical(compute_payload(one.entry))
    return LedgerRow(
        one.position, one.participant, one.seq, one.entry.act, one.at, one.site, one.version, payload, one.actor, one.role
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the ledger taken apart.

    Parameters
    ----------
    forms, values : DataFrame
        Every revision of a form and its values, as ``FormGatherer.finish`` gives them.
    rows : list of LedgerRow
        Of the participants what is not a form, blank forms, and adverse events, which are among the forms
        as well; of the study its opening.
    sites : dict of str to str
        Everybody who is named, with the site of their first entry, in the order of appearance.
    first, last : int
        The positions of the first and the last entry; 0 where there is none.
    at : str
        The time of the last entry.
    """

    forms: pl.DataFrame
    values: pl.DataFrame
    rows: list[LedgerRow]
    sites: dict[str, str]
    first: int
    last: int
    at: str


def take_apart(rows: Iterable[LedgerRow], upto: int | None = None) -> Part:
    """A stretch taken apart, up to a position; ValueError where positions do not ascend."""
    forms, others, sites = FormGatherer(), list[LedgerRow](), dict[str, str]()
    first, last, at = 0, 0, ""
    for row in rows:
        if row.position <= last:
            raise ValueError(f"position {row.position} comes after {last}: entries must come in order")
        if upto is not None and row.position > upto:
            break
        first, last, at = first or row.position, row.position, row.at
        if row.participant:
            sites.setdefault(row.participant, row.site)
        elif row.act not in _OF_STUDY:
            continue
        if row.act != FormRecorded.act or not row.payload:
            others.append(row)
            continue
        payload = parse_canonical(row.payload)
        forms.add_payload(row.position, row.participant, payload)
        if payload["form"] == EVENT_FORM:
            others.append(row)
    return Part(*forms.finish(), others, sites, first, last, at)
