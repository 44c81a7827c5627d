"""Operating characteristics for people: rows of a short table, and one self-contained page."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from trialwright.design.model import Asked, Model
from trialwright.design.scenario import Scenario, ScenarioFile
from trialwright.design.tally import Characteristic, Stopping

HEAD = (
    "outcome",
    "parameter",
    "visit",
    "method",
    "true value",
    "power",
    "type I error",
    "bias",
    "coverage",
    "width",
    "no test",
)


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that one run found: characteristics and stopping in the order of the scenarios."""

    model: Model
    file: ScenarioFile
    trials: int
    seed: int
    characteristics: tuple[Characteristic, ...]
    stopping: tuple[Stopping, ...]


def list_shown(result: Result, scenario: str) -> list[Characteristic]:
    """The characteristics that a short table prints: comparisons, at the visit that ``show`` names, and every test."""
    chosen = []
    for one in result.characteristics:
        at = result.file.show.get(one.endpoint)
        is_there = one.visit in ("", at) or at is None
        if one.scenario == scenario and not one.group and is_there:
            chosen.append(one)
    return chosen


def list_cells(one: Characteristic) -> list[str]:
    """One row as texts, in the order of ``HEAD``; what there is none of is empty."""
    method = " / ".join(dict.fromkeys(name_method(part) for part in (one.interval, one.test) if part))
    rejected = render_share(one.rejected, one.rejected_se, one.trials - one.not_tested)
    coverage = render_share(one.coverage, one.coverage_se, one.trials - one.not_estimated)
    return [
        one.endpoint, one.parameter, one.visit, method, render_number(one.truth),
        "" if one.is_null else rejected, rejected if one.is_null else "",
        render_pair(one.bias, one.bias_se), coverage, render_number(one.width),
        f"{one.not_tested} ({100 * one.not_tested / one.trials:.0f} %)" if one.not_tested else "",
    ]  # fmt: skip


def name_method(method: str) -> str:
    """A method's id without the verb.

    >>> name_method("risk_difference.estimate_exact")
    'risk_difference exact'
    """
    file, _, function = method.partition(".")
    return f"{file} {function.partition('_')[2]}".strip()


def render_share(share: float | None, se: float | None, trials: int) -> str:
    """A share in percent with its Monte Carlo standard error.

    Where all trials agree that error is not 0: up to 3 / n of the other kind are still likely (the rule of three, 95 %).

    >>> render_share(0.0512, 0.0022, 10_000)
    '5.1 % (0.2)'
    >>> render_share(0.0, 0.0, 400), render_share(1.0, 0.0, 1)
    ('0.0 % (< 0.75)', '100.0 % (-)')
    """
    if share is None:
        return ""
    if 0 < share < 1 and se is not None:
        return f"{100 * share:.1f} % ({100 * se:.1f})"
    return f"{100 * share:.1f} % ({f'< {300 / trials:.2g}' if trials > 3 else '-'})"


def render_number(value: float | None) -> str:
    """A number with three significant digits; empty for none."""
    return "" if value is None else "0" if value == 0 else f"{value:.3g}"


def render_pair(value: float | None, se: float | None) -> str:
    """A number with its standard error, or - where there is no telling; empty for none."""
    if value is None:
        return ""
    return f"{value:.2g} ({'-' if se is None else f'{se:.1g}'})"


def list_unlike(asked: Iterable[Asked]) -> list[str]:
    """The main analyses that were not simulated, and why."""
    return [f"{one.analysis} {one.parameter}: {one.unlike}".replace(" :", ":") for one in asked if one.unlike]


_STYLE = """
:root{color-scheme:light}
body{margin:0 auto;max-width:1180px;padding:24px;font:15px/1.5 system-ui,sans-serif;color:#1d2733;background:#fff}
h1{font-size:26px;margin:0 0 8px}h2{font-size:19px;margin:36px 0 4px}p,li{color:#44505c;margin:4px 0;max-width:80ch}
.box{overflow-x:auto}table{border-collapse:collapse;font-size:13.5px;margin:10px 0;width:100%}
th,td{padding:4px 9px;text-align:right;border-bottom:1px solid #dde3e9;white-space:nowrap;font-variant-numeric:tabular-nums}
th{background:#f0f3f6;text-align:right}td:nth-child(-n+4),th:nth-child(-n+4){text-align:left}
.grid td,.grid th{text-align:right}.grid td:first-child,.grid th:first-child{text-align:left;position:sticky;left:0;
background:#fff}
.power{background:linear-gradient(90deg,#bcd6ea var(--p),transparent var(--p))}
details{margin:6px 0}summary{cursor:pointer;color:#235a86}
@media print{body{max-width:none}details{display:none}}
"""


def render_page(result: Result) -> str:
    """One HTML page: no script, no request; a summary, then each scenario with its reasons."""
    model = result.model
    scenarios = result.file.scenarios
    notes = "".join(f"<li>{escape(text)}</li>" for text in (*_NOTES, *map(_say_unlike, list_unlike(model.asked))))
    body = "".join(_render_scenario(result, one) for one in scenarios)
    stop = _render_stopping(result.stopping, scenarios) if result.stopping else ""
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(model.study)}: operating characteristics</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(model.study)}: operating characteristics before the trial</h1>"
        f"<p>{result.trials:,} simulated trials a scenario, {len(scenarios)} scenarios, seed {result.seed}; "
        f"analysis plan of version {escape(model.version)}, definition {model.digest[:12]}. "
        "Monte Carlo standard errors stand in parentheses.</p>"
        f"<ul>{notes}</ul>{_render_grid(result)}{stop}{body}</body></html>\n"
    )


NO_TEST = (
    "No test: trials in which the method gave no p value (an empty arm, no event, a model that cannot be fitted), with their "
    "share; power and type I error are of the others. Of the mixed model the unstructured matrix alone is simulated; where "
    "it cannot be fitted the plan would go on to simpler ones."
)
"""What the last column means: said on the page and below the tables of a terminal."""
_NOTES = (
    "Power is the share of trials with p at most 1 - confidence where the arms differ; where nothing differs between them "
    "the same share is the type I error. P values are descriptive in this plan; power is what a claim would have had.",
    "Coverage is the share of intervals that hold the true value. Exact methods cover more than they promise.",
    "Bias is the mean error of the estimate. Of participants whom nobody lost the true value is computed, so loss shows as bias.",
    NO_TEST,
    "Estimates of log parameters are differences of logarithms. All scenarios share their random numbers.",
)


def _say_unlike(text: str) -> str:
    return f"Not simulated: {text}."


def _render_grid(result: Result) -> str:
    """One line an outcome, one column a scenario: how often its test rejects."""
    scenarios = result.file.scenarios
    table: dict[tuple[str, ...], dict[str, Characteristic]] = {}
    for scenario in scenarios:
        for one in list_shown(result, scenario.id):
            if one.test or one.rejected is not None:
                table.setdefault((one.endpoint, one.parameter, one.visit, one.test), {})[scenario.id] = one
    head = "".join(f"<th scope='col'>{escape(one.id)}</th>" for one in scenarios)
    rows = "".join(
        f"<tr><td>{escape(' '.join(part for part in key[:3] if part))}</td>"
        + "".join(_render_rejected(found.get(one.id)) for one in scenarios)
        + "</tr>"
        for key, found in table.items()
    )
    return (
        "<h2>How often a difference is found</h2><p>Share of trials whose test rejects; italics where nothing differs, "
        "so that the share is the type I error.</p>"
        f"<div class='box'><table class='grid'><thead><tr><th scope='col'>outcome</th>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _render_rejected(one: Characteristic | None) -> str:
    if one is None or one.rejected is None:
        return "<td></td>"
    text = f"{100 * one.rejected:.1f} %"
    if one.is_null:
        return f"<td><i>{text}</i></td>"
    return f"<td class='power' style='--p:{100 * one.rejected:.0f}%'>{text}</td>"


def _render_stopping(found: Sequence[Stopping], scenarios: Sequence[Scenario]) -> str:
    titles = {one.id: one.title for one in scenarios}
    head = ("scenario", "toxicity", "flag", "flag, exact", "treated", "treated, exact")
    rows = [
        [
            titles[one.scenario], f"{100 * one.rate:.1f} %", render_share(one.flagged, one.flagged_se, one.trials),
            f"{100 * one.exact_flagged:.1f} %", _render_treated(one), f"{one.exact_treated:.2f}",
        ] for one in found
    ]  # fmt: skip
    return (
        "<h2>The stopping rule</h2><p>How often it raises its flag, and how many are treated when a flag ends the trial; "
        f"by simulation and by enumeration.</p><div class='box'>{_render_table(head, rows, 'grid')}</div>"
    )


def _render_treated(one: Stopping) -> str:
    return f"{one.treated:.2f} ({'-' if one.treated_se is None else f'{one.treated_se:.2f}'})"


def _render_scenario(result: Result, scenario: Scenario) -> str:
    shown = [list_cells(one) for one in list_shown(result, scenario.id)]
    every = [list_cells(one) for one in result.characteristics if one.scenario == scenario.id and not one.group]
    shares: list[list[str]] = []
    for one in result.characteristics:
        if one.scenario == scenario.id and one.group:
            cells = list_cells(one)
            shares.append([*cells[:2], one.group, *cells[3:5], *cells[7:10]])
    head = ("outcome", "parameter", "arm", "method", "true value", "bias", "coverage", "width")
    rest = f"<p>Shares by arm</p><div class='box'>{_render_table(head, shares)}</div>" if shares else ""
    return (
        f"<h2>{escape(scenario.title)}</h2><p>{escape(scenario.id)}. {escape(scenario.why)}</p>"
        f"<div class='box'>{_render_table(HEAD, shown)}</div><details><summary>every visit and the shares by arm</summary>"
        f"<div class='box'>{_render_table(HEAD, every)}</div>{rest}</details>"
    )


def _render_table(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    cell: Callable[[str], str] = lambda text: f"<td>{escape(text)}</td>"  # noqa: E731
    body = "".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in rows)
    top = "".join(f"<th scope='col'>{escape(name)}</th>" for name in head)
    return f"<table class='{kind}'><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
