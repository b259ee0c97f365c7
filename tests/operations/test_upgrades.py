"""A database of an earlier version: its open dialogs go on and its letters go out once; there is no way back."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, select, text
from sqlalchemy.orm import Session

from bot.commands.migrate import HISTORY, migrate, newest, present
from bot.engine.database import Database
from bot.sandbox.people import Phone
from bot.sandbox.server import Sandbox
from models.registration.consent import VERSION
from models.registration.units import Unit
from models.system import clock
from models.system.dialogs import Dialog
from models.system.letters import Delivery, Letter
from models.system.opening import open_engine
from tests.operations.crew import Member, count, manned, until
from tests.processes import ROOT
from tests.talk import open_world

STEPS = sorted(path.name.partition("_")[0] for path in (HISTORY / "versions").glob("[0-9]*.py"))
FACTORY = "诸暨云溪袜业有限公司"
WANG, LI, OLD, ZHAO, QIAN = range(1, 6)
# Rows as the version before wrote them: a registration with four guesses agreed to, at its second question.
ANSWERS = {"person_name": "王建国", "name": FACTORY, "side": "incubatee", "place": "330681", "industry": "C18"}
NOTES = {"subject": {"trouble": ""}, "known": ["person_name"], "picked": {}, "old": {}}
OPEN: dict[int, tuple[str, dict[str, Any], dict[str, Any]]] = {
    WANG: ("register", ANSWERS | {"relation": "other"}, NOTES | {"drawn": {"name": ["side", "place"]}}),
    OLD: ("survey_of_2019", {"mood": "好"}, {}),  # a form that is no more
    ZHAO: (
        "register",
        ANSWERS | {"name": "台州永固阀门有限公司", "relation": "other", "code": "123"},
        NOTES,
    ),  # an answer that no longer reads
    QIAN: (
        "register",
        ANSWERS | {"name": "宁波启明塑业有限公司", "relation": "cousin", "floor": "3"},
        NOTES,
    ),  # a choice and a step that are no more
}
BUTTONS = [[{"label": "旧按钮", "action": "gone.with_2019", "args": [7]}]]
LETTERS = [  # body, kind, status, seconds until due, claimed by a process that is no more
    ("在等的答复", "answer", "queued", -60, False),
    ("半路的答复", "answer", "queued", -60, True),
    ("半路的汇总", "digest", "queued", -60, True),
    ("发过的信", "answer", "sent", -60, False),
    ("明天的信", "answer", "queued", 86400, False),
]


def fill(connection: Connection) -> None:
    """People, open dialogs and letters, through the tables as they stand at this step, not as the code has them."""
    then = MetaData()
    then.reflect(connection)
    people, accounts, dialogs, letters = (then.tables[name] for name in ("people", "accounts", "dialogs", "letters"))

    def at(seconds: float = 0) -> datetime:
        moment = clock.now() + timedelta(seconds=seconds)
        return moment if connection.dialect.name == "postgresql" else moment.astimezone(UTC).replace(tzinfo=None)

    for id in (WANG, LI, OLD, ZHAO, QIAN):
        agreed = {"consent_version": VERSION, "consented_at": at(), "created_at": at()}
        connection.execute(people.insert(), {"id": id, "language": "zh", "name": "王建国", **agreed})
        where = {"channel": "telegram", "external_id": str(id), "chat": str(id), "created_at": at()}
        connection.execute(accounts.insert(), {"id": id, "person_id": id, **where})
    for id, (form, answers, notes) in OPEN.items():
        talk = {"form": form, "draft": False, "answers": answers, "notes": notes, "stamp": f"stamp{id}", "version": 4}
        connection.execute(dialogs.insert(), {"person_id": id, "started_at": at(), "touched_at": at(), **talk})
    for n, (body, kind, status, due, claimed) in enumerate(LETTERS):
        letter = {"person_id": LI, "account_id": LI, "template": "x", "kind": kind, "status": status, "body": body}
        letter |= {"buttons": BUTTONS, "extra": {}, "token": f"token-{n}", "due_at": at(due), "created_at": at()}
        claim = {"claimed_by": "1-gone", "claimed_until": at(-1)} if claimed else {}
        connection.execute(letters.insert(), {"attempts": 0, **letter, **claim})
    if connection.dialect.name == "postgresql":
        for name in ("people", "accounts"):  # ids were given above
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), 100)"))


def at_step(url: str, step: str) -> None:
    """Make the database one of an earlier version, with rows of its own."""
    migrate(url, to=step)
    engine = open_engine(url)
    with engine.begin() as connection:
        assert present(connection) == step
        fill(connection)
    engine.dispose()


def texts(phone: Phone, words: str) -> int:
    return sum(words in message.text for message in phone.messages if message.from_bot)


@pytest.mark.fault(50)
async def test_the_previous_version_goes_on_where_it_was(
    sandbox: Sandbox, database_url: str, rows: Database, tmp_path: Path
) -> None:
    """With the new version as a real process."""
    at_step(database_url, STEPS[-2])
    phones = {id: sandbox.world.person(id, name="王建国", phone=f"+8613800001{id:03}") for id in range(1, 6)}
    for phone in phones.values():
        phone.person.started = True
    bot = Member(sandbox, database_url, tmp_path)
    wang, li = phones[WANG], phones[LI]
    async with manned(bot):
        await until(lambda: texts(li, "在等的答复") and texts(li, "半路的答复"))
        wang.say("跳过")
        await wang.receive("联系电话", timeout=30)
        wang.share_contact()
        await wang.receive("请过目", timeout=30)
        wang.tap_label("提交")
        await wang.receive("已提交", timeout=30)
        li.tap_label("旧按钮")
        await until(lambda: any(alert.get("text") for alert in li.alerts))
        for id, said, heard in (
            (OLD, "好", ""),  # free text now
            (ZHAO, "123", "统一社会信用代码"),
            (QIAN, "跳过", "关系"),
        ):
            phones[id].say(said)
            await phones[id].receive(heard, timeout=30)
        phones[ZHAO].say("跳过")
        await phones[ZHAO].receive("联系电话", timeout=30)
        assert await bot.end(signal.SIGTERM) == 0
    assert [texts(li, body) for body, *_ in LETTERS] == [1, 1, 0, 0, 0]
    assert count(rows, Letter.body == "半路的汇总", Letter.status == Delivery.UNKNOWN) == 1
    assert count(rows, Letter.body == "明天的信", Letter.status == Delivery.QUEUED) == 1
    assert count(rows, Unit.name == FACTORY) == 1
    assert count(rows, Dialog.form == "survey_of_2019") == 0
    assert not any(texts(phone, "没有办成") for phone in phones.values())


@pytest.mark.parametrize("step", STEPS[:-1])
async def test_every_earlier_step_leads_to_a_dialog_that_goes_on(database_url: str, step: str) -> None:
    clock.hold(datetime(2026, 11, 23, 9, 0, tzinfo=clock.SHANGHAI))
    at_step(database_url, step)
    migrate(database_url)
    async with open_world(database_url) as world:
        wang, li = world.human(WANG, "王建国"), world.human(LI, "李会")
        for human in (wang, li):
            human.phone.person.started = True
        await world.work()
        assert [texts(li.phone, body) for body, *_ in LETTERS] == [1, 1, 0, 0, 0]
        await wang.talk(
            ("跳过", "联系电话"),
            (lambda phone: phone.share_contact(), "请过目", FACTORY),
            ("[提交]", "已提交"),
        )
        assert await world.run(lambda session: look(session)) == [FACTORY]


def look(session: Session) -> list[str]:
    return list(session.scalars(select(Unit.name)))


async def python(url: str, *words: str) -> tuple[int, str]:
    environment = {**os.environ, "DATABASE_URL": url, "BOT_TOKEN": "1:SANDBOX", "BOT_API_URL": "http://127.0.0.1:9"}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    said, _ = await asyncio.wait_for(child.communicate(), 60)
    return child.returncode or 0, said.decode()


@pytest.mark.fault(50)
async def test_a_database_of_a_newer_version_is_refused_with_a_sentence(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    code, said = await python(database_url, "run")
    assert code == 1 and "newer version of the bot" in said and "Traceback" not in said, said
    with engine.connect() as connection:
        assert present(connection) == "9999"
    engine.dispose()


async def test_processes_that_start_together_upgrade_once(database_url: str) -> None:
    migrate(database_url, to="base")
    done = await asyncio.gather(*(python(database_url, "migrate") for _ in range(3)))
    assert [code for code, _ in done] == [0, 0, 0], done
    engine = open_engine(database_url)
    with engine.connect() as connection:
        assert present(connection) == newest()
    engine.dispose()
