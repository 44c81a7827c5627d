"""The usual MMRM of a two-arm trial: least-squares means and differences by visit.

response ~ arm x visit + covariates, a covariance structure over the visits, everybody with at least one value.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trialwright.statistics.arrays import FloatArray, as_columns, as_floats
from trialwright.statistics.mmrm import DEFAULT, Fit, Options, fit
from trialwright.statistics.outcomes import Comparison, Estimate, refuse_comparison


@dataclass(frozen=True, slots=True)
class VisitTable:
    """Results by visit.

    Parameters
    ----------
    visits : tuple
        Labels of the visits that could be analysed, ascending.
    means1, means0, differences : tuple of Estimate
        Least-squares mean of arm 1 and arm 0, and arm 1 - arm 0, one a visit; covariates at their mean over
        the participants of the model. ``n`` counts the participants of the model.
    seen1, seen0 : tuple of int
        Observed values by arm and visit.
    any_difference, interaction : Comparison
        F tests that all differences are zero, and that they are equal at all visits.
    fit : Fit
        The model; its first columns are the cells (arm 0, visits …), (arm 1, visits …), then the covariates.
    warnings : tuple of str
        Visits that were left out, and the warnings of the fit.
    """

    visits: tuple[object, ...]
    means1: tuple[Estimate, ...]
    means0: tuple[Estimate, ...]
    differences: tuple[Estimate, ...]
    seen1: tuple[int, ...]
    seen0: tuple[int, ...]
    any_difference: Comparison
    interaction: Comparison
    fit: Fit
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The data, one row a participant and visit.

    Parameters
    ----------
    response : array_like, shape (n,)
        NaN means missing.
    treated : array_like of 0/1, shape (n,)
        1 for arm 1.
    subject, visit : array_like, shape (n,)
        Labels.
    covariates : array_like, shape (n,) or (n, k), optional
        Baseline values, the same in all rows of a participant.
    """

    response: ArrayLike
    treated: ArrayLike
    subject: ArrayLike
    visit: ArrayLike
    covariates: ArrayLike | None = None


def estimate_visits(
    rows: Rows, options: Options = DEFAULT, level: float = 0.95, covariates_by_visit: bool = False
) -> VisitTable:
    """Least-squares means, differences and F tests of the model response ~ arm x visit + covariates.

    Parameters
    ----------
    rows : Rows
        The data.
    options : Options
        Covariance structures in order of preference, adjustment, information.
    level : float
        Confidence level.
    covariates_by_visit : bool
        A slope of its own for each visit instead of one for all.

    Returns
    -------
    VisitTable
        Means and differences in the unit of the response; visits without both arms are left out, and where no model can be
        fitted every estimate is None and ``warnings`` say why.

    Raises
    ------
    ValueError
        When ``level`` is not strictly between 0 and 1, columns differ in length, ``treated`` holds other values than 0 and
        1, or a participant has two rows at one visit.

    Notes
    -----
    A visit at which an arm has no value is left out (a warning says so): no mean exists there.

    References
    ----------
    Equations (16) and (17) of mmrm.md.
    Kenward & Roger 1997, Biometrics 53:983; Mallinckrodt and others 2008, Drug Information Journal 42:303 (the model in
    trials).

    Examples
    --------
    >>> y = [1.0, 2.1, 1.4, 2.9, 0.8, 2.0, 1.1, 1.6, 2.2, 3.9, 2.8, 4.1]
    >>> rows = Rows(y, np.repeat([0, 1], 6), np.repeat(np.arange(6), 2), np.tile([1, 2], 6))
    >>> [round(answer.estimate, 4) for answer in estimate_visits(rows).differences]
    [0.9667, 0.8667]
    """
    values = as_floats(rows.response)
    covariates = as_columns(rows.covariates, values.size)
    arm, visit = as_floats(rows.treated), np.asarray(rows.visit).ravel()
    subject = np.asarray(rows.subject).ravel()
    if not np.isin(arm[~np.isnan(arm)], (0.0, 1.0)).all():
        raise ValueError("treated holds other values than 0 and 1")
    complete = ~(np.isnan(values) | np.isnan(arm) | np.isnan(covariates).any(axis=1))
    labels, seen1, seen0, left_out = _find_visits(visit, arm, complete)
    used = complete & np.isin(visit, labels)
    missing = int((~complete).sum())
    warnings = (f"{missing} missing row{'' if missing == 1 else 's'} left out",) if missing else ()
    centred = _centre(covariates[used], subject[used])
    when = np.searchsorted(labels, visit[used]) if labels.size else np.zeros(0, dtype=np.int64)
    design = _build_design(arm[used], when, labels.size, centred, covariates_by_visit)
    model = fit(values[used], design, subject[used], visit[used], options)
    return _fill(model, labels, (seen1, seen0), design.shape[1], (*warnings, *left_out, *model.warnings), level)


def _find_visits(
    visit: NDArray[np.generic], arm: FloatArray, complete: NDArray[np.bool_]
) -> tuple[NDArray[np.generic], tuple[int, ...], tuple[int, ...], tuple[str, ...]]:
    """The visits at which both arms have values, the counts there, and a warning for each other visit."""
    every = np.unique(visit)
    counts = [[int((complete & (visit == label) & (arm == code)).sum()) for label in every] for code in (1, 0)]
    both = np.array([one > 0 and zero > 0 for one, zero in zip(*counts, strict=True)], dtype=bool)
    left_out = tuple(f"visit {label}: an arm has no values, left out" for label in every[~both].tolist())
    kept = [tuple(count for count, keep in zip(line, both, strict=True) if keep) for line in counts]
    return every[both], kept[0], kept[1], left_out


def _centre(covariates: FloatArray, subject: NDArray[np.generic]) -> FloatArray:
    """The covariates minus their mean over participants (each counts once)."""
    if covariates.size == 0:
        return covariates
    first = np.unique(subject, return_index=True)[1]
    return np.asarray(covariates - covariates[first].mean(axis=0))


def _build_design(
    arm: FloatArray, when: NDArray[np.int64], visits: int, centred: FloatArray, split: bool
) -> FloatArray:
    at = (when[:, None] == np.arange(visits)).astype(np.float64)
    blocks = [at * (1 - arm[:, None]), at * arm[:, None]]
    if split:
        blocks += [at * column[:, None] for column in centred.T]
    else:
        blocks.append(centred)
    return np.concatenate(blocks, axis=1)


def _fill(
    model: Fit, labels: NDArray[np.generic], seen: tuple[tuple[int, ...], tuple[int, ...]], columns: int,
    warnings: tuple[str, ...], level: float,
) -> VisitTable:  # fmt: skip
    visits = labels.size
    unit = np.eye(columns)
    gap = unit[visits : 2 * visits] - unit[:visits]
    means1 = tuple(model.estimate(unit[visits + v], level) for v in range(visits))
    means0 = tuple(model.estimate(unit[v], level) for v in range(visits))
    differences = tuple(model.estimate(row, level) for row in gap)
    nothing = refuse_comparison(model.method, model.n, *warnings, "fewer than two visits")
    some = model.compare(gap) if visits else nothing
    interaction = model.compare(gap[1:] - gap[0]) if visits > 1 else nothing
    names = tuple(labels.tolist())
    return VisitTable(names, means1, means0, differences, *seen, some, interaction, model, warnings)
