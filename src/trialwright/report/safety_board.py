"""The safety board's report as PDF: an open part without arms, a closed part by arm, listings, timelines, the product."""

from collections.abc import Sequence
from datetime import UTC, datetime

from trialwright.report.display import (
    Block,
    Cell,
    Column,
    Document,
    Facts,
    Figure,
    Line,
    Listing,
    Prose,
    Section,
    Table,
)
from trialwright.report.pdf import render_bytes
from trialwright.report.phrases import PHRASES
from trialwright.report.phrases_warnings import translate_whole
from trialwright.report.safety_words import list_renderer_words, say
from trialwright.report.swimmer import Event, Lane, Swim, render_swim
from trialwright.report.typst_source import render_typst
from trialwright.safety.board import BoardReport, EventLine, LotLine, RuleStanding, Share, Timeline
from trialwright.safety.proposals import Verdict
from trialwright.safety.terms import name_chinese


def render_board_pdf(report: BoardReport, moment: datetime, *, language: str = "en", closed: bool = True) -> bytes:
    """The report, dated ``moment``; without ``closed`` the open part alone, which names no arm and no participant."""
    document = render_board_document(report, language, closed=closed)
    day = moment.astimezone(UTC).replace(microsecond=0)
    source, figures = render_typst(document, list_renderer_words(language), (day.year, day.month, day.day))
    return render_bytes(source, figures, day)


def render_board_document(report: BoardReport, language: str, *, closed: bool) -> Document:
    """The report before anybody decides how it looks."""
    sections = [_render_open(report, language)]
    if report.rule is not None:
        sections.append(render_rule(report.rule, language, closed=closed))
    sections.append(render_product(report, language))
    if closed:
        sections += [
            _render_closed(report, language),
            _render_listing(report, language),
            _render_timelines(report, language),
        ]
    part = say(language, "closed" if closed else "open")
    front = (
        (say(language, "study"), report.study),
        (say(language, "title"), report.title),
        (say(language, "part"), part),
        (say(language, "as_of"), report.as_of),
        (say(language, "position"), str(report.position)),
        (say(language, "version"), report.version),
        ("CTCAE", report.ctcae),
    )
    band = report.purpose if report.purpose != "PRODUCTION" else ""
    running = f"{report.study} · {part} · {report.as_of}"
    return Document(language, say(language, "report"), band, running, front, tuple(sections))


def _render_open(report: BoardReport, language: str) -> Section:
    lines = tuple(Line(say(language, f"open.{name}"), (Cell(str(count)),)) for name, count in report.open)
    head = (Column(say(language, "count")),)
    blocks: tuple[Block, ...] = (
        Table("", say(language, "open.table"), "", head, lines),
        render_work(report, language),
    )
    return Section("open", say(language, "section.open"), blocks)


def render_work(report: BoardReport, language: str) -> Table:
    """Reports that are due, late and sent, and the events that values propose."""
    work = tuple(
        Line(say(language, f"work.{name}"), (Cell(str(count)),), level=int(name in _INDENTED))
        for name, count in report.work
    )
    return Table("", say(language, "work.table"), "", (Column(say(language, "count")),), work)


_INDENTED = frozenset({"clocks.late", "clocks.sent_late", *(f"proposals.{verdict}" for verdict in Verdict)})


def render_rule(rule: RuleStanding, language: str, *, closed: bool) -> Section:
    """Where the stopping rule stands; ``closed`` adds its flags, and names who is not yet evaluable."""
    pending = ", ".join(rule.pending) if closed else str(len(rule.pending))
    facts = [
        (say(language, "rule.kind"), say(language, f"rule.{rule.kind}")),
        (
            say(language, "rule.standing"),
            say(language, "rule.counts", toxic=rule.toxic, of=rule.evaluated, stop=rule.stop_at),
        ),
        (say(language, "rule.treated"), str(rule.treated)),
        (say(language, "rule.pending"), pending or "0"),
    ]
    if rule.exceedance is not None:
        facts.append((say(language, "rule.exceedance"), f"{rule.exceedance:.3f}"))
    if rule.stopped:
        facts.append((say(language, "rule.stopped"), say(language, "yes")))
    boundary = Table(
        "", say(language, "rule.boundary"), say(language, "rule.treated"),
        tuple(Column(str(n)) for n in range(1, len(rule.boundary) + 1)),
        (Line(say(language, "rule.stop_at"), tuple(Cell(_limit(at, n)) for n, at in enumerate(rule.boundary, 1))),),
    )  # fmt: skip
    characteristics = Table(
        "", say(language, "rule.characteristics"), say(language, "rule.rate"),
        (Column(say(language, "rule.stop")), Column(say(language, "rule.expected"))),
        tuple(Line(f"{rate:.0%}", (Cell(f"{stop:.3f}"), Cell(f"{people:.1f}"))) for rate, stop, people in rule.characteristics),
    )  # fmt: skip
    blocks: list[Block] = [Facts(tuple(facts)), boundary, characteristics]
    if closed:
        flags = tuple(
            (translate_whole(text, language), say(language, f"decision.{decision}")) for text, decision in rule.flags
        )
        blocks.append(
            Listing("", say(language, "rule.flags"), (say(language, "flag"), say(language, "decision")), flags)
        )
    return Section("rule", say(language, "section.rule"), tuple(blocks))


def _limit(at: int, n: int) -> str:
    return str(at) if at <= n else "–"


def render_product(report: BoardReport, language: str) -> Section:
    """The account of every lot."""
    places = list(dict.fromkeys(place for lot in report.lots for place, _ in lot.places))
    names = [say(language, name) for name in ("lot", "status", "expires", "made")]
    heads = (*names, *(say(language, f"place.{place}") for place in places), say(language, "balanced"))
    lines = tuple(_write_lot(lot, places, language) for lot in report.lots)
    lots = Listing("", say(language, "product.title"), heads, lines)
    return Section("product", say(language, "section.product"), (lots,))


def render_recalls(report: BoardReport, language: str) -> Listing:
    """Lots that were recalled: whom that concerns, and what can still be stopped."""
    lines = tuple(
        (one.lot, ", ".join(one.given) or "–", ", ".join(one.waiting) or "–", str(one.left)) for one in report.recalls
    )
    heads = _heads(language, "lot", "recall.given", "recall.waiting", "recall.left")
    return Listing("", say(language, "recalls"), heads, lines)


def _name_code(code: str, language: str) -> str:
    """A deviation's code in words."""
    phrase = PHRASES.get(f"code.{code}")
    return phrase.text(language) if phrase else code.replace("_", " ").capitalize()


def render_faults(report: BoardReport, language: str) -> Listing:
    """Doses that were not as they should have been, or were not given."""
    lines = tuple(
        (one.participant, one.encounter, _name_code(one.code, language), translate_whole(one.text, language))
        for one in report.faults
    )
    return Listing("", say(language, "faults"), _heads(language, "participant", "visit", "code", "text"), lines)


def _write_lot(lot: LotLine, places: Sequence[str], language: str) -> tuple[str, ...]:
    held = dict(lot.places)
    balanced = say(language, "yes" if lot.balanced else "no")
    counts = (str(held.get(place, 0)) for place in places)
    return (lot.lot, say(language, f"lot.{lot.status}"), lot.expires, str(lot.made), *counts, balanced)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0") + " %"


def _write_share(share: Share) -> str:
    """``0/9 (0 %; 0 to 33.6 %)``: nothing observed is printed with what it leaves possible."""
    if not share.of:
        return "0/0"
    interval = f"{_percent(share.low)}–{_percent(share.high)}"
    return f"{share.count}/{share.of} ({_percent(share.count / share.of)}; {interval})"


def _render_closed(report: BoardReport, language: str) -> Section:
    kinds = [kind for kind, _ in report.arms[0].shares]
    columns = tuple(Column(one.arm) for one in report.arms)
    shares = Table(
        "", say(language, "arms.table"), say(language, "head.event"), columns,
        tuple(
            Line(say(language, f"kind.{kind}"), tuple(Cell(_write_share(dict(one.shares)[kind])) for one in report.arms))
            for kind in kinds
        ),
        (say(language, "interval"),),
    )  # fmt: skip
    windows = Table(
        "", say(language, "windows.table"), say(language, "infusion"),
        (Column(say(language, "given")), Column("≤ 2 h"), Column("≤ 24 h")),
        tuple(
            Line(str(one.number), (Cell(str(one.given)), Cell(_write_share(one.within_2)), Cell(_write_share(one.within_24))))
            for one in report.windows
        ),
    )  # fmt: skip
    return Section("closed", say(language, "section.closed"), (shares, _render_terms(report, language), windows))


def _render_terms(report: BoardReport, language: str) -> Table:
    arms = [one.arm for one in report.arms]
    lines: list[Line] = []
    for soc in sorted({one.soc for one in report.terms}):
        lines.append(Line(_name_term(soc, language) or say(language, "uncoded"), heading=True))
        for one in (line for line in report.terms if line.soc == soc):
            cells = tuple(Cell(_write_grades(dict(dict(one.counts)[arm]), language)) for arm in arms)
            lines.append(Line(_name_term(one.term, language), cells, level=1))
    return Table("", say(language, "terms.table"), say(language, "term"), tuple(map(Column, arms)), tuple(lines))


def _name_term(english: str, language: str) -> str:
    """A term of CTCAE: in Chinese with the English behind it."""
    chinese = name_chinese(english) if language == "zh" else ""
    return f"{chinese}（{english}）" if chinese else english


def _write_grades(counts: dict[int, int], language: str) -> str:
    grades = ", ".join(say(language, "of_grade", grade=grade, count=count) for grade, count in counts.items() if grade)
    return f"{counts.get(0, 0)}" + (f" ({grades})" if grades else "")


def _render_listing(report: BoardReport, language: str) -> Section:
    names = ("participant", "arm", "event", "term", "grade", "onset", "end", "infusion", "criteria", "investigator", "sponsor",
             "expectedness", "outcome")  # fmt: skip
    lines = tuple(
        (
            one.participant, one.arm, one.verbatim, _name_term(one.term, language), str(one.grade or ""),
            one.onset, one.end, one.infusion,
            _words(one.seriousness, language), _words(one.investigator, language), _words(one.sponsor, language),
            _words(one.expectedness, language), _words(one.outcome, language),
        )
        for one in report.serious
    )  # fmt: skip
    listings = (
        Listing("", say(language, "line.title"), tuple(say(language, f"line.{name}") for name in names), lines, 0),
        render_decisions(report, language),
        render_situations(report, language),
        render_faults(report, language),
        render_recalls(report, language),
    )
    return Section("listing", say(language, "section.listing"), listings, wide=True)


def render_decisions(report: BoardReport, language: str) -> Listing:
    """What the board decided about which flag, and why."""
    decided = tuple(
        (
            _name_flag(one.flag, language),
            one.raised or "–",
            one.decided,
            one.by,
            say(language, f"decision.{one.decision}"),
            one.reason,
        )
        for one in report.decisions
    )
    heads = _heads(language, "flag", "raised", "decided", "by", "decision", "reason")
    return Listing("", say(language, "decisions"), heads, decided)


def _name_flag(flag: str, language: str) -> str:
    """A flag by what raised it: a single event, or the rule's count."""
    kind, _, rest = flag.partition(":")
    participant, _, event = rest.rpartition(":")
    return (
        say(language, "flag.event", participant=participant, event=event)
        if kind == "hold" and participant
        else flag or "–"
    )


def render_situations(report: BoardReport, language: str) -> Listing:
    """Pregnancies, overdoses and medication errors, by participant."""
    told = tuple(
        (one.participant, say(language, f"situation.{one.kind}"), one.on, one.text, one.news or "–")
        for one in report.situations
    )
    heads = _heads(language, "participant", "kind", "onset", "text", "news")
    return Listing("", say(language, "situations"), heads, told)


def _heads(language: str, *names: str) -> tuple[str, ...]:
    return tuple(say(language, name) for name in names)


def _words(text: str, language: str) -> str:
    return ", ".join(say(language, f"word.{one}") for one in text.split(", ") if one)


def _render_timelines(report: BoardReport, language: str) -> Section:
    blocks: list[Block] = [_draw(one, language) for one in report.timelines]
    return Section("timelines", say(language, "section.timelines"), tuple(blocks or [Prose(say(language, "nobody"))]))


def _draw(one: Timeline, language: str) -> Figure:
    """One participant: a lane of infusions, then a lane an event, its bar from onset to end."""
    kinds = [("DOSE", say(language, "mark.dose")), ("AE", say(language, "mark.event")), ("SAE", say(language, "mark.serious")),
             ("DEATH", say(language, "mark.death"))]  # fmt: skip
    until = max([28.0, *(event.last_day or event.day or 0.0 for event in one.events)]) if one.last > 28 else one.last
    moments = [Event("DOSE", day, day, say(language, "mark.dose")) for day in one.infusions]
    moments += [Event("DEATH", one.death, one.death, say(language, "mark.death"))] if one.death is not None else []
    lanes = [Lane(say(language, "mark.dose"), min(one.last, until), moments)]
    lanes += [_draw_event(event, min(one.last, until)) for event in one.events if event.day is not None]
    days = tuple(float(day) for day in range(0, int(until) + 1, 7 if until > 14 else 1))
    title = say(language, "timeline", participant=one.participant)
    svg = render_swim(Swim([(one.participant, lanes)], kinds, days, say(language, "days"), title))
    return Figure("", title, svg, title)


def _draw_event(event: EventLine, until: float) -> Lane:
    kind = "SAE" if event.seriousness else "AE"
    assert event.day is not None
    end = until if event.last_day is None else max(event.last_day, event.day + 0.4)
    label = f"{event.term or event.verbatim} {event.grade or ''}".strip()
    return Lane(label[:17], until, [Event(kind, max(event.day, 0.0), min(end, until) or end, label)])
