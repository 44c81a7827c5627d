"""A small scope that the tests of this room share: two of each type, with aliases and another visit."""

from trialwright.rules.compile import Rule, compile_rule
from trialwright.rules.types import Column, RuleType, Scope
from trialwright.vocabulary.findings import Finding, Place

SEX = Column("demographics.sex", RuleType.CODE, frozenset("FM"))
PREGNANT = Column("screening.pregnant", RuleType.CODE, frozenset({"Y", "N", "U"}))
SITE = Column("study.site", RuleType.CODE)
AGE = Column("demographics.age_years", RuleType.NUMBER)
ALT = Column("laboratory.alt", RuleType.NUMBER)
ALT_D3 = Column("D3.laboratory.alt", RuleType.NUMBER)
CONSENTED = Column("consent.date", RuleType.DATE)
BORN = Column("demographics.birth_date", RuleType.DATE)
FEBRILE = Column("vital_signs.febrile", RuleType.BOOLEAN)
SMOKER = Column("medical_history.smoker", RuleType.BOOLEAN)

COLUMNS = (SEX, PREGNANT, SITE, AGE, ALT, ALT_D3, CONSENTED, BORN, FEBRILE, SMOKER)
ALIASES = {
    "sex": SEX,
    "pregnant": PREGNANT,
    "site": SITE,
    "age_years": AGE,
    "alt": ALT,
    "birth_date": BORN,
    "date": CONSENTED,
    "febrile": FEBRILE,
    "smoker": SMOKER,
}
SCOPE = Scope({**{column.name: column for column in COLUMNS}, **ALIASES})
PLACE = Place("studies/x/study.yaml", 41)


def rule_of(text: str, scope: Scope = SCOPE) -> Rule:
    """The rule that a text writes; the test fails with its findings where it writes none."""
    result = compile_rule(text, scope, place=PLACE)
    assert isinstance(result, Rule), [str(finding) for finding in result]
    return result


def findings_of(text: str, scope: Scope = SCOPE, expect: RuleType | None = None) -> list[Finding]:
    """The findings about a text; the test fails where it has none."""
    result = compile_rule(text, scope, expect=expect, place=PLACE)
    assert not isinstance(result, Rule), f"{text!r} was accepted as {result.sql}"
    assert result, "no rule and no finding"
    return result
