"""The main result of each endpoint, picked from the rows: what the synopsis says and the overview draws."""

from collections.abc import Sequence
from dataclasses import dataclass

from trialwright.definition.analysis import Analysis, Recipe
from trialwright.definition.endpoints import Endpoint, EndpointKind, Parameter
from trialwright.report.measures import Writer, compute_writer, is_share
from trialwright.report.numerals import NOT_ESTIMATED, render_probability
from trialwright.report.rows import Bunch, fold_bunches, merge_bunches
from trialwright.report.table_parts import strip_unit
from trialwright.report.view import CONTRAST, COUNTS, MEDIAN, View
from trialwright.results import ResultRow


@dataclass(frozen=True, slots=True)
class MainResult:
    """One parameter of one endpoint at its main time point.

    ``arms`` are the bunches of the single arms, ``contrast`` the one between them (None where the plan has none), ``p``
    the row of the p-value, which another method may have given.
    """

    endpoint: Endpoint
    parameter: str
    visit: str
    arms: tuple[Bunch, ...]
    contrast: Bunch | None
    p: ResultRow | None
    rows: tuple[ResultRow, ...]
    medians: tuple[Bunch, ...] = ()

    @property
    def ranked(self) -> bool:
        """Whether a rank method compares the arms, so that medians describe them."""
        return self.contrast is not None and self.contrast.method.startswith(("hodges_lehmann.", "wilcoxon."))

    @property
    def is_shift(self) -> bool:
        """Whether what lies between the arms is a Hodges-Lehmann shift, which medians do not subtract to."""
        return self.contrast is not None and self.contrast.method.startswith("hodges_lehmann.")


def find_main_results(view: View, endpoint: Endpoint) -> tuple[MainResult, ...]:
    """The main results of an endpoint, one for each parameter that has any."""
    analyses = [one for one in view.definition.plan.analyses if one.endpoint == endpoint.id and one.role == "main"]
    rows = [row for row in view.rows_of(endpoint) if row.analysis in {one.id for one in analyses}]
    if not rows:
        rows = [row for row in view.rows_of(endpoint) if "main" in row.analysis.lower().replace("_", ".").split(".")]
    found = []
    for parameter in dict.fromkeys(row.parameter for row in rows):
        mine = [row for row in rows if row.parameter == parameter]
        visit = _choose_visit(view, endpoint, analyses, mine)
        result = _build(endpoint, parameter, visit, [row for row in mine if row.visit in (visit, "")])
        if result is not None:
            found.append(result)
    return tuple(found)


def _choose_visit(view: View, endpoint: Endpoint, analyses: Sequence[Analysis], rows: Sequence[ResultRow]) -> str:
    """The main time point among the visits that the rows have; the last one where the definition names none."""
    estimated = [row for row in rows if row.statistic in ("estimate", "mean", "percent", "proportion", *COUNTS)]
    contrasted = [row for row in estimated if CONTRAST in row.group and row.value is not None]
    met = view.sort_visits(row.visit for row in contrasted or estimated or rows)
    wished = [endpoint.primary_at, *(analysis.at[-1] for analysis in analyses if analysis.at)]
    return next((one for one in wished if one and one in met), met[-1])


def _build(endpoint: Endpoint, parameter: str, visit: str, rows: Sequence[ResultRow]) -> MainResult | None:
    bunches = merge_bunches(one for one in fold_bunches(rows) if not one.category) or fold_bunches(rows)
    arms = [one for one in bunches if one.group and CONTRAST not in one.group and _has_result(one)]
    contrasts = [one for one in bunches if CONTRAST in one.group]
    contrast = next((one for one in contrasts if "estimate" in one.rows), None)
    p = next((one.rows["p"] for one in [*([contrast] if contrast else []), *contrasts] if "p" in one.rows), None)
    if not arms and contrast is None:
        return None
    p = None if endpoint.kind is EndpointKind.ADVERSE_EVENTS else p
    medians = tuple(one for one in fold_bunches(rows) if one.category == MEDIAN and one.value("estimate") is not None)
    return MainResult(endpoint, parameter, visit, _first_by_group(arms), contrast, p, tuple(rows), medians)


def _has_result(bunch: Bunch) -> bool:
    return bool({"estimate", "mean", "median", "percent", "proportion", *COUNTS} & set(bunch.rows))


def _first_by_group(arms: Sequence[Bunch]) -> tuple[Bunch, ...]:
    best: dict[str, Bunch] = {}
    for bunch in arms:
        if bunch.group not in best or ("estimate" in bunch.rows and "estimate" not in best[bunch.group].rows):
            best[bunch.group] = bunch
    return tuple(best.values())


def find_parameter(view: View, code: str) -> Parameter | None:
    """The definition's parameter; None where rows name one that it does not have."""
    compiled = view.definition.parameters.get(code)
    return compiled.parameter if compiled else None


def is_ratio(view: View, bunch: Bunch) -> bool:
    """Whether a contrast is a ratio, so that 1 means no difference."""
    row = bunch.any
    if row.unit == "ratio" or "ratio" in row.method:
        return True
    parameter = find_parameter(view, bunch.parameter)
    return row.unit == "" and parameter is not None and parameter.scale == "log" and row.method.startswith("mmrm.")


def render_arm(view: View, writer: Writer, bunch: Bunch, ranked: bool = False) -> str:
    """What an arm has: ``3 (30.0 %; …)``, an estimate or a mean, with its interval where there is one.

    ``ranked`` prefers the median, which belongs to rank methods.
    """
    if "count" in bunch.rows:
        return _merge(with_interval(view, writer, bunch, writer.count(bunch, of=True)))
    elif "estimate" in bunch.rows:
        text = _with_unit(view, writer.value(bunch.rows["estimate"]), bunch.rows["estimate"])
    elif bunch.value("mean") is not None and not ranked:
        text = f"{view.say('word.mean')} {_with_unit(view, writer.value(bunch.rows['mean']), bunch.rows['mean'])}"
    elif "median" in bunch.rows:
        text = f"{view.say('word.median')} {_with_unit(view, writer.value(bunch.rows['median']), bunch.rows['median'])}"
    else:
        text = writer.count(bunch)
    return with_interval(view, writer, bunch, text)


def _merge(text: str) -> str:
    """One pair of brackets in place of two: percentage and interval."""
    for pair in (") (", ")\uff08", "\uff09\uff08"):
        text = text.replace(pair, "; ")
    return text.replace("\uff09", ")") if "; " in text else text


def _with_unit(view: View, text: str, row: ResultRow) -> str:
    if text == NOT_ESTIMATED:
        return text
    if is_share(row):
        return f"{text}\u00a0%"
    return f"{text}\u00a0{view.unit(row.unit)}" if row.unit not in ("", "ratio", "1") else text


def with_interval(view: View, writer: Writer, bunch: Bunch, text: str) -> str:
    """The text with the interval of the bunch behind it."""
    interval = writer.interval(bunch)
    if interval == NOT_ESTIMATED:
        return text
    level = f"{view.definition.plan.confidence * 100:g}"
    return view.say("result.interval", value=text, level=level, interval=interval)


def render_contrast(view: View, writer: Writer, result: MainResult, short: bool = False) -> str:
    """What lies between the arms: the difference or ratio with interval and p; only p where nothing was estimated.

    ``short`` leaves out what the head of a column says.
    """
    parts = []
    if result.contrast is not None:
        row = result.contrast.rows["estimate"]
        text = with_interval(view, writer, result.contrast, _with_unit(view, writer.value(row), row))
        plain = "result.shift" if result.is_shift else "result.difference"
        key = "result.ratio" if is_ratio(view, result.contrast) else plain
        between = view.group(result.contrast.group, is_ratio(view, result.contrast))
        parts.append(text if short else view.say(key, contrast=between, text=text))
    if result.p is not None and result.p.value is not None:
        p = view.say("result.p", p=_equals(render_probability(result.p.value)))
        same = result.contrast is not None and result.p.method == result.contrast.method
        parts.append(p if same or not result.p.method else f"{p} ({view.method(result.p.method)})")
    return view.say("list.comma").join(parts)


def _equals(p: str) -> str:
    return p if p.startswith("<") else f"=\u00a0{p}"


def render_sentence(view: View, result: MainResult) -> str:
    """The result in words: time point, each arm, the difference."""
    writer = compute_writer(view, result.rows)
    parts = [
        view.say("result.arm", arm=view.group(one.group), text=render_arm(view, writer, one, result.ranked))
        for one in result.arms
    ]
    contrast = render_contrast(view, writer, result)
    medians = view.say("list.comma").join(
        f"{view.group(one.group)} {_with_unit(view, writer.value(one.rows['estimate']), one.rows['estimate'])}"
        for one in result.medians
    )
    parts += [f"{view.category('', MEDIAN).lower()} {medians}"] if medians else []
    text = view.say("list.semicolon").join([*parts, *([contrast] if contrast else [])])
    name = name_result(view, result)
    return f"{name}{view.say('sentence.colon')}{text or view.say('result.none')}{view.say('sentence.end')}"


def name_result(view: View, result: MainResult) -> str:
    """What a main result is of: the parameter, on which scale, when."""
    bunch = result.contrast or result.arms[0]
    parameter, planned = find_parameter(view, result.parameter), view.definition.plan.analyses
    changes = {one.id for one in planned if one.recipe is Recipe.CHANGE and one.of == "CHANGE"}
    visit = view.visit(result.visit) if result.visit else ""
    if parameter is not None and parameter.event is not None and parameter.event.kind != "DEATH" and visit:
        return view.say("result.reached", name=strip_unit(view.parameter(result.parameter)), visit=visit)
    row = bunch.first(("estimate",)) or bunch.any
    name = view.parameter(result.parameter)
    if row.unit == "ratio" and parameter is not None and parameter.scale == "log":
        name = f"{strip_unit(name)}{view.say('sentence.colon')}{view.say('unit.ratio')}"
    elif bunch.analysis in changes:
        name = view.say("result.change", name=name)
    return view.say("result.on", name=name, visit=visit) if visit else name
