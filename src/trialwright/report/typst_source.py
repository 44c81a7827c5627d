"""The typst renderer: the same document as typst source, every text a string literal."""

import re
from collections.abc import Sequence
from itertools import groupby

from trialwright.report.display import (
    Block,
    Document,
    Facts,
    Figure,
    Line,
    Listing,
    Prose,
    Section,
    Subheading,
    Table,
)
from trialwright.report.html import Words, align_columns, split_marks
from trialwright.report.style import SETTINGS
from trialwright.report.svg import FONT

SERIF = "Libertinus Serif"
CHINESE = "Noto Serif SC"
_WORDY = 40
"""Letters from which a line's name needs a share of the page, not its own width."""
_KEPT = 14
"""Tables of at most this many lines are kept on one page, caption and notes with them."""


def render_typst(document: Document, words: Words, day: tuple[int, int, int]) -> tuple[str, tuple[str, ...]]:
    """The source and the figures it embeds.

    Parameters
    ----------
    document : Document
    words : mapping of str to str
        The renderer's own words, as for HTML.
    day : (int, int, int)
        Year, month and day of the document: the data cut's, for no clock is read.

    Returns
    -------
    (str, tuple of str)
        The typst source; the SVG texts, in the order of their numbers in the source.
    """
    figures: list[str] = []
    parts = [SETTINGS, _render_setup(document, day), _render_front(document)]
    for section in document.sections:
        parts.append(_render_section(section, words, figures))
    return "\n".join(parts), tuple(figures)


def quote(text: str) -> str:
    """A typst string literal.

    >>> quote('a "b"')
    '"a \\\\"b\\\\""'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "").replace("\t", " ")
    return f'"{escaped}"'


def _render_setup(document: Document, day: tuple[int, int, int]) -> str:
    year, month, date = day
    fonts = "".join(f"{quote(font)}, " for font in _list_fonts(document.language))
    band = (
        f'block(width: 100%, fill: rgb("#ffe9b8"), inset: 4pt, align(center, bold(size: 8pt, '
        f'fill: rgb("#4a3200"), {quote(document.band)})))'
        if document.band
        else "none"
    )
    line = f"{quote(document.running)}; h(1fr); context counter(page).display()"
    foot = f'text(size: 6.8pt, fill: rgb("#5b6168"), {{ {line} }})'
    title = quote(f"{document.front[0][1]} · {document.title}")
    return "\n".join(
        [
            f"#set document(title: {title}, date: datetime(year: {year}, month: {month}, day: {date}))",
            f'#set text(font: ({fonts}), size: 9.6pt, lang: {quote(document.language)}, fill: rgb("#1a1a1a"))',
            f'#set page(paper: "a4", margin: (x: 16mm, top: 20mm, bottom: 17mm), header: {band}, footer: {foot})',
        ]
    )


def _render_front(document: Document) -> str:
    """The title page with the contents."""
    title = document.front[1][1]
    kind = quote(f"{document.title} · {document.front[0][1]}")
    band = f"#caution({quote(document.band)})" if document.band else ""
    return (
        f"#text(size: 9pt, fill: muted, {kind})\n"
        f"#block(above: 6pt, below: 14pt, bold(size: 19pt, {quote(title)}))\n{band}\n"
        f"{_render_facts(Facts(document.front))}\n#v(8mm)\n#outline(title: none, depth: 1)\n"
    )


def _render_section(section: Section, words: Words, figures: list[str]) -> str:
    number = f"{section.number}  " if section.number else ""
    wide = any(isinstance(block, Listing) for block in section.blocks)
    head = f"#heading(level: 1, {quote(number + section.title)})"
    body = "\n".join([head, *(_render_block(block, words, figures) for block in section.blocks)])
    return f"#[#set page(flipped: true)\n{body}\n]" if wide else body


def _render_block(block: Block, words: Words, figures: list[str]) -> str:
    match block:
        case Table():
            return _render_table(block, words)
        case Figure():
            return _render_figure(block, words, figures)
        case Facts():
            title = f"#heading(level: 2, outlined: false, {quote(block.title)})\n" if block.title else ""
            return title + _render_facts(block)
        case Listing():
            return _render_listing(block, words)
        case Subheading():
            return f"#heading(level: 2, outlined: false, {quote(block.text)})"
        case Prose():
            return _render_prose(block)


def _render_prose(prose: Prose) -> str:
    if prose.term:
        return f"#term({quote(prose.term)}, {quote(prose.text)})"
    if prose.kind == "caution":
        return f"#caution({quote(prose.text)})"
    if prose.kind == "head":
        return f"#block(above: 10pt, below: 6pt, bold({quote(prose.text)}))"
    return f"#small({quote(prose.text)})\n" if prose.kind == "small" else f"#par({quote(prose.text)})"


def _render_facts(facts: Facts) -> str:
    cells = ", ".join(f"..pair({quote(name)}, {quote(text)})" for name, text in facts.pairs)
    return f"#grid(columns: (38mm, 1fr), column-gutter: 5mm, row-gutter: 5pt, {cells})"


def _render_notes(notes: Sequence[str], source: Sequence[str]) -> str:
    lines = [*notes, *([quote(" · ".join(source))] if source else [])]
    if not lines:
        return ""
    return f"#block(above: 5pt, below: 12pt, small({{ {'; linebreak(); '.join(lines)} }}))"


def _list_fonts(language: str) -> tuple[str, ...]:
    """The families of a language: typst's own serif, and Noto for Chinese."""
    return (SERIF, CHINESE) if language == "zh" else (SERIF,)


def _render_figure(figure: Figure, words: Words, figures: list[str]) -> str:
    svg = figure.svg.replace(f'font-family="{FONT}"', f'font-family="{", ".join(_list_fonts(words["language"]))}"')
    figures.append(svg)
    caption = _render_caption("figure", figure.number, figure.title, words)
    image = f'image("figure-{len(figures)}.svg", width: 100%, alt: {quote(figure.description)})'
    notes = _render_notes([quote(note) for note in figure.notes if note], figure.source)
    return f"#block(breakable: false, {{\n{caption.removeprefix('#')}\n{image}\n{notes.removeprefix('#')}\n}})"


def _render_caption(kind: str, number: str, title: str, words: Words) -> str:
    word = words[kind].format(number=number) if number else ""
    return f"#caption({quote(word)}, {quote(title)})"


def _render_table(table: Table, words: Words) -> str:
    columns = align_columns(table)
    used = split_marks(table)
    body = [_render_line(table, line, [column[index] for column in columns]) for index, line in enumerate(table.lines)]
    words_across = sum(not column.numeric for column in table.columns)
    texts = [[line.stub for line in table.lines if line.cells], *columns]
    shares = ["auto" if one.numeric else _share(cells) for one, cells in zip(table.columns, texts[1:], strict=True)]
    codes = all(" " not in text for text in texts[0])
    wordy = (words_across >= 2 and not codes) or any(len(text) > _WORDY for text in texts[0])
    first = "1fr" if not words_across else _share(texts[0]) if wordy else "auto"
    widths = [first, *shares]
    aligns = ["left", *("center" if one.numeric else "left" for one in table.columns)]
    notes = [
        f"super({quote(used[i])}) + {quote(' ' + note)}" if i in used else quote(note)
        for i, note in enumerate(table.notes)
    ]
    size = "6.6pt" if len(table.columns) > 8 else "7.8pt"
    caption = _render_caption("table", table.number, table.title, words)
    whole = (
        f"{caption}\n"
        f"#{{ set text(size: {size}); table(columns: ({', '.join(widths)}), align: ({', '.join(aligns)}),\n"
        f"table.hline(stroke: 0.8pt), {_render_head(table)}\n{chr(10).join(body)}\ntable.hline(stroke: 0.8pt)) }}\n"
        f"{_render_notes(notes, table.source)}"
    )
    return f"#block(breakable: false, width: 100%)[\n{whole}\n]" if len(table.lines) <= _KEPT else whole


def _share(texts: Sequence[str]) -> str:
    """The share of the page of a column of words: by how long its texts are, so that long ones do not become towers."""
    longest = max((sum(2 if ord(letter) > 0x2E80 else 1 for letter in text) for text in texts), default=1)
    return f"{max(5.0, min(longest, 90) ** 0.75):.1f}fr"


def _render_head(table: Table) -> str:
    """The head, repeated on every page, with spans above it where columns share one."""
    rows = ""
    if any(column.span for column in table.columns):
        cells = ["[]"]
        for span, found in groupby(table.columns, key=lambda column: column.span):
            text = span.replace("\n", " ")
            cells.append(f"table.cell(colspan: {len(list(found))}, align: center, bold({quote(text)}))")
        rows = ", ".join(cells) + ", "
    heads = [table.stub_head, *(column.head for column in table.columns)]
    cells = [f'table.cell(align: {"left" if i == 0 or not table.columns[i - 1].numeric else "center"} + bottom, '
             f'bold({quote(head)}))' for i, head in enumerate(heads)]  # fmt: skip
    return f"table.header(repeat: true, {rows}{', '.join(cells)}, table.hline(stroke: 0.5pt)),"


def _render_line(table: Table, line: Line, texts: Sequence[str]) -> str:
    indent = f"pad(left: {8 * line.level}pt, {quote(line.stub)})" if line.level else quote(line.stub)
    if line.heading:
        head = f"bold({quote(line.stub)})"
        if not line.cells:
            return f"table.cell(colspan: {len(table.columns) + 1}, inset: (top: 5pt), {head}),"
        cells = ", ".join(quote(_keep(text)) for text in texts)
        return f"{head}, {cells},"
    cells = ", ".join(_render_cell(line, i, text, table.columns[i].numeric) for i, text in enumerate(texts))
    return f"{indent}, {cells}," if cells else f"{indent},"


def _render_cell(line: Line, index: int, text: str, numeric: bool) -> str:
    shown = quote(_keep(text) if numeric else _soften(text))
    marks = line.cells[index].marks
    return f"{shown} + super({quote(' '.join(chr(97 + mark % 26) for mark in marks))})" if marks else shown


def _soften(text: str) -> str:
    """The text with places to break in long names of functions and codes."""
    return re.sub(r"(?<=\w)([._:])(?=\w)", "\\1\u200b", text) if re.search(r"\S{24}", text) else text


def _keep(text: str) -> str:
    """A number and its brackets on one line."""
    return text.replace(" ", "\u00a0")


def _render_listing(listing: Listing, words: Words) -> str:
    caption = _render_caption("listing", listing.number, listing.title, words)
    if not listing.lines:
        return f"{caption}\n#small({quote(words['empty'])})"
    widths = ", ".join(_choose_width(listing, index) for index in range(len(listing.heads)))
    head = ", ".join(f"bold({quote(name)})" for name in listing.heads)
    rows = "\n".join(", ".join(quote(text) for text in line) + "," for line in listing.lines)
    dropped = [quote(words["dropped"].format(count=listing.dropped))] if listing.dropped else []
    return (
        f"{caption}\n#{{ set text(size: 6.4pt)\n"
        f"table(columns: ({widths}), inset: (x: 2.5pt, y: 1.3pt), table.hline(stroke: 0.8pt),\n"
        f"table.header(repeat: true, {head}, table.hline(stroke: 0.5pt)),\n{rows}\ntable.hline(stroke: 0.8pt)) }}\n"
        f"{_render_notes(dropped, ())}"
    )


def _choose_width(listing: Listing, index: int) -> str:
    """Columns of long texts share what the others leave."""
    longest = max(len(line[index]) for line in listing.lines)
    return f"{min(longest, 60) / 10:g}fr" if longest > 24 else "auto"
