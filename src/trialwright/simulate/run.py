"""The dry run: virtual participants arrive, walk, and leave, in the order of time; every planned error is watched."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from trialwright.capture.lists import Lists, compute_commitment, compute_lists
from trialwright.definition.compiled import Definition
from trialwright.simulate.course import Places, Traveller, Walk
from trialwright.simulate.desk import convene_board
from trialwright.simulate.exercises import Exercised, Script, make_script
from trialwright.simulate.staff import list_opening
from trialwright.simulate.steps import Perform, Result, Step
from trialwright.simulate.values import Person, ValueMaker
from trialwright.vocabulary.findings import Refusal

_USUAL = ("impossible", "too-soon", "out-of-window", "sentinel", "hold", "stopping-flag")


@dataclass(frozen=True, slots=True)
class Watched:
    """A planned error and whether it was caught."""

    error: str
    participant: str
    by: str
    code: str
    caught: bool


@dataclass(slots=True)
class RunReport:
    """What a dry run saw: how many acts and refusals, every planned error, every act that should have gone through, and
    what became of every exercise."""

    participants: int = 0
    acts: int = 0
    refusals: int = 0
    watched: list[Watched] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    exercises: tuple[Exercised, ...] = ()

    @property
    def missed(self) -> list[Watched]:
        """The planned errors that nothing caught."""
        return [one for one in self.watched if not one.caught]

    @property
    def is_sound(self) -> bool:
        """Whether every planned error was caught and everything else went through."""
        return not self.missed and not self.surprises


@dataclass(frozen=True, slots=True)
class Cast:
    """Everything that chance decides before the first step: the same seed gives the same cast."""

    definition: Definition
    begin: datetime
    walkers: np.random.Generator
    people: tuple[np.random.Generator, ...]
    salts: np.random.Generator
    draws: np.random.Generator
    lists: Lists
    nonce: str

    def make_salt(self) -> str:
        """The next salt: 32 hexadecimal digits."""
        return self.salts.bytes(16).hex()

    def make_draw(self) -> float:
        """The next draw of allocation, from [0, 1)."""
        return float(self.draws.random())

    @property
    def commitment(self) -> str:
        """What binds the concealed lists; empty where the study has none."""
        return compute_commitment(self.lists, self.nonce) if self.lists else ""


def make_cast(definition: Definition, seed: int) -> Cast:
    """The cast of a dry run of as many allocated people as the study plans (``Definition.scale`` plans another number)."""
    wanted = definition.study.study.planned_enrolment
    root = np.random.SeedSequence(seed)
    streams = [np.random.Generator(np.random.PCG64(child)) for child in root.spawn(4)]
    people = tuple(np.random.Generator(np.random.PCG64(child)) for child in root.spawn(3 * wanted))
    zone = ZoneInfo(next(iter(definition.sites.values())).time_zone)
    begin = datetime.fromisoformat(definition.simulation.first_day).replace(hour=7, tzinfo=zone)
    lists = compute_lists(definition, streams[1])
    nonce = streams[1].bytes(16).hex()
    return Cast(definition, begin, streams[0], people, streams[2], streams[3], lists, nonce)


def run_cast(cast: Cast, perform: Perform, progress: Callable[[int], None] = lambda _: None) -> RunReport:
    """Walk the whole cast through the study by ``perform``; ``progress`` is told how many have finished.

    People arrive one after another until as many as planned have been allocated, or nobody is left to arrive.
    """
    report, script = RunReport(), make_script(cast.definition)

    def do(step: Step) -> Result:
        result = perform(step)
        _watch(report, step, result)
        if step.mark is not None and step.is_shown(result):
            script.mark(*step.mark, getattr(step.command, "participant", ""))
        return result

    for step in list_opening(cast.definition, cast.begin, cast.commitment, sum(map(len, cast.lists.values()))):
        do(step)
    crowd = _Crowd(cast, script)
    while (turn := crowd.next_turn()) is not None:
        step, walk, traveller = turn
        result = do(step)
        session = convene_board(script, step, result)
        if session is not None and script.board_meets is not None:
            crowd.begin(session)
        else:
            for answer in session or ():
                do(answer)
        if not crowd.advance(walk, traveller, result) and traveller is not None:
            report.participants += 1
            progress(report.participants)
    report.exercises = script.list_exercised()
    return report


def _watch(report: RunReport, step: Step, result: Result) -> None:
    report.acts += 1
    refused = isinstance(result, Refusal)
    report.refusals += refused
    if step.expect is not None:
        code = getattr(step.command, "participant", "")
        report.watched.append(
            Watched(step.expect.error, code, step.expect.by, step.expect.code, step.expect.is_met(result))
        )
    elif refused and (step.must or not _is_usual(result)):
        report.surprises.append(
            f"{step.at:%Y-%m-%d %H:%M} {type(step.command).__name__} {getattr(step.command, 'participant', '')}: {result}"
        )


def _is_usual(result: Result) -> bool:
    """Refusals that a virtual person answers by itself: a value to be confirmed, a dose that cannot be prepared."""
    return isinstance(result, Refusal) and any(result.has(code) for code in _USUAL)


_UNFIT = {2: "INELIGIBLE", 6: "DECLINES", 9: "INELIGIBLE"}
"""Who of those who arrive is sent home by an exercise, and why."""


class _Crowd:
    """Everybody on the way, by the time of their next step."""

    def __init__(self, cast: Cast, script: Script) -> None:
        self._cast, self._script = cast, script
        self._maker = ValueMaker(cast.definition)
        arms = cast.definition.arms.values()
        self._places = Places({arm.id: arm.planned for arm in arms})
        self._arrivals = self._list_arrivals()
        self._queue: list[tuple[datetime, int, Step, Walk, Traveller | None]] = []
        self._count = 0
        self._now = cast.begin + timedelta(hours=3)
        self._next = next(self._arrivals, None)

    def _list_arrivals(self) -> Iterator[tuple[datetime, Traveller]]:
        sites = list(self._cast.definition.sites)
        gap = 7 / self._cast.definition.simulation.per_week
        at = (self._cast.begin + timedelta(days=1)).replace(tzinfo=None)
        for index, rng in enumerate(self._cast.people):
            site = sites[index % len(sites)]
            at = at + timedelta(days=gap * float(self._cast.walkers.exponential()))
            local = at.replace(
                hour=8 + int(rng.integers(0, 3)), minute=int(rng.integers(0, 50)), second=0, microsecond=0
            )
            unfit = _UNFIT.get(index, "") if self._cast.definition.simulation.exercises else ""
            traveller = Traveller(
                self._cast.definition, self._maker, Person(rng), site, local, self._places, self._script, unfit
            )
            yield local.replace(tzinfo=ZoneInfo(self._cast.definition.sites[site].time_zone)), traveller

    def begin(self, walk: Walk) -> None:
        """Somebody who is no participant sets out; what comes of the steps is not told."""
        self._push(next(walk), walk, None)

    def next_turn(self) -> tuple[Step, Walk, Traveller | None] | None:
        """The next step in time, of somebody on the way or of the next to arrive; None when all is over."""
        while self._next is not None and (not self._queue or self._next[0] <= self._queue[0][0]):
            _, traveller = self._next
            self._next = next(self._arrivals, None) if self._has_places() else None
            if self._has_places():
                walk = traveller.walk()
                self._push(next(walk), walk, traveller)
        if not self._queue:
            return None
        _, _, step, walk, who = heapq.heappop(self._queue)
        self._now = max(self._now, step.at)
        return replace(step, at=self._now), walk, who

    def _has_places(self) -> bool:
        return self._places.total > 0

    def _push(self, step: Step, walk: Walk, traveller: Traveller | None) -> None:
        self._count += 1
        heapq.heappush(self._queue, (step.at, self._count, step, walk, traveller))

    def advance(self, walk: Walk, traveller: Traveller | None, result: Result) -> bool:
        """Tell somebody what came of the step; False when that was the last."""
        try:
            self._push(walk.send(result), walk, traveller)
        except StopIteration:
            return False
        return True
