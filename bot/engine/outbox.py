"""Sending what was committed: replies at once, the rest at the channel's pace, each chat's letters in order.

A letter to be sent now is claimed at birth by the process that wrote it; the sweep takes up what is due or was left
behind. What happens after an unknown time-out depends on the letter's kind: replies are sent again, digests never.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.orm import Session

from bot.engine.database import Database
from bot.engine.events import Capabilities, Channel, Gone, Lost, Parcel, Spoiled, Wait
from bot.engine.turns import parcel
from models.system import clock, counts, sending
from models.system.letters import Delivery
from models.system.outages import absent
from models.system.sending import LEASE, ONCE_ONLY

log = structlog.get_logger()
BATCH = 200  # letters claimed and held in memory at a time
TRIES = 4  # in a row, before a letter is put off
PUT_OFF = timedelta(seconds=30)
SURE = LEASE.total_seconds() / 2  # seconds for which a new claim needs no second look
YIELDS = 1.0  # seconds that bulk waits for replies at most
Enclose = Callable[[Parcel, Capabilities], Awaitable[tuple[Parcel, bytes | None]]]
Chat = tuple[str, str]
Mark = tuple[Parcel, Delivery, dict[str, Any]]


class Outbox:
    """The letters of one process on their way out; chats are served side by side, `rate` letters a second (0: all)."""

    def __init__(
        self, database: Database, channels: Iterable[Channel], *, worker: str, enclose: Enclose, rate: float = 29.0
    ) -> None:
        self.database, self.worker, self.enclose = database, worker, enclose
        self.channels = {channel.name: channel for channel in channels}
        self.rate = rate
        self.bulk: deque[Parcel] = deque()
        self.waiting: dict[Chat, deque[Parcel]] = defaultdict(deque)
        self.in_hand: dict[int, float] = {}  # letter → until when its claim is certain, by the steady counter
        self.serving: dict[Chat, asyncio.Task[None]] = {}
        self.paused: dict[Chat, float] = {}
        self.put_off: dict[Chat, datetime] = {}  # chats that could not be reached, and when they are tried again
        self.halted_until = 0.0
        self.sent = 0
        self._pacing: asyncio.Task[None] | None = None
        self._next_bulk = 0.0
        self._half_gone = asyncio.Event()
        self._recent_waits: deque[tuple[float, str]] = deque(maxlen=8)
        self._probe = asyncio.Lock()
        self._marks: list[Mark] = []
        self._unwritten: set[int] = set()  # letters whose mark is not committed yet, one that is being written included

    def post(self, parcels: Iterable[Parcel]) -> None:
        """Take claimed letters; each chat's letters go in the order they come, replies before bulk. Those of a channel
        that another process serves are its own once our claim has run out."""
        for one in [one for one in parcels if one.channel in self.channels]:
            self.in_hand[one.letter_id] = clock.ticks() + SURE
            if one.paced and self.rate:
                self.bulk.append(one)
                self._pacing = self._pacing or asyncio.create_task(self._pace())
            else:
                if self.rate:
                    self._next_bulk = min(self._next_bulk + 1 / self.rate, clock.ticks() + YIELDS)
                self._hand_over(one)

    async def drain(self) -> None:
        """Wait until all that was posted is sent or put aside, and marked."""
        while tasks := [*self.serving.values(), *filter(None, [self._pacing])]:
            await asyncio.gather(*tasks)
        await self.mark()

    async def sweep(self, *, claiming: bool = True) -> int:
        """Write marks, hold on to what waits, claim due letters, those of dead processes included; returns how many."""
        self._half_gone.clear()
        fading = [letter for letter, sure in self.in_hand.items() if sure < clock.ticks() + SURE / 2]
        certain, already = clock.ticks() + SURE, self._unwritten.union(self.in_hand)
        room = BATCH - len(self.in_hand) if claiming and len(self.in_hand) <= BATCH // 2 else 0
        marks, self._marks = self._marks, []

        def work(session: Session) -> tuple[list[int], list[dict[str, Any]]]:
            self._write(session, marks)
            held = sending.renew(session, self.worker, fading) if fading else []
            return held, sending.claim_due(session, self.worker, most=room, channels=self.channels) if room else []

        try:
            held, due = await self.database.run(work)
        except BaseException:  # told to stop too: the work may not have begun
            self._marks = marks + self._marks
            raise
        self._unwritten.difference_update(one.letter_id for one, _, _ in marks)
        self.in_hand |= {letter: certain for letter in held if letter in self.in_hand}
        new = [letter for letter in due if letter["id"] not in already]  # a lapsed claim of our own is no second letter
        for letter in new:
            self.put_off.pop((letter["channel"], letter["chat"]), None)
        self.post(parcel(letter, letter["account_id"], letter["channel"], letter["chat"]) for letter in new)
        return len(new)

    async def room(self, *, within: float) -> None:
        """Wait until there is room for another claim, or so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._half_gone.wait(), within)

    async def mark(self) -> None:
        """Write down what became of letters; only the claimant may."""
        if self._marks:
            await self.sweep(claiming=False)

    def _write(self, session: Session, marks: list[Mark]) -> None:
        usual = [
            (one.letter_id, detail) for one, status, detail in marks if status is Delivery.SENT and len(detail) == 1
        ]
        sending.mark_sent(session, self.worker, ((letter, detail["external_id"]) for letter, detail in usual))
        for one, status, detail in marks:
            if status is not Delivery.SENT or len(detail) > 1:
                sending.mark(session, self.worker, one.letter_id, status, **detail)

    async def _pace(self) -> None:
        """Let bulk go one by one; a reply that goes out meanwhile takes a turn."""
        while self.bulk:
            now = clock.ticks()
            self._next_bulk = max(self._next_bulk, self.halted_until, now)
            await asyncio.sleep(self._next_bulk - now)
            self._next_bulk += 1 / self.rate
            self._hand_over(self.bulk.popleft())
        self._pacing = None

    def _hand_over(self, one: Parcel) -> None:
        chat = (one.channel, one.chat)
        self.waiting[chat].append(one)
        if chat not in self.serving:
            self.serving[chat] = asyncio.create_task(self._serve(chat))

    async def _serve(self, chat: Chat) -> None:
        queue = self.waiting[chat]
        try:
            while queue:
                if again_at := self.put_off.get(chat):  # what comes later waits with it, so that a chat keeps its order
                    self._note(queue.popleft(), Delivery.QUEUED, due_at=again_at)
                else:
                    await self._deliver(chat, queue.popleft())
        finally:
            self.serving.pop(chat, None)
            self.waiting.pop(chat, None)

    async def _deliver(self, chat: Chat, one: Parcel) -> None:
        """Send one letter and note what became of it; one that does not go through is put off, with its chat."""
        reached = False
        tries = 0
        channel = self.channels[one.channel]
        one, picture = await self.enclose(one, channel.can)
        while tries < TRIES:
            while (rest := max(self.paused.get(chat, 0.0), self.halted_until) - clock.ticks()) > 0:
                await asyncio.sleep(rest)
            self.paused.pop(chat, None)
            try:
                if not await self._still_mine(one):
                    self.in_hand.pop(one.letter_id, None)
                    return None
                async with self._halt():
                    if self.halted_until > clock.ticks():
                        continue  # somebody else's probe was told to wait
                    receipt = await channel.send(one, picture)
            except Wait as wait:
                counts.add("told_to_wait", one.channel)
                self._pause(chat, wait.seconds)
                continue
            except Gone as gone:
                return self._note(one, Delivery.DEAD, dead=str(gone))
            except Lost as lost:
                if lost.accepted and one.kind in ONCE_ONLY:
                    return self._note(one, Delivery.UNKNOWN)
                reached = reached or lost.accepted
                tries += 1
                await asyncio.sleep(0.1 * 2**tries)
            except Exception as error:
                if not absent(error):
                    why = str(error) if isinstance(error, Spoiled) else type(error).__name__
                    log.error("letter_spoiled", letter=one.letter_id, why=why)
                    return self._note(one, Delivery.DEAD)
                tries += 1  # the database could not say whose letter it is
                await asyncio.sleep(0.1 * 2**tries)
            else:
                self.sent += 1
                moved = {"chat": receipt.chat} if receipt.chat else {}
                return self._note(one, Delivery.SENT, external_id=receipt.external_id, **moved)
        self.put_off[chat] = clock.now() + PUT_OFF
        return self._note(one, Delivery.QUEUED, due_at=self.put_off[chat], tried=reached)

    async def _still_mine(self, one: Parcel) -> bool:
        """A claim that may have run out while this process slept is looked up again right before the send."""
        if clock.ticks() < self.in_hand.get(one.letter_id, 0.0):
            return True
        renewed = await self.database.run(partial(sending.renew, worker=self.worker, letters=[one.letter_id]))
        return one.letter_id in renewed

    def _halt(self) -> AbstractAsyncContextManager[Any]:
        """While everything is halted, one probe at a time goes through."""
        return self._probe if self.halted_until > clock.ticks() - 5 else nullcontext()

    def _pause(self, chat: Chat, seconds: float) -> None:
        """Rest a chat; when several chats are told to wait at once, rest them all."""
        now = clock.ticks()
        self.paused[chat] = now + seconds
        self._recent_waits.append((now, chat[1]))
        if len({who for at, who in self._recent_waits if now - at < 5}) >= 3:
            self.halted_until = max(self.halted_until, now + seconds)

    def _note(self, one: Parcel, status: Delivery, **detail: Any) -> None:
        self.in_hand.pop(one.letter_id, None)
        counts.add("letters", one.kind, status)
        self._marks.append((one, status, detail))
        self._unwritten.add(one.letter_id)
        if len(self.in_hand) <= BATCH // 2:
            self._half_gone.set()
