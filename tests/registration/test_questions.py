"""Questions people ask in their own words: known by meaning, answered truly for whoever asks, never made a need."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from bot.engine.words import LANGUAGES, speak
from bot.sandbox.people import Phone
from models.exchange.understanding_questions import notion, question
from models.incubation.pairs import Pair
from models.vocabulary import QUESTIONS, notions, questions
from models.vocabulary.words import question_signs
from models.vocabulary.words import questions as read_questions
from tests.incubation.people import arrange, cast, make_pair, start_pair
from tests.lives.bots import PIXEL
from tests.registration.cast import arrive, incubatee, incubator
from tests.talk import World

DATA = Path(__file__).parents[2] / "benchmarks" / "data"


def needs() -> list[str]:
    """Every need of every measuring set."""
    found = [json.loads(line)["text"] for file in DATA.glob("needs_*.jsonl") for line in file.open(encoding="utf-8")]
    for file in DATA.glob("own_needs*.csv"):
        found += [
            row["text"] for row in csv.DictReader(file.open(encoding="utf-8")) if row["kind"] in ("need", "vague")
        ]
    return found


def test_no_need_is_taken_for_a_question() -> None:
    texts = needs()
    assert len(texts) > 1_300
    assert [(text, about) for text in texts if (about := question(text))] == []


@pytest.mark.parametrize(
    "text",
    [
        "培训做过，没效果",
        "5S活动搞过，反弹了",
        "刚开始好好的，后来又不行了",
        "专家来过，没解决",
        "老师傅都走了",
        "师傅走了没人会调机",
        "每次检查都是同样的问题",
        "人都走了，没人会调机",
        "客户来过了，不满意",
        "今天料没到，停线",
        "目标完不成怎么办",
        "改进没人做怎么办",
        "提升合格率怎么办",
        "骨干走了怎么办",
        "确认不了尺寸怎么办",
        "the training was held and nothing changed",
    ],
)
def test_a_trouble_is_no_statement_and_asks_for_no_word(text: str) -> None:
    assert question(text) is None


def test_every_notion_is_explained() -> None:
    for language in LANGUAGES:
        explained = {key for key in speak(language).labels if key.startswith("notion.")}
        assert explained == {f"notion.{id}" for id in notions()}
    assert notion("参与不积极是什么意思") == "inactive" and notion("什么叫备用联络人") == "contact"
    assert notion("销号是什么意思") is None


def test_wordings_nobody_wrote_down_are_known() -> None:
    held = list(csv.DictReader((DATA / "own_questions.csv").open(encoding="utf-8")))
    assert {row["about"] for row in held} == set(QUESTIONS)
    assert not {row["text"] for row in held} & {one.text for one in questions()}
    found = [question(row["text"]) for row in held]
    wrong = [row for row, about in zip(held, found, strict=True) if about not in (None, row["about"])]
    right = sum(about == row["about"] for row, about in zip(held, found, strict=True))
    assert right >= 0.85 * len(held)
    assert len(wrong) <= 0.03 * len(held), wrong


def test_every_wording_of_the_list_is_known() -> None:
    assert [one for one in questions() if question(one.text) != one.about] == []
    assert {about for about, _ in question_signs()} == set(QUESTIONS)


def test_a_fault_in_the_list_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "questions.csv").write_text("about,text,source\nnobody,谁,colloquial\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"questions.csv, line 2: 'about' names an unknown nobody"):
        read_questions(tmp_path)
    (tmp_path / "questions.csv").write_text("about,text,source\nwho,你是谁,colloquial\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"questions.csv: nothing is about benefit"):
        read_questions(tmp_path)


async def test_a_factory_asks_before_it_has_a_pair(world: World) -> None:
    contact = await incubatee(world)
    await contact.talk(
        ("我该做什么", "现在没有等您办的事", "写一句哪里不顺", "?发布需求", "!要登记为需求"),
        ("怎么改电话", "王工，13800000001", "?改电话", "!要登记为需求"),
        ("[改电话]", "您的联系电话", "!您的姓名"),
        ("13900001111", "请过目", "13900001111"),
        ("[提交]", "已更正：王工，13900001111"),
        ("分数怎么算的", "满分 100", "选谁由您定", "!要登记为需求"),
        ("怎么退出", "离开", "全部注销", "?离开单位", "?撤回并注销", "!暂停"),
        ("要交钱吗", "不收费", "!要登记为需求"),
        ("导师电话多少", "没有结对", "!要登记为需求"),
        ("我工单办到哪了", "没有提过工单", "?提工单", "!要登记为需求"),
        ("能不能换导师", "还没有结对", "?提工单", "!要登记为需求"),
        ("注销", "全部注销", "?撤回并注销"),
        ("你是谁", "是程序，不是人", "?能做什么"),
        ("群发", "您现在可以"),
        ("换成英文", "哪种语言", "?English"),
        ("不会用", "您现在可以"),
        ("谢谢", "不客气", "!要登记为需求"),
        ("好的", "好的，有事随时", "!您现在可以", "!不客气"),
        ("收到", "好的，有事随时", "!不客气"),
        ("👍", "好的，有事随时"),
        ("71分是什么意思", "满分 100"),
        ("我们不想做了", "全部注销"),
        ("还要填什么", "现在没有等您办的事"),
    )


async def test_what_has_no_sign_of_a_matter_of_quality_gets_kind_help(world: World) -> None:
    contact = await incubatee(world)
    await contact.talk(
        ("asdfgh", "没看懂", "?能做什么", "!要登记为需求"),
        ("明天下午开会", "没看懂", "!要登记为需求"),
        ("袜子跳针断纱多，返工", "要登记为需求吗", "?登记为需求"),
        ("想提高质量", "要登记为需求吗"),
    )
    teacher = await incubator(world)
    await teacher.talk(("asdfgh", "没看懂", "?能做什么"))
    newcomer = await arrive(world, 5, "路人")
    await newcomer.talk(
        ("asdfgh", "没看懂", "!先登记单位"),
        ("这是什么项目", "得过质量奖的教", "?登记单位"),
        ("怎么邀请同事", "先登记单位"),
        ("我们的导师一直不回", "由入孵单位提工单"),
        ("有没有人工", "?给助手提意见"),
        ("能不能换导师", "评审办居中商量"),
    )


async def test_a_pair_asks_about_itself(world: World) -> None:
    c = await cast(world)
    pair_id: list[int] = []
    await arrange(world, lambda session: pair_id.append(start_pair(session, started_on=date(2026, 11, 2)).id))
    number = await world.run(lambda session: session.get_one(Pair, pair_id[0]).number)
    await c.wang.talk(
        ("我们的导师不回消息怎么办", f"{number} 的导师：周明", "最近一次辅导：还没有", "?提工单", "!要登记为需求"),
        ("[提工单]", "有照片或文件"),
        ("[跳过]", "已登记，编号", "我们的导师不回消息怎么办"),
        ("我工单办到哪了", "现在：", "导师不回消息", "?看工单", "!要登记为需求"),
        ("换导师", "宁波示例电机公司", "现在的导师：周明", "?提工单"),
        ("导师电话多少", "导师周明", "本人同意后才给", "?人员"),
        ("怎么退出", f"暂停 {number}", "提前结束", "?暂停", "?阶段和期限", "?离开单位", "?撤回并注销"),
        ("要多久", f"{number} 为期 12 个月", "导入", "孵化期到 2027年11月23日（周二）", "?阶段和期限"),
        ("能延期吗", "一方提出，另一方同意", "?阶段和期限"),
        ("我想结束孵化", "一方提出，另一方同意", "?阶段和期限"),
        ("收到提醒了怎么办", "没有等您办的事", "!不客气"),
        ("指标在哪里填", "每月十日前", "?看结对"),
        ("谁能看到我的数据", "评分导师看不到", "?我的数据"),
        ("能发照片吗", "提工单", "当面"),
        ("怎么加备用联系人", "?邀请同事", "?我的团队"),
        ("已经来了", "做过的辅导记一条", number, "?记一次辅导", "?我的结对", "!要登记为需求"),
        ("[我的结对]", number),
        ("师傅到厂里了", "?记一次辅导", "!要登记为需求"),
        ("导师还没到", f"{number} 的导师：周明", "?提工单", "!要登记为需求"),
        ("参与不积极是什么意思", "提醒两次，隔十个工作日", "?看结对", "!要登记为需求"),
        ("改进百分比怎么算", "（目标 − 基线）", "!要登记为需求"),
        ("销号是什么意思", "没有现成的解释", "?查供给和需求", "!要登记为需求"),
        ("培训做过，没效果，返工还是多", "要登记为需求吗"),
        ("改进没人做，报废一直降不下来怎么办", "要登记为需求吗"),
        ("没人理我", f"{number} 的导师：周明", "?提工单", "!三个工作日不答复"),
    )
    await c.zhou.talk(
        ("在哪里记辅导", "?记辅导", "!没有对上"),
        ("做导师有什么好处", "!没有对上"),
        ("待办", "!没有对上"),
        ("能不能换导师", "由贵单位的联络人换"),
        ("企业不配合", f"{number} 的责任人：李芳", "?提工单", "?人员"),
        ("辅导做完了", "做过的辅导记一条", "?记一次辅导"),
        ("[记一次辅导]", "做了什么"),
        ("算了", "没有提交"),
        ("下午去做了5S培训两个半小时12人", "!做过的辅导记一条", "?记辅导"),
    )
    await c.xu.talk(
        ("群发", "没有群发", "?看板"),
        ("通知所有企业明天开会", "没有群发"),
        ("怎么邀请企业", "自己登记", "?查单位"),
        ("我要投诉", "?给助手提意见"),
        ("怎么退出", "不在这个办公室了", "?离开办公室"),
        ("怎么结束一对", "输入结对号打开卡片"),
        ("工单进展", "1 张工单", "?工单"),
        ("你是谁", "是程序"),
    )


async def test_a_photo_nobody_waits_for_is_told_what_to_do_instead(world: World) -> None:
    c = await cast(world)
    await arrange(world, start_pair)
    await c.zhou.talk((photo, "要记辅导，写一句话就行", "?记辅导"), ("[记辅导]", "做了什么"))
    await c.wang.talk((photo, "请当面或用双方说好的办法给", "!?记辅导"))


def photo(phone: Phone) -> None:
    phone.send_photo(PIXEL)


async def test_a_deadline_is_that_of_the_first_duty(world: World) -> None:
    c = await cast(world)
    await arrange(world, make_pair)
    await c.wang.talk(
        ("什么时候截止", "最急的一件", "12月7日（周一）", "?办理", "?我的待办", "!要登记为需求"),
        ("我该做什么", "最急的一件", "?办理"),
    )


async def test_the_same_in_english(world: World) -> None:
    c = await cast(world, language="en")
    await arrange(world, lambda session: start_pair(session, started_on=date(2026, 11, 2)))
    await c.wang.talk(
        ("our mentor never replies", "Mentor of 2026-", "last session: none yet", "!Make it a need"),
        ("how do I change my phone number", "We keep: 王建国"),
        ("is it free?", "cost nothing"),
        ("can we extend", "its term is until Tue 23 Nov 2027", "?Stage, term"),
        ("we want to finish early", "the other agrees", "?Stage, term"),
        ("asdfgh", "could not make sense", "!Make it a need"),
        ("they came this morning", "Log what took place", "?Log a session", "!Make it a need"),
        ("the mentor has not come yet", "Mentor of 2026-", "!Make it a need"),
        ("what does baseline mean?", "the last three months before the start", "!Make it a need"),
        ("what does ramping mean", "no explanation at hand", "!Make it a need"),
    )
