"""The people of the registration transcripts, and the shortest way to where a test begins."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.people import Phone
from models.oversight import duties
from models.oversight.duties import Duty
from models.registration.people import Officer, Role
from models.registration.units import Side, Standing, Unit
from models.system.accounts import Account
from tests.talk import Human, World

CODE = "91330681MA2BCD1248"
SOCKS, STOVES, OUTSIDER = "诸暨云溪袜业有限公司", "浙江亿田智能厨电股份有限公司", "江苏吴江盛泽化纤有限公司"


async def arrive(world: World, id: int, name: str, language: str = "zh-hans") -> Human:
    """Somebody who has agreed, and whose open registration form is put away."""
    human = world.human(id, name, language)
    await human.do("/start")
    await human.do("[同意并开始]" if language.startswith("zh") else "[Agree and start]")
    await human.do("/cancel")
    return human


async def officer(world: World, id: int, name: str, role: Role, city: str | None = None) -> Human:
    """An officer with a seat."""
    human = await arrive(world, id, name)

    def sit(session: Session) -> None:
        session.add(Officer(person_id=person_id(session, id), role=role, city=city))

    await world.run(sit)
    return human


async def incubatee(world: World, id: int = 1001, name: str = "王工", unit: str = SOCKS) -> Human:
    """A contact whose unit is submitted as an incubatee and not verified yet."""
    human = world.human(id, name)
    for did in ("/start", "[同意并开始]", unit, "[对，继续]", "[跳过]", "13800000001", "[提交]"):
        await human.do(did)
    assert "已提交" in human.seen()
    return human


async def incubator(world: World, id: int = 2001, name: str = "李会", unit: str = STOVES) -> Human:
    """A contact whose unit, a winner of the roster, is verified as an incubator."""
    human = await incubatee(world, id, name, unit)
    await set_standing(world, unit, Side.INCUBATOR, Standing.ACTIVE)
    return human


async def set_standing(world: World, name: str, side: Side, standing: Standing) -> int:
    """Give a unit a standing without asking anybody; returns its id."""

    def change(session: Session) -> int:
        unit = session.scalars(select(Unit).where(Unit.name == name)).one()
        if side is Side.INCUBATOR:
            unit.as_incubator = standing
        else:
            unit.as_incubatee = standing
        duties.done(session, f"unit:{unit.id}")
        return unit.id

    return await world.run(change)


def held(human: Human, label: str) -> Callable[[Phone], object]:
    """The tap on a button that is there now, to be made again when it has gone."""
    shown = [(one, button) for one in human.phone.messages if one.inline for row in one.buttons for button in row]
    message, button = next(pair for pair in reversed(shown) if pair[1].text == label)
    return lambda phone: phone.press(message.id, button.data)


def person_id(session: Session, id: int) -> int:
    """The row behind a phone."""
    return session.scalars(select(Account).where(Account.external_id == str(id))).one().person_id


def the_unit(session: Session, name: str = SOCKS) -> Unit:
    return session.scalars(select(Unit).where(Unit.name == name)).one()


def secret_of(human: Human) -> str:
    """The secret in the newest invitation that somebody holds."""
    found = [found[1] for one in human.phone.messages if (found := re.search(r"/start (\S+)", one.text))]
    return found[-1]


def open_duties(session: Session) -> list[tuple[str, str | None, str | None]]:
    """Every duty nobody has done: kind, office, city."""
    waiting = session.scalars(select(Duty).where(Duty.done_at.is_(None)).order_by(Duty.id))
    return [(duty.kind, duty.office, duty.city) for duty in waiting]
