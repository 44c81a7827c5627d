"""Adverse events: deaths of any cause, serious events, other events that reach the threshold, by arm as treated."""

from collections.abc import Iterable

from trialwright.registry.eudract import Details, SeriousDetail
from trialwright.registry.submission.numerals import read_count
from trialwright.registry.submission.sheet import REHEARSAL, TOTAL, Shape, Sheet, fit, name_group
from trialwright.registry.submission.told import Told
from trialwright.registry.tables import load_rows
from trialwright.results import ResultRow

SERIOUS, OTHER, DEATHS = "R.SERIOUS", "R.OTHER", "14.3.2.1"
_SPELLINGS = {row["meddra"].lower(): row["registry"] for row in load_rows("organ_systems")}


def build_events(sheet: Sheet) -> Shape:
    """The module ``adverseEventsModule``."""
    safety = sheet.definition.study.safety
    day0 = "the first dose or allocation" if _is_dosed(sheet) else "allocation"
    return {
        "frequencyThreshold": str(sheet.answers.threshold),
        "timeFrame": fit(f"From day 0 ({day0}) to {safety.emergent_days} days after the last dose, or after day 0"
                         if _is_dosed(sheet) else f"From day 0 ({day0}) to day {safety.emergent_days}"),
        "description": _describe(sheet),
        "eventGroups": _list_groups(sheet),
        "seriousEvents": [_event(sheet, rows) for rows in _by_term(sheet, SERIOUS)],
        "otherEvents": [_event(sheet, rows) for rows in _by_term(sheet, OTHER) if _is_frequent(sheet, rows)],
    }  # fmt: skip


def _is_dosed(sheet: Sheet) -> bool:
    return any(one.dose for one in sheet.definition.interventions.values())


def _describe(sheet: Sheet) -> str:
    safety = sheet.definition.study.safety
    counted = sheet.find_set(SERIOUS)
    text = (
        f"Treatment-emergent events, graded by CTCAE {safety.ctcae}; a participant counts once a term, every occurrence "
        f"counts as an event. {sheet.describe_set(counted)}"
    )
    return fit(f"{REHEARSAL} {text}" if sheet.is_rehearsal else text)


def _list_groups(sheet: Sheet) -> list[Shape]:
    found: list[Shape] = []
    for shape, arm in zip(sheet.list_groups("EG", sheet.list_arms()), sheet.list_arms(), strict=True):
        deaths = sheet.need(DEATHS, "DEATH", "count", arm)
        serious = sheet.need(SERIOUS, TOTAL, "count", arm)
        other = sheet.need(OTHER, TOTAL, "count", arm, category=str(sheet.answers.threshold))
        counts: Shape = {}
        for name, row in (("deaths", deaths), ("serious", serious), ("other", other)):
            counts[f"{name}NumAffected"] = Told(read_count(row), (row,))
            counts[f"{name}NumAtRisk"] = Told(row.n_used, (row,), "n")
        found.append({**shape, **counts})
    return found


def _by_term(sheet: Sheet, analysis: str) -> list[list[ResultRow]]:
    """The rows of each term, classes and terms in the order of their names."""
    found: dict[tuple[str, str], list[ResultRow]] = {}
    for row in sheet.rows.get(analysis, ()):
        if row.parameter != TOTAL:
            found.setdefault((row.parameter, row.category), []).append(row)
    return list(found.values())


def _is_frequent(sheet: Sheet, rows: Iterable[ResultRow]) -> bool:
    """Whether the term reaches the threshold in at least one arm."""
    shares = [100 * read_count(row) >= sheet.answers.threshold * row.n_used for row in rows if row.statistic == "count"]
    return any(shares)


def _event(sheet: Sheet, rows: list[ResultRow]) -> Shape:
    first = rows[0]
    by_arm = {(row.group, row.statistic): row for row in rows}
    stats: list[Shape] = []
    for at, arm in enumerate(sheet.list_arms()):
        count, events = by_arm[arm, "count"], by_arm[arm, "events"]
        stats.append(
            {
                "groupId": name_group("EG", at),
                "numEvents": Told(read_count(events), (events,)),
                "numAffected": Told(read_count(count), (count,)),
                "numAtRisk": Told(count.n_used, (count,), "n"),
            }
        )
    return {
        "term": fit(first.category, 100),
        "organSystem": _SPELLINGS.get(first.parameter.lower(), first.parameter),
        "sourceVocabulary": f"CTCAE {sheet.definition.study.safety.ctcae}",
        "assessmentType": sheet.answers.assessment,
        "stats": stats,
    }


def build_details(sheet: Sheet) -> Details:
    """What EudraCT asks of serious terms beside the counts: relatedness and deaths, by term and group."""
    found: dict[tuple[str, str], SeriousDetail] = {}
    for rows in _by_term(sheet, SERIOUS):
        by_arm = {(row.group, row.statistic): read_count(row) for row in rows}
        for at, arm in enumerate(sheet.list_arms()):
            found[fit(rows[0].category, 100), name_group("EG", at)] = SeriousDetail(
                *(by_arm[arm, name] for name in ("related_events", "deaths", "related_deaths"))
            )
    return found
