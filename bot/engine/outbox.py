"""Sending what was committed: in order per chat, replies before bulk, with leases, pauses and second tries.

A letter to be sent now is claimed at birth by the process that wrote it; the sweep takes up what is due or was left
behind. What happens after an unknown time-out depends on the letter's kind: replies are sent again, digests never.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.engine.database import Database
from bot.engine.events import Channel, Gone, Lost, Parcel, Receipt, Spoiled, Wait
from bot.engine.turns import LEASE, parcel
from models.system import clock
from models.system.accounts import Account
from models.system.letters import Kind, Letter, Post

log = structlog.get_logger()
BATCH, MOST = 100, 1000  # letters claimed at a time, and held in memory
TRIES, PATIENCE = 4, 6  # tries in a row, and how often a letter is put off after that
PUT_OFF = timedelta(seconds=30)
Draw = Callable[[dict[str, Any]], Awaitable[bytes]]
ONCE_ONLY = (Kind.DIGEST,)


class Outbox:
    """The letters of one process on their way out; `in_flight` chats are served side by side, each in order."""

    def __init__(
        self, database: Database, channels: Iterable[Channel], *, worker: str, draw: Draw, rate: float = 28.0
    ) -> None:
        self.database, self.worker, self.draw = database, worker, draw
        self.channels = {channel.name: channel for channel in channels}
        self.rate = rate
        self.waiting: dict[tuple[str, str], deque[Parcel]] = defaultdict(deque)
        self.in_hand: dict[int, float] = {}  # letter → until when its claim is certain, by the steady counter
        self.serving: dict[tuple[str, str], asyncio.Task[None]] = {}
        self.paused: dict[tuple[str, str], float] = {}
        self.halted_until = 0.0
        self._recent_waits: deque[tuple[float, str]] = deque(maxlen=8)
        self._probe = asyncio.Lock()
        self._marks: list[tuple[Parcel, Post, dict[str, Any]]] = []
        self._next_bulk = 0.0
        self.sent = 0

    def post(self, parcels: Iterable[Parcel]) -> None:
        """Take claimed letters; each chat's letters go in the order they come."""
        for one in parcels:
            chat = (one.channel, one.chat)
            self.in_hand[one.letter_id] = clock.ticks() + LEASE.total_seconds() / 2
            self.waiting[chat].append(one)
            if chat not in self.serving:
                self.serving[chat] = asyncio.create_task(self._serve(chat))

    async def drain(self) -> None:
        """Wait until all that was posted is sent or put aside, and marked."""
        while self.serving:
            await asyncio.gather(*self.serving.values())
        await self.mark()

    async def sweep(self) -> int:
        """Claim due letters, those of dead processes included, and post them; returns how many."""
        await self.mark()
        mine = list(self.in_hand)
        if mine:
            certain = clock.ticks() + LEASE.total_seconds() / 2
            for letter_id in await self.database.run(partial(_renew, worker=self.worker, letters=mine)):
                if letter_id in self.in_hand:
                    self.in_hand[letter_id] = certain
        if len(mine) >= MOST:
            return 0
        parcels = await self.database.run(self._claim)
        self.post(parcels)
        return len(parcels)

    def _claim(self, session: Session) -> list[Parcel]:
        now, machine = clock.now(), clock.machine()
        free = or_(Letter.claimed_until.is_(None), Letter.claimed_until < machine)
        due = select(Letter).where(Letter.status == Post.QUEUED, Letter.due_at <= now, free)
        due = due.order_by(Letter.due_at, Letter.id).limit(BATCH).with_for_update(skip_locked=True)
        letters = list(session.scalars(due))
        accounts = {
            account.id: account
            for account in session.scalars(
                select(Account).where(Account.id.in_({letter.account_id for letter in letters}))
            )
        }
        parcels = []
        for letter in letters:
            account = accounts.get(letter.account_id or 0)
            if letter.claimed_by and letter.kind in ONCE_ONLY:
                letter.status = Post.UNKNOWN
            elif account is None or account.dead or letter.attempts >= PATIENCE:
                letter.status = Post.DEAD
            else:
                letter.attempts += 1 if letter.claimed_by else 0  # whoever held it has died over it, perhaps
                letter.claimed_by, letter.claimed_until = self.worker, machine + LEASE
                parcels.append(parcel(letter, account))
        return parcels

    async def mark(self) -> None:
        """Write down what became of letters, in one transaction; only the claimant may."""
        marks, self._marks = self._marks, []
        if not marks:
            return
        try:
            await self.database.run(lambda session: _write_marks(session, marks, self.worker))
        except Exception:
            self._marks = marks + self._marks
            raise

    async def _serve(self, chat: tuple[str, str]) -> None:
        queue = self.waiting[chat]
        try:
            while queue:
                if not await self._deliver(chat, queue.popleft()):
                    while queue:  # what comes after it waits with it, so that a chat keeps its order
                        self._note(queue.popleft(), Post.QUEUED, delay=PUT_OFF)
        finally:
            self.serving.pop(chat, None)
            self.waiting.pop(chat, None)

    async def _deliver(self, chat: tuple[str, str], one: Parcel) -> bool:
        """Send one letter and note what became of it; False when it was put off."""
        reached = False
        tries = 0
        while tries < TRIES:
            await self._pace(chat, one)
            try:
                if not await self._still_mine(one):
                    self.in_hand.pop(one.letter_id, None)
                    return True
                async with self._halt():
                    receipt = await self._send(one)
            except Wait as wait:
                self._pause(chat, wait.seconds)
                continue
            except Gone as gone:
                return self._note(one, Post.DEAD, account_dead=str(gone))
            except Lost as lost:
                if lost.accepted and one.kind in ONCE_ONLY:
                    return self._note(one, Post.UNKNOWN)
                reached = reached or lost.accepted
                tries += 1
                await asyncio.sleep(0.1 * 2**tries)
            except Exception as error:
                why = str(error) if isinstance(error, Spoiled) else type(error).__name__
                log.error("letter_spoiled", letter=one.letter_id, why=why)
                return self._note(one, Post.DEAD)
            else:
                self.sent += 1
                return self._note(one, Post.SENT, receipt=receipt)
        self._note(one, Post.QUEUED, delay=PUT_OFF, tried=reached)
        return False

    async def _still_mine(self, one: Parcel) -> bool:
        """A claim that may have run out while this process slept is looked up again right before the send."""
        if clock.ticks() < self.in_hand.get(one.letter_id, 0.0):
            return True
        renewed = await self.database.run(partial(_renew, worker=self.worker, letters=[one.letter_id]))
        return one.letter_id in renewed

    async def _send(self, one: Parcel) -> Receipt:
        channel = self.channels[one.channel]
        picture = None
        if (spec := one.extra.get("picture")) and channel.can.pictures:
            try:
                picture = await self.draw(spec)
            except Exception as error:
                log.error("picture_failed", letter=one.letter_id, error=type(error).__name__)
        return await channel.send(one, picture)

    def _halt(self) -> Any:
        """While everything is halted, one probe at a time goes through."""
        return self._probe if self.halted_until > clock.ticks() - 5 else _Open()

    def _pause(self, chat: tuple[str, str], seconds: float) -> None:
        """Rest a chat; when several chats are told to wait at once, rest them all."""
        now = clock.ticks()
        self.paused[chat] = now + seconds
        self._recent_waits.append((now, chat[1]))
        if len({who for at, who in self._recent_waits if now - at < 5}) >= 3:
            self.halted_until = max(self.halted_until, now + seconds)

    async def _pace(self, chat: tuple[str, str], one: Parcel) -> None:
        while (rest := max(self.paused.get(chat, 0.0), self.halted_until) - clock.ticks()) > 0:
            await asyncio.sleep(rest)
        self.paused.pop(chat, None)
        if one.kind != Kind.REPLY and self.rate:
            now = clock.ticks()
            self._next_bulk = max(self._next_bulk, now) + 1 / self.rate
            await asyncio.sleep(max(0.0, self._next_bulk - 1 / self.rate - now))

    def _note(self, one: Parcel, status: Post, **detail: Any) -> bool:
        self.in_hand.pop(one.letter_id, None)
        self._marks.append((one, status, detail))
        return True


class _Open:
    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, *_: object) -> None:
        return None


def _renew(session: Session, *, worker: str, letters: list[int]) -> list[int]:
    """Hold on to letters that wait in memory; returns those that are still ours."""
    mine = Letter.id.in_(letters) & (Letter.claimed_by == worker) & (Letter.status == Post.QUEUED)
    held = update(Letter).where(mine).values(claimed_until=clock.machine() + LEASE).returning(Letter.id)
    return list(session.scalars(held.execution_options(synchronize_session=False)))


def _write_marks(session: Session, marks: list[tuple[Parcel, Post, dict[str, Any]]], worker: str) -> None:
    for one, status, detail in marks:
        values: dict[Any, Any] = {"status": status, "claimed_by": None, "claimed_until": None}
        if status is Post.SENT:
            values |= {"sent_at": clock.now(), "external_id": detail["receipt"].external_id}
        if "delay" in detail:
            values["due_at"] = clock.now() + detail["delay"]
        if detail.get("tried"):
            values["attempts"] = Letter.attempts + 1
        mine = update(Letter).where(Letter.id == one.letter_id, Letter.claimed_by == worker)
        if not session.scalars(mine.values(**values).returning(Letter.id)).all():
            continue
        account = update(Account).where(Account.id == one.account_id)
        if status is Post.SENT and detail["receipt"].chat:
            session.execute(account.values(chat=detail["receipt"].chat))
        if "account_dead" in detail:
            session.execute(account.values(dead=detail["account_dead"]))
