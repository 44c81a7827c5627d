"""An adverse event as the ward tells it: reported when it is there, told anew when more is known."""

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING

from trialwright.capture.adverse_event import ReportAdverseEvent
from trialwright.capture.record_form import RecordForm
from trialwright.ledger.entries import AdverseEventReported, FormRecorded
from trialwright.safety.terms import load_terms
from trialwright.simulate.steps import Expectation, Mark, Result, Step
from trialwright.simulate.values import Occasion, Person
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Refusal

if TYPE_CHECKING:
    from trialwright.simulate.course import Traveller

Told = tuple[int, dict[str, str], dict[str, str], int]
"""An event: its row, its values and missing items, its revision."""
FORM = "adverse_event"
OVER = {"ongoing": "N", "outcome": "RECOVERED/RESOLVED"}
"""What is said of an event that has ended, beside its last day."""
_OPEN = {"end_date": "", "ongoing": "Y", "outcome": "NOT RECOVERED/NOT RESOLVED", "present_before": "N"}
_SERIOUS = (
    "ser_death",
    "ser_life_threatening",
    "ser_hospitalisation",
    "ser_disability",
    "ser_congenital",
    "ser_important",
)


def report_event(
    one: "Traveller", by: Person, fixed: Mapping[str, str], mark: Mark | None = None, expect: Expectation | None = None
) -> Generator[Step, Result, Told]:
    """A new event, as it is known now; ``by`` makes what ``fixed`` leaves open."""
    term = load_terms(one.definition.study.safety.ctcae).find(fixed.get("term", ""))
    told = {
        **dict.fromkeys(_SERIOUS, "N"), "grade_at_onset": "", "grade_since": "", "infusion_number": "",
        "hours_after_infusion": "", "aware_at": "", "action": choose_action(one), **_OPEN,
        "ctcae_code": term.code if term else "", "onset_date": tell_day(one), **fixed,
    }  # fmt: skip
    known = {name: text for name, text in told.items() if name in one.definition.forms[FORM].items}
    values, missing = one.maker.fill(FORM, by, Occasion(one.at, one.compute_day()), known)
    command = ReportAdverseEvent(one.code, values, tell_time(one), missing)
    result = yield one.step(command, Role.INVESTIGATOR, expect, mark=mark)
    row, revision = _find(result)
    return row, values, missing, revision


def revise_event(
    one: "Traveller", told: Told, changes: Mapping[str, str], reason: str, mark: Mark | None = None
) -> Generator[Step, Result, Told]:
    """The event as it is known now, with the reason for saying it anew."""
    row, values, missing, revision = told
    items = one.definition.forms[FORM].items
    now = {**values, **{name: text for name, text in changes.items() if name in items}}
    now = {name: text for name, text in now.items() if text}
    left = {name: why for name, why in missing.items() if name not in now}
    command = RecordForm(one.code, FORM, "", now, row, left, reason, based_on=revision)
    yield one.step(command, Role.INVESTIGATOR, mark=mark)
    return row, now, left, revision + 1


def choose_action(one: "Traveller") -> str:
    """What is done with the study treatment: nothing is changed while doses are to come; else there is none to change."""
    planned = [
        one.definition.encounters[name] for dosed in (one.list_dosed(one.arm) if one.arm else ()) for name in dosed.at
    ]
    comes = any(one.compute_day() < encounter.day for encounter in planned)
    return "DOSE NOT CHANGED" if comes and not one.stopped else "NOT APPLICABLE"


def tell_time(one: "Traveller") -> str:
    """Now, as it is typed."""
    return one.at.strftime("%Y-%m-%dT%H:%M")


def tell_day(one: "Traveller") -> str:
    """Today, as it is typed."""
    return one.at.date().isoformat()


def _find(result: Result) -> tuple[int, int]:
    """The row and the revision of the event that was written; 0 where nothing was."""
    written = () if isinstance(result, Refusal) else result.written
    row = next((entry.repeat for entry in written if isinstance(entry, AdverseEventReported)), 0)
    revision = next((entry.revision for entry in written if isinstance(entry, FormRecorded)), 0)
    return row, revision
