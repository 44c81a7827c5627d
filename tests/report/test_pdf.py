"""The PDF: set without a warning, the same every time, in both languages."""

import re

import pytest

from tests.report.sample import load_definition, make_bundle
from trialwright.report import render_pdf
from trialwright.report.pdf import TypesettingError, render_bytes
from trialwright.report.typst_parts import quote


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pdf_is_set_and_repeats(language: str) -> None:
    """Two runs give the same bytes; Chinese has its own embedded font."""
    if language == "zh":
        pytest.importorskip("pylopdf_fonts_zh_cn", reason="a Chinese PDF needs the package with Noto's Chinese fonts")
    first = render_pdf(load_definition(), make_bundle(), language=language)
    assert first.startswith(b"%PDF-") and first == render_pdf(load_definition(), make_bundle(), language=language)
    fonts = set(re.findall(rb"/FontName\s*/[A-Z]{6}\+([A-Za-z]+)", first))
    assert b"LibertinusSerif" in {font.split(b"-")[0] for font in fonts}
    assert any(b"NotoSerif" in font for font in fonts) or language == "en"


def test_a_warning_fails() -> None:
    """A font that nobody shipped is a bug of the report, not a thing to overlook."""
    from datetime import UTC, datetime

    with pytest.raises(TypesettingError, match="no such font"):
        render_bytes('#set text(font: "No Such Font")\nA', (), datetime(2020, 1, 1, tzinfo=UTC))


def test_a_moment_of_a_real_clock_is_taken() -> None:
    """A server's clock has microseconds, a rehearsal's has none."""
    from datetime import UTC, datetime

    exact = datetime(2020, 1, 1, 12, 0, 1, tzinfo=UTC)
    assert render_bytes("A", (), exact.replace(microsecond=545045)) == render_bytes("A", (), exact)


def test_texts_cannot_become_source() -> None:
    """A text is a literal, whatever it holds."""
    assert quote('#eval("1")\\') == '"#eval(\\"1\\")\\\\"'
