"""Group classes: what is proposed to an office, the invitation it sends, and the taps of those who are invited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Choice, Form, Options, Text
from bot.engine.routes import button, form
from bot.engine.timetable import job
from bot.engine.turns import Turn
from bot.engine.words import speak
from handlers import OFFICE, PAGE, TEMPLATE_WORDS, paged, term
from handlers.oversight.duties import opens
from models import vocabulary
from models.base import Refused
from models.exchange import class_invitations, classes, matching_similar
from models.exchange.classes import ClassSeat, ClassStatus, GroupClass, find_class, find_seat
from models.registration.people import Role


def topic(group: GroupClass, *, language: str) -> str:
    """What a class is about: the method's name, or how the needs say it."""
    if group.kind in vocabulary.methods():
        return term("methods", group.kind, language=language)
    return " / ".join(group.words[:2])


def answer_of(seat: ClassSeat, *, language: str) -> str:
    """What a unit has answered: coming or not, willing to teach or not."""
    learned, taught = ("coming", "teach") if seat.coming else ("staying", "cannot")
    return speak(language).label(f"classes.{taught if seat.teaches else learned}")


TEMPLATE_WORDS.update(topic=topic, answer_of=answer_of)


@opens("propose_class")
@opens("hold_class")
def open_class(turn: Turn, class_id: int) -> None:
    """A class as its office sees it."""
    show_class(turn, class_id, 0)


@button("class.open", roles=OFFICE)
def show_class(turn: Turn, class_id: int, start: int) -> None:
    """The needs and who could teach, as long as it is proposed; then who comes."""
    group = find_class(turn.session, turn.person, class_id)
    if group.status is not ClassStatus.PROPOSED:
        return turn.change("class_answers", group=group, seats=classes.seats(turn.session, group))
    needs = classes.open_needs(turn.session, group)
    return turn.change(
        "class_card",
        group=group,
        needs=needs[start : start + PAGE],
        teachers=classes.teachers(turn.session, group),
        **paged(len(needs), start),
    )


# deciding


def _while(*status: ClassStatus) -> Callable[[Asking], None]:
    """The class still stands so that the office may decide this."""

    def guard(asking: Asking) -> None:
        group = find_class(asking.session, asking.person, asking.subject["class_id"])
        if group.status not in status:
            raise Refused("moved_on", status=f"classstatus.{group.status}")

    return guard


@button("class.invite", roles=OFFICE)
def begin_invitation(turn: Turn, class_id: int) -> None:
    """Write the invitation: who teaches, where and when."""
    begin(turn, "invite_class", class_id=class_id)


def _teachers(asking: Asking) -> Options:
    group = find_class(asking.session, asking.person, asking.subject["class_id"])
    return [(str(offer.id), offer.unit.name) for offer, _ in classes.teachers(asking.session, group)]


form(
    Form(
        name="invite_class",
        roles=OFFICE,
        steps=(
            Choice(name="teacher", of=_teachers, optional=True),
            Text(name="place", longest=200, shortest=2, optional=True),
        ),
        guard=_while(ClassStatus.PROPOSED),
        review=True,
        finish=class_invitations.invite,
    )
)


@button("class.place", roles=OFFICE)
def begin_place(turn: Turn, class_id: int) -> None:
    """Say where and when, once that is settled."""
    begin(turn, "place_class", class_id=class_id)


form(
    Form(
        name="place_class",
        roles=OFFICE,
        steps=(Text(name="place", longest=200, shortest=2),),
        guard=_while(ClassStatus.INVITED),
        finish=class_invitations.set_place,
    )
)


@button("class.drop", roles=OFFICE)
def begin_drop(turn: Turn, class_id: int) -> None:
    """Hold no class; a reason is welcome."""
    begin(turn, "drop_class", class_id=class_id)


form(
    Form(
        name="drop_class",
        roles=OFFICE,
        steps=(Text(name="reason", longest=300, shortest=2, optional=True),),
        guard=_while(ClassStatus.PROPOSED, ClassStatus.INVITED),
        finish=class_invitations.drop,
    )
)


@button("class.held", roles=OFFICE)
def hold(turn: Turn, class_id: int) -> None:
    """The class was held."""
    group = class_invitations.hold(turn.session, turn.person, class_id=class_id)
    turn.change("class_answers", group=group, seats=classes.seats(turn.session, group))


# answering


@opens("answer_class")
def open_seat(turn: Turn, seat_id: int) -> None:
    """An invitation as the unit reads it, with its answer."""
    turn.change("class_invitation", seat=find_seat(turn.session, turn.person, seat_id))


@button("class.yes", roles={Role.INCUBATEE, Role.INCUBATOR})
def come(turn: Turn, seat_id: int) -> None:
    """We come."""
    _answer(turn, seat_id=seat_id, coming=True)


@button("class.no", roles={Role.INCUBATEE, Role.INCUBATOR})
def stay_away(turn: Turn, seat_id: int) -> None:
    """We do not come."""
    _answer(turn, seat_id=seat_id, coming=False)


def _answer(turn: Turn, **answer: Any) -> None:
    turn.change("class_answered", seat=class_invitations.answer(turn.session, turn.person, **answer))


# the clock


@job(
    "propose_classes",
    "30 8 * * mon",
    find=classes.this_week,
    ponder=classes.read_unmatched,
    think=matching_similar.groups,
)
def propose_classes(session: Session, week: str, now: datetime, found: list[matching_similar.Cluster]) -> None:
    """Every Monday the needs nobody has taken are looked through for groups."""
    classes.propose(session, week, now, found)


@job("count_class", "50 8 * * *", find=class_invitations.uncounted)
def count_class(session: Session, class_id: int, now: datetime) -> None:
    """Three working days after an invitation its office is told who comes."""
    class_invitations.count(session, class_id, now)
