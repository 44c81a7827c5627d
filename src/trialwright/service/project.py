"""Which cached rows an entry changes. Pure: the same entry always gives the same rows, so a replay rebuilds them."""

from collections.abc import Iterator

from trialwright.ledger import entries as e
from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.entries import compute_entry
from trialwright.ledger.envelope import STUDY_CHAIN, Envelope
from trialwright.store.rows import AppointmentRow, Change, DeviationRow, DoseRow, FormRow, ParticipantChange

_STATUS = {
    e.Screened.act: "SCREENED",
    e.ConsentGiven.act: "CONSENTED",
    e.ConsentRefused.act: "REFUSED",
    e.Enrolled.act: "ENROLLED",
    e.Allocated.act: "ALLOCATED",
    e.Died.act: "DIED",
    e.Completed.act: "COMPLETED",
}
_MILD = ("STOP_TREATMENT", "STOP_VISITS")
_GOING_ON = ("STOP_TREATMENT", "SITE_TRANSFER")
"""Kinds of leaving after which visits are still expected."""


def project(envelope: Envelope) -> Iterator[Change]:
    """The changes of the participant's row and of the rows about its forms, doses, deviations and appointments."""
    if envelope.participant == STUDY_CHAIN or not envelope.payload:
        return
    act = envelope.act
    if act == e.FormRecorded.act:
        recorded = compute_entry(act, parse_canonical(envelope.payload))
        assert isinstance(recorded, e.FormRecorded)
        yield FormRow(
            envelope.participant, recorded.encounter, recorded.form, recorded.repeat, recorded.revision,
            envelope.position, "QUERIED" if recorded.fired else "RECORDED",
        )  # fmt: skip
    elif act in _STATUS:
        yield _change_status(envelope)
    elif act in (e.Left.act, e.DoseGiven.act, e.DeviationNoted.act, e.VisitScheduled.act):
        yield from _project_rare(envelope, compute_entry(act, parse_canonical(envelope.payload)))


def _change_status(envelope: Envelope) -> ParticipantChange:
    act, payload = envelope.act, parse_canonical(envelope.payload)
    is_allocated = act == e.Allocated.act
    return ParticipantChange(
        site=envelope.site or None,
        status=_STATUS[act],
        arm=str(payload["arm"]) if is_allocated else None,
        version=envelope.version,
        allocated_at=envelope.at if is_allocated else None,
        ended_on=_find_day(str(payload["on"])) if act == e.Died.act else None,
    )


def _project_rare(envelope: Envelope, entry: e.Entry) -> Iterator[Change]:
    match entry:
        case e.Left():
            yield ParticipantChange(
                status=None if entry.kind in _MILD else "LEFT",
                ended_on=None if entry.kind in _GOING_ON else _find_day(entry.on),
            )
        case e.DoseGiven():
            yield DoseRow(envelope.participant, entry.intervention, entry.number, entry.encounter, entry.started_at)
        case e.DeviationNoted():
            yield DeviationRow(
                envelope.participant, envelope.position, entry.code, entry.encounter, entry.form, envelope.at
            )
        case e.VisitScheduled():
            yield AppointmentRow(envelope.participant, entry.encounter, entry.on)


def _find_day(text: str) -> str | None:
    """A whole day; a partial one tells nothing about the end of the visits."""
    return text if len(text) == 10 else None
