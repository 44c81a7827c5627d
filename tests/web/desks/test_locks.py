"""Locks on pages, and the way to the opening of the results."""

import pytest

from tests.web.conftest import SignedIn
from tests.web.desks.people import DATA_MANAGER, PASSWORD, count_entries, do, find_code, load_state
from tests.web.trials import OTHER, OWN
from trialwright.capture.list_queries import list_queries
from trialwright.capture.lock import LockLevel, SetLock
from trialwright.capture.query import CloseQuery
from trialwright.capture.sign import compute_plan_digest
from trialwright.ledger.release import ReleaseState, list_obstacles_of_release
from trialwright.store.models import Participant
from trialwright.vocabulary.codelists import Role

WHOLE = "|0|"
FORM = "demographics|1|SCREENING"


@pytest.fixture
def code(running: object) -> str:
    return find_code()


def load_release() -> ReleaseState:
    from trialwright.service import reading
    from trialwright.web.trial import get_running

    return reading.load_study(get_running().trial).release


def lock_everybody() -> None:
    """Every allocated participant locked who is not yet, every query of theirs closed first."""
    from trialwright.web.trial import get_definition

    for code in Participant.objects.exclude(arm="").values_list("code", flat=True):
        if load_state(code).review.locks.get(("", "", 0)) == "LOCKED":
            continue
        for one in list_queries(get_definition(), load_state(code)):
            if one.is_open:
                do(DATA_MANAGER, CloseQuery(code, one.thread.query, "the value stands"))
        do(DATA_MANAGER, SetLock(code, LockLevel.LOCKED, "complete"))


@pytest.mark.parametrize(("target", "key"), [(WHOLE, ("", "", 0)), (FORM, ("SCREENING", "demographics", 1))])
def test_freeze_and_open_again_with_a_reason(
    signed_in: SignedIn, code: str, target: str, key: tuple[str, str, int]
) -> None:
    client, address = signed_in(Role.DATA_MANAGER), f"/participants/{code}/locks/"
    assert client.post(address, {"target": target, "level": "FROZEN", "reason": "for review"}).status_code == 302
    assert load_state(code).review.locks[key] == "FROZEN"
    assert "frozen" in client.get(address).content.decode()
    assert client.post(address, {"target": target, "level": "OPEN", "reason": ""}).status_code == 422
    assert client.post(address, {"target": target, "level": "OPEN", "reason": "a late result"}).status_code == 302
    assert load_state(code).review.locks[key] == "OPEN"


@pytest.mark.parametrize("role", [Role.INVESTIGATOR, Role.MONITOR, Role.SPONSOR, Role.INSPECTOR])
def test_nobody_else_locks(signed_in: SignedIn, code: str, role: Role) -> None:
    client, before = signed_in(role), count_entries()
    posted = {"target": WHOLE, "level": "LOCKED", "reason": "x"}
    assert client.post(f"/participants/{code}/locks/", posted).status_code == 422
    assert client.post("/locks/", {**posted, "target": OWN}).status_code in (403, 422)
    assert "f-level" not in client.get(f"/participants/{code}/locks/").content.decode()
    assert count_entries() == before


def test_another_site_and_what_is_not_there_are_404(signed_in: SignedIn, code: str) -> None:
    posted = {"target": WHOLE, "level": "LOCKED", "reason": "x"}
    assert signed_in(Role.INVESTIGATOR, OTHER).post(f"/participants/{code}/locks/", posted).status_code == 404
    client = signed_in(Role.DATA_MANAGER)
    assert client.post(f"/participants/{code}/locks/", {**posted, "target": "x|1|y"}).status_code == 404
    assert client.post(f"/participants/{code}/locks/", {**posted, "level": "MELTED"}).status_code == 404
    assert client.post("/locks/", {**posted, "target": "NOWHERE"}).status_code == 422


def test_a_site_is_locked_and_its_participants_show_it(signed_in: SignedIn, code: str) -> None:
    client = signed_in(Role.DATA_MANAGER)
    assert client.post("/locks/", {"target": OWN, "level": "FROZEN", "reason": "site closes"}).status_code == 302
    assert f"because of site {OWN}" in client.get(f"/participants/{code}/locks/").content.decode()
    assert client.post("/locks/", {"target": "", "level": "LOCKED", "reason": "x"}).status_code == 422, (
        "never by omission"
    )
    assert load_release().locks.get("") is None


@pytest.mark.req("S2")
def test_the_results_open_by_lock_plan_and_two_signatures(signed_in: SignedIn, running: object) -> None:
    from trialwright.web.trial import get_definition

    digest = compute_plan_digest(get_definition())
    investigator, sponsor = signed_in(Role.INVESTIGATOR), signed_in(Role.SPONSOR)
    opening = {"step": "open", "password": PASSWORD}
    client, whole = signed_in(Role.DATA_MANAGER), {"target": "*", "level": "LOCKED", "reason": "database lock"}
    early = client.post("/locks/", whole)
    assert early.status_code == 422 and 'data-code="not-all-locked"' in early.content.decode()
    lock_everybody()
    answer = investigator.post("/release/", opening)
    assert answer.status_code == 422 and 'data-code="not-locked"' in answer.content.decode()
    locked = client.post("/locks/", whole)
    assert locked.status_code == 302 and load_release().is_locked
    plan = {"step": "plan", "digest": digest}
    assert sponsor.post("/release/", {**plan, "password": "wrong"}).status_code == 422
    assert sponsor.post("/release/", {**plan, "digest": "0" * 64, "password": PASSWORD}).status_code == 422
    assert sponsor.post("/release/", {**plan, "password": PASSWORD}).status_code == 302
    assert investigator.post("/release/", opening).status_code == 302
    assert [one.is_done for one in sponsor.get("/release/").context["points"]] == [True, True, True, False]
    assert list_obstacles_of_release(load_release(), "PRODUCTION")
    assert sponsor.post("/release/", opening).status_code == 302
    assert list_obstacles_of_release(load_release(), "PRODUCTION") == ()
    assert "Virtual Investigator" in sponsor.get("/release/").content.decode()


@pytest.mark.parametrize("role", [Role.DATA_MANAGER, Role.MONITOR, Role.INSPECTOR, Role.STATISTICIAN])
def test_nobody_else_signs_the_opening(signed_in: SignedIn, running: object, role: Role) -> None:
    answer = signed_in(role).post("/release/", {"step": "open", "password": PASSWORD})
    assert answer.status_code == 422 and not load_release().unsealed_by
