"""A whole incubation in Chinese, from a newcomer's first word to the month's trend picture and a settled ticket."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from models.exchange.requests import Request
from models.oversight.duties import Duty
from models.system import clock
from tests.faults.afterwards import nothing_of_a_leaver_is_left, ones_own_data_are_complete, strangers_learn_nothing
from tests.spine.cast import RIVAL, SOCKS, STOVES, Cast, gather, morning, pictures, secret_of
from tests.talk import World

TROUBLE = "袜子跳针断纱多，次品率9%，想降到3%，返工的人比干活的还多，想请人来厂里看看"
TEACHES = "用六西格玛和5S带袜业、厨电这类工厂降次品率，先到现场诊断，再带一个攻关项目"
MOST_ACTS = 14


@pytest.mark.fault(36, 37, 46, 47)
@pytest.mark.parametrize("typing", [False, True], ids=["tapped", "typed"])
async def test_a_whole_incubation(world: World, typing: bool) -> None:
    """Once with taps, and once by somebody who only types, the words on the buttons included.

    After the first, strangers try every door, and its people take their data along and have themselves forgotten.
    """
    cast = await gather(world, typing=typing)
    await newcomers_arrive(cast)
    await offices_act_on_their_digests(cast)
    await the_factory_chooses(cast)
    await colleagues_come_in(cast)
    await both_sides_agree(cast)
    await goals_are_locked(cast)
    await a_session_is_logged(cast)
    await the_month_is_reported(cast)
    await a_ticket_is_settled(cast)
    await everybody_else_heard_nothing(cast)
    if not typing:
        await strangers_learn_nothing(world)
        await ones_own_data_are_complete(world, cast)
        await nothing_of_a_leaver_is_left(world, cast)


async def newcomers_arrive(cast: Cast) -> None:
    wang = cast.wang
    await cast.play(
        wang,
        ("/start", "个人信息", "同意前不存", "?同意并开始"),
        ("[同意并开始]", "您的单位叫什么"),
        (SOCKS, "我理解为", "入孵单位", "绍兴 诸暨", "纺织服装"),
        ("[对，继续]", "统一社会信用代码", "?跳过"),
        ("[跳过]", "联系电话"),
        (lambda phone: phone.share_contact(), "请过目", "姓名：王建国"),
        ("[提交]", "已提交", "绍兴市评审办", "11月26日（周四）前核实", "?发布需求"),
        ("[发布需求]", "哪里不顺"),
        (TROUBLE, "我理解为", "六西格玛", "过程不良率 9% → 3%", "质量诊断"),
        ("[对，继续]", "请过目"),
        ("[提交]", "已提交", "省质量协会"),
    )
    assert wang.taps <= MOST_ACTS
    await cast.play(
        cast.hui,
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        ("亿田", "我理解为", STOVES, "获奖名单", "孵化单位", "浙江省政府质量奖"),
        ("[对，继续]", "信用代码"),
        ("[跳过]", "联系电话"),
        (lambda phone: phone.share_contact(), "请过目"),
        ("[提交]", "已提交", "球在省质量协会"),
    )


async def offices_act_on_their_digests(cast: Cast) -> None:
    """The next morning each office finds what waits on it in its digest, and does it from there."""
    hui = cast.hui
    await cast.wait(cast.city, "核实入孵", tells=(cast.city, cast.association))
    assert "绍兴市评审办 11月24日（周二）" in cast.city.seen() and "先办" in cast.city.seen()
    assert "核实孵化" in cast.association.seen() and "审核" in cast.association.seen()
    await cast.play(
        cast.city,
        ("[第1件]", SOCKS, "王建国 13800001001", "?通过", "?退回"),
        ("[通过]", "✅ 已核实"),
        tells=(cast.wang,),
    )
    assert "已核实为入孵单位" in cast.wang.seen()
    await cast.play(
        cast.association,
        ("[第1件]", STOVES, "名单：有，浙江省人民政府质量奖 2017", "?通过"),
        ("[通过]", "✅ 已核实"),
        tells=(hui,),
    )
    assert "已核实为孵化单位" in hui.seen()
    await cast.play(
        hui,
        ("/offer", "能教什么"),
        (TEACHES, "我理解为", "六西格玛、5S管理", "纺织服装"),
        ("[对，继续]", "用哪些方式"),
        ("质量诊断、跟踪辅导", "同时最多带几家"),
        ("[3]", "去哪些市"),
        ("全省", "请过目"),
        ("[提交]", "已提交", "省质量协会审核"),
    )
    await cast.play(
        cast.association,
        ("/queue", "待审 2 条", SOCKS[:8], "浙江亿田"),
        ("[看第2条]", "用六西格玛和5S", "?批准"),
        ("[批准]", "已发布", "还有 1 条待审"),
        ("[下一条]", "袜子跳针断纱多", "?批准"),
        ("[批准]", "已发布", "没有待审的了"),
        tells=(hui, cast.wang),
    )


async def the_factory_chooses(cast: Cast) -> None:
    """Two incubators are proposed with reasons; the first is asked, the second waits in line and never hears of it."""
    wang, hui = cast.wang, cast.hui
    proposed = wang.seen()
    assert "已发布，找到 2 家" in proposed and "球在您这边：选一家，或都问" in proposed
    assert proposed.index(STOVES[:10]) < proposed.index(RIVAL[:8]), "the newcomer's offer fits better"
    assert proposed.count("✓") == 4 and proposed.count("△") == 2
    await cast.play(
        wang,
        ("[看第1家]", STOVES, "✓", "六西格玛", "△", "还有 3 个名额"),
        ("[上一步]", "合适的孵化单位"),
        ("[都问，按此序]", "姓名和电话", STOVES, RIVAL[:8], "只交给接受的那一家"),
        ("[是]", "已请求", f"1. {STOVES}：11月27日（周五）前答复", f"2. {RIVAL}：排队"),
        tells=(hui,),
    )
    asked = hui.seen()
    assert f"{SOCKS}请求贵单位带一带" in asked and "球在您这边：请在 11月27日（周五）前答复" in asked
    assert "✓" in asked and "13800001001" not in asked
    await cast.play(hui, ("[接受]", "结对成功", "2026-0001"), tells=(wang,))
    assert f"结对成功：{STOVES}" in wang.seen() and "您的电话已按您的同意告诉对方" in wang.seen()
    assert "13800001001" in hui.seen() and "13800002001" not in wang.seen()
    answers = await cast.world.run(lambda session: [one.status.value for one in session.scalars(select(Request))])
    assert answers == ["accepted", "released"]


async def colleagues_come_in(cast: Cast) -> None:
    """A backup for the factory and a mentor for the incubator, each by a one-time link."""
    for host, guest, post, name in (
        (cast.wang, cast.li, "备用联络人", "李芳"),
        (cast.hui, cast.zhou, "导师", "周明"),
    ):
        await cast.play(host, ("/invite", "请同事来做什么"), (f"[{post}]", "邀请已做好", "/start "))
        await cast.play(
            guest,
            (f"/start {secret_of(host)}", "个人信息", "?同意并开始"),
            ("[同意并开始]", "请您加入", post, "?接受邀请"),
            ("[接受邀请]", "联系电话"),
            (lambda phone: phone.share_contact(), "擅长教哪些方法" if post == "导师" else "您已加入"),
            *([("六西格玛", "您已加入")] if post == "导师" else []),
            tells=(host,),
        )
        assert f"{name}接受了您的邀请" in host.seen()


async def both_sides_agree(cast: Cast) -> None:
    """Responsible person and team, mentor, undertakings, and the mentor's number by his own consent."""
    wang, li, hui, zhou = cast.wang, cast.li, cast.hui, cast.zhou
    await cast.play(
        wang,
        ("/pairs", "2026-0001", "签约中", "球在您这边：定", "?定责任人"),
        ("[定责任人]", "谁是责任人", "?李芳"),
        ("[李芳]", "首席质量官吗"),
        ("[是]", "团队还有谁"),
        ("张强、赵敏", "责任人：李芳（首席质量官）", "团队：张强、赵敏"),
        tells=(li,),
    )
    await cast.play(
        hui,
        ("/todo", "定导师"),
        ("[第1件]", "谁来当导师", "?周明"),
        ("[周明]", "导师定了：周明"),
        tells=(wang, zhou),
    )
    assert f"请您担任{SOCKS}的导师" in zhou.seen() and "定了导师：周明" in wang.seen()
    for human, name in ((wang, "王建国"), (li, "李芳"), (hui, "李会"), (zhou, "周明")):
        await cast.play(
            human,
            ("/pairs", "2026-0001", "?保密承诺"),
            ("[保密承诺]", "不外传", "?同意并签名"),
            ("[同意并签名]", "请输入您的姓名"),
            (name, f"✅ 已签：{name}，11月24日（周二）"),
        )
    assert "13800002002" not in "".join(message.text for message in wang.phone.messages)
    await cast.play(
        zhou,
        ("/pairs", "?给电话"),
        ("[给电话]", SOCKS, "随时可以收回"),
        ("[是]", "已把您的姓名和电话告诉对方"),
        tells=(wang,),
    )
    assert "13800002002" in wang.seen()


async def goals_are_locked(cast: Cast) -> None:
    """Two indicators with three months each and a target on the better side, confirmed by the mentor."""
    wang, zhou = cast.wang, cast.zhou
    await cast.play(
        wang,
        ("/todo", "定目标"),
        ("[第1件]", "还没有指标", "?加指标"),
        ("[加指标]", "想改善哪个数字", "1/4", "?过程不良率"),
        ("[过程不良率]", "什么单位", "2/4"),
        ("[%]", "最近三个月", "3/4"),
        ("9.2 8.8 9.3", "想做到多少", "4/4", "比基线低"),
        ("3", "请过目", "9.2 · 8.8 · 9.3%"),
        ("[提交]", "已记下：过程不良率", "基线 9.1% → 目标 3%", "还要至少 1 个"),
        ("[加指标]", "!?过程不良率"),
        ("返工率", "最近三个月"),
        ("12 11.5 12.5", "想做到多少"),
        ("6", "请过目"),
        ("[提交]", "已有 2 个", "?送导师确认"),
        ("[送导师确认]", "已送导师确认"),
        tells=(zhou,),
    )
    await cast.play(
        zhou,
        ("/todo", "确认目标"),
        ("[第1件]", "过程不良率", "基线 9.1% → 目标 3%", "返工返修率", "?确认锁定"),
        ("[确认锁定]", "基线已锁定", "进入导入阶段", "/log"),
        tells=(wang, cast.li, cast.hui),
    )
    assert "基线已锁定" in wang.seen() and "过程不良率：9.1 → 3%" in wang.seen()
    assert wang.seen().count("进入导入阶段") == wang.seen().count("2026-0001") == 1, "one letter says it all"


async def a_session_is_logged(cast: Cast) -> None:
    """One message of the mentor, one tap of the factory."""
    cast.read()
    await morning(cast.world)
    assert "新结对 1" in cast.city.seen()
    cast.heard(cast.city)
    wang, zhou = cast.wang, cast.zhou
    await cast.play(
        zhou,
        ("/log", "一句话就行"),
        ("今天上午去厂里做质量诊断，3个小时，8个人", "我理解为", "质量诊断", "11月25日", "3 小时", "8"),
        ("[对，继续]", "有什么结果"),
        (
            "找出跳针的三个原因，下周改送纱嘴",
            "✅ 已记下：11月25日（周三） 质量诊断 3 小时 8 人",
            "12月2日（周三）前确认",
        ),
        tells=(wang,),
    )
    assert "请确认辅导：11月25日（周三） 质量诊断 3 小时" in wang.seen() and "找出跳针的三个原因" in wang.seen()
    await cast.play(wang, ("[确认]", "✅ 已确认"), tells=(zhou,))
    assert "对方已确认" in zhou.seen()


async def the_month_is_reported(cast: Cast) -> None:
    """The clock brings weekly letters, the month's question and the digests; the answer brings the trend picture."""
    wang, zhou, hui = cast.wang, cast.zhou, cast.hui
    offices = (cast.city, cast.association, cast.province, cast.elsewhere)
    asked_at = await cast.wait(wang, "请填 11月的指标", tells=(zhou, hui, *offices))
    assert asked_at.astimezone(clock.SHANGHAI).date() == date(2026, 12, 7)
    assert "球在您这边：12月10日（周四）前" in wang.seen() and "过程不良率：上次 9.3%" in wang.seen()
    assert "绍兴市评审办 12月7日（周一）" in cast.city.seen()
    assert "省质量协会 12月7日（周一）" in cast.association.seen()
    assert "省评审办 12月7日（周一）" in cast.province.seen()
    assert "11月：发布需求 1 · 结对 1 · 办结工单 0" in cast.province.seen()
    assert "本周清单" in zhou.seen() and "该辅导" in zhou.seen()
    await cast.play(
        wang,
        ("[填数据]", "过程不良率，11月是多少", "上一次：9.3%", "?和上月一样"),
        ("[和上月一样]", "返工返修率，11月是多少"),
        ("11.2", "顺不顺"),
        ("[4 比较顺]", "谢谢，11月的数收到了", "过程不良率：9.3%", "返工返修率：11.2%（上次 12.5）", "下次"),
        tells=(zhou,),
    )
    assert f"{SOCKS}报了 11月的数" in zhou.seen() and "顺" not in zhou.seen()
    for human in (wang, zhou):
        assert len(pictures(human)) == 1
    picture = pictures(wang)[0].photo
    assert picture is not None and picture["width"] >= 600 and picture["height"] >= 300
    files = cast.world.sandbox.world.files
    assert files.content(files.find(picture["file_id"])).startswith(b"\x89PNG")


async def a_ticket_is_settled(cast: Cast) -> None:
    """Something is stuck: the city office finds it in its digest, replies, settles; the factory confirms."""
    wang, city = cast.wang, cast.city
    await cast.play(
        wang,
        ("/ticket", "什么事卡住了"),
        ("导师说好这周来，没有来，也联系不上", "有照片或文件", "!和哪个结对"),
        ("[跳过]", "T-2026-0001", "绍兴市评审办", "12月8日（周二）前受理"),
    )
    await cast.wait(city, "受理 T-2026-0001", tells=(city,))
    await cast.play(
        city,
        ("[第1件]", "导师说好这周来", "?受理"),
        ("[受理]", "受理", "?答复"),
        ("[答复]", "答复什么"),
        ("已联系导师单位，周四上午到厂", "已记下：答复"),
        tells=(wang,),
    )
    assert "周四上午到厂" in wang.seen()
    await cast.play(
        city,
        ("[看工单]", "办理", "?办结"),
        ("[办结]", "怎么办好的"),
        ("导师已到厂，约好以后每周四", "已记下：办结"),
        tells=(wang,),
    )
    await cast.play(wang, ("[解决了]", "已办结"), tells=(city,))
    assert "对方确认解决" in city.seen()


async def everybody_else_heard_nothing(cast: Cast) -> None:
    """Bystanders' phones are empty, and another city's officer has read of nobody."""
    for human in cast.bystanders:
        assert not [message for message in human.phone.messages if message.from_bot]
    elsewhere = "".join(message.text for message in cast.elsewhere.phone.messages)
    assert "周报" in elsewhere and "无待办" in elsewhere
    for secret in ("云溪", "亿田", "2026-0001", "王建国", "跳针"):
        assert secret not in elsewhere
    waiting = await cast.world.run(lambda session: [one.kind for one in session.query(Duty).filter_by(done_at=None)])
    assert sorted(waiting) == ["log_session", "name_backup"]
