"""The second study of the project, which is masked: a code is broken at night by the investigator alone, on record, and told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from tests.studies import ROOT, load_definition
from tests.web.conftest import open_browser
from tests.web.desks.people import PASSWORD
from tests.web.postbox import give_addresses, open_postbox, run
from trialwright.service.dry_run import walk_until
from trialwright.store import configure, migrate
from trialwright.store.models import LedgerEntry, Participant
from trialwright.vocabulary.codelists import Role


@pytest.mark.slow
@pytest.mark.req("A8", "A11")
def test_a_code_is_broken_at_night_and_told_without_the_arm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trialwright.web import trial
    from trialwright.web.accounts.people import make_virtual_people
    from trialwright.web.notices.models import NoticeRow

    definition = load_definition(ROOT / "studies" / "nct03694327").scale(6)
    configure(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    migrate()
    walk_until(definition, 5, datetime(2100, 1, 1, tzinfo=UTC))
    trial.start(definition, trial.compute_clock_ahead())
    make_virtual_people()
    person = Participant.objects.exclude(arm="").order_by("code")[0]
    arms = {definition.label(f"arms.{one.id}") for one in definition.study.arms}
    night = trial.read_clock().replace(hour=19, minute=30) + timedelta(days=1)  # 3 o'clock at the site, in China
    monkeypatch.setattr(trial, "read_clock", lambda: night)
    address = f"/participants/{person.code}/code-break"
    investigator = open_browser(Role.INVESTIGATOR, person.site)
    page = investigator.get(address).content.decode()
    assert not any(arm in page for arm in arms)
    assert investigator.post(address, {"reason": "bleeding", "password": PASSWORD}).status_code == 302
    page = investigator.get(address).content.decode()
    assert definition.label(f"arms.{person.arm}") in page, "who broke it knows"
    entry = LedgerEntry.objects.get(act="code_broken")
    assert (entry.participant, entry.actor) == (person.code, f"{person.site.lower()}-investigator")
    assert "bleeding" in entry.payload and person.arm not in entry.payload
    give_addresses()
    with open_postbox() as (url, taken):
        assert run(url).failed == 0 or taken
        run(url)
    row = NoticeRow.objects.get(kind="CODE_BREAK")
    told = [mail for mail in taken if f"#{row.pk}" in mail.replace("=23", "#") or "code break" in mail.lower()]
    assert told and not any(person.code in mail or arm in mail for mail in told for arm in arms)
    page = open_browser(Role.SPONSOR).get("/notices/").content.decode()
    assert person.code in page and not any(arm in page for arm in arms)
    other = open_browser(Role.MONITOR).get(f"/participants/{person.code}/").content.decode()
    assert definition.label(f"arms.{person.arm}") not in other
    connection.close()
