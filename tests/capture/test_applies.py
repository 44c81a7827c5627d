"""Activities with a condition: due, not applicable or possible, by what is on record now; what was entered is never lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.capture.trial import InMemory
from trialwright.capture.applies import CHECK, compute_applying, find_applying, find_contrary
from trialwright.capture.list_queries import list_queries
from trialwright.capture.record_form import RecordForm
from trialwright.capture.schedule import FindMissedVisits
from trialwright.capture.visits import Visit, VisitState, find_facts, list_visit_states
from trialwright.definition.compiled import Definition
from trialwright.rules.evaluate import RuleSet
from trialwright.vocabulary.codelists import Role

HERE = ("SCREENING", "childbearing")
TEST = ("SCREENING", "pregnancy_test")


@pytest.fixture
def trial() -> InMemory:
    return InMemory()


def record(trial: InMemory, code: str, form: str, revision: int = 0, **fixed: str) -> None:
    values = trial.fill(form, **fixed)
    reason = "compared with the source" if revision else ""
    trial.must(RecordForm(code, form, "SCREENING", values, reason=reason, based_on=revision), Role.COORDINATOR)


def look(trial: InMemory, code: str, encounter: str = "SCREENING") -> Visit:
    facts = find_facts(trial.definition, trial.state(code))
    visits = list_visit_states(trial.definition, facts, trial.now.date())
    return next(one for one in visits if one.encounter == encounter)


def test_unknown_is_possible_and_nobody_is_asked(trial: InMemory) -> None:
    code = trial.consented()
    assert HERE in find_applying(trial.definition, trial.state(code)).undecided
    visit = look(trial, code)
    assert {"childbearing", "pregnancy_test"} <= set(visit.undecided)
    assert not {"childbearing", "pregnancy_test"} & {*visit.missing, *visit.not_applicable}


def test_the_state_follows_the_value_and_what_was_entered_stays_and_is_flagged(trial: InMemory) -> None:
    code = trial.consented()
    record(trial, code, "demographics", sex="F")
    visit = look(trial, code)
    assert "childbearing" in visit.missing and visit.undecided == ("pregnancy_test",), "the second waits for the first"
    record(trial, code, "childbearing", childbearing_status="POTENTIAL", pregnant="N", effective_contraception="Y")
    assert "pregnancy_test" in look(trial, code).missing
    record(trial, code, "childbearing", 1, childbearing_status="POSTMENOPAUSAL")
    assert look(trial, code).not_applicable == ("pregnancy_test",)
    record(trial, code, "demographics", 1, sex="M")
    visit = look(trial, code)
    assert (visit.not_applicable, visit.contrary, visit.undecided) == (("pregnancy_test",), ("childbearing",), ())
    assert "childbearing" in visit.recorded
    state = trial.state(code)
    assert find_contrary(trial.definition, state) == [(*HERE, 1)]
    (query,) = [one for one in list_queries(trial.definition, state) if one.thread.check == CHECK]
    assert query.is_open and "people born female" in query.text
    record(trial, code, "demographics", 2, sex="F")
    assert not [one for one in list_queries(trial.definition, trial.state(code)) if one.thread.check == CHECK]
    assert look(trial, code).contrary == ()


def test_a_form_that_does_not_apply_is_a_fact_all_the_same(trial: InMemory) -> None:
    """It is recorded, not refused, and asked about."""
    code = trial.consented()
    record(trial, code, "demographics", sex="M")
    assert look(trial, code).not_applicable == ("childbearing", "pregnancy_test")
    record(trial, code, "childbearing", childbearing_status="POSTMENOPAUSAL")
    asked = [one for one in list_queries(trial.definition, trial.state(code)) if one.thread.check == CHECK]
    assert [one.thread.key for one in asked if one.is_open] == [(*HERE, 1)]


def test_an_unknown_sex_leaves_it_open(trial: InMemory) -> None:
    read = {"demographics.sex": None, "childbearing.childbearing_status": None}
    assert HERE in compute_applying(trial.definition, None, read).undecided
    assert compute_applying(trial.definition, None, {**read, "demographics.sex": "M"}).not_applicable >= {HERE, TEST}


def test_what_does_not_apply_is_not_missed(trial: InMemory) -> None:
    """With day 90 for women only: for a man it is not planned, for somebody unknown nobody is late, for a woman it is missed."""
    trial.ledger.definition = trial.definition = leave_women_only(trial.definition, "D90")
    people = {sex: trial.allocated("CONTROL") for sex in ("M", "", "F")}
    for sex, code in people.items():
        if sex:
            record(trial, code, "demographics", sex=sex)
    trial.now += timedelta(days=120)
    seen = {}
    for sex, code in people.items():
        trial.must(FindMissedVisits(code), Role.SYSTEM)
        noted = {one.code for one in trial.state(code).deviations if one.encounter == "D90"}
        seen[sex] = (look(trial, code, "D90").state, noted)
    assert seen == {
        "M": (VisitState.NOT_PLANNED, set()),
        "": (VisitState.UNKNOWN, set()),
        "F": (VisitState.MISSED, {"MISSED_VISIT"}),
    }


def leave_women_only(definition: Definition, encounter: str) -> Definition:
    """The study with nothing at a visit but the vital status, of women."""
    rule = next(one for one in definition.applying.values() if one.text == "demographics.sex <> 'M'")
    applying, activities = dict(definition.applying), []
    for index, one in enumerate(definition.study.activities):
        if one.form == "vital_status":
            applying[index] = rule
            activities.append(one.model_copy(update={"when": rule.text, "applies_to": "women"}))
        elif isinstance(one.at, tuple):
            activities.append(one.model_copy(update={"at": tuple(at for at in one.at if at != encounter)}))
        else:
            activities.append(one)
    study = definition.study.model_copy(update={"activities": tuple(activities)})
    return replace(definition, study=study, applying=applying, conditions=RuleSet(list(applying.values())))
