"""Random lives of the real process: `python -m bot run` killed, stopped, paused and cut off at random moments.

What happens when is drawn from the seed; how far the process has come by then is not, so that a life walked again may
take another way. What holds is read from the database and from what the phones received.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, select
from sqlalchemy.orm import Session

from bot.app import furnish
from bot.sandbox.server import Sandbox
from models.base import MOVES, Base
from tests.lives import invariants
from tests.lives.faults import Strike
from tests.lives.life import Life
from tests.lives.processes import RealBot
from tests.lives.signals import STRIKES, ask_to_stop, bot_of, kill

REAL_ACTS = 45
LOGGED = 25  # lines of the log that a failing life shows


def all_that_was_heard_was_written(life: Life, session: Session) -> Iterator[str]:
    """Nobody hears anything that stands in no letter."""
    recogniser = bot_of(life).recogniser
    recogniser.look(session)
    unwritten, recogniser.unwritten = recogniser.unwritten, []
    yield from unwritten


def nothing_is_logged_as_broken(life: Life, session: Session) -> Iterator[str]:
    """No error of ours, and no page of a crash, in the log of any process."""
    yield from bot_of(life).complaints()


def reachable() -> dict[type[StrEnum], dict[Any, set[Any]]]:
    """From every status, those that some moves lead to."""
    found: dict[type[StrEnum], dict[Any, set[Any]]] = {}
    for kind, moves in MOVES.items():
        found[kind] = {}
        for status in kind:
            there, edge = {status}, {status}
            while edge:
                edge = {after for before in edge for after in moves[before]} - there
                there |= edge
            found[kind][status] = there
    return found


def states_stay_on_their_map(life: Life, session: Session) -> Iterator[str]:
    """Between two looks every status went to where moves of its table lead."""
    assert isinstance(life, RealLife)
    for mapper in Base.registry.mappers:
        for name, column in mapper.columns.items():
            kind = column.type.enum_class if isinstance(column.type, Enum) else None
            if kind not in MOVES:
                continue
            for id, now in session.execute(select(mapper.class_.id, getattr(mapper.class_, name))):
                key = mapper.class_.__name__, name, id
                before = life.statuses.get(key, now)
                if now not in life.reachable[kind][before]:
                    yield f"{key} went from {before} to {now}"
                life.statuses[key] = now


class RealLife(Life):
    """A life walked with a process of its own, in which much more goes wrong."""

    fault_chance, together_chance = 0.3, 0.25
    rest_chance = 0.06
    check_every = 8
    settles = 2
    strikes: Mapping[Strike, int] = STRIKES
    surroundings: Callable[[], AbstractContextManager[None]] = staticmethod(nullcontext)
    after_each_act = (
        all_that_was_heard_was_written,
        nothing_is_logged_as_broken,
        states_stay_on_their_map,
        *(one for one in invariants.AFTER_EACH_ACT if one is not invariants.states_move_as_drawn),
    )

    def __init__(self, sandbox: Sandbox, url: str, seed: int) -> None:
        furnish()
        super().__init__(sandbox, url, seed)
        self.statuses: dict[tuple[str, str, int], Any] = {}
        self.reachable = reachable()

    def told(self, problems: Sequence[str]) -> str:
        """The transcript, with the last lines of the log before what is wrong."""
        log = [f"   log {line.rstrip()}" for line in bot_of(self).log[-LOGGED:]]
        self.transcript += log
        return super().told(problems)

    def make_bot(self) -> RealBot:
        return RealBot(self.sandbox, self.rows, self.url, self.chance)

    async def _rest(self) -> None:
        if self.chance.random() < 0.5:  # amid what the timetable brings
            self.note("!!", await self.chance.choice((kill, kill, ask_to_stop))(self, self.chance))
            self.struck["amid a rest"] += 1
        await super()._rest()
