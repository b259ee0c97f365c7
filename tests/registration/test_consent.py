"""Consent comes first: before it nothing personal is stored, after it it can be taken back."""

from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.engine.forms import Asking
from handlers.steps import named_cleanly
from models.base import Base
from models.registration import consent
from models.system import clock
from models.system.accounts import Account, Person
from models.system.marks import Audit
from tests.registration.cast import arrive, person_id
from tests.talk import World


def everything(session: Session) -> str:
    """All cells of all tables as one text."""
    rows = [session.execute(text(f'SELECT * FROM "{table}"')).all() for table in Base.metadata.tables]
    return "\n".join(str(tuple(row)) for table in rows for row in table)


@pytest.mark.fault(45)
async def test_nothing_personal_is_stored_before_consent(world: World) -> None:
    newcomer = world.human(1, "欧阳小溪")
    await newcomer.talk(
        ("/start", "个人信息", "服务器在境外", "同意前不存", "?同意并开始", "?暂不同意"),
        ("我叫欧阳小溪，电话13912345678", "同意前不存"),
        ("欧阳小溪在云溪袜业，次品率高", "同意前不存"),
        ("/register", "同意前不存"),
        ("/mydata", "同意前不存"),
        (lambda phone: phone.share_contact(phone="+8613912345678"), "同意前不存"),
        ("[暂不同意]", "什么都没有存"),
    )
    kept = await world.run(everything)
    assert "个人信息" in kept or "\\u4e2a" in kept
    for secret in ("欧阳小溪", "欧阳", "13912345678", "云溪", "\\u6b27\\u9633"):
        assert secret not in kept
    person = await world.run(lambda session: session.get_one(Person, person_id(session, 1)))
    assert (person.name, person.phone, person.consent_version, person.consented_at) == (None, None, None, None)


async def test_consent_is_stored_with_version_and_time(world: World) -> None:
    await arrive(world, 1, "王工")

    def look(session: Session) -> tuple[Person, list[Audit]]:
        person = session.get_one(Person, person_id(session, 1))
        return person, session.query(Audit).filter_by(person_id=person.id, action="consent_given").all()

    person, lines = await world.run(look)
    assert person.consent_version == consent.VERSION
    assert person.consented_at is not None and person.name == "王工"
    assert [line.detail for line in lines] == [{"version": consent.VERSION}]


async def test_agreeing_twice_counts_once(world: World) -> None:
    human = world.human(1, "王工")
    await human.talk(("/start", "?同意并开始"), ("/start", "?同意并开始"), ("[同意并开始]", "您的单位叫什么"))
    first = human.phone.button("同意并开始")
    assert first is not None
    await human.do("[同意并开始]")
    agreed = await world.run(lambda session: session.query(Audit).filter_by(action="consent_given").count())
    assert agreed == 1


async def test_a_new_notice_asks_again_and_goes_on(world: World) -> None:
    human = await arrive(world, 1, "王工")

    def age(session: Session) -> None:
        session.get_one(Person, person_id(session, 1)).consent_version = "2020-01"

    await world.run(age)
    await human.talk(("/me", "同意前不存", "?同意并开始"), ("[同意并开始]", "已记下", "您在这里"))


async def test_a_complaint_typed_before_consent_waits_a_day(world: World) -> None:
    human = world.human(1, "王工")
    await human.talk(
        ("注塑件不良率老是降不下来", "替您留一天", "?同意并开始"),
        ("[同意并开始]", "注塑件不良率老是降不下来", "?先登记单位"),
    )
    greeting = world.human(3, "张工")
    await greeting.talk(("你好", "同意前不存", "!替您留一天"), ("[同意并开始]", "您的单位叫什么"))
    other = world.human(2, "李工")
    await other.talk(("喷漆返工太多，客户天天骂", "替您留一天"))
    await world.pass_time(hours=26)
    kept = await world.run(everything)
    assert "喷漆返工" not in kept and "\\u55b7\\u6f06\\u8fd4\\u5de5" not in kept
    await other.talk(("[同意并开始]", "您的单位叫什么"))


async def test_strangers_are_forgotten_after_a_month(world: World) -> None:
    await world.human(1, "路人").talk(("/start", "?同意并开始"))
    await arrive(world, 2, "王工")
    await world.pass_time(days=31)
    left = await world.run(lambda session: [one.external_id for one in session.query(Account)])
    assert left == ["2"]
    await world.human(1).talk(("/start", "?同意并开始"), ("[同意并开始]", "您的单位叫什么"))


async def test_a_stranger_who_agrees_at_the_last_moment_is_not_forgotten(world: World) -> None:
    await world.human(1, "路人").talk(("/start", "?同意并开始"))
    clock.hold(clock.now() + timedelta(days=31))

    def agree(session: Session) -> list[str]:
        (stranger,) = consent.strangers(session, clock.now())
        consent.agree(session, session.get_one(Person, stranger), name="王工")
        consent.forget_stranger(session, stranger, clock.now())
        return [one.external_id for one in session.query(Account)]

    assert await world.run(agree) == ["1"]


async def test_the_notice_in_english(world: World) -> None:
    human = world.human(1, "Wang Wei", "en")
    await human.talk(
        ("/start", "Your personal data", "outside China", "?Agree and start"),
        ("[Agree and start]", "consent is noted", "What is your unit called"),
    )


def test_what_looks_personal() -> None:
    assert consent.looks_personal("call 139 1234 5678", name="王工")
    assert consent.looks_personal("写信到 a@b.cn", name="王工")
    assert consent.looks_personal("王工说不良率高", name="王工")
    assert not consent.looks_personal("不良率 8%，要降到 2%，已经 30 天", name="王工")


async def test_names_come_in_without_what_cannot_be_seen(world: World) -> None:
    human = world.human(1, "王\u202e工\u0000")
    await human.talk(("/start", "?同意并开始"), ("[同意并开始]", "您的单位叫什么"))
    assert (await world.run(lambda session: session.get_one(Person, person_id(session, 1)))).name == "王工"


def test_a_files_name_too() -> None:
    given = named_cleanly(cast(Asking, None), {"ref": "F", "name": "证\u202e书.pdf"})
    assert given == {"ref": "F", "name": "证书.pdf"}
