"""One-time links: a colleague comes into a unit, an officer into an office, only by the word of somebody inside.

The link's secret is kept only as its hash. A wrong, used or expired one gets the same answer, and whoever guesses is no
longer looked up. Knows no sentence and no channel.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import vocabulary
from models.base import Base, Refused, fetch, index_where, literally, words_of
from models.oversight import duties
from models.registration.changes import changing_office
from models.registration.joining import add_post
from models.registration.people import Officer, Post, Role, holders_of, may_see, officers, oversees, seats, speaks_for
from models.registration.units import Unit
from models.system import clock
from models.system.accounts import Person
from models.system.letters import Delivery, Kind, Letter, hush, tell
from models.system.marks import Audit, record

SECRET_BYTES = 24  # 192 bits
LASTS = timedelta(days=14)
GUESSES, GUESSING = 5, timedelta(hours=1)
REMIND_DAYS = (3, 7)  # after which an unused invitation is mentioned to who made it
FLEETING = ("invitation_link", "mydata_file")
OPEN_AT_MOST = 20  # unused invitations of one person
# Who may invite whom into an office (programme, section 1): the office above, and one's own for colleagues.
INVITES: dict[Role, tuple[Role, ...]] = {
    Role.PROVINCE: (Role.ASSOCIATION, Role.CITY, Role.EXPERT, Role.PROVINCE),
    Role.ASSOCIATION: (Role.ASSOCIATION,),
    Role.CITY: (Role.CITY,),
}


index_where("ix_letters_fleeting", Letter.template, where=f"template IN {FLEETING} AND body != ''")
index_where("ix_audit_guesses", Audit.person_id, Audit.at, where="action = 'invitation_wrong'")


class Invitation(Base):
    """A way in, once: to a `post` in a unit, or to a `role` in an office (`city`: its four-digit code)."""

    __tablename__ = "invitations"
    __table_args__ = (index_where("ix_invitations_unused", "made_at", where="used_at IS NULL"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    post: Mapped[Post | None] = mapped_column(words_of(Post))
    role: Mapped[Role | None] = mapped_column(words_of(Role))
    city: Mapped[str | None] = mapped_column(String(4))
    inviter_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    unit: Mapped[Unit | None] = relationship()
    inviter: Mapped[Person | None] = relationship(foreign_keys=[inviter_id])

    @property
    def valid(self) -> bool:
        return self.used_at is None and clock.now() < self.expires_at


def invite_colleague(session: Session, person: Person, *, unit_id: int, post: Post | str) -> Invitation:
    """Make a way into a unit: for its contact or backup, or for its office where nobody speaks for it any more."""
    unit = session.get(Unit, unit_id)
    if unit is None or not may_see(session, person, unit):
        raise Refused("not_found")
    _may_give(session, person, unit, Post(post))
    return _make(session, person, unit=unit, post=Post(post))


def _may_give(session: Session, person: Person, unit: Unit, post: Post) -> None:
    """Refused unless a person may give away this post in a unit."""
    if not speaks_for(session, person, unit):
        abandoned = not holders_of(session, unit, Post.CONTACT, Post.BACKUP)
        if not (oversees(session, person, unit) and abandoned and post is Post.CONTACT):
            raise Refused("not_speaker")
    elif post is Post.CONTACT:
        raise Refused("contact_handed_over")


def _stands(session: Session, invitation: Invitation) -> bool:
    """Whether an invitation is unused, in time, and its inviter could still make it."""
    inviter = invitation.inviter
    if not invitation.valid or inviter is None:
        return invitation.valid
    if invitation.unit is None or invitation.post is None:
        return (invitation.role, invitation.city) in offices_to_invite(session, inviter)
    try:
        _may_give(session, inviter, invitation.unit, invitation.post)
    except Refused:
        return False
    return True


def invite_officer(session: Session, person: Person, *, role: Role | str, city: str | None = None) -> Invitation:
    """Make a way into an office: from the office above, or from a colleague of the same office."""
    role = Role(role)
    if (role, city) not in offices_to_invite(session, person):
        raise Refused("role")
    return _make(session, person, role=role, city=city)


def offices_to_invite(session: Session, person: Person) -> list[tuple[Role, str | None]]:
    """The offices an officer may invite into, city offices one by one."""
    found: list[tuple[Role, str | None]] = []
    for seat in seats(session, person):
        for role in INVITES.get(seat.role, ()):
            cities = vocabulary.cities() if seat.role is Role.PROVINCE else (seat.city,)
            found += [(role, city) for city in cities] if role is Role.CITY else [(role, None)]
    return list(dict.fromkeys(found))


def invite_first_officer(session: Session) -> str:
    """The first provincial officer's way in, made on the command line; returns the secret to type after /start."""
    return _secret(session, None, role=Role.PROVINCE)[1]


def _make(
    session: Session,
    person: Person,
    *,
    unit: Unit | None = None,
    post: Post | None = None,
    role: Role | None = None,
    city: str | None = None,
) -> Invitation:
    unused = select(func.count()).where(Invitation.inviter_id == person.id, Invitation.used_at.is_(None))
    if (session.scalar(unused.where(Invitation.expires_at > clock.now())) or 0) >= OPEN_AT_MOST:
        raise Refused("too_many_invitations", most=OPEN_AT_MOST)
    invitation, secret = _secret(session, person, unit=unit, post=post, role=role, city=city)
    tell(session, person, "invitation_made", kind=Kind.REPLY, invitation=invitation)
    tell(session, person, "invitation_link", kind=Kind.REPLY, invitation=invitation, secret=secret)
    return invitation


def _secret(
    session: Session,
    person: Person | None,
    *,
    unit: Unit | None = None,
    post: Post | None = None,
    role: Role | None = None,
    city: str | None = None,
) -> tuple[Invitation, str]:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    invitation = Invitation(
        secret_hash=_hash(secret), unit=unit, post=post, role=role, city=city, inviter=person,
        expires_at=clock.now() + LASTS,
    )  # fmt: skip
    session.add(invitation)
    session.flush()
    record(session, person, "invitation_made", subject=f"invitation:{invitation.id}")
    return invitation, secret


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def look_up(session: Session, person: Person, secret: str) -> Invitation | None:
    """The valid invitation behind a secret; None for a wrong, used or expired one, and for whoever guesses too much."""
    since = clock.now() - GUESSING
    wrong = select(func.count()).select_from(Audit).where(Audit.person_id == person.id, Audit.at > since)
    if (session.scalar(wrong.where(Audit.action == literally("invitation_wrong"))) or 0) >= GUESSES:
        return None
    found = session.scalar(select(Invitation).where(Invitation.secret_hash == _hash(secret)))
    if found is None or not _stands(session, found):
        record(session, person, "invitation_wrong")
        return None
    return found


def find_invitation(session: Session, person: Person, invitation_id: int) -> Invitation:
    """An invitation that is still good, locked; whoever holds its button has shown its secret before."""
    found = fetch(session, Invitation, invitation_id, lock=True)
    if found is None or not _stands(session, found):
        raise Refused("invitation_void")
    return found


def accept_invitation(
    session: Session,
    person: Person,
    *,
    invitation_id: int,
    person_name: str,
    phone: str,
    skills: list[str] | None = None,
) -> Invitation:
    """Come in, once: the post or the seat is given, and the inviter hears of it; who came in is told by the caller."""
    invitation = find_invitation(session, person, invitation_id)
    person.name, person.phone = person_name, phone
    invitation.used_at, invitation.used_by_id = clock.now(), person.id
    hush(session, f"invitation:{invitation.id}")
    if invitation.unit is not None and invitation.post is not None:
        member = add_post(session, person, invitation.unit, invitation.post)
        member.skills = [code for code in skills or () if code in vocabulary.methods()] or member.skills
        if invitation.post is Post.CONTACT:
            duties.done(session, f"unit:{invitation.unit_id}", "replace_contact")
    elif invitation.role is not None:
        _seat(session, person, invitation.role, invitation.city)
    record(session, person, "invitation_used", subject=f"invitation:{invitation.id}")
    if invitation.inviter is not None:
        tell(session, invitation.inviter, "invitation_used", invitation=invitation, colleague=person)
    return invitation


def _seat(session: Session, person: Person, role: Role, city: str | None) -> None:
    if any(seat.role is role and seat.city == city for seat in seats(session, person)):
        return
    first = role is Role.CITY and not officers(session, role, city=city)
    session.add(Officer(person_id=person.id, role=role, city=city))
    session.flush()
    if first:
        # What the association held for a city without officers is theirs from now on.
        held = select(duties.Duty).where(duties.Duty.office == Role.ASSOCIATION, duties.Duty.city == city)
        kinds = duties.Duty.kind.in_(("verify_incubatee", "confirm_member", "replace_contact", "verify_change"))
        for duty in session.scalars(held.where(kinds, duties.Duty.done_at.is_(None))).all():
            if duty.kind == "verify_change":
                duty.office = changing_office(session, session.get_one(Unit, int(duty.subject.partition(":")[2])))
            else:
                duty.office = Role.CITY


def invite_again(session: Session, person: Person, invitation_id: int) -> Invitation:
    """Make a new link in place of an unused one of one's own, which stops working."""
    old = fetch(session, Invitation, invitation_id, lock=True)
    if old is None or old.inviter_id != person.id:
        raise Refused("not_found")
    if old.used_at is not None:
        raise Refused("moved_on", status="invitation.used")
    old.expires_at = min(old.expires_at, clock.now())
    hush(session, f"invitation:{old.id}")
    if old.unit_id is not None and old.post is not None:
        return invite_colleague(session, person, unit_id=old.unit_id, post=old.post)
    assert old.role is not None
    return invite_officer(session, person, role=old.role, city=old.city)


def seat_to_leave(session: Session, person: Person, seat_id: int) -> Officer:
    """One's own seat; the last officer of an office first invites somebody."""
    seat = next((one for one in seats(session, person) if one.id == seat_id), None)
    if seat is None:
        raise Refused("not_found")
    if officers(session, seat.role, city=seat.city) == [person]:
        raise Refused("last_officer", seat=seat)
    return seat


def leave_office(session: Session, person: Person, seat_id: int) -> Officer:
    """Give up a seat."""
    seat = seat_to_leave(session, person, seat_id)
    seat.left_at = clock.now()
    record(session, person, "office_left", subject=f"officer:{seat.id}")
    return seat


def unused(session: Session, now: datetime) -> Sequence[int]:
    """Invitations nobody has used three, or seven, days after they were made."""
    query = select(Invitation.id).where(Invitation.used_at.is_(None), Invitation.expires_at > now)
    made = Invitation.made_at.between(now - LASTS, now - timedelta(days=REMIND_DAYS[0]))
    return session.scalars(query.where(Invitation.inviter_id.is_not(None), made).order_by(Invitation.made_at)).all()


def mention_unused(session: Session, invitation_id: int, now: datetime) -> None:
    """Tell the inviter, at most once for each of these days, that an invitation still lies there."""
    invitation = session.get_one(Invitation, invitation_id)
    days = max(days for days in REMIND_DAYS if invitation.made_at <= now - timedelta(days=days))
    if invitation.valid and invitation.inviter is not None and invitation.inviter.left_at is None:
        once = f"invitation_waits:{invitation.id}:{days}"
        subject = f"invitation:{invitation.id}"
        tell(
            session, invitation.inviter, "invitation_waits", kind=Kind.CALL, once=once, subject=subject,
            invitation=invitation,
        )  # fmt: skip


def open_letters(session: Session, now: datetime) -> Sequence[int]:
    """Letters that have arrived and still hold a link's secret, or somebody's own data."""
    fleeting = Letter.template.in_(bindparam(None, FLEETING, expanding=True, literal_execute=True))
    query = select(Letter.id).where(fleeting, Letter.body != literally(""), Letter.status != Delivery.QUEUED)
    return session.scalars(query).all()


def close_letter(session: Session, letter_id: int, now: datetime) -> None:
    """Forget what such a letter said; of a link only the hash of its secret remains."""
    letter = session.get_one(Letter, letter_id)
    letter.body, letter.extra = "", {}
