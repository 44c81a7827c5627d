"""The catalogue is complete in both languages, and every method that a row can name has words."""

import re
import string

import pytest

from trialwright.definition.analysis import Recipe
from trialwright.definition.design import AllocationMethod, AssumptionClass, Masking
from trialwright.report.phrases import PHRASES
from trialwright.vocabulary.codelists import Purpose
from trialwright.vocabulary.methods import Method

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SAME = {"statistic.smd", "option.toeplitz", "option.kenward-roger", "option.satterthwaite", "option.weibull"}


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(PHRASES))
def test_both_languages_say_the_same(key: str) -> None:
    """No language lacks a phrase, and both have the same places to fill."""
    label = PHRASES[key]
    assert bool(label.en) == bool(label.zh)
    assert _places(label.en) == _places(label.zh)


def test_chinese_phrases_are_chinese() -> None:
    """A phrase of more than a word or a symbol is translated, not repeated."""
    repeated = {
        key: label.zh
        for key, label in PHRASES.items()
        if key not in _SAME
        and re.search(r"[A-Za-z]{3,}", re.sub(r"\{[^}]*\}", "", label.en))
        and not _CHINESE.search(label.zh)
    }
    assert repeated == {}


def test_every_method_recipe_and_code_has_words() -> None:
    """Whatever the plan can hold can be printed."""
    wanted = {f"method.{one.value}" for one in Method}
    wanted |= {f"recipe.{one.value}" for one in Recipe}
    wanted |= {f"class.{one.value}" for one in AssumptionClass}
    wanted |= {f"allocation.{one.value}" for one in AllocationMethod}
    wanted |= {f"masking.{one.value}" for one in Masking}
    wanted |= {f"purpose.{one.value}" for one in Purpose} | {f"mark.{one.value}" for one in Purpose}
    assert wanted - set(PHRASES) == set()
