"""The results of the running study as they would be published, built when somebody asks and kept until data change."""

from django.db import connection

from trialwright.registry.submission import NO_ANSWERS, Answers, Submission, read_answers, render_answers
from trialwright.registry.submission.quality import SignOff
from trialwright.store.models import LedgerEntry
from trialwright.store.site_rows import see_all
from trialwright.vocabulary.findings import Finding
from trialwright.web import trial

_NO_DATA = ("signed_in", "sign_in_failed", "account_created", "account_changed", "results_qc_signed", "data_exported")
"""Acts that no result is made of: they leave what was built as it is."""
_MOST = 4
_kept: dict[tuple[str, str], Submission | list[Finding]] = {}


def build(answers: Answers) -> Submission | list[Finding]:
    """The results with these answers; some seconds where data have changed since they were built last.

    Only for a ledger without obstacles (``list_unsealing_obstacles``).
    """
    # The analysis brings large libraries, which no other page needs.
    from trialwright.run import build_results  # noqa: PLC0415

    definition = trial.get_definition()
    assert definition.record is not None
    with see_all(connection):
        seals = LedgerEntry.objects.exclude(act__in=_NO_DATA).order_by("-position").values_list("seal", flat=True)
        key = (str(seals[0]), render_answers(answers))
        if key not in _kept:
            found = build_results(definition, definition.record, answers)
            while len(_kept) >= _MOST:
                _kept.pop(next(iter(_kept)), None)
            _kept[key] = found
    return _kept[key]


def build_last_signed() -> Submission | list[Finding]:
    """The results with the answers that were signed last, or with none."""
    signed = read_signatures()
    return build(parse_answers(signed[-1].answers if signed else ""))


def parse_answers(text: str) -> Answers:
    """The answers of a JSON text; none where it is empty or no such text."""
    found = read_answers(text.encode() or b"{}", "answers")
    return found if isinstance(found, Answers) else NO_ANSWERS


def read_signatures() -> list[SignOff]:
    """The signatures under results, the oldest first."""
    from trialwright.run import read_signatures as read  # noqa: PLC0415

    with see_all(connection):
        return read()
