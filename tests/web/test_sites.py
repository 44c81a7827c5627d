"""Sites in the browser: they open, pause and close by acts, and every refusal is listed."""

from pathlib import Path

from django.test import Client

from tests.web.access_table import OTHER, OWN
from tests.web.conftest import SignedIn
from trialwright.vocabulary.codelists import Role

ADDRESS = f"/sites/{OWN}/"
APPROVALS = {
    "what": "activate", "ethics_body": "Ethics <b>Committee</b>", "ethics_number": "2020-1", "ethics_date": "2020-02-01",
    "protocol_version": "1.0", "contract_date": "2020-02-02", "laboratory": "own", "product_ready": "Y",
    "consent_versions": "1.0, 1.1",
}  # fmt: skip


def post(client: Client, **posted: str) -> tuple[int, str]:
    answer = client.post(ADDRESS, posted)
    return answer.status_code, answer.content.decode()


def test_site_people_see_their_site_only(signed_in: SignedIn) -> None:
    page = signed_in(Role.INVESTIGATOR).get("/sites/").content.decode()
    assert f"/sites/{OWN}/" in page and OTHER not in page
    assert f"/sites/{OTHER}/" in signed_in(Role.SPONSOR).get("/sites/").content.decode()
    assert signed_in(Role.SPONSOR).get("/sites/NOWHERE/").status_code == 404


def test_a_site_pauses_opens_again_and_closes(signed_in: SignedIn) -> None:
    sponsor, nurse = signed_in(Role.SPONSOR), signed_in(Role.COORDINATOR)
    assert post(sponsor, what="suspend", reason="")[0] == 422
    assert post(sponsor, what="suspend", reason="audit")[0] == 302
    refused = nurse.post("/screening/new", {"v:age_years": "40"})
    assert refused.status_code == 422 and "is suspended" in refused.content.decode()
    status, page = post(sponsor, what="activate")
    for what in ("ethics body", "date of the contract", "laboratory with its reference ranges", "consent form version"):
        assert status == 422 and what in page
    assert post(sponsor, **APPROVALS)[0] == 302
    page = sponsor.get(ADDRESS).content.decode()
    assert "Ethics &lt;b&gt;Committee" in page and "<b>Committee" not in page and "1.0, 1.1" in page
    assert nurse.post("/screening/new", {"v:age_years": "40"}).status_code == 302
    assert post(sponsor, what="close", reason="done")[0] == 302
    status, page = post(sponsor, **APPROVALS)
    assert status == 422 and "closed for good" in page


def test_who_may_not_is_told_why_and_sees_no_form(running: Path, signed_in: SignedIn) -> None:
    for role in (Role.INVESTIGATOR, Role.MONITOR, Role.INSPECTOR):
        client = signed_in(role)
        assert 'value="suspend"' not in client.get(ADDRESS).content.decode()
        status, page = post(client, what="suspend", reason="x")
        assert status == 422 and "may not suspend site" in page
    assert post(signed_in(Role.SPONSOR), what="nonsense")[0] == 422


def test_a_duty_holds_from_its_day_and_ends_by_a_later_line(signed_in: SignedIn) -> None:
    investigator, nurse = signed_in(Role.INVESTIGATOR), f"{OWN.lower()}-nurse"
    given = {"what": "delegate", "person": nurse, "duty": "OBTAIN_CONSENT"}
    assert post(investigator, **given, start="2020-13-01")[0] == 422
    assert post(investigator, **given, start="2020-02-28")[0] == 302
    assert "2020-02-28" in investigator.get(ADDRESS).content.decode()
    assert post(investigator, **{**given, "duty": "FLY"}, start="2020-02-28")[0] == 422
    other = signed_in(Role.INVESTIGATOR, OTHER)
    assert other.post(ADDRESS, {**given, "start": "2020-02-28"}).status_code == 404


def test_training_is_recorded_for_people_of_the_site(signed_in: SignedIn) -> None:
    investigator = signed_in(Role.INVESTIGATOR)
    training = {"what": "train", "topic": "Infusion", "completed": "2020-02-01"}
    assert post(investigator, **training, person=f"{OTHER.lower()}-nurse")[0] == 422
    assert post(investigator, **training, person=f"{OWN.lower()}-nurse")[0] == 302
    assert "Infusion" in investigator.get(ADDRESS).content.decode()
