"""The HTML renderer: one file, offline, with a Content-Security-Policy of the hashes of its own style and script."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby, pairwise

from trialwright.report.display import (
    Block,
    Cell,
    Document,
    Dossier,
    Facts,
    Figure,
    Line,
    Listing,
    Prose,
    Section,
    Subheading,
    Table,
)
from trialwright.report.numerals import align_numerals
from trialwright.report.people import People, fold_people
from trialwright.report.style import SCRIPT, STYLE, render_page_rules

Words = Mapping[str, str]
_ENGLISH, _HAN = re.compile(r"[a-z]{4}"), re.compile(r"[\u3400-\u9fff]")
_KEPT = 32
"""Tables of at most this many lines are kept on one printed page."""


def render_html(document: Document, words: Words, arms: Mapping[str, str]) -> str:
    """The report as one HTML text.

    Parameters
    ----------
    document : Document
    words : mapping of str to str
        The renderer's own words: ``table``, ``figure``, ``listing`` (with ``{number}``), ``contents``, ``dropped``,
        ``empty`` and those of the dialog.
    arms : mapping of str to str
        The arm's title of every participant; empty where numbers do not open.
    """
    people = fold_people(arms if document.opens else {})
    page = _Page(words, people, document.opens, document.band)
    sections = [page.section(section) for section in document.sections]
    if document.dossiers:
        sections.append(page.dossiers(document.dossiers))
    body = "".join(
        [
            f'<div class="band" role="note">{escape(document.band)}</div>' if document.band else "",
            '<div class="page">',
            page.front(document),
            page.navigation(document.sections, bool(document.dossiers)),
            "<main>",
            *sections,
            f"<footer>{escape(document.running)}</footer></main></div>",
            page.behind(document) if document.opens else "",
        ]
    )
    style = STYLE + render_page_rules(document.band, document.running)
    script = SCRIPT if document.opens else ""
    return "".join(
        [
            f'<!DOCTYPE html>\n<html lang="{escape(document.language)}">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{_render_policy(style, script)}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            '<meta name="referrer" content="no-referrer">\n',
            f"<title>{escape(document.front[0][1])} · {escape(document.title)}</title>\n",
            f"<style>{style}</style>\n</head>\n<body>\n{body}\n",
            f"<script>{script}</script>\n" if script else "",
            "</body>\n</html>\n",
        ]
    )


def _render_policy(style: str, script: str) -> str:
    """Nothing from anywhere but this very style and this very script."""
    scripts = f"script-src {_hash(script)}; " if script else ""
    return f"default-src 'none'; style-src {_hash(style)}; {scripts}base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


class _Page:
    """The words and the people, at hand while the parts are written."""

    def __init__(self, words: Words, people: People, opens: bool, band: str) -> None:
        self.words, self.people, self.opens = words, people, opens
        self.mark = f'<span class="mark">{escape(words["mark"])}</span>' if band else ""

    def front(self, document: Document) -> str:
        """The title page."""
        title = document.front[1][1] if len(document.front) > 1 else document.title
        kind = f"{document.title} · {document.front[0][1]}"
        facts = self.block(Facts(document.front))
        band = f'<p class="caution">{escape(document.band)}</p>' if document.band else ""
        hint = f'<p class="small screen">{escape(self.words["hint"])}</p>' if self.opens else ""
        head = f'<p class="kind">{escape(kind)}</p><h1>{escape(title)}</h1>'
        return f'<header class="front">{head}{band}{facts}{hint}</header>'

    def navigation(self, sections: Sequence[Section], dossiers: bool) -> str:
        """The contents."""
        items = [f'<li><a href="#{escape(one.id)}">{escape(one.navigation or one.title)}</a></li>' for one in sections]
        if dossiers:
            items.append(f'<li><a href="#dossiers">{escape(self.words["dossiers"])}</a></li>')
        return f'<nav aria-label="{escape(self.words["contents"])}"><ol>{"".join(items)}</ol></nav>'

    def section(self, section: Section) -> str:
        """One section with its blocks."""
        number = f'<span class="number">{escape(section.number)}</span>' if section.number else ""
        blocks = "".join(self.block(block) for block in section.blocks)
        return (
            f'<section id="{escape(section.id)}">{self.mark}<h2>{number}{escape(section.title)}</h2>{blocks}</section>'
        )

    def block(self, block: Block) -> str:
        """One block of any kind."""
        match block:
            case Table():
                return self.table(block)
            case Figure():
                return self.figure(block)
            case Facts():
                title = f"<h3>{escape(block.title)}</h3>" if block.title else ""
                pairs = "".join(
                    f"<dt>{escape(name)}</dt><dd{self._foreign(text)}>{escape(text)}</dd>" for name, text in block.pairs
                )
                return f'{title}<dl class="facts">{pairs}</dl>'
            case Listing():
                return self.listing(block)
            case Subheading():
                return f"<h3>{escape(block.text)}</h3>"
            case Prose():
                return _render_prose(block)

    def table(self, table: Table) -> str:
        """A table with its caption, its head repeated on every printed page, its notes."""
        head = _render_head(table)
        columns = align_columns(table)
        body = []
        for index, line in enumerate(table.lines):
            texts = [column[index] for column in columns]
            body.append(self._line(table, line, texts))
        caption = self._caption("table", table.number, table.title)
        used = split_marks(table)
        notes = [
            f"<p><sup>{used[i]}</sup> {escape(note)}</p>" if i in used else f"<p>{escape(note)}</p>"
            for i, note in enumerate(table.notes)
        ]
        return (
            f'<div class="{"table keep" if len(table.lines) <= _KEPT else "table"}"><p class="caption">{caption}</p>'
            f'<div class="scroll"><table aria-label="{escape(table.title)}">{head}'
            f"<tbody>{''.join(body)}</tbody></table></div>{_render_notes(notes, table.source)}</div>"
        )

    def _line(self, table: Table, line: Line, texts: Sequence[str]) -> str:
        indent = f' class="i{line.level}"' if line.level else ""
        if line.heading and not line.cells:
            across = len(table.columns) + 1
            return f'<tr class="g"><th scope="rowgroup" colspan="{across}"{indent}>{escape(line.stub)}</th></tr>'
        cells = [
            f'<td class="{"n" if column.numeric else "t"}">{self._cell(cell, text)}</td>'
            for column, cell, text in zip(table.columns, line.cells, texts, strict=True)
        ]
        if line.heading:
            return f'<tr class="g"><th scope="row"{indent}>{escape(line.stub)}</th>{"".join(cells)}</tr>'
        first = (
            ' class="f"'
            if line.stub and line.level <= 1 and any(not one.stub and not one.heading for one in table.lines)
            else ""
        )
        name = f"{indent}{self._foreign(line.stub)}"
        return f'<tr{first}><th scope="row"{name}>{escape(line.stub)}</th>{"".join(cells)}</tr>'

    def _foreign(self, text: str) -> str:
        """The mark of a text that is not in the page's language: terms and what people wrote stay as they are."""
        return (
            ' lang="en"' if self.words["language"] == "zh" and _ENGLISH.search(text) and not _HAN.search(text) else ""
        )

    def _cell(self, cell: Cell, text: str) -> str:
        marks = f"<sup>{' '.join(_letter(mark) for mark in cell.marks)}</sup>" if cell.marks else ""
        subjects = cell.list_subjects() if self.opens else ()
        if not subjects or not text:
            return escape(text) + marks
        row = cell.rows[0]
        value = self.people.name_values(row.parameter, row.visit) + self.people.name_method(row.method)
        return f'<button type="button" data-s="{self.people.name_set(subjects)}"{value}>{escape(text)}</button>{marks}'

    def figure(self, figure: Figure) -> str:
        """A figure with its caption above and its notes below."""
        caption = self._caption("figure", figure.number, figure.title)
        notes = [f"<p>{escape(note)}</p>" for note in figure.notes if note]
        return f"<figure><figcaption>{caption}</figcaption>{figure.svg}{_render_notes(notes, figure.source)}</figure>"

    def _caption(self, kind: str, number: str, title: str) -> str:
        word = f'<span class="number">{escape(self.words[kind].format(number=number))}</span> ' if number else ""
        return f"{word}{escape(title)}"

    def listing(self, listing: Listing) -> str:
        """Lines of participants."""
        caption = self._caption("listing", listing.number, listing.title)
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in listing.heads)
        lines = "".join(
            f"<tr>{''.join(f'<td{self._foreign(text)}>{escape(text)}</td>' for text in line)}</tr>"
            for line in listing.lines
        )
        notes = [f"<p>{escape(note)}</p>" for note in listing.notes]
        notes += [f"<p>{escape(self.words['dropped'].format(count=listing.dropped))}</p>"] if listing.dropped else []
        opening = f'<div class="table listing"><p class="caption">{caption}</p>'
        if not listing.lines:
            return f'{opening}<p class="small">{escape(self.words["empty"])}</p></div>'
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
        return f'{opening}<div class="scroll">{table}</div>{_render_notes(notes, ())}</div>'

    def dossiers(self, dossiers: Sequence[Dossier]) -> str:
        """Each participant's lines, folded until opened."""
        parts = []
        for dossier in dossiers:
            inner = "".join(self.listing(one) for one in dossier.listings)
            name = f'{escape(dossier.subject)}<span class="arm">{escape(dossier.arm)}</span>'
            parts.append(
                f'<details id="p-{self.people.place(dossier.subject)}"><summary>{name}</summary>{inner}</details>'
            )
        lead = _render_prose(Prose(self.words["dossiers_lead"]))
        head = f"{self.mark}<h2>{escape(self.words['dossiers'])}</h2>"
        return f'<section id="dossiers" class="screen">{head}{lead}{"".join(parts)}</section>'

    def behind(self, document: Document) -> str:
        """The data of the dialog: who is behind which number, with single values where they are known."""
        words = {key: self.words[key] for key in ("title", "count", "value", "close", "arm", "participant", "method")}
        data = {"words": words, "origin": document.origin, **self.people.render_data(document.values)}
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        return f'<dialog id="open"></dialog><script type="application/json" id="behind">{text}</script>'


def _render_prose(prose: Prose) -> str:
    if prose.term:
        return f'<dl class="term"><dt>{escape(prose.term)}</dt><dd>{escape(prose.text)}</dd></dl>'
    kind = f' class="{prose.kind}"' if prose.kind != "text" else ""
    return f"<p{kind}>{escape(prose.text)}</p>"


def _render_head(table: Table) -> str:
    spans = ""
    if any(column.span for column in table.columns):
        groups = [(span, len(list(found))) for span, found in groupby(table.columns, key=lambda column: column.span)]
        cells = "".join(
            f'<th colspan="{size}" class="span">{escape(span)}</th>' if span else f'<th colspan="{size}"></th>'
            for span, size in groups
        )
        spans = f"<tr><th></th>{cells}</tr>"
    heads = "".join(
        f'<th scope="col" class="{"n" if column.numeric else "t"}">{_break(column.head)}</th>'
        for column in table.columns
    )
    return f'<thead>{spans}<tr><th scope="col">{escape(table.stub_head)}</th>{heads}</tr></thead>'


def _break(text: str) -> str:
    return "<br>".join(escape(part) for part in text.split("\n"))


def _render_notes(notes: Iterable[str], source: Sequence[str]) -> str:
    lines = [*notes, *([f"<p>{_render_source(source)}</p>"] if source else [])]
    return f'<div class="notes">{"".join(lines)}</div>' if lines else ""


def _render_source(source: Sequence[str]) -> str:
    """The parts of the line below a table; the last, with its date and digest, is not broken."""
    return " · ".join([*(escape(part) for part in source[:-1]), f"<span>{escape(source[-1])}</span>"])


def align_columns(table: Table) -> list[Sequence[str]]:
    """The texts of each column from top to bottom, lines without cells empty; numbers aligned between two headings."""
    columns = [
        [line.cells[i].text if i < len(line.cells) else "" for line in table.lines] for i in range(len(table.columns))
    ]
    starts = [0, *(index for index, line in enumerate(table.lines) if line.heading and index), len(table.lines)]
    spans = list(pairwise(starts))
    return [
        [text for start, end in spans for text in align_numerals(texts[start:end])] if column.numeric else texts
        for column, texts in zip(table.columns, columns, strict=True)
    ]


def split_marks(table: Table) -> dict[int, str]:
    """The letter of each note that a cell points at; notes that none points at have none."""
    used = {mark for line in table.lines for cell in line.cells for mark in cell.marks}
    return {mark: _letter(mark) for mark in sorted(used)}


def _letter(index: int) -> str:
    return chr(ord("a") + index) if index < 26 else f"a{index - 25}"
