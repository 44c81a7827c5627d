"""Pieces of the public page: words, paragraphs, tables."""

import re
from collections.abc import Iterable, Sequence
from html import escape

# CommonMark, section 2.4: a backslash before a sign of punctuation only says that it is no markup.
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def say_words(code: str) -> str:
    """A code in words: NOT_YET_RECRUITING is "Not yet recruiting", PHASE1 is "Phase 1"."""
    text = code.replace("_", " ").lower()
    for number in "1234":
        text = text.replace(f"phase{number}", f"phase {number}")
    return text[:1].upper() + text[1:]


def _plain(text: str) -> str:
    """Text for the page: the registry's backslashes before signs of its markup are left out."""
    return escape(_ESCAPED.sub(r"\1", text))


def render_text(text: str) -> str:
    """Paragraphs and lines as the record has them."""
    return "".join(f"<p>{_plain(part).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n") if part.strip())


def render_table(rows: Iterable[tuple[str, str]]) -> str:
    """Names and texts beside each other; what has no text is left out."""
    told = [(name, text) for name, text in rows if text.strip()]
    cells = "".join(f"<tr><th scope='row'>{escape(name)}</th><td>{render_text(text)}</td></tr>" for name, text in told)
    return f"<table>{cells}</table>" if told else "<p class='dim'>Not told.</p>"


def render_grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with a head; the first cell of a row names it."""
    top = "".join(f"<th scope='col'>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{_plain(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<div class='wide' tabindex='0'><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
