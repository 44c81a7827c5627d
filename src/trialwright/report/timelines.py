"""The figure of one line a participant."""

import polars as pl

from trialwright.report.axes import is_uneven
from trialwright.report.display import Figure, Section
from trialwright.report.endpoint_figures import MOST_COURSES
from trialwright.report.swimmer import Event, Lane, Swim, render_swim
from trialwright.report.table_parts import source
from trialwright.report.view import View

_FIRST = ("DOSE", "INFUSION", "AE", "SAE", "FEVER", "OXYGEN", "VENTILATION", "EVENT", "VISIT", "DEVIATION", "LEFT")
_BARS = frozenset({"FOLLOW_UP", "STUDY", "OBSERVED"})


def render_timelines(view: View) -> Section | None:
    """The swimmer figure; None where single participants are not shown, are none, or are too many to draw."""
    frame = view.bundle.timelines
    if not view.participants or frame.is_empty() or frame["participant"].n_unique() > MOST_COURSES:
        return None
    kinds = [kind for kind in frame["kind"].unique(maintain_order=True).to_list() if kind not in _BARS]
    kinds.sort(key=lambda kind: (_FIRST.index(kind) if kind in _FIRST else len(_FIRST), kind))
    arms = [
        (view.arm(arm), lanes) for arm in view.definition.arms if (lanes := _lanes(frame.filter(pl.col("arm") == arm)))
    ]
    names = [
        (kind, view.say(f"kind.{kind}") if view.knows(f"kind.{kind}") else kind.replace("_", " ").lower())
        for kind in kinds
    ]
    title = view.say("figure.swimmer")
    first = min([0.0, *(event.start for _, lanes in arms for lane in lanes for event in lane.events)])
    days = sorted({float(one.day) for one in view.definition.encounters.values() if one.day >= first} | {first, 0.0})
    last = max(lane.last for _, lanes in arms for lane in lanes)
    days = [day for day in days if day <= last] + [last]
    svg = render_swim(Swim(arms, names, days, view.say("axis.day"), title))
    stops = (view.say("figure.stops"),) if is_uneven(days) else ()
    figure = Figure("16.2.F", title, svg, title, stops, source(view, ()))
    return Section("timelines", view.say("section.timelines"), (figure,), number="11.4.6")


def _lanes(frame: pl.DataFrame) -> list[Lane]:
    lanes: dict[str, list[Event]] = {}
    last: dict[str, float] = {}
    for row in frame.sort("participant", "start_day", "kind", "label", nulls_last=True).iter_rows(named=True):
        if row["start_day"] is None:
            continue
        subject, start = str(row["participant"]), float(row["start_day"])
        end = float(row["end_day"]) if row["end_day"] is not None else start
        last[subject] = max(last.get(subject, 0.0), end)
        events = lanes.setdefault(subject, [])
        if row["kind"] not in _BARS:
            events.append(Event(str(row["kind"]), start, end, str(row["label"] or "")))
    return [Lane(subject, last[subject], events) for subject, events in lanes.items()]
