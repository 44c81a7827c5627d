"""What was typed into a form: the texts of the fields, as values and reasons for having none.

Fields of an item are named by a letter and the item: ``v.`` its text, ``t.`` the time of day, ``n.`` why there is no
value and ``r.`` a remark on it, ``c.`` why an impossible value stands. Dates are read as people write them; whatever
else was typed is kept: a half-written date is handed on as it is, so that the reader of values can say what is wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from trialwright.definition.compiled import CompiledForm
from trialwright.definition.forms import Item, ItemType
from trialwright.ledger.entries import PAPER
from trialwright.vocabulary.written_dates import tidy_date, tidy_time
from trialwright.web.written import read_pair

LONGEST = 4200
KINDS = ("v", "t", "n", "r", "c")
ABOUT = ("reason", "aware_date", "aware_time", "source", "observed_date", "observed_time", "proposal")
"""Fields about the whole form."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The texts of a form as they were understood; ``texts`` holds every field as it was typed."""

    texts: Mapping[str, str]
    values: Mapping[str, str]
    missing: Mapping[str, str]
    confirmed: Mapping[str, str]
    based_on: int = 0
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why it is changed."""
        return self.texts.get("reason", "").strip()

    @property
    def source(self) -> str:
        """Where it was written down first; '' for what is entered at once."""
        return PAPER if self.texts.get("source") == PAPER else ""

    @property
    def observed_at(self) -> str:
        """When it was written on paper, as typed; '' for what is entered at once."""
        if not self.source:
            return ""
        return read_pair(self.texts, "observed").strip("T")

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was typed."""
        return not (self.values or self.missing or self.confirmed)


def read_typed(compiled: CompiledForm, posted: Mapping[str, str]) -> Typed:
    """What a POST, or a draft, says of a form. Unknown fields are left out."""
    names = {f"{kind}.{item}" for item in compiled.items for kind in KINDS} | {
        f"c.{one.id}" for one in compiled.form.checks
    }
    known = (*sorted(names & set(posted)), *(name for name in ABOUT if name in posted))
    texts = {name: clean(posted[name]) for name in known if clean(posted[name]).strip()}
    values, missing = {}, {}
    for item in compiled.form.items:
        why = texts.get(f"n.{item.id}", "").strip()
        text = join_parts(item, texts)
        if why:
            remark = texts.get(f"r.{item.id}", "").strip()
            missing[item.id] = f"{why}: {remark}" if remark else why
        if text and not (why and item.type is ItemType.CODE):  # a radio button cannot be taken back without scripts
            values[item.id] = text
    confirmed = {name[2:]: text.strip() for name, text in texts.items() if name.startswith("c.")}
    based_on = posted.get("based_on", "0")
    return Typed(texts, values, missing, confirmed, int(based_on) if based_on.isdecimal() and len(based_on) < 7 else 0)


def clean(text: str) -> str:
    """A text without the characters that no database and no reader can hold, and not longer than can be kept."""
    return "".join(one for one in text.replace("\r\n", "\n") if one >= " " or one in "\n\t")[:LONGEST]


def join_parts(item: Item, texts: Mapping[str, str]) -> str:
    """The text of one item from its fields; what is incomplete stays visible in it."""
    whole = texts.get(f"v.{item.id}", "").strip()
    if item.type is ItemType.DATETIME:
        time = tidy_time(texts.get(f"t.{item.id}", "").strip())
        return f"{tidy_date(whole)}T{time}" if time else tidy_date(whole)
    return tidy_date(whole) if item.type is ItemType.DATE else whole


def split_value(item: Item, text: str) -> dict[str, str]:
    """The fields that show a text on record: the inverse of ``join_parts``."""
    if item.type is ItemType.DATETIME and "T" in text:
        day, time = text.split("T", 1)
        return {f"v.{item.id}": day, f"t.{item.id}": time}
    return {f"v.{item.id}": text}


def split_record(compiled: CompiledForm, values: Mapping[str, str], missing: Mapping[str, str]) -> dict[str, str]:
    """Every field of a form on record."""
    texts: dict[str, str] = {}
    for name, text in values.items():
        if name in compiled.items:
            texts |= split_value(compiled.items[name], text)
    for name, why in missing.items():
        word, _, remark = why.partition(":")
        texts |= {f"n.{name}": word, **({f"r.{name}": remark.strip()} if remark.strip() else {})}
    return texts
