"""How far the verification has come: of the forms that the plan asks for, by site and in one participant."""

from collections import Counter
from dataclasses import dataclass

from django.http import HttpRequest

from trialwright.capture.verify_source import Verification, compute_verification, find_verification_plan, is_to_verify
from trialwright.ledger.review import Key
from trialwright.ledger.subject import SubjectState
from trialwright.store.models import FormState, Participant
from trialwright.web import trial
from trialwright.web.forms.places import ANY_TIME
from trialwright.web.forms.show import get_language, name_visit
from trialwright.web.home.work import hide_telling
from trialwright.web.queries.bulk import is_visible_form, load_index

MOST_PEOPLE = 60
"""So many participants at most are listed beside the numbers of the sites."""
STATES = {
    "DONE": "verification.done",
    "PARTLY": "verification.partly",
    "FALLEN": "verification.fallen",
    "NONE": "verification.none",
    "EMPTY": "verification.empty",
}
TONES = {"DONE": "good", "PARTLY": "info", "FALLEN": "bad", "NONE": "warn", "EMPTY": ""}


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form of one participant and how far it has been verified."""

    key: Key
    visit: str
    revision: int
    found: Verification
    is_planned: bool

    @property
    def encounter_part(self) -> str:
        """The encounter as it stands in addresses."""
        return self.key[0] or ANY_TIME

    @property
    def state(self) -> str:
        """One word for it."""
        if self.found.fallen - self.found.verified:
            return "FALLEN"
        if self.found.is_complete:
            return "DONE"
        if not self.found.verified and not self.found.unverified:
            return "EMPTY"
        return "PARTLY" if self.found.verified else "NONE"

    @property
    def text(self) -> str:
        """The key of the word."""
        return STATES[self.state]

    @property
    def tone(self) -> str:
        """Its colour."""
        return TONES[self.state]

    @property
    def total(self) -> int:
        """How many items there are to compare."""
        return len(self.found.verified) + len(self.found.unverified)


@dataclass(frozen=True, slots=True)
class SiteLine:
    """The progress of a site, in forms: on record, asked for by the plan, verified as they stand, corrected since."""

    site: str
    recorded: int
    planned: int
    verified: int
    fallen: int


def list_lines(request: HttpRequest, state: SubjectState) -> list[FormLine]:
    """The forms of a participant, in the order in which they were first planned and recorded."""
    plan, language = find_verification_plan(trial.load_study(request), state.site), get_language(request)
    return [
        FormLine(
            key, name_visit(key[0], language), version.recorded.revision, compute_verification(state, key),
            is_to_verify(plan, state.participant, key),
        )
        for key, version in state.forms.items()
        if is_visible_form(request, key)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonLine:
    """The progress of a participant, in forms."""

    code: str
    planned: int
    verified: int
    fallen: int

    @property
    def left(self) -> int:
        """How many forms are still to be verified."""
        return self.planned - self.verified


def count_by_site(request: HttpRequest) -> list[SiteLine]:
    """The progress of every site that the actor may see; two statements beside the index."""
    return count_progress(request)[0]


def count_progress(request: HttpRequest) -> tuple[list[SiteLine], list[PersonLine]]:
    """The progress of every site that the actor may see, and of the participants with most to do; two statements.

    A form counts as verified while the revision that the monitor saw is the latest, and all of it was verified.
    """
    sites, study = trial.list_sites(request), trial.load_study(request)
    plans = {site: find_verification_plan(study, site) for site in sites}
    index, counts = load_index(request), Counter[tuple[str, str]]()
    people = Participant.objects.filter(site__in=sites).values("code")
    place = dict(Participant.objects.filter(site__in=sites).values_list("code", "site"))
    rows = hide_telling(request, FormState.objects.filter(participant__in=people))
    for code, encounter, form, repeat, position in rows.values_list(
        "participant", "encounter", "form", "repeat", "position"
    ).iterator(chunk_size=5000):
        key, site = (encounter, form, repeat), place[code]
        counts[site, "recorded"] += 1
        seen = index.verified_at.get((code, key))
        if not (seen or is_to_verify(plans[site], code, key)):
            continue
        for name in (site, code):
            counts[name, "planned"] += 1
            counts[name, "verified"] += index.is_verified(code, key, position)
            counts[name, "fallen"] += seen is not None and seen != position
    lines = [
        SiteLine(
            site, counts[site, "recorded"], counts[site, "planned"], counts[site, "verified"], counts[site, "fallen"]
        )
        for site in sites
    ]  # fmt: skip
    waiting = [
        PersonLine(code, counts[code, "planned"], counts[code, "verified"], counts[code, "fallen"])
        for code in place
        if counts[code, "planned"] > counts[code, "verified"]
    ]
    return lines, sorted(waiting, key=lambda one: (-one.fallen, -one.left, one.code))[:MOST_PEOPLE]
