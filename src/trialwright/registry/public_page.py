"""A record as a reader of the public registry would see it: one self-contained page without scripts.

The parts and their order are those of ClinicalTrials.gov's classic study page: details, tabular view, results.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from trialwright.record.model import Record
from trialwright.record.protocol import Outcome
from trialwright.record.results_section import EventGroup, OutcomeMeasure, ResultsSection
from trialwright.registry.public_page_style import STYLE

Rows = Iterable[tuple[str, str]]
# CommonMark, section 2.4: a backslash before a sign of punctuation only says that it is no markup.
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def render_public_page(record: Record) -> str:
    """The page as HTML."""
    names, status = record.protocol.identification, record.protocol.status
    shown = _words(status.overall_status)
    last = f" (last known: {_words(status.last_known_status)})" if status.last_known_status else ""
    parts = [("details", "Study details", _details(record)), ("table", "Tabular view", _tabular(record))]
    results = _results(record.results) if record.results is not None else "<p>No results posted.</p>"
    parts.append(("results", "Results", results))
    tabs = "".join(f"<a href='#{key}'>{escape(title)}</a>" for key, title, _ in parts)
    body = "".join(f"<section id='{key}'><h2>{escape(title)}</h2>{text}</section>" for key, title, text in parts)
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<title>{escape(names.nct_id)} {escape(names.brief_title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{escape(names.brief_title)}</h1>"
        f"<p class='dim'>ClinicalTrials.gov identifier: <b>{escape(names.nct_id or 'none yet')}</b> · "
        f"Recruitment status: <b>{escape(shown)}</b>{escape(last)} · "
        f"Verified {escape(status.status_verified_date or 'never')}</p>"
        f"<nav>{tabs}</nav>{body}"
        "<footer>Drawn from the record as it was read. The sponsor and investigators answer for the study; being "
        "listed does not mean that an authority has evaluated it.</footer></main></body></html>\n"
    )


def _words(code: str) -> str:
    """A code in words: NOT_YET_RECRUITING is "Not yet recruiting", PHASE1 is "Phase 1"."""
    text = code.replace("_", " ").lower()
    for number in "1234":
        text = text.replace(f"phase{number}", f"phase {number}")
    return text[:1].upper() + text[1:]


def _plain(text: str) -> str:
    """Text for the page: the registry's backslashes before signs of its markup are left out."""
    return escape(_ESCAPED.sub(r"\1", text))


def _text(text: str) -> str:
    """Paragraphs and lines as the record has them."""
    return "".join(f"<p>{_plain(part).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n") if part.strip())


def _table(rows: Rows) -> str:
    told = [(name, text) for name, text in rows if text.strip()]
    cells = "".join(f"<tr><th scope='row'>{escape(name)}</th><td>{_text(text)}</td></tr>" for name, text in told)
    return f"<table>{cells}</table>" if told else "<p class='dim'>Not told.</p>"


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th scope='col'>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{_plain(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<div class='wide'><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"


def _dated(date: str, kind: str) -> str:
    return f"{date} ({kind.lower()})" if date and kind else date


def _design_rows(record: Record) -> Rows:
    design = record.protocol.design
    info = design.design_info
    count = design.enrollment_info.count
    masked = ", ".join(_words(role) for role in info.masking_info.who_masked)
    status = record.protocol.status
    return (
        ("Study type", _words(design.study_type)),
        ("Enrollment", _dated("" if count is None else str(count), design.enrollment_info.type)),
        ("Allocation", _words(info.allocation)),
        ("Model", _words(info.intervention_model or info.observational_model)),
        ("Masking", f"{_words(info.masking_info.masking)}{f' ({masked})' if masked else ''}"),
        ("Primary purpose", _words(info.primary_purpose)),
        ("Time perspective", _words(info.time_perspective)),
        ("Phase", " / ".join(_words(phase) for phase in design.phases)),
        ("Study start", _dated(status.start.date, status.start.type)),
        ("Primary completion", _dated(status.primary_completion.date, status.primary_completion.type)),
        ("Study completion", _dated(status.completion.date, status.completion.type)),
    )


def _details(record: Record) -> str:
    protocol = record.protocol
    arms = _grid(
        ("Arm", "Type", "Description", "Interventions"),
        (
            (arm.label, _words(arm.type), arm.description, "; ".join(arm.intervention_names))
            for arm in protocol.arms.arm_groups
        ),
    )
    interventions = _grid(
        ("Intervention", "Type", "Description", "Other names"),
        (
            (one.name, _words(one.type), one.description, "; ".join(one.other_names))
            for one in protocol.arms.interventions
        ),
    )
    eligibility = protocol.eligibility
    ages = f"{eligibility.minimum_age or 'no minimum'} to {eligibility.maximum_age or 'no maximum'}"
    healthy = {True: "Yes", False: "No", None: ""}[eligibility.healthy_volunteers]
    who = (("Ages", ages), ("Sexes", _words(eligibility.sex)), ("Healthy volunteers", healthy))
    places = (
        (place.facility, _words(place.status), ", ".join(filter(None, (place.city, place.state, place.country))))
        for place in protocol.contacts.locations
    )
    return (
        f"<h3>Description</h3>{_text(protocol.description.text)}"
        f"<h3>Design</h3>{_table(_design_rows(record))}<h3>Arms</h3>{arms}<h3>Interventions</h3>{interventions}"
        f"<h3>Outcomes</h3>{_outcomes(record)}<h3>Eligibility</h3>{_table(who)}"
        f"{_text(eligibility.eligibility_criteria)}"
        f"<h3>Locations</h3>{_grid(('Facility', 'Status', 'Where'), places)}"
    )


def _outcomes(record: Record) -> str:
    module = record.protocol.outcomes
    groups: Mapping[str, tuple[Outcome, ...]] = {
        "Primary": module.primary_outcomes,
        "Secondary": module.secondary_outcomes,
        "Other": module.other_outcomes,
        "Level not told": module.unlabelled_outcomes,
    }
    rows = (
        (level, outcome.measure, outcome.time_frame, outcome.description)
        for level, outcomes in groups.items()
        for outcome in outcomes
    )
    return _grid(("Level", "Measure", "Time frame", "Description"), rows)


def _tabular(record: Record) -> str:
    protocol = record.protocol
    names, status, sponsor = protocol.identification, protocol.status, protocol.sponsor
    party = sponsor.responsible_party
    contacts = (", ".join(filter(None, (one.name, one.phone, one.email))) for one in protocol.contacts.central_contacts)
    answers = {True: "Yes", False: "No", None: ""}
    return _table(
        (
            ("First submitted", status.study_first_submit_date),
            ("First posted", status.study_first_post.date),
            ("Last update posted", status.last_update_post.date),
            ("Brief title", names.brief_title),
            ("Official title", names.official_title),
            (
                "Other study numbers",
                "; ".join(o.id for o in (names.org_study_id_info, *names.secondary_id_infos) if o.id),
            ),
            ("Conditions", "; ".join(protocol.conditions.conditions)),
            ("Keywords", "; ".join(protocol.conditions.keywords)),
            ("Sponsor", sponsor.lead_sponsor.name),
            ("Collaborators", "; ".join(one.name for one in sponsor.collaborators)),
            (
                "Responsible party",
                ", ".join(filter(None, (party.investigator_full_name, party.investigator_affiliation))),
            ),
            ("Contacts", "\n".join(contacts)),
            ("FDA-regulated drug", answers[protocol.oversight.is_fda_regulated_drug]),
            ("FDA-regulated device", answers[protocol.oversight.is_fda_regulated_device]),
            ("Data monitoring committee", answers[protocol.oversight.oversight_has_dmc]),
            ("Plan to share participant data", _words(protocol.ipd.ipd_sharing)),
            ("Results first posted", status.results_first_post.date),
        )
    )


def _results(results: ResultsSection) -> str:
    flow = []
    for period in results.participant_flow.periods:
        head = (period.title, *(group.title for group in results.participant_flow.groups))
        ids = [group.id for group in results.participant_flow.groups]
        rows = [
            (name, *({one.group_id: one.num_subjects for one in counts}.get(group, "") for group in ids))
            for name, counts in (
                *((milestone.type, milestone.achievements) for milestone in period.milestones),
                *((f"reason: {drop.type}", drop.reasons) for drop in period.drop_withdraws),
            )
        ]
        flow.append(_grid(head, rows))
    outcomes = "".join(_outcome(outcome) for outcome in results.outcomes.outcome_measures)
    return (
        f"<h3>Participant flow</h3>{''.join(flow)}<h3>Outcomes</h3>{outcomes}<h3>Adverse events</h3>{_events(results)}"
    )


def _outcome(outcome: OutcomeMeasure) -> str:
    ids = [group.id for group in outcome.groups]
    rows = []
    for block in outcome.classes:
        for category in block.categories:
            cells = {
                one.group_id: _value(one.value, one.spread, one.lower_limit, one.upper_limit)
                for one in category.measurements
            }
            name = " · ".join(filter(None, (block.title, category.title))) or outcome.unit_of_measure
            rows.append((name, *(cells.get(group, "") for group in ids)))
    kind = " ".join(filter(None, (_words(outcome.type), "outcome:", outcome.title)))
    unit = ", ".join(filter(None, (_words(outcome.param_type), outcome.dispersion_type, outcome.unit_of_measure)))
    grid = _grid((unit, *(group.title for group in outcome.groups)), rows)
    return f"<h4>{escape(kind)}</h4><p class='dim'>{escape(outcome.time_frame)}</p>{grid}"


def _value(value: str, spread: str, low: str, high: str) -> str:
    if spread:
        return f"{value} ({spread})"
    return f"{value} ({low} to {high})" if low or high else value


def _events(results: ResultsSection) -> str:
    events = results.adverse_events

    def share(affected: int | None, at_risk: int | None) -> str:
        return "" if affected is None else f"{affected} of {at_risk}" if at_risk is not None else str(affected)

    def row(group: EventGroup) -> tuple[str, str, str, str]:
        return (
            group.title,
            share(group.deaths_num_affected, group.deaths_num_at_risk),
            share(group.serious_num_affected, group.serious_num_at_risk),
            share(group.other_num_affected, group.other_num_at_risk),
        )

    head = ("Group", "Deaths", "With serious events", "With other events")
    return f"<p class='dim'>{escape(events.time_frame)}</p>{_grid(head, (row(group) for group in events.event_groups))}"
