"""The whole report as parts, before any renderer: which sections there are and in which order.

Numbers and titles are those of ICH E3, Structure and content of clinical study reports (1995).
"""

from trialwright.report.abbreviations import render_abbreviations
from trialwright.report.conduct import render_conduct
from trialwright.report.display import Document, Section
from trialwright.report.disposition import (
    render_baseline,
    render_deviations,
    render_exposure,
    render_participants,
    render_sets,
)
from trialwright.report.endpoints import render_endpoint
from trialwright.report.listing_cells import render_plain
from trialwright.report.listings import find_arms, render_dossiers, render_listings
from trialwright.report.methods import render_assumptions, render_methods, render_warnings
from trialwright.report.overview import render_overview
from trialwright.report.safety import render_deaths, render_laboratory, render_observations, render_safety
from trialwright.report.synopsis import render_design, render_synopsis
from trialwright.report.timelines import render_timelines
from trialwright.report.view import View
from trialwright.vocabulary.codelists import Purpose

MOST_OPENED = 10_000
"""Above this many participants numbers do not open; the snapshot's datasets hold who is behind them."""


def render_document(view: View) -> Document:
    """The report of a view, ready for any renderer."""
    header = view.bundle.header
    listings = render_listings(view)
    sections = [
        render_synopsis(view),
        render_abbreviations(view),
        render_assumptions(view),
        render_participants(view),
        render_deviations(view),
        render_sets(view),
        render_baseline(view),
        render_overview(view),
        *(render_endpoint(view, one, index) for index, one in enumerate(view.definition.study.endpoints, 1)),
        render_timelines(view),
        render_exposure(view),
        render_safety(view),
        render_deaths(view),
        render_laboratory(view),
        render_observations(view),
        render_conduct(view),
        render_methods(view),
        render_warnings(view),
        listings,
    ]
    opens = view.participants and len(find_arms(view)) <= MOST_OPENED
    running = view.say(
        "running",
        study=header.study,
        cut=view.cut,
        version=header.version,
        digest=header.digest[:12],
        position=header.position,
    )
    virtual = view.purpose is Purpose.VIRTUAL
    return Document(
        language=view.language,
        title=view.say("report.kind.VIRTUAL" if virtual else "report.title"),
        band=view.band,
        running=running,
        front=render_front(view),
        sections=tuple(one for one in sections if isinstance(one, Section)),
        dossiers=render_dossiers(view, listings),
        values=_values(view) if opens else (),
        opens=opens,
        cut=view.say("front.cut_at", cut=view.cut),
        origin=view.say(
            "opens.origin",
            snapshot=header.snapshot[:12],
            version=header.version,
            digest=header.digest[:12],
            library=header.versions.get("trialwright", ""),
        ),
    )


def render_front(view: View) -> tuple[tuple[str, str], ...]:
    """What the title page says."""
    header, study = view.bundle.header, view.definition.study.study
    programs = view.say("list.comma").join(f"{name} {version}" for name, version in sorted(header.versions.items()))
    pairs = (
        ("front.study", header.study),
        ("front.official", view.label("study.official_title", study.official_title)),
        ("front.phase", render_design(view)),
        ("front.sponsor", study.sponsor),
        ("front.responsible", study.responsible_party),
        ("front.purpose", view.say(f"purpose.{view.purpose.value}")),
        ("front.cut", view.cut),
        ("front.seal", view.say("front.seal.value", position=header.position, seal=header.seal)),
        ("front.snapshot", header.snapshot),
        ("front.definition", view.say("front.definition.value", version=header.version, digest=header.digest)),
        ("front.programs", programs),
    )
    return tuple((view.say(key), text) for key, text in pairs if text)


def _values(view: View) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The single measurements behind the numbers, by ``parameter|visit``."""
    found: dict[str, dict[str, str]] = {}
    for code in sorted(view.bundle.profiles):
        frame = view.bundle.profiles[code]
        for subject, visit, value in (
            frame.select("participant", "visit", "value").sort("participant", "visit").iter_rows()
        ):
            if value is not None:
                found.setdefault(f"{code}|{visit}", {})[str(subject)] = render_plain(value)
    return tuple((key, tuple(values.items())) for key, values in found.items())
