"""Playing the ball: every kind of duty says how it is opened, so lists, reminders and digests can carry its button."""

from __future__ import annotations

from collections.abc import Callable

from bot.engine.routes import button, command
from bot.engine.turns import Turn
from handlers import PAGE
from models.oversight import duties, reminders, supervision
from models.oversight.duties import Duty
from models.registration.people import OFFICERS

Opener = Callable[[Turn, int], None]
SubjectOpener = Callable[[Turn, str], None]
OPENERS: dict[str, SubjectOpener] = {}


def opens(kind: str) -> Callable[[Opener], Opener]:
    """Declare what opening a duty of this kind shows: a function of (turn, id of the record)."""

    def declare(opener: Opener) -> Opener:
        opens_subject(kind)(lambda turn, subject: opener(turn, int(subject.rpartition(":")[2])))
        return opener

    return declare


def opens_subject(kind: str) -> Callable[[SubjectOpener], SubjectOpener]:
    """The same for a kind that concerns records of several tables: a function of (turn, subject such as need:17)."""

    def declare(opener: SubjectOpener) -> SubjectOpener:
        if kind in OPENERS:
            raise ValueError(f"duty {kind} is opened twice")
        OPENERS[kind] = opener
        return opener

    return declare


@command("todo")
def show_todo(turn: Turn, rest: str) -> None:
    """What waits on me, my unit or my office."""
    list_todo(turn, 0)


@button("todo.more")
def list_todo(turn: Turn, start: int) -> None:
    """Five of them, the most urgent first."""
    own = duties.scopes_of(turn.session, turn.person)
    shown = duties.some_of(turn.session, *own, start=start, most=PAGE + 1)
    more = start + PAGE if len(shown) > PAGE else None
    turn.change(
        "todo",
        duties=shown[:PAGE],
        total=duties.how_many(turn.session, *own),
        start=start,
        more=more,
        watching=turn.has_one(OFFICERS),
    )


@button("duty.open")
def open_duty(turn: Turn, duty_id: int) -> None:
    """Show what is to be done to whoever holds the ball, and to those who watch over it what can be done about it."""
    duty = duties.find_duty(turn.session, turn.person, duty_id)
    if duty.done_at is not None:
        return turn.flash("flash.duty_done", alert=True)
    if duties.holds(turn.session, turn.person, duty):
        return open_record(turn, duty_id)
    return show_card(turn, duty)


@button("duty.record")
def open_record(turn: Turn, duty_id: int) -> None:
    """Show the record itself; its own wing checks who may see it."""
    duty = duties.find_duty(turn.session, turn.person, duty_id)
    if duty.kind not in OPENERS:
        return show_card(turn, duty)
    return OPENERS[duty.kind](turn, duty.subject)


def show_card(turn: Turn, duty: Duty) -> None:
    """Whose turn it is, since when, what was tried, and for officers what can be done about it."""
    turn.say(
        "duty_card",
        duty=duty,
        tried=supervision.tried(turn.session, duty),
        notes=supervision.latest(turn.session, duty),
        pressing=supervision.may_press(turn.session, turn.person, duty),
        opening=duty.kind in OPENERS,
    )


@button("duty.later")
def snooze(turn: Turn, *duty_ids: int) -> None:
    """Put the reminder off to the next working day, once."""
    again = reminders.snooze(turn.session, turn.person, duty_ids)
    turn.say("snoozed", duties=again)


@button("duty.ring")
def ask_for_call(turn: Turn, duty_id: int) -> None:
    """Rather be rung up than type."""
    duty = duties.find_duty(turn.session, turn.person, duty_id)
    if duty.done_at is not None:
        return turn.flash("flash.duty_done", alert=True)
    supervision.ask_for_call(turn.session, turn.person, duty_id)
    return None
