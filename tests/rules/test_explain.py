"""Why a criterion is met, not met or unknown: the conditions, the values they saw, and which of them decide."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.expressions import SCOPE as WIDE
from tests.rules.expressions import Text, expressions
from tests.rules.scope import rule_of
from tests.rules.test_engines_agree import TABLE
from trialwright.rules.compile import Rule, compile_rule
from trialwright.rules.evaluate import RuleSet
from trialwright.rules.explain import explain
from trialwright.rules.types import RuleType

E1 = rule_of("sex = 'F' AND (pregnant IN ('Y', 'U') OR age_years BETWEEN 10 AND 12.5 OR NOT febrile)")


def test_every_condition_is_told_with_the_values_it_saw() -> None:
    values = {"demographics.sex": "F", "screening.pregnant": "N", "vital_signs.febrile": True}
    explanation = explain(E1, values)
    assert explanation.truth is None
    assert [(each.text, each.truth, each.values) for each in explanation.conditions] == [
        ("sex = 'F'", True, (("demographics.sex", "F"),)),
        ("pregnant IN ('Y', 'U')", False, (("screening.pregnant", "N"),)),
        ("age_years BETWEEN 10 AND 12.5", None, (("demographics.age_years", None),)),
        ("febrile", True, (("vital_signs.febrile", True),)),
    ]
    assert [each.text for each in explanation.deciding] == ["age_years BETWEEN 10 AND 12.5"]


def test_what_decides_a_rule_that_is_false() -> None:
    assert [each.text for each in explain(E1, {"demographics.sex": "M"}).deciding] == ["sex = 'F'"]
    values = {
        "demographics.sex": "F",
        "screening.pregnant": "N",
        "demographics.age_years": 40.0,
        "vital_signs.febrile": True,
    }
    explanation = explain(E1, values)
    assert explanation.truth is False
    assert [each.text for each in explanation.deciding] == [
        "pregnant IN ('Y', 'U')",
        "age_years BETWEEN 10 AND 12.5",
        "febrile",
    ]


def test_a_condition_keeps_its_words() -> None:
    texts = {
        "alt > 3 * age_years": "alt > 3 * age_years",
        "alt / (age_years - 1) <= -2.5": "alt / (age_years - 1) <= -2.5",
        "D3.laboratory.alt IS NOT NULL": "D3.laboratory.alt IS NOT NULL",
        "date - birth_date > 30": "date - birth_date > 30",
        "date = DATE '2020-01-27'": "date = DATE '2020-01-27'",
        "COALESCE(febrile, FALSE)": "COALESCE(febrile, FALSE)",
        "CASE WHEN smoker THEN febrile END": "CASE WHEN smoker THEN febrile END",
        "( febrile=smoker )": "febrile = smoker",
    }
    for text, shown in texts.items():
        assert [each.text for each in explain(rule_of(text), {}).conditions] == [shown]


def test_only_a_condition_can_be_explained() -> None:
    with pytest.raises(ValueError, match="not a condition"):
        explain(rule_of("alt + 1"), {})


@settings(max_examples=100, deadline=None)
@given(text=expressions(RuleType.BOOLEAN), row=st.sampled_from(TABLE))
def test_the_explanation_agrees_with_the_rule(text: Text, row: dict[str, float | str | int | bool | None]) -> None:
    rule = compile_rule(text.rule, WIDE)
    if not isinstance(rule, Rule):
        return
    explanation = explain(rule, row)
    assert (explanation.truth,) == RuleSet([rule]).evaluate(row)
    assert explanation.deciding, "something always decides"
    assert {name for each in explanation.conditions for name, _ in each.values} == set(rule.names)
    for each in explanation.conditions:
        shown = compile_rule(each.text, WIDE)
        assert isinstance(shown, Rule), (each.text, shown)
        assert RuleSet([shown]).evaluate(row) == (each.truth,), "the words shown mean what was evaluated"
