"""The row of ClinicalTrials.gov's classic CSV download, as a JSON object keyed by column."""

from collections.abc import Mapping

from trialwright.record.build import Shape, build_record, prune, report_trouble
from trialwright.record.model import Record
from trialwright.record.reading import Reading
from trialwright.record.words import read_ages, read_code, read_count, read_date, read_masking, read_phases
from trialwright.vocabulary.findings import Finding, Place, Severity

_KEPT = ("Rank", "Funded Bys", "Study Documents", "URL", "Study Results")


def is_ctgov_csv_row(parsed: object) -> bool:
    """Whether a parsed JSON object is a row of the classic download."""
    return isinstance(parsed, dict) and "NCT Number" in parsed and "Study Designs" in parsed


def read_ctgov_csv_row(row: Mapping[str, object], name: str) -> Record | list[Finding]:
    """The study in one row. The row gives titles of outcomes without level or time frame."""
    wrong = [key for key, value in row.items() if not isinstance(value, str | None)]
    if wrong:
        return [report_trouble(name, "record-shape", "a cell should be text", key) for key in wrong]
    cells = {key: str(value or "").strip() for key, value in row.items()}
    sections = {
        "identificationModule": prune(
            {
                "nctId": cells.get("NCT Number"),
                "orgStudyIdInfo": prune({"id": (_bars(cells, "Other IDs") or [""])[0]}),
                "secondaryIdInfos": [{"id": other} for other in _bars(cells, "Other IDs")[1:]],
                "briefTitle": cells.get("Title"),
                "acronym": cells.get("Acronym"),
            }
        ),
        "statusModule": _status(cells),
        "sponsorCollaboratorsModule": _sponsor(cells),
        "conditionsModule": prune({"conditions": _bars(cells, "Conditions")}),
        "designModule": _design(cells),
        "armsInterventionsModule": prune({"interventions": [_typed(text) for text in _bars(cells, "Interventions")]}),
        "outcomesModule": prune({"unlabelledOutcomes": [{"measure": one} for one in _bars(cells, "Outcome Measures")]}),
        "eligibilityModule": _eligibility(cells),
        "contactsLocationsModule": prune({"locations": [_place(text) for text in _bars(cells, "Locations")]}),
    }
    note = Finding(
        "unlabelled-outcomes",
        "the row does not say which outcomes are primary",
        Place(file=name, path="Outcome Measures"),
        Severity.NOTE,
    )
    kept = tuple((key, cells[key]) for key in _KEPT if cells.get(key))
    results = cells.get("Study Results", "") == "Has Results"
    return build_record(
        {"protocolSection": prune(sections), "hasResults": results}, Reading("ctgov_csv", name, (note,), columns=kept)
    )


def _bars(cells: Mapping[str, str], key: str) -> list[str]:
    return [part.strip() for part in cells.get(key, "").split("|") if part.strip()]


def _typed(text: str) -> Shape:
    kind, colon, title = text.partition(": ")
    return {"type": read_code(kind), "name": title} if colon else {"name": text}


def _status(cells: Mapping[str, str]) -> Shape:
    dates = {
        "startDateStruct": "Start Date",
        "primaryCompletionDateStruct": "Primary Completion Date",
        "completionDateStruct": "Completion Date",
        "studyFirstPostDateStruct": "First Posted",
        "resultsFirstPostDateStruct": "Results First Posted",
        "lastUpdatePostDateStruct": "Last Update Posted",
    }
    shape = {key: prune({"date": read_date(cells.get(column, "")) or ""}) for key, column in dates.items()}
    return prune({"overallStatus": read_code(cells.get("Status", ""), "status"), **shape})


def _sponsor(cells: Mapping[str, str]) -> Shape:
    names = [{"name": name} for name in _bars(cells, "Sponsor/Collaborators")]
    return {"leadSponsor": names[0], "collaborators": names[1:]} if names else {}


def _design(cells: Mapping[str, str]) -> Shape:
    parts = dict(text.split(": ", 1) for text in _bars(cells, "Study Designs") if ": " in text)
    level, roles = read_masking(parts.get("Masking", ""))
    info = {
        "allocation": read_code(parts.get("Allocation", ""), "allocation"),
        "interventionModel": read_code(parts.get("Intervention Model", ""), "model"),
        "primaryPurpose": read_code(parts.get("Primary Purpose", ""), "purpose"),
        "observationalModel": read_code(parts.get("Observational Model", ""), "observational_model"),
        "timePerspective": read_code(parts.get("Time Perspective", "")),
        "maskingInfo": prune({"masking": level, "whoMasked": roles}),
    }
    count = read_count(cells.get("Enrollment", ""))
    return prune(
        {
            "studyType": read_code(cells.get("Study Type", ""), "study_type"),
            "phases": [phase for text in _bars(cells, "Phases") for phase in read_phases(text)],
            "designInfo": prune(info),
            "enrollmentInfo": {} if count is None else {"count": count},
        }
    )


def _eligibility(cells: Mapping[str, str]) -> Shape:
    ages = cells.get("Age", "").partition("(")[0].strip()
    low, _, high = ages.partition(" to ")
    low, high = (low.strip(), high.strip()) if high else ("", "") if "up to" in ages else (ages.split(" and ")[0], "")
    shape = {"sex": read_code(cells.get("Gender", ""), "sex"), "minimumAge": low, "maximumAge": high}
    return prune({**shape, "stdAges": read_ages(low, high) if ages else []})


def _place(text: str) -> Shape:
    parts = [part.strip() for part in text.split(", ")]
    city = parts[-2] if len(parts) > 1 else ""
    return prune({"facility": ", ".join(parts[:-2]), "city": city, "country": parts[-1]})
