"""Which names a rule may use, by where the rule stands: in a form, in eligibility, in an endpoint."""

from collections.abc import Iterable, Mapping

from trialwright.definition.forms import Codelist, Form, Item, ItemType
from trialwright.rules.types import Column, RuleType, Scope

_TYPES = {
    ItemType.NUMBER: RuleType.NUMBER,
    ItemType.CODE: RuleType.CODE,
    ItemType.DATE: RuleType.DATE,
    ItemType.DATETIME: RuleType.DATE,
}


def compute_column(name: str, item: Item, codelists: Mapping[str, Codelist]) -> Column | None:
    """The column of an item; None for a text, which no rule may read.

    Codes that are unknown on paper (indeterminate) are NULL in rules, so a rule cannot name them.
    """
    kind = _TYPES.get(item.type)
    if kind is None:
        return None
    if item.codelist is None:
        return Column(name, kind)
    codelist = codelists.get(item.codelist)
    return Column(name, kind, frozenset(code.code for code in codelist.codes if not code.unknown) if codelist else None)


def compute_form_scope(form: Form, codelists: Mapping[str, Codelist], arms: Iterable[str]) -> Scope:
    """The names for rules inside a form: its items, bare or with the form before them, and ``day`` and ``arm``.

    Beside each moment stands its minute of the day, so that two moments of one form are compared to the minute.
    """
    columns: dict[str, Column] = {
        "day": Column("day", RuleType.NUMBER),
        "arm": Column("arm", RuleType.CODE, frozenset(arms)),
    }
    for item in form.items:
        column = compute_column(f"{form.id}.{item.id}", item, codelists)
        if column is not None and item.type is ItemType.DATETIME:
            clock = name_clock(column.name)
            columns[clock] = Column(clock, RuleType.NUMBER)
            column = Column(column.name, column.type, clock=clock)
        if column is not None:
            columns[item.id] = columns[column.name] = column
    return Scope(columns)


def name_clock(moment: str) -> str:
    """The name of the column with the minute of the day of a moment."""
    return f"{moment}.clock"


def compute_records_scope(forms: Iterable[Form], codelists: Mapping[str, Codelist]) -> Scope:
    """The names for rules over a participant's records: items of the forms, bare where one form only has them."""
    columns: dict[str, Column] = {}
    bare: dict[str, list[Column]] = {}
    for form in forms:
        for item in form.items:
            column = compute_column(f"{form.id}.{item.id}", item, codelists)
            if column is not None:
                columns[column.name] = column
                bare.setdefault(item.id, []).append(column)
    columns.update({name: found[0] for name, found in bare.items() if len(found) == 1})
    return Scope(columns)


def compute_eligibility_scope(forms: Iterable[Form], codelists: Mapping[str, Codelist]) -> Scope:
    """The names for eligibility rules: items of the screening forms, bare where one form only has them, and ``age_years``."""
    records = compute_records_scope(forms, codelists)
    return Scope({**records.columns, "age_years": Column("age_years", RuleType.NUMBER)})


def compute_visit_scope(
    encounters: Iterable[tuple[str, Iterable[Form]]], codelists: Mapping[str, Codelist], arms: Iterable[str]
) -> Scope:
    """The names for rules over several visits: ``encounter.form.item``, and ``arm`` and ``age_years``."""
    columns: dict[str, Column] = {
        "age_years": Column("age_years", RuleType.NUMBER),
        "arm": Column("arm", RuleType.CODE, frozenset(arms)),
    }
    for encounter, forms in encounters:
        for form in forms:
            for item in form.items:
                column = compute_column(f"{encounter}.{form.id}.{item.id}", item, codelists)
                if column is not None:
                    columns[column.name] = column
    return Scope(columns)
