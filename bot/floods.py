"""Somebody who writes too fast is held back, so that nobody else waits. Kept in memory; knows no person."""

from __future__ import annotations

from models.system import clock

BURST, A_SECOND = 40.0, 2.0  # events at once, and in the long run
QUIET = 60.0  # seconds between two notices to the same person
MANY = 20_000  # people remembered


class Flood:
    """How much each actor may still send."""

    def __init__(self, burst: float = BURST) -> None:
        self.burst = burst
        self._left: dict[str, tuple[float, float]] = {}
        self._noticed: dict[str, float] = {}

    def admits(self, actor: str) -> bool:
        """Count one event of an actor; False when it is one too many."""
        now = clock.ticks()
        left, at = self._left.get(actor, (self.burst, now))
        left = min(self.burst, left + (now - at) * A_SECOND)
        if len(self._left) > MANY:
            self._left.clear()
        self._left[actor] = (left - 1 if left >= 1 else left, now)
        return left >= 1

    def notices(self, actor: str) -> bool:
        """Whether to tell an actor so: once a minute."""
        now = clock.ticks()
        if now - self._noticed.get(actor, -QUIET) < QUIET:
            return False
        if len(self._noticed) > MANY:
            self._noticed.clear()
        self._noticed[actor] = now
        return True
