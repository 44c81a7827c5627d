"""Times to events of simulated participants: the study's event rules over records, and how follow-up ends."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from trialwright.definition.endpoints import EventRule
from trialwright.design.model import Measured
from trialwright.design.truth_table import TRUE, UNKNOWN, Truth
from trialwright.design.values import Values
from trialwright.statistics.arrays import BoolArray, FloatArray, IntArray

_KINDS = {"ONCE": 0, "CONSECUTIVE": 1, "SUSTAINED": 2}


@dataclass(frozen=True, slots=True)
class Times:
    """Days from day 0 (NaN: not at risk) and 0 censored, 1 the event, 2 a competing death; shape (trials, n)."""

    days: FloatArray
    codes: IntArray


def find_times(values: Values, measured: Measured) -> Times:
    """The times of a parameter that is an event, as ``derive/adtte.py`` has them.

    What happens after the horizon is censored at the horizon; without the event, follow-up ends at the last record that
    can be judged, for death at the last day known alive.
    """
    assert measured.event is not None
    people, horizon = values.people, measured.horizon
    if measured.event.kind == "DEATH":
        event = np.where(people.death <= people.gone, people.death, np.inf)
        seen = np.minimum(people.gone, float(values.model.last_day))
    else:
        event, seen = _recognise(values, measured, measured.event)
    has = event <= horizon
    died = np.full(has.shape, fill_value=False) if not measured.competing else (people.death <= horizon) & ~has
    died &= people.death <= people.gone
    days = np.where(has, event, np.where(died, people.death, np.minimum(seen, horizon)))
    codes = np.where(has, 1, np.where(died, 2, 0))
    at_risk = values.at_baseline(measured)
    return Times(np.where(at_risk, days, np.nan), codes)


def _recognise(values: Values, measured: Measured, rule: EventRule) -> tuple[FloatArray, FloatArray]:
    """The day of the event (infinite for none) and of the last record whose truth is known."""
    assert measured.when is not None
    form = measured.form
    present = values.present(form)
    truth = np.broadcast_to(values.truth(measured.when), present.shape)
    time = np.ascontiguousarray(np.broadcast_to(values.time(form), present.shape))
    numbers = float(rule.count), rule.apart_hours / 24, rule.hours / 24, rule.max_gap_hours / 24
    start = find_starts(np.ascontiguousarray(truth), time, present, _KINDS[rule.kind], *numbers)
    known = present & (truth != UNKNOWN)
    seen = np.where(known, np.floor(time), 0.0).max(axis=2)
    return np.floor(start), seen


@njit(cache=True, nogil=True)
def find_starts(
    truth: Truth, time: FloatArray, present: BoolArray, kind: int,
    count: float, apart: float, length: float, gap: float,
) -> FloatArray:  # fmt: skip
    """The moment at which each participant's event begins; infinite where there is none.

    Records are in order of time. An absent record is passed over; one whose truth is not known ends a row of them.
    """
    trials, n, records = truth.shape
    result = np.full((trials, n), np.inf)
    for trial in range(trials):
        for person in range(n):
            row, first, last = 0, 0.0, 0.0
            for at in range(records):
                if not present[trial, person, at]:
                    continue
                now = time[trial, person, at]
                if truth[trial, person, at] != TRUE:
                    row = 0
                    continue
                if row == 0 or (kind == 2 and now - last > gap):
                    row, first = 0, now
                row += 1
                last = now
                enough = kind == 0 or (kind == 1 and row >= count and last - first >= apart)
                if enough or (kind == 2 and last - first >= length):
                    result[trial, person] = first
                    break
    return result
