"""People, units and posts laid straight into the database, for tests that begin where registration has ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import TERM, PostStatus
from models.registration.consent import VERSION
from models.registration.people import Membership, Officer, Post, Role, speakers
from models.registration.units import Relation, Standing, Unit
from models.system import clock
from models.system.accounts import Account, Person
from models.system.letters import Letter
from tests.talk import Human, World

FACTORY, MENTOR, ASSOCIATION, CITY, PROVINCE = 1001, 2001, 3001, 4001, 5001


def person(session: Session, number: int, name: str, *, language: str = "zh") -> Person:
    """Somebody who has agreed to the notice and can be reached in the sandbox."""
    someone = Person(
        name=name, phone=f"138{number:08d}", language=language, consent_version=VERSION, consented_at=clock.now()
    )
    session.add(Account(channel="telegram", external_id=str(number), chat=str(number), person=someone))
    session.flush()
    return someone


def unit(session: Session, name: str, *contacts: Person, **facts: Any) -> Unit:
    """A unit with its contacts (the first is contact, the rest are backups)."""
    row = Unit(name=name, **{"city": "3306", "industry": "C29", **facts})
    session.add(row)
    session.flush()
    for place, contact in enumerate(contacts):
        post = Post.BACKUP if place else Post.CONTACT
        session.add(Membership(person_id=contact.id, unit_id=row.id, post=post))
    session.flush()
    return row


def factory(session: Session, number: int = FACTORY, name: str = "绍兴晨光注塑厂", **facts: Any) -> Unit:
    """A verified incubatee with one contact."""
    language = facts.pop("language", "zh")
    contact = person(session, number, facts.pop("contact", "王工"), language=language)
    facts = {"as_incubatee": Standing.ACTIVE, "relation": Relation.INDUSTRY, **facts}
    return unit(session, name, contact, **facts)


def mentor(session: Session, number: int = MENTOR, name: str = "宁波启明塑业集团", **facts: Any) -> Unit:
    """A verified incubator with one contact."""
    language = facts.pop("language", "zh")
    contact = person(session, number, facts.pop("contact", "李总"), language=language)
    return unit(session, name, contact, **{"city": "3302", "as_incubator": Standing.ACTIVE, **facts})


def officer(session: Session, number: int, name: str, role: Role, city: str | None = None) -> Person:
    """An officer with a seat in an office."""
    someone = person(session, number, name)
    session.add(Officer(person_id=someone.id, role=role, city=city))
    session.flush()
    return someone


def offices(session: Session) -> None:
    """The association, the province and Shaoxing's office, one officer each."""
    officer(session, ASSOCIATION, "赵审", Role.ASSOCIATION)
    officer(session, CITY, "周市办", Role.CITY, "3306")
    officer(session, PROVINCE, "郑省办", Role.PROVINCE)


def offer(session: Session, of: Unit, text: str = "用六西格玛降注塑不良率，手把手带", **facts: Any) -> Offer:
    """A published offer."""
    usual: dict[str, Any] = {
        "methods": ["six_sigma", "spc"],
        "industries": ["C29"],
        "forms": ["diagnosis", "follow_up"],
        "areas": ["quality_management"],
        "capacity": 3,
    }
    now = clock.now()
    row = Offer(
        unit_id=of.id,
        person_id=speakers(session, of)[0].id,
        text=text,
        status=PostStatus.PUBLISHED,
        published_at=now,
        expires_at=now + TERM,
        **{**usual, **facts},
    )
    session.add(row)
    session.flush()
    return row


def need(session: Session, of: Unit, trouble: str = "注塑件不良率高，返工多，想请人来厂里看看", **facts: Any) -> Need:
    """A published need."""
    now = clock.now()
    usual: dict[str, Any] = {"methods": ["six_sigma"], "areas": ["quality_management"], "industry": of.industry}
    usual |= {"status": PostStatus.PUBLISHED, "published_at": now, "expires_at": now + TERM}
    row = Need(unit_id=of.id, person_id=speakers(session, of)[0].id, trouble=trouble, **{**usual, **facts})
    session.add(row)
    session.flush()
    return row


def small_world(session: Session) -> None:
    """One factory, one mentor with a published offer, and the offices."""
    factory(session)
    offer(session, mentor(session))
    offices(session)


async def press(world: World, human: Human, action: str, *args: Any) -> str:
    """Tap a button that was never shown, with the arguments of one's choice; what is seen then."""

    def forge(session: Session) -> str:
        account = session.scalars(select(Account).where(Account.external_id == str(human.phone.id))).one()
        letters = select(Letter).where(Letter.person_id == account.person_id).order_by(Letter.id.desc())
        letter = session.scalars(letters.limit(1)).one()
        letter.buttons = [[{"label": "x", "action": action, "args": list(args)}]]
        return letter.token

    token = await world.run(forge)
    return await human.do(lambda phone: phone.press(phone.messages[-1].id, f"{token}.0"))
