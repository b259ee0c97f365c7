"""The whole state of the sandbox: people, chats, updates, files, clock, faults. Usable without HTTP; knows no page."""

import asyncio
import time
from collections import deque
from pathlib import Path
from typing import Any

from bot.sandbox.clock import Clock
from bot.sandbox.errors import bad_request
from bot.sandbox.faults import Faults, Pace
from bot.sandbox.files import Files
from bot.sandbox.guard import SANDBOX_TOKEN
from bot.sandbox.people import Phone
from bot.sandbox.records import Callback, Message, Person
from bot.sandbox.signals import Signal, Stream
from bot.sandbox.storage import Saver
from bot.sandbox.updates import Updates
from bot.sandbox.webhooks import Deliveries

BOT_NAME = "质量孵化助手"
BOT_USERNAME = "quality_sandbox_bot"
CALLBACK_SECONDS = 60
Commands = list[dict[str, str]]


class World:
    """Everything there is. `state` is a JSON file it survives in; `latency` delays every Bot API answer (seconds)."""

    def __init__(self, *, token: str = SANDBOX_TOKEN, state: Path | None = None) -> None:
        self.token = token
        self.people: dict[int, Person] = {}
        self.updates = Updates(changed=lambda: self.saver.soon())
        self.webhooks = Deliveries(self.updates)
        self.files = Files(state.with_name(f"{state.name}.files") if state else None)
        self.faults = Faults()
        self.pace = Pace()
        self.clock = Clock()
        self.commands: dict[str, Commands] = {}
        self.menu_button: dict[str, Any] = {"type": "default"}
        self.callbacks: dict[str, Callback] = {}
        self.alerts: dict[int, list[dict[str, Any]]] = {}
        self.calls: deque[dict[str, Any]] = deque(maxlen=1000)
        self.calls_made = 0
        self.under_way = 0
        self.last_call_at = 0.0
        self.latency = 0.0
        self.touches = 0
        self.said = Signal()
        self.closing = Signal()
        self.closed = False
        self.stream = Stream()
        self.saver = Saver(self, state)
        self.saver.load()

    @property
    def bot(self) -> dict[str, Any]:
        """Telegram's User for the bot itself."""
        number = int(self.token.split(":")[0])
        return {"id": number, "is_bot": True, "first_name": BOT_NAME, "username": BOT_USERNAME}

    def person(self, id: int, **facts: Any) -> Phone:
        """The phone of a person, created when new; `facts` are Person's fields (name, language_code, phone, …)."""
        person = self.people.get(id)
        if person is None:
            person = self.people[id] = Person(id, facts.pop("name", "") or f"新人 {len(self.people) + 1}")
        for name, value in facts.items():
            if name not in SETTABLE:
                raise ValueError(f"a person has no «{name}» to set")
            setattr(person, name, value)
        if facts or not person.messages:
            self.changed("person", person)
        return Phone(self, person)

    def chat(self, chat_id: int) -> Person:
        """The person behind a chat id; Telegram's 400 when nobody is, or when they never wrote to the bot."""
        person = self.people.get(chat_id)
        if person is None or not person.started:
            raise bad_request("chat not found")
        return person

    def now(self) -> int:
        """Sandbox time for dates in messages (UTC seconds)."""
        return int(self.clock.now())

    def add_message(self, person: Person, content: dict[str, Any], *, from_bot: bool, **details: Any) -> Message:
        """Put a message into a chat; `details` are Message's fields."""
        message = Message(person.next_message_id, person.id, from_bot, self.now(), content, **details)
        person.next_message_id += 1
        person.messages[message.id] = message
        self.touch(message)
        return message

    def touch(self, message: Message) -> None:
        """A message is new or changed: tell the page and whoever waits."""
        self.touches += 1
        message.touched = self.touches
        self.changed("message", message)
        self.said.notify()

    def remove_message(self, person: Person, message_id: int) -> None:
        del person.messages[message_id]
        self.changed("deleted", {"person": person.id, "id": message_id})

    def message_json(self, message: Message, *, nested: bool = True) -> dict[str, Any]:
        """Telegram's Message object."""
        person = self.people[message.chat]
        body: dict[str, Any] = {
            "message_id": message.id,
            "from": self.bot if message.from_bot else person.user(),
            "chat": person.chat(),
            "date": message.at,
            **message.content,
        }
        if message.inline:
            body["reply_markup"] = {"inline_keyboard": message.inline}
        if message.edited_at is not None:
            body["edit_date"] = message.edited_at
        if message.protected:
            body["has_protected_content"] = True
        if nested and message.reply_to in person.messages:
            body["reply_to_message"] = self.message_json(person.messages[message.reply_to], nested=False)
        return body

    def live_callback(self, query_id: str) -> Callback | None:
        """A press that can still be answered; it is taken out, for it is answered only once."""
        callback = self.callbacks.pop(query_id, None)
        fresh = callback and time.monotonic() - callback.asked_at <= CALLBACK_SECONDS
        return callback if fresh else None

    def commands_for(self, person: Person) -> Commands:
        """The command menu a person sees: the narrowest scope wins, then the person's language."""
        language = person.language_code[:2]
        for scope in (f"chat:{person.id}", "all_private_chats", "default"):
            for key in (f"{scope}/{language}", f"{scope}/"):
                if self.commands.get(key):
                    return self.commands[key]
        return []

    def changed(self, event: str, data: Any = None) -> None:
        """Note a change: the page hears of it, the state file follows soon."""
        self.stream.publish(event, data)
        self.saver.soon()

    def reset(self) -> None:
        """Empty all chats and forget all people and files; numbers of updates go on, the clock returns to real time."""
        self.people.clear()
        self.updates.pending.clear()
        self.updates.again.clear()
        self.callbacks.clear()
        self.alerts.clear()
        self.files.clear()
        self.faults.clear()
        self.clock.reset()
        self.changed("reset")

    async def pause(self, seconds: float) -> None:
        """Sleep, but not into the closing of the server."""
        if not self.closed:
            await self.closing.wait(seconds)

    def close(self) -> None:
        """Let go of everybody who waits, and save."""
        self.closed = True
        self.webhooks.stop()
        self.updates.end_polling()
        self.closing.notify()
        self.clock.stop()
        self.stream.publish("closing", None)
        self.saver.now()

    async def settled(self, *, quiet: float = 0.05, timeout: float = 10.0) -> None:
        """Returns when the bot has taken every update and made no call for `quiet` seconds; TimeoutError otherwise."""
        async with asyncio.timeout(timeout):
            while True:
                calm = time.monotonic() - self.last_call_at
                if not self.updates.pending and not self.updates.again and not self.under_way and calm >= quiet:
                    return
                await asyncio.sleep(0.005)


SETTABLE = {
    "name",
    "language_code",
    "role_note",
    "hint",
    "phone",
    "username",
    "pinned",
    "started",
    "blocked",
    "deactivated",
}
