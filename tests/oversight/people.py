"""Rows the oversight tests stand on, made directly: people with phones, units, officers, needs, pairs and duties."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.incubation.pairs import Pair, PairStatus
from models.oversight import duties
from models.oversight.duties import Duty
from models.registration import consent
from models.registration.people import Membership, Officer, Post, Role
from models.registration.units import Standing, Unit
from models.system import calendar, clock
from models.system.accounts import Account, Person
from tests.talk import Human, World


async def phone(world: World, id: int, name: str, *, language: str = "zh", **person: Any) -> Human:
    """Somebody who has consented, with a chat the bot may write to."""

    def arrange(session: Session) -> None:
        one = Person(
            name=name,
            language=language,
            consent_version=consent.VERSION,
            consented_at=clock.now(),
            phone=f"1390000{id:04d}",
        )
        for key, value in person.items():
            setattr(one, key, value)
        session.add(Account(person=one, channel="telegram", external_id=str(id), chat=str(id)))

    await world.run(arrange)
    return world.human(id, name, language="en" if language == "en" else "zh-hans")


def person(session: Session, id: int) -> Person:
    """The row behind a phone."""
    return session.query(Account).filter_by(external_id=str(id)).one().person


async def officer(world: World, id: int, name: str, role: Role, city: str | None = None, **more: Any) -> Human:
    """An officer with a seat."""
    human = await phone(world, id, name, **more)
    await world.run(lambda session: session.add(Officer(person=person(session, id), role=role, city=city)))
    return human


async def member(world: World, id: int, name: str, unit_id: int, post: Post = Post.CONTACT, **more: Any) -> Human:
    """Somebody with a post in a unit."""
    human = await phone(world, id, name, **more)
    await world.run(lambda session: session.add(Membership(person=person(session, id), unit_id=unit_id, post=post)))
    return human


async def unit(
    world: World, name: str, city: str | None, *, incubator: bool = False, standing: Standing = Standing.ACTIVE
) -> int:
    """A unit on one side; gives its id."""

    def arrange(session: Session) -> int:
        side = {"as_incubator" if incubator else "as_incubatee": standing}
        row = Unit(name=name, city=city, industry="C34", **side)
        session.add(row)
        session.flush()
        return row.id

    return await world.run(arrange)


def need(session: Session, unit_id: int, author: int, *, status: PostStatus = PostStatus.PENDING) -> Need:
    """A need of a unit."""
    row = Need(unit_id=unit_id, person=person(session, author), status=status, trouble="不良率高，返工多")
    session.add(row)
    session.flush()
    return row


def pair(session: Session, incubator_id: int, incubatee_id: int, author: int, *, number: str = "2026-0001") -> Pair:
    """A running pair."""
    wanted = need(session, incubatee_id, author, status=PostStatus.MATCHED)
    offer = Offer(unit_id=incubator_id, person=person(session, author), status=PostStatus.PUBLISHED, text="六西格玛")
    session.add(offer)
    session.flush()
    city = session.get_one(Unit, incubatee_id).city
    row = Pair(
        number=number,
        need=wanted,
        offer=offer,
        incubator_id=incubator_id,
        incubatee_id=incubatee_id,
        city=city,
        status=PairStatus.INTRODUCTION,
    )
    session.add(row)
    session.flush()
    return row


def shanghai(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment in Shanghai."""
    return datetime(year, month, day, hour, minute, tzinfo=clock.SHANGHAI)


async def wake(world: World, moment: datetime) -> None:
    """The process comes back, or simply ticks, at a moment: what was missed runs once."""
    clock.hold(moment)
    await world.app.timetable.tick()
    await world.work()


async def days_go_by(world: World, days: int, *hours: tuple[int, int]) -> None:
    """Days pass with a tick at each of these hours, the first one at the beginning."""
    await wake(world, clock.now())
    for _ in range(days):
        day = calendar.add_days(calendar.local_day(clock.now()), 1)
        for hour, minute in hours or ((10, 5),):
            await wake(world, shanghai(day.year, day.month, day.day, hour, minute))


@dataclass
class Cast:
    """Two cities with an office and a factory each, an incubator, the association and the province."""

    world: World
    factory: int = 0
    other_factory: int = 0
    incubator: int = 0
    humans: dict[str, Human] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Human:
        humans: dict[str, Human] = self.__dict__.get("humans", {})
        if name not in humans:
            raise AttributeError(name)
        return humans[name]


HANGZHOU, SHAOXING = "3301", "3306"


async def gather(world: World) -> Cast:
    """Everybody, with nothing to do yet."""
    cast = Cast(world)
    cast.factory = await unit(world, "柯桥一厂", SHAOXING)
    cast.other_factory = await unit(world, "余杭二厂", HANGZHOU)
    cast.incubator = await unit(world, "越城标杆集团", SHAOXING, incubator=True)
    cast.humans = {
        "contact": await member(world, 101, "王工", cast.factory),
        "backup": await member(world, 102, "李备", cast.factory, Post.BACKUP),
        "leader": await member(world, 103, "张总", cast.factory, Post.LEADER),
        "stranger": await member(world, 104, "赵工", cast.other_factory),
        "mentor": await member(world, 105, "钱导", cast.incubator),
        "shaoxing": await officer(world, 201, "孙科", Role.CITY, SHAOXING),
        "hangzhou": await officer(world, 202, "周科", Role.CITY, HANGZHOU),
        "association": await officer(world, 203, "吴协", Role.ASSOCIATION),
        "province": await officer(world, 204, "郑处", Role.PROVINCE),
    }
    return cast


async def hand(world: World, cast: Cast, *, subject: str = "request:7", days: int = 3, **more: object) -> int:
    """A duty of the factory's contact."""

    def arrange(session: Session) -> int:
        due_at = calendar.add_working_days(clock.now(), days)
        unit = session.get_one(Unit, cast.factory)
        context = {"unit": unit, "due_at": due_at, "number": "T-1", **more}
        return duties.hand(session, "answer_ticket", subject, **context).id  # type: ignore[arg-type]

    return await world.run(arrange)


async def duty(world: World, duty_id: int) -> Duty:
    """A duty as it stands now."""
    return await world.run(lambda session: session.get_one(Duty, duty_id))
