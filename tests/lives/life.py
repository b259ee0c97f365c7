"""One random life: people act, faults strike, the clock moves on, and what must hold is looked at again and again."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.engine.database import Database
from bot.sandbox.people import Phone
from bot.sandbox.server import Sandbox
from models.system import clock
from models.system.accounts import Account
from tests.lives import faults, invariants
from tests.lives.bots import Bot, InProcess, hurried
from tests.lives.talkers import Act, Talker, asked
from tests.lives.town import BEGINS, RESIDENTS, Resident, morning_after, settle
from tests.lives.watching import Watched, listening

ACTS = 140
PATIENCE = timedelta(minutes=31)


class Broken(AssertionError):
    """A promise was not kept; says which, in which life, and all that happened before."""


class Life:
    """A town with its bot over one database, walked by one seed."""

    fault_chance, together_chance = 0.09, 0.12
    rest_chance = 0.045  # that the day is over after an act
    check_every = 35  # acts
    settles = 8  # half minutes after the last fault
    surroundings: Callable[[], AbstractContextManager[None]] = staticmethod(hurried)
    strikes: Mapping[faults.Strike, int] = faults.IN_PROCESS
    after_each_act = invariants.AFTER_EACH_ACT
    always = invariants.ALWAYS

    def __init__(self, sandbox: Sandbox, url: str, seed: int) -> None:
        assert isinstance(sandbox.world, Watched)
        self.sandbox, self.url, self.seed = sandbox, url, seed
        self.record = sandbox.world.record
        self.chance = random.Random(seed)
        self.residents: Sequence[Resident] = RESIDENTS
        self.rows = Database(url)
        self.bot: Bot = self.make_bot()
        self.talker = Talker(self.chance)
        self.transcript: list[str] = []
        self.acted: dict[int, list[datetime]] = {one.number: [] for one in self.residents}
        self.typed: list[str] = []
        self.struck: Counter[str] = Counter()
        self.went_back = False
        self.memory = invariants.Memory()
        self.acting: set[int] = set()
        self.rested = False
        self.blockers: set[int] = set()
        self.fresh_from = 0  # updates from here on came since the last rest

    def make_bot(self) -> Bot:
        """The bot that this life is walked with."""
        return InProcess(self.sandbox, self.rows, self.url, self.chance)

    def phone(self, number: int) -> Phone:
        return self.sandbox.world.person(number)

    def look(self, work: invariants.Look) -> list[str]:
        """Look into the database from outside the bot."""

        def outside(session: Session) -> list[str]:
            found = list(work(self, session))
            session.rollback()
            return found

        return self.rows.submit(outside).result()

    async def begin(self) -> None:
        """Everybody has a phone; the bot starts."""
        clock.hold(BEGINS)
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)  # the dead leave tasks behind
        self.rows.submit(settle).result()
        for one in self.residents:
            code = {"zh": "zh-hans", "en": "en"}[one.language]
            self.sandbox.world.person(one.number, name=one.name, language_code=code, phone=f"+86{one.phone}")
        await self.bot.start()
        await self.bot.tick()

    async def live(self, acts: int = ACTS) -> None:
        """So many acts, then all faults end, a last look at everything, and everybody is answered once more."""
        for n in range(acts):
            if self.chance.random() < self.fault_chance:
                self.note("!!", await faults.strike(self, self.chance, self.struck))
            if self.chance.random() < self.together_chance:
                await self._together()
            else:
                await self._act(self._somebody())
            await self.bot.elapse(timedelta(seconds=self.chance.randint(3, 240)))
            if self.chance.random() < self.rest_chance:
                await self._rest()
            if n % self.check_every == self.check_every - 1:
                self.check(self.always)
        await self._calm_down()
        self.check(self.always + invariants.AT_THE_END)
        await self._answered_once_more()

    def check(self, promises: Sequence[invariants.Look]) -> None:
        """Raise Broken with every promise that does not hold now."""
        problems = [f"{one.__name__}: {problem}" for one in promises for problem in self.look(one)]
        if problems:
            raise Broken(self.told(problems))

    def told(self, problems: Sequence[str]) -> str:
        """The transcript with what is wrong at its end."""
        wrong = "\n".join(f"** {problem}" for problem in dict.fromkeys(problems))
        return "\n".join([*self.transcript, f"seed {self.seed}:", wrong])

    def note(self, who: str, what: str) -> None:
        local = clock.now().astimezone(clock.SHANGHAI)
        self.transcript.append(f"{local:%m-%d %H:%M} {who}: {what}")

    # acting

    def _somebody(self) -> Resident:
        return self.chance.choices(self.residents, [one.busy for one in self.residents])[0]

    @property
    def calm(self) -> bool:
        """Whether nothing is about to go wrong."""
        return not self.sandbox.world.faults.queue and self.bot.calm

    async def _act(self, who: Resident) -> None:
        act = self._choose(who)
        calm, heard, alerts = self.calm, len(self.record.heard), len(self.phone(who.number).alerts)
        open_form = self.look(lambda life, session: ["open"] if asked(session, who.number) else [])
        act.do(self.phone(who.number))
        await self._work()
        for one in self.record.heard[heard:]:
            self.note(f"   → {one.chat}", f"{one.text!r} {list(one.labels)}")
        for alert in self.phone(who.number).alerts[alerts:]:
            self.note(f"   → {who.number}", f"({alert.get('text')})")
        answered = any(one.chat == who.number for one in self.record.heard[heard:])
        answered = answered or len(self.phone(who.number).alerts) > alerts
        ignored = act.shown == "edits an older message" and not open_form
        if calm and self.calm and not answered and not ignored:
            raise Broken(self.told([f"no answer to {who.number} {act.shown}"]))

    async def _together(self) -> None:
        """Several people act before the bot has seen any of it; what they did may come in another order."""
        updates, shuffled = self.sandbox.world.updates, self.chance.random() < 0.5
        heard = len(self.record.heard)
        if shuffled:
            updates.hold()
        for who in [self._somebody() for _ in range(self.chance.randint(2, 5))]:
            self._choose(who).do(self.phone(who.number))
        if shuffled and updates.held is not None:
            order = list(range(len(updates.held)))
            self.chance.shuffle(order)
            updates.release(order)
        self.note("--", "all at once" + (", in another order" if shuffled else ""))
        await self._work()
        for one in self.record.heard[heard:]:
            self.note(f"   → {one.chat}", f"{one.text!r} {list(one.labels)}")

    def _choose(self, who: Resident) -> Act:
        found: list[Act] = []

        def choose(life: Life, session: Session) -> list[str]:
            found.append(self.talker.next(who, self.phone(who.number), asked(session, who.number)))
            return []

        self.look(choose)
        self.acted[who.number].append(clock.now())
        self.acting.add(who.number)
        if found[0].typed:
            self.typed.append(found[0].typed)
        self.note(f"{who.number} {who.name}", found[0].shown)
        return found[0]

    async def _work(self) -> None:
        await self.bot.work()
        self.check(self.after_each_act)
        self.acting, self.rested = set(), False

    # time

    async def _rest(self) -> None:
        """The evening comes, or some days, or weeks, with what the timetable brings."""
        until = morning_after(clock.now())
        for _ in range(self.chance.choice((0, 0, 0, 1, 3, 8))):
            until = morning_after(until)
        heard = len(self.record.heard)
        self.rested = True
        self.fresh_from = self.sandbox.world.updates.next_id
        self.note("..", f"time passes until {until:%m-%d %H:%M}")
        await self.bot.pass_time(until)
        for one in self.record.heard[heard:]:
            local = one.at.astimezone(clock.SHANGHAI)
            self.note(f"   → {one.chat}", f"{local:%m-%d %H:%M} {one.text!r} {list(one.labels)}")
        await self._work()

    async def _calm_down(self) -> None:
        """No more faults; what is still on its way arrives within two minutes and the next working morning."""
        self.sandbox.world.faults.clear()
        self.bot.calm_down()
        for _ in range(self.settles):
            await self.bot.elapse(timedelta(seconds=31))
            await self._work()
        self.rested = True
        await self.bot.pass_time(morning_after(clock.now()))
        await self._work()

    async def _answered_once_more(self) -> None:
        """There is no dead end: whatever happened, everybody is answered to /start and /help."""
        for words in ("/help", "/start"):
            heard = len(self.record.heard)
            for one in self.residents:
                self.phone(one.number).say(words)
                self.acted[one.number].append(clock.now())
                self.note(f"{one.number} {one.name}", words)
            await self._work()
            answered = {message.chat for message in self.record.heard[heard:]}
            if silent := [one.number for one in self.residents if one.number not in answered]:
                raise Broken(self.told([f"{silent} get no answer to {words}"]))

    def blocked(self, session: Session, person_id: int) -> bool:
        """Whether somebody has ever blocked the bot."""
        numbers = session.scalars(select(Account.external_id).where(Account.person_id == person_id))
        return any(int(number) in self.blockers for number in numbers)

    def present(self, number: int, *moments: datetime) -> bool:
        """Whether somebody was in the chat just before one of these moments, by a clock that may go back meanwhile."""
        acts = self.acted.get(number, ())
        return any(abs(moment - at) <= PATIENCE for moment in moments for at in acts)


@asynccontextmanager
async def opened(url: str, seed: int, kind: type[Life] = Life) -> AsyncIterator[Life]:
    """A life over a fresh migrated database."""
    world = Watched()
    async with Sandbox(world) as sandbox:
        life = kind(sandbox, url, seed)
        with life.surroundings(), listening(world.record), invariants.watched_moves(life.memory):
            try:
                await life.begin()
                yield life
            finally:
                await life.bot.stop()
                life.rows.close()
                clock.hold(None)
