"""Every URL of the web application: who may open it, and what the answer is for what belongs to another site.

The table is written by hand and apart from the pages' own, so that neither can be changed alone. A URL without a row
here fails ``test_access.py``. To add a URL, add a line: its name, the roles, and the parts of its path for the own and
for the other site where it has some.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.web.trials import OTHER, OWN
from trialwright.vocabulary.codelists import Role

R = Role
EVERYBODY = frozenset(Role) - {R.SYSTEM}
WARD = frozenset({R.INVESTIGATOR, R.SUB_INVESTIGATOR, R.COORDINATOR, R.NURSE})
SITE = WARD | {R.PHARMACIST}
READERS = frozenset({R.READER_1, R.READER_2, R.ADJUDICATOR})
OVERSIGHT = frozenset(
    {
        R.MEDICAL_MONITOR, R.SAFETY_BOARD, R.INDEPENDENT_STATISTICIAN, R.DATA_MANAGER, R.MONITOR, R.STATISTICIAN,
        R.SPONSOR, R.INSPECTOR,
    }
)  # fmt: skip
CLINICAL = SITE | OVERSIGHT
ADMINISTRATOR = frozenset({R.ADMINISTRATOR})
DESKS = frozenset({R.DATA_MANAGER, R.MONITOR, R.SPONSOR, R.STATISTICIAN, R.INSPECTOR})
"""Those who look over the state of the data of all sites."""
MONITORED = DESKS | SITE | {R.MEDICAL_MONITOR}
"""Those who oversee the sites, and the sites themselves."""
ANYBODY = EVERYBODY

Parts = Mapping[str, str | int]


def find_code(site: str) -> Parts:
    """The code of an allocated participant of a site."""
    from trialwright.store.models import Participant

    code = Participant.objects.filter(site=site, status="ALLOCATED").order_by("code").values_list("code", flat=True)[0]
    return {"code": code}


def find_form(site: str) -> Parts:
    """A recorded form of an allocated participant of a site."""
    return {**find_code(site), "encounter": "SCREENING", "form": "demographics", "repeat": 1}


def find_entry(site: str) -> Parts:
    """The position of a site's entry that holds typed text and no arm."""
    from trialwright.store.models import LedgerEntry

    found = LedgerEntry.objects.filter(site=site, act="form_recorded", payload__contains='"form":"demographics"')
    return {"position": found.order_by("position").values_list("position", flat=True)[0]}


def find_query(site: str) -> Parts:
    """A query that an edit check opened at a site."""
    from trialwright.capture.list_queries import list_queries
    from trialwright.service import reading
    from trialwright.store.models import FormState
    from trialwright.web.trial import get_definition, get_running

    one = FormState.objects.filter(status="QUERIED", participant__startswith=f"{site}-").order_by("position")[0]
    state = reading.load_subject(get_running().trial, one.participant)
    return {"code": one.participant, "query": list_queries(get_definition(), state)[0].thread.query}


def find_event(site: str) -> Parts:
    """A serious adverse event of a participant of a site, or any where there is none."""
    from trialwright.store.models import FormState

    rows = FormState.objects.filter(form="adverse_event", participant__startswith=f"{site}-").order_by("participant")
    one = rows[0]
    return {"code": one.participant, "event": one.repeat}


def find_proposal(site: str) -> Parts:
    """A value of a site's participant that proposes an event."""
    from trialwright.service import reading
    from trialwright.store.models import Participant
    from trialwright.web.forms.events import compute_proposals_of
    from trialwright.web.trial import get_running

    for code in (
        Participant.objects.filter(site=site, status="ALLOCATED").order_by("code").values_list("code", flat=True)
    ):
        for one in compute_proposals_of(reading.load_subject(get_running().trial, code)):
            return {"code": code, "path": one.graded.path, "term": one.graded.code}
    raise LookupError(site)


@dataclass(frozen=True)
class Row:
    """Who may open a URL. ``parts`` gives the parts of the path for a site; ``is_open``: without signing in.

    ``of_site``: what the parts name belongs to a site, so that people of another site get 404. ``answer`` is the status
    of GET for those who may (302 for pages that only take a POST and send on).
    """

    roles: frozenset[Role] = frozenset()
    parts: Callable[[str], Parts] = field(default=lambda site: {})
    of_site: bool = False
    is_open: bool = False
    answer: int = 200


ACCESS: Mapping[str, Row] = {
    "static": Row(is_open=True, parts=lambda _: {"name": "app.css"}),
    "health": Row(is_open=True),
    "ready": Row(is_open=True),
    "sign_in": Row(is_open=True),
    "sign_out": Row(EVERYBODY, answer=302),
    "language": Row(is_open=True, answer=302),
    "account": Row(EVERYBODY),
    "people": Row(ADMINISTRATOR | {R.SPONSOR, R.INSPECTOR, R.MONITOR, R.DATA_MANAGER}),
    "new_person": Row(ADMINISTRATOR),
    "access_matrix": Row(ADMINISTRATOR | {R.SPONSOR, R.INSPECTOR, R.MONITOR, R.DATA_MANAGER}),
    "exports": Row(ADMINISTRATOR | {R.SPONSOR, R.INSPECTOR, R.MONITOR, R.DATA_MANAGER}),
    "person": Row(ADMINISTRATOR, parts=lambda _: {"person": "inspector"}),
    "home": Row(EVERYBODY),
    "participants": Row(CLINICAL),
    "participant": Row(CLINICAL, parts=find_code, of_site=True),
    "study": Row(EVERYBODY - READERS),
    "assumptions": Row(EVERYBODY - READERS),
    "assumption": Row(frozenset({R.INVESTIGATOR}), parts=lambda _: {"name": "dose_reading"}),
    "public_record": Row(EVERYBODY - READERS),
    "registry_clock": Row(EVERYBODY - READERS),
    "registry_calendar": Row(EVERYBODY - READERS),
    "registry_results": Row(frozenset({R.INVESTIGATOR, R.SPONSOR, R.STATISTICIAN, R.INSPECTOR})),
    # Results of a trial in the middle of its work break rules, and nothing is sent.
    "registry_file": Row(
        frozenset({R.INVESTIGATOR, R.SPONSOR, R.STATISTICIAN, R.INSPECTOR}),
        parts=lambda _: {"name": "page.html"},
        answer=404,
    ),
    "audit": Row(CLINICAL),
    "audit_export": Row(CLINICAL, answer=302),
    "redactions": Row(CLINICAL),
    "redact": Row(CLINICAL, parts=find_entry, of_site=True),
    "as_of": Row(CLINICAL, parts=find_code, of_site=True),
    "sites": Row(CLINICAL),
    "site": Row(CLINICAL, parts=lambda site: {"site": site}, of_site=True),
    "site_copy": Row(frozenset({R.INVESTIGATOR}), parts=lambda site: {"site": site}, of_site=True),
    "screening": Row(CLINICAL),
    "screen": Row(WARD),
    "screen_check": Row(WARD),
    "worksheet": Row(CLINICAL),
    "screen_again": Row(WARD, parts=find_code, of_site=True),
    "way_in": Row(CLINICAL, parts=find_code, of_site=True),
    "forms": Row(CLINICAL, parts=find_code, of_site=True),
    "form": Row(CLINICAL, parts=find_form, of_site=True),
    "form_draft": Row(SITE, parts=find_form, of_site=True, answer=302),
    "form_history": Row(CLINICAL, parts=lambda site: {**find_form(site), "item": "sex"}, of_site=True),
    "drafts": Row(EVERYBODY - {R.INSPECTOR, R.ETHICS_BOARD}),
    "doses": Row(CLINICAL, parts=find_code, of_site=True),
    "leaving": Row(CLINICAL, parts=find_code, of_site=True),
    "terms": Row(CLINICAL),
    "safety": Row(CLINICAL),
    "safety_lines": Row(CLINICAL, answer=302),
    "board": Row(CLINICAL),
    "board_report": Row(
        frozenset({R.SAFETY_BOARD, R.INDEPENDENT_STATISTICIAN, R.SPONSOR, R.MEDICAL_MONITOR}), answer=302
    ),
    "product": Row(CLINICAL),
    "notices": Row(CLINICAL | ADMINISTRATOR),
    "lot": Row(CLINICAL, parts=lambda _: {"lot": "LOT-D0"}),
    "lot_log": Row(CLINICAL, parts=lambda _: {"lot": "LOT-D0"}, answer=302),
    "proposals": Row(CLINICAL),
    "proposal": Row(CLINICAL, parts=find_proposal, of_site=True),
    "participant_events": Row(CLINICAL, parts=find_code, of_site=True),
    "event": Row(CLINICAL, parts=find_event, of_site=True),
    # The forms of serious events alone; whoever reported the first event of a site did not call it serious.
    "event_cioms": Row(CLINICAL, parts=find_event, of_site=True, answer=404),
    "event_e2b": Row(CLINICAL, parts=find_event, of_site=True, answer=404),
    # Nobody of the rehearsal is pregnant or had too much.
    "situation": Row(CLINICAL, parts=lambda site: {**find_code(site), "situation": 1}, of_site=True, answer=404),
    "imports": Row(WARD),
    # A file waits for the person who sent it, and for nobody else.
    "import": Row(WARD, parts=lambda _: {"number": 1}, answer=404),
    "reading": Row(READERS),
    # A case is open to the reader whose turn it is, or whose reading it is, and to nobody else.
    "read_case": Row(READERS, parts=lambda _: {"case": "NOBODY"}, answer=404),
    "reading_key": Row(WARD),
    "queries": Row(CLINICAL),
    "participant_queries": Row(CLINICAL, parts=find_code, of_site=True),
    "query": Row(CLINICAL, parts=find_query, of_site=True),
    "raise_query": Row(frozenset({R.DATA_MANAGER, R.MONITOR}), parts=find_form, of_site=True),
    "verification": Row(frozenset({R.MONITOR, R.DATA_MANAGER, R.SPONSOR, R.INSPECTOR})),
    "participant_verification": Row(CLINICAL, parts=find_code, of_site=True),
    "verify_form": Row(CLINICAL, parts=find_form, of_site=True),
    "signatures": Row(CLINICAL),
    "participant_signatures": Row(CLINICAL, parts=find_code, of_site=True),
    "sign": Row(
        frozenset({R.INVESTIGATOR, R.SUB_INVESTIGATOR}),
        parts=lambda site: {**find_form(site), "scope": "form"},
        of_site=True,
    ),
    "locks": Row(DESKS),
    "participant_locks": Row(CLINICAL, parts=find_code, of_site=True),
    "release": Row(DESKS | {R.INVESTIGATOR, R.INDEPENDENT_STATISTICIAN}),
    "data": Row(DESKS),
    "enquiries": Row(WARD | {R.DATA_MANAGER, R.SPONSOR, R.MONITOR, R.INSPECTOR}),
    "monitoring": Row(MONITORED),
    # A report that is not there yet is the monitor's alone.
    "monitoring_alerts": Row(MONITORED),
    "monitoring_report": Row(MONITORED, parts=lambda _: {"report": "M0"}, answer=404),
    "actions": Row(MONITORED),
    "deviations": Row(MONITORED),
    "quality": Row(DESKS | {R.MEDICAL_MONITOR}),
    "participant_deviations": Row(CLINICAL, parts=find_code, of_site=True),
    "paper": Row(EVERYBODY - READERS),
    "paper_forms": Row(EVERYBODY - READERS, answer=302),
    "participant_paper": Row(CLINICAL, parts=find_code, of_site=True),
    "participant_forms": Row(CLINICAL, parts=find_code, of_site=True, answer=302),
    "participant_calendar": Row(CLINICAL, parts=find_code, of_site=True, answer=302),
    "participant_card": Row(CLINICAL, parts=find_code, of_site=True, answer=302),
    "code_break": Row(frozenset({R.INVESTIGATOR}), parts=find_code, of_site=True),
}

__all__ = [
    "ACCESS",
    "ADMINISTRATOR",
    "CLINICAL",
    "EVERYBODY",
    "OTHER",
    "OVERSIGHT",
    "OWN",
    "READERS",
    "SITE",
    "WARD",
    "Row",
    "find_code",
    "find_form",
]
