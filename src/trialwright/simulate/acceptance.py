"""The script of a user acceptance test: what a site does in a UAT ledger, step by step, and what it should see.

The steps are generated from the study, so that a study that changes gets another script. A person of the site does each
step, writes down the result, and signs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from trialwright.definition.compiled import Definition
from trialwright.definition.design import AllocationMethod
from trialwright.definition.forms import CheckLevel
from trialwright.simulate.cases.evidence import Case, Evidence

_NONE = "no answer"
_PLAIN = {"age_years": "Age (years)", "day": "Study day", "arm": "Arm"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do, what should happen, and the ids of the requirements that it touches."""

    part: str
    action: str
    expected: str
    proves: tuple[str, ...] = ()


def list_acceptance(definition: Definition, evidence: Iterable[Evidence]) -> tuple[Step, ...]:
    """The steps of the script in the order in which a trial goes.

    Parameters
    ----------
    evidence : iterable of Evidence
        The generated cases of the study; those of criteria and of hard checks are tried by hand too.
    """
    found = {one.path: one for one in evidence}
    return (
        *_list_opening(definition),
        *_list_screening(definition, found),
        *_list_consent(),
        *_list_allocation(definition),
        *_list_visits(definition),
        *_list_doses(definition),
        *_list_checks(definition, found),
        *_list_facts(),
        *_list_close(),
    )


def _list_opening(definition: Definition) -> Iterator[Step]:
    yield Step(
        "Opening", "Open a ledger with the purpose UAT.", "The word UAT stands on every page and print.", ("A8",)
    )
    signed = sum(one.needs_signature for one in definition.study.assumptions)
    yield Step(
        "Opening", f"Try to open a PRODUCTION ledger without one of the {signed} signatures on assumptions.",
        "It is refused, and the assumption that is not signed is named.", ("V5",),
    )  # fmt: skip
    for site in definition.sites.values():
        yield Step(
            "Opening", f"Screen somebody at {site.name} ({site.id}) before the site is activated.", "Refused.", ("V5",)
        )
    yield Step(
        "Opening",
        "Record delegations and trainings, then activate the site with its ethics opinion and consent versions.",
        "The site is active, and the act stands in the trail with name, time and role.", ("V5", "A8"),
    )  # fmt: skip
    yield Step(
        "Opening",
        "Do an act with a person who has no delegation for it.",
        "Refused; the duty that is lacking is named.",
        ("C1",),
    )


def _list_screening(definition: Definition, found: Mapping[str, Evidence]) -> Iterator[Step]:
    for one in definition.criteria:
        evidence = found[f"eligibility.{one.criterion.id}"]
        for case, word in ((evidence.firing, "met"), (evidence.quiet, "not met"), (evidence.unknown, "unknown")):
            if case is not None:
                yield Step(
                    "Screening",
                    f"Screen with: {_tell(definition, case)}.",
                    f"{one.criterion.id} is {word}: {one.criterion.text}",
                )
    yield Step(
        "Screening",
        "Enrol a person with an unknown criterion, then one who is not eligible.",
        "Both are refused; the criterion is named.",
        ("C5",),
    )


def _list_consent() -> Iterator[Step]:
    yield Step("Consent", "Record a form of the study before consent.", "Refused.", ("C5",))
    yield Step(
        "Consent",
        "Record consent on a form version that is not approved at the site.",
        "Saved, marked as a deviation; enrolment is refused.",
        ("V5", "C5"),
    )
    yield Step("Consent", "Record consent on the approved version and enrol.", "Enrolled.", ("C5",))


def _list_allocation(definition: Definition) -> Iterator[Step]:
    yield Step("Allocation", "Allocate somebody who is not enrolled.", "Refused.", ("C5",))
    allocation = definition.study.allocation
    if allocation.method is AllocationMethod.INVESTIGATOR_ASSIGNED:
        if allocation.rationale == "required":
            yield Step("Allocation", "Assign an arm without a rationale.", "Refused.", ("C5",))
        for arm in definition.arms.values():
            last = f" The place after the last of {arm.planned} is refused." if allocation.capped else ""
            yield Step(
                "Allocation",
                f"Assign {arm.title} with a rationale.",
                f"Allocated; the rationale is locked.{last}",
                ("C5", "A8"),
            )
    else:
        yield Step(
            "Allocation", "Allocate a person.", "An arm is given; nothing on the page tells the next one.", ("C5", "A8")
        )


def _list_visits(definition: Definition) -> Iterator[Step]:
    for encounter in definition.encounters.values():
        arms = [arm for arm in definition.arms if encounter.is_for(arm)]
        forms = list(dict.fromkeys(one.form for arm in arms for one in definition.list_activities(encounter.id, arm)))
        if forms:
            titles = ", ".join(definition.forms[name].form.title for name in forms)
            yield Step(
                "Visits",
                f"Fill in {encounter.title}: {titles}.",
                "Every form can be found, filled in and read back in the site's language.",
            )
    yield Step("Visits", "Enter a visit on a day outside its window.", "Saved, marked as a deviation.")
    yield Step(
        "Visits",
        "Correct a saved value without a reason, then with one.",
        "Refused, then saved; the trail shows both values, the reason, name and time.",
        ("A1", "A2"),
    )


def _list_doses(definition: Definition) -> Iterator[Step]:
    for one in definition.interventions.values():
        if one.dose is None:
            continue
        amount = _write_amount(one.dose.amount, one.dose.unit)
        yield Step("Doses", f"Prepare {one.name} before allocation.", "Refused.", ("C5",))
        yield Step("Doses", f"Prepare {one.name} in another amount than {amount}.", "Refused.", ("C5",))
        for encounter in one.at:
            yield Step(
                "Doses",
                f"Prepare and give {amount} of {one.name} at {definition.encounters[encounter].title}.",
                "Saved without deviation.",
            )
        yield Step(
            "Doses",
            f"Record a dose of {one.name} that was given in the other arm or without preparation.",
            "Saved, marked as a deviation, never refused.",
            ("C5",),
        )


def _list_checks(definition: Definition, found: Mapping[str, Evidence]) -> Iterator[Step]:
    for name, compiled in definition.forms.items():
        for check in compiled.form.checks:
            case = found[f"forms.{name}.checks.{check.id}"].firing
            if check.level is CheckLevel.HARD and case is not None:
                answer = (
                    "Saved and flagged" if compiled.form.never_blocks else "Not saved until confirmed with a reason"
                )
                yield Step(
                    "Impossible values",
                    f"{compiled.form.title}: enter {_tell(definition, case)}.",
                    f"{answer}: {check.message}",
                    ("V2",),
                )


def _list_facts() -> Iterator[Step]:
    yield Step(
        "Safety",
        "Report a serious adverse event with missing answers and odd dates.",
        "Saved at once; what is odd is flagged.",
    )
    yield Step(
        "Leaving",
        "Let somebody stop treatment, another stop visits, a third withdraw consent.",
        "The kinds differ in what can still be recorded.",
    )
    yield Step("Leaving", "Record a death after the milder kinds of leaving.", "Saved.")


def _list_close() -> Iterator[Step]:
    yield Step(
        "Closing", "Verify the ledger against the seal printed on the last report.", "The ledger holds.", ("A5",)
    )
    yield Step("Closing", "Read the data as of the day before.", "The data of that day, as they were.", ("A12",))
    yield Step(
        "Unscripted",
        "Work for an hour as on a busy day, and write down whatever is odd.",
        "Nothing that harms a participant or a result.",
        ("V7",),
    )


def _tell(definition: Definition, case: Case) -> str:
    """The answers of a case in one line, in the words that stand on the forms."""
    answers = [_tell_one(definition, name, text) for name, text in case.values.items()]
    return "; ".join(
        [*(one for one in answers if not one.endswith(_NONE)), *(one for one in answers if one.endswith(_NONE))]
    )


def _tell_one(definition: Definition, name: str, text: str) -> str:
    form, _, item = name.partition(".")
    if form not in definition.forms:
        return f"{_PLAIN.get(name, name)}: {text or _NONE}"
    compiled = definition.forms[form]
    code = compiled.codes.get(item, {}).get(text)
    asked = compiled.items[item]
    return f"{asked.label}: {f'{code.label} ({text})' if code else f'{text} {asked.unit}'.strip() if text else _NONE}"


def _write_amount(amount: float, unit: str) -> str:
    return f"{amount:,.0f} {unit}" if amount.is_integer() else f"{amount:g} {unit}"
