"""Registering off the beaten track: other provinces, two units, both sides, drafts, double work, early troubles."""

from models.registration.people import Membership, Role
from models.registration.units import Side, Standing, Unit
from models.system.dialogs import Dialog
from tests.registration.cast import (
    OUTSIDER,
    SOCKS,
    STOVES,
    arrive,
    held,
    incubatee,
    incubator,
    officer,
    open_duties,
    the_unit,
)
from tests.talk import World


async def test_outside_the_province_only_with_an_incubator_that_confirms(world: World) -> None:
    await incubator(world)
    await officer(world, 11, "孙协", Role.ASSOCIATION)
    supplier = world.human(3001, "赵六")
    await supplier.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        (OUTSIDER, "我理解为", "地点：江苏", "化学纤维", "!关系"),
        ("对", "信用代码"),
        ("跳过", "须是某家孵化单位的上下游", f"?{STOVES}", "?都不是"),
        ("[都不是]", "省外单位目前只能", "通知第二条", "点“稍后”退出"),
        ("亿田", "联系电话"),
        ("13800000003", "请过目", STOVES),
        ("提交", "已提交", f"球在{STOVES}"),
    )
    assert await world.run(open_duties) == [("confirm_relation", None, "3306")]
    await world.human(11).talk(("/verify", "!" + OUTSIDER))
    teacher = world.human(2001)
    assert f"{OUTSIDER}说是{STOVES}的上下游" in teacher.phone.messages[-1].text
    again = held(teacher, "是上下游")
    await teacher.talk(("[是上下游]", "已确认"), (again, "已经是“已确认”"))
    assert "确认了与" in supplier.phone.messages[-1].text
    await world.human(11).talk(
        ("/verify", OUTSIDER), ("[看第1家]", "省外 江苏", "已确认", "?通过"), ("[通过]", "已核实")
    )
    assert "已核实为入孵单位" in supplier.phone.messages[-1].text


async def test_a_denied_relation_sends_an_outsider_back_and_leaves_an_insider(world: World) -> None:
    await incubator(world)
    supplier = world.human(3001, "赵六")
    await supplier.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        (OUTSIDER, "我理解为"),
        ("对", "信用代码"),
        ("跳过", "上下游"),
        ("亿田", "联系电话"),
        ("13800000003", "请过目"),
        ("提交", "已提交"),
    )
    await world.human(2001).talk(("[不是]", "不算上下游"))
    said = "\n".join(message.text for message in supplier.phone.messages)
    assert "没有确认" in said and "资质不符" in said
    unit = await world.run(lambda session: the_unit(session, OUTSIDER))
    assert (unit.as_incubatee, unit.relation_unit_id) == (Standing.RETURNED, None)


async def test_a_draft_survives_and_is_taken_up_again(world: World) -> None:
    contact = world.human(1001, "王工")
    await contact.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        (SOCKS, "我理解为"),
        ("对", "信用代码"),
        ("[稍后]", "已存为草稿"),
        ("/me", "还没有登记单位", "?登记单位"),
        ("[登记单位]", "接着上次的草稿", "信用代码"),
        ("/cancel", "放弃"),
        ("[放弃，删掉]", "没有提交"),
    )
    assert await world.run(lambda session: session.query(Dialog).count()) == 0
    assert await world.run(lambda session: session.query(Unit).count()) == 0


async def test_a_trouble_typed_first_is_carried_through_registration(world: World) -> None:
    contact = await arrive(world, 1001, "王工")
    await contact.talk(
        ("/me", "还没有登记单位"),
        ("我们袜子的次品率太高，返工多", "这可以登记为需求", "?先登记单位"),
        ("[先登记单位]", "叫什么"),
        (SOCKS, "我理解为"),
        ("对", "信用代码"),
        ("[稍后]", "已存为草稿"),
        ("/register", "接着上次的草稿", "信用代码"),
        ("跳过", "联系电话"),
        ("13800000001", "请过目"),
        ("提交", "已提交", "我们袜子的次品率太高", "?登记为需求"),
        ("[登记为需求]", "我理解为", "!叫什么"),
    )
    (form,) = await world.run(lambda session: list(session.query(Dialog)))
    assert form.form == "post_need" and form.answers["trouble"].startswith("我们袜子的次品率太高")


async def test_a_trouble_of_a_registered_unit_becomes_a_need(world: World) -> None:
    contact = await incubatee(world)
    await contact.talk(
        ("你好", "您现在可以"),
        (lambda phone: phone.send_sticker(), "没有正在填的表"),
        ("最近印花色差大，客户退货", "要登记为需求吗", "?登记为需求"),
        ("[登记为需求]", "我理解为", "可用的方法"),
    )


async def test_one_person_two_units_and_the_hat(world: World) -> None:
    contact = await incubatee(world)
    second = "义乌双虹饰品有限公司"
    await contact.talk(
        ("/register", "您已经登记", SOCKS, "?登记单位"),
        ("[登记单位]", "叫什么"),
        (second, "金华 义乌", "其他制造业"),
        ("对", "信用代码"),
        ("跳过", "请过目", "姓名：王工", "电话：13800000001"),
        ("提交", "已提交", second),
        ("/me", f"▸ {second}", f"· {SOCKS}", "?代表第1家"),
        ("/unit", second),
        ("/me", "?代表第1家"),
        ("[代表第1家]", f"现在代表{SOCKS}"),
        ("/unit", SOCKS),
        ("/me", f"▸ {SOCKS}"),
    )


async def test_a_unit_on_both_sides(world: World) -> None:
    contact = await incubator(world)
    await contact.talk(
        ("/unit", "孵化单位：✅ 已核实", "?也登记入孵"),
        ("[也登记入孵]", "什么关系", "!叫什么", "!信用代码"),
        ("同行业", "请过目", "省内同行业", "!单位名称"),
        ("提交", "已提交", "（入孵单位）"),
        ("/unit", "孵化单位：✅ 已核实", "入孵单位：⏳ 待核实", "!也登记"),
    )
    unit = await world.run(lambda session: the_unit(session, STOVES))
    assert unit.sides == [Side.INCUBATOR, Side.INCUBATEE]
    assert await world.run(lambda session: session.query(Unit).count()) == 1


async def test_a_unit_is_registered_once(world: World) -> None:
    """Two people fill in the same new unit side by side; the second is led to the first."""
    first, second = world.human(1, "王一一"), world.human(2, "王二二")
    for human in (first, second):
        await human.talk(
            ("/start", "?同意并开始"),
            ("[同意并开始]", "叫什么"),
            (SOCKS, "我理解为"),
            ("对", "信用代码"),
            ("跳过", "联系电话"),
            ("13800000001", "请过目"),
        )
    await first.talk(("提交", "已提交"))
    await second.talk(("提交", "是下面哪一家"), (SOCKS, "请过目"), ("提交", "请它确认您是同事"))
    assert await world.run(lambda session: session.query(Unit).count()) == 1
    assert await world.run(lambda session: session.query(Membership).count()) == 1


async def test_submitting_twice_counts_once(world: World) -> None:
    contact = world.human(1001, "王工")
    for did in ("/start", "[同意并开始]", SOCKS, "[对，继续]", "[跳过]", "13800000001"):
        await contact.do(did)
    again = held(contact, "提交")
    await contact.talk(("[提交]", "已提交"), (again, "!已提交"), ("提交", "!已提交"))
    assert await world.run(lambda session: session.query(Unit).count()) == 1


async def test_nobody_floods_the_offices(world: World) -> None:
    contact = await incubatee(world)
    for name in ("绍兴甲子染整有限公司", "绍兴乙丑泵业有限公司", "绍兴丙寅模具有限公司"):
        await contact.do("/register")
        for did in ("[登记单位]", name, "[对，继续]", "[跳过]", "[越城]", "[提交]"):
            await contact.do(did)
    assert "还在等答复" in contact.seen()
    assert await world.run(lambda session: session.query(Unit).count()) == 3


async def test_a_trouble_typed_as_the_name_is_kept(world: World) -> None:
    contact = world.human(1001, "王工")
    await contact.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        ("设备老停机，交期老拖", "先替您记着", "只填单位名称"),
        (SOCKS, "我理解为"),
        ("对", "信用代码"),
        ("跳过", "联系电话"),
        ("13800000001", "请过目"),
        ("提交", "已提交", "设备老停机", "?登记为需求"),
    )
