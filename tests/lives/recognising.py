"""Which letter a message was, as seen from outside: by its buttons, the number it was marked with, or its words."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.markup import plain, split
from bot.sandbox.world import World
from models.system.accounts import Account
from models.system.letters import Delivery, Letter
from tests.lives.watching import Heard, Record


@dataclass
class Known:
    """A letter as it was when it was last looked at; `pieces` are the texts in which it arrives."""

    id: int
    chat: int
    body: str
    pieces: frozenset[str]
    token: str
    status: Delivery
    message: str | None
    sent_at: datetime | None


class Recogniser:
    """Gives every message of a record its letter, and tells what its sender can know about each arrival."""

    def __init__(self, record: Record, world: World) -> None:
        self.record, self.world = record, world
        self.letters: dict[int, Known] = {}
        self.arrived: dict[int, Counter[str]] = defaultdict(Counter)
        self.sure: dict[int, bool] = {}  # letter → whether the sender has been told of its last arrival
        self.read = 0
        self.unwritten: list[str] = []  # what was heard and stands in no letter
        self._moving: dict[int, int] = {}  # place of what was heard → its letter, not yet marked

    def look(self, session: Session) -> None:
        """Read the letters, and recognise what was heard since the last look."""
        there = self._load(session)
        heard = self.record.heard
        while self.read < len(heard):
            one, place = heard[self.read], self.read
            self.read += 1
            if not one.text:  # a picture whose words come behind it
                continue
            letter = self.letter_of(one)
            if letter is not None:
                self.note(place, one, letter)
            elif one.chat in there and not one.text.startswith("…"):  # a file told in pieces
                self.unwritten.append(f"{one.chat} heard what no letter says: {one.text!r}")
        self._date()

    def _load(self, session: Session) -> set[int]:
        """Bring what is known up to date; returns the chats of everybody who can be reached."""
        accounts = {one.id: int(one.external_id) for one in session.scalars(select(Account))}
        names = Letter.id, Letter.account_id, Letter.body, Letter.token, Letter.status, Letter.external_id
        for id, account, body, token, status, message, sent_at in session.execute(select(*names, Letter.sent_at)):
            known = self.letters.get(id)
            if account not in accounts or (known is not None and not body):  # forgotten since
                continue
            pieces = known.pieces if known and known.body == body else frozenset(_pieces(body))
            self.letters[id] = Known(id, accounts[account], body, pieces, token, status, message, sent_at)
            if status is Delivery.SENT and not self.record.receipts[id] and self._stands(self.letters[id]):
                self.record.receipts[id] += 1
            if status is Delivery.DEAD and accounts[account] in self.record.turned_away:
                self.record.refused.setdefault(id, "turned away")
        return set(accounts.values())

    def _stands(self, known: Known) -> bool:
        """Whether the message it was to take the place of says the same already, so that nothing changed."""
        message = self.world.people[known.chat].messages.get(int(known.message or 0))
        return message is not None and _flat(message.text) in known.pieces

    def letter_of(self, one: Heard) -> Known | None:
        words = _flat(one.text)
        of_chat = [known for known in self.letters.values() if known.chat == one.chat]
        for known in of_chat:
            if known.token in one.tokens or (known.message == one.message and self._misses(known, words)):
                return known
        fitting = [known for known in of_chat if words in known.pieces]
        missing = [known for known in fitting if self._misses(known, words)]
        if missing:
            return missing[0]
        return max(fitting, key=lambda known: self._spare(known, words), default=None)

    def _misses(self, known: Known, words: str) -> bool:
        return words in known.pieces and not self.arrived[known.id][words]

    def _spare(self, known: Known, words: str) -> int:
        """How often it may still come."""
        return 1 + self.record.doubts[known.id] - self.arrived[known.id][words]

    def note(self, place: int, one: Heard, known: Known) -> None:
        self.record.heard[place] = replace(one, letter=known.id)
        self.record.receipts[known.id] += 1
        self.record.doubts[known.id] += one.unsure
        if len(known.pieces) > 1:  # where a process dies between two, those before come again
            self.record.doubts[known.id] = max(self.record.doubts[known.id], self.record.met[known.chat])
        self.arrived[known.id][_flat(one.text)] += 1
        self.sure[known.id] = not one.unsure
        self._moving[place] = known.id

    def _date(self) -> None:
        """What is marked by now was sent when its sender says: a clock seen from outside is late by a walk."""
        for place, id in list(self._moving.items()):
            if (sent_at := self.letters[id].sent_at) is not None:
                self.record.heard[place] = replace(self.record.heard[place], at=sent_at)
                del self._moving[place]


def _pieces(body: str) -> list[str]:
    return [_flat(plain(piece)) for piece in split(body)]


def _flat(text: str) -> str:
    return " ".join(text.split())
