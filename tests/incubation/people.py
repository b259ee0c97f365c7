"""The people of a pair, as rows: a factory with two contacts, an incubator with contact and mentor, a city office."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.engine.events import Parcel
from bot.engine.turns import write_letters
from bot.sandbox.people import Phone
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.exchange.requests import Request, RequestStatus
from models.incubation import agreements, baselines, goals
from models.incubation.pairs import Pair, form_pair
from models.incubation.undertakings import unsigned
from models.registration import consent
from models.registration.people import Membership, Officer, Post, Role
from models.registration.units import Standing, Unit
from models.system import calendar, clock
from models.system.accounts import Account, Person
from models.system.letters import Letter
from tests.talk import Human, World

FACTORY, MILL = "绍兴示例针织厂", "宁波示例电机公司"
NAMES = {1001: "王建国", 1002: "李芳", 1003: "陈伟", 1004: "周明", 1005: "徐洁"}


@dataclass
class Cast:
    """Who plays: Wang and Li of the factory, Chen and the mentor Zhou of the incubator, Xu of Shaoxing's office."""

    world: World
    wang: Human
    li: Human
    chen: Human
    zhou: Human
    xu: Human


async def cast(world: World, *, language: str = "zh", backups: bool = True) -> Cast:
    """Everybody with a phone, known to the bot, in their posts; Li and Chen stand in as backups; no pair yet."""
    code = {"zh": "zh-hans", "en": "en"}[language]
    await world.run(lambda session: enrol(session, language=language, backups=backups))
    return Cast(world, *(world.human(id, name, code) for id, name in NAMES.items()))


async def arrange(world: World, work: Callable[[Session], object]) -> None:
    """Change rows in one transaction, and deliver what was said because of it."""

    def act(session: Session) -> list[Parcel]:
        work(session)
        return write_letters(session, world.app.worker)

    world.app.outbox.post(await world.run(act))
    await world.work()


async def leap(world: World, to: datetime) -> None:
    """Come to a moment with the bot switched off on the way, up to the working day before."""
    before = calendar.opening(calendar.nth_working_day(calendar.local_day(to), -1))
    if before > clock.now():
        clock.hold(before)
    await world.pass_time(to=to)


def enrol(session: Session, *, language: str = "zh", backups: bool = True) -> None:
    """The same people and their units as rows alone."""
    people = {id: make_person(session, id, name, language) for id, name in NAMES.items()}
    factory = Unit(name=FACTORY, city="3306", industry="C17", as_incubatee=Standing.ACTIVE)
    mill = Unit(name=MILL, city="3302", industry="C38", as_incubator=Standing.ACTIVE)
    session.add_all([factory, mill])
    session.flush()
    posts = [(1001, factory, Post.CONTACT), (1002, factory, Post.TEAM), (1003, mill, Post.CONTACT)]
    posts += [(1004, mill, Post.MENTOR)]
    posts += [(1002, factory, Post.BACKUP), (1003, mill, Post.BACKUP)] if backups else []
    for id, unit, post in posts:
        session.add(Membership(person_id=people[id].id, unit_id=unit.id, post=post))
    session.add(Officer(person_id=people[1005].id, role=Role.CITY, city="3306"))


def make_person(session: Session, id: int, name: str, language: str = "zh") -> Person:
    """Somebody who has agreed to the notice and is reached at a phone of the sandbox."""
    person = Person(name=name, phone=f"1380000{id}", language=language, consent_version=consent.VERSION)
    person.consented_at = clock.now()
    session.add(Account(channel="telegram", external_id=str(id), chat=str(id), person=person))
    session.flush()
    return person


def person_at(session: Session, id: int) -> Person:
    """The person behind a phone."""
    account = session.query(Account).filter_by(external_id=str(id)).one()
    return account.person


def unit_named(session: Session, name: str) -> Unit:
    """A unit by its name."""
    return session.query(Unit).filter_by(name=name).one()


def make_pair(
    session: Session,
    *,
    indicators: Sequence[str] = ("scrap_rate", "on_time_delivery"),
    shares_contact: bool = False,
) -> Pair:
    """An accepted request becomes a pair, as the exchange does it."""
    wang, chen = person_at(session, 1001), person_at(session, 1003)
    need = Need(
        unit=unit_named(session, FACTORY),
        person=wang,
        status=PostStatus.MATCHED,
        trouble="报废多",
        indicators=[{"indicator": one, "now": None, "wanted": None, "unit": None} for one in indicators],
    )
    offer = Offer(unit=unit_named(session, MILL), person=chen, status=PostStatus.PUBLISHED, text="六西格玛", taken=1)
    session.add_all([need, offer])
    session.flush()
    request = Request(need=need, offer=offer, person=wang, status=RequestStatus.ACCEPTED, shares_contact=shares_contact)
    session.add(request)
    session.flush()
    return form_pair(session, chen, request=request)


def agree_all(session: Session, pair: Pair) -> Pair:
    """Mentor, responsible person, team and every undertaking that was asked for."""
    wang, chen = person_at(session, 1001), person_at(session, 1003)
    agreements.name_mentor(session, chen, pair_id=pair.id, mentor=person_at(session, 1004).id)
    agreements.name_responsible(
        session, wang, pair_id=pair.id, responsible="李芳", quality_officer=True, team=["赵强", "孙丽"]
    )
    for undertaking in unsigned(session, pair):
        person = undertaking.person
        agreements.sign_undertaking(session, person, undertaking_id=undertaking.id, name=person.name or "")
    session.info.pop("told", None)
    return pair


def start_pair(session: Session, *, started_on: date | None = None) -> Pair:
    """A pair in its introduction: scrap rate 8.1 % to 5 %, on-time delivery 90 % to 97 %, all agreed and locked."""
    pair = agree_all(session, make_pair(session))
    lock_goals(session, pair, by=1004)
    pair.started_on = started_on or pair.started_on
    session.info.pop("told", None)
    return pair


def lock_goals(session: Session, pair: Pair, *, by: int) -> None:
    """Two indicators with baseline and target, set by Wang and confirmed by somebody of the incubator."""
    wang = person_at(session, 1001)
    for indicator, baseline, target in (("scrap_rate", [8.1, 7.9, 8.3], 5.0), ("on_time_delivery", [89, 90, 91], 97.0)):
        goals.add_goal(session, wang, pair_id=pair.id, indicator=indicator, unit="%", baseline=baseline, target=target)
    baselines.propose_goals(session, wang, pair_id=pair.id)
    baselines.lock_baseline(session, person_at(session, by), pair_id=pair.id)


def twice(label: str) -> Callable[[Phone], None]:
    """Tap one button twice before the bot has answered, as from two phones."""

    def act(phone: Phone) -> None:
        message = next(one for one in reversed(phone.messages) if any(label in text for text in one.labels))
        phone.tap(message.id, label)
        phone.tap(message.id, label)

    return act


async def press(human: Human, action: str, *args: object) -> str:
    """Press a button that this person may never have been shown, and return what they see."""

    if not human.phone.messages:
        await human.do("/help")

    def forge(session: Session) -> str:
        person = person_at(session, human.phone.id)
        letter = session.query(Letter).filter_by(person_id=person.id).order_by(Letter.id.desc()).first()
        assert letter is not None
        letter.buttons = [[{"label": "x", "action": action, "args": list(args)}]]
        return f"{letter.token}.0"

    data = await human.world.run(forge)
    message = human.phone.messages[-1]
    return await human.do(lambda phone: phone.press(message.id, data))
