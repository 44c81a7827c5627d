"""Statistical analyses of an outcome: what the plan's main analyses say between two arms."""

from dataclasses import dataclass

from trialwright.definition.analysis import Analysis
from trialwright.definition.endpoints import Endpoint
from trialwright.registry.submission.numerals import choose_decimals, render_p, tell_value
from trialwright.registry.submission.sheet import Shape, Sheet, fit, name_group
from trialwright.registry.submission.told import Told
from trialwright.results import ResultRow


@dataclass(frozen=True, slots=True)
class Named:
    """The registry's words for a method: of the method, and of what it estimates (linear scale, ratio)."""

    method: str
    estimate: str = ""
    ratio: str = ""


_MEDIAN = "Median Difference (Net)"
_RISK = "Risk Difference (RD)"
_RATIO = "Ratio of geometric means"
_METHODS = {
    "hodges_lehmann.estimate_shift": Named("Hodges-Lehmann", _MEDIAN, "Ratio (Hodges-Lehmann)"),
    "wilcoxon.compare_exact": Named("Wilcoxon (Mann-Whitney)"),
    "risk_difference.estimate_exact": Named("Exact unconditional interval", _RISK),
    "risk_difference.estimate_miettinen_nurminen": Named("Miettinen-Nurminen", _RISK),
    "risk_difference.estimate_mee": Named("Mee", _RISK),
    "risk_difference.estimate_newcombe": Named("Newcombe", _RISK),
    "fisher.compare_two_sided": Named("Fisher Exact"),
    "fisher.compare_mid_p": Named("Fisher exact, mid-p"),
    "aalen_johansen.compare": Named("Aalen-Johansen, limits squared and added", _RISK),
    "gray.compare": Named("Gray's test"),
    "gray.compare_exact": Named("Gray's test, exact"),
    "log_rank.compare": Named("Log Rank"),
    "log_rank.compare_exact": Named("Log rank, exact"),
    "mmrm.fit": Named("Mixed Models Analysis", "Mean Difference (Net)", _RATIO),
    "ancova.estimate": Named("ANCOVA", "Mean Difference (Net)", _RATIO),
    "cox.fit": Named("Regression, Cox", "Hazard Ratio (HR)", "Hazard Ratio (HR)"),
    "fine_gray.fit": Named("Fine-Gray", "Subdistribution hazard ratio", "Subdistribution hazard ratio"),
    "win_odds.estimate": Named("Win odds", "Win odds", "Win odds"),
    "mantel_haenszel.compare": Named("Mantel Haenszel"),
    "van_elteren.compare": Named("Van Elteren test"),
    "rmst.compare": Named("Restricted mean survival time", "Difference of restricted means"),
    "poisson_rate.estimate_ratio": Named("Poisson, exact conditional", "Rate ratio", "Rate ratio"),
}
_NO_TEST = "Estimation: the plan sets no hypothesis and no margin for this comparison; p-values are descriptive."


def build_comparisons(sheet: Sheet, endpoint: Endpoint, arms: list[str]) -> list[Shape]:
    """``analyses`` of an outcome, in the order of the plan; none where the plan compares nothing."""
    contrast = sheet.definition.plan.contrast
    found: list[Shape] = []
    for analysis in sheet.definition.plan.analyses:
        if analysis.endpoint == endpoint.id and analysis.role == "main":
            found += _list_medians(sheet, analysis, arms)
            if contrast is not None and set(contrast) <= set(arms):
                found += _list_of(sheet, analysis, contrast, arms)
    return found


def _list_medians(sheet: Sheet, analysis: Analysis, arms: list[str]) -> list[Shape]:
    """The median time of each group, where a curve has one; the table beside it holds shares by day."""
    found: list[Shape] = []
    for row in sheet.select(analysis.id, category="MEDIAN", statistic="estimate"):
        if row.group not in arms or row.value is None:
            continue
        limits = sheet.select(analysis.id, category="MEDIAN", group=row.group, parameter=row.parameter)
        rows = {one.statistic: one for one in limits if one.method == row.method}
        shape: Shape = {
            "groupIds": [name_group("OG", arms.index(row.group))],
            "groupDescription": fit(_describe(sheet, row)),
            "nonInferiorityType": "OTHER",
            "nonInferiorityComment": _NO_TEST,
            "statisticalComment": fit(f"{analysis.id}, {row.method}"),
        }
        found.append({**shape, **_tell_interval(sheet, rows, "Median time"), "estimateComment": f"in {row.unit}"})
    return found


def _list_of(sheet: Sheet, analysis: Analysis, contrast: tuple[str, str], arms: list[str]) -> list[Shape]:
    bunches: dict[tuple[str, str, str], dict[str, ResultRow]] = {}
    for row in sheet.select(analysis.id, group=" - ".join(contrast), category=""):
        bunches.setdefault((row.parameter, row.visit, row.method), {}).setdefault(row.statistic, row)
    ids = [name_group("OG", arms.index(arm)) for arm in contrast]
    return [
        _build(sheet, analysis, ids, rows) for rows in bunches.values() if _has(rows, "estimate") or _has(rows, "p")
    ]


def _has(rows: dict[str, ResultRow], statistic: str) -> bool:
    return statistic in rows and rows[statistic].value is not None


def _build(sheet: Sheet, analysis: Analysis, ids: list[str], rows: dict[str, ResultRow]) -> Shape:
    row = next(iter(rows.values()))
    base = row.method.partition(":")[0]
    named = _METHODS.get(base, Named(base))
    shape: Shape = {
        "groupIds": ids,
        "groupDescription": fit(_describe(sheet, row)),
        "nonInferiorityType": "OTHER",
        "nonInferiorityComment": _NO_TEST,
        "statisticalMethod": named.method,
        "statisticalComment": fit("; ".join((f"{analysis.id}, {row.method}", *row.warnings))),
    }
    if _has(rows, "p"):
        shape["pValue"] = Told(render_p(rows["p"].value or 0.0), (rows["p"],))
        shape["pValueComment"] = "Descriptive, not adjusted for multiplicity."
    if _has(rows, "estimate"):
        shape |= _tell_interval(sheet, rows, named.ratio if row.unit == "ratio" else named.estimate)
    return shape


def _describe(sheet: Sheet, row: ResultRow) -> str:
    names = (
        [sheet.definition.label(f"parameters.{row.parameter}")] if row.parameter in sheet.definition.parameters else []
    )
    names += [sheet.definition.encounters[row.visit].title] if row.visit else []
    size = f"{row.n_used} participants analysed"
    return f"{': '.join(names)}; {size}" if names else size


def _tell_interval(sheet: Sheet, rows: dict[str, ResultRow], what: str) -> Shape:
    """The estimate with its two-sided interval, all in the same decimals."""
    told = [rows[one] for one in ("estimate", "ci_low", "ci_high") if _has(rows, one)]
    decimals = choose_decimals(row.value for row in told)
    shape: Shape = {"paramType": what or "Difference", "paramValue": tell_value(rows["estimate"], decimals)}
    unit = rows["estimate"].unit
    first, second = (sheet.definition.arms[arm].title for arm in sheet.definition.plan.contrast or ("", ""))
    relation = "divided by" if unit == "ratio" else "minus"
    shape["estimateComment"] = fit(
        f"{first} {relation} {second}" + (f", in {unit}" if unit not in ("", "ratio") else "")
    )
    low, high = (_has(rows, one) for one in ("ci_low", "ci_high"))
    if low or high:
        shape |= {"ciPctValue": f"{100 * sheet.definition.plan.confidence:g}", "ciNumSides": "TWO_SIDED"}
        for key, name, there in (("ciLowerLimit", "ci_low", low), ("ciUpperLimit", "ci_high", high)):
            if there:
                shape[key] = tell_value(rows[name], decimals)
            else:
                shape[key], shape[f"{key}Comment"] = "NA", "The data set no finite limit here."
    return shape
