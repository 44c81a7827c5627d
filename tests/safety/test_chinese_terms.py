"""Every term and class of both versions of CTCAE has a Chinese name of its own, and only they."""

import re
from collections import Counter

from trialwright.safety.terms import VERSIONS, is_class, load_chinese, load_terms, name_chinese


def test_every_term_and_class_is_named_and_nothing_else() -> None:
    terms = {one for version in VERSIONS for one in load_terms(version).terms}
    classes = {one.soc for one in terms}
    assert set(load_chinese()) == {one.term for one in terms} | classes
    assert len(classes) == 26 and {one for one in load_chinese() if is_class(one)} == classes


def test_names_are_chinese_and_differ() -> None:
    names = load_chinese().values()
    assert all(re.search(r"[\u3400-\u9fff]", one) for one in names)
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert name_chinese("Infusion related reaction") == "输注相关反应" and name_chinese("no term") == ""
