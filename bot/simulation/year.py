"""The year itself: people wake, read and answer while the clock walks through every due moment of the timetable."""

from __future__ import annotations

import heapq
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from bot.app import App
from bot.engine.database import Database
from bot.engine.events import Event
from bot.engine.routes import Outcome, take
from bot.engine.timetable import Job, Timetable
from bot.floods import Flood
from bot.simulation import people
from bot.simulation.minds import Next, Town, begin_sitting, due_of_diary, next_act
from bot.simulation.people import COLLEAGUE, FACTORY, OFFICER, WINNER, Person
from bot.simulation.phones import Phones, Screen
from models.registration import consent
from models.registration.people import Officer, Role
from models.system import calendar, clock
from models.system.accounts import Account
from models.system.accounts import Person as Row

BEGINS = datetime(2026, 1, 5, 9, 0, tzinfo=clock.SHANGHAI)
GRID = timedelta(minutes=15)  # people act in such steps
A_ROUND = timedelta(seconds=9)  # how long it takes to read an answer and tap
EARLY, LATE = 7.5, 20.5  # hours between which people look at the phone on working days


@dataclass
class Timings:
    """How long turns and jobs took, in seconds of the thread that did them."""

    turns: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    jobs: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    keys: Counter[str] = field(default_factory=Counter)


class TimedTimetable(Timetable):
    """Notes what each job costs."""

    timings: Timings

    def _listed(self, session: Session, names: list[str]) -> list[tuple[Job, list[Hashable]]]:
        listed = []
        for name in names:
            started = time.thread_time()
            listed += super()._listed(session, [name])
            self.timings.jobs[name] += time.thread_time() - started
        return listed

    async def _attend(self, one: Job, keys: list[Any]) -> None:
        started = time.process_time()
        await super()._attend(one, keys)
        self.timings.jobs[one.name] += time.process_time() - started
        self.timings.keys[one.name] += len(keys)


class TimedApp(App):
    """One process of the bot that notes what each turn costs."""

    def __init__(self, database: Database, phones: Phones) -> None:
        super().__init__(database, [phones], rate=0)
        self.flood = Flood(burst=float("inf"))  # a year passes in minutes, so nobody writes too fast
        self.timings = Timings()
        self.timetable = TimedTimetable(database, worker=self.worker, sweep=self.outbox.sweep, think=self.thinking.run)
        self.timetable.timings = self.timings
        self.names: dict[str, str] = {}

    async def _turn(self, event: Event) -> Outcome:
        return await self.database.run(partial(self._timed, event))

    def _timed(self, event: Event, session: Session) -> Outcome:
        started = time.thread_time()
        outcome = take(session, event, worker=self.worker)
        self.timings.turns[self.names.pop(event.event_id, event.kind)].append(time.thread_time() - started)
        return outcome


class Year:
    """So many months of the programme with so many units, the same for the same seed."""

    def __init__(
        self, database: Database, *, incubators: int, incubatees: int, months: int, seed: int, language: str
    ) -> None:
        self.phones = Phones(self._ring)
        self.app = TimedApp(database, self.phones)
        self.language, self.seed, self.units = language, seed, incubators + incubatees
        self.start, self.until = BEGINS, _month_later(BEGINS, months)
        self.months = [_month_later(BEGINS, n) for n in range(1, months + 1)]
        self.town = Town(language, invited=self._invite, called=self._call)
        self.people: dict[str, Person] = {}
        self.waking: list[tuple[datetime, int, str]] = []
        self.awake: dict[str, datetime] = {}  # when each of those who will wake does so
        self.busy: set[str] = set()
        self.links: set[str] = set()
        self.turns = self.sittings = self.calls = self._delivered = 0
        self._order = count()
        self._numbers = count(50_000)
        for kind, number in ((WINNER, incubators), (FACTORY, incubatees)):
            for one in people.contacts(seed, kind, number, units=self.units, start=self.start, until=self.until):
                self._settle(one)
                self._wake(one, one.arrives or self.start)

    async def live(self, month_over: Callable[[datetime], Any] | None = None) -> None:
        """Pass through all months; at each one's end `month_over` may look at the world."""
        clock.hold(self.start)
        await self.app.warm()
        await self.app.database.run(self._seat_officers)
        for end in self.months:
            await self.app.timetable.walk(end, arrive=self._arrive)
            await self.app.settle()
            if month_over is not None:
                await month_over(end)

    def _seat_officers(self, session: Session) -> None:
        for one in people.officers(self.seed, self.units):
            assert one.office is not None
            role, city = one.office
            row = Row(name=one.name, phone=one.phone, language=self.language)
            row.consent_version, row.consented_at = consent.VERSION, clock.now()
            session.add(row)
            session.flush()
            session.add(Account(person_id=row.id, channel=self.phones.name, external_id=one.chat, chat=one.chat))
            session.add(Officer(person_id=row.id, role=role, city=city))
            one.arrives = self.start
            self._settle(one)
            self._wake(one, self.start + timedelta(hours=5))

    def _settle(self, one: Person) -> None:
        self.people[one.chat] = one
        self.town.by_phone[one.phone] = one

    # time

    async def _arrive(self, moment: datetime) -> None:
        """Let everybody act who wakes before a due moment of the timetable, then let it come."""
        await self._deliver()
        while self.waking and self.waking[0][0] <= moment:
            at = self.waking[0][0]
            sitting = []
            while self.waking and self.waking[0][0] <= at:
                _, _, chat = heapq.heappop(self.waking)
                if self.awake.get(chat) == at:
                    del self.awake[chat]
                    sitting.append(self.people[chat])
            clock.hold(max(at, clock.now()))
            await self._sit(sitting)
        clock.hold(max(moment, clock.now()))

    async def _deliver(self) -> None:
        """Let out what the jobs of the last moment wrote, as the loop of a running bot does every second."""
        if self.phones.sent == self._delivered and not self.app.outbox.in_hand:
            return
        await self.app.outbox.drain()
        while await self.app.outbox.sweep():
            await self.app.outbox.drain()
        self._delivered = self.phones.sent

    async def _sit(self, sitting: Iterable[Person]) -> None:
        """Side by side, one act each and round after round, until everybody has put the phone away."""
        now = clock.now()
        present = [one for one in sitting if not one.is_silent(now)]
        for one in present:
            self._greet(one, now)
        self.busy = {one.chat for one in present}
        self.sittings += len(present)
        while present:
            acts = [(one, act) for one in present if (act := next_act(one, self.town))]
            present = [one for one, _ in acts]
            self.busy = {one.chat for one in present}
            await self._take([self._event(one, act) for one, act in acts])
            if clock.now() - now < GRID - A_ROUND:
                clock.hold(clock.now() + A_ROUND)
        for chat in {one.chat for one in sitting}:
            self._plan_ahead(self.people[chat])

    async def _take(self, events: list[Event]) -> None:
        self.turns += len(events)
        await self.app.take(events)
        await self.app.settle()

    def _greet(self, one: Person, now: datetime) -> None:
        begin_sitting(one)
        if not one.events:
            one.wishes.append(one.first_words)
        due_of_diary(one, now)
        if one.kind == OFFICER:
            one.wishes.extend(word for word in _rounds(one) if one.unread and word not in one.wishes)

    def _event(self, one: Person, act: Next) -> Event:
        one.events += 1
        number = f"{one.chat}-{one.events}"
        self.app.names[number] = act.what
        self.phones.acted[one.chat] = clock.now()
        query = number if act.kind == "tap" else None
        message = one.last_id if act.kind == "tap" else None
        return Event(
            channel=self.phones.name,
            event_id=number,
            actor=one.chat,
            chat=one.chat,
            kind=act.kind,
            value=act.value,
            language=self.language,
            name=one.name,
            message_id=message,
            query_id=query,
        )

    # waking

    def _ring(self, chat: str, screen: Screen) -> None:
        """A letter has come: an answer is read at once, the rest when its reader looks at the phone."""
        one = self.people[chat]
        one.last_id = screen.message_id
        if chat in self.busy:
            one.fresh.append(screen)
            return
        one.unread.append(screen)
        if len(one.unread) > 30:
            one.unread.popleft()
        hours = one.random.lognormvariate(0, 0.8) * one.traits.delay
        self._wake(one, clock.now() + timedelta(hours=hours))

    def _wake(self, one: Person, at: datetime) -> None:
        """Note when somebody looks at the phone next: at a waking hour, and no later than planned before."""
        at = _on_grid(self._waking_hour(one, at))
        if one.chat not in self.awake or at < self.awake[one.chat]:
            self.awake[one.chat] = at
            heapq.heappush(self.waking, (at, next(self._order), one.chat))

    def _waking_hour(self, one: Person, at: datetime) -> datetime:
        """Officers look during working hours, the others from early to late, on days off one in ten."""
        here = at.astimezone(clock.SHANGHAI)
        early, late = (8.6, 17.5) if one.kind == OFFICER else (EARLY, LATE)
        hour = here.hour + here.minute / 60
        works = calendar.is_working_day(here.date()) or (one.kind != OFFICER and one.random.random() < 0.1)
        if works and early <= hour <= late:
            return here
        day = here.date() if works and hour < early else here.date() + timedelta(days=1)
        while not calendar.is_working_day(day):
            day += timedelta(days=1)
        first = datetime.combine(day, datetime.min.time(), clock.SHANGHAI) + timedelta(hours=max(early, 8.2))
        return first + timedelta(hours=one.random.random() * 2.5)

    def _plan_ahead(self, one: Person) -> None:
        """After a sitting: unread letters another time, what the diary says on its day, a look of one's own."""
        now = clock.now()
        if one.kind == OFFICER:  # their digests bring them; what was not finished is taken up after noon
            return self._wake(one, now + timedelta(hours=4)) if one.acts_left < 140 else None
        if silence := next((until for since, until in one.silent if since <= now < until), None):
            return self._wake(one, silence)
        if one.kind == FACTORY and one.firm and "/ticket" not in one.diary:
            one.diary["/ticket"] = now + timedelta(days=one.random.expovariate(1 / 500))
        if "chatter" not in one.diary:
            one.diary["chatter"] = now + timedelta(days=one.random.expovariate(1 / 120))
        next_at = min(one.diary.values())
        if one.unread:
            next_at = min(next_at, now + timedelta(hours=one.random.uniform(4, 30)))
        return self._wake(one, next_at)

    def _invite(self, host: Person, link: str) -> None:
        """A colleague gets the link that somebody passes on, and comes in one of the next days, mostly."""
        if link in self.links:
            return
        self.links.add(link)
        guest = people.person(self.seed, next(self._numbers), COLLEAGUE, firm=host.firm, first_words=link)
        if guest.random.random() < 0.85:
            self._settle(guest)
            self._wake(guest, clock.now() + timedelta(days=guest.random.expovariate(1 / 1.5)))

    def _call(self, callee: Person) -> None:
        """Somebody was reached by telephone: a silence ends, and what waits is looked at within a day."""
        self.calls += 1
        now = clock.now()
        if callee.is_silent(now) and callee.random.random() < 0.3:
            return  # promised, and forgotten
        callee.wake_up(now)
        if "/todo" not in callee.wishes:
            callee.wishes.append("/todo")
        self._wake(callee, now + timedelta(hours=callee.random.uniform(0.5, 8)))


def _rounds(officer: Person) -> tuple[str, ...]:
    """What an officer looks at in every sitting."""
    role = officer.office[0] if officer.office else Role.CITY
    return {Role.ASSOCIATION: ("/queue", "/verify", "/todo"), Role.CITY: ("/verify", "/todo")}.get(role, ("/todo",))


def _on_grid(at: datetime) -> datetime:
    """The next quarter of an hour, five minutes past it, when the timetable has done its work."""
    seconds = GRID.total_seconds()
    past = at.timestamp() - 300
    return datetime.fromtimestamp(-(-past // seconds) * seconds + 300, clock.SHANGHAI)


def _month_later(moment: datetime, months: int) -> datetime:
    """The first minutes of a month so many ahead."""
    day = calendar.month_of(moment, months)
    return datetime(day.year, day.month, day.day, 0, 5, tzinfo=clock.SHANGHAI)
