"""Tables and listings as typst source: widths by what stands in the columns, heads that follow over pages."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from trialwright.report.display import Line, Listing, Table
from trialwright.report.html import Words, align_columns, split_marks
from trialwright.report.typst_parts import quote, render_caption, render_notes

_WORDY = 40
"""Letters from which a line's name needs a share of the page, not its own width."""
_BRIEF, _NAMED = 24, 32
"""Letters up to which a column of words is as wide as what it holds: beside others, and as the only one."""
_KEPT = 14
"""Tables of at most this many lines are kept on one page, caption and notes with them."""
_LONG = 20
"""Letters from which a column of a listing takes a share of what the others leave, where not all fit side by side."""
_WIDE = 225
"""Letters of a listing that stand side by side across a page that lies across."""
_PAGE = "170mm"
"""Width of a heading that reaches over the columns of a narrow table."""
_ACROSS = 130
"""Letters that stand side by side across a page; columns of fewer in all are no wider than what they hold."""


def render_table(table: Table, words: Words) -> str:
    """A table with its caption above and its notes below; a short one stays on one page."""
    columns = align_columns(table)
    used = split_marks(table)
    kept = len(table.lines) <= _KEPT
    widths = _choose_widths(table, columns)
    narrow = set(widths) == {"auto"}
    together = [1] * len(table.lines) if kept else _count_together(table.lines)
    body = [
        _render_line(table, line, [column[index] for column in columns], (together[index], kept, narrow))
        for index, line in enumerate(table.lines)
    ]
    aligns = ["left", *("center" if one.numeric else "left" for one in table.columns)]
    notes = [
        f"super({quote(used[i])}) + {quote(' ' + note)}" if i in used else quote(note)
        for i, note in enumerate(table.notes)
    ]
    size = "6.6pt" if len(table.columns) > 8 else "7.8pt"
    caption = render_caption("table", table.number, table.title, words)
    whole = (
        f"{caption}\n"
        f"#{{ set text(size: {size}); table(columns: ({', '.join(widths)}), "
        f"align: ({', '.join(aligns)}),\n"
        f"table.hline(stroke: 0.8pt), {_render_head(table)}\n{chr(10).join(body)}\ntable.hline(stroke: 0.8pt)) }}\n"
        f"{render_notes(notes, table.source[:-1])}"
    )
    return f"#block(breakable: false, width: 100%, above: 16pt)[\n{whole}\n]" if kept else whole


def _count_together(lines: Sequence[Line]) -> list[int]:
    """For each line how many belong to it with those below that have no name of their own; 0 for these."""
    together: list[int] = []
    for line in lines:
        if together and not line.stub and not line.heading:
            first = max(i for i, size in enumerate(together) if size)
            together[first] += 1
            together.append(0)
        else:
            together.append(1)
    return together


def _choose_widths(table: Table, columns: Sequence[Sequence[str]]) -> list[str]:
    """A width for every column: what it holds where all fit side by side, else shares of the page for words."""
    texts = [[line.stub for line in table.lines if line.cells or not line.heading], *columns]
    heads = [table.stub_head, *(column.head for column in table.columns)]
    if (
        sum(max(map(_measure, [*found, *head.split("\n")])) + 3 for found, head in zip(texts, heads, strict=True))
        <= _ACROSS
    ):
        return ["auto"] * len(texts)
    words_across = sum(not column.numeric for column in table.columns)
    room = _NAMED if words_across == 1 else _BRIEF
    shares = [
        "auto" if one.numeric or max(map(_measure, cells), default=0) <= room else _share(cells)
        for one, cells in zip(table.columns, texts[1:], strict=True)
    ]
    brief = max(map(_measure, texts[0]), default=0) <= _BRIEF
    codes = all(" " not in text for text in texts[0])
    wordy = (words_across >= 2 and not codes and not brief) or any(len(text) > _WORDY for text in texts[0])
    first = "1fr" if not words_across else _share(texts[0]) if wordy else "auto"
    return [first, *shares]


def _measure(text: str) -> int:
    """How wide a text is, in letters; a Chinese character is two."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def _share(texts: Sequence[str]) -> str:
    """The share of the page of a column of words: by how long its texts are, so that long ones do not become towers."""
    longest = max(map(_measure, texts), default=1)
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


def _render_line(table: Table, line: Line, texts: Sequence[str], place: tuple[int, bool, bool]) -> str:
    """One line; a heading in a table that may break is a header of its own, which is never left alone below.

    ``place`` says how many lines are kept together from this one on (0: it belongs to one above), whether the whole table
    is kept on a page, and whether it is narrow: there a heading reaches over the columns and widens none.
    """
    together, kept, narrow = place
    shown = texts if line.cells else ()
    cells = ", ".join(_render_cell(line, i, text, table.columns[i].numeric) for i, text in enumerate(shown))
    if line.heading:
        head = f"bold({quote(line.stub)})"
        beyond = f"box(width: 0pt, box(width: {_PAGE}, {head}))" if narrow else head
        whole = f"{head}, {cells}" if line.cells else (
            f"table.cell(colspan: {len(table.columns) + 1}, inset: (x: 3.5pt, top: 5pt, bottom: 2.6pt), {beyond})"
        )  # fmt: skip
        repeat = "false" if line.cells else "true"
        return f"{whole}," if kept else f"table.header(level: {2 + line.level}, repeat: {repeat}, {whole}),"
    if not together:
        return f"{cells},"
    indent = f"pad(left: {8 * line.level}pt, {quote(line.stub)})" if line.level else quote(line.stub)
    stub = indent if together == 1 else f"table.cell(rowspan: {together}, breakable: false, {indent})"
    return f"{stub}, {cells}," if line.cells else f"{stub},"


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


def render_listing(listing: Listing, words: Words) -> str:
    """A listing: the columns that are folded stand once above the lines that share them, again on every page."""
    caption = render_caption("listing", listing.number, listing.title, words)
    if not listing.lines:
        return f"{caption}\n#small({quote(words['empty'])})"
    shown = [index for index in range(len(listing.heads)) if index not in listing.folded]
    widths = ", ".join(_choose_listing_widths(listing, shown))
    head = ", ".join(f"bold({quote(listing.heads[index])})" for index in shown)
    rows = "\n".join(_render_listed(listing, shown))
    notes = [quote(note) for note in listing.notes]
    notes += [quote(words["dropped"].format(count=listing.dropped))] if listing.dropped else []
    return (
        f"{caption}\n#{{ set text(size: 6.6pt)\n"
        f"table(columns: ({widths}), inset: (x: 2.5pt, y: 2pt), table.hline(stroke: 0.8pt),\n"
        f"table.header(repeat: true, {head}, table.hline(stroke: 0.5pt)),\n{rows}\ntable.hline(stroke: 0.8pt)) }}\n"
        f"{render_notes(notes, ())}"
    )


def _render_listed(listing: Listing, shown: Sequence[int]) -> Iterator[str]:
    for key, lines in groupby(listing.lines, key=lambda line: tuple(line[index] for index in listing.folded)):
        if listing.folded:
            head = f"bold({quote(' · '.join(filter(None, key)))})"
            inset = "inset: (x: 2.5pt, top: 4pt, bottom: 1.7pt)"
            yield f"table.header(level: 2, table.cell(colspan: {len(shown)}, {inset}, {head})),"
        for line in lines:
            yield ", ".join(quote(line[index]) for index in shown) + ","


def _choose_listing_widths(listing: Listing, shown: Sequence[int]) -> list[str]:
    """Every column as wide as what it holds where all fit; else those of long texts share what the others leave."""
    longest = [max(_measure(line[index]) for line in listing.lines) for index in shown]
    heads = [_measure(listing.heads[index]) for index in shown]
    if sum(max(pair) + 2 for pair in zip(longest, heads, strict=True)) <= _WIDE:
        return ["auto"] * len(shown)
    return [f"{min(size, 60) ** 0.75:.1f}fr" if size > _LONG else "auto" for size in longest]
