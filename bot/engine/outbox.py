"""Sending what was committed: in order per chat, replies before bulk, with leases, pauses and second tries.

A letter to be sent now is claimed at birth by the process that wrote it; the sweep takes up what is due or was left
behind. What happens after an unknown time-out depends on the letter's kind: replies are sent again, digests never.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
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
BATCH, TRIES = 100, 6
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
            elif account is None or account.dead or letter.attempts >= TRIES:
                letter.status = Post.DEAD
            else:
                letter.claimed_by, letter.claimed_until = self.worker, machine + LEASE
                letter.attempts += 1
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
                await self._deliver(chat, queue.popleft())
        finally:
            self.serving.pop(chat, None)
            self.waiting.pop(chat, None)

    async def _deliver(self, chat: tuple[str, str], one: Parcel) -> None:
        for _ in range(TRIES):
            await self._pace(chat, one)
            try:
                async with self._halt():
                    receipt = await self._send(one)
            except Wait as wait:
                self._pause(chat, wait.seconds)
            except Gone as gone:
                return self._note(one, Post.DEAD, account_dead=str(gone))
            except Spoiled as spoiled:
                log.error("letter_spoiled", letter=one.letter_id, why=str(spoiled))
                return self._note(one, Post.DEAD)
            except Lost as lost:
                if lost.accepted and one.kind in ONCE_ONLY:
                    return self._note(one, Post.UNKNOWN)
                await asyncio.sleep(0.2)
            else:
                self.sent += 1
                return self._note(one, Post.SENT, receipt=receipt)
        return self._note(one, Post.QUEUED, delay=timedelta(seconds=30))

    async def _send(self, one: Parcel) -> Receipt:
        channel = self.channels[one.channel]
        spec = one.extra.get("picture")
        picture = await self.draw(spec) if spec and channel.can.pictures else None
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

    def _note(self, one: Parcel, status: Post, **detail: Any) -> None:
        self._marks.append((one, status, detail))


class _Open:
    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, *_: object) -> None:
        return None


def _write_marks(session: Session, marks: list[tuple[Parcel, Post, dict[str, Any]]], worker: str) -> None:
    for one, status, detail in marks:
        values: dict[str, Any] = {"status": status, "claimed_by": None, "claimed_until": None}
        if status is Post.SENT:
            values |= {"sent_at": clock.now(), "external_id": detail["receipt"].external_id}
            if detail["receipt"].chat:
                moved = update(Account).where(Account.id == one.account_id)
                session.execute(moved.values(chat=detail["receipt"].chat))
        if "delay" in detail:
            values["due_at"] = clock.now() + detail["delay"]
        mine = (Letter.id == one.letter_id) & (Letter.claimed_by == worker)
        session.execute(update(Letter).where(mine).values(**values))
        if "account_dead" in detail:
            session.execute(update(Account).where(Account.id == one.account_id).values(dead=detail["account_dead"]))
