"""Logging sessions: guessed from one message, confirmed with one tap, disputed, settled, late, before the baseline."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from models.incubation.concerns import Concern
from models.incubation.pairs import Pair, PairStatus
from models.incubation.sessions import SessionLog, SessionStatus
from models.oversight.duties import Duty
from models.registration.people import Membership, Post
from models.registration.units import Unit
from tests.incubation.people import (
    agree_all,
    arrange,
    cast,
    make_pair,
    make_person,
    person_at,
    press,
    start_pair,
    twice,
)
from tests.talk import World

SAID = "今天下午去做了5S培训，两个半小时，十二个人"


def only_log(session: Session) -> SessionLog:
    return session.query(SessionLog).one()


def last_session(session: Session) -> date | None:
    return session.query(Pair).one().last_session_on


async def test_one_message_two_taps(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(
        ("/log", "一句话就行", "?稍后"),
        (SAID, "我理解为", "质量培训", "11月23日", "2.5 小时", "12", "?对，继续"),
        ("[对，继续]", "有什么结果", "?跳过"),
        ("[跳过]", "✅ 已记下：11月23日（周一） 质量培训 2.5 小时 12 人", "11月30日（周一）前确认"),
    )
    assert people.zhou.taps == 4
    assert "请确认辅导：11月23日（周一） 质量培训 2.5 小时" in people.wang.seen()
    await people.wang.talk((twice("确认"), "✅ 已确认"))
    assert people.zhou.seen().count("对方已确认") == 1
    log = await world.run(only_log)
    assert (log.activity, log.hours, log.people, log.on) == ("training", 2.5, 12, date(2026, 11, 23))
    assert (log.status, log.late, log.before_baseline) == (SessionStatus.CONFIRMED, False, False)


async def test_only_what_is_missing_is_asked_and_never_more_than_five(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(
        ("/log 去了一趟", "算哪种活动", "?质量诊断"),
        ("修电脑", "没对上“修电脑”"),
        ("授课", "是哪一天", "?11月23日（周一）"),
        ("昨天", "一共多久", "?2 小时"),
        ("很久", "没读出时长"),
        ("30", "没读出时长"),
        ("90分钟", "几个人"),
        ("两三个", "没读出数字"),
        ("8人", "✅ 已记下：11月22日（周日） 质量培训 1.5 小时 8 人"),
    )


AFTERNOON = "下午去做了5S培训两个半小时12人"
TOLD_LATE = {
    "zh": ("去了一趟", "算哪种活动", ("质量培训", "11月23日", "2.5 小时", "12"), "对，继续", "跳过"),
    "en": ("went there", "Which kind of activity", ("training", "2.5 h", "12"), "Yes, go on", "Skip"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_whole_sentence_at_a_later_question_is_read_like_the_first(world: World, language: str) -> None:
    people = await cast(world, language=language)
    await arrange(world, start_pair)
    first, asked, understood, agree, skip = TOLD_LATE[language]
    await people.zhou.talk((f"/log {first}", asked), (AFTERNOON, *understood, f"?{agree}"), (f"[{agree}]",))
    await people.zhou.talk((f"[{skip}]", "✅", understood[0]))
    log = await world.run(only_log)
    assert (log.activity, log.hours, log.people, log.on) == ("training", 2.5, 12, date(2026, 11, 23))
    assert log.note == f"{first}\n{AFTERNOON}"


async def test_a_later_sentence_says_only_what_was_missing(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(
        ("/log 昨天去了一趟，3个小时", "我理解为"),
        ("[对，继续]", "算哪种活动"),
        ("给他们讲了一堂SPC课，八个人", "我理解为", "质量培训", "8"),
        ("[对，继续]",),
        ("[跳过]", "✅ 已记下：11月22日（周日） 质量培训 3 小时 8 人"),
        ("/log 去了一趟", "算哪种活动"),
        ("修电脑", "没对上“修电脑”"),
        ("天气不错，路上很堵", "没对上"),
        ("授课", "是哪一天"),
        ("上午去的，两个钟头", "我理解为", "11月23日", "2 小时"),
    )


async def test_what_is_told_one_by_one_is_counted_or_asked(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(
        ("/log 昨天质量培训分三批讲，一批1小时，每批20人", "我理解为", "3 小时", "60"),
        ("[对，继续]",),
        ("[跳过]", "✅ 已记下：11月22日（周日） 质量培训 3 小时 60 人"),
        ("/log 今天质量培训，每场1.5小时，每场25人", "我理解为", "!1.5 小时", "!25"),
        ("[对，继续]", "一共多久"),
        ("两场，每场1.5小时", "几个人"),
        ("25人", "✅ 已记下：11月23日（周一） 质量培训 3 小时 25 人"),
    )


@pytest.mark.parametrize(("language", "asked", "heads"), [("zh", "几个人", "11 人"), ("en", "How many people", "11")])
async def test_how_many_came_is_asked_with_the_numbers_that_may_be_meant(
    world: World, language: str, asked: str, heads: str
) -> None:
    people = await cast(world, language=language)
    await arrange(world, start_pair)
    await people.zhou.talk(
        ("/log", "5S"),
        ("今天下午去做了5S培训，两个半小时，连我12个人", "2.5"),
    )
    agree = "对，继续" if language == "zh" else "Yes, go on"
    await people.zhou.talk((f"[{agree}]", asked, f"?{heads}"), (f"[{heads}]", "✅"))
    assert (await world.run(only_log)).people == 11


async def test_what_is_no_log_is_not_heard_as_one(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(
        ("换模要两个小时，怎么缩短到半小时", "!记成一次辅导"),
        ("今天设备停了三个小时，怎么办", "!记成一次辅导"),
        ("昨天加班4小时，返工了200件", "!记成一次辅导"),
        ("今天下午到车间看了一圈，找出11处毛病，3个小时", "记成一次辅导"),
    )


async def test_a_guess_can_be_corrected(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(
        ("/log " + SAID, "我理解为"),
        ("[改一下]", "改哪一项", "?做了什么", "?活动"),
        ("[活动]", "算哪种活动", "上次的回答：质量培训"),
        ("质量诊断", "我理解为", "质量诊断", "2.5 小时"),
        ("3小时", "改好了：时长：3 小时", "我理解为", "· 时长：3 小时"),
        ("[对，继续]", "有什么结果"),
        ("[跳过]", "质量诊断 3 小时 12 人"),
    )


async def test_late_and_early_sessions_are_welcome(world: World) -> None:
    people = await cast(world)

    async def log(said: str, *seen: str) -> None:
        await people.zhou.talk((f"/log {said}", "我理解为"), ("[对，继续]",), ("[跳过]", *seen))

    await arrange(world, lambda session: agree_all(session, make_pair(session)))
    await log("11月10日去做了质量攻关，3小时，5个人", "先锁基线再做改进", "补记也算数", "✅ 已记下")
    await log("今天去做了质量诊断，3小时，5个人", "✅ 已记下", "!先锁基线", "!补记")
    logs = await world.run(lambda session: [(one.late, one.before_baseline) for one in session.query(SessionLog)])
    assert logs == [(True, True), (False, True)]


async def test_with_several_pairs_the_pair_is_chosen(world: World) -> None:
    people = await cast(world)

    def two(session: Session) -> None:
        start_pair(session)
        other = Unit(name="杭州蓝绸丝绸厂", city="3301")
        session.add(other)
        session.flush()
        session.add(Membership(person_id=person_at(session, 1002).id, unit_id=other.id, post=Post.CONTACT))
        pair = agree_all(session, make_pair(session))
        pair.incubatee = other

    await arrange(world, two)
    await people.zhou.talk(
        ("/log " + SAID, "给哪一对记辅导", "绍兴示例针织厂", "杭州蓝绸丝绸厂"),
        ("[第2对]", "我理解为"),
        ("[对，继续]",),
        ("[跳过]", "✅ 已记下", "2026-0001"),
        ("/log 昨天去蓝绸做质量诊断，3个小时，8个人", "我理解为", "!哪一对"),
        ("[对，继续]",),
        ("[跳过]", "✅ 已记下", "质量诊断 3 小时 8 人（2026-0002）"),
        ("/log", "给哪一对记辅导"),
        ("昨天下午去看了三台机器，两个多小时", "“昨天下午去看了三台机器，两个多小时”", "给哪一对记辅导"),
        ("蓝绸", "我理解为", "11月22日（周日）", "!哪一对"),
        ("/cancel", "?放弃，删掉"),
        ("[放弃，删掉]",),
        ("/log", "给哪一对记辅导"),
        ("昨天下午去蓝绸看了三台机器，两个多小时", "我理解为", "11月22日（周日）"),
        ("/cancel", "?放弃，删掉"),
        ("[放弃，删掉]",),
        ("昨天下午去蓝绸，七个人看了三台机器，两个多小时", "要记成一次辅导吗", "杭州蓝绸丝绸厂", "!绍兴示例"),
        ("/log", "给哪一对记辅导"),
        ("随便", "!算哪种活动", "!我理解为"),
    )


async def test_an_incubatee_tells_its_pairs_by_the_other_side(world: World) -> None:
    people = await cast(world)

    def two(session: Session) -> None:
        start_pair(session)
        other = Unit(name="杭州蓝绸丝绸厂", city="3301")
        session.add(other)
        session.flush()
        agree_all(session, make_pair(session)).incubator = other

    await arrange(world, two)
    seen = ("宁波示例电机公司（2026-0001）", "杭州蓝绸丝绸厂（2026-0002）", "!绍兴示例针织厂")
    await people.wang.talk((SAID, "要记成一次辅导吗", *seen), ("/log " + SAID, "给哪一对记辅导", *seen))


async def test_a_sentence_about_a_session_is_heard_without_a_command(world: World) -> None:
    people = await cast(world)
    await people.zhou.talk((SAID, "我没看懂"))
    await arrange(world, start_pair)
    await people.zhou.talk(
        ("今天天气不错，路上花了两个小时", "我没看懂"),
        (SAID, "要记成一次辅导吗", "绍兴示例针织厂", "?记辅导"),
        ("[记辅导]", "我理解为", "质量培训", "2.5 小时"),
        ("[对，继续]",),
        ("[跳过]", "✅ 已记下：11月23日（周一） 质量培训 2.5 小时 12 人"),
    )
    await people.wang.talk(("报废多，返工也多，想请人来看看", "要登记为需求吗"))


@pytest.mark.parametrize(("language", "yes", "card"), [("zh", "是", "我理解为"), ("en", "yes", "I understand")])
async def test_a_plain_yes_takes_what_was_asked_about(world: World, language: str, yes: str, card: str) -> None:
    people = await cast(world, language=language)
    await arrange(world, start_pair)
    await people.zhou.talk((SAID, "2026-0001"), (yes, card))
    await people.wang.talk(("报废多，返工也多，想请人来看看",), (yes, card))


async def test_a_dispute_is_corrected(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(("/log " + SAID,), ("[对，继续]",), ("[跳过]", "✅ 已记下"))
    await people.wang.talk(
        ("[有出入]", "哪里有出入"),
        ("只有两个小时", "已转告对方"),
    )
    assert "对方说有出入" in people.zhou.seen()
    await people.zhou.talk(
        ("[改正]", "请过目", "时长：2.5 小时"),
        ("[修改]", "改哪一项"),
        ("[时长]", "一共多久"),
        ("2", "时长：2 小时"),
        ("[提交]", "✅ 已记下：11月23日（周一） 质量培训 2 小时 12 人"),
    )
    assert "请确认改过的辅导" in people.wang.seen()
    await people.wang.talk(("[确认]", "✅ 已确认"))
    log = await world.run(only_log)
    assert log.status is SessionStatus.CONFIRMED
    assert (log.versions[0]["hours"], log.versions[0]["objection"]) == ("2.5", "只有两个小时")


async def test_a_dispute_nobody_gives_way_in_is_settled_by_the_office(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(("/log " + SAID,), ("[对，继续]",), ("[跳过]",))
    await people.wang.talk(("[有出入]",), ("根本没来过", "市评审办裁定"))
    await people.zhou.talk(
        (twice("坚持原样"), "已转市评审办裁定", "!没有办成"),  # once before the office it stays there
    )
    duty = await world.run(lambda session: session.query(Duty).filter_by(kind="settle_session").one())
    assert (duty.subject, duty.city) == ("concern:1", "3306")
    await people.xu.talk(("/todo", "裁定"))
    assert "根本没来过" in await press(people.xu, "duty.open", duty.id)
    await people.xu.talk(
        ("[不计]", "理由是什么"),
        ("门卫没有登记，签到表也没有", "这次辅导不计"),
    )
    assert "这次辅导不计" in people.zhou.seen() and "门卫没有登记" in people.wang.seen()
    assert (await world.run(only_log)).status is SessionStatus.STRUCK
    assert (await world.run(lambda session: session.query(Concern).one())).closed_at is not None


async def test_silence_does_not_count_and_can_still_be_made_good(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(("/log " + SAID,), ("[对，继续]",), ("[跳过]",))
    await world.pass_time(days=8)
    assert "暂时不算进度" in people.zhou.seen()
    log = await world.run(only_log)
    assert log.status is SessionStatus.UNANSWERED
    assert await world.run(last_session) is None
    await people.wang.talk(
        ("/pairs",), ("[辅导记录]", "未确认（不算进度）"), ("[第1次]", "?确认"), ("[确认]", "✅ 已确认")
    )
    assert (await world.run(only_log)).status is SessionStatus.CONFIRMED
    assert await world.run(last_session) == date(2026, 11, 23)


async def test_the_incubatee_may_log_and_the_mentor_confirms(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.wang.talk(("/log " + SAID,), ("[对，继续]",), ("[跳过]", "✅ 已记下"))
    await people.zhou.talk(("/log " + SAID,), ("[对，继续]",), ("[跳过]", "对方已经记了这次辅导"))
    await people.zhou.talk(
        ("/cancel",), ("[放弃，删掉]",), ("/pairs",), ("[辅导记录]",), ("[第1次]",), ("[确认]", "✅ 已确认")
    )


async def test_content_can_be_kept_out_of_the_system(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(
        ("/log " + SAID,),
        ("[对，继续]",),
        ("[跳过]",),
        ("[看记录]", "5S培训", "?不进系统"),
        ("[不进系统]", "从系统里删掉吗", "?删掉内容"),
        ("[删掉内容]", "内容已删", "!5S培训"),
    )
    log = await world.run(only_log)
    assert (log.note, log.secrecy) == ("", "kept_out")
    await people.wang.talk(("/pairs",), ("[辅导记录]",), ("[第1次]", "内容不进系统", "!5S"))


async def test_what_was_written_is_for_signers_and_only_while_they_work_in_it(world: World) -> None:
    people = await cast(world)

    def logged(session: Session) -> None:
        start_pair(session)
        sun = make_person(session, 1009, "孙丽")
        session.add(Membership(person_id=sun.id, unit_id=session.query(Pair).one().incubatee_id, post=Post.TEAM))

    await arrange(world, logged)
    await people.zhou.talk(("/log " + SAID,), ("[对，继续]",), ("[跳过]",))
    await people.wang.talk(("[有出入]",), ("只有两个小时", "已转告对方"))
    sun = world.human(1009, "孙丽")
    await sun.talk(
        ("/pairs",),
        ("[辅导记录]", "质量培训 2.5 小时"),
        ("[第1次]", "质量培训 2.5 小时", "有出入", "先签保密承诺", "?保密承诺", "!5S", "!只有两个小时"),
    )
    assert "5S培训" in await press(people.xu, "session.open", 1)

    def end(session: Session) -> None:
        session.query(Pair).one().status = PairStatus.ENDED

    await arrange(world, end)
    seen = await press(people.chen, "session.open", 1)
    assert "质量培训 2.5 小时" in seen and "内容不再给孵化单位看" in seen and "5S" not in seen
    assert "只有两个小时" in await press(people.wang, "session.open", 1)


async def test_nobody_else_sees_or_answers_a_session(world: World) -> None:
    people = await cast(world)

    def others(session: Session) -> None:
        start_pair(session)
        stranger = Unit(name="台州示例泵厂", city="3310")
        session.add(stranger)
        session.flush()
        for one in session.query(Membership).filter_by(person_id=person_at(session, 1002).id):
            one.unit_id = stranger.id

    await arrange(world, others)
    await people.zhou.talk(("/log " + SAID,), ("[对，继续]",), ("[跳过]",))
    await people.li.talk(("/pairs", "现在没有结对"), ("/log", "没有可记的辅导"))
    for action in ("session.open", "session.confirm", "session.dispute", "session.correct", "session.keep_out_sure"):
        assert "没有找到这条记录" in await press(people.li, action, 1), action
        assert "没有找到这条记录" in await press(people.li, action, 999), action
    assert "这一步不归您这一方办" in await press(people.zhou, "session.confirm", 1)  # nobody confirms their own


async def test_a_session_told_twice_lets_go_of_whoever_goes_on(world: World) -> None:
    """The refusal is a card of its own: what is typed under it goes on, and no old button breaks it."""
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(
        (SAID, "?记辅导"), ("[记辅导]",), ("[对，继续]",), ("[跳过]", "✅ 已记下"), ("/log " + SAID, "我理解为")
    )
    card = people.zhou.phone.messages[-1].id
    await people.zhou.talk(
        ("对", "有什么结果"),
        ("跳过", "这次辅导已经记过了", "您填的内容都还在", "?放弃"),
        (lambda phone: phone.tap(card, "改一下"), "请过目", "!没有办成"),
        ("昨天下午去做了质量诊断，3小时", "已存为草稿", "要记成一次辅导吗", "!已经记过"),
        ("[记辅导]", "我理解为", "质量诊断"),
    )
