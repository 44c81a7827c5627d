"""The sealed copy of a site, gathered from one moment of the ledger and noted in it."""

import hashlib
from collections.abc import Container
from dataclasses import replace
from datetime import datetime

from django.db import connections

from trialwright.access.policy import Actor
from trialwright.access.sight import compute_sight
from trialwright.capture.export import NoteExport
from trialwright.capture.telling import list_marks, tells_arm
from trialwright.capture.visits import list_telling_forms
from trialwright.copies import Material, pack_site_copy
from trialwright.definition.compiled import Definition
from trialwright.ledger.envelope import STUDY_CHAIN, Envelope, render_at
from trialwright.ledger.seal import Seal
from trialwright.ledger.subject import SubjectState
from trialwright.service.perform import Trial
from trialwright.service.reading_many import load_subjects_at
from trialwright.store.read import read_entries, read_hashes, read_participants, read_study
from trialwright.store.site_rows import see_all
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Refusal

WHAT = "site_copy"
"""The word for such a file in the ledger."""


def list_takers(*, whole: bool) -> frozenset[Role]:
    """Who may take a copy: of a site its investigator alone, of the whole study those who see all of it."""
    seers = {Role.SPONSOR, Role.DATA_MANAGER, Role.INDEPENDENT_STATISTICIAN, Role.INSPECTOR}
    return frozenset(seers if whole else {Role.INVESTIGATOR})


def take_site_copy(
    trial: Trial, site: str, actor: Actor, now: datetime, language: str = "en"
) -> tuple[bytes, Seal] | Refusal:
    """The copy of a site ('': of the whole study) as a ZIP file with its seal, after it was noted that it was given out;
    the refusal where it may not be."""
    material = gather_material(trial, site, actor, now, language)
    content = pack_site_copy(material)
    digest = hashlib.sha256(content).hexdigest()
    noted = trial.perform(NoteExport(WHAT, len(material.entries), digest, f"{site or 'ALL'} {material.seal}"), actor)
    return noted if isinstance(noted, Refusal) else (content, material.seal)


def gather_material(trial: Trial, site: str, actor: Actor, now: datetime, language: str) -> Material:
    """What the copy holds: the site's entries up to the end of the ledger as it is now."""
    connection, definition = connections[trial.ledger.alias], trial.definition
    with see_all(connection):
        study = read_study(connection)
        assert study is not None
        rows = {
            row.code: row
            for row in read_participants(connection)
            if site in ("", row.site) and row.position <= study.position
        }
        entries = [one for one in read_entries(connection, 0, study.position) if _is_of(one, site, rows.keys())]
        hashes = read_hashes(connection, study.position)
        states = load_subjects_at(trial, {code: (row.seq, row.hash) for code, row in rows.items()})
    shown = entries
    if not compute_sight(actor, definition.study.design).arms:
        marks = list_marks(definition)
        shown = [one for one in entries if not tells_arm(marks, one.act, one.payload)]
        states = {code: _hide_arm(definition, state) for code, state in states.items()}
    return Material(
        definition, study.purpose, site, actor.person, actor.role.value, render_at(now), Seal(study.position, study.seal),
        shown, len(entries) - len(shown), hashes, states, language,
    )  # fmt: skip


def _is_of(one: Envelope, site: str, codes: Container[str]) -> bool:
    return not site or (one.participant in codes if one.participant != STUDY_CHAIN else one.site == site)


def _hide_arm(definition: Definition, state: SubjectState) -> SubjectState:
    """The participant without the forms that would tell the arm."""
    telling = list_telling_forms(definition)
    hidden = {one.id for one in definition.encounters.values() if one.only}
    forms = {key: one for key, one in state.forms.items() if key[0] not in hidden and key[1] not in telling}
    return replace(state, forms=forms)
