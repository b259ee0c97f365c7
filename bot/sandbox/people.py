"""A person's phone: everything a human can do in the chat, as plain calls. For tests and for the page alike."""

import asyncio
import secrets
import time
from typing import TYPE_CHECKING, Any

from bot.sandbox.errors import bad_request
from bot.sandbox.files import image_size
from bot.sandbox.formatting import finish
from bot.sandbox.records import Button, Callback, Message, Person, StoredFile

if TYPE_CHECKING:
    from bot.sandbox.world import World


class Phone:
    """One person's side of the chat; what they do becomes updates for the bot."""

    def __init__(self, world: "World", person: Person) -> None:
        self.world = world
        self.person = person

    @property
    def id(self) -> int:
        return self.person.id

    @property
    def messages(self) -> list[Message]:
        """The whole chat, oldest first."""
        return list(self.person.messages.values())

    @property
    def inbox(self) -> list[Message]:
        """What the bot has sent or changed since the last `read`, in that order."""
        fresh = (m for m in self.person.messages.values() if m.from_bot and m.touched > self.person.read_to)
        return sorted(fresh, key=lambda message: message.touched)

    @property
    def alerts(self) -> list[dict[str, Any]]:
        """Answers to pressed buttons: {"text", "show_alert", "url"}, oldest first."""
        return self.world.alerts.setdefault(self.id, [])

    @property
    def keyboard(self) -> list[str]:
        """Labels of the keyboard under the composer."""
        rows = (self.person.keyboard or {}).get("keyboard", [])
        return [button["text"] for row in rows for button in row]

    @property
    def commands(self) -> list[str]:
        """The command menu, without slashes."""
        return [command["command"] for command in self.world.commands_for(self.person)]

    def read(self) -> list[Message]:
        """The inbox, which is empty afterwards."""
        fresh = self.inbox
        self.person.read_to = self.world.touches
        return fresh

    async def receive(self, containing: str = "", *, timeout: float = 10.0) -> Message:
        """Wait for a bot message (new or edited) with these words; it and older ones count as read."""
        deadline = time.monotonic() + timeout
        while True:
            for message in self.inbox:
                if containing in message.text:
                    self.person.read_to = message.touched
                    return message
            left = deadline - time.monotonic()
            if left <= 0 or not await self.world.said.wait(left):
                heard = [message.text for message in self.inbox]
                raise AssertionError(f"{self.person.name} did not hear «{containing}» in {timeout} s, only {heard}")

    def start(self, payload: str = "") -> Message:
        """Press the start button, or open a deep link with a payload."""
        return self.say(f"/start {payload}".strip())

    def say(self, text: str, *, reply_to: int | None = None) -> Message:
        """Type and send; the phone trims blanks as Telegram does."""
        words, entities = finish(text, [])
        if not words:
            raise ValueError("an empty text cannot be sent")
        keyboard = self.person.keyboard or {}
        if keyboard.get("one_time_keyboard") and words in self.keyboard:
            self.person.keyboard = None
        return self._send({"text": words} | ({"entities": entities} if entities else {}), reply_to=reply_to)

    def forward(self, text: str, *, of: str = "某人") -> Message:
        """Pass on somebody else's words."""
        origin = {"type": "hidden_user", "sender_user_name": of, "date": self.world.now()}
        return self._send({"text": text, "forward_origin": origin})

    def edit(self, message_id: int, text: str) -> Message:
        """Change an own text that was already sent."""
        message = self.person.messages[message_id]
        if message.from_bot or "text" not in message.content:
            raise ValueError("only an own text can be edited")
        words, entities = finish(text, [])
        message.content = {"text": words} | ({"entities": entities} if entities else {})
        message.edited_at = self.world.now()
        self.world.touch(message)
        self.world.updates.add("edited_message", self.world.message_json(message))
        return message

    def tap(self, message_id: int, button: str | tuple[int, int]) -> str | None:
        """Press an inline button by its label or its (row, column); the query's id, None for a link."""
        message = self.person.messages.get(message_id)
        if message is None:
            raise AssertionError(f"there is no message {message_id} in this chat")
        pressed = self._button(message, button)
        return None if "callback_data" not in pressed else self.press(message_id, pressed["callback_data"])

    def press(self, message_id: int, data: str) -> str:
        """Send callback data for a message, also such as no button carries (a forged or outdated press)."""
        self._awake()
        message = self.person.messages.get(message_id)
        callback = Callback(str(secrets.randbits(62)), self.id, message_id, time.monotonic())
        self.world.callbacks[callback.id] = callback
        query = {"id": callback.id, "from": self.person.user(), "chat_instance": str(self.id), "data": data}
        gone = {"chat": self.person.chat(), "message_id": message_id, "date": 0}
        query["message"] = self.world.message_json(message) if message else gone
        self.world.updates.add("callback_query", query)
        self.world.changed("pressed", {"person": self.id, "message": message_id, "data": data})
        return callback.id

    def _button(self, message: Message, wanted: str | tuple[int, int]) -> dict[str, Any]:
        if isinstance(wanted, tuple):
            return message.inline[wanted[0]][wanted[1]]
        flat = [button for row in message.inline for button in row]
        for fits in (lambda text: text == wanted, lambda text: wanted in text):
            if found := next((button for button in flat if fits(button["text"])), None):
                return found
        raise AssertionError(f"message {message.id} has no button «{wanted}», only {message.labels}")

    def tap_label(self, label: str) -> Message:
        """Press the newest inline button whose text contains the label; AssertionError lists what there is."""
        carriers = [message for message in reversed(self.messages) if message.inline]
        for message in carriers:
            if any(label in text for text in message.labels):
                self.tap(message.id, label)
                return message
        there = [message.labels for message in carriers[:5]]
        raise AssertionError(f"{self.person.name} sees no button «{label}»; newest keyboards: {there}")

    def button(self, label: str) -> Button | None:
        """The newest inline button whose text contains the label, if there is one."""
        carriers = (message.buttons for message in reversed(self.messages) if message.inline)
        return next((b for rows in carriers for row in rows for b in row if label in b.text), None)

    def share_contact(self, own: bool = True, *, phone: str = "") -> Message:
        """Send the own contact card, or with `own` false somebody else's."""
        number = phone or self.person.phone or "+8613800000000"
        card: dict[str, Any] = {"phone_number": number, "first_name": self.person.name}
        card |= {"user_id": self.id} if own else {"user_id": self.id + 1, "first_name": "别人"}
        self.person.keyboard = None if own else self.person.keyboard
        return self._send({"contact": card})

    def send_photo(self, data: bytes, *, caption: str = "") -> Message:
        """Send a picture; ValueError when the bytes are none."""
        size = image_size(data)
        if size is None:
            raise ValueError("these bytes are not a picture")
        stored = self.world.files.keep(data, kind="photos", name="photo.jpg", mime="image/jpeg")
        return self._send({"photo": [photo_json(stored, size)]} | _caption(caption))

    def send_document(self, name: str, data: bytes, *, caption: str = "", mime: str = "") -> Message:
        """Send a file."""
        stored = self.world.files.keep(data, kind="documents", name=name, mime=mime)
        return self._send({"document": document_json(stored)} | _caption(caption))

    def send_sticker(self, emoji: str = "👍") -> Message:
        stored = self.world.files.keep(b"sticker", kind="stickers", name="sticker.webp", mime="image/webp")
        facts = {
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
        }
        return self._send({"sticker": stored.described() | facts})

    def send_voice(self, seconds: int = 3) -> Message:
        stored = self.world.files.keep(b"OggS", kind="voice", name="voice.oga", mime="audio/ogg")
        return self._send({"voice": stored.described() | {"duration": seconds, "mime_type": "audio/ogg"}})

    def send_location(self, latitude: float = 29.71, longitude: float = 120.24) -> Message:
        return self._send({"location": {"latitude": latitude, "longitude": longitude}})

    def send_poll(self, question: str = "？", *options: str) -> Message:
        chosen = [{"text": text, "voter_count": 0} for text in options or ("是", "否")]
        facts = {"total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular"}
        poll = {"id": str(secrets.randbits(62)), "question": question, "options": chosen} | facts
        return self._send({"poll": poll | {"allows_multiple_answers": False}})

    def block(self) -> None:
        """Block the bot: its messages are refused with 403 from now on."""
        self._membership(blocked=True)

    def unblock(self) -> None:
        self._membership(blocked=False)

    def deactivate(self) -> None:
        """The account is deleted."""
        self.person.deactivated = True
        self.world.changed("person", self.person)

    def _membership(self, *, blocked: bool) -> None:
        if self.person.blocked == blocked:
            return
        self.person.blocked = blocked
        states = ("member", "kicked") if blocked else ("kicked", "member")
        old, new = (_member(self.world.bot, state) for state in states)
        change = {"chat": self.person.chat(), "from": self.person.user(), "date": self.world.now()}
        self.world.updates.add("my_chat_member", change | {"old_chat_member": old, "new_chat_member": new})
        self.world.changed("person", self.person)

    def _awake(self) -> None:
        """Writing to a bot starts it, and lifts a block, as in Telegram."""
        if self.person.blocked:
            self.unblock()
        if not self.person.started:
            self.person.started = True
            self.world.changed("person", self.person)

    def _send(self, content: dict[str, Any], *, reply_to: int | None = None) -> Message:
        self._awake()
        message = self.world.add_message(self.person, content, from_bot=False, reply_to=reply_to)
        self.world.updates.add("message", self.world.message_json(message))
        return message

    async def answered(self, query_id: str, *, timeout: float = 10.0) -> None:
        """Wait until the bot has answered a press."""
        async with asyncio.timeout(timeout):
            while query_id in self.world.callbacks:
                await self.world.said.wait(0.2)


def _member(bot: dict[str, Any], status: str) -> dict[str, Any]:
    """Telegram's ChatMember."""
    return {"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})


def _caption(caption: str) -> dict[str, Any]:
    words, entities = finish(caption, [])
    return ({"caption": words} if words else {}) | ({"caption_entities": entities} if entities else {})


def photo_json(stored: StoredFile, size: tuple[int, int]) -> dict[str, Any]:
    """Telegram's PhotoSize."""
    if size[0] + size[1] > 10000 or max(size) > 20 * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return stored.described() | {"width": size[0], "height": size[1]}


def document_json(stored: StoredFile) -> dict[str, Any]:
    """Telegram's Document."""
    return stored.described() | {"file_name": stored.name, "mime_type": stored.mime}
