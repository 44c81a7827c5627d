"""The seal: one running hash over the whole ledger, the thing that is kept outside the database.

``seal_n = SHA-256(seal_(n-1) NUL hash_n)`` in the order of positions. Whoever holds a seal of position n can prove for
ever that the first n entries are the ones that were there: cutting the tail or recomputing every hash changes it.
"""

import hashlib
import re
from dataclasses import dataclass

ORIGIN = "0" * 64
"""What stands before the first entry, of a chain and of the ledger."""
_FORM = re.compile(r"(0|[1-9]\d{0,9})[-:]([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Seal:
    """The state of the whole ledger after an entry, short enough to be printed on paper.

    >>> Seal.parse("12-" + "ab" * 32).position
    12
    """

    position: int
    value: str

    @classmethod
    def parse(cls, text: str) -> "Seal":
        """The seal that ``text`` (position, hyphen or colon, 64 hexadecimal digits) names; ValueError otherwise.

        Capitals and spaces are allowed, for people copy seals from paper.
        """
        match = _FORM.fullmatch("".join(text.split()).lower())
        if match is None:
            raise ValueError(f"{text!r} is not a seal; write the position, a hyphen and 64 hexadecimal digits")
        return cls(int(match[1]), match[2])

    def __str__(self) -> str:
        return f"{self.position}-{self.value}"


def compute_seal(previous: str, digest: str) -> str:
    """The seal after the entry whose hash is ``digest``, given the seal before it."""
    return hashlib.sha256(f"{previous}\0{digest}".encode()).hexdigest()
