"""From an event to the one thing it means: a command, a button, an answer or free text. Every door checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from bot.engine.cards import REVIEW
from bot.engine.dialogs import FORMS, Talk, begin, live, park
from bot.engine.events import Event, Parcel, clean
from bot.engine.forms import Asking, Form
from bot.engine.turns import Turn, pressed, write_letters
from models.base import Invalid, Refused
from models.system.accounts import Person, arrive, saw
from models.system.dialogs import Dialog, store
from models.system.letters import last_letter
from models.system.marks import first_sight, record

log = structlog.get_logger()
Handler = Callable[..., None]
Declare = Callable[[Handler], Handler]
FRESH = timedelta(minutes=1)  # how exactly it is known when somebody was last active


@dataclass(frozen=True)
class Door:
    """An entrance: who may use it (None: anybody who consented; `open`: even before consent) and what it does."""

    name: str
    handler: Handler
    roles: frozenset[str] | None = None
    open: bool = False
    menu: bool = False


@dataclass
class House:
    """Every entrance there is, and the three questions the programme answers for the engine."""

    commands: dict[str, Door] = field(default_factory=dict)
    buttons: dict[str, Door] = field(default_factory=dict)
    roles_of: Callable[[Session, Person], Iterable[str]] = lambda session, person: ()
    gate: Callable[[Turn, Door | None], bool] = lambda turn, door: True
    free_text: Callable[[Turn, str], None] = lambda turn, text: None


HOUSE = House()
TYPED = ("text", "forwarded")
LONGEST_LABEL = 64  # of what is typed in a button's stead


def command(name: str, *, roles: Iterable[str] | None = None, open: bool = False, menu: bool = True) -> Declare:
    """Declare what `/name` does: a function of (turn, rest of the line)."""
    return _declare(HOUSE.commands, name, roles, open, menu)


def button(name: str, *, roles: Iterable[str] | None = None, open: bool = False) -> Declare:
    """Declare what a letter's button does: a function of (turn, *the button's args)."""
    return _declare(HOUSE.buttons, name, roles, open)


def _declare(doors: dict[str, Door], name: str, roles: Iterable[str] | None, open: bool, menu: bool = False) -> Declare:
    def declare(handler: Handler) -> Handler:
        _add(doors, Door(name, handler, frozenset(roles) if roles is not None else None, open, menu))
        return handler

    return declare


def form(declared: Form, *, open: bool = False, menu: bool = True) -> Form:
    """Declare a form; with a command it can be begun by typing it (the rest of the line answers its first step)."""
    if declared.name in FORMS:
        raise ValueError(f"form {declared.name} is declared twice")
    FORMS[declared.name] = declared
    if declared.command:
        first = declared.steps[0]

        def start(turn: Turn, rest: str) -> None:
            answers = {}
            with suppress(Invalid):  # what does not answer it is passed over, and it is asked
                answers = {first.name: first.accept(Asking(turn.session, turn.person, turn.words), "text", rest)}
            begin(turn, declared.name, answers=answers if rest else None)

        _add(HOUSE.commands, Door(declared.command, start, declared.roles, open, menu))
    return declared


def _add(doors: dict[str, Door], door: Door) -> None:
    if door.name in doors:
        raise ValueError(f"entrance {door.name} is declared twice")
    doors[door.name] = door


@dataclass(frozen=True)
class Outcome:
    """What a turn leaves to be done after its commit: letters to send, a tap to answer, `how` it ended."""

    parcels: tuple[Parcel, ...] = ()
    toast: str | None = None
    alert: bool = False
    how: str = "done"


def take(session: Session, event: Event, *, worker: str) -> Outcome:
    """One turn: what is refused, or breaks, leaves no trace but a sentence that says what to do next."""
    try:
        return _turn(session, event, worker, dispatch)
    except (Refused, Invalid) as no:
        block, params = no.block, no.params
    except (DBAPIError, StaleDataError):
        raise
    except Exception as error:
        log.exception("turn_failed", kind=event.kind, error=type(error).__name__)
        block, params = "turn_failed", {}
    session.rollback()
    session.info.clear()

    def explain(turn: Turn) -> None:
        record(session, turn.person, block, subject=event.kind)
        turn.say(block, **params)

    return _turn(session, event, worker, explain, block)


def excuse(session: Session, event: Event, *, worker: str, block: str = "turn_failed") -> Outcome:
    """What is left of a turn that broke or was not taken: the event is noted, and one sentence says so."""
    return _turn(session, event, worker, lambda turn: turn.say(block), block)


def _turn(session: Session, event: Event, worker: str, act: Callable[[Turn], None], how: str = "done") -> Outcome:
    """Do something for an event that has not been seen before, within the caller's transaction."""
    if not first_sight(session, event.channel, event.event_id):
        return Outcome(how="repeated")
    account = arrive(session, channel=event.channel, external_id=event.actor, chat=event.chat, language=event.language)
    if event.kind == "left":
        account.dead = str(event.value)
        return Outcome()
    turn = Turn(session, event, account, roles_of=HOUSE.roles_of)
    saw(session, account.person, within=FRESH)
    act(turn)
    store(session)
    return Outcome(tuple(write_letters(session, worker, here=account)), turn.toast, turn.alert, how)


def dispatch(turn: Turn) -> None:
    """Find what the event means and do it."""
    kind, value = turn.event.kind, turn.event.value
    if kind == "tap":
        return tapped(turn, str(value))
    if kind == "edited":
        return turn.say("edited_kept") if live(turn) else None
    value = clean(str(value)) if kind in TYPED else value
    if kind == "text" and value.startswith("/"):
        return commanded(turn, value)
    talk = live(turn)
    if talk is not None and kind == "text" and (op := _steering(turn, value)):
        return form_button(turn, talk.dialog.stamp, op)
    if talk is None and kind == "text" and (door := pointed(turn, value)):
        return door()
    if talk is None:
        if HOUSE.gate(turn, None):
            HOUSE.free_text(turn, value if kind in TYPED else "")
        return None
    return answered(turn, talk, lambda: talk.take(kind, value), typed=value if kind in TYPED else "")


def _steering(turn: Turn, text: str) -> str | None:
    """The form button whose label was typed, or what other words mean that somebody wants out, or to know why."""
    label = turn.words.label
    typed = [op for op in ("back", "skip", "same", "leave") if text == label(f"form.{op}")]
    words = {op: rf"(({label(f'form.{op}_words')})\W*)+" for op in ("cancel", "why")}
    return next(iter(typed + [op for op in words if re.fullmatch(words[op], text, re.IGNORECASE)]), None)


def answered(turn: Turn, talk: Talk, act: Callable[[], None], *, typed: str = "") -> None:
    """An answer to the open form, checked anew: role, object, and the answer itself. What was typed for a form
    that is no more, or under a refusal without answering it, goes on as if no form were open."""
    try:
        if not permitted(turn, talk.form.roles):
            raise Refused("role")
        place = talk.place()
        if talk.form.guard:
            talk.form.guard(talk.asking)
    except Refused as no:
        turn.session.delete(talk.dialog)  # said here, for raising it would bring the dialog back
        turn.session.flush()
        turn.say(no.block, **no.params)
        return HOUSE.free_text(turn, typed) if typed else None
    try:
        act()
    except Invalid as problem:
        if typed and place == REVIEW and talk.dialog.notes.get("refused"):
            leave(turn, talk)
            return HOUSE.free_text(turn, typed)
        talk.problem = problem
        return talk.ask()
    talk.problem = None
    return talk.go_on()


def pointed(turn: Turn, text: str) -> Callable[[], None] | None:
    """A number, or a button's own words, typed where no form is open stands for a button of the last letter."""
    if len(text) > LONGEST_LABEL:
        return None
    letter = last_letter(turn.session, turn.person)
    flat = [one for row in letter.buttons for one in row] if letter else []
    chosen = next((one for one in flat if one["label"].casefold() == text.casefold()), None)
    if chosen is None and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= len(flat):
        chosen = flat[int(text) - 1]
    return (lambda: act_on(turn, chosen)) if chosen else None


def commanded(turn: Turn, text: str) -> None:
    """A typed command; an unknown one is told what there is."""
    word, rest = [*text[1:].split(maxsplit=1), "", ""][:2]
    name = word.partition("@")[0].lower()
    door = HOUSE.commands.get(name)
    if door is None:
        return turn.say("unknown_command", typed=word[:30])
    return enter(turn, door, rest.strip())


def enter(turn: Turn, door: Door, *args: Any) -> None:
    """Pass a door: consent first, then the role, then what it does."""
    if not door.open and not HOUSE.gate(turn, door):
        return
    if not permitted(turn, door.roles):
        raise Refused("role")
    door.handler(turn, *args)


def permitted(turn: Turn, roles: frozenset[str] | None) -> bool:
    return roles is None or turn.has_one(roles)


def tapped(turn: Turn, data: str) -> None:
    """A tap: the button is looked up by its token, which only its own reader can use."""
    found = pressed(turn.session, turn.person, data)
    if found is None:
        record(turn.session, turn.person, "tap_unknown")
        turn.flash("flash.unknown_button", alert=True)
        return
    turn.letter, pressed_button = found
    act_on(turn, pressed_button)


def act_on(turn: Turn, chosen: dict[str, Any]) -> None:
    action, args = chosen["action"], chosen["args"]
    if action == "form":
        return form_button(turn, *args)
    door = HOUSE.buttons.get(action)
    if door is None:
        return turn.flash("flash.old_button", alert=True)
    enter(turn, door, *args)
    return turn.settle()


def form_button(turn: Turn, stamp: str, op: str, value: Any = None) -> None:
    """A button under a form's question; one from an earlier question is explained and the present one shown."""
    talk = live(turn)
    if talk is None:
        turn.flash("flash.form_over")
        return None
    if stamp != talk.dialog.stamp:
        turn.flash("flash.old_button")
        talk.below = True
        return talk.ask()
    if op in LEAVING:
        return LEAVING[op](turn, talk)
    return answered(turn, talk, lambda: talk.press(op, value))


def leave(turn: Turn, talk: Talk) -> None:
    """Put the open form aside as a draft."""
    kept = park(turn, talk)
    turn.change("form_left" if kept else "form_dropped", form=_title(turn, talk), command=talk.form.command, draft=kept)


def ask_cancel(turn: Turn, talk: Talk) -> None:
    """Ask once more before answers are thrown away."""
    if not talk.dialog.told:
        return cancel(turn, talk)
    return turn.change("form_cancel", form=_title(turn, talk), stamp=talk.dialog.stamp)


def why(turn: Turn, talk: Talk) -> None:
    """Say what the question is for, and ask it again."""
    asked = f"why_{talk.form.name}_{talk.dialog.notes.get('asked')}"
    talk.note = turn.words.line(asked if turn.words.has(asked) else "form_why")
    return talk.ask()


def cancel(turn: Turn, talk: Talk) -> None:
    turn.session.delete(talk.dialog)
    turn.change("form_dropped", form=_title(turn, talk), command=talk.form.command, draft=None)


def resume(turn: Turn, draft_id: int) -> None:
    """Take up a draft of one's own."""
    draft = turn.session.get(Dialog, draft_id)
    if draft is None or draft.person_id != turn.person.id or draft.form not in FORMS:
        return turn.flash("flash.form_over", alert=True)
    return begin(turn, draft.form, below=False, draft=draft, **draft.notes.get("subject", {}))


def _title(turn: Turn, talk: Talk) -> str:
    return turn.words.label(f"form_name.{talk.form.name}")


def steer(op: str) -> Handler:
    """A command that does what a form's button does."""

    def act(turn: Turn, rest: str) -> None:
        talk = live(turn)
        return form_button(turn, talk.dialog.stamp, op) if talk else turn.say("nothing_open")

    return act


LEAVING: dict[str, Callable[[Turn, Talk], None]] = {
    "leave": leave,
    "cancel": ask_cancel,
    "cancel_sure": cancel,
    "why": why,
}
for word in ("cancel", "back", "skip"):
    command(word, open=True, menu=False)(steer(word))
button("form.resume")(resume)
