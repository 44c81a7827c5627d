"""The calendar of one participant's visits: planned day, window, appointment, and what happens at each."""

from datetime import date

from trialwright.capture.visits import Visit, VisitState, find_day0, find_facts, list_visit_states
from trialwright.definition.compiled import Definition
from trialwright.ledger.subject import SubjectState
from trialwright.paper.mark import make_mark
from trialwright.paper.pieces import Setting, Source, render_foot, render_head
from trialwright.paper.places import render_days
from trialwright.report.typst_parts import quote


def render_calendar_pdf(setting: Setting, subject: SubjectState, today: date, *, sees_arm: bool) -> bytes:
    """The calendar of a participant as PDF; without what tells the arm for those who must not know it."""
    source = Source(setting, f"{setting.definition.id} {subject.participant}")
    mark = make_mark(setting.definition, "CALENDAR", subject.site, subject.participant)
    facts = [
        (setting.word("participant"), f"said({quote(subject.participant)})"),
        (setting.word("site"), f"said({quote(subject.site)})"),
    ]
    day0 = find_day0(setting.definition, find_facts(setting.definition, subject))
    is_told = day0 and (sees_arm or not is_dosed(setting.definition, subject))
    note = setting.word("calendar_note", day0=day0) if is_told else setting.word("calendar_no_day0") if not day0 else ""
    head = render_head(source, mark, setting.word("calendar"), note, facts)
    visits = list_own_visits(setting.definition, subject, today, sees_arm=sees_arm)
    names = ("visit", "planned", "window", "appointment", "happens")
    heads = ", ".join(f"bold(size: 8pt, {quote(setting.word(name))})" for name in names)
    rows = ", ".join(_render_row(setting, one, sees_arm=sees_arm) for one in visits)
    body = (
        f"table(columns: (31mm, 21mm, 43mm, 24mm, 1fr), stroke: (bottom: hair), align: left + top, "
        f"table.header({heads}), {rows})"
    )
    page = f'paper: "a4", margin: (x: 14mm, top: 49mm, bottom: 13mm), header-ascent: 3mm, header: {head}'
    source.parts.append(f"#page({page}, footer: {render_foot(setting)})[#{{ set text(size: 8pt); {body} }}]")
    return source.render()


def is_dosed(definition: Definition, subject: SubjectState) -> bool:
    """Whether day 0 is the day of a dose, and so tells the arm."""
    return bool(subject.arm and definition.arms[subject.arm].day0 == "FIRST_DOSE")


def list_own_visits(definition: Definition, subject: SubjectState, today: date, *, sees_arm: bool) -> tuple[Visit, ...]:
    """The visits that are planned for this participant, in order."""
    found = list_visit_states(definition, find_facts(definition, subject), today, sees_arm=sees_arm)
    return tuple(one for one in found if one.state is not VisitState.NOT_PLANNED)


def list_happenings(setting: Setting, visit: Visit, *, sees_arm: bool) -> list[str]:
    """What happens at a visit: doses, then the forms that are filled in with the participant; no reader's form."""
    definition, language = setting.definition, setting.language
    dosing = {
        one.form: name for name, one in definition.interventions.items() if one.dose and visit.encounter in one.at
    }
    forms = [form for form in definition.forms if form in (*visit.recorded, *visit.missing)]
    told = [
        setting.word("given", name=definition.label(f"interventions.{dosing[form]}", language))
        for form in forms
        if form in dosing and sees_arm
    ]
    plain = [one for one in forms if one not in dosing and not definition.forms[one].form.blinded]
    titles = [definition.label(f"forms.{form}.title", language) for form in plain]
    perhaps = [
        f"{definition.label(f'forms.{form}.title', language)} ({definition.label(f'applies_to.{form}', language)})"
        for form in visit.undecided
        if not definition.forms[form].form.blinded
    ]
    return told + titles + perhaps


def render_window(visit: Visit) -> str:
    """The first and the last day on which a visit may take place; '' before day 0 is known."""
    if visit.earliest is None or visit.latest is None:
        return ""
    return str(visit.earliest) if visit.earliest == visit.latest else f"{visit.earliest} – {visit.latest}"


def _render_row(setting: Setting, visit: Visit, *, sees_arm: bool) -> str:
    definition = setting.definition
    title = definition.label(f"encounters.{visit.encounter}", setting.language)
    days = render_days(definition.encounters[visit.encounter], setting.language)
    done = f"; linebreak(); small({quote('✓ ' + setting.word('done'))})" if visit.state is VisitState.DONE else ""
    appointment = f"bold({quote(visit.appointment)})" if visit.appointment else "rule(20mm)"
    happens = (", " if setting.language == "en" else "、").join(list_happenings(setting, visit, sees_arm=sees_arm))
    return (
        f"{{ bold({quote(title)}); linebreak(); small({quote(days)}){done} }}, {quote(str(visit.day or ''))}, "
        f"{quote(render_window(visit))}, {appointment}, small({quote(happens)})"
    )
