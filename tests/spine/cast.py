"""Everybody of the spine: those who live it, the offices that watch, and bystanders who must hear nothing of it."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.sandbox.records import Message
from models.exchange.understanding import understand
from models.oversight import holidays
from models.registration.people import Role
from models.system import calendar, clock
from tests.exchange import people
from tests.talk import Human, Turn, World

SOCKS, STOVES, RIVAL = "诸暨云溪袜业有限公司", "浙江亿田智能厨电股份有限公司", "绍兴织远纺织集团（演示）"
MANY_DAYS = 20
A_SECOND = 1.0  # of this process's own work, so that a busy machine does not matter
NUMBERS = {"wang": 1001, "li": 1002, "hui": 2001, "zhou": 2002}
OFFICERS = {"association": 3001, "city": 4001, "province": 5001, "elsewhere": 4002}
BYSTANDERS = {"factory": 1009, "rival": 2009, "stranger": 9009}


class Timed(Human):
    """A person whose every act must be answered within a second; one who is `typing` never taps."""

    typing = False

    async def do(self, did: Any) -> str:
        if self.typing and isinstance(did, str):
            did = did.strip("[]")
        understand("")  # as a bot does that has just been started
        started = time.process_time()
        seen = await super().do(did)
        cost = time.process_time() - started
        assert cost < A_SECOND, f"{cost:.2f} s of work for {did!r}"
        return seen


@dataclass
class Cast:
    """Wang runs a sock factory with Li; Hui's firm won an award, Zhou is its mentor; then the offices."""

    world: World
    wang: Human
    li: Human
    hui: Human
    zhou: Human
    association: Human
    city: Human
    province: Human
    elsewhere: Human
    bystanders: Sequence[Human]

    @property
    def living(self) -> list[Human]:
        """Those who take part."""
        return [self.wang, self.li, self.hui, self.zhou, self.association, self.city, self.province]

    @property
    def everybody(self) -> list[Human]:
        return [*self.living, self.elsewhere, *self.bystanders]

    async def play(self, human: Human, *lines: Turn, tells: Sequence[Human] = ()) -> None:
        """A transcript of one person, of which `tells` hear something, each of them, and nobody else anything."""
        self.read()
        await human.talk(*lines)
        self.heard(human, tells=tells)

    async def wait(self, human: Human, words: str, *, tells: Sequence[Human] = ()) -> datetime:
        """Let mornings pass, one by one, until somebody hears some words; gives the moment."""
        self.read()
        for _ in range(MANY_DAYS):
            if words in human.seen():
                self.heard(human, tells=tells)
                return clock.now()
            await morning(self.world)
        raise AssertionError(f"{human.phone.person.name} waited {MANY_DAYS} days in vain for {words!r}")

    def read(self) -> None:
        """Everybody has read everything."""
        for human in self.everybody:
            human.phone.read()
            human.phone.alerts.clear()

    def heard(self, *actors: Human, tells: Sequence[Human] = ()) -> None:
        """Besides the actors exactly these people have heard something new."""
        for human in self.everybody:
            if human not in actors:
                name, seen = human.phone.person.name, human.seen()
                assert bool(seen) == (human in tells), f"{name} heard {seen!r}, expected are {len(tells)} others"


async def gather(world: World, *, language: str = "zh", typing: bool = False) -> Cast:
    """The offices and the bystanders are there already; the two factories and their people are newcomers."""
    await world.run(lambda session: _settle(session, language))
    code = {"zh": "zh-hans", "en": "en"}[language]
    names = {"wang": "王建国", "li": "李芳", "hui": "李会", "zhou": "周明"} if language == "zh" else ENGLISH
    humans = {name: timed(world, number, names.get(name, name), code) for name, number in NUMBERS.items()}
    humans |= {name: timed(world, number, name, code) for name, number in OFFICERS.items()}
    for human in humans.values():
        human.typing = typing
    bystanders = [timed(world, number, name, code) for name, number in BYSTANDERS.items()]
    return Cast(world, **humans, bystanders=bystanders)


ENGLISH = {"wang": "Wang Jianguo", "li": "Li Fang", "hui": "Li Hui", "zhou": "Zhou Ming"}


def timed(world: World, number: int, name: str, language: str) -> Timed:
    phone = world.sandbox.world.person(number, name=name, language_code=language, phone=f"+86138{number:08d}")
    human = Timed(world, phone)
    world.people[number] = human
    return human


def _settle(session: Session, language: str) -> None:
    session.add(holidays.AnnouncedDay(day=date(2027, 2, 20), working=True))  # so that in December nobody is asked
    session.flush()
    holidays.renew(session)
    for number, name, role, city in (
        (OFFICERS["association"], "孙协", Role.ASSOCIATION, None),
        (OFFICERS["city"], "周科", Role.CITY, "3306"),
        (OFFICERS["elsewhere"], "杭科", Role.CITY, "3301"),
        (OFFICERS["province"], "郑处", Role.PROVINCE, None),
    ):
        people.officer(session, number, name, role, city).language = language
    people.factory(session, BYSTANDERS["factory"], "杭州旁观机械有限公司（演示）", city="3301", language=language)
    rival = people.mentor(session, BYSTANDERS["rival"], RIVAL, city="3306", industry="C17", language=language)
    people.offer(
        session,
        rival,
        "织造厂教QC小组和标准作业，少返工",
        methods=["qc_circle", "standard_work"],
        industries=["C18"],
    )


def pictures(human: Human) -> list[Message]:
    """The pictures somebody has received."""
    return [message for message in human.phone.messages if message.from_bot and message.photo]


def secret_of(human: Human) -> str:
    """The secret in the newest invitation that somebody holds."""
    texts = (re.search(r"/start (\S+)", message.text) for message in reversed(human.phone.messages))
    return next(found[1] for found in texts if found)


async def morning(world: World) -> None:
    """The next working day at nine, three hours at a time, so that letters go out when they fall due."""
    day = calendar.nth_working_day(calendar.local_day(clock.now()), 1)
    target = datetime(day.year, day.month, day.day, 9, 1, tzinfo=clock.SHANGHAI)
    while (now := clock.now()) < target:
        await world.pass_time(to=min(target, now + timedelta(hours=3)))
