"""The home page, the matrix and the page of a participant: what they show, and what they keep from whom."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from tests.web.conftest import SignedIn, open_browser
from tests.web.trials import OTHER, OWN, UNTIL, two_sites
from trialwright.capture.visits import find_facts, list_visit_states
from trialwright.definition.design import Masking
from trialwright.ledger.envelope import render_at
from trialwright.service.project import project
from trialwright.service.reading import load_subject
from trialwright.store.models import DeviationState, FormState, Participant
from trialwright.store.projections import check_projections, rebuild_projections
from trialwright.vocabulary.codelists import Role
from trialwright.web import trial
from trialwright.web.visits import COLUMNS, read_lines


def read_page(role: Role, path: str, site: str = OWN, language: str = "en") -> str:
    answer = open_browser(role, site, language).get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def find_code(site: str = OWN, **conditions: str) -> str:
    return Participant.objects.filter(site=site, **conditions).order_by("code")[0].code


@pytest.mark.req("A12")
def test_the_cached_rows_are_what_the_ledger_says_and_can_be_rebuilt(running: Path) -> None:
    assert check_projections(connection, project) == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE participant SET allocated_at = '' WHERE arm <> ''")
        cursor.execute("DELETE FROM dose_state")
        cursor.execute(
            "UPDATE deviation_state SET code = 'NONE' WHERE position = (SELECT min(position) FROM deviation_state)"
        )
    assert {one.place.path.split()[0] for one in check_projections(connection, project)} == {
        "participant", "dose_state", "deviation_state",
    }  # fmt: skip
    rebuild_projections(connection, project)
    assert check_projections(connection, project) == []


def test_the_matrix_says_of_every_visit_what_the_folded_state_says(running: Path) -> None:
    today = UNTIL.date()
    rows = list(Participant.objects.order_by("code").values(*COLUMNS))
    for line in read_lines(two_sites(), rows, today):
        state = load_subject(trial.get_running().trial, line.code)
        assert line.visits == list_visit_states(two_sites(), find_facts(two_sites(), state), today)
        assert line.deviations == len(state.deviations)
        assert line.status == state.status


def test_a_site_sees_its_own_people_and_nobody_elses(running: Path) -> None:
    for role in (Role.NURSE, Role.INVESTIGATOR, Role.PHARMACIST):
        for path in ("/", "/participants/", "/participants/?with=deviations", f"/participants/?site={OTHER}"):
            page = read_page(role, path)
            assert OTHER not in page, path
    everybody = read_page(Role.DATA_MANAGER, "/participants/")
    assert find_code(OWN) in everybody and find_code(OTHER) in everybody


def test_a_search_for_somebody_of_another_site_finds_nobody(signed_in: SignedIn) -> None:
    client, own, other = signed_in(Role.NURSE), find_code(OWN), find_code(OTHER)
    assert client.get("/participants/", {"q": own.lower()})["Location"] == f"/participants/{own}/"
    answer = client.get("/participants/", {"q": other})
    assert answer.status_code == 200 and f'href="/participants/{other}' not in answer.content.decode()
    assert client.get(f"/participants/{other}/").status_code == 404
    there, nowhere = (client.get(f"/participants/{code}/").content.decode() for code in (other, f"{OTHER}-999"))
    token = r'(?:"X-CSRFToken": "|csrfmiddlewaretoken" value=")[A-Za-z0-9]+'
    assert re.sub(token, "", there).replace(other, "") == re.sub(token, "", nowhere).replace(f"{OTHER}-999", "")


def test_filters_show_whom_they_name(running: Path) -> None:
    def shown(query: str) -> set[str]:
        return set(
            re.findall(r'<th scope="row" class="stick"><a href="/participants/([^/]+)/', read_page(Role.MONITOR, query))
        )

    people = Participant.objects.all()
    assert shown("/participants/") == set(people.values_list("code", flat=True))
    assert shown("/participants/?arm=MSC") == set(people.filter(arm="MSC").values_list("code", flat=True))
    assert shown("/participants/?status=CONSENTED") == set(
        people.filter(status="CONSENTED").values_list("code", flat=True)
    )
    assert shown(f"/participants/?site={OTHER}&q=-001") == {f"{OTHER}-001"}
    queried = FormState.objects.filter(status="QUERIED").values_list("participant", flat=True)
    assert shown("/participants/?with=queries") == set(queried)
    assert shown("/participants/?with=deviations") == set(DeviationState.objects.values_list("participant", flat=True))
    assert shown("/participants/?page=9999999999") == shown("/participants/?status=NONSENSE&arm=%27--&page=-1")


def test_what_is_due_is_on_the_home_page(running: Path) -> None:
    page = read_page(Role.NURSE, "/")
    due = page.split('id="due"')[1].split("</section>")[0]
    today, expected = UNTIL.date(), set()
    for code in Participant.objects.filter(site=OWN, status="ALLOCATED").values_list("code", flat=True):
        state = load_subject(trial.get_running().trial, code)
        for visit in list_visit_states(two_sites(), find_facts(two_sites(), state), today):
            if visit.state in ("DUE", "PARTLY") and visit.earliest and visit.earliest <= today:
                expected.add(code)
    assert set(re.findall(r'<span class="row-who"><a href="/participants/([^/]+)/">', due)) == expected != set()


def test_readers_and_the_administrator_see_no_participant(running: Path) -> None:
    codes = set(Participant.objects.values_list("code", flat=True))
    for role in (Role.READER_1, Role.READER_2, Role.ADJUDICATOR, Role.ADMINISTRATOR, Role.ETHICS_BOARD):
        page = read_page(role, "/")
        assert not [code for code in codes if code in page]
        assert not re.search(r"MSC\b|CONTROL|infusion|Treatment Group", page.split("<main")[1])
        assert open_browser(role).get("/participants/").status_code == 403


@pytest.mark.req("A11")
def test_in_a_masked_study_no_page_of_a_blinded_person_tells_the_arm(running: Path) -> None:
    definition = two_sites()
    design = definition.study.design.model_copy(update={"masking": Masking.DOUBLE})
    masked = replace(definition, study=definition.study.model_copy(update={"design": design}))
    trial.start(masked, trial.compute_clock_ahead())
    treated = find_code(OWN, arm="MSC", status="ALLOCATED")
    for role in (Role.INVESTIGATOR, Role.NURSE, Role.DATA_MANAGER, Role.INSPECTOR):
        for path in ("/", "/participants/", "/participants/?arm=MSC", f"/participants/{treated}/"):
            main = read_page(role, path).split("<main")[1]
            found = re.search(r"MSC\b|MSCs|CONTROL|D0|Day 0 \(first|DOSE|[Ii]nfusion", main)
            assert not found, (role, path, main[found.start() - 200 : found.end() + 50])
    assert "MSC" in read_page(Role.PHARMACIST, f"/participants/{treated}/").split("<main")[1]


def test_a_participant_of_every_kind_has_a_page_in_both_languages(running: Path) -> None:
    for code in Participant.objects.filter(site=OWN).values_list("code", flat=True):
        for language in ("en", "zh"):
            page = read_page(Role.INVESTIGATOR, f"/participants/{code}/", language=language)
            assert code in page and "encounters." not in page and "forms." not in page


def test_the_page_shows_doses_events_and_deviations(running: Path) -> None:
    code = DeviationState.objects.filter(code__contains="DOSE").values_list("participant", flat=True)[0]
    site = code.split("-")[0]
    state = load_subject(trial.get_running().trial, code)
    page = read_page(Role.INVESTIGATOR, f"/participants/{code}/", site)
    assert all(dose.lot in page and dose.started_at.replace("T", " ")[:16] in page for dose in state.doses)
    assert page.count('class="line-dose"') == len(state.doses) > 0
    assert all(one.text in page for one in state.deviations)


@pytest.mark.slow
def test_the_matrix_of_10_000_participants_asks_as_little_as_that_of_ten(running: Path, count_statements) -> None:  # type: ignore[no-untyped-def]
    """The statements do not grow with the participants; ``benchmarks/http.py`` measures the time."""
    definition, at = two_sites(), UNTIL - timedelta(days=200)
    codes = [f"{OWN}-{number:05d}" for number in range(10_000)]
    Participant.objects.bulk_create(
        Participant(
            code=code, seq=1, hash="", position=1, at="", site=OWN, status="ALLOCATED", arm="CONTROL", version="1",
            allocated_at=render_at(at + timedelta(days=number % 200)), ended_on="",
        )
        for number, code in enumerate(codes)
    )  # fmt: skip
    planned = [(one.id, form.form) for one in definition.list_encounters("CONTROL")[:4] for form in
               definition.list_activities(one.id, "CONTROL")]  # fmt: skip
    FormState.objects.bulk_create(
        (
            FormState(participant=code, encounter=at, form=form, repeat=1, revision=1, position=1, status="RECORDED")
            for code in codes
            for at, form in planned
        ),
        batch_size=20_000,
    )
    client = open_browser(Role.INVESTIGATOR)
    for page in (1, 90, 180):
        count_statements()
        assert client.get(f"/participants/?page={page}").status_code == 200
        assert count_statements() <= 15


def test_a_form_that_does_not_apply_is_said_so_and_asked_of_nobody(running: Path) -> None:
    """The childbearing form is for people born female: of a man the pages say so, in both languages."""
    found = {}
    for code in Participant.objects.filter(site=OWN, status="ALLOCATED").values_list("code", flat=True):
        recorded = load_subject(trial.get_running().trial, code).find_form("SCREENING", "demographics")
        assert recorded is not None
        found.setdefault(recorded.recorded.values["sex"], code)
    for page in ("", "forms/"):
        assert "people born female" in read_page(Role.NURSE, f"/participants/{found['M']}/{page}")
        assert "出生性别为女性者" in read_page(Role.NURSE, f"/participants/{found['M']}/{page}", language="zh")
        assert "people born female" not in read_page(Role.NURSE, f"/participants/{found['F']}/{page}")
