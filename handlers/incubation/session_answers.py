"""Answering a session: the list and the card, confirming with one tap, disputing with a line, keeping to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin
from bot.engine.forms import Asking, Form, Text
from bot.engine.routes import button, form
from bot.engine.timetable import job
from bot.engine.turns import Turn
from handlers import MEMBER, PAGE, SEERS
from handlers.oversight.duties import opens
from handlers.registration.replies import LIKELY, PERHAPS, SURE, Reply, agrees, refuses, replies_to
from models.exchange.troubles import Trouble
from models.incubation import session_answers
from models.incubation.pairs import OVER, find_pair, side_of, withheld
from models.incubation.sessions import (
    SessionLog,
    SessionStatus,
    count_sessions,
    find_session,
    find_to_answer,
    sessions_of,
)
from models.registration.units import Side

OPEN = (SessionStatus.WAITING, SessionStatus.UNANSWERED)


@button("pair.sessions", roles=SEERS)
def list_sessions(turn: Turn, pair_id: int, start: int = 0) -> None:
    """The sessions of a pair, newest first, five at a time."""
    pair = find_pair(turn.session, turn.person, pair_id)
    shown = sessions_of(turn.session, pair, after=start, most=PAGE + 1)
    turn.say(
        "session_list",
        pair=pair,
        sessions=shown[:PAGE],
        start=start,
        more=start + PAGE if len(shown) > PAGE else None,
        total=count_sessions(turn.session, pair),
    )


@button("session.open", roles=SEERS)
@opens("confirm_session")
@opens("correct_session")
def show_session(turn: Turn, session_id: int) -> None:
    """One session with what this reader can do about it."""
    session_log = find_session(turn.session, turn.person, session_id)
    pair = session_log.pair
    side = side_of(turn.session, turn.person, pair)
    turn.say(
        "session_card",
        session_log=session_log,
        pair=pair,
        hidden=withheld(turn.session, turn.person, pair),
        actions=list(actions(session_log, side)),
    )


def actions(session_log: SessionLog, side: Side | None) -> Iterator[tuple[Any, ...]]:
    """The buttons of a session's card, each with what it takes besides the session."""
    shown = len(session_log.versions)
    if side is None or session_log.pair.status in OVER:
        return
    if side is not session_log.side and session_log.status in OPEN:
        yield from (("session.confirm", shown), ("session.dispute", shown))
    if side is session_log.side and session_log.status is SessionStatus.DISPUTED:
        yield from (("session.correct",), ("session.insist",))
    if side is session_log.side and session_log.status in OPEN:
        yield ("session.correct",)
    if session_log.note:
        yield ("session.keep_out",)


@button("session.confirm", roles=MEMBER)
def confirm(turn: Turn, session_id: int, shown: int | None = None) -> None:
    """It was so."""
    session_log = session_answers.confirm_session(turn.session, turn.person, session_id=session_id, shown=shown)
    turn.change("session_confirmed_by_me", session_log=session_log, pair=session_log.pair)


@button("session.dispute", roles=MEMBER)
def start_dispute(turn: Turn, session_id: int, shown: int | None = None, objection: str = "") -> None:
    """Something was different: what? What was typed before answers that."""
    answers = {"objection": objection} if objection else None
    begin(turn, "dispute_session", session_id=session_id, shown=shown, answers=answers)


@replies_to("session.confirm", duty="confirm_session")
def read_answer(turn: Turn, text: str, session_id: int, shown: int | None = None) -> Reply | None:
    """A yes confirms; a no, or what was different, is an objection."""
    if agrees(text):
        return Reply(SURE, "session.confirm", (session_id, shown))
    if not refuses(text) and Trouble(text).understood.troubles:  # a trouble of the workshop, and no remark on a session
        return None
    return Reply(LIKELY if refuses(text) else PERHAPS, "session.dispute", (session_id, shown, text))


def _may_dispute(asking: Asking) -> None:
    session_id, shown = asking.subject["session_id"], asking.subject.get("shown")
    find_to_answer(asking.session, asking.person, session_id, own=False, shown=shown)


form(
    Form(
        name="dispute_session",
        roles=MEMBER,
        steps=(Text(name="objection", shortest=2, longest=300),),
        finish=session_answers.dispute_session,
        guard=_may_dispute,
    )
)


@button("session.insist", roles=MEMBER)
def insist(turn: Turn, session_id: int) -> None:
    """Keep to what was logged: the city office decides."""
    session_answers.insist_on_session(turn.session, turn.person, session_id=session_id)


def overdue(session: Session, now: datetime) -> Iterable[int]:
    """Sessions whose five working days for an answer are over."""
    return session_answers.overdue_sessions(session, now)


@job("session_answers_due", "5 18 * * *", find=overdue)
def lapse(session: Session, session_id: int, now: datetime) -> None:
    """Unanswered, it does not count; a dispute nobody settled goes to the city office."""
    session_answers.lapse(session, session_id, now)
