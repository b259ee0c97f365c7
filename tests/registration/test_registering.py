"""From /start to a submitted unit: what people type and see, and how wrong answers are told what to do."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.registration.awards import HeldAward
from models.registration.people import Role
from models.registration.units import Relation, Standing
from tests.registration.cast import (
    CODE,
    SOCKS,
    STOVES,
    incubatee,
    incubator,
    officer,
    open_duties,
    the_unit,
)
from tests.talk import World

PHOTO = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63000100000500010d0a2db4"
    "0000000049454e44ae426082"
)


async def test_a_newcomer_registers_in_seven_steps(world: World) -> None:
    await officer(world, 12, "周科", Role.CITY, "3306")
    contact = world.human(1001, "王工")
    await contact.talk(
        ("/start", "个人信息", "?同意并开始"),
        ("[同意并开始]", "已记下您的同意", "您的单位叫什么"),
        (SOCKS, "我理解为", "入孵单位", "绍兴 诸暨", "纺织服装", "省内其他"),
        ("[对，继续]", "统一社会信用代码", "?跳过"),
        ("[跳过]", "联系电话", "告诉合作方之前会另外问您"),
        (lambda phone: phone.share_contact(), "请过目", SOCKS, "姓名：王工"),
        ("[提交]", "已提交", "绍兴市评审办", "11月26日（周四）前核实", "现在就可以发布需求", "?发布需求"),
    )
    assert contact.taps == 7
    unit = await world.run(the_unit)
    assert (unit.city, unit.county, unit.industry, unit.relation) == ("3306", "330681", "C18", Relation.OTHER)
    assert (unit.as_incubatee, unit.as_incubator, unit.credit_code) == (Standing.PENDING, Standing.NONE, None)
    assert await world.run(open_duties) == [("verify_incubatee", "city", "3306")]


async def test_a_city_without_officers_leaves_the_ball_with_the_association(world: World) -> None:
    await incubatee(world)
    assert await world.run(open_duties) == [("verify_incubatee", "association", "3306")]


async def test_the_same_industry_as_an_incubator_is_guessed(world: World) -> None:
    await incubator(world)
    await world.human(1001, "王工").talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        ("嵊州森歌厨电有限公司", "绍兴 嵊州", "电气机械", "省内同行业"),
    )


async def test_every_guess_can_be_changed_one_by_one(world: World) -> None:
    await incubator(world)
    contact = world.human(1001, "王工")
    await contact.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        (SOCKS, "我理解为"),
        ("[改一下]", "改哪一项", "?单位名称", "?身份"),
        ("[身份]", "以哪种身份登记", "上次的回答：入孵单位", "?保持不变"),
        ("[保持不变]", "我理解为"),
        ("改一下", "改哪一项"),
        ("[地点]", "在哪个市、县", "上次的回答：绍兴 诸暨", "?杭州", "?更多"),
        ("月球", "没认出“月球”"),
        ("[更多]", "?舟山", "?省外"),
        ("上一步", "我理解为", "绍兴 诸暨"),
        ("柯桥", "改好了：地点：绍兴 柯桥", "我理解为"),
        ("改一下", "改哪一项"),
        ("行业", "主要做什么", "上次的回答：纺织服装"),
        ("外星人", "没对上行业"),
        ("织布的面料厂", "我理解为", "纺织业"),
        ("上下游", "改好了：关系：孵化单位的上下游", "我理解为"),
        ("[对，继续]", "统一社会信用代码"),
        ("我找找", "没看到代码"),
        ("跳过", "是哪家孵化单位的上下游", f"?{STOVES}", "?跳过"),
        ("亿田", "联系电话"),
        ("13912345678", "请过目", "绍兴 柯桥", "纺织业", "孵化单位的上下游", STOVES, "13912345678"),
        ("修改", "改哪一项"),
        ("姓名", "您的姓名", "上次的回答：王工"),
        ("王建国", "请过目", "姓名：王建国"),
        ("[提交]", "已提交"),
    )

    def look(session: Session) -> tuple[str | None, str | None, Relation | None, str]:
        unit = the_unit(session)
        assert unit.partner is not None
        return unit.county, unit.industry, unit.relation, unit.partner.name

    assert await world.run(look) == ("330603", "C17", Relation.CHAIN, STOVES)


async def test_wrong_names_numbers_and_kinds_are_told_what_to_do(world: World) -> None:
    contact = world.human(1001, "王工")
    await contact.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        ("厂", "太短"),
        ("我们厂次品率太高了，客户老投诉，怎么办？", "像是遇到的问题，先替您记着", "叫什么"),
        (lambda phone: phone.send_sticker(), "请用文字", "叫什么"),
        ("<b>云溪</b>&袜业", "我理解为", "!&amp;"),
        ("对", "统一社会信用代码"),
        ("跳过", "在哪个市、县"),
        ("诸暨", "联系电话"),
        (lambda phone: phone.share_contact(own=False), "别人的名片"),
        ("12", "不像电话"),
        ("0575-87001234", "<b>云溪</b>&袜业"),
    )


async def test_a_code_is_checked_and_the_wrong_part_named(world: World) -> None:
    contact = world.human(1001, "王工")
    await contact.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        (SOCKS, "我理解为"),
        ("对", "统一社会信用代码"),
        ("91330681MA2BCD1249", "最后一位应是“8”", "收到“9”"),
        ("91330681MA2BCDI248", "第 15 位", "不用这个字母"),
        ("9133068", "18 位，收到 7 位"),
        ("330681000012345", "最后一位应是"),
        ("９１３３ 0681-ma2bcd1248", "联系电话"),
        ("13812345678", CODE),
        ("提交", "已提交"),
    )
    other = world.human(1002, "李工")
    await other.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        ("绍兴东湖印染有限公司", "我理解为"),
        ("对", "信用代码"),
        (CODE, "这个代码登记的是", SOCKS),
        ("跳过", "县（市、区）"),
    )


@pytest.mark.parametrize("typed", ["不知道", "不在手边。", "没有"])
async def test_who_does_not_know_the_code_skips_it(world: World, typed: str) -> None:
    await world.human(1001, "王工").talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        (SOCKS, "我理解为"),
        ("对", "统一社会信用代码"),
        (typed, "联系电话", "!收到"),
        ("13812345678", "信用代码：–"),
    )


async def test_who_does_not_know_the_code_skips_it_in_english(world: World) -> None:
    await world.human(1001, "Wang", "en").talk(
        ("/start", "?Agree and start"),
        ("[Agree and start]", "name"),
        (SOCKS, "I understand"),
        ("yes", "credit code"),
        ("I don't know", "Your name?", "!18"),
    )


async def test_a_code_tells_the_place_where_the_name_does_not(world: World) -> None:
    await world.human(1001, "王工").talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        ("云溪袜业有限公司", "我理解为", "!地点"),
        ("对", "信用代码"),
        (CODE, "我理解为", "地点：绍兴 诸暨"),
        ("对", "联系电话"),
    )


async def test_a_winner_of_the_roster_is_recognised(world: World) -> None:
    contact = world.human(2001, "李会")
    await contact.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        ("亿田", "我理解为", STOVES, "获奖名单", "孵化单位", "浙江省政府质量奖", "2017", "绍兴", "电气机械"),
        ("[对，继续]", "信用代码"),
        ("[跳过]", "联系电话"),
        (lambda phone: phone.share_contact(), "请过目"),
        ("[提交]", "已提交", STOVES, "球在省质量协会", "/offer"),
    )
    assert contact.taps == 7
    assert await world.run(open_duties) == [("verify_incubator", "association", "3306")]
    award = await world.run(lambda session: session.scalars(select(HeldAward)).one())
    assert (award.award, award.year, award.grade) == ("zhejiang_quality_award", 2017, "浙江省人民政府质量奖")


async def test_near_names_are_asked_and_none_of_them_is_always_there(world: World) -> None:
    await incubatee(world)
    contact = world.human(1002, "赵工")
    await contact.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        ("云溪袜业", "是下面哪一家", f"?{SOCKS}（已登记）", "?都不是"),
        ("都不是", "我理解为", "入孵单位", "纺织服装"),
        ("对", "信用代码"),
    )


async def test_a_winner_the_roster_does_not_list_sends_proof(world: World) -> None:
    await officer(world, 11, "孙协", Role.ASSOCIATION)
    contact = world.human(2002, "陈总")
    await contact.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        ("湖州南浔良木地板有限公司", "我理解为", "入孵单位"),
        ("[改一下]", "改哪一项"),
        ("[身份]", "以哪种身份登记"),
        ("[孵化单位（教方法）]", "我理解为", "身份：孵化单位"),
        ("[对，继续]", "哪一级质量奖", "?市长质量奖（市政府质量奖）", "?县级质量奖"),
        ("市长质量奖", "哪一年获的奖"),
        ("跳过", "拍一张证书"),
        ("没有", "请发图片或文件"),
        (lambda phone: phone.send_photo(PHOTO), "信用代码"),
        ("跳过", "联系电话"),
        ("13800000009", "请过目"),
        ("提交", "已提交", "省质量协会"),
    )
    await world.human(11).talk(
        ("/verify", "湖州南浔良木地板有限公司"),
        ("[看第1家]", "市长质量奖", "没有（名单不全，以证明为准）", "陈总 13800000009", "?看证明", "?通过"),
        ("[看证明]", "只用于核实"),
        ("[通过]", "已核实"),
    )
    assert any(message.photo for message in world.human(11).phone.messages)


async def test_the_longest_review_card_fits_a_phone(world: World) -> None:
    contact = world.human(2002, "欧阳建国")
    await contact.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        ("浙江恒林国际智能椅业家居制造股份有限公司", "?浙江恒林椅业股份有限公司（获奖名单）"),
        ("都不是", "我理解为"),
        ("改一下", "改哪一项"),
        ("身份", "以哪种身份登记"),
        ("孵化单位", "我理解为", "身份：孵化单位"),
        ("对", "哪一级质量奖"),
        ("县级", "县级奖暂不在"),
        ("[发证书请人核实]", "哪一年获的奖"),
        ("2021年，安吉县人民政府县长质量奖，安政发〔2021〕3号文件", "拍一张证书"),
        (lambda phone: phone.send_document("安吉县人民政府县长质量奖获奖证书扫描件.pdf", b"%PDF"), "信用代码"),
        (CODE, "地点：绍兴 诸暨"),
        ("对", "联系电话"),
        ("13800000009", "请过目", "12. 电话"),
        ("提交", "已提交"),
    )


async def test_a_county_award_is_refused_with_a_way_on(world: World) -> None:
    contact = world.human(2002, "陈总")
    begin = (
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        ("湖州南浔良木地板有限公司", "我理解为"),
        ("改一下", "改哪一项"),
        ("身份", "以哪种身份登记"),
        ("孵化单位", "我理解为", "身份：孵化单位"),
        ("对", "哪一级质量奖"),
        ("县级", "县级奖暂不在孵化单位范围（通知第二条）", "?作为入孵单位登记", "?发证书请人核实"),
    )
    await contact.talk(
        *begin,
        ("[作为入孵单位登记]", "信用代码"),
        ("跳过", "联系电话"),
        ("13800000009", "请过目"),
        ("提交", "已提交", "（入孵单位）"),
    )
    unit = await world.run(lambda session: the_unit(session, "湖州南浔良木地板有限公司"))
    assert (unit.as_incubatee, unit.as_incubator) == (Standing.PENDING, Standing.NONE)


async def test_a_county_award_may_be_looked_at_by_a_person(world: World) -> None:
    contact = world.human(2003, "钱总")
    await contact.talk(
        ("/start", "?同意并开始"),
        ("[同意并开始]", "叫什么"),
        ("安吉木桐转椅有限公司", "我理解为"),
        ("改一下", "改哪一项"),
        ("身份", "以哪种身份登记"),
        ("孵化单位", "我理解为", "身份：孵化单位"),
        ("对", "哪一级质量奖"),
        ("县级", "县级奖暂不在"),
        ("[发证书请人核实]", "哪一年获的奖"),
        ("2021年，安政发〔2021〕3号", "拍一张证书"),
        ("跳过", "信用代码"),
        ("跳过", "主要做什么"),
        ("椅子", "没对上行业"),
        ("办公椅", "联系电话"),
        ("13800000009", "请过目"),
        ("提交", "已提交", "（孵化单位）", "省质量协会"),
    )
    award = await world.run(lambda session: session.scalars(select(HeldAward)).one())
    assert (award.award, award.year, award.grade) == ("county_quality_award", 2021, "")


async def test_registering_in_english(world: World) -> None:
    contact = world.human(1001, "Wang Wei", "en")
    await contact.talk(
        ("/start", "?Agree and start"),
        ("[Agree and start]", "What is your unit called"),
        (SOCKS, "I understand", "Incubatee (learns)", "Shaoxing Zhuji", "garments"),
        ("[Yes, go on]", "credit code"),
        ("91330681MA2BCD1249", "last character should be “8”"),
        ("[Skip]", "phone number"),
        (lambda phone: phone.share_contact(), "please look it over", "Name: Wang Wei"),
        ("[Submit]", "Submitted", "quality association", "by Thu 26 Nov", "post a need now"),
        ("/me", "contact", "to be verified"),
        ("/help", "You can now", "/need"),
        ("/unit", "incubatee"),
        ("/team", "Wang Wei"),
        ("/mydata", "What we keep about you"),
    )
    assert contact.taps == 13
