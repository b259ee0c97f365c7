"""One-time links: made by those inside, opened with /start, used once."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Contact, Form, Options, Step, Text
from bot.engine.routes import button, command, form
from bot.engine.timetable import job
from bot.engine.turns import Turn
from handlers import MEMBER, OFFICE
from handlers.exchange.steps import Terms
from handlers.registration.registering import known_person
from handlers.registration.replies import SURE, Reply, agrees, replies_to
from handlers.registration.units import own, own_unit
from handlers.steps import listed
from models import vocabulary
from models.incubation.pairs import LASTING, pairs_of
from models.incubation.undertakings import signed
from models.registration import consent, invitations
from models.registration.people import Post, Role
from models.registration.units import find_unit
from models.system.accounts import Person
from models.system.letters import Kind, tell

INVITERS = MEMBER | OFFICE
NUMBER = re.compile(r"\+?[\d\s()-]{7,20}")  # a telephone number and nothing else
COLLEAGUES = (Post.BACKUP, Post.MENTOR, Post.RESPONSIBLE, Post.LEADER, Post.TEAM)


def show_by_secret(turn: Turn, secret: str) -> None:
    """What a link leads to; the same answer for a wrong, used or expired one."""
    found = invitations.look_up(turn.session, turn.person, secret)
    if found is None:
        return turn.say("refused_invitation_void")
    if not consent.given(turn.person):
        return turn.say("consent_invited", invitation=found)
    return show(turn, found.id)


def show(turn: Turn, invitation_id: int) -> None:
    """Who invites, and as what."""
    turn.say("invitation", invitation=invitations.find_invitation(turn.session, turn.person, invitation_id))


# coming in


def still_good(asking: Asking) -> None:
    invitations.find_invitation(asking.session, asking.person, asking.subject["invitation_id"])


def methods(asking: Asking) -> Options:
    return listed(vocabulary.methods(), asking.words.language)


def come_in(session: Session, person: Person, **answers: Any) -> None:
    """Be in, and see on one card what comes next: one's pair, and the undertaking that opens its files."""
    invitation = invitations.accept_invitation(session, person, **answers)
    pair = next(iter(pairs_of(session, person, LASTING)), None)
    signs = pair is not None and not signed(session, pair, person)
    tell(session, person, "invitation_accepted", kind=Kind.REPLY, invitation=invitation, pair=pair, signs=signs)


def coming_in(name: str, *further: Step) -> Form:
    """Who one is, which is asked only where it is not known yet; then one is in."""
    return Form(
        name=name,
        guard=still_good,
        prefill=known_person,
        finish=come_in,
        steps=(Text(name="person_name", shortest=2, longest=40), Contact(name="phone"), *further),
    )


form(coming_in("come_in"))
form(coming_in("come_in_mentor", Terms(name="skills", kind="methods", of=methods, optional=True, most=12)))


@button("invitation.accept")
def accept(turn: Turn, invitation_id: int, phone: str = "") -> None:
    """Come in: a mentor also says which methods they know; a number typed before is one's own."""
    found = invitations.find_invitation(turn.session, turn.person, invitation_id)
    answers = {"phone": phone} if phone else None
    begin(turn, "come_in_mentor" if found.post is Post.MENTOR else "come_in", invitation_id=found.id, answers=answers)


@replies_to("invitation.accept")
def read_acceptance(turn: Turn, text: str, invitation_id: int) -> Reply | None:
    """A yes, or one's own number, typed under an invitation accepts it."""
    if agrees(text):
        return Reply(SURE, "invitation.accept", (invitation_id,))
    return Reply(SURE, "invitation.accept", (invitation_id, text)) if NUMBER.fullmatch(text) else None


# inviting


@command("invite", roles=INVITERS)
def invite(turn: Turn, rest: str) -> None:
    """Invite: an officer into an office, anybody else a colleague into the unit."""
    if invitations.offices_to_invite(turn.session, turn.person):
        return begin(turn, "invite_officer")
    return begin(turn, "invite_colleague", unit_id=own_unit(turn).id)


@button("invite.colleague", roles=MEMBER)
def invite_colleague(turn: Turn, unit_id: int) -> None:
    """Invite a colleague into one's unit."""
    begin(turn, "invite_colleague", unit_id=unit_id)


@button("invite.backup", roles=MEMBER)
def invite_backup(turn: Turn, unit_id: int) -> None:
    """Invite a backup contact into one's unit."""
    invitations.invite_colleague(turn.session, turn.person, unit_id=unit_id, post=Post.BACKUP)


@button("invite.contact", roles=OFFICE)
def invite_contact(turn: Turn, unit_id: int) -> None:
    """Invite a new contact into a unit that has nobody left."""
    unit = find_unit(turn.session, turn.person, unit_id)
    invitations.invite_colleague(turn.session, turn.person, unit_id=unit.id, post=Post.CONTACT)


@button("invite.again", roles=INVITERS)
def invite_again(turn: Turn, invitation_id: int) -> None:
    """A new link in place of one that nobody used."""
    invitations.invite_again(turn.session, turn.person, invitation_id)


def roles(asking: Asking) -> Options:
    found = dict.fromkeys(role for role, _ in invitations.offices_to_invite(asking.session, asking.person))
    return [(role.value, asking.words.label(f"seat.{role.value}")) for role in found]


def cities(asking: Asking) -> Options:
    found = [city for role, city in invitations.offices_to_invite(asking.session, asking.person) if role is Role.CITY]
    known = vocabulary.cities()
    return [(city, vocabulary.label(known[city], asking.words.language)) for city in found if city]


form(
    Form(
        name="invite_officer",
        roles=OFFICE,
        finish=invitations.invite_officer,
        steps=(
            Choice(name="role", of=roles),
            Choice(name="city", of=cities, when=lambda values: values["role"] == Role.CITY),
        ),
    )
)
form(
    Form(
        name="invite_colleague",
        guard=own,
        finish=invitations.invite_colleague,
        steps=(Choice(name="post", of=COLLEAGUES, texts="member"),),
    )
)


SEATED = OFFICE | {Role.EXPERT}


@button("seat.leave", roles=SEATED)
def ask_leave_office(turn: Turn, seat_id: int) -> None:
    """What giving up a seat in an office means, asked once more."""
    turn.change("leave_office", seat=invitations.seat_to_leave(turn.session, turn.person, seat_id))


@button("seat.leave_sure", roles=SEATED)
def leave_office(turn: Turn, seat_id: int) -> None:
    """Give up a seat in an office."""
    seat = invitations.leave_office(turn.session, turn.person, seat_id)
    turn.change("left_office", seat=seat)


job("secret_letters", "*/15 * * * *", find=invitations.open_letters)(invitations.close_letter)
job("invitation_waits", "30 9 * * *", find=invitations.unused)(invitations.mention_unused)
