"""Drafts of every page on which somebody types: kept on the server, per person, never a record, gone when saved."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import lxml.html
import pytest
from django.urls import reverse

from tests.web.busy import BUSY, write_busy_day
from tests.web.conftest import SignedIn, open_browser, open_copy
from tests.web.desks.people import count_entries
from tests.web.english import find_raw
from tests.web.forms.people import find_participant
from tests.web.scenes import STATES, Scene, is_page_text, list_scenes
from tests.web.test_texts import WEB
from tests.web.trials import OTHER, OWN
from trialwright.store.models import Draft
from trialwright.vocabulary.codelists import Role
from trialwright.web.catalogue import load_texts
from trialwright.web.pages import PAGES

HTMX = {"HX-Request": "true"}
_FORM = re.compile(r"(<form(?:{%.*?%}|[^>])*>)(.*?)</form>", re.DOTALL)
_WRITTEN = re.compile(
    r'<textarea|{% include "(?:(?!partials|signatures/proof)|partials/field.html" (?!.*(?:options=|"password")))'
    r'|<input (?!.*type="(?:hidden|radio|checkbox|file)")'
)
_NO_DRAFTS = frozenset({"sign_in.html", "own.html", "new.html", "redact.html"})
"""Where what is typed is a password, goes along with a file, or is a name that must be kept nowhere."""
_OWN_FILE = frozenset({"busy_file"})
"""The page shows the head of a file that somebody sent."""
_ELSEWHERE = frozenset(
    {
        "activation",
        "code_break",
        "dose_missed",
        "dose_preparation",
        "dose_release",
        "limit",
        "allocation",
        "merging",
        "results_decisions",
        "separation",
    }
)
"""Drafts of pages in a state that the trial of the tests is not in: the same word in the same template language."""


def _at(name: str, **parts: object) -> Callable[[], str]:
    return lambda: reverse(name, kwargs={key: one() if callable(one) else one for key, one in parts.items()})


def _situation() -> str:
    return reverse("situation", kwargs={"code": find_participant(), "situation": 1})


def _serious() -> int:
    from tests.web.desks.people import load_state

    return max(load_state(find_participant()).events)


OTHERS: Mapping[str, tuple[Role, Callable[[], str]]] = {
    "event_of_sponsor": (Role.SPONSOR, _at("event", code=find_participant, event=_serious)),
    "board": (Role.SAFETY_BOARD, _at("board")),
    "product": (Role.PHARMACIST, _at("product")),
    "lot": (Role.PHARMACIST, _at("lot", lot="LOT-D0")),
    "doses": (Role.PHARMACIST, _at("doses", code=find_participant)),
    "leaving": (Role.INVESTIGATOR, _at("leaving", code=find_participant)),
    "site": (Role.SPONSOR, _at("site", site=OWN)),
    "deviations": (Role.MONITOR, _at("participant_deviations", code=find_participant)),
    "quality": (Role.SPONSOR, _at("quality")),
    "monitoring": (Role.MONITOR, _at("monitoring")),
    "visit": (Role.MONITOR, _at("monitoring_report", report="new")),
    "actions": (Role.MONITOR, _at("actions")),
    "locks": (Role.DATA_MANAGER, _at("locks")),
    "participant_locks": (Role.DATA_MANAGER, _at("participant_locks", code=find_participant)),
    "verification": (Role.MONITOR, _at("verification")),
    "verification_plan": (Role.DATA_MANAGER, _at("verification")),
}
"""Pages before those of whom they want something, where that is not the main role of ``scenes.py``."""


@pytest.fixture(scope="module")
def opened(web_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[Scene, str]]]:
    """Every page after a busy day before somebody who can do something there, with its source."""
    with open_copy(web_template, tmp_path_factory.mktemp("drafts")):
        write_busy_day()
        posts = {page.name for page in PAGES if page.posts} | STATES.keys() | BUSY.keys()
        posts |= {"audit", "as_of", "registry_clock", "quality", "public_record", "study"}
        scenes = [one for one in list_scenes(is_busy=True) if one.name in posts and one.role]
        pages = []
        for scene in scenes + [Scene(name, find(), role) for name, (role, find) in OTHERS.items()]:
            answer = open_browser(scene.role).get(scene.address)  # type: ignore[arg-type]
            if not answer.streaming and is_page_text(answer.headers.get("content-type", ""), answer.content.decode()):
                pages.append((scene, answer.content.decode()))
        yield pages


def test_every_form_in_which_somebody_types_keeps_a_draft() -> None:
    """In the templates, so that no state of a page is forgotten."""
    lacking = [
        f"{path.name}: {start}"
        for path in sorted(WEB.glob("**/templates/**/*.html"))
        for start, inside in _FORM.findall(path.read_text(encoding="utf-8"))
        if path.name not in _NO_DRAFTS and 'role="search"' not in start
        if 'type="textarea"' in inside or len(_WRITTEN.findall(inside)) > 1
        if "{% draft " not in start and "{% keeps " not in start
    ]
    assert lacking == [], "\n".join(lacking)


def test_no_page_shows_a_code_or_a_key(opened: list[tuple[Scene, str]]) -> None:
    """In English; ``test_chinese_pages.py`` looks at all pages in Chinese, where most of the same would be seen."""
    raw = [f"{scene.name}: {one}" for scene, page in opened if scene.name not in _OWN_FILE for one in find_raw(page)]
    assert raw == [], "\n".join(raw)


def test_every_draft_comes_back_to_its_person_and_to_nobody_else(opened: list[tuple[Scene, str]]) -> None:
    before, met = count_entries(), set[str]()
    for scene, page in opened:
        for form in lxml.html.document_fromstring(page).xpath("//form[@data-draft != '']"):
            name = form.get("data-draft")
            if name.partition(":")[0] in met or scene.role is None:
                continue
            met.add(name.partition(":")[0])
            fields = {one.get("name") for one in form.xpath(".//*[@name]")} - {"csrfmiddlewaretoken", "draft"}
            typed = dict.fromkeys(fields, "typed 字")
            sent = {**typed, "draft": name, "draft_step": "keep"}
            client = open_browser(scene.role)
            answer = client.post(form.get("hx-post"), sent, headers=HTMX)
            assert answer.status_code == 200 and "Draft kept" in answer.content.decode(), (scene, name)
            again = lxml.html.document_fromstring(client.get(form.get("hx-post")).content.decode())
            back = again.xpath("//form[@data-draft = $name]", name=name)[0]
            typed.pop("password", None)
            assert json.loads(back.get("data-typed")) == typed, (scene, name)
            assert "It is not a record until you save" in back.get("data-told")
    names = {key.removeprefix("draft.") for key in load_texts() if key.startswith("draft.")}
    assert names - met <= _ELSEWHERE, "drafts of no page that was opened"
    assert count_entries() == before, "a draft is no record"


def keep(role: Role, address: str, name: str, **typed: str) -> int:
    sent = {**typed, "draft": name, "draft_step": "keep"}
    return int(open_browser(role).post(address, sent, headers=HTMX).status_code)


def typed_at(role: Role, address: str, name: str) -> dict[str, str] | None:
    """What stands in a form when somebody opens its page."""
    page = lxml.html.document_fromstring(open_browser(role).get(address).content.decode())
    found = page.xpath("//form[@data-draft = $name]", name=name)[0].get("data-typed")
    return dict(json.loads(found)) if found else None


QUESTION = {
    "on": "2020-02-29",
    "channel": "TELEPHONE",
    "caller": "RELATIVE",
    "topic": "PARTICIPATION",
    "question": "Where?",
    "answer": "Here.",
}


def test_a_draft_of_a_page_is_its_persons_own_and_ends_with_the_saving(signed_in: SignedIn) -> None:
    assert keep(Role.NURSE, "/enquiries/", "enquiry", question="Where?") == 200
    assert typed_at(Role.COORDINATOR, "/enquiries/", "enquiry") is None
    assert "Enquiry" in signed_in(Role.NURSE).get("/drafts/").content.decode().split("<table")[1]
    nurse = signed_in(Role.NURSE)
    assert nurse.post("/enquiries/", {**QUESTION, "on": "", "draft": "enquiry"}).status_code == 422
    assert typed_at(Role.NURSE, "/enquiries/", "enquiry") == {**QUESTION, "on": ""}, "a refusal takes nothing away"
    answer = nurse.post("/enquiries/", {**QUESTION, "draft": "enquiry"})
    assert answer.status_code == 302, answer.content.decode().split("<main")[1][:1500]
    assert Draft.objects.count() == 0


def test_a_draft_of_a_page_is_thrown_away(signed_in: SignedIn) -> None:
    keep(Role.NURSE, "/enquiries/", "enquiry", question="Where?")
    sent = {"draft": "enquiry", "draft_step": "discard"}
    assert signed_in(Role.NURSE).post("/enquiries/", sent)["Location"] == "/drafts/"
    assert Draft.objects.count() == 0


def test_a_draft_holds_no_password_and_nothing_of_other_sites(signed_in: SignedIn) -> None:
    mine, theirs = (reverse("leaving", kwargs={"code": find_participant(site)}) for site in (OWN, OTHER))
    assert keep(Role.INVESTIGATOR, theirs, "leaving", reason="x") == 404
    assert keep(Role.INVESTIGATOR, reverse("site", kwargs={"site": OTHER}), "training", topic="x") == 404
    assert keep(Role.INVESTIGATOR, mine, "no_such_part", reason="x") == 404
    assert keep(Role.READER_1, mine, "leaving", reason="x") == 403
    assert Draft.objects.count() == 0
    assert keep(Role.INVESTIGATOR, mine, "leaving", reason="x", password="secret", csrfmiddlewaretoken="t") == 200
    assert json.loads(Draft.objects.get().text) == {"reason": "x"}


def test_a_draft_that_is_looked_at_does_not_grow_younger(signed_in: SignedIn) -> None:
    keep(Role.NURSE, "/enquiries/", "enquiry", question="Where?")
    written = Draft.objects.get().updated_at
    keep(Role.NURSE, "/enquiries/", "enquiry", question="Where?")
    assert Draft.objects.get().updated_at == written
    keep(Role.NURSE, "/enquiries/", "enquiry", question="Where is it?")
    assert Draft.objects.get().updated_at > written
