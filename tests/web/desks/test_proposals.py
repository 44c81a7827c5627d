"""Several mild proposals judged with one reason: all of them or none, of the very values that were seen."""

import re
from html import unescape
from pathlib import Path

import pytest

from tests.web.conftest import SignedIn
from tests.web.forms.people import load_state
from tests.web.trials import OTHER
from trialwright.vocabulary.codelists import Role

PAGE = "/safety/proposals/"
SAID = {"verdict": "NOT_SIGNIFICANT", "reason": "expected in this illness, no symptom"}


def list_ticks(page: str) -> list[str]:
    """What the ticks of the page stand for."""
    return [unescape(one) for one in re.findall(r'name="ticked" value="([^"]+)"', page)]


def count_reviews(code: str) -> int:
    """How many judgements a participant has."""
    return len(load_state(code).safety.reviews)


@pytest.mark.req("A1")
def test_several_mild_values_are_judged_at_once_or_not_at_all(running: Path, signed_in: SignedIn) -> None:
    doctor = signed_in(Role.INVESTIGATOR)
    ticks = list_ticks(doctor.get(PAGE).content.decode())
    first, second = ticks[0], next(one for one in ticks if one.split("|")[0] != ticks[0].split("|")[0])
    codes = [one.split("|")[0] for one in (first, second)]
    before = [count_reviews(code) for code in codes]

    changed = "|".join((*first.split("|")[:3], "1000000"))
    for wrong in ([], [second, changed], [second, "nobody|D3.x.y|1|2"]):
        assert doctor.post(PAGE, {**SAID, "ticked": wrong}).status_code == 422
    assert doctor.post(PAGE, {**SAID, "reason": " ", "ticked": [first, second]}).status_code == 422, "without a reason"
    assert doctor.post(PAGE, {**SAID, "verdict": "CONFIRMED", "ticked": [first]}).status_code == 404
    assert [count_reviews(code) for code in codes] == before, "nothing was half done"

    assert doctor.post(PAGE, {**SAID, "ticked": [first, second]}).status_code == 302
    assert [count_reviews(code) for code in codes] == [one + 1 for one in before]
    assert not {first, second} & set(list_ticks(doctor.get(PAGE).content.decode()))
    assert load_state(codes[0]).safety.reviews[-1].entry.reason == SAID["reason"]


def test_what_is_grave_or_of_another_site_cannot_be_ticked(running: Path, signed_in: SignedIn) -> None:
    page = signed_in(Role.INVESTIGATOR).get(PAGE).content.decode()
    rows = [one for one in page.split("<tr>") if 'class="grade grade-' in one]
    assert rows and all(
        ('name="ticked"' in one) <= bool(re.search(r"grade-[12]\"", one) and "tag-warn" not in one) for one in rows
    )
    assert not list_ticks(signed_in(Role.INSPECTOR).get(PAGE).content.decode()), "an inspector changes nothing"
    theirs = list_ticks(signed_in(Role.INVESTIGATOR, OTHER).get(PAGE).content.decode())
    if theirs:
        assert signed_in(Role.INVESTIGATOR).post(PAGE, {**SAID, "ticked": theirs[:1]}).status_code == 422
        assert theirs[0] in list_ticks(signed_in(Role.INVESTIGATOR, OTHER).get(PAGE).content.decode())
