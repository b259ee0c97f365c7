"""The databases that tests are given: migrated, separate from each other, and gone when the test is over."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from tests.databases import Servers


def make_table(url: str) -> None:
    """Stand in for the migrations: one table, over a connection that is left open as a careless one would be."""
    with create_engine(url).begin() as connection:
        connection.execute(text("CREATE TABLE needs (id INTEGER PRIMARY KEY)"))


def rows(url: str) -> int:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM needs")).scalar_one())


@pytest.fixture(scope="module")
def own() -> Iterator[Servers]:
    servers = Servers(make_table)
    yield servers
    servers.stop()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_database_is_migrated_and_separate(own: Servers, tmp_path: Path, kind: str) -> None:
    def fresh() -> str:
        return own.sqlite_url(tmp_path) if kind == "sqlite" else own.postgres_url()

    first, second = fresh(), fresh()
    with create_engine(first).begin() as connection:
        connection.execute(text("INSERT INTO needs VALUES (1)"))
    assert (rows(first), rows(second)) == (1, 0)
    own.drop(first)
    with pytest.raises(OperationalError):
        rows(first)
    assert rows(second) == 0


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_server_dies_with_a_process_that_is_killed() -> None:
    code = "from tests.databases import Postgres; p = Postgres(); print(p.port, p.directory, flush=True); input()"
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    port, directory = child.stdout.readline().split()
    assert listening(int(port))
    child.kill()
    child.communicate()
    deadline = time.monotonic() + 20
    while listening(int(port)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not listening(int(port))
    shutil.rmtree(directory, ignore_errors=True)


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    servers = Servers(make_table)
    servers.drop(servers.sqlite_url(tmp_path))
    server = servers._postgres
    servers.stop()
    assert list(tmp_path.iterdir()) == []
    assert not server.directory.exists()
    assert not listening(server.port)
