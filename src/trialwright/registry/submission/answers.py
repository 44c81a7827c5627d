"""What only a person can say about results, read from a file; and what a rehearsal assumes in its place."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from trialwright.record.model import Record
from trialwright.vocabulary.findings import Finding, Place

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class Contact(BaseModel):
    """Who answers questions about the results."""

    model_config = _FROZEN
    title: str = ""
    organization: str = ""
    email: str = ""
    phone: str = ""


class Agreement(BaseModel):
    """Whether the investigators are the sponsor's employees, and what an agreement forbids them to publish."""

    model_config = _FROZEN
    employee: bool | None = None
    restrictive: bool | None = None
    restriction: Literal["", "LTE60", "GT60", "OTHER"] = ""
    details: str = ""


class Document(BaseModel):
    """An uploaded document: its date (yyyy-mm-dd), its file and what it holds."""

    model_config = _FROZEN
    date: str
    filename: str = ""
    protocol: bool = False
    sap: bool = False
    icf: bool = False


class Answers(BaseModel):
    """A person's answers. Empty is not answered: outside a rehearsal the rules of the registry then refuse.

    ``threshold`` is the share (per cent of an arm) from which other adverse events are listed: 0 or 5. ``assessment``
    says how adverse events were found. ``limitations`` and ``recruitment`` replace the drafted texts.
    """

    model_config = _FROZEN
    contact: Contact = Contact()
    agreement: Agreement = Agreement()
    documents: tuple[Document, ...] = ()
    no_plan: bool = False
    threshold: Literal[0, 5] = 5
    assessment: Literal["SYSTEMATIC_ASSESSMENT", "NON_SYSTEMATIC_ASSESSMENT"] = "SYSTEMATIC_ASSESSMENT"
    limitations: str = Field(default="", max_length=500)
    recruitment: str = Field(default="", max_length=500)


NO_ANSWERS = Answers()


def read_answers(data: bytes, name: str) -> Answers | list[Finding]:
    """The answers in a JSON file, or findings.

    >>> read_answers(b'{"threshold": 3}', "a.json")[0].place.path
    'threshold'
    """
    try:
        return Answers.model_validate(from_json(data))
    except ValidationError as trouble:
        return [
            Finding("answers", str(error["msg"]), Place(file=name, path=".".join(map(str, error["loc"]))))
            for error in trouble.errors(include_url=False, include_context=False, include_input=False)
        ]
    except ValueError as trouble:
        return [Finding("answers", str(trouble), Place(file=name))]


def render_answers(answers: Answers) -> str:
    """The answers as ``read_answers`` reads them; '' where nobody has said anything."""
    return "" if answers == NO_ANSWERS else answers.model_dump_json(exclude_defaults=True)


def assume_answers(answers: Answers, record: Record, day: str) -> Answers:
    """The answers with what is missing assumed, for a rehearsal only: nobody has said it."""
    changes: dict[str, Any] = {}
    contact = answers.contact
    if not (contact.title and contact.organization and (contact.email or contact.phone)):
        sponsor = record.protocol.sponsor.lead_sponsor.name or "The sponsor"
        changes["contact"] = Contact(
            title=contact.title or "Study office",
            organization=contact.organization or sponsor,
            email=contact.email or "not-given@rehearsal.invalid",
            phone=contact.phone,
        )
    if answers.agreement.employee is None:
        changes["agreement"] = Agreement(employee=False, restrictive=False)
    if not answers.documents:
        changes["documents"] = (Document(date=day, protocol=True, sap=True),)
    return answers.model_copy(update=changes)
