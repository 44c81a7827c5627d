"""Sheets of paper as a scanner sees them: the code on each is decoded from the picture of the page, signatures from its text."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.capture.trial import InMemory
from tests.paper.test_forms import setting
from trialwright.capture.record_form import RecordForm
from trialwright.ledger.subject import SubjectState
from trialwright.paper import PaperSignature, Place, render_forms_pdf
from trialwright.paper.mark import PREFIX
from trialwright.vocabulary.codelists import Role

PLACE = ("BASELINE", "vital_signs", 1)


@pytest.fixture(scope="module")
def pdfium() -> ModuleType:
    return pytest.importorskip("pypdfium2", reason="a page is read back by PDFium")


@pytest.fixture(scope="module")
def treated() -> SubjectState:
    trial = InMemory()
    code = trial.allocated("MSC")
    trial.must(RecordForm(code, "vital_signs", "BASELINE", trial.fill("vital_signs")), Role.NURSE)
    return trial.state(code)


def scan(pdfium: ModuleType, pdf: bytes, dots: int) -> list[Any]:
    """The pages as grey pictures with so many dots an inch, soiled as a scanner does."""
    rng = np.random.default_rng(1)
    pages = []
    for page in pdfium.PdfDocument(pdf):
        picture = page.render(scale=dots / 72, grayscale=True).to_numpy()
        grey = picture.reshape(picture.shape[:2])
        pages.append(np.clip(grey + rng.normal(0, 25, grey.shape), 0, 255).astype(np.uint8))
    return pages


@pytest.mark.parametrize("dots", [110, 200])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_code_on_a_scanned_sheet_says_which_sheet_it_is(
    pdfium: ModuleType, treated: SubjectState, language: str, dots: int
) -> None:
    zxing = pytest.importorskip(
        "zxingcpp", reason="the code is decoded by ZXing, which is not the library that made it"
    )
    places = [Place("D3", "vital_signs"), Place("BASELINE", "vital_signs"), Place("", "adverse_event", 0)]
    definition, found = setting().definition, []
    for page in scan(pdfium, render_forms_pdf(setting(language), places, treated), dots):
        found += [one.text for one in zxing.read_barcodes(page)]
    version = f"{PREFIX}|{definition.id}|{definition.version}|{definition.digest[:12]}|FORM|{treated.site}"
    who = f"{version}|{treated.participant}"
    assert list(dict.fromkeys(found)) == [
        f"{who}|D3|vital_signs|1|0", f"{who}|BASELINE|vital_signs|1|0", f"{who}|-|adverse_event|0|0",
    ]  # fmt: skip


@pytest.mark.req("S1")
@pytest.mark.parametrize(("language", "broken"), [("en", "holds no longer"), ("zh", "已失效")])
def test_a_filled_sheet_prints_who_signed_when_and_what_it_means(
    pdfium: ModuleType, treated: SubjectState, language: str, broken: str
) -> None:
    def read(*signed: PaperSignature) -> str:
        pdf = render_forms_pdf(
            setting(language), [Place(*PLACE)], treated, filled=True, signatures={PLACE: signed} if signed else {}
        )
        pages = pdfium.PdfDocument(pdf)
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())

    one = PaperSignature("Li Wei", "li.wei", "2020-02-01 10:20 CST", "I have reviewed these data.", holds=True)
    pen = setting(language).word("checked")
    text = read(one)
    assert "Li Wei" in text and "li.wei" in text and "2020-02-01 10:20 CST" in text and one.meaning in text
    assert broken not in text and pen not in text
    again = read(PaperSignature(one.name, one.person, one.at, one.meaning, holds=False))
    assert broken in again and "Li Wei" in again and pen in again, "a broken one is said, and asks for a new one"
    assert "Li Wei" not in read()
