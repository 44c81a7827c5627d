"""A ledger as the service sees it, and what can be in the way of a unit of work."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from trialwright.service.states import StateCache
from trialwright.store.rows import Project, project_nothing

S = TypeVar("S")
T = TypeVar("T")


class Contended(Exception):
    """Somebody else was faster; nothing was written, and the whole unit can be done anew."""


class ClockWentBack(Exception):
    """The server's clock is before the time of the last entry: nothing is written until somebody has looked."""


class NoLedger(Exception):
    """The database holds no ledger yet."""


class LedgerExists(Exception):
    """The database holds a ledger already, of this study or of another."""


@dataclass(frozen=True, slots=True)
class Ledger(Generic[S, T]):
    """A ledger as the service sees it.

    Parameters
    ----------
    clock : callable
        The server's time, with zone; a dry run passes its own.
    salts : callable
        32 fresh hexadecimal digits at every call (``secrets.token_hex(16)``; a dry run's come from its seed).
    subjects, study : StateCache
        The states of the participants, and the one state of the study, folded over the whole ledger.
    project : callable
        From an entry to the cached rows that it changes.
    alias : str
        Django's name of the database.
    """

    clock: Callable[[], datetime]
    salts: Callable[[], str]
    subjects: StateCache[S]
    study: StateCache[T]
    project: Project = project_nothing
    alias: str = "default"
