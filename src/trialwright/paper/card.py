"""The appointment card that a participant carries: the visits to come, when they may be, and whom to call. No name."""

from datetime import date

from trialwright.capture.visits import Visit, VisitState
from trialwright.definition.design import Contact
from trialwright.ledger.subject import SubjectState
from trialwright.paper.calendar import list_happenings, list_own_visits, render_window
from trialwright.paper.mark import make_mark
from trialwright.paper.pieces import Setting, Source, render_band
from trialwright.report.typst_parts import quote

_OVER = (VisitState.DONE, VisitState.ENDED, VisitState.MISSED)


def render_card_pdf(setting: Setting, subject: SubjectState, today: date, *, sees_arm: bool) -> bytes:
    """The card of a participant as PDF, A5. ``sees_arm`` is False wherever the card must not tell the arm."""
    source = Source(setting, f"{setting.definition.id} {subject.participant}")
    mark = make_mark(setting.definition, "CARD", subject.site, subject.participant)
    study = setting.definition.label("study.title", setting.language)
    version = setting.word("version", version=setting.definition.version, digest=setting.definition.digest[:12])
    visits = [
        one
        for one in list_own_visits(setting.definition, subject, today, sees_arm=sees_arm)
        if one.state not in _OVER and (one.latest or not subject.arm)
    ]
    rows = ", ".join(_render_row(setting, one, sees_arm=sees_arm) for one in visits)
    body = "; ".join(
        (
            render_band(setting),
            f"grid(columns: (1fr, 21mm), column-gutter: 4mm, {{ small({quote(setting.definition.id + ' · ' + version)}); "
            f"linebreak(); bold(size: 15pt, {quote(setting.word('card'))}); linebreak(); small({quote(study)}); "
            f"v(2mm, weak: true); fact({quote(setting.word('participant'))}, said({quote(subject.participant)})) }}, "
            f"align(right, {source.add_code(mark)}))",
            "line(length: 100%, stroke: 0.8pt)",
            f"text(size: 8.4pt, {quote(setting.word('card_note'))})",
            f"table(columns: (27mm, 1fr, 28mm), stroke: (bottom: hair), align: left + top, {rows})"
            if visits
            else "none",
            f"block(width: 100%, inset: 6pt, stroke: 0.7pt, breakable: false, {{ bold({quote(setting.word('card_unwell'))}); "
            f"linebreak(); small({quote(setting.word('card_contact'))}); linebreak(); {_render_contacts(setting, subject)} }})",
        )
    )
    source.parts.append(f'#page(paper: "a5", margin: (x: 10mm, y: 10mm))[#{{ set text(size: 8.4pt); {body} }}]')
    return source.render()


def find_contacts(setting: Setting, site: str) -> tuple[Contact, ...]:
    """Whom to call: the site's contacts, or the study's where the site names none; those with a telephone only."""
    known = setting.definition.sites.get(site)
    own = tuple(one for one in (known.contacts if known else ()) if one.phone)
    return own or tuple(one for one in setting.definition.study.contacts if one.phone)


def _render_contacts(setting: Setting, subject: SubjectState) -> str:
    known = setting.definition.sites.get(subject.site)
    lines = [f"bold({quote(setting.definition.label(f'sites.{known.id}', setting.language))})"] if known else []
    lines += [f"text(size: 10pt, {quote(f'{one.name}  {one.phone}')})" for one in find_contacts(setting, subject.site)]
    if not find_contacts(setting, subject.site):
        lines.append(f"small({quote(setting.word('card_no_contact'))}) + linebreak() + rule(100%)")
    return "; linebreak(); ".join(lines)


def _render_row(setting: Setting, visit: Visit, *, sees_arm: bool) -> str:
    title = setting.definition.label(f"encounters.{visit.encounter}", setting.language)
    happens = (", " if setting.language == "en" else "、").join(list_happenings(setting, visit, sees_arm=sees_arm))
    day = f"bold({quote(visit.appointment)})" if visit.appointment else "rule(24mm)"
    return (
        f"bold({quote(title)}), {{ text(size: 8pt, {quote(render_window(visit) or '—')}); linebreak(); "
        f"small({quote(happens)}) }}, {day}"
    )
