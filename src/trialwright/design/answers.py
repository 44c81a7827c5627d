"""The plan's main analyses of many simulated trials at once, and the truth that each of them is after.

A recipe is two functions: ``answer_…`` analyses trials, ``know_…`` computes the true value from a great number of
participants of each arm whom nobody missed or lost.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy import special

from trialwright.definition.analysis import Recipe
from trialwright.design.events import Times, find_times
from trialwright.design.model import Asked, Measured, Model
from trialwright.design.tally import Answered, Key, Truth
from trialwright.design.values import Values, compute_ramp
from trialwright.statistics import fisher, proportion, risk_difference, risk_difference_batch
from trialwright.statistics.aalen_johansen_batch import estimate_at
from trialwright.statistics.arrays import BoolArray, FloatArray, IntArray
from trialwright.statistics.counts_batch import Answer, compute_answers
from trialwright.statistics.gray_batch import compute_exact_p, compute_p
from trialwright.statistics.hodges_lehmann_batch import estimate_shifts
from trialwright.statistics.mmrm_batch import Batch, fit_batch
from trialwright.statistics.outcomes import Comparison, Estimate
from trialwright.statistics.square_and_add import compute_limits
from trialwright.vocabulary.methods import Method

INTERVALS: Mapping[Method, Callable[..., Estimate]] = {
    Method.RISK_DIFFERENCE_EXACT: risk_difference_batch.estimate_exact,
    Method.RISK_DIFFERENCE_MN: risk_difference.estimate_miettinen_nurminen,
    Method.RISK_DIFFERENCE_MEE: risk_difference.estimate_mee,
    Method.RISK_DIFFERENCE_NEWCOMBE: risk_difference.estimate_newcombe,
}
TESTS: Mapping[Method, Callable[..., Comparison]] = {
    Method.FISHER: fisher.compare_two_sided,
    Method.FISHER_MID_P: fisher.compare_mid_p,
}
SHARES: Mapping[Method, Callable[..., Estimate]] = {
    Method.CLOPPER_PEARSON: proportion.estimate_clopper_pearson,
    Method.WILSON: proportion.estimate_wilson,
    Method.JEFFREYS: proportion.estimate_jeffreys,
    Method.PROPORTION_MID_P: proportion.estimate_mid_p,
}
_RELABELLING, _ROUNDING = 1988, 1e-12
"""By so much two effects can fail to cancel, and a product of steps miss 0 or 1."""
LARGEST_UNCONDITIONAL = 200
"""Participants up to which the plan computes the exact unconditional interval; above, Miettinen and Nurminen's."""


_TABLES: dict[str, dict[tuple[int, ...], Answer]] = {}
"""Answers by method with its level, and table: kept for the life of a worker, as the same few tables come again."""


@dataclass(slots=True)
class Memory:
    """What one scenario can use of another: answers by table, and fits of trials whose noise was the same.

    An effect that shifts all values of an arm at a visit alike shifts the estimate by as much and changes neither its
    standard error nor its df; so a trial is fitted again only where its values without the effect, or which of them
    are missing, are not the same.
    """

    tables: dict[str, dict[tuple[int, ...], Answer]] = field(default_factory=lambda: _TABLES)
    fits: dict[tuple[str, str], list[tuple[FloatArray, FloatArray, Batch]]] = field(default_factory=dict)

    def look_up(self, name: str, method: Callable[..., Estimate | Comparison], tables: IntArray) -> Answered:
        """The method's answer for each row of counts."""
        found = compute_answers(method, tables, self.tables.setdefault(name, {}))
        return Answered(found.estimate, found.ci_low, found.ci_high, found.p)


@dataclass(frozen=True, slots=True)
class Trials:
    """Simulated trials of one scenario and what has been learnt before."""

    model: Model
    values: Values
    memory: Memory

    @property
    def treated(self) -> BoolArray:
        """Who is in the first arm of the contrast, shape (n,)."""
        return np.asarray(self.values.people.arm == 1)

    def read(self, measured: Measured, visit: str) -> FloatArray:
        """The numbers of a parameter at a visit, shape (trials, n); below the limit of quantification, half of it."""
        when = self.values.occasions(measured.form)
        places = np.flatnonzero((when.visit == self.model.visits.index(visit)) & (when.confirms == 0))
        numbers = self.values.number(measured.item)[:, :, places[0]]
        if measured.divided_by:
            numbers = numbers / self.values.number(measured.divided_by)[:, :, places[0]]
        return numbers if measured.lloq is None else np.where(numbers < measured.lloq, measured.lloq / 2, numbers)

    def change(self, measured: Measured, visit: str) -> FloatArray:
        """The change from baseline, of a log parameter the logarithm of the ratio."""
        base, value = self.base(measured), self.read(measured, visit)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.log(value) - base if measured.is_log else value - base)

    def base(self, measured: Measured) -> FloatArray:
        """The value at the first visit on day 0, of a log parameter its logarithm."""
        when = self.values.occasions(measured.form)
        visit = self.model.visits[int(when.visit[when.visit >= 0][0])]
        base = self.read(measured, visit)
        return np.log(base) if measured.is_log else base


Answers = Iterable[tuple[Key, Answered]]
Outcomes = Iterable[tuple[Key, FloatArray, FloatArray, Callable[[FloatArray, FloatArray], float | None]]]


def answer(asked: Asked, trials: Trials) -> Answers:
    """What the analysis says in each trial, by key."""
    return RECIPES[asked.recipe][0](asked, trials)


def know(asked: Asked, one: Trials, other: Trials) -> dict[Key, Truth]:
    """The true values that an analysis estimates, from the participants of each arm (one trial each).

    Both arms were drawn with the same random numbers: without an effect they are equal, but for rounding.
    """
    truths = {}
    for key, first, second, compute in RECIPES[asked.recipe][1](asked, one, other):
        # Two effects on the parts of a ratio can cancel but for rounding.
        is_null = bool(np.allclose(first, second, rtol=1e-9, atol=_ROUNDING, equal_nan=True))
        value = compute(first, second)
        truths[key] = Truth(0.0 if value is not None and abs(value) < _ROUNDING else value, is_null)
    return truths


# --- change from baseline --------------------------------------------------------------------------------------------


def answer_change(asked: Asked, trials: Trials) -> Answers:
    """Hodges and Lehmann's shift with its exact interval, and Wilcoxon's exact test."""
    measured, treated = trials.model.measured[asked.parameter], trials.treated
    for visit in asked.visits:
        change = _rank_dead(asked, trials, measured, visit)
        found = estimate_shifts(change[:, treated], change[:, ~treated], trials.model.level)
        yield _key(asked, visit), Answered(found.estimate, found.ci_low, found.ci_high, found.p)


def know_change(asked: Asked, one: Trials, other: Trials) -> Outcomes:
    measured = one.model.measured[asked.parameter]
    for visit in asked.visits:
        yield (
            _key(asked, visit), _rank_dead(asked, one, measured, visit)[0], _rank_dead(asked, other, measured, visit)[0],
            _compute_shift,
        )  # fmt: skip


def _rank_dead(asked: Asked, trials: Trials, measured: Measured, visit: str) -> FloatArray:
    """Changes, where the plan says so with the worst value of all for who has died by the visit and has none."""
    change = trials.change(measured, visit)
    if not asked.ranks_death or not measured.better:
        return change
    people = trials.values.people
    died = people.enrolled & (people.death <= _find_day(trials.model, visit)) & (people.death <= people.gone)
    worst = np.inf if measured.better == "lower" else -np.inf
    return np.where(died & np.isnan(change), worst, change)


def _compute_shift(first: FloatArray, second: FloatArray) -> float | None:
    """The median difference of two independent participants. Turned both ways, so that equal arms give zero."""
    turned = np.roll(np.arange(first.size), first.size // 3)
    with np.errstate(invalid="ignore"):
        pairs = np.concatenate((first - second[turned], first[turned] - second))
    pairs[np.isnan(pairs) & np.isinf(np.concatenate((first, first[turned])))] = 0.0
    value = float(np.nanmedian(pairs))
    return value if np.isfinite(value) else None


# --- repeated measures -----------------------------------------------------------------------------------------------


def answer_mmrm(asked: Asked, trials: Trials) -> Answers:
    """The mixed model for repeated measures, unstructured, with Kenward and Roger's df; adjusted for the baseline."""
    measured, model = trials.model.measured[asked.parameter], trials.model
    base = trials.base(measured)
    changes = np.stack([trials.change(measured, visit) for visit in asked.visits], axis=2)
    shift = _compute_effects(trials, measured, asked.visits)
    found = _fit(trials, (asked.analysis, asked.parameter), changes - shift, base)
    difference = found.difference + shift[trials.treated][0] - shift[~trials.treated][0]
    quantile = special.stdtrit(found.df, 0.5 + model.level / 2)
    p = 2 * special.stdtr(found.df, -np.abs(difference / found.se))
    for at, visit in enumerate(asked.visits):
        reach = quantile[:, at] * found.se[:, at]
        middle = difference[:, at]
        # The plan gives neither interval nor test below one degree of freedom.
        few = found.df[:, at] < 1 - 1e-6
        reach, tested = np.where(few, np.nan, reach), np.where(few, np.nan, p[:, at])
        yield _key(asked, visit), Answered(middle, middle - reach, middle + reach, tested)


def know_mmrm(asked: Asked, one: Trials, other: Trials) -> Outcomes:
    measured = one.model.measured[asked.parameter]
    for visit in asked.visits:
        yield (
            _key(asked, visit), one.change(measured, visit)[0], other.change(measured, visit)[0],
            lambda first, second: float(np.nanmean(first - second)),
        )  # fmt: skip


def _compute_effects(trials: Trials, measured: Measured, visits: tuple[str, ...]) -> FloatArray:
    """What the arms add to the change at each visit, shape (n, visits); 0 where an effect is no shift."""
    ramp = compute_ramp(np.array([_find_day(trials.model, visit) for visit in visits]))
    wanted = "LOGNORMAL" if measured.is_log else "NORMAL"
    items = [(measured.item, 1.0), *([(measured.divided_by, -1.0)] if measured.divided_by else [])]
    effects = np.zeros(2)
    for item, sign in items if measured.is_log or not measured.divided_by else []:
        behaviour = trials.model.draws[item].behaviour
        if behaviour.kind == wanted:
            found = np.array([trials.values.effect(behaviour, side) for side in (0, 1)])
            effects += sign * (np.log(found) if measured.is_log else found)
    return np.asarray(effects[trials.values.people.arm][:, None] * ramp)


def _fit(trials: Trials, key: tuple[str, str], values: FloatArray, base: FloatArray) -> Batch:
    """Fits of values without the effect; what an earlier scenario fitted is used again where nothing else changed."""
    arm = trials.values.people.arm
    known = trials.memory.fits.setdefault(key, [])
    again = np.ones(values.shape[0], dtype=np.bool_)
    parts = [np.full((values.shape[0], values.shape[2]), np.nan) for _ in range(3)]
    converged = np.zeros(values.shape[0], dtype=np.bool_)
    for earlier, earlier_base, fit in known:
        if earlier.shape != values.shape or not again.any():
            continue
        same = _is_same(values, earlier).all(axis=(1, 2)) & _is_same(base, earlier_base).all(axis=1) & again
        for part, old in zip(parts, (fit.difference, fit.se, fit.df), strict=True):
            part[same] = old[same]
        converged[same] = fit.converged[same]
        again &= ~same
    if again.any():
        # Who has no baseline has no change either and is not in the model; the covariate must be a number.
        found = fit_batch(values[again], arm, np.nan_to_num(base[again]))
        for part, new in zip(parts, (found.difference, found.se, found.df), strict=True):
            part[again] = new
        converged[again] = found.converged
    result = Batch(parts[0], parts[1], parts[2], converged)
    known.append((values, base, result))
    return result


def _is_same(one: FloatArray, other: FloatArray) -> BoolArray:
    """Equal but for rounding, or both missing."""
    return np.asarray((np.abs(one - other) < 1e-10) | (np.isnan(one) & np.isnan(other)))


# --- shares ----------------------------------------------------------------------------------------------------------


def answer_proportion(asked: Asked, trials: Trials) -> Answers:
    """Shares of those who have had the event or the code, compared between the arms."""
    for visit in asked.visits:
        yield from _answer_counts(asked, trials, visit, *_find_having(asked, trials, visit))


def know_proportion(asked: Asked, one: Trials, other: Trials) -> Outcomes:
    for visit in asked.visits:
        having = [_mark(*_find_having(asked, trials, visit))[0] for trials in (one, other)]
        yield from _know_shares(asked, one.model, visit, having[0], having[1])


def answer_adverse_events(asked: Asked, trials: Trials) -> Answers:
    """Participants with at least one related adverse event."""
    people = trials.values.people
    yield from _answer_counts(asked, trials, "", people.related, people.enrolled)


def know_adverse_events(asked: Asked, one: Trials, other: Trials) -> Outcomes:
    first, second = (trials.values.people.related[0].astype(np.float64) for trials in (one, other))
    yield from _know_shares(asked, one.model, "", first, second)


def _find_having(asked: Asked, trials: Trials, visit: str) -> tuple[BoolArray, BoolArray]:
    """Who has it, and of whom it is known whether, shape (trials, n)."""
    measured = trials.model.measured[asked.parameter]
    if measured.event is not None:
        day = min(_find_day(trials.model, visit), measured.horizon)
        return _judge(find_times(trials.values, measured), day)
    draw = trials.model.draws[measured.item]
    when = trials.values.occasions(measured.form)
    places = np.flatnonzero((when.visit == trials.model.visits.index(visit)) & (when.confirms == 0))
    index = trials.values.index(measured.item)[:, :, places[0]]
    counts = np.array([text in ("Y", "1") for text in draw.levels] + [False])
    return counts[index], index >= 0


def _judge(times: Times, day: float) -> tuple[BoolArray, BoolArray]:
    """Who has had the event by a day, and of whom it is known."""
    at_risk = ~np.isnan(times.days)
    with np.errstate(invalid="ignore"):
        having = at_risk & (times.codes == 1) & (times.days <= day)
        known = at_risk & ~((times.codes == 0) & (times.days < day))
    return np.asarray(having), np.asarray(known)


def _mark(having: BoolArray, known: BoolArray) -> FloatArray:
    return np.where(known, having, np.nan)


def _answer_counts(asked: Asked, trials: Trials, visit: str, having: BoolArray, known: BoolArray) -> Answers:
    treated, level = trials.treated, trials.model.level
    one, other = ((having & known)[:, side].sum(axis=1) for side in (treated, ~treated))
    sizes = [known[:, side].sum(axis=1) for side in (treated, ~treated)]
    tables = np.stack((one, sizes[0], other, sizes[1]), axis=1).astype(np.int64)
    intervals = [each for each in asked.methods if each in INTERVALS]
    tests = [each for each in asked.methods if each in TESTS]
    for at in range(max(len(intervals), len(tests))):
        interval = intervals[at] if at < len(intervals) else None
        test = tests[at] if at < len(tests) else None
        found = _estimate_difference(trials, interval, tables) if interval else _nothing(len(tables))
        p = trials.memory.look_up(test, TESTS[test], tables).p if test else found.p
        yield (
            _key(asked, visit, interval or "", test or ""),
            Answered(found.estimate, found.ci_low, found.ci_high, p),
        )
    for method in [each for each in asked.methods if each in SHARES]:
        for arm, columns in zip(trials.model.contrast, (tables[:, :2], tables[:, 2:]), strict=True):
            found = trials.memory.look_up(
                f"{method} {level}", lambda x, n, use=method: SHARES[use](x, n, level), columns
            )
            yield _key(asked, visit, method, "", arm), found


def _estimate_difference(trials: Trials, method: Method, tables: IntArray) -> Answered:
    level = trials.model.level

    def estimate(x1: int, n1: int, x0: int, n0: int) -> Estimate:
        use = method
        if method is Method.RISK_DIFFERENCE_EXACT and n1 + n0 > LARGEST_UNCONDITIONAL:
            use = Method.RISK_DIFFERENCE_MN
        return INTERVALS[use](x1, n1, x0, n0, level=level)

    return trials.memory.look_up(f"{method} {level}", estimate, tables)


def _know_shares(asked: Asked, model: Model, visit: str, first: FloatArray, second: FloatArray) -> Outcomes:
    intervals = [each for each in asked.methods if each in INTERVALS]
    tests = [each for each in asked.methods if each in TESTS]
    for at in range(max(len(intervals), len(tests))):
        interval = intervals[at] if at < len(intervals) else ""
        test = tests[at] if at < len(tests) else ""
        yield _key(asked, visit, interval, test), first, second, _compute_difference
    for method in [each for each in asked.methods if each in SHARES]:
        for arm, mine in zip(model.contrast, (first, second), strict=True):
            yield _key(asked, visit, method, "", arm), mine, mine, lambda mine, _: float(np.nanmean(mine))


def _compute_difference(first: FloatArray, second: FloatArray) -> float | None:
    if np.isnan(first).all() or np.isnan(second).all():
        return None
    return float(np.nanmean(first) - np.nanmean(second))


# --- times to events -------------------------------------------------------------------------------------------------


def _compute_exact_gray(days: FloatArray, codes: IntArray, treated: IntArray) -> FloatArray:
    """Where relabellings have to be drawn, the same for every trial on every machine."""
    return compute_exact_p(days, codes, treated, np.random.Generator(np.random.PCG64(_RELABELLING)))


COMPETING_TESTS: Mapping[Method, Callable[[FloatArray, IntArray, IntArray], FloatArray]] = {
    Method.GRAY: compute_p,
    Method.GRAY_EXACT: _compute_exact_gray,
}


def answer_time_to_event(asked: Asked, trials: Trials) -> Answers:
    """Gray's test, and at each time point the difference of the cumulative incidences.

    It goes by the name of its interval while nobody is censored before the time point; see ``analyse/time_to_event.py``.
    """
    measured = trials.model.measured[asked.parameter]
    times = find_times(trials.values, measured)
    treated = trials.treated
    for method in [each for each in asked.methods if each in COMPETING_TESTS]:
        found = _nothing(times.days.shape[0])
        p = COMPETING_TESTS[method](times.days, times.codes, treated.astype(np.int64))
        yield _key(asked, "", "", method), Answered(found.estimate, found.ci_low, found.ci_high, p)
    days = [min(_find_day(trials.model, visit), measured.horizon) for visit in asked.visits]
    curves = [_read_curves(trials, times, side, days) for side in (treated, ~treated)]
    for at, (visit, day) in enumerate(zip(asked.visits, days, strict=True)):
        having, known = _judge(times, day)
        counts = [part[:, side].sum(axis=1) for side in (treated, ~treated) for part in (having, known)]
        tables = np.stack(counts, axis=1).astype(np.int64)
        interval = Method.RISK_DIFFERENCE_MN
        found = _estimate_difference(trials, interval, tables)
        shown = np.stack((found.estimate, found.ci_low, found.ci_high))
        lost = (~known & ~np.isnan(times.days)).any(axis=1)
        if lost.any():
            read = [part[:, lost, at] for part in curves]
            shown[:, lost] = _compare_curves(trials, (read[0], read[1]), tables[lost])
        yield _key(asked, visit, interval, ""), Answered(shown[0], shown[1], shown[2], np.full(len(tables), np.nan))


def _read_curves(trials: Trials, times: Times, side: BoolArray, days: list[float]) -> FloatArray:
    """Incidence and limits of one arm on each day, shape (3, trials, days); only of trials in which somebody was censored."""
    read = np.full((3, len(times.days), len(days)), np.nan)
    with np.errstate(invalid="ignore"):
        lost = ((times.codes == 0) & (times.days < max(days, default=0.0))).any(axis=1)
    read[:, lost] = np.stack(
        estimate_at(times.days[lost][:, side], times.codes[lost][:, side], days, trials.model.level)
    )
    return read


def _compare_curves(trials: Trials, read: tuple[FloatArray, FloatArray], tables: IntArray) -> FloatArray:
    """The difference of the curves on a day with its limits, shape (3, trials): what ``analyse`` does after a censoring."""
    one, other = (
        _bound_flat(trials, part, counts) for part, counts in zip(read, (tables[:, :2], tables[:, 2:]), strict=True)
    )
    low, high = compute_limits((one[0], one[1], one[2]), (other[0], other[1], other[2]))
    return np.stack((one[0] - other[0], low, high))


def _bound_flat(trials: Trials, read: FloatArray, counts: IntArray) -> FloatArray:
    """The same of one arm; where it is 0 or 1 the limits are exact, of those whose state is known."""
    level = trials.model.level
    with np.errstate(invalid="ignore"):
        flat = np.minimum(read[0], 1 - read[0]) <= _ROUNDING
    exact = trials.memory.look_up(
        f"{Method.CLOPPER_PEARSON} {level}", lambda x, n: SHARES[Method.CLOPPER_PEARSON](x, n, level), counts[flat]
    )
    same = np.abs(exact.estimate - read[0][flat]) <= _ROUNDING
    bounded = read.copy()
    for row, limit in (1, exact.ci_low), (2, exact.ci_high):
        bounded[row, flat] = np.where(same, limit, np.nan)
    return bounded


def know_time_to_event(asked: Asked, one: Trials, other: Trials) -> Outcomes:
    measured = one.model.measured[asked.parameter]
    times = [find_times(trials.values, measured) for trials in (one, other)]
    for method in [each for each in asked.methods if each in COMPETING_TESTS]:
        marks = [np.stack((each.days[0], each.codes[0].astype(np.float64))) for each in times]
        yield _key(asked, "", "", method), marks[0], marks[1], lambda _, __: None
    for visit in asked.visits:
        day = min(_find_day(one.model, visit), measured.horizon)
        first, second = (_mark(*_judge(each, day))[0] for each in times)
        yield _key(asked, visit, Method.RISK_DIFFERENCE_MN, ""), first, second, _compute_difference


# --- what they share -------------------------------------------------------------------------------------------------


def _nothing(trials: int) -> Answered:
    empty = np.full(trials, np.nan)
    return Answered(empty, empty, empty, empty)


def _find_day(model: Model, visit: str) -> float:
    return float(model.visit_days[model.visits.index(visit)])


_OWN = {
    Recipe.CHANGE: (Method.HODGES_LEHMANN.value, Method.WILCOXON_EXACT.value),
    Recipe.MMRM: (Method.MMRM.value, Method.MMRM.value),
}


def _key(asked: Asked, visit: str, interval: str | None = None, test: str = "", group: str = "") -> Key:
    named = _OWN[asked.recipe] if interval is None else (str(interval), str(test))
    return asked.analysis, asked.parameter, visit, group, "|".join(named)


Answerer = Callable[[Asked, Trials], Answers]
Knower = Callable[[Asked, Trials, Trials], Outcomes]
RECIPES: Mapping[Recipe, tuple[Answerer, Knower]] = {
    Recipe.CHANGE: (answer_change, know_change),
    Recipe.MMRM: (answer_mmrm, know_mmrm),
    Recipe.PROPORTION: (answer_proportion, know_proportion),
    Recipe.ADVERSE_EVENTS: (answer_adverse_events, know_adverse_events),
    Recipe.TIME_TO_EVENT: (answer_time_to_event, know_time_to_event),
}
