"""The board and what an officer does from it: counts, lists, cards, nudges, calls, visits; where a scope ends."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.exchange.needs import Need
from models.exchange.posts import PostStatus
from models.oversight import board, duties, supervision
from models.oversight.supervision import Means, Supervision
from models.registration import people
from models.registration.people import Role
from models.registration.units import Unit
from models.system import calendar, clock
from models.system.letters import Delivery, Kind, Letter
from models.system.marks import Audit
from tests.oversight.people import HANGZHOU, SHAOXING, Cast, gather, need, officer, pair, person, shanghai
from tests.talk import Human, World


@pytest.fixture
async def cast(world: World) -> Cast:
    return await gather(world)


async def fill(world: World, cast: Cast) -> int:
    """Needs in both cities, a pair, and something late in each city; gives the late duty of Shaoxing."""

    def arrange(session: Session) -> int:
        for _ in range(7):
            need(session, cast.factory, 101)
        need(session, cast.other_factory, 104, status=PostStatus.PUBLISHED)
        pair(session, cast.incubator, cast.factory, 101)
        due_at = calendar.closing(calendar.local_day(clock.now()))
        late = [
            duties.hand(session, "answer_ticket", f"ticket:{unit}", unit=session.get_one(Unit, unit), due_at=due_at)
            for unit in (cast.factory, cast.other_factory)
        ]
        return late[0].id

    duty_id = await world.run(arrange)
    clock.hold(shanghai(2026, 11, 24, 9, 1))
    return duty_id


async def press(world: World, human: Human, action: str, *args: Any) -> str:
    """Tap a button this person was never given: a forged letter of their own carries it."""
    token = f"forged-{human.phone.id}"

    def forge(session: Session) -> None:
        session.query(Letter).filter_by(token=token).delete()
        row = [[{"label": "?", "action": action, "args": list(args)}]]
        own = {"person_id": person(session, human.phone.id).id, "kind": Kind.REPLY, "status": Delivery.SENT}
        session.add(Letter(template="x", body="x", buttons=row, token=token, due_at=clock.now(), **own))

    await world.run(forge)
    await human.do("/help")
    message = human.phone.messages[-1].id
    return await human.do(lambda phone: phone.press(message, f"{token}.0"))


async def test_counts_by_state_and_as_of_when(world: World, cast: Cast) -> None:
    await fill(world, cast)
    await cast.shaoxing.talk(
        (
            "/board",
            "看板 绍兴 · 截至 11月24日（周二） 09:01",
            "需求：待审 7 · 已发布 0 · 已配对 1",
            "导入 1",
            "待办：🔴1",
            "!?选市",
        ),
        ("[需求]", "待审 7", "已配对 1", "?待审"),
        ("[待审]", "1. 柯桥一厂：不良率高", "?第5条", "!?第6条", "?更多"),
        ("[更多]", "从第 6 条起", "?第2条", "!?更多"),
        ("[第1条]", "需求 待审", "柯桥一厂", "不良率高，返工多"),
    )
    await cast.shaoxing.talk(
        ("/board", "?结对"),
        ("[结对]", "🟢 2026-0001 标杆 → 柯桥一厂 · 导入"),
        ("[第1条]", "结对 2026-0001", "基线：还没锁定"),
    )


async def test_all_cities_for_the_association(world: World, cast: Cast) -> None:
    await fill(world, cast)
    await cast.association.talk(
        ("/board", "全省", "已发布 1", "🔴2", "?选市"),
        ("[选市]", "看哪个市", "?杭州", "?更多"),
        ("[更多]", "?丽水"),
        ("/board 杭州", "看板 杭州", "待审 0 · 已发布 1", "🔴1"),
        ("[超期]", "超期 1 件", "余杭二厂"),
        ("/board 3306", "看板 绍兴"),
    )
    await cast.province.talk(("/board", "全省"))


async def test_in_english(world: World, cast: Cast) -> None:
    await fill(world, cast)
    await world.run(lambda session: setattr(person(session, 203), "language", "en"))
    await cast.association.talk(
        ("/board Shaoxing", "Board Shaoxing · as of Tue 24 Nov 09:01", "Needs: 7 to review"),
        ("[Late]", "1 late", "柯桥一厂"),
        ("[No. 1]", "Whose turn: 柯桥一厂", "?Nudge"),
        ("[Nudge]", "Nudged", "?Call"),
        ("[Call]", "Call sheet", "王工 (contact) 13900000101"),
    )


async def test_nudge_then_call_then_visit(world: World, cast: Cast) -> None:
    await fill(world, cast)
    await cast.shaoxing.talk(
        ("/board", "?超期"),
        ("[超期]", "超期 1 件", "!余杭二厂", "?第1件"),
        ("[第1件]", "在谁手里：柯桥一厂", "期限：超期 1 个工作日", "?催办"),
        ("[催办]", "已催办"),
    )
    seen = cast.contact.seen()
    assert "催办：补充工单" in seen
    assert "孙科请您尽快办理" in seen
    await cast.association.talk(
        ("/board 绍兴", "?超期"),
        ("[超期]", "?第1件"),
        ("[第1件]", "已试：催办 1 次"),
        ("[催办]", "09:01 孙科已经催过", "建议直接打电话"),
        ("[电话]", "电话单", "王工（联络人）"),
        ("[记结果]", "打通了吗"),
        ("[没人接]", "对方怎么说"),
        ("[跳过]", "已记下电话：没人接", "换个人再打", "11月25日（周三）之前不再提醒同事去打"),
        ("[走访]", "哪天去的"),
        ("今天", "看到什么"),
        ("负责人出差，周四补", "已记下走访"),
    )
    await cast.shaoxing.talk(
        ("/board", "?超期"),
        ("[超期]", "?第1件"),
        ("[第1件]", "催办 1 次", "没人接", "负责人出差，周四补"),
        ("[电话]", "吴协走访过：负责人出差，周四补", "?还是要打"),
        ("[还是要打]", "电话单", "吴协：走访，负责人出差，周四补"),
    )
    kept = await world.run(lambda session: [one.means for one in session.query(Supervision).order_by(Supervision.id)])
    assert kept == [Means.NUDGE, Means.CALL, Means.VISIT]


async def test_a_nudge_keeps_to_the_budget(world: World, cast: Cast) -> None:
    duty_id = await fill(world, cast)

    def call_before(session: Session) -> None:
        row = person(session, 101)
        letter = {"template": "x", "body": "x", "kind": Kind.CALL, "status": Delivery.SENT, "due_at": clock.now()}
        session.add(Letter(person_id=row.id, **letter))

    await world.run(call_before)
    assert "已催办" in await press(world, cast.shaoxing, "duty.nudge", duty_id)
    assert cast.contact.seen() == ""
    await world.pass_time(to=shanghai(2026, 11, 25, 9))
    assert "催办：" in cast.contact.seen()


async def test_no_number_without_consent(world: World, cast: Cast) -> None:
    duty_id = await fill(world, cast)
    await world.run(lambda session: setattr(person(session, 101), "consented_at", None))
    seen = await press(world, cast.shaoxing, "duty.call", duty_id)
    assert "王工（联络人） 没有留电话" in seen
    assert "13900000101" not in seen
    assert await world.run(lambda session: session.query(Audit).filter_by(action="call_sheet_seen").count()) == 1


async def test_what_is_done_is_not_pressed(world: World, cast: Cast) -> None:
    duty_id = await fill(world, cast)
    await world.run(lambda session: duties.done(session, f"ticket:{cast.factory}"))
    assert "已经办好" in await press(world, cast.shaoxing, "duty.nudge", duty_id)
    assert cast.contact.seen() == ""


NOWHERE = "没有找到这条记录"
NOT_YOURS = "不在您目前的身份范围内"


@pytest.mark.parametrize("command", ["/board", "/board 绍兴", "/leave", "/health"])
async def test_commands_of_officers_are_theirs_alone(world: World, cast: Cast, command: str) -> None:
    for human in (cast.contact, cast.mentor):
        await human.talk((command, NOT_YOURS))
    await cast.shaoxing.talk(("/ticket", NOT_YOURS))
    if command == "/health":
        for human in (cast.shaoxing, cast.province):
            await human.talk((command, NOT_YOURS))


@pytest.mark.fault(39)
@pytest.mark.parametrize("city", ["3306", "绍兴", "9999", "nowhere"])
async def test_a_forged_city_is_as_good_as_unknown(world: World, cast: Cast, city: str) -> None:
    await fill(world, cast)
    await cast.hangzhou.talk((f"/board {city}", NOWHERE, "!柯桥"))
    for action, args in (
        ("board.city", (city,)),
        ("board.section", ("needs", city)),
        ("board.list", ("needs", None, 0, city)),
        ("board.late", (0, city)),
    ):
        seen = await press(world, cast.hangzhou, action, *args)
        assert NOWHERE in seen, action
        assert "柯桥" not in seen
    refused = await world.run(lambda session: session.query(Audit).filter_by(action="refused_not_found").count())
    assert refused == 5


@pytest.mark.fault(37, 39)
async def test_no_button_opens_another_citys_records(world: World, cast: Cast) -> None:
    duty_id = await fill(world, cast)
    ids = await world.run(
        lambda session: {
            "needs": session.query(Need).filter_by(unit_id=cast.factory).all()[0].id,
            "pairs": 1,
            "units": cast.factory,
        }
    )
    forged: list[tuple[str, tuple[Any, ...]]] = [("board.card", (section, row)) for section, row in ids.items()]
    forged += [("board.card", ("needs", 9999)), ("board.section", ("secrets",)), ("board.card", ("secrets", 1))]
    forged += [(f"duty.{name}", (duty_id,)) for name in ("open", "record", "nudge", "call", "called", "visit", "ring")]
    forged += [("board.duty", (duty_id,)), ("duty.later", (duty_id,)), ("board.cities", (0,))]
    forged += [("board.list", ("needs", "post.secret", 0)), ("board.list", ("needs", "poststatus.nothing", 0))]
    for action, args in forged:
        seen = await press(world, cast.hangzhou, action, *args)
        assert NOWHERE in seen, (action, args, seen)
        assert "柯桥" not in seen
    for human in (cast.stranger, cast.mentor):
        for action, args in forged:
            seen = await press(world, human, action, *args)
            assert NOWHERE in seen or NOT_YOURS in seen, (action, args, seen)
            assert "柯桥一厂" not in seen


async def test_ticket_buttons_of_others_open_nothing(world: World, cast: Cast) -> None:
    await cast.contact.talk(("/ticket 导师两次都没来", "有照片"), ("[跳过]", "T-2026-0001"))
    steps = ("reply_ticket", "ask_back", "finish_ticket", "extend_ticket", "answer_ticket", "reopen_ticket")
    forged: list[tuple[str, tuple[Any, ...]]] = [("ticket.begin", (step, 1)) for step in steps]
    forged += [(f"ticket.{name}", (1,)) for name in ("open", "text", "accept", "confirm")]
    for human in (cast.hangzhou, cast.stranger, cast.mentor):
        for action, args in forged:
            seen = await press(world, human, action, *args)
            assert NOWHERE in seen or NOT_YOURS in seen, (action, args, seen)
            assert "导师" not in seen
    assert NOT_YOURS in await press(world, cast.contact, "ticket.accept", 1)
    assert NOWHERE in await press(world, cast.shaoxing, "ticket.confirm", 1)


async def test_a_city_does_not_press_the_association(world: World, cast: Cast) -> None:
    duty_id = await world.run(
        lambda session: duties.hand(session, "review_post", "need:1", office=Role.ASSOCIATION, city=SHAOXING).id
    )
    assert NOWHERE in await press(world, cast.shaoxing, "duty.nudge", duty_id)
    assert "球在省质量协会" in await press(world, cast.shaoxing, "duty.open", duty_id)
    assert "已催办" in await press(world, cast.province, "duty.nudge", duty_id)
    assert "催办：" in cast.association.seen()


async def test_a_nudge_to_an_office_reaches_those_at_work(world: World, cast: Cast) -> None:
    second = await officer(world, 213, "卫协", Role.ASSOCIATION)
    duty_id = await world.run(
        lambda session: duties.hand(session, "review_post", "need:1", office=Role.ASSOCIATION, city=SHAOXING).id
    )
    await second.talk(("/leave", "从哪天"), ("今天", "休到哪天"), ("明天", "谁替班"), ("[跳过]", "没有替班"))
    second.phone.read()
    await press(world, cast.province, "duty.nudge", duty_id)
    assert "催办：" in cast.association.seen()
    assert second.seen() == ""


@pytest.mark.fault(40)
async def test_who_lost_the_seat_lost_the_board(world: World, cast: Cast) -> None:
    await cast.shaoxing.talk(("/board", "?需求"))

    def leave(session: Session) -> None:
        people.seats(session, person(session, 201))[0].left_at = clock.now()

    await world.run(leave)
    await cast.shaoxing.talk(("[需求]", NOT_YOURS), ("/board", NOT_YOURS))


@pytest.mark.fault(40)
async def test_role_lost_in_the_middle_of_a_note(world: World, cast: Cast) -> None:
    duty_id = await fill(world, cast)
    await press(world, cast.shaoxing, "duty.visit", duty_id)

    def leave(session: Session) -> None:
        people.seats(session, person(session, 201))[0].left_at = clock.now()

    await world.run(leave)
    await cast.shaoxing.talk(("今天", NOT_YOURS))
    assert await world.run(lambda session: session.query(supervision.Supervision).count()) == 0


async def test_figures_of_cities_and_lists_agree(world: World, cast: Cast) -> None:
    await fill(world, cast)

    def compare(session: Session) -> None:
        for city in (None, SHAOXING, HANGZHOU):
            figures = board.figures(session, city, clock.now()).counts
            for section in board.SECTIONS:
                for code, n in figures[section].items():
                    assert len(board.rows(session, city, section, code, start=0, many=100)) == n, (city, code)
            assert figures["duties"]["red"] == duties.how_many(session, board.late(city, clock.now()))

    await world.run(compare)
