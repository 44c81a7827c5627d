"""Section 16.2: lines of participants as they are, and each participant's own lines gathered."""

from dataclasses import replace

import polars as pl

from trialwright.report.display import Block, Dossier, Listing, Prose, Section
from trialwright.report.listing_cells import find_reader, render_head, render_plain
from trialwright.report.rows import split_number
from trialwright.report.view import View

MOST_LINES = 8000
"""Lines of a listing that are printed while there are few participants."""
FEW_LINES = 200
"""Lines of a listing that are printed above ``MOST_DOSSIERS`` participants, when listings are for machines."""
MOST_DOSSIERS = 200
_MANY = 4
"""Lines of each participant from which the participant is their heading on paper."""
_SUBJECT = ("participant", "subject", "usubjid", "subjid")


def render_listings(view: View) -> Section:
    """Every listing of the bundle; a sentence in their place where participants may not be shown."""
    if not view.participants:
        return Section("listings", view.say("section.listings"), (Prose(view.say("listings.withheld")),), number="16.2")
    most = MOST_LINES if len(find_arms(view)) <= MOST_DOSSIERS else FEW_LINES
    numbers = sorted(view.bundle.listings, key=split_number)
    blocks: tuple[Block, ...] = tuple(_listing(view, number, most) for number in numbers)
    return Section(
        "listings",
        view.say("section.listings"),
        blocks or (Prose(view.say("listing.empty")),),
        number="16.2",
        wide=True,
    )


def _listing(view: View, number: str, most: int) -> Listing:
    """A listing without the columns that are empty throughout; each code in words."""
    whole = view.bundle.listings[number]
    frame = whole.select(name for name in whole.columns if whole[name].null_count() < whole.height or not whole.height)
    columns = [_read_column(view, name, frame[name].head(most).to_list()) for name in frame.columns]
    heads = tuple(render_head(view, name) for name in frame.columns)
    subject = find_subject(frame)
    folded = tuple(i for i, name in enumerate(frame.columns) if i == subject or name == "arm")
    many = subject is not None and frame.height >= _MANY * frame[:, subject].n_unique()
    dropped = max(0, frame.height - most)
    across = any(name in view.definition.encounters for name in frame.columns)
    translated = view.language == "zh" and {"term", "class"} <= set(frame.columns)
    told = {
        "listing.limits": "limits" in frame.columns,
        "listing.beside": across,
        "safety.translated": translated,
    }
    notes = tuple(view.say(key) for key, there in told.items() if there)
    return Listing(
        number, _title(view, number), heads, tuple(zip(*columns, strict=True)), subject, dropped,
        folded if many else (), notes,
    )  # fmt: skip


def _read_column(view: View, name: str, values: list[object]) -> list[str]:
    read = find_reader(view, name)
    known: dict[object, str] = {None: ""}
    for value in values:
        if value not in known:
            known[value] = read(view, render_plain(value))
    return [known[value] for value in values]


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


def render_dossiers(view: View, listings: Section) -> tuple[Dossier, ...]:
    """Each participant's lines of every listing; nothing above 200 participants, whose lines stand in the listings."""
    arms = find_arms(view)
    if not view.participants or len(arms) > MOST_DOSSIERS:
        return ()
    found = []
    for subject in sorted(arms):
        mine = [
            replace(one, lines=lines, dropped=0)
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
