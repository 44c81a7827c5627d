"""Outcome switching: outcomes added, dropped, moved between levels, reworded, or measured at other times."""

from collections.abc import Iterator

from trialwright.record.model import Record
from trialwright.record.protocol import Outcome
from trialwright.registry.case import OUTCOMES
from trialwright.registry.difference_words import Difference, Kind, Weight, describe_rewording, match_texts
from trialwright.registry.tells import is_told

_WEIGHTS = {"primary": Weight.MAJOR, "secondary": Weight.MODERATE, "other": Weight.MINOR, "": Weight.MODERATE}
_KEYS = {
    "primary": "primaryOutcomes",
    "secondary": "secondaryOutcomes",
    "other": "otherOutcomes",
    "": "unlabelledOutcomes",
}


def compare_outcomes(before: Record, after: Record) -> Iterator[Difference]:
    """Changes of outcomes; the order within a level is none.

    Where one source tells primary outcomes only, only those are compared; where one tells no levels, levels are not.
    """
    old, new = _tell_both(before, after)
    pairs, gone, come = match_texts([one.measure for _, one in old], [one.measure for _, one in new])
    for at in gone:
        level, outcome = old[at]
        if level or not _tells_primary_only(after):
            yield _named("removed", level, outcome, Kind.REMOVED)
    for at in come:
        level, outcome = new[at]
        if level or not _tells_primary_only(before):
            yield _named("added", level, outcome, Kind.ADDED)
    frames = _told(before, "timeFrame") and _told(after, "timeFrame")
    texts = _told(before, "description") and _told(after, "description")
    for at, other in pairs.items():
        yield from _compare_pair(old[at], new[other], frames=frames, texts=texts)


def _told(record: Record, key: str) -> bool:
    return is_told(record.reading.format, f"{OUTCOMES}.primaryOutcomes.{key}")


def _tells_primary_only(record: Record) -> bool:
    """A source that names primary outcomes only: an outcome of unsaid level that it lacks may be a secondary one."""
    secondary = is_told(record.reading.format, f"{OUTCOMES}.secondaryOutcomes.measure")
    return not secondary and not record.protocol.outcomes.unlabelled_outcomes


def _tell_both(before: Record, after: Record) -> tuple[list[tuple[str, Outcome]], list[tuple[str, Outcome]]]:
    """The outcomes of the levels that both sources tell."""
    sides = [list(record.protocol.outcomes.leveled) for record in (before, after)]
    for mine, record in ((1, before), (0, after)):
        if _tells_primary_only(record):
            sides[mine] = [(level, one) for level, one in sides[mine] if level in ("primary", "")]
    return sides[0], sides[1]


def _name(level: str) -> str:
    return f"{level} outcome" if level else "outcome"


def _path(level: str) -> str:
    return f"{OUTCOMES}.{_KEYS[level]}"


def _named(word: str, level: str, outcome: Outcome, kind: Kind) -> Difference:
    when = f" ({outcome.time_frame})" if outcome.time_frame else ""
    words = f"the {_name(level)} {outcome.measure!r}{when} was {word}"
    sides = ("", outcome.measure) if kind is Kind.ADDED else (outcome.measure, "")
    return Difference(_path(level), kind, _WEIGHTS[level], words, *sides, is_switch=level in ("primary", "secondary"))


def _compare_pair(
    old: tuple[str, Outcome], new: tuple[str, Outcome], *, frames: bool, texts: bool
) -> Iterator[Difference]:
    (old_level, before), (new_level, after) = old, new
    title = after.measure
    if old_level and new_level and old_level != new_level:
        primary = "primary" in (old_level, new_level)
        weight = Weight.MAJOR if primary else Weight.MODERATE
        words = f"the {old_level} outcome {title!r} became {new_level}"
        yield Difference(_path(new_level), Kind.CHANGED, weight, words, old_level, new_level, True)
    weight = _WEIGHTS[new_level or old_level]
    name = _name(new_level or old_level)
    if _plain(before.measure) != _plain(after.measure):
        words = f"the {name} {title!r} was reworded: {describe_rewording(before.measure, after.measure)}"
        yield Difference(_path(new_level), Kind.CHANGED, weight, words, before.measure, after.measure, True)
    if frames and _plain(before.time_frame) != _plain(after.time_frame):
        words = f"the time frame of the {name} {title!r} changed from {before.time_frame!r} to {after.time_frame!r}"
        yield Difference(_path(new_level), Kind.CHANGED, weight, words, before.time_frame, after.time_frame, True)
    if texts and _plain(before.description) != _plain(after.description):
        words = f"the description of the {name} {title!r} was reworded"
        yield Difference(_path(new_level), Kind.CHANGED, Weight.MINOR, words, before.description, after.description)


def _plain(text: str) -> str:
    """Case, white space and spaces around punctuation are no change."""
    return "".join(text.lower().split())
