"""The association's queue: oldest first, approve or return, with what a second officer did meanwhile."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.orm import Session

from bot.engine.dialogs import begin, forget
from bot.engine.forms import Asking, Choice, Form, Text
from bot.engine.routes import button, command, form
from bot.engine.timetable import job
from bot.engine.turns import Turn
from handlers import PAGE, paged
from handlers.oversight.duties import opens_subject
from handlers.registration.replies import SURE, Reply, replies_to
from handlers.steps import listed, reasons
from models import vocabulary
from models.exchange import review
from models.exchange.posts import Post, ball
from models.registration.people import Role, speakers


@command("queue", roles={Role.ASSOCIATION})
def list_queue(turn: Turn, rest: str) -> None:
    """What waits for review, oldest first."""
    show_queue(turn, 0)


@button("queue.page", roles={Role.ASSOCIATION})
def show_queue(turn: Turn, start: int) -> None:
    """Five posts of the queue."""
    waiting = review.queue(turn.session)
    entries = [(post, ball(turn.session, post.subject)) for post in waiting[start : start + PAGE]]
    turn.change("review_queue", entries=entries, **paged(len(waiting), start))


@button("review.open", roles={Role.ASSOCIATION})
@opens_subject("review_post")
def open_review(turn: Turn, subject: str) -> None:
    """A post as the reviewer reads it: its words, where it comes from, and what to look at."""
    show_review(turn, review.find_post(turn.session, turn.person, subject))


def show_review(turn: Turn, post: Post) -> None:
    flags = review.flags(turn.session, post)
    people = speakers(turn.session, post.unit) if "returned_often" in flags else []
    turn.change("review_card", post=post, flags=flags, people=people)


@button("review.words", roles={Role.ASSOCIATION})
def show_words(turn: Turn, subject: str) -> None:
    """The whole text, as long as it is."""
    turn.say("post_words", post=review.find_post(turn.session, turn.person, subject))


@button("review.approve", roles={Role.ASSOCIATION})
def approve(turn: Turn, subject: str, version: int) -> None:
    """Approve what was read; the next in the queue is one tap away."""
    post = review.approve(turn.session, turn.person, subject, version=version)
    forget(turn, "return_post", subject=subject, version=version)
    turn.change("review_approved", post=post, left=len(review.queue(turn.session)))


@button("review.next", roles={Role.ASSOCIATION})
def next_in_queue(turn: Turn, after: str = "") -> None:
    """The oldest post that waits, or the one behind the one just looked at."""
    waiting = review.queue(turn.session)
    subjects = [post.subject for post in waiting]
    place = subjects.index(after) + 1 if after in subjects else 0
    if place < len(waiting):
        return show_review(turn, waiting[place])
    return show_queue(turn, 0)


@button("review.return", roles={Role.ASSOCIATION})
def begin_return(turn: Turn, subject: str, version: int, why: str = "") -> None:
    """Return a post with a reason; what was typed before names one of the list, says what to mend, or both."""
    answers = {"remark": why}
    for code, label in listed(vocabulary.reasons("return"), turn.words.language):
        if told := re.fullmatch(rf"{re.escape(label)}(?:[\s,，.。:：;；]+(.+)|[.。]?)", why, re.IGNORECASE | re.DOTALL):
            answers = {"reason": code, "remark": told[1]}
    answers = {step: raw for step, raw in answers.items() if raw}
    begin(turn, "return_post", subject=subject, version=version, answers=answers or None)


@replies_to("review.return")
def read_return(turn: Turn, text: str, subject: str, version: int) -> Reply | None:
    """The word for it, and why."""
    said = re.fullmatch(turn.words.label("reply.return_words"), text.strip(), re.IGNORECASE | re.DOTALL)
    return Reply(SURE, "review.return", (subject, version, said[1])) if said else None


def _may_return(asking: Asking) -> None:
    review.find_post(asking.session, asking.person, asking.subject["subject"])


form(
    Form(
        name="return_post",
        roles=frozenset({Role.ASSOCIATION}),
        steps=(Choice(name="reason", of=reasons("return")), Text(name="remark", longest=300, optional=True)),
        guard=_may_return,
        finish=review.send_back,
    )
)


@job("publish_verified", "*/15 * * * *", find=review.released_by_verification)
def publish_verified(session: Session, subject: str, now: datetime) -> None:
    """Approved posts go public when their unit is verified."""
    review.publish_verified(session, subject, now)


@job("end_posts", "35 8 * * *", find=review.ending)
def end_posts(session: Session, subject: str, now: datetime) -> None:
    """Posts whose term is over are closed; a week before, their unit is asked to renew them."""
    review.end_or_warn(session, subject, now)
