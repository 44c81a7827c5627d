"""14.3.3: a narrative of every participant who died or had a serious adverse event, from the listings alone."""

import polars as pl

from trialwright.report.display import Block, Prose, Subheading
from trialwright.report.listing_cells import find_reader, render_plain
from trialwright.report.view import View

_EVENTS, _PEOPLE, _LEFT = "16.2.7", "16.2.4", "16.2.1"
_NEEDED = {_EVENTS: {"participant", "serious"}, _PEOPLE: {"participant", "arm"}, _LEFT: {"participant", "how", "date"}}
_MOST = 50
"""Above this many participants the listings stand for the narratives."""


def render_narratives(view: View) -> list[Block]:
    """The heading and a paragraph a participant; nothing where participants may not be shown or nobody is concerned."""
    frames = view.bundle.listings
    if not view.participants or not set(_NEEDED) <= set(frames):
        return []
    if not all(_NEEDED[number] <= set(frames[number].columns) for number in _NEEDED):
        return []
    serious = frames[_EVENTS].filter(pl.col("serious") == "Y")
    died = frames[_LEFT].filter(pl.col("how") == "DEATH")
    people = sorted({*serious["participant"], *died["participant"]})
    if not people:
        return []
    title = Subheading(view.say("narratives.title"))
    if len(people) > _MOST:
        return [title, Prose(view.say("narratives.many", count=len(people)))]
    return [title, Prose(view.say("narratives.lead"), "small"), *(_narrate(view, one, serious, died) for one in people)]


def _narrate(view: View, participant: str, serious: pl.DataFrame, died: pl.DataFrame) -> Prose:
    person = view.bundle.listings[_PEOPLE].filter(pl.col("participant") == participant)
    sentences = [_introduce(view, one) for one in person.iter_rows(named=True)]
    mine = serious.filter(pl.col("participant") == participant)
    sentences += [_tell(view, one) for one in mine.iter_rows(named=True)]
    deaths = died.filter(pl.col("participant") == participant)
    sentences += [
        view.say("narratives.died", date=_read(view, one, "date"), day=_read(view, one, "day"))
        for one in deaths.iter_rows(named=True)
    ]
    if deaths.height and not mine.height:
        sentences.append(view.say("narratives.no_event"))
    return Prose(("" if view.language == "zh" else " ").join(sentences), term=participant)


def _introduce(view: View, person: dict[str, object]) -> str:
    words = [_read(view, person, name) for name in ("sex", "age", "age_range")]
    words[0] = words[0].lower()
    told = view.say("list.comma").join(word for word in words if word)
    return view.say("narratives.person", person=told, arm=_read(view, person, "arm"))


def _tell(view: View, event: dict[str, object]) -> str:
    places = {name: _read(view, event, name) for name in event}
    places["grade"] = places.get("grade") or "?"
    related, action, outcome = (places.get(name, "").lower() for name in ("related", "action", "outcome"))
    key = "narratives.event" if places.get("end") else "narratives.open_event"
    return view.say(key, **{**places, "related": related, "action": action, "outcome": outcome})


def _read(view: View, line: dict[str, object], name: str) -> str:
    return find_reader(view, name)(view, render_plain(line.get(name)))
