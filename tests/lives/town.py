"""The town of the random lives: who lives there, and the rows with which a life begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.exchange import answering, asking, needs, review
from models.exchange.offers import Offer
from models.incubation import agreements, baselines, goals
from models.incubation.undertakings import unsigned
from models.registration.people import Membership, Post, Role
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.accounts import Account, Person
from tests.exchange import people
from tests.talk import MONDAY


@dataclass(frozen=True)
class Resident:
    """Somebody with a phone. `busy` is how often they act; `commands` what they are likely to type."""

    number: int
    name: str
    language: str = "zh"
    busy: int = 4
    commands: tuple[str, ...] = ()

    @property
    def phone(self) -> str:
        """Their telephone number, as it is kept; nobody else has one like it."""
        return f"138{self.number:08d}"


FACTORY = ("/needs", "/matches", "/need", "/pairs", "/todo", "/tickets", "/ticket", "/team", "/unit")
FIRM = ("/inbox", "/offers", "/offer", "/pairs", "/todo", "/log", "/team", "/tickets", "/unit")
CITY = ("/todo", "/board", "/verify", "/match", "/units", "/tickets", "/proxy", "/plan", "/invite", "/leave")
ASSOCIATION = ("/queue", "/queue", "/verify", "/todo", "/board", "/health", "/tickets", "/units", "/match", "/plan")
NEWCOMER = ("/start", "/register", "/need", "/offer", "/find", "/me", "/unit", "/feedback")

RESIDENTS = (
    Resident(1001, "王工", busy=8, commands=FACTORY),
    Resident(1002, "Li Fang", "en", 3, FACTORY),
    Resident(1011, "陈厂", busy=6, commands=FACTORY),
    Resident(2001, "李总", busy=6, commands=FIRM),
    Resident(2002, "Zhou Ming", "en", 5, FIRM),
    Resident(2011, "吴会", busy=7, commands=FIRM),
    Resident(2012, "郑导", busy=4, commands=FIRM),
    Resident(3001, "赵审", busy=8, commands=ASSOCIATION),
    Resident(4001, "周科", busy=5, commands=CITY),
    Resident(4002, "Officer Xu", "en", 2, CITY),
    Resident(4011, "杭科", busy=3, commands=CITY),
    Resident(4021, "甬科", busy=2, commands=CITY),
    Resident(5001, "郑处", busy=2, commands=(*CITY, "/plan")),
    Resident(1101, "孙新", busy=5, commands=NEWCOMER),
    Resident(1102, "Qian New", "en", 4, NEWCOMER),
    Resident(9001, "过客", busy=2, commands=("/start", "/help", "/find", "/board", "/queue", "/start abcdef")),
    Resident(9002, "Stranger", "en", 1, ("/start", "/help", "/me", "/start guess-me-if-you-can")),
)
OFFICES = {
    3001: (Role.ASSOCIATION, None),
    4001: (Role.CITY, "3306"),
    4002: (Role.CITY, "3306"),
    4011: (Role.CITY, "3301"),
    4021: (Role.CITY, "3302"),
    5001: (Role.PROVINCE, None),
}
BY_NUMBER = {one.number: one for one in RESIDENTS}
PLASTICS, MOTORS = "绍兴晨光注塑厂", "杭州西溪机电厂"
MENTORS, STOVES = "宁波启明塑业集团", "绍兴亿嘉厨电公司"
BEGINS = MONDAY


def settle(session: Session) -> None:
    """Two factories, two firms with offers, a published need, a pair at work, and the offices; nobody is told."""
    for number, (role, city) in OFFICES.items():
        people.officer(session, number, BY_NUMBER[number].name, role, city)
    plastics = people.factory(session, 1001, PLASTICS, contact="王工", city="3306", industry="C29")
    people.factory(session, 1011, MOTORS, contact="陈厂", city="3301", industry="C38")
    mentors = people.mentor(session, 2001, MENTORS, contact="李总", city="3302", industry="C29")
    stoves = people.mentor(session, 2011, STOVES, contact="吴会", city="3306", industry="C38")
    for number, unit, post in (
        (1002, plastics, Post.BACKUP),
        (2002, mentors, Post.MENTOR),
        (2012, stoves, Post.MENTOR),
    ):
        someone = people.person(session, number, BY_NUMBER[number].name)
        session.add(Membership(person_id=someone.id, unit_id=unit.id, post=post))
    for account in session.scalars(select(Account)):
        account.person.language = BY_NUMBER[int(account.external_id)].language
    session.flush()
    people.offer(session, mentors, capacity=2)
    people.offer(session, stoves, "厨电、电机装配线降返工，手把手带QC小组", industries=["C38"], capacity=1)
    posted = needs.post_need(session, at(session, 1011), trouble="电机装配返工多，不良率高，想请人来厂里看看")
    review.approve(session, at(session, 3001), posted.subject)
    _pair(session, plastics, mentors)
    session.info.pop("told", None)


def at(session: Session, number: int) -> Person:
    """The person behind a phone."""
    return session.scalars(select(Account).where(Account.external_id == str(number))).one().person


def _pair(session: Session, factory: Unit, firm: Unit) -> None:
    """A pair that has begun: agreed, signed, its baseline locked."""
    wang, hui, zhou = at(session, 1001), at(session, 2001), at(session, 2002)
    need = people.need(session, factory)
    offers = [one.id for one in session.query(Offer).filter_by(unit_id=firm.id)]
    asked = asking.ask(session, wang, need_id=need.id, offer_ids=offers, consent=False)
    pair = answering.accept(session, hui, request_id=asked[0].id)
    agreements.name_mentor(session, hui, pair_id=pair.id, mentor=zhou.id)
    facts: dict[str, Any] = {"responsible": "王工", "quality_officer": True, "team": ["赵强", "孙丽"]}
    agreements.name_responsible(session, wang, pair_id=pair.id, **facts)
    for one in unsigned(session, pair):
        agreements.sign_undertaking(session, one.person, undertaking_id=one.id, name=one.person.name or "")
    figures: dict[str, Any] = {"indicator": "scrap_rate", "unit": "%", "baseline": [8.1, 7.9, 8.3], "target": 5.0}
    goals.add_goal(session, wang, pair_id=pair.id, **figures)
    figures = {"indicator": "on_time_delivery", "unit": "%", "baseline": [89, 90, 91], "target": 97.0}
    goals.add_goal(session, wang, pair_id=pair.id, **figures)
    baselines.propose_goals(session, wang, pair_id=pair.id)
    baselines.lock_baseline(session, zhou, pair_id=pair.id)


def morning_after(moment: datetime) -> datetime:
    """Nine in the morning of the next working day."""
    day = calendar.nth_working_day(calendar.local_day(moment), 1)
    return datetime(day.year, day.month, day.day, 9, 1, tzinfo=clock.SHANGHAI)
