"""The CIOMS I form as a PDF: its boxes where the printed form has them, on one page, by typst.

Boxes 1 to 13 with the description, the ticks of 8 to 12 at the right, the suspect drugs with 20 and 21 at their right,
concomitant drugs and history, the sender with the reporter at the right. What does not fit in the description goes on
overleaf. The same case gives the same bytes.
"""

from collections.abc import Iterable
from datetime import UTC

from trialwright.report.pdf import find_chinese_fonts, render_bytes
from trialwright.report.typst_parts import quote
from trialwright.report.typst_source import CHINESE, SERIF
from trialwright.safety.case import SafetyCase
from trialwright.safety.cioms import Box, CiomsForm, render_cioms
from trialwright.safety.cioms_words import say

_LONGEST = {"7+13": (30, 82), "22": (7, 110), "23": (4, 110)}
"""Lines, and characters a line, that a box holds on the first page."""

_SETTINGS = """
#let num(n) = text(size: 6.2pt, fill: rgb("#333"), n + " ")
#let lab(t) = text(size: 6.2pt, fill: rgb("#333"), t)
#let val(t) = text(size: 8.4pt, t)
#let cell(n, t, body) = { par(spacing: 0pt, leading: 0.4em, { num(n); lab(t) }); v(2.5pt, weak: true); body }
#let tick(on, t) = grid(columns: (9pt, 1fr), row-gutter: 2pt, align: horizon,
  box(width: 6.4pt, height: 6.4pt, stroke: 0.5pt, if on { align(center + horizon, text(size: 7pt, weight: "bold", "X")) }),
  text(size: 7.4pt, t))
#let ticks(..items) = stack(spacing: 3.4pt, ..items)
#let row(..items) = grid(columns: items.pos().len() * (1fr,), column-gutter: 3pt, ..items)
#let head(t) = align(center, text(size: 8pt, weight: "bold", t))
#set table(stroke: 0.5pt, inset: 4.2pt)
#set par(leading: 0.5em, spacing: 0.5em, justify: false)
"""


def render_cioms_pdf(case: SafetyCase, *, language: str = "en", band: str = "") -> bytes:
    """The form as a PDF, dated when the case was made; ``band`` is printed at the head, such as the ledger's purpose.

    Parameters
    ----------
    case : SafetyCase
        The case.
    language : str
        ``en`` or ``zh``: of labels and set phrases; what people wrote stays as it is.
    """
    form = render_cioms(case, language)
    return render_bytes(
        render_cioms_source(form, case, language, band), (), case.created.astimezone(UTC).replace(microsecond=0)
    )


def render_cioms_source(form: CiomsForm, case: SafetyCase, language: str, band: str = "") -> str:
    """The form as typst source."""
    shown, rest = _split_all(form, language)
    parts = [_render_setup(form, case, language, band), _render_title(form, language)]
    parts += [_render_reaction(shown), _render_suspects(shown), _render_others(shown), _render_sender(shown)]
    if rest:
        parts.append("#pagebreak()")
        parts += [_render_rest(box, text, language) for box, text in rest]
    return "\n".join(parts)


def _split_all(form: CiomsForm, language: str) -> tuple[CiomsForm, list[tuple[Box, str]]]:
    """The form with what fits on its page, and what goes overleaf."""
    rest: list[tuple[Box, str]] = []
    parts = []
    for part in form.parts:
        boxes = []
        for box in part.boxes:
            kept, left = _split(box.text, *_LONGEST[box.number]) if box.number in _LONGEST else (box.text, "")
            if left:
                rest.append((box, left))
                kept += f"\n{say(language, 'overleaf')}"
            boxes.append(Box(box.number, box.title, kept, box.ticks))
        parts.append(type(part)(part.title, tuple(boxes)))
    return CiomsForm(form.number, tuple(parts)), rest


def _split(text: str, lines: int, across: int) -> tuple[str, str]:
    """What fits into so many lines, and the rest, cut between words."""
    used, kept = 0, list[str]()
    pieces = text.split("\n")
    for place, piece in enumerate(pieces):
        need = max(1, -(-_measure(piece) // across))
        if used + need > lines:
            fits = _cut(piece, (lines - used) * across)
            left = "\n".join([piece[fits:].lstrip(), *pieces[place + 1 :]])
            return "\n".join([*kept, *([piece[:fits]] if fits else [])]), left
        used += need
        kept.append(piece)
    return text, ""


def _measure(text: str) -> int:
    """The length of a text in narrow letters: a Chinese one is as wide as two."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def _cut(text: str, room: int) -> int:
    """The place at which to cut a text that is longer than the room: after a space, or after any Chinese letter."""
    used, place = 0, 0
    for index, letter in enumerate(text):
        used += _measure(letter)
        if used > room:
            break
        if letter == " " or ord(letter) > 0x2E80:
            place = index + 1
    return place


def _render_setup(form: CiomsForm, case: SafetyCase, language: str, band: str) -> str:
    fonts = "".join(f"{quote(font)}, " for font in _list_fonts(language))
    day = case.created
    shown = (
        f'block(width: 100%, fill: rgb("#ffe9b8"), inset: 3pt, align(center, text(size: 8pt, {quote(band)})))'
        if band
        else "none"
    )
    foot = f'text(size: 6.4pt, {{ {quote(form.number)}; h(1fr); context counter(page).display("1 / 1", both: true) }})'
    return "\n".join(
        [
            f"#set document(title: {quote(form.number)}, "
            f"date: datetime(year: {day.year}, month: {day.month}, day: {day.day}))",
            f"#set text(font: ({fonts}), size: 8.4pt, lang: {quote(language)})",
            f'#set page(paper: "a4", margin: (x: 12mm, top: 15mm, bottom: 12mm), header: {shown}, footer: {foot})',
            _SETTINGS,
        ]
    )


def _list_fonts(language: str) -> tuple[str, ...]:
    """Both families where there is a Chinese one: what people wrote may be Chinese in an English form."""
    return (SERIF, CHINESE) if language == "zh" or find_chinese_fonts() else (SERIF,)


def _render_title(form: CiomsForm, language: str) -> str:
    title = f'text(size: 13pt, weight: "bold", {quote(say(language, "title"))})'
    name = f'align(right, text(size: 11pt, weight: "bold", {quote(say(language, "form").upper())}))'
    number = f"align(right, val({quote(form.number)}))"
    return f"#grid(columns: (1fr, 1fr), row-gutter: 4pt, {title}, {name}, [], {number})\n#v(4pt)"


def _cell(box: Box, *, least: str = "", across: bool = False) -> str:
    """One box: number and label small, then its text or its ticks."""
    if box.ticks:
        items = ", ".join(f"tick({str(on).lower()}, {quote(label)})" for label, on in box.ticks)
        body = f"row({items})" if across else f"ticks({items})"
    else:
        body = "; linebreak(); ".join(f"val({quote(line)})" for line in box.text.split("\n"))
    shown = f"{{ cell({quote(box.number)}, {quote(box.title)}, {{ {body} }}) }}"
    return f"box(width: 100%, height: {least}, {shown})" if least else shown


def _table(columns: str, cells: Iterable[str]) -> str:
    return f"#table(columns: ({columns}), {', '.join(cells)})"


def _head(form: CiomsForm, part: int) -> str:
    return f"#block(above: 0pt, below: 0pt, width: 100%, stroke: 0.5pt, inset: 2.6pt, head({quote(form.parts[part].title)}))"


def _render_reaction(form: CiomsForm) -> str:
    top = [_cell(form.box(number)) for number in ("1", "1a", "2", "2a", "3", "4-6")]
    upper = _table("1.9fr, 0.8fr, 1fr, 0.8fr, 0.8fr, 1.1fr", top)
    body = [_cell(form.box("7+13"), least="108mm"), _cell(form.box("8-12"))]
    return "\n".join([_head(form, 0), _tight(upper), _tight(_table("2.6fr, 1fr", body))])


def _render_suspects(form: CiomsForm) -> str:
    cells = [
        _span(form.box("14"), across=2), _span(form.box("20"), down=2),
        _cell(form.box("15")), _cell(form.box("16")),
        _span(form.box("17"), across=2), _span(form.box("21"), down=2),
        _cell(form.box("18")), _cell(form.box("19")),
    ]  # fmt: skip
    return "\n".join([_head(form, 1), _tight(_table("1.3fr, 1.3fr, 1fr", cells))])


def _span(box: Box, *, across: int = 1, down: int = 1, beside: bool = False) -> str:
    return f"table.cell(colspan: {across}, rowspan: {down}, {_cell(box, across=beside)})"


def _render_others(form: CiomsForm) -> str:
    cells = [_cell(form.box("22"), least="30mm"), _cell(form.box("23"), least="15mm")]
    return "\n".join([_head(form, 2), _tight(_table("1fr", cells))])


def _render_sender(form: CiomsForm) -> str:
    cells = [
        _span(form.box("24a"), across=2), _span(form.box("26"), down=4),
        _cell(form.box("24b")), _cell(form.box("24c")),
        _span(form.box("24d"), across=2, beside=True),
        _cell(form.box("25")), _cell(form.box("25a"), across=True),
    ]  # fmt: skip
    return "\n".join([_head(form, 3), _tight(_table("1.3fr, 1fr, 1.4fr", cells))])


def _tight(source: str) -> str:
    return f"#block(above: 0pt, below: 0pt, {source.removeprefix('#')})"


def _render_rest(box: Box, text: str, language: str) -> str:
    title = quote(say(language, "continuation", number=box.number))
    lines = "; parbreak(); ".join(f"val({quote(line)})" for line in text.split("\n"))
    return f'#block(above: 8pt, below: 4pt, text(weight: "bold", {title}))\n#{{ {lines} }}'
