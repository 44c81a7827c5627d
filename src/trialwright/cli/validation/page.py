"""The validation report as one HTML file that needs nothing else: for the screen, for paper, and for a signature."""

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources
from itertools import groupby

from trialwright.cli.validation.junit import Result
from trialwright.cli.validation.report import ValidationReport
from trialwright.cli.validation.requirements import Status
from trialwright.simulate.cases.evidence import Case, Evidence, EvidenceKind

_STYLE = (resources.files(__package__) / "validation.css").read_text(encoding="utf-8")
_INTENDED = (
    "trialwright turns one study definition into a running, audited, analysed and reported clinical trial: screening, "
    "consent, allocation, visits, doses, forms, adverse events, snapshot, analysis and report. This report covers one "
    "build of the software and the configuration of one study in it. A site adds its own acceptance test (section 5)."
)
_SOURCES = (
    "Sources: P11 is 21 CFR part 11; R3 is ICH E6(R3); EMA is its guideline on computerised systems and electronic "
    "data in clinical trials (2023); FDA CSA is FDA's Computer Software Assurance; own is derived from defects seen in "
    "other systems."
)
_COLOUR = {
    Result.PASSED: "good", Result.FAILED: "bad", Result.KNOWN_DEFECT: "bad",
    Result.NOT_RUN: "open", Result.SKIPPED: "open",
    Status.HELD: "good", Status.PARTLY: "open", Status.LATER: "dim",
}  # fmt: skip


def render_validation(report: ValidationReport) -> str:
    """The report as one HTML text; no script, no address outside."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    title = f"Validation of {report.subject.study}"
    return "".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{escape(title)}</title>',
            f"<style>{_STYLE}</style></head><body>",
            _render_head(report, title),
            _render_requirements(report),
            _render_evidence(report),
            _render_open(report),
            _render_acceptance(report),
            _render_signatures(),
            "</body></html>\n",
        ]
    )


def _render_head(report: ValidationReport, title: str) -> str:
    subject, build, run = report.subject, report.build, report.run
    tests = (
        f"{len(run.outcomes)} tests, {run.at or 'at an unknown time'}, on {run.host or 'an unknown machine'}; "
        f"build {run.build or 'not told'}"
        if run
        else Result.NOT_RUN.value
    )
    facts = [
        ("Study", f"{subject.study}, version {subject.version}: {subject.title}"),
        ("Definition", f"SHA-256 {subject.digest}"),
        ("Software", f"trialwright {build.version}"),
        ("Build", f"SHA-256 {build.sha256} over {build.files} files"),
        ("Runs with", f"Python {build.python}, {build.system}; " + ", ".join(f"{n} {v}" for n, v in build.libraries)),
        ("Tests", tests),
        ("Tester", subject.tester or "not named"),
        ("Date", subject.at),
    ]
    problems = "".join(f"<li>{escape(one)}</li>" for one in report.problems)
    colour = "bad" if report.problems else "good" if report.run else "open"
    return (
        f"<h1>{escape(title)}</h1><dl>{''.join(f'<dt>{escape(a)}</dt><dd>{escape(b)}</dd>' for a, b in facts)}</dl>"
        f'<div class="verdict {colour}">{escape(report.conclusion)}</div>'
        f"{f'<ul>{problems}</ul>' if problems else ''}<h2>1 Intended use</h2><p>{escape(_INTENDED)}</p>"
    )


def _render_requirements(report: ValidationReport) -> str:
    counts = Counter(line.requirement.status for line in report.lines)
    total = ", ".join(f"{counts[status]} {status.value}" for status in Status)
    parts = [f"<h2>2 Requirements, tests and results</h2><p>{len(report.lines)} statements: {total}. {_SOURCES}</p>"]
    for area, lines in groupby(report.lines, key=lambda line: line.requirement.area):
        rows = []
        for line in lines:
            one = line.requirement
            tests = dict(line.tests)
            listed = "".join(
                f"<li><code>{escape(test)}</code>"
                + (f" {_paint(tests[test].result)} {escape(tests[test].note)}" if test in tests else "")
                + "</li>"
                for test in one.tests
            )
            under = (
                f"<details><summary>{_count(len(one.tests), 'test')}</summary><ul>{listed}</ul></details>"
                if one.tests
                else ""
            )
            lacks = f'<div class="open">{escape(one.lacks)}</div>' if one.lacks else ""
            result = _paint(line.result) if one.tests else ""
            text = f'{escape(one.statement)}<div class="dim">{escape(one.source)}</div>{lacks}{under}'
            rows.append([escape(one.id), text, escape(one.risk), _paint(one.status), result])
        parts.append(f"<h3>{escape(area)}</h3>{_render_table(['', 'Statement', 'Risk', 'Holds', 'Tests'], rows)}")
    return "".join(parts)


def _render_evidence(report: ValidationReport) -> str:
    kinds = Counter(one.kind for one in report.evidence)
    complete = Counter(one.kind for one in report.evidence if one.is_complete)
    summary = [[escape(kind.value), str(kinds[kind]), str(complete[kind])] for kind in EvidenceKind if kinds[kind]]
    parts = [
        "<h2>3 The study's configuration</h2><p>For each rule a generated case in which it speaks and the nearest "
        "found in which it is silent, both confirmed by the functions that save and screen real participants. Where none "
        "was found, a search has failed; that is a reason to look, and no proof.</p>",
        _render_table(["Rules", "In the study", "Both cases shown"], summary),
    ]
    head = ["Rule", "Speaks with", "Silent with"]
    for kind in EvidenceKind:
        chosen = [one for one in report.evidence if one.kind is kind]
        if chosen:
            last = ["Unknown with"] if kind is EvidenceKind.CRITERION else []
            rows = [_render_evidence_row(one, bool(last)) for one in chosen]
            table = _render_table([*head, *last], rows)
            opened = " open" if last else ""
            parts.append(f"<details{opened}><summary>{escape(kind.value)}: {len(chosen)}</summary>{table}</details>")
    return "".join(parts)


def _render_evidence_row(one: Evidence, with_unknown: bool) -> list[str]:
    parts = f'<div class="dim">{len(one.parts)} conditions, each shown to decide</div>' if one.parts else ""
    trouble = "".join(f'<div class="open">{escape(found.message)}</div>' for found in one.findings)
    if any(found.code == "idle-part" for found in one.findings):
        parts = ""
    rule = (
        f"<code>{escape(one.path)}</code><div>{escape(one.says)}</div><code>{escape(one.rule)}</code>{parts}{trouble}"
    )
    cases = [one.firing, one.quiet, *([one.unknown] if with_unknown else [])]
    return [rule, *(_render_case(case) for case in cases)]


def _render_case(case: Case | None) -> str:
    if case is None:
        return '<span class="bad">no case found</span>'
    values = "<br>".join(
        f"<code>{escape(name.partition('.')[2] or name)}</code> {escape(text) if text else '<i>no answer</i>'}"
        for name, text in case.values.items()
    )
    return f'{values}<div class="dim">{escape(case.seen)}</div>'


def _render_open(report: ValidationReport) -> str:
    order = {"high": 0, "medium": 1, "low": 2}
    found = sorted(report.open, key=lambda one: (order[one.risk], one.kind))
    rows = [[escape(cell) for cell in (one.kind, one.where, one.what, one.risk, one.until)] for one in found]
    head = ["", "Where", "What", "Risk", "Until then"]
    return f"<h2>4 Open defects and limits</h2>{_render_table(head, rows)}"


def _render_acceptance(report: ValidationReport) -> str:
    rows = [
        [str(number), escape(step.part), escape(step.action), escape(step.expected), ", ".join(step.proves), "", "", ""]
        for number, step in enumerate(report.steps, start=1)
    ]
    head = ["", "Part", "Do", "Expect", "Touches", "Seen, and issue", "Result", "Tester, date"]
    return (
        "<h2>5 Acceptance test of the site</h2><p>In a ledger with the purpose UAT, never in the production ledger. "
        "Write down what was seen; a result that is not as expected is an issue with its own number.</p>"
        f'<div class="script">{_render_table(head, rows)}</div>'
    )


def _render_signatures() -> str:
    rows = [[role, "", "", ""] for role in ("Tester", "Principal investigator", "Sponsor", "Data manager")]
    table = _render_table(
        ["", "Name", "Signature: I have seen the evidence and agree with the conclusion", "Date"], rows
    )
    return f'<h2>6 Conclusion and signatures</h2><div class="sign">{table}</div>'


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _paint(word: Result | Status) -> str:
    return f'<span class="{_COLOUR[word]}">{escape(word.value)}</span>'


def _render_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
