"""Section 16.1.9 and what surrounds it: statistical methods from the definition, assumptions, versions, warnings."""

from trialwright.definition.analysis import Recipe
from trialwright.definition.decision import judge
from trialwright.definition.estimand import EventKind, Strategy
from trialwright.report.display import Block, Cell, Column, Facts, Line, Prose, Section, Table
from trialwright.report.rows import split_number
from trialwright.report.table_parts import source
from trialwright.report.view import View


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
        _reasons(view),
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
    heads = ("head.role", "head.set", "recipe", "head.method", "head.table")
    columns = [Column(view.say(key) if key != "recipe" else view.say("head.kind"), numeric=False) for key in heads]
    lines = []
    definition = view.definition
    for one in definition.plan.analyses:
        methods = view.say("list.semicolon").join(view.method(method.value) for method in one.methods)
        end = view.say("sentence.end")
        adjusted = view.say("list.comma").join(view.parameter(item) for item in one.covariates)
        covariates = view.say("methods.covariates", items=adjusted) if adjusted else ""
        worst = definition.plan.find_strategies(one).get(EventKind.DEATH) is Strategy.COMPOSITE
        death = view.say("methods.deaths.WORST_RANK") if worst and one.recipe is Recipe.CHANGE else ""
        cells = (
            view.say(f"role.{one.role}"),
            one.analysis_set,
            view.say(f"recipe.{one.recipe.value}" if one.of == "CHANGE" else f"of.{one.of}"),
            " ".join(part for part in (f"{methods}{end}" if methods else "", covariates, death) if part),
            one.table,
        )
        lines.append(Line(f"{one.id}{view.mark_post_hoc((one.id,))}", tuple(Cell(text) for text in cells)))
    return Table(
        "", view.say("methods.plan"), view.say("head.analysis"), tuple(columns), tuple(lines), (), source(view, ())[-1:]
    )


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


def _reasons(view: View) -> Table:
    """Who chose the methods of each analysis, and why: the decision table, or the author against it."""
    definition = view.definition
    forms = {name: one.form for name, one in definition.forms.items()}
    lines = []
    for one in definition.plan.analyses:
        if one.role == "descriptive" or not one.methods or one.recipe in (Recipe.SHIFT, Recipe.READERS):
            continue
        choice = judge(definition.study, definition.plan, one, forms)
        rows = [row for row in choice.rows if choice.follows or row.role == one.role]
        reasons = dict.fromkeys(view.say(f"decision.{row.reason}") for row in rows)
        text = " ".join(reasons)
        if not choice.follows:
            offered = dict.fromkeys(view.method(method.value) for row in rows for method in row.methods)
            table = view.say("methods.by.offered", methods=view.say("list.semicolon").join(offered))
            because = view.label(f"because.{one.id}", one.because) if one.because else view.say("methods.by.silent")
            text = f"{because} {table}" if offered else because
        by = view.say("methods.by.table" if choice.follows else "methods.by.author")
        lines.append(Line(one.id, (Cell(by), Cell(text))))
    columns = (Column(view.say("methods.by"), numeric=False), Column(view.say("head.reason"), numeric=False))
    title = view.say("methods.why")
    return Table("", title, view.say("head.analysis"), columns, tuple(lines), (), source(view, ())[-1:])


def _used(view: View) -> Table:
    """Every method that a row names, with the tables that print it."""
    tables: dict[str, set[str]] = {}
    for row in view.bundle.rows:
        if row.method:
            tables.setdefault(row.method, set()).add(row.table)
    columns = (Column(view.say("head.function"), numeric=False), Column(view.say("head.tables"), numeric=False))
    lines = [
        Line(view.method(method), (Cell(method), Cell(", ".join(sorted(found, key=split_number)))))
        for method, found in sorted(tables.items())
    ]
    return Table(
        "", view.say("methods.used"), view.say("head.method"), columns, tuple(lines), (), source(view, ())[-1:]
    )


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
            lines.append(Line(view.assumption(one.id), (Cell(one.record_says), Cell(said), Cell(one.reason)), level=1))
    table = Table("", view.say("section.assumptions"), view.say("assumptions.kind"), columns, tuple(lines))
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
                Cell(", ".join(sorted(found, key=split_number))),
                Cell(str(len(rows[warning])), tuple(view.bundle.rows[i] for i in rows[warning])),
            ),
        )
        for warning, found in tables.items()
    ]
    table = Table("", view.say("section.warnings"), view.say("head.warning"), columns, tuple(lines))
    blocks: tuple[Block, ...] = (Prose(view.say("warnings.lead")), table)
    return Section("warnings", view.say("section.warnings"), blocks, number="16.1.9.1")
