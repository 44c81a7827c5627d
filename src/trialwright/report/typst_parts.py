"""What every part of the typst source shares: literals, captions, notes."""

from collections.abc import Sequence

from trialwright.report.html import Words


def quote(text: str) -> str:
    """A typst string literal.

    >>> quote('a "b"')
    '"a \\\\"b\\\\""'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "").replace("\t", " ")
    return f'"{escaped}"'


def render_notes(notes: Sequence[str], source: Sequence[str]) -> str:
    """The lines below a table or figure; ``notes`` are typst source already."""
    lines = [*notes, *([quote(" · ".join(source))] if source else [])]
    if not lines:
        return ""
    return f"#block(above: 5pt, below: 12pt, small({{ {'; linebreak(); '.join(lines)} }}))"


def render_caption(kind: str, number: str, title: str, words: Words) -> str:
    """A caption; a numbered one stands in the list of tables and among the bookmarks."""
    if not number:
        return f'#caption("", {quote(title)})'
    return f"#numbered({quote(words[kind].format(number=number))}, {quote(title)})"
