"""V94–V102: the results section as a whole, and the participant flow."""

import re
from collections.abc import Iterator
from itertools import pairwise

from trialwright.record.results_section import EventGroup, Group, Milestone, ParticipantFlow, Period
from trialwright.registry.case import BASELINE, EVENTS, FLOW, MEASURES, Case
from trialwright.registry.rule import Level, Rule, Trouble
from trialwright.registry.rules.identification import check_length
from trialwright.registry.rules.numbers import read_count

_CORE = ("STARTED", "COMPLETED", "NOT COMPLETED")


def _flow(case: Case) -> ParticipantFlow:
    return case.record.results.participant_flow if case.record.results else ParticipantFlow()


def _counts(milestone: Milestone) -> dict[str, int]:
    found = {one.group_id: read_count(one.num_subjects) for one in milestone.achievements}
    return {group: count for group, count in found.items() if count is not None}


def _core(period: Period) -> dict[str, dict[str, int]]:
    """Counts by group of STARTED, COMPLETED and NOT COMPLETED."""
    return {one.type: _counts(one) for one in period.milestones if one.type in _CORE}


def _check_flag(case: Case) -> Iterator[Trouble]:
    there, told = case.record.results is not None, case.record.has_results
    if told is not None and told != there:
        wrong = f"hasResults is {told} and there is {'a' if there else 'no'} results section"
        yield Trouble("hasResults", wrong, str(there).lower())


def _check_reached(case: Case) -> Iterator[Trouble]:
    if case.record.results is not None and case.protocol.status.primary_completion.type != "ACTUAL":
        wrong = "results are reported and the primary completion date is not actual"
        yield Trouble("protocolSection.statusModule.primaryCompletionDateStruct.type", wrong, "ACTUAL")


def _check_parts(case: Case) -> Iterator[Trouble]:
    if case.record.results is not None:
        for part in case.record.results.absent_parts():
            yield Trouble(f"resultsSection.{part}", f"the results have no {part}", "all five parts")


def _check_groups(case: Case) -> Iterator[Trouble]:
    results = case.record.results
    if results is None:
        return
    tables: tuple[tuple[str, str, tuple[Group | EventGroup, ...]], ...] = (
        (f"{FLOW}.groups", "FG", results.participant_flow.groups),
        (f"{BASELINE}.groups", "BG", results.baseline.groups),
        (f"{EVENTS}.eventGroups", "EG", results.adverse_events.event_groups),
    )
    for table, prefix, groups in tables:
        for number, group in enumerate(groups):
            path = f"{table}.{number}"
            if not re.fullmatch(rf"{prefix}\d{{3}}", group.id):
                yield Trouble(f"{path}.id", f"{group.id!r} is no id here", f"{prefix}000, {prefix}001 …")
            yield from _check_group_title(path, group.title)
            yield from check_length(f"{path}.description", group.description, 1_500, "group description")
    for at, outcome in enumerate(results.outcomes.outcome_measures):
        for number, one in enumerate(outcome.groups):
            path = f"{MEASURES}.{at}.groups.{number}"
            if not re.fullmatch(r"OG\d{3}", one.id):
                yield Trouble(f"{path}.id", f"{one.id!r} is no id here", "OG000, OG001 …")
            yield from _check_group_title(path, one.title)


def _check_group_title(path: str, title: str) -> Iterator[Trouble]:
    yield from check_length(f"{path}.title", title, 100, "group title")
    if len(title.strip()) < 4:
        wrong = f"the group title {title!r} is shorter than EudraCT takes"
        yield Trouble(f"{path}.title", wrong, "at least 4 characters", level=Level.WARNING if title.strip() else None)


def _check_milestones(case: Case) -> Iterator[Trouble]:
    for number, period in enumerate(_flow(case).periods):
        types = {milestone.type for milestone in period.milestones}
        for core in _CORE:
            if core not in types:
                wrong = f"the period {period.title!r} has no row {core}"
                yield Trouble(f"{FLOW}.periods.{number}.milestones", wrong, ", ".join(_CORE))
        for at, milestone in enumerate(period.milestones):
            for cell, one in enumerate(milestone.achievements):
                if one.num_subjects and read_count(one.num_subjects) is None:
                    path = f"{FLOW}.periods.{number}.milestones.{at}.achievements.{cell}.numSubjects"
                    yield Trouble(path, f"{one.num_subjects!r} is no number of participants", "a whole number")


def _check_balance(case: Case) -> Iterator[Trouble]:
    for number, period in enumerate(_flow(case).periods):
        rows = _core(period)
        if set(rows) < set(_CORE):
            continue
        for group, started in rows["STARTED"].items():
            completed, left = rows["COMPLETED"].get(group), rows["NOT COMPLETED"].get(group)
            if completed is not None and left is not None and started != completed + left:
                wrong = f"{group} in {period.title!r}: {started} started, {completed} completed and {left} did not"
                yield Trouble(
                    f"{FLOW}.periods.{number}", wrong, f"started = completed + not completed = {completed + left}"
                )


def _check_reasons(case: Case) -> Iterator[Trouble]:
    for number, period in enumerate(_flow(case).periods):
        left = _core(period).get("NOT COMPLETED", {})
        if not period.drop_withdraws:
            continue
        sums = dict.fromkeys(left, 0)
        for row in period.drop_withdraws:
            for one in row.reasons:
                sums[one.group_id] = sums.get(one.group_id, 0) + (read_count(one.num_subjects) or 0)
        for group, total in sums.items():
            if group in left and total != left[group]:
                wrong = f"{group} in {period.title!r}: {left[group]} did not complete and {total} have a reason"
                yield Trouble(
                    f"{FLOW}.periods.{number}.dropWithdraws", wrong, "one reason for each who did not complete"
                )


def _check_periods(case: Case) -> Iterator[Trouble]:
    periods = _flow(case).periods
    for number, (first, second) in enumerate(pairwise(periods), start=1):
        completed, started = _core(first).get("COMPLETED", {}), _core(second).get("STARTED", {})
        for group, count in started.items():
            if group in completed and count > completed[group]:
                wrong = f"{group}: {count} started {second.title!r} and {completed[group]} completed {first.title!r}"
                yield Trouble(f"{FLOW}.periods.{number}", wrong, f"at most {completed[group]}")


def _check_enrolled(case: Case) -> Iterator[Trouble]:
    flow, enrolled = _flow(case), case.protocol.design.enrollment_info.count
    if not flow.periods or enrolled is None or flow.pre_assignment_details:
        return
    started = sum(_core(flow.periods[0]).get("STARTED", {}).values())
    if started != enrolled:
        wrong = f"{enrolled} were enrolled and {started} started"
        yield Trouble(f"{FLOW}.preAssignmentDetails", wrong, "say what happened to the others before assignment")


RULES = (
    Rule("V94", Level.ERROR, "hasResults if and only if there is a results section", _check_flag),
    Rule("V95", Level.ERROR, "results only after primary completion", _check_reached),
    Rule("V96", Level.ERROR, "all five parts of the results", _check_parts),
    Rule("V97", Level.ERROR, "group ids in order, titles of 4 to 100 characters", _check_groups),
    Rule("V98", Level.ERROR, "started, completed and not completed in each period", _check_milestones),
    Rule("V99", Level.ERROR, "started = completed + not completed", _check_balance),
    Rule("V100", Level.ERROR, "a reason for each who did not complete", _check_reasons),
    Rule("V101", Level.ERROR, "nobody starts a period who did not complete the one before", _check_periods),
    Rule("V102", Level.WARNING, "started = enrolled, or an explanation", _check_enrolled),
)
