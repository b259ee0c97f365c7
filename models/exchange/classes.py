"""Group classes: five and more needs of one kind that nobody has taken could be served together.

The programme proposes, an office decides, and every unit says for itself whether it comes. How groups are found stands
in `matching_similar`, what becomes of a proposal in `class_invitations`. Knows no sentence and no channel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from models import vocabulary
from models.base import Base, Refused, fetch, moves, words_of
from models.exchange.candidates import SHELF, need_text, need_texts
from models.exchange.matching import FLOOR, NeedText
from models.exchange.matching_similar import CLASS_SIZE, Cluster
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.plans import pool
from models.exchange.posts import PostStatus
from models.oversight import duties
from models.registration.people import city_of, office_for, officers, speaks_for
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell

AGAIN_AFTER = timedelta(days=30)
DECIDE_DAYS = 5  # working days
LOOKED_AT, FITTING = 8, 10  # needs looked at for a teacher, and offers for each
TEACHERS = 3


class ClassStatus(StrEnum):
    """提议→已邀请→已办/不办."""

    PROPOSED = "proposed"
    INVITED = "invited"
    HELD = "held"
    DROPPED = "dropped"


moves(
    ClassStatus,
    {
        ClassStatus.PROPOSED: {ClassStatus.INVITED, ClassStatus.DROPPED},
        ClassStatus.INVITED: {ClassStatus.HELD, ClassStatus.DROPPED},
    },
)


class GroupClass(Base):
    """A class proposed for a group of needs: `kind` is the method or concept they share, `words` how they say it.

    `city` is None for needs of several cities, which are the association's. `place` is where and when, as typed;
    `counted_at` is when the office was told who comes.
    """

    __tablename__ = "group_classes"
    __table_args__ = (Index("ix_group_classes_kind", "kind", "city"), Index("ix_group_classes_status", "status"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    city: Mapped[str | None] = mapped_column(String(4))
    words: Mapped[list[str]] = mapped_column(default=list)
    need_ids: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[ClassStatus] = mapped_column(words_of(ClassStatus), default=ClassStatus.PROPOSED)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    place: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    invited_at: Mapped[datetime | None]
    counted_at: Mapped[datetime | None]
    officer: Mapped[Person | None] = relationship()

    @property
    def subject(self) -> str:
        return f"class:{self.id}"

    @property
    def topic(self) -> str:
        """What it is about, in the words of the needs or by the name of the method."""
        methods = vocabulary.methods()
        return methods[self.kind].zh if self.kind in methods else self.words[0]


class ClassSeat(Base):
    """A unit invited to learn, for one of its needs, or to teach, with one of its offers; `coming` is its answer."""

    __tablename__ = "class_seats"
    __table_args__ = (UniqueConstraint("class_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("group_classes.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("needs.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    coming: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    group: Mapped[GroupClass] = relationship()
    unit: Mapped[Unit] = relationship()
    need: Mapped[Need | None] = relationship()
    offer: Mapped[Offer | None] = relationship()
    person: Mapped[Person | None] = relationship()

    @property
    def subject(self) -> str:
        return f"seat:{self.id}"

    @property
    def teaches(self) -> bool:
        return self.offer_id is not None


# proposing, once a week


def this_week(session: Session, now: datetime) -> list[str]:
    """The week whose needs are to be looked through."""
    year, week, _ = calendar.local_day(now).isocalendar()
    return [f"{year}-{week:02}"]


def read_unmatched(session: Session, week: str, now: datetime) -> list[NeedText] | None:
    """Needs nobody is considering and no class was proposed for lately; None when they are too few."""
    recent = select(GroupClass.need_ids).where(GroupClass.created_at > now - AGAIN_AFTER)
    spoken_for = {need_id for need_ids in session.scalars(recent) for need_id in need_ids}
    needs = [need for need in session.scalars(pool(None).options(joinedload(Need.unit))) if need.id not in spoken_for]
    if len(needs) < CLASS_SIZE:
        return None
    texts = need_texts(session, needs)
    return [replace(text, city=need.unit.city or "") for text, need in zip(texts, needs, strict=True)]


def propose(session: Session, week: str, now: datetime, found: Sequence[Cluster]) -> None:
    """Put each group that was found before its office; one of the same kind and city only after thirty days."""
    for cluster in found:
        city = cluster.city or None
        same = select(GroupClass.id).where(GroupClass.kind == cluster.kind, GroupClass.city.is_not_distinct_from(city))
        if session.scalar(same.where(GroupClass.created_at > now - AGAIN_AFTER).limit(1)) is None:
            need_ids = [int(need_id) for need_id in cluster.need_ids]
            _propose(session, GroupClass(kind=cluster.kind, city=city, words=list(cluster.words), need_ids=need_ids))


def _propose(session: Session, group: GroupClass) -> None:
    session.add(group)
    session.flush()
    due_at = calendar.add_working_days(clock.now(), DECIDE_DAYS)
    office, size = office_for(session, group.city), str(len(group.need_ids))
    duties.hand(
        session,
        "propose_class",
        group.subject,
        office=office,
        city=group.city,
        due_at=due_at,
        topic=group.topic,
        n=size,
    )
    for officer in officers(session, office, city=group.city):
        once = f"class_proposed:{group.id}:{officer.id}"
        tell(session, officer, "class_proposed", kind=Kind.CALL, once=once, subject=group.subject, group=group)


# looking


def find_class(session: Session, officer: Person, class_id: int, *, lock: bool = False) -> GroupClass:
    """A class for the officers of its city, or of the province; Refused for anybody else."""
    group = fetch(session, GroupClass, class_id, lock=lock)
    if group is None or city_of(session, officer) not in (None, group.city):
        raise Refused("not_found")
    return group


def find_seat(session: Session, person: Person, seat_id: int) -> ClassSeat:
    """A seat for those who speak for its unit; Refused for anybody else."""
    seat = session.get(ClassSeat, seat_id)
    if seat is None or not speaks_for(session, person, seat.unit):
        raise Refused("not_found")
    return seat


def open_needs(session: Session, group: GroupClass) -> Sequence[Need]:
    """The needs of a class that are still public."""
    query = select(Need).where(Need.id.in_(group.need_ids), Need.status == PostStatus.PUBLISHED)
    return session.scalars(query.order_by(Need.id)).all()


def teachers(session: Session, group: GroupClass) -> list[tuple[Offer, int]]:
    """Offers that could teach the class, each with how many of the needs looked at it fits; the best three."""
    fits: Counter[int] = Counter()
    worth: Counter[int] = Counter()
    for need in open_needs(session, group)[:LOOKED_AT]:
        for match in SHELF.rank(session, need_text(session, need), top=FITTING):
            if match.score >= FLOOR:
                fits[int(match.offer_id)] += 1
                worth[int(match.offer_id)] += round(match.score)
    best = sorted(fits, key=lambda offer_id: (-fits[offer_id], -worth[offer_id], offer_id))
    return [(session.get_one(Offer, offer_id), fits[offer_id]) for offer_id in best[:TEACHERS]]


def seats(session: Session, group: GroupClass) -> Sequence[ClassSeat]:
    """Who was invited, whoever teaches first."""
    query = select(ClassSeat).where(ClassSeat.class_id == group.id)
    return session.scalars(query.order_by(ClassSeat.offer_id.is_(None), ClassSeat.id)).all()
