"""Only the latest revision stands, redactions are respected, and both ways to a snapshot give the same one."""

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tests.snapshot.build import DAY0, Ledger, load_small_study
from trialwright.ledger import entries as e
from trialwright.ledger.canonical import parse_canonical, render_canonical
from trialwright.ledger.entries import compute_payload
from trialwright.ledger.entries_redaction import Redaction
from trialwright.ledger.free_text import compute_carried
from trialwright.ledger.subject import SubjectState, fold_subject
from trialwright.snapshot import (
    LedgerRow,
    Snapshot,
    compute_snapshot,
    compute_snapshot_hash,
    compute_snapshot_of,
    compute_snapshot_of_rows,
    fold_parts,
    render_parquet,
    take_apart,
)
from trialwright.store.snapshots import SnapshotDamaged, read_snapshot, write_snapshot


def rows_of(ledger: Ledger) -> list[LedgerRow]:
    """The same entries as rows of the ledger."""
    return [
        LedgerRow(
            one.position,
            one.participant,
            one.seq,
            one.entry.act,
            one.at,
            one.site,
            one.version,
            render_canonical(compute_payload(one.entry)),
        )
        for one in ledger.entries
    ]


def redact(ledger: Ledger, participant: str, at: int, item: str) -> str:
    """Take one item out of a form; what stays of it."""
    removed = {f"values.{item}": "redacted"}
    carried = render_canonical(compute_carried(compute_payload(ledger.entries[at - 1].entry), removed))
    ledger.add(participant, Redaction(at, "a name", carried, removed))
    return carried


def left(ledger: Ledger, at: int, carried: str) -> list[LedgerRow]:
    """The rows after a redaction of the entry at a position."""
    return [row._replace(payload=carried) if row.position == at else row for row in rows_of(ledger)]


def assert_same(one: Snapshot, other: Snapshot) -> None:
    assert one.meta == other.meta
    for name, frame in one.frames().items():
        assert_frame_equal(frame, other.frames()[name])
    assert compute_snapshot_hash(one) == compute_snapshot_hash(other)


def value(snapshot: Snapshot, participant: str, item: str) -> dict[str, object]:
    found = snapshot.values.filter((pl.col("participant") == participant) & (pl.col("item") == item))
    assert found.height == 1
    return found.row(0, named=True)


def make_small_ledger() -> Ledger:
    ledger = Ledger()
    ledger.enrol("BJ-001", "CELLS")
    ledger.enrol("BJ-002", "CONTROL", sex="U")
    ledger.alt("BJ-001", "BASELINE", 0, 30)
    ledger.pcr("BJ-002", "BASELINE", 0, "INDETERMINATE")
    ledger.event("BJ-001", 1, 1)
    return ledger


@pytest.mark.req("A12")
def test_the_latest_revision_stands_and_the_position_decides_what_is_latest():
    ledger = make_small_ledger()
    before = len(ledger.entries)
    ledger.form("BJ-001", "chemistry", "BASELINE", {"collected_at": f"{DAY0}T08:00", "alt": "33.5"}, revision=2)
    now = compute_snapshot(load_small_study(), ledger.entries)
    then = compute_snapshot(load_small_study(), ledger.entries, upto=before)
    assert value(now, "BJ-001", "alt")["number"] == 33.5
    assert now.values.filter(pl.col("item") == "alt_uln").height == 0, "the second revision has no limit"
    assert value(then, "BJ-001", "alt")["number"] == 30
    assert then.meta.position == before


def test_an_unknown_code_is_shown_and_is_null_for_rules():
    snapshot = compute_snapshot(load_small_study(), make_small_ledger().entries)
    result = value(snapshot, "BJ-002", "result")
    assert (result["text"], result["code"], result["unknown"]) == ("INDETERMINATE", None, True)
    assert value(snapshot, "BJ-001", "sex")["code"] == "M"
    assert value(snapshot, "BJ-002", "sex")["code"] is None


def test_day0_is_the_first_dose_in_the_treated_arm_and_allocation_in_the_control():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CELLS", doses=0)
    ledger.add("BJ-001", e.DoseGiven("CELLS", "D0", 1, "2020-02-05T10:00", "3.0e7", "cells"))
    ledger.enrol("BJ-002", "CONTROL")
    ledger.enrol("BJ-003", "CELLS", doses=0)
    subjects = compute_snapshot(load_small_study(), ledger.entries).subjects
    assert subjects["day0"].to_list() == [date(2020, 2, 5), DAY0, DAY0]


def test_days_are_the_days_of_the_site():
    """22:30 UTC on 3 February is the morning of 4 February in Beijing."""
    ledger = Ledger()
    ledger.add("BJ-001", e.Screened("BJ", {}, {}, {}))
    ledger.add("BJ-001", e.Allocated("CONTROL", "INVESTIGATOR_ASSIGNED"), datetime(2020, 2, 3, 22, 30, tzinfo=UTC))
    assert compute_snapshot(load_small_study(), ledger.entries).subjects["day0"].item() == date(2020, 2, 4)


def test_what_is_missing_says_why_and_partial_dates_are_no_moments():
    ledger = Ledger()
    ledger.enrol("BJ-001", "CONTROL", born="1970-05")
    ledger.form("BJ-001", "chemistry", "D3", {"collected_at": "2020-02-06T08:00"}, missing={"alt": "NOT_DONE"})
    snapshot = compute_snapshot(load_small_study(), ledger.entries)
    assert value(snapshot, "BJ-001", "alt")["missing"] == "NOT_DONE"
    assert value(snapshot, "BJ-001", "alt")["text"] is None
    assert value(snapshot, "BJ-001", "birth_date")["moment"] is None
    assert value(snapshot, "BJ-001", "birth_date")["text"] == "1970-05"


@pytest.mark.req("A6")
def test_a_redacted_form_keeps_only_what_was_carried_forward():
    ledger = make_small_ledger()
    at = ledger.form(
        "BJ-001",
        "adverse_event",
        "",
        {"verbatim": "Mr Li felt sick", "term": "Nausea", "grade": "1"},
        repeat=1,
        revision=2,
    )
    carried = redact(ledger, "BJ-001", at, "verbatim")
    snapshot = compute_snapshot_of_rows(load_small_study(), left(ledger, at, carried))
    event = snapshot.values.filter(pl.col("form") == "adverse_event")
    assert set(event["item"]) == {"term", "grade"}
    assert "Li" not in "".join(event["text"])


@pytest.mark.req("A6")
def test_a_blank_row_says_nothing():
    ledger = make_small_ledger()
    at = ledger.form("BJ-001", "adverse_event", "", {"verbatim": "Mr Li", "term": "Nausea"}, repeat=1, revision=2)
    ledger.add("BJ-001", Redaction(at, "a name"))
    snapshot = compute_snapshot_of_rows(load_small_study(), left(ledger, at, ""))
    assert "Mr Li" not in snapshot.values["text"].to_list()


def test_who_withdrew_and_wants_no_further_use_is_withheld_except_for_safety():
    ledger = make_small_ledger()
    ledger.add("BJ-001", e.Left("WITHDRAW_CONSENT", "2020-02-10", "wish", data_fate="KEEP_NO_FURTHER_USE"))
    snapshot = compute_snapshot(load_small_study(), ledger.entries)
    assert snapshot.meta.withheld == ("BJ-001",)
    forms = set(snapshot.values.filter(pl.col("participant") == "BJ-001")["form"])
    assert forms == {"demographics", "adverse_event"}
    assert set(snapshot.forms.filter(pl.col("participant") == "BJ-001")["form"]) == forms


def test_entries_out_of_order_are_a_bug():
    ledger = make_small_ledger()
    with pytest.raises(ValueError, match="in order"):
        compute_snapshot(load_small_study(), reversed(ledger.entries))


def test_an_empty_ledger_gives_empty_frames_of_the_same_columns():
    full, empty = (compute_snapshot(load_small_study(), entries) for entries in (make_small_ledger().entries, []))
    for name, frame in empty.frames().items():
        assert frame.height == 0
        assert frame.columns == full.frames()[name].columns


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["BJ-001", "BJ-002", "BJ-003"]), st.sampled_from(["BASELINE", "D3"]), st.integers(1, 3),
            st.one_of(st.none(), st.decimals(0, 1000, places=1).map(str)),
        ),
        max_size=25,
    )
)  # fmt: skip
@pytest.mark.req("A12")
def test_rows_and_entries_give_the_same_snapshot_with_the_last_text_of_each_place(forms):
    ledger, expected = Ledger(), {}
    for participant, encounter, repeat, alt in forms:
        values = {"collected_at": "2020-02-03T08:00", **({} if alt is None else {"alt": alt})}
        ledger.form(
            participant, "chemistry", encounter, values, repeat=repeat, missing={} if alt else {"alt": "NOT_DONE"}
        )
        expected[participant, encounter, repeat] = alt
    snapshot = compute_snapshot(load_small_study(), ledger.entries)
    assert_same(snapshot, compute_snapshot_of_rows(load_small_study(), rows_of(ledger)))
    found = snapshot.values.filter(pl.col("item") == "alt").select("participant", "encounter", "repeat", "text").rows()
    assert {row[:3]: row[3] for row in found} == expected


def test_the_hash_follows_the_content_and_nothing_else():
    one, same = (
        compute_snapshot_hash(compute_snapshot(load_small_study(), make_small_ledger().entries)) for _ in range(2)
    )
    changed = make_small_ledger()
    changed.form(
        "BJ-001", "chemistry", "BASELINE", {"collected_at": f"{DAY0}T08:00", "alt": "30.0", "alt_uln": "40"}, revision=2
    )
    assert one == same
    assert compute_snapshot_hash(compute_snapshot(load_small_study(), changed.entries)) != one


@pytest.mark.req("D4")
def test_a_snapshot_comes_back_from_disk_and_damage_is_found(tmp_path):
    snapshot = compute_snapshot(load_small_study(), make_small_ledger().entries)
    digest = write_snapshot(tmp_path / "one", snapshot)
    assert digest == compute_snapshot_hash(snapshot)
    assert_same(read_snapshot(tmp_path / "one"), snapshot)
    snapshot.values.with_columns(pl.lit("99").alias("text")).write_parquet(tmp_path / "one" / "values.parquet")
    with pytest.raises(SnapshotDamaged):
        read_snapshot(tmp_path / "one")


@pytest.mark.req("A12")
def test_the_same_entries_give_the_same_parquet_bytes():
    one, other = (compute_snapshot(load_small_study(), make_small_ledger().entries) for _ in range(2))
    for name, frame in one.frames().items():
        assert render_parquet(frame) == render_parquet(other.frames()[name]), name


@pytest.mark.req("A6")
def test_a_revision_that_was_redacted_after_it_was_corrected_leaves_the_correction():
    ledger = make_small_ledger()
    at = ledger.form("BJ-002", "medical_history", "", {"condition": "Mr Li has gout", "category": "OTHER"})
    ledger.form("BJ-002", "medical_history", "", {"condition": "gout", "category": "OTHER"}, revision=2)
    carried = redact(ledger, "BJ-002", at, "condition")
    snapshot = compute_snapshot_of_rows(load_small_study(), left(ledger, at, carried))
    assert value(snapshot, "BJ-002", "condition")["text"] == "gout"


@pytest.mark.req("A6", "A12")
def test_a_ledger_in_stretches_folds_to_what_it_is_in_one_and_to_each_participant_s_own_state():
    """With an event that was redacted, wherever the ledger is cut; stretches out of order are a bug."""
    ledger = make_small_ledger()
    at = ledger.form("BJ-001", "adverse_event", "", {"verbatim": "Mr Li", "term": "Nausea"}, repeat=1, revision=2)
    ledger.form("BJ-002", "chemistry", "D3", {"collected_at": f"{DAY0}T08:00", "alt": "33"})
    rows = left(ledger, at, redact(ledger, "BJ-001", at, "verbatim"))
    whole = compute_snapshot_of_rows(load_small_study(), rows)
    for cut in range(len(rows) + 1):
        folded = fold_parts(map(take_apart, (rows[:cut], rows[cut:])))
        assert_same(compute_snapshot_of(load_small_study(), folded), whole)
    state = SubjectState("BJ-001")
    for one, row in zip(ledger.entries, rows, strict=True):
        if one.participant == "BJ-001":
            entry = e.compute_entry(row.act, parse_canonical(row.payload))
            state = fold_subject(state, replace(one, entry=entry))
    mine = folded.states["BJ-001"]
    assert mine.safety == state.safety
    assert [mine.forms[key].recorded for key in mine.forms] == [state.forms["", "adverse_event", 1].recorded]
    with pytest.raises(ValueError, match="in order"):
        fold_parts(map(take_apart, (rows[5:], rows[:5])))
