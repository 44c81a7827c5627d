"""Every kind of tampering is found, by Hypothesis over both databases, the triggers dropped first.

The whole ledger is put back between examples, so each example tampers with an honest one.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.backends.base.base import BaseDatabaseWrapper
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from tests.store.samples import STUDY, draft, fill, sample_ledger
from trialwright.ledger.chain import ChainHead, LedgerHead, compute_envelope
from trialwright.ledger.envelope import COLUMNS, REDACTION, Draft, Envelope
from trialwright.ledger.seal import Seal
from trialwright.service.unit import open_unit
from trialwright.store.guards import install_guards
from trialwright.store.rows import ParticipantRow, StudyRow
from trialwright.store.verify import VerifyReport, verify_ledger

pytestmark = pytest.mark.req("A5")
NUMBERS = ("position", "seq")
TEXTS = tuple(column for column in COLUMNS if column not in NUMBERS)
many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Bench:
    """A ledger on the bench: its honest rows, and a way to put them back."""

    def __init__(self, database: BaseDatabaseWrapper) -> None:
        self.database = database
        ledger = sample_ledger()
        fill(ledger)
        with open_unit(ledger) as unit:
            unit.append(draft("T-001", REDACTION, position=5, reason="a name", encounter="D1", revision=2))
        self._drop_guards()
        self.tables = {
            table: self.select(f"SELECT * FROM {table}") for table in ("ledger_entry", "ledger_study", "participant")
        }
        self.entries = [Envelope._make(row) for row in self.select("SELECT * FROM ledger_entry ORDER BY position")]
        self.redaction = self.entries[-1].position
        self.seal = Seal(self.entries[-1].position, self.entries[-1].seal)

    def select(self, statement: str) -> list[tuple[Any, ...]]:
        with self.database.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        with self.database.cursor() as cursor:
            cursor.execute(statement, parameters)

    def restore(self) -> None:
        """The honest ledger again."""
        for table, rows in self.tables.items():
            self.write(table, rows)

    def write(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """These rows and no others."""
        with self.database.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
            cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)

    def verify(self, seal: Seal | None = None) -> VerifyReport:
        """The verdict, apart from the guards, which are known to be gone."""
        report = verify_ledger(self.database, seal)
        assert {finding.code for finding in report.findings} >= {"guard-missing"}
        return report

    def faults(self, seal: Seal | None = None) -> set[str]:
        """The codes of what is wrong with entries and heads."""
        return {finding.code for finding in self.verify(seal).findings} - {"guard-missing"}

    def named(self, report: VerifyReport, position: int) -> bool:
        """Whether the entry is named as the first bad one; without its redaction, the blank entry 5 is bad too."""
        return report.first_bad == position or (position == self.redaction and report.first_bad == 5)

    def _drop_guards(self) -> None:
        if self.database.vendor == "sqlite":
            for (name,) in self.select("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                self.run(f"DROP TRIGGER {name}")
        else:
            for name, table in self.select(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
            ):
                self.run(f"DROP TRIGGER {name} ON {table}")


@pytest.fixture
def bench(database: BaseDatabaseWrapper) -> Iterator[Bench]:
    yield Bench(database)


def test_the_honest_ledger_verifies_with_its_redaction(bench: Bench) -> None:
    assert bench.faults(bench.seal) == set()
    install_guards(bench.database)
    report = verify_ledger(bench.database, bench.seal)
    assert (report.findings, report.first_bad, report.unproven) == ((), None, ())
    assert (report.entries, report.seal) == (len(bench.entries), bench.seal)
    assert (report.study, report.purpose) == (STUDY, "VIRTUAL")


@st.composite
def _edits(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    """A change of one byte: replaced, removed, put in, or everything gone."""
    kind, byte, place = draw(st.sampled_from("=-+0")), draw(st.integers(0, 255)), draw(st.integers(0, 10**6))

    def edit(data: bytes) -> bytes:
        at = place % (len(data) + 1)
        if kind == "=":
            return data[:at] + bytes([byte]) + data[at + 1 :]
        if kind == "-":
            return data[:at] + data[at + 1 :]
        return data[:at] + bytes([byte]) + data[at:] if kind == "+" else b""

    return edit


@many
@given(st.integers(0, 10**6), st.sampled_from(TEXTS), _edits())
def test_a_changed_byte_of_any_text_is_found_and_its_entry_named(
    bench: Bench, which: int, column: str, edit: Callable[[bytes], bytes]
) -> None:
    entry = bench.entries[which % len(bench.entries)]
    before = str(getattr(entry, column)).encode()
    after = edit(before)
    assume(after != before)
    place, value = "CAST(%s AS TEXT)", after
    if bench.database.vendor == "postgresql":  # which itself refuses NUL and what is no UTF-8
        place, value = "%s", after.decode("latin-1").replace("\0", "¿")
        assume(value != before.decode())
    try:
        bench.run(f"UPDATE ledger_entry SET {column} = {place} WHERE position = %s", (value, entry.position))
    except IntegrityError:
        reject()  # the first entry of another participant: two first entries are refused by the table itself
    report = bench.verify()
    bench.restore()
    assert bench.named(report, entry.position), report.findings


@few
@given(st.integers(0, 10**6), st.sampled_from(NUMBERS), st.integers(-(2**31), 2**31 - 1))
def test_a_changed_number_is_found_and_its_entry_named(bench: Bench, which: int, column: str, value: int) -> None:
    entry = bench.entries[which % len(bench.entries)]
    taken = {
        getattr(other, column)
        for other in bench.entries
        if column == "position" or other.participant == entry.participant
    }
    assume(value not in taken)
    bench.run(f"UPDATE ledger_entry SET {column} = %s WHERE position = %s", (value, entry.position))
    report = bench.verify()
    bench.restore()
    assert bench.named(report, entry.position), report.findings


@few
@given(st.integers(0, 10**6))
def test_a_deleted_entry_is_found_and_named(bench: Bench, which: int) -> None:
    entry = bench.entries[which % len(bench.entries)]
    bench.run("DELETE FROM ledger_entry WHERE position = %s", (entry.position,))
    report = bench.verify()
    bench.restore()
    assert bench.named(report, entry.position), report.findings


@few
@given(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.sampled_from([(), ("position",), ("position", "hash", "seal", "prev")]),
)
def test_swapped_entries_are_found_and_the_first_is_named(
    bench: Bench, one: int, other: int, fixed: tuple[str, ...]
) -> None:
    """Two rows trade all their columns but their positions, or also but their places in the chain."""
    first, second = sorted((one % len(bench.entries), other % len(bench.entries)))
    assume(first != second)
    a, b = bench.entries[first], bench.entries[second]
    keep = fixed or ("position",)
    rows = list(bench.entries)
    rows[first] = b._replace(**{name: getattr(a, name) for name in keep})
    rows[second] = a._replace(**{name: getattr(b, name) for name in keep})
    bench.write("ledger_entry", rows)
    report = bench.verify()
    bench.restore()
    assert report.first_bad == a.position, report.findings


@few
@given(st.integers(0, 10**6))
def test_an_inserted_entry_is_found_however_well_it_was_made(bench: Bench, which: int) -> None:
    """It is hashed and sealed like ours and all positions after it are moved; the old hashes no longer fit."""
    at = which % len(bench.entries)
    before = bench.entries[at]
    chain = max(
        (ChainHead(e.seq, e.hash) for e in bench.entries[: at + 1] if e.participant == "T-001"),
        key=lambda h: h.seq,
        default=ChainHead(),
    )
    forged = compute_envelope(
        draft("T-001", "form_recorded", encounter="D9"),
        before.at,
        "0" * 32,
        STUDY,
        chain,
        LedgerHead(before.position, before.seal, before.at),
    )
    moved = [
        entry._replace(position=entry.position + 1, seq=entry.seq + (entry.participant == "T-001"))
        for entry in bench.entries[at + 1 :]
    ]
    bench.write("ledger_entry", [*bench.entries[: at + 1], forged, *moved])
    report = bench.verify()
    bench.restore()
    # What comes after the forged entry no longer follows; at the end only the heads tell.
    assert report.first_bad in (forged.position, forged.position + 1), report.findings


def test_an_entry_outside_the_positions_is_found(bench: Bench) -> None:
    bench.write("ledger_entry", [bench.entries[0]._replace(position=-3, participant="T-777"), *bench.entries])
    assert bench.faults() == {"position-gap"}


def _rechain(entries: Sequence[Envelope]) -> list[Envelope]:
    """The entries with every hash and seal computed anew, as somebody would who owns the database and the code."""
    out: list[Envelope] = []
    chains: dict[str, ChainHead] = {}
    ledger = LedgerHead()
    for old in entries:
        new_draft = Draft(old.participant, old.act, old.payload or "{}", old.actor, old.role, old.site, old.version)
        new = compute_envelope(new_draft, old.at, "1" * 32, STUDY, chains.get(old.participant, ChainHead()), ledger)
        chains[new.participant], ledger = ChainHead(new.seq, new.hash), LedgerHead(new.position, new.seal, new.at)
        out.append(new)
    return out


def _forge(bench: Bench, entries: Sequence[Envelope]) -> None:
    """Put these entries in, with heads that fit."""
    last, study = entries[-1], bench.tables["ledger_study"][0]
    own = [entry for entry in entries if not entry.participant][-1]
    row = StudyRow(study[1], study[2], last.position, last.seal, last.at, own.seq, own.hash)
    heads = {entry.participant: entry for entry in entries if entry.participant}
    participants = [
        ParticipantRow._make(old)._replace(seq=heads[old[0]].seq, hash=heads[old[0]].hash)
        for old in bench.tables["participant"]
        if old[0] in heads
    ]
    bench.write("ledger_entry", entries)
    bench.write("ledger_study", [(1, *row)])
    bench.write("participant", participants)


@few
@given(st.integers(1, 8))
def test_a_cut_tail_is_found_against_a_seal_and_only_against_a_seal(bench: Bench, cut: int) -> None:
    _forge(bench, bench.entries[:-cut])
    without, with_seal = bench.verify(), bench.verify(bench.seal)
    bench.restore()
    codes = {finding.code for finding in without.findings}
    assert codes - {"guard-missing"} == {"redaction-missing"}  # the redaction was the last entry
    assert "cut off the end" in without.unproven[0]
    assert "tail-cut" in {finding.code for finding in with_seal.findings}


@few
@given(st.integers(0, 10**6))
def test_a_recomputed_chain_is_found_against_a_seal_and_only_against_a_seal(bench: Bench, which: int) -> None:
    changed = list(bench.entries)
    at = which % len(changed)
    changed[at] = changed[at]._replace(actor="mallory")
    _forge(bench, _rechain(changed))
    without, with_seal = bench.faults(), bench.faults(bench.seal)
    early = bench.faults(Seal(at, bench.entries[at - 1].seal)) if at else None
    bench.restore()
    assert without == set()
    assert with_seal == {"seal-mismatch"}
    assert early in (None, {"seal-mismatch"})


def test_an_older_seal_says_what_it_does_not_reach(bench: Bench) -> None:
    report = bench.verify(Seal(3, bench.entries[2].seal))
    assert {finding.code for finding in report.findings} == {"guard-missing"}
    assert f"of the {len(bench.entries) - 3} entries after it" in report.unproven[0]


def test_a_changed_purpose_is_found(bench: Bench) -> None:
    bench.run("UPDATE ledger_study SET purpose = 'PRODUCTION'")
    assert bench.faults() == {"purpose"}


@pytest.mark.parametrize("table", ["participant", "ledger_study"])
def test_a_head_that_does_not_fit_is_found(bench: Bench, table: str) -> None:
    bench.run(f"UPDATE {table} SET hash = 'x'")
    assert bench.faults() == {"chain-head"}
    bench.restore()
    bench.run("DELETE FROM participant WHERE code = 'T-002'")
    assert bench.faults() == {"chain-head"}


def test_a_time_that_runs_backwards_is_found_in_a_well_made_chain(bench: Bench) -> None:
    entries = list(bench.entries)
    entries[7] = entries[7]._replace(at=entries[2].at)
    _forge(bench, _rechain(entries))
    report = bench.verify()
    assert ({finding.code for finding in report.findings} - {"guard-missing"}, report.first_bad) == ({"time-order"}, 8)


@pytest.mark.parametrize("fresh_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("table", "column"), [("participant", "hash"), ("participant", "code"), ("ledger_study", "hash")]
)
def test_bytes_that_are_no_text_are_found_in_the_heads_too(bench: Bench, table: str, column: str) -> None:
    bench.run(f"UPDATE {table} SET {column} = CAST(%s AS TEXT) WHERE rowid = 1", (b"\xff\xfe",))
    report = bench.verify()
    assert {finding.code for finding in report.findings} == {"chain-head", "guard-missing"}
    assert all(str(finding).encode() for finding in report.findings), "the findings can be printed"


@pytest.mark.parametrize("column", ["payload", "seal"])
@pytest.mark.parametrize("fresh_url", ["sqlite"], indirect=True)
def test_bytes_that_are_no_text_are_found_where_the_ledger_begins(bench: Bench, column: str) -> None:
    bench.run(f"UPDATE ledger_entry SET {column} = CAST(%s AS TEXT) WHERE position = 1", (b"\xff\xfe",))
    assert bench.verify(Seal(1, bench.entries[0].seal)).first_bad == 1


def test_a_database_without_a_ledger_says_so(database: BaseDatabaseWrapper) -> None:
    assert [finding.code for finding in verify_ledger(database).findings] == ["no-ledger"]
