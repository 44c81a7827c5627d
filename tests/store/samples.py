"""A small ledger with made-up acts, for tests that are about the chain and not about a trial."""

import itertools
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from trialwright.ledger.canonical import parse_canonical, render_canonical
from trialwright.ledger.envelope import REDACTION, STUDY_CHAIN, Draft, Envelope
from trialwright.service.ledger import Ledger
from trialwright.service.states import StateCache
from trialwright.service.unit import open_unit
from trialwright.store.rows import Change, FormRow, ParticipantChange

START = datetime(2020, 2, 1, 8, tzinfo=UTC)
STUDY = "NCT04252118"
States = tuple[str, ...]
SampleLedger = Ledger[States, dict[str, int]]


def ticking_clock(start: datetime = START) -> Callable[[], datetime]:
    """A clock that goes on by one second at every look."""
    seconds = itertools.count()
    return lambda: start + timedelta(seconds=next(seconds))


def sample_ledger(clock: Callable[[], datetime] | None = None, seed: int | None = 1) -> SampleLedger:
    """A ledger whose subject states list the acts seen and whose study state counts acts; ``seed`` None: real salts."""
    rng = np.random.default_rng(seed)
    return Ledger(
        clock=clock or ticking_clock(),
        salts=(lambda: secrets.token_hex(16)) if seed is None else (lambda: rng.bytes(16).hex()),
        subjects=StateCache(lambda state, entry: (*state, f"{entry.act}:{entry.payload}"), lambda code: ()),
        study=StateCache(_count, lambda key: {}),
        project=project,
    )


def _count(state: dict[str, int], entry: Envelope) -> dict[str, int]:
    return {**state, entry.act: state.get(entry.act, 0) + 1}


def project(entry: Envelope) -> Iterator[Change]:
    """Screening gives a participant site and status; a form gives a row; a redaction carries the form forward."""
    if entry.act == "screened":
        yield ParticipantChange(site=entry.site, status="SCREENED", version=entry.version)
    if entry.act in ("form_recorded", REDACTION) and entry.payload:
        values = parse_canonical(entry.payload)
        yield FormRow(
            entry.participant,
            str(values["encounter"]),
            "vitals",
            0,
            int(str(values["revision"])),
            entry.position,
            "SAVED",
        )


def draft(participant: str, act: str, actor: str = "ann", **payload: object) -> Draft:
    """A draft of the nurse Ann's, or another's, at site 01."""
    return Draft(participant, act, render_canonical(payload), actor, "NURSE", "01", "1.0")


def create(ledger: SampleLedger, purpose: str = "VIRTUAL") -> Envelope:
    """The first entry."""
    with open_unit(ledger) as unit:
        unit.create(STUDY, purpose)
        return unit.append(draft(STUDY_CHAIN, "ledger_opened", purpose=purpose, study=STUDY))


def fill(ledger: SampleLedger, participants: int = 3, forms: int = 3) -> list[Envelope]:
    """The entries of a ledger with a few participants, one unit each, forms of all of them interleaved."""
    entries = [create(ledger)]
    codes = [f"T-{number:03d}" for number in range(1, participants + 1)]
    for code in codes:
        with open_unit(ledger) as unit:
            entries.append(unit.append(draft(code, "screened", encounter="SCREENING", revision=0)))
    for day in range(1, forms + 1):
        with open_unit(ledger) as unit:
            for code in codes:
                payload = {"encounter": f"D{day}", "revision": 1, "temperature": "37.20", "note": "发热 é"}
                entries.append(unit.append(draft(code, "form_recorded", "安", **payload)))
    return entries
