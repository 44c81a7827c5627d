"""A record on the table of the checker: the record, a date, and what is known beside the public record."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from trialwright.record.model import Record
from trialwright.record.protocol import DateStruct, Outcome, ProtocolSection
from trialwright.vocabulary.partial_dates import PartialDate

CLOSED = frozenset({"COMPLETED", "TERMINATED", "WITHDRAWN"})
OPEN = frozenset({"NOT_YET_RECRUITING", "RECRUITING", "ENROLLING_BY_INVITATION", "ACTIVE_NOT_RECRUITING", "SUSPENDED"})
SETTABLE = CLOSED | OPEN
# Effective date of the final rule, 42 CFR 11: from then on more fields are required.
FINAL_RULE = date(2017, 1, 18)


@dataclass(frozen=True, slots=True)
class Publication:
    """A paper that names the study."""

    pmid: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed in the study: which element of the record, and when.

    ``untold`` says that the record, held against the truth, still does not tell it: no later update has told it then,
    whatever else it may have changed.
    """

    element: str
    on: date
    untold: bool = False

    def is_told(self, updated: PartialDate | None) -> bool:
        """Whether the record tells it: it was updated on that day or later, as far as can be known."""
        return not self.untold and updated is not None and updated.earliest >= self.on


@dataclass(frozen=True, slots=True)
class Background:
    """What the sponsor knows and the public record has no field for. Everything absent keeps its rules silent.

    Parameters
    ----------
    ethics_status : str
        Status of the ethics board: ``APPROVED``, ``SUBMITTED_PENDING``, ``NOT_SUBMITTED``, ``EXEMPT`` …
    is_ind : bool or None
        Whether the study runs under an IND or IDE; ``ind_center`` and ``ind_number`` name it.
    changes : tuple of Change
        Changes of the study that the record must follow.
    amendment_approved : date or None
        When the ethics board approved an amendment that participants were told of.
    comments_on, comments_kind : date or None, str
        When the registry returned comments, on ``registration`` or ``results``.
    publications : tuple of Publication
        Papers that cite the study's number.
    not_archival : tuple of str
        Names of uploaded documents that are not PDF/A.
    earlier : tuple of Record
        Earlier versions of the record, oldest first.
    sibling_ids : tuple of str
        The organisation's ids of its other studies.
    """

    ethics_status: str = ""
    is_ind: bool | None = None
    ind_center: str = ""
    ind_number: str = ""
    changes: tuple[Change, ...] = ()
    amendment_approved: date | None = None
    comments_on: date | None = None
    comments_kind: str = ""
    publications: tuple[Publication, ...] = ()
    not_archival: tuple[str, ...] = ()
    earlier: tuple[Record, ...] = ()
    sibling_ids: tuple[str, ...] = ()


NOTHING_ELSE = Background()


@lru_cache(maxsize=65_536)
def read_partial(text: str) -> PartialDate | None:
    """The date of a text, or None for none; years before 1900 and after 2200 are typing errors."""
    try:
        found = PartialDate.parse(text)
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None


@dataclass(frozen=True, slots=True)
class Case:
    """A record with the dates that many rules need, read once."""

    record: Record
    on: date
    background: Background = NOTHING_ELSE
    start: PartialDate | None = field(init=False)
    primary_completion: PartialDate | None = field(init=False)
    completion: PartialDate | None = field(init=False)
    verified: PartialDate | None = field(init=False)

    def __post_init__(self) -> None:
        status = self.record.protocol.status
        for name, text in (
            ("start", status.start.date),
            ("primary_completion", status.primary_completion.date),
            ("completion", status.completion.date),
            ("verified", status.status_verified_date),
        ):
            object.__setattr__(self, name, read_partial(text))

    @property
    def protocol(self) -> ProtocolSection:
        """The registered part."""
        return self.record.protocol

    @property
    def status(self) -> str:
        """The overall status code."""
        return self.record.protocol.status.overall_status

    @property
    def is_interventional(self) -> bool:
        """Whether this is a clinical trial."""
        return self.record.protocol.design.study_type == "INTERVENTIONAL"

    @property
    def is_new(self) -> bool:
        """Whether it started on or after 2017-01-18, when the final rule took effect."""
        return self.start is not None and self.start.earliest >= FINAL_RULE

    @property
    def completes_new(self) -> bool:
        """Whether primary completion is on or after 2017-01-18."""
        return self.primary_completion is not None and self.primary_completion.earliest >= FINAL_RULE

    def main_dates(self) -> tuple[tuple[str, str, DateStruct, PartialDate | None], ...]:
        """Start, primary completion and study completion: key, name, as told, and as read."""
        status = self.record.protocol.status
        return (
            ("startDateStruct", "start", status.start, self.start),
            (
                "primaryCompletionDateStruct",
                "primary completion",
                status.primary_completion,
                self.primary_completion,
            ),
            ("completionDateStruct", "study completion", status.completion, self.completion),
        )

    def outcomes(self) -> tuple[tuple[str, str, Outcome], ...]:
        """Every registered outcome: path, level (empty where the source is silent), outcome."""
        module = self.record.protocol.outcomes
        return tuple(
            (f"{OUTCOMES}.{key}.{number}", level, outcome)
            for key, level, outcomes in (
                ("primaryOutcomes", "primary", module.primary_outcomes),
                ("secondaryOutcomes", "secondary", module.secondary_outcomes),
                ("otherOutcomes", "other", module.other_outcomes),
                ("unlabelledOutcomes", "", module.unlabelled_outcomes),
            )
            for number, outcome in enumerate(outcomes)
        )


IDENTIFICATION = "protocolSection.identificationModule"
STATUS = "protocolSection.statusModule"
SPONSOR = "protocolSection.sponsorCollaboratorsModule"
OVERSIGHT = "protocolSection.oversightModule"
DESCRIPTION = "protocolSection.descriptionModule"
CONDITIONS = "protocolSection.conditionsModule"
DESIGN = "protocolSection.designModule"
ARMS = "protocolSection.armsInterventionsModule"
OUTCOMES = "protocolSection.outcomesModule"
ELIGIBILITY = "protocolSection.eligibilityModule"
CONTACTS = "protocolSection.contactsLocationsModule"
REFERENCES = "protocolSection.referencesModule"
IPD = "protocolSection.ipdSharingStatementModule"
FLOW = "resultsSection.participantFlowModule"
BASELINE = "resultsSection.baselineCharacteristicsModule"
MEASURES = "resultsSection.outcomeMeasuresModule.outcomeMeasures"
EVENTS = "resultsSection.adverseEventsModule"
MORE = "resultsSection.moreInfoModule"
DOCUMENTS = "documentSection.largeDocumentModule"
