"""Forms and their items (ODM: form, item group, item, codelist; content after CDASH)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from trialwright.definition.base import CodeId, FormId, ItemId, Part


class ItemType(StrEnum):
    """What a value is. A DATE may be partial where the item says so; a DATETIME is local time with minutes."""

    NUMBER = "number"
    CODE = "code"
    DATE = "date"
    DATETIME = "datetime"
    TEXT = "text"


class Code(Part):
    """One term of a codelist.

    ``unknown`` codes (indeterminate, not known) are values on paper and NULL in rules: unknown is never a no.
    """

    code: Annotated[str, Field(pattern=r"^[A-Z0-9][A-Za-z0-9_.+/ -]{0,59}$")]
    label: str
    unknown: bool = False
    nci: str = ""


class Codelist(Part):
    """A closed list of codes; ``source`` names the standard it follows."""

    id: CodeId
    codes: tuple[Code, ...] = Field(min_length=1)
    source: str = ""

    def find(self, code: str) -> Code | None:
        """The term with this code, or None where the list does not have it."""
        return next((term for term in self.codes if term.code == code), None)


class Sdtm(Part):
    """Where an item goes in SDTM: a domain with a test code (findings), or with a variable of its own."""

    domain: Annotated[str, Field(pattern=r"^[A-Z]{2}$|^SUPP[A-Z]{2}$|^NONE$")]
    testcd: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,7}$")] | None = None
    variable: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,7}$")] | None = None
    spec: str = ""
    method: str = ""
    location: str = ""
    category: str = ""


class Item(Part):
    """One question on a form.

    ``hard`` limits are what is possible, ``soft`` limits what is usual; both are inclusive and in ``unit``.
    ``when`` is a rule over the same form: the item is asked only while the rule is true.
    """

    id: ItemId
    label: str
    type: ItemType
    unit: str = ""
    decimals: Annotated[int, Field(ge=0, le=6)] = 0
    codelist: CodeId | None = None
    required: bool = False
    partial: bool = False
    hard: tuple[float | None, float | None] | None = None
    soft: tuple[float | None, float | None] | None = None
    when: str = ""
    help: str = ""
    key: bool = False
    identifying: bool = False
    sdtm: Sdtm | None = None
    assumed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check_shape(self) -> Self:
        if (self.type is ItemType.CODE) != (self.codelist is not None):
            raise ValueError(f"item {self.id}: a codelist belongs to every item of type code and to no other")
        if self.type is not ItemType.NUMBER and (self.unit or self.hard or self.soft or self.decimals):
            raise ValueError(f"item {self.id}: unit, decimals, hard and soft belong to numbers only")
        if self.partial and self.type is not ItemType.DATE:
            raise ValueError(f"item {self.id}: only a date can be partial")
        for name, limits in (("hard", self.hard), ("soft", self.soft)):
            if limits and None not in limits and limits[0] > limits[1]:  # type: ignore[operator]
                raise ValueError(f"item {self.id}: {name} limits are upside down")
        return self


class CheckLevel(StrEnum):
    """HARD: the value is not possible and is saved only when confirmed with a reason. SOFT: saved, and a query opens."""

    HARD = "hard"
    SOFT = "soft"


class EditCheck(Part):
    """A rule over one form that fires when it is true; ``message`` says what looks wrong."""

    id: ItemId
    rule: str
    message: str
    level: CheckLevel = CheckLevel.SOFT
    item: ItemId | None = None


class Reading(Part):
    """What a blinded form reads: the images that another form, at the same visit, says were taken.

    Parameters
    ----------
    of : str
        The form that says so; its occasion tells when.
    item, code : str, optional
        The item of that form, and the code that it must hold: a CT is read on another form than a radiograph.
    differ_in, by : str and float, optional
        The item in which two readings that differ by so much or more want a third, by an adjudicator.
    """

    of: FormId
    item: ItemId | None = None
    code: str = ""
    differ_in: ItemId | None = None
    by: float | None = Field(default=None, gt=0)


class Form(Part):
    """A form: what is asked, in which order.

    ``log`` forms have a row per occurrence (adverse events, medication); ``occasion`` names the item that tells when
    the thing happened, from which the machine judges windows.
    """

    id: FormId
    title: str
    domain: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    items: tuple[Item, ...] = Field(min_length=1)
    checks: tuple[EditCheck, ...] = ()
    log: bool = False
    occasion: ItemId | None = None
    blinded: bool = False
    reading: Reading | None = None
    routine: bool = False
    never_blocks: bool = False
    cdash: str = ""

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        ids = [item.id for item in self.items]
        doubled = sorted({name for name in ids if ids.count(name) > 1})
        if doubled:
            raise ValueError(f"form {self.id}: item {', '.join(doubled)} stands twice")
        names = [check.id for check in self.checks]
        if len(set(names)) < len(names):
            raise ValueError(f"form {self.id}: two edit checks have one id")
        if self.occasion is not None:
            item = self.find(self.occasion)
            if item is None or item.type not in (ItemType.DATE, ItemType.DATETIME):
                raise ValueError(f"form {self.id}: occasion {self.occasion} is not a date item of the form")
        if self.reading is not None and not self.blinded:
            raise ValueError(f"form {self.id}: only a blinded form has a reading")
        if (
            self.reading is not None
            and self.reading.differ_in is not None
            and self.find(self.reading.differ_in) is None
        ):
            raise ValueError(f"form {self.id}: readings cannot differ in {self.reading.differ_in}, which is not there")
        for check in self.checks:
            if check.item is not None and self.find(check.item) is None:
                raise ValueError(f"form {self.id}: check {check.id} points at item {check.item}, which is not there")
        return self

    def find(self, item: str) -> Item | None:
        """The item with this id, or None where the form does not have it."""
        return next((one for one in self.items if one.id == item), None)
