"""Studies of a large JSON download, one at a time: chunks of bytes in, the bytes of each study out."""

import re
from collections.abc import Iterable, Iterator

# A study begins with this key. The bytes cannot stand inside a text: there the quotation marks would be escaped.
_BEGIN = re.compile(rb'\{\s*"protocolSection"\s*:')
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}]', re.DOTALL)
# Longer than the beginning of a study with much white space, so that one cut by a chunk's end is found.
_OVERLAP = 256


class BrokenStream(ValueError):
    """The text ended inside a study, or holds none."""


def split_studies(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of each study of an API v2 download, without reading all of it.

    Memory holds one study and one chunk. Each piece ends where the next study begins, so a study that is broken stays
    one piece and its reader says what is wrong. A text that ends early raises ``BrokenStream`` after its whole studies.

    >>> text = b'{"studies": [{"protocolSection": {"a": "}"}}, {"protocolSection": {}}], "nextPageToken": "x"}'
    >>> list(split_studies([text[:40], text[40:]]))
    [b'{"protocolSection": {"a": "}"}}', b'{"protocolSection": {}}']
    """
    buffer = b""
    began = False
    looked = 0
    for chunk in chunks:
        buffer += chunk
        while match := _BEGIN.search(buffer, looked):
            if began:
                yield buffer[: match.start()].rstrip(b" \t\r\n,")
            buffer = buffer[match.start() :]
            began, looked = True, 1
        if not began:
            buffer = buffer[-_OVERLAP:]
        looked = max(1 if began else 0, len(buffer) - _OVERLAP)
    if not began:
        raise BrokenStream("the text holds no study")
    end = _find_end(buffer)
    if end is None:
        raise BrokenStream("the text ends inside a study")
    yield buffer[:end]


def _find_end(text: bytes) -> int | None:
    """Where the object that begins a text ends; None when it does not."""
    depth = 0
    for match in _TOKEN.finditer(text):
        sign = match.group()
        if sign == b"{":
            depth += 1
        elif sign == b"}":
            depth -= 1
            if depth == 0:
                return match.end()
    return None
