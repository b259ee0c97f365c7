"""Telegram: updates become events, parcels become messages. The only place that knows the Bot API."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any

import structlog
from telegram import Bot, BotCommand, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.markup import plain, split, units
from bot.channels.telegram_transport import Transport, Unsent
from bot.engine.events import Capabilities, Event, Gone, Lost, Parcel, Receipt, Spoiled, Wait
from models.system import counts

log = structlog.get_logger()
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
Json = dict[str, Any]
CAPTION, LONGEST = 1024, 4096
MISSING = InvalidToken  # the library's word for a 404, which here means a method this server does not have


class Telegram:
    """The adapter for one bot token at one Bot API server."""

    name = "telegram"

    def __init__(self, token: str, *, api_url: str) -> None:
        root = api_url.rstrip("/")
        self._out, self._in = Transport(), Transport(connections=2)
        self._method = f"{root}/bot{token}/"
        self.bot = Bot(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=self._out,
            get_updates_request=self._in,
        )
        self.can = Capabilities()
        self.offset: int | None = None
        self._fetched: int | None = None
        self._arrived: dict[int, tuple[int, int]] = {}  # letters on their way: of how many pieces how many are there
        self.username = ""

    async def open(self) -> None:
        """Say hello to the server; Gone when it refuses the token, Lost when it cannot be reached."""
        try:
            await self.bot.initialize()
        except InvalidToken:
            raise Gone("token") from None
        except TelegramError as error:
            raise Lost(type(error).__name__, accepted=False) from None
        self.username = self.bot.username

    async def close(self) -> None:
        await self.bot.shutdown()

    # in

    async def fetch(self, *, seconds: int, besides: Collection[Event] = ()) -> list[Event]:
        """Wait for updates, other than those still in hand (`besides`)."""
        try:
            wanted = {"offset": self.offset, "timeout": seconds, "allowed_updates": KINDS}
            updates = await self._in.call(self._method + "getUpdates", wanted, seconds=seconds + 10)
        except Conflict:
            raise Wait(5) from None
        except RetryAfter as error:
            counts.add("told_to_wait", self.name)
            raise Wait(_seconds(error)) from None
        except TelegramError as error:
            raise Lost(type(error).__name__, accepted=False) from None
        if updates:
            self._fetched = max(update["update_id"] for update in updates) + 1
        known = {int(event.event_id) for event in besides}
        return [event for update in updates if update["update_id"] not in known and (event := read(update)) is not None]

    def handled(self, *, besides: Collection[Event] = ()) -> None:
        """All that was fetched is committed, but for the last ones (`besides`): let the server forget it."""
        self.offset = min((int(event.event_id) for event in besides), default=self._fetched)

    async def file(self, reference: str) -> bytes:
        """The content of a file somebody sent."""
        return bytes(await (await self.bot.get_file(reference)).download_as_bytearray())

    # out

    async def answer(self, event: Event, toast: str | None, *, alert: bool) -> None:
        if event.query_id is None:
            return
        try:
            await self._call("answerCallbackQuery", callback_query_id=event.query_id, text=toast, show_alert=alert)
        except TelegramError as error:
            log.info("tap_not_answered", error=type(error).__name__)

    async def send(self, parcel: Parcel, picture: bytes | None) -> Receipt:
        try:
            return await self._deliver(parcel, picture)
        except (Gone, Spoiled):
            self._arrived.pop(parcel.letter_id, None)
            raise

    async def _deliver(self, parcel: Parcel, picture: bytes | None, *, bare: bool = False) -> Receipt:
        """Send; what the server cannot read is sent once more without its marks (`bare`)."""
        try:
            return await self._send(parcel, picture)
        except RetryAfter as error:
            raise Wait(_seconds(error)) from None
        except ChatMigrated as error:
            moved = str(error.new_chat_id)
            return replace(await self.send(replace(parcel, chat=moved), picture), chat=moved)
        except Forbidden as error:
            raise Gone("deactivated" if "deactivated" in error.message else "blocked") from None
        except InvalidToken as error:
            raise Lost(error.message, accepted=False) from None
        except BadRequest as error:
            if "chat not found" in error.message.lower():
                raise Gone("unknown") from None
            if bare or "parse entities" not in error.message:
                raise Spoiled(_cited(error)) from None
            log.error("letter_markup", letter=parcel.letter_id, template=parcel.template, why=_cited(error))
            self._arrived.pop(parcel.letter_id, None)
            body = escape(plain(parcel.body), quote=False)
            return await self._deliver(replace(parcel, body=body), picture, bare=True)
        except Unsent as error:
            raise Lost(error.message, accepted=False) from None
        except (TimedOut, NetworkError) as error:
            raise Lost(error.message, accepted=True) from None
        except TelegramError as error:
            raise Spoiled(type(error).__name__) from None

    async def _send(self, parcel: Parcel, picture: bytes | None) -> Receipt:
        pieces = split(parcel.body)
        keyboard = _keyboard(parcel)
        if picture and self.can.pictures:
            try:
                return await self._picture(parcel, picture, keyboard)
            except MISSING:
                self.can = replace(self.can, pictures=False)
                log.warning("feature_off", feature="sendPhoto")
        if (file := parcel.extra.get("file")) and self.can.files:
            try:
                return await self._file(parcel, file, keyboard)
            except MISSING:
                self.can = replace(self.can, files=False)
                log.warning("feature_off", feature="sendDocument")
                pieces = split(file["otherwise"]) if "otherwise" in file else pieces
        if (file := parcel.extra.get("file")) and "text" in file:
            spoken = split(f"<pre>{escape(file['text'], quote=False)}</pre>", LONGEST - 1)
            pieces += ["…" + piece for piece in spoken]
        if parcel.edits and len(pieces) == 1 and not parcel.extra and self.can.edits:
            try:
                return await self._edit(parcel, pieces[0], keyboard)
            except MISSING:
                self.can = replace(self.can, edits=False)
                log.warning("feature_off", feature="editMessageText")
            except BadRequest as error:
                if "parse entities" in error.message:
                    raise
        return await self._in_turn(parcel, self._texts(parcel, pieces, keyboard))

    async def _in_turn(self, parcel: Parcel, pieces: Sequence[Callable[[], Awaitable[Receipt]]]) -> Receipt:
        """Send the pieces of a letter one after the other; when one had to wait, those that are there already stay."""
        number, there = self._arrived.get(parcel.letter_id, (0, 0))
        for done in range(there if number == len(pieces) else 0, len(pieces)):
            receipt = await pieces[done]()
            self._arrived[parcel.letter_id] = len(pieces), done + 1
        del self._arrived[parcel.letter_id]
        return receipt

    def _texts(self, parcel: Parcel, pieces: Sequence[str], keyboard: Any) -> list[Callable[[], Awaitable[Receipt]]]:
        """A text in messages, the buttons under the last."""
        last = len(pieces) - 1
        return [partial(self._text, parcel, piece, keyboard if at == last else None) for at, piece in enumerate(pieces)]

    async def _call(self, method: str, **given: Any) -> Any:
        return await self._out.call(self._method + method, given)

    async def _edit(self, parcel: Parcel, text: str, keyboard: Any) -> Receipt:
        try:
            here = {"chat_id": parcel.chat, "message_id": int(parcel.edits or 0)}
            await self._call("editMessageText", text=text, parse_mode="HTML", reply_markup=keyboard, **here)
        except BadRequest as error:
            if "not modified" not in error.message:
                raise
        return Receipt(parcel.edits or "")

    async def _text(self, parcel: Parcel, text: str, keyboard: Any) -> Receipt:
        protect = parcel.extra.get("protected") or None
        message = {"chat_id": parcel.chat, "reply_markup": keyboard, "protect_content": protect}
        sent = await self._call("sendMessage", text=text, parse_mode="HTML", **message)
        return Receipt(str(sent["message_id"]))

    async def _picture(self, parcel: Parcel, picture: bytes, keyboard: Any) -> Receipt:
        fits = units(plain(parcel.body)) <= CAPTION
        texts = [] if fits else self._texts(parcel, split(parcel.body), keyboard)
        return await self._in_turn(parcel, [partial(self._photo, parcel, picture, keyboard, fits), *texts])

    async def _photo(self, parcel: Parcel, picture: bytes, keyboard: Any, fits: bool) -> Receipt:
        sent = await self.bot.send_photo(
            parcel.chat,
            picture,
            caption=parcel.body if fits else None,
            parse_mode="HTML" if fits else None,
            reply_markup=keyboard if fits else None,
            protect_content=parcel.extra.get("protected") or None,
        )
        return Receipt(str(sent.message_id))

    async def listen_here(self, url: str | None, secret: str) -> None:
        """Have updates sent to a webhook, or fetch them ourselves (None)."""
        try:
            if url:
                await self.bot.set_webhook(url, secret_token=secret, allowed_updates=KINDS)
            else:
                await self.bot.delete_webhook()
        except TelegramError as error:
            log.warning("webhook_not_changed", error=type(error).__name__)

    async def _file(self, parcel: Parcel, file: dict[str, Any], keyboard: Any) -> Receipt:
        """Send a text, or what was made, as a document, or a file somebody sent before, again by its reference."""
        protect = parcel.extra.get("protected") or None
        said = {"caption": parcel.body, "parse_mode": "HTML", "reply_markup": keyboard, "protect_content": protect}
        content = file["text"].encode() if "text" in file else file.get("content")
        if content is not None:
            document = InputFile(content, filename=file["name"])
            return Receipt(str((await self.bot.send_document(parcel.chat, document, **said)).message_id))
        send = self.bot.send_document if file.get("name") else self.bot.send_photo
        return Receipt(str((await send(parcel.chat, file["ref"], **said)).message_id))

    async def show_commands(self, commands: dict[str, list[tuple[str, str]]]) -> None:
        """Tell the server the command list by language; a server without it is only a warning."""
        for language, listed in commands.items():
            try:
                await self.bot.set_my_commands(
                    [BotCommand(name, text) for name, text in listed], language_code=language or None
                )
            except TelegramError as error:
                log.warning("feature_off", feature="setMyCommands", error=type(error).__name__)
                return


def _cited(error: TelegramError) -> str:
    """What the server says of a letter, without the parts of it that it quotes."""
    return re.sub(r'"[^"]*"?', '"…"', error.message)


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait if isinstance(wait, int) else wait.total_seconds())


def _keyboard(parcel: Parcel) -> Any:
    """Buttons as the Bot API writes them."""
    if share := parcel.extra.get("ask_contact"):
        labels = [[{"text": label} for label, _ in row] for row in parcel.rows]
        rows = [[{"text": share, "request_contact": True}], *labels]
        return {"keyboard": rows, "resize_keyboard": True, "one_time_keyboard": True}
    if not parcel.rows:
        return None
    return {"inline_keyboard": [[{"text": text, "callback_data": data} for text, data in row] for row in parcel.rows]}


def read(update: Json) -> Event | None:
    """What an update means to us; what does not concern us or cannot be read is counted and passed over for good."""
    try:
        event = event_of(update)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        event = None
        log.warning("update_unreadable", error=type(error).__name__)
    if event is None:
        counts.add("updates_ignored", next((kind for kind in update if kind != "update_id"), "none")[:40])
    return event


def event_of(update: Json) -> Event | None:
    """What an update means to us; None for what does not concern a private chat."""
    kind, value = "other", None
    message_id = query_id = None
    if query := update.get("callback_query"):
        user, message = query["from"], query.get("message") or {}
        chat = message.get("chat")
        kind, value, query_id = "tap", query.get("data") or "", query["id"]
        message_id = str(message["message_id"]) if message else None
    elif member := update.get("my_chat_member"):
        user, chat = member["from"], member["chat"]
        if member["new_chat_member"]["status"] not in ("kicked", "left"):
            return None
        kind, value = "left", "blocked"
    else:
        message = update.get("edited_message") or update.get("message") or {}
        user, chat = message.get("from"), message.get("chat")
        if "edited_message" in update:
            kind = "edited"
        elif user:
            kind, value = _content(message, user["id"])
            message_id = str(quoted["message_id"]) if (quoted := message.get("reply_to_message")) else None
    if not user or not chat or chat["type"] != "private":
        return None
    return Event(
        channel="telegram",
        event_id=str(update["update_id"]),
        actor=str(user["id"]),
        chat=str(chat["id"]),
        kind=kind,
        value=value,
        language="zh" if (user.get("language_code") or "zh").startswith("zh") else "en",
        name=" ".join(filter(None, (user["first_name"], user.get("last_name")))),
        message_id=message_id,
        query_id=query_id,
    )


def _content(message: Json, sender: int) -> tuple[str, Any]:
    if "text" in message:
        return ("forwarded" if "forward_origin" in message else "text"), message["text"]
    if contact := message.get("contact"):
        return "contact", {"phone": contact["phone_number"], "own": contact.get("user_id") == sender}
    if photos := message.get("photo"):
        return "file", _file(photos[-1], name="", mime="image/jpeg")
    if document := message.get("document"):
        return "file", _file(document, name=document.get("file_name") or "", mime=document.get("mime_type") or "")
    for kind in ("sticker", "voice", "location", "poll", "video", "audio", "video_note", "animation"):
        if kind in message:
            return "other", kind
    return "other", "message"


def _file(sent: Json, *, name: str, mime: str) -> Json:
    return {"ref": sent["file_id"], "name": name, "size": sent.get("file_size") or 0, "mime": mime}
