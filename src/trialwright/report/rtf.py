"""The RTF renderer: the tables for a regulator's word processor, one a page, plain ASCII (RTF specification 1.9.1)."""

from collections.abc import Sequence
from itertools import accumulate, groupby

from trialwright.report.display import Column, Document, Line, Table
from trialwright.report.html import Words, align_columns, split_marks

_WIDTH, _MARGIN = 14800, 1000
_HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0\uc1{\fonttbl{\f0\froman Times New Roman;}{\f1\fnil SimSun;}}"
    rf"\paperw16838\paperh11906\landscape\margl{_MARGIN}\margr{_MARGIN}\margt1200\margb900\fs18"
)
_THIN, _THICK = r"\brdrs\brdrw8 ", r"\brdrs\brdrw15 "


def render_rtf(document: Document, words: Words) -> str:
    """Every numbered table of the document, in its order, each on its own page with band and running line."""
    band = rf"{{\header\pard\qc\b {escape_rtf(document.band)}\par}}" if document.band else ""
    fields = {name: rf"{{\field{{\*\fldinst {name}}}{{\fldrslt\fs14 1}}}}" for name in ("PAGE", "NUMPAGES")}
    page = escape_rtf(words["page"].replace("{page}", "\x01").replace("{pages}", "\x02"))
    page = page.replace("\x01", fields["PAGE"]).replace("\x02", fields["NUMPAGES"])
    foot = rf"{{\footer\pard\tqr\tx{_WIDTH}\fs14 {escape_rtf(document.running)}\tab {page}\par}}"
    tables = [
        block for section in document.sections for block in section.blocks if isinstance(block, Table) and block.number
    ]
    pages = r"\page".join(_render_table(table, words) for table in tables)
    return f"{_HEAD}\n{band}{foot}\n{pages}}}\n"


def escape_rtf(text: str) -> str:
    r"""The text in ASCII: braces and backslashes escaped, other letters as signed 16-bit code units.

    >>> escape_rtf("a{b} ≤ 10⁷")
    'a\\{b\\} \\u8804? 10\\u8311?'
    """
    parts: list[str] = []
    for letter in text:
        if letter in "\\{}":
            parts.append(f"\\{letter}")
        elif letter == "\n":
            parts.append(r"\line ")
        elif ord(letter) < 128:
            parts.append(letter)
        else:
            units = letter.encode("utf-16-le")
            for low, high in zip(units[::2], units[1::2], strict=True):
                code = low + 256 * high
                parts.append(rf"\u{code - 65536 if code > 32767 else code}?")
    return "".join(parts)


def _render_table(table: Table, words: Words) -> str:
    caption = f"{words['table'].format(number=table.number)}  {table.title}"
    widths = _choose_widths(table)
    columns = align_columns(table)
    used = split_marks(table)
    lines = [_render_line(table, line, [texts[i] for texts in columns], widths) for i, line in enumerate(table.lines)]
    notes = [f"{used[i]} {note}" if i in used else note for i, note in enumerate(table.notes)]
    below = "".join(rf"\pard\plain\fs14 {escape_rtf(text)}\par" for text in (*notes, " · ".join(table.source)))
    end = _render_row([""], [_WIDTH], "", top=_THICK)
    head = rf"\pard\plain\fs18\keepn\sa60\b {escape_rtf(caption)}\b0\par"
    return "\n".join([head, *_render_heads(table, widths), *lines, end, below, ""])


def _choose_widths(table: Table) -> list[int]:
    """Widths in twentieths of a point: words need more room than numbers."""
    shares = [3.0, *(1.6 if column.numeric else 2.4 for column in table.columns)]
    return [round(_WIDTH * share / sum(shares)) for share in shares]


def _render_heads(table: Table, widths: Sequence[int]) -> list[str]:
    rows = []
    if any(column.span for column in table.columns):
        spans: list[tuple[str, int]] = [("", widths[0])]
        place = 1
        for span, found in groupby(table.columns, key=lambda column: column.span):
            count = len(list(found))
            spans.append((span, sum(widths[place : place + count])))
            place += count
        texts = [rf"\qc\b {escape_rtf(text)}\b0" for text, _ in spans]
        rows.append(_render_row(texts, [width for _, width in spans], r"\trhdr", top=_THICK))
    heads = [rf"\b {escape_rtf(table.stub_head)}\b0"]
    heads += [rf"{_align(column)}\b {escape_rtf(column.head)}\b0" for column in table.columns]
    rows.append(_render_row(heads, widths, r"\trhdr", top="" if rows else _THICK, bottom=_THIN))
    return rows


def _align(column: Column) -> str:
    return r"\qc" if column.numeric else r"\ql"


def _render_line(table: Table, line: Line, texts: Sequence[str], widths: Sequence[int]) -> str:
    stub = escape_rtf(line.stub)
    stub = rf"\b {stub}\b0" if line.heading else rf"\li{160 * line.level} {stub}"
    if not line.cells:
        return _render_row([stub], [_WIDTH], "")
    cells = [
        f"{_align(column)} {_render_text(column, text)}{_render_marks(cell.marks)}"
        for column, cell, text in zip(table.columns, line.cells, texts, strict=True)
    ]
    return _render_row([stub, *cells], widths, "")


def _render_text(column: Column, text: str) -> str:
    """The text of a cell; a number and its brackets stay on one line."""
    return escape_rtf(text.replace(" ", "\u00a0") if column.numeric else text)


def _render_marks(marks: Sequence[int]) -> str:
    return rf"{{\super {' '.join(chr(97 + mark % 26) for mark in marks)}}}" if marks else ""


def _render_row(texts: Sequence[str], widths: Sequence[int], flags: str, top: str = "", bottom: str = "") -> str:
    """One row: the definition of its cells, then their paragraphs."""
    borders = (rf"\clbrdrt{top}" if top else "") + (rf"\clbrdrb{bottom}" if bottom else "")
    edges = "".join(rf"{borders}\cellx{edge}" for edge in accumulate(widths))
    cells = "".join(rf"\pard\intbl\fs16{text if text.startswith(chr(92)) else ' ' + text}\cell" for text in texts)
    return rf"\trowd\trgaph60\trkeep{flags}{edges}{cells}\row"
