"""V123–V131: adverse events."""

from collections.abc import Iterator

from trialwright.record.results_section import AdverseEvents, Event, EventGroup
from trialwright.registry.case import EVENTS, Case
from trialwright.registry.rule import Level, Rule, Trouble
from trialwright.registry.rules.identification import check_length
from trialwright.registry.rules.numbers import read_number
from trialwright.registry.tables import load_rows

ORGAN_SYSTEMS = frozenset(row["registry"] for row in load_rows("organ_systems"))
_ASSESSMENTS = ("SYSTEMATIC_ASSESSMENT", "NON_SYSTEMATIC_ASSESSMENT")
# Nearly all real events are rounded to a tenth of a per cent; less than that is not counted as below the threshold.
_ROOM = 0.05


def _events(case: Case) -> AdverseEvents:
    return case.record.results.adverse_events if case.record.results else AdverseEvents()


def _tables(events: AdverseEvents) -> tuple[tuple[str, str, tuple[Event, ...]], ...]:
    return (("seriousEvents", "serious", events.serious_events), ("otherEvents", "other", events.other_events))


def _totals(group: EventGroup, kind: str) -> tuple[int | None, int | None]:
    if kind == "serious":
        return group.serious_num_affected, group.serious_num_at_risk
    return group.other_num_affected, group.other_num_at_risk


def _check_frame(case: Case) -> Iterator[Trouble]:
    events = _events(case)
    if case.record.results is None:
        return
    if not events.time_frame.strip():
        level = None if case.completes_new else Level.WARNING
        yield Trouble(
            f"{EVENTS}.timeFrame", "adverse events have no time frame", "when they were collected", level=level
        )
    threshold = read_number(events.frequency_threshold)
    if threshold is None or not 0 <= threshold <= 5:
        wrong = f"{events.frequency_threshold!r} is no threshold for other adverse events"
        yield Trouble(f"{EVENTS}.frequencyThreshold", wrong, "0 to 5 (per cent)")
    yield from check_length(f"{EVENTS}.description", events.description, 500, "description of adverse events")


def _check_terms(case: Case) -> Iterator[Trouble]:
    for key, _, terms in _tables(_events(case)):
        for number, event in enumerate(terms):
            path = f"{EVENTS}.{key}.{number}"
            if not event.term.strip():
                yield Trouble(f"{path}.term", "an adverse event has no term", "1 to 100 characters")
            yield from check_length(f"{path}.term", event.term, 100, "adverse event term")
            if event.organ_system not in ORGAN_SYSTEMS:
                yield Trouble(f"{path}.organSystem", f"{event.organ_system!r} is no organ system", "one of the 27")
            if event.assessment_type and event.assessment_type not in _ASSESSMENTS:
                yield Trouble(f"{path}.assessmentType", f"{event.assessment_type!r} is no way of assessment", "")
            elif not event.assessment_type:
                yield Trouble(
                    f"{path}.assessmentType", "how the event was found is not said", " or ".join(_ASSESSMENTS)
                )


def _check_counts(case: Case) -> Iterator[Trouble]:
    events = _events(case)
    for key, kind, terms in _tables(events):
        at_risk = {group.id: _totals(group, kind)[1] for group in events.event_groups}
        for number, event in enumerate(terms):
            for at, stat in enumerate(event.stats):
                path = f"{EVENTS}.{key}.{number}.stats.{at}"
                affected, risk = stat.num_affected, stat.num_at_risk
                if affected is None:
                    continue
                if affected < 0 or (risk is not None and affected > risk):
                    yield Trouble(path, f"{event.term}: {affected} affected of {risk} at risk", "affected ≤ at risk")
                if stat.num_events is not None and stat.num_events < affected:
                    yield Trouble(
                        path, f"{event.term}: {stat.num_events} events in {affected} affected", "events ≥ affected"
                    )
                whole = at_risk.get(stat.group_id)
                if risk is not None and whole is not None and risk != whole:
                    wrong = f"{event.term}: {risk} at risk in a group of {whole}"
                    right = f"{whole}, or fewer where not everybody could have the event"
                    yield Trouble(path, wrong, right, level=Level.WARNING)
    for number, group in enumerate(events.event_groups):
        totals = (
            ("deaths", group.deaths_num_affected, group.deaths_num_at_risk),
            ("serious", group.serious_num_affected, group.serious_num_at_risk),
            ("other", group.other_num_affected, group.other_num_at_risk),
        )
        for name, affected, risk in totals:
            if affected is not None and risk is not None and not 0 <= affected <= risk:
                wrong = f"{group.title}, {name}: {affected} affected of {risk} at risk"
                yield Trouble(f"{EVENTS}.eventGroups.{number}.{name}NumAffected", wrong, "affected ≤ at risk")
        told = {name: risk for name, _, risk in totals if risk is not None}
        if len(set(told.values())) > 1:
            wrong = f"{group.title}: at risk are {', '.join(f'{risk} ({name})' for name, risk in told.items())}"
            right = "one number, or a description that says why they differ"
            if not events.description.strip():
                yield Trouble(f"{EVENTS}.eventGroups.{number}", wrong, right, level=Level.WARNING)


def _check_totals(case: Case) -> Iterator[Trouble]:
    """Each participant is in the total once: at least the commonest term, at most all terms added up."""
    events = _events(case)
    for _, kind, terms in _tables(events):
        by_group: dict[str, list[int]] = {group.id: [] for group in events.event_groups}
        for event in terms:
            for stat in event.stats:
                by_group.setdefault(stat.group_id, []).append(stat.num_affected or 0)
        for number, group in enumerate(events.event_groups):
            total, counts = _totals(group, kind)[0], by_group[group.id]
            if total is None:
                continue
            if not max(counts, default=0) <= total <= sum(counts):
                wrong = (
                    f"{group.title}: {total} with {kind} events, while the terms allow "
                    f"{max(counts, default=0)} to {sum(counts)}"
                )
                yield Trouble(f"{EVENTS}.eventGroups.{number}.{kind}NumAffected", wrong, "a total that the terms allow")


def _check_threshold(case: Case) -> Iterator[Trouble]:
    events = _events(case)
    threshold = read_number(events.frequency_threshold)
    if not threshold:
        return
    for number, event in enumerate(events.other_events):
        shares = [100 * (one.num_affected or 0) / one.num_at_risk for one in event.stats if one.num_at_risk]
        if shares and max(shares) < threshold - _ROOM:
            wrong = f"{event.term}: {max(shares):.1f} % at most, below the threshold of {threshold:g} %"
            yield Trouble(f"{EVENTS}.otherEvents.{number}", wrong, "leave it out, or lower the threshold")


def _check_deaths(case: Case) -> Iterator[Trouble]:
    for number, group in enumerate(_events(case).event_groups):
        if group.deaths_num_affected is None or group.deaths_num_at_risk is None:
            level = None if case.completes_new else Level.WARNING
            path = f"{EVENTS}.eventGroups.{number}.deathsNumAffected"
            if level is None and not _events(case).all_cause_mortality_comment:
                yield Trouble(path, f"{group.title}: deaths of any cause are missing", "affected and at risk", True)


def _check_nobody_at_risk(case: Case) -> Iterator[Trouble]:
    events = _events(case)
    for number, group in enumerate(events.event_groups):
        risks = (group.deaths_num_at_risk, group.serious_num_at_risk, group.other_num_at_risk)
        if 0 in risks and not (events.description or group.description or events.all_cause_mortality_comment):
            wrong = f"{group.title}: nobody was at risk"
            yield Trouble(f"{EVENTS}.eventGroups.{number}", wrong, "why nobody was at risk, in the description")


def _check_disjoint(case: Case) -> Iterator[Trouble]:
    """The same counts of one term in both tables: an event was counted twice."""
    events = _events(case)
    serious = {
        (event.term.lower(), event.organ_system, tuple((one.group_id, one.num_affected) for one in event.stats))
        for event in events.serious_events
        if any(one.num_affected for one in event.stats)
    }
    for number, event in enumerate(events.other_events):
        counts = tuple((one.group_id, one.num_affected) for one in event.stats)
        if (event.term.lower(), event.organ_system, counts) in serious:
            wrong = f"{event.term} stands among serious and other events with the same counts"
            yield Trouble(f"{EVENTS}.otherEvents.{number}", wrong, "each event in one table", level=Level.WARNING)


def _check_all_arms(case: Case) -> Iterator[Trouble]:
    """Where events were collected in an arm without intervention, that arm is reported."""
    if case.record.results is None or not _events(case).event_groups:
        return
    quiet = [arm for arm in case.protocol.arms.arm_groups if arm.type == "NO_INTERVENTION"]
    groups = len(_events(case).event_groups)
    flow = len(case.record.results.participant_flow.groups)
    if quiet and groups < flow:
        wrong = f"{flow} groups took part and {groups} report adverse events; {quiet[0].label!r} has no intervention"
        yield Trouble(f"{EVENTS}.eventGroups", wrong, "every arm whose events were collected", level=Level.WARNING)


RULES = (
    Rule("V123", Level.ERROR, "a time frame, and a threshold of 0 to 5 per cent", _check_frame),
    Rule("V124", Level.ERROR, "term, organ system and way of assessment", _check_terms),
    Rule("V125", Level.ERROR, "affected ≤ at risk, events ≥ affected", _check_counts),
    Rule("V126", Level.ERROR, "totals that the terms allow", _check_totals),
    Rule("V127", Level.ERROR, "other events reach the threshold", _check_threshold),
    Rule("V128", Level.ERROR, "deaths of any cause in each group", _check_deaths),
    Rule("V129", Level.ERROR, "nobody at risk, so the reason is said", _check_nobody_at_risk),
    Rule("V130", Level.ERROR, "serious and other events are two tables", _check_disjoint),
    Rule("V131", Level.ERROR, "an arm without intervention reports its events too", _check_all_arms),
)
