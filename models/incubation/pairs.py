"""Pairs: an incubator and an incubatee at work together, under one number. Knows no sentence and no channel.

Whoever changes a pair, or anything that hangs on it, locks the pair first and then reads the rest anew; an offer and a
need are locked after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Refused, fetch, index_where, moves, words_of
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.requests import Request
from models.incubation.undertakings import DUE, REMINDERS, ContactConsent, ask_to_sign, signed
from models.oversight import duties
from models.registration.people import Post, Role, belongs_to, memberships, seats, speakers, speaks_for
from models.registration.units import Side, Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import tell
from models.system.marks import record


class PairStatus(StrEnum):
    """签约中→导入→提升→深化→结业; 暂停, 终止, 未成 (programme, section 2)."""

    SIGNING = "signing"
    INTRODUCTION = "introduction"
    IMPROVEMENT = "improvement"
    DEEPENING = "deepening"
    GRADUATED = "graduated"
    PAUSED = "paused"
    ENDED = "ended"
    LAPSED = "lapsed"


RUNNING = (PairStatus.INTRODUCTION, PairStatus.IMPROVEMENT, PairStatus.DEEPENING)
OVER = (PairStatus.GRADUATED, PairStatus.ENDED, PairStatus.LAPSED)
LASTING = (PairStatus.SIGNING, PairStatus.PAUSED, *RUNNING)
TASKS = {"name_mentor": Side.INCUBATOR, "name_responsible": Side.INCUBATEE, "set_goals": Side.INCUBATEE}

moves(
    PairStatus,
    {
        PairStatus.SIGNING: {PairStatus.INTRODUCTION, PairStatus.LAPSED},
        PairStatus.INTRODUCTION: {PairStatus.IMPROVEMENT, PairStatus.PAUSED, PairStatus.ENDED},
        PairStatus.IMPROVEMENT: {PairStatus.DEEPENING, PairStatus.GRADUATED, PairStatus.PAUSED, PairStatus.ENDED},
        PairStatus.DEEPENING: {PairStatus.GRADUATED, PairStatus.PAUSED, PairStatus.ENDED},
        PairStatus.PAUSED: {*RUNNING, PairStatus.ENDED},
    },
)


class Warning(StrEnum):
    """预警: green, amber, red."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Pair(Base):
    """`number` (such as 2026-0017) stands on every record of the pair; `city` is the one whose office watches over it.

    That is the incubatee's city, or the incubator's for an incubatee from outside the province. `proposed_at` is when
    the incubatee last sent its goals to the mentor, `remark` why they came back. `ends_on` is the last day of the term
    (`extended` at most once), `review_on` when the stage is to be looked at next, `end_note` what remained at the end.
    """

    __tablename__ = "pairs"
    __table_args__ = (
        Index("ix_pairs_started", "status", "started_on"),
        Index("ix_pairs_sessions", "status", "last_session_on"),
        Index("ix_pairs_ending", "status", "ends_on"),
        Index("ix_pairs_reviewed", "status", "review_on"),
        index_where("ix_pairs_warned", "status", where="warning != 'green'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"), unique=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id"), index=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offers.id"), index=True)
    incubator_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    incubatee_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    city: Mapped[str | None] = mapped_column(String(4), index=True)
    status: Mapped[PairStatus] = mapped_column(words_of(PairStatus), default=PairStatus.SIGNING)
    warning: Mapped[Warning] = mapped_column(words_of(Warning), default=Warning.GREEN)
    mentor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    responsible_name: Mapped[str | None] = mapped_column(String(80), info={"personal": "responsible_id"})
    quality_officer: Mapped[bool | None]
    months: Mapped[int] = mapped_column(default=12)
    formed_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    started_on: Mapped[date | None]
    review_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    extended: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(String(30))
    end_note: Mapped[str | None] = mapped_column(String(400))
    proposed_at: Mapped[datetime | None]
    remark: Mapped[str | None] = mapped_column(String(300))
    baseline_locked_at: Mapped[datetime | None]
    last_session_on: Mapped[date | None]
    need: Mapped[Need] = relationship()
    offer: Mapped[Offer] = relationship()
    incubator: Mapped[Unit] = relationship(foreign_keys=[incubator_id])
    incubatee: Mapped[Unit] = relationship(foreign_keys=[incubatee_id])
    mentor: Mapped[Person | None] = relationship(foreign_keys=[mentor_id])
    responsible: Mapped[Person | None] = relationship(foreign_keys=[responsible_id])

    def unit(self, side: Side) -> Unit:
        """The unit on one side of the pair."""
        return self.incubator if side is Side.INCUBATOR else self.incubatee

    def in_charge(self, side: Side) -> Person | None:
        """The mentor, or the responsible person, as long as they belong to their unit."""
        named = self.mentor if side is Side.INCUBATOR else self.responsible
        return named if named is not None and belongs_to(named, self.unit(side)) else None


class PairNumber(Base):
    """The last number given out in a year."""

    __tablename__ = "pair_numbers"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


def next_number(session: Session) -> str:
    """The next pair number of the year (in Shanghai), such as 2026-0017; two takers at once get two numbers."""
    year = calendar.local_day(clock.now()).year
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    count = dialect.insert(PairNumber).values(year=year, last=1)
    more = count.on_conflict_do_update(index_elements=["year"], set_={"last": PairNumber.last + 1})
    return f"{year}-{session.execute(more.returning(PairNumber.last)).scalar_one():04d}"


def pair_numbered(session: Session, number: str) -> int:
    """The id of the pair with a number; 0 without one, which nobody finds."""
    return session.scalar(select(Pair.id).where(Pair.number == number)) or 0


def form_pair(session: Session, person: Person, *, request: Request) -> Pair:
    """Make a pair of an accepted request: give it a number, hand out the duties of the agreement, tell both sides.

    The caller has checked and accepted the request and counts the place it takes on the offer.
    """
    incubator, incubatee = request.offer.unit, request.need.unit
    pair = Pair(
        number=next_number(session),
        request_id=request.id,
        need=request.need,
        offer=request.offer,
        incubator=incubator,
        incubatee=incubatee,
        city=incubatee.city or incubator.city,
        months=request.offer.months,
    )
    session.add(pair)
    session.flush()
    _hand_agreement(session, pair)
    givers = [request.person] if request.shares_contact and request.person is not None else []
    contacts = [one for one in givers if any(post.unit_id == incubatee.id for post in memberships(session, one))]
    for giver in contacts:
        session.add(ContactConsent(pair_id=pair.id, person_id=giver.id, unit_id=incubatee.id))
        record(session, giver, "contact_given", subject=f"pair:{pair.id}")
    record(session, person, "pair_formed", subject=f"pair:{pair.id}", number=pair.number)
    for side in Side:
        for reader in speakers(session, pair.unit(side)):
            tell(session, reader, f"pair_formed_{side}", subject=f"pair:{pair.id}", pair=pair, contacts=contacts)
    return pair


def _hand_agreement(session: Session, pair: Pair) -> None:
    """Whose turn it is after the acceptance: undertakings on both sides, mentor, responsible person and goals."""
    for kind in TASKS:
        hand_task(session, pair, kind)
    for side in Side:
        for reader in speakers(session, pair.unit(side)):
            ask_to_sign(session, pair, reader, pair.unit(side))


def hand_task(
    session: Session, pair: Pair, kind: str, *, within: int = DUE, remind: tuple[int, ...] = REMINDERS
) -> None:
    """Hand one of the tasks of the agreement to the unit whose task it is, within so many working days."""
    duties.hand(
        session,
        kind,
        f"pair:{pair.id}",
        unit=pair.unit(TASKS[kind]),
        city=pair.city,
        due_at=calendar.add_working_days(clock.now(), within),
        remind=remind,
        number=pair.number,
        incubator=pair.incubator.name,
        incubatee=pair.incubatee.name,
    )


def hand_side(
    session: Session, kind: str, pair: Pair, side: Side, subject: str, *, due_at: datetime, remind: tuple[int, ...],
    **title: Any,
) -> None:  # fmt: skip
    """Hand one side of a pair what is to be done: its mentor once named, else its unit."""
    duties.hand(
        session,
        kind,
        subject,
        person=pair.in_charge(side) if side is Side.INCUBATOR else None,
        unit=pair.unit(side),
        city=pair.city,
        due_at=due_at,
        remind=remind,
        number=pair.number,
        **title,
    )


def side_of(session: Session, person: Person, pair: Pair) -> Side | None:
    """On which side of the pair a person stands now, None for neither.

    A mentor stands on it only while named for this very pair and while it lasts. Whoever belongs to both units stands
    where their hat says, else with the incubatee.
    """
    sides = {}
    for one in memberships(session, person):
        if one.unit_id == pair.incubatee_id:
            sides[one.unit_id] = Side.INCUBATEE
        elif one.unit_id == pair.incubator_id and (one.post is not Post.MENTOR or _mentors(pair, person)):
            sides[one.unit_id] = Side.INCUBATOR
    if person.hat_id in sides:
        return sides[person.hat_id]
    return sides.get(pair.incubatee_id) or sides.get(pair.incubator_id)


def _mentors(pair: Pair, person: Person) -> bool:
    return pair.mentor_id == person.id and pair.status not in OVER


def watches(session: Session, person: Person, pair: Pair) -> bool:
    """Whether a person sits in an office that watches over the pair."""
    return any(
        seat.role in (Role.ASSOCIATION, Role.PROVINCE) or (seat.role is Role.CITY and seat.city == pair.city)
        for seat in seats(session, person)
    )


def find_pair(session: Session, person: Person, pair_id: int, *, lock: bool = False) -> Pair:
    """A pair for the people of its two units and the offices that watch over it; Refused for anybody else."""
    pair = fetch(session, Pair, pair_id, lock=lock)
    if pair is None or not (side_of(session, person, pair) or watches(session, person, pair)):
        raise Refused("not_found")
    return pair


def withheld(session: Session, person: Person, pair: Pair) -> str | None:
    """Why figures and what was written of a pair are not for a person (sign_first, pair_over); None where they are.

    An office reads them; a side once it has promised secrecy, the incubator only as long as it works in the pair.
    """
    side = side_of(session, person, pair)
    if side is Side.INCUBATOR and pair.status in OVER:
        return "pair_over"
    return "sign_first" if side is not None and not signed(session, pair, person) else None


def find_readable_pair(session: Session, person: Person, pair_id: int) -> Pair:
    """A pair whose figures a person may see; Refused for anybody else, with what is in the way."""
    pair = find_pair(session, person, pair_id)
    if (code := withheld(session, person, pair)) is not None:
        raise Refused(code, pair=pair)
    return pair


def find_watched_pair(session: Session, officer: Person, pair_id: int) -> Pair:
    """A pair that is not over, locked, for the offices that watch over it; Refused for its own people."""
    pair = find_pair(session, officer, pair_id, lock=True)
    if not watches(session, officer, pair):
        raise Refused("not_your_part")
    if pair.status in OVER:
        raise Refused("pair_over", pair=pair)
    return pair


def find_own_pair(
    session: Session, person: Person, pair_id: int, side: Side | None = None, *, speaking: bool = False
) -> tuple[Pair, Side]:
    """A pair one works in (on one given side), locked, with the side one stands on; an office only watches.

    `speaking`: for contact and backup of that side alone.
    """
    pair = find_pair(session, person, pair_id, lock=True)
    own = side_of(session, person, pair)
    if own is None or (side is not None and own is not side):
        raise Refused("not_your_part")
    if pair.status in OVER:
        raise Refused("pair_over", pair=pair)
    if speaking and not speaks_for(session, person, pair.unit(own)):
        raise Refused("contact_only", pair=pair)
    return pair, own


def pairs_of(session: Session, person: Person, status: Iterable[PairStatus] = tuple(PairStatus)) -> list[Pair]:
    """The pairs a person works in, newest first."""
    units = {one.unit_id for one in memberships(session, person)}
    query = select(Pair).where(or_(Pair.incubator_id.in_(units), Pair.incubatee_id.in_(units)))
    found = session.scalars(query.where(Pair.status.in_(status)).order_by(Pair.id.desc()))
    return [pair for pair in found if side_of(session, person, pair)]
