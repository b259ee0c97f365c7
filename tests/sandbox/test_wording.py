"""Refusals over the wire: code and description exactly as Telegram's, since clients match on them."""

from typing import Any

import pytest

from bot.sandbox import Phone, Sandbox
from tests.sandbox.conftest import Caller

KEY = {"text": "按", "callback_data": "x"}


def inline(*buttons: Any) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


TEXT_BUTTON = "Bad Request: Text buttons are not allowed in the inline keyboard"
SENDING = [
    ({"text": "x"}, 400, "Bad Request: chat_id is empty"),
    ({"chat_id": 999, "text": "x"}, 400, "Bad Request: chat not found"),
    ({"chat_id": "@nobody", "text": "x"}, 400, "Bad Request: chat not found"),
    ({"chat_id": 7}, 400, "Bad Request: message text is empty"),
    ({"chat_id": 7, "text": " \n "}, 400, "Bad Request: message text is empty"),
    ({"chat_id": 7, "text": "<b></b>", "parse_mode": "HTML"}, 400, "Bad Request: message text is empty"),
    ({"chat_id": 7, "text": "中" * 4097}, 400, "Bad Request: message is too long"),
    ({"chat_id": 7, "text": "😀" * 2049}, 400, "Bad Request: message is too long"),
    (
        {"chat_id": 7, "text": "a<b>c", "parse_mode": "HTML"},
        400,
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    ({"chat_id": 7, "text": "*x*", "parse_mode": "Loud"}, 400, "Bad Request: unsupported parse_mode"),
    (
        {"chat_id": 7, "text": "x", "reply_parameters": {"message_id": 99}},
        400,
        "Bad Request: message to be replied not found",
    ),
    ({"chat_id": 7, "text": "x", "reply_markup": inline({"text": "按"})}, 400, TEXT_BUTTON),
    (
        {"chat_id": 7, "text": "x", "reply_markup": {"inline_keyboard": "no"}},
        400,
        'Bad Request: Field "inline_keyboard" must be of type Array',
    ),
    (
        {"chat_id": 7, "text": "x", "reply_markup": inline({"text": "按", "callback_data": "中" * 22})},
        400,
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    (
        {"chat_id": 7, "text": "x", "reply_markup": inline({"text": "按", "callback_data": ""})},
        400,
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    (
        {"chat_id": 7, "text": "x", "reply_markup": inline({"text": "按", "url": "not an address"})},
        400,
        "Bad Request: inline keyboard button URL 'not an address' is invalid: Wrong HTTP URL",
    ),
    (
        {"chat_id": 7, "text": "x", "reply_markup": "{"},
        400,
        "Bad Request: can't parse reply keyboard markup JSON object",
    ),
    ({"chat_id": 7, "text": "x", "reply_markup": [1]}, 400, "Bad Request: object expected as reply markup"),
]

OTHERS = [
    ("sendGift", {"chat_id": 7}, 404, "Not Found: method not found"),
    ("editMessageText", {"chat_id": 7, "message_id": 99, "text": "x"}, 400, "Bad Request: message to edit not found"),
    ("editMessageText", {"chat_id": 7, "text": "x"}, 400, "Bad Request: message identifier is not specified"),
    ("editMessageText", {"chat_id": 7, "message_id": 1, "text": "x"}, 400, "Bad Request: message can't be edited"),
    ("deleteMessage", {"chat_id": 7, "message_id": 99}, 400, "Bad Request: message to delete not found"),
    (
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    ),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "长" * 201}, 400, "Bad Request: MESSAGE_TOO_LONG"),
    ("sendDocument", {"chat_id": 7}, 400, "Bad Request: there is no document in the request"),
    ("sendPhoto", {"chat_id": 7}, 400, "Bad Request: there is no photo in the request"),
    ("sendPhoto", {"chat_id": 7, "photo": "https://x.cn/a.png"}, 400, "Bad Request: failed to get HTTP URL content"),
    ("getFile", {"file_id": "nonsense"}, 400, "Bad Request: invalid file_id"),
    ("sendChatAction", {"chat_id": 7, "action": "dancing"}, 400, "Bad Request: wrong parameter action in request"),
    ("setMyCommands", {"commands": [{"command": "撤回", "description": "x"}]}, 400, "Bad Request: BOT_COMMAND_INVALID"),
    (
        "setMyCommands",
        {"commands": [{"command": "help", "description": ""}]},
        400,
        "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID",
    ),
    (
        "setMyCommands",
        {"commands": [], "language_code": "chinese"},
        400,
        "Bad Request: invalid language code specified",
    ),
    (
        "setMessageReaction",
        {"chat_id": 7, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "✅"}]},
        400,
        "Bad Request: REACTION_INVALID",
    ),
    (
        "setWebhook",
        {"url": "https://example.org/x"},
        400,
        "Bad Request: bad webhook: the sandbox delivers to this machine only",
    ),
]


@pytest.mark.parametrize(("arguments", "code", "description"), SENDING)
async def test_a_bad_send_is_refused(
    call: Caller, phone: Phone, arguments: dict[str, Any], code: int, description: str
) -> None:
    answer = await call("sendMessage", **arguments)
    assert answer == {"ok": False, "error_code": code, "description": description}
    assert phone.messages == []


@pytest.mark.parametrize(("method", "arguments", "code", "description"), OTHERS)
async def test_a_bad_call_is_refused(
    call: Caller, phone: Phone, method: str, arguments: dict[str, Any], code: int, description: str
) -> None:
    phone.say("第一条")
    answer = await call(method, **arguments)
    assert answer == {"ok": False, "error_code": code, "description": description}


async def test_callback_data_is_at_most_64_bytes(call: Caller, phone: Phone) -> None:
    def send(length: int) -> Any:
        markup = inline({"text": "按", "callback_data": "x" * length})
        return call("sendMessage", chat_id=7, text="x", reply_markup=markup)

    assert (await send(64))["ok"]
    assert (await send(65))["description"] == "Bad Request: BUTTON_DATA_INVALID"


async def test_the_longest_text_fits_after_its_marks_are_taken_out(call: Caller, phone: Phone) -> None:
    sent = await call.result("sendMessage", chat_id=7, text=f"<b>{'😀' * 2048}</b>", parse_mode="HTML")
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]


async def test_a_caption_is_shorter_than_a_text(call: Caller, phone: Phone) -> None:
    phone.send_document("a.txt", b"x")
    known = phone.messages[0].content["document"]["file_id"]
    assert (await call("sendDocument", chat_id=7, document=known, caption="字" * 1024))["ok"]
    answer = await call("sendDocument", chat_id=7, document=known, caption="字" * 1025)
    assert answer["description"] == "Bad Request: message caption is too long"


async def test_an_edit_that_changes_nothing_is_refused(call: Caller, phone: Phone) -> None:
    sent = await call.result("sendMessage", chat_id=7, text="<b>甲</b>", parse_mode="HTML", reply_markup=inline(KEY))
    same = {"chat_id": 7, "message_id": sent["message_id"], "text": "<b>甲</b> ", "parse_mode": "HTML"}
    answer = await call("editMessageText", **same, reply_markup=inline(KEY))
    assert answer["description"].startswith("Bad Request: message is not modified: specified new message content")
    assert (await call("editMessageText", **same))["ok"]  # without its keyboard it is another message
    assert phone.messages[-1].buttons == []


async def test_a_message_with_a_reply_keyboard_cannot_be_edited(call: Caller, phone: Phone) -> None:
    keyboard = {"keyboard": [["是", {"text": "号码", "request_contact": True}]]}
    sent = await call.result("sendMessage", chat_id=7, text="问", reply_markup=keyboard)
    answer = await call("editMessageText", chat_id=7, message_id=sent["message_id"], text="改")
    assert answer["description"] == "Bad Request: message can't be edited"
    assert phone.keyboard == ["是", "号码"]


async def test_a_wrong_token_is_unauthorized(sandbox: Sandbox, call: Caller) -> None:
    call.address = f"{sandbox.url}/bot2:OTHER"
    assert await call("getMe") == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_who_blocked_or_left_is_forbidden(call: Caller, phone: Phone) -> None:
    phone.block()
    refused = await call("sendMessage", chat_id=7, text="x")
    assert (refused["error_code"], refused["description"]) == (403, "Forbidden: bot was blocked by the user")
    phone.say("又来了")
    assert (await call("sendMessage", chat_id=7, text="x"))["ok"]
    phone.deactivate()
    assert (await call("sendMessage", chat_id=7, text="x"))["description"] == "Forbidden: user is deactivated"


async def test_who_never_wrote_is_not_found(sandbox: Sandbox, call: Caller) -> None:
    newcomer = sandbox.world.person(8, started=False)
    assert (await call("sendMessage", chat_id=8, text="x"))["description"] == "Bad Request: chat not found"
    newcomer.start()
    assert (await call("sendMessage", chat_id=8, text="x"))["ok"]


async def test_a_message_older_than_two_days_cannot_be_deleted(sandbox: Sandbox, call: Caller, phone: Phone) -> None:
    sent = await call.result("sendMessage", chat_id=7, text="x")
    sandbox.world.clock.advance(49 * 3600)
    sandbox.world.clock.arrive(49 * 3600)
    answer = await call("deleteMessage", chat_id=7, message_id=sent["message_id"])
    assert answer["description"] == "Bad Request: message can't be deleted for everyone"


async def test_arguments_may_come_as_query_or_form(sandbox: Sandbox, call: Caller, phone: Phone) -> None:
    await call.client.get(f"{call.address}/sendMessage", params={"chat_id": 7, "text": "问"})
    await call.client.post(f"{call.address}/SENDMESSAGE", data={"chat_id": "7", "text": "答 & 再问"})
    assert [message.text for message in phone.messages] == ["问", "答 & 再问"]
