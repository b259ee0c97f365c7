"""Who works in a pair: the mentor, the responsible person and the team, and whose number the other side may have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Confirm, Form, Many, Options
from bot.engine.routes import button, form
from bot.engine.turns import Turn
from handlers import MEMBER, SEERS
from handlers.oversight.duties import opens
from models.base import Invalid
from models.incubation import agreements, contacts
from models.incubation.pairs import Pair, find_own_pair, find_pair, side_of
from models.registration.people import speaks_for
from models.registration.units import Side
from models.system.accounts import Person


@button("pair.people", roles=SEERS)
def show_people(turn: Turn, pair_id: int) -> None:
    """Who is who in a pair."""
    pair = find_pair(turn.session, turn.person, pair_id)
    side = side_of(turn.session, turn.person, pair)
    turn.say(
        "pair_people",
        pair=pair,
        side=side,
        speaks=side is not None and speaks_for(turn.session, turn.person, pair.unit(side)),
        team=[one.name for one in agreements.team_of(turn.session, pair)],
        contacts=contacts.contacts_given(turn.session, turn.person, pair),
        waiting=[one.name or "–" for one in agreements.waiting_to_sign(turn.session, pair)],
        single=agreements.single_point(turn.session, pair),
    )


# the incubator's mentor


@button("mentor.name", roles=MEMBER)
@opens("name_mentor")
def start_mentor(turn: Turn, pair_id: int) -> None:
    """Name the person who mentors."""
    begin(turn, "name_mentor", pair_id=pair_id)


class MentorChoice(Choice):
    """One of the incubator's people; whoever names a mentor may say that it is themselves."""

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        own = kind == "text" and str(value).strip() in asking.words.label("myself_words").split()
        return super().accept(asking, kind, (asking.person.name if own else None) or value)


def _mentors(asking: Asking) -> Options:
    pair = asking.session.get_one(Pair, asking.subject["pair_id"])
    found = agreements.mentors_to_choose(asking.session, pair)
    return [(str(one.id), one.name or "–") for one in found]


def _guard(side: Side | None) -> Any:
    def check(asking: Asking) -> None:
        find_own_pair(asking.session, asking.person, asking.subject["pair_id"], side, speaking=side is not None)

    return check


def _name_mentor(session: Session, person: Person, *, pair_id: int, mentor: str) -> None:
    agreements.name_mentor(session, person, pair_id=pair_id, mentor=int(mentor))


form(
    Form(
        name="name_mentor",
        roles=MEMBER,
        steps=(MentorChoice(name="mentor", of=_mentors),),
        finish=_name_mentor,
        guard=_guard(Side.INCUBATOR),
    )
)


# the incubatee's responsible person and team


@button("responsible.name", roles=MEMBER)
@opens("name_responsible")
def start_responsible(turn: Turn, pair_id: int) -> None:
    """Name the responsible person and the team."""
    begin(turn, "name_responsible", pair_id=pair_id)


def _colleagues(asking: Asking) -> Options:
    pair = asking.session.get_one(Pair, asking.subject["pair_id"])
    return [(one.name or "", one.name or "") for one in agreements.members(asking.session, pair.incubatee)]


def _not_responsible(asking: Asking) -> Options:
    return [option for option in _colleagues(asking) if option[0] != asking.values.get("responsible")]


@dataclass(frozen=True, kw_only=True)
class Names(Many):
    """Several people: names in Latin letters hold blanks, so only marks part them."""

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        if kind == "text":
            value = _with_posts(str(value), asking.words.label("team_posts").split())
        parts = [part.strip() for part in re.split(r"[,，、;；\n]+", str(value)) if part.strip()]
        latin = kind == "text" and any(sign.isascii() and sign.isalpha() for sign in str(value))
        return parts if latin else super().accept(asking, kind, value)


def _with_posts(typed: str, posts: Sequence[str]) -> str:
    """Names with the posts written after them in brackets: 李梅 班长，赵刚 工艺 is 李梅（班长），赵刚（工艺）."""
    return re.sub(rf"(?<=[\u4e00-\u9fff])[ \t]+({'|'.join(posts)})(?=$|[\s,，、;；])", r"（\1）", typed)


def _a_person(asking: Asking, name: str) -> str:
    if name.strip() in asking.words.label("myself_words").split() and asking.person.name:
        return asking.person.name
    if not 2 <= len(name.strip()) <= 40 or any(sign.isdigit() for sign in name):
        raise Invalid("person_name", typed=name[:40])
    return name.strip()


def _enough(asking: Asking, names: list[str]) -> list[str]:
    others = [_a_person(asking, name) for name in names if name != asking.values.get("responsible")]
    if len(set(others)) < agreements.SMALLEST_TEAM:
        raise Invalid("team_too_small", smallest=agreements.SMALLEST_TEAM)
    return others


form(
    Form(
        name="name_responsible",
        roles=MEMBER,
        steps=(
            Choice(name="responsible", of=_colleagues, other=True, check=_a_person),
            Confirm(name="quality_officer"),
            Names(name="team", of=_not_responsible, other=True, most=agreements.LARGEST_TEAM, check=_enough),
        ),
        finish=agreements.name_responsible,
        guard=_guard(Side.INCUBATEE),
    )
)


@opens("name_backup")
def show_backup_wanted(turn: Turn, unit_id: int) -> None:
    """A second person is wanted; how to invite one. With one at hand the duty is done."""
    turn.say("backup_wanted", done=agreements.backup_named(turn.session, unit_id), unit_id=unit_id)


# telephone numbers


@button("contact.give", roles=MEMBER)
def start_contact(turn: Turn, pair_id: int) -> None:
    """Ask for consent to hand one's number to the other side, by name."""
    pair, side = find_own_pair(turn.session, turn.person, pair_id)
    receiver = pair.incubator if side is Side.INCUBATEE else pair.incubatee
    begin(turn, "give_contact", pair_id=pair_id, receiver=receiver.name)


def _give_contact(session: Session, person: Person, *, pair_id: int, receiver: str, agreed: bool) -> None:
    contacts.give_contact(session, person, pair_id=pair_id, agreed=agreed)


form(
    Form(
        name="give_contact",
        roles=MEMBER,
        steps=(Confirm(name="agreed"),),
        finish=_give_contact,
        guard=_guard(None),
    )
)
