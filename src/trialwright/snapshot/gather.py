"""Forms gathered column by column while the entries stream past: plain lists, and no object a value."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

_CHUNK = 400_000
_NONE: Mapping[str, str] = {}


class FormGatherer:
    """Growing columns of forms and of their values; ``finish`` turns them into two frames."""

    def __init__(self) -> None:
        self._positions: list[int] = []
        self._participants: list[str] = []
        self._encounters: list[str] = []
        self._forms: list[str] = []
        self._repeats: list[int] = []
        self._revisions: list[int] = []
        self._counts: list[int] = []
        self._items: list[str] = []
        self._texts: list[str | None] = []
        self._missing: list[str | None] = []
        self._chunks: list[pl.DataFrame] = []

    def add(
        self, position: int, participant: str, form: str, encounter: str, repeat: int, revision: int,
        values: Mapping[str, str], missing: Mapping[str, str],
    ) -> None:  # fmt: skip
        """Take one revision of a form."""
        self._positions.append(position)
        self._participants.append(participant)
        self._encounters.append(encounter)
        self._forms.append(form)
        self._repeats.append(repeat)
        self._revisions.append(revision)
        names = list(values)
        self._items += names
        self._texts += values.values()
        self._missing += [None] * len(names)
        if missing:
            self._items += missing
            self._texts += [None] * len(missing)
            self._missing += missing.values()
        self._counts.append(len(names) + len(missing))
        if len(self._items) >= _CHUNK:
            self._flush()

    def add_payload(self, position: int, participant: str, payload: Mapping[str, Any]) -> None:
        """Take one revision of a form as its payload, in which defaults are left out."""
        self.add(
            position, participant, payload["form"], payload["encounter"], payload["repeat"], payload["revision"],
            payload.get("values", _NONE), payload.get("missing", _NONE),
        )  # fmt: skip

    def finish(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """All revisions, and all their values with the number of their revision's row (``row``)."""
        self._flush()
        forms = pl.DataFrame(
            {
                "row": pl.Series(np.arange(len(self._positions)), dtype=pl.UInt32),
                "position": pl.Series(self._positions, dtype=pl.Int64),
                "participant": pl.Series(self._participants, dtype=pl.String),
                "encounter": pl.Series(self._encounters, dtype=pl.String),
                "form": pl.Series(self._forms, dtype=pl.String),
                "repeat": pl.Series(self._repeats, dtype=pl.Int32),
                "revision": pl.Series(self._revisions, dtype=pl.Int32),
            }
        )
        schema = {"row": pl.UInt32, "item": pl.String, "text": pl.String, "missing": pl.String}
        values = pl.concat(self._chunks) if self._chunks else pl.DataFrame(schema=schema)
        self._chunks = []
        return forms, values

    def _flush(self) -> None:
        if not self._counts:
            return
        first = len(self._positions) - len(self._counts)
        rows = np.repeat(np.arange(first, len(self._positions), dtype=np.uint32), self._counts)
        self._chunks.append(
            pl.DataFrame(
                {
                    "row": rows,
                    "item": pl.Series(self._items, dtype=pl.String),
                    "text": pl.Series(self._texts, dtype=pl.String),
                    "missing": pl.Series(self._missing, dtype=pl.String),
                }
            )
        )
        self._counts, self._items, self._texts, self._missing = [], [], [], []
