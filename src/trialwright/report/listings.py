"""Section 16.2: lines of participants as they are, and each participant's own lines gathered."""

from datetime import date, datetime

import polars as pl

from trialwright.report.display import Block, Dossier, Listing, Prose, Section
from trialwright.report.numerals import MINUS
from trialwright.report.rows import split_number
from trialwright.report.view import View

MOST_LINES = 8000
"""Lines of a listing that are printed while there are few participants."""
FEW_LINES = 200
"""Lines of a listing that are printed above ``MOST_DOSSIERS`` participants, when listings are for machines."""
MOST_DOSSIERS = 200
_SUBJECT = ("participant", "subject", "usubjid", "subjid")


def render_listings(view: View) -> Section:
    """Every listing of the bundle; a sentence in their place where participants may not be shown."""
    if not view.participants:
        return Section("listings", view.say("section.listings"), (Prose(view.say("listings.withheld")),), number="16.2")
    most = MOST_LINES if len(find_arms(view)) <= MOST_DOSSIERS else FEW_LINES
    numbers = sorted(view.bundle.listings, key=split_number)
    blocks: tuple[Block, ...] = tuple(_listing(view, number, most) for number in numbers)
    return Section(
        "listings", view.say("section.listings"), blocks or (Prose(view.say("listing.empty")),), number="16.2"
    )


def _listing(view: View, number: str, most: int) -> Listing:
    frame = view.bundle.listings[number]
    heads = tuple(_head(view, column) for column in frame.columns)
    subject = find_subject(frame)
    lines = tuple(tuple(render_plain(value) for value in row) for row in frame.head(most).iter_rows())
    return Listing(number, _title(view, number), heads, lines, subject, max(0, frame.height - most))


def _head(view: View, column: str) -> str:
    key = f"column.{column}"
    return view.say(key) if view.knows(key) else column.replace("_", " ")


def _title(view: View, number: str) -> str:
    parts = number.split(".")
    for size in range(len(parts), 2, -1):
        key = f"listing.{'.'.join(parts[:size])}"
        if view.knows(key):
            return view.say(key)
    return number


def find_subject(frame: pl.DataFrame) -> int | None:
    """The index of the column of participants' codes; None where the listing has none."""
    return next((index for index, name in enumerate(frame.columns) if name.lower() in _SUBJECT), None)


def render_plain(value: object) -> str:
    """A value as it is: no rounding beyond what a float cannot hold, dates in ISO 8601, nothing for a missing one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, float):
        return f"{value:.10g}".replace("-", MINUS, 1) if value < 0 else f"{value:.10g}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return ", ".join(render_plain(one) for one in value)
    return str(value)


def render_dossiers(view: View, listings: Section) -> tuple[Dossier, ...]:
    """Each participant's lines of every listing; nothing above 200 participants, whose lines stand in the listings."""
    arms = find_arms(view)
    if not view.participants or len(arms) > MOST_DOSSIERS:
        return ()
    found = []
    for subject in sorted(arms):
        mine = [
            Listing(one.number, one.title, one.heads, lines, one.subject)
            for one in listings.blocks
            if isinstance(one, Listing) and one.subject is not None
            and (lines := tuple(line for line in one.lines if line[one.subject] == subject))
        ]  # fmt: skip
        found.append(Dossier(subject, view.group(arms[subject]) if arms[subject] else "", tuple(mine)))
    return tuple(found)


def find_arms(view: View) -> dict[str, str]:
    """The arm of every participant that rows, series or timelines name; empty for those never allocated."""
    arms: dict[str, str] = {}
    for row in view.bundle.rows:
        known = row.group if row.group in view.definition.arms else ""
        for subject in row.subjects:
            if known or subject not in arms:
                arms[subject] = known or arms.get(subject, "")
    for frame in (view.bundle.timelines, *view.bundle.profiles.values()):
        if {"participant", "arm"} <= set(frame.columns):
            arms |= {
                str(a): str(b) for a, b in frame.select("participant", "arm").unique().iter_rows() if b is not None
            }
    return arms
