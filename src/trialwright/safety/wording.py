"""The official wording of CTCAE's grades, read from NCI's own spreadsheet and held beside our table of facts.

The wording is not shipped; whoever wants to see it gives NCI's file. What the file says is compared with the table of
facts, so that a wrong, cut or altered file is found before anybody grades by it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from trialwright.safety.terms import VERSIONS, CtcaeTable, CtcaeTerm, load_terms
from trialwright.vocabulary.findings import Finding, Place, Severity

Row = Mapping[str, str]
_EMPTY = re.compile(r"[\s\-–—]*")
_CODE = re.compile(r"\d{8}")


@dataclass(frozen=True, slots=True)
class TermWording:
    """What NCI prints for one term: the text of each grade that it has, its definition, its navigational note."""

    grades: Mapping[int, str]
    definition: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """The wording of one version, by the code of the term.

    ``translations`` holds terms in other languages: language, then code, then the term.
    """

    version: str
    terms: Mapping[str, TermWording]
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    def text(self, term_or_code: str, grade: int) -> str:
        """What NCI prints for a grade of a term; empty where the term, or this grade of it, does not exist."""
        found = load_terms(self.version).find(term_or_code)
        wording = self.terms.get(found.code) if found else None
        return wording.grades.get(grade, "") if wording else ""


def compute_wording(rows: Sequence[Row], version: str = "") -> tuple[Wording | None, list[Finding]]:
    """The wording in the rows of NCI's spreadsheet, and what differs from the table of facts.

    Parameters
    ----------
    rows : sequence of mapping of str to str
        One row a term, by the headings of the file. Headings are recognised by their words: code, SOC, term, grade 1
        to grade 5, definition, navigational note.
    version : str
        Version of CTCAE; empty: the one whose codes the rows have.

    Returns
    -------
    Wording or None
        None when the rows are not a table of CTCAE.
    list of Finding
        ERROR: not a table of CTCAE, a term missing, unknown or with another code. WARNING: other grades or class.
    """
    columns = _columns(rows[0]) if rows else {}
    missing = [name for name in ("code", "term", "grade1", "grade5") if name not in columns]
    if missing:
        return None, [Finding("wording-columns", f"no column for {', '.join(missing)}: not a table of CTCAE")]
    read = [_read(row, columns) for row in rows]
    read = [one for one in read if _CODE.fullmatch(one[0])]
    table = load_terms(version or _likeliest([code for code, *_ in read]))
    findings = [*_check_terms(table, read), *_check_missing(table, {code for code, *_ in read})]
    known = {term.code for term in table.terms}
    return Wording(table.version, {code: words for code, _, _, words in read if code in known}), findings


def compute_translation(rows: Sequence[Row], language: str, table: CtcaeTable) -> tuple[dict[str, str], list[Finding]]:
    """Terms in another language by code, and the rows that name no term.

    The rows have a column ``code`` or ``term`` and a column named as the language (``zh``).
    """
    found: dict[str, str] = {}
    findings = []
    for line, row in enumerate(rows, start=2):
        names = {key.strip().casefold(): (value or "").strip() for key, value in row.items()}
        term = table.find(names.get("code", "")) or table.find(names.get("term", ""))
        if term is None:
            named = names.get("code") or names.get("term") or "an empty row"
            findings.append(Finding("translation-term", f"CTCAE {table.version} has no {named}", Place(line=line)))
        elif names.get(language.casefold()):
            found[term.code] = names[language.casefold()]
    return found, findings


def render_wording(wording: Wording) -> str:
    """The wording as JSON text, sorted, that ``parse_wording`` reads."""
    terms = {
        code: {"grades": {str(grade): text for grade, text in one.grades.items()}, "definition": one.definition}
        | ({"note": one.note} if one.note else {})
        for code, one in wording.terms.items()
    }
    data = {
        "version": wording.version,
        "terms": terms,
        "translations": {language: dict(terms_) for language, terms_ in wording.translations.items()},
    }
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def parse_wording(text: str) -> Wording:
    """The wording that ``render_wording`` wrote; ValueError for anything else."""
    data = json.loads(text)
    if not isinstance(data, dict) or data.get("version") not in VERSIONS:
        raise ValueError("not a file of CTCAE wording")
    terms = {
        code: TermWording(
            {int(grade): words for grade, words in one["grades"].items()}, one["definition"], one.get("note", "")
        )
        for code, one in data["terms"].items()
    }
    return Wording(data["version"], terms, data["translations"])


def _columns(row: Row) -> dict[str, str]:
    """The file's heading of each column that we know."""
    found: dict[str, str] = {}
    for heading in row:
        words = re.sub(r"[\s_]+", " ", heading.strip().casefold())
        compact = words.replace(" ", "")
        grade = re.fullmatch(r"grade([1-5])", compact)
        if grade:
            name = f"grade{grade[1]}"
        elif "definition" in words:
            name = "definition"
        elif "navigational" in words:
            name = "note"
        elif words.endswith("code"):
            name = "code"
        elif words.endswith("soc"):
            name = "soc"
        elif words.endswith("term"):
            name = "term"
        else:
            continue
        found.setdefault(name, heading)
    return found


_Read = tuple[str, str, str, TermWording]


def _read(row: Row, columns: Mapping[str, str]) -> _Read:
    """Code, term, class and wording of one row."""

    def cell(name: str) -> str:
        return " ".join((row.get(columns.get(name, "")) or "").split())

    texts = {grade: cell(f"grade{grade}") for grade in range(1, 6)}
    grades = {grade: text for grade, text in texts.items() if not _EMPTY.fullmatch(text)}
    note = "" if _EMPTY.fullmatch(cell("note")) else cell("note")
    code = cell("code").removesuffix(".0")
    return code, cell("term"), cell("soc"), TermWording(grades, cell("definition"), note)


def _likeliest(codes: Sequence[str]) -> str:
    return max(VERSIONS, key=lambda version: sum(load_terms(version).find(code) is not None for code in codes))


def _check_terms(table: CtcaeTable, read: Sequence[_Read]) -> list[Finding]:
    findings = []
    for code, name, soc, words in read:
        term = table.find(code)
        if term is None:
            findings.append(
                Finding("wording-unknown", f"CTCAE {table.version} has no term with the code {code} ({name})")
            )
        else:
            findings += _check_term(term, name, soc, words)
    return findings


def _check_term(term: CtcaeTerm, name: str, soc: str, words: TermWording) -> list[Finding]:
    findings = []
    if name.casefold() != term.term.casefold():
        findings.append(Finding("wording-term", f"{term.code} is {term.term!r}, the file calls it {name!r}"))
    if soc and soc.casefold() != term.soc.casefold():
        message = f"{term.term} belongs to {term.soc!r}, the file says {soc!r}"
        findings.append(Finding("wording-class", message, severity=Severity.WARNING))
    if tuple(sorted(words.grades)) != term.grades:
        message = f"{term.term} has the grades {term.grades}, the file has {tuple(sorted(words.grades))}"
        findings.append(Finding("wording-grades", message, severity=Severity.WARNING))
    return findings


def _check_missing(table: CtcaeTable, codes: set[str]) -> list[Finding]:
    missing = [term for term in table.terms if term.code not in codes]
    return [Finding("wording-missing", f"the file lacks {term.term} ({term.code})") for term in missing]
