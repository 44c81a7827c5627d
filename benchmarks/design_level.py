"""Type I error and coverage of each main method of the plan where nothing differs, with Monte Carlo error and a verdict.

An exact method may reject less than 5 % and cover more than 95 %: INSIDE is at most 5 % (at least 95 %) give or take three
standard errors. A model is INSIDE within three standard errors of 5 % and of 95 %. Methods of two counts that aim at 5 %
in the middle (Fisher's mid-p, Miettinen-Nurminen) cannot have it at every rate: with ten in a group there are 121 tables
and each is either rejected or not, so the level jumps and at a low rate no table that is likely is rejected. Of these the
level follows without simulation: it is the sum of the probabilities of all tables that are rejected (or whose interval
holds the truth), for the sizes of the groups that the trials had and the share that they had. INSIDE means that the
simulation agrees with this sum within three standard errors; the sum is printed.
"""

import functools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from joblib import Parallel, delayed
from scipy import stats

from trialwright.design import Model, Scenario, ScenarioFile, compute_truths, list_chunks
from trialwright.design.answers import INTERVALS, SHARES, TESTS, Memory, Trials, answer
from trialwright.design.people import draw_people
from trialwright.design.tally import Answered, Key, Truth, add_up
from trialwright.design.values import Values, open_streams
from trialwright.statistics.arrays import IntArray
from trialwright.statistics.counts_batch import flatten
from trialwright.statistics.outcomes import Comparison, Estimate
from trialwright.vocabulary.methods import Method

EXACT = (
    "hodges_lehmann", "wilcoxon", "proportion.estimate_clopper_pearson", "risk_difference.estimate_exact",
    "gray.compare_exact",
)  # fmt: skip
SEED = 2

Tables = Counter[tuple[int, ...]]


@dataclass(slots=True)
class Noting(Memory):
    """A memory that notes which tables were looked up last."""

    last: list[IntArray] = field(default_factory=list)

    def look_up(self, name: str, method: Callable[..., Estimate | Comparison], tables: IntArray) -> Answered:
        self.last = [tables]
        return Memory.look_up(self, name, method, tables)


@dataclass(frozen=True, slots=True)
class Level:
    """One method of one outcome: what it is, what the simulation says, and the tables that it met."""

    key: Key
    is_null: bool
    sums: np.ndarray
    tables: Tables


def measure_level(model: Model, file: ScenarioFile, trials: int, workers: int) -> bool:
    """Whether everything is INSIDE."""
    scenario = next(one for one in file.scenarios if one.id == "NO_DIFFERENCE")
    of_truth, of_trials = np.random.SeedSequence(SEED).spawn(2)
    truths = compute_truths(model, scenario, of_truth)
    parts = Parallel(n_jobs=workers)(
        delayed(simulate)(model, scenario, truths, size, seed) for size, seed in list_chunks(trials, of_trials)
    )
    print(f"\nNO_DIFFERENCE, {trials:,} trials of 10 + 10; in parentheses the Monte Carlo standard error")
    met = True
    for index in range(len(parts[0])):
        same = [part[index] for part in parts]
        tables: Tables = sum((one.tables for one in same), Counter())
        one = Level(same[0].key, same[0].is_null, np.sum([each.sums for each in same], axis=0), tables)
        met &= print_level(model, one, truths[one.key])
    print("an exact method may lie on the safe side; 'sum over tables' is the level without simulation: with ten in a")
    print("group a method of two counts rejects a table or does not, and near rates of 0 no likely table is rejected")
    return met


def simulate(
    model: Model, scenario: Scenario, truths: dict[Key, Truth], trials: int, seed: np.random.SeedSequence
) -> list[Level]:
    """The sums of some trials, and the tables that the methods of counts met."""
    streams = open_streams(model, seed)
    people = draw_people(model, scenario, streams["people"], trials)
    memory = Noting()
    drawn = Trials(model, Values(model, scenario, people, streams), memory)
    found = []
    for asked in model.asked:
        memory.last = []
        for key, answered in answer(asked, drawn) if not asked.unlike else ():
            tables: Tables = Counter(map(tuple, memory.last[0].tolist())) if memory.last else Counter()
            memory.last = []
            found.append(Level(key, truths[key].is_null, add_up(answered, truths[key], 1 - model.level), tables))
    return found


def print_level(model: Model, one: Level, truth: Truth) -> bool:
    """One line a method; whether it is INSIDE."""
    analysis, parameter, visit, group, methods = one.key
    interval, test = methods.split("|")
    _, tested, rejected, *_, bounded, covered, _, _ = one.sums
    words = [f"{analysis:8} {parameter:9}{visit:5}{group:8}"]
    met = True
    if tested and one.is_null and test:
        text, fine = judge(f"level {test}", rejected / tested, tested, 0.05, enumerate_level(model, one, truth, test))
        words.append(text)
        met &= fine
    if bounded and interval:
        told = enumerate_level(model, one, truth, interval)
        text, fine = judge(f"cover {interval}", covered / bounded, bounded, model.level, told)
        words.append(text)
        met &= fine
    if len(words) > 1:
        print(" ".join(words))
    return met


def judge(name: str, share: float, trials: float, nominal: float, told: float | None) -> tuple[str, bool]:
    """A share with its Monte Carlo error and the verdict."""
    is_exact, is_level = name.partition(" ")[2].startswith(EXACT), nominal < 0.5
    aim = nominal if told is None else told
    se = math.sqrt(max(aim * (1 - aim), 1 / trials) / trials)
    agrees = abs(share - aim) <= 3 * se
    nominal_se = math.sqrt(nominal * (1 - nominal) / trials)
    safe = share <= nominal + 3 * nominal_se if is_level else share >= nominal - 3 * nominal_se
    fine = (agrees or told is None) and safe if is_exact else agrees
    verdict = "INSIDE" if fine else f"OUTSIDE by {100 * (share - aim):+.1f}"
    sum_over = "" if told is None else f" sum over tables {100 * told:6.2f} %"
    return f"{name:52} {100 * share:6.2f} % ({100 * se:.2f}){sum_over} {verdict}", fine


def enumerate_level(model: Model, one: Level, truth: Truth, method: str) -> float | None:
    """The share of tables that are rejected, or whose interval holds the truth, by the binomial law; None for others."""
    if not one.tables:
        return None
    counts, sizes = find_shares(one.tables, pooled=one.is_null and method not in SHARES)
    total = sum(sizes.values())
    if method in SHARES:
        rate = counts[0]
        return sum(
            weight * probability * holds(ask(method, (x, n), model.level), truth.value)
            for (n,), weight in sizes.items()
            for x, probability in list_binomial(n, rate)
        ) / total  # fmt: skip
    if method not in INTERVALS and method not in TESTS:
        return None
    shown = 0.0
    for (n1, n0), weight in sizes.items():
        for x1, first in list_binomial(n1, counts[0]):
            for x0, second in list_binomial(n0, counts[1]):
                found = ask(method, (x1, n1, x0, n0), model.level)
                hit = flatten(found)[3] <= 1 - model.level if method in TESTS else holds(found, truth.value)
                shown += weight * first * second * hit
    return shown / total


@functools.cache
def ask(method: str, counts: tuple[int, ...], level: float) -> Estimate | Comparison:
    """The method's answer for a table, computed once."""
    if method in TESTS:
        return TESTS[Method(method)](*counts)
    known = SHARES if method in SHARES else INTERVALS
    return known[Method(method)](*counts, level=level)


def find_shares(tables: Tables, *, pooled: bool) -> tuple[tuple[float, ...], Counter[tuple[int, ...]]]:
    """The share of each group, or of both together as each one's, and the sizes."""
    rows, weights = np.array(list(tables)), np.array(list(tables.values()), dtype=np.float64)
    events, sizes = (weights @ rows[:, start::2] for start in (0, 1))
    found: Counter[tuple[int, ...]] = Counter()
    for row, weight in tables.items():
        if all(row[1::2]):
            found[row[1::2]] += weight
    shares = np.full(events.size, events.sum() / sizes.sum()) if pooled else events / sizes
    return tuple(shares.tolist()), found


def list_binomial(n: int, rate: float) -> Iterator[tuple[int, float]]:
    """The counts and their probabilities."""
    probabilities: Sequence[float] = stats.binom.pmf(np.arange(n + 1), n, rate).tolist()
    return iter(enumerate(probabilities))


def holds(answer: Estimate | Comparison, value: float | None) -> bool:
    """Whether the interval holds the true value."""
    _, low, high, _ = flatten(answer)
    assert value is not None
    slack = 1e-9 * max(1.0, abs(value))
    return low <= value + slack and high >= value - slack
