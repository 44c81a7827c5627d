"""The synopsis: the one page that a physician reads first."""

from trialwright.report.display import Block, Prose, Section
from trialwright.report.main_results import find_main_results, render_arm, render_sentence
from trialwright.report.measures import Writer, compute_writer
from trialwright.report.rows import Bunch, fold_bunches
from trialwright.report.view import COUNTS, TOTAL, View
from trialwright.vocabulary.codelists import Purpose

_SAFETY = ("TEAE", "RELATED", "SEVERE", "SERIOUS", "FATAL")


def render_synopsis(view: View) -> Section:
    """Design, numbers, each endpoint in words with its interval, safety in words, and how to read it."""
    blocks: list[Block] = [
        Prose(_design(view), term=view.say("synopsis.design")),
        Prose(_arms(view), term=view.say("synopsis.arms")),
        Prose(_numbers(view), term=view.say("synopsis.numbers")),
        *_endpoints(view),
        *_safety(view),
        *_reading(view),
    ]
    return Section(
        "synopsis", view.say("section.synopsis"), tuple(blocks), number="2", navigation=view.say("section.synopsis")
    )


def render_design(view: View) -> str:
    """Phase, allocation, model and masking in words."""
    design = view.definition.study.design
    words = [
        view.say(f"phase.{view.definition.study.study.phase}"),
        view.say(f"design.{design.allocation}"),
        view.say(f"design.{design.model}"),
        view.say(f"masking.{design.masking.value}"),
    ]
    return view.say("list.comma").join(words)


def _design(view: View) -> str:
    allocation = view.say(f"allocation.{view.definition.study.allocation.method.value}")
    conditions = view.say("list.comma").join(view.definition.study.study.conditions)
    sentences = [render_design(view), allocation, conditions]
    stop = view.say("sentence.stop")
    return stop.join(one[:1].upper() + one[1:] for one in sentences if one) + view.say("sentence.end")


def _arms(view: View) -> str:
    return view.say("list.semicolon").join(_arm(view, arm) for arm in view.definition.arms) + view.say("sentence.end")


def _arm(view: View, arm: str) -> str:
    planned = view.definition.arms[arm]
    for key in planned.interventions:
        intervention = view.definition.interventions.get(key)
        if intervention is not None and intervention.dose is not None:
            dose = intervention.dose
            return view.say(
                "synopsis.arm.dose",
                arm=view.arm(arm),
                planned=planned.planned,
                name=view.label(f"interventions.{key}", intervention.name),
                amount=render_amount(dose.amount),
                unit=view.unit(dose.unit),
                route=view.say(f"route.{dose.route}") if view.knows(f"route.{dose.route}") else dose.route.lower(),
                visits=view.say("list.comma").join(view.visit(one) for one in intervention.at),
            )
    return view.say("synopsis.arm", arm=view.arm(arm), planned=planned.planned)


def render_amount(amount: float) -> str:
    """A dose: powers of ten from a million on.

    >>> render_amount(3.0e7), render_amount(40)
    ('3.0 × 10⁷', '40')
    """
    if amount < 1e6:
        return f"{amount:g}"
    mantissa, _, power = f"{amount:.1e}".partition("e")
    return f"{mantissa} × 10{str(int(power)).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _numbers(view: View) -> str:
    """The counts of table 14.1.1 in one sentence: in total, then by arm."""
    bunches = [one for one in fold_bunches(view.index.table("14.1.1")) if not one.category]
    parts = []
    for parameter in dict.fromkeys(one.parameter for one in bunches):
        mine = [one for one in bunches if one.parameter == parameter and _counted(one)]
        arms = [one for one in mine if one.group in view.definition.arms]
        total = next((one for one in mine if one.group in (TOTAL, "")), None)
        text = [_counted(total)] if total else []
        if arms:
            inner = view.say("list.comma").join(f"{view.arm(one.group)} {_counted(one)}" for one in arms)
            text.append(f"({inner})" if total else inner)
        if text:
            parts.append(f"{view.parameter(parameter)} {' '.join(text)}")
    return view.say("list.semicolon").join(parts) + view.say("sentence.end") if parts else view.say("flow.none")


def _counted(bunch: Bunch | None) -> str:
    row = bunch.first(COUNTS) if bunch else None
    return f"{row.value:g}" if row is not None and row.value is not None else ""


def _endpoints(view: View) -> list[Block]:
    blocks: list[Block] = []
    for endpoint in view.definition.study.endpoints:
        results = find_main_results(view, endpoint)
        text = " ".join(render_sentence(view, result) for result in results) or view.say("result.none")
        title = view.label(f"endpoints.{endpoint.id}", endpoint.title)
        blocks.append(Prose(text, term=f"{endpoint.id} · {title}"))
    return [Prose(view.say("synopsis.endpoints"), "head"), *blocks] if blocks else []


def _safety(view: View) -> list[Block]:
    rows = view.index.table("14.3.1.1")
    writer = compute_writer(view, rows)
    sentences = []
    bunches = [one for one in fold_bunches(rows) if not one.category and "count" in one.rows]
    for parameter in [one for one in _SAFETY if any(bunch.parameter == one for bunch in bunches)]:
        arms = [one for one in bunches if one.parameter == parameter and one.group in view.definition.arms]
        texts = [f"{view.arm(one.group)} {_share(view, writer, one)}" for one in arms]
        if texts:
            sentences.append(
                f"{view.parameter(parameter)}{view.say('sentence.colon')}{view.say('list.comma').join(texts)}"
            )
    text = (
        view.say("list.semicolon").join(sentences) + view.say("sentence.end") if sentences else view.say("safety.none")
    )
    return [Prose(text, term=view.say("synopsis.safety"))]


def _share(view: View, writer: Writer, bunch: Bunch) -> str:
    """A count with its percentage; where nobody had the event, with its interval."""
    return writer.count(bunch, of=True) if bunch.value("count") else render_arm(view, writer, bunch)


def _reading(view: View) -> list[Block]:
    level = f"{view.definition.plan.confidence * 100:g}"
    blocks: list[Block] = []
    if view.purpose is Purpose.VIRTUAL:
        blocks.append(Prose(view.say("synopsis.virtual"), "caution"))
    if not view.randomised and len(view.definition.arms) > 1:
        blocks.append(Prose(view.say("synopsis.noncausal"), "caution"))
    multiplicity = "synopsis.multiplicity.on" if view.definition.plan.multiplicity else "synopsis.multiplicity"
    text = f"{view.say('synopsis.descriptive', level=level)} {view.say(multiplicity)}"
    return [*blocks, Prose(text, term=view.say("synopsis.reading"))]
