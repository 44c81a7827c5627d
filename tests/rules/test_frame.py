"""Rules over a frame: the rows stay in their order, what is absent is unknown, what is wrong is found."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from tests.rules.scope import rule_of
from trialwright.rules.evaluate import RuleSet
from trialwright.rules.frame import check_frame, evaluate_frame


def test_each_type_has_its_column() -> None:
    frame = pl.DataFrame(
        {
            "laboratory.alt": [7, None, 80],
            "demographics.sex": pl.Series(["F", "M", None], dtype=pl.Categorical),
            "consent.date": [date(2020, 1, 27), None, date(2020, 2, 1)],
            "vital_signs.febrile": [True, False, None],
            "other": [1, 2, 3],
        }
    )
    texts = {"high": "alt > 40", "half": "alt / 2", "sex": "sex", "when": "consent.date", "or": "febrile OR sex = 'M'"}
    answers = evaluate_frame(frame, {key: rule_of(text) for key, text in texts.items()})
    assert answers.schema == {
        "high": pl.Boolean, "half": pl.Float64, "sex": pl.String, "when": pl.Date, "or": pl.Boolean,
    }  # fmt: skip
    assert answers.rows() == [
        (False, 3.5, "F", date(2020, 1, 27), True),
        (None, None, "M", None, True),
        (True, 40.0, None, date(2020, 2, 1), None),
    ]


def test_an_absent_column_is_unknown_and_day_numbers_are_dates() -> None:
    frame = pl.DataFrame({"consent.date": [18288, 18318]})
    rules = {"days": rule_of("consent.date - DATE '2020-01-27'"), "alt": rule_of("alt > 1 OR sex = 'F' OR febrile")}
    assert evaluate_frame(frame, rules).to_dict(as_series=False) == {"days": [0.0, 30.0], "alt": [None, None]}


def test_a_constant_has_a_row_for_each_row() -> None:
    assert evaluate_frame(pl.DataFrame({"x": [1, 2, 3]}), {"yes": rule_of("1 = 1")})["yes"].to_list() == [True] * 3
    assert evaluate_frame(pl.DataFrame({"x": []}), {"yes": rule_of("1 = 1")}).height == 0


def test_the_order_of_rows_is_kept_on_all_threads() -> None:
    numbers = np.arange(2_000_000, dtype=float)
    frame = pl.DataFrame({"laboratory.alt": numbers})
    answers = evaluate_frame(frame, {"same": rule_of("alt * 2"), "even": rule_of("alt > 999999")})
    assert np.array_equal(answers["same"].to_numpy(), numbers * 2)
    assert np.array_equal(answers["even"].to_numpy(), numbers > 999_999)


def test_frame_and_participant_have_one_answer() -> None:
    rules = [
        rule_of("alt > 3 * age_years OR sex = 'F'"),
        rule_of("CASE WHEN alt / age_years > 2 THEN 'A' ELSE sex END"),
    ]
    rows = [(7.0, 2.0, "M"), (None, 2.0, "F"), (7.0, 0.0, None), (None, None, None)]
    names = ["laboratory.alt", "demographics.age_years", "demographics.sex"]
    frame = pl.DataFrame(rows, schema=names, orient="row")
    one_by_one = [RuleSet(rules).evaluate(dict(zip(names, row, strict=True))) for row in rows]
    assert evaluate_frame(frame, {"a": rules[0], "b": rules[1]}).rows() == one_by_one


def test_what_no_rule_can_use_is_found_with_its_column_and_row() -> None:
    rules = {"a": rule_of("alt > age_years AND sex = 'F' AND consent.date > birth_date AND febrile")}
    frame = pl.DataFrame(
        {
            "laboratory.alt": [1.0, float("nan"), float("inf")],
            "demographics.age_years": ["50", "60", "70"],
            "demographics.sex": [1, 2, 1],
            "consent.date": [18288, 10**7, None],
            "vital_signs.febrile": [0, 1, None],
        }
    )
    found = {finding.place.path: (finding.code, finding.message) for finding in check_frame(frame, rules)}
    assert {name: code for name, (code, _) in found.items()} == {
        "laboratory.alt": "bad-value",
        "demographics.age_years": "wrong-type",
        "demographics.sex": "wrong-type",
        "consent.date": "bad-value",
        "vital_signs.febrile": "wrong-type",
    }
    assert "2 values" in found["laboratory.alt"][1] and "row 2" in found["laboratory.alt"][1]
    with pytest.raises(ValueError, match=r"laboratory\.alt"):
        evaluate_frame(frame, rules)


def test_nulls_of_any_kind_and_the_ends_of_the_range_are_fine() -> None:
    rules = {"a": rule_of("alt > 1"), "s": rule_of("sex = 'F'"), "d": rule_of("consent.date > birth_date")}
    nulls = pl.DataFrame({name: [None] for name in ("laboratory.alt", "demographics.sex", "consent.date")})
    assert check_frame(nulls, rules) == []
    ends = pl.DataFrame(
        {"laboratory.alt": [0.0, 1e15, -1e15, 1e-15, None], "consent.date": [date.min, date.max] * 2 + [None]}
    )
    assert check_frame(ends, rules) == []
    assert evaluate_frame(ends, rules)["a"].to_list() == [False, True, False, False, None]


def test_a_frame_needs_a_rule() -> None:
    with pytest.raises(ValueError, match="no rules"):
        evaluate_frame(pl.DataFrame({"x": [1]}), {})
