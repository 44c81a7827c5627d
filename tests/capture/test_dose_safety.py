"""What the study file says about when a dose may be prepared: refused before, a deviation of what was given."""

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from tests.capture.trial import InMemory, codes
from trialwright.capture.dose import GiveDose, PrepareDose
from trialwright.capture.record_form import RecordForm
from trialwright.vocabulary.codelists import Role


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def give(trial: InMemory, code: str, encounter: str = "D0") -> set[str]:
    values = trial.fill("infusion", started_at=f"{trial.now:%Y-%m-%dT%H:%M}", actual_amount="30000000", lot="L")
    return codes(trial.must(GiveDose(code, "MSC", encounter, values), Role.NURSE))


def prepare(code: str, encounter: str = "D0") -> PrepareDose:
    return PrepareDose(code, "MSC", encounter, "L", "30000000")


def measure(trial: InMemory, code: str, **vital: str) -> None:
    values = trial.fill("vital_signs", measured_at=f"{trial.now:%Y-%m-%dT%H:%M}", **vital)
    confirmed = dict.fromkeys(values, "measured twice")
    trial.must(RecordForm(code, "vital_signs", "BASELINE", values, confirmed=confirmed), Role.NURSE)


def counted_from_the_dose_before(trial: InMemory) -> None:
    """Day 6 follows the actual day 3."""
    msc = trial.definition.interventions["MSC"].model_copy(update={"counted_from": "DOSE_BEFORE"})
    trial.definition = replace(
        trial.definition, interventions=MappingProxyType({**trial.definition.interventions, "MSC": msc})
    )
    trial.ledger.definition = trial.definition


@pytest.mark.req("C5")
def test_day_6_follows_the_planned_or_the_actual_day_3(trial: InMemory) -> None:
    code = trial.allocated("MSC")
    trial.must(prepare(code), Role.PHARMACIST)
    give(trial, code)
    trial.now += timedelta(days=4)  # day 4, inside the window of day 3
    trial.must(prepare(code, "D3"), Role.PHARMACIST)
    assert give(trial, code, "D3") == set()
    trial.now += timedelta(days=4)  # day 8: D6 plus or minus one is over, four days after the actual day 3
    assert trial.refused(prepare(code, "D6"), Role.PHARMACIST) == {"out-of-window"}
    counted_from_the_dose_before(trial)
    trial.must(prepare(code, "D6"), Role.PHARMACIST)
    assert "DOSE_OUT_OF_WINDOW" not in give(trial, code, "D6")


@pytest.mark.req("C5")
def test_a_dose_out_of_its_window_is_recorded_and_flagged(trial: InMemory) -> None:
    code = trial.allocated("MSC")
    give(trial, code)
    trial.now += timedelta(days=8)
    assert give(trial, code, "D6") >= {"DOSE_OUT_OF_WINDOW", "DOSE_NOT_PREPARED"}


@pytest.mark.req("C5")
@pytest.mark.parametrize("vital", [{"temperature": "39.4"}, {"systolic": "82", "diastolic": "50"}])
def test_a_hold_criterion_holds_and_a_dose_in_spite_of_it_is_flagged(trial: InMemory, vital: dict[str, str]) -> None:
    code = trial.allocated("MSC")
    measure(trial, code, **vital)
    assert trial.refused(prepare(code), Role.PHARMACIST) == {"hold"}
    assert "DOSE_AGAINST_HOLD" in give(trial, code)


def test_what_is_not_known_holds_where_the_study_says_so(trial: InMemory) -> None:
    msc = trial.definition.interventions["MSC"]
    strict = msc.model_copy(update={"hold": tuple(one.model_copy(update={"unknown": "HOLD"}) for one in msc.hold)})
    trial.ledger.definition = replace(
        trial.definition, interventions=MappingProxyType({**trial.definition.interventions, "MSC": strict})
    )
    code = trial.allocated("MSC")
    assert trial.refused(prepare(code), Role.PHARMACIST) == {"hold-unknown"}
    measure(trial, code, temperature="36.8", systolic="120", diastolic="80")
    trial.must(prepare(code), Role.PHARMACIST)


@pytest.mark.req("C5")
def test_the_first_participants_are_sentinels(trial: InMemory) -> None:
    first, second = trial.allocated("MSC"), trial.allocated("MSC")
    give(trial, first)
    assert trial.refused(prepare(second), Role.PHARMACIST) == {"sentinel"}
    assert "DOSE_TOO_SOON_AFTER_SENTINEL" in give(trial, second)
    others = [trial.allocated("MSC") for _ in range(2)]
    trial.now += timedelta(hours=25)
    trial.must(prepare(others[0]), Role.PHARMACIST)
    give(trial, others[0])
    trial.now += timedelta(hours=25)
    give(trial, others[1])
    last = trial.allocated("MSC")
    trial.must(prepare(last), Role.PHARMACIST)  # three sentinels and one more have been treated
