"""Following: a person names methods, trades and cities, and once a week reads what new has been published.

Knows no sentence and no channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, cast, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Refused
from models.exchange.finding import Question, Term, find, question, visible_kinds
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, Letter, tell
from models.system.marks import record

MOST = 12  # follows of one person
WEEK = timedelta(days=7)
NEWS_TIME = time(10)
SHOWN = 5


class Follow(Base):
    """What a person follows: a method, an industry or a city, by code."""

    __tablename__ = "follows"
    __table_args__ = (UniqueConstraint("person_id", "kind", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


@dataclass(frozen=True)
class News:
    """What is new for a follower: needs and offers, newest first."""

    needs: list[Need]
    offers: list[Offer]


def follows_of(session: Session, person: Person) -> Sequence[Follow]:
    """What a person follows, in the order of their wishes."""
    return session.scalars(select(Follow).where(Follow.person_id == person.id).order_by(Follow.id)).all()


def follow(session: Session, person: Person, typed: str) -> Sequence[Follow]:
    """Follow everything named in a line of text; Refused when nothing in it is known, or it grows too long."""
    asked = question(typed)
    wanted = [(term.kind, term.code) for term in asked.terms if term.kind != "word"]
    if not wanted:
        raise Refused("nothing_to_follow", typed=typed[:40])
    known = {(one.kind, one.code) for one in follows_of(session, person)}
    fresh = [one for one in dict.fromkeys(wanted) if one not in known]
    if len(known) + len(fresh) > MOST:
        raise Refused("follows_full", most=MOST)
    session.add_all(Follow(person_id=person.id, kind=kind, code=code) for kind, code in fresh)
    session.flush()
    record(session, person, "followed", subject=f"person:{person.id}")
    return follows_of(session, person)


def unfollow(session: Session, person: Person, follow_id: int) -> Sequence[Follow]:
    """Stop following one thing of one's own."""
    session.execute(delete(Follow).where(Follow.id == follow_id, Follow.person_id == person.id))
    return follows_of(session, person)


def news_day(now: datetime) -> date:
    """The day of this week's news: Tuesday, or the first working day after it."""
    today = calendar.local_day(now)
    tuesday = today - timedelta(days=today.weekday() - 1)
    return tuesday if calendar.is_working_day(tuesday) else calendar.nth_working_day(tuesday, 1)


def news_at(now: datetime) -> datetime:
    """When this week's news goes out."""
    return datetime.combine(news_day(now), NEWS_TIME, clock.SHANGHAI)


def followers(session: Session, now: datetime) -> list[int]:
    """Who has not had this week's news yet, from its hour on; a day on which the bot was down is made up for."""
    if calendar.is_quiet(now) or now < news_at(now):
        return []
    told = select(Letter.id).where(Letter.once == _once(cast(Follow.person_id, String), now))
    query = select(Follow.person_id).where(~told.exists()).distinct().order_by(Follow.person_id)
    return list(session.scalars(query))


def _once(person_id: Any, now: datetime) -> Any:
    """The mark of a week's news: of one person as text, or of each person of a query."""
    year, week, _ = calendar.local_day(now).isocalendar()
    return "news:" + person_id + f":{year}-{week}"


def send_news(session: Session, person_id: int, now: datetime) -> None:
    """One letter a week with what was published on a person's subjects; nothing new, nothing sent."""
    person = session.get_one(Person, person_id)
    until = news_at(now)
    news = news_for(session, person, since=until - WEEK, until=until)
    if news.needs or news.offers:
        once = _once(str(person.id), now)
        tell(session, person, "news", kind=Kind.DIGEST, once=once, needs=news.needs, offers=news.offers)


def news_for(session: Session, person: Person, *, since: datetime, until: datetime) -> News:
    """What was published between two moments that touches anything a person follows and may see."""
    needs: dict[int, Need] = {}
    offers: dict[int, Offer] = {}
    kinds = visible_kinds(session, person)
    for one in follows_of(session, person):
        found = find(session, Question((Term(one.kind, one.code),)), kinds=kinds, limit=SHOWN, since=since)
        needs |= {need.id: need for need in found.needs if need.published_at and need.published_at <= until}
        offers |= {one.id: one for one in found.offers if one.published_at and one.published_at <= until}
    return News(list(needs.values())[:SHOWN], list(offers.values())[:SHOWN])
