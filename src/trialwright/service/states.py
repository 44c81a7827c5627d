"""States kept between units: a fold goes on from where it stood, and reads only what is new."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from trialwright.ledger.envelope import REDACTION, Envelope

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Held(Generic[S]):
    """A state and the entry up to which it was folded: its number and its hash (of a chain) or seal (of the ledger)."""

    count: int
    mark: str
    state: S


class StateCache(Generic[S]):
    """The last states of participants, or of the study, in the memory of this process.

    States must be immutable: units share them. Only committed states come in here, and a state is used only when it
    still fits the head in the database, so a rolled back unit or another database leaves nothing behind.

    Parameters
    ----------
    fold : callable
        ``fold(state, entry) -> state``, pure.
    start : callable
        ``start(key) -> state`` before any entry; the key is the participant's code, '' for the study.
    acts : frozenset of str, optional
        The acts that the fold looks at; others are not read. All when not given.
    size : int
        How many states are kept; the one that was written the longest time ago goes first.
    """

    def __init__(
        self,
        fold: Callable[[S, Envelope], S],
        start: Callable[[str], S],
        acts: frozenset[str] | None = None,
        size: int = 10_000,
    ) -> None:
        self._fold = fold
        self._start = start
        self._size = size
        self._held: OrderedDict[str, Held[S]] = OrderedDict()
        self._lock = threading.Lock()
        # A redaction must always be seen: a state may hold what it took away.
        self.acts = None if acts is None else acts | {REDACTION}

    def get(self, key: str) -> Held[S] | None:
        """What is held for ``key``."""
        return self._held.get(key)

    def put(self, key: str, held: Held[S]) -> None:
        """Keep a committed state."""
        with self._lock:
            self._held[key] = held
            self._held.move_to_end(key)
            while len(self._held) > self._size:
                self._held.popitem(last=False)

    def forget(self, key: str) -> None:
        """Hold nothing for ``key``; the next unit folds from the first entry."""
        with self._lock:
            self._held.pop(key, None)

    def begin(self, key: str) -> S:
        """The state before the first entry."""
        return self._start(key)

    def advance(self, state: S, entries: Iterable[Envelope]) -> S:
        """The state after ``entries``, of which only those with the acts of this fold count."""
        for entry in entries:
            if self.acts is None or entry.act in self.acts:
                state = self._fold(state, entry)
        return state
