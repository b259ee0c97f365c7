"""The Bot API methods about updates, settings and files, and the table of all methods. Knows no HTTP."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox import messaging
from bot.sandbox.calls import Call
from bot.sandbox.errors import WEBHOOK_IS_ACTIVE, ApiError, bad_request, conflict
from bot.sandbox.files import DOWNLOAD_LIMIT
from bot.sandbox.webhooks import Webhook
from bot.sandbox.world import World

Method = Callable[[World, Call], Any]
LONGEST_POLL = 50
ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
}


def get_me(world: World, call: Call) -> dict[str, Any]:
    abilities = {"can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return world.bot | abilities | {"can_connect_to_business": False, "has_main_web_app": False}


async def get_updates(world: World, call: Call) -> list[dict[str, Any]]:
    """Long poll: `offset` acknowledges, `timeout` waits (at most 50 s), `limit` is 1-100."""
    if world.webhooks.webhook:
        raise conflict(WEBHOOK_IS_ACTIVE)
    world.updates.allow(_kinds(call))
    world.updates.acknowledge(call.number("offset"))
    world.saver.soon()
    limit = min(max(call.number("limit", 100), 1), 100)
    return await world.updates.poll(limit, min(max(call.number("timeout"), 0), LONGEST_POLL))


def _kinds(call: Call) -> list[str] | None:
    kinds = call.json("allowed_updates")
    if kinds is not None and not isinstance(kinds, list):
        raise bad_request("can't parse allowed updates: expected an Array")
    return kinds


def set_webhook(world: World, call: Call) -> bool:
    secret = call.text("secret_token")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    world.updates.allow(_kinds(call))
    webhook = None
    if call.text("url"):
        webhook = Webhook(call.text("url"), secret, min(max(call.number("max_connections", 40), 1), 100))
    _switch_webhook(world, call, webhook)
    return True


def delete_webhook(world: World, call: Call) -> bool:
    _switch_webhook(world, call, None)
    return True


def _switch_webhook(world: World, call: Call, webhook: Webhook | None) -> None:
    if call.flag("drop_pending_updates"):
        world.updates.pending.clear()
    if webhook:
        world.updates.end_polling()
    world.webhooks.switch(webhook)
    world.saver.soon()


def get_webhook_info(world: World, call: Call) -> dict[str, Any]:
    webhook = world.webhooks.webhook
    info = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if webhook:
        info["max_connections"] = webhook.max_connections
        if webhook.last_error_date:
            info |= {"last_error_date": webhook.last_error_date, "last_error_message": webhook.last_error_message}
    if world.updates.allowed:
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info


def get_file(world: World, call: Call) -> dict[str, Any]:
    if not call.text("file_id"):
        raise bad_request("file_id is not specified")
    if call.text("file_id") not in world.files.by_id:
        raise bad_request("invalid file_id")
    stored = world.files.find(call.text("file_id"))
    if stored.size > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return stored.described() | {"file_path": stored.path}


def send_chat_action(world: World, call: Call) -> bool:
    person = messaging.reachable(world, call)
    if call.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.stream.publish("typing", {"person": person.id, "action": call.text("action")})
    return True


def _scope(call: Call) -> str:
    scope = call.json("scope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    language = call.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    if kind == "chat":
        return f"chat:{scope.get('chat_id')}/{language}"
    if kind not in ("default", "all_private_chats", "all_group_chats", "all_chat_administrators"):
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    return f"{kind}/{language}"


def set_my_commands(world: World, call: Call) -> bool:
    key, commands = _scope(call), call.json("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands JSON object")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(command.get("command", ""))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    if key.startswith("chat:"):
        world.chat(int(key[5:].split("/")[0]))
    world.commands[key] = [
        {"command": command["command"].lstrip("/"), "description": command["description"]} for command in commands
    ]
    world.changed("commands")
    return True


def get_my_commands(world: World, call: Call) -> list[dict[str, str]]:
    return world.commands.get(_scope(call), [])


def delete_my_commands(world: World, call: Call) -> bool:
    world.commands.pop(_scope(call), None)
    world.changed("commands")
    return True


def set_chat_menu_button(world: World, call: Call) -> bool:
    button = call.json("menu_button") or {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("can't parse menu button: Unsupported type specified")
    if call.chat:
        world.chat(call.chat).menu_button = button
    else:
        world.menu_button = button
    world.changed("commands")
    return True


def get_chat_menu_button(world: World, call: Call) -> dict[str, Any]:
    return (world.chat(call.chat).menu_button if call.chat else None) or world.menu_button


METHODS: dict[str, Method] = {
    "getme": get_me,
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "getfile": get_file,
    "sendchataction": send_chat_action,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setchatmenubutton": set_chat_menu_button,
    "getchatmenubutton": get_chat_menu_button,
    "sendmessage": messaging.send_message,
    "editmessagetext": messaging.edit_message_text,
    "editmessagecaption": messaging.edit_message_caption,
    "editmessagereplymarkup": messaging.edit_message_reply_markup,
    "deletemessage": messaging.delete_message,
    "answercallbackquery": messaging.answer_callback_query,
    "sendphoto": messaging.send_photo,
    "senddocument": messaging.send_document,
    "setmessagereaction": messaging.set_message_reaction,
}


async def perform(world: World, name: str, call: Call) -> Any:
    """Run a method by its name; ApiError when it is refused."""
    method = METHODS.get(name.lower())
    if method is None:
        raise ApiError(404, "Not Found: method not found")
    result = method(world, call)
    return await result if isinstance(result, Awaitable) else result
