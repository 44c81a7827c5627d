"""A change, and the sentence that tells it."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from trialwright.registry.case import read_partial


class Weight(StrEnum):
    """MAJOR: it can change what the results mean. MODERATE: a reader should know. MINOR: editorial."""

    MAJOR = "major"
    MODERATE = "moderate"
    MINOR = "minor"


class Kind(StrEnum):
    """What happened to a part."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change between two versions of a record.

    Parameters
    ----------
    path : str
        Place in the newer record, or in the older one for what was removed.
    kind : Kind
        Added, removed or changed.
    weight : Weight
        How much it matters.
    words : str
        The change in a sentence.
    before, after : str
        The two texts; empty where there is none.
    is_switch : bool
        Whether it is one of the changes that can turn a result: outcome, size, ages, sex, phase, arms, masking.
    """

    path: str
    kind: Kind
    weight: Weight
    words: str
    before: str = ""
    after: str = ""
    is_switch: bool = False


def describe_change(name: str, before: str, after: str, shape: str) -> str:
    """The change of a single field in words; ``shape`` is text, code, date or count.

    >>> describe_change("number of subjects", "20", "18", "count")
    'the number of subjects fell from 20 to 18 (-10 %)'
    >>> describe_change("start date", "2020-01", "2020-03", "date")
    'the start date moved from 2020-01 to 2020-03 (60 days later)'
    """
    if not before:
        return f"the {name} was added: {after}"
    if not after:
        return f"the {name} {before!r} was removed"
    if shape == "count":
        return _describe_count(name, float(before), float(after))
    if shape == "date":
        return _describe_date(name, before, after)
    if shape == "text":
        return f"the {name} was reworded: {describe_rewording(before, after)}"
    return f"the {name} changed from {before} to {after}"


def _describe_count(name: str, before: float, after: float) -> str:
    word = "rose" if after > before else "fell"
    share = f" ({100 * (after - before) / before:+.0f} %)" if before else ""
    return f"the {name} {word} from {before:g} to {after:g}{share}"


def _describe_date(name: str, before: str, after: str) -> str:
    old, new = read_partial(before), read_partial(after)
    if old is None or new is None:
        return f"the {name} changed from {before} to {after}"
    days = (new.earliest - old.earliest).days
    if days == 0:
        return f"the {name} was made more exact: {before} is now {after}"
    word = f"{abs(days)} days {'later' if days > 0 else 'earlier'}"
    return f"the {name} moved from {before} to {after} ({word})"


def describe_rewording(before: str, after: str) -> str:
    """Only the words that changed, each with what it became.

    >>> describe_rewording("patients with 2019 Novel Coronavirus", "patients with COVID-19")
    "'2019 Novel Coronavirus' became 'COVID-19'"
    """
    old, new = before.split(), after.split()
    changes = []
    for action, low, high, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = " ".join(old[low:high]), " ".join(new[first:last])
        if action == "replace":
            changes.append(f"{gone!r} became {come!r}")
        elif action == "delete":
            changes.append(f"{gone!r} was removed")
        elif action == "insert":
            changes.append(f"{come!r} was added")
    return "; ".join(changes)


def compute_likeness(before: str, after: str) -> float:
    """How alike two texts are by their words: 0 for nothing in common, 1 for the same."""
    return SequenceMatcher(None, before.lower().split(), after.lower().split(), autojunk=False).ratio()


def match_texts(before: list[str], after: list[str], least: float = 0.5) -> tuple[dict[int, int], list[int], list[int]]:
    """Pairs of places whose texts are the same or alike, and the places of either list that stay alone.

    Same texts first, then the likest pairs; a pair less alike than ``least`` is none.
    """
    pairs: dict[int, int] = {}
    free = list(range(len(after)))
    plain = [" ".join(text.lower().split()) for text in after]
    for at, text in enumerate(before):
        same = next((other for other in free if plain[other] == " ".join(text.lower().split())), None)
        if same is not None:
            pairs[at] = same
            free.remove(same)
    alone = [at for at in range(len(before)) if at not in pairs]
    scores = sorted(
        ((compute_likeness(before[at], after[other]), -at, -other) for at in alone for other in free), reverse=True
    )
    for score, at, other in scores:
        if score >= least and -at in alone and -other in free:
            pairs[-at] = -other
            alone.remove(-at)
            free.remove(-other)
    return pairs, alone, free
