"""What the sandbox remembers: people, their messages, stored files. Plain data that survives as JSON."""

from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from bot.sandbox.formatting import to_html
from bot.sandbox.keyboards import Rows


class Button(NamedTuple):
    """One inline button as a person sees it; `data` is its callback data, or its address."""

    text: str
    data: str


@dataclass
class Message:
    """One message of a private chat; `content` holds Telegram's content fields, `at` is sandbox time (UTC seconds)."""

    id: int
    chat: int
    from_bot: bool
    at: int
    content: dict[str, Any]
    inline: Rows = field(default_factory=list)
    reply_keyboard: dict[str, Any] | None = None
    edited_at: int | None = None
    protected: bool = False
    reply_to: int | None = None
    reaction: str | None = None
    touched: int = 0

    @property
    def text(self) -> str:
        """The plain words: text or caption."""
        return str(self.content.get("text") or self.content.get("caption") or "")

    @property
    def html(self) -> str:
        """The words with their marks, as Telegram-HTML."""
        return to_html(self.text, self.content.get("entities") or self.content.get("caption_entities") or [])

    @property
    def buttons(self) -> list[list[Button]]:
        """The inline keyboard, row by row."""
        return [
            [Button(b["text"], str(b.get("callback_data") or b.get("url") or "")) for b in row] for row in self.inline
        ]

    @property
    def labels(self) -> list[str]:
        """The texts of all inline buttons, in reading order."""
        return [button.text for row in self.buttons for button in row]

    @property
    def photo(self) -> dict[str, Any] | None:
        """The largest size of the picture, if there is one."""
        return self.content["photo"][-1] if "photo" in self.content else None

    @property
    def document(self) -> dict[str, Any] | None:
        """The attached file, if there is one."""
        return self.content.get("document")

    @property
    def edited(self) -> bool:
        return self.edited_at is not None


@dataclass
class Person:
    """Somebody with a phone, and the private chat with the bot; the chat's id is the person's id, as in Telegram.

    `hint` says by language of the page what this person can do, as long as the chat is empty.
    """

    id: int
    name: str
    language_code: str = "zh-hans"
    role_note: str = ""
    hint: dict[str, str] = field(default_factory=dict)
    phone: str = ""
    username: str = ""
    pinned: bool = False
    started: bool = True
    blocked: bool = False
    deactivated: bool = False
    keyboard: dict[str, Any] | None = None
    menu_button: dict[str, Any] | None = None
    next_message_id: int = 1
    read_to: int = 0
    messages: dict[int, Message] = field(default_factory=dict)

    def user(self) -> dict[str, Any]:
        """Telegram's User."""
        user = {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language_code}
        return user | ({"username": self.username} if self.username else {})

    def chat(self) -> dict[str, Any]:
        """Telegram's private Chat."""
        chat = {"id": self.id, "type": "private", "first_name": self.name}
        return chat | ({"username": self.username} if self.username else {})

    def to_json(self) -> dict[str, Any]:
        record = asdict(self)
        record["messages"] = list(record["messages"].values())
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "Person":
        messages = [Message(**message) for message in record.pop("messages")]
        return cls(**record, messages={message.id: message for message in messages})


@dataclass
class StoredFile:
    """A file either side has sent; ids are opaque, `path` is what the download address ends with."""

    file_id: str
    unique_id: str
    path: str
    size: int
    name: str = ""
    mime: str = "application/octet-stream"

    def described(self) -> dict[str, Any]:
        """The fields every Telegram file object has."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}


@dataclass
class Callback:
    """A press on an inline button; it can be answered once, and not for long."""

    id: str
    person: int
    message: int
    asked_at: float
