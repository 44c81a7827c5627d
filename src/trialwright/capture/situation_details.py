"""What is asked about each kind of reportable situation beside its story; to ask one thing more, add a ``Detail``.

Nothing here is required: a situation is told as soon as it is known, and what is not known yet stays empty until the
situation is amended. These are details of an act and not forms of the study: a situation may be told before consent,
after withdrawal and over a lock, it may be about a partner who is no participant, it starts a clock, and every study
has to be able to tell it, also one whose schedule never thought of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from trialwright.vocabulary.findings import Reason
from trialwright.vocabulary.partial_dates import PartialDate

_YES_NO = ("Y", "N")


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing asked: one of ``codes``, or a (perhaps partial) date, or a text."""

    id: str
    codes: tuple[str, ...] = ()
    is_date: bool = False


_PREGNANCY = (
    Detail("last_menses", is_date=True),
    Detail("due_date", is_date=True),
    Detail("pregnancy_test", ("URINE", "SERUM", "ULTRASOUND")),
    Detail("weeks"),
    Detail("exposure"),
    Detail(
        "pregnancy_outcome",
        ("PREGNANT", "LIVE_BIRTH", "MISCARRIAGE", "TERMINATION", "ECTOPIC", "STILLBIRTH", "NOT_KNOWN"),
    ),
    Detail("outcome_on", is_date=True),
    Detail("anomaly", ("Y", "N", "NOT_KNOWN")),
    Detail("child"),
)
DETAILS: Mapping[str, tuple[Detail, ...]] = MappingProxyType(
    {
        "PREGNANCY": _PREGNANCY,
        "PARTNER_PREGNANCY": (Detail("partner_agrees", _YES_NO), *_PREGNANCY),
        "OVERDOSE": (
            Detail("product"),
            Detail("amount_planned"),
            Detail("amount_given"),
            Detail("overdose_cause", ("ACCIDENT", "ON_PURPOSE", "NOT_KNOWN")),
            Detail("antidote"),
            Detail("harm", _YES_NO),
        ),
        "MEDICATION_ERROR": (
            Detail("product"),
            Detail("error", ("PRODUCT", "AMOUNT", "PERSON", "TIME", "ROUTE", "LABEL", "STORAGE", "OTHER")),
            Detail("stage", ("ORDERING", "PREPARING", "GIVING", "STORING")),
            Detail("reached", _YES_NO),
            Detail("harm", _YES_NO),
            Detail("prevention"),
        ),
    }
)
"""By the kind of the situation. The lists are the project's own."""


def check_details(kind: str, details: Mapping[str, str]) -> list[Reason]:
    """Why details cannot be read: a name that the kind does not ask, a code of no list, a text that is no date."""
    asked = {one.id: one for one in DETAILS[kind]}
    reasons = []
    for name, text in details.items():
        detail = asked.get(name)
        if detail is None:
            reasons.append(Reason("unreadable", f"{kind} has no detail {name}"))
        elif detail.codes and text not in detail.codes:
            reasons.append(Reason("unreadable", f"{name}: {text} is none of {', '.join(detail.codes)}"))
        elif detail.is_date:
            try:
                PartialDate.parse(text)
            except ValueError as error:
                reasons.append(Reason("unreadable", f"{name}: {error}"))
    return reasons
