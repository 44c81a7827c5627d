"""Screen: a verdict on every criterion, with the values it was reached with. Unknown is never met."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, check_site, refuse
from trialwright.capture.values import read_item
from trialwright.definition.compiled import Definition
from trialwright.ledger.entries import NumberGiven, Screened
from trialwright.ledger.subject import SubjectState
from trialwright.rules.types import RuleType
from trialwright.rules.values import Value, parse_value
from trialwright.vocabulary.codelists import Verdict
from trialwright.vocabulary.findings import Reason

AGE = "age_years"
ANSWERS = MappingProxyType({"Y": Verdict.MET, "N": Verdict.NOT_MET, "U": Verdict.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Screen:
    """Screen a person at a site. ``participant`` is empty for somebody new: a code is given out.

    ``values`` answers ``form.item`` of the screening forms, and ``age_years`` (at consent); ``judgements`` answers the
    criteria that a physician judges, with Y, N or U.
    """

    site: str
    values: Mapping[str, str]
    judgements: Mapping[str, str] = field(default_factory=dict)
    participant: str = ""


def compute_code(site: str, given: int) -> str:
    """The participant code after ``given`` codes of a site: ``01-001``, ``01-002`` …"""
    return f"{site}-{given + 1:03d}"


def decide_screen(moment: Moment, state: SubjectState, command: Screen) -> Decision:
    """The screening with its verdicts (and a new code), or why nobody can be screened now.

    Values of identifying items are used for the verdict and not kept: before consent nothing identifiable is.
    """
    reasons = check_open(moment) + check_actor(moment, "screen", command.site) + check_site(moment, command.site)
    if state.enrolled_at:
        reasons.append(Reason("already-enrolled", f"{state.participant} is enrolled; screening is over"))
    read, unreadable = read_screening(moment.definition, command)
    reasons += unreadable
    if (refused := refuse("screen", reasons)) is not None:
        return refused
    verdicts = compute_verdicts(moment.definition, read, command.judgements)
    kept = {name: text for name, text in command.values.items() if not _is_identifying(moment.definition, name)}
    screened = Screened(command.site, {key: one.value for key, one in verdicts.items()}, kept, dict(command.judgements))
    if state.participant and state.seq:
        return (Planned(state.participant, screened),)
    code = compute_code(command.site, moment.study.codes.get(command.site, 0))
    return Planned("", NumberGiven(code, command.site)), Planned(code, screened)


def compute_verdicts(
    definition: Definition, read: Mapping[str, Value], judgements: Mapping[str, str]
) -> dict[str, Verdict]:
    """The verdict of every criterion, by id: whether the sentence holds, not whether it is good news."""
    truths = iter(definition.eligibility.evaluate(read) if definition.eligibility else ())
    verdicts = {}
    for one in definition.criteria:
        if one.rule is None:
            verdicts[one.criterion.id] = ANSWERS.get(judgements.get(one.criterion.id, "U"), Verdict.UNKNOWN)
        else:
            truth = next(truths)
            verdicts[one.criterion.id] = Verdict.UNKNOWN if truth is None else Verdict.MET if truth else Verdict.NOT_MET
    return verdicts


def read_screening(definition: Definition, command: Screen) -> tuple[dict[str, Value], list[Reason]]:
    """The values of a screening as rules read them, and every text that cannot be read."""
    read: dict[str, Value] = {}
    reasons: list[Reason] = []
    for name, text in command.values.items():
        try:
            read[name] = parse_value(text, RuleType.NUMBER) if name == AGE else _read(definition, name, text)
        except ValueError as error:
            reasons.append(Reason("unreadable", f"{name}: {error}"))
    known = {one.criterion.id for one in definition.criteria if one.rule is None}
    for criterion, answer in command.judgements.items():
        if criterion not in known:
            reasons.append(Reason("unknown-criterion", f"{criterion} is not a criterion that somebody judges"))
        elif answer not in ANSWERS:
            reasons.append(Reason("unreadable", f"{criterion}: {answer!r} is not Y, N or U"))
    return read, reasons


def _read(definition: Definition, name: str, text: str) -> Value:
    form, _, item = name.partition(".")
    if form not in definition.screening_forms or item not in definition.forms[form].items:
        raise ValueError("no screening form has this item")
    compiled = definition.forms[form]
    return read_item(compiled.items[item], compiled, text)


def _is_identifying(definition: Definition, name: str) -> bool:
    form, _, item = name.partition(".")
    return form in definition.forms and definition.forms[form].items[item].identifying


def list_obstacles(definition: Definition, verdicts: Mapping[str, str]) -> list[Reason]:
    """Why these verdicts do not let somebody in: an inclusion criterion that is not met, an exclusion criterion that is
    not ruled out, or one of which nothing is known. There are no waivers."""
    reasons = []
    for one in definition.criteria:
        criterion = one.criterion
        verdict = verdicts.get(criterion.id, Verdict.UNKNOWN.value)
        wanted = Verdict.MET if criterion.kind == "inclusion" else Verdict.NOT_MET
        if verdict == Verdict.UNKNOWN:
            reasons.append(Reason("unknown-criterion", f"{criterion.id} is unknown: {criterion.text}"))
        elif verdict != wanted:
            missed, barred = f"{criterion.id} is not met: {criterion.text}", f"{criterion.id} applies: {criterion.text}"
            reasons.append(Reason("not-eligible", missed if criterion.kind == "inclusion" else barred))
    return reasons
