"""Who may see and do what in a pair: strangers, former mentors, other cities, people of two units, the last place."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy.orm import Session

from models.base import move
from models.incubation.agreements import name_mentor
from models.incubation.concerns import Cause, raise_concern
from models.incubation.endings import end_pair
from models.incubation.mediations import settle_mediation
from models.incubation.pairs import Pair, PairStatus, next_number, pairs_of, side_of
from models.registration.people import Membership, Officer, Post, Role
from models.registration.units import Side, Unit
from models.system import calendar, clock
from models.system.opening import open_engine
from tests.incubation.people import FACTORY, MILL, arrange, cast, make_person, person_at, press, start_pair, unit_named
from tests.talk import World

OLD_BUTTONS = (
    ("pair.open", 1),
    ("pair.goals", 1),
    ("pair.chart", 1),
    ("pair.sessions", 1),
    ("pair.people", 1),
    ("chart.draw", 1),
    ("session.log", 1),
    ("goals.lock", 1),
    ("pair.pause", 1),
    ("contact.give", 1),
    ("undertaking.read", 1),
)


def end(session: Session) -> None:
    move(session.get_one(Pair, 1), PairStatus.ENDED)


@pytest.mark.fault(38)
async def test_after_the_end_the_mentor_is_a_stranger(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(("/pairs", "导入"), ("[曲线]", "看哪个指标"), ("[交付及时率]", "交付及时率（2026-0001）"))
    await arrange(world, end)
    await people.zhou.talk(("[曲线]", "没有找到这条记录"), ("/pairs", "现在没有结对"), ("/log", "没有可记的辅导"))
    for action, *args in OLD_BUTTONS:
        assert "没有找到这条记录" in await press(people.zhou, action, *args), action


async def test_after_the_end_the_incubator_sees_no_figures_and_nobody_logs(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await arrange(world, end)
    await people.chen.talk(("/pairs", "终止", "!?记辅导"), ("[曲线]", "不再看数据"), ("[目标]", "不再看数据"))
    await people.wang.talk(("/pairs", "终止", "!?记辅导"), ("[曲线]", "看哪个指标"), ("/log", "没有可记的辅导"))
    assert "不再记录" in await press(people.wang, "session.log", 1)


async def test_a_replaced_mentor_hands_over(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)

    def replace(session: Session) -> None:
        other = make_person(session, 1006, "吴磊")
        session.add(Membership(person_id=other.id, unit_id=unit_named(session, MILL).id, post=Post.MENTOR))
        session.flush()
        name_mentor(session, person_at(session, 1003), pair_id=1, mentor=other.id)

    wu = world.human(1006, "吴磊")
    await arrange(world, replace)
    assert "请您担任绍兴示例针织厂的导师" in wu.seen() and "换成了吴磊" in people.zhou.seen()
    await people.zhou.talk(("/pairs", "现在没有结对"))
    assert "没有找到这条记录" in await press(people.zhou, "session.log", 1)
    await wu.talk(("/pairs", "球在您这边：签保密承诺"), ("[曲线]", "先签保密承诺"))
    await wu.talk(("/todo", "该辅导"))


async def test_people_are_named_by_the_contact_or_backup_alone(world: World) -> None:
    people = await cast(world)
    await arrange(world, start_pair)
    await people.zhou.talk(("/pairs",), ("[人员]", "导师：周明", "!?定导师"))
    assert "由联络人或备用联络人办" in await press(people.zhou, "mentor.name", 1)
    await people.li.talk(("/pairs",), ("[人员]", "?定责任人"))
    await people.chen.talk(("/pairs",), ("[人员]", "?定导师"), ("[定导师]",), ("[陈伟]", "导师定了：陈伟"))


@pytest.mark.fault(37)
async def test_strangers_and_other_cities_get_the_same_answer_as_for_nothing(world: World) -> None:
    people = await cast(world)

    def others(session: Session) -> None:
        start_pair(session)
        stranger = make_person(session, 1007, "郑凯")
        unit = Unit(name="台州示例泵厂", city="3310")
        session.add(unit)
        session.flush()
        session.add(Membership(person_id=stranger.id, unit_id=unit.id, post=Post.CONTACT))
        officer = make_person(session, 1008, "马丽")
        session.add(Officer(person_id=officer.id, role=Role.CITY, city="3302"))

    await arrange(world, others)
    stranger, officer = world.human(1007, "郑凯"), world.human(1008, "马丽")
    for action, *args in OLD_BUTTONS:
        seen = await press(stranger, action, *args)
        assert "没有找到这条记录" in seen and "2026-0001" not in seen, action
        assert await press(stranger, action, 99) == seen, action
    assert "没有找到这条记录" in await press(officer, "pair.open", 1)
    assert "绍兴示例针织厂" in await press(people.xu, "pair.open", 1)


async def test_whoever_belongs_to_both_units_wears_one_hat(world: World) -> None:
    await cast(world)

    def both(session: Session) -> tuple[Side | None, Side | None, int]:
        pair = start_pair(session)
        wang = person_at(session, 1001)
        session.add(Membership(person_id=wang.id, unit_id=unit_named(session, MILL).id, post=Post.BACKUP))
        session.flush()
        first = side_of(session, wang, pair)
        wang.hat_id = unit_named(session, MILL).id
        second = side_of(session, wang, pair)
        wang.hat_id = unit_named(session, FACTORY).id
        return first, second, len(pairs_of(session, wang))

    assert await world.run(both) == (Side.INCUBATEE, Side.INCUBATOR, 1)


def test_numbers_given_out_at_once_are_all_different(database_url: str) -> None:
    engine = open_engine(database_url)
    found: list[str] = []

    def take() -> None:
        with Session(engine) as session:
            number = next_number(session)
            session.commit()
            found.append(number)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    assert len(set(found)) == 8 and sorted(found)[-1].endswith("-0008")


GONE = {"zh": ("谈定了（2026-0001）", "原因：双方协商"), "en": ("Mediated (2026-0001)", "by agreement")}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_who_has_left_the_unit_hears_no_more_of_its_pair_and_is_not_called(world: World, language: str) -> None:
    people = await cast(world, language=language)
    await arrange(world, start_pair)

    def leave(session: Session) -> int:
        """Li, the responsible person, and the mentor Zhou leave on the day on which an office mediates."""
        for who in (1002, 1004):
            query = session.query(Membership).filter_by(person_id=person_at(session, who).id)
            query.update({"left_at": clock.now()})
        return raise_concern(session, session.get_one(Pair, 1), Cause.MEDIATION).id

    concern = await world.run(leave)
    seen = await press(people.xu, "mediation.open", concern)
    assert "13800001001" in seen and "13800001003" in seen
    assert "13800001002" not in seen and "13800001004" not in seen

    def settle(session: Session) -> None:
        officer, until = person_at(session, 1005), calendar.add_days(calendar.local_day(clock.now()), 30)
        settle_mediation(session, officer, concern_id=concern, until=until, agreed="每两周一次")
        end_pair(session, officer, pair_id=1, reason="by_agreement")

    await arrange(world, settle)
    for text in GONE[language]:
        assert text in people.wang.seen() and text in people.chen.seen()
    assert not people.li.phone.inbox and not people.zhou.phone.inbox
