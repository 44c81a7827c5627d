"""The signature under the quality check of results: every point decided, results open, the person proven."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.capture.trial import InMemory
from trialwright.access.policy import Actor
from trialwright.capture.sign_results import MEANING, SignResultsQc
from trialwright.ledger.entries import compute_entry, compute_payload
from trialwright.ledger.entries_results import ResultsQcSigned
from trialwright.simulate.staff import SPONSOR
from trialwright.vocabulary.codelists import Role

STATISTICIAN = Actor("statistician", Role.STATISTICIAN)


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def command(trial: InMemory) -> SignResultsQc:
    points = ("contact", "limitations")
    return SignResultsQc("a" * 64, "b" * 64, points, {"contact": "the study office", "limitations": "yes"}, trial.now)


def test_the_signature_holds_what_was_signed_and_decided(trial: InMemory) -> None:
    trial.must(command(trial), STATISTICIAN)
    entry = trial.ledger.entries[-1]
    assert (entry.act, entry.participant, entry.actor) == ("results_qc_signed", "", "statistician")
    trial.must(command(trial), SPONSOR)


def test_the_entry_survives_its_payload() -> None:
    entry = ResultsQcSigned("a" * 64, "b" * 64, MEANING, {"contact": "yes"})
    assert compute_entry(entry.act, compute_payload(entry)) == entry


def test_an_open_point_is_not_signed(trial: InMemory) -> None:
    whole = command(trial)
    assert trial.refused(replace(whole, decisions={"contact": "x", "limitations": " "}), SPONSOR) == {"undecided"}
    assert trial.refused(replace(whole, points=(), decisions={}), SPONSOR) == {"undecided"}
    unknown = {**whole.decisions, "colour": "blue"}
    assert trial.refused(replace(whole, decisions=unknown), SPONSOR) == {"unknown-point"}


def test_who_and_what_may_not_sign(trial: InMemory) -> None:
    whole = command(trial)
    assert trial.refused(whole, Role.NURSE) == {"role"}
    old = trial.now - timedelta(minutes=6)
    assert trial.refused(replace(whole, authenticated_at=old), SPONSOR) == {"not-authenticated"}
    assert trial.refused(replace(whole, digest="short"), SPONSOR) == {"unreadable"}
