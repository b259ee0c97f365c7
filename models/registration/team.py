"""The people of a unit and their posts: who speaks for it, who stands in, who leaves. Knows no sentence, no channel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused
from models.oversight import duties
from models.registration.joining import add_post
from models.registration.people import Membership, Post, holders_of, memberships, office_for, speakers, speaks_for
from models.registration.registering import DUTY
from models.registration.units import Standing, Unit, find_unit
from models.system import calendar, clock
from models.system.accounts import Person
from models.system.letters import Kind, tell
from models.system.marks import record

REPLACE_WITHIN = 5  # working days


def team(session: Session, unit: Unit) -> list[tuple[Person, list[Membership]]]:
    """The people of a unit with their posts, the contact first."""
    query = select(Membership).where(Membership.unit_id == unit.id, Membership.left_at.is_(None))
    order = list(Post)
    by_person: dict[int, list[Membership]] = {}
    for member in sorted(session.scalars(query), key=lambda one: (order.index(one.post), one.id)):
        by_person.setdefault(member.person_id, []).append(member)
    return [(posts[0].person, posts) for posts in by_person.values()]


def find_colleague(session: Session, person: Person, *, unit_id: int, colleague: int | str) -> tuple[Unit, Person]:
    """A colleague of a unit this person speaks for; Refused for anybody else."""
    unit = session.get(Unit, unit_id)
    if unit is None or not speaks_for(session, person, unit):
        raise Refused("not_found")
    found = session.get(Person, int(colleague))
    if found is None or not any(one.unit_id == unit.id for one in memberships(session, found)):
        raise Refused("not_found")
    return unit, found


def appoint(session: Session, person: Person, *, unit_id: int, colleague: int | str, post: Post | str) -> Membership:
    """Give a colleague a post; the contact's post passes from one to the other, who stays as backup."""
    unit, other = find_colleague(session, person, unit_id=unit_id, colleague=colleague)
    post = Post(post)
    if other in holders_of(session, unit, post):
        raise Refused("has_post", post=post, colleague=other)
    if post is Post.CONTACT:
        contacts = holders_of(session, unit, Post.CONTACT)
        if contacts and person not in contacts:
            raise Refused("contact_handed_over")
        for former in contacts:
            _take(session, former, unit, Post.CONTACT)
            add_post(session, former, unit, Post.BACKUP)
        _take(session, other, unit, Post.BACKUP)
        duties.done(session, f"unit:{unit.id}", "replace_contact")
    member = add_post(session, other, unit, post)
    record(session, person, "post_given", subject=f"unit:{unit.id}", colleague=other.id, post=post.value)
    tell(session, person, "team_changed", kind=Kind.REPLY, unit=unit, colleague=other, post=post, given=True)
    if other is not person:
        tell(session, other, "post_given", unit=unit, post=post)
    return member


def take_post(session: Session, person: Person, *, unit_id: int, colleague: int | str, post: Post | str) -> Unit:
    """Take a post from a colleague; one's own contact's post is only handed over."""
    unit, other = find_colleague(session, person, unit_id=unit_id, colleague=colleague)
    post = Post(post)
    if post is Post.CONTACT:
        raise Refused("contact_handed_over")
    _take(session, other, unit, post)
    record(session, person, "post_taken", subject=f"unit:{unit.id}", colleague=other.id, post=post.value)
    if not any(one.unit_id == unit.id for one in memberships(session, other)):
        _gone(session, other, unit)
    tell(session, person, "team_changed", kind=Kind.REPLY, unit=unit, colleague=other, post=post, given=False)
    if other is not person:
        tell(session, other, "post_taken", unit=unit, post=post)
    return unit


def _take(session: Session, person: Person, unit: Unit, post: Post) -> None:
    for one in memberships(session, person):
        if one.unit_id == unit.id and one.post is post:
            one.left_at = clock.now()
    session.flush()


def may_leave(session: Session, person: Person, unit: Unit) -> str:
    """What leaving means: "free", "backup" (who becomes contact), "choose" (a successor first) or "last"."""
    if person not in speakers(session, unit):
        return "free"
    if len(speakers(session, unit)) > 1 or person not in holders_of(session, unit, Post.CONTACT):
        return "free"
    if [one for one in holders_of(session, unit, Post.BACKUP) if one is not person]:
        return "backup"
    others = [one for one, _ in team(session, unit) if one is not person]
    return "choose" if others else "last"


def leave_unit(session: Session, person: Person, unit_id: int, *, sure: bool = False) -> Unit:
    """Leave a unit: the backup becomes contact; the last one leaves only with a word to the office."""
    unit = find_unit(session, person, unit_id, lock=True)
    own = [one for one in memberships(session, person) if one.unit_id == unit.id]
    if not own:
        raise Refused("not_found")
    way = may_leave(session, person, unit)
    if way == "choose" or (way == "last" and not sure):
        raise Refused(f"leave_{way}", unit=unit)
    for one in own:
        one.left_at = clock.now()
    session.flush()
    succeed(session, unit)
    _gone(session, person, unit)
    record(session, person, "unit_left", subject=f"unit:{unit.id}")
    return unit


def succeed(session: Session, unit: Unit) -> None:
    """See to it that a unit has somebody to talk to: its backup, else its office looks for one."""
    if holders_of(session, unit, Post.CONTACT):
        return
    if backups := holders_of(session, unit, Post.BACKUP):
        _take(session, backups[0], unit, Post.BACKUP)
        add_post(session, backups[0], unit, Post.CONTACT)
        tell(session, backups[0], "contact_now", kind=Kind.CALL, unit=unit)
        return
    withdraw_open(session, unit)
    if unit.sides:
        due_at = calendar.add_working_days(clock.now(), REPLACE_WITHIN)
        duties.hand(
            session, "replace_contact", f"unit:{unit.id}",
            office=office_for(session, unit.city), city=unit.city, due_at=due_at, remind=(2,), unit_name=unit.name,
        )  # fmt: skip


def withdraw_open(session: Session, unit: Unit) -> None:
    """Registrations that nobody stands behind any more are taken back before anybody verifies them."""
    for side in unit.sides:
        if unit.standing(side) in (Standing.PENDING, Standing.RETURNED):
            unit.stand(side, Standing.NONE)
            duties.done(session, f"unit:{unit.id}", DUTY[side])
    duties.done(session, f"unit:{unit.id}", "fix_unit")
    duties.done(session, f"relation:{unit.id}")


def _gone(session: Session, person: Person, unit: Unit) -> None:
    """Let go of the hat, and pass a leaver's open duties on to the unit."""
    if person.hat_id == unit.id:
        person.hat_id = next((one.unit_id for one in memberships(session, person)), None)
    pass_on(session, person, unit, every=not memberships(session, person))


def pass_on(session: Session, person: Person, unit: Unit, *, every: bool) -> None:
    """What waits for somebody in a unit (`every`: whatever waits for them) waits for the unit from now on.

    What nobody else can do in their place is closed.
    """
    query = select(duties.Duty).where(duties.Duty.person_id == person.id, duties.Duty.done_at.is_(None))
    if not every:
        query = query.where(duties.Duty.unit_id == unit.id)
    for duty in session.scalars(query).all():
        if duties.of_one_only(duty):
            duties.done(session, duty.subject, duty.kind)
        else:
            duty.person_id, duty.unit_id = None, unit.id
    session.flush()


def units_to_ask(session: Session, now: datetime) -> list[int]:
    """Active units, whose contacts are asked once a quarter whether the list of people is still right."""
    query = select(Unit.id).where((Unit.as_incubator == Standing.ACTIVE) | (Unit.as_incubatee == Standing.ACTIVE))
    return list(session.scalars(query.order_by(Unit.id)))


def ask_team(session: Session, unit_id: int, now: datetime) -> None:
    """Ask a unit's contact once a quarter whether its list of people is still right."""
    unit = session.get_one(Unit, unit_id)
    day = calendar.local_day(now)
    quarter = f"{day.year}-{(day.month - 1) // 3 + 1}"
    people = team(session, unit)
    for speaker in speakers(session, unit):
        once = f"team_check:{unit.id}:{quarter}:{speaker.id}"
        tell(session, speaker, "team_check", kind=Kind.CALL, once=once, unit=unit, people=people)
