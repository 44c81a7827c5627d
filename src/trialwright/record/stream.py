"""Studies of a large JSON download, one at a time: chunks of bytes in, the bytes of each study out."""

import re
from collections.abc import Iterable, Iterator

_OUTSIDE = re.compile(rb'["{}\[\]]')
_INSIDE = re.compile(rb'["\\]')
_STUDIES = re.compile(rb'"studies"\s*:\s*$')


class BrokenStream(ValueError):
    """The text ended inside a study, or is no list of studies."""


def split_studies(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes of each object in the outermost list (or in the list ``studies``), without reading all of it.

    Memory holds one study and one chunk. A text that ends early raises ``BrokenStream`` after its last whole study.

    >>> list(split_studies([b'{"studies": [{"a": "}"}', b', {"b": [1]}], "nextPageToken": "x"}']))
    [b'{"a": "}"}', b'{"b": [1]}']
    """
    buffer = bytearray()
    at, depth, begin, home = 0, 0, -1, -1
    in_string = False
    for chunk in chunks:
        buffer += chunk
        while True:
            match = (_INSIDE if in_string else _OUTSIDE).search(buffer, at)
            if match is None:
                at = len(buffer)
                break
            sign, at = match.group(), match.end()
            if in_string:
                if sign == b"\\":
                    if at >= len(buffer):
                        at = match.start()
                        break
                    at += 1
                else:
                    in_string = False
            elif sign == b'"':
                in_string = True
            elif sign in b"{[":
                if (
                    sign == b"["
                    and home < 0
                    and (depth == 0 or (depth == 1 and _STUDIES.search(buffer, 0, match.start())))
                ):
                    home = depth + 1
                elif sign == b"{" and depth == home:
                    begin = match.start()
                depth += 1
            else:
                depth -= 1
                if sign == b"}" and depth == home and begin >= 0:
                    yield bytes(buffer[begin:at])
                    del buffer[:at]
                    at, begin = 0, -1
        if begin < 0 and home >= 0:
            del buffer[:at]
            at = 0
    if depth or in_string or home < 0:
        raise BrokenStream("the text ends inside a study" if home >= 0 else "the text holds no list of studies")
