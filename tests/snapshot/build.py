"""A small study and ledgers built by hand, for the tests of snapshot, derive and analyse."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from trialwright.definition.compile import compile_study
from trialwright.definition.compiled import Definition
from trialwright.definition.load import read_files
from trialwright.ledger import entries as e
from trialwright.ledger.envelope import render_at
from trialwright.ledger.subject import Stamped

START = datetime(2020, 2, 1, 1, 0, tzinfo=UTC)
DAY0 = date(2020, 2, 3)


@cache
def load_small_study() -> Definition:
    """The definition in ``study/``."""
    compilation = compile_study(read_files(Path(__file__).parent / "study"))
    assert compilation.definition is not None, [str(one) for one in compilation.errors]
    return compilation.definition


class Ledger:
    """Stamped entries in order; every method appends one or a few."""

    def __init__(self) -> None:
        self.entries: list[Stamped] = []
        self._seqs: dict[str, int] = {}
        self.add("", e.LedgerOpened("VIRTUAL", "1.0", "d", "Small"), START)

    def add(self, participant: str, entry: e.Entry, at: datetime | None = None) -> int:
        position = len(self.entries) + 1
        seq = self._seqs[participant] = self._seqs.get(participant, 0) + 1
        moment = at or START + timedelta(seconds=position)
        self.entries.append(
            Stamped(position, seq, participant, render_at(moment), "p1", "INVESTIGATOR", "BJ", "1.0", entry)
        )
        return position

    def enrol(
        self, participant: str, arm: str, day0: date = DAY0, *, doses: int = 2, sex: str = "M", born: str = "1970-05-01"
    ) -> None:
        """Screen, consent, enrol, allocate; doses on day 0 and day 3 where the arm has them."""
        morning = datetime(day0.year, day0.month, day0.day, 0, 30, tzinfo=UTC)
        self.add(participant, e.Screened("BJ", {"I1": "MET", "E1": "NOT_MET"}, {}, {}), morning)
        self.add(participant, e.ConsentGiven(f"{day0}T08:00", "1", "ZH", "p1", "Y"), morning)
        self.add(participant, e.Enrolled(1, 2), morning)
        self.add(participant, e.Allocated(arm, "INVESTIGATOR_ASSIGNED"), morning)
        self.form(participant, "demographics", "BASELINE", {"collected_on": str(day0), "birth_date": born, "sex": sex})
        if arm == "CELLS":
            for number, (encounter, day) in enumerate((("D0", 0), ("D3", 3))[:doses], 1):
                on = day0 + timedelta(days=day)
                self.add(participant, e.DoseGiven("CELLS", encounter, number, f"{on}T10:00", "3.0e7", "cells", "L1"))

    def form(
        self, participant: str, form: str, encounter: str, values: Mapping[str, str], *, repeat: int = 1,
        revision: int = 1, missing: Mapping[str, str] | None = None, at: datetime | None = None,
    ) -> int:  # fmt: skip
        """Record one revision of a form."""
        entry = e.FormRecorded(form, encounter, repeat, revision, dict(values), dict(missing or {}))
        return self.add(participant, entry, at)

    def lesion(self, participant: str, encounter: str, day: int, *reads: float, day0: date = DAY0) -> None:
        """One CT read by one reader, two, or two and an adjudicator."""
        on = str(day0 + timedelta(days=day))
        for repeat, (reader, value) in enumerate(zip(("READER_1", "READER_2", "ADJUDICATOR"), reads, strict=False), 1):
            values = {"reader": reader, "scanned_at": on, "quality": "GOOD", "lesion_percent": str(value)}
            self.form(participant, "ct_read", encounter, values, repeat=repeat)

    def alt(
        self, participant: str, encounter: str, day: int, value: float, *, hour: int = 8, day0: date = DAY0
    ) -> None:
        on = day0 + timedelta(days=day)
        self.form(
            participant,
            "chemistry",
            encounter,
            {"collected_at": f"{on}T{hour:02d}:00", "alt": str(value), "alt_uln": "40"},
        )

    def pcr(
        self,
        participant: str,
        encounter: str,
        day: int,
        result: str,
        *,
        repeat: int = 1,
        hour: int = 9,
        day0: date = DAY0,
    ) -> None:
        on = day0 + timedelta(days=day)
        values = {"sampled_at": f"{on}T{hour:02d}:00", "specimen": "SPUTUM", "result": result}
        self.form(participant, "rt_pcr", encounter, values, repeat=repeat)

    def log(self, participant: str, day: int, temperature: float, antipyretic: str = "N", day0: date = DAY0) -> None:
        on = day0 + timedelta(days=day)
        values = {"date": str(on), "temperature_max": str(temperature), "antipyretic": antipyretic}
        self.form(participant, "daily_log", "", values, repeat=day + 1)

    def event(self, participant: str, repeat: int, day: int, **values: str) -> None:
        """One adverse event; ``values`` replace what a mild unrelated nausea has."""
        on = DAY0 + timedelta(days=day)
        plain = {
            "verbatim": "felt sick", "term": "Nausea", "onset_date": str(on), "ongoing": "N", "end_date": str(on),
            "grade": "1", "serious": "N", "causality": "NOT_RELATED", "action": "DOSE NOT CHANGED",
            "outcome": "RECOVERED/RESOLVED",
        }  # fmt: skip
        merged = {**plain, **values}
        self.form(participant, "adverse_event", "", merged, repeat=repeat)
        self.add(participant, e.AdverseEventReported(repeat, f"{on}T12:00", merged["serious"] == "Y"))
