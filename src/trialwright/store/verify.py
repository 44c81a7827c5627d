"""Whether the ledger in the database is the one that was written, and what cannot be said without a seal."""

import os
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.chain import ChainHead
from trialwright.ledger.envelope import STUDY_CHAIN
from trialwright.ledger.inspection import Fault, Stretch, check_heads
from trialwright.ledger.seal import ORIGIN, Seal
from trialwright.store.guards import check_guards
from trialwright.store.heads import read_study
from trialwright.store.rows import StudyRow
from trialwright.store.session import Session, open_session
from trialwright.store.stretches import Progress, Size, access_of, inspect
from trialwright.vocabulary.findings import Finding, Place

_SIZE = "SELECT coalesce(min(position), 1), coalesce(max(position), 0), count(*) FROM ledger_entry"
_NO_SEAL = (
    "Without a seal from outside the database it cannot be shown that no entries were cut off the end, nor that the "
    "whole chain was not recomputed."
)


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What ``verify_ledger`` found.

    Parameters
    ----------
    study, purpose : str
        Whose ledger it is and what for; '' where there is none.
    entries : int
        How many entries were read.
    seal : Seal
        The end of the ledger as read: to be kept outside, and given to the next verification.
    findings : tuple of Finding
        Everything that is wrong; none means that it holds.
    first_bad : int or None
        The position of the first entry that is wrong; None where no entry can be named.
    unproven : tuple of str
        What this verification cannot show, in sentences.
    """

    study: str
    purpose: str
    entries: int
    seal: Seal
    findings: tuple[Finding, ...]
    first_bad: int | None
    unproven: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify_ledger(
    connection: BaseDatabaseWrapper,
    seal: Seal | None = None,
    progress: Progress | None = None,
    processes: int = 0,
) -> VerifyReport:
    """What is wrong with the ledger: every hash, link, seal, number and time, the heads and the guards.

    Others may go on writing meanwhile: what is verified is the ledger as it stood at the beginning.

    Parameters
    ----------
    connection : connection
        Django's.
    seal : Seal, optional
        One that was kept outside the database.
    progress : callable, optional
        Called with entries done and entries in all.
    processes : int
        How many may work at a time; 0 for one each core. They are spawned, so a script that calls this on a long
        ledger keeps its own work under ``if __name__ == "__main__"``.
    """
    facts = _read_facts(open_session(connection), seal)
    study = facts.study or StudyRow("", "")
    findings = check_guards(connection)
    if facts.study is None:
        findings.append(Finding("no-ledger", "the database holds no ledger"))
    whole = inspect(access_of(connection), study.study, facts.size, processes or os.cpu_count() or 1, progress)
    faults = [*whole.faults, *check_heads(whole, study.ledger, facts.chains), *_check_purpose(facts.opening, study)]
    if facts.first < 1:
        message = f"an entry stands at position {facts.first}; the ledger begins at 1"
        faults.append(Fault(facts.first, "position-gap", message))
    faults += _check_seal(seal, facts.sealed, whole)
    findings += [_finding(fault) for fault in faults]
    return VerifyReport(
        study=study.study,
        purpose=study.purpose,
        entries=whole.entries,
        seal=Seal(whole.last.position, whole.last.seal),
        findings=tuple(findings),
        first_bad=min((fault.position for fault in faults if fault.position > 0), default=None),
        unproven=_unproven(seal, whole),
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is read at one moment: the heads, the extent, the first payload, and what stands where the seal points."""

    study: StudyRow | None
    chains: dict[str, ChainHead]
    first: int
    size: Size
    opening: str
    sealed: str


def _read_facts(session: Session, seal: Seal | None) -> _Facts:
    with session.snapshot(distrust=True):
        study = read_study(session)
        chains = {code: ChainHead(*head) for code, *head in session.rows("SELECT code, seq, hash FROM participant")}
        if study is not None:
            chains[STUDY_CHAIN] = study.chain
        first, last, entries = session.rows(_SIZE)[0]
        opening = session.rows("SELECT payload FROM ledger_entry WHERE position = 1")
        sealed = session.rows("SELECT seal FROM ledger_entry WHERE position = %s", (seal.position if seal else 0,))
    return _Facts(
        study, chains, first, Size(entries, last), opening[0][0] if opening else "", sealed[0][0] if sealed else ORIGIN
    )


def _check_purpose(opening: str, study: StudyRow) -> list[Fault]:
    """The purpose that the study's row shows must be the one that the first entry declares, where it declares one."""
    try:
        declared = parse_canonical(opening).get("purpose") if opening else None
    except (TypeError, ValueError):
        return []  # the payload was altered, which its commitment shows
    if declared is None or declared == study.purpose:
        return []
    return [Fault(0, "purpose", f"the ledger was opened as {declared} and its row says {study.purpose}")]


def _check_seal(seal: Seal | None, sealed: str, whole: Stretch) -> list[Fault]:
    if seal is None:
        return []
    if seal.position > whole.last.position:
        message = f"the seal is of entry {seal.position}, the ledger ends at {whole.last.position}: its end was cut off"
        return [Fault(whole.last.position + 1, "tail-cut", message)]
    if sealed == seal.value:
        return []
    return [Fault(0, "seal-mismatch", f"the ledger up to entry {seal.position} is not the one that was sealed")]


def _unproven(seal: Seal | None, whole: Stretch) -> tuple[str, ...]:
    if seal is None:
        return (_NO_SEAL,)
    if seal.position < whole.last.position:
        return (
            f"The seal is of entry {seal.position}: of the {whole.last.position - seal.position} entries after it, it "
            "cannot be shown that none were cut off, nor that they were not recomputed.",
        )
    return ()


def _finding(fault: Fault) -> Finding:
    return Finding(fault.code, fault.message, Place(path=f"entry {fault.position}" if fault.position else "ledger"))
