"""A busy day at the own site, on top of the rehearsal: what a page shows when there is something to show.

``write_busy_day()`` does the acts through the pages and the writer that people use, and ``BUSY`` names the pages worth
looking at afterwards. Pictures are taken of it, and every page is tried with it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.web.conftest import open_browser
from tests.web.desks.people import DATA_MANAGER, INVESTIGATOR, NURSE, PASSWORD, correct, do
from tests.web.forms.people import find_participant, vitals_of
from tests.web.trials import OWN, two_sites
from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.capture.consent import Consent
from trialwright.capture.query import AnswerQuery, RaiseQuery
from trialwright.capture.sign import Scope
from trialwright.capture.situation import ReportSituation, Situation
from trialwright.simulate.screening import make_eligible
from trialwright.simulate.staff import find_staff
from trialwright.simulate.values import Occasion, Person, ValueMaker
from trialwright.vocabulary.codelists import Role

COORDINATOR = find_staff(OWN, Role.COORDINATOR)
GRAVE = {
    "verbatim": "short of breath at rest", "term": "Dyspnea", "ctcae_code": "10013963", "onset_date": "2020-02-29",
    "ongoing": "Y", "grade": "4", "serious": "Y", "ser_life_threatening": "Y", "causality": "POSSIBLE",
    "action": "DRUG WITHDRAWN", "outcome": "NOT RECOVERED/NOT RESOLVED",
}  # fmt: skip
_ROWS = (
    "participant,collected_at,WBC (10^9/L),neutrophils,lymphocytes,haemoglobin,platelets",
    "XX-999,2020-03-01 08:30,6.1,3.9,1.4,135,210",
    "{code},2020-03-01 08:30,61000,3.9,1.4,135,210",
    "{code},1 March,6.1,3.9,1.4,135,210",
)


def write_busy_day() -> None:
    """A grave event, queries, signatures, a visit of the monitor, a laboratory file, a person to screen, an image."""
    from tests.web.journeys.test_eyes import take_image
    from tests.web.test_screening import screen

    code = find_participant()
    take_image()
    screen(open_browser(Role.INVESTIGATOR))
    _take_in()
    _ask_and_answer(code)
    _sign(code)
    _monitor()
    _send_file(code)
    nurse = open_browser(Role.NURSE)
    nurse.post(
        vitals_of(code) + "/draft", {"v.temperature": "38.5", "v.heart_rate": "101"}, headers={"HX-Request": "true"}
    )
    do(INVESTIGATOR, ReportAdverseEvent(code, GRAVE, "2020-02-29T20:15"))
    told = {"product": "LOT-D6", "amount_planned": "30000000", "amount_given": "60000000", "harm": "N"}
    overdose = "Two bags were given instead of one."
    do(
        INVESTIGATOR,
        ReportSituation(code, Situation.OVERDOSE, "2020-02-15", "2020-02-15T18:00", overdose, details=told),
    )
    open_browser(Role.SPONSOR).post(reverse("safety_lines"))


def _take_in() -> None:
    """Somebody who was screened and has consented, and is not enrolled yet."""
    from trialwright.web.forms.places import compute_site_now

    definition, given = two_sites(), compute_site_now(OWN)
    occasion = Occasion(datetime.fromisoformat(given), 0.0)
    answers = make_eligible(definition, ValueMaker(definition), Person(np.random.default_rng(11)), occasion)
    code = do(COORDINATOR, answers.compute_command(OWN)).participant
    do(INVESTIGATOR, Consent(code, given, "1.0", "ZH", INVESTIGATOR.person))


def _ask_and_answer(code: str) -> None:
    asked = "The chart says July 1990. Which is right?"
    do(DATA_MANAGER, RaiseQuery(code, "demographics", "SCREENING", asked, "birth_date"))
    query = _find_query(code)
    do(NURSE, AnswerQuery(code, query, "The chart was copied wrongly; the identity card says 1991."))
    do(
        DATA_MANAGER,
        RaiseQuery(code, "symptoms", "SCREENING", "Was the patient really without any symptom?", "severity"),
    )


def _find_query(code: str) -> str:
    from tests.web.desks.people import load_state

    return next(iter(load_state(code).review.threads))


def _sign(code: str) -> None:
    """One signature that holds, one that a later change broke."""
    from trialwright.web.signatures.held import find_sign_address

    doctor = open_browser(Role.INVESTIGATOR)
    for form in ("demographics", "vital_signs"):
        address = find_sign_address(code, Scope.FORM, "SCREENING", form)
        assert doctor.post(address, {"password": PASSWORD}).status_code == 302
    assert doctor.post(find_sign_address(code, Scope.VISIT, "BASELINE"), {"password": PASSWORD}).status_code == 302
    correct(code, "race")


def _monitor() -> None:
    monitor = open_browser(Role.MONITOR)
    plan = {"site": OWN, "risk": "HIGH", "every_days": "28", "share": "0.5", "rationale": "first use of the cells"}
    assert monitor.post(reverse("monitoring"), plan).status_code == 302
    report = {
        "site": OWN, "kind": "ON_SITE", "on": "2020-02-28", "step": "prepare",
        "topic.source": "The freezer log has a gap of two hours on 2020-02-20.",
    }  # fmt: skip
    assert monitor.post(reverse("monitoring_report", args=["new"]), report).status_code == 302
    action = {
        "step": "open", "site": OWN, "text": "Close the gap in the freezer log", "owner": "coordinator",
        "due": "2020-03-20",
    }  # fmt: skip
    assert monitor.post(reverse("actions"), action).status_code == 302
    enquiry = {
        "on": "2020-02-28", "channel": "TELEPHONE", "caller": "RELATIVE", "topic": "PARTICIPATION",
        "question": "Can my father join? He is 74.", "waiting": "1",
    }  # fmt: skip
    assert open_browser(Role.COORDINATOR).post(reverse("enquiries"), enquiry).status_code == 302


def _send_file(code: str) -> None:
    content = "\n".join(_ROWS).format(code=code).encode()
    file = SimpleUploadedFile("haematology-2020-03-01.csv", content, content_type="text/csv")
    sent = {"laboratory": "Clinical laboratory", "form": "haematology", "file": file}
    assert open_browser(Role.NURSE).post("/imports/", sent).status_code == 302


def _of(name: str, **parts: object) -> Callable[[], str]:
    return lambda: reverse(name, kwargs={"code": find_participant(), **parts})


def _way_of(status: str) -> str:
    from trialwright.store.models import Participant

    found = Participant.objects.filter(site=OWN, status=status).order_by("-code").values_list("code", flat=True)[0]
    return reverse("way_in", kwargs={"code": found})


def _redact(act: str) -> str:
    """The page to take a text out of the latest entry of an act."""
    from trialwright.store.models import LedgerEntry

    return reverse("redact", args=[LedgerEntry.objects.filter(act=act).order_by("-position")[0].position])


def _serious() -> str:
    from tests.web.desks.people import load_state

    code = find_participant()
    return reverse("event", kwargs={"code": code, "event": max(load_state(code).events)})


def _file() -> str:
    from trialwright.web.imports.models import Upload

    return reverse("import", args=[Upload.objects.latest("pk").pk])


def _case() -> str:
    from trialwright.web.reading.cases import load_cases

    waiting = next(one for one in load_cases([OWN]) if not one.readings)
    return reverse("read_case", kwargs={"case": waiting.code})


BUSY: Mapping[str, tuple[Role, Callable[[], str]]] = {
    "busy_home_doctor": (Role.INVESTIGATOR, lambda: "/"),
    "busy_home_monitor": (Role.MEDICAL_MONITOR, lambda: "/"),
    "busy_safety": (Role.MEDICAL_MONITOR, lambda: reverse("safety")),
    "busy_board": (Role.SAFETY_BOARD, lambda: reverse("board")),
    "busy_event": (Role.MEDICAL_MONITOR, _serious),
    "busy_events": (Role.INVESTIGATOR, _of("participant_events")),
    "busy_situation": (Role.INVESTIGATOR, _of("situation", situation=1)),
    "busy_notices": (Role.INVESTIGATOR, lambda: reverse("notices")),
    "busy_screened": (Role.INVESTIGATOR, lambda: _way_of("SCREENED")),
    "busy_consented": (Role.INVESTIGATOR, lambda: _way_of("CONSENTED")),
    "busy_query": (Role.DATA_MANAGER, lambda: reverse("query", args=[find_participant(), _find_query(find_participant())])),
    "busy_redact": (Role.DATA_MANAGER, lambda: _redact("query_raised")),
    "busy_redacted": (Role.NURSE, lambda: _redact("query_answered")),
    "busy_queries": (Role.DATA_MANAGER, lambda: reverse("queries")),
    "busy_signatures": (Role.INVESTIGATOR, _of("participant_signatures")),
    "busy_monitoring": (Role.MONITOR, lambda: reverse("monitoring")),
    "busy_report": (Role.MONITOR, lambda: reverse("monitoring_report", args=["M1"])),
    "busy_actions": (Role.MONITOR, lambda: reverse("actions")),
    "busy_file": (Role.NURSE, _file),
    "busy_drafts": (Role.NURSE, lambda: reverse("drafts")),
    "busy_draft": (Role.NURSE, lambda: vitals_of(find_participant())),
    "busy_reading": (Role.READER_1, lambda: reverse("reading")),
    "busy_case": (Role.READER_1, _case),
    "busy_enquiries": (Role.COORDINATOR, lambda: reverse("enquiries")),
    "busy_exports": (Role.SPONSOR, lambda: reverse("exports")),
    "busy_results": (Role.SPONSOR, lambda: reverse("public_record") + "?tab=results"),
}  # fmt: skip
"""Pages after that day, and before whom."""

__all__ = ["BUSY", "GRAVE", "write_busy_day"]
