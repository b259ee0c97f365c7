"""One's own data: seen, taken along, corrected, deleted; others see that somebody has left."""

import io
import json

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models.base import Base
from models.exchange.follows import Follow, follow
from models.oversight.duties import Duty, hand
from models.oversight.supervision import ask_for_call
from models.oversight.ticket_steps import raise_ticket
from models.oversight.tickets import Ticket
from models.registration import mydata
from models.registration.awards import HeldAward
from models.registration.people import Officer, Role
from models.registration.traces import renamed
from models.registration.units import Standing, Unit
from models.system.accounts import Account, Person
from models.system.dialogs import Dialog
from models.system.letters import Delivery, Letter
from tests.registration.cast import SOCKS, arrive, incubatee, officer, person_id, the_unit
from tests.registration.test_team import ask_to_join
from tests.talk import World


def holding(session: Session, word: str) -> list[str]:
    """The tables in which a word stands, in plain or JSON spelling."""
    spelled = {word, json.dumps(word)[1:-1]}
    found = []
    for table in Base.metadata.tables:
        cells = "\n".join(str(tuple(row)) for row in session.execute(text(f'SELECT * FROM "{table}"')))
        if any(one in cells or one.replace("\\", "\\\\") in cells for one in spelled):
            found.append(table)
    return found


@pytest.mark.fault(47)
async def test_everything_kept_can_be_seen_and_taken_along(world: World) -> None:
    contact = await incubatee(world, name="王建国")
    await contact.talk(
        (
            "/mydata",
            "姓名：王建国",
            "电话：13800000001",
            f"单位：{SOCKS}",
            "同意：11月23日",
            "?下载",
            "?更正",
            "?撤回并注销",
        ),
        ("[下载]", "您的全部数据"),
    )
    files = world.sandbox.world.files
    document, workbook = (message.document for message in contact.phone.messages[-2:])
    assert document is not None and document["file_name"] == "mydata.json"
    kept = json.loads(files.content(files.find(document["file_id"])))
    assert kept["people"][0]["phone"] == "13800000001"
    assert kept["accounts"][0]["external_id"] == "1001"
    assert {"people", "accounts", "memberships", "letters", "audit"} <= kept.keys()
    assert not {"token", "stamp", "secret_hash"} & {column for rows in kept.values() for row in rows for column in row}
    assert workbook is not None and workbook["file_name"] == "mydata-20261123.xlsx"
    sheets = load_workbook(io.BytesIO(files.content(files.find(workbook["file_id"]))))
    assert sheets.sheetnames == list(kept)
    for table, rows in kept.items():
        heads, *cells = sheets[table].iter_rows(values_only=True)
        assert set(heads) == {column for row in rows for column in row}
        assert len(cells) >= len(rows)  # the letter with the file above is a row by now


async def test_the_download_holds_ones_own_rows_only(world: World) -> None:
    await incubatee(world, name="王建国")
    await ask_to_join(world, 1002, "赵小燕")

    def look(session: Session) -> str:
        return json.dumps(mydata.collect(session, session.get_one(Person, person_id(session, 1002))), default=str)

    own = await world.run(look)
    assert "13800000002" in own and "13800000001" not in own


async def test_every_table_that_points_at_a_person_is_in_the_download(world: World) -> None:
    pointing = {table.name for table, _ in mydata._tables()}
    people = Base.metadata.tables["people"].c.id
    for table in Base.metadata.tables.values():
        if any(key.column is people for key in table.foreign_keys):
            assert table.name in pointing


async def test_without_files_the_data_are_spoken(world: World) -> None:
    contact = await incubatee(world)
    world.sandbox.world.faults.add("unknown_method", method="sendDocument")
    await contact.talk(("/mydata", "?下载"), ("[下载]", "13800000001", '"accounts"'))


async def test_name_and_number_can_be_corrected(world: World) -> None:
    contact = await incubatee(world)
    await contact.talk(
        ("/mydata", "?更正"),
        ("[更正]", "请过目", "姓名：王工", "电话：13800000001"),
        ("修改", "改哪一项"),
        ("电话", "联系电话"),
        ("13900000009", "请过目"),
        ("提交", "已更正：王工，13900000009"),
        ("/mydata", "电话：13900000009"),
    )


async def test_deleting_is_asked_once_more_and_can_be_left(world: World) -> None:
    contact = await incubatee(world)
    await contact.talk(
        ("/forget", "撤回同意并注销", "会删掉：姓名、电话", f"{SOCKS}将没有联络人", "?先不", "?确定注销"),
        ("[先不]", "姓名：王工"),
    )
    assert (await world.run(lambda session: session.get_one(Person, person_id(session, 1001)))).phone == "13800000001"


@pytest.mark.fault(46)
async def test_deleting_leaves_no_name_and_no_number_anywhere(world: World) -> None:
    contact = await incubatee(world, name="欧阳建国")
    colleague = await ask_to_join(world)
    await contact.talk(("[是同事]", "已确认"), ("/register 绍兴甲子染整有限公司", "我理解为"))
    await colleague.talk(("/team", "欧阳建国 · 联络人"))
    before = await world.run(lambda session: session.query(Unit).count())
    old = await world.run(lambda session: person_id(session, 1001))
    await contact.talk(("/forget", "?确定注销"), ("[确定注销]", "您的个人信息已经删掉"))

    assert await world.run(lambda session: holding(session, "13800000001")) == []
    assert await world.run(lambda session: holding(session, "欧阳建国")) == []
    assert await world.run(lambda session: session.query(Dialog).filter_by(person_id=old).count()) == 0
    assert await world.run(lambda session: session.query(Unit).count()) == before

    def look(session: Session) -> tuple[object, ...]:
        person = session.get_one(Person, old)
        waiting = session.query(Letter).filter(Letter.person_id == old, Letter.status == Delivery.QUEUED).count()
        return person.name, person.phone, person.consent_version, person.left_at is not None, waiting

    assert await world.run(look) == ("已注销用户", None, None, True, 0)
    assert "原联络人已离开" in colleague.phone.messages[-1].text
    await colleague.talk(("/team", "1. 赵工 · 联络人", "!欧阳"))
    # Whoever comes back is a newcomer.
    await contact.talk(("/me", "同意前不存"), ("[同意并开始]", "还没有登记单位"))
    assert await world.run(lambda session: person_id(session, 1001)) != old


async def test_what_waited_for_a_leaver_is_dropped_and_the_office_looks_for_another(world: World) -> None:
    await officer(world, 12, "周科", Role.CITY, "3306")
    contact = await incubatee(world, name="欧阳建国")

    def verify(session: Session) -> None:
        the_unit(session).as_incubatee = Standing.ACTIVE

    await world.run(verify)
    await contact.talk(("/forget", f"{SOCKS}将没有联络人"), ("[确定注销]", "已经删掉"))

    def look(session: Session) -> list[tuple[str, str | None]]:
        open_ones = session.scalars(select(Duty).where(Duty.done_at.is_(None)).order_by(Duty.id))
        return [(duty.kind, duty.office) for duty in open_ones if duty.kind == "replace_contact"]

    assert await world.run(look) == [("replace_contact", "city")]


async def test_an_officer_who_leaves_gives_up_the_seat(world: World) -> None:
    city = await officer(world, 12, "周科", Role.CITY, "3306")
    await city.talk(
        ("/forget", "绍兴市评审办将没有人，请先用 /invite"), ("[确定注销]", "已经删掉"), ("/verify", "同意前不存")
    )
    seats = await world.run(lambda session: session.scalars(select(Officer).where(Officer.left_at.is_(None))).all())
    assert seats == []


async def test_a_double_tap_on_deleting_does_no_more(world: World) -> None:
    contact = await arrive(world, 1, "王工")
    await contact.do("/forget")
    message = contact.phone.messages[-1]
    data = next(one.data for row in message.buttons for one in row if one.text == "确定注销")
    await contact.talk((lambda phone: phone.press(message.id, data), "已经删掉"))
    await contact.talk((lambda phone: phone.press(message.id, data), "这个按钮已经失效"))
    assert await world.run(lambda session: session.query(Account).count()) == 1


def test_personal_columns_say_whose_they_are() -> None:
    columns = {(table.name, column.name): owner.name for table, column, owner in mydata.personal_columns()}
    assert columns[("people", "name")] == "id" and columns[("people", "phone")] == "id"
    assert all(table.c[column].nullable for table, column in ((Base.metadata.tables[t], c) for t, c in columns))


async def test_a_short_name_does_not_break_other_peoples_letters(world: World) -> None:
    contact = await incubatee(world)
    colleague = await ask_to_join(world)
    await contact.do("[是同事]")

    def shorten(session: Session) -> None:
        session.get_one(Person, person_id(session, 1001)).name = "b"

    await world.run(shorten)
    await colleague.do("/team")

    def bodies(session: Session) -> list[str]:
        mine = select(Letter).where(Letter.person_id == person_id(session, 1002), Letter.status == Delivery.SENT)
        return [letter.body for letter in session.scalars(mine.order_by(Letter.id))]

    before = await world.run(bodies)
    assert any("<b>" in body for body in before)
    await contact.talk(("/forget", "?确定注销"), ("[确定注销]", "已经删掉"))
    assert (await world.run(bodies))[: len(before)] == before


def test_a_name_is_exchanged_in_words_only() -> None:
    assert renamed("<b>b</b> bc b&amp;b", "b", "X") == "<b>X</b> bc X&amp;X"
    assert renamed("<code>code</code> 13800000001", "code", "X") == "<code>X</code> 13800000001"
    assert renamed("113800000001", "13800000001", "X") == "113800000001"
    assert renamed("联系人欧阳建国，好", "欧阳建国", "某") == "联系人某，好"


async def test_only_acquaintances_letters_are_looked_into(world: World) -> None:
    contact = await incubatee(world, name="王建国")
    await arrive(world, 5, "王建国")

    def bodies(session: Session) -> list[str]:
        return [one.body for one in session.scalars(select(Letter).where(Letter.person_id == person_id(session, 5)))]

    await world.human(5).talk(("/mydata", "姓名：王建国"))
    before = await world.run(bodies)
    await contact.talk(("/forget", "?确定注销"), ("[确定注销]", "已经删掉"))
    assert await world.run(bodies) == before


async def test_no_address_is_left_and_the_stranger_goes_too(world: World) -> None:
    contact = await incubatee(world)
    old = await world.run(lambda session: person_id(session, 1001))
    await contact.talk(("/forget", "?确定注销"), ("[确定注销]", "已经删掉"))

    def addressed(session: Session) -> int:
        return session.query(Letter).filter(Letter.person_id == old, Letter.account_id.is_not(None)).count()

    assert await world.run(addressed) == 0

    def from_before(session: Session) -> None:
        """A letter of somebody forgotten by an earlier release, with its mark that keeps it from being deleted."""
        letter = session.scalars(select(Letter).where(Letter.person_id == old)).first()
        assert letter is not None
        letter.account_id, letter.once = session.scalars(select(Account.id)).one(), "old:1"

    await world.run(from_before)
    await world.pass_time(days=32)
    assert await world.run(lambda session: session.query(Account).count()) == 0


async def test_records_of_others_lose_the_name(world: World) -> None:
    await officer(world, 12, "周科", Role.CITY, "3306")
    contact = await incubatee(world, name="欧阳建国")
    await contact.do("/forget")

    def arrange(session: Session) -> None:
        person = session.get_one(Person, person_id(session, 1001))
        unit = the_unit(session)
        ticket = raise_ticket(session, person, trouble="系统打不开", file={"id": "F1", "name": "欧阳建国.pdf"})
        ticket.unit = None
        follow(session, person, "六西格玛")
        session.add(HeldAward(unit_id=unit.id, award="other", proof={"id": "F2", "name": "欧阳建国.jpg"}))
        duty = session.scalars(select(Duty).where(Duty.unit_id == unit.id)).first() or hand(
            session, "fix_unit", f"unit:{unit.id}", unit=unit, unit_name=unit.name
        )
        ask_for_call(session, person, duty.id)
        session.info.pop("told", None)

    await world.run(arrange)
    assert await world.run(lambda session: holding(session, "欧阳建国")) != []
    await contact.talk(("[确定注销]", "已经删掉"))
    assert await world.run(lambda session: holding(session, "欧阳建国")) == []
    assert await world.run(lambda session: session.query(Follow).count()) == 0
    assert await world.run(lambda session: [one.file for one in session.query(Ticket)]) == [{}]
