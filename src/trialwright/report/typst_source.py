"""The typst renderer: the same document as typst source, every text a string literal."""

from trialwright.report.display import Block, Document, Facts, Figure, Listing, Prose, Section, Subheading, Table
from trialwright.report.html import Words
from trialwright.report.style import SETTINGS
from trialwright.report.svg import FONT
from trialwright.report.typst_parts import quote, render_caption, render_notes
from trialwright.report.typst_tables import render_listing, render_table

_KEPT_FACTS = 14
"""Lists of at most this many pairs are kept on one page."""
_FLOWING = ("4", "10", "11", "12")
"""Chapters that go on below the one before them."""
SERIF = "Libertinus Serif"
CHINESE = "Noto Serif SC"


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
    parts = [SETTINGS, _render_setup(document, words, day), _render_front(document, words)]
    chapter = ""
    for section in document.sections:
        before, chapter = chapter, section.number.partition(".")[0]
        parts.append(_render_section(section, words, figures, fresh=chapter not in (before, *_FLOWING)))
    return "\n".join(parts), tuple(figures)


def _render_setup(document: Document, words: Words, day: tuple[int, int, int]) -> str:
    year, month, date = day
    fonts = "".join(f"{quote(font)}, " for font in _list_fonts(document.language))
    title = quote(f"{document.front[0][1]} · {document.title}")
    return "\n".join(
        [
            f"#set document(title: {title}, date: datetime(year: {year}, month: {month}, day: {date}))",
            f'#set text(font: ({fonts}), size: 9.6pt, lang: {quote(document.language)}, fill: rgb("#1a1a1a"))',
            *(["#show table: set text(top-edge: 0.84em, bottom-edge: -0.08em)"] if document.language == "zh" else []),
            f'#set page(paper: "a4", margin: (x: 16mm, top: 22mm, bottom: 17mm), '
            f"header: {_render_page_head(document)}, footer: {_render_page_foot(document, words)})",
        ]
    )


def _render_page_head(document: Document) -> str:
    """What stands above every page: what the report is, and the band where the data are not real."""
    left, right = quote(f"{document.front[0][1]} · {document.title}"), quote(document.cut)
    line = f"text(size: 6.8pt, fill: muted, {{ {left}; h(1fr); {right} }})"
    if not document.band:
        return line
    text = f'align(center, bold(size: 8pt, fill: rgb("#4a3200"), {quote(document.band)}))'
    band = f'block(width: 100%, above: 3pt, fill: rgb("#ffe9b8"), inset: 3pt, {text})'
    return f"{{ {line}; {band} }}"


def _render_page_foot(document: Document, words: Words) -> str:
    """What stands below every page: what the data are, and the page of how many."""
    before, _, rest = words["page"].partition("{page}")
    between, _, after = rest.partition("{pages}")
    here, last = "counter(page).display()", "str(counter(page).final().first())"
    page = f"context {{ {quote(before)}; {here}; {quote(between)}; {last}; {quote(after)} }}"
    return f"text(size: 6.8pt, fill: muted, {{ {quote(document.running)}; h(1fr); {page} }})"


def _render_front(document: Document, words: Words) -> str:
    """The title page with the contents, then the list of tables, figures and listings."""
    title = document.front[1][1]
    kind = quote(f"{document.title} · {document.front[0][1]}")
    band = f"#caution({quote(document.band)})" if document.band else ""
    lists = any(getattr(block, "number", "") for section in document.sections for block in section.blocks)
    tables = f"#pagebreak()\n#bold(size: 12pt, {quote(words['tables'])})\n#list_captions()\n" if lists else ""
    return (
        f"#text(size: 9pt, fill: muted, {kind})\n"
        f"#block(above: 6pt, below: 14pt, bold(size: 19pt, {quote(title)}))\n{band}\n"
        f"{_render_facts(Facts(document.front))}\n#v(8mm)\n"
        f"#outline(title: none, target: heading.where(level: 1))\n{tables}"
    )


def _render_section(section: Section, words: Words, figures: list[str], *, fresh: bool) -> str:
    """A section; a ``fresh`` one begins a page, another goes on where a third of the page is left."""
    number = f"{section.number}  " if section.number else ""
    begin = "#pagebreak(weak: true)" if fresh or section.wide else "#need(82mm)"
    head = f"#heading(level: 1, {quote(number + section.title)})"
    body = "\n".join([begin, head, *(_render_block(block, words, figures) for block in section.blocks)])
    return f"#[#set page(flipped: true)\n{body}\n]" if section.wide else body


def _render_block(block: Block, words: Words, figures: list[str]) -> str:
    match block:
        case Table():
            return render_table(block, words)
        case Figure():
            return _render_figure(block, words, figures)
        case Facts():
            title = f"#heading(level: 2, outlined: false, {quote(block.title)})\n" if block.title else ""
            return title + _render_facts(block)
        case Listing():
            return render_listing(block, words)
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
    grid = f"grid(columns: (38mm, 1fr), column-gutter: 5mm, row-gutter: 5pt, {cells})"
    return f"#block(breakable: {'false' if len(facts.pairs) <= _KEPT_FACTS else 'true'}, {grid})"


def _list_fonts(language: str) -> tuple[str, ...]:
    """The families of a language: typst's own serif, and Noto for Chinese."""
    return (SERIF, CHINESE) if language == "zh" else (SERIF,)


def _render_figure(figure: Figure, words: Words, figures: list[str]) -> str:
    svg = figure.svg.replace(f'font-family="{FONT}"', f'font-family="{", ".join(_list_fonts(words["language"]))}"')
    figures.append(svg)
    caption = render_caption("figure", figure.number, figure.title, words)
    image = f'image("figure-{len(figures)}.svg", width: 100%, alt: {quote(figure.description)})'
    notes = render_notes([quote(note) for note in figure.notes if note], figure.source[:-1])
    return f"#block(breakable: false, above: 16pt, {{\n{caption.removeprefix('#')}\n{image}\n{notes.removeprefix('#')}\n}})"
