"""Register a laboratory of a site with its reference ranges, and find the range that held for an item on a day."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.definition.compiled import Definition
from trialwright.definition.forms import ItemType
from trialwright.ledger.laboratory import LaboratoryRegistered
from trialwright.ledger.study import StudyState
from trialwright.vocabulary.findings import Reason
from trialwright.vocabulary.numbers import parse_number

SEXES = ("F", "M")


@dataclass(frozen=True, slots=True)
class RangeLine:
    """One line of a laboratory's list: limits as printed, in its unit; ``sex`` F, M, or empty for everybody."""

    item: str
    low: str
    high: str
    unit: str
    sex: str = ""

    @property
    def key(self) -> str:
        """Item and sex in one text."""
        return f"{self.item}/{self.sex}" if self.sex else self.item


@dataclass(frozen=True, slots=True)
class RegisterLaboratory:
    """A laboratory's list, valid from a day on, to a day or until the next list of this laboratory."""

    site: str
    laboratory: str
    valid_from: str
    ranges: tuple[RangeLine, ...]
    valid_to: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """What is normal, by whom; an empty limit is open."""

    laboratory: str
    low: str
    high: str
    unit: str


def decide_register_laboratory(moment: Moment, command: RegisterLaboratory) -> Decision:
    """The list as an entry of the study's chain, or everything that is wrong with it."""
    reasons = check_open(moment) + check_actor(moment, "register_laboratory", command.site)
    if command.site not in moment.definition.sites:
        reasons.append(Reason("unknown-site", f"the study has no site {command.site}"))
    if not command.laboratory.strip() or not command.ranges:
        reasons.append(Reason("incomplete", "name the laboratory and give at least one range"))
    reasons += _check_days(command) + [
        reason for one in command.ranges for reason in _check_line(moment.definition, one)
    ]
    keys = [one.key for one in command.ranges]
    reasons += [
        Reason("doubled", f"{key} stands twice") for key in sorted({one for one in keys if keys.count(one) > 1})
    ]
    entry = LaboratoryRegistered(
        command.site, command.laboratory, command.valid_from, command.valid_to,
        {one.key: one.low for one in command.ranges if one.low},
        {one.key: one.high for one in command.ranges if one.high},
        {one.key: one.unit for one in command.ranges},
    )  # fmt: skip
    return refuse("register_laboratory", reasons) or (Planned("", entry),)


def _check_days(command: RegisterLaboratory) -> list[Reason]:
    reasons = []
    for text in filter(None, (command.valid_from or "(none)", command.valid_to)):
        try:
            date.fromisoformat(text)
        except ValueError:
            reasons.append(Reason("bad-date", f"{text!r} is not a date; write 2020-01-27"))
    if not reasons and command.valid_to and command.valid_to < command.valid_from:
        reasons.append(Reason("bad-date", "the list ends before it begins"))
    return reasons


def _check_line(definition: Definition, line: RangeLine) -> list[Reason]:
    form, _, name = line.item.partition(".")
    item = definition.forms[form].items.get(name) if form in definition.forms else None
    if item is None or item.type is not ItemType.NUMBER:
        return [Reason("unknown-item", f"{line.item} is no number of the study")]
    reasons = []
    if line.unit != item.unit:
        reasons.append(
            Reason("other-unit", f"{line.item} is in {item.unit}, the range is in {line.unit or '(no unit)'}")
        )
    if line.sex not in ("", *SEXES):
        reasons.append(Reason("unreadable", f"{line.item}: {line.sex!r} is not F or M"))
    limits: list[Decimal] = []
    for text in filter(None, (line.low, line.high)):
        try:
            limits.append(parse_number(text))
        except ValueError as error:
            reasons.append(Reason("unreadable", f"{line.item}: {error}"))
    if not (line.low or line.high) or (len(limits) == 2 and limits[0] >= limits[1]):
        reasons.append(Reason("no-range", f"{line.item}: {line.low or '…'} to {line.high or '…'} is no range"))
    return reasons


def find_range(
    study: StudyState, site: str, item: str, on: date, sex: str = "", laboratory: str = ""
) -> ReferenceRange | None:
    """The range that held for an item (``chemistry.alt``) at a site on a day; None where none was registered.

    Of several lists the one that began last counts, of equals the one registered last. A range for the sex goes before
    one for everybody. ``laboratory`` where the site has more than one.
    """
    day = on.isoformat()
    lists = [
        one
        for one in study.laboratories
        if one.site == site and laboratory in ("", one.laboratory)
        and one.valid_from <= day and (not one.valid_to or day <= one.valid_to)
    ]  # fmt: skip
    latest_first = sorted(enumerate(lists), key=lambda pair: (pair[1].valid_from, pair[0]), reverse=True)
    for _, one in latest_first:
        for key in (f"{item}/{sex}", item):
            if key in one.unit:
                return ReferenceRange(one.laboratory, one.low.get(key, ""), one.high.get(key, ""), one.unit[key])
    return None
