"""Plans for the whole pool: an officer asks, a draft comes, row by row it may be changed, and only a tap publishes it.

How a draft is made stands in `plan_drafts`, how it is published in `plan_publishing`. Knows no sentence, no channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Refused, fetch, lock, move, moves, words_of
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.posts import PostStatus
from models.exchange.requests import LIVE, Request
from models.registration.people import city_of
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.marks import record

SHOWN = 5


class Goal(StrEnum):
    """What a plan is to be best at: the sum of scores, or how many are served."""

    SCORE = "score"
    SERVED = "served"


class PlanStatus(StrEnum):
    """要算→草案→已发布/作废; a draft that is changed is asked for again."""

    ASKED = "asked"
    DRAFTED = "drafted"
    PUBLISHED = "published"
    DROPPED = "dropped"


OPEN = (PlanStatus.ASKED, PlanStatus.DRAFTED)
moves(
    PlanStatus,
    {
        PlanStatus.ASKED: {PlanStatus.DRAFTED, PlanStatus.DROPPED},
        PlanStatus.DRAFTED: {PlanStatus.ASKED, PlanStatus.PUBLISHED, PlanStatus.DROPPED},
    },
)


class Plan(Base):
    """A plan for the needs of a city (None: the whole province), asked for by an officer and published by one.

    `round` counts the drafts; `pinned` goes from need id to the offer id that stays, `excluded` lists pairs [need id,
    offer id] that may not be; `payload` sums a draft up: pairs, mean score, how many stay alone by reason, and the
    offers of which one more place would help most.
    """

    __tablename__ = "plans"
    __table_args__ = (Index("ix_plans_status", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    city: Mapped[str | None] = mapped_column(String(4))
    goal: Mapped[Goal] = mapped_column(words_of(Goal))
    status: Mapped[PlanStatus] = mapped_column(words_of(PlanStatus), default=PlanStatus.ASKED)
    round: Mapped[int] = mapped_column(default=1)
    pinned: Mapped[dict[str, Any]] = mapped_column(default=dict)
    excluded: Mapped[list[Any]] = mapped_column(default=list)
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    officer: Mapped[Person] = relationship(foreign_keys=[officer_id])
    publisher: Mapped[Person | None] = relationship(foreign_keys=[publisher_id])

    @property
    def subject(self) -> str:
        return f"plan:{self.id}"


class PlanLine(Base):
    """A need in a draft: with the offer the plan gives it, or alone and `why` (`offer_id`: the best it could have had).

    `taken_by` are the needs that hold the places it wanted; `outcome` is what publishing came to, None before.
    """

    __tablename__ = "plan_lines"
    __table_args__ = (UniqueConstraint("plan_id", "need_id"), Index("ix_plan_lines_outcome", "outcome"))

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id"))
    offer_id: Mapped[int | None] = mapped_column(ForeignKey("offers.id"))
    score: Mapped[float] = mapped_column(default=0.0)
    pinned: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str | None] = mapped_column(String(20))
    taken_by: Mapped[list[Any]] = mapped_column(default=list)
    outcome: Mapped[str | None] = mapped_column(String(30))
    plan: Mapped[Plan] = relationship()
    need: Mapped[Need] = relationship()
    offer: Mapped[Offer | None] = relationship()


# asking and looking


def ask_plan(session: Session, officer: Person, *, goal: str) -> Plan:
    """Ask for a plan of one's own scope; an earlier one that was not published gives way."""
    if goal not in set(Goal):
        raise Refused("not_found")
    if not count_open(session, officer):
        raise Refused("nothing_to_plan")
    if (earlier := current_plan(session, officer)) is not None:
        lock(session, earlier)
        if earlier.status in OPEN:  # a colleague may have published it just now
            move(earlier, PlanStatus.DROPPED)
    plan = Plan(officer=officer, city=city_of(session, officer), goal=Goal(goal))
    session.add(plan)
    session.flush()
    record(session, officer, "plan_asked", subject=plan.subject, goal=goal)
    return plan


def find_plan(session: Session, officer: Person, plan_id: int, *, lock: bool = False) -> Plan:
    """A plan for the officers whose scope it is made for; Refused for anybody else, another city's office included."""
    plan = fetch(session, Plan, plan_id, lock=lock)
    if plan is None or city_of(session, officer) not in (None, plan.city):
        raise Refused("not_found")
    return plan


def current_plan(session: Session, officer: Person) -> Plan | None:
    """The plan an officer has at hand: asked for or drafted, not yet published."""
    query = select(Plan).where(Plan.officer_id == officer.id, Plan.status.in_(OPEN))
    query = query.where(Plan.city.is_not_distinct_from(city_of(session, officer)))
    return session.scalars(query.order_by(Plan.id.desc()).limit(1)).first()


def count_open(session: Session, officer: Person) -> int:
    """How many needs of an officer's scope nobody is considering."""
    found = plannable(city_of(session, officer)).with_only_columns(func.count(), maintain_column_froms=True)
    return session.scalar(found) or 0


def lines(
    session: Session, plan: Plan, *, alone: bool = False, start: int = 0, most: int = SHOWN
) -> Sequence[PlanLine]:
    """Rows of a draft, the best pairs first; or the needs that stay alone, those nearest to a pair first."""
    query = select(PlanLine).where(PlanLine.plan_id == plan.id, PlanLine.why.is_not(None) if alone else paired())
    return session.scalars(query.order_by(PlanLine.score.desc(), PlanLine.need_id).offset(start).limit(most)).all()


def line_of(session: Session, plan: Plan, need_id: int) -> PlanLine:
    """The pair a plan gives a need; Refused when it gives it none."""
    query = select(PlanLine).where(PlanLine.plan_id == plan.id, PlanLine.need_id == need_id, paired())
    if (line := session.scalars(query).one_or_none()) is None:
        raise Refused("not_found")
    return line


def paired() -> ColumnElement[bool]:
    """Rows that hold a pair."""
    return PlanLine.why.is_(None)


def wanted_offers(session: Session, plan: Plan) -> list[Offer]:
    """The offers of which one more place would help a draft most."""
    return [session.get_one(Offer, offer_id) for offer_id in plan.payload.get("wanted", [])]


def pool(city: str | None) -> Select[Need]:
    """Published needs of a city, or of all, that nobody is considering."""
    considered = select(Request.need_id).where(Request.status.in_(LIVE))
    query = select(Need).join(Unit, Need.unit_id == Unit.id).where(Need.status == PostStatus.PUBLISHED)
    query = query.where(Need.id.not_in(considered))
    return query if city is None else query.where(Unit.city == city)


def plannable(city: str | None) -> Select[Need]:
    """Those of the pool whose unit may be asked for now; who waits after an early end keeps its choice for the day."""
    cools = Unit.rematch_on > calendar.local_day(clock.now())
    return pool(city).where(Unit.rematch_on.is_(None) | ~cools)


# changing a draft


def pin(session: Session, officer: Person, *, plan_id: int, need_id: int, stays: bool) -> PlanLine:
    """Keep a pair as it is whatever else changes, or let it go again."""
    plan = find_draft(session, officer, plan_id)
    line = line_of(session, plan, need_id)
    line.pinned = stays
    others = {key: value for key, value in plan.pinned.items() if key != str(need_id)}
    plan.pinned = {**others, str(need_id): line.offer_id} if stays else others
    record(session, officer, "plan_pinned", subject=plan.subject, need=need_id, pinned=stays)
    return line


def exclude(session: Session, officer: Person, *, plan_id: int, need_id: int) -> Plan:
    """Take a pair out and have the plan drafted anew without it."""
    plan = find_draft(session, officer, plan_id)
    line = line_of(session, plan, need_id)
    plan.excluded = [*plan.excluded, [need_id, line.offer_id]]
    plan.pinned = {key: value for key, value in plan.pinned.items() if key != str(need_id)}
    record(session, officer, "plan_excluded", subject=plan.subject, need=need_id, offer=line.offer_id)
    return _again(plan)


def ask_again(session: Session, officer: Person, *, plan_id: int) -> Plan:
    """Have a draft made anew from what is open now."""
    return _again(find_draft(session, officer, plan_id))


def _again(plan: Plan) -> Plan:
    move(plan, PlanStatus.ASKED)
    plan.round += 1
    return plan


def drop(session: Session, officer: Person, *, plan_id: int) -> Plan:
    """Put a plan away; nothing of it has reached anybody."""
    plan = find_plan(session, officer, plan_id, lock=True)
    move(plan, PlanStatus.DROPPED)
    record(session, officer, "plan_dropped", subject=plan.subject)
    return plan


def find_draft(session: Session, officer: Person, plan_id: int) -> Plan:
    plan = find_plan(session, officer, plan_id, lock=True)
    if plan.status is not PlanStatus.DRAFTED:
        raise Refused("moved_on", status=f"planstatus.{plan.status}")
    return plan
