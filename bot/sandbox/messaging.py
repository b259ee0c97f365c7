"""The Bot API methods that put messages into chats and change them, as strict as Telegram's. Knows no HTTP."""

from typing import Any

from bot.sandbox.calls import Call
from bot.sandbox.entities import Entity, MarkupError, parse_html, utf16_length
from bot.sandbox.errors import NOT_MODIFIED, QUERY_TOO_OLD, ApiError, bad_request, forbidden
from bot.sandbox.files import PHOTO_LIMIT, image_size
from bot.sandbox.formatting import finish
from bot.sandbox.keyboards import read_markup
from bot.sandbox.people import document_json, photo_json
from bot.sandbox.records import Message, Person, StoredFile
from bot.sandbox.world import World

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_ALERT = 200
DELETABLE_SECONDS = 48 * 3600
REACTIONS = set(
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 "  # noqa: SIM905
    "🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 "
    "🤷‍♂ 🤷 🤷‍♀ 😡".split()
)


def reachable(world: World, call: Call) -> Person:
    """The person behind `chat_id`, if the bot may write to them."""
    if not call.text("chat_id"):
        raise bad_request("chat_id is empty")
    person = world.chat(call.number("chat_id"))
    if person.deactivated:
        raise forbidden("user is deactivated")
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    return person


def formatted(call: Call, field: str, entities_field: str) -> tuple[str, list[Entity]]:
    """Text after parsing its marks, trimmed, with its entities; 400 when the marks are bad."""
    text = call.text(field)
    mode = call.text("parse_mode").lower()
    entities = call.json(entities_field) or []
    if mode == "html":
        try:
            text, entities = parse_html(text)
        except MarkupError as trouble:
            raise bad_request(f"can't parse entities: {trouble}") from None
    elif mode:
        raise bad_request("unsupported parse_mode")
    return finish(text, entities)


def _text(call: Call) -> dict[str, Any]:
    text, entities = formatted(call, "text", "entities")
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return {"text": text} | ({"entities": entities} if entities else {})


def _caption(call: Call) -> dict[str, Any]:
    text, entities = formatted(call, "caption", "caption_entities")
    if utf16_length(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return ({"caption": text} if text else {}) | ({"caption_entities": entities} if entities else {})


def send_message(world: World, call: Call) -> dict[str, Any]:
    person = reachable(world, call)
    return _post(world, call, person, _text(call))


def _post(world: World, call: Call, person: Person, content: dict[str, Any]) -> dict[str, Any]:
    """Check markup and reply, then put the message into the chat."""
    markup = read_markup(call.values.get("reply_markup")) or {}
    reply_to = _reply_to(call, person)
    world.pace.check("sendMessage", person.id)
    if "keyboard" in markup:
        person.keyboard = markup
    elif markup.get("remove_keyboard"):
        person.keyboard = None
    message = world.add_message(
        person,
        content,
        from_bot=True,
        inline=markup.get("inline_keyboard", []),
        reply_keyboard=None if "inline_keyboard" in markup else markup or None,
        protected=call.flag("protect_content"),
        reply_to=reply_to,
    )
    return world.message_json(message)


def _reply_to(call: Call, person: Person) -> int | None:
    parameters = call.json("reply_parameters") or {}
    wanted = parameters.get("message_id") or call.number("reply_to_message_id")
    if not wanted or wanted in person.messages:
        return wanted or None
    if parameters.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _editable(world: World, call: Call) -> Message:
    person = reachable(world, call)
    if not call.number("message_id"):
        raise bad_request("message identifier is not specified")
    message = person.messages.get(call.number("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.from_bot or message.reply_keyboard:
        raise bad_request("message can't be edited")
    return message


def _edit(world: World, message: Message, content: dict[str, Any], markup: dict[str, Any] | None) -> dict[str, Any]:
    inline = (markup or {}).get("inline_keyboard", [])
    if (content, inline) == (message.content, message.inline):
        raise bad_request(NOT_MODIFIED)
    if content != message.content:
        message.edited_at = world.now()
    message.content, message.inline = content, inline
    world.touch(message)
    return world.message_json(message)


def edit_message_text(world: World, call: Call) -> dict[str, Any]:
    message = _editable(world, call)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, message, _text(call), _inline_only(call))


def edit_message_caption(world: World, call: Call) -> dict[str, Any]:
    message = _editable(world, call)
    if "photo" not in message.content and "document" not in message.content:
        raise bad_request("there is no caption in the message to edit")
    bare = {name: value for name, value in message.content.items() if not name.startswith("caption")}
    return _edit(world, message, bare | _caption(call), _inline_only(call))


def edit_message_reply_markup(world: World, call: Call) -> dict[str, Any]:
    message = _editable(world, call)
    return _edit(world, message, message.content, _inline_only(call))


def _inline_only(call: Call) -> dict[str, Any] | None:
    markup = read_markup(call.values.get("reply_markup"))
    if markup and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup


def delete_message(world: World, call: Call) -> bool:
    person = reachable(world, call)
    message = person.messages.get(call.number("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if world.now() - message.at > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    world.remove_message(person, message.id)
    return True


def answer_callback_query(world: World, call: Call) -> bool:
    if len(call.text("text")) > LONGEST_ALERT:
        raise bad_request("MESSAGE_TOO_LONG")
    callback = world.live_callback(call.text("callback_query_id"))
    if callback is None:
        raise bad_request(QUERY_TOO_OLD)
    answer = {"text": call.text("text"), "show_alert": call.flag("show_alert"), "url": call.text("url")}
    if answer["text"] or answer["url"]:
        world.alerts.setdefault(callback.person, []).append(answer)
    world.stream.publish("answered", answer | {"person": callback.person, "message": callback.message})
    world.said.notify()
    return True


def send_photo(world: World, call: Call) -> dict[str, Any]:
    person = reachable(world, call)
    stored, data = _file(world, call, "photo")
    size = image_size(data)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if stored.size > PHOTO_LIMIT:
        raise ApiError(413, "Request Entity Too Large")
    return _post(world, call, person, {"photo": [photo_json(stored, size)]} | _caption(call))


def send_document(world: World, call: Call) -> dict[str, Any]:
    person = reachable(world, call)
    stored, _ = _file(world, call, "document")
    return _post(world, call, person, {"document": document_json(stored)} | _caption(call))


def _file(world: World, call: Call, field: str) -> tuple[StoredFile, bytes]:
    """The file of a sendX call: uploaded under its own name, attached by reference, or known by file id."""
    given = call.text(field)
    upload = (
        call.uploads.get(given.removeprefix("attach://")) if given.startswith("attach://") else call.uploads.get(field)
    )
    if upload:
        kept = world.files.keep(upload.data, kind=f"{field}s", name=upload.name or field, mime=upload.mime)
        return kept, upload.data
    if not given or given.startswith("attach://"):
        raise bad_request(f"there is no {field} in the request")
    if given.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    stored = world.files.find(given)
    return stored, world.files.content(stored)


def set_message_reaction(world: World, call: Call) -> bool:
    person = reachable(world, call)
    message = person.messages.get(call.number("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    reactions = call.json("reaction") or []
    emoji = [reaction.get("emoji") for reaction in reactions if isinstance(reaction, dict)]
    if len(reactions) > 1 or any(mark not in REACTIONS for mark in emoji):
        raise bad_request("REACTION_INVALID")
    message.reaction = emoji[0] if emoji else None
    world.changed("message", message)
    return True
