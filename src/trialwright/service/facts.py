"""What the public record of the running study must say today; of a ledger that grows only what is new is read."""

from dataclasses import dataclass
from datetime import date

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from trialwright.registry.facts import FACT_ACTS, NO_COURSE, Course, Facts, fold_course, sum_up
from trialwright.service.perform import Trial, compute_stamped
from trialwright.store.read import read_entries
from trialwright.store.rows import StudyRow
from trialwright.store.site_rows import see_all


@dataclass(frozen=True, slots=True)
class _Held:
    """The course up to the end of a ledger, known by the seal there and at the last entry that told something."""

    end: str = ""
    position: int = 0
    seal: str = ""
    course: Course = NO_COURSE


_NOTHING = _Held()
_held: list[_Held] = []


def load_facts(trial: Trial, on: date, row: StudyRow | None) -> Facts:
    """The facts as committed, of all sites; ``on`` is today, ``row`` the study's row as it was just read.

    No statement where the ledger has not grown, one where it has.
    """
    connection = connections[trial.ledger.alias]
    if row is None:
        return sum_up(trial.definition, NO_COURSE, on)
    held = _held[0] if _held else _NOTHING
    if held.end != row.seal:
        with see_all(connection):
            held = _advance(connection, held, row)
        _held[:] = [held]
    return sum_up(trial.definition, held.course, on)


def _advance(connection: BaseDatabaseWrapper, held: _Held, row: StudyRow) -> _Held:
    # From the last entry that is held: it tells whether this is the ledger that it was read from.
    found = list(read_entries(connection, max(held.position - 1, 0), row.position, FACT_ACTS))
    if held.position and (not found or found[0].seal != held.seal):
        held, found = _NOTHING, list(read_entries(connection, 0, row.position, FACT_ACTS))
    newer = found[1:] if held.position else found
    course = fold_course(held.course, (compute_stamped(one) for one in newer if one.payload))
    last = newer[-1] if newer else None
    return _Held(row.seal, last.position if last else held.position, last.seal if last else held.seal, course)
