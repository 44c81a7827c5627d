"""What only a person can say about results, as fields of a form."""

from collections.abc import Mapping
from typing import Any

from trialwright.registry.submission import Answers
from trialwright.registry.submission.answers import Agreement, Contact, Document
from trialwright.web.catalogue import render_text
from trialwright.web.written import read_day

_YES_NO = {"yes": True, "no": False}
_LONGEST = 500


def read_fields(posted: Mapping[str, str]) -> Answers:
    """The answers of a form; what was left empty is not answered."""

    def say(name: str) -> str:
        return posted.get(name, "").strip()[:_LONGEST]

    restriction = say("restriction")
    documents: tuple[Document, ...] = ()
    if day := read_day(posted, "document_date"):
        kinds = {name: bool(say(f"has_{name}")) for name in ("protocol", "sap", "icf")}
        documents = (Document(date=day, filename=say("document_file"), **kinds),)
    return Answers(
        contact=Contact(
            title=say("contact_title"), organization=say("contact_organization"), email=say("contact_email"),
            phone=say("contact_phone"),
        ),
        agreement=Agreement(
            employee=_YES_NO.get(say("employee")), restrictive=_YES_NO.get(say("restrictive")),
            restriction=restriction if restriction in ("LTE60", "GT60", "OTHER") else "",
            details=say("details"),
        ),
        documents=documents,
        no_plan=bool(say("no_plan")),
        threshold=0 if say("threshold") == "0" else 5,
        assessment="NON_SYSTEMATIC_ASSESSMENT" if say("assessment") == "NON_SYSTEMATIC_ASSESSMENT"
        else "SYSTEMATIC_ASSESSMENT",
        limitations=say("limitations"),
        recruitment=say("recruitment"),
    )  # fmt: skip


def fill_fields(answers: Answers) -> dict[str, Any]:
    """The fields of a form for answers that were given before."""
    words = {True: "yes", False: "no", None: ""}
    document = answers.documents[0] if answers.documents else Document(date="")
    return {
        "contact_title": answers.contact.title, "contact_organization": answers.contact.organization,
        "contact_email": answers.contact.email, "contact_phone": answers.contact.phone,
        "employee": words[answers.agreement.employee], "restrictive": words[answers.agreement.restrictive],
        "restriction": answers.agreement.restriction, "details": answers.agreement.details,
        "document_date": document.date, "document_file": document.filename, "has_protocol": document.protocol,
        "has_sap": document.sap, "has_icf": document.icf, "no_plan": answers.no_plan,
        "threshold": str(answers.threshold), "assessment": answers.assessment, "limitations": answers.limitations,
        "recruitment": answers.recruitment,
    }  # fmt: skip


def list_choices(language: str) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen: code and text."""

    def name(kind: str, *codes: str) -> list[tuple[str, str]]:
        return [(code, render_text(f"{kind}.{code}", language)) for code in codes]

    return {
        "yes_no": [("", ""), *name("kind.registry_answer", "yes", "no")],
        "restriction": [("", ""), *name("kind.registry_restriction", "LTE60", "GT60", "OTHER")],
        "threshold": [("5", "5 %"), ("0", "0 %")],
        "assessment": name("kind.registry_assessment", "SYSTEMATIC_ASSESSMENT", "NON_SYSTEMATIC_ASSESSMENT"),
    }
