"""Which form of which participant a page is about, and whether this person may see it, or write in it."""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest
from django.urls import reverse

from trialwright.capture.lock import check_locked
from trialwright.capture.schedule import find_activity
from trialwright.definition.compiled import CompiledForm
from trialwright.definition.design import Intervention
from trialwright.definition.schedule import Activity
from trialwright.ledger.subject import FormVersion, SubjectState
from trialwright.store.drafts import DraftKey
from trialwright.vocabulary.findings import Reason
from trialwright.web import trial

ANY_TIME = "-"
"""Stands in addresses for no encounter."""
NEW = 0
"""Stands in addresses for a row that is not there yet."""
UNSCHEDULED = "UNSCHEDULED"
_UNSCHEDULED_NAME = re.compile(r"UNSCHEDULED(_[A-Z0-9_]{1,20})?", re.ASCII)
ADVERSE_EVENT = "adverse_event"


@dataclass(frozen=True)
class FormPlace:
    """A form of a participant. ``repeat`` is the row as it would be saved; ``is_new`` where it stands for a new one."""

    state: SubjectState
    compiled: CompiledForm
    encounter: str
    repeat: int
    is_new: bool

    @property
    def code(self) -> str:
        """The participant's code."""
        return self.state.participant

    @property
    def form(self) -> str:
        """The form's id."""
        return self.compiled.form.id

    @property
    def key(self) -> tuple[str, str, int]:
        """The key of the form in the participant's state."""
        return self.encounter, self.form, self.repeat

    @property
    def version(self) -> FormVersion | None:
        """The form as it is on record."""
        return self.state.forms.get(self.key)

    @property
    def revision(self) -> int:
        """The revision on record; 0 for none."""
        return self.version.recorded.revision if self.version else 0

    @cached_property
    def activity(self) -> Activity | None:
        """What plans the form here."""
        return find_activity(trial.get_definition(), self.form, self.encounter)

    @cached_property
    def dosing(self) -> Intervention | None:
        """The intervention whose doses stand on the form."""
        return trial.get_definition().find_dosing(self.form)

    @property
    def act(self) -> str:
        """The act by which this form is saved now."""
        if self.version:
            return "record_form"
        if self.dosing:
            return "give_dose"
        return "report_adverse_event" if self.form == ADVERSE_EVENT else "record_form"

    @property
    def is_rows(self) -> bool:
        """Whether the form is a log, with a row for each occurrence."""
        return is_log(self.compiled, self.encounter)

    def address(self, name: str = "form", **query: object) -> str:
        """The address of one of the form's pages."""
        return find_address(self.code, self.encounter, self.form, NEW if self.is_new else self.repeat, name, **query)

    def draft_key(self, person: str) -> DraftKey:
        """Whose draft of this form."""
        return DraftKey(person, self.code, self.encounter, self.form, NEW if self.is_new else self.repeat)


def find_address(code: str, encounter: str, form: str, repeat: int = 1, name: str = "form", **query: object) -> str:
    """The address of a form: what other pages link to."""
    parts = {"code": code, "encounter": encounter or ANY_TIME, "form": form, "repeat": repeat}
    address = reverse(name, kwargs=parts)
    return f"{address}?{urlencode(query)}" if query else address


def is_log(compiled: CompiledForm, encounter: str) -> bool:
    """Whether a form has rows: a log, or a daily form."""
    if compiled.form.log:
        return True
    planned = find_activity(trial.get_definition(), compiled.form.id, encounter)
    return planned is not None and planned.at == "DAILY"


def list_rows(state: SubjectState, form: str, encounter: str = "") -> list[int]:
    """The rows on record, in order."""
    return sorted(repeat for where, name, repeat in state.forms if (where, name) == (encounter, form))


def find_place(request: HttpRequest, code: str, encounter: str, form: str, repeat: int) -> FormPlace:
    """The form that an address names; Http404 where there is none, or none for these eyes."""
    definition = trial.get_definition()
    where = "" if encounter == ANY_TIME else encounter
    compiled = definition.forms.get(form)
    if compiled is None or not (where in ("", *definition.encounters) or _UNSCHEDULED_NAME.fullmatch(where)):
        raise Http404
    state = trial.load_subject(request, code)
    rows = list_rows(state, form, where)
    is_new = repeat == NEW or (repeat not in rows and is_log(compiled, where))
    place = FormPlace(state, compiled, where, max(rows, default=0) + 1 if is_new else repeat, is_new)
    may_be = place.version is not None or place.is_new or repeat <= max(rows, default=0) + 1
    planned = place.activity is not None or where.startswith(UNSCHEDULED)
    if not may_be or not (planned or place.version) or is_hidden(request, place):
        raise Http404
    return place


def is_hidden(request: HttpRequest, place: FormPlace) -> bool:
    """Whether the form would tell the arm to somebody who must not know it."""
    return not trial.get_sight(request).arms and tells_arm(place.form, place.encounter)


def tells_arm(form: str, encounter: str) -> bool:
    """Whether that somebody has this form at this visit tells the arm."""
    definition = trial.get_definition()
    visit, planned = definition.encounters.get(encounter), find_activity(definition, form, encounter)
    return bool(definition.find_dosing(form) or (planned and planned.only) or (visit and visit.only))


def check_writable(request: HttpRequest, place: FormPlace) -> list[Reason]:
    """Why this person cannot write in the form now; empty where they can. A fact is never held back by a lock."""
    reasons = list(trial.check_may(request, place.act, place.state.site))
    if place.compiled.form.blinded:
        reasons.append(Reason("blinded", "this form is filled in by the readers alone"))
    if not place.compiled.form.never_blocks:
        reasons += check_locked(trial.compute_moment(request), place.state, place.key)
    return reasons


def compute_site_now(site: str) -> str:
    """The clock on the wall of a site, to the minute."""
    known = trial.get_definition().sites.get(site)
    return trial.read_clock().astimezone(ZoneInfo(known.time_zone if known else "UTC")).strftime("%Y-%m-%dT%H:%M")
