"""Records with wrong parts that still read: nothing that works on records crashes on them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from tests.registry.good import OBSERVATIONAL, OPEN_TRIAL, TRIAL
from trialwright.record import Record, read_record, read_records, render_shape
from trialwright.record.draft import draft_study
from trialwright.record.draft_yaml import render_draft_yaml
from trialwright.registry import check_record, compare_records
from trialwright.registry.audit import compute_audit_row
from trialwright.registry.prs_out import render_prs
from trialwright.registry.who import list_who_items

ON = date(2022, 6, 1)
TEXTS = (
    "", " ", "x" * 6_000, "NA", "-1", "0", "9" * 5_000, "1e400", "2020-13", "9999-12-31", "0001-01", "99 Years", "N/A",
    "RECRUITING", "UNKNOWN", "ACTUAL", "\u0000\u0001", "\U0001f600", "Week 99999999999", "10E999 mg", ";;;|||", "FG001",
    "Inclusion Criteria:", "* " * 50, "<script>", "95% Confidence Interval", "1,2,3", "NCT00000000",
)  # fmt: skip
COUNTS = (0, -1, 1, 10**12, 10**30)


def bend(value: Any, rng: np.random.Generator) -> Any:
    """The value with one part replaced by another of its kind, removed or doubled: it still reads."""
    if isinstance(value, dict) and value:
        key = list(value)[int(rng.integers(len(value)))]
        if rng.random() < 0.08:
            return {name: part for name, part in value.items() if name != key or name == "protocolSection"}
        return {name: (bend(part, rng) if name == key else part) for name, part in value.items()}
    if isinstance(value, list) and value:
        at = int(rng.integers(len(value)))
        chance = rng.random()
        if chance < 0.1:
            return [part for number, part in enumerate(value) if number != at]
        if chance < 0.2:
            return [*value, value[at]]
        return [bend(part, rng) if number == at else part for number, part in enumerate(value)]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return COUNTS[int(rng.integers(len(COUNTS)))]
    return TEXTS[int(rng.integers(len(TEXTS)))] if isinstance(value, str) else value


def test_fifteen_hundred_bent_records_go_through_everything() -> None:
    rng = np.random.default_rng(5)
    sources = [TRIAL, OPEN_TRIAL, OBSERVATIONAL]
    sound = [read_record(json.dumps(source).encode(), "sound") for source in sources]
    worked = 0
    for number in range(1_500):
        shape: Any = sources[number % 3]
        for _ in range(1 + number % 4):
            shape = bend(shape, rng)
        record = read_record(json.dumps(shape).encode(), "fuzz")
        if not isinstance(record, Record):
            continue
        worked += 1
        assert all(breach.wrong and breach.path for breach in check_record(record, ON))
        compute_audit_row(record, ON)
        list_who_items(record)
        before = sound[number % 3]
        assert isinstance(before, Record)
        assert all(change.words for change in compare_records(before, record))
        again = read_record(render_prs(record, "Org").xml, "again")
        assert isinstance(again, Record)
        if number % 10 == 0:
            render_draft_yaml(draft_study(record))
        assert render_shape(record, derived=True) == json.loads(json.dumps(shape))
    assert worked > 1_400


def test_two_thousand_damaged_xml_files_give_a_record_or_findings(shared: Path) -> None:
    rng = np.random.default_rng(6)
    files = [
        (shared / name).read_bytes()
        for name in (
            "xml/NCT04349592_covid_19_hcq.xml",
            "prs/1234.xml",
            "nct04252118/NCT04252118_ictrp_2020-03-18.xml",
        )
    ]
    words = [b"999999999999999999999999", b"", b"-1", b"<x/>", b"&amp;", b"2020-13-45", b"9" * 5_000, b"</title>"]
    broken = 0
    for number in range(2_000):
        data = files[number % len(files)]
        at = int(rng.integers(len(data)))
        length = int(rng.integers(12))
        data = data[:at] + words[int(rng.integers(len(words)))] + data[at + length :]
        for found in read_records(data, "fuzz.xml"):
            if isinstance(found, Record):
                check_record(found, ON)
            else:
                broken += 1
                assert found and all(finding.message for finding in found)
    assert 100 < broken < 1_990
