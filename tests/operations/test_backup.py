"""Backup and restore: a drill with a bot under traffic, and everything that is refused with a sentence."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from bot.commands.backup import back_up, restore
from bot.commands.migrate import migrate
from bot.engine.database import Database
from bot.sandbox.people import Phone
from bot.sandbox.server import Sandbox
from models.system import clock
from models.system.accounts import Account, Person
from models.system.letters import Delivery, Kind, Letter
from models.system.marks import Seen
from tests.databases import Servers, find_binaries
from tests.operations.crew import Member, count, manned, until
from tests.processes import ROOT

FACTORY = "诸暨云溪袜业有限公司"
DIGEST, ANSWER = "一份汇总", "一个答复"


@pytest.fixture
def database_url(servers: Servers, tmp_path: Path) -> str:
    """SQLite alone: PostgreSQL has its own tools."""
    return servers.sqlite_url(tmp_path)


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


async def command(url: str, *words: str) -> tuple[int, str]:
    """`python -m bot …` as the operator types it: its exit code, and all it says."""
    made = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(made.communicate(), 60)
    return made.returncode or 0, said.decode()


async def consent(phone: Phone) -> None:
    phone.say("/start")
    await phone.receive("先说清", timeout=30)
    phone.tap_label("同意并开始")
    await phone.receive("已记下", timeout=30)


def on_their_way(session: Session) -> None:
    """A digest another process was about to send, and an answer for the morning."""
    reader = session.query(Account).filter_by(external_id="2").one()
    for text, kind, due in ((DIGEST, Kind.DIGEST, -60), (ANSWER, Kind.ANSWER, 3600)):
        letter = Letter(person_id=reader.person_id, account_id=reader.id, template="x", body=text)
        letter.kind, letter.status, letter.due_at = kind, Delivery.QUEUED, clock.now() + timedelta(seconds=due)
        if kind is Kind.DIGEST:
            letter.claimed_by, letter.claimed_until = "1-another", clock.machine() + timedelta(hours=1)
        session.add(letter)


def the_morning_comes(session: Session) -> None:
    for letter in session.query(Letter).filter(Letter.body == ANSWER):
        letter.due_at = clock.now()


async def test_the_drill(sandbox: Sandbox, rows: Database, database_url: str, tmp_path: Path) -> None:
    """Backup under traffic, more traffic, restore, and on it goes: from where the backup stood, with nothing half."""
    file = tmp_path / "nightly.backup"
    bot = Member(sandbox, database_url, tmp_path)
    wang, hui, late = (sandbox.world.person(n, name=name) for n, name in ((1, "王建国"), (2, "李会"), (3, "晚来")))
    crowd = [sandbox.world.person(number, name=f"人{number}") for number in range(11, 21)]
    async with manned(bot):
        await asyncio.gather(consent(wang), consent(hui))
        wang.say(FACTORY)
        await wang.receive("我理解为", timeout=30)
        rows.submit(on_their_way).result()
        talking = asyncio.gather(*(consent(phone) for phone in crowd))
        code, said = await command(database_url, "backup", str(file))
        assert (code, "checked" in said) == (0, True), said
        await talking
        assert file.stat().st_mode & 0o777 == 0o600 and sorted(tmp_path.glob("*nightly*")) == [file]
        code, said = await command(database_url, "backup", str(file))
        assert code == 1 and "--force" in said

        wang.tap_label("对，继续")
        await wang.receive("统一社会信用代码", timeout=30)
        lost_question = wang.messages[-1]
        await consent(late)
        rows.submit(the_morning_comes).result()
        await hui.receive(ANSWER, timeout=30)
        code, said = await command(database_url, "restore", str(file), "--force")
        assert code == 1 and "in use: stop the bot" in said
        assert count(rows, Account.external_id == "3") == 1
        rows.engine.dispose()
        assert await bot.end(signal.SIGTERM) == 0
    code, said = await command(database_url, "restore", str(file))
    assert code == 1 and "there already" in said
    code, said = await command(database_url, "restore", str(file), "--force")
    assert code == 0 and "1 digests that may have gone already are not sent again" in said, said
    sound(path_of(database_url))
    assert count(rows, Account.external_id == "3") == 0
    for phone in (wang, hui, late, *crowd):
        phone.read()
    async with manned(bot):
        wang.tap(lost_question.id, "跳过")  # a button the restored rows have never heard of
        await until(lambda: any(alert.get("text") for alert in wang.alerts))
        wang.say("对")
        await wang.receive("统一社会信用代码", timeout=30)
        late.say(FACTORY)
        await late.receive("先说清", timeout=30)  # whoever came after the backup is new
        rows.submit(the_morning_comes).result()
        await hui.receive(ANSWER, timeout=30)  # rather twice than never
        await asyncio.gather(*(answered(phone) for phone in crowd))
        await until(lambda: count(rows, Letter.status == Delivery.QUEUED) == 0)
    assert count(rows, Letter.body == DIGEST, Letter.status == Delivery.UNKNOWN) == 1
    assert not [m for phone in (hui, wang) for m in phone.messages if m.text == DIGEST or "没有办成" in m.text]


async def answered(phone: Phone) -> None:
    """Wherever the backup caught somebody, the next word is answered."""
    phone.say("/help")
    await phone.receive(timeout=30)


def sound(path: Path) -> None:
    with closing(sqlite3.connect(path)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert opened.execute("PRAGMA foreign_key_check").fetchall() == []


def test_each_backup_is_one_moment(database_url: str, tmp_path: Path) -> None:
    """Somebody moves one between two rows without end; in no backup is it missing, or there twice."""
    path = path_of(database_url)
    stop = threading.Event()

    def move() -> None:
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as writer:
            n = 0
            while not stop.is_set():
                n += 1
                writer.execute("BEGIN IMMEDIATE")
                writer.execute("DELETE FROM seen")
                writer.execute("INSERT INTO seen VALUES ('x', ?, '2026-11-23 09:00:00.000000')", (str(n),))
                writer.execute("COMMIT")

    mover = threading.Thread(target=move)
    mover.start()
    try:
        for n in range(8):
            file = tmp_path / f"{n}.backup"
            back_up(database_url, file)
            with closing(sqlite3.connect(file)) as copy:
                (number,) = copy.execute("SELECT count(*) FROM seen").fetchone()
            assert number == 1 or n == 0
    finally:
        stop.set()
        mover.join()


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(database_url: str, tmp_path: Path) -> None:
    old = f"sqlite:///{tmp_path}/old.sqlite"
    migrate(old)
    migrate(old, to="0003")
    file = tmp_path / "old.backup"
    assert "step 0003" in back_up(old, file)
    assert "tables brought from step 0003" in restore(database_url, file, force=True)
    database = Database(database_url)
    assert count(database, Person.id > 0) == 0
    database.close()
    with closing(sqlite3.connect(path_of(database_url))) as opened:
        assert opened.execute("SELECT count(*) FROM duties").fetchone() == (0,)


def damaged(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 9] = b"\xff" * 4096 * 6
    file.write_bytes(content)


def foreign(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE notes (text)")


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda file: file.unlink(), "There is no file"),
        (lambda file: file.write_bytes(b"a letter, not a database" * 100), "not a database"),
        (damaged, "damaged|malformed"),
        (foreign, "not a database of the bot"),
        (newer, "newer version of the bot"),
    ],
    ids=["missing", "no database", "damaged", "somebody else's", "of a newer version"],
)
def test_what_is_no_backup_is_refused_and_the_database_kept(
    database_url: str, tmp_path: Path, spoil: Any, words: str
) -> None:
    file, path = tmp_path / "a.backup", path_of(database_url)
    back_up(database_url, file)
    spoil(file)
    before = path.read_bytes()
    with pytest.raises(SystemExit, match=words):
        restore(database_url, file, force=True)
    assert path.read_bytes() == before
    assert not list(tmp_path.glob(".*"))


def test_what_cannot_be_backed_up_is_said(database_url: str, tmp_path: Path) -> None:
    path = path_of(database_url)
    for url, file, words in (
        (f"sqlite:///{tmp_path}/nowhere.sqlite", tmp_path / "a", "There is no database"),
        (database_url, path, "same file"),
        (database_url, tmp_path / "no" / "folder", "There is no folder"),
        (database_url, Path("/dev/full"), "there already"),
    ):
        with pytest.raises(SystemExit, match=words):
            back_up(url, file)
    path.write_bytes(b"gone bad" * 1000)
    with pytest.raises(SystemExit, match="The backup failed"):
        back_up(database_url, tmp_path / "a")
    assert not list(tmp_path.glob("*a*"))


def test_a_damaged_database_has_to_be_moved_away_first(database_url: str, tmp_path: Path) -> None:
    file, path = tmp_path / "a.backup", path_of(database_url)
    back_up(database_url, file)
    path.write_bytes(b"gone bad" * 1000)
    with pytest.raises(SystemExit, match="move it away"):
        restore(database_url, file, force=True)
    path.rename(tmp_path / "gone-bad")
    assert "restored" in restore(database_url, file)
    sound(path)


def test_what_an_earlier_database_left_beside_it_is_not_mixed_into_a_backup(database_url: str, tmp_path: Path) -> None:
    """A journal whose file is gone, as after a crash and a hasty rm, would be played into the file in its place."""
    database, file = path_of(database_url), tmp_path / "copy.db"
    back_up(database_url, file)
    with closing(sqlite3.connect(database, isolation_level=None)) as busy:
        busy.execute("PRAGMA journal_mode=WAL")
        busy.execute(
            "CREATE TABLE later AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 999)"
            " SELECT i, hex(randomblob(200)) FROM n"
        )
        kept = {one: one.read_bytes() for one in database.parent.glob(f"{database.name}-wal")}
        assert all(kept.values())
    database.unlink()
    for one, content in kept.items():
        one.write_bytes(content)
    restore(database_url, file)
    sound(database)
    with closing(sqlite3.connect(database)) as restored:
        assert not restored.execute("SELECT 1 FROM sqlite_master WHERE name = 'later'").fetchone()


@pytest.fixture
def postgres_url(servers: Servers) -> Iterator[str]:
    url = servers.postgres_url()
    yield url
    servers.drop(url)


def test_postgresql_is_told_its_own_commands_and_they_work(postgres_url: str, tmp_path: Path) -> None:
    file = tmp_path / "nightly.dump"
    with pytest.raises(SystemExit) as told:
        back_up(postgres_url, file)
    dump, load = (line.split() for line in str(told.value).splitlines() if line.startswith("  pg_"))
    address = make_url(postgres_url)
    where = [f"--host={address.host}", f"--port={address.port}", "--username=postgres"]
    database = Database(postgres_url)
    database.submit(lambda session: session.add(Seen(channel="telegram", event_id="before"))).result()
    subprocess.run([str(find_binaries() / dump[0]), *dump[1:], *where], check=True)
    database.submit(lambda session: session.add(Seen(channel="telegram", event_id="after"))).result()
    database.close()
    subprocess.run([str(find_binaries() / load[0]), *load[1:-1], *where, load[-1]], check=True)
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT event_id FROM seen").fetchall() == [("before",)]
    with pytest.raises(SystemExit, match="pg_restore"):
        restore(postgres_url, file)


def test_a_full_disk_leaves_nothing_half_written(database_url: str, tmp_path: Path) -> None:
    """The backup's process may write no more than a few pages."""
    file = tmp_path / "a.backup"
    limited = f"ulimit -f 64; exec {sys.executable} -m bot backup {file}"
    shell = shutil.which("bash") or "sh"
    environment = {"PATH": "/usr/bin:/bin", "DATABASE_URL": database_url, "PYTHONDONTWRITEBYTECODE": "1"}
    made = subprocess.run([shell, "-c", limited], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert made.returncode == 1 and "The backup failed" in made.stderr and "Traceback" not in made.stderr
    assert [one.name for one in tmp_path.iterdir() if "a.backup" in one.name] == []
