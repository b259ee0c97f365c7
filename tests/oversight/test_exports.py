"""Exports: an officer gets the lists of their own scope as a workbook, and nobody else's."""

from __future__ import annotations

import asyncio
import io
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.aside import Aside
from models.exchange.needs import Need
from models.incubation.checkins import Checkin, CheckinStatus
from models.incubation.goals import Goal, GoalStatus
from models.incubation.measurements import Measurement
from models.incubation.pairs import Pair
from models.incubation.sessions import SessionLog
from models.oversight import exports
from models.oversight.exports import Wanted
from models.oversight.tickets import About, Ticket
from models.registration.people import Officer, Role
from models.registration.units import Side, Unit
from models.system import clock
from models.system.letters import Delivery, Letter
from models.system.marks import Audit
from tests.oversight.people import HANGZHOU, SHAOXING, Cast, gather, need, pair, person, shanghai
from tests.oversight.test_board import press
from tests.talk import Human, World


@pytest.fixture
async def cast(world: World) -> Cast:
    """Workbooks are written in a thread here; how another process does it is tried once, for it is slow to start."""
    world.app.thinking.run = asyncio.to_thread  # type: ignore[method-assign, assignment]
    return await gather(world)


async def fill(world: World, cast: Cast) -> None:
    """A month in two cities: needs in both, a pair with a session, a check-in that was corrected, and tickets."""

    def arrange(session: Session) -> None:
        author = person(session, 101).id
        need(session, cast.factory, 101).trouble = '=HYPERLINK("http://evil","点我")'
        need(session, cast.other_factory, 104).trouble = "余杭的机密"
        one = pair(session, cast.incubator, cast.factory, 101)
        common: dict[str, Any] = {"person_id": author, "pair": one}
        session.add(SessionLog(side=Side.INCUBATOR, activity="training", on=date(2026, 11, 20), hours=2.5, people=12,
                               note="配方一号", **common))  # fmt: skip
        goal = Goal(status=GoalStatus.LOCKED, indicator="defect_rate", unit="%", target=3.0, series=1,
                    baseline=[["2026-07-01", 9.0], ["2026-08-01", 8.0]], **common)  # fmt: skip
        checkin = Checkin(period=date(2026, 10, 1), status=CheckinStatus.ANSWERED, due_at=clock.now(),
                          closes_at=clock.now(), **common)  # fmt: skip
        session.add_all([goal, checkin])
        session.flush()
        read = {"pair_id": one.id, "goal_id": goal.id, "series": 1, "checkin_id": checkin.id, "person_id": author}
        for value in (70.0, 7.0):
            session.add(Measurement(period=checkin.period, value=value, typed=str(value), **read))
            session.flush()
        asked = {"asker_id": author, "unit_id": cast.factory, "city": SHAOXING, "raised_at": clock.now()}
        session.add(Ticket(number="T1", office=Role.CITY, trouble="导师没来", **asked))
        session.add(Ticket(number="T2", office=Role.ASSOCIATION, about=About.BOT, trouble="评审办不回", **asked))

    await world.run(arrange)


def workbook(world: World, human: Human) -> Workbook:
    """The file of the last message."""
    files = world.sandbox.world.files
    sent = [one.document for one in human.phone.messages if one.document]
    assert sent and re.fullmatch(r"[^\W\d_][\w -]+-\d{8}\.xlsx", sent[-1]["file_name"]), "as people would write it"
    return load_workbook(io.BytesIO(files.content(files.find(sent[-1]["file_id"]))))


def table(book: Workbook, title: str) -> list[dict[str, Any]]:
    """The rows of a sheet by their heads."""
    heads, *rows = book[title].iter_rows(values_only=True)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def documents(human: Human) -> int:
    return sum(one.document is not None for one in human.phone.messages)


def printed(book: Workbook) -> list[str]:
    """What stands on every printed page of each sheet."""
    ends = (end for sheet in book for end in (sheet.oddHeader, sheet.oddFooter))
    return [str(end.left.text) if end and end.left else "" for end in ends]


def text_of(book: Workbook) -> str:
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


@pytest.mark.fault(39)
async def test_a_city_takes_its_own_city_and_nothing_else(world: World, cast: Cast) -> None:
    await fill(world, cast)
    await cast.shaoxing.talk(
        ("/export", "导出哪张清单", "?全部清单", "?需求", "?更多"),
        ("[全部清单]", "要哪段时间的", "!哪个市", "?本月", "?上月", "?今年", "?不限"),
        ("[本月]", "正在做表：全部清单 · 绍兴 · 本月（2026-11-01 至 2026-11-23），9 行", "9 行，截至 11月23日"),
    )
    book = workbook(world, cast.shaoxing)
    assert book.sheetnames == ["说明", "单位", "需求", "供给", "结对", "辅导", "月度指标", "工单"]
    assert "余杭" not in text_of(book) and "13900000" not in text_of(book)
    assert [row["单位"] for row in table(book, "单位")] == ["柯桥一厂", "越城标杆集团"]
    assert [row["工单号"] for row in table(book, "工单")] == ["T1"]
    line = await world.run(lambda session: session.scalars(select(Audit).where(Audit.action == "exported")).one())
    assert (line.subject, line.detail["city"], line.detail["period"]) == ("export:everything", SHAOXING, "this_month")
    assert line.detail["rows"]["needs"] == 2 and line.person_id == await world.run(lambda s: person(s, 201).id)


async def test_what_is_a_day_or_a_figure_is_one_in_the_table_too(world: World, cast: Cast) -> None:
    await fill(world, cast)
    await cast.shaoxing.talk(("/export 全部清单", "要哪段时间的"), ("本月", "9 行"))
    book = workbook(world, cast.shaoxing)
    (session,) = table(book, "辅导")
    assert (session["辅导日期"], session["小时"], session["人数"]) == (datetime(2026, 11, 20), 2.5, 12)
    assert (session["活动"], session["记录方"], session["补记"]) == ("质量培训", "孵化单位", None)
    (reading,) = table(book, "月度指标")
    assert (reading["基线"], reading["当月值"], reading["目标"], reading["计量单位"]) == (8.5, 7, 3, "%")
    assert reading["所填月份"] == datetime(2026, 10, 1) and reading["应填时间"] == datetime(2026, 11, 23, 9)
    (formed,) = table(book, "结对")
    assert (formed["结对编号"], formed["阶段"], formed["预警"]) == ("2026-0001", "导入", "无")
    assert "配方一号" not in text_of(book)
    sheet = book["辅导"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:L2")
    assert all("孙科 · 2026-11-23 09:00" in page for page in printed(book))
    cover = {str(row[0]): row[1] for row in book["说明"].iter_rows(values_only=True)}
    assert (cover["范围"], cover["需求行数"], cover["截至"]) == ("绍兴", 2, datetime(2026, 11, 23, 9))
    assert "孙科" in str(cover["为谁导出"])


@pytest.mark.fault(29)
@pytest.mark.parametrize("typed", ['=HYPERLINK("http://evil","点我")', "+1", "@SUM(A1)", "http://evil", "007"])
async def test_what_was_typed_stands_as_text(world: World, cast: Cast, typed: str) -> None:
    def write(session: Session) -> None:
        need(session, cast.factory, 101).trouble = typed

    await world.run(write)
    await cast.shaoxing.talk(("/export 需求", "要哪段时间的"), ("[不限]", "1 行"))
    cell = workbook(world, cast.shaoxing)["需求"]["E2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (typed, "s", None)


async def test_the_association_takes_everything_or_one_city(world: World, cast: Cast) -> None:
    await fill(world, cast)
    await cast.association.talk(
        ("导出台账", "导出哪张清单"),
        ("需求", "哪个市的", "?全省", "?杭州"),
        ("[全省]", "要哪段时间的"),
        ("[今年]", "全省", "3 行"),
    )
    assert {row["市"] for row in table(workbook(world, cast.association), "需求")} == {"杭州", "绍兴"}
    await cast.association.talk(("/export 需求", "哪个市"), ("杭州", "要哪段时间的"), ("[本月]", "杭州", "1 行"))
    assert [row["哪里不顺"] for row in table(workbook(world, cast.association), "需求")] == ["余杭的机密"]


async def test_in_english(world: World, cast: Cast) -> None:
    await fill(world, cast)
    await world.run(lambda session: setattr(person(session, 203), "language", "en"))
    await cast.association.talk(
        ("/export Pairs", "Which city"), ("Shaoxing", "over which time"), ("[Any time]", "1 rows, as of Mon 23 Nov")
    )
    assert table(workbook(world, cast.association), "Pairs")[0]["Stage"] == "introduction"


async def test_from_the_board(world: World, cast: Cast) -> None:
    await fill(world, cast)
    await cast.shaoxing.talk(
        ("/board", "?结对"), ("[结对]", "?导出"), ("[导出]", "结对：要哪段时间的"), ("[本月]", "1 行")
    )
    await cast.province.talk(
        ("/board 杭州", "?需求"), ("[需求]", "?导出"), ("[导出]", "需求：要哪段"), ("本月", "杭州")
    )
    await cast.shaoxing.talk(("/board", "?单位"), ("[单位]", "?导出"), ("[导出]", "单位：要哪段时间的"))


@pytest.mark.fault(36, 39)
async def test_another_citys_button_is_refused(world: World, cast: Cast) -> None:
    await fill(world, cast)
    for city in (HANGZHOU, "9999"):
        assert "要哪段时间的" not in await press(world, cast.shaoxing, "export.begin", "needs", city)
    for one in (cast.contact, cast.mentor):
        assert "没有办理" in await press(world, one, "export.begin", "needs", HANGZHOU)
        await one.talk(("/export", "!导出哪张清单"))
    await cast.association.talk(("/export 需求", "哪个市"), ("杭州", "要哪段时间的"))
    await world.run(lambda session: _moves(session, 203, Role.CITY, SHAOXING))
    await cast.association.talk(("[本月]", "!正在做表"))
    assert not any(documents(one) for one in cast.humans.values())


@pytest.mark.fault(40)
async def test_whoever_has_lost_the_office_gets_nothing(world: World, cast: Cast) -> None:
    await fill(world, cast)
    await cast.shaoxing.talk(("/export 需求", "要哪段时间的"))
    await world.run(lambda session: _moves(session, 201))
    await cast.shaoxing.talk(("[本月]", "!正在做表"))
    assert documents(cast.shaoxing) == 0


async def test_whoever_loses_it_while_the_workbook_waits_gets_none(world: World, cast: Cast) -> None:
    await fill(world, cast)

    def lose(session: Session) -> None:
        exports.ask_export(session, person(session, 201), what="needs", city=None, period="this_month")
        _moves(session, 201)
        from bot.engine.turns import write_letters

        write_letters(session, None)

    await world.run(lose)
    await world.work()
    assert documents(cast.shaoxing) == 0 and "表没有做成" in cast.shaoxing.seen()


def _moves(session: Session, id: int, role: Role | None = None, city: str | None = None) -> None:
    """An officer leaves every seat, and takes another one perhaps."""
    own = person(session, id)
    for seat in session.scalars(select(Officer).where(Officer.person_id == own.id)):
        seat.left_at = clock.now()
    if role:
        session.add(Officer(person=own, role=role, city=city))


async def test_nothing_to_export_is_said_and_another_time_can_be_chosen(world: World, cast: Cast) -> None:
    await fill(world, cast)
    await cast.shaoxing.talk(
        ("/export 辅导", "要哪段时间的"),
        ("[上月]", "绍兴上月（2026-10-01 至 2026-10-31）没有辅导记录", "?本月"),
        ("[本月]", "1 行"),
    )


async def test_too_much_is_said_before_it_is_made(world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill(world, cast)
    monkeypatch.setattr(exports, "MOST", 2)
    await cast.association.talk(
        ("/export 需求", "哪个市"),
        ("全省", "要哪段"),
        ("[不限]", "超过 2 行，一张表放不下", "?上一步"),
        ("[上一步]", "哪个市"),
        ("杭州", "要哪段"),
        ("[不限]", "1 行"),
    )


async def test_asked_twice_it_is_made_once(world: World, cast: Cast) -> None:
    await fill(world, cast)
    await cast.shaoxing.do("/export 需求")
    phone, made = cast.shaoxing.phone, world.app.enclosures.write
    calls = []

    async def slowly(spec: dict[str, Any]) -> tuple[str, bytes]:
        calls.append(spec)
        if len(calls) == 1:
            phone.say("/export 需求")
            phone.say("本月")
            await world.app.take(await world.channel.fetch(seconds=0))
            world.channel.handled()
        return await made(spec)

    world.app.enclosures.write = slowly  # type: ignore[method-assign]
    phone.tap_label("本月")
    phone.tap_label("本月")
    await world.work()
    assert (len(calls), documents(cast.shaoxing)) == (1, 1)
    assert "上一份还在做" in cast.shaoxing.seen()
    await cast.shaoxing.talk(("/export 需求", "要哪段"), ("本月", "2 行"))
    assert documents(cast.shaoxing) == 2


@pytest.mark.fault(5)
async def test_killed_while_it_is_written_nothing_half_is_sent_or_left(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process dies over a workbook; the officer is told, asks again and gets it."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    writing = world.app.enclosures.writing = Aside()  # one of its own, that may be killed
    cast = await gather(world)
    await fill(world, cast)
    await cast.shaoxing.do("/export 需求")
    cast.shaoxing.phone.say("本月")
    working = asyncio.create_task(world.work())
    while not working.done() and not ((pool := writing._pool) and pool._processes):
        await asyncio.sleep(0.01)
    assert pool is not None, "nothing was begun"
    for process in pool._processes.values():
        process.kill()
    await working
    assert documents(cast.shaoxing) == 0 and "表没有做成" in cast.shaoxing.seen()
    await cast.shaoxing.talk(("/export 需求", "要哪段"), ("本月", "2 行，截至"))
    assert table(workbook(world, cast.shaoxing), "需求")[0]["单位"] == "柯桥一厂"
    assert list(scratch.iterdir()) == []
    writing.close()


@pytest.mark.fault(22)
async def test_where_no_file_can_be_sent_it_is_said(world: World, cast: Cast) -> None:
    await fill(world, cast)
    world.sandbox.world.faults.add("unknown_method", method="sendDocument")
    for _ in range(2):
        await cast.shaoxing.talk(("/export 需求", "要哪段"), ("本月", "表没有做成", "!2 行，截至"))


async def test_a_letter_sent_twice_is_made_once(world: World, cast: Cast) -> None:
    await fill(world, cast)
    world.sandbox.world.faults.add("server_error", method="sendDocument", times=2)
    await cast.shaoxing.talk(("/export 需求", "要哪段"), ("本月", "2 行，截至"))
    assert documents(cast.shaoxing) == 1
    letter = await world.run(lambda s: s.scalars(select(Letter).where(Letter.template == "export_made")).one())
    assert letter.status is Delivery.SENT and "余杭" not in str(letter.extra)


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("this_month", (date(2026, 3, 1), None)),
        ("last_month", (date(2026, 2, 1), date(2026, 3, 1))),
        ("this_year", (date(2026, 1, 1), None)),
        ("everything", (None, None)),
    ],
)
def test_times_are_counted_in_shanghai(period: str, days: tuple[date | None, date | None]) -> None:
    assert Wanted("needs", None, period, shanghai(2026, 3, 1, 0, 30)).days == days


async def test_the_edge_of_a_month_is_midnight_in_shanghai(world: World, cast: Cast) -> None:
    def arrange(session: Session) -> list[int]:
        for day, hour, minute in ((31, 23, 59), (1, 0, 0)):
            need(session, cast.factory, 101).submitted_at = shanghai(2026, 10 if day == 31 else 11, day, hour, minute)
        session.flush()
        one = session.query(Pair).first()
        assert one is None
        return [
            exports.count(session, Wanted("needs", SHAOXING, period, clock.now()))["needs"]
            for period in ("last_month", "this_month", "everything")
        ]

    assert await world.run(arrange) == [1, 1, 2]


async def test_every_list_can_be_read_everywhere(world: World, cast: Cast) -> None:
    """What is counted is what is read, in a city and in the province."""
    await fill(world, cast)

    def look(session: Session) -> None:
        for city in (None, SHAOXING, HANGZHOU):
            wanted = Wanted("everything", city, "everything", clock.now())
            read = {name: len(list(exports.read(session, name, wanted))) for name in exports.LISTS}
            assert read == exports.count(session, wanted)
            assert read["units"] == (session.query(Unit).filter_by(city=city) if city else session.query(Unit)).count()
            assert city or read["needs"] == session.query(Need).count()

    await world.run(look)
