"""The typed registry record, in the shape of ClinicalTrials.gov's API v2.

Texts stay as the registry wrote them: a code that is not on its list is for the rule checker to report, not for the
reader to refuse. Absent texts are empty, absent lists are empty, absent counts and yes/no answers are None.
"""

from typing import Any

from pydantic import Field

from trialwright.record.base import Count, Part, YesNo
from trialwright.record.protocol import ProtocolSection
from trialwright.record.reading import Reading
from trialwright.record.results_section import ResultsSection


class LargeDocument(Part):
    """An uploaded protocol, analysis plan or consent form."""

    type_abbrev: str = ""
    has_protocol: YesNo | None = None
    has_sap: YesNo | None = None
    has_icf: YesNo | None = None
    label: str = ""
    date: str = ""
    upload_date: str = ""
    filename: str = ""
    size: Count | None = None


class LargeDocuments(Part):
    """Uploaded documents, or the statement that there is no analysis plan."""

    no_sap: YesNo | None = None
    large_docs: tuple[LargeDocument, ...] = ()


class DocumentSection(Part):
    """Uploaded documents."""

    large_documents: LargeDocuments = Field(default=LargeDocuments(), alias="largeDocumentModule")


class Record(Part):
    """One study as a registry tells it.

    ``reading`` says how this record was read and is no part of the record; ``derived_section`` and
    ``annotation_section`` are made by the registry and kept as they came.
    """

    protocol: ProtocolSection = Field(default=ProtocolSection(), alias="protocolSection")
    results: ResultsSection | None = Field(default=None, alias="resultsSection")
    annotation_section: dict[str, Any] = Field(default_factory=dict)
    document_section: DocumentSection = DocumentSection()
    derived_section: dict[str, Any] = Field(default_factory=dict)
    has_results: YesNo | None = None
    reading: Reading = Field(default=Reading(), exclude=True, alias="trialwrightReading")

    @property
    def nct_id(self) -> str:
        """The registry's number of the study."""
        return self.protocol.identification.nct_id
