"""The monthly check-in: asked before the tenth, answered in a minute, odd figures asked back, misses called about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.sandbox import methods
from models.incubation.checkins import Checkin, CheckinStatus, period_to_ask
from models.incubation.concerns import Cause, Concern
from models.incubation.measurements import Measurement
from models.incubation.pairs import Pair, Warning
from models.incubation.pulses import Pulse
from models.oversight.duties import Duty
from models.system import calendar, clock
from models.system.letters import Letter
from tests.incubation.people import arrange, cast, leap, press, start_pair, twice
from tests.talk import World

SEVENTH = datetime(2026, 12, 7, 9, 0, tzinfo=clock.SHANGHAI)  # three working days before Thursday the tenth


def figures(session: Session) -> list[tuple[str, float]]:
    return [(one.period.isoformat(), one.value) for one in session.query(Measurement).order_by(Measurement.id)]


def pictures(session: Session, template: str) -> list[dict[str, Any]]:
    return [one.extra["picture"] for one in session.query(Letter).filter_by(template=template)]


async def test_a_month_is_reported_in_a_minute(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await leap(world, SEVENTH)
    assert "请填 11月的指标（2026-0001）" in people.wang.seen() and "上次 8.3%" in people.wang.seen()
    await people.wang.talk(
        ("[填数据]", "报废率，11月是多少", "上一次：8.3%", "?和上月一样"),
        ("７．５％", "交付及时率，11月是多少"),
        ("[和上月一样]", "顺不顺", "?5 很顺"),
        ("4", "谢谢，11月的数收到了", "报废率：7.5%（上次 8.3）", "交付及时率：91%", "下次：2027年1月11日（周一）前"),
    )
    seen = people.zhou.seen()
    assert "绍兴示例针织厂报了 11月的数" in seen and "报废率：7.5%" in seen
    assert "顺" not in seen and "评分" not in seen
    assert await world.run(figures) == [("2026-11-01", 7.5), ("2026-11-01", 91.0)]
    spec = (await world.run(lambda session: pictures(session, "checkin_thanks")))[0]
    assert (spec["title"], spec["labels"]) == ("报废率", ["8月", "9月", "10月", "11月"])
    assert (spec["values"], spec["baseline"], spec["target"]) == ([8.1, 7.9, 8.3, 7.5], pytest.approx(8.1), 5.0)
    assert people.wang.phone.inbox == [] or any(message.photo for message in people.wang.phone.messages)


async def test_a_server_of_six_methods_is_enough(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pictures, files, menus or signs of typing, taps, typed answers and receipts still go their way."""
    six = ("getme", "deletewebhook", "getupdates", "sendmessage", "editmessagetext", "answercallbackquery")
    monkeypatch.setattr(methods, "METHODS", {name: methods.METHODS[name] for name in six})
    people = await cast(world)
    await arrange(world, start_pair)
    await world.channel.show_commands({"": [("need", "发布需求")]})
    await leap(world, SEVENTH)
    await people.wang.talk(
        ("[填数据]", "报废率，11月是多少"),
        ("7.5", "交付及时率"),
        ("[和上月一样]", "顺不顺"),
        ("[4 比较顺]", "谢谢，11月的数收到了", "报废率：7.5%（上次 8.3）", "?看结对"),
        ("[看结对]", "2026-0001"),
    )
    assert "绍兴示例针织厂报了 11月的数" in people.zhou.seen()
    assert not [message for message in people.wang.phone.messages if message.photo]


async def test_nothing_has_changed_in_two_taps(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await leap(world, SEVENTH)
    await people.wang.talk(
        ("[和上月一样]", "顺不顺"),
        ("[5 很顺]", "谢谢", "报废率：8.3%"),
    )
    assert await world.run(figures) == [("2026-11-01", 8.3), ("2026-11-01", 91.0)]


async def test_all_figures_in_one_message(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await leap(world, SEVENTH)
    await people.wang.talk(
        ("[填数据]", "按顺序一次写齐 2 项"),
        ("7.5 92", "我理解为", "报废率 7.5% · 交付及时率 92%"),
        ("[对，继续]", "顺不顺"),
        ("[跳过]", "报废率：7.5%", "交付及时率：92%"),
    )


@pytest.mark.fault(30)
async def test_odd_figures_are_asked_back_and_wrong_units_never_stored(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await leap(world, SEVENTH)
    await people.wang.talk(
        ("[填数据]",),
        ("大概吧", "没读出数字"),
        ("3500", "超出了报废率可能的范围"),
        ("-3", "超出"),
        ("降了2个点", "是变化，不是水平"),
        ("7到8之间", "请写一个准数"),
        ("1e309", "没读"),
        ("NaN", "没读"),
        ("81", "报废率 81%，单位对吗", "往期是 8.3%", "?没错：81"),
        ("82", "差得也很多"),
        ("8.1", "交付及时率，11月是多少"),
        ("0.95", "像是小数"),
        ("约95", "顺不顺"),
        ("[跳过]", "报废率：8.1%", "交付及时率：95%"),
    )
    assert await world.run(figures) == [("2026-11-01", 8.1), ("2026-11-01", 95.0)]


async def test_an_odd_figure_that_is_right_is_kept_and_marked(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await leap(world, SEVENTH)
    await people.wang.talk(
        ("[填数据]",),
        ("3500PPM", "报废率 0.35%，单位对吗"),
        ("[没错：0.35]", "交付及时率"),
        ("[跳过]", "顺不顺"),
        ("[跳过]", "报废率：0.35%", "!交付及时率："),
    )
    marks = await world.run(lambda session: [(one.value, one.odd, one.typed) for one in session.query(Measurement)])
    assert marks == [(0.35, True, "3500PPM")]


async def test_a_low_rating_asks_one_reason_and_reaches_the_office(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await leap(world, SEVENTH)
    await people.wang.talk(
        ("[和上月一样]", "顺不顺"),
        ("2", "主要卡在哪里", "?人员能力不足"),
        ("导师半个月没来了", "谢谢"),
    )
    assert "导师半个月没来" not in people.zhou.seen()
    await people.zhou.talk(("/pairs", "球在", "!评分"))
    await people.wang.talk(("/pairs", "!评分"))
    assert "对孵化评分低" in await press(people.xu, "pair.open", 1)
    duty = await world.run(lambda session: session.query(Duty).filter_by(kind="ask_unit").one())
    assert duty.due_at == calendar.add_working_days(SEVENTH, 1)
    await people.xu.talk(("/todo", "示例针织厂：打电话，评分低"))
    assert "评分 2，原因：导师半个月没来了" in await press(people.xu, "duty.open", duty.id)
    await people.xu.talk(
        ("[打过了]", "电话结果"),
        ("没打通", "备注"),
        ("[跳过]", "没打通。下一个工作日再打"),
    )
    duty = await world.run(lambda session: session.query(Duty).filter_by(kind="ask_unit", done_at=None).one())
    await press(people.xu, "duty.open", duty.id)
    await people.xu.talk(("[打过了]",), ("已解决",), ("导师下周起每周来", "办结"))
    assert await world.run(lambda session: session.query(Duty).filter_by(kind="ask_unit", done_at=None).count()) == 0
    assert await world.run(lambda session: session.query(Pulse).one().rating) == 2


async def test_ratings_are_asked_every_two_months_only(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await leap(world, SEVENTH)
    await people.wang.talk(("[和上月一样]",), ("5", "谢谢"))
    await leap(world, datetime(2027, 1, 6, 9, 0, tzinfo=clock.SHANGHAI))
    assert "请填 12月的指标" in people.wang.seen()
    await people.wang.talk(("[和上月一样]", "谢谢", "!顺不顺"))
    await leap(world, datetime(2027, 2, 8, 9, 0, tzinfo=clock.SHANGHAI))
    await people.wang.talk(("[和上月一样]", "顺不顺"))


async def test_figures_can_be_put_right_afterwards(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await leap(world, SEVENTH)
    await people.wang.talk(
        ("[填数据]",),
        ("7.5 92",),
        ("[对，继续]",),
        ("[跳过]", "?改数据"),
        ("[改数据]", "哪一项要改", "?报废率 7.5%", "?交付及时率 92%"),
        ("9.5", "“9.5”是哪一项的数"),
        ("[报废率 7.5%]", "应是多少", "刚才报的：7.5%"),
        ("7.2", "报废率：7.2%", "交付及时率：92%", "!顺不顺"),
        ("[改数据]", "?报废率 7.2%"),
        ("看错了，交付是93", "我理解为", "交付及时率", "93%"),
        ("[对，继续]", "交付及时率：93%", "报废率：7.2%"),
    )
    found = await world.run(figures)
    assert found[:2] == [("2026-11-01", 7.5), ("2026-11-01", 92.0)]
    assert found[2:] == [("2026-11-01", 7.2), ("2026-11-01", 93.0)]


async def test_two_misses_become_a_call_and_the_unit_is_left_in_peace(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    for day in (date(2026, 12, 7), date(2026, 12, 17), date(2027, 1, 6), date(2027, 1, 18)):
        await leap(world, datetime(day.year, day.month, day.day, 9, 0, tzinfo=clock.SHANGHAI))
    concern = await world.run(lambda session: session.query(Concern).filter_by(cause=Cause.TWO_MISSES).one())
    duty = await world.run(lambda session: session.query(Duty).filter_by(kind="call_unit").one())
    assert duty.subject == f"concern:{concern.id}"
    assert await world.run(lambda session: session.get_one(Pair, 1).warning) is not Warning.GREEN
    people.wang.phone.read()
    await leap(world, datetime(2027, 2, 8, 9, 0, tzinfo=clock.SHANGHAI))
    assert await world.run(lambda session: session.query(Checkin).count()) == 3
    assert "指标" not in people.wang.seen()
    asked = await world.run(lambda session: session.query(Duty).filter_by(kind="answer_checkin", done_at=None).count())
    assert asked == 0
    await people.xu.talk(("/todo", "示例针织厂：打电话"))
    await press(people.xu, "duty.open", duty.id)
    assert "王建国 13800001001" in people.xu.seen()
    await people.wang.talk(
        ("/pairs", "?填数据"), ("[填数据]", "报废率"), ("8", "交付"), ("91", "顺不顺"), ("5", "谢谢")
    )
    assert await world.run(lambda session: session.get_one(Concern, concern.id).closed_at) is not None


async def test_reminders_stop_with_the_answer(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await leap(world, SEVENTH)
    await people.wang.talk(("[和上月一样]",), ("5",))
    people.wang.phone.read()
    await world.pass_time(days=12)
    assert "指标" not in people.wang.seen()


async def test_a_double_tap_reports_once(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await leap(world, SEVENTH)
    await people.wang.talk(("[和上月一样]", "顺不顺"), (twice("5 很顺"), "谢谢"))
    assert len(await world.run(figures)) == 2


async def test_early_ratings_in_one_tap(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await world.pass_time(days=11)
    assert "开始十天了，孵化顺不顺" in people.wang.seen()
    assert await world.due("pulses_early") == []  # asked once
    await people.wang.talk(
        (twice("1 很不顺"), "主要卡在哪里"),
        ("[资金]", "市评审办一个工作日内联系您"),
    )
    assert await world.run(lambda session: [(one.rating, one.reason) for one in session.query(Pulse)]) == [(1, "money")]


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2026, 12, 4), None),
        (date(2026, 12, 7), date(2026, 11, 1)),
        (date(2026, 12, 10), date(2026, 11, 1)),
        (date(2026, 12, 11), None),  # whoever comes back from a pause now is not asked any more
        (date(2026, 5, 11), date(2026, 4, 1)),  # 10 May 2026 was a Sunday
        (date(2026, 2, 4), None),  # the tenth of February 2026 is followed by the Spring Festival, not in it
        (date(2026, 2, 5), date(2026, 1, 1)),
        (date(2024, 2, 6), None),
        (date(2024, 2, 7), date(2024, 1, 1)),  # 10 February 2024 lay in the holidays: due on the 18th, a swap day
    ],
)
def test_when_a_month_is_asked_about(day: date, period: date | None) -> None:
    assert period_to_ask(day) == period


def test_the_tenth_in_the_spring_festival_moves_behind_it() -> None:
    assert calendar.local_day(calendar.due_by_tenth(date(2024, 1, 1))) == date(2024, 2, 18)


async def test_other_peoples_check_ins_do_not_exist(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await leap(world, SEVENTH)
    await people.chen.talk(("/pairs", "!填数据"))
    assert "这一步不归您这一方办" in await press(people.chen, "checkin.open", 1)
    assert "没有找到这条记录" in await press(people.wang, "checkin.open", 99)
    assert (await world.run(lambda session: session.query(Checkin).one())).status is CheckinStatus.OPEN
