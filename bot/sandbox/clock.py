"""The sandbox's clock: real time plus an offset that only moves forward. Learns from the bot how far it has come."""

import math
import time
from datetime import datetime, timedelta
from datetime import time as day_time
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.signals import Signal

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = day_time(8, 45)


class Clock:
    """`offset_seconds` is where the page wants to be, `reached` how far the bot has walked through its jobs."""

    def __init__(self) -> None:
        self.offset_seconds = 0
        self.reached = 0
        self.resets = 0
        self.stopped = False
        self.changed = Signal()

    def now(self) -> float:
        """Sandbox time (UTC seconds): real time moved by as much as the bot has reached."""
        return time.time() + self.reached

    def state(self) -> dict[str, int]:
        return {"offset": self.offset_seconds, "reached": self.reached, "resets": self.resets}

    def advance(self, seconds: int) -> None:
        """Move the goal forward; ValueError for anything but a positive number of seconds (at most ten years)."""
        if seconds <= 0 or seconds > 10 * 366 * 86400:
            raise ValueError("the clock only moves forward")
        self.offset_seconds += seconds
        self.changed.notify()

    def advance_to_morning(self) -> None:
        """To 08:45 (Asia/Shanghai) of the next weekday."""
        now = time.time() + self.offset_seconds
        self.advance(math.ceil(next_weekday_morning(now) - now))

    def arrive(self, offset: int) -> None:
        """The bot tells how far it has come; it may tell stations on the way."""
        self.reached = min(max(offset, self.reached), self.offset_seconds)
        self.changed.notify()

    def reset(self) -> None:
        """Back to real time, and a sign to the bot that its world is to be made anew."""
        self.offset_seconds = self.reached = 0
        self.resets += 1
        self.changed.notify()

    async def differs(self, known: int | None, known_resets: int | None, seconds: float) -> dict[str, int]:
        """The state as soon as it differs from what the caller knows, or after `seconds`."""
        resets = self.resets if known_resets is None else known_resets
        deadline = time.monotonic() + seconds
        while (known, resets) == (self.offset_seconds, self.resets) and not self.stopped:
            if not await self.changed.wait(deadline - time.monotonic()):
                break
        return self.state()

    def stop(self) -> None:
        """The server closes: nobody need wait any longer."""
        self.stopped = True
        self.changed.notify()

    def to_json(self) -> dict[str, Any]:
        return self.state()

    def restore(self, record: dict[str, Any]) -> None:
        self.offset_seconds, self.reached, self.resets = record["offset"], record["reached"], record["resets"]


def next_weekday_morning(now: float) -> float:
    """The first 08:45 in Shanghai on a Monday to Friday after `now` (UTC seconds); knows no public holidays."""
    local = datetime.fromtimestamp(now, SHANGHAI)
    day = local.date()
    while True:
        morning = datetime.combine(day, MORNING, SHANGHAI)
        if morning > local and day.weekday() < 5:
            return morning.timestamp()
        day += timedelta(days=1)
