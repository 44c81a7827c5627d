"""Speed of rules, with the plain alternative measured in the same run.

Run with ``python -m benchmarks.rules``. Three criteria of a trial:

- for one participant: ``RuleSet`` (SQLite) against Python closures written by hand that do the same, unknowns included;
- for five million participants: ``evaluate_frame`` (DuckDB, all cores) against the same closures in a loop;
- compiling a rule, against sqlglot parsing it alone.

Each figure is the best of several, so that other work on the machine counts little.
"""

import argparse
import time
from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
import sqlglot

from trialwright.rules.compile import Rule, compile_rule
from trialwright.rules.evaluate import RuleSet
from trialwright.rules.frame import evaluate_frame
from trialwright.rules.types import Column, RuleType, Scope
from trialwright.rules.values import Value

TEXTS = (
    "age_years BETWEEN 18 AND 70",
    "sex = 'F' AND (pregnant = 'Y' OR lactating = 'Y' OR "
    "(childbearing_potential = 'Y' AND effective_contraception = 'N'))",
    "alt > 3 * alt_upper_limit OR ast > 3 * ast_upper_limit",
)
NUMBERS = ("age_years", "alt", "alt_upper_limit", "ast", "ast_upper_limit")
CODES = ("sex", "pregnant", "lactating", "childbearing_potential", "effective_contraception")
Truth = bool | None


def make_rules() -> list[Rule]:
    """The three criteria, compiled."""
    columns = [Column(name, RuleType.NUMBER) for name in NUMBERS] + [Column(name, RuleType.CODE) for name in CODES]
    scope = Scope({column.name: column for column in columns})
    rules = [compile_rule(text, scope) for text in TEXTS]
    return [rule for rule in rules if isinstance(rule, Rule)]


def all_of(*truths: Truth) -> Truth:
    """SQL's AND."""
    return False if False in truths else None if None in truths else True


def any_of(*truths: Truth) -> Truth:
    """SQL's OR."""
    return True if True in truths else None if None in truths else False


def is_code(value: Value, code: str) -> Truth:
    """SQL's = on codes."""
    return None if value is None else value == code


def exceeds(value: Value, times: float, limit: Value) -> Truth:
    """SQL's value > times * limit."""
    return None if value is None or limit is None else float(value) > times * float(limit)


def by_hand(values: Mapping[str, Value]) -> tuple[Truth, ...]:
    """The three criteria as somebody would write them in Python, correct for unknowns."""
    get = values.get
    age = get("age_years")
    return (
        None if age is None else 18 <= float(age) <= 70,
        all_of(
            is_code(get("sex"), "F"),
            any_of(
                is_code(get("pregnant"), "Y"),
                is_code(get("lactating"), "Y"),
                all_of(is_code(get("childbearing_potential"), "Y"), is_code(get("effective_contraception"), "N")),
            ),
        ),
        any_of(
            exceeds(get("alt"), 3, get("alt_upper_limit")),
            exceeds(get("ast"), 3, get("ast_upper_limit")),
        ),
    )


def best_seconds(work: Callable[[], object], repeats: int, calls: int = 1) -> float:
    """Seconds of one call, the best of ``repeats`` rounds of ``calls``."""
    rounds = []
    for _ in range(repeats):
        start = time.perf_counter()
        for _ in range(calls):
            work()
        rounds.append((time.perf_counter() - start) / calls)
    return min(rounds)


def make_cohort(rows: int) -> pl.DataFrame:
    """Participants with a tenth of unknowns."""
    rng = np.random.default_rng(4252118)
    columns = {name: pl.Series(rng.integers(15, 200, rows).astype(float)) for name in NUMBERS}
    codes = {name: ("F", "M") if name == "sex" else ("Y", "N") for name in CODES}
    columns |= {name: pl.Series(pair).gather(rng.integers(0, 2, rows)) for name, pair in codes.items()}
    known = {name: pl.Series(rng.random(rows) > 0.1) for name in columns}
    return pl.DataFrame(columns).with_columns(pl.when(known[name]).then(pl.col(name)).alias(name) for name in columns)


def main() -> None:
    """Print the three comparisons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000)
    rows = parser.parse_args().rows
    rules = make_rules()
    prepared = RuleSet(rules)
    cohort = make_cohort(rows)
    sample = cohort.head(20_000).to_dicts()
    assert [prepared.evaluate(row) for row in sample] == [by_hand(row) for row in sample]

    person = sample[0]
    sqlite = best_seconds(lambda: prepared.evaluate(person), repeats=50, calls=2_000)
    closure = best_seconds(lambda: by_hand(person), repeats=50, calls=2_000)
    print(
        f"one participant, three criteria: SQLite {sqlite * 1e6:.1f} µs, Python by hand {closure * 1e6:.1f} µs", end=""
    )
    print(f", ratio {closure / sqlite:.2f}")

    keyed = {str(number): rule for number, rule in enumerate(rules)}
    duckdb = rows / best_seconds(lambda: evaluate_frame(cohort, keyed), repeats=3)
    python = len(sample) / best_seconds(lambda: [by_hand(row) for row in sample], repeats=5)
    print(f"{rows:,} participants: DuckDB {duckdb / 1e6:.1f} million rows/s", end="")
    print(f", Python by hand {python / 1e6:.2f} million rows/s, ratio {duckdb / python:.0f}")

    compiled = best_seconds(make_rules, repeats=20) / len(TEXTS)
    parsed = best_seconds(lambda: [sqlglot.parse_one(text, read="postgres") for text in TEXTS], repeats=20) / len(TEXTS)
    print(f"compiling a rule: {compiled * 1e3:.2f} ms, of which sqlglot's parser {parsed * 1e3:.2f} ms", end="")
    print(f", ratio {compiled / parsed:.1f}")


if __name__ == "__main__":
    main()
