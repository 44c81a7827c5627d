"""The dry run through the service: the same way in as everybody's, many acts to a transaction."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import connection

from trialwright.capture.open_ledger import OpenLedger
from trialwright.definition.compiled import Definition
from trialwright.service.ledger import NoLedger
from trialwright.service.perform import Trial, TrialUnit, open_trial
from trialwright.service.unit import open_unit
from trialwright.simulate.memory import MemoryLedger, Written
from trialwright.simulate.run import Cast, RunReport, make_cast, run_cast
from trialwright.simulate.steps import Result, Step
from trialwright.store.lists import read_lists, write_lists
from trialwright.store.rows import StudyRow
from trialwright.vocabulary.findings import Refusal

BATCH = 250
"""Acts to a transaction: what is not committed when the machine stops is walked again."""


_OTHER = "this database holds a ledger of another seed, study version or program"


class OtherLedger(Exception):
    """The database holds a ledger that this dry run did not begin."""


@dataclass(slots=True)
class _Clock:
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Walker:
    """Performs steps in batches; ``acknowledge`` is told the position of the ledger after every commit."""

    trial: Trial
    clock: _Clock
    acknowledge: Callable[[int], None]
    batch: int = BATCH
    _open: AbstractContextManager[TrialUnit] | None = field(default=None, repr=False)
    _unit: TrialUnit | None = field(default=None, repr=False)
    _count: int = 0

    def perform(self, step: Step) -> Result:
        """Do a step in the open transaction, and commit when the batch is full."""
        self.clock.now = step.at.astimezone(UTC)
        if self._unit is None:
            self._open = open_unit(self.trial.ledger)
            self._unit = self._open.__enter__()
        if isinstance(step.command, OpenLedger):
            self._unit.create(self.trial.definition.id, step.command.purpose.value)
        result = self.trial.perform_in(self._unit, step.command, step.actor)
        self._count += 1
        if self._count >= self.batch:
            self.finish()
        return result if isinstance(result, Refusal) else Written(result.participant, result.written)

    def finish(self) -> None:
        """Commit what is open."""
        if self._open is None or self._unit is None:
            return
        unit, context = self._unit, self._open
        self._open, self._unit, self._count = None, None, 0
        context.__exit__(None, None, None)
        if unit.entries:
            self.acknowledge(unit.entries[-1].position)

    def abandon(self, error: BaseException) -> None:
        """Roll back what is open."""
        if self._open is not None:
            context, self._open, self._unit = self._open, None, None
            context.__exit__(type(error), error, error.__traceback__)


def run_dry(
    definition: Definition,
    seed: int,
    *,
    progress: Callable[[int], None] = lambda _: None,
    acknowledge: Callable[[int], None] = lambda _: None,
    batch: int = BATCH,
) -> RunReport:
    """Walk the cast of ``seed`` through the study into the ledger of the connected database.

    A ledger that an interrupted run with the same seed has begun is continued: its entries are walked again in memory,
    must come out the same, and the run goes on behind them. OtherLedger where they differ.
    """
    cast = make_cast(definition, seed)
    clock = _Clock()
    trial = open_trial(definition, clock, cast.make_salt, lambda: read_lists(connection)[0], cast.make_draw)
    study = _read_end(trial)
    if cast.lists and not read_lists(connection)[0]:
        write_lists(connection, cast.lists, cast.nonce)
    walker = Walker(trial, clock, acknowledge, batch)
    catch_up = _CatchUp(cast, walker, study.position if study else 0, study.seal if study else "")
    try:
        report = run_cast(cast, catch_up.perform, progress)
        catch_up.check_end()
        walker.finish()
    except BaseException as error:
        walker.abandon(error)
        raise
    return report


def _read_end(trial: Trial) -> StudyRow | None:
    """Where the ledger ends, read under its lock: a killed run's last commit may still be under way in the server."""
    try:
        with open_unit(trial.ledger) as unit:
            return unit.head()
    except NoLedger:
        return None


class _CatchUp:
    """Steps in memory as long as the ledger has them already, then through the walker."""

    def __init__(self, cast: Cast, walker: Walker, position: int, seal: str) -> None:
        self._memory = MemoryLedger(cast.definition, cast.make_salt, cast.lists, cast.make_draw, keep=False)
        self._walker = walker
        self._position = position
        self._seal = seal

    def check_end(self) -> None:
        """OtherLedger where the whole run is shorter than the ledger."""
        if self._memory.ledger.position < self._position:
            raise OtherLedger(_OTHER)

    def perform(self, step: Step) -> Result:
        """Do a step where it belongs."""
        if self._memory.ledger.position >= self._position:
            return self._walker.perform(step)
        result = self._memory.perform(step)
        reached = self._memory.ledger
        if reached.position > self._position or (reached.position == self._position and reached.seal != self._seal):
            raise OtherLedger(_OTHER)
        return result


class _Enough(Exception):
    """The moment has come at which a rehearsal is to stand still."""


def walk_until(definition: Definition, seed: int, until: datetime) -> None:
    """Walk the cast of ``seed`` into an empty ledger up to a moment, and leave everybody where they are then.

    What the pages are shown and tried with: a trial in the middle of its work. The moment has a zone.
    """
    cast, clock = make_cast(definition, seed), _Clock()
    trial = open_trial(definition, clock, cast.make_salt, lambda: read_lists(connection)[0], cast.make_draw)
    if cast.lists:
        write_lists(connection, cast.lists, cast.nonce)
    walker = Walker(trial, clock, lambda _: None)

    def perform(step: Step) -> Result:
        if step.at > until:
            raise _Enough
        return walker.perform(step)

    try:
        run_cast(cast, perform)
    except _Enough:
        walker.finish()
    except BaseException as error:
        walker.abandon(error)
        raise
    else:
        walker.finish()
