"""Finding and following: one line of text over what is public, and a weekly letter of what is new."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.engine.routes import button, command
from bot.engine.timetable import job
from bot.engine.turns import Turn
from handlers import term
from models.exchange import finding, follows
from models.exchange.needs import needs_of, public_need
from models.exchange.offers import public_offer
from models.exchange.posts import PostStatus
from models.registration.people import Role, memberships


@command("find")
def find(turn: Turn, rest: str) -> None:
    """Offers and needs that name every method, trade, city or word of a line."""
    if not rest.strip():
        return turn.say("find_how")
    kinds = finding.visible_kinds(turn.session, turn.person)
    question = finding.question(rest)
    found = finding.find(turn.session, question, kinds=kinds)
    language = turn.words.language
    named = [
        term("methods", one.code, language=language) if one.kind == "method" else one.typed for one in question.terms
    ]
    return turn.say("found", typed=" ".join(named)[:60], **vars(found))


@button("found.offer")
def show_found_offer(turn: Turn, offer_id: int) -> None:
    """A public offer; for somebody with public needs, with a way to ask for it."""
    offer = public_offer(turn.session, turn.person, offer_id)
    own = any(one.unit_id == offer.unit_id for one in memberships(turn.session, turn.person))
    needs = [need for need in needs_of(turn.session, turn.person) if need.status is PostStatus.PUBLISHED and not own]
    turn.say("found_offer", offer=offer, needs=needs[:2], asks=Role.INCUBATEE in turn.roles and not own)


@button("found.need")
def show_found_need(turn: Turn, need_id: int) -> None:
    """A public need, without anybody's contact."""
    turn.say("found_need", need=public_need(turn.session, turn.person, need_id))


@command("follow")
def follow(turn: Turn, rest: str) -> None:
    """Follow methods, trades and cities; without any, see and end what one follows."""
    if rest.strip():
        follows.follow(turn.session, turn.person, rest)
    turn.say("follows_list", follows=follows.follows_of(turn.session, turn.person), changed=bool(rest.strip()))


@button("follow.end")
def end_follow(turn: Turn, follow_id: int) -> None:
    """Stop following one thing."""
    turn.change("follows_list", follows=follows.unfollow(turn.session, turn.person, follow_id), changed=True)


@job("send_news", "0 10 * * *", find=follows.followers)
def send_news(session: Session, person_id: int, now: datetime) -> None:
    """Once a week, what is new on one's subjects."""
    follows.send_news(session, person_id, now)
