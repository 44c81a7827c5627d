"""The case from the ledger: CIOMS I as PDF, E2B(R3) read back, and nothing that identifies anybody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.capture.trial import InMemory
from tests.safety.test_clock_overview import MONITOR, treated
from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.capture.record_form import RecordForm
from trialwright.capture.review_proposal import ReviewProposal
from trialwright.capture.sponsors_part import JudgeEvent, RecordReport
from trialwright.report.safety_cioms import render_cioms_pdf
from trialwright.safety.case import Drug, DrugRole, GivenDose, SafetyCase, check_case
from trialwright.safety.cioms import render_cioms
from trialwright.safety.cioms_words import WORDS
from trialwright.safety.e2b import Transmission, render_e2b
from trialwright.safety.events import Action, Causality, Expectedness, InfusionRelation
from trialwright.safety.proposals import Verdict
from trialwright.safety.subject_case import Reporting, compute_case
from trialwright.simulate.staff import SPONSOR
from trialwright.vocabulary.partial_dates import PartialDate


@pytest.fixture(scope="module")
def trial() -> InMemory:
    """ALT at six times its limit after the first infusion, confirmed as a serious event, judged by the sponsor."""
    trial = InMemory()
    code = treated(trial)
    trial.now += timedelta(hours=72)
    limits = {"alt_uln": "40", "ck_uln": "200", "alt": "240", "ck": "90", "crp": "8"}
    trial.must(RecordForm(code, "chemistry", "D3", {**limits, "collected_at": f"{trial.now:%Y-%m-%dT%H:%M}"}))
    texts = trial.fill(
        "adverse_event", verbatim="liver enzymes rose", term="Alanine aminotransferase increased",
        ctcae_code="10001551", grade="3", grade_since="", grade_at_onset="", onset_date=f"{trial.now:%Y-%m-%d}",
        end_date="", ongoing="Y", serious="Y", ser_hospitalisation="Y", causality="POSSIBLE", infusion_number="1",
        hours_after_infusion="70", outcome="NOT RECOVERED/NOT RESOLVED",
        narrative="Three days after the first infusion ALT was six times its limit.",
    )  # fmt: skip
    trial.must(ReportAdverseEvent(code, texts, f"{trial.now:%Y-%m-%dT%H:%M}"))
    term = "Alanine aminotransferase increased"
    trial.must(ReviewProposal(code, "D3.chemistry.alt", "240", term, Verdict.CONFIRMED, event=1))
    judged = JudgeEvent(code, 1, Causality.PROBABLE, Expectedness.UNEXPECTED, "brochure 2", comment="no other cause")
    trial.must(judged, MONITOR)
    return trial


def case_of(trial: InMemory) -> SafetyCase:
    (code,) = trial.ledger.subjects
    return compute_case(trial.definition, trial.state(code), 1, Reporting(trial.now.replace(microsecond=7)))


def test_the_case_is_the_record(trial: InMemory) -> None:
    case = case_of(trial)
    assert [one for one in check_case(case) if one.severity.value == "error"] == []
    assert case.id.startswith("CN-BEIJING302HOSPITAL-NCT04252118-") and case.meddra_version == "12.0"
    assert case.initial and case.expedited
    (event,) = case.events
    assert event.linked[0].path == "D3.chemistry.alt"
    (test,) = case.tests
    assert (test.value, test.high, test.unit) == (240, 40, "U/L")
    suspect = case.drugs[0]
    assert suspect.doses[0].lot and suspect.doses[0].amount and suspect.doses[0].start is not None
    assert case.patient.age is not None and case.patient.sex in ("M", "F", "")
    assert case.narrative.startswith("Three days") and case.sender_comment == "no other cause"


def test_a_report_makes_the_next_one_a_follow_up(trial: InMemory) -> None:
    (code,) = trial.ledger.subjects
    state = trial.state(code)
    sent = RecordReport(code, 1, "CN.4", "AUTHORITY", trial.now, "gateway")
    trial.must(sent, SPONSOR)
    followed = case_of(trial)
    trial.ledger.subjects[code] = state  # the shared trial stays as it was
    assert not followed.initial


def test_without_a_narrative_the_facts_tell_the_course(trial: InMemory) -> None:
    (code,) = trial.ledger.subjects
    state = trial.state(code)
    bare = {name: text for name, text in state.safety.revisions[1][-1].values.items() if name != "narrative"}
    revision = replace(state.safety.revisions[1][-1], values=bare)
    state = replace(state, safety=replace(state.safety, revisions={1: (revision,)}))
    told = compute_case(trial.definition, state, 1, Reporting(trial.now)).narrative
    assert "after infusion 1, 70 h after its start" in told and "liver enzymes rose" in told


@pytest.mark.parametrize("language", ["en", "zh"])
def test_cioms_is_one_page_and_the_same_bytes(trial: InMemory, language: str) -> None:
    case = case_of(trial)
    pdf = render_cioms_pdf(case, language=language, band="VIRTUAL")
    assert pdf.startswith(b"%PDF-") and pdf == render_cioms_pdf(case, language=language, band="VIRTUAL")
    assert count_pages(pdf) == 1
    long = replace(case, narrative="The saturation fell and rose again. " * 200)
    assert count_pages(render_cioms_pdf(long, language=language)) == 2, "what does not fit goes on overleaf"


def count_pages(pdf: bytes) -> int:
    return (
        pdf.count(b"/Type /Page\n")
        + pdf.count(b"/Type /Page/")
        + pdf.count(b"/Type/Page/")
        + pdf.count(b"/Type /Page ")
    )


def test_cioms_in_chinese_has_every_word_and_no_english_label(trial: InMemory) -> None:
    form = render_cioms(case_of(trial), "zh")
    english = {words[0] for key, words in WORDS.items() if key.startswith(("box.", "part."))}
    titles = {box.title for part in form.parts for box in part.boxes} | {part.title for part in form.parts}
    assert not titles & english
    assert all(en and zh for en, zh in WORDS.values())
    assert "申办者判断很可能有关" in form.box("7+13").text


def test_cioms_says_when_it_began_what_was_done_and_what_goes_on(trial: InMemory) -> None:
    """What a physician looks for: hours after which dose, the amount without a power of ten, expectedness, treatment that
    goes on."""
    case = case_of(trial)
    (event,) = case.events
    event = replace(
        event, infusion=InfusionRelation(2, 120.0), action=Action.WITHDRAWN, expectedness=Expectedness.UNEXPECTED
    )
    going_on = Drug(
        "Umifenovir", DrugRole.CONCOMITANT, doses=(GivenDose(PartialDate.parse("2020-02-01"), ongoing=True),)
    )
    suspect = Drug(
        "MSCs", DrugRole.SUSPECT, doses=(GivenDose(amount=3e7, unit="{cells}", number=2, route="intravenous"),)
    )
    case = replace(case, events=(event,), drugs=(suspect, going_on), reference="brochure 1.0")
    text = render_cioms(case).box("7+13").text
    for line in ("Began 2.0 h after the start of infusion 2.", "Action taken with the study treatment: withdrawn.",
                 "Expectedness (sponsor): unexpected, by brochure 1.0."):  # fmt: skip
        assert line in text
    assert render_cioms(case).box("22").text == "Umifenovir: 2020-02-01 / ongoing"
    assert render_cioms(case).box("15").text == "30\u202f000\u202f000 cells (infusion 2)"
    chinese = render_cioms(case, "zh")
    assert "于第2次输注开始后2.0小时出现" in chinese.box("7+13").text and chinese.box("16").text == "静脉"


def test_an_independent_reader_reads_the_case_of_the_ledger(trial: InMemory) -> None:
    e2br3 = pytest.importorskip("e2br3", reason="the independent reader e2br3 is not installed")
    case = case_of(trial)
    message = render_e2b(case, Transmission("B-1", "SPONSORID", "CDE", trial.now))
    (found,) = e2br3.parse(message).messages
    assert found.icsr.safety_report_id == case.id and found.icsr.narrative == case.narrative
    assert found.icsr.reactions[0].meddra_code == "10001551" and found.icsr.drugs[0].role.code == "1"
    assert b"birthTime" not in message
