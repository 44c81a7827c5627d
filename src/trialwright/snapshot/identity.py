"""The identity of a snapshot: a hash of its content, whatever the file format; and its bytes as Parquet."""

import hashlib
import io

import polars as pl

from trialwright.ledger.canonical import render_canonical
from trialwright.snapshot.frames import Snapshot

_ROWS_A_TIME = 500_000
_NOTHING = "\0"
_CONTENT = ("participant", "encounter", "form", "repeat", "item", "text", "missing", "position")


def compute_snapshot_hash(snapshot: Snapshot) -> str:
    """SHA-256 (hexadecimal) of the content: the same entries under the same definition give the same hash.

    Each frame is hashed as its name, its columns and its rows as quoted CSV in their fixed order (RFC 4180, UTF-8); a
    missing value is a single NUL, which no text of the ledger can hold. Of the values only what was entered counts,
    for numbers and moments follow from the texts.
    """
    meta = snapshot.meta
    digest = hashlib.sha256()
    digest.update(
        render_canonical([meta.study, meta.version, meta.digest, meta.purpose, meta.position, meta.data_cut]).encode()
    )
    for name, frame in snapshot.frames().items():
        content = frame.select(_CONTENT) if name == "values" else frame
        digest.update(f"\n{name} {content.height}\n".encode())
        for start in range(0, max(1, content.height), _ROWS_A_TIME):
            digest.update(_render_rows(content.slice(start, _ROWS_A_TIME)))
    return digest.hexdigest()


def _render_rows(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    texts = frame.select(pl.all().cast(pl.String).fill_null(_NOTHING))
    texts.write_csv(buffer, quote_style="always")
    return buffer.getvalue()


def render_parquet(frame: pl.DataFrame) -> bytes:
    """A frame as the bytes of a Parquet file."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()
