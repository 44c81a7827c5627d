"""Snapshots on disk: a folder with a Parquet file a frame, and a small JSON file that says what they are."""

import json
from dataclasses import asdict
from pathlib import Path

import polars as pl

from trialwright.snapshot.frames import FRAMES, Meta, Snapshot
from trialwright.snapshot.identity import compute_snapshot_hash, render_parquet

_META = "snapshot.json"


class SnapshotDamaged(Exception):
    """A stored snapshot does not have the content whose hash was written beside it."""


def write_snapshot(folder: Path, snapshot: Snapshot) -> str:
    """Write a snapshot into ``folder`` (made where it is not there) and return its hash.

    The JSON file is written last: a folder without it is not a snapshot.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in snapshot.frames().items():
        (folder / f"{name}.parquet").write_bytes(render_parquet(frame))
    digest = compute_snapshot_hash(snapshot)
    (folder / _META).write_text(
        json.dumps({**asdict(snapshot.meta), "sha256": digest}, indent=1, sort_keys=True) + "\n", "utf-8"
    )
    return digest


def read_snapshot(folder: Path) -> Snapshot:
    """The snapshot that ``write_snapshot`` left in ``folder``.

    Raises
    ------
    SnapshotDamaged
        When the content is not that of the hash beside it.
    FileNotFoundError
        When there is none.
    """
    told = json.loads((folder / _META).read_text("utf-8"))
    digest = told.pop("sha256")
    meta = Meta(**{**told, "withheld": tuple(told["withheld"])})
    snapshot = Snapshot(meta, *(pl.read_parquet(folder / f"{name}.parquet") for name in FRAMES))
    found = compute_snapshot_hash(snapshot)
    if found != digest:
        raise SnapshotDamaged(f"{folder}: the content has the hash {found}, written was {digest}")
    return snapshot
