"""Requests: asking incubators in order, answering, asking back, and what the clock brings when nobody answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin, forget
from bot.engine.forms import Asking, Choice, Confirm, Form, Text
from bot.engine.routes import button, command, form
from bot.engine.timetable import job
from bot.engine.turns import Turn
from handlers import PAGE, paged
from handlers.exchange.candidates import find_candidate
from handlers.oversight.duties import opens
from handlers.registration.replies import LIKELY, PERHAPS, SURE, Reply, agrees, asks, refuses, replies_to
from handlers.steps import reasons
from models.base import Refused
from models.exchange import answering, asking, unmatched
from models.exchange.candidates import candidates
from models.exchange.needs import own_need
from models.exchange.requests import Request, find_request
from models.registration.people import Role, memberships

BARE_NO = 4  # characters of a no without a reason


# the incubatee asks


@button("request.make", roles={Role.INCUBATEE})
def make_request(turn: Turn, need_id: int, *offer_ids: int) -> None:
    """Ask one incubator, or several in the order shown; first comes the consent to hand over one's contact."""
    need = own_need(turn.session, turn.person, need_id)
    chosen = [find_candidate(turn, need, offer_id) for offer_id in offer_ids]
    for one in chosen:
        if one.full:
            raise Refused("many_wait", offer=one.offer, waiting=one.waiting, need=need, own=False)
    found = chosen or [one for one in candidates(turn.session, need) if not one.full]
    if not found:
        raise Refused("not_a_candidate")
    ids, names = [one.offer.id for one in found], [one.offer.unit.name for one in found]
    begin(turn, "make_request", need_id=need_id, offer_ids=ids, receivers=names)


def _may_ask(asked: Asking) -> None:
    own_need(asked.session, asked.person, asked.subject["need_id"])


def ask(session: Session, person: Any, *, receivers: list[str], **answers: Any) -> list[Request]:
    """The verb without the names that were only shown."""
    return asking.ask(session, person, **answers)


form(
    Form(
        name="make_request",
        roles=frozenset({Role.INCUBATEE}),
        steps=(Confirm(name="consent"),),
        guard=_may_ask,
        finish=ask,
    )
)


@button("request.take_back", roles={Role.INCUBATEE})
def take_back(turn: Turn, request_id: int) -> None:
    """Take a request back."""
    asking.take_back(turn.session, turn.person, request_id=request_id)


@button("request.revive", roles={Role.INCUBATEE, Role.INCUBATOR})
def revive(turn: Turn, request_id: int) -> None:
    """Take up again what passed in silence."""
    asking.revive(turn.session, turn.person, request_id=request_id)


@button("request.open")
@opens("answer_request")
@opens("answer_question")
def open_request(turn: Turn, request_id: int) -> None:
    """A request as its reader should see it: to answer for the incubator, to follow for the incubatee."""
    request = find_request(turn.session, turn.person, request_id)
    if any(one.unit_id == request.offer.unit_id for one in memberships(turn.session, turn.person)):
        return turn.change("request_card", request=request)
    return turn.change("request_status", request=request)


@button("request.words")
def show_words(turn: Turn, request_id: int) -> None:
    """The need's whole text."""
    turn.say("post_words", post=find_request(turn.session, turn.person, request_id).need)


@button("request.reply", roles={Role.INCUBATEE})
def begin_reply(turn: Turn, request_id: int, reply: str = "") -> None:
    """Answer what the incubator wanted to know; what was typed before is the answer."""
    request = find_request(turn.session, turn.person, request_id)
    answers = {"reply": reply} if reply else None
    begin(turn, "answer_question", request_id=request_id, question=request.question, answers=answers)


@replies_to("request.reply", duty="answer_question")
def read_reply(turn: Turn, text: str, request_id: int) -> Reply | None:
    """Whatever is typed under the incubator's question may answer it."""
    return Reply(PERHAPS, "request.reply", (request_id, text))


def _asker(asked: Asking) -> None:
    asking.own_request(asked.session, asked.person, asked.subject["request_id"])


def answer_question(session: Session, person: Any, *, question: str, **answers: Any) -> Request:
    """The verb without the question that was only shown."""
    return asking.answer_question(session, person, **answers)


form(
    Form(
        name="answer_question",
        roles=frozenset({Role.INCUBATEE}),
        steps=(Text(name="reply", longest=800),),
        guard=_asker,
        finish=answer_question,
    )
)


# the incubator answers


@command("inbox", roles={Role.INCUBATOR})
def list_inbox(turn: Turn, rest: str) -> None:
    """Requests that wait for an answer, the most urgent first, then those that wait for the other side."""
    show_inbox(turn, 0)


@button("inbox.page", roles={Role.INCUBATOR})
def show_inbox(turn: Turn, start: int) -> None:
    """Five requests of the list."""
    found = answering.inbox(turn.session, turn.person)
    waiting = sum(request.awaited for request in found)
    page = found[start : start + PAGE]
    others = len(found) - waiting
    turn.change("inbox", requests=page, waiting=waiting, others=others, **paged(len(found), start))


@button("request.accept", roles={Role.INCUBATOR})
def accept(turn: Turn, request_id: int, shown: int | None = None) -> None:
    """Take the incubatee in, for the version of its need that was shown."""
    pair = answering.accept(turn.session, turn.person, request_id=request_id, shown=shown)
    forget(turn, "decline_request", "ask_more", request_id=request_id)
    turn.flash("exchange.accepted", number=pair.number)


@button("request.decline", roles={Role.INCUBATOR})
def begin_decline(turn: Turn, request_id: int, remark: str = "") -> None:
    """Decline, with a reason; what was typed before goes along with it."""
    begin(turn, "decline_request", request_id=request_id, answers={"remark": remark} if remark else None)


@button("request.ask_more", roles={Role.INCUBATOR})
def begin_question(turn: Turn, request_id: int, question: str = "") -> None:
    """Ask the incubatee for more before deciding; what was typed before is the question."""
    begin(turn, "ask_more", request_id=request_id, answers={"question": question} if question else None)


@replies_to("request.accept", duty="answer_request")
def read_decision(turn: Turn, text: str, request_id: int, shown: int | None = None) -> Reply | None:
    """A yes is asked about, for it makes a pair; a no still asks for the reason; a question goes to the incubatee."""
    if agrees(text):
        return Reply(LIKELY, "request.accept", (request_id, shown))
    if refuses(text):
        return Reply(SURE, "request.decline", (request_id, text if len(text) > BARE_NO else ""))
    return Reply(PERHAPS, "request.ask_more", (request_id, text)) if asks(text) else None


def _may_answer(asked: Asking) -> None:
    answering.find_considered(asked.session, asked.person, asked.subject["request_id"])


class Reason(Choice):
    """Why not: tapped, or told in one's own words (人手不够)."""

    def accept(self, asking: Asking, kind: str, value: Any) -> Any:
        codes = [code for code, _ in self.options(asking)] if kind == "text" else []
        told = [code for code in codes if any(word in str(value) for word in _words_of(asking, code))]
        return told[0] if len(told) == 1 else super().accept(asking, kind, value)


def _words_of(asking: Asking, code: str) -> list[str]:
    return asking.words.labels.get(f"decline_words.{code}", "").split()


form(
    Form(
        name="decline_request",
        roles=frozenset({Role.INCUBATOR}),
        steps=(Reason(name="reason", of=reasons("decline")), Text(name="remark", longest=300, optional=True)),
        guard=_may_answer,
        finish=answering.decline,
    )
)
form(
    Form(
        name="ask_more",
        roles=frozenset({Role.INCUBATOR}),
        steps=(Text(name="question", longest=300, shortest=2),),
        guard=_may_answer,
        finish=answering.ask_more,
    )
)


# the clock: what needs bring is written before the morning opens, so that it goes out with what else is held


@job("expire_requests", "5 * * * *", find=answering.overdue)
def expire_requests(session: Session, request_id: int, now: datetime) -> None:
    """A request nobody answered in time passes to the next incubator."""
    answering.expire(session, request_id, now)


@job("choices_gone", "10 8 * * *", find=unmatched.choosing)
def check_choice(session: Session, need_id: int, now: datetime) -> None:
    """A unit that was to choose and has nothing left to choose from waits no longer: its office looks."""
    unmatched.check_choice(session, need_id, now)


@job("new_offers_for_needs", "15 8 * * *", find=unmatched.to_compare)
def compare_anew(session: Session, need_id: int, now: datetime) -> None:
    """A need that found nobody is compared with offers published since."""
    unmatched.compare_anew(session, need_id, now)


@job("look_after_needs", "20 8 * * *", find=unmatched.waiting)
def look_after_needs(session: Session, need_id: int, now: datetime) -> None:
    """A need that nobody has taken goes to the city office, then to the province, and its asker hears of it."""
    unmatched.look_after(session, need_id, now)
