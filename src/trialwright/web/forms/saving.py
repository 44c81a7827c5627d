"""From what was typed to the act that saves it; and two people on one form brought together without a loss."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.capture.dose import GiveDose
from trialwright.capture.record_form import RecordForm
from trialwright.definition.compiled import CompiledForm
from trialwright.service.perform import Receipt
from trialwright.vocabulary.findings import Reason, Refusal
from trialwright.web import trial
from trialwright.web.forms.history import Revision
from trialwright.web.forms.places import UNSCHEDULED, FormPlace, compute_site_now
from trialwright.web.forms.posted import Typed, split_record
from trialwright.web.written import check_pair, read_pair

ON_ITEMS = frozenset({"unreadable", "incomplete", "impossible", "contradiction"})
"""Reasons that the page says beside their items, in the person's language."""
MEANWHILE = frozenset({"changed-meanwhile", "already-recorded"})
_TRIES = 5


def make_command(place: FormPlace, typed: Typed) -> Any:
    """The act: a first dose is given, a first event reported, everything else recorded."""
    if place.act == "give_dose" and place.dosing is not None:
        where = place.encounter.removeprefix(f"{UNSCHEDULED}_")
        return GiveDose(place.code, place.dosing.id, where, typed.values, typed.missing, typed.confirmed,
                        source=typed.source, observed_at=typed.observed_at)  # fmt: skip
    if place.act == "report_adverse_event":
        return ReportAdverseEvent(place.code, typed.values, find_aware(typed, place.state.site), typed.missing,
                                  typed.source, typed.observed_at)  # fmt: skip
    return RecordForm(
        place.code, place.form, place.encounter, typed.values, place.repeat, typed.missing, typed.reason,
        typed.confirmed, typed.source, 0 if place.is_new else typed.based_on, typed.observed_at,
    )  # fmt: skip


def find_aware(typed: Typed, site: str) -> str:
    """The site's own time at which it knew of an event: as typed, or (where nothing was) now, for now it knows."""
    return read_pair(typed.texts, "aware") or compute_site_now(site)


def save(request: HttpRequest, place: FormPlace, typed: Typed) -> Receipt | Refusal:
    """Do the act. Rows that two people add at once are numbered one after the other."""
    if refused := check_pair(typed.texts, "aware", place.act):
        return refused
    command = make_command(place, typed)
    result = trial.perform(request, command)
    if place.is_new and isinstance(command, RecordForm):
        for step in range(1, _TRIES):
            if not (isinstance(result, Refusal) and all(one.code == "changed-meanwhile" for one in result.reasons)):
                break
            result = trial.perform(request, _renumber(command, command.repeat + step))
    return result


def _renumber(command: RecordForm, repeat: int) -> RecordForm:
    return RecordForm(
        command.participant, command.form, command.encounter, command.values, repeat, command.missing, command.reason,
        command.confirmed, command.source, 0, command.observed_at,
    )  # fmt: skip


def list_own_reasons(refusal: Refusal) -> tuple[Reason, ...]:
    """The reasons that belong to no item, to be shown word for word."""
    return tuple(one for one in refusal.reasons if one.code not in ON_ITEMS | MEANWHILE)


def find_same_row(place: FormPlace, typed: Typed, person: str) -> int | None:
    """The row in which this person has saved exactly this already: a second click, or an answer that was lost."""
    for (encounter, form, repeat), version in place.state.forms.items():
        if (encounter, form, version.actor) != (place.encounter, place.form, person):
            continue
        if dict(version.recorded.values) == dict(typed.values) and dict(version.recorded.missing) == dict(
            typed.missing
        ):
            return repeat
    return None


@dataclass(frozen=True, slots=True)
class Meeting:
    """What two people did to one form. ``texts`` go into the fields; items of ``both`` were changed by both.

    ``taken`` are the items in which only the other one changed something: their value stands in the field now.
    """

    texts: Mapping[str, str]
    both: tuple[str, ...]
    taken: tuple[str, ...]


def meet(compiled: CompiledForm, base: Revision | None, now: Mapping[str, str], typed: Typed) -> Meeting:
    """Their changes beside mine: what only they changed is taken over, what both changed stays as I typed it.

    Parameters
    ----------
    base : Revision or None
        The revision that I began from.
    now : mapping of str to str
        The fields of the revision on record.
    """
    before = _fields_of(compiled, base)
    texts, both, taken = dict(typed.texts), [], []
    for item in compiled.items:
        names = [f"{kind}.{item}" for kind in "vtymdnr"]
        mine, other, old = ([source.get(name, "") for name in names] for source in (typed.texts, now, before))
        if other in (mine, old):
            continue
        if mine == old:
            taken.append(item)
            texts |= dict(zip(names, other, strict=True))
        else:
            both.append(item)
    return Meeting(texts, tuple(both), tuple(taken))


def _fields_of(compiled: CompiledForm, revision: Revision | None) -> Mapping[str, str]:
    return split_record(compiled, revision.recorded.values, revision.recorded.missing) if revision else {}
