"""The results of a record as the public page shows them: flow, baseline, outcomes with analyses, adverse events."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from trialwright.record.results_section import (
    BaselineMeasure,
    Category,
    Denom,
    Event,
    EventGroup,
    Group,
    Measurement,
    OutcomeAnalysis,
    OutcomeMeasure,
    ResultsSection,
)
from trialwright.registry.public_page_parts import render_grid, render_table, render_text, say_words

Row = tuple[str, ...]


def render_results(results: ResultsSection) -> str:
    """All parts in the order of the registry's own page."""
    flow, baseline = results.participant_flow, results.baseline
    outcomes = "".join(_outcome(outcome) for outcome in results.outcomes.outcome_measures)
    limits, contact = results.more_info.limitations_and_caveats, results.more_info.point_of_contact
    who = ", ".join(filter(None, (contact.title, contact.organization, contact.email, contact.phone)))
    return (
        f"<h3>Participant flow</h3>{render_text(flow.recruitment_details)}{render_text(flow.pre_assignment_details)}"
        f"{_groups(flow.groups)}{''.join(_flow(results))}"
        f"<h3>Baseline characteristics</h3>{render_text(baseline.population_description)}"
        f"{_grid('', baseline.groups, _baseline(results))}"
        f"<h3>Outcome measures</h3>{outcomes}"
        f"<h3>Adverse events</h3>{_events(results)}"
        f"<h3>Limitations and caveats</h3>{render_text(limits.description) or '<p>None given.</p>'}"
        f"<h3>More information</h3>{render_table((('Who answers questions', who),))}"
    )


def _grid(corner: str, groups: Sequence[Group | EventGroup], rows: Iterable[Row]) -> str:
    return render_grid((corner, *(group.title for group in groups)), rows)


def _groups(groups: Sequence[Group]) -> str:
    """What each group is, once: the columns below carry the titles only."""
    return render_table((group.title, group.description) for group in groups)


def _flow(results: ResultsSection) -> Iterator[str]:
    groups = results.participant_flow.groups
    for period in results.participant_flow.periods:
        told = [(say_words(one.type), one.achievements) for one in period.milestones]
        told += [(f"Not completed: {one.type}", one.reasons) for one in period.drop_withdraws]
        rows = [_row(name, groups, {one.group_id: one.num_subjects for one in counts}) for name, counts in told]
        yield _grid(period.title, groups, rows)


def _row(name: str, groups: Sequence[Group | EventGroup], cells: dict[str, str]) -> Row:
    return (name, *(cells.get(group.id, "") for group in groups))


def _count_row(denoms: Sequence[Denom], groups: Sequence[Group]) -> Iterator[Row]:
    for denom in denoms:
        cells = {one.group_id: one.value for one in denom.counts}
        yield _row(f"Number analysed ({denom.units.lower()})", groups, cells)


def _baseline(results: ResultsSection) -> Iterator[Row]:
    baseline = results.baseline
    yield from _count_row(baseline.denoms, baseline.groups)
    for measure in baseline.measures:
        for block in measure.classes:
            for category in block.categories:
                names = dict.fromkeys(filter(None, (measure.title, block.title, category.title)))
                name = ": ".join(names) + f" [{_kind(measure)}]"
                yield _row(name, baseline.groups, _cells(category))


def _kind(measure: BaselineMeasure | OutcomeMeasure) -> str:
    """What the numbers are, as in "Mean (Standard Deviation), U/L"."""
    count = measure.param_type == "COUNT_OF_PARTICIPANTS"
    word = measure.dispersion_type
    spread = f" ({say_words(word) if word.isupper() else word})" if word else ""
    unit = "" if count else measure.unit_of_measure
    return ", ".join(filter(None, (say_words(measure.param_type) + spread, unit)))


def _cells(category: Category) -> dict[str, str]:
    return {one.group_id: _value(one) for one in category.measurements}


def _value(one: Measurement) -> str:
    if one.spread:
        return f"{one.value} ({one.spread})"
    low, high = one.lower_limit, one.upper_limit
    return f"{one.value} ({low} to {high})" if low or high else one.value


def _outcome(outcome: OutcomeMeasure) -> str:
    title = f"<h4>{escape(say_words(outcome.type))} outcome: {escape(outcome.title)}</h4>"
    if not outcome.classes:
        return f"{title}<p>Not posted yet; expected {escape(outcome.anticipated_posting_date or 'later')}.</p>"
    about = (
        ("Description", outcome.description),
        ("Time frame", outcome.time_frame),
        ("Analysis population", outcome.population_description),
    )
    grid = _grid(_kind(outcome), outcome.groups, _list_rows(outcome))
    return f"{title}{render_table(about)}{grid}{_notes(outcome)}{_analyses(outcome)}"


def _list_rows(outcome: OutcomeMeasure) -> Iterator[Row]:
    """The counts of the table, then its values; a class that has other counts says them in its name's row."""
    yield from _count_row(outcome.denoms, outcome.groups)
    whole = {one.group_id: one.value for denom in outcome.denoms for one in denom.counts}
    for block in outcome.classes:
        sizes = {one.group_id: one.value for denom in block.denoms for one in denom.counts}
        for category in block.categories:
            cells = _cells(category)
            if sizes and sizes != whole:
                cells = {group: f"{text} [n = {sizes.get(group, '')}]" for group, text in cells.items()}
            name = " · ".join(filter(None, (block.title, category.title))) or outcome.unit_of_measure
            yield _row(name, outcome.groups, cells)


def _notes(outcome: OutcomeMeasure) -> str:
    """Why a value is NA, each reason once."""
    comments = (
        one.comment for block in outcome.classes for category in block.categories for one in category.measurements
    )
    told = list(dict.fromkeys(filter(None, comments)))
    return f"<p class='dim'>NA: {escape('; '.join(told))}.</p>" if told else ""


def _analyses(outcome: OutcomeMeasure) -> str:
    if not outcome.analyses:
        return ""
    head = ("Analysis", "Method", "Estimate", "Interval", "p")
    names = {group.id: group.title for group in outcome.groups}
    rows = [
        (
            one.group_description or ", ".join(names.get(group, group) for group in one.group_ids),
            one.statistical_method,
            " ".join(filter(None, (f"{one.param_type}:" if one.param_type else "", one.param_value))),
            _interval(one),
            one.p_value,
        )
        for one in outcome.analyses
    ]
    return render_grid(head, rows)


def _interval(one: OutcomeAnalysis) -> str:
    if not one.ci_lower_limit and not one.ci_upper_limit:
        return ""
    return f"{one.ci_pct_value} %: {one.ci_lower_limit} to {one.ci_upper_limit}"


def _events(results: ResultsSection) -> str:
    events = results.adverse_events
    groups = events.event_groups
    totals = [
        ("Deaths of any cause", {one.id: _share(one.deaths_num_affected, one.deaths_num_at_risk) for one in groups}),
        ("With a serious event", {one.id: _share(one.serious_num_affected, one.serious_num_at_risk) for one in groups}),
        ("With another event", {one.id: _share(one.other_num_affected, one.other_num_at_risk) for one in groups}),
    ]
    about = (
        ("Time frame", events.time_frame),
        ("Description", events.description),
        ("Threshold of other events", f"{events.frequency_threshold} %" if events.frequency_threshold else ""),
    )
    tables = "".join(
        f"<h4>{title}</h4>{_grid('Organ system: term', groups, _list_terms(found, groups))}"
        for title, found in (("Serious events", events.serious_events), ("Other events", events.other_events))
        if found
    )
    summary = _grid("Participants affected, of those at risk", groups, (_row(name, groups, it) for name, it in totals))
    return f"{render_table(about)}{summary}{tables}"


def _list_terms(events: Sequence[Event], groups: Sequence[EventGroup]) -> Iterator[Row]:
    for one in sorted(events, key=lambda event: (event.organ_system, event.term)):
        cells = {stat.group_id: _share(stat.num_affected, stat.num_at_risk) for stat in one.stats}
        yield _row(f"{one.organ_system}: {one.term}", groups, cells)


def _share(affected: int | None, at_risk: int | None) -> str:
    if affected is None:
        return ""
    return f"{affected} of {at_risk}" if at_risk is not None else str(affected)
