"""A whole exchange with python-telegram-bot as the client: what it sends is understood, what it gets it can parse."""

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup
from telegram.error import BadRequest

from bot.sandbox import Button, Phone, Sandbox


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=f"d:{label}") for label in labels]])


async def test_a_conversation(bot: telegram.Bot, phone: Phone) -> None:
    phone.start("inv_42")
    (update,) = await bot.get_updates(timeout=1)
    assert update.message and update.message.text == "/start inv_42"
    assert update.message.from_user and update.message.from_user.language_code == "zh-hans"
    assert [entity.type for entity in update.message.entities] == ["bot_command"]

    await bot.send_message(7, "您好，<b>陈建国</b>", parse_mode="HTML", reply_markup=keyboard("同意", "不同意"))
    shown = phone.tap_label("同意")
    assert shown.html == "您好，<b>陈建国</b>"
    assert shown.buttons == [[Button("同意", "d:同意"), Button("不同意", "d:不同意")]]

    (pressed,) = await bot.get_updates(offset=update.update_id + 1, timeout=1)
    query = pressed.callback_query
    assert query and query.data == "d:同意" and isinstance(query.message, telegram.Message)
    await query.answer("已记下", show_alert=True)
    assert phone.alerts == [{"text": "已记下", "show_alert": True, "url": ""}]
    await query.edit_message_text("已同意")
    assert (phone.messages[-1].text, phone.messages[-1].edited, phone.messages[-1].buttons) == ("已同意", True, [])


async def test_a_press_is_answered_once(bot: telegram.Bot, phone: Phone) -> None:
    await bot.send_message(7, "选", reply_markup=keyboard("甲"))
    phone.tap(1, (0, 0))
    (update,) = await bot.get_updates()
    assert update.callback_query
    await update.callback_query.answer()
    with pytest.raises(BadRequest, match="Query is too old"):
        await update.callback_query.answer()


async def test_a_missing_button_is_told_with_those_there_are(bot: telegram.Bot, phone: Phone) -> None:
    await bot.send_message(7, "选", reply_markup=keyboard("甲", "乙"))
    with pytest.raises(AssertionError, match=r"«丙».*甲.*乙"):
        phone.tap_label("丙")


async def test_an_edited_message_comes_as_such(bot: telegram.Bot, phone: Phone) -> None:
    own = phone.say("十二")
    phone.edit(own.id, "十三")
    first, second = await bot.get_updates()
    assert first.message and first.message.text == "十二"
    assert second.edited_message and second.edited_message.text == "十三" and second.edited_message.edit_date


async def test_every_kind_a_phone_sends_is_understood(bot: telegram.Bot, phone: Phone) -> None:
    phone.send_sticker()
    phone.send_voice()
    phone.send_location()
    phone.share_contact()
    phone.share_contact(own=False)
    messages = [update.message for update in await bot.get_updates()]
    sticker, voice, location, own, other = (message for message in messages if message)
    assert sticker.sticker and voice.voice and location.location
    assert own.contact and (own.contact.user_id, own.contact.phone_number) == (7, "+8613900000007")
    assert other.contact and other.contact.user_id != 7


async def test_protection_reply_keyboard_and_reply(bot: telegram.Bot, phone: Phone) -> None:
    asked = phone.say("问")
    keys = ReplyKeyboardMarkup([[KeyboardButton("发送号码", request_contact=True)]], one_time_keyboard=True)
    sent = await bot.send_message(7, "密", protect_content=True, reply_markup=keys, reply_to_message_id=asked.id)
    assert sent.has_protected_content and phone.messages[-1].protected
    assert sent.reply_to_message and sent.reply_to_message.text == "问"
    assert phone.keyboard == ["发送号码"]
    phone.share_contact()
    assert phone.keyboard == []


async def test_commands_per_scope_and_language(bot: telegram.Bot, sandbox: Sandbox, phone: Phone) -> None:
    english = sandbox.world.person(8, language_code="en")
    await bot.set_my_commands([("help", "帮助")])
    await bot.set_my_commands([("help", "Help"), ("need", "Post a need")], language_code="en")
    await bot.set_my_commands([("audit", "审核")], scope=telegram.BotCommandScopeChat(7))
    assert (phone.commands, english.commands) == (["audit"], ["help", "need"])
    await bot.delete_my_commands(scope=telegram.BotCommandScopeChat(7))
    assert phone.commands == ["help"]
    assert [command.description for command in await bot.get_my_commands(language_code="en")] == ["Help", "Post a need"]
    assert await bot.set_chat_menu_button(menu_button=telegram.MenuButtonCommands())


async def test_blocking_is_told_and_lifting_too(bot: telegram.Bot, phone: Phone) -> None:
    phone.block()
    phone.unblock()
    changes = [update.my_chat_member for update in await bot.get_updates()]
    assert [change.new_chat_member.status for change in changes if change] == ["kicked", "member"]


async def test_a_reaction_and_an_action(bot: telegram.Bot, phone: Phone) -> None:
    own = phone.say("办好了")
    assert await bot.set_message_reaction(7, own.id, "👍")
    assert phone.messages[0].reaction == "👍"
    assert await bot.send_chat_action(7, "typing")


async def test_waiting_for_the_bot(bot: telegram.Bot, sandbox: Sandbox, phone: Phone) -> None:
    await bot.send_message(7, "第一")
    await bot.send_message(7, "第二条")
    assert (await phone.receive("第二")).text == "第二条"
    assert phone.inbox == []
    with pytest.raises(AssertionError, match="did not hear «第三»"):
        await phone.receive("第三", timeout=0.05)
    await sandbox.world.settled(quiet=0.01)
