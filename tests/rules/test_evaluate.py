"""Rules for one participant: values in, answers out, unknown stays unknown, and wrong values never get through."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.rules.scope import rule_of
from trialwright.rules.evaluate import RuleSet
from trialwright.rules.types import Column, RuleType, Scope
from trialwright.rules.values import Value

TRUTHS = (True, False, None)
FLAGS = Scope({name: Column(name, RuleType.BOOLEAN) for name in "ab"})


def value_of(text: str, values: dict[str, Value]) -> Value:
    (value,) = RuleSet([rule_of(text)]).evaluate(values)
    return value


@pytest.mark.parametrize("a", TRUTHS)
@pytest.mark.parametrize("b", TRUTHS)
def test_truth_tables_are_those_of_sql(a: bool | None, b: bool | None) -> None:
    """ISO/IEC 9075-2, 6.39 <boolean value expression>, tables 14 and 15."""
    both = RuleSet([rule_of(text, FLAGS) for text in ("a AND b", "a OR b", "NOT a")])
    conjunction = False if False in (a, b) else None if None in (a, b) else True
    disjunction = True if True in (a, b) else None if None in (a, b) else False
    assert both.evaluate({"a": a, "b": b}) == (conjunction, disjunction, None if a is None else not a)


def test_each_type_comes_back_as_itself() -> None:
    rules = [
        rule_of(text) for text in ("alt > 3", "alt / 2", "sex", "consent.date", "consent.date - birth_date", "febrile")
    ]
    values: dict[str, Value] = {
        "laboratory.alt": 7.0,
        "demographics.sex": "F",
        "consent.date": 18288,
        "demographics.birth_date": 18258,
        "vital_signs.febrile": False,
    }
    answers = RuleSet(rules).evaluate(values)
    assert answers == (True, 3.5, "F", 18288, 30.0, False)
    assert [type(answer) for answer in answers] == [bool, float, str, int, float, bool]
    assert RuleSet(rules).evaluate({}) == (None,) * 6


def test_whole_numbers_given_as_int_divide_as_numbers_do() -> None:
    assert value_of("alt / age_years", {"laboratory.alt": 7, "demographics.age_years": 2}) == 3.5


def test_division_by_zero_is_unknown() -> None:
    assert value_of("alt / age_years > 1", {"laboratory.alt": 7.0, "demographics.age_years": 0.0}) is None


def test_a_criterion_that_is_unknown_is_neither_met_nor_not_met() -> None:
    text = "sex = 'F' AND (pregnant = 'Y' OR febrile)"
    assert value_of(text, {"demographics.sex": "M"}) is False
    assert value_of(text, {"demographics.sex": "F", "screening.pregnant": "N"}) is None
    assert value_of(text, {"demographics.sex": "F", "screening.pregnant": "Y"}) is True


def test_names_that_no_rule_reads_are_ignored() -> None:
    assert value_of("alt > 1", {"laboratory.alt": 2.0, "alt": 0.0, "secret": "x"}) is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("laboratory.alt", float("nan")),
        ("laboratory.alt", float("inf")),
        ("laboratory.alt", -float("inf")),
        ("laboratory.alt", 1e16),
        ("laboratory.alt", 5e-324),
        ("laboratory.alt", 10**400),
        ("laboratory.alt", "7"),
        ("laboratory.alt", True),
        ("demographics.sex", 1.0),
        ("demographics.sex", True),
        ("consent.date", "2020-01-27"),
        ("consent.date", 18288.0),
        ("consent.date", 10**7),
        ("vital_signs.febrile", "true"),
        ("vital_signs.febrile", 2),
    ],
)
def test_a_value_of_another_type_or_out_of_range_is_refused(name: str, value: Value) -> None:
    rule = rule_of("alt > 1 OR sex = 'F' OR consent.date > birth_date OR febrile")
    with pytest.raises((TypeError, ValueError, OverflowError)):
        RuleSet([rule]).evaluate({name: value})


def test_codes_are_compared_exactly() -> None:
    for code in ("f", "F ", " F", "F\0"):
        assert value_of("sex = 'F'", {"demographics.sex": code}) is False
    assert value_of("site = 'it''s \\ 中文'", {"study.site": "it's \\ 中文"}) is True
    assert value_of("site = '07'", {"study.site": "7"}) is False


def test_no_value_can_become_sql() -> None:
    evil = "F' OR 1 = 1 --"
    assert value_of("sex = 'F'", {"demographics.sex": evil}) is False
    scope = Scope({"x": Column('a"b); DROP TABLE t; --', RuleType.CODE)})
    (answer,) = RuleSet([rule_of("x = 'y'", scope)]).evaluate({'a"b); DROP TABLE t; --': "y"})
    assert answer is True


def test_more_rules_and_names_than_one_statement_takes() -> None:
    scope = Scope({f"n{i}": Column(f"form.n{i}", RuleType.NUMBER) for i in range(2_500)})
    rules = [rule_of(f"n{i} >= {i} AND n{(i + 1) % 2_500} IS NOT NULL", scope) for i in range(2_500)]
    answers = RuleSet(rules).evaluate({f"form.n{i}": float(i) for i in range(2_499)})
    assert answers == (True,) * 2_498 + (False, None)


def test_no_rules_have_no_answers_and_a_constant_needs_no_names() -> None:
    assert RuleSet([]).evaluate({"a": 1.0}) == ()
    assert value_of("1 = 1", {}) is True


def test_a_rule_at_the_limits_runs_in_sqlite() -> None:
    for text in (" OR ".join(["febrile"] * 500), "(" * 15 + "febrile AND NOT smoker" + ") AND smoker" * 15):
        assert value_of(text, {"vital_signs.febrile": True, "medical_history.smoker": False}) in (True, False)
    assert value_of(" + ".join(["alt"] * 500), {"laboratory.alt": 2.0}) == 1000.0
    assert value_of("ABS(" * 15 + "-alt" + ")" * 15, {"laboratory.alt": 2.0}) == 2.0


def test_a_set_serves_many_threads() -> None:
    rules = RuleSet([rule_of("alt > 50"), rule_of("alt + 1")])

    def ask(number: int) -> bool:
        return rules.evaluate({"laboratory.alt": float(number)}) == (number > 50, number + 1.0)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(2_000)))


def test_rules_that_cannot_live_in_one_statement_are_refused() -> None:
    one = rule_of("a > 1", Scope({"a": Column("D3.alt", RuleType.NUMBER)}))
    for name, kind, text in (("d3.alt", RuleType.NUMBER, "a > 1"), ("D3.alt", RuleType.BOOLEAN, "a")):
        with pytest.raises(ValueError, match="in one set of rules"):
            RuleSet([one, rule_of(text, Scope({"a": Column(name, kind)}))])
