"""A dose of a virtual participant: released, thawed, prepared, given; held back, missed, or not as it should be."""

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from trialwright.capture.dose import GiveDose, MissDose, PrepareDose
from trialwright.capture.product import LotStatus, Move, MoveStock, SetLotStatus
from trialwright.capture.release_dose import ReleaseDose
from trialwright.definition.design import Intervention
from trialwright.definition.schedule import Encounter
from trialwright.ledger.product import THAWED
from trialwright.simulate.exercise_events import react_gravely, take_by_mistake
from trialwright.simulate.steps import Expectation, Mark, Result, Step
from trialwright.simulate.supplies import RECALLED, name_lot, name_second_lot
from trialwright.simulate.values import Occasion
from trialwright.vocabulary.codelists import Role
from trialwright.vocabulary.findings import Refusal

if TYPE_CHECKING:
    from trialwright.simulate.course import Traveller

Walk = Generator[Step, Result, None]
_TRIED = 0.05
"""Share of doses at which a lot that was recalled before is tried."""


def make_preparation(one: "Traveller", intervention: Intervention, encounter: str, lot: str = "") -> PrepareDose:
    """The preparation of a planned dose as it should be."""
    assert intervention.dose is not None
    amount = f"{intervention.dose.amount:.0f}"
    return PrepareDose(one.code, intervention.id, encounter, lot or name_lot(encounter), amount)


def find_exercise(one: "Traveller", intervention: Intervention, encounter: str) -> str:
    """The exercise that this dose is for: that of the second planned dose, or of the only one."""
    if encounter != intervention.at[min(1, len(intervention.at) - 1)]:
        return ""
    return next((name for name in ("stopping", "hold", "recall", "wrong_dose") if name in one.exercises), "")


def have_dose(one: "Traveller", intervention: Intervention, encounter: Encounter, expect: Expectation | None) -> Walk:
    """The planned dose of an encounter, with what chance or an exercise makes of it."""
    exercise = find_exercise(one, intervention, encounter.id)
    missed = encounter.day > 0 and one.chance(one.definition.simulation.errors.missed_dose) and not exercise
    if missed or one.stopped:
        reason = one.stopped or "fever on the day of the dose"
        yield from _miss(one, intervention, encounter, reason, planned=missed)
        return
    if one.desk.chance(_TRIED):
        lot = f"{RECALLED}-{intervention.id}"
        recalled = make_preparation(one, intervention, encounter.id, lot)
        yield one.step(recalled, Role.PHARMACIST, Expectation("preparation of a recalled lot", "refusal", "lot"))
    if exercise == "wrong_dose":
        yield from _give_recalled(one, intervention, encounter)
        return
    if one.dosed_at is not None and intervention.min_gap_hours:
        one.at = max(one.at, one.dosed_at + timedelta(hours=intervention.min_gap_hours))
    lot = name_second_lot(intervention.id) if exercise == "recall" else name_lot(encounter.id)
    prepared = yield from _make_ready(one, intervention, encounter, lot, exercise)
    if isinstance(prepared, Refusal) and (prepared.has("hold") or prepared.has("stopping-flag")):
        mark = ("hold", "not given") if exercise == "hold" else None
        told = "; ".join(reason.text for reason in prepared.reasons)
        yield from _miss(one, intervention, encounter, told, mark=mark)
        return
    mark = ("recall", "given") if exercise == "recall" else None
    yield from _give(one, intervention, encounter, lot, _expect(prepared, expect), mark)
    one.plan_reactions()
    if exercise == "recall":
        one.plan(one.at + timedelta(hours=20), partial(_recall, one, intervention))
    elif exercise == "stopping":
        one.plan(one.at + timedelta(hours=2), partial(react_gravely, one, len(one.doses)))


def _expect(prepared: Result, expect: Expectation | None) -> Expectation | None:
    """What is to be noted about a dose that is given."""
    if isinstance(prepared, Refusal) and expect is None:
        return Expectation("dose without preparation", "deviation", "DOSE_NOT_PREPARED")
    if expect is not None and expect.code == "VISIT_OUT_OF_WINDOW":
        return Expectation(expect.error, "deviation", "DOSE_OUT_OF_WINDOW")
    return expect


def _miss(
    one: "Traveller", intervention: Intervention, encounter: Encounter, reason: str,
    *, planned: bool = False, mark: Mark | None = None,
) -> Walk:  # fmt: skip
    expect = Expectation(f"dose at {encounter.id} not given", "deviation", "MISSED_DOSE")
    missed = MissDose(one.code, intervention.id, encounter.id, reason)
    yield one.step(missed, Role.NURSE, expect if planned or mark else None, mark=mark)


def _give(
    one: "Traveller", intervention: Intervention, encounter: Encounter, lot: str, expect: Expectation | None,
    mark: Mark | None = None,
) -> Walk:  # fmt: skip
    one.begin_day0(intervention)
    given = sum(1 for name, _ in one.doses if name == intervention.id) + 1
    fixed = _describe(one, intervention, lot, given)
    values, missing = one.maker.fill(intervention.form, one.person, Occasion(one.at, one.compute_day()), fixed)
    yield one.step(GiveDose(one.code, intervention.id, encounter.id, values, missing), Role.NURSE, expect, mark=mark)
    one.doses.append((intervention.id, encounter.day))
    one.dosed_at = one.at


def _describe(one: "Traveller", intervention: Intervention, lot: str, number: int) -> dict[str, str]:
    assert intervention.dose is not None
    amount = f"{intervention.dose.amount:.0f}"
    known = {
        "infusion_number": str(number),
        "lot": lot,
        "planned_amount": amount,
        "actual_amount": amount,
        "started_at": one.at.strftime("%Y-%m-%dT%H:%M"),
        "stopped_at": (one.at + timedelta(minutes=45)).strftime("%Y-%m-%dT%H:%M"),
    }
    items = one.definition.forms[intervention.form].items
    return {name: text for name, text in known.items() if name in items}


def _make_ready(
    one: "Traveller", intervention: Intervention, encounter: Encounter, lot: str, exercise: str
) -> Generator[Step, Result, Result]:
    """A container released, thawed and prepared; who comes after a sentinel waits for it, and all wait for the board.

    A flag that is raised while the cells are thawed spoils them: another container is released when the board has met.
    """
    for _ in range(2):
        result = yield from _release(one, intervention, encounter, lot, exercise)
        if isinstance(result, Refusal):
            return result
        details = {"water_bath": "37 C", "viability_percent": "92"}
        thaw = MoveStock(lot, one.site, Move.THAW, 1, details=details, participant=one.code, encounter=encounter.id)
        yield one.step(thaw, Role.PHARMACIST)
        one.at += timedelta(minutes=28)
        again = ("stopping", "prepared again") if one.script.decided else None
        preparation = make_preparation(one, intervention, encounter.id, lot)
        result = yield one.step(preparation, Role.PHARMACIST, must=False, mark=again)
        if not isinstance(result, Refusal):
            return result
        spoiled = replace(thaw, move=Move.DESTROY, reason="thawed and not prepared", details={}, place=THAWED)
        yield one.step(spoiled, Role.PHARMACIST)
        if not result.has("stopping-flag"):
            return result
    return result


def _release(
    one: "Traveller", intervention: Intervention, encounter: Encounter, lot: str, exercise: str
) -> Generator[Step, Result, Result]:
    release = ReleaseDose(one.code, intervention.id, encounter.id, lot)
    for waits in (12, 14, 10, 0):
        yield from _wait_for_board(one, release)
        if exercise == "hold":
            held = Expectation("a dose that is to be held back", "refusal", "hold")
            return (yield one.step(release, Role.PHARMACIST, held, mark=("hold", "refused")))
        result = yield one.step(release, Role.PHARMACIST, must=False)
        if not (isinstance(result, Refusal) and result.has("sentinel")):
            break
        one.at += timedelta(hours=waits)
    return result


def _wait_for_board(one: "Traveller", release: ReleaseDose) -> Walk:
    """While the board has not met a release is refused; it is tried again when the board has decided."""
    meets = one.script.board_meets
    if meets is None:
        return
    expect = Expectation("release while a flag stands", "refusal", "stopping-flag")
    yield one.step(release, Role.PHARMACIST, expect, mark=("stopping", "refused"))
    one.at = max(one.at, meets.astimezone(one.zone).replace(tzinfo=None) + timedelta(minutes=30))


def _recall(one: "Traveller", intervention: Intervention) -> Walk:
    """On the next day a sister lot turns out to be contaminated: the lot is recalled and can be released no more."""
    lot = name_second_lot(intervention.id)
    reason = "virtual exercise: a sister lot is contaminated"
    yield one.step(SetLotStatus(lot, LotStatus.RECALLED, reason), Role.SPONSOR, mark=("recall", "recalled"))
    one.script.recalled = True
    later = intervention.at[-1]
    tried = ReleaseDose(one.code, intervention.id, later, lot)
    expect = Expectation("release of a lot that was recalled", "refusal", "lot")
    yield one.step(tried, Role.PHARMACIST, expect, mark=("recall", "refused"))
    back = MoveStock(lot, one.site, Move.RETURN, 1, "recalled; the others wait in quarantine for the maker")
    yield one.step(back, Role.PHARMACIST)


def _give_recalled(one: "Traveller", intervention: Intervention, encounter: Encounter) -> Walk:
    """A bag of the recalled lot is given all the same: recorded with what was wrong, and told as a medication error."""
    lot = name_second_lot(intervention.id)
    release = ReleaseDose(one.code, intervention.id, encounter.id, lot)
    expect = Expectation("release of a lot that was recalled", "refusal", "lot")
    yield one.step(release, Role.PHARMACIST, expect, mark=("wrong_dose", "refused"))
    flagged = Expectation("a dose of a recalled lot", "deviation", "RECALLED_LOT")
    yield from _give(one, intervention, encounter, lot, flagged, ("wrong_dose", "flagged"))
    one.plan_reactions()
    one.at += timedelta(hours=1)
    one.script.mark("wrong_dose", "told", one.code)
    yield from take_by_mistake(one, f"{intervention.name}, {lot}", wrong_dose=True)
