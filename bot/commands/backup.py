"""A copy of the database while the bot runs, and its way back. For the embedded database; PostgreSQL has its own tools.

A backup is one file, checked, readable by its owner alone, and there whole or not at all.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from bot.commands.migrate import migrate, newest
from bot.engine.database import Database
from models.system import sending
from models.system.marks import Seen

PATIENCE = 30.0  # seconds to wait for a writer
ELSEWHERE = """This database is PostgreSQL, which has its own tools (any time, the bot may run):
  pg_dump --format=custom --file={file} {name}
Back, with every process of the bot stopped:
  pg_restore --clean --if-exists --single-transaction --dbname={name} {file}
Add --host, --port and --username as in DATABASE_URL."""


def back_up(url: str, file: Path, *, force: bool = False) -> str:
    """Copy the database as it is at one moment; gives a line about it. SystemExit with a sentence when it cannot."""
    database = _embedded(url, file)
    if not database.exists():
        raise SystemExit(f"There is no database at {database}: is DATABASE_URL right?")
    _may_write(file, database, force=force)
    with _refusals(f"The backup failed and {file} was not written"), _beside(file) as part:
        with closing(_connect(database)) as source:
            _copy(source, part)
        step = _examine(part)
        os.replace(part, file)
        _settle(file.parent)
    return f"{file}: {file.stat().st_size:,} bytes, tables of step {step}, checked"


def restore(url: str, file: Path, *, force: bool = False) -> str:
    """Put a backup in the place of the database, with the tables brought to this version; nobody may be using it."""
    database = _embedded(url, file)
    if not file.is_file():
        raise SystemExit(f"There is no file {file}.")
    database.parent.mkdir(parents=True, exist_ok=True)
    _may_write(database, file, force=force)
    with _refusals(f"{file} was not restored; the database is as it was"), _beside(database) as part:
        with closing(_connect(file, read_only=True)) as source:
            _copy(source, part)
        step = _examine(part)
        if step > newest():
            raise SystemExit(
                f"{file} belongs to a newer version of the bot (its tables stand at step {step}, this version knows "
                f"{newest()}): install that version first."
            )
        migrate(f"sqlite:///{part}")
        doubtful, last = _ready(f"sqlite:///{part}")
        _pour(part, database)
    said = [f"{database}: restored, the last update in it is of {f'{last:%Y-%m-%d %H:%M} UTC' if last else 'no day'}"]
    said += [f"tables brought from step {step} to {newest()}"] if step != newest() else []
    said += [f"{doubtful} digests that may have gone already are not sent again"] if doubtful else []
    return "; ".join(said)


def _embedded(url: str, file: Path) -> Path:
    """The file of an embedded database; for another one, what to do instead."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        raise SystemExit(ELSEWHERE.format(file=file, name=address.database))
    return Path(address.database or "")


def _may_write(target: Path, other: Path, *, force: bool) -> None:
    if target.exists() and other.exists() and target.samefile(other):
        raise SystemExit("The backup and the database are the same file.")
    if not target.parent.is_dir():
        raise SystemExit(f"There is no folder {target.parent}.")
    if target.exists() and not force:
        raise SystemExit(f"{target} is there already; with --force it is replaced.")


@contextmanager
def _refusals(failed: str) -> Iterator[None]:
    """What the disk or a file refuses is a sentence."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise SystemExit(f"{failed}: {error}.") from None


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A file of our own in the target's folder, which is gone afterwards unless it was moved away."""
    part = target.with_name(f".{target.name}.part")
    _remove(part)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield part
    finally:
        _remove(part)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection to a file that exists; a file on its own is read without a trace beside it."""
    alone = read_only and not path.with_name(f"{path.name}-wal").exists()
    how = "mode=ro&immutable=1" if alone else "mode=rw"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=PATIENCE, isolation_level=None)


def _copy(source: sqlite3.Connection, part: Path) -> None:
    """All pages in one step: readers see one moment, writers go on, and nothing makes it begin anew."""
    with closing(_connect(part)) as sink:
        source.backup(sink)
        sink.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    with part.open("rb") as written:
        os.fsync(written.fileno())


def _examine(part: Path) -> str:
    """The step of the tables in a sound database of ours; SystemExit for anything else."""
    with closing(_connect(part)) as copy:
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok" or copy.execute("PRAGMA foreign_key_check").fetchone():
            raise SystemExit(f"The copy is damaged ({verdict}); nothing was replaced.")
        if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
            raise SystemExit("This is not a database of the bot; nothing was replaced.")
        row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else ""


def _settle(folder: Path) -> None:
    """Make the new name in a folder durable."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _ready(url: str) -> tuple[int, datetime | None]:
    """Make earlier rows fit to go on from: digests that may have gone are set aside; how many, and the last update."""
    database = Database(url)
    try:
        doubtful = database.submit(sending.set_aside_doubtful).result()
        return doubtful, database.submit(lambda session: session.scalar(select(func.max(Seen.seen_at)))).result()
    finally:
        database.close()


def _pour(part: Path, database: Path) -> None:
    """The copy becomes the database in one transaction, which a crash undoes; refused while somebody has it open."""
    if not database.exists():
        _remove(database)  # a journal that an earlier file left there would be played into this one
        os.replace(part, database)
        return _settle(database.parent)
    with closing(_connect(part)) as source, closing(_connect(database)) as sink:
        if not _alone(sink, database):
            raise SystemExit(f"{database} is in use: stop the bot, and whatever else has it open, and try again.")
        source.backup(sink)
    return None


def _alone(sink: sqlite3.Connection, database: Path) -> bool:
    """Whether nobody else has the database open: only then does SQLite let its journal be changed."""
    sink.execute("PRAGMA busy_timeout=1000")
    try:
        return bool(sink.execute("PRAGMA journal_mode=DELETE").fetchone()[0] == "delete")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorname == "SQLITE_NOTADB":
            raise SystemExit(f"{database} is damaged: move it away (and what is beside it), and try again.") from None
        if error.sqlite_errorname not in ("SQLITE_BUSY", "SQLITE_LOCKED"):
            raise
        return False
