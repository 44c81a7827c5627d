"""Whose casebook waits for a signature: complete and not signed, or changed since."""

from dataclasses import dataclass

from django.http import HttpRequest

from trialwright.capture.sign import SignatureCheck, check_signatures
from trialwright.store.models import FormState, Participant
from trialwright.web import trial
from trialwright.web.people import list_people
from trialwright.web.queries.bulk import MOST_PEOPLE, load_index, load_subjects

ENDED = ("COMPLETED", "LEFT", "DIED")


@dataclass(frozen=True, slots=True)
class Casebook:
    """A participant and the signatures under their data: how many hold, how many are broken."""

    code: str
    site: str
    status: str
    casebook: SignatureCheck | None
    valid: int
    broken: int

    @property
    def is_due(self) -> bool:
        """Whether the casebook should be signed and never was."""
        return self.status in ENDED and self.casebook is None

    @property
    def waits(self) -> bool:
        """Whether somebody has to sign: the participation has ended and the casebook is not signed, or one is broken."""
        return bool(self.broken) or self.is_due


def list_casebooks(request: HttpRequest) -> tuple[list[Casebook], bool]:
    """Those who have signatures and those whose participation has ended; whether there are more than are shown."""
    sites, index = trial.list_sites(request), load_index(request)
    signed = [code for code, review in index.reviews.items() if review.signatures]
    ended = Participant.objects.filter(site__in=sites, status__in=ENDED).order_by("-position")
    codes = dict.fromkeys((*ended.values_list("code", flat=True)[: MOST_PEOPLE + 1], *signed))
    states = load_subjects(request, list(codes)[:MOST_PEOPLE])
    found = []
    for state in states.values():
        checks = check_signatures(state)
        casebook = next((one for one in checks if one.held.signed.scope == "CASEBOOK"), None)
        valid = sum(one.is_valid for one in checks)
        found.append(Casebook(state.participant, state.site, state.status, casebook, valid, len(checks) - valid))
    return sorted(found, key=lambda one: (not one.waits, one.code)), len(codes) > MOST_PEOPLE


def count_waiting(request: HttpRequest) -> int:
    """How many casebooks wait, as far as the cached rows and the index tell; two statements beside the index, the first
    of them shared with others.

    A casebook whose participant has a form recorded after the signature is counted as broken.
    """
    index = load_index(request)
    signed = {
        code: max(one.position for one in review.signatures if one.signed.scope == "CASEBOOK")
        for code, review in index.reviews.items()
        if any(one.signed.scope == "CASEBOOK" for one in review.signatures)
    }
    people = {one.code: one.position for one in list_people(request) if one.status in ENDED}
    unsigned = [code for code in people if code not in signed]
    later = [code for code, position in people.items() if code in signed and position > signed[code]]
    if not later:
        return len(unsigned)
    forms = FormState.objects.filter(participant__in=later[:MOST_PEOPLE]).values_list("participant", "position")
    return len(unsigned) + len({code for code, position in forms if position > signed[code]})
