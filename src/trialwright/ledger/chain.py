"""The hashes that bind an entry: a salted commitment to its payload, and a hash over every other column.

``commitment = SHA-256(salt NUL payload)`` and ``hash = SHA-256(format NUL study NUL position NUL participant NUL seq
NUL prev NUL act NUL at NUL actor NUL role NUL site NUL version NUL commitment)``. No field holds a NUL, so the joined
text can be read in one way only. The payload enters through its commitment: a redaction can put another in its place,
itself bound by the chain, and the hash still holds; the salt, which goes too, keeps a short payload from being guessed.
"""

import hashlib
import re
from dataclasses import dataclass

from trialwright.ledger.canonical import normalise_text
from trialwright.ledger.envelope import FORMAT, Draft, Envelope
from trialwright.ledger.seal import ORIGIN, compute_seal

_FIELDS = 13
_SALT = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last entry of one participant's chain: how many entries it has and the hash of the last."""

    seq: int = 0
    hash: str = ORIGIN


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """The last entry of the whole ledger: its position, its seal and its time ('' while the ledger is empty)."""

    position: int = 0
    seal: str = ORIGIN
    at: str = ""


def compute_commitment(salt: str, payload: str) -> str:
    """The commitment to a payload, in hexadecimal."""
    return hashlib.sha256(f"{salt}\0{payload}".encode()).hexdigest()


def compute_hash(entry: Envelope) -> str:
    """The hash that ``entry`` should have, from its columns and its stored commitment; '' where a column holds a NUL.

    A column of another type than the envelope's raises TypeError; a database under attack may return one.
    """
    text = "\0".join(
        (
            entry.format, entry.study, f"{entry.position:d}", entry.participant, f"{entry.seq:d}", entry.prev,
            entry.act, entry.at, entry.actor, entry.role, entry.site, entry.version, entry.commitment,
        )
    )  # fmt: skip
    if text.count("\0") != _FIELDS - 1:
        return ""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def compute_envelope(draft: Draft, at: str, salt: str, study: str, chain: ChainHead, ledger: LedgerHead) -> Envelope:
    """The entry that ``draft`` becomes as the next of its chain and of the ledger.

    Parameters
    ----------
    draft : Draft
        What is written; its texts are brought to Unicode's form NFC.
    at : str
        The server's time (``envelope.render_at``).
    salt : str
        32 random hexadecimal digits.
    study : str
        The study's identifier.
    chain, ledger : ChainHead, LedgerHead
        What is there now.

    Raises
    ------
    ValueError
        For a NUL in a text, a payload that is not ASCII, or a salt of another form.
    """
    if not draft.payload.isascii() or "\0" in draft.payload or not draft.payload:
        raise ValueError("the payload is no canonical JSON text")
    if _SALT.fullmatch(salt) is None:
        raise ValueError("a salt has 32 hexadecimal digits")
    entry = Envelope(
        position=ledger.position + 1, format=FORMAT, study=normalise_text(study),
        participant=normalise_text(draft.participant), seq=chain.seq + 1, act=normalise_text(draft.act), at=at,
        actor=normalise_text(draft.actor), role=normalise_text(draft.role), site=normalise_text(draft.site),
        version=normalise_text(draft.version), prev=chain.hash, salt=salt, payload=draft.payload,
        commitment=compute_commitment(salt, draft.payload), hash="", seal="",
    )  # fmt: skip
    digest = compute_hash(entry)
    return entry._replace(hash=digest, seal=compute_seal(ledger.seal, digest))
