"""A site's own licensed MedDRA files: lowest-level terms with their preferred terms, to code and to send by.

Nothing of MedDRA is shipped. Whoever holds a licence gives ``llt.asc`` and ``pt.asc`` of one version (MedDRA
distribution file format, ASCII files with ``$`` between fields). CTCAE's codes are those of an older version, so a
message in the version of the site needs ``recode``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from trialwright.safety.terms import CtcaeTable
from trialwright.vocabulary.findings import Finding, Place, Severity

LICENCE = "MedDRA is licensed by its maintenance organisation: not to be passed on to anybody without a licence."
_LLT = {"code": 0, "name": 1, "pt": 2, "currency": 9}


@dataclass(frozen=True, slots=True)
class LowestTerm:
    """One lowest-level term: its name, the code of its preferred term, and whether it is still current."""

    code: str
    name: str
    preferred: str
    current: bool


@dataclass(frozen=True, slots=True)
class Meddra:
    """One version: lowest-level terms by code, and the names of preferred terms by code."""

    version: str
    lowest: Mapping[str, LowestTerm] = field(repr=False)
    preferred: Mapping[str, str] = field(repr=False)

    def preferred_term(self, code: str) -> str:
        """The preferred term of a lowest-level term; empty when this version has no such code."""
        found = self.lowest.get(code)
        return self.preferred.get(found.preferred, "") if found else ""

    def recode(self, code: str) -> str | None:
        """The code to send in this version: the code itself while current, else its preferred term's; None if unknown.

        Every preferred term is a lowest-level term of the same code (MedDRA introductory guide, 2.3).
        """
        found = self.lowest.get(code)
        if found is None or found.current:
            return code if found else None
        above = self.lowest.get(found.preferred)
        return above.code if above and above.current else None


def parse_meddra(version: str, lowest: str, preferred: str) -> tuple[Meddra, list[Finding]]:
    """MedDRA from the texts of ``llt.asc`` and ``pt.asc``, and the lines that are none of it."""
    findings: list[Finding] = []
    names = {fields[0]: fields[1] for fields in _lines(preferred, "pt.asc", 2, findings)}
    terms = {}
    for fields in _lines(lowest, "llt.asc", _LLT["currency"] + 1, findings):
        code, name, above = fields[_LLT["code"]], fields[_LLT["name"]], fields[_LLT["pt"]]
        terms[code] = LowestTerm(code, name, above, fields[_LLT["currency"]] == "Y")
        if above not in names:
            findings.append(Finding("meddra-preferred", f"{name} ({code}) has no preferred term in pt.asc"))
    if not terms:
        findings.append(Finding("meddra-empty", "llt.asc holds no term"))
    return Meddra(version, terms, names), findings


def check_ctcae_codes(meddra: Meddra, table: CtcaeTable) -> list[Finding]:
    """Which codes of CTCAE this version of MedDRA does not know, or keeps only as no longer current."""
    findings = []
    for term in table.terms:
        found = meddra.lowest.get(term.code)
        if found is None:
            message = f"MedDRA {meddra.version} has no {term.code} ({term.term})"
            findings.append(Finding("meddra-unknown", message, severity=Severity.WARNING))
        elif not found.current:
            to = meddra.recode(term.code)
            message = f"{term.code} ({term.term}) is not current in MedDRA {meddra.version}"
            remedy = f"send {to} ({meddra.preferred_term(term.code)})" if to else "code it by hand"
            findings.append(Finding("meddra-not-current", message, severity=Severity.NOTE, remedy=remedy))
    return findings


def render_meddra(meddra: Meddra) -> str:
    """The dictionary as JSON text with the licence's reminder first; it stays where the licence is."""
    data = {
        "licence": LICENCE,
        "version": meddra.version,
        "preferred": dict(meddra.preferred),
        "lowest": {one.code: [one.name, one.preferred, one.current] for one in meddra.lowest.values()},
    }
    return json.dumps(data, ensure_ascii=False, indent=0) + "\n"


def parse_meddra_json(text: str) -> Meddra:
    """The dictionary that ``render_meddra`` wrote; ValueError for anything else."""
    data = json.loads(text)
    if not isinstance(data, dict) or not {"version", "preferred", "lowest"} <= data.keys():
        raise ValueError("not a MedDRA dictionary")
    lowest = {code: LowestTerm(code, *fields) for code, fields in data["lowest"].items()}
    return Meddra(data["version"], lowest, data["preferred"])


def _lines(text: str, file: str, least: int, findings: list[Finding]) -> list[list[str]]:
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        fields = [part.strip() for part in line.split("$")]
        if len(fields) >= least and fields[0].isdecimal() and fields[1]:
            found.append(fields)
        elif line.strip():
            findings.append(Finding("meddra-line", "not a line of MedDRA", Place(file, number)))
    return found
