"""After any entry of a whole trial was redacted, every fold, cached row and snapshot stands, and the ledger verifies."""

from dataclasses import fields, replace
from datetime import timedelta
from functools import cache

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.service.programs import make_trial
from tests.studies import load_definition
from trialwright.access.policy import Actor
from trialwright.capture.redact import Redact, list_redactable
from trialwright.ledger.envelope import Envelope, parse_at
from trialwright.ledger.subject import SubjectState
from trialwright.run import take_snapshot
from trialwright.service.dry_run import run_dry
from trialwright.service.project import project
from trialwright.service.reading import load_study, load_subject
from trialwright.service.redaction import Cleared, redact
from trialwright.service.study_state import read_study_state, read_subject_states
from trialwright.simulate.memory import MemoryLedger, Written, walk_in_memory
from trialwright.simulate.steps import Step
from trialwright.store.projections import check_projections
from trialwright.store.read import read_entries
from trialwright.store.verify import verify_ledger
from trialwright.vocabulary.codelists import Role

pytestmark = pytest.mark.req("A6")
DATA_MANAGER = Actor("dm", Role.DATA_MANAGER)
WHY = "zzz"


@cache
def walk() -> MemoryLedger:
    """A whole trial with every exercise of safety, in memory."""
    return walk_in_memory(load_definition().scale(4), 3)[0]


def list_texts_of(one: Envelope) -> tuple[str, ...]:
    return tuple(list_redactable(one, {}))


def render_shape(state: SubjectState) -> dict[str, object]:
    """What a fold came to, its texts aside: how many of what there are."""
    return {
        one.name: len(value) if isinstance(value := getattr(state, one.name), dict | tuple) else None
        for one in fields(SubjectState)
        if one.name not in ("redacted", "seq", "last_at")
    } | {"status": state.status, "forms": list(state.forms), "doses": state.doses, "arm": state.arm}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_entry_is_redacted_the_folds_come_to_the_same_facts(data: st.DataObject) -> None:
    whole = walk()
    one = data.draw(st.sampled_from([one for one in whole.entries if list_texts_of(one)]))
    paths = data.draw(st.sets(st.sampled_from(list_texts_of(one)), min_size=1))
    ledger = replace(
        whole,
        entries=list(whole.entries),
        subjects=dict(whole.subjects),
        heads=dict(whole.heads),
        salts=lambda: "0" * 32,
    )
    now = parse_at(whole.ledger.at) + timedelta(minutes=1)
    command = Redact(one.participant, one.position, tuple(sorted(paths)), WHY, now)
    assert isinstance(ledger.perform(Step(now, command, DATA_MANAGER)), Written)
    left = list_redactable(ledger.entries[one.position - 1], {})
    assert all(text.endswith(WHY) for path, text in left.items() if path in paths)
    for code, state in whole.subjects.items():
        assert render_shape(ledger.subjects[code]) == render_shape(state)
    assert ledger.study.places == whole.study.places and ledger.study.accounts == whole.study.accounts
    assert len(ledger.study.oversight.reports) == len(whole.study.oversight.reports)


def test_one_entry_of_every_kind_is_redacted_and_everything_stands(database: BaseDatabaseWrapper) -> None:
    definition = load_definition().scale(2)
    run_dry(definition, 1)
    trial = replace(make_trial(), definition=definition)
    before, states = take_snapshot(definition), read_subject_states(database)
    first = {one.act: one for one in read_entries(database) if list_texts_of(one)}
    assert len(first) > 12, sorted(first)
    for one in first.values():
        now = trial.ledger.clock()
        command = Redact(one.participant, one.position, list_texts_of(one), WHY, now, one.site)
        assert isinstance(redact(trial, [command], DATA_MANAGER), Cleared), one.act
    assert verify_ledger(database).findings == ()
    assert check_projections(database, project) == []
    after = {one.position: one for one in read_entries(database)}
    for one in first.values():
        texts = list_redactable(after[one.position], {}).values()
        assert all(text.endswith(WHY) for text in texts) and after[one.position].hash == one.hash, one.act
    for code, state in states.items():
        assert render_shape(load_subject(trial, code)) == render_shape(state)
        as_of = load_subject(trial, code, min(one.position for one in first.values()) - 1)
        assert as_of.seq <= state.seq
    assert load_study(trial) == read_study_state(database)
    now_taken = take_snapshot(definition)
    assert now_taken.subjects.height == before.subjects.height and now_taken.forms.height == before.forms.height
