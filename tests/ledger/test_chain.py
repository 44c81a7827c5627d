"""Hashes, seals and the inspection of a run of entries, without a database."""

import hashlib
import itertools
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialwright.ledger.chain import ChainHead, LedgerHead, compute_commitment, compute_envelope, compute_hash
from trialwright.ledger.envelope import COLUMNS, Draft, Envelope, parse_at, render_at
from trialwright.ledger.inspection import Stretch, check_heads, check_stretch, join_stretches
from trialwright.ledger.seal import ORIGIN, Seal, compute_seal

STUDY = "NCT04252118"
SALT = "0123456789abcdef" * 2


def _entry(draft: Draft | None = None, at: str = "2020-02-01T08:00:00.000000Z") -> Envelope:
    draft = draft or Draft("T-001", "noted", '{"a":"1"}', "ann", "NURSE", "01", "1.0")
    return compute_envelope(draft, at, SALT, STUDY, ChainHead(), LedgerHead())


def _run(length: int) -> list[Envelope]:
    """An honest ledger of three participants and the study, round and round."""
    entries: list[Envelope] = []
    chains: dict[str, ChainHead] = {}
    ledger = LedgerHead()
    for number in range(length):
        participant = ("", "T-001", "T-002", "T-003")[number % 4]
        draft = Draft(participant, "noted", f'{{"n":{number}}}', "ann", "NURSE", "01", "1.0")
        at = render_at(datetime(2020, 2, 1, tzinfo=UTC) + timedelta(seconds=number))
        entry = compute_envelope(draft, at, SALT, STUDY, chains.get(participant, ChainHead()), ledger)
        chains[participant] = ChainHead(entry.seq, entry.hash)
        ledger = LedgerHead(entry.position, entry.seal, entry.at)
        entries.append(entry)
    return entries


def test_the_hash_is_the_one_the_documentation_states() -> None:
    """The construction spelled out, so that another program can verify a ledger in fifty years."""
    entry = _entry()
    commitment = hashlib.sha256(SALT.encode() + b"\0" + b'{"a":"1"}').hexdigest()
    parts = [
        "1", STUDY, "1", "T-001", "1", "0" * 64, "noted", "2020-02-01T08:00:00.000000Z", "ann", "NURSE", "01", "1.0",
        commitment,
    ]  # fmt: skip
    assert entry.commitment == commitment == compute_commitment(SALT, '{"a":"1"}')
    assert entry.hash == hashlib.sha256(b"\0".join(part.encode() for part in parts)).hexdigest()
    assert entry.seal == hashlib.sha256(b"0" * 64 + b"\0" + entry.hash.encode()).hexdigest()


@pytest.mark.parametrize("column", [name for name in COLUMNS if name not in ("hash", "seal", "salt", "payload")])
def test_every_column_is_in_the_hash(column: str) -> None:
    entry = _entry()
    value = getattr(entry, column)
    changed = entry._replace(**{column: value + 1 if isinstance(value, int) else value + "x"})
    assert compute_hash(changed) != entry.hash


def test_text_cannot_move_from_one_column_to_the_next() -> None:
    entry = _entry()
    assert compute_hash(entry._replace(actor="annN", role="URSE")) != entry.hash
    assert compute_hash(entry._replace(actor="ann\0NURSE", role="01", site="1.0\0")) == ""


@pytest.mark.parametrize("salt", ["", "0" * 31, "G" * 32, "0" * 33])
def test_a_salt_has_one_form(salt: str) -> None:
    draft = Draft("T-001", "noted", "{}", "ann", "NURSE", "01", "1.0")
    with pytest.raises(ValueError, match="salt"):
        compute_envelope(draft, "x", salt, STUDY, ChainHead(), LedgerHead())


@pytest.mark.parametrize("payload", ["", "é", '{"a":"\0"}'])
def test_a_payload_is_canonical(payload: str) -> None:
    with pytest.raises(ValueError, match="canonical"):
        _entry(Draft("T-001", "noted", payload, "ann", "NURSE", "01", "1.0"))


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_times_sort_as_texts(one: datetime, other: datetime) -> None:
    assert (render_at(one) < render_at(other)) == (one < other)
    assert parse_at(render_at(one)) == one


@pytest.mark.req("A13")
def test_a_time_of_another_zone_is_told_in_utc() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert render_at(datetime(2020, 2, 1, 7, 30, tzinfo=shanghai)) == "2020-01-31T23:30:00.000000Z"
    with pytest.raises(ValueError, match="zone"):
        render_at(datetime(2020, 2, 1, tzinfo=UTC).replace(tzinfo=None))
    with pytest.raises(ValueError):
        parse_at("2020-02-01T08:00:00Z")


def test_a_seal_survives_paper() -> None:
    seal = Seal(12, compute_seal(ORIGIN, "ab"))
    assert Seal.parse(str(seal)) == seal
    assert Seal.parse(str(seal).replace("-", ":")) == seal
    assert Seal.parse(f" {str(seal).upper()[:20]} {str(seal).upper()[20:]}\n") == seal
    for wrong in ("", "12", str(seal)[:-1], "x" + str(seal), "-1-" + "0" * 64):
        with pytest.raises(ValueError):
            Seal.parse(wrong)


@given(st.integers(0, 40), st.lists(st.integers(0, 40), max_size=4))
def test_stretches_joined_say_what_one_stretch_says(length: int, cuts: list[int]) -> None:
    entries = _run(length)
    whole = join_stretches([check_stretch(entries, STUDY)])
    assert _in_stretches(entries, cuts) == whole
    assert whole.faults == []
    assert check_heads(whole, whole.last, whole.heads) == []
    assert whole.last == (LedgerHead(length, entries[-1].seal, entries[-1].at) if entries else LedgerHead())


@given(st.integers(1, 24), st.lists(st.integers(0, 24), max_size=4), st.sampled_from(COLUMNS), st.integers(0, 10**6))
def test_stretches_find_a_fault_wherever_they_are_cut(length: int, cuts: list[int], column: str, which: int) -> None:
    entries = _run(length)
    at = which % length
    value = getattr(entries[at], column)
    entries[at] = entries[at]._replace(**{column: -value if isinstance(value, int) else f"{value[:-1]}!"})
    parted, whole = _in_stretches(entries, cuts), join_stretches([check_stretch(entries, STUDY)])
    assert min(fault.position for fault in parted.faults if fault.position > 0) == at + 1
    assert {fault.position for fault in whole.faults} == {fault.position for fault in parted.faults}


def _in_stretches(entries: list[Envelope], cuts: list[int]) -> Stretch:
    bounds = sorted({0, len(entries), *(min(cut, len(entries)) for cut in cuts)})
    parts = [
        check_stretch(entries[start:stop], STUDY, entries[start - 1].seal if start else ORIGIN)
        for start, stop in itertools.pairwise(bounds)
    ]
    return join_stretches(parts)


@pytest.mark.parametrize("value", [None, 5, b"x", 1.5])
@pytest.mark.parametrize("column", [name for name in COLUMNS if name not in ("position", "seq")])
def test_a_value_of_another_type_is_a_fault_and_no_crash(column: str, value: object) -> None:
    entries: list[tuple[object, ...]] = [*_run(6)]
    place = COLUMNS.index(column)
    entries[3] = (*entries[3][:place], value, *entries[3][place + 1 :])
    assert join_stretches([check_stretch(entries, STUDY)]).faults[0].position == 4


def test_an_entry_of_another_study_is_a_fault() -> None:
    assert {fault.code for fault in check_stretch(_run(4), "NCT00000000").faults} == {"foreign"}
