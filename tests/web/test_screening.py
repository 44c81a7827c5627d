"""From screening to allocation in the browser: verdicts while typing, consent, signed enrolment, blind allocation."""

import json
import re
from pathlib import Path

from django.test import Client
from django.urls import reverse

from tests.web.access_table import ACCESS, OTHER, OWN
from tests.web.conftest import SignedIn
from tests.web.test_access import read_everything
from trialwright.vocabulary.codelists import Role
from trialwright.web.accounts.people import VIRTUAL_PASSWORD

ELIGIBLE = {
    "v:age_years": "40", "v:rt_pcr.result": "POSITIVE", "v:chest_imaging.pneumonia": "Y", "v:demographics.sex": "M",
    "v:eligibility.malignant_tumour": "N", "v:eligibility.serious_systemic_disease": "N",
    "v:eligibility.psychosis": "N", "v:eligibility.other_trial": "N", "j:E4": "N",
    "v:respiratory_pathogens.tuberculosis": "N", "v:symptoms.severity": "MODERATE",
    **{
        f"v:respiratory_pathogens.{one}": "NEGATIVE"
        for one in ("hiv", "influenza_a", "influenza_b", "adenovirus", "rsv", "parainfluenza", "metapneumovirus")
    },
}  # fmt: skip
CONSENT = {
    "what": "consent", "given_at": "2020-03-01T08:00", "form_version": "1.0", "language": "zh", "copy_given": "Y",
    "explained_by": f"{OWN.lower()}-investigator", "signed_by": "PARTICIPANT",
}  # fmt: skip


def screen(client: Client, **changes: str) -> str:
    answer = client.post("/screening/new", {**ELIGIBLE, **changes})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"].split("/")[2]


def way(client: Client, code: str, **posted: str):  # type: ignore[no-untyped-def]
    return client.post(f"/participants/{code}/way-in", posted)


def end_waiting() -> None:
    """Let nobody of the rehearsal be on the way in: the cache says so, the ledger is not touched."""
    from trialwright.store.models import Participant

    Participant.objects.filter(status__in=("CONSENTED", "ENROLLED")).update(status="REFUSED")


def test_verdicts_change_as_one_answers_and_nothing_is_kept(running: Path, signed_in: SignedIn) -> None:
    client = signed_in(Role.COORDINATOR)
    before = read_everything(running)
    page = client.post("/screening/check", {"v:age_years": "17"}).content.decode()
    assert re.search(r'verdict-bad" id="verdict-I1" hx-swap-oob="true"><strong>.*?Not met', page, re.S)
    assert "Age at consent: <b>17</b>" in page
    page = client.post("/screening/check", {"v:age_years": "40", "v:demographics.sex": "M"}).content.decode()
    assert 'verdict-good" id="verdict-I1"' in page and 'verdict-good" id="verdict-E1"' in page
    assert 'verdict-warn" id="verdict-I2"' in page
    whole = client.post("/screening/check", ELIGIBLE).content.decode()
    assert "Every criterion lets this person in" in whole and "verdict-warn" not in whole
    assert read_everything(running) == before


def test_what_cannot_be_read_is_told_beside_the_verdicts(signed_in: SignedIn) -> None:
    page = signed_in(Role.NURSE).post("/screening/check", {"v:age_years": "<b>forty"}).content.decode()
    assert "Cannot be read" in page and "&lt;b&gt;forty" in page and "<b>forty" not in page


def test_before_consent_nothing_identifiable_is_kept(signed_in: SignedIn) -> None:
    from trialwright.store.models import LedgerEntry

    code = screen(
        signed_in(Role.COORDINATOR), **{"v:demographics.birth_date": "1980-01-01", "name": "Zhang", "v:x.name": "Zhang"}
    )
    payloads = " ".join(LedgerEntry.objects.filter(participant=code).values_list("payload", flat=True))
    assert "1980" not in payloads and "Zhang" not in payloads
    kept = json.loads(LedgerEntry.objects.get(participant=code, act="screened").payload)["values"]
    assert kept["rt_pcr.result"] == "POSITIVE" and "demographics.birth_date" not in kept


def test_whoever_has_no_duty_is_refused_with_the_reason(signed_in: SignedIn) -> None:
    code = screen(signed_in(Role.COORDINATOR))
    answer = way(signed_in(Role.NURSE), code, **CONSENT)
    assert answer.status_code == 422 and "OBTAIN_CONSENT" in answer.content.decode()
    assert way(signed_in(Role.MONITOR), code, **CONSENT).status_code == 422
    assert signed_in(Role.INVESTIGATOR, OTHER).get(f"/participants/{code}/way-in").status_code == 404
    assert way(signed_in(Role.INVESTIGATOR, OTHER), code, **CONSENT).status_code == 404


def test_a_refusal_of_consent_ends_the_way_and_counts_in_the_log(signed_in: SignedIn) -> None:
    client = signed_in(Role.COORDINATOR)
    code = screen(client)
    assert way(client, code, what="refuse", reason="<script>afraid</script>").status_code == 302
    page = client.get(f"/participants/{code}/way-in").content.decode()
    assert "Consent was refused" in page
    log = client.get("/screening/").content.decode()
    assert "&lt;script&gt;afraid" in log and "<script>afraid" not in log
    assert code not in log, "the log of those who refused names nobody"


def test_a_consent_under_a_version_that_is_not_approved_keeps_out(signed_in: SignedIn) -> None:
    client = signed_in(Role.INVESTIGATOR)
    code = screen(client)
    assert way(client, code, **{**CONSENT, "form_version": "other", "other_version": "0.9"}).status_code == 302
    assert "not approved" in client.get(f"/participants/{code}/way-in").content.decode()
    refused = way(client, code, what="enrol", password=VIRTUAL_PASSWORD)
    assert refused.status_code == 422 and "not approved" in refused.content.decode()


def test_enrolment_is_signed_with_the_password(signed_in: SignedIn) -> None:
    from trialwright.store.models import LedgerEntry

    client = signed_in(Role.INVESTIGATOR)
    code = screen(client)
    way(client, code, **CONSENT)
    refused = way(client, code, what="enrol", password="wrong")
    assert refused.status_code == 422 and "password is wrong" in refused.content.decode()
    assert not LedgerEntry.objects.filter(participant=code, act="enrolled").exists()
    assert LedgerEntry.objects.filter(act="sign_in_failed").exists()
    assert way(client, code, what="enrol", password=VIRTUAL_PASSWORD).status_code == 302
    assert LedgerEntry.objects.filter(participant=code, act="enrolled").count() == 1


def test_who_is_unknown_on_a_criterion_is_not_enrolled(signed_in: SignedIn) -> None:
    client = signed_in(Role.INVESTIGATOR)
    code = screen(client, **{"v:respiratory_pathogens.rsv": ""})
    way(client, code, **CONSENT)
    refused = way(client, code, what="enrol", password=VIRTUAL_PASSWORD)
    assert refused.status_code == 422 and "E5 is unknown" in refused.content.decode()


def list_pages(client: Client) -> dict[str, str]:
    """Every page that this browser can open, by address."""
    from trialwright.store.models import Participant

    found = {}
    addresses = {reverse(name, kwargs=row.parts(OWN)) for name, row in ACCESS.items() if not row.is_open}
    addresses |= {f"/participants/{code}/way-in" for code in Participant.objects.values_list("code", flat=True)}
    for address in addresses:
        answer = client.get(address)
        if answer.status_code == 200 and not answer.streaming and answer["Content-Type"].startswith("text/"):
            found[address] = answer.content.decode()
    return found


def test_no_page_shows_places_or_balance_before_the_allocation_is_written(signed_in: SignedIn) -> None:
    """Principle 10: while somebody waits for an arm, nobody at the site can see which arm is behind."""
    end_waiting()
    client = signed_in(Role.INVESTIGATOR)
    shown = [address for address, page in list_pages(client).items() if "data-balance" in page]
    assert shown, "afterwards, with nobody waiting, it is shown"
    code = screen(client)
    way(client, code, **CONSENT)
    for _ in range(2):
        pages = list_pages(client)
        assert [address for address, page in pages.items() if "data-balance" in page] == []
        assert [
            address for address, page in pages.items() if re.search(r"places are taken|Balance of baseline", page)
        ] == []
        way(client, code, what="enrol", password=VIRTUAL_PASSWORD)


def test_an_allocation_needs_its_rationale_and_then_shows_the_balance(signed_in: SignedIn) -> None:
    from trialwright.store.models import LedgerEntry

    end_waiting()
    client = signed_in(Role.INVESTIGATOR)
    code = screen(client)
    way(client, code, **CONSENT)
    way(client, code, what="enrol", password=VIRTUAL_PASSWORD)
    refused = way(client, code, what="allocate", arm="CONTROL")
    assert refused.status_code == 422 and "reason for this arm" in refused.content.decode()
    done = [way(client, code, what="allocate", arm=arm, rationale="the ward's rota") for arm in ("CONTROL", "MSC")]
    page = client.get(f"/participants/{code}/way-in").content.decode()
    if done[0].status_code == 302 or done[1].status_code == 302:
        assert "data-balance" in page and "the ward&#x27;s rota" not in page
        assert LedgerEntry.objects.filter(participant=code, act="allocated").count() == 1
    else:
        assert "has no place left" in done[0].content.decode() and "data-balance" not in page


def test_the_worksheet_has_every_criterion_and_no_answer(signed_in: SignedIn) -> None:
    page = signed_in(Role.NURSE).get("/screening/worksheet").content.decode()
    assert all(f"{one} <span" in page for one in ("I1", "I2", "I3", "E1", "E2", "E3", "E4", "E5"))
    assert "checked" not in page and '<input type="radio"' not in page


def test_screening_again_begins_with_what_was_said(signed_in: SignedIn) -> None:
    client = signed_in(Role.COORDINATOR)
    code = screen(client, **{"v:rt_pcr.result": ""})
    page = client.get(f"/participants/{code}/screening").content.decode()
    assert 'name="v:age_years" value="40"' in page
    again = client.post(f"/participants/{code}/screening", ELIGIBLE)
    assert again["Location"] == f"/participants/{code}/way-in"


def test_the_way_in_is_in_chinese_for_chinese_people(signed_in: SignedIn) -> None:
    page = signed_in(Role.COORDINATOR, language="zh").get("/screening/new").content.decode()
    assert "知情同意时年龄" in page and "任一诊断采样来源" in page and "not answered" not in page


def test_places_by_arm_are_for_those_who_see_arms_and_would_foretell_no_list(running: Path) -> None:
    from dataclasses import replace

    from django.db import connection

    from trialwright.definition.design import AllocationMethod
    from trialwright.ledger.subject import SubjectState
    from trialwright.service.study_state import read_study_state
    from trialwright.web.screening.balance import compute_balance
    from trialwright.web.trial import get_definition

    definition, study = get_definition(), read_study_state(connection)
    first = SubjectState(study.taken[0].participant)
    seen = compute_balance(definition, study, first, "en", sees_arms=True)
    assert (seen.taken, sum(one.taken for one in seen.places)) == (1, 1), "as it stood at that allocation"
    assert sum(sum(row.counts) for row in seen.rows) == len(definition.study.allocation.balance)
    hidden = compute_balance(definition, study, first, "en", sees_arms=False)
    allocation = definition.study.allocation.model_copy(update={"method": AllocationMethod.PERMUTED_BLOCK})
    listed = replace(definition, study=definition.study.model_copy(update={"allocation": allocation}))
    for one in (hidden, compute_balance(listed, study, first, "en", sees_arms=True)):
        assert (one.taken, one.places, one.rows) == (1, (), ())
