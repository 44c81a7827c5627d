"""Every public method, by name, against the same cupboard of useless data: words or finite numbers come out.

``METHODS`` must name every public method of the room; a new one without its line here fails the last test.
"""

import importlib
import inspect
import math
import pkgutil
from collections.abc import Callable

import numpy as np
import pytest

from tests.statistics.references import PARTS
from tests.statistics.test_garbage import check_clean
from tests.statistics.test_room import HELPERS, PAGES
from trialwright import statistics
from trialwright.statistics import (
    aalen_johansen,
    agreement,
    ancova,
    area_under_curve,
    barnard,
    beta_posterior,
    boschloo,
    censored_regression,
    conditional_odds_ratio,
    cox,
    e_value,
    fine_gray,
    firth_logistic,
    fisher,
    gray,
    hodges_lehmann,
    kaplan_meier,
    log_rank,
    mantel_haenszel,
    mmrm,
    mmrm_visits,
    multiple_imputation,
    multiplicity,
    overlap_weights,
    poisson_rate,
    proportion,
    proportional_odds,
    risk_difference,
    rmst,
    spread,
    standardised_difference,
    stratified_risk_difference,
    summary,
    terminal_digits,
    tipping_point,
    turnbull,
    van_elteren,
    wilcoxon,
    win_odds,
)

NAN, INF = math.nan, math.inf
Y = [1.0, 2.5, 2.5, 4.0, 0.5, 3.0, 7.0, 5.0]

# Values, arm, event (0, 1, 2); the rows of one participant each.
CUPBOARD = {
    "nobody": ([], [], []),
    "one participant": ([2.0], [1], [1]),
    "one arm empty": (Y, [1] * 8, [1, 0, 1, 2, 0, 1, 1, 0]),
    "all equal": ([3.0] * 8, [1, 0] * 4, [1] * 8),
    "no events": (Y, [1, 0] * 4, [0] * 8),
    "all events": (Y, [1, 0] * 4, [1] * 8),
    "all missing": ([NAN] * 8, [1, 0] * 4, [NAN] * 8),
    "infinite": ([INF, *Y[1:7], -INF], [1, 0] * 4, [1, 0, 1, 0, 1, 0, 1, 0]),
    "all infinite": ([INF] * 8, [1, 0] * 4, [1] * 8),
    "some missing": ([NAN, *Y[1:7], NAN], [1, 0] * 4, [1, NAN, 1, 0, 2, 0, 1, 0]),
    "two participants": ([1.0, 2.0], [1, 0], [1, 0]),
    "huge": ([1e300, -1e300, 1e-300, 0.0, 1e300, 5.0, 1.0, 2.0], [1, 0] * 4, [1, 0] * 4),
}
Data = tuple[list[float], list[int], list[float]]


def of_samples(method: Callable) -> Callable[[Data], object]:
    def call(data: Data) -> object:
        y, arm, _ = data
        return method([v for v, a in zip(y, arm, strict=True) if a], [v for v, a in zip(y, arm, strict=True) if not a])

    return call


def of_arrays(method: Callable) -> Callable[[Data], object]:
    return lambda data: of_samples(lambda one, other: method(np.array(one, float), np.array(other, float)))(data)


def of_sample(method: Callable) -> Callable[[Data], object]:
    return lambda data: method(data[0])


def count(data: Data) -> tuple[float, float, float, float]:
    """Events and size of both arms: 0 of 0 where an arm is empty, NaN where the events are missing."""
    _, arm, event = data
    one, other = ([e for e, a in zip(event, arm, strict=True) if a == side] for side in (1, 0))
    return sum(e if math.isnan(e) else float(e > 0) for e in one), len(one), sum(
        e if math.isnan(e) else float(e > 0) for e in other
    ), len(other)  # fmt: skip


def of_tables(method: Callable) -> Callable[[Data], object]:
    return lambda data: method(*count(data))


def of_share(method: Callable) -> Callable[[Data], object]:
    return lambda data: method(*count(data)[:2])


def of_strata(method: Callable) -> Callable[[Data], object]:
    return lambda data: (method([count(data)]), method([count(data), (1, 4, 2, 5)]))


def of_times(method: Callable, *more: object) -> Callable[[Data], object]:
    return lambda data: method([abs(v) for v in data[0]], data[2], *more)


def of_groups(method: Callable) -> Callable[[Data], object]:
    return lambda data: method([abs(v) for v in data[0]], data[2], data[1])


def of_models(method: Callable) -> Callable[[Data], object]:
    return lambda data: method(data[0], data[1], data[2])


def estimated(fit: Callable[[Data], object]) -> Callable[[Data], object]:
    def call(data: Data) -> object:
        model = fit(data)
        return model, model.estimate(0)

    return call


def repeat(data: Data) -> mmrm_visits.Rows:
    y, arm, _ = data
    who = list(range(len(y)))
    return mmrm_visits.Rows([*y, *y], [*arm, *arm], [*who, *who], [1] * len(y) + [2] * len(y))


def fit_mmrm(data: Data) -> object:
    y, arm, _ = data
    who = [*range(len(y))] * 2
    return mmrm.fit([*y, *y], np.column_stack([np.ones(2 * len(y)), [*arm, *arm]]), who, [1] * len(y) + [2] * len(y))


def shift_mean(data: Data) -> object:
    y, arm, _ = data
    one = np.array([v for v, a in zip(y, arm, strict=True) if a])
    other = [v for v, a in zip(y, arm, strict=True) if not a]
    return tipping_point.find_shift(lambda by: hodges_lehmann.estimate_shift(one + by, other), [0.0, 1.0, 2.0])


def tabulate(data: Data) -> object:
    x1, n1, x0, n0 = (0 if math.isnan(part) else int(part) for part in count(data))
    arms = (tipping_point.MissingOutcomes(x, n, 2) for x, n in ((x1, n1), (x0, n0)))
    return tipping_point.tabulate_binary(risk_difference.estimate_newcombe, *arms)


def first_share(data: Data) -> float | None:
    """A number that may be none, infinite or negative."""
    return data[0][0] if data[0] else None


METHODS: dict[str, Callable[[Data], object]] = {
    "aalen_johansen.compare": of_times(
        lambda t, e: aalen_johansen.compare(*(aalen_johansen.estimate(t, e).at(at) for at in (2.0, 3.0)))
    ),
    "aalen_johansen.estimate": of_times(lambda t, e: aalen_johansen.estimate(t, e).at(2.0)),
    "agreement.estimate_intraclass": lambda d: agreement.estimate_intraclass([(a, b) for a, b in zip(d[0], d[2], strict=True)]),
    "agreement.estimate_limits": lambda d: agreement.estimate_limits(d[0], d[2]),
    "ancova.estimate": of_models(ancova.estimate),
    "ancova.estimate_means": of_models(ancova.estimate_means),
    "area_under_curve.compute_trapezoid": lambda d: area_under_curve.compute_trapezoid(range(len(d[0])), d[0], 0, 5),
    "barnard.compare": of_tables(barnard.compare),
    "beta_posterior.compute_exceedance": of_share(lambda x, n: beta_posterior.compute_exceedance(x, n, 0.3)),
    "beta_posterior.compute_superiority": of_tables(beta_posterior.compute_superiority),
    "beta_posterior.estimate_difference": of_tables(beta_posterior.estimate_difference),
    "beta_posterior.estimate_rate": of_share(beta_posterior.estimate_rate),
    "boschloo.compare": of_tables(boschloo.compare),
    "censored_regression.fit": estimated(lambda d: censored_regression.fit(d[0], d[0], d[1])),
    "conditional_odds_ratio.estimate_exact": of_tables(conditional_odds_ratio.estimate_exact),
    "cox.fit": estimated(of_groups(cox.fit)),
    "e_value.compute_hazard_ratio": lambda d: e_value.compute_hazard_ratio(first_share(d), 0.5, 2.0),
    "e_value.compute_odds_ratio": lambda d: e_value.compute_odds_ratio(first_share(d)),
    "e_value.compute_risk_ratio": lambda d: e_value.compute_risk_ratio(first_share(d), first_share(d), None),
    "e_value.compute_standardised": lambda d: e_value.compute_standardised(first_share(d), first_share(d)),
    "fine_gray.fit": estimated(of_groups(fine_gray.fit)),
    "firth_logistic.fit": estimated(lambda d: firth_logistic.fit(d[1], d[0])),
    "fisher.compare_mid_p": of_tables(fisher.compare_mid_p),
    "fisher.compare_two_sided": of_tables(fisher.compare_two_sided),
    "gray.compare": of_groups(gray.compare),
    "gray.compare_exact": of_groups(gray.compare_exact),
    "hodges_lehmann.estimate_shift": of_samples(hodges_lehmann.estimate_shift),
    "kaplan_meier.estimate": of_times(lambda t, e: kaplan_meier.estimate(t, e).at(2.0)),
    "kaplan_meier.estimate_quantile": of_times(kaplan_meier.estimate_quantile),
    "log_rank.compare": of_groups(log_rank.compare),
    "log_rank.compare_exact": of_groups(log_rank.compare_exact),
    "mantel_haenszel.compare": of_strata(mantel_haenszel.compare),
    "mantel_haenszel.compare_exact": of_strata(mantel_haenszel.compare_exact),
    "mantel_haenszel.estimate_odds_ratio": of_strata(mantel_haenszel.estimate_odds_ratio),
    "mmrm.fit": fit_mmrm,
    "mmrm_visits.estimate_visits": lambda d: mmrm_visits.estimate_visits(repeat(d)),
    "multiple_imputation.pool": lambda d: multiple_imputation.pool(d[0], d[2]),
    "multiplicity.adjust_fixed_sequence": lambda d: multiplicity.adjust_fixed_sequence([None] * len(d[0])),
    "multiplicity.adjust_gatekeeping": lambda d: multiplicity.adjust_gatekeeping([[None] * len(d[0]), [0.01]]),
    "multiplicity.adjust_holm": lambda d: multiplicity.adjust_holm([None] * len(d[0])),
    "overlap_weights.estimate": of_models(overlap_weights.estimate),
    "poisson_rate.estimate_exact": of_share(poisson_rate.estimate_exact),
    "poisson_rate.estimate_ratio": of_tables(poisson_rate.estimate_ratio),
    "proportion.estimate_clopper_pearson": of_share(proportion.estimate_clopper_pearson),
    "proportion.estimate_jeffreys": of_share(proportion.estimate_jeffreys),
    "proportion.estimate_mid_p": of_share(proportion.estimate_mid_p),
    "proportion.estimate_wilson": of_share(proportion.estimate_wilson),
    "proportional_odds.fit": estimated(lambda d: proportional_odds.fit(d[0], d[1])),
    "risk_difference.estimate_exact": of_tables(risk_difference.estimate_exact),
    "risk_difference.estimate_mee": of_tables(risk_difference.estimate_mee),
    "risk_difference.estimate_miettinen_nurminen": of_tables(risk_difference.estimate_miettinen_nurminen),
    "risk_difference.estimate_newcombe": of_tables(risk_difference.estimate_newcombe),
    "rmst.compare": of_times(lambda t, e: rmst.compare(rmst.estimate(t, e, 2.0), rmst.estimate(t, e, 3.0))),
    "rmst.estimate": of_times(rmst.estimate, 2.0),
    "rmst.estimate_lost": of_times(rmst.estimate_lost, 2.0),
    "spread.compare_brown_forsythe": of_arrays(spread.compare_brown_forsythe),
    "standardised_difference.estimate": of_samples(standardised_difference.estimate),
    "standardised_difference.estimate_binary": of_tables(standardised_difference.estimate_binary),
    "standardised_difference.estimate_categorical": lambda d: standardised_difference.estimate_categorical(d[2], d[1]),
    "stratified_risk_difference.estimate_miettinen_nurminen": of_strata(stratified_risk_difference.estimate_miettinen_nurminen),
    "stratified_risk_difference.estimate_newcombe": of_strata(stratified_risk_difference.estimate_newcombe),
    "stratified_risk_difference.estimate_sato": of_strata(stratified_risk_difference.estimate_sato),
    "summary.describe": of_sample(summary.describe),
    "summary.estimate_geometric_mean": of_sample(summary.estimate_geometric_mean),
    "summary.estimate_mean": of_sample(summary.estimate_mean),
    "terminal_digits.compare_uniform": lambda d: terminal_digits.compare_uniform([*range(len(d[0]))]),
    "tipping_point.find_shift": shift_mean,
    "tipping_point.tabulate_binary": tabulate,
    "turnbull.estimate": lambda d: turnbull.estimate(d[0], d[0]),
    "van_elteren.compare": of_models(van_elteren.compare),
    "van_elteren.compare_exact": of_models(van_elteren.compare_exact),
    "wilcoxon.compare_exact": of_samples(wilcoxon.compare_exact),
    "win_odds.estimate": of_samples(win_odds.estimate),
    "win_odds.estimate_all": of_samples(win_odds.estimate_all),
}  # fmt: skip

VERBS = ("estimate", "compare", "fit", "pool", "adjust", "tabulate", "describe")
# Inputs that a designer writes, not data: what is impossible among them is a ValueError.
OF_DESIGN = ("sample_size", "group_sequential", "stopping", "interval_width")


def list_public() -> list[str]:
    """Every function of the room that answers from data, by its verb."""
    names = []
    for module in pkgutil.iter_modules(statistics.__path__):
        if module.name in (HELPERS - {"mmrm_visits"}) or module.name in OF_DESIGN:
            continue
        found = importlib.import_module(f"trialwright.statistics.{module.name}")
        names += [
            f"{module.name}.{word}"
            for word, thing in vars(found).items()
            if inspect.isfunction(thing) and thing.__module__ == found.__name__ and word.split("_")[0] in VERBS
        ]
    return [name for name in names if name not in PARTS]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", sorted(METHODS))
def test_useless_data_give_a_reason_and_never_a_crash(name):
    for what, data in CUPBOARD.items():
        answer = METHODS[name](data)
        try:
            check_clean(answer)
        except AssertionError as error:
            raise AssertionError(f"{name} with {what}: {error}") from error


@pytest.mark.parametrize("name", sorted(METHODS))
def test_text_in_a_number_is_never_taken_for_one(name):
    """An array with text in it is a mistake of the caller: an error that says so, or an answer that did not need it.
    (In a trial text never gets this far: tests/analyse/test_garbage.py.)"""
    try:
        answer = METHODS[name]((["about five", *Y[1:]], [1, 0] * 4, [1, 0, 1, 0, 1, 0, 1, 0]))
    except (ValueError, TypeError) as error:
        assert any(word in str(error) for word in ("about five", "str", "<U")), error
    else:
        check_clean(answer)


def test_no_method_is_left_out():
    assert set(list_public()) <= set(METHODS)
    assert set(METHODS) - set(list_public()) <= {
        "area_under_curve.compute_trapezoid", "beta_posterior.compute_exceedance", "beta_posterior.compute_superiority",
        "e_value.compute_hazard_ratio", "e_value.compute_odds_ratio", "e_value.compute_risk_ratio",
        "e_value.compute_standardised", "tipping_point.find_shift",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(METHODS) - {"mmrm_visits.estimate_visits"}))
def test_the_page_of_a_method_names_it(name):
    file, function = name.split(".")
    text = (PAGES / f"{file}.md").read_text(encoding="utf-8")
    assert f"`{function}`" in text or f"`{name}`" in text, name
    assert "Where other software differs" in text or "no other" in text.lower(), file
