"""A record as a reader of the public registry would see it: one self-contained page without scripts.

The parts and their order are those of ClinicalTrials.gov's classic study page: details, tabular view, results.
"""

from collections.abc import Iterable, Mapping
from html import escape

from trialwright.record.model import Record
from trialwright.record.protocol import Outcome
from trialwright.registry.public_page_parts import render_grid, render_table, render_text, say_words
from trialwright.registry.public_page_style import STYLE
from trialwright.registry.public_results import render_results

Rows = Iterable[tuple[str, str]]


def render_public_page(record: Record) -> str:
    """The page as HTML."""
    names, status = record.protocol.identification, record.protocol.status
    shown = say_words(status.overall_status)
    last = f" (last known: {say_words(status.last_known_status)})" if status.last_known_status else ""
    parts = [("details", "Study details", _details(record)), ("table", "Tabular view", _tabular(record))]
    results = render_results(record.results) if record.results is not None else "<p>No results posted.</p>"
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


def _dated(date: str, kind: str) -> str:
    return f"{date} ({kind.lower()})" if date and kind else date


def _design_rows(record: Record) -> Rows:
    design = record.protocol.design
    info = design.design_info
    count = design.enrollment_info.count
    masked = ", ".join(say_words(role) for role in info.masking_info.who_masked)
    status = record.protocol.status
    return (
        ("Study type", say_words(design.study_type)),
        ("Enrollment", _dated("" if count is None else str(count), design.enrollment_info.type)),
        ("Allocation", say_words(info.allocation)),
        ("Model", say_words(info.intervention_model or info.observational_model)),
        ("Masking", f"{say_words(info.masking_info.masking)}{f' ({masked})' if masked else ''}"),
        ("Primary purpose", say_words(info.primary_purpose)),
        ("Time perspective", say_words(info.time_perspective)),
        ("Phase", " / ".join(say_words(phase) for phase in design.phases)),
        ("Study start", _dated(status.start.date, status.start.type)),
        ("Primary completion", _dated(status.primary_completion.date, status.primary_completion.type)),
        ("Study completion", _dated(status.completion.date, status.completion.type)),
    )


def _details(record: Record) -> str:
    protocol = record.protocol
    arms = render_grid(
        ("Arm", "Type", "Description", "Interventions"),
        (
            (arm.label, say_words(arm.type), arm.description, "; ".join(arm.intervention_names))
            for arm in protocol.arms.arm_groups
        ),
    )
    interventions = render_grid(
        ("Intervention", "Type", "Description", "Other names"),
        (
            (one.name, say_words(one.type), one.description, "; ".join(one.other_names))
            for one in protocol.arms.interventions
        ),
    )
    eligibility = protocol.eligibility
    ages = f"{eligibility.minimum_age or 'no minimum'} to {eligibility.maximum_age or 'no maximum'}"
    healthy = {True: "Yes", False: "No", None: ""}[eligibility.healthy_volunteers]
    who = (("Ages", ages), ("Sexes", say_words(eligibility.sex)), ("Healthy volunteers", healthy))
    places = (
        (place.facility, say_words(place.status), ", ".join(filter(None, (place.city, place.state, place.country))))
        for place in protocol.contacts.locations
    )
    return (
        f"<h3>Description</h3>{render_text(protocol.description.text)}"
        f"<h3>Design</h3>{render_table(_design_rows(record))}<h3>Arms</h3>{arms}<h3>Interventions</h3>{interventions}"
        f"<h3>Outcomes</h3>{_outcomes(record)}<h3>Eligibility</h3>{render_table(who)}"
        f"{render_text(eligibility.eligibility_criteria)}"
        f"<h3>Locations</h3>{render_grid(('Facility', 'Status', 'Where'), places)}"
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
    return render_grid(("Level", "Measure", "Time frame", "Description"), rows)


def _tabular(record: Record) -> str:
    protocol = record.protocol
    names, status, sponsor = protocol.identification, protocol.status, protocol.sponsor
    party = sponsor.responsible_party
    contacts = (", ".join(filter(None, (one.name, one.phone, one.email))) for one in protocol.contacts.central_contacts)
    answers = {True: "Yes", False: "No", None: ""}
    return render_table(
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
            ("Plan to share participant data", say_words(protocol.ipd.ipd_sharing)),
            ("Results first posted", status.results_first_post.date),
        )
    )
