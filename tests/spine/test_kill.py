"""The spine with a real bot process that is killed again and again: nothing is lost, nothing happens twice."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.channels.markup import plain
from bot.engine.database import Database
from bot.sandbox.people import Phone
from bot.sandbox.records import Message
from bot.sandbox.server import Sandbox
from models.exchange.needs import Need
from models.exchange.requests import Request
from models.incubation.checkins import Checkin
from models.incubation.goals import Goal
from models.incubation.measurements import Measurement
from models.incubation.pairs import Pair
from models.incubation.pulses import Pulse
from models.incubation.sessions import SessionLog
from models.incubation.undertakings import Undertaking
from models.registration.people import Role
from models.registration.units import Unit
from models.system import clock
from models.system.accounts import Account
from models.system.letters import Delivery, Kind, Letter
from models.system.marks import Lease
from tests.exchange import people
from tests.processes import BotProcess
from tests.spine.cast import SOCKS
from tests.talk import MONDAY

WANG, HUI, ASSOCIATION, CITY = 1001, 2001, 3001, 4001
NAMES = {WANG: "王建国", HUI: "李会", ASSOCIATION: "孙协", CITY: "周科"}
TROUBLE = "袜子跳针断纱多，次品率9%，想降到3%，返工的人比干活的还多，想请人来厂里看看"
BEGUN = MONDAY + timedelta(days=7)  # the last of November
A_WEEK = 7 * 86400  # seconds to the morning on which November is asked about
KILLS, SEED = 14, 20261123
SOON = 0.12  # seconds within which a process is killed after something was done
PATIENCE = 240.0  # seconds of a busy machine
CLOCK = 0  # nobody does it: the clock is moved
Act = tuple[int, Any, tuple[tuple[int, str], ...]]


def own(person: int, *lines: tuple[Any, str]) -> list[Act]:
    """What one person does, and what they hear."""
    return [(person, did, ((person, words),)) for did, words in lines]


def contact(phone: Phone) -> object:
    return phone.share_contact()


REGISTERS: list[Act] = own(
    WANG,
    ("/start", "个人信息"),
    ("[同意并开始]", "您的单位叫什么"),
    (SOCKS, "我理解为"),
    ("[对，继续]", "统一社会信用代码"),
    ("[跳过]", "联系电话"),
    (contact, "请过目"),
    ("[提交]", "已提交"),
    ("[发布需求]", "哪里不顺"),
    (TROUBLE, "我理解为"),
    ("[对，继续]", "请过目"),
    ("[提交]", "省质量协会先审核"),
)
MATCHES: list[Act] = [
    *own(CITY, ("/verify", "待核实 1 家"), ("[看第1家]", "核实入孵单位")),
    (CITY, "[通过]", ((CITY, "已核实"), (WANG, "已核实为入孵单位"))),
    *own(ASSOCIATION, ("/queue", "待审 1 条"), ("[看第1条]", "待审需求")),
    (ASSOCIATION, "[批准]", ((ASSOCIATION, "已批准"), (WANG, "已发布，找到 1 家"))),
    *own(WANG, ("[看第1家]", "还有 3 个名额"), ("[请求对接]", "姓名和电话")),
    (WANG, "[是]", ((WANG, "已请求"), (HUI, "请求贵单位带一带"))),
    (HUI, "[接受]", ((HUI, "结对成功"), (WANG, "结对成功"))),
]
AGREES: list[Act] = [
    *own(WANG, ("[保密承诺]", "不外传"), ("[同意并签名]", "请输入您的姓名"), ("王建国", "已签：王建国")),
    *own(
        WANG,
        ("[定责任人]", "谁是责任人"),
        ("王建国", "首席质量官吗"),
        ("是", "团队还有谁"),
        ("张强、赵敏", "团队：张强"),
    ),
    *own(HUI, ("[保密承诺]", "不外传"), ("[同意并签名]", "请输入您的姓名"), ("李会", "已签：李会")),
    (HUI, "[定导师]", ((HUI, "谁来当导师"),)),
    (HUI, "[李会]", ((HUI, "导师定了"), (WANG, "定了导师"))),
    *own(WANG, ("[目标]", "还没有指标"), ("[加指标]", "想改善哪个数字"), ("报废率", "最近三个月")),
    *own(WANG, ("9 8 10", "想做到多少"), ("3", "请过目"), ("[提交]", "已记下：报废率")),
    *own(WANG, ("[加指标]", "想改善哪个数字"), ("返工率", "最近三个月"), ("12 11 13", "想做到多少"), ("6", "请过目")),
    *own(WANG, ("[提交]", "已记下：返工返修率")),
    (WANG, "[送导师确认]", ((WANG, "已送导师确认"), (HUI, "请确认"))),
    (HUI, "[确认锁定]", ((HUI, "基线已锁定"), (WANG, "基线已锁定"))),
]
WORKS: list[Act] = [
    (HUI, "/log 今天上午去厂里做质量诊断，3个小时，8个人", ((HUI, "我理解为"),)),
    (HUI, "[对，继续]", ((HUI, "有什么结果"),)),
    (HUI, "[跳过]", ((HUI, "已记下"), (WANG, "请确认辅导"))),
    (WANG, "[确认]", ((WANG, "已确认"), (HUI, "对方已确认"))),
    (CLOCK, A_WEEK, ((WANG, "请填 11月的指标"),)),
    *own(WANG, ("[和上月一样]", "顺不顺")),
    (WANG, "[5 很顺]", ((WANG, "11月的数收到了"), (HUI, "报了 11月的数"))),
]
STORY = [*REGISTERS, *MATCHES, *AGREES, *WORKS]


@pytest.fixture
def rows(database_url: str) -> Iterator[Database]:
    """The bot's database, seen from outside, with the offices and a published offer in it."""
    database = Database(database_url)
    clock.hold(BEGUN)
    database.submit(settle).result()
    yield database
    clock.hold(None)
    database.close()


def settle(session: Session) -> None:
    people.officer(session, ASSOCIATION, "孙协", Role.ASSOCIATION)
    people.officer(session, CITY, "周科", Role.CITY, "3306")
    stoves = people.mentor(session, HUI, "绍兴亿嘉厨电（演示）", city="3306", industry="C38", contact="李会")
    people.offer(session, stoves, "用六西格玛降袜业、厨电的次品率，先诊断再带项目", industries=["C18", "C38"])


class Play:
    """The story with its process, and all that was heard on the way, edits included."""

    def __init__(self, sandbox: Sandbox, rows: Database, url: str) -> None:
        self.sandbox, self.rows, self.kills = sandbox, rows, 0
        self.chance = random.Random(SEED)
        self.heard: Counter[tuple[int, str]] = Counter()
        self.bot = BotProcess(sandbox, url, CLOCK_URL=f"{sandbox.url}/sandbox/clock", LOG_LEVEL="debug")
        now = sandbox.world.clock
        now.offset_seconds = now.reached = int(BEGUN.timestamp() - clock.machine().timestamp())
        touch = sandbox.world.touch

        def listen(message: Message) -> None:
            touch(message)
            if message.from_bot:
                self.heard[message.chat, message.text] += 1

        sandbox.world.touch = listen  # type: ignore[method-assign]
        for number, name in NAMES.items():
            sandbox.world.person(number, name=name, language_code="zh-hans", phone=f"+86138{number:08d}")

    def phone(self, number: int) -> Phone:
        return self.sandbox.world.person(number)

    async def act(self, act: Act, *, deaths: int) -> None:
        """Something is done; the process dies so many times on the way; everybody hears what they should."""
        person, did, expected = act
        for number in {person, *(number for number, _ in expected)} - {CLOCK}:
            self.phone(number).read()
        if deaths:  # what was heard before is written down: people are slower than this test
            await settled(self.rows)
        self._do(person, did)
        for _ in range(deaths):
            await asyncio.sleep(self.chance.random() * (2.0 if person == CLOCK else SOON))
            await self.die_and_come_back()
            await settled(self.rows)
        for number, words in expected:
            await self._hears(self.phone(number), words)

    def _do(self, person: int, did: Any) -> None:
        if person == CLOCK:
            self.sandbox.world.clock.advance(did)
        elif callable(did):
            did(self.phone(person))
        elif did.startswith("["):
            self.phone(person).tap_label(did[1:-1])
        else:
            self.phone(person).say(did)

    async def _hears(self, phone: Phone, words: str) -> None:
        until = time.monotonic() + PATIENCE
        while not any(words in message.text for message in phone.inbox):
            assert time.monotonic() < until, f"{phone.person.name} heard {[m.text for m in phone.inbox]}, not {words!r}"
            await asyncio.sleep(0.01)

    async def die_and_come_back(self) -> None:
        """Killed and started again; what the dead process had claimed is free, and again once its last commit is in."""
        await self.bot.end()
        self.kills += 1
        self.rows.submit(partial(forget_dead, living=0)).result()
        await self.bot.start()
        assert self.bot.child is not None
        self.rows.submit(partial(forget_dead, living=self.bot.child.pid)).result()


def forget_dead(session: Session, *, living: int) -> None:
    """Let the time pass after which another process takes over what the dead ones had claimed and leased."""
    dead = Letter.claimed_by.is_not(None) & Letter.claimed_by.not_like(f"{living}-%")
    session.execute(update(Letter).where(dead).values(claimed_until=clock.machine() - timedelta(seconds=1)))
    session.execute(delete(Lease).where(Lease.holder.not_like(f"{living}-%")))


@pytest.mark.fault(3, 4, 48)
async def test_killed_again_and_again(sandbox: Sandbox, rows: Database, database_url: str) -> None:
    play = Play(sandbox, rows, database_url)
    places = Counter(play.chance.sample(range(len(STORY)), KILLS - 2))
    places[next(n for n, act in enumerate(STORY) if act[0] == CLOCK)] += 2
    await play.bot.start()
    try:
        for n, act in enumerate(STORY):
            await play.act(act, deaths=places[n])
        await settled(rows)
    finally:
        await play.bot.end()
    assert play.kills == KILLS
    assert rows.submit(everything).result() == ONE_OF_EACH
    heard_as_written(play, rows.submit(letters).result())
    nothing_personal_in("".join(play.bot.log), sandbox.token)


def nothing_personal_in(log: str, token: str) -> None:
    """Over all its lives the process has written no token, no number, and nothing people are called or have said."""
    assert log.count('"event": "serving"') > KILLS // 2  # some die before they say so
    numbers = [f"138{number:08d}" for number in NAMES]
    for secret in (token, token.partition(":")[2], *numbers, *NAMES.values(), SOCKS, TROUBLE[:6], "张强"):
        assert secret not in log, secret


async def settled(rows: Database) -> None:
    """Wait until no letter is on its way."""
    until = time.monotonic() + PATIENCE
    while rows.submit(lambda session: session.scalar(on_their_way)).result():
        assert time.monotonic() < until
        await asyncio.sleep(0.05)


on_their_way = select(func.count(Letter.id)).where(Letter.status == Delivery.QUEUED, Letter.claimed_by.is_not(None))
COUNTED: dict[str, Callable[[Session], Any]] = {
    "units": lambda session: session.query(Unit).filter_by(name=SOCKS).count(),
    "needs": lambda session: [one.status.value for one in session.query(Need)],
    "requests": lambda session: [one.status.value for one in session.query(Request)],
    "pairs": lambda session: [(one.number, one.status.value) for one in session.query(Pair)],
    "undertakings": lambda session: sorted(one.person.name for one in session.query(Undertaking) if one.signed_at),
    "goals": lambda session: sorted(one.indicator for one in session.query(Goal)),
    "sessions": lambda session: [one.status.value for one in session.query(SessionLog)],
    "check-ins": lambda session: [one.status.value for one in session.query(Checkin)],
    "figures": lambda session: sorted(one.value for one in session.query(Measurement)),
    "ratings": lambda session: [one.rating for one in session.query(Pulse)],
}
ONE_OF_EACH = {
    "units": 1,
    "needs": ["matched"],
    "requests": ["accepted"],
    "pairs": [("2026-0001", "introduction")],
    "undertakings": ["李会", "王建国"],
    "goals": ["rework_rate", "scrap_rate"],
    "sessions": ["confirmed"],
    "check-ins": ["answered"],
    "figures": [10.0, 13.0],
    "ratings": [5],
}


def everything(session: Session) -> dict[str, Any]:
    return {name: count(session) for name, count in COUNTED.items()}


def letters(session: Session) -> list[tuple[int, str, Kind, Delivery]]:
    chats = {account.id: account.chat for account in session.query(Account)}
    return [(int(chats[one.account_id or 0]), plain(one.body), one.kind, one.status) for one in session.query(Letter)]


def heard_as_written(play: Play, written: list[tuple[int, str, Kind, Delivery]]) -> None:
    """Every letter was heard, a reply at most twice, a digest never twice."""
    sent = Counter((chat, text) for chat, text, _, status in written if status is Delivery.SENT)
    once_only = {(chat, text) for chat, text, kind, _ in written if kind is Kind.DIGEST}
    for letter, times in sent.items():
        heard = play.heard[letter]
        assert times <= heard <= times * (1 if letter in once_only else 2), f"{letter} heard {heard} times, not {times}"
    assert not {status for _, _, kind, status in written if kind is not Kind.DIGEST} & {Delivery.UNKNOWN, Delivery.DEAD}
