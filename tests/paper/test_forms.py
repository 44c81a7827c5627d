"""Forms on paper: set in both languages, the same bytes every time, every item there, the code readable."""

import re
from datetime import UTC, date, datetime

import pytest

from tests.capture.trial import InMemory
from tests.studies import load_definition
from trialwright.capture.record_form import RecordForm
from trialwright.definition.forms import Item, ItemType
from trialwright.ledger.subject import SubjectState
from trialwright.paper import Place, list_places, render_calendar_pdf, render_card_pdf, render_forms_pdf
from trialwright.paper.calendar import list_happenings, list_own_visits
from trialwright.paper.card import find_contacts
from trialwright.paper.mark import Mark, make_mark, render_code
from trialwright.paper.pieces import Setting
from trialwright.paper.questions import count_digits, list_questions, render_condition
from trialwright.paper.words import TEXTS

MOMENT = datetime(2020, 1, 27, tzinfo=UTC)
TODAY = date(2020, 2, 1)


def setting(language: str = "en") -> Setting:
    """A document of a rehearsal."""
    return Setting(load_definition(), "VIRTUAL", language, MOMENT)


@pytest.fixture(scope="module")
def treated() -> SubjectState:
    """Somebody in the cell arm with vital signs on record that came from paper."""
    trial = InMemory()
    code = trial.allocated("MSC")
    values = trial.fill("vital_signs", temperature="38.4")
    trial.must(
        RecordForm(code, "vital_signs", "BASELINE", values, source="PAPER", observed_at=values["measured_at"][:16])
    )
    return trial.state(code)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_whole_casebook_is_set_and_repeats(language: str) -> None:
    """Every sheet of the study fits its page without a warning of the typesetter, twice with the same bytes."""
    places = list_places(load_definition())
    pdf = render_forms_pdf(setting(language), places)
    assert pdf.startswith(b"%PDF-") and pdf == render_forms_pdf(setting(language), places)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= len(places)


def test_the_places_are_those_of_the_schedule(treated: SubjectState) -> None:
    """All planned forms of all visits without a participant; of the own arm only with one; logs have a row to come."""
    definition = load_definition()
    every = list_places(definition)
    planned = {(at, one.form) for one in definition.study.activities if isinstance(one.at, tuple) for at in one.at}
    assert {(one.encounter, one.form) for one in every if one.encounter} == planned
    assert Place("", "adverse_event", 0) in every
    assert Place("D3", "infusion") in list_places(definition, treated)
    control = SubjectState("X", arm="CONTROL")
    assert not [one for one in list_places(definition, control) if one.form == "infusion"]


def test_every_item_of_every_form_has_its_question_in_both_languages() -> None:
    definition = load_definition()
    for name, compiled in definition.forms.items():
        for language in ("en", "zh"):
            questions = list_questions(definition, compiled, None, language)
            assert [one.label for one in questions] == [
                definition.label(f"forms.{name}.items.{item}", language) for item in compiled.items
            ]
            assert all(
                len(one.choices) == len(compiled.codes.get(item, ()))
                for one, item in zip(questions, compiled.items, strict=True)
            )


def test_a_condition_is_said_in_the_words_of_the_form() -> None:
    definition = load_definition()
    said = render_condition(definition, definition.forms["vital_signs"], "on_air = 'N' AND fio2 IS NULL", "en")
    assert said == "only if “Saturation measured on room air” = No and “Inspired oxygen fraction” is not answered"


@pytest.mark.parametrize(
    ("hard", "boxes"), [((30, 44), 2), ((20, 260), 3), ((-5, 5), 0), ((None, None), 0), ((0, 10**9), 0)]
)
def test_boxes_hold_the_largest_possible_number(hard: tuple[float | None, float | None], boxes: int) -> None:
    assert count_digits(Item(id="x", label="X", type=ItemType.NUMBER, hard=hard)) == boxes


def test_the_code_tells_the_sheet() -> None:
    """Version, digest, participant, visit, form, row and revision are in it; another sheet has another code."""
    definition = load_definition()
    mark = make_mark(definition, "FORM", "BJ302", "BJ302-001")
    assert mark.text.split("|")[:5] == ["TW1", definition.id, definition.version, definition.digest[:12], "FORM"]
    assert render_code(mark.text) != render_code(Mark("S", "1", "x", "FORM").text)
    assert render_code(mark.text).startswith("<svg")


def test_a_filled_sheet_shows_the_record_and_when_it_was_written(treated: SubjectState) -> None:
    """A changed value gives another sheet; the time on the paper stands beside the time of entry."""
    from trialwright.paper.forms import list_record_lines

    version = treated.forms["BASELINE", "vital_signs", 1]
    lines = list_record_lines(setting(), version)
    assert version.recorded.observed_at.replace("T", " ") in lines[1] + lines[2] and "paper" in lines[1]
    questions = list_questions(load_definition(), load_definition().forms["vital_signs"], version.recorded, "en")
    assert "38.4" in {one.value for one in questions}
    place = [Place("BASELINE", "vital_signs")]
    filled = render_forms_pdf(setting(), place, treated, filled=True)
    assert filled == render_forms_pdf(setting(), place, treated, filled=True)
    assert filled != render_forms_pdf(setting(), place, treated)


def test_calendar_and_card_tell_windows_and_whom_to_call(treated: SubjectState) -> None:
    """The card bears telephone numbers and no result; readers' forms are on neither; without arm no infusion is told."""
    visits = list_own_visits(load_definition(), treated, TODAY, sees_arm=True)
    day3 = next(one for one in visits if one.encounter == "D3")
    assert any("Dose" in one for one in list_happenings(setting(), day3, sees_arm=True))
    assert not any("Dose" in one for one in list_happenings(setting(), day3, sees_arm=False))
    read = load_definition().label("forms.ct_read.title")
    assert load_definition().forms["ct_read"].form.blinded and read not in list_happenings(
        setting(), day3, sees_arm=True
    )
    assert [one.phone for one in find_contacts(setting(), treated.site)]
    for language in ("en", "zh"):
        for render in (render_calendar_pdf, render_card_pdf):
            pdf = render(setting(language), treated, TODAY, sees_arm=True)
            assert pdf == render(setting(language), treated, TODAY, sees_arm=True)
            assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    assert render_card_pdf(setting(), treated, TODAY, sees_arm=True) != render_card_pdf(
        setting(), treated, TODAY, sees_arm=False
    )


def test_both_languages_have_every_text() -> None:
    assert not [key for key, (english, chinese) in TEXTS.items() if not english or not chinese]
