"""One JSON file in which the world survives a restart, written whole and swapped in, soon after a change."""

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from bot.sandbox.records import Person
from bot.sandbox.updates import first_id
from bot.sandbox.webhooks import Webhook

if TYPE_CHECKING:
    from bot.sandbox.world import World

DELAY_SECONDS = 0.3
GAP = 1000  # update ids skipped on a restart, since the last moments before a crash may be missing from the file


class Saver:
    """Writes the world to its file; does nothing when there is none."""

    def __init__(self, world: "World", path: Path | None) -> None:
        self.world = world
        self.path = path
        self._timer: asyncio.TimerHandle | None = None

    def soon(self) -> None:
        """Write within a moment, many changes at once; outside a running loop, write now."""
        if self.path is None or self._timer is not None:
            return
        try:
            self._timer = asyncio.get_running_loop().call_later(DELAY_SECONDS, self.now)
        except RuntimeError:
            self.now()

    def now(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f"{self.path.name}.new")
        draft.write_bytes(orjson.dumps(snapshot(self.world)))
        draft.replace(self.path)

    def load(self) -> None:
        """Read the file if there is one; an unreadable one is set aside and the world begins empty."""
        if self.path is None or not self.path.exists():
            return
        try:
            restore(self.world, orjson.loads(self.path.read_bytes()))
        except (orjson.JSONDecodeError, KeyError, TypeError):
            with contextlib.suppress(OSError):
                self.path.replace(self.path.with_name(f"{self.path.name}.unreadable"))


def snapshot(world: "World") -> dict[str, Any]:
    """All that survives a restart."""
    updates = world.updates
    return {
        "people": [person.to_json() for person in world.people.values()],
        "next_update": updates.next_id,
        "pending": [*updates.pending, *(updates.held or [])],
        "allowed": sorted(updates.allowed) if updates.allowed else None,
        "webhook": world.webhooks.webhook.to_json() if world.webhooks.webhook else None,
        "files": world.files.to_json(),
        "commands": world.commands,
        "menu_button": world.menu_button,
        "clock": world.clock.to_json(),
        "touches": world.touches,
    }


def restore(world: "World", record: dict[str, Any]) -> None:
    people = [Person.from_json(person) for person in record["people"]]
    world.people = {person.id: person for person in people}
    world.updates.next_id = max(record["next_update"] + GAP, first_id())
    world.updates.pending.extend(record["pending"])
    world.updates.allowed = set(record["allowed"]) if record["allowed"] else None
    world.webhooks.webhook = Webhook(**record["webhook"]) if record["webhook"] else None
    world.files.restore(record["files"])
    world.commands = record["commands"]
    world.menu_button = record["menu_button"]
    world.clock.restore(record["clock"])
    world.touches = record["touches"]
