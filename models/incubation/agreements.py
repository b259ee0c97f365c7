"""From the acceptance to the first session: undertakings, mentor, responsible person, team, contact details, start.

Knows no sentence and no channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Invalid, Refused, lock, move
from models.incubation.concerns import Cause, settled
from models.incubation.goals import goals_of
from models.incubation.pairs import Pair, PairStatus, find_own_pair, find_pair, side_of
from models.incubation.progress import open_duties, own_duty
from models.incubation.sessions import hand_next_session
from models.incubation.stages import in_a_quarter
from models.incubation.terms import later
from models.incubation.undertakings import (
    DUE,
    REMINDERS,
    Undertaking,
    ask_to_sign,
    find_undertaking,
    signed,
    unsigned,
)
from models.oversight import duties
from models.registration.people import SPEAKERS, Membership, Post, speakers
from models.registration.units import Side, Unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

SMALLEST_TEAM, LARGEST_TEAM = 2, 12


class TeamMember(Base):
    """Somebody of the incubatee's team for a pair; `person` is empty for one who is not in the chat."""

    __tablename__ = "team_members"

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pairs.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str | None] = mapped_column(String(80), info={"personal": "person_id"})
    joined_at: Mapped[datetime] = mapped_column(default=clock.now)
    left_at: Mapped[datetime | None]


def sign_undertaking(session: Session, person: Person, *, undertaking_id: int, name: str) -> Undertaking:
    """Promise secrecy about a pair under one's name; a second signature changes nothing."""
    undertaking = find_undertaking(session, person, undertaking_id)
    lock(session, undertaking.pair)  # of two who sign at once the second starts the pair
    session.refresh(undertaking)
    if undertaking.signed_at is not None:
        return undertaking
    undertaking.name, undertaking.signed_at = name, clock.now()
    duties.done(session, f"undertaking:{undertaking.id}", "sign_undertaking")
    pair = undertaking.pair
    record(session, person, "undertaking_signed", subject=f"pair:{pair.id}", version=undertaking.version)
    duty = own_duty(session, person, pair)
    tell(session, person, "undertaking_signed", kind=Kind.REPLY, pair=pair, undertaking=undertaking, duty=duty)
    start_if_ready(session, person, pair)
    return undertaking


def mentors_to_choose(session: Session, pair: Pair) -> list[Person]:
    """Who may be named mentor: the incubator's mentors, then its contacts."""
    query = select(Membership).where(Membership.unit_id == pair.incubator_id, Membership.left_at.is_(None))
    found = session.scalars(query.where(Membership.post.in_((Post.MENTOR, *SPEAKERS))).order_by(Membership.id)).all()
    posts = sorted(found, key=lambda one: one.post is not Post.MENTOR)
    return list({one.person_id: one.person for one in posts}.values())


def name_mentor(session: Session, person: Person, *, pair_id: int, mentor: int) -> Pair:
    """The incubator names the person who mentors; a former one hands over what was waiting for them."""
    pair, _ = find_own_pair(session, person, pair_id, Side.INCUBATOR, speaking=True)
    chosen = next((one for one in mentors_to_choose(session, pair) if one.id == mentor), None)
    if chosen is None:
        raise Invalid("not_a_mentor")
    before, pair.mentor = pair.mentor, chosen
    session.flush()
    duties.done(session, f"pair:{pair.id}", "name_mentor")
    if before is chosen:
        return pair
    for duty in open_duties(session, [pair]):
        if before is not None and duty.person_id == before.id and duty.kind != "sign_undertaking":
            duty.person = chosen
    undertaking = ask_to_sign(session, pair, chosen, pair.incubator)
    record(session, person, "mentor_named", subject=f"pair:{pair.id}", mentor=chosen.id)
    tell(session, person, "mentor_named", kind=Kind.REPLY, pair=pair)
    if chosen is not person:
        tell(session, chosen, "mentor_chosen", kind=Kind.CALL, subject=f"undertaking:{undertaking.id}", pair=pair)
    if before is not None and before is not person:
        tell(session, before, "mentor_relieved", pair=pair)
    for reader in speakers(session, pair.incubatee):
        tell(session, reader, "mentor_told", pair=pair)
    start_if_ready(session, person, pair)
    return pair


def members(session: Session, unit: Unit) -> list[Person]:
    """Everybody of a unit who is in the chat."""
    query = select(Membership).where(Membership.unit_id == unit.id, Membership.left_at.is_(None))
    found = session.scalars(query.order_by(Membership.id))
    return list({one.person_id: one.person for one in found if one.person.name}.values())


def team_of(session: Session, pair: Pair) -> Sequence[TeamMember]:
    """The incubatee's present team for the pair."""
    query = select(TeamMember).where(TeamMember.pair_id == pair.id, TeamMember.left_at.is_(None))
    return session.scalars(query.order_by(TeamMember.id)).all()


def name_responsible(
    session: Session, person: Person, *, pair_id: int, responsible: str, quality_officer: bool, team: Sequence[str]
) -> Pair:
    """The incubatee names the responsible person (责任人) and a team; those who are in the chat are recognised."""
    pair, _ = find_own_pair(session, person, pair_id, Side.INCUBATEE, speaking=True)
    others = list(dict.fromkeys(name for name in team if name.partition("（")[0] != responsible))
    if len(others) < SMALLEST_TEAM:
        raise Invalid("team_too_small", smallest=SMALLEST_TEAM)
    known = {one.name: one for one in members(session, pair.incubatee)}
    before, chosen = pair.responsible, known.get(responsible)
    pair.responsible_name, pair.responsible = responsible, chosen
    pair.quality_officer = quality_officer
    for one in team_of(session, pair):
        one.left_at = clock.now()
    for name in others:
        found = known.get(name.partition("（")[0])
        session.add(TeamMember(pair_id=pair.id, name=name, person_id=found.id if found else None))
    session.flush()
    duties.done(session, f"pair:{pair.id}", "name_responsible")
    if chosen is not None:
        ask_to_sign(session, pair, chosen, pair.incubatee)
    if chosen is not None and chosen not in (before, person):
        tell(session, chosen, "responsible_chosen", kind=Kind.CALL, subject=f"pair:{pair.id}", pair=pair)
    record(session, person, "responsible_named", subject=f"pair:{pair.id}", team=len(others))
    single = single_point(session, pair)
    tell(session, person, "responsible_named", kind=Kind.REPLY, pair=pair, team=others, single=single)
    start_if_ready(session, person, pair)
    return pair


def waiting_to_sign(session: Session, pair: Pair) -> list[Person]:
    """Who was asked to promise secrecy, works in the pair and has not done it yet."""
    return [one.person for one in unsigned(session, pair) if side_of(session, one.person, pair)]


def missing(session: Session, pair: Pair) -> list[str]:
    """What still stands between the acceptance and the start: mentor, responsible, goals, undertakings (codes)."""
    open_points = {
        "mentor": pair.mentor_id is None,
        "responsible": pair.responsible_name is None,
        "goals": pair.baseline_locked_at is None,
        "undertakings": bool(waiting_to_sign(session, pair)),
    }
    return [point for point, is_open in open_points.items() if is_open]


def pairs_ready(session: Session) -> list[int]:
    """Pairs that lack nothing but were not opened: the last who was waited for has not signed but left."""
    named = Pair.mentor_id.is_not(None), Pair.responsible_name.is_not(None), Pair.baseline_locked_at.is_not(None)
    query = select(Pair).where(Pair.status == PairStatus.SIGNING, *named).order_by(Pair.id)
    return [pair.id for pair in session.scalars(query) if not missing(session, pair)]


def start_if_ready(session: Session, person: Person | None, pair: Pair) -> bool:
    """Open the introduction stage once everything is agreed, and ask the mentor for the first session."""
    if pair.status is not PairStatus.SIGNING or missing(session, pair):
        return False
    move(pair, PairStatus.INTRODUCTION)
    pair.started_on = today = calendar.local_day(clock.now())
    pair.review_on, pair.ends_on = in_a_quarter(), later(today, pair.months)
    record(session, person, "pair_started", subject=f"pair:{pair.id}")
    settled(session, pair, Cause.STALLED)
    hand_next_session(session, pair)
    readers = [one for side in Side for one in (*speakers(session, pair.unit(side)), pair.in_charge(side))]
    for reader in {one.id: one for one in readers if one is not None}.values():
        kind = Kind.REPLY if reader is person else Kind.ANSWER
        side = side_of(session, reader, pair)
        goals = goals_of(session, pair) if signed(session, pair, reader) else []
        tell(session, reader, "pair_started", kind=kind, pair=pair, mentoring=side is Side.INCUBATOR, goals=goals)
    for side in Side:
        demand_backup(session, pair, pair.unit(side))
    return True


def has_backup(session: Session, unit: Unit) -> bool:
    """Whether a second person of the unit can be reached."""
    query = select(Membership.id).where(Membership.unit_id == unit.id, Membership.post == Post.BACKUP)
    return session.scalar(query.where(Membership.left_at.is_(None)).limit(1)) is not None


def single_point(session: Session, pair: Pair) -> bool:
    """Whether all hangs on one person: the responsible person is also the only one who can be reached."""
    reachable = [one.name for one in speakers(session, pair.incubatee)]
    return reachable == [pair.responsible_name] and not has_backup(session, pair.incubatee)


def backup_named(session: Session, unit_id: int) -> bool:
    """Close the duty to name a backup once there is one; whether that is so."""
    unit = session.get_one(Unit, unit_id)
    if not has_backup(session, unit):
        return False
    duties.done(session, f"unit:{unit.id}", "name_backup")
    return True


def demand_backup(session: Session, pair: Pair, unit: Unit) -> None:
    """A unit in a running pair needs a backup contact; one without gets the duty to name one."""
    if not has_backup(session, unit):
        due_at = calendar.add_working_days(clock.now(), DUE)
        subject = f"unit:{unit.id}"
        duties.hand(
            session,
            "name_backup",
            subject,
            unit=unit,
            city=pair.city,
            due_at=due_at,
            remind=REMINDERS[:2],
            unit_name=unit.name,
        )


def my_undertaking(session: Session, person: Person, pair_id: int) -> Undertaking:
    """One's own undertaking about a pair, made on demand for anybody who works in it."""
    pair = find_pair(session, person, pair_id)
    side = side_of(session, person, pair)
    if side is None:
        raise Refused("not_your_part")
    return ask_to_sign(session, pair, person, pair.unit(side))
