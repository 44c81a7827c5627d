"""A case as CIOMS I and as E2B(R3): one record, two forms, read back by a reader that is not ours."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from trialwright.safety.case import (
    CasePatient,
    CaseTest,
    Drug,
    DrugRole,
    GivenDose,
    Person,
    SafetyCase,
    StudyIdentity,
    check_case,
)
from trialwright.safety.cioms import render_cioms
from trialwright.safety.e2b import Transmission, check_against_schema, render_e2b
from trialwright.safety.events import (
    Action,
    AdverseEvent,
    Assessment,
    Causality,
    Criterion,
    GradeChange,
    InfusionRelation,
    Outcome,
)
from trialwright.vocabulary.findings import Severity
from trialwright.vocabulary.partial_dates import PartialDate

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2020, 2, 20, 9, 30, tzinfo=SHANGHAI)
NS = {"h": "urn:hl7-org:v3"}

HYPOXIA = AdverseEvent(
    "T6",
    "severe hypoxaemia",
    term="Hypoxia",
    code="10021143",
    version="4.03",
    onset=PartialDate.parse("2020-02-12"),
    end=PartialDate.parse("2020-02"),
    grades=(GradeChange(3),),
    serious=True,
    criteria=frozenset({Criterion.LIFE_THREATENING, Criterion.HOSPITALISATION}),
    assessments=(Assessment("MSC", Causality.NOT_RELATED, Causality.POSSIBLE),),
    action=Action.WITHDRAWN,
    outcome=Outcome.RECOVERED,
)
DOSE = GivenDose(
    start=datetime(2020, 2, 12, 10, 0, tzinfo=SHANGHAI),
    end=datetime(2020, 2, 12, 11, 0, tzinfo=SHANGHAI),
    amount=3e7,
    unit="{cells}",
    lot="L-001",
    route="intravenous",
    text="3.0E7 cells once",
)
CASE = SafetyCase(
    id="CN-PLA302-2020-0001",
    created=datetime(2020, 2, 14, 18, 0, tzinfo=SHANGHAI),
    first_received=datetime(2020, 2, 13, 8, 0, tzinfo=SHANGHAI),
    most_recent=datetime(2020, 2, 14, 8, 0, tzinfo=SHANGHAI),
    study=StudyIdentity("MSC-01", "Mesenchymal stem cells in COVID-19", "NCT04252118", "CN"),
    sender=Person("Sponsor Institute", "CN", city="Beijing", telephone="+86 10 0000", email="safety@example.org"),
    reporter=Person("Hospital 302", "CN", department="Infectious diseases", given="Li", family="Wang"),
    patient=CasePatient("MSC-005", age=57, sex="M", weight_kg=70.5, history="Hypertension since 2010"),
    events=(HYPOXIA,),
    drugs=(
        Drug("MSC", DrugRole.SUSPECT, "human umbilical cord mesenchymal stem cells", (DOSE,), "COVID-19", abated=None),
        Drug("Lopinavir", DrugRole.CONCOMITANT),
    ),
    narrative="Twelve hours after the first infusion oxygen saturation fell to 84 %.",
    meddra_version="12.0",
    tests=(CaseTest("SpO2", PartialDate.parse("2020-02-12"), 84, "%", low=94, text="on room air"),),
    expedited=True,
    reporter_comment="Progression of the disease.",
    sender_comment="A contribution of the product cannot be excluded.",
)
ENVELOPE = Transmission("B-1", "SPONSORID", "CDE", AT)


def xml(case: SafetyCase = CASE) -> etree._Element:
    return etree.fromstring(render_e2b(case, ENVELOPE))


def observed(root: etree._Element, code: str) -> list[etree._Element]:
    return root.xpath(f"//h:*[h:code[@code='{code}'][contains(@codeSystem, '1.1.19')]]/h:value", namespaces=NS)


def test_case_is_complete():
    assert check_case(CASE) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"patient": CasePatient("")}, "case-no-patient"),
        ({"reporter": Person("", "CN")}, "case-no-reporter"),
        ({"drugs": CASE.drugs[1:]}, "case-no-product"),
        ({"events": ()}, "case-no-reaction"),
        ({"id": "0001"}, "case-id"),
        ({"created": datetime(2020, 2, 14)}, "case-times"),  # noqa: DTZ001
        ({"most_recent": datetime(2020, 2, 12, tzinfo=SHANGHAI)}, "case-order"),
        ({"sender": Person("X", "China")}, "case-country"),
        ({"narrative": " "}, "case-narrative"),
        ({"narrative": "x" * 100_001}, "case-long"),
        ({"meddra_version": ""}, "case-meddra"),
        ({"tests": (CaseTest("ECG"),)}, "case-test"),
        ({"amendment": "typing error"}, "case-amendment"),
        ({"events": (replace(HYPOXIA, code="1002"),)}, "case-code"),
        ({"events": (replace(HYPOXIA, verbatim=""),)}, "case-words"),
        ({"events": (replace(HYPOXIA, verbatim="x" * 251),)}, "case-words-long"),
    ],
)
def test_what_keeps_a_case_from_being_sent(change, code):
    found = check_case(replace(CASE, **change))
    assert code in {one.code for one in found if one.severity is Severity.ERROR}


def test_what_makes_a_poor_case_is_only_a_warning():
    poor = replace(CASE, events=(replace(HYPOXIA, onset=None, outcome=None, criteria=frozenset()),))
    found = check_case(poor)
    assert {one.code for one in found} == {"case-onset", "case-outcome", "case-not-serious"}
    assert {one.severity for one in found} == {Severity.WARNING}
    assert xml(poor) is not None


def test_an_independent_reader_reads_the_message_back():
    """The package e2br3 (Apache-2.0), which parses by the implementation guide, finds every element it knows."""
    e2br3 = pytest.importorskip("e2br3", reason="the independent reader e2br3 is not installed")
    batch = e2br3.parse(render_e2b(CASE, ENVELOPE))
    assert (batch.batch_number, batch.sender, batch.receiver, batch.batch_type.code) == ("B-1", "SPONSORID", "CDE", "1")
    assert batch.transmission_date.value == AT
    (message,) = batch.messages
    assert (message.message_id, message.sender, message.receiver) == (CASE.id, "SPONSORID", "CDE")
    icsr = message.icsr
    assert (icsr.safety_report_id, icsr.worldwide_case_id, icsr.report_type.code) == (CASE.id, CASE.id, "2")
    assert icsr.creation_date.value == CASE.created
    assert icsr.first_received_date.value == CASE.first_received
    assert icsr.most_recent_date.value == CASE.most_recent
    assert icsr.narrative == CASE.narrative and icsr.nullification_amendment is None
    (source,) = icsr.primary_sources
    assert (source.country.code, source.qualification.code) == ("CN", "1")
    assert (icsr.patient.name.null_flavor.value, icsr.patient.sex.code) == ("MSK", "1")
    assert (icsr.patient.age.value, icsr.patient.age.unit) == (Decimal(57), "a")
    (reaction,) = icsr.reactions
    assert (reaction.native_term, reaction.native_language) == ("severe hypoxaemia", "eng")
    assert (reaction.meddra_code, reaction.meddra_version, reaction.translated_term) == ("10021143", "12.0", "Hypoxia")
    assert (reaction.start_date.raw, reaction.end_date.raw, reaction.end_date.precision) == (
        "20200212",
        "202002",
        "month",
    )
    assert reaction.life_threatening is True and reaction.hospitalisation is True
    for absent in ("results_in_death", "disabling", "congenital_anomaly", "other_medically_important"):
        assert getattr(reaction, absent).null_flavor.value == "NI"
    assert reaction.outcome.code == "1"
    suspect, concomitant = icsr.drugs
    assert (suspect.role.code, suspect.product_name, suspect.action_taken.code) == ("1", "MSC", "1")
    assert suspect.substances == ["human umbilical cord mesenchymal stem cells"]
    assert (suspect.dosages[0].text, suspect.dosages[0].route_text) == ("3.0E7 cells once", "intravenous")
    (matrix,) = suspect.relatedness
    assert matrix.reaction_index == 0
    judged = {one.source.original_text: one.result for one in matrix.assessments}
    assert judged == {"Investigator": "Not related", "Sponsor": "Possible"}
    assert (concomitant.role.code, concomitant.product_name, concomitant.relatedness) == ("2", "Lopinavir", [])


def test_elements_beyond_the_independent_reader():
    root = xml()
    study = root.find(".//h:researchStudy", NS)
    assert study.findtext("h:title", namespaces=NS) == "Mesenchymal stem cells in COVID-19"
    assert [one.get("extension") for one in study.iter("{urn:hl7-org:v3}id")] == ["MSC-01", "NCT04252118"]
    assert [one.get("value") for one in observed(root, "7")] == ["70.5"]
    assert [one.text for one in observed(root, "18")] == ["Hypertension since 2010"]
    assert [one.get("value") for one in observed(root, "23")] == ["true"]
    (center,) = root.iterfind(".//h:center", NS)
    assert (center.get("value"), center.get("unit")) == ("84", "%")
    (limit,) = root.iterfind(".//h:referenceRange//h:value", NS)
    assert (limit.get("value"), limit.get("unit")) == ("94", "%")
    (dose,) = root.iterfind(".//h:doseQuantity", NS)
    assert (dose.get("value"), dose.get("unit")) == ("30000000", "{cells}")
    assert root.findtext(".//h:lotNumberText", namespaces=NS) == "L-001"
    comments = [one.text for one in observed(root, "10")]
    assert comments == [
        "on room air",
        "Progression of the disease.",
        "A contribution of the product cannot be excluded.",
    ]
    record = root.find(".//h:asIdentifiedEntity", NS)
    assert record.find("h:id", NS).get("extension") == "MSC-005"


def test_nothing_identifies_the_participant():
    """The message and the form hold the study code, no name and no date of birth."""
    text = render_e2b(CASE, ENVELOPE).decode()
    assert "birthTime" not in text and '<name nullFlavor="MSK"/>' in text
    form = render_cioms(CASE)
    assert form.box("2").text == "withheld" and form.box("1").text.endswith("MSC-005")


def test_fatal_case_has_its_cause_and_autopsy():
    dead = replace(HYPOXIA, criteria=frozenset({Criterion.DEATH}), outcome=Outcome.FATAL)
    patient = replace(CASE.patient, death=PartialDate.parse("2020-02-14"), autopsy=False)
    root = xml(replace(CASE, events=(dead,), patient=patient))
    assert root.find(".//h:deceasedTime", NS).get("value") == "20200214"
    (cause,) = observed(root, "32")
    assert cause.get("code") == "10021143"
    assert [one.get("value") for one in observed(root, "5")] == ["false"]
    assert observed(xml(), "32") == [] == observed(xml(), "5")


def test_unknowns_are_null_flavours_never_empty():
    bare = replace(
        CASE,
        events=(AdverseEvent("1", "collapse", code="10009802"),),
        patient=CasePatient("MSC-006"),
        drugs=(Drug("MSC", DrugRole.SUSPECT),),
        tests=(CaseTest("ECG", text="normal"),),
        expedited=None,
        reporter_comment="",
        sender_comment="",
    )
    root = xml(bare)
    assert root.find(".//h:administrativeGenderCode", NS).get("nullFlavor") == "UNK"
    assert root.find(".//h:observation/h:effectiveTime/h:low", NS).get("nullFlavor") == "ASKU"
    assert observed(root, "23")[0].get("nullFlavor") == "NI"
    assert observed(root, "18")[0].get("nullFlavor") == "NI"
    for element in root.iter():
        assert all(value != "" for value in element.attrib.values()), element.tag
        assert len(element) or element.text or element.attrib, element.tag


def test_interruption_has_no_code_and_is_said_in_words():
    root = xml(replace(CASE, events=(replace(HYPOXIA, action=Action.INTERRUPTED),)))
    assert root.find(".//h:inboundRelationship[@typeCode='CAUS']", NS) is None
    assert [one.text for one in observed(root, "2")] == ["Treatment was interrupted."]


def test_times_from_dose_to_reaction_and_rechallenge():
    """Minutes from the latest dose always, from the first dose only after the first infusion (G.k.9.i.3, G.k.9.i.4)."""
    first = replace(HYPOXIA, infusion=InfusionRelation(1, 720))
    third = replace(HYPOXIA, id="T4", infusion=InfusionRelation(3, 120))
    root = xml(replace(CASE, events=(first, third), drugs=(replace(CASE.drugs[0], recurred=False),)))
    pauses = root.xpath("//h:outboundRelationship1[h:pauseQuantity]", namespaces=NS)
    found = [(one.get("typeCode"), one.find("h:pauseQuantity", NS).get("value")) for one in pauses]
    assert found == [("SAS", "720"), ("SAE", "720"), ("SAE", "120")]
    assert {one.find("h:pauseQuantity", NS).get("unit") for one in pauses} == {"min"}
    assert [one.get("code") for one in observed(root, "31")] == ["2", "2"]
    assert observed(xml(), "31") == []


def test_amendment_carries_its_reason():
    root = xml(replace(CASE, amendment="wrong date of onset", initial=False))
    codes = root.xpath("//h:investigationCharacteristic/h:code/@code", namespaces=NS)
    assert codes == ["1", "2", "3", "4"]
    assert root.xpath("//h:originalText[.='wrong date of onset']", namespaces=NS)


def test_references_point_at_what_is_there():
    root = xml(replace(CASE, events=(HYPOXIA, replace(HYPOXIA, id="T4", verbatim="fever", code="10016558"))))
    ids = {
        one.get("root") for one in root.xpath("//h:observation/h:id | //h:substanceAdministration/h:id", namespaces=NS)
    }
    used = root.xpath("//h:adverseEffectReference/h:id/@root | //h:productUseReference/h:id/@root", namespaces=NS)
    assert len(ids) == 4 and set(used) == ids


def test_same_case_same_bytes():
    assert render_e2b(CASE, ENVELOPE) == render_e2b(CASE, ENVELOPE)


def test_schema_where_the_user_supplies_one():
    """A schema of one element stands in for ICH's files, which may not be shipped; it accepts and refuses."""
    template = (
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:hl7-org:v3">'
        '<xs:element name="{}"><xs:complexType><xs:sequence>'
        '<xs:any processContents="skip" maxOccurs="unbounded"/></xs:sequence>'
        '<xs:anyAttribute processContents="skip"/></xs:complexType></xs:element></xs:schema>'
    )
    fits, other = (etree.XMLSchema(etree.fromstring(template.format(n))) for n in ("MCCI_IN200100UV01", "Other"))
    message = render_e2b(CASE, ENVELOPE)
    assert check_against_schema(message, fits) == []
    (finding,) = check_against_schema(message, other)
    assert finding.code == "e2b-schema" and finding.place.line > 0


anything = st.text(min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(anything, anything, st.floats(1e-9, 1e12, allow_nan=False))
def test_any_words_and_numbers_make_a_message_that_can_be_read(words, narrative, amount):
    event = replace(HYPOXIA, verbatim=words)
    dose = replace(DOSE, amount=amount)
    root = xml(replace(CASE, events=(event,), narrative=narrative, drugs=(replace(CASE.drugs[0], doses=(dose,)),)))
    assert float(root.find(".//h:doseQuantity", NS).get("value")) == pytest.approx(amount, rel=1e-14, abs=0)


def test_cioms_has_every_box_once_and_in_order():
    form = render_cioms(CASE)
    numbers = [box.number for part in form.parts for box in part.boxes]
    assert numbers == (
        [
            "1",
            "1a",
            "2",
            "2a",
            "3",
            "4-6",
            "7+13",
            "8-12",
            "14",
            "15",
            "16",
            "17",
            "18",
            "19",
            "20",
            "21",
            "22",
            "23",
            "24a",
            "24b",
            "24c",
            "24d",
            "25",
            "25a",
            "26",
        ]
    )
    assert form.number == CASE.id and len(form.parts) == 4
    with pytest.raises(KeyError):
        form.box("27")


def test_cioms_says_what_the_record_says():
    form = render_cioms(CASE)
    assert form.box("2a").text == "57 years" and form.box("3").text == "male"
    assert form.box("4-6").text == "2020-02-12"
    described = form.box("7+13").text
    for part in ("severe hypoxaemia", "CTCAE 4.03 grade 3", "84 %", "investigator not related, sponsor possible"):
        assert part in described
    ticked = [label for label, on in form.box("8-12").ticks if on]
    assert ticked == ["involved or prolonged inpatient hospitalisation", "life threatening"]
    assert form.box("14").text == "MSC (human umbilical cord mesenchymal stem cells), lot L-001"
    assert form.box("15").text == "3.0E7 cells once" and form.box("16").text == "intravenous"
    assert form.box("18").text == "2020-02-12 10:00+08:00 / 2020-02-12 11:00+08:00"
    assert form.box("19").text == "1 day, 1 administration"
    assert form.box("20").ticks == (("yes", False), ("no", False), ("NA", True))
    assert form.box("22").text == "Lopinavir: not known"
    assert form.box("24b").text == CASE.id and form.box("24c").text == "2020-02-14"
    assert form.box("25a").ticks == (("initial", True), ("follow-up", False))
    assert "NCT04252118" in form.box("26").text and "Wang" in form.box("26").text


def test_cioms_of_several_drugs_numbers_them():
    second = replace(CASE.drugs[0], name="Placebo", substance="", doses=(), abated=False, recurred=True)
    form = render_cioms(replace(CASE, drugs=(CASE.drugs[0], second)))
    assert form.box("14").text.splitlines()[1] == "#2 Placebo, lot not known"
    assert form.box("20").ticks[1] == ("no", True) and form.box("21").ticks[0] == ("yes", True)
    assert form.box("22").text == "none recorded"
