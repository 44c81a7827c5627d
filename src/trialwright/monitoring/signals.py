"""Where one site is unlike the others: simple comparisons, each with its numbers, and silence where there are too few.

Every comparison is of one site with all others together, two-sided, and is called a signal at p < 0.01 after a
Bonferroni correction over the items that were looked through. With a handful of people nearly nothing can be seen.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from trialwright.monitoring.facts import SubjectFacts
from trialwright.statistics import fisher, poisson_rate, spread, terminal_digits

ALPHA = 0.01
LATE_DAYS = 7
LEAST_PEOPLE = 8
"""A spread is compared when there are so many people on both sides."""
LEAST_UNITS = 20
"""A share is compared when there are so many visits or forms on both sides."""

People = Sequence[SubjectFacts]
Count = Callable[[SubjectFacts], tuple[int, int]]


class Kind(StrEnum):
    """What is compared."""

    MISSED_VISITS = "MISSED_VISITS"
    LATE_ENTRY = "LATE_ENTRY"
    QUERIED_FORMS = "QUERIED_FORMS"
    EVENT_RATE = "EVENT_RATE"
    LOW_SPREAD = "LOW_SPREAD"
    DIGITS = "DIGITS"


class Verdict(StrEnum):
    """What came of it. ALONE: there is no other site to compare with."""

    SIGNAL = "SIGNAL"
    NONE = "NONE"
    TOO_FEW = "TOO_FEW"
    ALONE = "ALONE"


@dataclass(frozen=True, slots=True)
class Signal:
    """One comparison. ``value`` is the site's, ``others`` that of all other sites; ``item`` where it is about one item.

    Shares for visits and forms; adverse events per 28 days; standard deviations; for digits the most frequent digit's share.
    """

    site: str
    kind: Kind
    verdict: Verdict
    n: int
    value: float | None = None
    others: float | None = None
    p: float | None = None
    item: str = ""


def list_signals(subjects: Iterable[SubjectFacts], sites: Iterable[str]) -> tuple[Signal, ...]:
    """Every comparison of every site."""
    known, found = list(subjects), list[Signal]()
    for site in sites:
        own, others = [one for one in known if one.site == site], [one for one in known if one.site != site]
        found += [_compare_shares(site, kind, own, others, count) for kind, count in _SHARES]
        found += [_compare_events(site, own, others), _compare_spread(site, own, others), _compare_digits(site, own)]
    return tuple(found)


def _count_late(one: SubjectFacts) -> tuple[int, int]:
    delays = [each.delay for each in one.forms if each.delay is not None]
    return sum(delay > LATE_DAYS for delay in delays), len(delays)


_SHARES: tuple[tuple[Kind, Count], ...] = (
    (Kind.MISSED_VISITS, lambda one: (one.visits_missed, one.visits_due)),
    (Kind.LATE_ENTRY, _count_late),
    (Kind.QUERIED_FORMS, lambda one: (sum(each.is_queried for each in one.forms), len(one.forms))),
)


def _sum(people: People, count: Count) -> tuple[int, int]:
    pairs = [count(one) for one in people]
    return sum(events for events, _ in pairs), sum(total for _, total in pairs)


def _compare_shares(site: str, kind: Kind, own: People, others: People, count: Count) -> Signal:
    """More of something than elsewhere, by Fisher's exact test; forms of one person count as if independent."""
    (x1, n1), (x0, n0) = _sum(own, count), _sum(others, count)
    value = x1 / n1 if n1 else None
    if not others:
        return Signal(site, kind, Verdict.ALONE, n1, value)
    elsewhere = x0 / n0 if n0 else None
    if min(n1, n0) < LEAST_UNITS:
        return Signal(site, kind, Verdict.TOO_FEW, n1, value, elsewhere)
    p = fisher.compare_two_sided(x1, n1, x0, n0).p
    is_signal = p is not None and p < ALPHA and x1 / n1 > x0 / n0
    return Signal(site, kind, Verdict.SIGNAL if is_signal else Verdict.NONE, n1, value, elsewhere, p)


def _compare_events(site: str, own: People, others: People) -> Signal:
    """Fewer adverse events for the time than elsewhere: they may not be asked for. Exact test of two Poisson rates."""
    (x1, n1), (x0, n0) = (_sum(side, lambda one: (one.events, one.days)) for side in (own, others))
    value = 28 * x1 / n1 if n1 else None
    if not others:
        return Signal(site, Kind.EVENT_RATE, Verdict.ALONE, len(own), value)
    elsewhere = 28 * x0 / n0 if n0 else None
    if not n1 or not n0 or x1 + x0 < LEAST_PEOPLE:
        return Signal(site, Kind.EVENT_RATE, Verdict.TOO_FEW, len(own), value, elsewhere)
    p = poisson_rate.estimate_ratio(x1, n1, x0, n0).p
    is_signal = p is not None and p < ALPHA and x1 / n1 < x0 / n0
    return Signal(site, Kind.EVENT_RATE, Verdict.SIGNAL if is_signal else Verdict.NONE, len(own), value, elsewhere, p)


def _compare_spread(site: str, own: People, others: People) -> Signal:
    """The item that varies least, for first values of people, against elsewhere: made-up numbers vary too little."""
    if not others:
        return Signal(site, Kind.LOW_SPREAD, Verdict.ALONE, len(own))
    tested = []
    for path in sorted({path for one in own for path in one.numbers}):
        mine, theirs = (np.array([one.numbers[path] for one in side if path in one.numbers]) for side in (own, others))
        if min(mine.size, theirs.size) >= LEAST_PEOPLE:
            p = spread.compare_brown_forsythe(mine, theirs).p
            if p is not None:
                tested.append((p, path, float(mine.std(ddof=1)), float(theirs.std(ddof=1)), int(mine.size)))
    lower = [one for one in tested if one[2] < one[3]]
    if not tested:
        return Signal(site, Kind.LOW_SPREAD, Verdict.TOO_FEW, len(own))
    if not lower:
        return Signal(site, Kind.LOW_SPREAD, Verdict.NONE, len(own))
    p, path, value, elsewhere, n = min(lower)
    p = min(1.0, p * len(tested))
    verdict = Verdict.SIGNAL if p < ALPHA else Verdict.NONE
    return Signal(site, Kind.LOW_SPREAD, verdict, n, value, elsewhere, p, path)


def _compare_digits(site: str, own: People) -> Signal:
    """The item whose last digits are spread least evenly; each site is held against an even spread, not other sites."""
    tested = []
    for path in sorted({path for one in own for path in one.digits}):
        digits = [digit for one in own for digit in one.digits.get(path, ())]
        p = terminal_digits.compare_uniform(digits).p
        if p is not None:
            tested.append((p, path, max(np.bincount(digits, minlength=10)) / len(digits), len(digits)))
    if not tested:
        return Signal(
            site, Kind.DIGITS, Verdict.TOO_FEW, max((len(d) for one in own for d in one.digits.values()), default=0)
        )
    p, path, value, n = min(tested)
    p = min(1.0, p * len(tested))
    verdict = Verdict.SIGNAL if p < ALPHA else Verdict.NONE
    return Signal(site, Kind.DIGITS, verdict, n, float(value), 0.1, p, path)
