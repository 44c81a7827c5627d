"""The mixed model for repeated measures (MMRM): fit, fallback ladder, contrasts.

Restricted maximum likelihood with a covariance structure over visits and no random effects. Where other software
differs: R's mmrm prints another "Kenward-Roger" for an unstructured matrix than SAS; here the default is SAS's
("kenward-roger-linear"), with the observed information; see ``docs/explanation/statistics/mmrm.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, special

from trialwright.statistics.arrays import FloatArray, as_floats, check_level, drop_incomplete, has_infinite
from trialwright.statistics.mmrm_covariance import Covariance, Structure
from trialwright.statistics.mmrm_inference import Adjustment, Precision, compute_df, compute_f, compute_precision
from trialwright.statistics.mmrm_reml import State, Sums, compute_information, compute_sums
from trialwright.statistics.mmrm_search import find_maximum
from trialwright.statistics.outcomes import Comparison, Estimate, wald
from trialwright.statistics.threads import use_one_thread

LADDER: tuple[Structure, ...] = ("unstructured", "toeplitz_h", "ar1_h", "cs_h")


@dataclass(frozen=True, slots=True)
class Options:
    """How to fit.

    Parameters
    ----------
    structures : sequence of str
        Covariance structures in the order in which they are tried; the first that converges is used.
    adjustment : str
        ``kenward-roger-linear``, ``kenward-roger`` or ``satterthwaite``.
    observed : bool
        Observed information of the covariance parameters; False takes the expected one (as R's pbkrtest does).
    """

    structures: Sequence[Structure] = LADDER
    adjustment: Adjustment = "kenward-roger-linear"
    observed: bool = True


DEFAULT = Options()


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model, or the reasons why there is none.

    Parameters
    ----------
    converged : bool
        False when no structure could be fitted: every estimate is then None.
    structure : str
        The structure that was used; empty when none.
    beta : ndarray, shape (p,)
        Coefficients of the design's columns.
    precision : Precision or None
        Their covariance, plain and adjusted.
    sigma : ndarray, shape (visits, visits)
        The fitted covariance of the visits, in ascending order of ``visits``.
    visits : tuple
        Labels of the visits.
    deviance : float
        -2 restricted log-likelihood.
    n, n_observations : int
        Participants and observations used.
    method : str
        ``mmrm.fit`` with structure and adjustment.
    warnings : tuple of str
        Rows left out, structures that failed and why.
    """

    converged: bool
    structure: str
    beta: FloatArray
    precision: Precision | None
    sigma: FloatArray
    visits: tuple[object, ...]
    deviance: float | None
    n: int
    n_observations: int
    method: str
    warnings: tuple[str, ...] = ()
    state: State | None = field(default=None, repr=False)

    def estimate(self, row: ArrayLike, level: float = 0.95, null: float = 0.0) -> Estimate:
        """One linear combination of the coefficients with Student's interval and the p-value of ``null``.

        Equations (9) and (10) of mmrm.md.
        """
        check_level(level)
        if self.precision is None:
            return Estimate(None, None, None, None, self.n, self.method, self.warnings, level=level)
        weights = as_floats(row)
        value = float(weights @ self.beta)
        variance = float(weights @ self.precision.adjusted @ weights)
        df = compute_df(self.precision, weights)
        if variance <= 0 or not np.isfinite(df) or df <= 0:
            why = (*self.warnings, "the contrast has no variance")
            return Estimate(value, None, None, None, self.n, self.method, why, level=level)
        return wald(value, variance**0.5, self.n, self.method, self.warnings, df, level, null)

    def compare(self, matrix: ArrayLike) -> Comparison:
        """The F test that all combinations in the rows of ``matrix`` (full row rank) are zero.

        Equations (11) to (15) of mmrm.md.
        """
        rows = np.atleast_2d(np.asarray(matrix, dtype=np.float64))
        if self.precision is None:
            return Comparison(None, None, self.n, self.method, warnings=self.warnings)
        if np.linalg.matrix_rank(rows) < rows.shape[0]:
            return Comparison(None, None, self.n, self.method, warnings=(*self.warnings, "contrasts are redundant"))
        f, df, df2 = compute_f(self.precision, rows, self.beta)
        if not np.isfinite(f) or np.isnan(df2) or df2 <= 0 or f < 0:
            why = (*self.warnings, "the contrasts have no degrees of freedom")
            return Comparison(None, None, self.n, self.method, warnings=why)
        if np.isinf(df2):
            return Comparison(f, float(special.chdtrc(df, df * f)), self.n, self.method, float(df), None, self.warnings)
        p = float(special.fdtrc(df, df2, f))
        return Comparison(f, p, self.n, self.method, float(df), df2, self.warnings)


def fit(
    response: ArrayLike, design: ArrayLike, subject: ArrayLike, visit: ArrayLike, options: Options = DEFAULT
) -> Fit:
    """The fitted model.

    Parameters
    ----------
    response : array_like, shape (n,)
        One value a participant and visit; NaN means missing: the row is left out (missing at random).
    design : array_like, shape (n, p)
        Full column rank over the rows that are used. A row with NaN is left out.
    subject, visit : array_like, shape (n,)
        Labels; no participant may have two rows at one visit. Visits are ordered by their label.
    options : Options
        Structures, adjustment, information.

    Returns
    -------
    Fit
        Never raises for data: a fit that is impossible says so in ``warnings``.

    Raises
    ------
    ValueError
        When columns differ in length or a participant has two rows at one visit.

    References
    ----------
    Equations (1) to (8) of mmrm.md.
    Kenward & Roger 1997, Biometrics 53:983; Fai & Cornelius 1996, Journal of Statistical Computation and Simulation
    54:363.

    Examples
    --------
    >>> y, who, visit = [1.0, 2.1, 1.4, 2.9, 0.8, 2.0, 1.1, 1.6], np.repeat(np.arange(4), 2), np.tile([1, 2], 4)
    >>> model = fit(y, np.column_stack((visit == 1, visit == 2)), who, visit)
    >>> answer = model.estimate([-1, 1])
    >>> round(answer.estimate, 4), round(answer.df, 4)
    (1.075, 3.0)
    """
    matrix = np.asarray(design, dtype=np.float64)
    values = as_floats(response)
    matrix = matrix.reshape(values.size, -1) if values.size and matrix.size else np.ones((values.size, 1))
    people = np.unique(np.asarray(subject).ravel(), return_inverse=True)[1]
    labels, when = np.unique(np.asarray(visit).ravel(), return_inverse=True)
    (y, who, at, *rest), warnings = drop_incomplete(values, people, when, *matrix.T)
    x = np.column_stack(rest)
    if np.unique(who * (labels.size + 1) + at).size < who.size:
        raise ValueError("a participant has two rows at one visit")
    seen = np.unique(at).astype(np.int64)
    names = tuple(np.asarray(labels)[seen].tolist())
    who, at = np.unique(who, return_inverse=True)[1].astype(np.float64), np.searchsorted(seen, at).astype(np.float64)
    wrong = _check(y, x)
    if wrong:
        return _refuse(names, int(who.max()) + 1 if who.size else 0, y.size, (*warnings, wrong))
    with use_one_thread():
        return _climb(y, x, compute_sums(*_scale(y, x), who, at, seen.size), names, warnings, options)


def _climb(
    y: FloatArray, x: FloatArray, sums: Sums, names: tuple[object, ...], warnings: tuple[str, ...], options: Options
) -> Fit:
    """The first structure of the ladder that fits."""
    _, scaled = _scale(y, x)
    scale, widths = _find_scales(y, x)
    plain = np.asarray(np.linalg.solve(scaled.T @ scaled, scaled.T @ (y / scale)), dtype=np.float64)
    said = list(warnings)
    for structure in options.structures:
        covariance = Covariance(structure, sums.visits)
        outcome = find_maximum(sums, covariance, plain)
        if isinstance(outcome, str):
            said.append(f"{structure}: {outcome}")
            continue
        sigma, state = outcome
        found = _find_precision(sums, covariance, sigma, state, options)
        if isinstance(found, str):
            said.append(f"{structure}: {found}")
            continue
        if structure != options.structures[0]:
            said.append(f"covariance structure {structure} was used instead of {options.structures[0]}")
        method = f"mmrm.fit:{structure},{options.adjustment}"
        jacobian = 2 * (np.log(scale) * (y.size - x.shape[1]) + float(np.log(widths).sum()))
        return Fit(
            True, structure, state.beta * scale / widths, _restore(found, scale, widths), sigma * scale**2, names,
            state.deviance + jacobian, sums.n_participants, y.size, method, tuple(said), state,
        )  # fmt: skip
    return _refuse(names, sums.n_participants, y.size, tuple(said))


def _find_precision(
    sums: Sums, covariance: Covariance, sigma: FloatArray, state: State, options: Options
) -> Precision | str:
    first, second = covariance.differentiate(covariance.to_natural(sigma))
    with np.errstate(all="ignore"):  # checked below
        information = compute_information(sums, state, first, second, options.observed)
    scale = np.sqrt(np.abs(np.diag(information)))
    if (
        (scale == 0).any()
        or not np.isfinite(information).all()
        or linalg.eigvalsh(information / np.outer(scale, scale))[0] <= 1e-8
    ):
        return "the information of the covariance parameters is not positive definite"
    spread = np.linalg.inv(information)
    precision = compute_precision(sums, state, first, second, (spread + spread.T) / 2, options.adjustment)
    if (np.diag(precision.adjusted) <= 0).any():
        return "the adjusted covariance of the coefficients is not positive"
    return precision


def _check(y: FloatArray, x: FloatArray) -> str:
    if y.size == 0:
        return "no observations"
    if has_infinite(y, x):
        return "a value is infinite"
    if y.size <= x.shape[1]:
        return "fewer observations than coefficients"
    if np.linalg.matrix_rank(_scale(y, x)[1]) < x.shape[1]:
        return "a column of the design is a combination of others"
    residual = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    if float(residual @ residual) <= 1e-20 * max(1e-300, float(y @ y)):
        return "the model fits without residual: no variance left"
    return ""


def _find_scales(y: FloatArray, x: FloatArray) -> tuple[float, FloatArray]:
    """One scale for the response and one for each column, so that the optimiser meets numbers near 1."""
    spread = float(y.std()) or 1.0
    widths = np.sqrt((x * x).mean(axis=0))
    return spread, np.where(widths > 0, widths, 1.0)


def _scale(y: FloatArray, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    scale, widths = _find_scales(y, x)
    return y / scale, x / widths


def _restore(precision: Precision, scale: float, widths: FloatArray) -> Precision:
    """The precision on the original scale of the coefficients."""
    factor = scale / widths
    outer = np.outer(factor, factor)
    return Precision(
        precision.plain * outer, precision.adjusted * outer, precision.slopes / outer, precision.spread,
        precision.adjustment,
    )  # fmt: skip


def _refuse(names: tuple[object, ...], n: int, rows: int, warnings: tuple[str, ...]) -> Fit:
    empty = np.zeros(0)
    return Fit(False, "", empty, None, np.zeros((0, 0)), names, None, n, rows, "mmrm.fit", warnings)
