"""Questions that people ask of the assistant in their own words: known by meaning, answered for whoever asks."""

from __future__ import annotations

from typing import Any

from bot.engine.routes import HOUSE, enter
from bot.engine.turns import Turn
from models.exchange.candidates import candidates
from models.exchange.needs import needs_of
from models.exchange.posts import PostStatus
from models.exchange.understanding_questions import notion, question
from models.incubation.contacts import contacts_given
from models.incubation.pairs import LASTING, RUNNING, PairStatus, pairs_of, side_of
from models.oversight import duties, tickets
from models.registration.people import OFFICERS, Role, memberships, seats, speaks_for
from models.system.letters import last_letter

OF_OFFICES = ("broadcast", "invite_unit")  # what only an officer does
COMMANDS = {"usage": "help", "language": "language"}  # questions that a command answers
ALIKE = {"no_show": "silent_mentor"}  # what is answered as another is


def answer(turn: Turn, text: str) -> bool:
    """Whether words typed while no form is open were a question, which is then answered."""
    about = question(text)
    if about is None or (about in OF_OFFICES and not turn.has_one(OFFICERS)):
        return False
    if about in COMMANDS:
        enter(turn, HOUSE.commands[COMMANDS[about]], "")
    else:
        more = _best(turn) if about == "score" else {"notion": notion(text)} if about == "meaning" else {}
        standing = _standing(turn) | more
        about = "silent_mentor" if about == "no_answer" and standing["paired"] else about
        turn.say(f"asked_{ALIKE.get(about, about)}", typed=text, **standing)
    return True


def show_files(turn: Turn) -> None:
    """What can be done here with a photo or file that nothing waits for, such as one that a mentor wants."""
    letter = last_letter(turn.session, turn.person)
    flat = [one for row in letter.buttons for one in row] if letter else []
    wanted = next((one["args"][0] for one in flat if one["action"] == "request.reply"), None)
    turn.say("file_unasked", **_standing(turn), wanted=wanted)


def _standing(turn: Turn) -> dict[str, Any]:
    """Where whoever asks stands: their pair, what waits for them, their need, their ticket, their unit."""
    session, person, roles = turn.session, turn.person, turn.roles
    pair = next(iter(pairs_of(session, person, LASTING)), None)
    own, needs = duties.scopes_of(session, person), needs_of(session, person)
    units = list(dict.fromkeys(one.unit for one in memberships(session, person)))
    shown, raised = tickets.list_tickets(session, person, start=0, most=1)
    return {
        "known": bool(roles),
        "member": Role.MEMBER in roles,
        "officer": bool(roles & set(OFFICERS)),
        "learns": Role.INCUBATEE in roles,
        "teaches": Role.INCUBATOR in roles,
        "pair": pair,
        "side": side_of(session, person, pair) if pair else None,
        "running": bool(pair and pair.status in RUNNING),
        "paused": bool(pair and pair.status is PairStatus.PAUSED),
        "contacts": contacts_given(session, person, pair) if pair else [],
        "duty": next(iter(duties.some_of(session, *own, most=1)), None),
        "total": duties.how_many(session, *own),
        "need": needs[0] if needs else None,
        "paired": bool(pair) and all(one.status is PostStatus.MATCHED for one in needs),
        "ticket": shown[0] if shown else None,
        "raised": raised,
        "unit": units[0] if len(units) == 1 else None,
        "speaks": len(units) == 1 and speaks_for(session, person, units[0]),
        "seat": next(iter(seats(session, person)), None),
    }


def _best(turn: Turn) -> dict[str, Any]:
    """The need that is public now, and what fits it best: the score that can be explained."""
    needs = needs_of(turn.session, turn.person) if Role.INCUBATEE in turn.roles else ()
    need = next((one for one in needs if one.status is PostStatus.PUBLISHED), None)
    return {"need": need, "best": next(iter(candidates(turn.session, need)), None) if need else None}
