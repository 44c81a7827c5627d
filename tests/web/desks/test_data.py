"""The data manager's numbers, and the code break."""

import pytest

from tests.web.conftest import SignedIn
from tests.web.desks.people import DATA_MANAGER, PASSWORD, count_entries, do, find_code
from tests.web.trials import OTHER, OWN
from trialwright.capture.query import RaiseQuery
from trialwright.store.models import FormState, Participant
from trialwright.vocabulary.codelists import Role


def test_the_numbers_are_those_of_the_ledger(signed_in: SignedIn, running: object) -> None:
    do(DATA_MANAGER, RaiseQuery(find_code(), "demographics", "SCREENING", "?", "sex"))
    lines = {one.site: one for one in signed_in(Role.DATA_MANAGER).get("/data/").context["lines"]}
    for site in (OWN, OTHER):
        assert lines[site].people == Participant.objects.filter(site=site).count()
        forms = FormState.objects.filter(participant__startswith=site)
        assert lines[site].queried == forms.filter(status="QUERIED").count()
        assert lines[site].verification.recorded == forms.count()
        assert lines[site].recorded <= lines[site].expected
    assert (lines[OWN].queries_open, lines[OTHER].queries_open) == (1, 0)


def test_an_open_study_has_no_code_to_break(signed_in: SignedIn, running: object) -> None:
    client, code = signed_in(Role.INVESTIGATOR), find_code()
    assert "This study is open" in client.get(f"/participants/{code}/code-break").content.decode()
    before = count_entries()
    answer = client.post(f"/participants/{code}/code-break", {"reason": "care", "password": PASSWORD})
    assert answer.status_code == 422 and 'data-code="not-masked"' in answer.content.decode()
    assert count_entries() == before


@pytest.mark.parametrize("role", [Role.SUB_INVESTIGATOR, Role.NURSE, Role.SPONSOR, Role.DATA_MANAGER, Role.INSPECTOR])
def test_the_code_is_the_investigators_alone(signed_in: SignedIn, running: object, role: Role) -> None:
    answer = signed_in(role).post(f"/participants/{find_code()}/code-break", {"reason": "x", "password": PASSWORD})
    assert answer.status_code == 403
