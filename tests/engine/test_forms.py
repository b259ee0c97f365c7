"""Forms in the chat: every kind of step, every way of answering, and every way of going astray."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.charts import trend_png
from models.system.dialogs import Dialog
from models.system.letters import Letter
from tests.engine.lab import lab as lab
from tests.talk import Human, World

PHOTO = trend_png(
    {
        "title": "",
        "unit": "%",
        "labels": ["1"],
        "values": [1.0],
        "baseline": None,
        "target": None,
        "better": "lower",
        "words": {},
    }
)


@pytest.fixture
async def someone(world: World, lab: None) -> Human:
    """Somebody who has consented."""
    someone = world.human(1, "王工")
    await someone.talk(("/start", "?同意并开始"), ("[同意并开始]",))
    return someone


async def test_every_step_by_tapping(someone: Human) -> None:
    await someone.talk(
        ("/lab", "发生了什么", "1/7"),
        ("机器坏了", "什么颜色", "2/7", "?红", "?更多"),
        ("[更多]", "?紫", "!红"),
        ("[紫]", "用过哪些", "3/7"),
        ("[锤子]", "?✓ 锤子"),
        ("[锯子]", "?✓ 锯子"),
        ("[✓ 锤子]", "?锤子", "?✓ 锯子"),
        ("[选好了]", "几个人"),
        ("[10]", "哪天"),
        ("[11月23日（周一）]", "有照片吗", "?跳过"),
        ("[跳过]", "电话"),
        (lambda phone: phone.share_contact(), "确定吗"),
        ("[是]", "请过目", "经过：机器坏了", "颜色：紫", "工具：锯子", "人数：10", "照片：–", "?提交"),
        ("[提交]", "记下了：机器坏了｜c7｜saw｜10｜2026-11-23"),
    )
    assert not [one for one in said(someone) if "请过目" in one], "the receipt takes the place of the spent card"


async def test_a_form_begun_under_a_letter_leaves_the_letter(someone: Human) -> None:
    await someone.talk(
        ("/small 一", "收到：一"),
        ("[再来]", "一个词"),
        ("满", "换一个词再试"),
        ("[修改]", "改哪一项"),
        ("[词]", "一个词"),
        ("[稍后]", "已存为草稿", "?继续填"),
        ("[继续填]", "一个词"),
    )
    assert [one.count("收到：一") for one in said(someone)].count(1) == 1
    assert not [one for one in said(someone) if "已存为草稿" in one], "what was put aside is taken up in its place"


def said(human: Human) -> list[str]:
    """What the bot's messages read now."""
    return [message.text for message in human.phone.messages if message.from_bot]


async def test_every_step_by_typing(someone: Human) -> None:
    await someone.talk(
        ("/lab 机器又坏了", "什么颜色"),
        ("2", "用过哪些"),
        ("锤子、锉刀", "几个人"),
        ("３", "哪天"),
        ("昨天", "有照片吗"),
        ("跳过", "电话"),
        ("0575-8800 1234", "确定吗"),
        ("否", "颜色：橙", "工具：锤子、锉刀", "人数：3"),
        ("提交", "机器又坏了｜c2｜hammer+file｜3｜2026-11-22｜057588001234｜False"),
    )


@pytest.mark.fault(32, 33, 35)
async def test_bad_answers_are_told_what_to_do(someone: Human) -> None:
    await someone.talk(
        ("/lab", "发生了什么"),
        ("坏", "太短", "发生了什么"),
        (lambda phone: phone.send_sticker(), "请用文字", "发生了什么"),
        (lambda phone: phone.send_voice(), "请用文字"),
        (lambda phone: phone.send_location(), "请用文字"),
        ("机器坏了", "什么颜色"),
        ("粉", "没对上“粉”", "?红"),
        ("红", "用过哪些"),
        ("[选好了]", "至少选一项"),
        ("锤子 斧头", "没对上“斧头”"),
        ("锤子", "几个人"),
        ("很多", "没读出数字"),
        ("2.5", "整数"),
        ("9999", "1 到 500"),
        ("1", "哪天"),
        ("某天", "没读出日期"),
        ("2027-01-01", "日期太远"),
        ("前天", "有照片吗"),
        ("没有", "请发图片或文件", "?跳过"),
        (lambda phone: phone.send_document("x.exe", b"MZ"), "收不了"),
        (lambda phone: phone.send_photo(PHOTO), "电话"),
        (lambda phone: phone.share_contact(own=False), "别人的名片"),
        ("12", "不像电话"),
        ("13812345678", "请过目", "!确定："),
    )


async def test_a_story_is_read_and_confirmed(someone: Human) -> None:
    await someone.talk(
        ("/lab", "发生了什么"),
        ("三个人看到绿色的火", "我理解为", "颜色：绿", "人数：3", "?对，继续"),
        ("[改一下]", "改哪一项", "1. 经过：三个人看到绿色的火", "2. 颜色：绿", "3. 人数：3", "?经过"),
        ("[颜色]", "什么颜色", "上次的回答：绿"),
        ("[上一步]", "我理解为", "颜色：绿"),
        ("改一下", "改哪一项"),
        ("人数", "几个人", "上次的回答：3"),
        ("4", "我理解为", "颜色：绿", "人数：4"),
        ("改一下", "改哪一项"),
        ("[经过]", "发生了什么"),
        ("三个人看到红色的火", "我理解为", "颜色：红"),
        ("[对，继续]", "用过哪些"),
        ("锯子", "哪天"),
    )


async def test_a_story_told_anew_is_read_anew(someone: Human) -> None:
    await someone.talk(
        ("/lab", "发生了什么", "1/7"),
        ("三个人看到绿色的火", "颜色：绿", "人数：3"),
        ("[对，继续]", "用过哪些", "2/6"),
        ("[上一步]", "发生了什么"),
        ("看到红色的火", "颜色：红", "!人数"),
        ("[对，继续]", "用过哪些"),
        ("锯子", "几个人"),
    )


async def test_back_edit_and_cancel(someone: Human, world: World) -> None:
    await someone.talk(
        ("/lab 三个人", "我理解为", "人数：3"),
        ("对", "什么颜色"),
        ("红", "用过哪些"),
        ("[上一步]", "什么颜色", "上次的回答：红"),
        ("[黄]", "用过哪些"),
        ("/back", "什么颜色"),
        ("黄", "用过哪些"),
        ("锯子", "哪天"),
        ("今天", "有照片吗"),
        ("/skip", "电话"),
        ("13812345678", "确定吗"),
        ("是", "请过目"),
        ("[修改]", "改哪一项", "?颜色"),
        ("[颜色]", "什么颜色", "上次的回答：黄"),
        ("[上一步]", "请过目", "颜色：黄"),
        ("修改", "改哪一项"),
        ("人数", "几个人"),
        ("2", "请过目", "人数：2", "!确定："),
        ("[放弃]", "放弃《试验表》", "?放弃，删掉"),
        ("[先存着]", "已存为草稿"),
        ("/lab", "接着上次的草稿", "请过目", "人数：2"),
        ("/cancel", "放弃《试验表》"),
        ("[放弃，删掉]", "没有提交"),
    )
    assert await world.run(lambda session: session.scalars(select(Dialog)).all()) == []


async def test_another_form_keeps_the_first_as_a_draft(someone: Human) -> None:
    await someone.talk(
        ("/lab 机器坏了", "什么颜色"),
        ("/small", "《试验表》已存为草稿", "一个词"),
        ("好", "收到：好", "还有一份草稿", "?继续填"),
        ("[继续填]", "接着上次的草稿", "什么颜色"),
    )


async def test_a_form_begun_with_other_words_is_another_one(someone: Human) -> None:
    """What is typed behind a command is not lost to the draft that is there; each draft is taken up for itself."""
    await someone.talk(
        ("/lab 机器坏了", "什么颜色"),
        ("[稍后]", "已存为草稿", "?继续填"),
        ("/lab 料不够了", "什么颜色", "!接着上次"),
        ("/lab 模具裂了", "《试验表》已存为草稿", "什么颜色"),
        ("/lab 料不够", "《试验表》已存为草稿", "什么颜色"),
        ("红", "用过哪些"),
    )
    assert await begun_with(someone) == {"机器坏了": True, "料不够了": False, "模具裂了": True}
    await someone.talk(("[继续填]", "《试验表》已存为草稿", "什么颜色"))
    assert await begun_with(someone) == {"机器坏了": False, "料不够了": True, "模具裂了": True}


async def begun_with(someone: Human) -> dict[str, bool]:
    """The words each form was begun with, and whether it is put aside."""
    dialogs = await someone.world.run(lambda session: session.scalars(select(Dialog)).all())
    return {dialog.answers["story"]: dialog.draft for dialog in dialogs}


async def test_a_refusing_verb_keeps_the_answers(someone: Human) -> None:
    await someone.talk(
        ("/small 满", "满了，换一个词", "您填的内容都还在"),
        ("[修改]", "改哪一项"),
        ("1", "一个词"),
        ("空", "收到：空"),
    )


@pytest.mark.fault(36)
async def test_old_buttons_are_explained(someone: Human, world: World) -> None:
    await someone.talk(("/lab 机器坏了", "什么颜色"))
    first = someone.phone.messages[-1]
    await someone.talk(
        ("红", "用过哪些"),
        (lambda phone: phone.tap(first.id, "橙"), "这一步已经过去了", "用过哪些"),
        ("/cancel",),
        ("[放弃，删掉]", "没有提交"),
        (lambda phone: phone.press(first.id, "nonsense.1"), "已经失效"),
    )
    other = world.human(2, "路人")
    await other.talk(("/start",), ("[同意并开始]",))
    data = first.buttons[0][0].data
    message = other.phone.messages[-1].id
    await other.talk((lambda phone: phone.press(message, data), "已经失效", "!机器坏了"))


async def test_a_list_of_ticks_is_finished_in_words(someone: Human) -> None:
    await someone.talk(("/lab 机器坏了", "什么颜色"), ("橙", "用过哪些"), ("[锤子]", "✓ 锤子"), ("好了", "几个人"))


@pytest.mark.fault(42)
async def test_a_double_tap_counts_once(someone: Human, world: World) -> None:
    await someone.do("/small 好")
    letter = someone.phone.messages[-1]
    someone.phone.tap(letter.id, "按我")
    someone.phone.tap(letter.id, "按我")
    await world.work()
    assert [m.text for m in someone.phone.messages].count("按下了 7") == 1


async def test_a_number_stands_for_the_button_of_the_last_letter(someone: Human) -> None:
    await someone.talk(("/small 好", "收到：好"), ("1", "按下了 7"))


@pytest.mark.fault(27)
async def test_markup_in_names_is_shown_as_typed(someone: Human) -> None:
    await someone.talk(("/small <b>&</code>*_", "收到：<b>&</code>*_"))


async def test_long_text_is_kept_whole_and_shown_in_pieces(someone: Human, world: World) -> None:
    story = "质量" * 1990 + "😀" * 8
    await someone.talk(("/lab", "发生了什么"))
    someone.phone.say(story)
    await world.work()
    dialog = await world.run(lambda session: session.scalars(select(Dialog)).one())
    assert dialog.answers["story"] == story


@pytest.mark.fault(28)
async def test_invisible_characters_are_stripped(someone: Human) -> None:
    await someone.talk(("/small \u202e\u200b好\u0000１２", "收到：好12"))


@pytest.mark.fault(32)
async def test_edited_messages_change_nothing(someone: Human) -> None:
    await someone.talk(("/lab 机器坏了", "什么颜色"))
    mine = next(m for m in someone.phone.messages if m.text == "/lab 机器坏了")
    await someone.talk((lambda phone: phone.edit(mine.id, "/lab 别的"), "不会改变已记下的回答"))


async def test_every_letter_is_kept_with_its_token(someone: Human, world: World) -> None:
    await someone.do("/small 好")
    letters = await world.run(lambda session: session.scalars(select(Letter).order_by(Letter.id)).all())
    assert letters[-1].external_id == str(someone.phone.messages[-1].id)
    assert len({letter.token for letter in letters}) == len(letters)
