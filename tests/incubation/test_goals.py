"""Goals: what counts as a target, figures typed in any way, counting first, the lock, and changes after it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from models.incubation import baselines
from models.incubation.goals import Goal, GoalStatus, add_goal
from models.incubation.measurements import gain_of_pair
from models.incubation.pairs import Pair, PairStatus
from models.oversight.duties import Duty
from models.system import clock
from tests.incubation.people import agree_all, arrange, cast, leap, make_pair, person_at, press, start_pair, twice
from tests.talk import World


def agreed(session: Session) -> Pair:
    return agree_all(session, make_pair(session))


def goals(session: Session) -> list[tuple[str, str, list[float], float | None, str]]:
    query = session.query(Goal).order_by(Goal.id)
    return [(goal.indicator, goal.unit, goal.values, goal.target, goal.status.value) for goal in query]


async def test_a_baseline_at_its_end_and_targets_on_the_wrong_side(world: World) -> None:
    people = await cast(world)
    await arrange(world, agreed)
    await people.wang.talk(
        ("/pairs",),
        ("[目标]", "还没有指标"),
        ("[加指标]",),
        ("产品合格率", "最近三个月"),
        ("100 100 100", "产品合格率已经是 100%", "没有再改善的余地"),
        ("99.5 99.6 99.7", "比基线高"),
        ("比现在高一半", "没读出目标", "!这个月"),
        ("99.6", "没有好过基线", "大于 99.6"),
        ("101", "超出了产品合格率可能的范围"),
        ("99.62", "请过目"),
        ("[提交]", "算成效时只算一半"),
        ("[加指标]",),
        ("客户投诉数", "最近三个月"),
        ("0 0 0", "客户投诉数已经是 0 件/月"),
        ("3 2 4", "比基线低"),
        ("0", "请过目"),
        ("[提交]", "基线 3 件/月 → 目标 0 件/月", "!只算一半"),
    )


async def test_what_a_need_did_not_name_is_not_said_to_be_named(world: World) -> None:
    people = await cast(world)
    await arrange(world, lambda session: agree_all(session, make_pair(session, indicators=())))
    await people.wang.talk(
        ("/pairs",),
        ("[目标]", "还没有指标"),
        ("[加指标]", "想改善哪个数字", "!需求里提到"),
        ("报废率", "最近三个月"),
        ("[没有数据]", "请过目"),
        ("[提交]", "先计数到 2027年2月11日（周四）", "到那天再定", "!两个月后"),
    )


async def test_a_colleague_takes_the_indicator_of_a_draft(world: World) -> None:
    """Whoever comes back to a half-filled form is asked for another one."""
    people = await cast(world)
    await arrange(world, agreed)
    await people.wang.talk(
        ("/pairs",),
        ("[目标]",),
        ("[加指标]",),
        ("过程不良率", "什么单位"),
        ("[%]", "最近三个月"),
        ("9.1 9.2 9.3", "想做到多少"),
        ("[稍后]", "已存为草稿"),
    )
    await people.li.talk(
        ("/pairs",),
        ("[目标]",),
        ("[加指标]",),
        ("过程不良率",),
        ("[%]",),
        ("9 8 9",),
        ("3", "请过目"),
        ("[提交]", "已记下"),
    )
    await people.wang.talk(
        ("[继续填]", "过程不良率已经在列表里了，请换一个", "想改善哪个数字"),
        ("客户投诉数", "想做到多少", "!没有办成"),
    )


async def test_figures_in_any_spelling_and_another_unit(world: World) -> None:
    people = await cast(world)
    await arrange(world, agreed)
    await people.wang.talk(
        ("/pairs",),
        ("[目标]",),
        ("[加指标]",),
        ("不良率", "用什么单位记", "?%", "?PPM"),
        ("[%]", "最近三个月"),
        ("１２．５％ 11万PPM 百分之十二", "比基线低"),
        ("约5", "12.5 · 11 · 12%", "目标：5%"),
        ("[提交]", "基线 11.83% → 目标 5%"),
        ("[加指标]",),
        ("没听说过的指标", "没对上"),
        ("不良率", "已经在列表里了"),
        ("QC课题数", "最近三个月"),
        ("1 2 3 4", "好几个数"),
        ("1 2 3",),
        ("6",),
        ("[提交]", "已有 2 个"),
    )
    assert await world.run(goals) == [
        ("process_defect_rate", "%", [12.5, 11.0, 12.0], 5.0, "draft"),
        ("qc_project_count", "项", [1.0, 2.0, 3.0], 6.0, "draft"),
    ]


async def test_activities_alone_are_no_goal(world: World) -> None:
    people = await cast(world)
    await arrange(world, agreed)

    async def add(name: str) -> None:
        await people.wang.talk(("[加指标]",), (name,), ("1 2 3",), ("6",), ("[提交]",))

    await people.wang.talk(("/pairs",), ("[目标]",))
    await add("QC课题数")
    await add("合理化建议")
    await people.wang.talk(("[送导师确认]", "至少要有一个结果指标"))


async def test_without_figures_counting_comes_first(world: World) -> None:
    people = await cast(world)
    await arrange(world, agreed)
    wang, zhou = people.wang, people.zhou
    await wang.talk(
        ("/pairs",),
        ("[目标]",),
        ("[加指标]",),
        ("[报废率]",),
        ("8.1 7.9 8.3",),
        ("5",),
        ("[提交]",),
        ("[加指标]",),
        ("OEE", "最近三个月", "?没有数据"),
        ("还没统计", "请过目", "没有数据"),
        ("[提交]", "先计数到 2027年2月11日（周四）", "没有三个月的数"),
        ("[送导师确认]", "已送导师确认"),
    )
    await zhou.talk(("[确认锁定]", "先计数到"))
    assert await world.run(lambda session: session.get_one(Pair, 1).status) is PairStatus.INTRODUCTION
    for month, day in ((12, 7), (1, 6), (2, 8)):
        await leap(world, datetime(2026 if month == 12 else 2027, month, day, 9, 0, tzinfo=clock.SHANGHAI))
        await wang.talk(("[填数据]",), ("8",), (f"{60 + month % 12}",), ("[跳过]" if month != 1 else "/pairs",))
    await leap(world, datetime(2027, 2, 12, 9, 0, tzinfo=clock.SHANGHAI))
    assert "计数满两个月了" in wang.seen()
    await wang.talk(
        ("[目标]", "?改第2项"),
        ("[改第2项]", "新的基线"),
        ("60 61 62", "目标是多少"),
        ("70", "请过目", "计数期满"),
        ("[提交]", "已送导师确认"),
    )
    assert "请确认" in zhou.seen()
    await zhou.talk(("[确认锁定]", "改动已生效", "基线 61% → 目标 70%"))
    assert await world.run(lambda session: session.query(Duty).filter_by(kind="set_goals", done_at=None).count()) == 0


async def test_after_the_lock_a_change_is_a_new_row_with_a_reason(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.wang.talk(
        ("/pairs",),
        ("[目标]", "?改第1项", "!?加指标"),
        ("[改第1项]", "改什么", "?换口径"),
        ("[改目标]", "目标是多少", "?目标不变"),
        ("9", "没有好过基线"),
        ("4", "为什么改"),
        ("客户要求更严了", "请过目"),
        ("[提交]", "已送导师确认"),
    )
    await people.zhou.talk(("[确认锁定]", "改动已生效", "目标 4%"))
    assert await world.run(goals) == [
        ("scrap_rate", "%", [8.1, 7.9, 8.3], 5.0, "retired"),
        ("on_time_delivery", "%", [89.0, 90.0, 91.0], 97.0, "locked"),
        ("scrap_rate", "%", [8.1, 7.9, 8.3], 4.0, "locked"),
    ]
    await people.wang.talk(
        ("/pairs",),
        ("[目标]",),
        ("[改第1项]",),
        ("[换口径]",),
        ("6 6.2 6.4", "目标是多少"),
        ("[目标不变]", "为什么改"),
        ("只算当班报废", "请过目"),
        ("[提交]",),
    )
    await people.zhou.talk(("[退回]",), ("请先讨论再改", "已退回"))
    rows = await world.run(
        lambda session: [(goal.series, goal.status) for goal in session.query(Goal).order_by(Goal.id)]
    )
    assert rows[2:] == [(1, GoalStatus.LOCKED), (4, GoalStatus.DROPPED)]


async def test_the_lock_holds_once_and_only_for_the_signed(world: World) -> None:
    people = await cast(world)
    await arrange(world, make_pair)
    await people.chen.talk(("/pairs",), ("[目标]", "先签保密承诺"))
    assert "先签保密承诺" in await press(people.wang, "pair.goals", 1)
    assert "这一步不归您这一方办" in await press(people.wang, "goals.lock", 1)
    assert "这一步不归您这一方办" in await press(people.chen, "goals.propose", 1)
    assert "没有等您确认的目标" in await press(people.chen, "goals.lock", 1)
    assert "没有找到这条记录" in await press(people.zhou, "goals.lock", 1)  # not this pair's mentor yet
    assert "没有找到这条记录" in await press(people.xu, "pair.goals", 2)


async def test_two_taps_on_the_lock_are_one(world: World) -> None:
    people = await cast(world)

    await arrange(world, proposed)
    await people.zhou.talk((twice("确认锁定"), "基线已锁定", "没有等您确认的目标"))
    assert people.wang.seen().count("基线已锁定") == 1
    assert await world.run(lambda session: session.query(Goal).filter_by(status=GoalStatus.LOCKED).count()) == 2


async def test_gain_may_be_negative(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await leap(world, datetime(2026, 12, 7, 9, 0, tzinfo=clock.SHANGHAI))
    await people.wang.talk(("[填数据]",), ("9.65",), ("90",), ("[跳过]",), ("/pairs", "比基线差，离目标远了 25%"))
    assert round(await world.run(lambda session: gain_of_pair(session, session.get_one(Pair, 1))) or 0, 2) == -0.25


async def test_the_target_a_need_named_is_proposed(world: World) -> None:
    people = await cast(world)

    def pair_wishing(session: Session) -> None:
        pair = make_pair(session)
        pair.need.indicators = [{"id": "scrap_rate", "now": 8.0, "wanted": 3.0, "unit": "%"}]
        agree_all(session, pair)

    await arrange(world, pair_wishing)
    await people.wang.talk(
        ("/pairs", "?目标"),
        ("[目标]", "?加指标"),
        ("[加指标]", "?报废率"),
        ("[报废率]", "最近三个月"),
        ("8.1 7.9 8.3", "想做到多少", "?就按 3%"),
        ("[就按 3%]", "请过目", "3%"),
        ("[提交]", "基线 8.1% → 目标 3%"),
    )


def proposed(session: Session) -> None:
    """Two goals that wait for the mentor."""
    pair, wang = agreed(session), person_at(session, 1001)
    add_goal(session, wang, pair_id=pair.id, indicator="oee", unit="%", baseline=[60, 61, 62], target=70)
    add_goal(session, wang, pair_id=pair.id, indicator="lead_time", unit="天", baseline=[9, 9, 9], target=6)
    baselines.propose_goals(session, wang, pair_id=pair.id)


async def test_a_question_that_was_forgotten_does_not_swallow_what_comes_next(world: World) -> None:
    """Sending back was begun, then the goals were confirmed after all: the next sentence is about a session."""
    people = await cast(world)
    await arrange(world, proposed)
    await people.zhou.talk(
        ("[退回]", "哪里要改"),
        ("[确认锁定]", "基线已锁定"),
        ("今天下午去做了5S培训，两个半小时，十二个人", "要记成一次辅导吗", "?记辅导", "!没有等您确认的目标"),
    )
