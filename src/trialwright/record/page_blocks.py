"""A study page's text cut into the blocks that it is made of: rows, arm cells, outcomes, criteria, facilities."""

import re
from dataclasses import dataclass, field

from trialwright.record.words import ARM_TYPES, INTERVENTION_TYPES, read_code

_ROW = re.compile(r"^(?P<label>[A-Z][A-Za-z.,()' -]{2,60}?)\s*:\s*(?P<bar>\|?)\s*(?P<value>.*?)\s*\|?$")
_RULE = re.compile(r"^[-| ]+$")
_OUTCOME = re.compile(r"^(?:[-*•]|\d+[.)])\s+(?P<measure>.*?)\s*\[\s*Time Frame:\s*(?P<frame>.*?)\s*\]\s*(?P<text>.*)$")
_OUTCOME_LEVEL = re.compile(r"^(Primary|Secondary|Other)(?: Pre-?specified)? Outcome Measures?\b", re.IGNORECASE)
_TYPED = re.compile(r"^(?P<type>[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+)?): (?P<title>.+)$")
_PHONE = re.compile(r"\+?\d[\d\s().-]{5,}\d(?:\s*ext\.?\s*\d+)?")
_MAIL = re.compile(r"[^\s|@]+@[^\s|@]+\.[^\s|@]+")
_COLON_ROWS = ("Verified", "Recruitment Status", "Recruitment status was", "First Posted", "Last Update Posted")
# Sentences that the site prints on every page.
_SITE_TEXT = (
    "The safety and scientific validity of this study",
    "Listing a study does not mean",
    "Choosing to participate in a study",
    "To learn more about this study",
    "Please refer to this study by",
    "Individual Participant Data (IPD) Sharing Statement",
    "- Study Details",
    "- Tabular View",
    "- No Results Posted",
    "- Study Results",
    "- Disclaimer",
    "- How to Read a Study Record",
    "![]",
)


@dataclass(frozen=True, slots=True)
class ArmCell:
    """A cell of the arms table: an arm or an intervention."""

    is_arm: bool
    shown_type: str
    type: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class OutcomeBlock:
    """An outcome; ``level`` is empty where the page does not say it."""

    level: str
    measure: str
    time_frame: str
    text: str


@dataclass(slots=True)
class Facility:
    """A facility with its status, address and contacts."""

    facility: str
    status: str
    country: str
    state: str = ""
    city: str = ""
    zip: str = ""
    contacts: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """Everything found on a page; ``unread`` keeps the lines that found no block."""

    title: str = ""
    rows: dict[str, str] = field(default_factory=dict)
    conditions: list[str] = field(default_factory=list)
    interventions: list[str] = field(default_factory=list)
    phase: str = ""
    loose_text: list[str] = field(default_factory=list)
    arm_cells: list[ArmCell] = field(default_factory=list)
    outcomes: list[OutcomeBlock] = field(default_factory=list)
    criteria: str = ""
    contacts: list[dict[str, str]] = field(default_factory=list)
    locations: list[Facility] = field(default_factory=list)
    country: str = ""
    state: str = ""
    unread: list[str] = field(default_factory=list)

    def row(self, label: str) -> str:
        """The text of a labelled row, or an empty text."""
        return self.rows.get(label, "")


def split_page(text: str) -> Page:
    """The blocks of a page text, each found by how it begins."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    page = Page(title=next((line.strip() for line in lines if line.strip()), ""))
    at = lines.index(page.title) + 1 if page.title in lines else 0
    while at < len(lines):
        at = _take_block(page, lines, at)
    return page


def _take_block(page: Page, lines: list[str], at: int) -> int:
    """Read the block that begins at line ``at`` into the page; the number of the line after it."""
    line = lines[at]
    bare = line.strip(" |")
    if not bare or _RULE.match(line) or line.startswith(_SITE_TEXT):
        return at + 1
    if line.startswith("Condition or disease"):
        return _take_conditions(page, lines, at + 1)
    if re.match(r"^Arm(s| Group)?\s*\|", line):
        return _take_arms(page, lines, at + 1)
    if _OUTCOME.match(line) or _OUTCOME_LEVEL.match(line):
        return _take_outcomes(page, lines, at)
    if re.match(r"^(Key )?Inclusion Criteria\b", line, re.IGNORECASE) and not page.criteria:
        return _take_criteria(page, lines, at)
    if line.startswith("Contact:"):
        return _take_contact(page, line, at)
    place = re.match(r"^(?P<name>[^|:]+) \|\s*(?P<status>[^|]*)\|$", line)
    if place and "Study Type" in page.rows and not page.row("Responsible Party"):
        return _take_place(page, lines, at, place["name"].strip(), place["status"].strip())
    return _take_row(page, lines, at)


def _take_row(page: Page, lines: list[str], at: int) -> int:
    line = lines[at]
    if line.startswith("Verified "):
        page.rows["Verified"] = line.strip(" |")
        return at + 1
    match = _ROW.match(line)
    if match and (match["bar"] or match["label"] in _COLON_ROWS or match["label"].endswith("Identifier")):
        value, after = match["value"], at + 1
        if match["bar"] and line.count("|") == 1:
            cells = [value] if value else []
            while after < len(lines):
                cells.append(lines[after].strip(" |"))
                after += 1
                if lines[after - 1].endswith("|"):
                    break
            value = "\n".join(cell for cell in cells if cell)
        page.rows.setdefault(match["label"], value)
        return after
    if "Study Type" not in page.rows and len(line) > 60:
        page.loose_text.append(line.strip())
    else:
        page.unread.append(line.strip(" |"))
    return at + 1


def _take_conditions(page: Page, lines: list[str], at: int) -> int:
    """The table of conditions, interventions and phase; a cell may hold several lines."""
    cells: list[str] = [""]
    while at < len(lines) and len(cells) < 4:
        if not _RULE.match(lines[at]):
            first, *rest = lines[at].split("|")
            cells[-1] = f"{cells[-1]}\n{first.strip()}".strip()
            cells.extend(part.strip() for part in rest)
        at += 1
    conditions, interventions, phase = (*cells, "", "", "")[:3]
    page.conditions = conditions.split("\n") if conditions else []
    page.interventions = interventions.split("\n") if interventions else []
    page.phase = phase
    return at


def _take_arms(page: Page, lines: list[str], at: int) -> int:
    """The arms table: cells end with a bar; an arm's cell is followed by those of its interventions."""
    cell: list[str] = []
    while at < len(lines):
        line = lines[at]
        if _OUTCOME.match(line) or _OUTCOME_LEVEL.match(line) or (not line.strip() and not any(cell)):
            break
        at += 1
        if _RULE.match(line) and "---" in line:
            continue
        first, *others = line.split("|")
        cell.append(first)
        for other in others:
            _add_arm_cell(page, cell)
            cell = [other]
    if any(cell):
        _add_arm_cell(page, cell)
    return at


def _add_arm_cell(page: Page, cell: list[str]) -> None:
    """Split a cell at the lines that begin with a type ("Biological: MSCs") and keep each part."""
    parts: list[list[str]] = []
    for line in (text.strip() for text in cell):
        typed = _TYPED.match(line)
        if typed and read_code(typed["type"]) in ARM_TYPES | INTERVENTION_TYPES:
            parts.append([line])
        elif line and parts:
            parts[-1].append(line)
        elif line:
            page.unread.append(line)
    for head, *texts in parts:
        shown, _, title = head.partition(": ")
        code = read_code(shown)
        # "Other" is a type of both: it is an intervention when the arm before it still has none.
        waiting = bool(page.arm_cells) and page.arm_cells[-1].is_arm and page.arm_cells[-1].type != "NO_INTERVENTION"
        is_arm = code in ARM_TYPES and not (code == "OTHER" and (waiting or head in page.interventions))
        page.arm_cells.append(ArmCell(is_arm, shown, code, title.strip(), "\n".join(texts)))


def _take_outcomes(page: Page, lines: list[str], at: int) -> int:
    level = ""
    while at < len(lines) and (line := lines[at].strip()):
        label = _OUTCOME_LEVEL.match(line)
        match = _OUTCOME.match(line)
        if match:
            page.outcomes.append(OutcomeBlock(level, match["measure"], match["frame"], match["text"].strip()))
        elif label:
            level = label.group(1).lower()
        elif page.outcomes and not _ROW.match(line):
            last = page.outcomes[-1]
            page.outcomes[-1] = OutcomeBlock(last.level, last.measure, last.time_frame, f"{last.text}\n{line}".strip())
        else:
            break
        at += 1
    return at


def _take_criteria(page: Page, lines: list[str], at: int) -> int:
    """The criteria run to the site's sentence about contacts, or to the next labelled row."""
    first = at
    while at < len(lines) and not lines[at].startswith(_SITE_TEXT) and not re.match(r"^[^|]+: \|", lines[at]):
        if lines[at].startswith("Contact:"):
            break
        at += 1
    page.criteria = "\n".join(lines[first:at]).strip()
    return at


def _take_contact(page: Page, line: str, at: int) -> int:
    text = line.removeprefix("Contact:").strip(" |")
    contact = {}
    mail, phone = _MAIL.search(text), _PHONE.search(text)
    for key, found in (("phone", phone), ("email", mail)):
        if found:
            contact[key] = found.group().strip()
    ends = [found.start() for found in (mail, phone) if found]
    contact = {"name": text[: min(ends, default=len(text))].strip(" |"), **contact}
    (page.locations[-1].contacts if page.locations else page.contacts).append(contact)
    return at + 1


def _take_place(page: Page, lines: list[str], at: int, name: str, status: str) -> int:
    """A country (a row with an empty second cell) or a facility followed by its address."""
    if not status:
        country, _, state = name.partition(", ")
        page.country, page.state = country, state
        return at + 1
    facility = Facility(name, status, page.country, page.state)
    page.locations.append(facility)
    address = lines[at + 1].strip(" |") if at + 1 < len(lines) else ""
    parts = [part.strip() for part in address.split(",")]
    if len(parts) < 2 or "Contact:" in address:
        return at + 1
    facility.city = parts[0]
    if re.search(r"\d", parts[-1]):
        facility.zip = parts[-1]
    return at + 2
