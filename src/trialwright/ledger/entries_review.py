"""Entries about data that are there: queries, source verification, signatures, locks, the code break, the unsealing.

None of them holds a value of a form, so a redaction has nothing to look for here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

_NO_FORMS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class QueryRaised:
    """A person asks about an item of a form (about the whole form where ``item`` is empty). ``query`` is its name."""

    act: ClassVar[str] = "query_raised"
    query: str
    form: str
    encounter: str
    repeat: int
    item: str
    text: str


@dataclass(frozen=True, slots=True)
class QueryAnswered:
    """The site answers a query, one of a person's or one that an edit check opened."""

    act: ClassVar[str] = "query_answered"
    query: str
    text: str


@dataclass(frozen=True, slots=True)
class QueryClosed:
    """A query is settled, and why; of an automatic one this says that the value stands."""

    act: ClassVar[str] = "query_closed"
    query: str
    reason: str


@dataclass(frozen=True, slots=True)
class QueryReopened:
    """A closed query is asked again, and why."""

    act: ClassVar[str] = "query_reopened"
    query: str
    text: str


@dataclass(frozen=True, slots=True)
class SourceVerified:
    """Items of one revision agree with the source. ``revision`` is the position of the form's entry."""

    act: ClassVar[str] = "source_verified"
    form: str
    encounter: str
    repeat: int
    revision: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VerificationPlanned:
    """Which forms are compared with the source: always those named, and a share of the others ("0" to "1")."""

    act: ClassVar[str] = "verification_planned"
    share: str
    always: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """An electronic signature: what it covers, what it means, and the hash of the content that was signed.

    ``scope`` is FORM, VISIT or CASEBOOK; ``forms`` maps each form in scope to the position of the revision signed.
    """

    act: ClassVar[str] = "signed"
    scope: str
    meaning: str
    content: str
    authenticated_at: str
    encounter: str = ""
    form: str = ""
    repeat: int = 0
    forms: Mapping[str, int] = field(default_factory=lambda: _NO_FORMS)


@dataclass(frozen=True, slots=True)
class LockChanged:
    """A form (or, where ``form`` is empty, the whole participant) is FROZEN, LOCKED, or OPEN again, and why."""

    act: ClassVar[str] = "lock_changed"
    level: str
    reason: str
    form: str = ""
    encounter: str = ""
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class SiteLockChanged:
    """A site (or, where ``site`` is empty, the whole study: the database lock) is FROZEN, LOCKED or OPEN again."""

    act: ClassVar[str] = "site_lock_changed"
    level: str
    reason: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class ParticipantHeld:
    """A whole participant came to a level; in the study's chain, so that the database lock is decided from it alone."""

    act: ClassVar[str] = "participant_held"
    participant: str
    level: str


@dataclass(frozen=True, slots=True)
class CodeBroken:
    """The investigator learned the arm of one participant of a masked study, and why."""

    act: ClassVar[str] = "code_broken"
    reason: str


@dataclass(frozen=True, slots=True)
class PlanSigned:
    """The analysis plan with this digest is the one that counts; a plan signed later is post hoc. ``analyses`` are
    its analyses with a digest each, so that what was changed or added later can be named."""

    act: ClassVar[str] = "plan_signed"
    digest: str
    meaning: str
    analyses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnsealingSigned:
    """One of the two signatures under the opening of the results, after the database lock."""

    act: ClassVar[str] = "unsealing_signed"
    plan: str
    meaning: str


ReviewEntry = (
    QueryRaised | QueryAnswered | QueryClosed | QueryReopened | SourceVerified | Signed | LockChanged | CodeBroken
)  # fmt: skip
"""Of a participant's chain."""
ReleaseEntry = VerificationPlanned | SiteLockChanged | ParticipantHeld | PlanSigned | UnsealingSigned
"""Of the study's chain."""
