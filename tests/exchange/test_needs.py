"""Posting needs: from the first words to the review card."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Refused
from models.exchange import needs
from models.exchange.candidates import need_text
from models.exchange.needs import Need, find_need, own_need
from models.exchange.posts import PostStatus
from models.registration.people import Membership
from models.registration.units import Standing, Unit
from models.system import clock
from models.system.accounts import Person
from models.vocabulary import label, methods
from tests.exchange.people import ASSOCIATION, FACTORY, MENTOR, factory, need, small_world
from tests.talk import World

TROUBLE = "注塑件缩水，不良率8%，想降到2%，返工多，想请人来厂里看看"


async def only_need(world: World) -> Need:
    """The one need there is."""
    return await world.run(lambda session: session.scalars(select(Need)).one())


async def test_a_clear_text_takes_five_acts(world: World) -> None:
    await world.run(small_world)
    factory_contact = world.human(FACTORY)
    await factory_contact.talk(
        ("/need", "哪里不顺", "例：", "!行业"),
        (TROUBLE, "我理解为", "六西格玛", "过程不良率 8% → 2%", "质量诊断", "?对，继续", "?改一下"),
        ("[对，继续]", "请过目", "橡胶和塑料制品业", "?提交"),
        ("[提交]", "需求 N1 已提交", "省质量协会审核", "11月26日（周四）前"),
    )
    assert factory_contact.taps <= 6
    posted = await only_need(world)
    assert posted.status is PostStatus.PENDING
    assert posted.forms == ["diagnosis"]
    assert posted.indicators == [{"id": "process_defect_rate", "now": 8.0, "wanted": 2.0, "unit": "%"}]
    assert posted.industry == "C29"


async def test_words_typed_under_the_guess_are_added_to_the_trouble(world: World) -> None:
    await world.run(small_world)
    contact = world.human(FACTORY)
    await contact.talk(
        ("/need", "哪里不顺"),
        ("焊缝开裂、喷漆起泡客诉不断", "我理解为", "直接打字补上", "!8%"),
        ("补一句，过程不良率8%，想降到2%", "我理解为", "过程不良率 8% → 2%"),
        ("嗯？", "没看懂“嗯？”", "“对，继续”", "过程不良率 8% → 2%"),
        ("对", "请过目", "焊缝开裂、喷漆起泡客诉不断", "补一句"),
        ("[提交]", "已提交"),
    )
    posted = await only_need(world)
    assert posted.trouble == "焊缝开裂、喷漆起泡客诉不断\n补一句，过程不良率8%，想降到2%"


async def test_another_trouble_is_not_lost_to_the_draft_of_the_first(world: World) -> None:
    await world.run(small_world)
    contact = world.human(FACTORY)
    await contact.talk(
        ("/need 焊缝开裂、客诉不断", "我理解为"),
        ("[对，继续]", "有没有数"),
        ("[稍后]", "已存为草稿"),
        ("包装线老是漏装说明书，客户退货", "要登记为需求吗"),
        ("[登记为需求]", "已有草稿“焊缝开裂、客诉不断”"),
        ("[另写一条]", "我理解为"),
        ("[对，继续]", "有没有数"),
        ("[跳过]", "请过目", "漏装说明书", "!焊缝"),
        ("[提交]", "已提交"),
        ("/need", "接着上次的草稿", "有没有数"),
        ("[跳过]", "请过目", "焊缝开裂"),
    )
    assert (await only_need(world)).trouble.startswith("包装线")


async def test_a_text_without_figures_takes_six_acts_at_most(world: World) -> None:
    await world.run(small_world)
    contact = world.human(FACTORY)
    await contact.talk(
        ("/need", "哪里不顺"),
        ("焊缝开裂、喷漆起泡客诉不断", "我理解为"),
        ("[对，继续]", "现在多少，想到多少", "?跳过"),
        ("[跳过]", "请过目"),
        ("[提交]", "已提交"),
    )
    assert contact.taps <= 6


async def test_improve_quality_is_answered_with_three_examples(world: World) -> None:
    await world.run(small_world)
    await world.human(FACTORY).talk(
        ("/need", "哪里不顺"),
        ("提高质量", "“提高质量”范围大", "?客户退货多，一个月总有好几次", "?废品多，每天要挑出来不少"),
        ("[废品多，每天要挑出来不少]", "我理解为"),
        ("[对，继续]", "现在多少"),
        ("报废率 9%，想到 3%", "请过目"),
        ("[提交]", "已提交"),
    )
    assert (await only_need(world)).trouble == "提高质量\n废品多，每天要挑出来不少"


@pytest.mark.parametrize(
    ("language", "said", "understood"),
    [
        ("zh", "我们厂做注塑的，废品太多了", "我理解为"),
        ("en", "We do injection moulding, too much scrap", "I understand"),
    ],
)
async def test_a_trade_and_a_plain_trouble_are_enough(world: World, language: str, said: str, understood: str) -> None:
    await world.run(lambda session: factory(session, language=language))
    await world.human(FACTORY, language=language).talk(("/need " + said, understood))


@pytest.mark.parametrize(
    "text",
    [
        "我们想贷款扩产，能帮忙对接银行吗",
        "有没有订单介绍，价格好商量",
        "出售二手注塑机三台",
        "尾款一直不给，能帮忙催吗",
    ],
)
async def test_a_loan_an_order_and_an_advert_are_told_what_this_is_for(world: World, text: str) -> None:
    await world.run(small_world)
    await world.human(FACTORY).talk(
        ("/need", "哪里不顺"),
        (text, "学质量管理方法", "办不了", "?稍后", "!我理解为"),
        ("铸件砂眼多，废品率12%", "我理解为", "12%"),
        ("[对，继续]", "请过目"),
        ("[提交]", "已提交"),
    )
    assert (await only_need(world)).trouble == "铸件砂眼多，废品率12%"


async def test_not_knowing_a_method_is_an_answer(world: World) -> None:
    await world.run(small_world)
    await world.human(FACTORY).talk(
        ("/need", "哪里不顺"),
        ("想请人来带带我们厂", "希望"),
        ("[对，继续]", "想用什么方法", "?不知道，请推荐"),
        ("不知道", "现在多少"),
        ("不清楚", "请过目", "不知道，请推荐"),
        ("[提交]", "已提交"),
    )
    assert (await only_need(world)).methods == []


@pytest.mark.parametrize(
    ("typed", "wished"),
    [
        ("漏装垫圈的多，客户退了三批，装配线新人多", []),
        ("漏装垫圈的多，客户退了三批，想学防错", ["poka_yoke"]),
    ],
)
async def test_methods_that_were_only_confirmed_are_weighed_by_the_words_not_as_asked_for(
    world: World, typed: str, wished: list[str]
) -> None:
    await world.run(small_world)
    await world.human(FACTORY).talk(
        (f"/need {typed}", "我理解为", "防错"), ("[对，继续]", "现在多少"), ("[跳过]", "请过目"), ("[提交]", "已提交")
    )
    posted = await only_need(world)
    assert posted.methods and set(posted.methods) - set(posted.inferred) == set(wished)
    asked = await world.run(lambda session: need_text(session, session.get_one(Need, posted.id)).methods)
    assert list(asked) == [label(methods()[code], "zh") for code in wished]


async def test_every_guess_can_be_put_right(world: World) -> None:
    await world.run(small_world)
    contact = world.human(FACTORY)
    await contact.talk(
        ("/need", "1/6"),
        (TROUBLE, "我理解为"),
        ("[改一下]", "改哪一项", "?哪里不顺", "?可用的方法"),
        ("[领域]", "属于哪个领域", "上次的回答：质量管理"),
        ("[保持不变]", "我理解为"),
        ("改一下", "改哪一项"),
        ("可用的方法", "想用什么方法"),
        ("QC小组和六西格玛", "我理解为", "QC小组、六西格玛"),
        ("[改一下]", "改哪一项"),
        ("[希望的方式]", "希望怎么帮"),
        ("来厂里培训一下，再长期带", "我理解为"),
        ("[对，继续]", "请过目", "QC小组、六西格玛", "方法培训"),
        ("一个月内", "改好了：急不急：急，一个月内", "请过目"),
        ("[修改]", "改哪一项"),
        ("[可用的方法]", "想用什么方法"),
        ("防错", "请过目", "可用的方法：防错"),
        ("[提交]", "已提交"),
    )
    posted = await only_need(world)
    assert posted.methods == ["poka_yoke"]
    assert posted.forms == ["method_training", "follow_up"]
    assert posted.urgency == "high"


async def test_a_secret_is_pointed_out_and_masked(world: World) -> None:
    await world.run(small_world)
    await world.human(FACTORY).talk(
        ("/need", "别写配方"),
        ("缩水严重，不良率8%，配方：树脂62%，单价3.5元，找13857512345，图号DR-1203A", "我理解为"),
        ("[对，继续]", "不宜公开的内容", "配方", "电话号码", "＊＊＊", "!13857512345", "?遮住再发布", "?结对后才看"),
        ("[遮住再发布]", "请过目"),
        ("[提交]", "已提交"),
    )
    posted = await only_need(world)
    for secret in ("13857512345", "62%", "3.5", "DR-1203A"):
        assert secret not in posted.trouble
    assert "不良率8%" in posted.trouble
    assert (posted.private, posted.secrecy) == (None, "outside")


async def test_a_secret_for_the_pair_is_kept_apart(world: World) -> None:
    await world.run(small_world)
    await world.human(FACTORY).talk(
        ("/need", "哪里不顺"),
        ("缩水严重，不良率8%，配方：树脂62%", "我理解为"),
        ("[对，继续]", "不宜公开"),
        ("结对后才看", "请过目"),
        ("[提交]", "已提交", "!62%"),
    )
    posted = await only_need(world)
    assert "62%" not in posted.trouble and "62%" in (posted.private or "")


async def test_what_others_asked_is_shown_before_submitting(world: World) -> None:
    def others(session: Session) -> None:
        need(session, factory(session, 1002, "嵊州永固焊接厂"), "焊缝老是开裂，喷漆还起泡，客户投诉")

    await world.run(small_world)
    await world.run(others)
    await world.human(FACTORY).talk(
        ("/need", "哪里不顺"),
        ("焊缝开裂、喷漆起泡客诉不断", "我理解为"),
        ("[对，继续]", "现在多少"),
        ("[跳过]", "已有相近的需求", "绍兴：焊缝老是开裂", "!嵊州永固", "?和第1条一起", "?单独提"),
        ("[和第1条一起]", "请过目"),
        ("[提交]", "已提交"),
    )
    posted = await world.run(lambda session: session.get_one(Need, 2))
    assert posted.joined_id == 1


async def test_the_same_need_is_not_taken_twice(world: World) -> None:
    await world.run(small_world)
    again = (("/need", "哪里不顺"), (TROUBLE, "我理解为"), ("[对，继续]", "请过目"))
    await world.human(FACTORY).talk(*again, ("[提交]", "已提交"), *again, ("[提交]", "您已经提过", "?修改"))
    assert (await only_need(world)).version == 1


async def test_a_unit_still_being_verified_may_post(world: World) -> None:
    def unverified(session: Session) -> None:
        session.get_one(Unit, 1).as_incubatee = Standing.PENDING

    await world.run(small_world)
    await world.run(unverified)
    contact, officer = world.human(FACTORY), world.human(ASSOCIATION)
    await contact.talk(
        ("/need", "哪里不顺"), (TROUBLE, "我理解为"), ("[对，继续]", "请过目"), ("[提交]", "核实通过后才公开")
    )
    await officer.talk(("/queue", "待审 1 条"), ("[看第1条]", "单位尚未核实"), ("[批准]", "待单位核实后自动发布"))
    assert (await only_need(world)).status is PostStatus.PENDING
    await world.pass_time(minutes=30)
    assert (await only_need(world)).status is PostStatus.PENDING

    def verify(session: Session) -> None:
        session.get_one(Unit, 1).as_incubatee = Standing.ACTIVE

    await world.run(verify)
    await world.pass_time(minutes=30)
    assert (await only_need(world)).status is PostStatus.PUBLISHED
    assert "已发布，找到 1 家" in contact.seen()


async def test_a_frozen_unit_and_a_stranger_are_told_why_not(world: World) -> None:
    def freeze(session: Session) -> None:
        session.get_one(Unit, 1).as_incubatee = Standing.FROZEN

    await world.run(small_world)
    await world.run(freeze)
    await world.human(FACTORY).talk(
        ("/need", "哪里不顺"), (TROUBLE, "我理解为"), ("[对，继续]", "请过目"), ("[提交]", "暂停新的对接")
    )
    await world.human(MENTOR).talk(("/need", "!哪里不顺"))
    await world.human(ASSOCIATION).talk(("/need", "!哪里不顺"))


async def test_losing_the_role_ends_the_form_politely(world: World) -> None:
    def leave(session: Session) -> None:
        session.get_one(Membership, 1).left_at = clock.now()

    await world.run(small_world)
    await world.human(FACTORY).talk(("/need", "哪里不顺"), (TROUBLE, "我理解为"))
    await world.run(leave)
    await world.human(FACTORY).talk(("[对，继续]", "!请过目"), ("提交", "!已提交"))
    assert await world.run(lambda session: session.scalars(select(Need)).all()) == []


async def test_words_said_before_become_the_first_answer(world: World) -> None:
    await world.run(small_world)
    await world.human(FACTORY).talk(("/need " + TROUBLE, "我理解为", "过程不良率 8% → 2%"), ("[对，继续]", "请过目"))


async def test_a_need_belongs_to_its_unit_and_the_offices_that_watch(world: World) -> None:
    def look(session: Session) -> None:
        factory(session, 1002, "温州别家厂", city="3303", contact="陈工")
        row = need(session, session.get_one(Unit, 1))
        people = {one.name: one for one in session.scalars(select(Person))}
        for name in ("王工", "周市办", "赵审", "郑省办"):
            assert find_need(session, people[name], row.id) is row
        for who in (people["陈工"], people["李总"]):
            for find in (find_need, own_need):
                with pytest.raises(Refused, match="not_found"):
                    find(session, who, row.id)
        with pytest.raises(Refused, match="not_found"):
            own_need(session, people["赵审"], row.id)
        with pytest.raises(Refused, match="not_found"):
            needs.withdraw_need(session, people["李总"], row.id)

    await world.run(small_world)
    await world.run(look)


async def test_a_draft_is_offered_before_another_need_is_begun(world: World) -> None:
    await world.run(small_world)
    contact = world.human(FACTORY)
    await contact.talk(
        ("/need", "哪里不顺"),
        ("焊缝开裂、客诉不断", "我理解为"),
        ("[对，继续]", "有没有数"),
        ("[稍后]", "已存为草稿"),
        ("包装线老是漏装说明书，客户退货", "要登记为需求吗"),
        ("[登记为需求]", "已有草稿“焊缝开裂、客诉不断”", "?接着填", "?另写一条"),
        ("[另写一条]", "我理解为"),
        ("[对，继续]", "有没有数"),
        ("[稍后]", "已存为草稿"),
        ("注塑件缩水，客户退货", "要登记为需求吗"),
        ("[登记为需求]", "已有草稿“包装线老是漏装说明书，客户退货”"),
        ("[接着填]", "接着上次的草稿", "有没有数"),
        ("[跳过]", "请过目", "漏装说明书"),
    )
