"""What a rule may be made of, what it becomes, and what is said of everything else."""

import pytest

from tests.rules.scope import AGE, PLACE, SCOPE, findings_of, rule_of
from trialwright.rules.compile import CODES, Rule, compile_rule
from trialwright.rules.types import Column, RuleType, Scope
from trialwright.rules.wall import MAX_CHARACTERS, MAX_NESTING, MAX_TOKENS

D = "AS DOUBLE PRECISION)"
ALLOWED = {
    "age_years BETWEEN 18 AND 70": f'"demographics.age_years" BETWEEN CAST(18 {D} AND CAST(70 {D}',
    "sex = 'F' AND (pregnant = 'Y' OR febrile)": "\"demographics.sex\" = 'F' AND "
    '("screening.pregnant" = \'Y\' OR "vital_signs.febrile")',
    "sex <> 'M'": "\"demographics.sex\" <> 'M'",
    "alt < 40.5": f'"laboratory.alt" < (CAST(405 {D} / CAST(10 {D})',
    "alt >= -3": f'"laboratory.alt" >= CAST(-3 {D}',
    "alt * -3 > -0.5": f'"laboratory.alt" * CAST(-3 {D} > (CAST(-5 {D} / CAST(10 {D})',
    "alt <= 3.0e7": f'"laboratory.alt" <= CAST(30000000 {D}',
    "D3.laboratory.alt > alt": '"D3.laboratory.alt" > "laboratory.alt"',
    "not febrile": 'NOT "vital_signs.febrile"',
    "NOT age_years = 3": f'NOT ("demographics.age_years" = CAST(3 {D})',
    "febrile = smoker": '"vital_signs.febrile" = "medical_history.smoker"',
    "febrile <> TRUE": '"vital_signs.febrile" <> TRUE',
    "sex IN ('F', 'M')": "\"demographics.sex\" IN ('F', 'M')",
    "age_years NOT IN (1, 2)": f'NOT ("demographics.age_years" IN (CAST(1 {D}, CAST(2 {D}))',
    "birth_date IN (DATE '1950-01-27')": '"demographics.birth_date" IN (-7279)',
    "alt IS NULL": '"laboratory.alt" IS NULL',
    "alt IS NOT NULL": '"laboratory.alt" IS NOT NULL',
    "NOT alt IS NULL": '"laboratory.alt" IS NOT NULL',
    "(alt + age_years) IS NULL": '("laboratory.alt" + "demographics.age_years") IS NULL',
    "alt / age_years": '"laboratory.alt" / NULLIF("demographics.age_years", 0)',
    "alt - (age_years - alt)": '"laboratory.alt" - ("demographics.age_years" - "laboratory.alt")',
    "alt - age_years - alt": '"laboratory.alt" - "demographics.age_years" - "laboratory.alt"',
    "(alt + age_years) * alt": '("laboratory.alt" + "demographics.age_years") * "laboratory.alt"',
    "alt / (age_years * alt)": '"laboratory.alt" / NULLIF("demographics.age_years" * "laboratory.alt", 0)',
    "alt * (age_years / alt)": '"laboratory.alt" * ("demographics.age_years" / NULLIF("laboratory.alt", 0))',
    "- alt": '-"laboratory.alt"',
    "- - alt": '-(-"laboratory.alt")',
    "abs(alt)": 'ABS("laboratory.alt")',
    "COALESCE(pregnant, 'NA') = 'NA'": "COALESCE(\"screening.pregnant\", 'NA') = 'NA'",
    "CASE WHEN febrile THEN 1 ELSE NULL END": f'CASE WHEN "vital_signs.febrile" THEN CAST(1 {D} ELSE NULL END',
    "CASE sex WHEN 'F' THEN 'girl' WHEN 'M' THEN 'boy' END": "CASE \"demographics.sex\" WHEN 'F' THEN 'girl' "
    "WHEN 'M' THEN 'boy' END",
    "consent.date - birth_date": f'CAST("consent.date" - "demographics.birth_date" {D}',
    "date >= DATE '2020-01-27'": '"consent.date" >= 18288',
    "site = 'it''s \\ 中文'": "\"study.site\" = 'it''s \\ 中文'",
    '"demographics"."sex" = \'F\'': "\"demographics.sex\" = 'F'",
    "febrile OR smoker AND NOT febrile": '"vital_signs.febrile" OR "medical_history.smoker" '
    'AND NOT "vital_signs.febrile"',
}


@pytest.mark.parametrize("text", ALLOWED)
def test_allowed_rule_has_one_canonical_text(text: str) -> None:
    assert rule_of(text).sql == ALLOWED[text]


def test_rule_says_what_it_is_and_reads() -> None:
    rule = rule_of("alt > 3 * D3.laboratory.alt AND sex = 'F' AND alt > 0")
    assert rule.type is RuleType.BOOLEAN
    assert rule.names == ("laboratory.alt", "D3.laboratory.alt", "demographics.sex")
    assert rule_of("CASE WHEN febrile THEN 'A' ELSE sex END").codes == {"A", "F", "M"}
    assert rule_of("COALESCE(site, 'A')").codes is None


REFUSED = {
    # SQL that rules do not have
    "sex LIKE 'F%'": "not-allowed",
    "sex ILIKE 'f'": "not-allowed",
    "sex SIMILAR TO 'F'": "not-allowed",
    "sex ~ 'F'": "not-allowed",
    "ROUND(alt) = 3": "not-allowed",
    "ROUND(alt, 1) = 3": "not-allowed",
    "CAST(alt AS integer) = 3": "not-allowed",
    "CAST('2020-01-27' AS DATE) = date": "not-allowed",
    "DATE('2020-01-27') = date": "not-allowed",
    "'2020-01-27'::date = date": "not-allowed",
    "alt::text = site": "not-allowed",
    "TIMESTAMP '2020-01-27' > date": "not-allowed",
    "INTERVAL '3 days' > date": "not-allowed",
    "date + 3 > DATE '2020-01-27'": "wrong-type",
    "CURRENT_DATE > date": "not-allowed",
    "now() > date": "not-allowed",
    "LOCALTIMESTAMP > date": "not-allowed",
    "random() > 0.5": "not-allowed",
    "MAX(alt) > 3": "not-allowed",
    "count(*) > 3": "not-allowed",
    "SUM(alt) OVER () > 3": "not-allowed",
    "SUM(alt) OVER (PARTITION BY sex) > 3": "not-allowed",
    "ABS(alt) FILTER (WHERE febrile) > 3": "not-allowed",
    "ABS(DISTINCT alt) > 3": "not-allowed",
    "alt > (SELECT 1)": "not-allowed",
    "EXISTS (SELECT 1)": "not-allowed",
    "alt IN (SELECT alt FROM laboratory)": "not-allowed",
    "alt = ANY(ARRAY[1, 2])": "not-allowed",
    "alt IN (age_years)": "not-allowed",
    "alt IN (1 + 1)": "not-allowed",
    "site || 'x' = 'y'": "not-allowed",
    "site = 'x' 'y'": "not-allowed",
    "CONCAT(site, 'x') = 'y'": "not-allowed",
    "UPPER(site) = 'X'": "not-allowed",
    "IFNULL(alt, 1) > 3": "not-allowed",
    "NVL(alt, 1) > 3": "not-allowed",
    "NULLIF(alt, 1) > 3": "not-allowed",
    "GREATEST(alt, 1) > 3": "not-allowed",
    "IF(febrile, 1, 2) > 3": "not-allowed",
    "pg_sleep(10) = 1": "not-allowed",
    "foo(alt) = 1": "not-allowed",
    '"abs"(alt) = 1': "not-allowed",
    "alt % 2 = 1": "not-allowed",
    "alt ^ 2 = 1": "not-allowed",
    "alt != 3": "not-allowed",
    "alt == 3": "not-allowed",
    "alt ISNULL": "not-allowed",
    "alt NOTNULL": "not-allowed",
    "febrile IS TRUE": "not-allowed",
    "febrile IS NOT UNKNOWN": "not-allowed",
    "febrile IS DISTINCT FROM smoker": "not-allowed",
    "alt BETWEEN SYMMETRIC 3 AND 1": "not-allowed",
    "sex COLLATE \"C\" = 'F'": "not-allowed",
    "site[1] = 'F'": "not-allowed",
    "site -> 'a' = 'F'": "not-allowed",
    "date AT TIME ZONE 'UTC' = date": "not-allowed",
    "EXTRACT(year FROM date) = 2020": "not-allowed",
    "(alt, age_years) = (1, 2)": "not-allowed",
    "demographics.* = 3": "not-allowed",
    "COALESCE(alt, NULL) = 3": "not-allowed",
    "alt = $1": "not-allowed",
    "alt = ?": "not-allowed",
    "site = E'\\n'": "not-allowed",
    "site = U&'x'": "not-allowed",
    "site = $$x$$": "not-allowed",
    "site = X'1F'": "not-allowed",
    "site = N'x'": "not-allowed",
    # comments and statements
    "alt > 3 -- AND febrile": "not-allowed",
    "alt > 3 /* AND febrile */": "not-allowed",
    "/**/ alt > 3": "not-allowed",
    "alt > 3;": "not-allowed",
    "alt > 3; DROP TABLE x": "syntax",
    "SELECT 1": "syntax",
    "DROP TABLE x": "syntax",
    "alt > 3 UNION SELECT 1": "syntax",
    "alt > 3 AS x": "syntax",
    "febrile, smoker": "syntax",
    # no expression at all
    "": "syntax",
    " \n\t": "syntax",
    "-- alt > 3": "syntax",
    "alt >": "syntax",
    "alt 3": "syntax",
    "(alt > 3": "syntax",
    "alt > 3)": "syntax",
    "site = 'x": "syntax",
    "alt > 3 /*": "syntax",
    "alt > 3\0": "syntax",
    "CASE WHEN febrile THEN 1": "syntax",
    "CASE END": "syntax",
    "ABS(alt, 1) > 1": "syntax",
    "ABS() > 1": "syntax",
    "COALESCE(alt) > 1": "syntax",
    "alt IN ()": "syntax",
    "18abc > 1": "syntax",
    "1_000 > alt": "syntax",
    # where PostgreSQL or a reader could see another tree
    "alt = age_years = febrile": "syntax",
    "1 < alt < 3": "syntax",
    "febrile = NOT smoker": "syntax",
    "alt IN (1) = febrile": "syntax",
    "alt IS NULL IS NULL": "syntax",
    # types
    "alt": "wrong-type",
    "sex = 1": "wrong-type",
    "age_years = 'F'": "wrong-type",
    "date > '2020-01-27'": "wrong-type",
    "date = 18288": "wrong-type",
    "febrile = 1": "wrong-type",
    "sex > 'F'": "wrong-type",
    "sex BETWEEN 'A' AND 'Z'": "wrong-type",
    "febrile > smoker": "wrong-type",
    "febrile IN (TRUE)": "wrong-type",
    "alt AND febrile": "wrong-type",
    "NOT alt": "wrong-type",
    "sex + 1 > 1": "wrong-type",
    "date - 1 > 1": "wrong-type",
    "date - birth_date > birth_date": "wrong-type",
    "-febrile > 1": "wrong-type",
    "-date > 1": "wrong-type",
    "ABS(sex) > 1": "wrong-type",
    "COALESCE(alt, 'x') > 1": "wrong-type",
    "CASE WHEN alt THEN 1 END > 1": "wrong-type",
    "CASE WHEN febrile THEN 1 ELSE 'x' END > 1": "wrong-type",
    "CASE sex WHEN 1 THEN 1 END > 1": "wrong-type",
    "CASE WHEN febrile THEN NULL END > 1": "wrong-type",
    # names and values
    "age_year > 18": "unknown-item",
    "SEX = 'F'": "unknown-item",
    "a.b.c.d.e > 18": "unknown-item",
    "sex = 'X'": "unknown-code",
    "'f' = sex": "unknown-code",
    "sex IN ('F', 'W')": "unknown-code",
    "sex = pregnant": "unknown-code",
    "CASE sex WHEN 'W' THEN 1 END > 1": "unknown-code",
    "COALESCE(sex, 'U') = 'X'": "unknown-code",
    "alt = NULL": "null-comparison",
    "NULL <> alt": "null-comparison",
    "alt BETWEEN 1 AND NULL": "null-comparison",
    "sex IN ('F', NULL)": "null-comparison",
    "date = DATE '2020-02-30'": "bad-value",
    "date = DATE '2020-2-3'": "bad-value",
    "date = DATE '2020-02'": "bad-value",
    "alt > 1e400": "bad-value",
    "alt > 1e-16": "bad-value",
    "alt > 0.1234567890123456": "bad-value",
    "alt > 1.00000000000000000000000000000000001": "bad-value",
    "site = 'a\tb'": "bad-value",
    # numbers that engines would treat differently: beyond a double
    "alt * alt * alt * alt * alt * alt * alt > 1": "out-of-range",
}


@pytest.mark.parametrize("text", REFUSED)
def test_everything_else_is_a_finding_with_its_place(text: str) -> None:
    findings = findings_of(text, expect=RuleType.BOOLEAN)
    assert REFUSED[text] in {finding.code for finding in findings}, [str(finding) for finding in findings]
    assert {finding.place for finding in findings} == {PLACE}
    assert {finding.code for finding in findings} <= set(CODES)
    assert "\x1b" not in str(findings) and "sqlglot" not in str(findings)


def test_every_code_of_this_room_has_an_example() -> None:
    elsewhere = {"too-deep", "ambiguous-name", "bad-name"}  # tested below
    assert set(REFUSED.values()) | elsewhere == set(CODES)


def test_all_findings_of_a_rule_come_in_one_go() -> None:
    text = "sex LIKE 'F%' AND agee > 3 OR (pregnant = 'X' AND date > 3 AND alt IN (1, NULL) AND NOT alt)"
    codes = [finding.code for finding in findings_of(text)]
    assert codes == ["not-allowed", "unknown-item", "unknown-code", "wrong-type", "null-comparison", "wrong-type"]


def test_a_finding_draws_no_others_after_it() -> None:
    for text in (
        "date - birth_dat > 3",
        "birth_dat - date > 3",
        "agee + 3 > alt",
        "agee IN (1, 2)",
        "sexx IN ('F', 'X')",
    ):
        assert [finding.code for finding in findings_of(text)] == ["unknown-item"]


def test_findings_inside_what_is_not_allowed_are_found_too() -> None:
    assert {finding.code for finding in findings_of("ROUND(agee) > 3")} == {"not-allowed", "unknown-item"}


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("age_year > 18", "did you mean age_years?"),
        ("Sex = 'F'", "did you mean sex?"),
        ("sex = 'f'", "did you mean 'F'?"),
        ("date > '2020-01-27'", "write DATE '2020-01-27'"),
        ("site = 1", "write '1'"),
        ("alt = '1'", "write 1"),
        ("alt != 1", "write <>"),
        ("alt = NULL", "write IS NULL or IS NOT NULL"),
        ("date + 3 > birth_date", "compare days, for example a - b > 3"),
    ],
)
def test_a_finding_says_what_would_be_right(text: str, remedy: str) -> None:
    assert findings_of(text)[0].remedy == remedy


def test_an_expected_type_is_demanded() -> None:
    assert isinstance(compile_rule("alt + 1", SCOPE, expect=RuleType.NUMBER), Rule)
    assert [finding.code for finding in findings_of("alt + 1", expect=RuleType.BOOLEAN)] == ["wrong-type"]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20 + "alt" + ")" * 20 + " > 1",
        "(" * 3_000 + "alt" + ")" * 3_000 + " > 1",
        "NOT " * 900 + "febrile",
        "- " * 900 + "alt > 1",
        "CASE WHEN " * 100 + "febrile" + " THEN febrile END" * 100,
        "ABS(" * 300 + "alt" + ")" * 300 + " > 1",
        "COALESCE(alt, " * 200 + "1" + ")" * 200 + " > 1",
        "alt" + " + alt" * 600 + " > 1",
        "febrile" + " AND febrile" * 1_000,
        "alt > " + "1" * 10_000,
        "x" * 1_000_000,
        "(" * 1_000_000,
    ],
    ids=lambda text: f"{text[:12]}…{len(text)}",
)
def test_a_long_or_deep_text_is_a_finding_and_no_crash(text: str) -> None:
    assert [finding.code for finding in findings_of(text)] == ["too-deep"]


def test_chains_that_parsers_read_without_parentheses_are_findings_too() -> None:
    for link in (" IS NULL", " = alt", " IN (1)", " BETWEEN 1"):
        assert findings_of("alt" + link * 160)


def test_a_rule_at_the_limits_is_compiled_and_runs() -> None:
    deep = "(" * MAX_NESTING + "febrile" + ")" * MAX_NESTING
    wide = " OR ".join(["febrile"] * (MAX_TOKENS // 2))
    assert len(wide) < MAX_CHARACTERS
    assert rule_of(deep).sql == '"vital_signs.febrile"'
    assert rule_of(wide).names == ("vital_signs.febrile",)


def test_a_caller_deep_in_the_stack_gets_a_finding_and_no_recursion_error() -> None:
    def descend(levels: int) -> object:
        return descend(levels - 1) if levels else compile_rule("(" * 15 + "alt" + ")" * 15 + " > 1", SCOPE)

    for levels in range(0, 900, 20):
        try:
            result = descend(levels)
        except RecursionError:
            assert levels > 600, "the stack was not nearly full"
            break
        assert isinstance(result, Rule) or [finding.code for finding in result] == ["too-deep"]  # type: ignore[union-attr]


def test_names_that_an_engine_would_mistake_are_findings() -> None:
    twins = Scope({name: Column(name, RuleType.NUMBER) for name in ("D3.alt", "d3.alt")})
    assert [finding.code for finding in findings_of("D3.alt > 1", twins)] == ["ambiguous-name"]
    long = "x" * 64
    assert [f.code for f in findings_of("x > 1", Scope({"x": Column(long, RuleType.NUMBER)}))] == ["bad-name"]


def test_names_that_sql_knows_otherwise_are_names_where_the_scope_has_them() -> None:
    words = ("date", "order", "user", "current_date", "percent", "value", "row", "like", "interval", "select")
    scope = Scope({word: Column(f"f.{word}", RuleType.NUMBER) for word in words})
    for word in words:
        assert rule_of(f"{word} > 1 AND 1 < {word}", scope).names == (f"f.{word}",)


def test_a_scope_refuses_one_name_with_two_meanings() -> None:
    with pytest.raises(ValueError, match="two meanings"):
        Scope({"a": AGE, "b": Column(AGE.name, RuleType.DATE)})
    with pytest.raises(ValueError, match="cannot have codes"):
        Column("a", RuleType.NUMBER, frozenset("A"))
