"""Texts as they were typed, against the items they answer: what cannot be read, what cannot be, what looks wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from trialwright.definition.compiled import CompiledForm
from trialwright.definition.forms import CheckLevel, Item, ItemType
from trialwright.definition.scope import name_clock
from trialwright.rules.values import Value, bounded, to_day
from trialwright.vocabulary.codelists import Missing
from trialwright.vocabulary.findings import Reason
from trialwright.vocabulary.numbers import parse_number
from trialwright.vocabulary.partial_dates import PartialDate

LONGEST = 4000
_PLAIN = re.compile(r"[+-]?\d+(?:\.(\d+))?", re.ASCII)
_FULL_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FormReading:
    """A form's texts as they were understood.

    ``unreadable`` reasons refuse the saving: there is nothing to keep. ``impossible`` maps an item to why its value
    cannot be; it is kept only when confirmed. ``fired`` names every check and limit that is true of the values.
    """

    values: Mapping[str, Value]
    unreadable: tuple[Reason, ...]
    impossible: Mapping[str, str]
    fired: tuple[str, ...]


def parse_moment(text: str) -> datetime:
    """The local date and time that ``text`` names, minutes at least; ValueError for a time zone or a bare date."""
    if len(text) < 16:
        raise ValueError(f"{text!r} has no time; write 2020-01-27T08:30")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError(f"{text!r} has a time zone; write the site's own time, 2020-01-27T08:30")
    return moment


def parse_occasion(text: str) -> date | None:
    """The day of a date or date and time; None where the day is not known."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def read_item(item: Item, compiled: CompiledForm, text: str) -> Value:
    """The value of ``text`` as rules read it (unknown codes and partial dates are None); ValueError says what is wrong."""
    match item.type:
        case ItemType.NUMBER:
            plain = _PLAIN.fullmatch(text)
            if plain is not None and len(plain[1] or "") <= item.decimals:
                return bounded(float(text))
            number = parse_number(text)
            exponent = number.as_tuple().exponent
            if (
                isinstance(exponent, int)
                and -exponent > item.decimals
                and number != number.quantize(Decimal(1).scaleb(-item.decimals))
            ):
                raise ValueError(f"{text!r} has more than {item.decimals} decimals")
            return bounded(float(number))
        case ItemType.CODE:
            code = compiled.codes[item.id].get(text)
            if code is None:
                raise ValueError(f"{text!r} is not one of {', '.join(compiled.codes[item.id])}")
            return None if code.unknown else text
        case ItemType.DATE:
            if _FULL_DATE.fullmatch(text):
                return to_day(date.fromisoformat(text))
            partial = PartialDate.parse(text)
            if not partial.is_complete and not item.partial:
                raise ValueError(f"{text!r} is not a complete date; write 2020-01-27")
            return to_day(partial.earliest) if partial.is_complete else None
        case ItemType.DATETIME:
            return to_day(parse_moment(text).date())
        case ItemType.TEXT:
            if len(text) > LONGEST:
                raise ValueError(f"the text is longer than {LONGEST} characters")
            return None


def read_clock(text: str) -> float:
    """The minute of the day of a date and time, for rules that compare two moments.

    >>> read_clock("2020-01-27T08:30")
    510.0
    """
    moment = parse_moment(text)
    return float(60 * moment.hour + moment.minute)


def read_form(
    compiled: CompiledForm, values: Mapping[str, str], missing: Mapping[str, str], extra: Mapping[str, Value]
) -> FormReading:
    """What the texts of a form say, and everything that is wrong with them.

    Parameters
    ----------
    values : mapping of item id to text
        As typed; an item without text is absent.
    missing : mapping of item id to text
        Why an item has no value: a ``Missing`` word, with a remark after a colon where one was given.
    extra : mapping of str to Value
        Values of the moment that rules may read: ``arm`` and ``day``.
    """
    unreadable: list[Reason] = []
    read: dict[str, Value] = dict(extra)
    prefix = compiled.form.id + "."
    for name, text in values.items():
        item = compiled.items.get(name)
        if item is None:
            unreadable.append(Reason("unknown-item", f"{compiled.form.id} has no item {name}"))
            continue
        try:
            read[prefix + name] = read_item(item, compiled, text)
            if item.type is ItemType.DATETIME:
                read[name_clock(prefix + name)] = read_clock(text)
        except ValueError as error:
            unreadable.append(Reason("unreadable", f"{name}: {error}"))
    unreadable += _check_missing(compiled, values, missing)
    if unreadable:
        return FormReading(read, tuple(unreadable), {}, ())
    truths = compiled.rules.evaluate(read) if compiled.rules else ()
    checks = compiled.form.checks
    hidden = {
        name for name, shown in zip(compiled.conditional, truths[len(checks) :], strict=True) if shown is not True
    }
    lacking = [
        item.id
        for item in compiled.form.items
        if item.required and item.id not in values and item.id not in missing and item.id not in hidden
    ]
    if not compiled.form.never_blocks:
        unreadable += [
            Reason("incomplete", f"{name} is required: give a value, or say why there is none") for name in lacking
        ]
    impossible, fired = _check_limits(compiled, values, read)
    for check, true in zip(checks, truths, strict=False):
        if true is True:
            fired.append(check.id)
            if check.level is CheckLevel.HARD:
                impossible[check.item or check.id] = check.message
    fired += [f"required:{name}" for name in lacking if compiled.form.never_blocks]
    fired += [f"hidden:{name}" for name in values if name in hidden]
    return FormReading(read, tuple(unreadable), impossible, tuple(fired))


def _check_missing(compiled: CompiledForm, values: Mapping[str, str], missing: Mapping[str, str]) -> list[Reason]:
    reasons = []
    for name, why in missing.items():
        if name not in compiled.items:
            reasons.append(Reason("unknown-item", f"{compiled.form.id} has no item {name}"))
        elif name in values:
            reasons.append(Reason("contradiction", f"{name} has a value and is said to be missing"))
        if why.split(":")[0] not in Missing.__members__:
            reasons.append(Reason("unreadable", f"{name}: {why!r} is not one of {', '.join(Missing)}"))
    return reasons


def _check_limits(
    compiled: CompiledForm, values: Mapping[str, str], read: Mapping[str, Any]
) -> tuple[dict[str, str], list[str]]:
    impossible: dict[str, str] = {}
    fired: list[str] = []
    for name in values:
        item = compiled.items[name]
        if item.type is not ItemType.NUMBER:
            continue
        number = read[f"{compiled.form.id}.{name}"]
        if is_outside(number, item.hard):
            impossible[name] = f"{values[name]} {item.unit} is outside what is possible, {_span(item.hard)}"
            fired.append(f"hard:{name}")
        elif is_outside(number, item.soft):
            fired.append(f"soft:{name}")
    return impossible, fired


def is_outside(number: float, limits: tuple[float | None, float | None] | None) -> bool:
    """Whether a number lies outside limits (inclusive; None is open)."""
    if limits is None:
        return False
    low, high = limits
    return (low is not None and number < low) or (high is not None and number > high)


def _span(limits: tuple[float | None, float | None] | None) -> str:
    low, high = limits or (None, None)
    return f"{'' if low is None else f'{low:g}'} to {'' if high is None else f'{high:g}'}"
