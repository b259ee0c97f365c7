"""The database locked, full or gone for a while, for a bot that is a process of its own."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.engine.database import Database
from tests.processes import BotProcess

NO_SPACE = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON seen EXECUTE FUNCTION full_disk();
CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON leases EXECUTE FUNCTION full_disk()
"""
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Somebody reads for long, and somebody holds what every turn must write to."""
    if url.startswith("sqlite"):
        file = url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(file)) as reader, closing(sqlite3.connect(file, isolation_level=None)) as lock:
            reader.execute("BEGIN").execute("SELECT * FROM letters").fetchone()
            lock.execute("BEGIN IMMEDIATE")
            yield
    else:
        address = make_url(url).set(drivername="postgresql").render_as_string()
        with psycopg.connect(address) as lock:
            lock.execute("LOCK TABLE seen, letters, leases IN ACCESS EXCLUSIVE MODE")
            yield
            lock.rollback()


@contextmanager
def full(bot: BotProcess, rows: Database) -> Iterator[None]:
    """No room: for an embedded database a limit on what the process may write, else the server's own error."""
    assert bot.child is not None
    if rows.embedded:
        before = resource.prlimit(bot.child.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        yield
        resource.prlimit(bot.child.pid, resource.RLIMIT_FSIZE, before)
    else:
        rows.submit(lambda session: session.execute(text(NO_SPACE))).result()
        yield
        rows.submit(lambda session: session.execute(text("DROP FUNCTION full_disk CASCADE"))).result()


@contextmanager
def gone(url: str) -> Iterator[None]:
    """A PostgreSQL database drops every connection and takes no other."""
    address = make_url(url)
    server = address.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{address.database}" ALLOW_CONNECTIONS false'.encode())
        admin.execute(CUT, (address.database,))
        try:
            yield
        finally:
            admin.execute(f'ALTER DATABASE "{address.database}" ALLOW_CONNECTIONS true'.encode())
