"""The quality-check sheet: what a person must still decide before anybody uploads these results by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from trialwright.record.results_section import ResultsSection
from trialwright.registry.rule import Breach, Level
from trialwright.registry.submission.build import Submission
from trialwright.registry.submission.sheet import REHEARSAL

_SMALL = 5
_MOST_LINES = 40
_RESULTS_FROM = 94


@dataclass(frozen=True, slots=True)
class Point:
    """One decision: its name, the question, what is written now, and what there is to look at."""

    id: str
    question: str
    now: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignOff:
    """A signature under the sheet, as the ledger holds it: who, when, over which results, with which decisions."""

    digest: str
    person: str
    role: str
    at: str
    decisions: tuple[tuple[str, str], ...] = field(default=())
    answers: str = ""


def list_points(submission: Submission, losses: Iterable[tuple[str, str]]) -> tuple[Point, ...]:
    """The decisions in a fixed order. Only what concerns these results is asked."""
    results = submission.record.results
    assert results is not None
    points = [*_ask_answers(submission, results), *_ask_contents(submission, results)]
    warnings = [one for one in submission.breaches if one.level is not Level.CLOCK]
    if warnings:
        lines = tuple(_render_breach(one) for one in warnings)
        points.append(Point("rules", "Mend or accept what the registry's rules say?", f"{len(lines)} remarks", lines))
    lost = tuple(f"{path}: {what}" for path, what in dict.fromkeys(losses))
    if lost:
        points.append(Point("losses", "Add by hand what the upload files cannot hold?", f"{len(lost)} places", lost))
    points.append(
        Point("plain-language", "Is the plain-language summary right, and has a lay person read it?", "a draft")
    )
    return tuple(points)


def _ask_answers(submission: Submission, results: ResultsSection) -> list[Point]:
    given, answers = submission.material.answers, submission.answered
    description = results.more_info.limitations_and_caveats.description
    contact, agreement = answers.contact, answers.agreement
    documents = ", ".join(one.filename or f"protocol and plan of {one.date}" for one in answers.documents) or "none"
    employed = {True: "employees of the sponsor", False: "not employees of the sponsor", None: "not answered"}

    told = {True: "an agreement restricts what they publish", False: "free to publish", None: "not answered"}

    def say(text: str, answered: bool) -> str:
        return text if answered else f"{text} (assumed for the rehearsal, nobody has said it)"

    return [
        Point(
            "contact",
            "Who answers questions about the results?",
            say(f"{contact.title}, {contact.organization}, {contact.email or contact.phone}", contact == given.contact),
        ),
        Point(
            "agreement",
            "Are the investigators employees of the sponsor, and what may they publish?",
            say(f"{employed[agreement.employee]}; {told[agreement.restrictive]}", agreement == given.agreement),
        ),
        Point(
            "documents",
            "Which versions of protocol and analysis plan are uploaded (PDF/A, no personal data)?",
            say(documents, answers.documents == given.documents),
        ),
        Point(
            "limitations",
            "Is this all that limits the results?",
            description if given.limitations else f"{description} (drafted from the design)",
        ),
        Point(
            "events",
            "Is this how adverse events were found, and is the threshold the intended one?",
            f"{answers.assessment.replace('_', ' ').lower()}; other events from {answers.threshold} % of a group",
        ),
    ]


def _ask_contents(submission: Submission, results: ResultsSection) -> list[Point]:
    points: list[Point] = []
    small = _list_small(results)
    if small:
        question = "Can these small counts, together, tell who somebody is?"
        points.append(Point("small-counts", question, f"{len(small)} counts of 1 to {_SMALL - 1}", small))
    extra = tuple(one.title for one in results.outcomes.outcome_measures if one.type not in ("PRIMARY", "SECONDARY"))
    if extra:
        question = "Report these beside the registered primary and secondary outcomes?"
        points.append(Point("other-outcomes", question, f"tables: {len(extra)}", extra))
    absent = tuple(
        f"{one.title}: expected {one.anticipated_posting_date}"
        for one in results.outcomes.outcome_measures
        if one.reporting_status == "NOT_POSTED"
    )
    if absent:
        points.append(Point("not-posted", "When will these registered outcomes be reported?", "no rows", absent))
    rows = submission.material.rows
    empty = tuple(
        f"{row.analysis} {row.parameter} {row.visit} {row.group} {row.statistic}: {'; '.join(row.warnings)}"
        for row in rows
        if row.value is None
    )
    if empty:
        points.append(Point("not-estimable", "Is it understood why these have no value?", f"{len(empty)} rows", empty))
    return points


def _list_small(results: ResultsSection) -> tuple[str, ...]:
    """Small baseline counts that are not everybody of a group: the cells that could single a person out."""
    found = []
    sizes = {one.group_id: one.value for denom in results.baseline.denoms for one in denom.counts}
    for measure in results.baseline.measures:
        if measure.param_type != "COUNT_OF_PARTICIPANTS":
            continue
        for block in measure.classes:
            for category in block.categories:
                for one in category.measurements:
                    if one.value.isdigit() and 0 < int(one.value) < _SMALL and one.value != sizes.get(one.group_id):
                        name = " ".join(filter(None, (measure.title, block.title, category.title)))
                        found.append(f"{name}, {one.group_id}: {one.value}")
    return tuple(found)


def _render_breach(one: Breach) -> str:
    what = "results" if int(one.number[1:]) >= _RESULTS_FROM else "registration"
    if not one.right:
        return f"{one.number} ({what}, {one.level.value}) {one.path}: {one.wrong}"
    return f"{one.number} ({what}, {one.level.value}) {one.path}: {one.wrong} → {one.right}"


def render_quality_sheet(submission: Submission, points: Sequence[Point], signed: Sequence[SignOff]) -> str:
    """The sheet as Markdown."""
    header = submission.material.header
    lines = [
        f"# Quality check of results: {header.study}",
        "",
        *([f"**{REHEARSAL}**", ""] if submission.is_rehearsal else []),
        f"- Results: SHA-256 `{submission.digest}`",
        f"- Snapshot: `{header.snapshot}`, data cut {header.data_cut}, ledger {header.purpose}",
        f"- Definition: version {header.version}, `{header.digest}`",
        f"- Numbers with a trace: {len(submission.traces)}",
        f"- Rules V94 to V134: {len(submission.errors)} errors",
        "",
        "Nothing is sent by the program. A person decides every point, signs, and uploads by hand.",
        "",
    ]
    for number, point in enumerate(points, start=1):
        lines += [f"## {number}. {point.question}", "", f"Point `{point.id}`. Now: {point.now}", ""]
        lines += [f"- {one}" for one in point.lines[:_MOST_LINES]]
        if len(point.lines) > _MOST_LINES:
            lines.append(f"- … and {len(point.lines) - _MOST_LINES} more, in `trace.json` and `results.csv`")
        lines += ["", "Decision: ________", ""]
    lines += ["## Signatures", ""]
    mine = [one for one in signed if one.digest == submission.digest]
    for one in mine:
        lines.append(f"- {one.person} ({one.role}), {one.at}")
        lines += [f"  - `{point}`: {decision}" for point, decision in one.decisions]
    if not mine:
        lines.append("Nobody has signed these results.")
    if len(mine) < len(signed):
        lines += ["", f"{len(signed) - len(mine)} signatures are under other results and do not count here."]
    return "\n".join(lines) + "\n"
