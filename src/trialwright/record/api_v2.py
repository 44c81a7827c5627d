"""ClinicalTrials.gov API v2 JSON: one study, a list of studies, or the page of a search."""

from collections.abc import Iterator

from trialwright.record.build import Shape, build_record, report_trouble
from trialwright.record.model import Record
from trialwright.record.reading import Reading
from trialwright.vocabulary.findings import Finding


def read_api_v2(parsed: object, name: str) -> Iterator[Record | list[Finding]]:
    """Each study of a parsed API v2 file, in the order of the file.

    Parameters
    ----------
    parsed : object
        A study, a list of studies, or an object with the key ``studies``.
    name : str
        Name of the file, for findings.
    """
    studies = list_studies(parsed)
    if isinstance(studies, str):
        yield [report_trouble(name, "record-shape", studies)]
        return
    for number, study in enumerate(studies):
        spot = name if len(studies) == 1 else f"{name}[{number}]"
        yield build_record(study, Reading(format="api_v2", name=spot))


def list_studies(parsed: object) -> list[object] | str:
    """The studies in a parsed file, or a sentence that says why there are none."""
    if isinstance(parsed, list):
        return parsed
    if not isinstance(parsed, dict):
        return "the file holds neither a study nor a list of studies"
    if "studies" in parsed:
        studies = parsed["studies"]
        return studies if isinstance(studies, list) else "studies should be a list"
    return [parsed]


def is_api_v2(parsed: object) -> bool:
    """Whether this looks like API v2: a protocolSection somewhere at the top."""
    studies = list_studies(parsed)
    if isinstance(studies, str):
        return isinstance(parsed, dict) and "studies" in parsed
    first: object = studies[0] if studies else None
    keys: Shape = first if isinstance(first, dict) else {}
    return "protocolSection" in keys or (isinstance(parsed, dict) and "studies" in parsed)
