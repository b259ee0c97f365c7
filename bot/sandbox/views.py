"""What the chat page gets to see, as JSON. Knows no HTTP and changes nothing."""

from typing import Any

from bot.sandbox.records import Message, Person
from bot.sandbox.world import World

SHOWN_MESSAGES = 300
SHOWN_CALLS = 200


def snapshot(world: World) -> dict[str, Any]:
    """Everything a page needs when it opens."""
    return {
        "bot": {"name": world.bot["first_name"], "username": world.bot["username"]},
        "people": [whole_person(world, person) for person in world.people.values()],
        "clock": clock(world),
        "calls": list(world.calls)[-SHOWN_CALLS:],
    }


def clock(world: World) -> dict[str, Any]:
    return {**world.clock.state(), "now": world.clock.now()}


def person(world: World, person: Person) -> dict[str, Any]:
    """A column's head and foot: who it is, the keyboard, the command menu."""
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role_note,
        "hint": person.hint,
        "language": person.language_code,
        "pinned": person.pinned,
        "blocked": person.blocked,
        "keyboard": person.keyboard,
        "commands": world.commands_for(person),
        "menu": (person.menu_button or world.menu_button).get("type") != "default" or bool(world.commands_for(person)),
    }


def whole_person(world: World, someone: Person) -> dict[str, Any]:
    messages = list(someone.messages.values())[-SHOWN_MESSAGES:]
    return person(world, someone) | {"messages": [message(world, one) for one in messages]}


def message(world: World, message: Message) -> dict[str, Any]:
    """One bubble."""
    content = message.content
    view: dict[str, Any] = {
        "id": message.id,
        "person": message.chat,
        "bot": message.from_bot,
        "at": message.at,
        "text": message.text,
        "entities": content.get("entities") or content.get("caption_entities") or [],
        "inline": [[_button(button) for button in row] for row in message.inline],
        "edited": message.edited,
        "protected": message.protected,
        "reaction": message.reaction,
    }
    if message.photo:
        view["photo"] = _file(message.photo) | {"width": message.photo["width"], "height": message.photo["height"]}
    if message.document:
        view["document"] = _file(message.document) | {"name": message.document["file_name"]}
    for kind in ("contact", "location"):
        if kind in content:
            view[kind] = content[kind]
    if "sticker" in content:
        view["sticker"] = content["sticker"]["emoji"]
    if "voice" in content:
        view["voice"] = content["voice"]["duration"]
    if quoted := world.people[message.chat].messages.get(message.reply_to or 0):
        view["reply"] = quoted.text[:80]
    return view


def _button(button: dict[str, Any]) -> dict[str, Any]:
    copied = (button.get("copy_text") or {}).get("text")
    return {"text": button["text"], "url": button.get("url"), "copy": copied}


def _file(facts: dict[str, Any]) -> dict[str, Any]:
    return {"src": f"/sandbox/files/{facts['file_unique_id']}", "size": facts["file_size"]}
