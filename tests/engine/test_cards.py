"""What is typed at a card, under a refusal or in place of an answer, and what an old button does."""

from __future__ import annotations

import pytest

from tests.engine.lab import lab as lab
from tests.talk import Human, World


@pytest.fixture
async def someone(world: World, lab: None) -> Human:
    """Somebody who has consented."""
    someone = world.human(1, "王工")
    await someone.talk(("/start", "?同意并开始"), ("[同意并开始]",))
    return someone


REVIEWED = (
    ("/lab 机器坏了", "什么颜色"),
    ("红", "用过哪些"),
    ("锯子", "几个人"),
    ("2", "哪天"),
    ("今天", "有照片吗"),
    ("跳过", "电话"),
    ("13812345678", "请过目"),
)


async def test_what_answers_one_line_of_a_card_changes_it(someone: Human) -> None:
    await someone.talk(
        *REVIEWED,
        ("13900001111", "改好了：电话：13900001111", "电话：13900001111", "?提交"),
        ("锉刀", "改好了：工具：锉刀", "工具：锉刀"),
        ("昨天", "改好了：日期", "11月22日"),
        ("[提交]", "记下了：机器坏了｜c1｜file｜2｜2026-11-22｜13900001111"),
    )


async def test_what_answers_nothing_on_a_card_is_told_its_buttons(someone: Human) -> None:
    await someone.talk(
        ("/lab 三个人", "我理解为"),
        ("唉", "没看懂“唉”", "“对，继续”", "“改一下”", "!请答", "人数：3"),
        (lambda phone: phone.send_sticker(), "“对，继续”", "“改一下”", "!没看懂"),
        ("4人", "改好了：人数：4", "· 人数：4"),
        ("[改一下]", "改哪一项"),
        ("嗯哼", "没对上“嗯哼”", "改哪一项"),
        ("5人", "改好了：人数：5", "我理解为", "· 人数：5"),
    )


async def test_a_sentence_at_the_review_card_is_told_its_buttons(someone: Human) -> None:
    await someone.talk(
        *REVIEWED,
        ("其实我也不太清楚怎么回事", "没看懂“其实我也不太清楚怎么回事”", "“提交”", "“修改”", "!请答", "颜色：红"),
        (lambda phone: phone.send_sticker(), "“提交”", "“修改”", "!请用文字"),
    )


async def test_a_refusal_is_a_card_that_can_be_left(someone: Human) -> None:
    """Whatever is typed under a refusal does not run into it again, and is not lost."""
    await someone.talk(
        ("/small 一", "收到：一"),
        ("/small 满", "满了，换一个词", "?修改", "?稍后", "?放弃"),
    )
    refused = someone.phone.messages[-1].id
    await someone.talk(
        ("明天再来问问看吧", "《小表》已存为草稿", "?继续填", "!满了", "明天再来问问看吧"),
        ("[继续填]", "请过目", "词：满", "?提交", "?放弃"),
        (lambda phone: phone.tap(refused, "放弃"), "这一步已经过去了", "请过目", "!没有办成"),
        ("[提交]", "满了"),
        ("[放弃]", "放弃《小表》"),
        ("[放弃，删掉]", "没有提交"),
    )


async def test_an_old_button_brings_the_question_to_the_end_of_the_chat(someone: Human) -> None:
    await someone.talk(("/lab", "发生了什么"), ("机器坏了", "什么颜色"))
    colours = someone.phone.messages[-1].id
    await someone.talk(("红", "用过哪些"))
    await someone.talk((lambda phone: phone.tap(colours, "橙"), "这一步已经过去了", "最下面", "用过哪些"))
    last = someone.phone.messages[-1]
    assert last.id > colours and "用过哪些" in last.text, "the living question is the newest message"


async def test_an_older_copy_of_the_same_question_still_answers_it(someone: Human) -> None:
    await someone.talk(("/lab 机器坏了", "什么颜色"))
    first = someone.phone.messages[-1].id
    await someone.talk(
        ("粉", "没对上“粉”", "什么颜色"),
        (lambda phone: phone.tap(first, "橙"), "用过哪些", "!已经过去"),
    )


async def test_wanting_to_leave_is_understood(someone: Human) -> None:
    await someone.talk(
        ("/lab 机器坏了", "什么颜色", "?稍后", "?放弃"),
        ("算了不填了", "放弃《试验表》", "?先存着", "?放弃，删掉"),
        ("红", "用过哪些"),
        ("取消。", "放弃《试验表》"),
        ("never mind", "放弃《试验表》"),
        ("[先存着]", "已存为草稿"),
        ("/lab 三个人", "我理解为"),
        ("算了", "放弃《试验表》"),
        ("[放弃，删掉]", "没有提交"),
        ("/lab", "用过哪些"),
        ("放弃", "放弃《试验表》"),
    )


async def test_why_is_answered_and_asked_again(someone: Human) -> None:
    await someone.talk(
        ("/lab", "发生了什么"),
        ("为什么要问这个？", "问这一项", "发生了什么"),
        ("什么意思", "问这一项", "发生了什么"),
        ("机器坏了", "什么颜色"),
        ("why", "问这一项", "什么颜色"),
        ("红", "用过哪些"),
        ("锯子", "几个人"),
        ("2", "哪天"),
        ("今天", "有照片吗"),
        ("为啥", "跳过"),
    )
