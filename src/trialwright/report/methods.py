"""Section 16.1.9 and what surrounds it: statistical methods from the definition, assumptions, versions, warnings."""

from collections.abc import Iterable, Mapping

from trialwright.definition.analysis import Analysis, Recipe
from trialwright.definition.decision import judge
from trialwright.definition.estimand import EventKind, Strategy
from trialwright.definition.forms import Form
from trialwright.report.display import Block, Cell, Column, Facts, Line, Prose, Section, Table
from trialwright.report.rows import shorten_number, split_number
from trialwright.report.table_parts import source
from trialwright.report.view import View
from trialwright.vocabulary.methods import Method

_OF_VALUES = {
    Method.ANCOVA, Method.OVERLAP_WEIGHTS, Method.TIPPING_POINT, Method.CENSORED_REGRESSION, Method.RUBIN, Method.E_VALUE,
}  # fmt: skip
"""Methods that need a value of everybody, and have no rank for the dead."""


def render_methods(view: View) -> Section:
    """The methods in words, generated: rules of numbers, sets, planned analyses, methods used, versions."""
    level = f"{view.definition.plan.confidence * 100:g}"
    blocks: list[Block] = [
        Prose(view.say("methods.lead", level=level)),
        Prose(view.say("methods.windows")),
        *_decisions(view),
        Facts(_describe_sets(view), view.say("methods.sets")),
        *_signed(view),
        _plan(view),
        _used(view),
        _versions(view),
    ]
    if not view.randomised and len(view.definition.arms) > 1:
        blocks.insert(3, Prose(view.say("synopsis.noncausal"), "caution"))
    return Section("methods", view.say("section.methods"), tuple(blocks), number="16.1.9")


def _describe_sets(view: View) -> tuple[tuple[str, str], ...]:
    """Each analysis set and who is in it."""
    return tuple(
        (f"{one.id} · {view.set_title(one.id)}", view.label(f"set_descriptions.{one.id}", one.description))
        for one in view.definition.plan.sets
    )


def _decisions(view: View) -> list[Prose]:
    """How arms were formed, what is compared with what, and where the plan went beyond the record."""
    definition = view.definition
    method = view.say(f"allocation.{definition.study.allocation.method.value}")
    blocks = [Prose(f"{view.say('methods.allocation')}{view.say('sentence.colon')}{method}{view.say('sentence.end')}")]
    if definition.plan.contrast is not None:
        first, second = (view.arm(arm) for arm in definition.plan.contrast)
        blocks.append(Prose(view.say("methods.contrast", first=first, second=second)))
    if definition.plan.assumed:
        ids = view.say("list.comma").join(map(view.assumption, definition.plan.assumed))
        blocks.append(Prose(view.say("methods.assumed", ids=ids)))
    return blocks


def _plan(view: View) -> Table:
    """Every analysis by endpoint: role, set, what and how, why so, and where it is printed."""
    definition = view.definition
    heads = ("head.role", "head.set", "head.analysis_kind", "head.method", "head.reason", "head.table")
    columns = [Column(view.say(key), numeric=False) for key in heads]
    forms = {name: one.form for name, one in definition.forms.items()}
    titles = {
        one.id: f"{one.id} · {view.label(f'endpoints.{one.id}', one.title)}" for one in definition.study.endpoints
    }
    lines: list[Line] = []
    for endpoint in dict.fromkeys(one.endpoint for one in definition.plan.analyses):
        mine = [one for one in definition.plan.analyses if one.endpoint == endpoint]
        lines.append(Line(titles.get(endpoint, endpoint), heading=True))
        for variable in dict.fromkeys(one.estimand.variable for one in mine if one.estimand is not None):
            owner = next(one.id for one in mine if one.estimand is not None)
            told = view.label(f"estimands.{owner}.variable", variable)
            lines.append(
                Line(f"{view.say('endpoint.estimand')}{view.say('sentence.colon')}{told}", heading=True, level=1)
            )
        for one in mine:
            cells = (
                view.say(f"role.{one.role}"),
                one.analysis_set,
                view.say(f"recipe.{one.recipe.value}" if one.of == "CHANGE" else f"of.{one.of}"),
                _say_how(view, one),
                _say_why(view, one, forms),
                shorten_number(one.table),
            )
            lines.append(Line(f"{one.id}{view.mark_post_hoc((one.id,))}", tuple(Cell(text) for text in cells)))
    note = view.say("methods.by.note")
    return Table(
        "",
        view.say("methods.plan"),
        view.say("head.analysis"),
        tuple(columns),
        tuple(lines),
        (note,),
        source(view, ())[-1:],
    )


def _say_how(view: View, analysis: Analysis) -> str:
    """The methods of an analysis, its covariates, and what a death does to it."""
    methods = view.say("list.semicolon").join(view.method(method.value) for method in analysis.methods)
    adjusted = view.say("list.comma").join(view.parameter(item) for item in analysis.covariates)
    worst = view.definition.plan.find_strategies(analysis).get(EventKind.DEATH) is Strategy.COMPOSITE
    change, ranked = analysis.recipe is Recipe.CHANGE, set(analysis.methods) - _OF_VALUES
    parts = (
        f"{_capitalise(methods)}{view.say('sentence.end')}" if methods else "",
        view.say("methods.covariates", items=adjusted) if adjusted else "",
        view.say("methods.deaths.WORST_RANK") if worst and change and ranked else "",
        view.say("methods.deaths.LEFT_OUT") if change and len(ranked) < len(analysis.methods) else "",
    )
    return " ".join(part for part in parts if part)


def _say_why(view: View, analysis: Analysis, forms: Mapping[str, Form]) -> str:
    """Why these methods: by the decision table, or the author's reason against it; nothing for a description."""
    if analysis.role == "descriptive" or not analysis.methods or analysis.recipe in (Recipe.SHIFT, Recipe.READERS):
        return ""
    choice = judge(view.definition.study, view.definition.plan, analysis, forms)
    rows = [row for row in choice.rows if choice.follows or row.role == analysis.role]
    if choice.follows:
        return " ".join(dict.fromkeys(view.say(f"decision.{row.reason}") for row in rows))
    offered = dict.fromkeys(view.method(method.value) for row in rows for method in row.methods)
    table = view.say("methods.by.offered", methods=view.say("list.semicolon").join(offered)) if offered else ""
    because = (
        view.label(f"because.{analysis.id}", analysis.because) if analysis.because else view.say("methods.by.silent")
    )
    return view.say("methods.by.own", reason=f"{because} {table}".strip())


def _signed(view: View) -> list[Prose]:
    """What was added or changed after the plan was signed, and whether p-values are adjusted."""
    late = view.say("list.comma").join(view.list_post_hoc())
    blocks = [Prose(view.say("methods.posthoc", ids=late), "caution")] if late else []
    blocks += [Prose(view.say("methods.unsigned"), "small")] if view.bundle.header.planned is None else []
    multiplicity = view.definition.plan.multiplicity
    if multiplicity is not None:
        families = view.say("list.semicolon").join(", ".join(family) for family in multiplicity.families)
        blocks.append(Prose(view.say("methods.multiplicity", families=families)))
    return blocks


def _used(view: View) -> Table:
    """Every method that a row names, with the tables that print it."""
    tables: dict[str, set[str]] = {}
    for row in view.bundle.rows:
        if row.method:
            tables.setdefault(row.method, set()).add(row.table)
    columns = (Column(view.say("head.function"), numeric=False), Column(view.say("head.tables"), numeric=False))
    lines = [
        Line(
            view.method(method),
            (Cell(method), Cell(_list_tables(found))),
        )
        for method, found in sorted(tables.items())
    ]
    return Table(
        "", view.say("methods.used"), view.say("head.method"), columns, tuple(lines), (), source(view, ())[-1:]
    )


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]


def _list_tables(numbers: Iterable[str]) -> str:
    return ", ".join(sorted({shorten_number(one) for one in numbers}, key=split_number))


def _versions(view: View) -> Facts:
    return Facts(tuple(sorted(view.bundle.header.versions.items())), view.say("methods.versions"))


def render_assumptions(view: View) -> Section:
    """What was assumed beyond the record, by class, and which assumptions need a signature."""
    assumptions = view.definition.study.assumptions
    if not assumptions:
        return Section(
            "assumptions", view.say("section.assumptions"), (Prose(view.say("assumptions.none")),), number="9"
        )
    heads = ("assumptions.record", "assumptions.assumed", "assumptions.reason")
    columns = tuple(Column(view.say(key), numeric=False) for key in heads)
    lines: list[Line] = []
    for kind in dict.fromkeys(one.kind for one in assumptions):
        mine = [one for one in assumptions if one.kind is kind]
        signature = f" · {view.say('assumptions.signature')}" if mine[0].needs_signature else ""
        lines.append(Line(f"{view.say(f'class.{kind.value}')}{signature}", heading=True))
        for one in mine:
            said = view.label(f"assumptions.{one.id}", one.assumed)
            why = view.label(f"reasons.{one.id}", one.reason)
            lines.append(Line(view.assumption(one.id), (Cell(one.record_says), Cell(said), Cell(why)), level=1))
    table = Table("", view.say("assumptions.table"), view.say("assumptions.kind"), columns, tuple(lines))
    return Section(
        "assumptions", view.say("section.assumptions"), (Prose(view.say("assumptions.lead")), table), number="9"
    )


def render_warnings(view: View) -> Section:
    """Every warning of the rows once, with the tables whose numbers carry it."""
    tables: dict[str, dict[str, None]] = {}
    rows: dict[str, list[int]] = {}
    for index, row in enumerate(view.bundle.rows):
        for warning in row.warnings:
            tables.setdefault(warning, {})[row.table] = None
            rows.setdefault(warning, []).append(index)
    if not tables:
        return Section("warnings", view.say("section.warnings"), (Prose(view.say("warnings.none")),), number="16.1.9.1")
    columns = (Column(view.say("head.tables"), numeric=False), Column(view.say("head.numbers")))
    lines = [
        Line(
            view.note(warning),
            (
                Cell(_list_tables(found)),
                Cell(str(len(rows[warning])), tuple(view.bundle.rows[i] for i in rows[warning])),
            ),
        )
        for warning, found in tables.items()
    ]
    table = Table("", view.say("warnings.table"), view.say("head.warning"), columns, tuple(lines))
    blocks: tuple[Block, ...] = (Prose(view.say("warnings.lead")), table)
    return Section("warnings", view.say("section.warnings"), blocks, number="16.1.9.1")
