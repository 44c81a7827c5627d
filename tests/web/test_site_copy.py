"""The sealed copy of a site: taken by its investigator, proved by Python alone, and nothing in it can be changed."""

import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.urls import reverse

from tests.web.conftest import SignedIn
from tests.web.desks.people import PASSWORD
from tests.web.trials import OTHER, OWN
from trialwright.access.policy import Actor
from trialwright.capture.lock import LockLevel, SetSiteLock
from trialwright.definition.design import Masking
from trialwright.ledger.seal import Seal
from trialwright.service.site_copy import gather_material
from trialwright.store.models import LedgerEntry, Participant
from trialwright.store.read import read_study
from trialwright.store.verify import verify_ledger
from trialwright.vocabulary.codelists import Role
from trialwright.web import trial

pytestmark = pytest.mark.req("D1", "D2", "D3")


def take(signed_in: SignedIn, folder: Path, site: str = OWN) -> tuple[Path, bytes]:
    """The unpacked copy, and its bytes."""
    answer = signed_in(Role.INVESTIGATOR, site).post(reverse("site_copy", args=[site]))
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(folder)
    return folder, answer.content


def prove(folder: Path, *more: str) -> tuple[int, str]:
    """What the program in the copy says, run by Python alone, without a package of ours."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "check.py"), *more], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_a_copy_proves_itself_and_is_on_record(signed_in: SignedIn, tmp_path: Path) -> None:
    name = LedgerEntry.objects.filter(act="deviation_noted", site=OWN).order_by("position")[0]
    redact = {"step": "redact", "path": "text", "justification": "a name was typed", "password": PASSWORD}
    assert signed_in(Role.DATA_MANAGER).post(reverse("redact", args=[name.position]), redact).status_code == 302
    folder, content = take(signed_in, tmp_path / "copy")
    code, said = prove(folder)
    assert code == 0, said
    manifest = json.loads((folder / "manifest.json").read_text())
    noted = LedgerEntry.objects.filter(act="data_exported").order_by("-position")[0]
    assert hashlib.sha256(content).hexdigest() in noted.payload and manifest["seal"] in noted.payload
    entries = [json.loads(line) for line in (folder / "entries.jsonl").read_text().splitlines()]
    codes = set(Participant.objects.filter(site=OWN).values_list("code", flat=True))
    own = LedgerEntry.objects.filter(participant__in=codes, position__lt=noted.position).count()
    assert sum(bool(one["participant"]) for one in entries) == own > 100
    assert {one["participant"] for one in entries} == codes | {""} and OTHER not in {one["site"] for one in entries}
    pages = "".join(path.read_text() for path in folder.rglob("*.html"))
    assert all(f"{code}.html" in pages for code in codes) and "redacted" in pages and OTHER + "-0" not in pages
    from django.db import connection

    assert verify_ledger(connection, Seal.parse(manifest["seal"])).holds
    assert prove(folder, manifest["seal"])[0] == 0
    assert prove(folder, "3-" + "0" * 64)[0] == 1
    page = signed_in(Role.INVESTIGATOR).get(reverse("site_copy", args=[OWN])).content.decode()
    assert hashlib.sha256(content).hexdigest() in page


def _rewrite(folder: Path, name: str, old: bytes, new: bytes) -> None:
    """Change a file and make the manifest fit, as somebody who knows how would."""
    path, manifest = folder / name, folder / "manifest.json"
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))
    said = json.loads(manifest.read_text())
    said["files"][name] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(said))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("entries.jsonl", b'"actor":"bj302-nurse"', b'"actor":"bj302-other"'),
        ("entries.jsonl", b"demographics", b"demographicz"),
        ("hashes.txt", b"a", b"b"),
        ("index.html", b"<h1>", b"<h1> "),
    ],
)
def test_a_changed_copy_is_found(signed_in: SignedIn, tmp_path: Path, name: str, old: bytes, new: bytes) -> None:
    folder, _ = take(signed_in, tmp_path / "copy")
    if name == "index.html":
        (folder / name).write_bytes((folder / name).read_bytes().replace(old, new, 1))
    else:
        _rewrite(folder, name, old, new)
    code, said = prove(folder)
    assert code == 1 and "WRONG" in said
    shutil.rmtree(folder)


def test_who_gets_none(signed_in: SignedIn) -> None:
    assert signed_in(Role.SPONSOR).post(reverse("site_copy", args=[OWN])).status_code == 403
    assert signed_in(Role.INVESTIGATOR, OTHER).post(reverse("site_copy", args=[OWN])).status_code == 404


def test_a_lock_asks_for_a_copy(signed_in: SignedIn, tmp_path: Path) -> None:
    client = signed_in(Role.INVESTIGATOR)
    assert "sealed copy of the locked site" not in client.get("/").content.decode()
    trial.get_running()
    manager = Actor("data-manager", Role.DATA_MANAGER)
    for level in (LockLevel.FROZEN, LockLevel.LOCKED):
        done = trial.perform_as(manager, SetSiteLock(level, "the end of data entry", OWN))
        if isinstance(done, trial.Refusal):
            pytest.skip(f"the site of the test trial cannot be locked: {done}")
    page = client.get("/").content.decode()
    assert "<strong>1</strong> <span>sealed copy of the locked site" in page
    take(signed_in, tmp_path / "copy")
    assert "<strong>1</strong> <span>sealed copy of the locked site" not in client.get("/").content.decode()


def test_a_masked_study_tells_no_arm_in_a_copy(running: Path) -> None:
    one = trial.get_running().trial
    design = one.definition.study.design.model_copy(update={"masking": Masking.QUADRUPLE})
    study = one.definition.study.model_copy(update={"design": design})
    masked = replace(one, definition=replace(one.definition, study=study))
    actor = Actor("bj302-investigator", Role.INVESTIGATOR, OWN)
    material = gather_material(masked, OWN, actor, trial.read_clock(), "en")
    assert material.left_out > 10
    assert not {"allocated", "slot_taken", "dose_given", "stock_moved"} & {entry.act for entry in material.entries}
    assert not any(key[1] == "infusion" for state in material.states.values() for key in state.forms)
    from django.db import connection

    head = read_study(connection)
    assert head is not None and len(material.hashes) == head.position


def test_the_whole_study_is_archived_by_the_command(running: Path, tmp_path: Path) -> None:
    from django.db import connection

    from trialwright.service.site_copy import take_site_copy

    actor = Actor("inspector", Role.INSPECTOR)
    done = take_site_copy(trial.get_running().trial, "", actor, trial.read_clock(), "zh")
    assert not isinstance(done, trial.Refusal)
    with zipfile.ZipFile(io.BytesIO(done[0])) as archive:
        archive.extractall(tmp_path / "whole")
    code, said = prove(tmp_path / "whole")
    head = read_study(connection)
    assert head is not None and code == 0 and f"{head.position - 1} entries of the whole study" in said
    assert "整个研究的副本" in (tmp_path / "whole" / "index.html").read_text()
