"""The official calendar: the announced list is read, shown back and loaded; deadlines follow; nobody forgets it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.app import App
from models.base import Invalid
from models.exchange.requests import Request, RequestStatus
from models.incubation import cautions, checkins, proposals, session_entries
from models.incubation.checkins import Checkin
from models.incubation.sessions import SessionLog
from models.oversight import duties, holidays
from models.oversight.duties import Duty
from models.oversight.holiday_notices import read_notice
from models.registration.people import Role
from models.registration.units import Unit
from models.system import calendar, clock
from tests.incubation import people as pairs
from tests.oversight.holidays import NEXT_YEAR
from tests.oversight.people import Cast, duty, gather, officer, shanghai, wake
from tests.talk import World

ENGLISH = (
    "New Year: 2027-01-01 to 2027-01-03 off. Spring Festival: 2027-02-05 to 2027-02-11 off, 2027-02-14 and 2027-02-20 "
    "worked. Qingming: 2027-04-05 off. Labour Day: 2027-05-01 to 2027-05-05 off. Dragon Boat Festival: 2027-06-09 off. "
    "Mid-Autumn Festival: 2027-09-15 off. National Day: 2027-10-01 to 2027-10-07 off, 2027-10-09 worked."
)


@pytest.fixture(autouse=True)
def library_alone() -> Iterator[None]:
    yield
    calendar.use_overrides({})


@pytest.fixture
async def cast(world: World) -> Cast:
    return await gather(world)


def days(*spelt: str) -> list[date]:
    return [date.fromisoformat(f"2027-{one}") for one in spelt]


def test_the_announced_list_is_read_as_it_is_printed() -> None:
    notice = read_notice(NEXT_YEAR, 2020)
    assert (notice.year, notice.missing) == (2027, [])
    assert [(one.names, one.runs, one.worked) for one in notice.holidays] == [
        (["new_year"], [tuple(days("01-01", "01-03"))], []),
        (["spring"], [tuple(days("02-05", "02-11"))], days("02-14", "02-20")),
        (["qingming"], [tuple(days("04-03", "04-05"))], []),
        (["labour"], [tuple(days("05-01", "05-05"))], days("05-08")),
        (["dragon_boat"], [tuple(days("06-09", "06-09"))], []),
        (["mid_autumn"], [tuple(days("09-15", "09-15"))], []),
        (["national"], [tuple(days("10-01", "10-07"))], days("09-26", "10-09")),
    ]


def test_every_day_of_a_year_known_to_the_library_reads_the_same() -> None:
    """The list of 2026, as it was announced."""
    notice = read_notice(
        "元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。春节：2月15日至23日放假调休，共9天。"
        "2月14日（周六）、2月28日（周六）上班。清明节：4月4日至6日放假。劳动节：5月1日至5日放假调休，5月9日上班。"
        "端午节：6月19日至21日放假。中秋节：9月25日至27日放假。国庆节：10月1日至7日放假调休。9月20日、10月10日上班。",
        2026,
    )
    assert notice.missing == [] and all(calendar.is_working_day(day) is on for day, on in notice.days.items())
    assert calendar.swap_days(2026) == sorted(day for day, on in notice.days.items() if on)
    assert calendar.days_off(2026) == [run for one in notice.holidays for run in one.runs]


@pytest.mark.parametrize(
    ("typed", "off", "worked"),
    [
        ("元旦：12月31日至1月2日放假。", ["2026-12-31", "2027-01-01", "2027-01-02"], []),
        ("国庆节、中秋节：9月30日至10月2日放假，共3天", ["2027-09-30", "2027-10-01", "2027-10-02"], []),
        ("端午 6月9号放假 6月12号补班", ["2027-06-09"], ["2027-06-12"]),
        ("Labour Day: 2027-05-01 to 2027-05-02 off, 2027-05-08 working", ["2027-05-01", "2027-05-02"], ["2027-05-08"]),
        ("另：９月３日放假", ["2027-09-03"], []),
    ],
)
def test_other_wordings(typed: str, off: list[str], worked: list[str]) -> None:
    found = read_notice(typed, 2027).days
    assert [str(day) for day, on in found.items() if not on] == off
    assert [str(day) for day, on in found.items() if on] == worked


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("明年放假照旧", "nothing"),
        ("元旦：1月1日至3日放假，共4天", "count"),
        ("元旦：1月1日（周四）放假", "weekday"),
        ("元旦：1月1日放假，1月9日（周六）班。春节：2月5日放假", "unclear"),
        ("元旦：1月1日放假，1月9日（周六）", "unclear"),
        ("New Year: 2027-01-01 off, work 2027-01-09", "unclear"),
        ("元旦：2月30日放假", "unclear"),
        ("国庆节：10月7日至1日放假", "unclear"),
        ("元旦：1月1日放假，1月1日上班", "twice"),
    ],
)
def test_what_does_not_add_up_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_notice(typed, 2027)
    assert refused.value.code == f"holidays_{code}"


async def due_on(world: World, cast: Cast, subject: str, day: date) -> int:
    def arrange(session: Session) -> int:
        unit = session.get_one(Unit, cast.factory)
        return duties.hand(session, "answer_ticket", subject, unit=unit, due_at=calendar.closing(day), number="T-1").id

    return await world.run(arrange)


async def test_the_association_loads_next_year(world: World, cast: Cast) -> None:
    falls, stays = [await due_on(world, cast, f"x:{day}", day) for day in days("02-11", "02-12")]
    await cast.association.talk(
        ("/holidays", "2027 年的放假安排还没有录入", "?看2026年"),
        ("[看2026年]", "2026 年的放假安排", "休 2月15日（周日） 至 2月23日（周一）", "9月20日、10月10日", "?看2027年"),
        ("/holidays", "?录入安排"),
        ("[录入安排]", "请把 2027 年的放假安排发来"),
        ("元旦：1月1日至3日放假，共3天", "还缺春节、清明节", "请把全文再发一次"),
        (NEXT_YEAR, "2027 年，我理解为", "春节 休 2月5日至2月11日；上班 2月14日、2月20日", "?否"),
        ("[否]", "没有改动"),
        ("/holidays", "还没有录入"),
        ("[录入安排]", "请把 2027 年"),
        (NEXT_YEAR, "我理解为"),
        ("[是]", "2027 年的放假安排已生效", "1 件待办落在休息日"),
        ("[看这一年]", "2027 年的放假安排：", "休 10月1日（周五） 至 10月7日（周四）", "9月26日、10月9日"),
    )
    assert calendar.is_official(2027) and calendar.is_working_day(days("02-14")[0])
    assert [calendar.local_day((await duty(world, id)).due_at) for id in (falls, stays)] == days("02-12", "02-12")  # type: ignore[arg-type]
    await cast.shaoxing.talk(("/holidays", "不在您目前的身份范围内"))


async def test_a_few_days_more_are_added_to_a_year_that_is_known(world: World, cast: Cast) -> None:
    await cast.association.talk(
        ("/holidays", "?看2026年"),
        ("[看2026年]", "?录入安排"),
        ("[录入安排]", "2026 年"),
        ("12月4日放假，12月5日上班", "12月4日；上班 12月5日"),
        ("[是]", "已生效", "期限都不变"),
    )
    assert not calendar.is_working_day(date(2026, 12, 4)) and calendar.is_working_day(date(2026, 12, 5))
    assert not calendar.is_working_day(date(2026, 10, 5)), "the rest of the year stands"


async def test_what_waits_for_an_answer_moves_with_its_duty(world: World, cast: Cast) -> None:
    """Friday 11 December is off after all, the Saturday worked: what ends on one ends on the other."""
    off, stays = date(2026, 12, 11), date(2026, 12, 10)
    said = {"activity": "training", "day": date(2026, 11, 23), "people": 5, "note": "培训"}
    kept: dict[str, Any] = {**said, "result": None}

    def dated(session: Session) -> None:
        pairs.enrol(session)
        pair = pairs.start_pair(session)
        for status, day in ((RequestStatus.PENDING, off), (RequestStatus.ASKED, stays), (RequestStatus.DECLINED, off)):
            session.add(Request(need=pair.need, offer=pair.offer, status=status, due_at=calendar.closing(day)))
        mentor = pairs.person_at(session, 1004)
        for hours, day in enumerate((off, stays), 1):
            log = session_entries.log_session(session, mentor, pair_id=pair.id, hours=hours, **kept)
            log.answer_by = calendar.closing(day)
        proposals.propose(session, mentor, pair_id=pair.id, step="stage").due_at = calendar.closing(off)
        for day in (off, stays):
            asked = cautions.give_caution(session, pairs.person_at(session, 1005), pair_id=pair.id, task="本周约好辅导")
            asked.answer_by, asked.given_at = calendar.closing(day), calendar.opening(date(2026, 11, 2))
        checkin = checkins.open_checkin(session, pair, date(2026, 11, 1))
        checkin.due_at, checkin.closes_at = calendar.closing(stays), calendar.closing(off)
        session.info.pop("told", None)

    await world.run(dated)
    await cast.association.talk(("/holidays",), ("[看2026年]",), ("[录入安排]",))
    await cast.association.talk(("12月11日放假，12月12日上班",), ("[是]", "已生效"))

    def read(session: Session) -> list[list[date]]:
        asked = session.query(Request.due_at).filter(Request.due_at.is_not(None)).order_by(Request.id)
        logged = session.query(SessionLog.answer_by).order_by(SessionLog.id)
        reported = session.query(Checkin.due_at, Checkin.closes_at)
        cautioned = session.query(cautions.Caution.answer_by).order_by(cautions.Caution.id)
        rows = (asked, logged, session.query(proposals.Proposal.due_at), reported, cautioned)
        return [[calendar.local_day(one) for row in query for one in row] for query in rows]

    next_day = date(2026, 12, 12)
    due = [[next_day, stays, off], [next_day, stays], [next_day], [stays, next_day], [next_day, stays]]
    assert await world.run(read) == due


async def test_in_english(world: World, cast: Cast) -> None:
    keeper = await officer(world, 205, "Wu", Role.ASSOCIATION, language="en")
    await keeper.talk(
        ("/holidays", "2027 are not loaded yet"),
        ("[Load the list]", "Please send the days off of 2027"),
        ("New Year: 2027-01-01 off", "Missing: Spring Festival"),
        (ENGLISH, "2027, as I understand it", "Spring Festival: off 5/2–11/2; work 14/2, 20/2"),
        ("[Yes]", "days off of 2027 count from now on", "No deadline has changed"),
    )
    assert calendar.swap_days(2027) == days("02-14", "02-20", "10-09")


async def test_the_association_is_asked_from_december_on(world: World, cast: Cast) -> None:
    async def asked() -> list[str]:
        return await world.run(
            lambda session: [one.subject for one in session.query(Duty).filter_by(kind="load_holidays", done_at=None)]
        )

    await wake(world, shanghai(2026, 11, 30, 9, 11))
    assert await asked() == []
    for day in (1, 2):
        await wake(world, shanghai(2026, 12, day, 9, 11))
        assert await asked() == ["calendar:2027"]
    await cast.association.talk(
        ("/todo", "录入 2027 年放假安排", "12月8日（周二）到期"),
        ("[第1件]", "还没有录入", "球在您这边"),
        (NEXT_YEAR, "我理解为"),  # pasted at once
        ("[是]", "已生效"),
        ("/todo", "没有待办"),
    )
    await wake(world, shanghai(2026, 12, 3, 9, 11))
    assert await asked() == []


async def test_another_process_counts_with_it_within_a_minute(world: World, cast: Cast) -> None:
    await world.run(lambda session: session.add(holidays.AnnouncedDay(day=date(2027, 2, 20), working=True)))
    other = App(world.app.database, [])
    await other.keep_calendar()
    assert calendar.is_official(2027)
    await world.run(lambda session: session.query(holidays.AnnouncedDay).delete())
    await other.keep_calendar()
    assert calendar.is_official(2027), "not read again at every tick"
    later = clock.ticks() + timedelta(minutes=1).total_seconds()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clock, "ticks", lambda: later)
        await other.keep_calendar()
    assert not calendar.is_official(2027)
