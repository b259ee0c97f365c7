"""Databases for tests: each test gets its own migrated SQLite file or PostgreSQL database, cheaply.

The PostgreSQL server comes from the system's package and belongs to one test process: a free port, a data directory of
its own, no fsync, and it dies with its process however that ends. A template is migrated once and copied per test.
"""

import os
import pwd
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TypedDict

import psycopg
from sqlalchemy.engine import make_url

MISSING = (
    "PostgreSQL is missing: install the package 'postgresql' (apt-get install postgresql), or put its bin on PATH."
)
STARTS_WITHIN = 30.0  # seconds, on a busy machine
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "autovacuum": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    # What an ordinary installation in Hangzhou has, so that a moment stored without its zone comes back wrong.
    "timezone": "Asia/Shanghai",
}


class Account(TypedDict, total=False):
    """How `subprocess` is told to run something as another user."""

    user: str
    group: int
    extra_groups: list[int]


def migrate(url: str) -> None:
    """Bring an empty database to the newest tables, the way `python -m bot migrate` does."""
    from bot.commands.migrate import migrate as upgrade

    upgrade(url)


class Servers:
    """Hands out fresh databases; starts PostgreSQL when the first one is asked for and stops it with `stop`."""

    def __init__(self, migrate: Callable[[str], None] = migrate) -> None:
        self._migrate = migrate
        self._names = (f"t{number}" for number in count(1))

    def sqlite_url(self, tmp_path: Path) -> str:
        """Give the address of a new migrated SQLite file in a test's own directory."""
        path = tmp_path / f"{next(self._names)}.db"
        shutil.copyfile(self._sqlite_template, path)
        return f"sqlite:///{path}"

    def postgres_url(self) -> str:
        """Give the address of a new migrated PostgreSQL database; hand it to `drop` when the test is over."""
        return self._postgres.create(next(self._names), template=self._postgres_template)

    def drop(self, url: str) -> None:
        """Remove a database that was handed out, closing whatever is still connected to it."""
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                Path(f"{address.database}{suffix}").unlink(missing_ok=True)
        else:
            self._postgres.drop(str(address.database))

    @contextmanager
    def without_postgres(self) -> Iterator[None]:
        """The server stops, whoever is connected to it, and starts again."""
        self._postgres.halt()
        try:
            yield
        finally:
            self._postgres.resume()

    def stop(self) -> None:
        """Stop the server, if it was ever started, and remove every file."""
        if "_postgres" in vars(self):
            self._postgres.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    @cached_property
    def _directory(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="incubation-sqlite-"))

    @cached_property
    def _sqlite_template(self) -> Path:
        path = self._directory / "template.db"
        self._migrate(f"sqlite:///{path}")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # only the file itself is copied
        return path

    @cached_property
    def _postgres(self) -> "Postgres":
        return Postgres()

    @cached_property
    def _postgres_template(self) -> str:
        name, server = "migrated", self._postgres
        server.drop(name)  # left by an attempt that failed
        self._migrate(server.create(name, template="template0"))
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        return name


class Postgres:
    """A private PostgreSQL server, up from the moment it is made until `stop`."""

    def __init__(self) -> None:
        self._binaries = find_binaries()
        self._account = unprivileged_account()
        self.directory = Path(tempfile.mkdtemp(prefix="incubation-postgres-", dir=memory()))
        if "user" in self._account:
            shutil.chown(self.directory, self._account["user"])
        self.port = free_port()
        self._initialise()
        self._process = self._start()
        self._admin = self._connect()
        self._copying = "STRATEGY file_copy" if self._admin.info.server_version >= 150000 else ""

    @property
    def pid(self) -> int:
        """The process whose children serve the connections."""
        return self._process.pid

    def create(self, name: str, *, template: str) -> str:
        """Copy a template database under a new name and give its address."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {self._copying}')
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def drop(self, name: str) -> None:
        """Remove a database, closing whatever is still connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str) -> None:
        """Run one statement as the superuser, outside any transaction."""
        self._admin.execute(statement.encode())

    def halt(self) -> None:
        """Stop as for a restart: connections are cut, data are kept."""
        self._admin.close()
        self._process.send_signal(signal.SIGINT)
        self._process.wait()

    def resume(self) -> None:
        """Start again after `halt`."""
        self._process = self._start()
        self._admin = self._connect()

    def stop(self) -> None:
        """Stop at once and remove the data: nothing in here is worth a checkpoint."""
        self._admin.close()
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _initialise(self) -> None:
        options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        command = [str(self._binaries / "initdb"), f"--pgdata={self.directory}/data", *options]
        made = subprocess.run(command, cwd="/", capture_output=True, text=True, **self._account)
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr}")

    def _start(self) -> subprocess.Popen[bytes]:
        settings = SETTINGS | {"unix_socket_directories": str(self.directory), "port": str(self.port)}
        options = [f"--{name}={value}" for name, value in settings.items()]
        command = [*dies_with_us(), str(self._binaries / "postgres"), "-D", f"{self.directory}/data", *options]
        with self._log.open("wb") as log:
            # A session of its own, so that Ctrl-C reaches the tests first and they can close what they have open.
            return subprocess.Popen(command, cwd="/", stdout=log, stderr=log, start_new_session=True, **self._account)

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        deadline = time.monotonic() + STARTS_WITHIN
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                return psycopg.connect(host="127.0.0.1", port=self.port, user="postgres", autocommit=True)
            except psycopg.OperationalError:
                time.sleep(0.02)
        self._process.kill()
        raise RuntimeError(f"PostgreSQL did not start: {self._log.read_text(errors='replace')}")

    @property
    def _log(self) -> Path:
        return self.directory / "log"


def find_binaries() -> Path:
    """Find the newest server on the machine; Debian keeps it off PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    if debian or on_path:
        return (debian[-1] if debian else Path(str(on_path))).parent
    if shutil.which("pg_config"):
        answer = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
        if (Path(answer.stdout.strip()) / "initdb").exists():
            return Path(answer.stdout.strip())
    raise RuntimeError(MISSING)


def memory() -> str | None:
    """Name the machine's file system in memory if it has room for a server, on which a copy costs 6 ms, not 100."""
    shared = Path("/dev/shm")
    roomy = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 2**30
    return str(shared) if roomy else None


def unprivileged_account() -> Account:
    """Name the account to run the server as: PostgreSQL refuses root, so root lends it one from the system."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in known else "nobody"
    return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}


def dies_with_us() -> list[str]:
    """Prefix a command so that the kernel stops it when this process is gone, even after kill -9 (Linux)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT", "--"] if setpriv else []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
