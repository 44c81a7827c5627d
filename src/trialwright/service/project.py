"""Which cached rows an entry changes. Pure: the same entry always gives the same rows, so a replay rebuilds them."""

from collections.abc import Iterator

from trialwright.ledger import entries as e
from trialwright.ledger.canonical import parse_canonical
from trialwright.ledger.entries import compute_entry
from trialwright.ledger.envelope import STUDY_CHAIN, Envelope
from trialwright.store.rows import Change, FormRow, ParticipantChange

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


def project(envelope: Envelope) -> Iterator[Change]:
    """The changes of the participant's row and of the row of a form."""
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
        arm = str(parse_canonical(envelope.payload)["arm"]) if act == e.Allocated.act else None
        yield ParticipantChange(site=envelope.site or None, status=_STATUS[act], arm=arm, version=envelope.version)
    elif act == e.Left.act and parse_canonical(envelope.payload)["kind"] not in _MILD:
        yield ParticipantChange(status="LEFT")
