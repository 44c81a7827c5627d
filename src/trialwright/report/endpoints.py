"""Section 14.2: each endpoint with its registered title, definition, estimand, figure and tables."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from string import ascii_lowercase

from trialwright.definition.analysis import Analysis
from trialwright.definition.endpoints import Endpoint, EndpointKind, EventRule, Parameter
from trialwright.definition.estimand import IntercurrentEvent, Strategy
from trialwright.report.comparison import can_compare, render_comparison
from trialwright.report.display import Block, Facts, Prose, Section, Table
from trialwright.report.endpoint_figures import render_figures
from trialwright.report.groups_table import ARROW, render_groups, render_shifts
from trialwright.report.rows import shorten_number, split_number
from trialwright.report.rule_words import render_rule
from trialwright.report.statistics_table import render_levels, render_statistics
from trialwright.report.table_parts import KINDS, strip_unit
from trialwright.report.view import CONTRAST, MEDIAN, View
from trialwright.results import ResultRow

_ENDS = ("n", "events", "competing", "censored")
_APART = ("E_VALUE", "IMPUTED", "TIPPING_POINT", "READER_DIFFERENCE", "ADJUDICATED", "UNDONE")
"""Categories with statistics of their own: each has a table of its own under the number."""
_DASH = " – "
_MOST_NAMED = 3
ROLES = ("descriptive", "main", "supporting", "sensitivity")


def render_endpoint(view: View, endpoint: Endpoint, number: int) -> Section:
    """The section of one endpoint."""
    rows = view.rows_of(endpoint)
    blocks: list[Block] = [Facts(_facts(view, endpoint))]
    blocks += [Facts(_estimand(view, one), view.say("endpoint.estimand")) for one in _estimands(view, endpoint)]
    blocks += render_figures(view, endpoint)
    blocks += _tables(view, endpoint, rows)
    if not rows:
        blocks.append(Prose(view.say("endpoint.none")))
    title = view.label(f"endpoints.{endpoint.id}", endpoint.title)
    return Section(
        f"endpoint-{endpoint.id}",
        f"{endpoint.id} · {title}",
        tuple(blocks),
        number=f"11.4.1.{number}",
        navigation=f"{endpoint.id} {title}",
    )


def _facts(view: View, endpoint: Endpoint) -> tuple[tuple[str, str], ...]:
    pairs = [
        (view.say("head.kind"), view.say(f"level.{endpoint.level}")),
        (view.say("endpoint.title"), endpoint.title),
        (view.say("endpoint.frame"), view.label(f"time_frames.{endpoint.id}", endpoint.time_frame)),
        (view.say("endpoint.definition"), view.label(f"outcome_descriptions.{endpoint.id}", endpoint.description)),
    ]
    for parameter in endpoint.parameters:
        pairs.append((view.say("endpoint.measures"), render_measure(view, parameter)))
        if parameter.population:
            pairs.append((view.say("endpoint.population"), render_rule(view, parameter.population)))
    if endpoint.primary_at:
        pairs.append((view.say("endpoint.primary_at"), view.visit(endpoint.primary_at)))
    assumed = dict.fromkeys(
        [*endpoint.assumed, *(one for parameter in endpoint.parameters for one in parameter.assumed)]
    )
    if assumed:
        pairs.append(
            (
                view.say("assumptions.assumed"),
                view.say("endpoint.assumed", ids=view.say("list.comma").join(map(view.assumption, assumed))),
            )
        )
    return tuple((name, text) for name, text in pairs if text)


def render_measure(view: View, parameter: Parameter) -> str:
    """What measures an endpoint: the item, or how its event is recognised and until when it counts."""
    label = view.say("measure.item", label=view.parameter(parameter.code), code=parameter.code)
    parts = [label]
    if parameter.event is not None:
        parts.append(_render_event(view, parameter, parameter.event))
    if parameter.better:
        wish = view.say(f"result.{parameter.better}")
        parts.append(wish[:1].lower() + wish[1:])
    return view.say("list.semicolon").join(part.removesuffix(view.say("sentence.end")) for part in parts)


def _render_event(view: View, parameter: Parameter, event: EventRule) -> str:
    text = view.say(
        f"event.{event.kind}", when=render_rule(view, event.when or ""), count=event.count, hours=_hours(event)
    )
    text = view.say("event.horizon", event=text, day=parameter.horizon_day)
    return view.say("event.competing", event=text) if parameter.competing == "DEATH" else text


def _hours(event: EventRule) -> str:
    return f"{event.apart_hours if event.kind == 'CONSECUTIVE' else event.hours:g}"


def _estimands(view: View, endpoint: Endpoint) -> list[Analysis]:
    return [one for one in view.definition.plan.analyses if one.endpoint == endpoint.id and one.estimand is not None]


def _estimand(view: View, analysis: Analysis) -> tuple[tuple[str, str], ...]:
    """The five attributes of ICH E9(R1)."""
    estimand = analysis.estimand
    if estimand is None:
        return ()
    arms = view.definition.plan.contrast or tuple(view.definition.arms)
    key = f"estimands.{analysis.id}"
    colon = view.say("sentence.colon")
    events = [
        f"{view.label(f'{key}.event_{number}', one.event)}{colon}"
        f"{view.say(f'strategy.{one.strategy.value}')}, {_meaning(view, analysis, one)}"
        for number, one in enumerate(estimand.intercurrent, 1)
    ]
    return (
        (view.say("head.analysis"), f"{analysis.id} ({view.say(f'role.{analysis.role}')})"),
        (view.say("estimand.treatment"), estimand.treatment or " / ".join(view.arm(arm) for arm in arms)),
        (view.say("estimand.population"), estimand.population or view.set_title(analysis.analysis_set)),
        (view.say("estimand.variable"), view.label(f"{key}.variable", estimand.variable)),
        (view.say("estimand.events"), view.say("list.semicolon").join(events)),
        (view.say("estimand.summary"), view.label(f"{key}.summary", estimand.summary)),
    )


def _meaning(view: View, analysis: Analysis, event: IntercurrentEvent) -> str:
    """What the strategy does to the data of this analysis."""
    if event.strategy is Strategy.TREATMENT_POLICY:
        return view.say("meaning.TREATMENT_POLICY")
    return view.say(f"meaning.{analysis.family.value}.{event.strategy.value}")


def _tables(view: View, endpoint: Endpoint, rows: Sequence[ResultRow]) -> list[Table]:
    """A table for each role: its analyses stand in one, below headings that name their methods."""
    plan = view.definition.plan.analyses
    roles = {one.table: one.role for one in plan if one.endpoint == endpoint.id}
    order = {one.id: index for index, one in enumerate(plan)}
    rows = _drop_repeated(endpoint, rows)
    tables: list[Table] = []
    for number in dict.fromkeys(shorten_number(row.table) for row in sorted(rows, key=lambda r: split_number(r.table))):
        if number.startswith("14.3") and roles.get(number) != "main":
            continue
        mine = [row for row in rows if shorten_number(row.table) == number]
        mine = sorted(mine, key=lambda row: (split_number(row.table), order.get(row.analysis, len(order))))
        role = _find_role(number, roles)
        title = _title(view, endpoint, role, mine) + view.mark_post_hoc(row.analysis for row in mine)
        if role in ("main", "supporting", "sensitivity") and can_compare(view, mine):
            few = role == "main" and endpoint.kind in (EndpointKind.BINARY, EndpointKind.ADVERSE_EVENTS)
            tables.append((render_statistics if few else render_comparison)(view, number, title, mine))
            continue
        parts = _shape(view, number, title, mine)
        letters = ascii_lowercase if len(parts) > 1 else ("",)
        tables += [replace(one, number=f"{number}{letter}") for one, letter in zip(parts, letters, strict=False)]
    return tables


def _drop_repeated(endpoint: Endpoint, rows: Sequence[ResultRow]) -> list[ResultRow]:
    """Without how follow-up ended where a description counts it already; without tests of harms, shown for context."""
    counted = {row.parameter for row in rows if row.category == "CENSORED" and row.statistic == "count"}
    kept = [row for row in rows if not (row.parameter in counted and row.statistic in _ENDS[1:] and not row.visit)]
    harms = endpoint.kind is EndpointKind.ADVERSE_EVENTS
    return [row for row in kept if not (harms and row.statistic == "p")]


def _find_role(number: str, roles: Mapping[str, str]) -> str:
    last = number.rsplit(".", 1)[-1]
    guessed = ROLES[int(last) - 1] if number.count(".") == 3 and last in "1234" else ""
    return roles.get(number, guessed)


def _shape(view: View, number: str, title: str, rows: Sequence[ResultRow]) -> list[Table]:
    """The layouts that the rows of one table need: levels and how follow-up ended stand apart from statistics."""
    levels = {(row.parameter, row.category) for row in rows if row.category and row.statistic == "count"}
    levels = {one for one in levels if one[1] not in (*KINDS, "UNDONE")}
    counted = [row for row in rows if (row.parameter, row.category) in levels]
    ordinal = {row.parameter for row in counted if row.visit}
    scaled = [row for row in rows if row.parameter in ordinal and not row.category]
    ended, rest = _split_ends(
        [row for row in rows if (row.parameter, row.category) not in levels and row.parameter not in ordinal]
    )
    alone = [row for row in counted if not row.visit]
    tables = [render_statistics(view, number, f"{title}{view.say('table.ends')}", ended)] if ended else []
    apart = [row for row in rest if row.category in _APART]
    rest = [row for row in rest if row.category not in _APART]
    described, compared = _split_described(rest)
    if described and compared:
        tables.append(render_statistics(view, number, f"{title}{view.say('table.by_arm')}", described))
        tables.append(render_statistics(view, number, f"{title}{view.say('table.compared')}", compared))
    elif rest:
        tables.append(render_statistics(view, number, title, rest))
    for category in dict.fromkeys(row.category for row in apart):
        mine = [row for row in apart if row.category == category]
        name = f"{title}{view.say('list.comma')}{view.category('', category)}"
        tables.append(render_statistics(view, number, name, mine))
    for parameter in dict.fromkeys(row.parameter for row in counted if row.visit):
        mine = [row for row in (*scaled, *counted) if row.visit and row.parameter == parameter]
        name = title.partition(_DASH)[0] + _DASH + strip_unit(view.parameter(parameter))
        tables.append(render_levels(view, number, f"{name}{view.say('table.levels')}", mine))
    if alone:
        shifts = all(ARROW in row.category for row in alone)
        tables.append((render_shifts if shifts else render_groups)(view, number, title, alone))
    return tables


def _split_ends(rows: Sequence[ResultRow]) -> tuple[list[ResultRow], list[ResultRow]]:
    """How follow-up ended, with the median time beside it, apart from everything else."""
    timed = {(row.analysis, row.parameter) for row in rows if row.statistic in ("competing", "censored")}
    ended: list[ResultRow] = []
    rest: list[ResultRow] = []
    for row in rows:
        if (row.analysis, row.parameter) not in timed or row.visit:
            rest.append(row)
        elif row.category == MEDIAN:
            name = "median_time" if row.statistic == "estimate" else row.statistic
            ended.append(replace(row, category="", statistic=name))
        else:
            (ended if row.statistic in _ENDS else rest).append(row)
    return ended, rest


def _split_described(rows: Sequence[ResultRow]) -> tuple[list[ResultRow], list[ResultRow]]:
    """The description of single arms apart from the comparison, where they have no statistic in common but n."""
    compared = [row for row in rows if CONTRAST in row.group]
    described = [row for row in rows if CONTRAST not in row.group]
    shared = {row.statistic for row in compared} & {row.statistic for row in described}
    return (described, compared) if not shared - {"n"} else ([], list(rows))


def _title(view: View, endpoint: Endpoint, role: str, rows: Sequence[ResultRow]) -> str:
    """The endpoint's id, the role and the measures: the registered title is the section's."""
    by_visit = any(row.visit for row in rows)
    role = "described" if role == "descriptive" and not by_visit else role
    measures = [strip_unit(view.parameter(one)) for one in dict.fromkeys(row.parameter for row in rows)]
    title = view.say(f"table.role.{role}", endpoint=endpoint.id) if role else endpoint.id
    return f"{title}{_DASH}{view.say('list.semicolon').join(measures)}" if len(measures) <= _MOST_NAMED else title
