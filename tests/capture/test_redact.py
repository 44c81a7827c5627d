"""Redaction: every kind of entry says which of its texts are typed freely, and each of those can go."""

from dataclasses import fields
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.capture.trial import InMemory
from trialwright.access.policy import Actor
from trialwright.capture.ask_redaction import AskRedaction, DeclineRedaction, Holds
from trialwright.capture.note_deviation import NoteDeviation
from trialwright.capture.query import AnswerQuery, CloseQuery, RaiseQuery
from trialwright.capture.record_form import RecordForm
from trialwright.capture.redact import JUSTIFICATION, Redact, find_repeated, list_texts
from trialwright.capture.verify_source import VerifySource
from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.entries import KINDS
from trialwright.ledger.free_text import FREE_TEXT, compute_carried, list_free_texts
from trialwright.vocabulary.codelists import Role

pytestmark = pytest.mark.req("A6")
DATA_MANAGER = Actor("dm", Role.DATA_MANAGER)
WHY = "a name was typed"

FACTS = {
    "ledger_opened": "purpose version digest title",
    "assumption_signed": "assumption statement meaning",
    "duty_delegated": "person duty site start end",
    "training_recorded": "person topic completed",
    "site_activated": "site version details consent_versions",
    "site_suspended": "site",
    "site_closed": "site",
    "allocation_list_sealed": "commitment length",
    "number_given": "participant site",
    "slot_taken": "participant site arm stratum slot factors",
    "account_created": "person name role workplace",
    "account_changed": "person role workplace active what",
    "signed_in": "person how",
    "sign_in_failed": "person why",
    "screened": "site verdicts judgements",
    "consent_given": "given_at form_version language explained_by copy_given signed_by",
    "consent_refused": "",
    "enrolled": "screening consent authenticated_at",
    "allocated": "arm method stratum slot",
    "visit_scheduled": "encounter on",
    "form_recorded": "form encounter repeat revision missing fired source replaces observed_at",
    "dose_prepared": "intervention encounter lot amount unit",
    "dose_given": "intervention encounter number started_at amount unit lot",
    "dose_missed": "intervention encounter",
    "adverse_event_reported": "repeat aware_at serious",
    "deviation_noted": "code encounter form found_by",
    "left": "kind on data_fate samples_fate",
    "died": "on",
    "completed": "on",
    "redaction": "position carried removed replaces of",
    "redaction_asked": "position participant site kind",
    "redaction_settled": "position outcome",
    "query_raised": "query form encounter repeat item",
    "query_answered": "query",
    "query_closed": "query",
    "query_reopened": "query",
    "source_verified": "form encounter repeat revision items",
    "verification_planned": "share always",
    "signed": "scope meaning content authenticated_at encounter form repeat forms",
    "lock_changed": "level form encounter repeat",
    "site_lock_changed": "level site",
    "participant_held": "participant level",
    "code_broken": "",
    "plan_signed": "digest meaning analyses",
    "unsealing_signed": "plan meaning",
    "event_judged": "event causality expectedness aware_at",
    "report_sent": "event rule sent_at situation",
    "proposal_reviewed": "path value term verdict event",
    "situation_reported": "number kind on aware_at event",
    "situation_amended": "number kind on aware_at event",
    "events_merged": "kept merged",
    "events_separated": "kept separated",
    "safety_counted": "participant first latest toxic holds",
    "safety_flag_raised": "flag",
    "board_decided": "flag decision",
    "notice_acknowledged": "notice",
    "lot_registered": "lot intervention containers expires",
    "lot_status_changed": "lot status",
    "stock_moved": "lot move source target containers site participant encounter",
    "laboratory_registered": "site laboratory valid_from valid_to low high unit",
    "monitoring_planned": "site risk every_days share always",
    "monitoring_reported": "report revision site kind on participants",
    "monitoring_signed": "report content meaning authenticated_at",
    "action_opened": "action site due report participant",
    "action_changed": "action status",
    "deviation_assessed": "participant site deviation important due",
    "breach_assessed": "limit value",
    "enquiry_logged": "number site on channel caller subject is_settled",
    "results_qc_signed": "digest snapshot meaning answers",
    "data_exported": "what rows digest",
}
"""Every field that holds no free text: codes, positions, days, people's ids, hashes, the study's own words."""


@pytest.mark.parametrize("act", KINDS)
def test_every_field_of_every_kind_of_entry_is_a_fact_or_a_free_text(act: str) -> None:
    names = {one.name for one in fields(KINDS[act])}
    free, facts = set(FREE_TEXT[act]), set(FACTS[act].split())
    assert free | facts == names and not free & facts, f"say in ledger/free_text.py and here what {act} holds"


def test_no_kind_is_left_over() -> None:
    assert FREE_TEXT.keys() == FACTS.keys() == KINDS.keys()


payloads = st.sampled_from(sorted(FREE_TEXT)).flatmap(
    lambda act: st.tuples(
        st.just(act),
        st.fixed_dictionaries(
            {
                one.name: st.dictionaries(st.text(min_size=1), st.text("xyz", min_size=1), max_size=3)
                if "Mapping" in str(one.type) or one.type == "Texts"
                else st.text("xyz")
                for one in fields(KINDS[act])
            }
        ),
    )
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(payloads)
def test_what_goes_is_nowhere_in_what_is_carried_and_the_rest_is_untouched(one: tuple[str, dict[str, object]]) -> None:
    act, payload = one
    texts = list_free_texts(act, payload)
    carried = compute_carried(payload, dict.fromkeys(texts, "gone"))
    assert set(list_free_texts(act, carried).values()) <= {"gone"}
    assert {name: value for name, value in carried.items() if name not in FREE_TEXT[act]} == {
        name: value for name, value in payload.items() if name not in FREE_TEXT[act]
    }


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def queried(trial: InMemory) -> tuple[str, int]:
    """A participant with a query that names somebody, answered and closed; the position of the question."""
    code = trial.consented()
    trial.must(RecordForm(code, "vital_signs", "SCREENING", trial.fill("vital_signs")), Role.NURSE)
    trial.must(RaiseQuery(code, "vital_signs", "SCREENING", "Is this Li Wei of ward 3?", "heart_rate"), DATA_MANAGER)
    position = trial.ledger.entries[-1].position
    trial.must(AnswerQuery(code, "Q1", "yes"), Role.NURSE)
    trial.must(CloseQuery(code, "Q1", "seen"), DATA_MANAGER)
    return code, position


def test_a_query_text_goes_and_its_thread_stands(trial: InMemory) -> None:
    code, position = queried(trial)
    before = trial.state(code).review.threads["Q1"]
    trial.must(Redact(code, position, ("text",), WHY, trial.now), DATA_MANAGER)
    thread = trial.state(code).review.threads["Q1"]
    assert [one.kind for one in thread.messages] == [one.kind for one in before.messages]
    assert thread.messages[0].text.startswith("redacted by dm on 2020-") and thread.messages[0].text.endswith(WHY)
    assert (thread.status, thread.item, thread.messages[1:]) == (before.status, "heart_rate", before.messages[1:])
    assert "Li Wei" not in "".join(one.payload for one in trial.ledger.entries)


def test_a_second_redaction_takes_the_place_of_the_first(trial: InMemory) -> None:
    """What the first overlooked, and what it said itself, is in neither afterwards."""
    code = trial.consented()
    values = {**trial.fill("medical_history"), "condition": "gout of Li Wei"}
    trial.must(RecordForm(code, "medical_history", "", values), Role.NURSE)
    found = next(one for one in reversed(trial.ledger.entries) if one.act == "form_recorded")
    trial.must(Redact(code, found.position, ("values.condition",), "the name of cousin Zhou", trial.now), DATA_MANAGER)
    first = trial.ledger.entries[-1]
    trial.must(Redact(code, found.position, (JUSTIFICATION,), WHY, trial.now), DATA_MANAGER)
    assert next(one for one in trial.ledger.entries if one.position == first.position).payload == ""
    everything = "".join(one.payload for one in trial.ledger.entries)
    assert "Zhou" not in everything and "Li Wei" not in everything
    held = trial.state(code).redacted[found.position]
    assert held.entry.replaces == first.position and WHY in held.entry.removed["values.condition"]


def test_the_verification_of_an_item_that_went_goes_too(trial: InMemory) -> None:
    code = trial.consented()
    trial.must(RecordForm(code, "vital_signs", "SCREENING", trial.fill("vital_signs")), Role.NURSE)
    trial.must(VerifySource(code, "vital_signs", "SCREENING", 1), Actor("cra", Role.MONITOR))
    key = ("SCREENING", "vital_signs", 1)
    position = trial.state(code).forms[key].position
    assert "heart_rate" in trial.state(code).review.verified[key]
    trial.must(Redact(code, position, ("values.heart_rate",), WHY, trial.now), DATA_MANAGER)
    left = trial.state(code).review.verified[key]
    assert "heart_rate" not in left and "temperature" in left


def test_what_is_refused(trial: InMemory) -> None:
    code, position = queried(trial)
    now, text = trial.now + timedelta(minutes=6), ("text",)
    refusals = {
        "role": (Redact(code, position, text, WHY, now), Role.NURSE),
        "no-reason": (Redact(code, position, text, " ", now), DATA_MANAGER),
        "nothing-chosen": (Redact(code, position, (), WHY, now), DATA_MANAGER),
        "unknown-text": (Redact(code, position, ("values.heart_rate",), WHY, now), DATA_MANAGER),
        "unknown-entry": (Redact(code, 9999, text, WHY, now), DATA_MANAGER),
        "no-text": (Redact("", 1, text, WHY, now), DATA_MANAGER),
        "not-authenticated": (Redact(code, position, text, WHY, now - timedelta(hours=1)), DATA_MANAGER),
        "repeats-identity": (Redact(code, position, text, "the name of Mr Wei", now), DATA_MANAGER),
    }
    for reason, (command, who) in refusals.items():
        trial.now = now
        assert trial.refused(command, who) == {reason}, reason
    answer = position + 1
    found = Redact(code, answer, text, "it named Zhou", now, words=("Zhou",))
    assert trial.refused(found, DATA_MANAGER) == {"repeats-identity"}


def test_a_word_that_stays_elsewhere_in_the_entry_is_found(trial: InMemory) -> None:
    code = trial.consented()
    story = {"verbatim": "Zhou was sick", "narrative": "Mrs Zhou was sick at noon"}
    trial.must(RecordForm(code, "adverse_event", "", {**trial.fill("adverse_event"), **story}), Role.NURSE)
    position = trial.state(code).forms["", "adverse_event", 1].position
    both = ("values.verbatim", "values.narrative")
    for paths, refused in ((both[:1], {"still-there"}), (both, set())):
        command = Redact(code, position, paths, WHY, trial.now, words=("zhou",))
        if refused:
            assert trial.refused(command, DATA_MANAGER) == refused
        else:
            trial.must(command, DATA_MANAGER)
    assert "Zhou" not in "".join(one.payload for one in trial.ledger.entries)


@pytest.mark.parametrize(
    ("said", "gone", "found"),
    [
        ("a name was typed", "Maria Lopez fell", []),
        ("Maria is a name", "maria lopez fell", ["maria"]),
        ("telephone number 13800138000", "call 13800138000", ["13800138000"]),
        ("文本中写有患者姓名", "患者王丽丽昨日跌倒", []),
        ("删除王丽丽的姓名", "患者王丽丽昨日跌倒", ["丽丽", "王丽"]),
    ],
)
def test_a_justification_does_not_repeat_the_identity(said: str, gone: str, found: list[str]) -> None:
    assert find_repeated(said, (gone,)) == found


def test_a_request_reaches_the_data_manager_and_ends(trial: InMemory) -> None:
    code, position = queried(trial)
    trial.must(AskRedaction(position, Holds.NAME), Role.NURSE)
    assert trial.ledger.study.asked[position].entry.participant == code
    assert trial.refused(AskRedaction(position, Holds.NAME), Role.NURSE) == {"already-asked"}
    assert trial.refused(DeclineRedaction(position, "no"), Role.NURSE) == {"role"}
    trial.must(DeclineRedaction(position, "it is the name of the ward"), DATA_MANAGER)
    assert not trial.ledger.study.asked
    trial.must(AskRedaction(position, Holds.NAME), Role.NURSE)
    trial.must(Redact(code, position, ("text",), WHY, trial.now), DATA_MANAGER)
    assert not trial.ledger.study.asked


def test_a_deviation_keeps_its_facts(trial: InMemory) -> None:
    code = trial.consented()
    trial.must(NoteDeviation(code, "OTHER", "Mr Li came late"), Role.NURSE)
    position = trial.ledger.entries[-1].position
    before = trial.state(code).deviations[-1]
    trial.must(Redact(code, position, ("text",), WHY, trial.now), DATA_MANAGER)
    after = trial.state(code).deviations[-1]
    assert (after.code, after.found_by) == (before.code, before.found_by)
    assert "Li" not in " ".join(list_texts(parse_canonical(trial.ledger.entries[position - 1].payload)))
