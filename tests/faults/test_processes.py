"""The bot as a real process, killed, doubled and asked to stop: nothing accepted is lost and nothing happens twice."""

from __future__ import annotations

import asyncio
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from bot.engine.database import Database
from bot.engine.turns import write_letters
from bot.sandbox.people import Phone
from bot.sandbox.server import Sandbox
from models.system import clock
from models.system.accounts import Person
from models.system.letters import Delivery, Kind, Letter, tell
from models.system.marks import Audit, Seen
from tests.exchange import people
from tests.faults.watching import consent, count, heard, hears, settled, time_passes, until
from tests.processes import ROOT, running

HALF_DONE = (0.0, 0.004, 0.012, 0.03)  # seconds after a tap: before it is read, while it is worked off, after it
UPDATES = 500


@pytest.mark.fault(1)
@pytest.mark.fault(2)
async def test_updates_three_times_and_out_of_order(sandbox: Sandbox, database_url: str, rows: Database) -> None:
    """Each is worked off once, one that comes too late is told so, and the dialog goes on from where it stands."""
    phone, updates = sandbox.world.person(1, name="王工"), sandbox.world.updates
    async with running(sandbox, database_url):
        await consent(phone)
        for _ in range(2):
            assert len(updates.redeliver(2)) == 2
            await until(lambda: not updates.again)
        await say(phone, "诸暨云溪袜业有限公司", "我理解为")
        card = phone.messages[-1].id
        updates.hold()
        phone.tap(card, "改一下")
        phone.tap(card, "对，继续")
        phone.say("/nonsense")
        updates.release([2, 1, 0])
        await until(lambda: any("这一步已经过去了" in str(alert.get("text")) for alert in phone.alerts))
        await hears(phone, "统一社会信用代码")
        updates.redeliver(4)
        await until(lambda: not updates.again)
        await say(phone, "跳过", "联系电话")
        await settled(rows)
    assert [heard(phone, words) for words in ("已记下", "没有 /nonsense", "没有办成")] == [1, 1, 0]
    assert count(rows, Letter.template == "consent_notice") == count(rows, Audit.action == "consent_given") == 1
    assert count(rows, Seen.channel == "telegram") == 7


async def say(phone: Phone, typed: str, expected: str) -> None:
    phone.say(typed)
    await hears(phone, expected)


@pytest.mark.fault(3)
async def test_killed_at_random_an_answer_counts_once(sandbox: Sandbox, database_url: str, rows: Database) -> None:
    chance = random.Random(3)
    crowd = [sandbox.world.person(number, name=f"人{number}") for number in range(1, 4)]
    for phone in crowd:
        async with running(sandbox, database_url) as bot:
            phone.say("/start")
            await hears(phone, "先说清")
            phone.tap_label("同意并开始")
            await asyncio.sleep(chance.choice(HALF_DONE))
            await bot.end()
        rows.submit(time_passes).result()
    async with running(sandbox, database_url):
        await until(lambda: all(heard(phone, "已记下") for phone in crowd))
    assert count(rows, Audit.action == "consent_given") == 3


@pytest.mark.fault(4)
@pytest.mark.fault(5)
async def test_killed_with_letters_on_the_wire(
    sandbox: Sandbox, database_url: str, rows: Database, tmp_path: Path
) -> None:
    """Telegram has each letter, and the process dies before it is written down: replies and contacts come again,
    digests do not; files that were on their way arrive whole, once, and nothing of them is left lying about."""
    reply, digest, contact, file = (sandbox.world.person(number, name=f"人{number}") for number in range(1, 5))
    rows.submit(everybody_is_here).result()
    scratch = {"TMPDIR": str(tmp_path / "scratch")}
    os.mkdir(scratch["TMPDIR"])
    async with running(sandbox, database_url, **scratch) as bot:
        await say(file, "/mydata", "姓名")
        await settled(rows)
        for phone in (reply, digest, contact):
            sandbox.world.faults.add("timeout_after", method="sendMessage", chat=phone.id, seconds=20)
        sandbox.world.faults.add("timeout_before", method="sendDocument", seconds=20)
        reply.say("/nonsense")
        file.tap_label("下载")
        rows.submit(partial(write, number=2, kind=Kind.DIGEST)).result()
        rows.submit(partial(write, number=3, kind=Kind.ANSWER)).result()
        await until(lambda: not sandbox.world.faults.queue and heard(digest, "已更正") and heard(contact, "已更正"))
        assert bot.child is not None and bot.child.poll() is None
        await bot.end()
    assert not documents(file)
    rows.submit(time_passes).result()
    async with running(sandbox, database_url, **scratch):
        await settled(rows)
    assert [heard(reply, "没有 /nonsense"), heard(digest, "已更正"), heard(contact, "已更正")] == [2, 1, 2]
    assert count(rows, Letter.kind == Kind.DIGEST, Letter.status == Delivery.UNKNOWN) == 1
    assert count(rows, Letter.template == "unknown_command") == 1
    kept, sheets = (sandbox.world.files.content(sandbox.world.files.find(one["file_id"])) for one in documents(file))
    assert json.loads(kept)["people"][0]["name"] == "人4"
    assert load_workbook(io.BytesIO(sheets)).sheetnames == list(json.loads(kept))
    assert os.listdir(scratch["TMPDIR"]) == []


def everybody_is_here(session: Session) -> None:
    for number in range(1, 5):
        people.person(session, number, f"人{number}").active_at = clock.now()


def write(session: Session, *, number: int, kind: Kind) -> None:
    """A letter that a sweep will find."""
    reader = session.get_one(Person, number)
    reader.active_at = clock.now()  # in the chat right now, so that no hour is a quiet one
    tell(session, reader, "corrected", kind=kind)
    write_letters(session, None)


def documents(phone: Phone) -> list[dict[str, Any]]:
    return [message.document for message in phone.messages if message.from_bot and message.document]


@pytest.mark.fault(6)
async def test_two_processes_share_one_database(sandbox: Sandbox, database_url: str, rows: Database) -> None:
    """One of them polls, the other waits for its lease; when the first is killed half-way the second takes over."""
    crowd = [sandbox.world.person(number, name=f"人{number}") for number in range(1, UPDATES // 20 + 1)]
    async with running(sandbox, database_url) as first, running(sandbox, database_url) as second:
        everybody_writes(crowd, 10)
        await until(lambda: count(rows, Seen.channel == "telegram") >= UPDATES // 4)
        everybody_writes(crowd, 10)
        await until(lambda: count(rows, Seen.channel == "telegram") >= UPDATES // 2)
        await first.end(signal.SIGTERM)
        await until(lambda: count(rows, Seen.channel == "telegram") == UPDATES)
        await until(lambda: count(rows, Letter.status == Delivery.SENT) == UPDATES)
        assert second.child is not None and second.child.poll() is None
    assert not [call for call in sandbox.world.calls if "Conflict" in (call["error"] or "")]
    assert count(rows, Letter.template == "consent_notice") == UPDATES
    assert [heard(phone, "先说清") for phone in crowd] == [20] * len(crowd)


def everybody_writes(crowd: list[Phone], times: int) -> None:
    for _ in range(times):
        for phone in crowd:
            phone.say("/start")


@pytest.mark.fault(10)
async def test_asked_to_stop_it_stops_within_ten_seconds_and_leaves_nothing_half_done(
    sandbox: Sandbox, database_url: str, rows: Database
) -> None:
    """Twenty updates are in work, and for half of them Telegram hangs."""
    crowd = [sandbox.world.person(number, name=f"人{number}") for number in range(1, 21)]
    for phone in crowd[::2]:
        sandbox.world.faults.add("timeout_before", method="sendMessage", chat=phone.id, seconds=60)
    begun = time.monotonic()
    async with running(sandbox, database_url) as bot:
        slow = time.monotonic() - begun  # a busy machine starts slowly and stops slowly
        for phone in crowd:
            phone.say("/start")
        await until(lambda: len(sandbox.world.updates.delivered) == 20)
        started = time.monotonic()
        assert await bot.end(signal.SIGTERM) == 0
        assert time.monotonic() - started < 9 + slow
    sandbox.world.faults.clear()
    rows.submit(time_passes).result()
    async with running(sandbox, database_url):
        await until(lambda: all(heard(phone, "先说清") for phone in crowd))
        await settled(rows)
    assert count(rows, Letter.template == "consent_notice") == 20
    assert max(heard(phone, "先说清") for phone in crowd) == 1


ASIDE = """
import asyncio, os, time
from bot.aside import Aside
print(asyncio.run(Aside().run(os.getpid)), flush=True)
time.sleep(600)
"""


@pytest.mark.fault(3)
async def test_killed_it_leaves_no_process_behind() -> None:
    """The one that draws pictures for it ends with it."""
    killed = subprocess.Popen([sys.executable, "-c", ASIDE], cwd=ROOT, stdout=subprocess.PIPE)
    assert killed.stdout is not None
    drawing = int(await asyncio.to_thread(killed.stdout.readline))
    assert running_now(drawing)
    killed.kill()
    killed.wait()
    await until(lambda: not running_now(drawing))


def running_now(number: int) -> bool:
    """Whether a process is there, and more than a name that nobody has asked after yet."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
