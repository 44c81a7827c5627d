"""Participant flow: who was screened, started, completed and left, with one reason each."""

from trialwright.registry.submission.numerals import read_count, tell_count
from trialwright.registry.submission.sheet import REHEARSAL, TOTAL, Shape, Sheet, fit, name_group
from trialwright.registry.submission.told import Told
from trialwright.results import ResultRow

FLOW = "14.1.1"
_REASONS = {
    "DEATH": "Death",
    "LOST_TO_FOLLOW_UP": "Lost to Follow-up",
    "PHYSICIAN_DECISION": "Physician Decision",
    "WITHDRAW_CONSENT": "Withdrawal by Subject",
    "SITE_TRANSFER": "Moved to another site",
    "STOP_TREATMENT": "Stopped treatment",
    "STOP_VISITS": "Stopped visits",
}
_ONGOING = "Still taking part at the data cut"


def build_flow(sheet: Sheet) -> Shape:
    """The module ``participantFlowModule``."""
    arms = sheet.list_arms()
    return {
        "preAssignmentDetails": _tell_screening(sheet),
        "recruitmentDetails": _tell_recruitment(sheet),
        "groups": sheet.list_groups("FG", arms),
        "periods": [
            {
                "title": "Overall Study",
                "milestones": [
                    _milestone("STARTED", [(sheet.need(FLOW, "ALLOCATED", "count", arm),) for arm in arms]),
                    _milestone("COMPLETED", [(sheet.need(FLOW, "COMPLETED", "count", arm),) for arm in arms]),
                    _milestone("NOT COMPLETED", [_list_left(sheet, arm) for arm in arms]),
                ],
                "dropWithdraws": _list_reasons(sheet, arms),
            }
        ],
    }


def _milestone(kind: str, rows: list[tuple[ResultRow, ...]]) -> Shape:
    return {
        "type": kind,
        "achievements": [{"groupId": name_group("FG", at), "numSubjects": _add(some)} for at, some in enumerate(rows)],
    }


def _add(rows: tuple[ResultRow, ...]) -> Told:
    return tell_count(rows[0]) if len(rows) == 1 else Told(str(sum(map(read_count, rows))), rows, "sum")


def _list_left(sheet: Sheet, arm: str) -> tuple[ResultRow, ...]:
    """Who discontinued, and who has not finished when the data were cut."""
    ongoing = sheet.find(FLOW, "ONGOING", "count", arm)
    left = sheet.need(FLOW, "DISCONTINUED", "count", arm)
    return (left, ongoing) if ongoing else (left,)


def _list_reasons(sheet: Sheet, arms: list[str]) -> list[Shape]:
    """Every reason with its counts in all arms; an arm without a row has nobody, which its total proves."""
    rows = [row for row in sheet.rows.get(FLOW, ()) if row.parameter == "DISCONTINUED" and row.category]
    found: list[Shape] = []
    for category in sorted({row.category for row in rows}):
        reason = _REASONS.get(category, category.replace("_", " ").capitalize())
        by_arm = {row.group: row for row in rows if row.category == category}
        found.append({"type": reason, "reasons": _count_reasons(sheet, arms, by_arm, "DISCONTINUED")})
    ongoing = {row.group: row for row in sheet.select(FLOW, parameter="ONGOING")}
    if ongoing:
        found.append({"type": _ONGOING, "reasons": _count_reasons(sheet, arms, ongoing, "DISCONTINUED")})
    return found


def _count_reasons(sheet: Sheet, arms: list[str], by_arm: dict[str, ResultRow], total: str) -> list[Shape]:
    return [
        {
            "groupId": name_group("FG", at),
            "numSubjects": tell_count(by_arm[arm])
            if arm in by_arm
            else Told("0", (sheet.need(FLOW, total, "count", arm),), "none of"),
        }
        for at, arm in enumerate(arms)
    ]


def _tell_screening(sheet: Sheet) -> Told:
    """How many were screened and why some did not start."""
    screened, out = (sheet.need(FLOW, one, "count", TOTAL) for one in ("SCREENED", "NOT_ELIGIBLE"))
    reasons = [row for row in sheet.select(FLOW, parameter="NOT_ELIGIBLE", group=TOTAL) if row.category]
    text = f"{read_count(screened)} people were screened and {read_count(out)} of them did not enter the study"
    if reasons:
        told = "; ".join(f"{_name_reason(row.category)}: {read_count(row)}" for row in reasons)
        text += f" (one person can have several reasons: {told})"
    return Told(fit(f"{text}."), (screened, out, *reasons), "sentence")


def _name_reason(category: str) -> str:
    return {"CONSENT_REFUSED": "consent refused", "OTHER": "other"}.get(category, f"criterion {category}")


def _tell_recruitment(sheet: Sheet) -> str:
    places = "; ".join(dict.fromkeys(f"{one.name}, {one.city}" for one in sheet.definition.sites.values()))
    text = sheet.answers.recruitment or f"Participants were recruited at: {places}."
    return fit(f"{REHEARSAL} {text}" if sheet.is_rehearsal else text)
