"""What must hold in every life, each promise a function that yields a sentence for every breach it finds."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Enum, String, Table, event, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.engine.words import width
from models.base import MOVES, Base
from models.exchange.needs import Need
from models.exchange.offers import Offer
from models.exchange.requests import LIVE, MOST, Request, RequestStatus
from models.incubation.pairs import OVER, Pair
from models.system import calendar, clock
from models.system.letters import A_DAY, A_WEEK, CALLS, Delivery, Kind, Letter
from models.system.marks import Seen
from models.system.sending import PATIENCE
from tests.lives import owners, rights
from tests.lives.watching import Heard
from tests.talk import PHONE_LINE, PHONE_LINES

if TYPE_CHECKING:
    from tests.lives.life import Life

Look = Callable[["Life", Session], Iterable[str]]
TOKEN = re.compile(r"qz[a-z]{4}z")
KEPT_ELSEWHERE = {"letters", "seen", "leases", "walked", "audit"}  # what was said, and the engine's own marks
VERSIONED = {"dialogs", "post_versions", "duties", "tickets", "group_classes"}  # may tell the same words again
LEFTOVER = re.compile(
    r"\{\{|\}\}|\{%|%\}|</?[a-z]+>|&(?:lt|gt|amp|quot|#\d+);|(?<!tap )\bNone\b(?! of these)"
    r"|\bUndefined\b|Traceback|\bError:|\bnan\b|<\w+ object|sqlalchemy"
    r"|Decimal\(|datetime\.|\b(?:flash|label|step|button)\.[a-z_]+"
)
LOOKED_AT = 60  # of the newest updates; older marks are cleared away in time


@dataclass
class Memory:
    """What earlier looks have seen."""

    read: int = 0  # messages looked at
    tokens: dict[str, set[str]] = field(default_factory=dict)  # and the tables that hold them
    moved: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)  # what updates brought about that came once more


# letters


def every_letter_arrives_as_its_kind_promises(life: Life, session: Session) -> Iterator[str]:
    """A digest at most once; all else at least once, and again only after an arrival nobody knew of."""
    arrived = life.record.arrivals()
    for letter in session.scalars(select(Letter)):
        times = max(arrived.get(letter.id, {"": 0}).values())
        allowed = 1 if letter.kind is Kind.DIGEST else 1 + life.record.doubts[letter.id]
        if times > allowed:
            yield f"letter {letter.id} ({letter.kind}, {letter.template}) came {times} times, allowed {allowed}"
        if letter.status is Delivery.SENT and not life.record.receipts[letter.id]:
            yield f"letter {letter.id} ({letter.template}) is marked as sent and never was"
        if letter.status in (Delivery.DROPPED, Delivery.MERGED, Delivery.HELD) and times:
            yield f"letter {letter.id} ({letter.template}) is {letter.status} and was sent"


def no_letter_dies_without_a_reason(life: Life, session: Session) -> Iterator[str]:
    """A letter is given up only when the channel refuses its chat or after many attempts; never because of its text."""
    for letter in session.scalars(select(Letter).where(Letter.status.in_((Delivery.DEAD, Delivery.UNKNOWN)))):
        why = life.record.refused.get(letter.id, "")
        if why.startswith("spoiled"):
            yield f"letter {letter.id} ({letter.template}): {why}"
        excused = why or letter.attempts >= PATIENCE or letter.account_id is None
        excused = excused or (letter.status is Delivery.UNKNOWN and letter.kind is Kind.DIGEST)
        if not excused and not life.blocked(session, letter.person_id):
            yield f"letter {letter.id} ({letter.template}, {letter.kind}) is {letter.status} for no reason"


def nothing_due_is_left_lying(life: Life, session: Session) -> Iterator[str]:
    """When all faults are over, what was due has gone."""
    due = Letter.status.in_((Delivery.QUEUED,)) & (Letter.due_at <= clock.now())
    for letter in session.scalars(select(Letter).where(due)):
        yield f"letter {letter.id} ({letter.template}) was due at {letter.due_at} and still waits"


def replies_keep_their_order(life: Life, session: Session) -> Iterator[str]:
    """In every chat the answers to what people did come in the order in which they did it; one whose process ended, or
    could not learn whether its turn was committed, may come late."""
    kinds = {letter.id: letter.kind for letter in session.scalars(select(Letter))}
    newest: dict[int, int] = {}
    seen: set[int] = set()
    for one in life.record.heard:
        if one.letter is None or one.letter in seen or kinds.get(one.letter) is not Kind.REPLY:
            continue
        seen.add(one.letter)
        if one.letter < newest.get(one.chat, 0) and one.letter not in life.record.orphans:
            yield f"in chat {one.chat} letter {one.letter} came after {newest[one.chat]}: {one.text[:60]!r}"
        newest[one.chat] = max(one.letter, newest.get(one.chat, 0))


def quiet_hours_and_budget_are_kept(life: Life, session: Session) -> Iterator[str]:
    """Who is not in the chat gets at most one call a day, three a week beside requests, in quiet hours only alarms."""
    letters = {letter.id: letter for letter in session.scalars(select(Letter).where(Letter.kind != Kind.REPLY))}
    days: dict[tuple[int, Any], list[str]] = defaultdict(list)
    seen: set[int] = set()
    for one in life.record.heard:
        letter = letters.get(one.letter or 0)
        if letter is None or letter.kind is Kind.ALARM or life.present(one.chat, one.at, letter.created_at):
            continue
        local = calendar.local_day(one.at)
        if calendar.is_quiet(one.at):
            yield f"{one.chat} got {letter.kind} {letter.id} ({letter.template}) in quiet hours, at {one.at}"
        if letter.kind in CALLS and letter.id not in seen:
            days[one.chat, local].append(f"{letter.id} {letter.template}")
        if letter.kind is Kind.CALL and letter.id not in seen:
            days[one.chat, local.isocalendar()[:2]].append(f"{letter.id} {letter.template}")
        seen.add(letter.id)
    for (chat, span), calls in days.items():
        if len(calls) > (A_WEEK if isinstance(span, tuple) else A_DAY):
            yield f"{chat} got {len(calls)} calls in {span}: {', '.join(calls)}"


# words


def every_message_fits_and_is_clean(life: Life, session: Session) -> Iterator[str]:
    """No message above fifteen lines of a phone, no leftover of a template, a mark or an error in any text."""
    for one in _fresh(life):
        lines = sum(max(1, -(-width(line) // PHONE_LINE)) for line in one.text.split("\n"))
        if lines > PHONE_LINES and not one.text.startswith("…") and not _long(life, one):
            yield f"{lines} lines on a phone: {one.text!r}"
        for found in LEFTOVER.findall("\n".join([one.text, *one.labels])):
            if not any(found.lower() in typed.lower() for typed in life.typed):
                yield f"{found!r} is left in {one.text!r} {one.labels}"


def _long(life: Life, one: Heard) -> bool:
    """Whether it is somebody's long text, told in whole pieces."""
    return any(len(typed) > 400 and typed[:200] in one.text for typed in life.typed)


def nobody_sees_what_is_not_theirs(life: Life, session: Session) -> Iterator[str]:
    """Words and telephone numbers stay with those who have a right to them."""
    fresh = [one for one in _fresh(life) if TOKEN.search(one.text) or rights.PHONE.search(one.text)]
    if not fresh:
        return
    town = rights.Town(session)
    for one in fresh:
        for token in set(TOKEN.findall(one.text)):
            author = life.talker.tokens.get(token)
            if author is not None and not town.may_read(one.chat, author, token):
                yield f"{one.chat} reads what {author} wrote ({token}): {one.text!r}"
        for phone in set(rights.PHONE.findall(one.text)):
            if not town.may_call(one.chat, int(phone[3:])):
                yield f"{one.chat} reads the number {phone}: {one.text!r}"


def _fresh(life: Life) -> list[Heard]:
    return life.record.heard[life.memory.read :]


def remember_what_was_read(life: Life, session: Session) -> Iterator[str]:
    """Messages are looked at once."""
    life.memory.read = len(life.record.heard)
    yield from ()


def nothing_breaks_inside(life: Life, session: Session) -> Iterator[str]:
    """No handler, job or letter ends in an error that nobody meant."""
    yield from life.record.logged


# rows


@cache
def _wordy() -> list[Table]:
    """The tables that may hold what people typed."""
    tables = [table for name, table in Base.metadata.tables.items() if name not in KEPT_ELSEWHERE]
    return [table for table in tables if any(isinstance(column.type, String | JSON) for column in table.columns)]


def tokens_in(session: Session) -> dict[str, Counter[str]]:
    """Every token in the database, with the tables that hold it and in how many rows."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for table in _wordy():
        for row in session.execute(select(table)):
            for token in set(TOKEN.findall(repr(tuple(row)))):
                found[token][table.name] += 1
    return found


def nothing_typed_is_lost(life: Life, session: Session) -> Iterator[str]:
    """What was kept once goes only by its writer's own act, or when its time is over."""
    there = {token: set(tables) for token, tables in tokens_in(session).items()}
    for token, tables in life.memory.tokens.items():
        author = life.talker.tokens[token]
        over = life.rested and tables == {"dialogs"}  # a form left lying for a month
        if token not in there and author not in life.acting and not over:
            yield f"what {author} wrote ({token}) is gone from {tables}, and {life.acting} acted"
    life.memory.tokens = there


def nothing_happens_twice(life: Life, session: Session) -> Iterator[str]:
    """No answer makes two records."""
    for token, tables in tokens_in(session).items():
        for table, rows in tables.items():
            if rows > 1 and table not in VERSIONED:
                yield f"{token} of {life.talker.tokens.get(token)} stands in {rows} rows of {table}"


def what_comes_again_changes_nothing(life: Life, session: Session) -> Iterator[str]:
    """An update that has had its effect has none when it is delivered once more."""
    yield from life.memory.repeated


def every_update_is_seen_once(life: Life, session: Session) -> Iterator[str]:
    """What the server may forget has had its effect."""
    pending = {str(update["update_id"]) for update in life.sandbox.world.updates.pending}
    known = set(session.scalars(select(Seen.event_id)))
    for update in list(life.sandbox.world.updates.delivered)[-LOOKED_AT:]:
        number = str(update["update_id"])
        if update["update_id"] < life.fresh_from:
            continue
        if number not in known and number not in pending and "my_chat_member" not in update:
            yield f"update {number} was acknowledged and had no effect: {str(update)[:200]}"


def capacities_are_kept(life: Life, session: Session) -> Iterator[str]:
    """An offer takes no more than its places, counts the pairs it has, and nobody asks more than three at once."""
    for offer in session.scalars(select(Offer)):
        taken = session.query(Pair).filter(Pair.offer_id == offer.id, Pair.status.not_in(OVER)).count()
        if offer.taken > offer.capacity:
            yield f"offer {offer.id} has {offer.taken} of {offer.capacity} places taken"
        if offer.taken != taken:
            yield f"offer {offer.id} counts {offer.taken} places and has {taken} pairs"
    for need in session.scalars(select(Need)):
        live = [one for one in session.query(Request).filter_by(need_id=need.id) if one.status in LIVE]
        if len(live) > MOST or len([one for one in live if one.status is not RequestStatus.QUEUED]) > 1:
            yield f"need {need.id} asks {[(one.id, one.status.value) for one in live]}"
    accepted = Counter(session.scalars(select(Request.need_id).where(Request.status == RequestStatus.ACCEPTED)))
    yield from (f"need {need} was accepted {times} times" for need, times in accepted.items() if times > 1)


def states_move_as_drawn(life: Life, session: Session) -> Iterator[str]:
    """Every status was reached by a move of its table."""
    yield from life.memory.moved


def somebody_holds_every_ball(life: Life, session: Session) -> Iterator[str]:
    """Every open record has an owner whose turn it is, and every duty somebody who can do it."""
    yield from owners.ownerless(session)


ALWAYS: tuple[Look, ...] = (
    every_letter_arrives_as_its_kind_promises,
    no_letter_dies_without_a_reason,
    replies_keep_their_order,
    quiet_hours_and_budget_are_kept,
    nothing_happens_twice,
    what_comes_again_changes_nothing,
    every_update_is_seen_once,
    capacities_are_kept,
    somebody_holds_every_ball,
)
AFTER_EACH_ACT: tuple[Look, ...] = (
    nothing_breaks_inside,
    every_message_fits_and_is_clean,
    nobody_sees_what_is_not_theirs,
    remember_what_was_read,
    states_move_as_drawn,
    nothing_typed_is_lost,
)
AT_THE_END: tuple[Look, ...] = (nothing_due_is_left_lying,)


@contextmanager
def watched_moves(memory: Memory) -> Iterator[None]:
    """Note every change of a status that its table does not know."""

    def note(row: Any, value: Any, old: Any, attribute: Any) -> None:
        if not isinstance(value, StrEnum) or not isinstance(old, StrEnum) or value is old:
            return
        if value not in MOVES[type(value)][old]:
            memory.moved.append(f"{type(row).__name__} {row.id} went from {old} to {value}")

    watched = [
        (getattr(mapper.class_, name), note)
        for mapper in Base.registry.mappers
        for name, column in mapper.columns.items()
        if isinstance(column.type, Enum) and column.type.enum_class in MOVES
    ]
    for attribute, listener in watched:
        _listen(attribute, listener)
    try:
        yield
    finally:
        for attribute, listener in watched:
            event.remove(attribute, "set", listener)


def _listen(attribute: InstrumentedAttribute[Any], listener: Callable[..., None]) -> None:
    event.listen(attribute, "set", listener, active_history=True)
