"""The people of a unit: who holds which post, giving and taking posts, handing over, leaving."""

from __future__ import annotations

from typing import Any

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Form, Options
from bot.engine.routes import button, command, form
from bot.engine.timetable import job
from bot.engine.turns import Turn
from handlers import MEMBER, PAGE, paged
from handlers.oversight.duties import opens
from handlers.registration.units import own, own_unit
from handlers.registration.verifying import office_card
from models.registration import team
from models.registration.people import Post, memberships, speaks_for
from models.registration.units import Unit, find_unit


class Posts(Choice):
    """A choice of posts in which the contact may be called by the other usual word too."""

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        label = asking.words.label
        if isinstance(value, str):
            value = value.replace(label("members.also_contact"), label("member.contact"))
        return super().accept(asking, kind, value)


@command("team", roles=MEMBER)
def own_team(turn: Turn, rest: str) -> None:
    """The people of one's unit."""
    show(turn, own_unit(turn))


@button("team.show", roles=MEMBER)
def show_team(turn: Turn, unit_id: int, start: int = 0) -> None:
    show(turn, find_unit(turn.session, turn.person, unit_id), start)


def show(turn: Turn, unit: Unit, start: int = 0) -> None:
    people = [(one, [held.post for held in posts]) for one, posts in team.team(turn.session, unit)]
    speaks = speaks_for(turn.session, turn.person, unit)
    turn.say("team", unit=unit, people=people[start : start + PAGE], speaks=speaks, **paged(len(people), start))


def colleagues(asking: Asking) -> Options:
    """Everybody of the unit, by name and posts."""
    unit = asking.session.get_one(Unit, asking.subject["unit_id"])
    label = asking.words.label
    return [
        (str(one.id), f"{one.name or label('person.unnamed')} · {label(f'member.{posts[0].post.value}')}")
        for one, posts in team.team(asking.session, unit)
    ]


def held_posts(asking: Asking) -> Options:
    """The posts the chosen colleague holds in the unit."""
    unit = asking.session.get_one(Unit, asking.subject["unit_id"])
    people = {str(one.id): posts for one, posts in team.team(asking.session, unit)}
    posts = people.get(asking.values.get("colleague", ""), [])
    return [(held.post.value, asking.words.label(f"member.{held.post.value}")) for held in posts]


form(
    Form(
        name="give_post",
        guard=own,
        finish=team.appoint,
        steps=(Choice(name="colleague", of=colleagues), Posts(name="post", of=tuple(Post), texts="member")),
    )
)
form(
    Form(
        name="take_post",
        guard=own,
        finish=team.take_post,
        steps=(Choice(name="colleague", of=colleagues), Posts(name="post", of=held_posts)),
    )
)


@button("post.give", roles=MEMBER)
def give_post(turn: Turn, unit_id: int) -> None:
    """Give a colleague a post; the contact's post is handed over."""
    begin(turn, "give_post", unit_id=unit_id)


@button("post.take", roles=MEMBER)
def take_post(turn: Turn, unit_id: int) -> None:
    """Take a post from a colleague."""
    begin(turn, "take_post", unit_id=unit_id)


@button("unit.leave", roles=MEMBER)
def ask_leave(turn: Turn, unit_id: int) -> None:
    """What happens when one leaves; asked once more."""
    unit = find_unit(turn.session, turn.person, unit_id)
    turn.say("leave_ask", unit=unit, way=team.may_leave(turn.session, turn.person, unit))


@button("unit.leave_sure", roles=MEMBER)
def leave(turn: Turn, unit_id: int, told_last: bool = False) -> None:
    """Leave a unit for good; whoever has become its last person meanwhile is told so first."""
    unit = team.leave_unit(turn.session, turn.person, unit_id, sure=told_last)
    turn.change("left_unit", unit=unit, others=len(memberships(turn.session, turn.person)))


@button("team.right", roles=MEMBER)
def confirm_team(turn: Turn, unit_id: int) -> None:
    """The list of people is still right."""
    unit = find_unit(turn.session, turn.person, unit_id)
    turn.change("team_confirmed", unit=unit)


@opens("replace_contact")
def replace_contact(turn: Turn, unit_id: int) -> None:
    """A unit has nobody left to talk to: its office calls and invites a new contact."""
    office_card(turn, find_unit(turn.session, turn.person, unit_id))


job("team_check", "0 10 1-7 1,4,7,10 mon", find=team.units_to_ask)(team.ask_team)
