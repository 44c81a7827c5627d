"""What a report is made of, before anybody decides how it looks: sections, tables, figures, text.

A table is small frozen parts (columns, lines, cells, notes), in the way of great_tables; every cell keeps the result
rows it shows, so that a renderer can open a number into the participants behind it.
"""

from dataclasses import dataclass

from trialwright.results import ResultRow


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed value. ``rows`` are the result rows behind it; ``marks`` point at notes of the table (from 0)."""

    text: str = ""
    rows: tuple[ResultRow, ...] = ()
    marks: tuple[int, ...] = ()

    def list_subjects(self) -> tuple[str, ...]:
        """The participants behind the value, sorted, each once."""
        return tuple(sorted({subject for row in self.rows for subject in row.subjects}))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, the head that spans it and its neighbours, and how it is aligned."""

    head: str
    span: str = ""
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table. ``level`` indents the stub; a line with ``heading`` has no cells of its own."""

    stub: str
    cells: tuple[Cell, ...] = ()
    level: int = 0
    heading: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Parameters
    ----------
    number, title : str
        The ICH E3 number (empty for small unnumbered tables) and what the table shows.
    stub_head : str
        Head of the first column.
    columns, lines : tuples
        ``lines[i].cells`` are as many as ``columns`` (none for a heading).
    notes : tuple of str
        Footnotes; ``Cell.marks`` point here.
    source : tuple of str
        What every table must say: set, n, missing, method, data cut, definition version.
    """

    number: str
    title: str
    stub_head: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: SVG text with presentation attributes only, and what it shows in words for who cannot see it."""

    number: str
    title: str
    svg: str
    description: str
    notes: tuple[str, ...] = ()
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph; ``kind`` is ``text``, ``lead`` (what to read first), ``caution`` or ``small``."""

    text: str
    kind: str = "text"
    term: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a name and a text, such as the attributes of an estimand."""

    pairs: tuple[tuple[str, str], ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines of participants, printed as they are: the head of each column and the texts.

    ``subject`` is the index of the column that holds the participant's code; None where there is none. ``dropped``
    counts the lines that are not printed because the listing is too long for paper. ``folded`` are the columns that paper
    prints once above the lines that share them; ``notes`` stand below.
    """

    number: str
    title: str
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    subject: int | None = None
    dropped: int = 0
    folded: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading inside a section."""

    text: str


Block = Table | Figure | Prose | Facts | Listing | Subheading


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its anchor, its number and title, its blocks. A ``wide`` one lies across on paper."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    number: str = ""
    level: int = 1
    navigation: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Dossier:
    """One participant's own lines, by listing."""

    subject: str
    arm: str
    listings: tuple[Listing, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report.

    ``band`` is what stands on every page (empty for real data); ``running`` is the line at the foot of every page, ``cut``
    the data cut at its head; ``origin`` names snapshot, definition and library for whoever opens a number;
    ``values`` holds the single measurements behind the numbers, by ``parameter|visit`` and participant; ``dossiers`` is
    empty where participants may not be shown.
    """

    language: str
    title: str
    band: str
    running: str
    front: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    dossiers: tuple[Dossier, ...] = ()
    values: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    opens: bool = False
    cut: str = ""
    origin: str = ""
