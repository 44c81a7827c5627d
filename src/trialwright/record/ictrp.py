"""WHO ICTRP exports: the XML, and one row of the CSV or sheet as a JSON object.

The columns are WHO's 24-item data set. Columns without a field in the record are kept in ``reading.columns``. The
``Primary_outcome`` column names titles only, in no fixed order; titles with a semicolon cannot be told apart.
"""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from trialwright.record.build import Shape, build_record, prune, report_trouble
from trialwright.record.model import Record
from trialwright.record.reading import Reading
from trialwright.record.words import read_ages, read_code, read_count, read_date, read_masking, read_phases
from trialwright.vocabulary.findings import Finding, Place, Severity

_BREAK = re.compile(r"\s*_x000D_|\r", re.IGNORECASE)
_USED = {
    "TrialID",
    "Public title",
    "Scientific title",
    "Acronym",
    "Primary sponsor",
    "Date registration3",
    "Recruitment Status",
    "Inclusion agemin",
    "Inclusion agemax",
    "Inclusion gender",
    "Date enrollement",
    "Target size",
    "Study type",
    "Study design",
    "Phase",
    "Countries",
    "Contact Firstname",
    "Contact Lastname",
    "Contact Email",
    "Contact Tel",
    "Inclusion Criteria",
    "Exclusion Criteria",
    "Condition",
    "Intervention",
    "Primary outcome",
    "Secondary outcome",
}


def is_ictrp_row(parsed: object) -> bool:
    """Whether a parsed JSON object is a row of an ICTRP table."""
    return isinstance(parsed, dict) and "TrialID" in parsed and any("title" in str(key).lower() for key in parsed)


def read_ictrp_xml(root: "etree._Element", name: str) -> Iterator[Record | list[Finding]]:
    """Each ``Trial`` of an ICTRP XML export."""
    trials = [root] if root.tag == "Trial" else list(root.iter("Trial"))
    for number, trial in enumerate(trials):
        spot = name if len(trials) == 1 else f"{name}[{number}]"
        row = {str(field.tag).replace("_", " "): field.text or "" for field in trial if isinstance(field.tag, str)}
        yield read_ictrp_row(row, spot)


def read_ictrp_row(row: Mapping[str, object], name: str) -> Record | list[Finding]:
    """The study in one row, keyed by column name; an absent cell is null or empty."""
    wrong = [key for key, value in row.items() if not isinstance(value, str | int | float | None)]
    if wrong:
        return [report_trouble(name, "record-shape", "a cell should be text", key) for key in wrong]
    cells = {key.replace("_", " "): "" if value is None else str(value) for key, value in row.items()}
    return build_record(_shape(cells), _reading(cells, name))


def _reading(cells: Mapping[str, str], name: str) -> Reading:
    kept = tuple((key, value) for key, value in cells.items() if key not in _USED and value.strip())
    note = Finding(
        "outcome-titles",
        "the export gives titles of primary outcomes without time frames and no secondary outcomes",
        Place(file=name, path="Primary outcome"),
        Severity.NOTE,
    )
    return Reading("ictrp", name, (note,) if cells.get("Primary outcome") else (), columns=kept)


def _shape(cells: Mapping[str, str]) -> Shape:
    sections = {
        "identificationModule": prune(
            {
                "nctId": cells.get("TrialID", "").strip(),
                "briefTitle": cells.get("Public title", "").strip(),
                "officialTitle": cells.get("Scientific title", "").strip(),
                "acronym": cells.get("Acronym", "").strip(),
            }
        ),
        "statusModule": _status(cells),
        "sponsorCollaboratorsModule": _sponsor(cells.get("Primary sponsor", "").strip()),
        "conditionsModule": prune({"conditions": _split(cells.get("Condition", ""))}),
        "designModule": _design(cells),
        "armsInterventionsModule": prune({"interventions": _interventions(cells.get("Intervention", ""))}),
        "outcomesModule": prune(
            {
                "primaryOutcomes": [{"measure": title} for title in _split(cells.get("Primary outcome", ""))],
                "secondaryOutcomes": [{"measure": title} for title in _split(cells.get("Secondary outcome", ""))],
            }
        ),
        "eligibilityModule": _eligibility(cells),
        "contactsLocationsModule": _contacts(cells),
    }
    return {"protocolSection": prune(sections)}


def _sponsor(name: str) -> Shape:
    return {"leadSponsor": {"name": name}} if name else {}


def _split(text: str) -> list[str]:
    return [part.strip() for part in re.split(r";|<br>", text) if part.strip()]


def _status(cells: Mapping[str, str]) -> Shape:
    start, registered = cells.get("Date enrollement", ""), cells.get("Date registration3", "")
    return prune(
        {
            "overallStatus": read_code(cells.get("Recruitment Status", ""), "status"),
            "startDateStruct": prune({"date": read_date(start) or start.strip()}),
            "studyFirstSubmitDate": read_date(registered) or registered.strip(),
        }
    )


def _design(cells: Mapping[str, str]) -> Shape:
    """ "Allocation: Randomized. Intervention model: …" cut at the labels; a design in other words is kept as it is."""
    parts = dict(re.findall(r"([A-Z][A-Za-z ]+):\s*([^.]*)\.", cells.get("Study design", "")))
    level, roles = read_masking(parts.get("Masking", ""))
    info = {
        "allocation": read_code(parts.get("Allocation", ""), "allocation"),
        "interventionModel": read_code(parts.get("Intervention model", ""), "model"),
        "primaryPurpose": read_code(parts.get("Primary purpose", ""), "purpose"),
        "observationalModel": read_code(parts.get("Observational Model", ""), "observational_model"),
        "timePerspective": read_code(parts.get("Time Perspective", "")),
        "maskingInfo": prune({"masking": level, "whoMasked": roles}),
    }
    size = read_count(cells.get("Target size", "").strip().removesuffix(".0"))
    return prune(
        {
            "studyType": read_code(cells.get("Study type", ""), "study_type"),
            "phases": read_phases(cells.get("Phase", "")),
            "designInfo": prune(info),
            "enrollmentInfo": {} if size is None else {"count": size},
        }
    )


def _interventions(text: str) -> list[Shape]:
    found = []
    for shown in _split(text):
        kind, colon, title = shown.partition(": ")
        found.append({"type": read_code(kind), "name": title} if colon else {"name": shown})
    return found


def _eligibility(cells: Mapping[str, str]) -> Shape:
    texts = [render_plain(cells.get(key, "")) for key in ("Inclusion Criteria", "Exclusion Criteria")]
    low, high = (cells.get(f"Inclusion age{end}", "").strip() for end in ("min", "max"))
    return prune(
        {
            "eligibilityCriteria": "\n\n".join(text for text in texts if text),
            "sex": read_code(cells.get("Inclusion gender", ""), "sex"),
            "minimumAge": "" if low == "N/A" else low,
            "maximumAge": "" if high == "N/A" else high,
            "stdAges": read_ages(low, high) if low or high else [],
        }
    )


def render_plain(text: str) -> str:
    """A criteria cell without its ``<br>`` marks and sheet escapes; line ends and indents stay.

    >>> render_plain("_x000D_<br>  Inclusion:_x000D_<br>   1. Age")
    'Inclusion:\\n   1. Age'
    """
    plain = re.sub(r"\n?<br ?/?>\n?", "\n", _BREAK.sub("", text))
    # The export sets every line eight spaces in.
    return "\n".join(line.removeprefix("        ").rstrip() for line in plain.split("\n")).strip()


def _contacts(cells: Mapping[str, str]) -> Shape:
    columns = [cells.get(key, "").split(";") for key in ("Contact Lastname", "Contact Tel", "Contact Email")]
    contacts = []
    for number, last in enumerate(columns[0]):
        phone, email = (column[number].strip() if number < len(column) else "" for column in columns[1:])
        contacts.append(prune({"name": last.strip(), "phone": phone, "email": email}))
    countries = [{"country": country} for country in _split(cells.get("Countries", ""))]
    return prune({"centralContacts": [contact for contact in contacts if contact], "locations": countries})
