"""What is known about one rule of a study: the case in which it speaks, the one in which it is silent, and trouble."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from trialwright.simulate.cases.search import Found, Search
from trialwright.simulate.cases.space import Assignment
from trialwright.vocabulary.findings import Finding, Place, Severity


class EvidenceKind(StrEnum):
    """Which sort of rule it is."""

    CHECK = "edit check"
    LIMIT = "limit"
    QUESTION = "question asked only when"
    SECOND_SAMPLE = "second sample"
    CRITERION = "eligibility criterion"


@dataclass(frozen=True, slots=True)
class Case:
    """Answers, by column as rules name them ('': no answer), and what the application made of them."""

    values: Mapping[str, str]
    seen: str


@dataclass(frozen=True, slots=True)
class PartEvidence:
    """A part of a rule, and a case in which it decides as true and one in which it decides as false."""

    text: str
    true: Case | None
    false: Case | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence for one rule. ``firing`` is the case in which it is true, ``quiet`` the one in which it is not.

    ``unknown`` is the case in which a criterion cannot be told; the other kinds have none. ``path`` is the rule's place
    in the definition, such as ``forms.vital_signs.checks.high_fever``.
    """

    kind: EvidenceKind
    path: str
    rule: str
    says: str
    firing: Case | None
    quiet: Case | None
    unknown: Case | None = None
    parts: tuple[PartEvidence, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether both cases were found and the application answered as it should."""
        return self.firing is not None and self.quiet is not None


def show(assignment: Assignment, seen: str) -> Case:
    """A case for people: the texts of an assignment."""
    return Case({name: choice.text for name, choice in assignment.items()}, seen)


def compute_parts(search: Search, found: Found) -> tuple[PartEvidence, ...]:
    """The evidence for the parts of a rule; none where the rule has one part only."""
    if len(search.leaves) < 2:
        return ()
    cases = {key: show(assignment, "") for key, assignment in found.parts.items()}
    return tuple(PartEvidence(leaf.text, cases.get((leaf, True)), cases.get((leaf, False))) for leaf in search.leaves)


def check_parts(path: str, parts: tuple[PartEvidence, ...]) -> list[Finding]:
    """A warning for each part that never decides anything: the rule would be the same without it."""
    return [
        Finding(
            "idle-part",
            f"no case was found in which “{part.text}” decides"
            + ("" if part.true is None and part.false is None else f" as {'true' if part.true is None else 'false'}"),
            Place(path=path),
            Severity.WARNING,
            "take the part away, or write what it was meant to say",
        )
        for part in parts
        if part.true is None or part.false is None
    ]


def make_finding(code: str, message: str, path: str, remedy: str, severity: Severity = Severity.ERROR) -> Finding:
    """A finding about the rule at ``path``."""
    return Finding(code, message, Place(path=path), severity, remedy)
