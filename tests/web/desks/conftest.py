"""What a page was made from can be asked: Django's own instrumentation of templates, for these tests."""

import pytest
from django.template import Template
from django.test.utils import instrumented_test_render


@pytest.fixture(autouse=True)
def contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Template, "_render", instrumented_test_render)
