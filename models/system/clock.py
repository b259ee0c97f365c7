"""The one clock. The sandbox and the tests may move it; nobody else asks the time elsewhere."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_offset = timedelta()
_held: datetime | None = None


def now() -> datetime:
    """The present moment in UTC, as far as the programme is concerned."""
    return _held or datetime.now(UTC) + _offset


def machine() -> datetime:
    """The machine's own time in UTC, for leases between processes, which no moved clock may end early."""
    return datetime.now(UTC)


def ticks() -> float:
    """Seconds of a steady counter, for leases and paces that no moved clock may disturb."""
    return time.monotonic()


def shift(seconds: float) -> None:
    """Let the clock run `seconds` ahead of the machine's."""
    global _offset, _held
    _offset, _held = timedelta(seconds=seconds), None


def hold(moment: datetime | None) -> None:
    """Stop the clock at a moment (None lets it run again)."""
    global _held
    _held = moment.astimezone(UTC) if moment else None


def offset() -> float:
    """How many seconds the clock runs ahead of the machine's."""
    return _offset.total_seconds()
