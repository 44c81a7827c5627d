"""The unit of work: numbering, states, locks, rollback, the clock, and how many statements an act takes."""

import collections
import signal
import sqlite3
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.store.samples import START, create, draft, fill, project, sample_ledger
from trialwright.ledger.envelope import STUDY_CHAIN
from trialwright.ledger.seal import ORIGIN
from trialwright.service.ledger import ClockWentBack, Contended, LedgerExists, NoLedger
from trialwright.service.unit import open_unit
from trialwright.store import pipeline
from trialwright.store.projections import check_projections, rebuild_projections
from trialwright.store.read import read_chain, read_entries, read_forms, read_participant, read_participants, read_study
from trialwright.store.verify import verify_ledger

# SQLite has one write lock, taken at the beginning: a second writer waits before it has looked.
only_postgresql = pytest.mark.parametrize("fresh_url", ["postgresql"], indirect=True)


def test_entries_are_numbered_linked_and_read_back_as_written(database: BaseDatabaseWrapper) -> None:
    written = fill(sample_ledger())
    assert list(read_entries(database)) == written
    assert [entry.position for entry in written] == list(range(1, len(written) + 1))
    chain = read_chain(database, "T-002")
    assert [entry.seq for entry in chain] == [1, 2, 3, 4]
    assert chain[0].prev == ORIGIN
    assert [entry.prev for entry in chain[1:]] == [entry.hash for entry in chain[:-1]]
    study = read_study(database)
    assert study is not None
    assert (study.position, study.seal, study.at) == (written[-1].position, written[-1].seal, written[-1].at)
    head = read_participant(database, "T-002")
    assert head is not None
    assert (head.seq, head.hash, head.site, head.status) == (4, chain[-1].hash, "01", "SCREENED")


def test_a_unit_sees_its_own_entries_and_the_next_unit_sees_them_too(database: BaseDatabaseWrapper) -> None:
    ledger = sample_ledger()
    create(ledger)
    with open_unit(ledger) as unit:
        assert not unit.is_known("T-001")
        assert unit.subject("T-001") == ()
        unit.append(draft("T-001", "screened", encounter="S", revision=0))
        assert len(unit.subject("T-001")) == 1
        assert unit.study() == {"ledger_opened": 1, "screened": 1}
        assert unit.is_known("T-001")
    with open_unit(ledger) as unit:
        assert len(unit.subject("T-001")) == 1
        assert unit.study() == {"ledger_opened": 1, "screened": 1}


def test_a_second_process_state_is_brought_up_to_date(database: BaseDatabaseWrapper) -> None:
    """Two caches over one database stand for two processes."""
    clock = sample_ledger().clock
    here, there = sample_ledger(clock, 1), sample_ledger(clock, 2)
    create(here)
    for turn in range(6):
        ledger = (here, there)[turn % 2]
        with open_unit(ledger) as unit:
            assert len(unit.subject("T-001")) == turn
            assert unit.study().get("noted", 0) == turn
            unit.append(draft("T-001", "noted", turn=turn))
    assert verify_ledger(database).holds


def test_a_state_folded_after_the_append_counts_each_entry_once(database: BaseDatabaseWrapper) -> None:
    ledger = sample_ledger()
    fill(ledger)
    for fresh in (ledger, sample_ledger(lambda: START + timedelta(days=1))):
        with open_unit(fresh) as unit:
            before = len(read_chain(database, "T-001"))
            unit.append(draft("T-001", "noted"), START + timedelta(days=1))
            assert len(unit.subject("T-001")) == before + 1
            assert unit.study()["noted"] == before - 3


def test_after_a_rollback_nothing_is_left_in_the_database_or_in_memory(database: BaseDatabaseWrapper) -> None:
    ledger = sample_ledger()
    before = fill(ledger)
    with pytest.raises(ZeroDivisionError), open_unit(ledger) as unit:
        unit.subject("T-001")
        unit.study()
        unit.append(draft("T-001", "noted"))
        unit.append(draft("T-009", "screened", encounter="S", revision=0))
        raise ZeroDivisionError
    assert list(read_entries(database)) == before
    assert len(read_participants(database)) == 3
    with open_unit(ledger) as unit:
        assert len(unit.subject("T-001")) == 4
        assert "noted" not in unit.study()
        assert not unit.is_known("T-009")
    assert verify_ledger(database).holds


@pytest.mark.req("A13")
def test_an_entry_before_the_last_ones_time_is_refused_and_nothing_is_written(database: BaseDatabaseWrapper) -> None:
    times = [START, START + timedelta(minutes=1), START + timedelta(minutes=1), START + timedelta(seconds=59)]
    ledger = sample_ledger(lambda: times.pop(0))
    create(ledger)
    for _ in range(2):  # the same microsecond is allowed, it happens in batches
        with open_unit(ledger) as unit:
            unit.append(draft("T-001", "noted"))
    with pytest.raises(ClockWentBack), open_unit(ledger) as unit:
        unit.append(draft("T-001", "noted"))
    with pytest.raises(ClockWentBack), open_unit(ledger) as unit:
        unit.append(draft("T-001", "noted"), START)
    assert [entry.seq for entry in read_chain(database, "T-001")] == [1, 2]


@pytest.mark.req("A13")
def test_a_time_without_zone_is_no_time_of_the_ledger(database: BaseDatabaseWrapper) -> None:
    with pytest.raises(ValueError, match="time zone"):
        create(sample_ledger(lambda: START.replace(tzinfo=None)))


def test_one_database_is_one_ledger(database: BaseDatabaseWrapper) -> None:
    ledger = sample_ledger()
    with pytest.raises(NoLedger), open_unit(ledger) as unit:
        unit.append(draft("T-001", "noted"))
    create(ledger)
    with pytest.raises(LedgerExists):
        create(ledger, "PRODUCTION")
    study = read_study(database)
    assert study is not None and study.purpose == "VIRTUAL"


def test_a_unit_does_not_hide_inside_another_transaction(database: BaseDatabaseWrapper) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError), open_unit(sample_ledger()):
        pass


@pytest.mark.parametrize("bad", ["a\0b", "half \ud800"])
def test_texts_that_a_database_cannot_keep_are_refused(database: BaseDatabaseWrapper, bad: str) -> None:
    ledger = sample_ledger()
    create(ledger)
    with pytest.raises(ValueError, match="text of the ledger"), open_unit(ledger) as unit:
        unit.append(draft("T-001", "noted", actor=bad))


@pytest.mark.parametrize("fresh_url", ["sqlite"], indirect=True)
def test_a_database_that_stays_locked_is_contention_and_no_crash(database: BaseDatabaseWrapper) -> None:
    ledger = sample_ledger()
    create(ledger)
    database.connection.execute("PRAGMA busy_timeout = 20")
    with closing(sqlite3.connect(database.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Contended), open_unit(ledger) as unit:
            unit.append(draft("T-001", "noted"))
        other.execute("ROLLBACK")
    with open_unit(ledger) as unit:
        assert unit.append(draft("T-001", "noted")).position == 2


def test_threads_share_states_and_never_a_connection(database: BaseDatabaseWrapper) -> None:
    ledger = sample_ledger(lambda: datetime.now(UTC))
    create(ledger)
    seen: list[int] = []

    def act(code: str) -> int:
        with open_unit(ledger, code) as unit:
            state = unit.subject(code)
            assert unit.study().get("noted", 0) == unit.head().position - 1
            unit.append(draft(code, "noted"))
        return len(state)

    def work() -> None:
        for number in range(40):
            done = False
            while not done:
                with suppress(Contended):  # two may want to be a participant's first
                    seen.append(act(f"T-{number % 3:03d}"))
                    done = True
        connections["default"].close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == sorted(number for code in range(3) for number in range(len(range(code, 40, 3)) * 3))
    assert verify_ledger(database).holds


@only_postgresql
def test_a_unit_that_is_interrupted_leaves_a_usable_ledger(database: BaseDatabaseWrapper) -> None:
    """Ctrl-C while the unit waits for a lock of somebody else."""
    ledger = sample_ledger()
    create(ledger)
    options = database.get_connection_params()
    # As Ctrl-C does; SIGINT itself is ignored where a shell has started the tests in the background.
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    with psycopg.connect(dbname=options["dbname"], host=options["host"], user=options["user"]) as other:
        other.execute("SELECT 1 FROM ledger_study FOR UPDATE")
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(KeyboardInterrupt), open_unit(ledger) as unit:
            unit.append(draft("T-001", "noted"))
    signal.signal(signal.SIGALRM, before)
    with open_unit(ledger) as unit:
        assert unit.append(draft("T-001", "noted")).position == 2
    assert verify_ledger(database).holds


@only_postgresql
def test_after_the_server_dropped_the_connection_the_next_unit_opens_another(database: BaseDatabaseWrapper) -> None:
    ledger = sample_ledger()
    create(ledger)
    backend = database.connection.info.backend_pid
    options = database.get_connection_params()
    with psycopg.connect(dbname=options["dbname"], host=options["host"], user=options["user"]) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
    with pytest.raises(psycopg.OperationalError), open_unit(ledger) as unit:
        unit.append(draft("T-001", "noted"))
    with open_unit(ledger) as unit:
        assert unit.append(draft("T-001", "noted")).position == 2


def test_a_code_is_one_however_its_letters_were_composed(database: BaseDatabaseWrapper) -> None:
    ledger = sample_ledger()
    create(ledger)
    for code in ("T-é", "T-e\u0301"):
        with open_unit(ledger, code) as unit:
            unit.append(draft(code, "noted"))
            unit.subject(code)
    with open_unit(ledger) as unit:
        assert len(unit.subject("T-é")) == 2
    assert [row.code for row in read_participants(database)] == ["T-é"]


def test_a_unit_of_many_acts_is_one_transaction(database: BaseDatabaseWrapper) -> None:
    """With more statements than are sent by hand; the states follow every act."""
    ledger = sample_ledger()
    create(ledger)
    with open_unit(ledger) as unit:
        for number in range(300):
            code = f"T-{number % 60:03d}"
            assert len(unit.subject(code)) == number // 60
            assert unit.study().get("form_recorded", 0) == number
            unit.append(draft(code, "form_recorded", encounter=f"D{number // 60}", revision=1))
        head = read_study(database)
        assert head is not None and head.position == 1, "nothing is written before the unit ends"
    assert verify_ledger(database).entries == 301
    assert verify_ledger(database).holds
    assert check_projections(database, project) == []
    assert len(read_forms(database, "T-007")) == 5


def test_an_act_takes_at_most_eight_statements(database: BaseDatabaseWrapper) -> None:
    ledger = sample_ledger()
    fill(ledger)

    def act() -> None:
        with open_unit(ledger, "T-001") as unit:
            unit.subject("T-001")
            unit.study()
            unit.append(draft("T-001", "form_recorded", encounter="D1", revision=2), unit.now())

    act()
    statements = _count_sqlite(database, act) if database.vendor == "sqlite" else _count_postgresql(database, act)
    assert statements == ["BEGIN", "SELECT", "SELECT", "INSERT", "UPDATE", "INSERT", "UPDATE", "COMMIT"]


def _count_sqlite(database: BaseDatabaseWrapper, act: Callable[[], None]) -> list[str]:
    """The statements as SQLite itself reports them; it repeats one whose trigger was asked, which is left out."""
    seen: list[str] = []
    database.connection.set_trace_callback(seen.append)
    act()
    database.connection.set_trace_callback(None)
    once = [text for before, text in zip(["", *seen], seen, strict=False) if text != before]
    return [text.split()[0] for text in once]


def _count_postgresql(database: BaseDatabaseWrapper, act: Callable[[], None]) -> list[str]:
    """The statements as libpq's own trace shows them, their texts by making the server prepare them anew."""
    raw = database.connection
    pipeline._prepared.clear()
    raw.pgconn.exec_(b"DEALLOCATE ALL")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace"
        with path.open("w") as stream:
            raw.pgconn.trace(stream.fileno())
            act()
            raw.pgconn.untrace()
        sent = [line for line in path.read_text().splitlines() if "\tF\t" in line]
    kinds = collections.Counter(line.split("\t")[3].split()[0] for line in sent)
    texts = [line.split('"')[3].split()[0] for line in sent if "\tParse\t" in line]
    assert (kinds["Execute"], kinds["Query"], kinds["Sync"]) == (len(texts), 0, 2), "two round trips, nothing beside"
    return texts


@only_postgresql
def test_a_participant_locked_by_another_is_not_waited_for_out_of_order(database: BaseDatabaseWrapper) -> None:
    ledger = sample_ledger()
    fill(ledger)
    options = database.get_connection_params()
    with psycopg.connect(dbname=options["dbname"], host=options["host"], user=options["user"]) as other:
        other.execute("SELECT 1 FROM participant WHERE code = 'T-001' FOR UPDATE")
        with pytest.raises(Contended), open_unit(ledger) as unit:
            unit.now()
            unit.subject("T-001")
        with pytest.raises(Contended), open_unit(ledger) as unit:
            unit.subject("T-002")
            unit.subject("T-001")
    with open_unit(ledger) as unit:
        assert len(unit.subject("T-001")) == 4


@only_postgresql
def test_two_writers_of_one_new_participant_collide(database: BaseDatabaseWrapper) -> None:
    ledger = sample_ledger()
    create(ledger)
    options = database.get_connection_params()
    with pytest.raises(Contended), open_unit(ledger) as unit:
        assert not unit.is_known("T-001")
        with psycopg.connect(dbname=options["dbname"], host=options["host"], user=options["user"]) as other:
            other.execute("INSERT INTO participant VALUES ('T-001', 0, '', 0, '', '', '', '', '', '', '')")
        unit.append(draft("T-001", "screened", encounter="S", revision=0))


@pytest.mark.req("A12")
def test_cached_rows_equal_the_replay_and_can_be_rebuilt(database: BaseDatabaseWrapper) -> None:
    fill(sample_ledger())
    assert check_projections(database, project) == []
    forms, participants = read_forms(database), read_participants(database)
    assert len(forms) == 9
    with database.cursor() as cursor:
        cursor.execute("UPDATE form_state SET revision = 7 WHERE participant = 'T-001' AND encounter = 'D1'")
        cursor.execute("DELETE FROM form_state WHERE participant = 'T-002' AND encounter = 'D2'")
        cursor.execute("INSERT INTO form_state VALUES ('T-003', 'D9', 'vitals', 0, 1, 5, 'SAVED')")
        cursor.execute("UPDATE participant SET status = 'DEAD' WHERE code = 'T-003'")
    found = {str(finding.place) for finding in check_projections(database, project)}
    assert found == {
        "form_state T-001 D1 vitals 0",
        "form_state T-002 D2 vitals 0",
        "form_state T-003 D9 vitals 0",
        "participant T-003",
    }
    rebuild_projections(database, project)
    assert (read_forms(database), read_participants(database)) == (forms, participants)
    assert check_projections(database, project) == []


def test_the_studys_chain_is_no_participant(database: BaseDatabaseWrapper) -> None:
    ledger = sample_ledger()
    create(ledger)
    with open_unit(ledger) as unit:
        entry = unit.append(draft(STUDY_CHAIN, "site_activated"))
        with pytest.raises(ValueError, match="no participant"):
            unit.subject(STUDY_CHAIN)
    assert (entry.seq, entry.at) == (2, "2020-02-01T08:00:01.000000Z")
    assert START.tzinfo is UTC
    assert [row.code for row in read_participants(database)] == []
