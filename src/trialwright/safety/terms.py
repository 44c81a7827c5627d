"""The terms of CTCAE as facts: which there are, their codes and classes, and which grades each of them has.

The wording of the grades is NCI's and is not here; ``trialwright dictionary add`` reads it from NCI's spreadsheet.
Sources: NCI CTCAE v4.03 (14 June 2010, 790 terms) and v5.0 (27 November 2017, 837 terms). Each term is one
lowest-level term of MedDRA with the code that NCI prints (MedDRA 12.0 for v4.03, MedDRA 20.1 for v5.0).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from trialwright.safety.tables import load_rows

VERSIONS = ("4.03", "5.0")
_ALIASES = {"4": "4.03", "4.0": "4.03", "4.03": "4.03", "5": "5.0", "5.0": "5.0"}
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class CtcaeTerm:
    """One term of one version of CTCAE.

    Parameters
    ----------
    version : str
        ``4.03`` or ``5.0``.
    term : str
        The term as NCI prints it.
    code : str
        Code of the MedDRA lowest-level term, as NCI prints it.
    soc : str
        System organ class.
    grades : tuple of int
        The grades that the term has, ascending; 299 of the 790 terms of v4.03 have no grade 5.
    other_specify : bool
        Whether it is an "Other, specify" term, which needs the reporter's own words.
    """

    version: str
    term: str
    code: str
    soc: str
    grades: tuple[int, ...]
    other_specify: bool


@dataclass(frozen=True, slots=True)
class CtcaeTable:
    """All terms of one version, found by term (in any case), by code, or by searching.

    >>> table = load_terms("4.03")
    >>> table.grades("flushing"), table.grades("Death NOS")
    ((1, 2, 3), (5,))
    >>> [hit.term for hit in table.search("alt incr")][:1], [hit.term for hit in table.search("alanin")]
    ([], ['Alanine aminotransferase increased'])
    """

    version: str
    terms: tuple[CtcaeTerm, ...]
    _by_term: Mapping[str, CtcaeTerm] = field(repr=False)
    _by_code: Mapping[str, CtcaeTerm] = field(repr=False)

    def find(self, term_or_code: str) -> CtcaeTerm | None:
        """The term with this name (case and spacing do not matter) or this code; None when there is none."""
        key = _fold(term_or_code)
        return self._by_term.get(key) or self._by_code.get(key)

    def grades(self, term_or_code: str) -> tuple[int, ...]:
        """The grades that the term has, ascending; empty when this version has no such term."""
        found = self.find(term_or_code)
        return found.grades if found else ()

    def classes(self) -> tuple[str, ...]:
        """The system organ classes, in NCI's order."""
        return tuple(dict.fromkeys(term.soc for term in self.terms))

    def of_class(self, soc: str) -> tuple[CtcaeTerm, ...]:
        """The terms of one system organ class, in NCI's order."""
        return tuple(term for term in self.terms if term.soc == soc)

    def search(
        self, text: str, translations: Mapping[str, str] | None = None, limit: int = 20
    ) -> tuple[CtcaeTerm, ...]:
        """The terms that match what somebody has typed so far, best first.

        Parameters
        ----------
        text : str
            Beginnings of words in any order (``hyp kal``), a code, or part of a translated term.
        translations : mapping of str to str, optional
            Term as NCI prints it, or its code, to the term in another language such as Chinese. A translated term
            matches wherever the typed text stands in it, for Chinese is written without spaces.
        limit : int
            The most terms to return.

        Returns
        -------
        tuple of CtcaeTerm
            The term typed in full first, then terms that begin with the text, then terms whose first word matches,
            then the rest, each group in alphabetical order. Specific terms come before "Other, specify" and before
            "Death NOS" and "Sudden death NOS", which are last resorts. Empty for an empty text.
        """
        wanted = _fold(text)
        if not wanted:
            return ()
        ranked = []
        for term in self.terms:
            foreign = _translation(term, translations)
            rank = _rank(term, wanted, foreign)
            if rank is not None:
                ranked.append((rank, _is_last_resort(term), term.term, term))
        return tuple(entry[-1] for entry in sorted(ranked, key=lambda entry: entry[:3])[:limit])


def compute_version(text: str) -> str | None:
    """The version that ``text`` names (``4.0`` means the last of its line, ``4.03``); None for any other text.

    >>> compute_version("CTCAE v4.0"), compute_version("5"), compute_version("3.0")
    ('4.03', '5.0', None)
    """
    bare = text.strip().upper().removeprefix("CTCAE").strip(" :_-").removeprefix("VERSION").strip().removeprefix("V")
    return _ALIASES.get(bare.strip())


@cache
def load_terms(version: str) -> CtcaeTable:
    """The table of one version of CTCAE, from the package's own data.

    Raises
    ------
    ValueError
        When there is no table of this version; 4.0 is read as 4.03, the last of its line.
    """
    known = compute_version(version)
    if known is None:
        raise ValueError(f"there is no table of CTCAE {version!r}; there are {', '.join(VERSIONS)}")
    terms = tuple(_read_term(known, row) for row in load_rows(f"ctcae_terms_{known}"))
    return CtcaeTable(known, terms, {_fold(t.term): t for t in terms}, {t.code: t for t in terms})


def _read_term(version: str, row: Mapping[str, str]) -> CtcaeTerm:
    grades = tuple(int(digit) for digit in row["grades"])
    return CtcaeTerm(version, row["term"], row["llt_code"], row["soc"], grades, row["other_specify"] == "Y")


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _translation(term: CtcaeTerm, translations: Mapping[str, str] | None) -> str:
    if translations is None:
        return ""
    return _fold(translations.get(term.term) or translations.get(term.code) or "")


def _is_last_resort(term: CtcaeTerm) -> bool:
    return term.other_specify or term.term in ("Death NOS", "Sudden death NOS")


def _rank(term: CtcaeTerm, wanted: str, foreign: str) -> int | None:
    name = _fold(term.term)
    if wanted in (name, term.code, foreign):
        return 0
    if name.startswith(wanted) or (foreign and foreign.startswith(wanted)):
        return 1
    typed, words = _WORD.findall(wanted), _WORD.findall(name)
    if typed and all(any(word.startswith(part) for word in words) for part in typed):
        return 2 if words[0].startswith(typed[0]) else 3
    return 4 if foreign and wanted in foreign else None


@cache
def load_chinese() -> Mapping[str, str]:
    """The Chinese names of the terms and system organ classes of both versions, by the English; our working translation."""
    return {row["english"]: row["chinese"] for row in load_rows("ctcae_chinese")}


def is_class(english: str) -> bool:
    """Whether a name is that of a system organ class."""
    return english in _load_classes()


@cache
def _load_classes() -> frozenset[str]:
    return frozenset(row["english"] for row in load_rows("ctcae_chinese") if row["kind"] == "SOC")


def name_chinese(english: str) -> str:
    """The Chinese name of a term or a system organ class; empty where the table has none.

    >>> name_chinese("Nausea"), name_chinese("Investigations"), name_chinese("not a term")
    ('恶心', '各类检查', '')
    """
    return load_chinese().get(english, "")
