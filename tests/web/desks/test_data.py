"""The data manager's numbers, and the code break."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.web.busy import GRAVE
from tests.web.conftest import SignedIn
from tests.web.desks.people import DATA_MANAGER, INVESTIGATOR, PASSWORD, count_entries, do, find_code, load_state
from tests.web.trials import OTHER, OWN, two_sites
from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.capture.query import RaiseQuery
from trialwright.definition.design import Masking
from trialwright.store.models import FormState, Participant
from trialwright.vocabulary.codelists import Role


def test_the_numbers_are_those_of_the_ledger(signed_in: SignedIn, running: object) -> None:
    do(DATA_MANAGER, RaiseQuery(find_code(), "demographics", "SCREENING", "?", "sex"))
    lines = {one.site: one for one in signed_in(Role.DATA_MANAGER).get("/data/").context["lines"]}
    for site in (OWN, OTHER):
        assert lines[site].people == Participant.objects.filter(site=site).count()
        forms = FormState.objects.filter(participant__startswith=site)
        assert lines[site].verification.recorded == forms.count()
        assert lines[site].recorded <= lines[site].expected
    assert (lines[OWN].queries_open, lines[OTHER].queries_open) == (1, 0)


@pytest.mark.parametrize("role", [Role.DATA_MANAGER, Role.INVESTIGATOR, Role.MONITOR, Role.SAFETY_BOARD])
def test_every_page_counts_the_same_automatic_queries(signed_in: SignedIn, running: object, role: Role) -> None:
    """The queries page shows each of them; the others count what it shows, checks of adverse events included."""
    code = find_code()
    odd = {
        **GRAVE,
        "verbatim": "headache",
        "term": "Headache",
        "ctcae_code": "10019211",
        "grade": "5",
        "outcome": "FATAL",
    }
    do(INVESTIGATOR, ReportAdverseEvent(code, odd, "2020-02-29T20:15"))
    client = signed_in(role)
    asked = client.get("/queries/?status=unsettled&kind=check").context["list"]
    shown = Counter(row.site for row in asked.rows)
    assert any(row.query.thread.check.startswith("ae-") for row in asked.rows), "an event is asked about"
    assert {one["site"]: one["automatic"] for one in asked.counts if one["automatic"]} == dict(shown)
    home = client.get("/").context
    assert next(one.count for one in home["tasks"] if one.text == "home.queries") == shown.total()
    assert {one["site"]: one["queried"] for one in home["sites"] if one["queried"]} in ({}, dict(shown))
    if role in (Role.DATA_MANAGER, Role.MONITOR):
        data = {one.site: one.queried for one in client.get("/data/").context["lines"] if one.queried}
        assert data == dict(shown)


def test_an_open_study_has_no_code_to_break(signed_in: SignedIn, running: object) -> None:
    client, code = signed_in(Role.INVESTIGATOR), find_code()
    assert "This study is open" in client.get(f"/participants/{code}/code-break").content.decode()
    assert "/code-break" not in client.get(f"/participants/{code}/").content.decode()
    before = count_entries()
    answer = client.post(f"/participants/{code}/code-break", {"reason": "care", "password": PASSWORD})
    assert answer.status_code == 422 and 'data-code="not-masked"' in answer.content.decode()
    assert count_entries() == before


@pytest.mark.parametrize("role", [Role.SUB_INVESTIGATOR, Role.NURSE, Role.SPONSOR, Role.DATA_MANAGER, Role.INSPECTOR])
def test_the_code_is_the_investigators_alone(signed_in: SignedIn, running: object, role: Role) -> None:
    answer = signed_in(role).post(f"/participants/{find_code()}/code-break", {"reason": "x", "password": PASSWORD})
    assert answer.status_code == 403


@pytest.fixture
def masked(running: object) -> None:
    """The same ledger, read as that of a masked study: the pages ask the definition who may know the arm."""
    from trialwright.web.trial import compute_clock_ahead, start

    definition = two_sites()
    design = definition.study.design.model_copy(update={"masking": Masking.DOUBLE})
    start(replace(definition, study=definition.study.model_copy(update={"design": design})), compute_clock_ahead())


def find_treated() -> str:
    return str(Participant.objects.filter(site=OWN, status="ALLOCATED", arm="MSC").values_list("code", flat=True)[0])


def test_the_investigator_breaks_one_code_with_reason_and_password(signed_in: SignedIn, masked: None) -> None:
    code = find_treated()
    client, address = signed_in(Role.INVESTIGATOR), f"/participants/{code}/code-break"
    name = two_sites().label("arms.MSC")
    assert f'href="{address}"' in client.get(f"/participants/{code}/").content.decode(), "there is a way to it"
    assert name not in client.get(address).content.decode()
    assert client.post(address, {"reason": "", "password": PASSWORD}).status_code == 422
    assert client.post(address, {"reason": "bleeding", "password": "wrong"}).status_code == 422
    assert client.post(address, {"reason": "bleeding", "password": PASSWORD}).status_code == 302
    assert name in client.get(address).content.decode()
    assert signed_in(Role.INVESTIGATOR, OTHER).get(address).status_code == 404


@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.MONITOR, Role.DATA_MANAGER, Role.INSPECTOR])
def test_no_page_of_the_desks_tells_the_arm_of_a_masked_study(signed_in: SignedIn, masked: None, role: Role) -> None:
    code, client = find_treated(), signed_in(role)
    telling = two_sites().label("forms.infusion.title")
    assert any(key[1] == "infusion" for key in load_state(code).forms), "there is something to hide"
    for page in ("queries", "verification", "signatures", "locks"):
        text = client.get(f"/participants/{code}/{page}/").content.decode()
        assert telling not in text and two_sites().label("arms.MSC") not in text, page
    assert client.get(f"/participants/{code}/verification/D0/infusion/1").status_code in (403, 404)
