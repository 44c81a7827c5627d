"""The signature under the quality check of results, before a person uploads them to a registry by hand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trialwright.capture.moment import Decision, Moment, Planned, check_actor, check_open, refuse
from trialwright.capture.sign import check_fresh
from trialwright.ledger.entries_results import ResultsQcSigned
from trialwright.ledger.study import list_unsealing_obstacles
from trialwright.vocabulary.findings import Reason

MEANING = "I have gone through every point of the quality check of these results and decided each."
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SignResultsQc:
    """Sign the quality check of the results section with this digest, made from this snapshot.

    ``decisions`` maps each point of the sheet to a decision in words; the sheet (``quality.json``) names the points.
    ``answers`` is the JSON of what a person said of the results, as the section was built with it.
    """

    digest: str
    snapshot: str
    points: tuple[str, ...]
    decisions: Mapping[str, str]
    authenticated_at: datetime
    answers: str = ""


def decide_sign_results_qc(moment: Moment, command: SignResultsQc) -> Decision:
    """The signature as an entry, or why not: results still sealed, a point undecided, no fresh password."""
    reasons = check_open(moment) + check_actor(moment, "sign_results_qc", "")
    reasons += check_fresh(moment, command.authenticated_at)
    reasons += list_unsealing_obstacles(moment.study)
    for name, digest in (("results", command.digest), ("snapshot", command.snapshot)):
        if not _DIGEST.fullmatch(digest):
            reasons.append(Reason("unreadable", f"the digest of the {name} is 64 hexadecimal digits"))
    open_points = [one for one in command.points if not command.decisions.get(one, "").strip()]
    if open_points or not command.points:
        reasons.append(Reason("undecided", f"no decision yet: {', '.join(open_points) or 'the sheet has no points'}"))
    unknown = sorted(set(command.decisions) - set(command.points))
    if unknown:
        reasons.append(Reason("unknown-point", f"the sheet has no point {', '.join(unknown)}"))
    entry = ResultsQcSigned(command.digest, command.snapshot, MEANING, dict(command.decisions), command.answers)
    return refuse("sign_results_qc", reasons) or (Planned("", entry),)
